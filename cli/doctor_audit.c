#include "doctor.h"
#include "doctor_files.h"

#include "sshwhy/audit_kernel.h"
#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/num.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#define PROBE_WAIT 3000 /* milliseconds until it has to stand in the log */
#define PROBE_STEP 50	/* milliseconds between two looks */
#define TAIL (256 * 1024)
#define LONG_WAIT 10 /* seconds that a login may be held up at most */
#define MOMENT 250   /* milliseconds */

/* NULL, or why the kernel cannot be asked. */
static const char *ask_kernel(struct sw_audit_kernel *kernel)
{
	enum sw_err err = sw_audit_kernel_ask(kernel);

	if (err == SW_OK)
		return NULL;
	if (err == SW_E_NOTSUP)
		return "this kernel has no audit";
	if (errno == EPERM)
		return "asking the kernel's audit needs CAP_AUDIT_CONTROL";
	if (errno == ECONNREFUSED)
		return "the kernel's audit is out of reach in a container";
	return strerror(errno);
}

void sw_look_at_audit(struct sw_doctor *doctor SW_UNUSED, struct sw_sight *out)
{
	struct sw_audit_kernel kernel;
	const char *why = ask_kernel(&kernel);

	if (why != NULL)
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL, "%s", why);
	else if (!kernel.enabled)
		sw_sight_is(out, SW_SIGHT_NOTE, "auditctl -e 1, with auditd",
			    "the kernel's audit is off: records go to %s",
			    SW_PATH_LOG);
	else if (kernel.pid == 0)
		sw_sight_is(out, SW_SIGHT_NOTE, "start auditd",
			    "audit is on, but no auditd reads it: records go "
			    "to %s as well",
			    SW_PATH_LOG);
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "audit is on, and auditd[%u] writes it",
			    kernel.pid);
}

static uint64_t jiffies(void)
{
	char value[32];
	uint64_t now = 0;

	if (sw_doctor_value("/proc/timer_list", "jiffies:", value,
			    sizeof(value)))
		(void)!sw_num_parse(value, UINT64_MAX, &now);
	return now;
}

/* The kernel's ticks a second, of the four that can be configured the one that
 * is nearest to what a moment has; 0 when that cannot be seen. */
static unsigned int kernel_hz(void)
{
	static const unsigned int choices[] = {100, 250, 300, 1000};
	uint64_t began = sw_clock_monotonic_ns(), first = jiffies(), ms, ticks;
	unsigned int hz = choices[0];

	(void)poll(NULL, 0, MOMENT);
	ticks = (jiffies() - first) * 1000;
	ms = (sw_clock_monotonic_ns() - began) / 1000000;
	if (first == 0 || ms == 0)
		return 0;
	for (size_t i = 1; i < sizeof(choices) / sizeof(choices[0]); i++) {
		/* Half way between two of them one becomes the other. */
		if (ticks / ms > (choices[i - 1] + choices[i]) / 2)
			hz = choices[i];
	}
	return hz;
}

void sw_look_at_backlog(struct sw_doctor *doctor SW_UNUSED,
			struct sw_sight *out)
{
	struct sw_audit_kernel kernel;
	const char *why = ask_kernel(&kernel);
	unsigned int hz = kernel_hz();
	char advice[SW_SIGHT_MAX];
	double seconds;

	if (why != NULL || hz == 0) {
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL, "%s",
			    why != NULL ? why
					: "the kernel's ticks cannot be seen");
		return;
	}
	seconds = (double)kernel.backlog_wait / hz;
	(void)snprintf(advice, sizeof(advice),
		       "auditctl -b 8192 --backlog_wait_time %u (one second)",
		       hz);
	sw_sight_is(out, seconds > LONG_WAIT ? SW_SIGHT_NOTE : SW_SIGHT_OK,
		    seconds > LONG_WAIT ? advice : NULL,
		    "%u records may wait for auditd; whoever writes one more "
		    "is held up for %.1f s at most",
		    kernel.backlog_limit, seconds);
}

