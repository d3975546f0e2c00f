#include "emit.h"

#include "sshwhy/ask_sshd.h"
#include "sshwhy/firewall_owner.h"
#include "sshwhy/node.h"
#include "sshwhy/text.h"
#include "sshwhy/wrapper_owner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define PATIENCE 6000	   /* ms that a rejection waits for its rule */
#define REPORT_EVERY 60000 /* ms between two reports of the cap */
#define FOLDS_EVERY 100	   /* ms between two looks for ended windows */
#define LOST_AFTER 8000	   /* ms without a change; longer than PATIENCE */
#define DRAIN 2000	   /* ms that the sinks get at the end */
#define MS_PER_S UINT32_C(1000)

static bool ask(struct sw_emitter *emitter, const struct sw_pending *place)
{
	struct sw_question question = {.magic = SW_QUESTION_MAGIC,
				       .kind = SW_QUESTION_RULE,
				       .id = place->id,
				       .listener = place->listener,
				       .loaded = place->loaded,
				       .slot = -1,
				       .record = place->record};

	return send(emitter->recorder->asker[0], &question, sizeof(question),
		    MSG_DONTWAIT | MSG_NOSIGNAL) == sizeof(question);
}

/* What a recorder that was killed left behind is asked under new numbers. */
static void ask_again(struct sw_emitter *emitter)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		struct sw_pending *place = &emitter->pending[i];

		if (place->id == 0)
			continue;
		place->id = ++emitter->next_id;
		if (!ask(emitter, place))
			place->due = 0;
	}
}

enum sw_err sw_emitter_init(struct sw_emitter *emitter,
			    const struct sw_recorder *recorder)
{
	memset(emitter, 0, sizeof(*emitter));
	emitter->recorder = recorder;
	emitter->state = recorder->state;
	emitter->fold = recorder->fold;
	emitter->pending = recorder->pending;
	emitter->config = recorder->shared->config;
	emitter->generation = atomic_load(&recorder->shared->generation);
	(void)sw_node_name(emitter->node);
	(void)sw_node_boot(emitter->boot);
	sw_cap_init(&emitter->cap, emitter->config.audit_per_second,
		    emitter->config.audit_per_hour, 0);
	if (sw_outbox_init(&emitter->audit, recorder->writer[0],
			   sizeof(struct sw_parcel), SW_QUEUE_MAX) != SW_OK ||
	    sw_outbox_init(&emitter->file, recorder->asker[0],
			   sizeof(struct sw_question), SW_QUEUE_MAX) != SW_OK)
		return SW_E_NOMEM;
	ask_again(emitter);
	return SW_OK;
}

void sw_emitter_free(struct sw_emitter *emitter)
{
	sw_outbox_free(&emitter->audit);
	sw_outbox_free(&emitter->file);
}

/* False when the writer is stuck and its queue full. */
static bool to_audit(struct sw_emitter *emitter, const struct sw_record *record,
		     uint64_t counted, int32_t slot)
{
	const struct sw_parcel parcel = {.magic = SW_PARCEL_MAGIC,
					 .counted = (uint32_t)counted,
					 .slot = slot,
					 .record = *record};

	return sw_outbox_put(&emitter->audit, &parcel);
}

