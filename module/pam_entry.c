#include "own.h"
#include "pam.h"

#include "sshwhy/clock.h"
#include "sshwhy/report.h"

#include <errno.h>
#include <security/pam_ext.h>
#include <syslog.h>

/* One record for each connection, however often PAM is asked. */
static void report_once(pam_handle_t *pamh, const struct sw_pam_policy *policy,
			struct sw_conn *conn, const struct sw_verdict *verdict,
			bool observe, int64_t until)
{
	struct sw_record record;

	if (!sw_pam_first_time(pamh, conn,
			       observe ? "sshwhy simulation"
				       : "sshwhy refusal"))
		return;
	sw_pam_conn_add_user(pamh, policy->config.unknown_users, conn);
	sw_record_init(&record, conn, verdict, SW_VIA_PAM, sw_clock_utc_ms());
	record.until = until;
	if (observe)
		record.evidence = SW_EVIDENCE_SIMULATED;
	else
		sw_pam_note_denial(conn);
	sw_report(&record, &policy->config);
}

/* Not linked: defined where the hook is preloaded. */
#pragma weak sw_hook_has_asked_own

static bool was_asked_by_the_hook(void)
{
	return &sw_hook_has_asked_own != NULL && sw_hook_has_asked_own();
}

/* Our own ban list and rate limit. */
static int check_own(pam_handle_t *pamh, const struct sw_pam_policy *policy,
		     struct sw_conn *conn)
{
	struct sw_own_answer answer;

	if (was_asked_by_the_hook())
		return PAM_IGNORE;
	sw_own_decide(conn, &policy->config, true, sw_clock_utc_ms(), &answer);
	if (answer.fault[0] != '\0' &&
	    sw_pam_first_time(pamh, conn, "sshwhy fault"))
		pam_syslog(pamh, LOG_ERR, "%s; nobody is refused",
			   answer.fault);
	sw_own_record_broken(conn, SW_VIA_PAM, &policy->config, &answer.broken);
	if (answer.verdict.outcome != SW_DENY)
		return PAM_IGNORE;
	report_once(pamh, policy, conn, &answer.verdict, answer.observe,
		    answer.until);
	return answer.observe ? PAM_IGNORE : PAM_PERM_DENIED;
}

static int check_wrapper(pam_handle_t *pamh, const struct sw_pam_policy *policy,
			 struct sw_conn *conn, const char *scope)
{
	bool observe = policy->wrapper != SW_PAM_ENFORCE;
	struct sw_verdict verdict;

	if (policy->wrapper == SW_PAM_OFF)
		return PAM_IGNORE;
	sw_pam_wrapper_decide(pamh, policy, conn, scope, &verdict);
	if (verdict.outcome != SW_DENY)
		return PAM_IGNORE;
	report_once(pamh, policy, conn, &verdict, observe, 0);
	return observe ? PAM_IGNORE : PAM_PERM_DENIED;
}

/* What the auth and the account stack do alike: a key login runs only the
 * second, a password login both. */
static int check(pam_handle_t *pamh, int argc, const char **argv)
{
	struct sw_pam_policy policy;
	struct sw_conn conn;
	char scope[IF_NAMESIZE];
	bool is_sshd;
	int answer;

	is_sshd = sw_pam_conn_read(pamh, &conn, scope) == SW_OK;
	sw_pam_policy_read(pamh, &conn, argc, argv, &policy);
	if (!is_sshd)
		return PAM_IGNORE;
	answer = check_own(pamh, &policy, &conn);
	return answer != PAM_IGNORE
		       ? answer
		       : check_wrapper(pamh, &policy, &conn, scope);
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
