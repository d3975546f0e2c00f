/* pam_tally.h - the failures that pam_faillock counts. */

#ifndef ASK_PAM_TALLY_H
#define ASK_PAM_TALLY_H

#include <stddef.h>
#include <stdint.h>

#define SW_PAM_TALLY_PATH 512 /* bytes, with the NUL */

struct sw_pam_tally {
	char path[SW_PAM_TALLY_PATH];
	char *bytes; /* the file, freed by the caller; NULL: there is none */
	size_t len;
	unsigned int failures; /* of those that count now */
	int64_t latest;	       /* seconds UTC; 0: none */
	uint32_t lock_time;    /* seconds; 0: until somebody resets it */
};

/* Read the tally of user that a line with these arguments of pam_faillock
 * means, by its arguments and by faillock.conf. */
void sw_pam_tally_read(const char *args, const char *user,
		       struct sw_pam_tally *out);

#endif
