#include "emit.h"

#include "sshwhy/ask_sshd.h"
#include "sshwhy/node.h"
#include "sshwhy/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PATIENCE 6000	   /* ms that a rejection waits for its rule */
#define CACHE_TIME 3000	   /* ms that an answer is good for */
#define REPORT_EVERY 60000 /* ms between two reports of the cap */
#define LOST_AFTER 5000	   /* ms without a change */
#define MS_PER_S UINT32_C(1000)

enum sw_err sw_emitter_init(struct sw_emitter *emitter,
			    const struct sw_recorder *recorder)
{
	memset(emitter, 0, sizeof(*emitter));
	emitter->recorder = recorder;
	emitter->state = recorder->state;
	emitter->fold = recorder->fold;
	emitter->config = recorder->shared->config;
	emitter->generation = atomic_load(&recorder->shared->generation);
	(void)sw_node_name(emitter->node);
	(void)sw_node_boot(emitter->boot);
	sw_cap_init(&emitter->cap, emitter->config.audit_per_second,
		    emitter->config.audit_per_hour, 0);
	emitter->queue = calloc(SW_QUEUE_MAX, sizeof(*emitter->queue));
	return emitter->queue != NULL ? SW_OK : SW_E_NOMEM;
}

void sw_emitter_free(struct sw_emitter *emitter)
{
	free(emitter->queue);
	emitter->queue = NULL;
}

