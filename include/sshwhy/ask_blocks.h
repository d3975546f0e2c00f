/* ask_blocks.h - where ban tools hold an address: firewall, tables, files. */

#ifndef SSHWHY_ASK_BLOCKS_H
#define SSHWHY_ASK_BLOCKS_H

#include "sshwhy/addr.h"
#include "sshwhy/ask_fail2ban.h"
#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>

#define SW_BLOCKS 8			 /* of one address that are kept */
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

#define SW_ROUTE_SOURCE "route:main" /* of a rule that is a route */

/* True when the set holds addr; all as nft writes them. out_element is given
 * SW_BLOCK_TEXT bytes: the address, or the range around it that is held. */
typedef bool (*sw_is_element_fn)(const char *family, const char *table,
				 const char *set, const char *addr,
				 char *out_element);

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
 * The same for the ruleset of this network namespace, as nft prints it, its
 * ipsets, the rules that ufw keeps, and a route to client that leads nowhere
 * (which has no owner: anybody may have made it).
 *
 * Returns SW_OK, SW_E_NOTSUP (no nft, or no right to ask), SW_E_SYNTAX,
 * SW_E_RANGE (too large, or not done in time), SW_E_NOMEM or SW_E_IO. On
 * failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_blocks(const struct sw_addr *client, struct sw_blocks *out);

/*
 * Ask one set of nf_tables, or one ipset, whether it holds client: where, and
 * what takes only client out of it. owner is left as it is.
 *
 * Returns SW_OK or SW_E_NOTSUP (it does not, or holds a range around client
 * that it cannot be taken out of alone). On failure *out may be changed.
 */
SW_MUST_CHECK
enum sw_err sw_ask_element(const char *family, const char *table,
			   const char *set, const struct sw_addr *client,
			   struct sw_block *out);
SW_MUST_CHECK
enum sw_err sw_ask_ipset(const char *name, const struct sw_addr *client,
			 struct sw_block *out);

/* True when the route to client leads nowhere, so that it gets no answer: out
 * is it, as a rule "unreachable ADDR". */
bool sw_ask_bad_route(const struct sw_addr *client, struct sw_rule *out);

/*
 * Name the tool whose own files say that it has denied client in hosts.deny:
 * "denyhosts", "portsentry", "ossec"; "" none does. The text is static.
 *
 * root  "" or a folder that holds var, usr and etc
 */
const char *sw_ask_deny_owner(const char *root, const struct sw_addr *client);

/*
 * Name the tool that refused client by a rule without a mark, from the state of
 * fail2ban and of those: "fail2ban:JAIL", "portsentry", ... Such rules are bare
 * ones of hosts.deny (sw_wrapper_is_bare()), those about client alone that ufw
 * and firewalld keep for others (sw_firewall_is_lent()), and routes.
 *
 * now    milliseconds UTC
 * owner  SW_OWNER_MAX bytes; "" where none knows of it
 */
void sw_ask_rule_tool(const struct sw_fail2ban_paths *paths,
		      const struct sw_rule *rule, const struct sw_addr *client,
		      int64_t now, char *owner);

/*
 * Which of DenyHosts' files in its WORK_DIR hold client, so that it would
 * restore the entry: their paths with blanks between them, "" none. out holds
 * size bytes.
 */
void sw_ask_denyhosts_files(const char *root, const struct sw_addr *client,
			    char *out, size_t size);

#endif
