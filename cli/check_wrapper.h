/* check_wrapper.h - what the files of the check of hosts.allow share. */

#ifndef SSHWHY_CHECK_WRAPPER_H
#define SSHWHY_CHECK_WRAPPER_H

#include "check.h"

#include "sshwhy/wrapper_parts.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_CHECK_LISTS 64 /* /files that are remembered */
#define SW_CHECK_TOOLS 4  /* that leave marks */

/* A rule that decides about some clients of sshd. */
struct sw_decider {
	uint64_t key; /* of the clients; 0: an empty place */
	unsigned int line;
	bool in_allow_file;
	bool denies;
};

/* Who has decided about whom, over both files. */
struct sw_order {
	struct sw_decider *places;
	size_t count;
	size_t room;	       /* a power of two, or 0 */
	bool lengths[2][129];  /* prefix lengths that there are: IPv4, IPv6 */
	struct sw_decider all; /* ALL; key 0: not yet */
};

struct sw_list_id {
	dev_t dev;
	ino_t ino;
};

/* The two tables being read. */
struct sw_table_check {
	struct sw_checking *checking;
	const struct sw_wrapper_query *query; /* sshd, and whom to ask */
	const char *file;
	bool is_allow;
	bool has_rules;
	bool aclexec; /* a rule of hosts.allow has one */
	unsigned int line;
	char text[SW_TEXT_MAX]; /* the logical line */
	struct sw_order order;
	bool in_sshguard; /* between its two marks */
	const char *tools[SW_CHECK_TOOLS];
	size_t tool_count;
	struct sw_list_id lists[SW_CHECK_LISTS]; /* seen, the open ones first */
	size_t list_count;
	struct sw_list_id open_lists[SW_LIST_DEPTH_MAX];
	size_t open_count;
};

/* A rule, taken apart. */
struct sw_table_rule {
	struct sw_word daemons;
	struct sw_word clients;
	struct sw_word options; /* with the newline */
	bool has_options;
	bool is_for_sshd;
	struct sw_wrapper_options judged;
};

/* Add a finding at the line in hand; word is what is wrong in it, or NULL: the
 * line. detail is as for sw_findings_add(). */
void sw_table_add(struct sw_table_check *check, enum sw_check what,
		  const struct sw_word *word, const char *detail);

/* What shows in the bytes of a file alone. True when it begins with a byte
 * order mark. */
bool sw_table_check_bytes(struct sw_table_check *check);

void sw_table_check_daemons(struct sw_table_check *check,
			    const struct sw_table_rule *rule);
void sw_table_check_clients(struct sw_table_check *check,
			    const struct sw_table_rule *rule);

/* One client pattern; those of a /file have other separators. */
void sw_table_check_pattern(struct sw_table_check *check, struct sw_word word,
			    bool in_list);
void sw_table_check_list(struct sw_table_check *check, struct sw_word path);

void sw_table_check_options(struct sw_table_check *check,
			    struct sw_table_rule *rule);

/* Has an earlier rule decided about all clients of this one? */
void sw_table_check_order(struct sw_table_check *check,
			  const struct sw_table_rule *rule);
void sw_order_release(struct sw_order *order);

/* True when there is an sshd and no program of it is linked with libwrap. */
bool sw_sshd_lacks_libwrap(const struct sw_checking *checking);

#endif
