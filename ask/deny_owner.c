/* Which tool's own files know of an entry in hosts.deny. */

#include "sshwhy/ask_blocks.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <ctype.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define CONF_LINE 1024 /* bytes, with the NUL */

/*
 * paths  patterns; a blank between them
 * word   has to stand in the same line as the address; "" none
 */
static const struct tool {
	const char *name;
	const char *paths;
	const char *word;
} tools[] = {
	{"denyhosts", "/var/lib/denyhosts/hosts*", ""},
	{"portsentry",
	 "/var/lib/portsentry/portsentry.blocked.* "
	 "/etc/portsentry/portsentry.blocked.* "
	 "/usr/local/psionic/portsentry*/portsentry.blocked.*",
	 ""},
	{"ossec", "/var/ossec/logs/active-responses.log", "host-deny"},
};

static bool is_of_address(char c)
{
	return isxdigit((unsigned char)c) != 0 || c == '.' || c == ':';
}

/* A ":" and a digit behind IPv4 are a count, as in DenyHosts' files. */
static bool ends_here(const char *behind, bool v4)
{
	return !is_of_address(*behind) || (v4 && *behind == ':');
}

static bool names(const char *line, const char *addr)
{
	bool v4 = strchr(addr, ':') == NULL;
	size_t len = strlen(addr);

	for (const char *at = line; (at = strstr(at, addr)) != NULL; at++) {
		if ((at == line || !is_of_address(at[-1])) &&
		    ends_here(at + len, v4))
			return true;
	}
	return false;
}

static bool file_names(const char *path, const char *addr, const char *word)
{
	FILE *file = sw_file_open_regular(path);
	sw_autofree char *line = NULL;
	bool found = false;
	size_t size = 0;

	while (file != NULL && !found && getline(&line, &size, file) >= 0)
		found = strstr(line, word) != NULL && names(line, addr);
	if (file != NULL)
		(void)fclose(file);
	return found;
}

/* Adds the paths of those files to list; true when there are any. */
static bool find_files(const char *root, const char *pattern, size_t len,
		       const char *addr, const char *word, struct sw_text *list)
{
	char whole[PATH_MAX];
	bool any = false;
	glob_t found;

	(void)snprintf(whole, sizeof(whole), "%s%.*s", root, (int)len, pattern);
	if (glob(whole, 0, NULL, &found) != 0)
		return false;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		if (!file_names(found.gl_pathv[i], addr, word))
			continue;
		any = true;
		if (list != NULL)
			sw_text_add(list, "%s%s", list->len > 0 ? " " : "",
				    found.gl_pathv[i]);
	}
	globfree(&found);
	return any;
}

const char *sw_ask_deny_owner(const char *root, const struct sw_addr *client)
{
	char addr[SW_ADDR_TEXT_MAX];

	(void)sw_addr_format(client, addr);
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		const char *at = tools[i].paths;

		while (*at != '\0') {
			size_t len = strcspn(at, " ");

			if (find_files(root, at, len, addr, tools[i].word,
				       NULL))
				return tools[i].name;
			at += len;
			at += *at == ' ';
		}
	}
	return "";
}

/* WORK_DIR of denyhosts.conf, which Debian and upstream set alike. */
static void find_work_dir(const char *root, char *out, size_t size)
{
	char path[PATH_MAX], line[CONF_LINE];
	FILE *file;

	(void)sw_text_copy(out, size, "/var/lib/denyhosts");
	(void)snprintf(path, sizeof(path), "%s/etc/denyhosts.conf", root);
	file = sw_file_open_regular(path);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		const char *value = strchr(line, '=');

		if (strncmp(line, "WORK_DIR", 8) != 0 || value == NULL)
			continue;
		value += 1 + strspn(value + 1, " \t");
		(void)snprintf(out, size, "%.*s",
			       (int)strcspn(value, " \t\r\n"), value);
	}
	if (file != NULL)
		(void)fclose(file);
}

void sw_ask_denyhosts_files(const char *root, const struct sw_addr *client,
			    char *out, size_t size)
{
	static const char *const files[] = {"/hosts*", "/users-hosts"};
	char dir[PATH_MAX / 2], pattern[PATH_MAX];
	char addr[SW_ADDR_TEXT_MAX];
	struct sw_text list;

	sw_text_init(&list, out, size);
	(void)sw_addr_format(client, addr);
	find_work_dir(root, dir, sizeof(dir));
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(pattern, sizeof(pattern), "%s%s", dir, files[i]);
		(void)find_files(root, pattern, strlen(pattern), addr, "",
				 &list);
	}
}
