/* banned.h - what the tools that ban know about a client. */

#ifndef SSHWHY_BANNED_H
#define SSHWHY_BANNED_H

#include "render.h"

/*
 * Fill fail2ban and jail of an explanation whose question, last refusal and
 * layers are known; nothing is asked about a range, or of a copy. Rules without
 * an owner get the one that a tool's own state tells.
 *
 * config  the folder of fail2ban's configuration
 */
void sw_banned_ask(struct sw_explanation *explanation, const char *config);

/* The ban that fail2ban holds against the client, NULL: none. */
const struct sw_fail2ban_ban *
sw_banned_by_fail2ban(const struct sw_explanation *explanation);

/* Lines about it: each ban with the log lines that led to it, and what does not
 * fit together. Nothing is printed where there is nothing to say. */
void sw_render_banned(const struct sw_explanation *explanation, FILE *stream);

/* The same as ',"bans":[...],"findings":[...]'. */
void sw_render_banned_json(const struct sw_explanation *explanation,
			   FILE *stream);

#endif
