#include "libwrap.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <tcpd.h>
#include <unistd.h>

/*
 * libwrap calls these through the PLT, so the definitions of the program come
 * before its own. tcpd_buf is where it jumps back to, out of an option.
 */
SW_EXPORT char *xgets(char *text, int size, FILE *file);
SW_EXPORT void process_options(char *options, struct request_info *request);
SW_EXPORT void tcpd_warn(char *format, ...) SW_PRINTF(1, 2);
SW_EXPORT int innetgr(const char *group, const char *host, const char *user,
		      const char *domain);
extern jmp_buf tcpd_buf;

#define JUMP_ALLOW 1 /* AC_PERMIT; every other value denies */
#define JUMP_DENY (-1)

typedef char *(*xgets_fn)(char *text, int size, FILE *file);

/* The decision that libwrap is making; NULL outside of one. */
static struct sw_libwrap_session *current;

static enum sw_table table_in_hand(void)
{
	return tcpd_context.file == hosts_allow_table ? SW_TABLE_ALLOW
						      : SW_TABLE_DENY;
}

char *xgets(char *text, int size, FILE *file)
{
	static xgets_fn real;
	unsigned int before = (unsigned int)tcpd_context.line;
	enum sw_table table;
	char *got;

	if (real == NULL)
		*(void **)&real = dlsym(RTLD_NEXT, "xgets");
	got = real == NULL ? NULL : real(text, size, file);
	if (current == NULL)
		return got;
	table = table_in_hand();
	current->options = current->command_failed;
	sw_watch_read(&current->watch, table,
		      table == SW_TABLE_ALLOW ? current->query->allow
					      : current->query->deny,
		      got, before, (unsigned int)tcpd_context.line);
	return got;
}

static void judge_commands(const struct sw_wrapper_options *options)
{
	if (options->aclexec)
		current->command_failed = options->aclexec_failed;
	if (!current->command_failed)
		return;
	sw_watch_complaint(&current->watch, false, "aclexec returned 1");
	current->skipped_table = table_in_hand();
	longjmp(tcpd_buf, JUMP_DENY);
}

/* libwrap would execute them; here they are judged and left alone. */
void process_options(char *options, struct request_info *request SW_UNUSED)
{
	struct sw_wrapper_options judged;

	current->options = true;
	sw_wrapper_options_judge(current->query, options, &judged);
	current->asked_name |= judged.names_client;
	sw_watch_options(&current->watch, true);
	switch (judged.option) {
	case SW_OPTION_ALLOW:
		longjmp(tcpd_buf, JUMP_ALLOW);
	case SW_OPTION_TWIST:
		current->twisted = true;
		longjmp(tcpd_buf, JUMP_DENY);
	case SW_OPTION_ERROR:
		sw_watch_complaint(&current->watch, true, judged.word);
		longjmp(tcpd_buf, JUMP_DENY);
	case SW_OPTION_DENY:
		longjmp(tcpd_buf, JUMP_DENY);
	case SW_OPTION_NONE:
	case SW_OPTION_OTHER:
		break;
	}
	sw_watch_options(&current->watch, false);
	judge_commands(&judged);
}

void tcpd_warn(char *format, ...)
{
	char words[SW_WATCH_WORDS_MAX];
	va_list args;

	if (current == NULL)
		return;
	va_start(args, format);
	(void)vsnprintf(words, sizeof(words), format, args);
	va_end(args);
	sw_watch_complaint(&current->watch, false, words);
}

int innetgr(const char *group, const char *host, const char *user SW_UNUSED,
	    const char *domain SW_UNUSED)
{
	if (current == NULL || current->query->ask == NULL)
		return 0;
	return current->query->ask(SW_ASK_NETGROUP, group, host) ==
	       SW_ANSWER_YES;
}

/* libwrap has filled in "unknown" before it asks. */
static void find_name(struct host_info *host)
{
	const struct sw_wrapper_query *query = current->query;
	bool is_server = host == host->request->server;
	char name[SW_WRAPPER_NAME_MAX] = "";

	current->asked_name = true;
	if (query->resolve != NULL)
		query->resolve(query, is_server, name);
	if (name[0] != '\0')
		memcpy(host->name, name, sizeof(name));
}

static const char *text_or(const char *text, const char *otherwise)
{
	return text != NULL && text[0] != '\0' ? text : otherwise;
}

static void fill_request(struct sw_libwrap_session *session,
			 struct request_info *request)
{
	const struct sw_wrapper_query *query = session->query;
	const struct sw_conn *conn = &query->conn;

	(void)request_init(
		request, RQ_DAEMON, query->daemon, RQ_USER,
		text_or(query->user, "unknown"), RQ_CLIENT_NAME,
		text_or(query->name, ""), RQ_CLIENT_SIN,
		sw_libwrap_address(&conn->client, query->scope,
				   &session->client),
		RQ_SERVER_SIN,
		sw_libwrap_address(&conn->server, NULL, &session->server), 0);
	request->hostname = find_name;
	request->hostaddr = sock_hostaddr;
}

/*
 * An aclexec that says no makes libwrap leave the table, which nothing outside
 * of it can bring about: it is left by a jump and asked again without it.
 */
static bool is_granted(struct sw_libwrap_session *session)
{
	static char nothing[] = "/dev/null";
	struct request_info request;
	bool granted;

	fill_request(session, &request);
	granted = hosts_access(&request) != 0;
	if (session->skipped_table == SW_TABLE_ALLOW) {
		session->skipped_table = SW_TABLE_NONE;
		hosts_allow_table = nothing;
		granted = hosts_access(&request) != 0;
	}
	return granted || session->skipped_table == SW_TABLE_DENY;
}

static bool is_readable(const char *path)
{
	return access(path, R_OK) == 0;
}

/* Without a table nothing is read, and nothing could have been watched. */
static bool cannot_be_watched(const struct sw_wrapper_query *query,
			      const struct sw_verdict *verdict)
{
	return verdict->outcome == SW_UNKNOWN &&
	       (is_readable(query->allow) || is_readable(query->deny));
}

bool sw_libwrap_run(struct sw_libwrap_session *session, struct sw_verdict *out)
{
	char *allow = hosts_allow_table;
	char *deny = hosts_deny_table;
	bool granted;

	current = session;
	sw_watch_begin(&session->watch);
	hosts_allow_table = session->allow;
	hosts_deny_table = session->deny;
	granted = is_granted(session);
	hosts_allow_table = allow;
	hosts_deny_table = deny;
	current = NULL;

	if (session->twisted)
		sw_watch_leaving(&session->watch, SW_CAUSE_WRAPPER_TWIST, out);
	else
		sw_watch_verdict(&session->watch, granted, out);
	if (cannot_be_watched(session->query, out))
		return false;
	if (out->outcome == SW_UNKNOWN)
		out->outcome = granted ? SW_NOMATCH : SW_DENY;
	return true;
}
