#include "journal_entry.h"

#include "sshwhy/num.h"

#include <string.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static bool is_one_of(const char *text, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(text, names[i]) == 0)
			return true;
	}
	return false;
}

static bool is_sshd(const char *program)
{
	static const char *const names[] = {"sshd", "sshd-session",
					    "sshd-auth"};

	return is_one_of(program, names, ROWS(names));
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

/* "ssh@0-192.0.2.1:22-203.0.113.5:51234.service", one for each connection. */
static bool is_instance(const char *unit, const char *prefix)
{
	static const char suffix[] = ".service";
	size_t len = strlen(unit);

	return strncmp(unit, prefix, strlen(prefix)) == 0 &&
	       len >= strlen(prefix) + strlen(suffix) &&
	       strcmp(unit + len - strlen(suffix), suffix) == 0;
}

static bool is_sshd_unit(const char *unit)
{
	static const char *const names[] = {"ssh.service", "sshd.service"};

	return is_one_of(unit, names, ROWS(names)) ||
	       is_instance(unit, "ssh@") || is_instance(unit, "sshd@");
}

/* Not what the kernel and audit say of a process: those are not its words. */
static bool was_written(const struct sw_journal_entry *entry)
{
	static const char *const transports[] = {"syslog", "journal", "stdout"};

	return is_one_of(entry->transport, transports, ROWS(transports));
}

static bool is_of_root(const struct sw_journal_entry *entry)
{
	return strcmp(entry->uid, "0") == 0;
}

static bool is_about_socket(const struct sw_journal_entry *entry)
{
	static const char *const sockets[] = {"ssh.socket", "sshd.socket"};

	return strcmp(entry->pid, "1") == 0 && is_of_root(entry) &&
	       is_one_of(entry->about, sockets, ROWS(sockets));
}

/* journald looked at the process before the service manager had made sshd of
 * it: what a service says at once on standard error. */
static bool is_just_started(const struct sw_journal_entry *entry)
{
	static const char *const names[] = {"systemd", "systemd-executor"};

	return strcmp(entry->transport, "stdout") == 0 &&
	       is_one_of(base_of(entry->exe), names, ROWS(names));
}

static bool is_of_root_sshd(const struct sw_journal_entry *entry)
{
	if (!is_of_root(entry))
		return false;
	if (entry->exe[0] == '\0' || is_just_started(entry))
		return is_sshd_unit(entry->unit);
	return is_sshd(base_of(entry->exe));
}

/* A zombie keeps its name, but no program that could be read any more. */
static bool is_of_dead_sshd(const struct sw_journal_entry *entry)
{
	return is_of_root(entry) && entry->exe[0] == '\0' &&
	       is_sshd(entry->comm);
}

/* Users can run sshd themselves and have it say what they like. */
static bool is_of_session(const struct sw_journal_entry *entry)
{
	struct sw_logline said;

	return entry->uid[0] != '\0' && is_sshd(base_of(entry->exe)) &&
	       sw_logline_classify(SW_LOG_SSHD, entry->message,
				   entry->message_len, &said) != SW_LOG_OTHER &&
	       sw_cause_stage(said.cause) == SW_STAGE_SESSION;
}

static const struct row {
	bool (*holds)(const struct sw_journal_entry *entry);
	enum sw_tap tap;
	enum sw_log_origin origin;
} rows[] = {
	{is_about_socket, SW_TAP_JOURNAL, SW_LOG_SYSTEMD},
	{is_of_root_sshd, SW_TAP_JOURNAL, SW_LOG_SSHD},
	{is_of_dead_sshd, SW_TAP_SYSLOG, SW_LOG_SSHD},
	{is_of_session, SW_TAP_SYSLOG, SW_LOG_SSHD},
};

bool sw_journal_believe(const struct sw_journal_entry *entry,
			struct sw_line *line)
{
	uint64_t pid = 0;

	if (!was_written(entry) ||
	    sw_num_parse(entry->pid, INT32_MAX, &pid) != SW_OK)
		return false;
	for (size_t i = 0; i < ROWS(rows); i++) {
		if (!rows[i].holds(entry))
			continue;
		line->tap = rows[i].tap;
		line->origin = rows[i].origin;
		line->pid = (pid_t)pid;
		line->text = entry->message;
		line->len = entry->message_len;
		return true;
	}
	return false;
}
