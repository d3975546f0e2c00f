#include "tap_journal.h"

#include "journal_entry.h"

#include "sshwhy/num.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-journal.h>

#define ENTRIES_AT_ONCE 256
#define US_PER_MS 1000
#define DATA_MAX 4096 /* bytes of a field that are unpacked */

struct sw_journal_tap {
	sd_journal *journal;
	sd_event_source *news;
	sd_event_source *more; /* on while entries are left to be read */
	sw_line_fn line;
	void *context;
	struct sw_journal_entry entry;
};

static enum sw_err err_of(int result)
{
	errno = -result;
	return result == -ENOMEM ? SW_E_NOMEM : SW_E_IO;
}

/*
 * Few entries are left to be looked at; what they are worth is decided by
 * journald's own fields. NULL: "or", between groups in which each field has to
 * have one of its values.
 */
static int add_matches(sd_journal *journal)
{
	static const char *const matches[] = {
		"SYSLOG_IDENTIFIER=sshd",
		"SYSLOG_IDENTIFIER=sshd-session",
		"SYSLOG_IDENTIFIER=sshd-auth",
		NULL,
		"_COMM=sshd",
		"_COMM=sshd-session",
		"_COMM=sshd-auth",
		NULL,
		"_SYSTEMD_UNIT=ssh.service",
		"_SYSTEMD_UNIT=sshd.service",
		NULL,
		"_PID=1",
		"UNIT=ssh.socket",
		"UNIT=sshd.socket",
	};
	int result = 0;

	for (size_t i = 0; i < sizeof(matches) / sizeof(matches[0]); i++) {
		if (matches[i] == NULL)
			result = sd_journal_add_disjunction(journal);
		else
			result = sd_journal_add_match(journal, matches[i], 0);
		if (result < 0)
			break;
	}
	return result;
}

/* The value of a field of the current entry; its length, negative: none. */
static ssize_t read_field(sd_journal *journal, const char *name,
			  const char **out)
{
	const void *data = NULL;
	size_t prefix = strlen(name) + 1;
	size_t len = 0;

	if (sd_journal_get_data(journal, name, &data, &len) < 0 || len < prefix)
		return -1;
	*out = (const char *)data + prefix;
	return (ssize_t)(len - prefix);
}

static void read_text(sd_journal *journal, const char *name, char *buf,
		      size_t size)
{
	const char *value = NULL;
	ssize_t len = read_field(journal, name, &value);

	buf[0] = '\0';
	if (len < 0)
		return;
	if ((size_t)len >= size || memchr(value, '\0', (size_t)len) != NULL) {
		memcpy(buf, SW_JOURNAL_LONG, sizeof(SW_JOURNAL_LONG));
		return;
	}
	memcpy(buf, value, (size_t)len);
	buf[len] = '\0';
}

static void read_message(sd_journal *journal, struct sw_journal_entry *entry)
{
	const char *value = NULL;
	ssize_t len = read_field(journal, "MESSAGE", &value);

	entry->message_len = len > 0 ? (size_t)len : 0;
	if (entry->message_len > sizeof(entry->message))
		entry->message_len = sizeof(entry->message);
	if (entry->message_len > 0)
		memcpy(entry->message, value, entry->message_len);
}

static void read_entry(sd_journal *journal, struct sw_journal_entry *entry)
{
	read_text(journal, "_TRANSPORT", entry->transport,
		  sizeof(entry->transport));
	read_text(journal, "_UID", entry->uid, sizeof(entry->uid));
	read_text(journal, "_PID", entry->pid, sizeof(entry->pid));
	read_text(journal, "_COMM", entry->comm, sizeof(entry->comm));
	read_text(journal, "_EXE", entry->exe, sizeof(entry->exe));
	read_text(journal, "_SYSTEMD_UNIT", entry->unit, sizeof(entry->unit));
	read_text(journal, "UNIT", entry->about, sizeof(entry->about));
	read_message(journal, entry);
}

