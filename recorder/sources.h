/* sources.h - the last records of each source, for what a penalty is due to. */

#ifndef RECORDER_SOURCES_H
#define RECORDER_SOURCES_H

#include "correlate.h"

/* One record of a source, as later ones name it. */
struct sw_source_record {
	uint64_t seqno;
	enum sw_cause cause;
	uint64_t count;
};

struct sw_source {
	struct sw_prefix prefix; /* /32 or /64; family 0: a free place */
	int64_t touched;	 /* milliseconds UTC */
	int64_t first;		 /* of the earliest one that is kept */
	size_t next;		 /* ring */
	struct sw_source_record records[SW_SOURCE_RECORDS];
	uint32_t offences; /* penalties that sshd said it added */
	int64_t offended;  /* time of the first of them */
	char offence[64];  /* its reason, in sshd's words */
};

/* Remember a written record. */
void sw_sources_add(struct sw_source *sources, const struct sw_record *record);

/* Remember that sshd penalised addr, for reason. */
void sw_sources_penalise(struct sw_source *sources, const struct sw_addr *addr,
			 const char *reason, int64_t now);

/* Describe why addr is penalised into out: the offence and the records of the
 * source; "" when nothing is known. */
void sw_sources_describe(const struct sw_source *sources,
			 const struct sw_addr *addr, const char *reason,
			 char *out, size_t size);

#endif
