/* advice_tools.h - what each tool wants to hear to let a client in again. */

#ifndef SSHWHY_ADVICE_TOOLS_H
#define SSHWHY_ADVICE_TOOLS_H

#include "render.h"

/*
 * Append the lines of advice about a rule that a ban tool or the front end of a
 * firewall owns: how to let the client in now, and how to keep it in.
 *
 * Returns false where its owner has none of its own.
 */
bool sw_advise_tool(struct sw_explanation *explanation,
		    const struct sw_rule *rule);

/* Append the line about a rule of netfilter that no tool keeps. */
void sw_advise_netfilter(struct sw_explanation *explanation,
			 const struct sw_rule *rule);

#endif
