#include "pam_modules.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/*
 * By the source of Linux-PAM 1.5.2 to 1.7: what these do in authenticate and
 * acct_mgmt is to read. pam_faillock writes its tally, but is given a copy of
 * it. What checks a password cannot be asked without one.
 */
static const struct sw_pam_module modules[] = {
	{"pam_access", SW_PAM_ASK, SW_PAM_ASK, true, "accessfile=",
	 "/etc/security/access.conf", "/etc/security/access.d/*.conf"},
	{"pam_debug", SW_PAM_ASK, SW_PAM_ASK, false, NULL, NULL, NULL},
	{"pam_deny", SW_PAM_ASK, SW_PAM_ASK, false, NULL, NULL, NULL},
	{"pam_env", SW_PAM_ASK, SW_PAM_LEAVE, true, NULL, NULL, NULL},
	{"pam_faildelay", SW_PAM_ASK, SW_PAM_LEAVE, false, NULL, NULL, NULL},
	{"pam_faillock", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_group", SW_PAM_ASK, SW_PAM_LEAVE, true, NULL, NULL, NULL},
	{"pam_krb5", SW_PAM_RIGHT, SW_PAM_LEAVE, true, NULL, NULL, NULL},
	{"pam_ldap", SW_PAM_RIGHT, SW_PAM_LEAVE, true, NULL, NULL, NULL},
	{"pam_listfile", SW_PAM_ASK, SW_PAM_ASK, true, "file=", NULL, NULL},
	{"pam_localuser", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_nologin", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_permit", SW_PAM_ASK, SW_PAM_ASK, false, NULL, NULL, NULL},
	{"pam_securetty", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_shells", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_sshwhy", SW_PAM_OURS, SW_PAM_OURS, false, NULL, NULL, NULL},
	{"pam_sss", SW_PAM_RIGHT, SW_PAM_LEAVE, true, NULL, NULL, NULL},
	{"pam_succeed_if", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_time", SW_PAM_LEAVE, SW_PAM_ASK, true,
	 "conffile=", "/etc/security/time.conf", NULL},
	{"pam_unix", SW_PAM_RIGHT, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_usertype", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_warn", SW_PAM_ASK, SW_PAM_ASK, false, NULL, NULL, NULL},
	{"pam_wheel", SW_PAM_ASK, SW_PAM_ASK, true, NULL, NULL, NULL},
	{"pam_winbind", SW_PAM_RIGHT, SW_PAM_LEAVE, true, NULL, NULL, NULL},
};

/* A file of such a name elsewhere is another program. */
static bool is_of_system(const char *path)
{
	return path[0] != '/' || strncmp(path, "/lib", 4) == 0 ||
	       strncmp(path, "/usr/lib", 8) == 0;
}

const struct sw_pam_module *sw_pam_module_find(const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash != NULL ? slash + 1 : path;
	const char *dot = strrchr(name, '.');
	size_t len = dot != NULL ? (size_t)(dot - name) : strlen(name);

	if (!is_of_system(path))
		return NULL;
	for (size_t i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		if (strlen(modules[i].name) == len &&
		    memcmp(modules[i].name, name, len) == 0)
			return &modules[i];
	}
	return NULL;
}

bool sw_pam_module_missing(const char *path)
{
	static const char *const folders[] = {
		SW_PATH_SECUREDIR, "/lib/security", "/lib64/security",
		"/usr/lib/security", "/usr/lib64/security"};
	char file[512];

	if (path[0] == '/')
		return strstr(path, "$ISA") == NULL && access(path, F_OK) != 0;
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		(void)snprintf(file, sizeof(file), "%s/%s", folders[i], path);
		if (access(file, F_OK) == 0)
			return false;
	}
	return true;
}