void sw_emitter_flush(struct sw_emitter *emitter)
{
	while (emitter->queue_count > 0) {
		const struct sw_parcel *parcel =
			&emitter->queue[emitter->queue_first];

		if (send(emitter->recorder->writer[0], parcel, sizeof(*parcel),
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return;
		emitter->queue_first =
			(emitter->queue_first + 1) % SW_QUEUE_MAX;
		emitter->queue_count--;
	}
}

/* False when the writer is stuck and its queue full. */
static bool to_audit(struct sw_emitter *emitter, const struct sw_record *record,
		     bool counted)
{
	struct sw_parcel *parcel;

	if (emitter->queue_count == SW_QUEUE_MAX)
		return false;
	parcel = &emitter->queue[(emitter->queue_first +
				  emitter->queue_count++) %
				 SW_QUEUE_MAX];
	parcel->magic = SW_PARCEL_MAGIC;
	parcel->counted = counted;
	parcel->record = *record;
	sw_emitter_flush(emitter);
	return true;
}

static bool ask(struct sw_emitter *emitter, enum sw_question_kind kind,
		uint64_t id, const struct sw_record *record, pid_t listener,
		int64_t loaded)
{
	struct sw_question question = {.magic = SW_QUESTION_MAGIC,
				       .kind = kind,
				       .id = id,
				       .listener = listener,
				       .loaded = loaded,
				       .record = *record};

	return send(emitter->recorder->asker[0], &question, sizeof(question),
		    MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(question);
}

/* Which sinks hold a record now. */
static uint32_t sinks_of(const struct sw_emitter *emitter)
{
	enum sw_audit_status status = (enum sw_audit_status)atomic_load(
		&emitter->recorder->shared->audit);

	if ((emitter->config.sinks & SW_SINK_AUTO) == 0)
		return emitter->config.sinks;
	return sw_sink_chosen(status);
}

/*
 * Give the record its number and hand it to the sinks. The one that writes it
 * for good counts it as taken, so that a recorder that is killed meanwhile has
 * lost it visibly.
 */
static void write_record(struct sw_emitter *emitter, struct sw_record *record,
			 bool counted, bool within_cap)
{
	uint32_t sinks = sinks_of(emitter);

	record->seqno = sw_state_next_seqno(&emitter->state);
	memcpy(record->node, emitter->node, sizeof(record->node));
	memcpy(record->boot, emitter->boot, sizeof(record->boot));
	if (!within_cap)
		sinks = SW_SINK_FILE;
	if ((sinks & SW_SINK_SYSLOG) != 0)
		(void)!sw_sink_syslog(record);
	if ((sinks & SW_SINK_AUDIT) != 0 && !to_audit(emitter, record, counted))
		sinks = SW_SINK_FILE;
	if ((sinks & SW_SINK_FILE) != 0) {
		bool sent = ask(emitter, SW_QUESTION_WRITE, 0, record, 0, 0);

		if (sent && counted && (sinks & SW_SINK_AUDIT) == 0)
			sw_state_take(&emitter->state, record->count);
	}
	if (emitter->correlator != NULL)
		sw_correlate_written(emitter->correlator, record);
}

/* Everything is known: fold it, or write it. */
static void finish(struct sw_emitter *emitter, struct sw_record *record,
		   bool counted, uint64_t now)
{
	if (!sw_fold_add(&emitter->fold, record,
			 emitter->config.fold * MS_PER_S, now)) {
		if (counted)
			sw_state_take(&emitter->state, record->count);
		return;
	}
	write_record(emitter, record, counted,
		     sw_cap_take(&emitter->cap, record, now));
}

static void apply(struct sw_emitter *emitter, struct sw_record *record,
		  const struct sw_answer *answer)
{
	struct sw_text root;
	char text[SW_ROOT_MAX];

	if (!answer->is_account && !emitter->config.unknown_users)
		record->conn.user[0] = '\0';
	if (answer->err != SW_OK || record->rule.source[0] != '\0')
		return;
	record->rule = answer->rule;
	if (!answer->stale)
		return;
	sw_text_init(&root, text, sizeof(text));
	sw_text_add(&root, "%s%sfile newer than the daemon's settings",
		    record->root, record->root[0] != '\0' ? "; " : "");
	if (sw_text_ok(&root))
		memcpy(record->root, text, sizeof(record->root));
}

/* Settings that no Match block can change are the same for every client. */
static bool is_same_for_all(enum sw_cause cause)
{
	return cause == SW_CAUSE_LIMIT_MAX_STARTUPS ||
	       cause == SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM ||
	       cause == SW_CAUSE_LIMIT_PER_SOURCE ||
	       cause == SW_CAUSE_BAN_PENALTY ||
	       cause == SW_CAUSE_CONFIG_GRACE_TIME;
}

static const struct sw_answer *cached(const struct sw_emitter *emitter,
				      const struct sw_record *record,
				      pid_t listener, uint64_t now)
{
	for (size_t i = 0; i < SW_CACHE_MAX; i++) {
		const struct sw_cached *entry = &emitter->cache[i];

		if (entry->cause == record->cause &&
		    entry->listener == listener &&
		    entry->port == record->conn.server.port && entry->due > now)
			return &entry->answer;
	}
	return NULL;
}

static void remember(struct sw_emitter *emitter, const struct sw_record *record,
		     pid_t listener, const struct sw_answer *answer,
		     uint64_t now)
{
	struct sw_cached *entry = &emitter->cache[0];

	for (size_t i = 1; i < SW_CACHE_MAX; i++) {
		if (emitter->cache[i].due < entry->due)
			entry = &emitter->cache[i];
	}
	*entry = (struct sw_cached){.cause = record->cause,
				    .listener = listener,
				    .port = record->conn.server.port,
				    .due = now + CACHE_TIME,
				    .answer = *answer};
}

static bool needs_answer(const struct sw_record *record)
{
	return record->event == SW_EVENT_REJECTION &&
	       (record->conn.user[0] != '\0' ||
		(record->rule.source[0] == '\0' &&
		 sw_sshd_keyword(record->cause) != NULL));
}

static struct sw_pending *free_place(struct sw_emitter *emitter)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		if (emitter->pending[i].id == 0)
			return &emitter->pending[i];
	}
	return NULL;
}

void sw_emitter_add(struct sw_emitter *emitter, const struct sw_record *record,
		    bool counted, pid_t listener, int64_t loaded, uint64_t now)
{
	static const struct sw_answer none = {.err = SW_E_NOTSUP};
	struct sw_record copy = *record;
	const struct sw_answer *known = NULL;
	struct sw_pending *place = NULL;

	if (!needs_answer(record)) {
		finish(emitter, &copy, counted, now);
		return;
	}
	if (is_same_for_all(record->cause) && record->conn.user[0] == '\0')
		known = cached(emitter, record, listener, now);
	if (known == NULL)
		place = free_place(emitter);
	if (place != NULL &&
	    ask(emitter, SW_QUESTION_RULE, emitter->next_id + 1, record,
		listener, loaded)) {
		place->id = ++emitter->next_id;
		place->due = now + PATIENCE;
		place->counted = counted;
		place->listener = listener;
		place->record = *record;
		return;
	}
	apply(emitter, &copy, known != NULL ? known : &none);
	finish(emitter, &copy, counted, now);
}

void sw_emitter_answer(struct sw_emitter *emitter,
		       const struct sw_answer *answer, uint64_t now)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		struct sw_pending *place = &emitter->pending[i];

		if (place->id != answer->id || place->id == 0)
			continue;
		if (is_same_for_all(place->record.cause))
			remember(emitter, &place->record, place->listener,
				 answer, now);
		apply(emitter, &place->record, answer);
		finish(emitter, &place->record, place->counted, now);
		place->id = 0;
	}
}