static bool to_file(struct sw_emitter *emitter, const struct sw_record *record,
		    uint64_t counted, int32_t slot)
{
	const struct sw_question question = {.magic = SW_QUESTION_MAGIC,
					     .kind = SW_QUESTION_WRITE,
					     .counted = (uint32_t)counted,
					     .slot = slot,
					     .record = *record};

	return sw_outbox_put(&emitter->file, &question);
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
 * Give the record its number and hand it to the sinks. The process that writes
 * it for good (to audit, where that is a sink) counts it as taken and clears
 * its place in the fold table, so that nothing is lost unseen when the recorder
 * is killed meanwhile.
 */
static void write_record(struct sw_emitter *emitter, struct sw_record *record,
			 bool within_cap, uint64_t counted, int32_t slot)
{
	uint32_t sinks = within_cap ? sinks_of(emitter) : SW_SINK_FILE;
	bool kept = false;

	record->seqno = sw_state_next_seqno(&emitter->state);
	memcpy(record->node, emitter->node, sizeof(record->node));
	memcpy(record->boot, emitter->boot, sizeof(record->boot));
	if ((sinks & SW_SINK_SYSLOG) != 0)
		(void)!sw_sink_syslog(record);
	if ((sinks & SW_SINK_AUDIT) != 0)
		kept = to_audit(emitter, record, counted, slot);
	if ((sinks & SW_SINK_AUDIT) != 0 && !kept)
		sinks |= SW_SINK_FILE;
	if ((sinks & SW_SINK_FILE) != 0)
		kept |= to_file(emitter, record, kept ? 0 : counted,
				kept ? -1 : slot);
	else if (sinks == SW_SINK_SYSLOG) {
		sw_state_take(&emitter->state, counted);
		sw_fold_written(&emitter->fold, slot);
		kept = true;
	}
	if (!kept)
		sw_fold_postpone(&emitter->fold, slot, 0);
	if (emitter->correlator != NULL)
		sw_correlate_written(emitter->correlator, record);
}

/* Everything is known: fold it, or write it. What has a place in the table is
 * safe there, even from the end of the recorder. */
static void finish(struct sw_emitter *emitter, struct sw_record *record,
		   uint64_t counted, uint64_t now)
{
	int32_t slot;
	bool is_first;

	if (sw_answer_refutes(record)) {
		sw_state_take(&emitter->state, counted);
		return;
	}
	is_first = sw_fold_add(&emitter->fold, record,
			       emitter->config.fold * MS_PER_S, now, &slot);
	if (slot >= 0) {
		sw_state_take(&emitter->state, counted);
		counted = 0;
	}
	if (is_first)
		write_record(emitter, record,
			     sw_cap_take(&emitter->cap, record, now), counted,
			     slot);
}

/* Of several that waited together the first is a record of its own. */
static void finish_place(struct sw_emitter *emitter, struct sw_pending *place,
			 uint64_t now)
{
	struct sw_record first = place->record, others = place->record;
	uint64_t counted = place->counted;
	uint64_t first_counted = counted > 0 ? 1 : 0;

	if (first.count > 1) {
		first.count = 1;
		first.last = first.first;
		others.count--;
		finish(emitter, &first, first_counted, now);
		finish(emitter, &others, counted - first_counted, now);
	} else {
		finish(emitter, &first, counted, now);
	}
	place->id = 0;
}

static bool needs_answer(const struct sw_record *record)
{
	const struct sw_addr *client = &record->conn.client.addr;

	return record->event == SW_EVENT_REJECTION &&
	       (record->conn.user[0] != '\0' ||
		sw_firewall_is_lent(&record->rule, client) ||
		(record->cause == SW_CAUSE_WRAPPER_DENY &&
		 sw_wrapper_is_bare(&record->rule, client)) ||
		(record->rule.source[0] == '\0' &&
		 (record->cause == SW_CAUSE_LIMIT_SOCKET_UNIT ||
		  sw_sshd_keyword(record->cause, record->root) != NULL)));
}

/* Ask, or wait with an equal one that was asked about. False when neither is
 * possible: the record has to do without an answer. */
static bool wait_for_answer(struct sw_emitter *emitter,
			    const struct sw_record *record, bool counted,
			    pid_t listener, int64_t loaded, uint64_t now)
{
	struct sw_pending *place;

	if (emitter->config.fold > 0) {
		place = sw_pending_equal(emitter->pending, record, listener);
		if (place != NULL) {
			place->counted += counted ? 1 : 0;
			place->record.count += record->count;
			place->record.last = record->last;
			return true;
		}
	}
	place = sw_pending_free_place(emitter->pending);
	if (place == NULL)
		return false;
	place->due = now + PATIENCE;
	place->counted = counted ? 1 : 0;
	place->listener = listener;
	place->loaded = loaded;
	place->record = *record;
	place->id = ++emitter->next_id;
	if (!ask(emitter, place))
		place->id = 0;
	return place->id != 0;
}

void sw_emitter_add(struct sw_emitter *emitter, const struct sw_record *record,
		    bool counted, pid_t listener, int64_t loaded, uint64_t now)
{
	static const struct sw_answer none = {.err = SW_E_NOTSUP};
	struct sw_record copy = *record;
	const struct sw_answer *known = NULL;

	if (!needs_answer(record)) {
		finish(emitter, &copy, counted ? 1 : 0, now);
		return;
	}
	if (sw_answer_is_for_all(record->cause) && record->conn.user[0] == '\0')
		known = sw_answers_find(emitter->cache, &copy, listener, now);
	if (known != NULL && sw_answer_corrects(&copy, known))
		known = sw_answers_find(emitter->cache, &copy, listener, now);
	if (known == NULL &&
	    wait_for_answer(emitter, &copy, counted, listener, loaded, now))
		return;
	sw_answer_apply(&emitter->config, &copy, known != NULL ? known : &none);
	finish(emitter, &copy, counted ? 1 : 0, now);
}

void sw_emitter_answer(struct sw_emitter *emitter,
		       const struct sw_answer *answer, uint64_t now)
{
	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		struct sw_pending *place = &emitter->pending[i];

		if (place->id != answer->id || place->id == 0)
			continue;
		if (sw_answer_is_for_all(place->record.cause))
			sw_answers_keep(emitter->cache, &place->record,
					place->listener, answer, now);
		if (sw_answer_corrects(&place->record, answer)) {
			place->id = ++emitter->next_id;
			if (ask(emitter, place))
				continue;
		}
		sw_answer_apply(&emitter->config, &place->record, answer);
		finish_place(emitter, place, now);
	}
}

