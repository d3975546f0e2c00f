/* enable_state.h - whether a part of sshwhy is switched on, and works. */

#ifndef SSHWHY_ENABLE_STATE_H
#define SSHWHY_ENABLE_STATE_H

#include "enable_manifest.h"
#include "enable_parts.h"

enum sw_state_word {
	SW_STATE_OFF = 0,
	SW_STATE_ON,
	SW_STATE_PENDING, /* its files are there, what runs is older */
	SW_STATE_CHANGED, /* somebody has changed what we wrote */
	SW_STATE_COUNT_
};

struct sw_part_state {
	unsigned int part; /* one bit */
	enum sw_state_word word;
	char file[PATH_MAX];	    /* the one that matters, or "" */
	char reason[SW_REASON_MAX]; /* or "" */
};

/* The word for people and JSON; never NULL. */
const char *sw_state_name(enum sw_state_word word);

/* Find out about one part. live says whether this machine's processes are those
 * of the files that are looked at. */
void sw_part_look(unsigned int part, const struct sw_manifest *manifest,
		  bool live, struct sw_part_state *out);

#endif
