#include "tests/unit/sw_test.h"

#include "machine.h"

#include "sshwhy/err.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX 16384

static char root[PATH_MAX - 64];

const char *machine_path(const char *name)
{
	static char path[PATH_MAX];
	int len = snprintf(path, sizeof(path), "%s/%s", root, name);

	assert_true(len > 0 && (size_t)len < sizeof(path));
	return path;
}

void machine_write(const char *name, const char *text)
{
	FILE *file = fopen(machine_path(name), "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(machine_path(name), 0644), 0);
}

void machine_rules(const char *allow, const char *deny)
{
	machine_write("hosts.allow", allow);
	machine_write("hosts.deny", deny);
}

void machine_remove(const char *name)
{
	assert_int_equal(unlink(machine_path(name)), 0);
}

void machine_break_state(void)
{
	assert_int_equal(mkdir(machine_path("run"), 0755), 0);
	assert_int_equal(mkdir(machine_path("run/state"), 0755), 0);
}

const char *machine_module(void)
{
	static char path[PATH_MAX];
	const char *builddir = getenv("builddir");

	assert_non_null(builddir);
	(void)snprintf(path, sizeof(path), "%s/module/.libs/pam_sshwhy.so",
		       builddir);
	assert_int_equal(access(path, R_OK), 0);
	return path;
}

void machine_stack(const char *args)
{
	static const char control[] = "[default=ignore perm_denied=die]";
	char text[TEXT_MAX];
	int len;

	len = snprintf(text, sizeof(text),
		       "-auth %s %s %s\nauth required pam_permit.so\n"
		       "-account %s %s %s\naccount required pam_permit.so\n"
		       "-session %s %s %s\nsession required pam_permit.so\n",
		       control, machine_module(), args, control,
		       machine_module(), args, control, machine_module(), args);
	assert_true(len > 0 && (size_t)len < sizeof(text));
	machine_write("pam.d/" MACHINE_SERVICE, text);
}

int machine_begin(void **state SW_UNUSED)
{
	const char *builddir = getenv("builddir");

	/* The writers of records become our children, to be waited for. */
	assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0), 0);
	assert_non_null(builddir);
	(void)snprintf(root, sizeof(root), "%s/tests/stack/machine.XXXXXX",
		       builddir);
	assert_non_null(mkdtemp(root));
	assert_int_equal(mkdir(machine_path("pam.d"), 0755), 0);
	machine_write("pam.d/other", "auth required pam_deny.so\n");
	machine_write("sshwhy.conf", "sinks = audit\n");
	return 0;
}

static int remove_entry(const char *path, const struct stat *st SW_UNUSED,
			int type SW_UNUSED, struct FTW *ftw SW_UNUSED)
{
	return remove(path);
}

int machine_end(void **state SW_UNUSED)
{
	return nftw(root, remove_entry, 4, FTW_DEPTH | FTW_PHYS);
}

static int say_nothing(int count, const struct pam_message **messages SW_UNUSED,
		       struct pam_response **out, void *data SW_UNUSED)
{
	*out = calloc((size_t)count, sizeof(**out));
	return *out == NULL ? PAM_BUF_ERR : PAM_SUCCESS;
}

pam_handle_t *machine_login(const char *user, const char *connection)
{
	static const struct pam_conv conv = {say_nothing, NULL};
	char variable[PATH_MAX];
	pam_handle_t *pamh = NULL;

	assert_int_equal(pam_start_confdir(MACHINE_SERVICE, user, &conv,
					   machine_path("pam.d"), &pamh),
			 PAM_SUCCESS);
	if (connection != NULL) {
		(void)snprintf(variable, sizeof(variable), "SSH_CONNECTION=%s",
			       connection);
		assert_int_equal(pam_putenv(pamh, variable), PAM_SUCCESS);
	}
	return pamh;
}

void machine_expect(pam_handle_t *pamh, int answer, const char *name)
{
	int auth = pam_authenticate(pamh, 0);
	int account = pam_acct_mgmt(pamh, 0);

	if (auth != answer || account != answer)
		fail_msg("%s: auth %s, account %s\n%s", name,
			 pam_strerror(pamh, auth), pam_strerror(pamh, account),
			 machine_log());
}

void machine_logout(pam_handle_t *pamh)
{
	assert_int_equal(pam_end(pamh, PAM_SUCCESS), PAM_SUCCESS);
}

static void read_all(const char *name, char *out)
{
	FILE *file = fopen(machine_path(name), "re");
	size_t len = 0;

	if (file != NULL) {
		len = fread(out, 1, TEXT_MAX - 1, file);
		assert_int_equal(fclose(file), 0);
	}
	out[len] = '\0';
}

const char *machine_trail(void)
{
	static char text[TEXT_MAX];

	while (wait(NULL) > 0)
		;
	read_all("trail", text);
	return text;
}

const char *machine_log(void)
{
	static char text[TEXT_MAX];

	read_all("log", text);
	return text;
}

const char *machine_lookups(void)
{
	static char text[TEXT_MAX];

	read_all("lookups", text);
	return text;
}

unsigned int machine_count(const char *text, const char *word)
{
	unsigned int count = 0;

	for (text = strstr(text, word); text != NULL;
	     text = strstr(text + 1, word))
		count++;
	return count;
}
