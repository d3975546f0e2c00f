#include "config_key.h"

#include "sshwhy/duration.h"
#include "sshwhy/num.h"
#include "sshwhy/record.h"

#include <string.h>

/* A refused client keeps one of sshd's MaxStartups places for so long. */
#define DELAY_MAX 60 /* seconds */

/* What is folded is not seen in the audit trail before its window ends. */
#define FOLD_MAX 3600 /* seconds */

#define PER_SECOND_MAX 1000  /* records */
#define PER_HOUR_MAX 1000000 /* records */

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define FILE_SIZE_MAX (2047 * MIB)

static enum sw_err read_seconds(const char *value, uint32_t max, void *field)
{
	uint32_t seconds = 0;
	enum sw_err err = sw_duration_parse(value, &seconds);

	if (err == SW_OK && seconds > max)
		err = SW_E_RANGE;
	if (err == SW_OK)
		*(uint32_t *)field = seconds;
	return err;
}

static enum sw_err read_delay(const char *value, void *field)
{
	return read_seconds(value, DELAY_MAX, field);
}

static enum sw_err read_fold(const char *value, void *field)
{
	return read_seconds(value, FOLD_MAX, field);
}

static void write_seconds(const void *field, struct sw_text *out)
{
	sw_text_add(out, "%us", *(const uint32_t *)field);
}

static enum sw_err read_count(const char *value, uint64_t max, void *field)
{
	uint64_t number = 0;
	enum sw_err err = sw_num_parse(value, max, &number);

	if (err == SW_OK)
		*(uint32_t *)field = (uint32_t)number;
	return err;
}

static enum sw_err read_per_second(const char *value, void *field)
{
	return read_count(value, PER_SECOND_MAX, field);
}

static enum sw_err read_per_hour(const char *value, void *field)
{
	return read_count(value, PER_HOUR_MAX, field);
}

static void write_count(const void *field, struct sw_text *out)
{
	sw_text_add(out, "%u", *(const uint32_t *)field);
}

/* "50/s" */
static enum sw_err read_rate(const char *value, void *field)
{
	size_t len = strcspn(value, "/");
	uint64_t number = 0;
	enum sw_err err = sw_num_parse_n(value, len, PER_SECOND_MAX, &number);

	if (err == SW_OK && strcmp(value + len, "/s") != 0)
		err = SW_E_SYNTAX;
	if (err == SW_OK && number == 0)
		err = SW_E_RANGE;
	if (err == SW_OK)
		*(uint32_t *)field = (uint32_t)number;
	return err;
}

static void write_rate(const void *field, struct sw_text *out)
{
	sw_text_add(out, "%u/s", *(const uint32_t *)field);
}

#define NO_GROUP "none"

static enum sw_err read_group(const char *value, void *field)
{
	if (strcmp(value, NO_GROUP) != 0)
		return read_count(value, UINT16_MAX, field);
	*(uint32_t *)field = SW_NO_LOG_GROUP;
	return SW_OK;
}

static void write_group(const void *field, struct sw_text *out)
{
	if (*(const uint32_t *)field == SW_NO_LOG_GROUP)
		sw_text_add(out, NO_GROUP);
	else
		write_count(field, out);
}

static uint64_t size_unit(char letter)
{
	if (letter == 'K')
		return KIB;
	return letter == 'M' ? MIB : 1;
}

/* One record always fits, or the file would never be begun. */
static enum sw_err read_file_size(const char *value, void *field)
{
	size_t len = strlen(value);
	uint64_t unit = len > 0 ? size_unit(value[len - 1]) : 1;
	uint64_t number = 0;
	enum sw_err err;

	err = sw_num_parse_n(value, unit > 1 ? len - 1 : len,
			     FILE_SIZE_MAX / unit, &number);
	if (err == SW_OK && number * unit < SW_RECORD_JSON_MAX)
		err = SW_E_RANGE;
	if (err == SW_OK)
		*(uint32_t *)field = (uint32_t)(number * unit);
	return err;
}

