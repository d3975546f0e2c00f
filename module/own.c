#include "own.h"

#include "sshwhy/ban.h"
#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/rate.h"
#include "sshwhy/said.h"
#include "sshwhy/state.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <string.h>

static void ask_bans(const struct sw_conn *conn, int64_t utc,
		     struct sw_own_answer *out)
{
	struct sw_text fault;

	if (sw_ban_check(SW_PATH_BAN_DIR, 0, &conn->client.addr, utc,
			 &out->verdict, &out->until) == SW_OK)
		return;
	out->broken = out->verdict.rule;
	sw_text_init(&fault, out->fault, sizeof(out->fault));
	sw_text_add(&fault, "%s: %s", out->broken.source, out->broken.text);
}

static void count(const struct sw_conn *conn, const struct sw_config *config,
		  struct sw_own_answer *out)
{
	struct sw_rate table = SW_RATE_INIT;
	enum sw_err err = sw_rate_open(SW_PATH_RATES, 0, &table);
	struct sw_text fault;

	if (err != SW_OK && out->fault[0] == '\0') {
		sw_text_init(&fault, out->fault, sizeof(out->fault));
		sw_text_add(&fault, SW_PATH_RATES ": %s", sw_strerror(err));
	}
	sw_rate_check(&table, config, &conn->client.addr,
		      sw_clock_monotonic_ns(), &out->verdict, &out->observe);
	sw_rate_close(&table);
}

/*
 * Asked again about one connection, the answer is what it was. A process that
 * is asked twice knows it; the state file tells its children, and forgets when
 * many others were told something.
 */
static void count_once(const struct sw_conn *conn,
		       const struct sw_config *config,
		       struct sw_own_answer *out)
{
	static struct {
		uint64_t key;
		bool refused;
	} answered;
	uint64_t key = sw_said_key(conn, "rate");
	uint64_t refused = sw_said_key(conn, "rate refused");
	struct sw_state state = SW_STATE_INIT;

	if (answered.key != key) {
		if (sw_state_open(SW_PATH_STATE, 0, &state) != SW_OK)
			return;
		answered.refused = sw_state_was_seen(&state, refused);
		if (!answered.refused && sw_state_first_time(&state, key)) {
			count(conn, config, out);
			if (out->verdict.outcome == SW_DENY && !out->observe)
				(void)sw_state_first_time(&state, refused);
		}
		sw_state_close(&state);
		answered.key = key;
	}
	if (answered.refused) {
		out->verdict.outcome = SW_DENY;
		out->verdict.cause = SW_CAUSE_LIMIT_RATE;
	}
	answered.refused = out->verdict.outcome == SW_DENY && !out->observe;
}

void sw_own_decide(const struct sw_conn *conn, const struct sw_config *config,
		   bool again, int64_t utc, struct sw_own_answer *out)
{
	int saved = errno;

	memset(out, 0, sizeof(*out));
	if (conn->client.addr.family != SW_FAMILY_NONE) {
		ask_bans(conn, utc, out);
		if (out->verdict.outcome != SW_DENY &&
		    sw_rate_concerns(config, &conn->client.addr))
			(again ? count_once : count)(conn, config, out);
	}
	if (out->verdict.outcome != SW_DENY)
		out->until = 0;
	out->observe |= config->observe;
	errno = saved;
}
