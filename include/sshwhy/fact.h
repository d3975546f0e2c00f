/*
 * fact.h - what a module inside sshd tells the recorder: one message per fact.
 *
 * A module stays loaded in a running sshd while the recorder is upgraded, so
 * this layout is an interface between versions: fields are appended, and a
 * reader takes a longer or shorter message by its size field.
 */

#ifndef SSHWHY_FACT_H
#define SSHWHY_FACT_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stddef.h>
#include <stdint.h>

#define SW_FACT_MAGIC UINT32_C(0x53574631) /* "SWF1" */
#define SW_FACT_TEXT_MAX 512 /* bytes, with the NUL: sshd cuts at 500 */

/* Numbers are interface: appended, never changed. */
enum sw_fact_kind {
	SW_FACT_NONE = 0,
	SW_FACT_SESSION = 1,  /* a session process knows its two ends */
	SW_FACT_WRAPPER = 2,  /* libwrap or our wrapper check refused it */
	SW_FACT_LOG = 3,      /* sshd logged text */
	SW_FACT_GRACE = 4,    /* the session ended by LoginGraceTime */
	SW_FACT_PAM = 5,      /* pam_acct_mgmt() answered code, not success */
	SW_FACT_ADMITTED = 6, /* the user was authenticated */
	SW_FACT_PORT = 7,     /* a listener listens on server */
	SW_FACT_CRASH = 8,    /* signal code ended the unprivileged process */
	SW_FACT_COUNT_
};

/* Bits of sw_fact.flags. */
#define SW_FACT_LISTENER UINT16_C(1)  /* sent by the listening process */
#define SW_FACT_COUNTED UINT16_C(2)   /* one of sw_state_count_offered() */
#define SW_FACT_SIMULATED UINT16_C(4) /* observed: nobody was refused */

/*
 * One datagram, at most sizeof(struct sw_fact) bytes; only the used part of
 * text is sent. Numbers are in host order: sender and reader are one machine.
 */
struct sw_fact {
	uint32_t magic;
	uint16_t size; /* of the fixed part, offsetof(struct sw_fact, text) */
	uint16_t kind; /* enum sw_fact_kind */
	uint16_t flags;
	uint16_t cause; /* enum sw_cause, where the module knows it */
	int32_t code;	/* of SW_FACT_PAM and SW_FACT_CRASH; SW_FACT_LOG's
			 * priority */
	int64_t time;	/* milliseconds UTC */
	int32_t pid;	/* of the sshd process that the fact is about */
	uint16_t text_len;
	uint16_t via; /* enum sw_via */
	struct sw_endpoint client;
	struct sw_endpoint server;
	char user[SW_USER_MAX]; /* an existing account, or "" */
	struct sw_rule rule;
	struct sw_lookup lookup;
	int64_t until; /* end of a ban, milliseconds UTC; 0: none */
	char text[SW_FACT_TEXT_MAX]; /* NUL-terminated once checked */
};

/* Start a fact: everything zero but magic, size, kind, time and pid. */
void sw_fact_init(struct sw_fact *fact, enum sw_fact_kind kind, int64_t now,
		  pid_t pid);

/* Set the text, cut at SW_FACT_TEXT_MAX. */
void sw_fact_set_text(struct sw_fact *fact, const char *text);

/* How many bytes of fact have to be sent. */
size_t sw_fact_length(const struct sw_fact *fact);

/*
 * Check a received message and bring it into this version's form: every string
 * terminated, every number inside its range, fields that the sender did not
 * know zero.
 *
 * bytes  len bytes of any content
 *
 * Returns SW_OK or SW_E_SYNTAX. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_fact_read(const void *bytes, size_t len, struct sw_fact *out);

#endif
