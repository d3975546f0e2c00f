#include "hook.h"
#include "hook_process.h"
#include "own.h"

#include "sshwhy/clock.h"
#include "sshwhy/record.h"
#include "sshwhy/report.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef void refuse_fn(struct request_info *request);

static bool refused; /* by us, in this process */
static bool asked;   /* the lists, about this process' connection */

bool sw_hook_has_asked_own(void)
{
	return asked;
}

static void record(const struct sw_conn *conn,
		   const struct sw_own_answer *answer)
{
	static struct sw_record made;

	sw_record_init(&made, conn, &answer->verdict, SW_VIA_HOOK,
		       sw_clock_utc_ms());
	made.until = answer->until;
	if (answer->observe)
		made.evidence = SW_EVIDENCE_SIMULATED;
	sw_report(&made, sw_hook_config());
}

bool sw_hook_own_refuses(const struct request_info *request)
{
	static struct sw_own_answer answer;
	struct sw_conn conn;
	int saved = errno;

	sw_hook_conn(request->fd, &conn);
	conn.pid = sw_hook_session_pid();
	asked = true;
	sw_own_decide(&conn, sw_hook_config(), false, sw_clock_utc_ms(),
		      &answer);
	if (answer.fault[0] != '\0')
		sw_hook_say("%s; nobody is refused", answer.fault);
	sw_own_record_broken(&conn, SW_VIA_HOOK, sw_hook_config(),
			     &answer.broken);
	if (answer.verdict.outcome == SW_DENY) {
		record(&conn, &answer);
		refused = !answer.observe;
	}
	errno = saved;
	return refused;
}

/*
 * libwrap's own would look the client's name up, log "refused connect", which
 * tools count towards a ban, and hold the slot of MaxStartups for 5 s. Ours
 * only ends the process, with the status that libwrap ends it with.
 */
SW_EXPORT void refuse(struct request_info *request)
{
	refuse_fn *real = sw_hook_real(SW_REAL_REFUSE);

	while (refused)
		(void)syscall(SYS_exit_group, 0);
	if (real != NULL)
		real(request);
}
