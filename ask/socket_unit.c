#include "sshwhy/socket_unit.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_daemon.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define SYSTEMD "/run/systemd/system" /* is there when systemd runs */
#define DEADLINE 2000		      /* milliseconds */
#define OUTPUT_MAX 65536	      /* bytes */

typedef void (*take_fn)(struct sw_socket_unit *unit, const char *value);

static void take_name(struct sw_socket_unit *unit, const char *value)
{
	(void)sw_text_copy(unit->name, sizeof(unit->name), value);
}

static void take_state(struct sw_socket_unit *unit, const char *value)
{
	unit->is_active = strcmp(value, "active") == 0;
}

static void take_result(struct sw_socket_unit *unit, const char *value)
{
	unit->hit_trigger_limit = strcmp(value, "trigger-limit-hit") == 0;
}

static void take_accept(struct sw_socket_unit *unit, const char *value)
{
	unit->accepts = strcmp(value, "yes") == 0;
}

static void take_connections(struct sw_socket_unit *unit, const char *value)
{
	(void)!sw_num_parse(value, UINT32_MAX, &unit->connections);
}

static void take_max(struct sw_socket_unit *unit, const char *value)
{
	(void)!sw_num_parse(value, UINT32_MAX, &unit->max_connections);
}

static void take_source_max(struct sw_socket_unit *unit, const char *value)
{
	(void)!sw_num_parse(value, UINT32_MAX, &unit->max_per_source);
}

static void take_files(struct sw_socket_unit *unit, const char *value)
{
	while (*value != '\0' && unit->file_count < SW_UNIT_FILES_MAX) {
		size_t len = strcspn(value, " ");

		if (len > 0 && len < SW_SOURCE_MAX) {
			memcpy(unit->files[unit->file_count], value, len);
			unit->files[unit->file_count++][len] = '\0';
		}
		value += len + (value[len] == ' ');
	}
}

/* "[::]:22 (Stream)", or "/run/x (Stream)", which is not ours. */
static void take_listen(struct sw_socket_unit *unit, const char *value)
{
	const char *end = strstr(value, " (Stream)");
	const char *colon = end;
	uint64_t port = 0;

	while (colon != NULL && colon > value && *colon != ':')
		colon--;
	if (colon == NULL || *colon != ':' ||
	    sw_num_parse_n(colon + 1, (size_t)(end - colon - 1), UINT16_MAX,
			   &port) != SW_OK)
		return;
	for (size_t i = 0; i < unit->port_count; i++) {
		if (unit->ports[i] == port)
			return;
	}
	if (unit->port_count < SW_UNIT_PORTS_MAX)
		unit->ports[unit->port_count++] = (uint16_t)port;
}

/* The files stand in this order too: what comes later wins. */
static const struct {
	const char *key;
	take_fn take;
} keys[] = {
	{"Id=", take_name},
	{"ActiveState=", take_state},
	{"Result=", take_result},
	{"Accept=", take_accept},
	{"NConnections=", take_connections},
	{"MaxConnections=", take_max},
	{"MaxConnectionsPerSource=", take_source_max},
	{"FragmentPath=", take_files},
	{"DropInPaths=", take_files},
	{"Listen=", take_listen},
};

/* All lines of a unit that begin with a key, up to the empty one. */
static void take_all(const char *text, size_t len, const char *key,
		     take_fn take, struct sw_socket_unit *unit)
{
	char value[SW_UNIT_FILES_MAX * SW_SOURCE_MAX];
	size_t key_len = strlen(key);
	const char *end = text + len;

	while (text < end) {
		size_t n = strcspn(text, "\n");

		if (n >= key_len && memcmp(text, key, key_len) == 0 &&
		    n - key_len < sizeof(value)) {
			memcpy(value, text + key_len, n - key_len);
			value[n - key_len] = '\0';
			take(unit, value);
		}
		text += n + 1;
	}
}

enum sw_err sw_socket_unit_parse(const char *text, struct sw_socket_unit *out)
{
	static struct sw_socket_unit unit; /* large */

	while (*text != '\0') {
		const char *end = strstr(text, "\n\n");
		size_t len = end != NULL ? (size_t)(end - text) : strlen(text);

		memset(&unit, 0, sizeof(unit));
		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
			take_all(text, len, keys[i].key, keys[i].take, &unit);
		if (unit.is_active || unit.hit_trigger_limit) {
			*out = unit;
			return SW_OK;
		}
		text += len;
		text += strspn(text, "\n");
	}
	return SW_E_NOTSUP;
}

enum sw_err sw_socket_unit_ask(struct sw_socket_unit *out)
{
	static const char program[] = "/usr/bin/systemctl";
	static const char *const argv[] = {
		program,
		"show",
		"--no-pager",
		"-p",
		"Id,ActiveState,Result,Accept,NConnections,MaxConnections,"
		"MaxConnectionsPerSource,FragmentPath,DropInPaths,Listen",
		"ssh.socket",
		"sshd.socket",
		NULL};
	const struct sw_run run = {.argv = argv,
				   .want = SW_RUN_STDOUT,
				   .deadline = DEADLINE,
				   .max_output = OUTPUT_MAX};
	sw_autofree char *text = NULL;
	enum sw_err err;
	size_t len = 0;
	int status;

	if (access(SYSTEMD, F_OK) != 0 || !sw_daemon_is_ours(1))
		return SW_E_NOTSUP;
	err = sw_run(&run, &text, &len, &status);
	if (err != SW_OK)
		return err;
	return sw_socket_unit_parse(text, out);
}

const char *sw_socket_unit_key(const char *words)
{
	static const char *const known[] = {"MaxConnectionsPerSource",
					    "MaxConnections"};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strncmp(words, known[i], strlen(known[i])) == 0)
			return known[i];
	}
	return "TriggerLimitBurst";
}

/* The value behind "key =" of a line; NULL: it is another one. */
static const char *value_of(const char *line, const char *key)
{
	size_t len = strlen(key);

	line += strspn(line, " \t");
	if (strncmp(line, key, len) != 0)
		return NULL;
	line += len;
	line += strspn(line, " \t");
	return *line == '=' ? line + 1 : NULL;
}

static void look_into(const char *path, const char *key, struct sw_rule *out)
{
	FILE *file = fopen(path, "re");
	char line[1024];

	for (unsigned int number = 1;
	     file != NULL && fgets(line, sizeof(line), file) != NULL;
	     number++) {
		line[strcspn(line, "\n")] = '\0';
		if (value_of(line, key) == NULL)
			continue;
		memset(out, 0, sizeof(*out));
		(void)sw_text_copy(out->source, sizeof(out->source), path);
		out->line = out->first_line = number;
		(void)snprintf(out->text, sizeof(out->text), "%.*s",
			       (int)sizeof(out->text) - 1,
			       line + strspn(line, " \t"));
	}
	if (file != NULL)
		(void)fclose(file);
}

void sw_socket_unit_rule(const struct sw_socket_unit *unit, const char *key,
			 struct sw_rule *out)
{
	memset(out, 0, sizeof(*out));
	(void)sw_text_copy(out->source, sizeof(out->source), "systemd:default");
	(void)sw_text_copy(out->text, sizeof(out->text), key);
	for (size_t i = 0; i < unit->file_count; i++)
		look_into(unit->files[i], key, out);
}
