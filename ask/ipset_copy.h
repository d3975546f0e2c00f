/* ipset_copy.h - the ipsets that rules ask, in another network namespace. */

#ifndef ASK_IPSET_COPY_H
#define ASK_IPSET_COPY_H

#include "nft_ruleset.h"

#include "sshwhy/err.h"

#define SW_IPSET_NAME_MAX 32 /* bytes, with the NUL */

/* What "ipset save" says, and the names behind the numbers in the rules. */
struct sw_ipset_copy {
	char *saved; /* NULL: no rule asks an ipset */
	char names[256][SW_IPSET_NAME_MAX];
	struct sw_ipsets map;
};

/*
 * Read the ipsets, where a rule of the ruleset asks one; in the live namespace.
 *
 * Returns SW_OK, SW_E_NOMEM, SW_E_RANGE or SW_E_IO. *out is to be freed in any
 * case with sw_ipset_copy_free().
 */
SW_MUST_CHECK
enum sw_err sw_ipset_read(int fd, const struct sw_ruleset *ruleset,
			  struct sw_ipset_copy *out);

/* Load them and find their numbers; in the namespace of the copy. */
SW_MUST_CHECK
enum sw_err sw_ipset_load(int fd, struct sw_ipset_copy *copy);

void sw_ipset_copy_free(struct sw_ipset_copy *copy);

#endif
