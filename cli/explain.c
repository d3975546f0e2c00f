#include "explain.h"

#include "advice.h"
#include "banned.h"
#include "cli.h"
#include "heard.h"
#include "live.h"
#include "render.h"
#include "root_cause.h"
#include "shared_addr.h"

#include "sshwhy/paths.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

static enum sw_err copy_records_of(const struct sw_records *all,
				   const struct sw_prefix *client,
				   struct sw_records *out)
{
	struct sw_record record;
	enum sw_err err = SW_OK;

	for (size_t i = 0; i < all->count && err == SW_OK; i++) {
		if (all->rows[i].dropped)
			continue;
		sw_records_get(all, &all->rows[i], &record);
		if (sw_prefix_contains(client, &record.conn.client.addr))
			err = sw_records_add(out, &record,
					     all->rows[i].from_audit);
	}
	return err;
}

/* A simulated one refused nobody. */
static bool is_refusal(const struct sw_record *record)
{
	return record->event == SW_EVENT_REJECTION &&
	       record->evidence != SW_EVIDENCE_SIMULATED &&
	       record->cause != SW_CAUSE_CLIENT_CLOSED;
}

static void count_refusals(struct sw_explanation *explanation,
			   const struct sw_records *records)
{
	struct sw_record record;

	explanation->records = records;
	for (size_t i = 0; i < records->count; i++) {
		sw_records_get(records, &records->rows[i], &record);
		if (!is_refusal(&record))
			continue;
		if (!explanation->has_last)
			explanation->since =
				record.first != 0 ? record.first : record.time;
		explanation->has_last = true;
		explanation->last = record;
		explanation->refusals += record.count;
	}
}

/* The table that was named, else the one of libwrap below the root. */
static const char *table(const struct sw_options *options, const char *named,
			 const char *usual, char buf[PATH_MAX])
{
	if (named != NULL)
		return named;
	(void)snprintf(buf, PATH_MAX, "%s%s", options->root, usual);
	return buf;
}

/* The one who was refused for who he is, if nobody else is asked about. */
static void assume_user(struct sw_explanation *explanation)
{
	enum sw_stage stage = sw_cause_stage(explanation->last.cause);

	if (explanation->has_last && explanation->question.user == NULL &&
	    stage >= SW_STAGE_CONFIG && explanation->last.conn.user[0] != '\0')
		explanation->question.user = explanation->last.conn.user;
}

static void ask(struct sw_explanation *explanation,
		const struct sw_options *options,
		const struct sw_prefix *client, struct sw_live *live)
{
	static char allow[PATH_MAX], deny[PATH_MAX];

	explanation->now = options->now;
	explanation->verbose = options->verbose;
	explanation->question = (struct sw_question){
		.client = *client,
		.name = options->host,
		.user = options->user,
		.server = options->server,
		.iface = options->iface,
		.allow = table(options, options->allow, SW_PATH_HOSTS_ALLOW,
			       allow),
		.deny = table(options, options->deny, SW_PATH_HOSTS_DENY, deny),
		.root = options->root,
		.now = options->now,
		.live = live,
		.last = explanation->has_last ? &explanation->last : NULL,
		.heard = explanation->heard,
	};
	assume_user(explanation);
	sw_layers_ask(&explanation->question, explanation->layers,
		      explanation->behind);
	explanation->verdict = sw_layers_verdict(explanation->layers);
}

/* What the records and the log hold of the client, one behind the other. */
static enum sw_err gather(const struct sw_options *options,
			  const struct sw_records *all,
			  const struct sw_prefix *client,
			  struct sw_records *records, struct sw_heard *heard)
{
	enum sw_err err = copy_records_of(all, client, records);

	if (err == SW_OK)
		err = sw_heard_read(options, client, heard);
	if (err == SW_OK)
		err = sw_heard_merge(heard, options, client, records);
	return err;
}

static void answer(struct sw_explanation *explanation,
		   const struct sw_options *options,
		   const struct sw_prefix *client, struct sw_live *live)
{
	ask(explanation, options, client, live);
	sw_banned_ask(explanation, options->fail2ban);
	sw_root_cause_find(explanation, explanation->heard);
	sw_shared_note(explanation);
	sw_advise(explanation);
	if (options->json)
		sw_render_explanation_json(explanation, stdout);
	else
		sw_render_explanation(explanation, stdout);
}

static int explain_one(const struct sw_options *options,
		       const struct sw_records *all,
		       const struct sw_prefix *client)
{
	struct sw_records records = SW_RECORDS_INIT;
	static struct sw_explanation explanation; /* large */
	static struct sw_heard heard;		  /* large */
	static struct sw_live live;		  /* large */
	enum sw_err err = SW_OK;

	memset(&explanation, 0, sizeof(explanation));
	if (all != NULL) {
		err = gather(options, all, client, &records, &heard);
		explanation.heard = &heard;
		count_refusals(&explanation, &records);
	}
	if (err == SW_OK)
		answer(&explanation, options, client, &live);
	else
		sw_complain("out of memory");
	sw_live_free(&live);
	sw_heard_free(&heard);
	sw_records_free(&records);
	return err == SW_OK ? (int)explanation.verdict : SW_EXIT_IO;
}

/* A name is let in only when every address of it is. */
static int heavier(int a, int b)
{
	static const int weights[] = {
		[SW_EXIT_ADMITTED] = 0, [SW_EXIT_UNKNOWN] = 1,
		[SW_EXIT_REJECTED] = 2, [SW_EXIT_USAGE] = 3,
		[SW_EXIT_IO] = 4,
	};

	return weights[a] > weights[b] ? a : b;
}

int sw_explain_clients(const struct sw_options *options, struct sw_clients *out)
{
	enum sw_err err;

	if (options->word_count != 1) {
		sw_complain("one address or name is needed");
		return SW_EXIT_USAGE;
	}
	err = sw_clients_find(options->words[0], out);
	if (err != SW_OK)
		return err == SW_E_IO ? SW_EXIT_IO : SW_EXIT_USAGE;
	return 0;
}

int sw_explain(const struct sw_options *options,
	       const struct sw_clients *clients,
	       const struct sw_records *records)
{
	int status = SW_EXIT_ADMITTED;

	for (size_t i = 0; i < clients->count; i++)
		status = heavier(status, explain_one(options, records,
						     &clients->rows[i]));
	return status;
}
