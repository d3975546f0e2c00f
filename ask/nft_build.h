/* nft_build.h - chains and expressions of our own tables. */

#ifndef ASK_NFT_BUILD_H
#define ASK_NFT_BUILD_H

#include "nl.h"

#include <stdint.h>

/* Append a base chain of type filter to the table inet sshwhy. */
void sw_nft_put_base_chain(struct sw_batch *batch, const char *name,
			   uint32_t hook, int32_t priority);

/* A rule of such a chain: expressions are put between both calls. */
struct sw_nft_building {
	struct sw_batch *batch;
	struct nlmsghdr *rule;
	struct nlattr *list;
};

struct sw_nft_building sw_nft_open_rule(struct sw_batch *batch,
					const char *chain);
void sw_nft_close_rule(const struct sw_nft_building *building);

void sw_nft_put_counter(const struct sw_nft_building *building);
/* "limit rate RATE/second burst RATE packets" */
void sw_nft_put_limit(const struct sw_nft_building *building, uint32_t rate);
/* "meta nftrace set 1" */
void sw_nft_put_trace(const struct sw_nft_building *building);
/* "meta l4proto tcp" */
void sw_nft_put_is_tcp(const struct sw_nft_building *building);
/* "tcp flags & (syn | ack) == syn" */
void sw_nft_put_is_syn(const struct sw_nft_building *building);
/* "tcp dport @SET" */
void sw_nft_put_dport_in(const struct sw_nft_building *building,
			 const char *set);

#endif
