/*
 * question.h - what the unprivileged worker asks the root process.
 *
 * Typed values only: no command and no text to be executed ever comes from the
 * worker, and no path but that of authorized_keys, see sw_ask_key().
 */

#ifndef RECORDER_QUESTION_H
#define RECORDER_QUESTION_H

#include "sshwhy/err.h"
#include "sshwhy/record.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stdint.h>

#define SW_QUESTION_MAGIC UINT32_C(0x53575131) /* "SWQ1" */

enum sw_question_kind {
	SW_QUESTION_NONE = 0,
	SW_QUESTION_RULE,   /* which line of sshd_config, whose line of
			     * hosts.deny, is user an account */
	SW_QUESTION_WRITE,  /* append record to the JSON file; no answer */
	SW_QUESTION_LISTEN, /* on which ports do the daemons listen */
	SW_QUESTION_CONFIG, /* does sshd take its configuration (sshd -t) */
	SW_QUESTION_COUNT_
};

/* One message of a SOCK_SEQPACKET pair, sent as a whole. */
struct sw_question {
	uint32_t magic;
	uint32_t kind;	  /* enum sw_question_kind */
	uint64_t id;	  /* comes back in the answer */
	int32_t listener; /* pid; 0: the one on conn.server.port */
	int32_t slot;	  /* of the fold table, for WRITE; -1: none */
	uint32_t counted; /* to be counted as taken once written, for WRITE */
	uint32_t unused;
	int64_t loaded;		 /* when it read its files, ms UTC; 0: start */
	struct sw_record record; /* conn and cause; all of it for WRITE */
};

struct sw_answer {
	uint32_t magic;
	uint32_t kind;
	uint64_t id;
	uint32_t err;	    /* enum sw_err: rule is only filled for SW_OK */
	uint8_t is_account; /* conn.user exists */
	uint8_t stale;	    /* a file is newer than what the daemon read */
	uint16_t port_count;
	uint16_t ports[16];
	unsigned int begin, full; /* of MaxStartups, from the title; 0: none */
	struct sw_rule rule;
};

/*
 * Check a received message: magic, kind, ranges; every string is terminated.
 *
 * Returns SW_OK or SW_E_SYNTAX. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_question_read(const void *bytes, size_t len,
			     struct sw_question *out);
SW_MUST_CHECK
enum sw_err sw_answer_read(const void *bytes, size_t len,
			   struct sw_answer *out);

#endif
