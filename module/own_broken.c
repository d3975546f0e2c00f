#include "own.h"

#include "sshwhy/clock.h"
#include "sshwhy/paths.h"
#include "sshwhy/report.h"
#include "sshwhy/said.h"
#include "sshwhy/state.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

/* A key of the file as it lies there: a new one, or a repair that fails, is
 * another state. */
static uint64_t key_of(const char *path)
{
	uint64_t hash = sw_hash_add(SW_HASH_START, path, strlen(path));
	struct stat st;

	if (lstat(path, &st) != 0)
		return hash;
	hash = sw_hash_add(hash, &st.st_dev, sizeof(st.st_dev));
	hash = sw_hash_add(hash, &st.st_ino, sizeof(st.st_ino));
	hash = sw_hash_add(hash, &st.st_size, sizeof(st.st_size));
	hash = sw_hash_add(hash, &st.st_mtim.tv_sec, sizeof(st.st_mtim.tv_sec));
	hash = sw_hash_add(hash, &st.st_mtim.tv_nsec,
			   sizeof(st.st_mtim.tv_nsec));
	hash = sw_hash_add(hash, &st.st_uid, sizeof(st.st_uid));
	return sw_hash_add(hash, &st.st_mode, sizeof(st.st_mode));
}

/* Where the state file is not to be had nobody could tell the first time from
 * the next; the log has it for each connection. */
static bool is_new(const char *path)
{
	struct sw_state state = SW_STATE_INIT;
	bool first;

	if (sw_state_open(SW_PATH_STATE, 0, &state) != SW_OK)
		return false;
	first = sw_state_first_time(&state, key_of(path));
	sw_state_close(&state);
	return first;
}

static void record(const struct sw_conn *conn, enum sw_via via,
		   const struct sw_config *config, const struct sw_rule *broken)
{
	const struct sw_verdict verdict = {.outcome = SW_DENY,
					   .cause = SW_CAUSE_SERVER_BAN_LIST,
					   .rule = *broken};
	struct sw_record made;

	sw_record_init(&made, conn, &verdict, via, sw_clock_utc_ms());
	made.evidence = SW_EVIDENCE_SIMULATED;
	sw_report(&made, config);
}

void sw_own_record_broken(const struct sw_conn *conn, enum sw_via via,
			  const struct sw_config *config,
			  const struct sw_rule *broken)
{
	int saved = errno;

	if (broken->source[0] != '\0' && is_new(broken->source))
		record(conn, via, config, broken);
	errno = saved;
}
