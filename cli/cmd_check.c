#include "check.h"
#include "cli.h"
#include "commands.h"
#include "takers.h"

#include "sshwhy/text.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* In the order in which a connection meets them. mark is a part of the path of
 * a file of the layer. */
static const struct layer {
	const char *name;
	sw_check_fn check;
	const char *marks[3];
} layers[] = {
	{"firewall", sw_check_firewall, {NULL}},
	{"fail2ban", sw_check_fail2ban, {"fail2ban", NULL}},
	{"conf", sw_check_conf, {"sshwhy.conf", NULL}},
	{"wrapper", sw_check_wrapper, {"hosts.allow", "hosts.deny", NULL}},
	{"sshd", sw_check_sshd, {"sshd_config", NULL}},
	{"pam", sw_check_pam, {"pam.d/", NULL}},
};

#define LAYERS (sizeof(layers) / sizeof(layers[0]))

struct request {
	struct sw_checking checking;
	const struct layer *only; /* NULL: all */
	enum sw_level level;
	bool json;
};

const char *sw_check_path(const struct sw_checking *checking, const char *path,
			  char out[PATH_MAX])
{
	struct sw_text text;

	sw_text_init(&text, out, PATH_MAX);
	sw_text_add_bytes(&text, checking->root, strlen(checking->root));
	sw_text_add_bytes(&text, path, strlen(path));
	if (!sw_text_ok(&text))
		out[0] = '\0';
	return out;
}

static bool take_json(void *context, const char *value SW_UNUSED)
{
	struct request *request = context;

	request->json = true;
	return true;
}

static bool take_level(void *context, const char *value)
{
	struct request *request = context;

	request->level = sw_level_named(value);
	return request->level <= SW_LEVEL_NOTE;
}

static bool take_only(void *context, const char *value)
{
	struct request *request = context;

	for (size_t i = 0; i < LAYERS; i++) {
		if (strcmp(layers[i].name, value) == 0)
			request->only = &layers[i];
	}
	return request->only != NULL;
}

static bool take_root(void *context, const char *value)
{
	struct request *request = context;
	struct stat st;

	if (stat(value, &st) != 0 || !S_ISDIR(st.st_mode))
		return false;
	request->checking.is_live = strcmp(value, "/") == 0;
	request->checking.root = request->checking.is_live ? "" : value;
	return true;
}

static const struct sw_taker takers[] = {
	{"json", take_json, false, ""},
	{"level", take_level, true, "error, warning or note"},
	{"only", take_only, true, "a layer"},
	{"root", take_root, true, "a folder"},
};

/* The layer that reads a file of this name. */
static const struct layer *layer_of(const char *file)
{
	for (size_t i = 0; i < LAYERS; i++) {
		for (size_t j = 0; layers[i].marks[j] != NULL; j++) {
			if (strstr(file, layers[i].marks[j]) != NULL)
				return &layers[i];
		}
	}
	return NULL;
}

static enum sw_exit check_file(struct request *request, const char *file)
{
	const struct layer *layer =
		request->only != NULL ? request->only : layer_of(file);
	struct stat st;

	if (layer == NULL) {
		sw_complain("%s: say what it is with --only", file);
		return SW_EXIT_USAGE;
	}
	if (lstat(file, &st) != 0) {
		sw_complain("%s: %s", file, strerror(errno));
		return SW_EXIT_IO;
	}
	layer->check(&request->checking, file);
	return SW_EXIT_ADMITTED;
}

static void check_all(struct request *request)
{
	for (size_t i = 0; i < LAYERS; i++) {
		if (request->only == NULL || request->only == &layers[i])
			layers[i].check(&request->checking, NULL);
	}
}

static enum sw_exit check(struct request *request, char **files)
{
	enum sw_exit status = SW_EXIT_ADMITTED;

	if (*files == NULL)
		check_all(request);
	for (; *files != NULL && status == SW_EXIT_ADMITTED; files++)
		status = check_file(request, *files);
	if (status != SW_EXIT_ADMITTED)
		return status;
	sw_findings_print(request->checking.findings, request->level,
			  request->json);
	status = sw_findings_status(request->checking.findings, request->level);
	if (status == SW_EXIT_IO)
		sw_complain("not enough memory for all findings");
	return status;
}

int sw_cmd_check(int argc, char **argv)
{
	struct sw_findings findings = {0};
	struct request request = {
		.checking = {.findings = &findings,
			     .root = "",
			     .is_live = true},
		.level = SW_LEVEL_NOTE,
	};
	enum sw_exit status;

	if (!sw_take_options(argc, argv, takers,
			     sizeof(takers) / sizeof(takers[0]), &request))
		return SW_EXIT_USAGE;
	status = check(&request, argv + optind);
	sw_findings_release(&findings);
	return (int)status;
}
