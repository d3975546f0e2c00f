/* run.h - ask another program, with a deadline; never used inside sshd. */

#ifndef SSHWHY_RUN_H
#define SSHWHY_RUN_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

/* Which of the program's outputs is wanted. */
enum sw_run_output { SW_RUN_STDOUT, SW_RUN_STDERR };

struct sw_run {
	const char *const *argv; /* argv[0] is an absolute path; NULL ends it */
	const char *input;	 /* its standard input, or NULL: none */
	enum sw_run_output want; /* the other one goes to /dev/null */
	uint32_t deadline;	 /* milliseconds; it is killed then */
	size_t max_output;	 /* bytes; it is killed beyond that */
	const char *folder;	 /* "/PARENT/NAME" or NULL: see below */
};

/*
 * Run a program with an environment of PATH, LC_ALL=C and TZ only (so without
 * LD_PRELOAD), in its own process group, without any descriptor of ours. Where
 * folder is missing, the program finds an empty one, alone in an empty PARENT,
 * that nobody else sees; where this process may not do that, it finds none.
 *
 * out_text    on success: what it wrote, NUL-terminated, freed by the caller
 * out_len     on success: its length in bytes, without the NUL
 * out_status  on success: as waitpid() gives it
 *
 * Returns SW_OK, SW_E_IO (errno set: no such program, no process), SW_E_RANGE
 * (deadline or max_output exceeded) or SW_E_NOMEM. On failure the outputs keep
 * their old values and no process of it is left.
 */
SW_MUST_CHECK
enum sw_err sw_run(const struct sw_run *run, char **out_text, size_t *out_len,
		   int *out_status);

#endif
