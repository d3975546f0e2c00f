#include "pam.h"

#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/wrapper.h"

#include <string.h>

#define NS_PER_MS UINT64_C(1000000)

/* The names that the decision in progress had to wait for. */
static struct sw_lookup lookup;

static void find_name(const struct sw_wrapper_query *query, bool is_server,
		      char *out)
{
	const struct sw_endpoint *end =
		is_server ? &query->conn.server : &query->conn.client;
	uint64_t start = sw_clock_monotonic_ns();

	sw_pam_name_find(&end->addr, out);
	lookup.done = 1;
	lookup.milliseconds +=
		(uint32_t)((sw_clock_monotonic_ns() - start) / NS_PER_MS);
}

void sw_pam_wrapper_decide(const struct sw_pam_policy *policy,
			   const struct sw_conn *conn, struct sw_verdict *out)
{
	bool enforce = policy->wrapper == SW_PAM_ENFORCE;
	struct sw_wrapper_query query = {
		.allow = SW_PATH_HOSTS_ALLOW,
		.deny = SW_PATH_HOSTS_DENY,
		.daemon = policy->daemon,
		.conn = *conn,
		.resolve = enforce ? find_name : NULL,
	};
	struct sw_wrapper_result result;

	memset(&lookup, 0, sizeof(lookup));
	sw_wrapper_decide(&query, &result);
	*out = result.verdict;
	out->lookup = lookup;
	/* Only a resolver could say what would have become of this one. */
	if (!enforce && result.needs_name)
		out->outcome = SW_UNKNOWN;
}
