/* nft_text.h - a rule of nf_tables as its administrator would write it. */

#ifndef SSHWHY_NFT_TEXT_H
#define SSHWHY_NFT_TEXT_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Ask the live ruleset for the text of one rule, without counters and handle,
 * on one line; what is longer is cut.
 *
 * family  NFPROTO_*
 *
 * Returns SW_OK, SW_E_NOTSUP (no such rule, or a name that nft's grammar does
 * not take) or SW_E_NOMEM. On failure out is an empty text.
 */
SW_MUST_CHECK
enum sw_err sw_nft_rule_text(uint8_t family, const char *table,
			     const char *chain, uint64_t handle, char *out,
			     size_t size);

#endif
