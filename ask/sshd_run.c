#include "sshd_run.h"

#include "sshwhy/sshd_dump.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DEADLINE 5000		 /* milliseconds */
#define OUTPUT_MAX (4096 * 1024) /* bytes */
#define ARGS_MAX (10 + 2 * SW_DAEMON_OPTIONS_MAX)

/* sshd reads -C as a list: what holds a comma cannot be asked for. */
static bool can_ask_for(const char *user)
{
	return user[0] != '\0' && strpbrk(user, ",\n") == NULL;
}

void sw_sshd_write_spec(const struct sw_conn *conn, char *buf, size_t size)
{
	char client[SW_ADDR_TEXT_MAX], server[SW_ADDR_TEXT_MAX];
	const char *user = can_ask_for(conn->user) ? conn->user : "";

	(void)sw_addr_format(&conn->client.addr, client);
	(void)sw_addr_format(&conn->server.addr, server);
	/* A Match criterion without its attribute is fatal: all are passed. */
	(void)snprintf(buf, size, "user=%s,host=%s,addr=%s,laddr=%s,lport=%u",
		       user, client, client, server,
		       (unsigned int)conn->server.port);
}

/* The same program with the same options; argv has room for ARGS_MAX. Where
 * nobody runs it, systemd may have taken away the folder that it asks for. */
static enum sw_err run(const struct sw_daemon *daemon, const char **argv,
		       size_t count, enum sw_run_output want, char **out_text,
		       size_t *out_len, int *out_status)
{
	struct sw_run run = {.argv = argv,
			     .want = want,
			     .deadline = DEADLINE,
			     .max_output = OUTPUT_MAX,
			     .folder = SW_SSHD_PRIVSEP_DIR};
	bool is_complaint = strcmp(argv[1], "-t") == 0;

	/* That of a daemon at work has to be there for its next client. */
	if (is_complaint && daemon->pid != 0)
		run.folder = NULL;
	for (size_t i = 0; i < daemon->option_count; i++) {
		argv[count++] = "-o";
		argv[count++] = daemon->options[i];
	}
	argv[count] = NULL;
	return sw_run(&run, out_text, out_len, out_status);
}

enum sw_err sw_sshd_run(const struct sw_daemon *daemon, const char *mode,
			enum sw_run_output want, const char *spec,
			char **out_text, size_t *out_len)
{
	const char *argv[ARGS_MAX] = {daemon->exe,    mode, "-ddd", "-f",
				      daemon->config, "-C", spec};
	int status = 0;

	return run(daemon, argv, 7, want, out_text, out_len, &status);
}

enum sw_err sw_sshd_check(const struct sw_daemon *daemon, char **out_text,
			  size_t *out_len, int *out_status)
{
	const char *argv[ARGS_MAX] = {daemon->exe, "-t", "-f", daemon->config};

	return run(daemon, argv, 4, SW_RUN_STDERR, out_text, out_len,
		   out_status);
}

const char *sw_sshd_value_in(const char *text, const char *keyword,
			     size_t *out_len)
{
	size_t len = strlen(keyword);

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncasecmp(text, keyword, len) == 0 && text[len] == ' ') {
			*out_len = strcspn(text + len + 1, "\n");
			return text + len + 1;
		}
	}
	return NULL;
}

bool sw_sshd_is_value(const char *written, const char *keyword,
		      const char *value, size_t len)
{
	char full[SW_SSHD_VALUE_MAX];

	(void)sw_text_copy(full, sizeof(full), written);
	/* One number is the short form of three. */
	if (strcasecmp(keyword, "MaxStartups") == 0 &&
	    strchr(written, ':') == NULL && strlen(written) < 20)
		(void)snprintf(full, sizeof(full), "%.20s:30:%.20s", written,
			       written);
	return strlen(full) == len && strncasecmp(full, value, len) == 0;
}

const char *sw_sshd_option(const struct sw_daemon *daemon, const char *keyword)
{
	size_t len = strlen(keyword);

	for (size_t i = 0; i < daemon->option_count; i++) {
		const char *option = daemon->options[i];

		if (strncasecmp(option, keyword, len) == 0 &&
		    strchr("= \t", option[len]) != NULL && option[len] != '\0')
			return option + len + 1;
	}
	return NULL;
}

bool sw_sshd_is_newer(const char *path, int64_t loaded)
{
	struct stat st;

	return path[0] == '/' && stat(path, &st) == 0 &&
	       (int64_t)st.st_mtim.tv_sec * 1000 +
			       st.st_mtim.tv_nsec / 1000000 >
		       loaded;
}
