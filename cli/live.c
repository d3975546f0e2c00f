#include "live.h"

#include "sshwhy/num.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PORT_OF_SSH 22
#define PROGRAM "/usr/sbin/sshd" /* where every distribution has it */

static bool listens_on(const struct sw_daemon *daemon, uint16_t port)
{
	for (size_t i = 0; i < daemon->port_count; i++) {
		if (daemon->ports[i] == port)
			return true;
	}
	return false;
}

/* The one on the port; without a port the only one, or that on port 22. */
static const struct sw_daemon *choose(const struct sw_daemon *daemons,
				      size_t count, uint16_t port)
{
	if (port == 0 && count == 1)
		return &daemons[0];
	for (size_t i = 0; i < count; i++) {
		if (listens_on(&daemons[i], port != 0 ? port : PORT_OF_SSH))
			return &daemons[i];
	}
	return NULL;
}

static void say_why(struct sw_live *live, const struct sw_daemon *daemons,
		    size_t count, uint16_t port)
{
	struct sw_text text;

	sw_text_init(&text, live->why, sizeof(live->why));
	if (geteuid() != 0) {
		sw_text_add(&text, "only root can ask sshd");
		return;
	}
	if (count == 0) {
		sw_text_add(&text, "no sshd runs here");
		return;
	}
	if (port != 0) {
		sw_text_add(&text, "no sshd listens on port %u", port);
		return;
	}
	sw_text_add(&text, "several sshd run; say --port, one of");
	for (size_t i = 0; i < count; i++) {
		for (size_t p = 0; p < daemons[i].port_count; p++)
			sw_text_add(&text, " %u", daemons[i].ports[p]);
	}
}

/* What ssh.socket starts, or would be started, reads the usual file. */
static void assume_program(struct sw_daemon *daemon)
{
	memset(daemon, 0, sizeof(*daemon));
	if (access(PROGRAM, X_OK) != 0)
		return;
	(void)sw_text_copy(daemon->exe, sizeof(daemon->exe), PROGRAM);
	(void)sw_text_copy(daemon->config, sizeof(daemon->config),
			   SW_SYSCONFDIR "/ssh/sshd_config");
}

const struct sw_live *sw_live_find(const struct sw_question *question)
{
	static struct sw_daemon daemons[SW_DAEMONS_MAX]; /* large */
	struct sw_live *live = question->live;
	const struct sw_daemon *chosen;
	size_t count;

	if (live->looked)
		return live;
	live->looked = true;
	count = sw_daemon_list(daemons, SW_DAEMONS_MAX);
	chosen = choose(daemons, count, question->server.port);
	live->found = chosen != NULL;
	if (chosen != NULL) {
		live->daemon = *chosen;
		return live;
	}
	say_why(live, daemons, count, question->server.port);
	assume_program(&live->daemon);
	live->has_unit = count == 0 && sw_socket_unit_ask(&live->unit) == SW_OK;
	return live;
}

uint16_t sw_live_port(const struct sw_question *question)
{
	const struct sw_live *live = sw_live_find(question);

	if (question->server.port != 0)
		return question->server.port;
	if (live->has_unit && live->unit.port_count > 0)
		return live->unit.ports[0];
	if (!live->found || live->daemon.port_count == 0 ||
	    listens_on(&live->daemon, PORT_OF_SSH))
		return PORT_OF_SSH;
	return live->daemon.ports[0];
}

/* sshd writes its pid file whenever it reads its files anew: SIGHUP starts the
 * same process over. */
static int64_t when_loaded(const struct sw_live *live)
{
	char path[SW_SOURCE_MAX], text[32] = "";
	int64_t loaded = live->daemon.started, written;
	struct stat st;
	uint64_t pid = 0;
	FILE *file;

	if (!sw_sshd_value(&live->settings, "pidfile", path, sizeof(path)) ||
	    stat(path, &st) != 0)
		return loaded;
	file = fopen(path, "re");
	if (file == NULL)
		return loaded;
	if (fgets(text, sizeof(text), file) == NULL)
		text[0] = '\0';
	(void)fclose(file);
	written = (int64_t)st.st_mtim.tv_sec * 1000 +
		  st.st_mtim.tv_nsec / 1000000;
	if (sw_num_parse_n(text, strcspn(text, "\n"), INT32_MAX, &pid) ==
		    SW_OK &&
	    (pid_t)pid == live->daemon.pid && written > loaded)
		loaded = written;
	return loaded;
}

static void ask_settings(const struct sw_question *question,
			 struct sw_live *live)
{
	struct sw_conn conn = {.client.addr = question->client.base,
			       .server = question->server};
	enum sw_err err;

	conn.server.port = sw_live_port(question);
	if (question->user != NULL)
		(void)sw_text_copy(conn.user, sizeof(conn.user),
				   question->user);
	err = sw_sshd_settings_ask(&live->daemon, &conn, &live->settings);
	live->has_settings = err == SW_OK;
	if (err == SW_E_SYNTAX)
		(void)sw_text_copy(live->refused, sizeof(live->refused),
				   "sshd refuses its configuration or keys");
	else if (err != SW_OK)
		(void)snprintf(live->refused, sizeof(live->refused),
			       "sshd cannot be asked: %s", sw_strerror(err));
	if (!live->has_settings || !live->found)
		return;
	live->loaded = when_loaded(live);
	live->stale = sw_sshd_is_stale(&live->settings, live->loaded);
}

const struct sw_sshd_settings *
sw_live_settings(const struct sw_question *question)
{
	struct sw_live *live = question->live;

	(void)sw_live_find(question);
	if (!live->asked) {
		live->asked = true;
		if (geteuid() != 0)
			(void)sw_text_copy(live->refused, sizeof(live->refused),
					   "only root can ask sshd");
		else if (live->daemon.exe[0] == '\0')
			(void)sw_text_copy(live->refused, sizeof(live->refused),
					   "no sshd is installed");
		else if (!live->found && live->why[0] == 's')
			(void)sw_text_copy(live->refused, sizeof(live->refused),
					   live->why);
		else
			ask_settings(question, live);
	}
	return live->has_settings ? &live->settings : NULL;
}

const char *sw_live_complaint(const struct sw_question *question)
{
	struct sw_live *live = question->live;

	(void)sw_live_find(question);
	if (!live->checked && geteuid() == 0 && live->daemon.exe[0] != '\0' &&
	    sw_sshd_complaint(&live->daemon, live->complaint,
			      sizeof(live->complaint)) != SW_OK)
		live->complaint[0] = '\0';
	live->checked = true;
	return live->complaint;
}

void sw_live_free(struct sw_live *live)
{
	sw_sshd_settings_free(&live->settings);
	memset(live, 0, sizeof(*live));
}