static void give_up_waiting(struct sw_emitter *emitter, uint64_t now, bool all)
{
	static const struct sw_answer none = {.err = SW_E_NOTSUP};

	for (size_t i = 0; i < SW_PENDING_MAX; i++) {
		struct sw_pending *place = &emitter->pending[i];

		if (place->id == 0 || (!all && place->due > now))
			continue;
		sw_answer_apply(&emitter->config, &place->record, &none);
		finish_place(emitter, place, now);
	}
}

static void write_folds(struct sw_emitter *emitter, uint64_t now, bool all)
{
	struct sw_record record;
	int32_t slot;

	/* The whole table is gone through, which a flood would have done for
	 * each of its packets. */
	if (!all && now - emitter->folds_seen < FOLDS_EVERY)
		return;
	emitter->folds_seen = now;
	/* They were counted as taken when they were folded. What the sinks
	 * have no room for stays in the table. */
	while (emitter->audit.count < emitter->audit.places &&
	       emitter->file.count < emitter->file.places &&
	       sw_fold_take_due(&emitter->fold, now, all, &record, &slot))
		write_record(emitter, &record,
			     sw_cap_take(&emitter->cap, &record, now), 0, slot);
}

static void report_suppressed(struct sw_emitter *emitter, uint64_t now,
			      int64_t utc, bool all)
{
	struct sw_record record;

	if (!all && now - emitter->reported < REPORT_EVERY)
		return;
	if (sw_cap_report(&emitter->cap, utc, &record)) {
		emitter->reported = now;
		write_record(emitter, &record, true, 0, -1);
	}
}

/* Offered, not taken, and not known to wait for anything. */
static uint64_t missing_now(const struct sw_emitter *emitter)
{
	uint64_t offered = sw_state_offered(&emitter->state);
	uint64_t known = sw_state_taken(&emitter->state) +
			 sw_pending_counted(emitter->pending);

	return offered > known ? offered - known : 0;
}

/*
 * What was offered and is nowhere any more, once nothing moves. It is counted
 * as taken when the report stands in the trail: one that is lost itself is
 * repeated.
 */
static void report_lost(struct sw_emitter *emitter, uint64_t now, int64_t utc)
{
	uint64_t missing = missing_now(emitter);
	struct sw_record record = {.event = SW_EVENT_SUPPRESSED,
				   .via = SW_VIA_HOOK,
				   .time = utc,
				   .first = utc,
				   .last = utc,
				   .count = missing,
				   .root = "lost on the way to the recorder"};

	if (missing != emitter->missing || missing == 0 ||
	    emitter->audit.count + emitter->file.count > 0) {
		emitter->missing = missing;
		emitter->missing_since = now;
		return;
	}
	if (now - emitter->missing_since < LOST_AFTER)
		return;
	emitter->missing_since = now;
	write_record(emitter, &record, true, missing, -1);
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
	sw_outbox_flush(&emitter->audit);
	sw_outbox_flush(&emitter->file);
	give_up_waiting(emitter, now, false);
	write_folds(emitter, now, false);
	report_suppressed(emitter, now, utc, false);
	report_lost(emitter, now, utc);
}

void sw_emitter_finish(struct sw_emitter *emitter, uint64_t now, int64_t utc)
{
	give_up_waiting(emitter, now, true);
	write_folds(emitter, now, true);
	report_suppressed(emitter, now, utc, true);
	sw_outbox_drain(&emitter->file, DRAIN);
	sw_outbox_drain(&emitter->audit, DRAIN);
}
