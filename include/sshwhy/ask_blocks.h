/* ask_blocks.h - where ban tools hold an address: firewall, tables, files. */

#ifndef SSHWHY_ASK_BLOCKS_H
#define SSHWHY_ASK_BLOCKS_H

#include "sshwhy/addr.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_BLOCKS 4			 /* of one address that are kept */
#define SW_BLOCK_TEXT 512		 /* bytes, with the NUL */
#define SW_BLOCK_OUTPUT_MAX (256U << 20) /* bytes of JSON */

/* An address in a set, or a rule about it, in something that a tool owns. */
struct sw_block {
	char owner[SW_OWNER_MAX];
	char place[SW_BLOCK_TEXT]; /* for people */
	char undo[SW_BLOCK_TEXT];  /* the command that takes only this out */
};

struct sw_blocks {
	struct sw_block rows[SW_BLOCKS];
	size_t count;
};

/* True when the set holds addr; all as nft writes them. */
typedef bool (*sw_is_element_fn)(const char *family, const char *table,
				 const char *set, const char *addr);

/*
 * Find client in the sets and rules of known owners.
 *
 * json        len bytes, as "nft -j list ruleset" prints them, with -t or not
 * is_element  asked about sets of client's family whose elements json leaves
 *             out; NULL: they are taken for empty
 *
 * Returns SW_OK or SW_E_SYNTAX. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_blocks_parse(const char *json, size_t len,
			    const struct sw_addr *client,
			    sw_is_element_fn is_element, struct sw_blocks *out);

/*
 * The same for the ruleset of this network namespace, as nft prints it.
 *
 * Returns SW_OK, SW_E_NOTSUP (no nft, or no right to ask), SW_E_SYNTAX,
 * SW_E_RANGE (too large, or not done in time), SW_E_NOMEM or SW_E_IO. On
 * failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_blocks(const struct sw_addr *client, struct sw_blocks *out);

/*
 * Name the tool whose own files say that it has denied client in hosts.deny:
 * "denyhosts", "portsentry", "ossec"; "" none does. The text is static.
 *
 * root  "" or a folder that holds var, usr and etc
 */
const char *sw_ask_deny_owner(const char *root, const struct sw_addr *client);

/*
 * Which of DenyHosts' files in its WORK_DIR hold client, so that it would
 * restore the entry: their paths with blanks between them, "" none. out holds
 * size bytes.
 */
void sw_ask_denyhosts_files(const char *root, const struct sw_addr *client,
			    char *out, size_t size);

#endif
