/* render.h - records and explanations as text and as JSON. */

#ifndef SSHWHY_RENDER_H
#define SSHWHY_RENDER_H

#include "layers.h"
#include "records.h"

#include "sshwhy/ask_blocks.h"
#include "sshwhy/ask_fail2ban.h"
#include "sshwhy/err.h"
#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define SW_ADVICE_MAX 8	       /* lines */
#define SW_FINDINGS_MAX 4      /* lines */
#define SW_ADVICE_TEXT_MAX 512 /* bytes, with the NUL */
#define SW_LIST_LINE_MAX 4096  /* bytes, with newline and NUL */

/* What made a limit, a penalty or a ban tool refuse a client. */
struct sw_root_cause {
	bool found;
	enum sw_cause cause;
	struct sw_rule rule;
	char why[SW_DETAIL_MAX]; /* how the one led to the other */
};

/* Everything that is said about one client. */
struct sw_explanation {
	int64_t now;  /* milliseconds UTC */
	bool verbose; /* the layers one by one, and the evidence itself */
	struct sw_question question;
	const struct sw_records *records; /* of this client; NULL: not read */
	bool has_last;
	struct sw_record last; /* the newest refusal */
	uint64_t refusals;     /* all that the logs hold */
	int64_t since;	       /* the first of them; milliseconds UTC */
	struct sw_layer layers[SW_LAYERS];
	struct sw_layer behind[SW_LAYERS]; /* as sw_layers_ask() fills it */
	enum sw_exit verdict;
	struct sw_root_cause root;
	const struct sw_heard *heard; /* NULL: no log was asked for */
	struct sw_fail2ban fail2ban;
	struct sw_fail2ban_jail jail; /* of the first ban */
	struct sw_blocks blocks;      /* of the client, in the firewall */
	size_t wrapper_failures;      /* refusals by TCP wrappers that the
					 first ban counted as failures */
	struct sw_layer wrapper;      /* what these would do now, if any did */
	char findings[SW_FINDINGS_MAX][SW_ADVICE_TEXT_MAX];
	size_t finding_count;
	char advice[SW_ADVICE_MAX][SW_ADVICE_TEXT_MAX];
	size_t advice_count;
	bool advise_reload; /* of sshd, when all else has been done */
};

/* One line of a list, with its newline; "" when it would not fit, which no
 * record reaches. buf holds SW_LIST_LINE_MAX bytes. Returns buf. */
char *sw_render_list_line(const struct sw_record *record, char *buf);

/* At most 8 lines, the verdict first; and those about a ban. */
void sw_render_explanation(const struct sw_explanation *explanation,
			   FILE *stream);

/* Every layer on a line of its own, in the order of a connection, with its
 * rule; below it the newest refusal as the logs have it. */
void sw_render_tree(const struct sw_explanation *explanation, FILE *stream);

/* The same as one object on one line. */
void sw_render_explanation_json(const struct sw_explanation *explanation,
				FILE *stream);

#endif
