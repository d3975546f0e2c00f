/* blocks.h - the places other than nf_tables where a client may be held. */

#ifndef ASK_BLOCKS_H
#define ASK_BLOCKS_H

#include "sshwhy/ask_blocks.h"

/* A further row with this owner, NULL: there is no room. */
struct sw_block *sw_blocks_add(struct sw_blocks *blocks, const char *owner);

/*
 * What a program prints, NUL-terminated, freed by the caller; NULL unless it
 * ends well and in time. argv[0] is its path.
 */
char *sw_blocks_run(const char *const *argv, size_t *out_len);

/* Add the ipsets of known owners that hold client. */
void sw_blocks_ipset(const struct sw_addr *client, struct sw_blocks *blocks);

/* Add the route to client that leads nowhere, with "" as its owner. */
void sw_blocks_route(const struct sw_addr *client, struct sw_blocks *blocks);

/* Add the rules that ufw keeps about client and nobody else: of fail2ban where
 * their comment says so, else of ufw. root is "" or a folder that holds etc. */
void sw_blocks_ufw(const char *root, const struct sw_addr *client,
		   struct sw_blocks *blocks);

#endif
