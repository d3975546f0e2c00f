#include "pam.h"

#include "sshwhy/clock.h"
#include "sshwhy/report.h"

#include <errno.h>

static void report_once(pam_handle_t *pamh, const struct sw_pam_policy *policy,
			struct sw_conn *conn, const struct sw_verdict *verdict)
{
	bool enforce = policy->wrapper == SW_PAM_ENFORCE;
	struct sw_record record;

	if (!sw_pam_first_time(pamh, conn,
			       enforce ? "sshwhy refusal"
				       : "sshwhy simulation"))
		return;
	sw_pam_conn_add_user(pamh, policy->config.unknown_users, conn);
	sw_record_init(&record, conn, verdict, SW_VIA_PAM, sw_clock_utc_ms());
	if (!enforce)
		record.evidence = SW_EVIDENCE_SIMULATED;
	sw_report(&record, &policy->config);
}

/* What the auth and the account stack do alike: a key login runs only the
 * second, a password login both. */
static int check(pam_handle_t *pamh, int argc, const char **argv)
{
	struct sw_pam_policy policy;
	struct sw_verdict verdict;
	struct sw_conn conn;
	char scope[IF_NAMESIZE];
	bool is_sshd;

	is_sshd = sw_pam_conn_read(pamh, &conn, scope) == SW_OK;
	sw_pam_policy_read(pamh, &conn, argc, argv, &policy);
	if (!is_sshd || policy.wrapper == SW_PAM_OFF)
		return PAM_IGNORE;
	sw_pam_wrapper_decide(pamh, &policy, &conn, scope, &verdict);
	if (verdict.outcome != SW_DENY)
		return PAM_IGNORE;
	report_once(pamh, &policy, &conn, &verdict);
	return policy.wrapper == SW_PAM_ENFORCE ? PAM_PERM_DENIED : PAM_IGNORE;
}

SW_EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags SW_UNUSED,
				  int argc, const char **argv)
{
	int saved = errno;
	int answer = check(pamh, argc, argv);

	errno = saved;
	return answer;
}

SW_EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags SW_UNUSED,
			       int argc, const char **argv)
{
	int saved = errno;
	int answer = check(pamh, argc, argv);

	errno = saved;
	return answer;
}

SW_EXPORT int pam_sm_setcred(pam_handle_t *pamh SW_UNUSED, int flags SW_UNUSED,
			     int argc SW_UNUSED, const char **argv SW_UNUSED)
{
	return PAM_IGNORE;
}

SW_EXPORT int pam_sm_open_session(pam_handle_t *pamh SW_UNUSED,
				  int flags SW_UNUSED, int argc SW_UNUSED,
				  const char **argv SW_UNUSED)
{
	return PAM_IGNORE;
}

SW_EXPORT int pam_sm_close_session(pam_handle_t *pamh SW_UNUSED,
				   int flags SW_UNUSED, int argc SW_UNUSED,
				   const char **argv SW_UNUSED)
{
	return PAM_IGNORE;
}
