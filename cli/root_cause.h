/* root_cause.h - what made a limit, a penalty or a ban tool refuse a client. */

#ifndef SSHWHY_ROOT_CAUSE_H
#define SSHWHY_ROOT_CAUSE_H

#include "render.h"

/*
 * Fill root of an explanation whose question, records, layers and bans are
 * known:
 *
 * - fail2ban counted lines of libwrap's refusals until it banned the client;
 * - sshd penalises the client for connections that a rule had refused;
 * - MaxStartups was full of clients that a rule of TCP wrappers had refused.
 *
 * heard  what the system log tells; NULL: it was not read
 */
void sw_root_cause_find(struct sw_explanation *explanation,
			const struct sw_heard *heard);

#endif
