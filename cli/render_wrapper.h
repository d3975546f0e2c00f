/* render_wrapper.h - the answer of "sshwhy wrapper" on standard output. */

#ifndef SSHWHY_CLI_RENDER_WRAPPER_H
#define SSHWHY_CLI_RENDER_WRAPPER_H

#include "sshwhy/ask_wrapper.h"

#include <stdbool.h>

struct sw_wrapper_answer_shown {
	const struct sw_wrapper_query *query;
	const char *client; /* as it was given */
	const struct sw_ask_wrapper *answer;
	bool libwrap_asked; /* answer holds what libwrap says */
};

/* One object on one line; libwrap and agree are null where it was not asked. */
void sw_render_wrapper_json(const struct sw_wrapper_answer_shown *shown);

/* For people: the verdict first, then what led to it. */
void sw_render_wrapper_text(const struct sw_wrapper_answer_shown *shown);

#endif
