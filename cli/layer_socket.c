#include "layers.h"

#include "live.h"

#include "sshwhy/num.h"
#include "sshwhy/tcp_table.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define BACKLOG 128 /* connections that may wait for sshd */

/* Who listens on the port of the question. */
struct listening {
	const struct sw_question *question;
	uint16_t port;
	unsigned int listeners;
	unsigned int reachable; /* by the client */
	unsigned int waiting;	/* the longest queue of these */
	struct sw_addr bound;	/* of one that is not */
};

static bool is_unspecified(const struct sw_addr *addr)
{
	static const uint8_t zeros[16];

	return memcmp(addr->bytes, zeros, sizeof(zeros)) == 0;
}

static bool is_loopback(const struct sw_addr *addr)
{
	static const uint8_t one[16] = {[15] = 1};

	if (addr->family == SW_FAMILY_V4)
		return addr->bytes[0] == 127;
	return memcmp(addr->bytes, one, sizeof(one)) == 0;
}

/* A socket of :: may serve IPv4 as well, which nobody shows. */
static bool reaches(const struct sw_question *question,
		    const struct sw_tcp_socket *row)
{
	const struct sw_addr *client = &question->client.base;
	const struct sw_addr *local = &row->local.addr;

	if (is_unspecified(local))
		return row->is_v6 || client->family == SW_FAMILY_V4;
	if (local->family != client->family)
		return false;
	if (question->server.addr.family != SW_FAMILY_NONE)
		return sw_addr_equal(local, &question->server.addr);
	return !is_loopback(local) || is_loopback(client);
}

static void take(void *context, const struct sw_tcp_socket *row)
{
	struct listening *listening = context;

	if (row->state != SW_TCP_LISTEN || row->local.port != listening->port)
		return;
	listening->listeners++;
	if (!reaches(listening->question, row)) {
		listening->bound = row->local.addr;
		return;
	}
	listening->reachable++;
	if (row->waiting > listening->waiting)
		listening->waiting = row->waiting;
}

/* "FILE: line N: words" or "FILE line N: words", the first of them. */
static bool take_place(const char *complaint, struct sw_rule *rule)
{
	const char *end = complaint + strcspn(complaint, "\n");
	const char *line = strstr(complaint, " line ");
	const char *path_end, *colon;
	uint64_t number;

	if (complaint[0] != '/' || line == NULL || line > end)
		return false;
	path_end = line > complaint && line[-1] == ':' ? line - 1 : line;
	line += strlen(" line ");
	colon = memchr(line, ':', (size_t)(end - line));
	if (colon == NULL || (size_t)(path_end - complaint) >= SW_SOURCE_MAX ||
	    sw_num_parse_n(line, (size_t)(colon - line), UINT32_MAX, &number) !=
		    SW_OK)
		return false;
	memcpy(rule->source, complaint, (size_t)(path_end - complaint));
	rule->line = rule->first_line = (unsigned int)number;
	(void)snprintf(rule->text, sizeof(rule->text), "%.*s",
		       (int)(end - colon - 1), colon + 1);
	if (rule->text[0] == ' ')
		memmove(rule->text, rule->text + 1, strlen(rule->text));
	return true;
}

/* The line that the words stand in; the first one if none has them. */
static const char *line_with(const char *complaint, const char *words)
{
	const char *at = strstr(complaint, words);

	if (at == NULL)
		return complaint;
	while (at > complaint && at[-1] != '\n')
		at--;
	return at;
}

/* Before it says that it has no key, sshd says what is wrong with each. */
static const char *why_no_key(const char *complaint)
{
	static const char *const reasons[] = {" are too open",
					      "Unable to load host key"};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strstr(complaint, reasons[i]) != NULL)
			return line_with(complaint, reasons[i]);
	}
	return line_with(complaint, "no hostkeys available");
}

bool sw_layer_take_complaint(const char *complaint, struct sw_layer *out)
{
	static const struct {
		const char *words;
		enum sw_cause cause;
	} kinds[] = {
		{"no hostkeys available", SW_CAUSE_SERVER_HOST_KEYS},
		{"rivilege separation", SW_CAUSE_SERVER_PRIVSEP},
		{"/run/sshd must be owned", SW_CAUSE_SERVER_PRIVSEP},
	};
	const char *words = complaint;

	if (complaint[0] == '\0')
		return false;
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_SERVER_CONFIG;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strstr(complaint, kinds[i].words) == NULL)
			continue;
		out->cause = kinds[i].cause;
		words = line_with(complaint, kinds[i].words);
	}
	if (out->cause == SW_CAUSE_SERVER_CONFIG)
		(void)take_place(complaint, &out->rule);
	if (out->cause == SW_CAUSE_SERVER_HOST_KEYS)
		words = why_no_key(complaint);
	(void)snprintf(out->detail, sizeof(out->detail), "%.*s",
		       (int)strcspn(words, "\r\n"), words);
	return true;
}

static void refuse(struct sw_layer *out, const struct listening *listening)
{
	const struct sw_question *question = listening->question;
	const struct sw_sshd_settings *settings;
	char addr[SW_ADDR_TEXT_MAX];

	if (listening->listeners == 0 &&
	    sw_layer_take_complaint(sw_live_complaint(question), out))
		return;
	out->outcome = SW_LAYER_REJECT;
	out->cause = SW_CAUSE_SERVER_NOT_LISTENING;
	if (listening->listeners == 0) {
		(void)snprintf(out->detail, sizeof(out->detail),
			       "nothing listens on port %u", listening->port);
		return;
	}
	settings = sw_live_settings(question);
	if (settings != NULL)
		sw_sshd_rule(settings, "ListenAddress", &out->rule);
	(void)snprintf(out->detail, sizeof(out->detail),
		       "it listens on %s, not for this client",
		       sw_addr_format(&listening->bound, addr));
}

static bool is_stopped(pid_t pid)
{
	char path[64], text[512] = "";
	const char *end;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (file == NULL)
		return false;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	(void)fclose(file);
	end = strrchr(text, ')');
	return end != NULL && (end[2] == 'T' || end[2] == 't');
}

static void look_at_queue(struct sw_layer *out,
			  const struct listening *listening)
{
	const struct sw_live *live = sw_live_find(listening->question);

	if (live->found && is_stopped(live->daemon.pid)) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_SERVER_BACKLOG;
		(void)snprintf(out->detail, sizeof(out->detail),
			       "sshd[%d] is stopped by a signal, %u wait",
			       (int)live->daemon.pid, listening->waiting);
	} else if (listening->waiting > BACKLOG) {
		out->outcome = SW_LAYER_REJECT;
		out->cause = SW_CAUSE_SERVER_BACKLOG;
		(void)snprintf(out->detail, sizeof(out->detail),
			       "%u connections wait, the queue is full",
			       listening->waiting);
	}
}

void sw_layer_ask_socket(const struct sw_question *question,
			 struct sw_layer *out)
{
	struct listening listening = {.question = question};

	listening.port = sw_live_port(question);
	sw_tcp_table_read(0, take, &listening);
	if (sw_layer_ask_unit(question, out))
		return;
	if (listening.reachable == 0) {
		refuse(out, &listening);
		return;
	}
	out->outcome = SW_LAYER_PASS;
	(void)snprintf(out->detail, sizeof(out->detail), "port %u",
		       listening.port);
	look_at_queue(out, &listening);
}
