/* advice.h - the narrowest change that lets a client in. */

#ifndef SSHWHY_ADVICE_H
#define SSHWHY_ADVICE_H

#include "render.h"

/*
 * Fill advice and advice_count of an explanation whose question, last refusal
 * and layers are known. What rejects now is advised on; where nothing does, the
 * last refusal, unless its layer would let the client pass.
 *
 * What is advised is text for people to act on: nothing is changed.
 */
void sw_advise(struct sw_explanation *explanation);

#endif
