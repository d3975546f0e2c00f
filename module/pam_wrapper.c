#include "pam.h"

#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#define NS_PER_MS UINT64_C(1000000)

/* The decision in progress; the matcher's questions have no room for it. */
static struct {
	pam_handle_t *pamh;
	bool enforce;
	struct sw_lookup lookup; /* names that it had to wait for */
} current;

/* Both ends' names: auth, its retries and account wait for them only once. */
static struct {
	struct sw_addr addr;
	char name[SW_WRAPPER_NAME_MAX];
} known[2];

static void look_up(const struct sw_addr *addr, char *out)
{
	uint64_t start = sw_clock_monotonic_ns();

	sw_pam_name_find(addr, out);
	current.lookup.milliseconds +=
		(uint32_t)((sw_clock_monotonic_ns() - start) / NS_PER_MS);
}

static void find_name(const struct sw_wrapper_query *query, bool is_server,
		      char *out)
{
	const struct sw_addr *addr =
		is_server ? &query->conn.server.addr : &query->conn.client.addr;

	if (!sw_addr_equal(&known[is_server].addr, addr)) {
		look_up(addr, known[is_server].name);
		known[is_server].addr = *addr;
	}
	(void)sw_text_copy(out, SW_WRAPPER_NAME_MAX, known[is_server].name);
	current.lookup.done = 1;
}

/* A netgroup holds names, and is itself looked up in the network. */
static enum sw_wrapper_answer answer(enum sw_wrapper_question question,
				     const char *word, const char *host)
{
	if (question == SW_ASK_NETGROUP && !current.enforce)
		return SW_ANSWER_UNKNOWN;
	return sw_pam_system_ask(current.pamh, question, word, host);
}

void sw_pam_wrapper_decide(pam_handle_t *pamh,
			   const struct sw_pam_policy *policy,
			   const struct sw_conn *conn, const char *scope,
			   struct sw_verdict *out)
{
	bool enforce = policy->wrapper == SW_PAM_ENFORCE;
	struct sw_wrapper_query query = {
		.allow = SW_PATH_HOSTS_ALLOW,
		.deny = SW_PATH_HOSTS_DENY,
		.daemon = policy->daemon,
		.conn = *conn,
		.scope = scope,
		.resolve = enforce ? find_name : NULL,
		.ask = answer,
	};
	struct sw_wrapper_result result;

	current.pamh = pamh;
	current.enforce = enforce;
	current.lookup = (struct sw_lookup){0};
	sw_wrapper_decide(&query, &result);
	*out = result.verdict;
	out->lookup = current.lookup;
	/* Only a resolver could say what would have become of this one. */
	if (!enforce && result.needs_name)
		out->outcome = SW_UNKNOWN;
}