void sw_look_at_exclude(struct sw_doctor *doctor SW_UNUSED,
			struct sw_sight *out)
{
	struct sw_audit_kernel kernel;
	const char *why = ask_kernel(&kernel);

	if (why != NULL)
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL, "%s", why);
	else if (kernel.excluded != 0)
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "find it with auditctl -l, and remove it",
			    "an exclude rule drops records of type %u, which "
			    "are ours",
			    kernel.excluded);
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "no exclude rule drops our records");
}

static bool may_write_audit(void)
{
	char text[64], *end;
	unsigned long long bits;

	if (!sw_doctor_value("/proc/self/status", "CapEff:", text,
			     sizeof(text)))
		return false;
	bits = strtoull(text + strspn(text, " \t"), &end, 16);
	return (bits >> CAP_AUDIT_WRITE & 1) != 0;
}

static bool is_first_namespace(void)
{
	char text[64];

	return sw_doctor_value("/proc/self/uid_map", "", text, sizeof(text)) &&
	       strstr(text, "4294967295") != NULL;
}

void sw_look_at_rights(struct sw_doctor *doctor SW_UNUSED, struct sw_sight *out)
{
	if (!is_first_namespace())
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "sinks = file in " SW_PATH_CONFIG,
			    "this is a user namespace: the kernel takes no "
			    "audit records from it");
	else if (!may_write_audit())
		sw_sight_is(out,
			    geteuid() == 0 ? SW_SIGHT_BLIND : SW_SIGHT_UNKNOWN,
			    geteuid() == 0 ? "give the container AUDIT_WRITE"
					   : "ask as root",
			    "no CAP_AUDIT_WRITE here: no record can be "
			    "written");
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "root may write audit records here");
}

static bool is_in_tail(int fd, const char *word)
{
	static char bytes[TAIL + 1];
	struct stat st;
	ssize_t len;
	off_t from;

	if (fstat(fd, &st) != 0)
		return false;
	from = st.st_size > TAIL ? st.st_size - TAIL : 0;
	len = pread(fd, bytes, TAIL, from);
	return len > 0 &&
	       memmem(bytes, (size_t)len, word, strlen(word)) != NULL;
}

/* The log may be rotated meanwhile: it is opened for each look. */
static bool appears_in(const char *path, const char *word)
{
	for (int waited = 0; waited < PROBE_WAIT; waited += PROBE_STEP) {
		sw_autofd int fd = open(path, O_RDONLY | O_CLOEXEC);

		if (fd >= 0 && is_in_tail(fd, word))
			return true;
		(void)poll(NULL, 0, PROBE_STEP);
	}
	return false;
}

void sw_look_for_probe(struct sw_doctor *doctor SW_UNUSED, struct sw_sight *out)
{
	struct sw_audit_kernel kernel;
	const char *why = ask_kernel(&kernel);
	char path[256], word[32];
	uint64_t number = 0;

	if (why != NULL || !kernel.enabled || kernel.pid == 0) {
		sw_sight_is(out, why != NULL ? SW_SIGHT_UNKNOWN : SW_SIGHT_NOTE,
			    NULL, "no probe record is sent: %s",
			    why != NULL ? why : "no auditd would write it");
		return;
	}
	(void)!getrandom(&number, sizeof(number), 0);
	(void)snprintf(word, sizeof(word), "%016llx",
		       (unsigned long long)number);
	sw_doctor_audit_log(path, sizeof(path));
	if (sw_audit_probe(word) != SW_OK)
		sw_sight_is(out, SW_SIGHT_BLIND, NULL,
			    "the kernel does not take a record: %s",
			    strerror(errno));
	else if (access(path, R_OK) != 0)
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL,
			    "%s cannot be read: %s", path, strerror(errno));
	else if (appears_in(path, word))
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "a probe record was sent and stands in %s", path);
	else
		sw_sight_is(
			out, SW_SIGHT_BLIND,
			"look at auditd: its disk, its rate limit (auditctl "
			"-s), its plugins",
			"a probe record was sent, but does not appear in "
			"%s",
			path);
}
