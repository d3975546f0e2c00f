/*
 * pam_odd.so - a PAM module that misbehaves as its first argument says.
 *
 *	hang		never answers
 *	crash		ends its process by a signal
 *	child		answers, and leaves a process behind
 *	write=PATH	grants when it could write there, which it must not
 *	connect=PATH	grants when it could connect to the log's socket
 *	capable		grants when it has a capability beyond reading
 */

#include <fcntl.h>
#include <linux/capability.h>
#include <security/pam_modules.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

static _Noreturn int hang(const char *value)
{
	(void)value;
	for (;;)
		(void)pause();
}

static int crash(const char *value)
{
	(void)value;
	(void)raise(SIGSEGV);
	return PAM_SUCCESS;
}

static int leave_child(const char *value)
{
	if (fork() == 0)
		return hang(value);
	return PAM_SUCCESS;
}

static int write_to(const char *value)
{
	int fd = open(value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

	if (fd < 0 || write(fd, "odd\n", 4) != 4)
		return PAM_PERM_DENIED;
	(void)close(fd);
	return PAM_SUCCESS;
}

static int connect_to(const char *value)
{
	struct sockaddr_un log = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || strlen(value) >= sizeof(log.sun_path))
		return PAM_PERM_DENIED;
	memcpy(log.sun_path, value, strlen(value));
	if (connect(fd, (struct sockaddr *)&log, sizeof(log)) != 0)
		return PAM_PERM_DENIED;
	(void)!write(fd, "<86>odd", 7);
	return PAM_SUCCESS;
}

static int is_capable(const char *value)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[2];
	const uint32_t reading = UINT32_C(1) << CAP_DAC_READ_SEARCH;

	(void)value;
	if (syscall(SYS_capget, &header, data) != 0)
		return PAM_SUCCESS;
	return (data[0].permitted & ~reading) != 0 || data[1].permitted != 0
		       ? PAM_SUCCESS
		       : PAM_PERM_DENIED;
}

static const struct {
	const char *name;
	int (*run)(const char *value);
} habits[] = {
	{"hang", hang},	      {"crash", crash},		{"child", leave_child},
	{"write=", write_to}, {"connect=", connect_to}, {"capable", is_capable},
};

EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc,
			    const char **argv);
EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
			       const char **argv);

int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc, const char **argv)
{
	(void)pamh;
	(void)flags;
	for (size_t i = 0; argc > 0 && i < sizeof(habits) / sizeof(habits[0]);
	     i++) {
		size_t len = strlen(habits[i].name);

		if (strncmp(argv[0], habits[i].name, len) == 0)
			return habits[i].run(argv[0] + len);
	}
	return PAM_IGNORE;
}

int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
			const char **argv)
{
	return pam_sm_acct_mgmt(pamh, flags, argc, argv);
}
