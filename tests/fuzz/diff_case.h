/* diff_case.h - one random question to both libwrap and our matcher. */

#ifndef SW_DIFF_CASE_H
#define SW_DIFF_CASE_H

#include "sshwhy/wrapper.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIFF_TEXT_MAX 16384 /* bytes of a file */
#define DIFF_OPTIONS_MAX 512

/* The files of a case; the last two are lists that rules may name. */
enum diff_file { DIFF_ALLOW, DIFF_DENY, DIFF_LIST, DIFF_INNER, DIFF_FILES };

struct diff_text {
	char bytes[DIFF_TEXT_MAX];
	size_t len;
};

struct diff_case {
	struct diff_text files[DIFF_FILES];
	const char *paths[DIFF_FILES]; /* fixed for the process */
	const char *no_file[2];	       /* in place of a table; NULL: none */
	char client[64];
	char client_name[64]; /* "" none given */
	char found_name[64];  /* what a lookup brings */
	char server_name[64];
	char user[64];
	char daemon[32];
	struct sw_wrapper_query query;
};

/* Make up the case that seed stands for. */
void diff_case_make(struct diff_case *made, uint64_t seed);

/* Make up the options of a rule, with their newline. */
void diff_options_make(char options[DIFF_OPTIONS_MAX], uint64_t seed);

/* A small world, the same for both: see sw_wrapper_ask_fn. */
enum sw_wrapper_answer diff_ask(enum sw_wrapper_question question,
				const char *word, const char *host);

/*
 * Put options to the installed libwrap, without letting it do anything, and to
 * our judge. True when they agree; else why says on what they do not.
 */
bool diff_options_agree(const char *options, char *why, size_t size);

#endif
