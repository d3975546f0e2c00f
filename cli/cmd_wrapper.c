#include "cli.h"
#include "commands.h"
#include "render_wrapper.h"

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

typedef bool (*take_value_fn)(struct request *request, const char *value);

static bool take_daemon(struct request *request, const char *value)
{
	request->query.daemon = value;
	return *value != '\0';
}

static bool take_server(struct request *request, const char *value)
{
	return sw_addr_parse(value, &request->query.conn.server.addr) == SW_OK;
}

static bool take_port(struct request *request, const char *value)
{
	return sw_num_parse_port(value, &request->query.conn.server.port) ==
	       SW_OK;
}

static bool take_name(struct request *request, const char *value)
{
	request->query.name = value;
	return *value != '\0';
}

static bool take_user(struct request *request, const char *value)
{
	request->query.user = value;
	return *value != '\0';
}

static bool take_allow(struct request *request, const char *value)
{
	request->query.allow = value;
	return *value != '\0';
}

static bool take_deny(struct request *request, const char *value)
{
	request->query.deny = value;
	return *value != '\0';
}

static bool take_resolve(struct request *request, const char *value SW_UNUSED)
{
	request->query.resolve = sw_ask_name;
	return true;
}

static bool take_json(struct request *request, const char *value SW_UNUSED)
{
	request->json = true;
	return true;
}

/* Same order as the table of getopt_long(). */
static const struct {
	take_value_fn take;
	const char *wanted;
} takers[] = {
	{take_daemon, "a daemon name"},
	{take_server, "an address"},
	{take_port, "a port"},
	{take_name, "a host name"},
	{take_user, "a user name"},
	{take_allow, "a file"},
	{take_deny, "a file"},
	{take_resolve, ""},
	{take_json, ""},
};

static const struct option options[] = {
	{"daemon", required_argument, NULL, 0},
	{"server", required_argument, NULL, 0},
	{"port", required_argument, NULL, 0},
	{"name", required_argument, NULL, 0},
	{"user", required_argument, NULL, 0},
	{"allow", required_argument, NULL, 0},
	{"deny", required_argument, NULL, 0},
	{"resolve", no_argument, NULL, 0},
	{"json", no_argument, NULL, 0},
	{NULL, 0, NULL, 0},
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
	int index;
	int c;

	opterr = 0;
	optind = 0;
	while ((c = getopt_long(argc, argv, ":", options, &index)) != -1) {
		if (c != 0) {
			sw_complain("%s: %s", argv[optind - 1],
				    c == ':' ? "a value is missing"
					     : "no such option");
			return false;
		}
		if (!takers[index].take(request, optarg)) {
			sw_complain("--%s %s: not %s", options[index].name,
				    optarg, takers[index].wanted);
			return false;
		}
	}
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
