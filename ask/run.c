#include "sshwhy/run.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define NS_PER_MS UINT64_C(1000000)
#define CHUNK 65536 /* bytes */

static void put_on(int fd, int number)
{
	if (fd == number)
		return;
	if (dup2(fd, number) < 0)
		_exit(126);
}

/* In a namespace of its own, which a user without rights has to be root of. */
static void provide(const char *folder)
{
	char parent[PATH_MAX];
	char *name;

	if (access(folder, F_OK) == 0 ||
	    !sw_text_copy(parent, sizeof(parent), folder))
		return;
	name = strrchr(parent, '/');
	*name = '\0';
	if (unshare(CLONE_NEWNS | (geteuid() == 0 ? 0 : CLONE_NEWUSER)) == 0 &&
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
	    mount("tmpfs", parent, "tmpfs", 0, "mode=0755") == 0)
		(void)mkdir(folder, 0755);
}

static void become(const struct sw_run *run, int in, int out, int nothing)
{
	static const char *const environment[] = {
		"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C", "TZ=UTC",
		NULL};
	bool is_err = run->want == SW_RUN_STDERR;
	sigset_t none;

	(void)setpgid(0, 0);
	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGPIPE, SIG_DFL);
	if (run->folder != NULL)
		provide(run->folder);
	put_on(in, STDIN_FILENO);
	put_on(is_err ? nothing : out, STDOUT_FILENO);
	put_on(is_err ? out : nothing, STDERR_FILENO);
	(void)close_range(STDERR_FILENO + 1, ~0U, 0);
	(void)execve(run->argv[0], (char *const *)run->argv,
		     (char *const *)environment);
	_exit(127);
}

/* A file without a name that holds the input; no pipe that could fill up. */
static int input_file(const char *input)
{
	sw_autofd int fd = -1;
	size_t len;

	if (input == NULL)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	len = strlen(input);
	if (fd < 0 || write(fd, input, len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) != 0)
		return -1;
	return sw_take_fd(&fd);
}

static int ms_left(uint64_t end)
{
	uint64_t now = sw_clock_monotonic_ns();

	return now < end ? (int)((end - now) / NS_PER_MS + 1) : 0;
}

/* Read until the end of the output, the deadline or the limit. */
static enum sw_err collect(int fd, const struct sw_run *run, char **text,
			   size_t *len)
{
	uint64_t end =
		sw_clock_monotonic_ns() + (uint64_t)run->deadline * NS_PER_MS;
	size_t size = 0;

	for (;;) {
		struct pollfd ready = {.fd = fd, .events = POLLIN};
		ssize_t got;

		if (size - *len < 2) {
			char *larger = realloc(*text, size + CHUNK);

			if (larger == NULL)
				return SW_E_NOMEM;
			*text = larger;
			size += CHUNK;
		}
		if (poll(&ready, 1, ms_left(end)) <= 0)
			return SW_E_RANGE;
		got = read(fd, *text + *len, size - *len - 1);
		if (got < 0)
			return SW_E_IO;
		*len += (size_t)got;
		(*text)[*len] = '\0';
		if (got == 0)
			return SW_OK;
		if (*len > run->max_output)
			return SW_E_RANGE;
	}
}

/* The program may have closed its output and still run: the deadline holds. */
static enum sw_err reap(pid_t pid, enum sw_err err, uint32_t deadline,
			int *out_status)
{
	uint64_t end = sw_clock_monotonic_ns() + (uint64_t)deadline * NS_PER_MS;
	int saved = errno, status = 0;
	pid_t got = 0;

	while (err == SW_OK && got == 0) {
		got = waitpid(pid, &status, WNOHANG);
		if (got == 0 && ms_left(end) == 0)
			err = SW_E_RANGE;
		else if (got == 0)
			(void)poll(NULL, 0, 1);
	}
	if (got == 0) {
		(void)kill(-pid, SIGKILL);
		(void)kill(pid, SIGKILL);
		got = waitpid(pid, &status, 0);
	}
	errno = saved;
	if (err == SW_OK && got != pid)
		return SW_E_IO;
	if (err == SW_OK)
		*out_status = status;
	return err;
}

enum sw_err sw_run(const struct sw_run *run, char **out_text, size_t *out_len,
		   int *out_status)
{
	sw_autofd int in = -1, nothing = -1, theirs = -1, ours = -1;
	sw_autofree char *text = NULL;
	int ends[2], status = 0;
	size_t len = 0;
	enum sw_err err;
	pid_t pid;

	if (access(run->argv[0], X_OK) != 0)
		return SW_E_IO;
	in = input_file(run->input);
	nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
	if (in < 0 || nothing < 0 || pipe2(ends, O_CLOEXEC) != 0)
		return SW_E_IO;
	ours = ends[0];
	theirs = ends[1];
	pid = fork();
	if (pid < 0)
		return SW_E_IO;
	if (pid == 0)
		become(run, in, theirs, nothing);
	(void)close(sw_take_fd(&theirs));
	err = collect(ours, run, &text, &len);
	err = reap(pid, err, run->deadline, &status);
	if (err != SW_OK)
		return err;
	*out_text = sw_take(&text);
	*out_len = len;
	*out_status = status;
	return SW_OK;
}
