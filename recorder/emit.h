/* emit.h - from a rejection to its record: rule, fold, cap, sinks. */

#ifndef RECORDER_EMIT_H
#define RECORDER_EMIT_H

#include "answers.h"
#include "cap.h"
#include "correlate.h"
#include "outbox.h"
#include "shared.h"

#define SW_QUEUE_MAX 1024 /* records that wait for a sink */

struct sw_emitter {
	const struct sw_recorder *recorder;
	struct sw_state state;
	struct sw_fold fold;
	struct sw_config config;
	uint32_t generation;
	struct sw_cap cap;
	struct sw_correlator *correlator;
	char node[SW_NODE_MAX];
	char boot[SW_BOOT_MAX];
	uint64_t next_id;
	uint64_t reported;   /* when the suppressed ones were, monotonic ms */
	uint64_t folds_seen; /* when ended windows were looked for */
	struct sw_pending *pending; /* SW_PENDING_MAX */
	struct sw_cached cache[SW_CACHE_MAX];
	struct sw_outbox audit; /* parcels for the writer */
	struct sw_outbox file;	/* questions to the root process: WRITE */
	uint64_t missing;	/* offered and not taken, and since when */
	uint64_t missing_since;
};

/* Start, and ask again what an earlier recorder was waiting for; correlator may
 * be set later. Returns SW_OK or SW_E_NOMEM. */
SW_MUST_CHECK
enum sw_err sw_emitter_init(struct sw_emitter *emitter,
			    const struct sw_recorder *recorder);
void sw_emitter_free(struct sw_emitter *emitter);

/* A rejection; now is monotonic, in milliseconds. */
void sw_emitter_add(struct sw_emitter *emitter, const struct sw_record *record,
		    bool counted, pid_t listener, int64_t loaded, uint64_t now);

/* An answer of the root process came. */
void sw_emitter_answer(struct sw_emitter *emitter,
		       const struct sw_answer *answer, uint64_t now);

/* Time passes: unanswered ones, ended windows, the cap's report, losses. */
void sw_emitter_tick(struct sw_emitter *emitter, uint64_t now, int64_t utc);

/* Write all windows out, and what the cap held back, at the end of the
 * recorder; waits for the sinks, but
 * not for ever. What they do not take is left to the next one. */
void sw_emitter_finish(struct sw_emitter *emitter, uint64_t now, int64_t utc);

#endif