/* When the message was sent, where journald knows it; else when it came. */
static int64_t read_time(sd_journal *journal)
{
	char sent[24];
	uint64_t time = 0;

	read_text(journal, "_SOURCE_REALTIME_TIMESTAMP", sent, sizeof(sent));
	if (sw_num_parse(sent, INT64_MAX, &time) != SW_OK)
		(void)sd_journal_get_realtime_usec(journal, &time);
	return (int64_t)(time / US_PER_MS);
}

static void read_entries(struct sw_journal_tap *tap)
{
	struct sw_line line = {.counted = false};
	int left = ENTRIES_AT_ONCE;

	while (left > 0 && sd_journal_next(tap->journal) > 0) {
		left--;
		read_entry(tap->journal, &tap->entry);
		if (!sw_journal_believe(&tap->entry, &line))
			continue;
		line.time = read_time(tap->journal);
		tap->line(tap->context, &line);
	}
	(void)sd_event_source_set_enabled(tap->more, left > 0 ? SD_EVENT_OFF
							      : SD_EVENT_ON);
}

static int on_news(sd_event_source *source SW_UNUSED, int fd SW_UNUSED,
		   uint32_t events SW_UNUSED, void *userdata)
{
	struct sw_journal_tap *tap = userdata;

	(void)sd_journal_process(tap->journal);
	read_entries(tap);
	return 0;
}

static int on_more(sd_event_source *source SW_UNUSED, void *userdata)
{
	read_entries(userdata);
	return 0;
}

/* Behind the last entry that matches; the first one where there is none. */
static int seek_end(sd_journal *journal)
{
	int result = sd_journal_seek_tail(journal);

	if (result >= 0)
		result = sd_journal_previous(journal);
	return result == 0 ? sd_journal_seek_head(journal) : result;
}

static int open_journal(struct sw_journal_tap *tap)
{
	int result = sd_journal_open(&tap->journal, SD_JOURNAL_LOCAL_ONLY);

	if (result < 0)
		return result;
	if (sd_journal_has_runtime_files(tap->journal) <= 0 &&
	    sd_journal_has_persistent_files(tap->journal) <= 0)
		return -ENODATA;
	result = sd_journal_set_data_threshold(tap->journal, DATA_MAX);
	if (result >= 0)
		result = add_matches(tap->journal);
	/* Before the end is looked for, so that nothing is missed. */
	if (result >= 0)
		result = sd_journal_get_fd(tap->journal);
	return result >= 0 ? seek_end(tap->journal) : result;
}

static int add_sources(struct sw_journal_tap *tap, sd_event *event)
{
	int events = sd_journal_get_events(tap->journal);
	int result = events;

	if (result >= 0)
		result = sd_event_add_io(event, &tap->news,
					 sd_journal_get_fd(tap->journal),
					 (uint32_t)events, on_news, tap);
	if (result >= 0)
		result = sd_event_add_defer(event, &tap->more, on_more, tap);
	return result;
}

enum sw_err sw_journal_tap_start(sd_event *event, sw_line_fn line,
				 void *context, struct sw_journal_tap **out)
{
	struct sw_journal_tap *tap = calloc(1, sizeof(*tap));
	int result;

	if (tap == NULL)
		return SW_E_NOMEM;
	tap->line = line;
	tap->context = context;
	result = open_journal(tap);
	if (result >= 0)
		result = add_sources(tap, event);
	if (result < 0) {
		sw_journal_tap_stop(tap);
		return err_of(result);
	}
	*out = tap;
	return SW_OK;
}

void sw_journal_tap_stop(struct sw_journal_tap *tap)
{
	if (tap == NULL)
		return;
	(void)sd_event_source_disable_unref(tap->more);
	(void)sd_event_source_disable_unref(tap->news);
	sd_journal_close(tap->journal);
	free(tap);
}
