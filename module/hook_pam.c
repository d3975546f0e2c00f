#include "hook.h"
#include "hook_process.h"

#include <errno.h>
#include <security/pam_appl.h>

/* Not linked: an sshd without PAM has none of them. */
#pragma weak pam_get_item
#pragma weak pam_strerror

typedef int acct_mgmt_fn(pam_handle_t *pamh, int flags);
typedef int start_fn(const char *service, const char *user,
		     const struct pam_conv *conv, pam_handle_t **pamh);

/* Called for every name: some rejections have no other word of it. */
SW_EXPORT int pam_start(const char *service, const char *user,
			const struct pam_conv *conv, pam_handle_t **pamh)
{
	start_fn *real = sw_hook_real(SW_REAL_PAM_START);

	if (real == NULL)
		return PAM_SYSTEM_ERR;
	if (user != NULL && sw_hook_process() == SW_PROCESS_SESSION)
		sw_hook_meet_user(user);
	return real(service, user, conv, pamh);
}

static const char *user_of(pam_handle_t *pamh)
{
	const void *user = NULL;

	if (&pam_get_item == NULL ||
	    pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || user == NULL)
		return "";
	return user;
}

/* A module cannot see what its neighbours answered; sshd's call can. */
SW_EXPORT int pam_acct_mgmt(pam_handle_t *pamh, int flags)
{
	acct_mgmt_fn *real = sw_hook_real(SW_REAL_PAM_ACCT_MGMT);
	int answer, saved;

	if (real == NULL)
		return PAM_SYSTEM_ERR;
	answer = real(pamh, flags);
	if (answer == PAM_SUCCESS || answer == PAM_NEW_AUTHTOK_REQD ||
	    sw_hook_process() != SW_PROCESS_SESSION)
		return answer;
	saved = errno;
	sw_hook_tell_pam(
		answer, &pam_strerror != NULL ? pam_strerror(pamh, answer) : "",
		user_of(pamh));
	errno = saved;
	return answer;
}
