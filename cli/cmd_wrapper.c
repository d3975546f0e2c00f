#include "cli.h"
#include "commands.h"
#include "render_wrapper.h"
#include "takers.h"

#include "sshwhy/ask_wrapper.h"
#include "sshwhy/num.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <getopt.h>
#include <net/if.h>
#include <string.h>

#define SSH_PORT 22

struct request {
	struct sw_wrapper_query query;
	const char *client;
	char scope[IF_NAMESIZE + 1];
	bool json;
};

static bool take_daemon(void *context, const char *value)
{
	struct request *request = context;

	request->query.daemon = value;
	return *value != '\0';
}

static bool take_server(void *context, const char *value)
{
	struct request *request = context;

	return sw_addr_parse(value, &request->query.conn.server.addr) == SW_OK;
}

static bool take_port(void *context, const char *value)
{
	struct request *request = context;

	return sw_num_parse_port(value, &request->query.conn.server.port) ==
	       SW_OK;
}

static bool take_name(void *context, const char *value)
{
	struct request *request = context;

	request->query.name = value;
	return *value != '\0';
}

static bool take_user(void *context, const char *value)
{
	struct request *request = context;

	request->query.user = value;
	return *value != '\0';
}

static bool take_allow(void *context, const char *value)
{
	struct request *request = context;

	request->query.allow = value;
	return *value != '\0';
}

static bool take_deny(void *context, const char *value)
{
	struct request *request = context;

	request->query.deny = value;
	return *value != '\0';
}

static bool take_resolve(void *context, const char *value SW_UNUSED)
{
	struct request *request = context;

	request->query.resolve = sw_ask_name;
	return true;
}

static bool take_json(void *context, const char *value SW_UNUSED)
{
	struct request *request = context;

	request->json = true;
	return true;
}

static const struct sw_taker takers[] = {
	{"daemon", take_daemon, true, "a daemon name"},
	{"server", take_server, true, "an address"},
	{"port", take_port, true, "a port"},
	{"name", take_name, true, "a host name"},
	{"user", take_user, true, "a user name"},
	{"allow", take_allow, true, "a file"},
	{"deny", take_deny, true, "a file"},
	{"resolve", take_resolve, false, ""},
	{"json", take_json, false, ""},
};

/* The kernel's name of the interface, as libwrap would see the client. */
static bool take_scope(struct request *request, const char *scope)
{
	uint64_t number = if_nametoindex(scope);

	if (number == 0 && sw_num_parse(scope, UINT32_MAX, &number) != SW_OK)
		return false;
	if (if_indextoname((unsigned int)number, request->scope) == NULL) {
		if (strlen(scope) >= sizeof(request->scope))
			return false;
		memcpy(request->scope, scope, strlen(scope) + 1);
	}
	request->query.scope = request->scope;
	return true;
}

static bool take_client(struct request *request, const char *text)
{
	const char *percent = strchr(text, '%');

	request->client = text;
	if (sw_addr_parse(text, &request->query.conn.client.addr) != SW_OK) {
		sw_complain("%s: not an address", text);
		return false;
	}
	if (percent != NULL && !take_scope(request, percent + 1)) {
		sw_complain("%s: no such interface", text);
		return false;
	}
	return true;
}

static bool read_options(int argc, char **argv, struct request *request)
{
	if (!sw_take_options(argc, argv, takers,
			     sizeof(takers) / sizeof(takers[0]), request))
		return false;
	if (argc - optind != 1) {
		sw_complain("usage: sshwhy wrapper [--daemon D] [--server ADDR]"
			    " [--port N] [--name NAME] [--user U] [--allow F]"
			    " [--deny F] [--resolve] [--json] ADDR");
		return false;
	}
	return take_client(request, argv[optind]);
}

static int status_of(const struct sw_ask_wrapper *answer, bool libwrap_asked)
{
	if (!libwrap_asked || !answer->agree || answer->ours.unsure)
		return SW_EXIT_UNKNOWN;
	return answer->ours.verdict.outcome == SW_DENY ? SW_EXIT_REJECTED
						       : SW_EXIT_ADMITTED;
}

int sw_cmd_wrapper(int argc, char **argv)
{
	struct request request = {
		.query = {.allow = SW_PATH_HOSTS_ALLOW,
			  .deny = SW_PATH_HOSTS_DENY,
			  .daemon = "sshd",
			  .conn.server.port = SSH_PORT,
			  .ask = sw_ask_system},
	};
	struct sw_ask_wrapper answer = {0};
	struct sw_wrapper_answer_shown shown = {.query = &request.query,
						.answer = &answer};
	enum sw_err err;

	if (!read_options(argc, argv, &request))
		return SW_EXIT_USAGE;
	shown.client = request.client;
	err = sw_ask_wrapper(&request.query, &answer);
	shown.libwrap_asked = err == SW_OK;
	if (err != SW_OK)
		sw_complain("libwrap could not be asked: %s",
			    err == SW_E_IO
				    ? strerror(errno)
				    : "it does not let itself be watched");
	if (request.json)
		sw_render_wrapper_json(&shown);
	else
		sw_render_wrapper_text(&shown);
	return status_of(&answer, shown.libwrap_asked);
}
