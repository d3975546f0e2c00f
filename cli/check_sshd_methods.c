#include "check_sshd.h"

#include "sshwhy/sshd_match.h"

#include <string.h>

/* Lists of AuthenticationMethods are judged by sshd itself. */
static const char *const methods[] = {
	"pubkeyauthentication",		"passwordauthentication",
	"kbdinteractiveauthentication", "gssapiauthentication",
	"hostbasedauthentication",
};

#define METHODS (sizeof(methods) / sizeof(methods[0]))

/* What this sshd was built without has no value. */
static bool is_on(struct sw_sshd_check *check, size_t method)
{
	return sw_sshd_is(check, methods[method], "yes");
}

static bool is_only_root_allowed(struct sw_sshd_check *check)
{
	char user[SW_TEXT_MAX];
	char value[SW_SSHD_VALUE_MAX];
	size_t count = 0;

	if (!sw_sshd_value(&check->settings, "allowusers", value,
			   sizeof(value)))
		return false;
	for (; sw_sshd_word(value, count, user, sizeof(user)); count++) {
		if (strcmp(user, "root") != 0 &&
		    strncmp(user, "root@", strlen("root@")) != 0)
			return false;
	}
	return count > 0;
}

void sw_sshd_check_methods(struct sw_sshd_check *check)
{
	size_t on = 0;

	for (size_t i = 0; i < METHODS; i++)
		on += is_on(check, i);
	if (on == 0)
		sw_sshd_add(check, SW_CHECK_SSHD_NO_METHOD,
			    "PasswordAuthentication", NULL);
	if (sw_sshd_is(check, "permitrootlogin", "without-password") &&
	    on > 0 && !is_on(check, 0) && !is_on(check, 3) && !is_on(check, 4))
		sw_sshd_add(check, SW_CHECK_SSHD_ROOT_NO_METHOD,
			    "PermitRootLogin", NULL);
	if (sw_sshd_is(check, "permitrootlogin", "no") &&
	    is_only_root_allowed(check))
		sw_sshd_add(check, SW_CHECK_SSHD_ONLY_ROOT, "AllowUsers", NULL);
	if (sw_sshd_is(check, "usepam", "no") && !is_on(check, 0) &&
	    !is_on(check, 1) && is_on(check, 2))
		sw_sshd_add(check, SW_CHECK_SSHD_KBD_NO_PAM, "UsePAM", NULL);
}
