/* takers.h - long options of commands that have a few of their own. */

#ifndef SSHWHY_TAKERS_H
#define SSHWHY_TAKERS_H

#include <stdbool.h>
#include <stddef.h>

struct sw_taker {
	const char *name;
	/* False: it is not what is wanted. value is NULL without has_value. */
	bool (*take)(void *request, const char *value);
	bool has_value;
	const char *wanted; /* ends the sentence "--NAME VALUE: not ..." */
};

#define SW_TAKERS_MAX 16

/*
 * Hand each option to its taker, of which there are at most SW_TAKERS_MAX;
 * optind is left at the first word that is none. False, and the reason is said,
 * when there is no such option, its value is missing or it does not take it.
 */
bool sw_take_options(int argc, char **argv, const struct sw_taker *takers,
		     size_t count, void *request);

#endif
