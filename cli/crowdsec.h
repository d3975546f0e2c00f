/* crowdsec.h - decisions of a CrowdSec local API. */

#ifndef SSHWHY_CROWDSEC_H
#define SSHWHY_CROWDSEC_H

#include "sshwhy/ban_list.h"
#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_CROWDSEC_OWNER "crowdsec"
#define SW_CROWDSEC_WORDS_MAX 160 /* bytes, with the NUL */

/* What one answer of the API says. */
struct sw_crowdsec {
	struct sw_ban_list placed;
	struct sw_ban_list lifted;
	size_t left_out; /* not for us (captcha, country), or dangerous */
};

#define SW_CROWDSEC_INIT                                                       \
	{                                                                      \
		SW_BAN_LIST_INIT, SW_BAN_LIST_INIT, 0                          \
	}

void sw_crowdsec_free(struct sw_crowdsec *answer);

/*
 * Read a duration as Go writes it, such as "3h59m59.199510433s" or "-10.4ms";
 * parts of milliseconds are dropped.
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_RANGE. On failure *out_ms keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_crowdsec_duration(const char *text, int64_t *out_ms);

/*
 * Read the answer of /v1/decisions/stream, len bytes. Decisions to ban an
 * address or a range become entries; others are left out.
 *
 * now  milliseconds UTC
 *
 * Returns SW_OK, SW_E_SYNTAX or SW_E_NOMEM. On failure *out keeps its old
 * value.
 */
SW_MUST_CHECK
enum sw_err sw_crowdsec_parse(const char *json, size_t len, int64_t now,
			      struct sw_crowdsec *out);

/*
 * Ask the API for all decisions (startup), or for those since it was asked
 * last.
 *
 * url       such as "http://127.0.0.1:8080"
 * out_json  on success: the answer, freed by the caller with free()
 * words     on failure: what went wrong, SW_CROWDSEC_WORDS_MAX bytes
 *
 * Returns SW_OK, SW_E_IO, SW_E_NOMEM or SW_E_NOTSUP (built without libcurl).
 */
SW_MUST_CHECK
enum sw_err sw_crowdsec_fetch(const char *url, const char *key, bool startup,
			      char **out_json, size_t *out_len, char *words);

#endif