static void give_up_waiting(struct sw_emitter *emitter, uint64_t now, bool all)
{
	static const struct sw_answer none = {.err = SW_E_NOTSUP};

	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		struct sw_pending *place = &emitter->pending[i];

		if (place->id == 0 || (!all && place->due > now))
			continue;
		apply(emitter, &place->record, &none);
		finish(emitter, &place->record, place->counted, now);
		place->id = 0;
	}
}

static void write_folds(struct sw_emitter *emitter, uint64_t now, bool all)
{
	struct sw_record record;

	/* They were counted as taken when they were folded. */
	while (sw_fold_take_due(&emitter->fold, now, all, &record))
		write_record(emitter, &record, false,
			     sw_cap_take(&emitter->cap, &record, now));
}

static void report_suppressed(struct sw_emitter *emitter, uint64_t now,
			      int64_t utc)
{
	struct sw_record record;

	if (now - emitter->reported < REPORT_EVERY)
		return;
	if (sw_cap_report(&emitter->cap, utc, &record)) {
		emitter->reported = now;
		write_record(emitter, &record, false, true);
	}
}

/* What was offered and is nowhere any more, once nothing moves. */
static void report_lost(struct sw_emitter *emitter, uint64_t now, int64_t utc)
{
	uint64_t offered = sw_state_offered(&emitter->state);
	uint64_t taken = sw_state_taken(&emitter->state);
	uint64_t missing = offered > taken ? offered - taken : 0;
	struct sw_record record = {.event = SW_EVENT_SUPPRESSED,
				   .via = SW_VIA_HOOK,
				   .time = utc,
				   .first = utc,
				   .last = utc,
				   .count = missing,
				   .root = "lost on the way to the recorder"};

	if (missing != emitter->missing || missing == 0 ||
	    emitter->queue_count > 0) {
		emitter->missing = missing;
		emitter->missing_since = now;
		return;
	}
	if (now - emitter->missing_since < LOST_AFTER)
		return;
	sw_state_take(&emitter->state, missing);
	write_record(emitter, &record, false, true);
}

static void take_new_config(struct sw_emitter *emitter)
{
	uint32_t now = atomic_load(&emitter->recorder->shared->generation);

	if (now == emitter->generation)
		return;
	emitter->generation = now;
	emitter->config = emitter->recorder->shared->config;
	emitter->cap.per_second = emitter->config.audit_per_second;
	emitter->cap.per_hour = emitter->config.audit_per_hour;
}

void sw_emitter_tick(struct sw_emitter *emitter, uint64_t now, int64_t utc)
{
	take_new_config(emitter);
	sw_emitter_flush(emitter);
	give_up_waiting(emitter, now, false);
	write_folds(emitter, now, false);
	report_suppressed(emitter, now, utc);
	report_lost(emitter, now, utc);
}

void sw_emitter_finish(struct sw_emitter *emitter, uint64_t now)
{
	give_up_waiting(emitter, now, true);
	write_folds(emitter, now, true);
	sw_emitter_flush(emitter);
}
