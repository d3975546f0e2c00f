#include "doctor.h"
#include "doctor_files.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define AUDITD_CONF "/etc/audit/auditd.conf"
#define LINE_SIZE 9216 /* bytes; auditd writes no longer ones */
#define DAY 86400.0    /* seconds */
#define FEW_DAYS 7.0

bool sw_doctor_value(const char *path, const char *key, char *out, size_t size)
{
	FILE *file = fopen(path, "re");
	char line[1024];
	bool found = false;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *value = line + strspn(line, " \t");

		if (strncasecmp(value, key, strlen(key)) != 0)
			continue;
		value += strlen(key);
		value += strspn(value, " \t");
		line[strcspn(line, "\n")] = '\0';
		found = sw_text_copy(out, size, value);
	}
	if (file != NULL)
		(void)fclose(file);
	return found;
}

bool sw_doctor_auditd(const char *key, char *out, size_t size)
{
	char value[256];
	const char *at = value;

	if (!sw_doctor_value(AUDITD_CONF, key, value, sizeof(value)) ||
	    *at != '=')
		return false;
	at += 1 + strspn(at + 1, " \t");
	return sw_text_copy(out, size, at);
}

void sw_doctor_audit_log(char *out, size_t size)
{
	if (!sw_doctor_auditd("log_file", out, size))
		(void)sw_text_copy(out, size, "/var/log/audit/audit.log");
}

/* The last file in force wins, as systemd reads them. */
static bool journald_audit(char *out, size_t size)
{
	static const char pattern[] =
		"{/usr/lib/systemd/journald.conf.d/*.conf,"
		"/etc/systemd/journald.conf,"
		"/etc/systemd/journald.conf.d/*.conf}";
	bool found = false;
	glob_t paths;

	if (glob(pattern, GLOB_BRACE | GLOB_NOSORT, NULL, &paths) != 0)
		return false;
	for (size_t i = 0; i < paths.gl_pathc; i++)
		found |=
			sw_doctor_value(paths.gl_pathv[i], "Audit=", out, size);
	globfree(&paths);
	return found;
}

void sw_look_at_journald(struct sw_doctor *doctor SW_UNUSED,
			 struct sw_sight *out)
{
	char value[64] = "";

	if (access("/run/systemd/journal/socket", F_OK) != 0) {
		sw_sight_is(out, SW_SIGHT_NOTE, NULL,
			    "journald does not run here");
		return;
	}
	if (!journald_audit(value, sizeof(value)))
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "Audit= is not set: journald takes audit records "
			    "where systemd is built to");
	else if (strcasecmp(value, "yes") == 0)
		sw_sight_is(out, SW_SIGHT_NOTE, NULL,
			    "Audit=yes: journald switches the kernel's audit "
			    "on, also without auditd");
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "Audit=%s in journald.conf: only auditd keeps the "
			    "records",
			    value);
}

static bool is_denial_of_ours(const char *line)
{
	return (strstr(line, "type=AVC") != NULL ||
		strstr(line, "apparmor=\"DENIED\"") != NULL) &&
	       strstr(line, "sshwhy") != NULL;
}

void sw_look_for_denials(struct sw_doctor *doctor SW_UNUSED,
			 struct sw_sight *out)
{
	static char line[LINE_SIZE];
	char path[256], last[200] = "";
	unsigned int count = 0;
	FILE *file;

	sw_doctor_audit_log(path, sizeof(path));
	file = fopen(path, "re");
	if (file == NULL) {
		sw_sight_is(out,
			    errno == ENOENT ? SW_SIGHT_NOTE : SW_SIGHT_UNKNOWN,
			    NULL, "%s: %s", path, strerror(errno));
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (!is_denial_of_ours(line))
			continue;
		count++;
		line[strcspn(line, "\n")] = '\0';
		(void)sw_text_copy(last, sizeof(last), line);
	}
	(void)fclose(file);
	if (count > 0)
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "allow it in the policy (ausearch -m AVC)",
			    "SELinux or AppArmor denied something of ours %u "
			    "times, last: %s",
			    count, last);
	else
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "no denial by SELinux or AppArmor of anything of "
			    "ours in %s",
			    path);
}

static uint64_t auditd_number(const char *key, uint64_t standard)
{
	char value[32];
	uint64_t number = standard;

	if (sw_doctor_auditd(key, value, sizeof(value)))
		(void)!sw_num_parse(value, 1000000, &number);
	return number;
}

/* Seconds since 1970 of the first record in a file; 0: there is none. */
static int64_t first_time(const char *path)
{
	char bytes[512];
	sw_autofd int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t len = fd >= 0 ? read(fd, bytes, sizeof(bytes) - 1) : -1;
	const char *at;
	uint64_t seconds = 0;

	if (len <= 0)
		return 0;
	bytes[len] = '\0';
	at = strstr(bytes, "audit(");
	if (at == NULL ||
	    sw_num_parse_n(at + 6, strspn(at + 6, "0123456789"),
			   UINT32_MAX * UINT64_C(4), &seconds) != SW_OK)
		return 0;
	return (int64_t)seconds;
}

/* Bytes in the log and its rotated files, and the oldest record's time. */
static uint64_t measure(const char *path, int64_t *oldest)
{
	char pattern[300];
	uint64_t bytes = 0;
	glob_t paths;

	(void)snprintf(pattern, sizeof(pattern), "%s*", path);
	if (glob(pattern, 0, NULL, &paths) != 0)
		return 0;
	for (size_t i = 0; i < paths.gl_pathc; i++) {
		int64_t first = first_time(paths.gl_pathv[i]);
		struct stat st;

		if (first == 0 || stat(paths.gl_pathv[i], &st) != 0)
			continue;
		bytes += (uint64_t)st.st_size;
		if (*oldest == 0 || first < *oldest)
			*oldest = first;
	}
	globfree(&paths);
	return bytes;
}

void sw_look_at_retention(struct sw_doctor *doctor, struct sw_sight *out)
{
	char path[256], action[32] = "ROTATE";
	double kept = (double)(auditd_number("max_log_file", 8) *
			       auditd_number("num_logs", 5));
	int64_t oldest = 0;
	uint64_t bytes;
	double days, rate;

	sw_doctor_audit_log(path, sizeof(path));
	(void)sw_doctor_auditd("max_log_file_action", action, sizeof(action));
	bytes = measure(path, &oldest);
	if (bytes == 0) {
		sw_sight_is(out, SW_SIGHT_NOTE, NULL,
			    "there is no audit log yet to measure");
		return;
	}
	days = ((double)doctor->now / 1000 - (double)oldest) / DAY;
	rate = (double)bytes / 1e6 / (days > 0.01 ? days : 0.01);
	if (strcasecmp(action, "ROTATE") != 0) {
		sw_sight_is(out, SW_SIGHT_NOTE, NULL,
			    "auditd does not rotate by itself (%s); it writes "
			    "%.1f MB a day",
			    action, rate);
		return;
	}
	sw_sight_is(out, kept / rate < FEW_DAYS ? SW_SIGHT_NOTE : SW_SIGHT_OK,
		    kept / rate < FEW_DAYS
			    ? "raise max_log_file or num_logs in " AUDITD_CONF
			    : NULL,
		    "auditd keeps %.0f MB and writes %.1f MB a day: records "
		    "last about %.0f days",
		    kept, rate, kept / rate);
}