static void write_file_size(const void *field, struct sw_text *out)
{
	uint32_t bytes = *(const uint32_t *)field;

	if (bytes % MIB == 0)
		sw_text_add(out, "%uM", (unsigned int)(bytes / MIB));
	else if (bytes % KIB == 0)
		sw_text_add(out, "%uK", (unsigned int)(bytes / KIB));
	else
		sw_text_add(out, "%u", bytes);
}

static enum sw_err read_yes_no(const char *value, void *field)
{
	bool yes = strcmp(value, "yes") == 0;

	if (!yes && strcmp(value, "no") != 0)
		return SW_E_SYNTAX;
	*(bool *)field = yes;
	return SW_OK;
}

static void write_yes_no(const void *field, struct sw_text *out)
{
	sw_text_add(out, "%s", *(const bool *)field ? "yes" : "no");
}

static const struct sink_name {
	const char *name;
	uint32_t bit;
} sink_names[] = {
	{"auto", SW_SINK_AUTO},
	{"audit", SW_SINK_AUDIT},
	{"file", SW_SINK_FILE},
	{"syslog", SW_SINK_SYSLOG},
};

#define SINK_NAMES (sizeof(sink_names) / sizeof(sink_names[0]))

static uint32_t sink_bit(const char *name, size_t len)
{
	for (size_t i = 0; i < SINK_NAMES; i++) {
		if (strlen(sink_names[i].name) == len &&
		    memcmp(sink_names[i].name, name, len) == 0)
			return sink_names[i].bit;
	}
	return 0;
}

static enum sw_err read_sinks(const char *value, void *field)
{
	uint32_t sinks = 0;

	for (const char *name = value;; name++) {
		size_t len;
		uint32_t bit;

		name += strspn(name, " \t");
		len = strcspn(name, ", \t");
		bit = sink_bit(name, len);
		if (bit == 0 || (sinks & bit) != 0)
			return SW_E_SYNTAX;
		sinks |= bit;
		name += len + strspn(name + len, " \t");
		if (*name == '\0')
			break;
		if (*name != ',')
			return SW_E_SYNTAX;
	}
	/* "auto" is a choice among the others, so it stands alone. */
	if ((sinks & SW_SINK_AUTO) != 0 && sinks != SW_SINK_AUTO)
		return SW_E_SYNTAX;
	*(uint32_t *)field = sinks;
	return SW_OK;
}

static void write_sinks(const void *field, struct sw_text *out)
{
	const char *separator = "";

	for (size_t i = 0; i < SINK_NAMES; i++) {
		if ((*(const uint32_t *)field & sink_names[i].bit) == 0)
			continue;
		sw_text_add(out, "%s%s", separator, sink_names[i].name);
		separator = ", ";
	}
}

#define FIELD(member) offsetof(struct sw_config, member)

const struct config_key config_keys[CONFIG_KEYS] = {
	{"refuse-delay", "a time from 0 to 60s", FIELD(refuse_delay),
	 read_delay, write_seconds},
	{"sinks", "auto, or a list of audit, file and syslog", FIELD(sinks),
	 read_sinks, write_sinks},
	{"file-size", "a size from 8K to 2047M", FIELD(file_size),
	 read_file_size, write_file_size},
	{"unknown-users", "yes or no", FIELD(unknown_users), read_yes_no,
	 write_yes_no},
	{"fold", "a time from 0 to 1h", FIELD(fold), read_fold, write_seconds},
	{"audit-per-second", "a number from 0 to 1000", FIELD(audit_per_second),
	 read_per_second, write_count},
	{"audit-per-hour", "a number from 0 to 1000000", FIELD(audit_per_hour),
	 read_per_hour, write_count},
	{"observe", "yes or no", FIELD(observe), read_yes_no, write_yes_no},
	{"firewall", "yes or no", FIELD(firewall), read_yes_no, write_yes_no},
	{"firewall-rate", "a rate from 1/s to 1000/s", FIELD(firewall_rate),
	 read_rate, write_rate},
	{"firewall-log-group", "none, or a number from 0 to 65535",
	 FIELD(firewall_log), read_group, write_group},
};
