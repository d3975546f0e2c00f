#include "pam_place.h"
#include "whole.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <glob.h>
#include <security/pam_appl.h>
#include <string.h>

#define FILE_MAX_SIZE (1024 * 1024) /* bytes */
#define PATH_SIZE 512		    /* bytes */

/* A table, and where each of its lines ends. */
struct table {
	const char *path;
	const char *text;
	size_t len;
	size_t *ends;
	size_t count;
};

static bool denies(const struct sw_pam_module *module,
		   const struct sw_pam_call *call, const struct table *table,
		   size_t lines)
{
	struct sw_pam_call ask = *call;
	struct sw_pam_said said;

	ask.file = (struct sw_pam_file){
		.name = "table",
		.argument = module->argument,
		.bytes = table->text,
		.len = lines == 0 ? 0 : table->ends[lines - 1],
	};
	return sw_pam_call(&ask, &said) == SW_OK && said.code != PAM_SUCCESS &&
	       said.code != PAM_IGNORE;
}

static bool find_ends(struct table *table)
{
	size_t lines = 1;

	for (size_t i = 0; i < table->len; i++)
		lines += table->text[i] == '\n';
	table->ends = calloc(lines, sizeof(*table->ends));
	if (table->ends == NULL)
		return false;
	for (size_t i = 0; i < table->len; i++) {
		if (table->text[i] == '\n' || i + 1 == table->len)
			table->ends[table->count++] = i + 1;
	}
	return true;
}

/* The smallest number of lines with which the module denies. */
static size_t find_line(const struct sw_pam_module *module,
			const struct sw_pam_call *call,
			const struct table *table)
{
	size_t allowed = 0, denied = table->count;

	while (denied - allowed > 1) {
		size_t middle = allowed + (denied - allowed) / 2;

		if (denies(module, call, table, middle))
			denied = middle;
		else
			allowed = middle;
	}
	return denied;
}

static size_t start_of(const struct table *table, size_t line)
{
	return line == 1 ? 0 : table->ends[line - 2];
}

static bool is_continued(const struct table *table, size_t line)
{
	size_t end = table->ends[line - 1];

	return end >= 2 && table->text[end - 1] == '\n' &&
	       table->text[end - 2] == '\\';
}

static void fill(const struct table *table, size_t line, struct sw_rule *rule)
{
	size_t first = line, start, len;

	while (first > 1 && is_continued(table, first - 1))
		first--;
	memset(rule, 0, sizeof(*rule));
	(void)sw_text_copy(rule->source, sizeof(rule->source), table->path);
	rule->line = (unsigned int)line;
	rule->first_line = (unsigned int)first;
	start = start_of(table, first);
	len = table->ends[line - 1] - start;
	while (len > 0 && table->text[start + len - 1] == '\n')
		len--;
	if (len >= sizeof(rule->text))
		len = sizeof(rule->text) - 1;
	memcpy(rule->text, table->text + start, len);
}

static bool look_into(const struct sw_pam_module *module,
		      const struct sw_pam_call *call, const char *path,
		      struct sw_rule *rule)
{
	sw_autofree char *text = NULL;
	sw_autofree size_t *ends = NULL;
	struct table table = {.path = path};
	bool found;

	if (sw_ask_whole(path, FILE_MAX_SIZE, &text, &table.len) != SW_OK)
		return false;
	table.text = text;
	if (!find_ends(&table))
		return false;
	ends = table.ends;
	found = table.count > 0 && denies(module, call, &table, table.count) &&
		!denies(module, call, &table, 0);
	if (found)
		fill(&table, find_line(module, call, &table), rule);
	return found;
}

/* The first file has nothing against it, or the module would not have read
 * on. */
static bool look_into_more(const struct sw_pam_module *module,
			   const struct sw_pam_call *call, struct sw_rule *rule)
{
	bool found = false;
	glob_t paths;

	if (module->more == NULL || glob(module->more, 0, NULL, &paths) != 0)
		return false;
	for (size_t i = 0; i < paths.gl_pathc && !found; i++)
		found = look_into(module, call, paths.gl_pathv[i], rule);
	globfree(&paths);
	return found;
}

bool sw_pam_place(const struct sw_pam_module *module,
		  const struct sw_pam_call *call, struct sw_rule *out_rule)
{
	char path[PATH_SIZE];

	if (module->argument == NULL)
		return false;
	if (sw_pam_argument(call->args, module->argument, path, sizeof(path)))
		return look_into(module, call, path, out_rule);
	if (module->file == NULL)
		return false;
	return look_into(module, call, module->file, out_rule) ||
	       look_into_more(module, call, out_rule);
}
