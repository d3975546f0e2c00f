/* shared_addr.h - addresses that many clients may stand behind. */

#ifndef SSHWHY_SHARED_ADDR_H
#define SSHWHY_SHARED_ADDR_H

#include "render.h"

/*
 * Add a finding where a ban of the client would hit others: it is this machine
 * or its gateway, a private address, or one that several users have logged in
 * from. Nothing is said of a client that was never refused.
 */
void sw_shared_note(struct sw_explanation *explanation);

#endif
