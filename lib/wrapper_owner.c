#include "sshwhy/wrapper_owner.h"

#include "sshwhy/addr.h"
#include "sshwhy/text.h"

#include <string.h>

#define DENYHOSTS_MARK "# DenyHosts: "
#define DENYHOSTS_BAR " | " /* between the time and the entry */
#define OSSEC_START "ALL:"

static bool starts_with(const char *text, const char *start)
{
	return strncmp(text, start, strlen(start)) == 0;
}

/* Without the end of its line. */
static size_t bare_length(const char *line)
{
	return strcspn(line, "\r\n");
}

/* Its comment repeats the entry, so an orphan above another rule is told. */
static bool is_of_denyhosts(const struct sw_wrapper_marks *marks)
{
	const char *entry;
	size_t len = bare_length(marks->text);

	if (!starts_with(marks->previous, DENYHOSTS_MARK))
		return false;
	entry = strstr(marks->previous, DENYHOSTS_BAR);
	if (entry == NULL)
		return false;
	entry += strlen(DENYHOSTS_BAR);
	return len > 0 && bare_length(entry) == len &&
	       memcmp(entry, marks->text, len) == 0;
}

/* Its block stands between two equal lines: inside, their number is odd. */
static bool is_of_sshguard(const struct sw_wrapper_marks *marks)
{
	return marks->in_allow_file && marks->sshguard % 2 == 1;
}

static bool is_of_blockhosts(const struct sw_wrapper_marks *marks)
{
	return marks->in_allow_file && marks->blockhosts % 2 == 1;
}

/* One address, brackets around it if it is an IPv6 one. */
static bool is_of_ossec(const struct sw_wrapper_marks *marks)
{
	const char *start = marks->text + strlen(OSSEC_START);
	char text[SW_ADDR_TEXT_MAX];
	struct sw_addr addr;
	size_t len;

	if (marks->in_allow_file || !starts_with(marks->text, OSSEC_START))
		return false;
	len = bare_length(start);
	if (len > 2 && start[0] == '[' && start[len - 1] == ']') {
		start++;
		len -= 2;
	}
	if (len >= sizeof(text))
		return false;
	memcpy(text, start, len);
	text[len] = '\0';
	return sw_addr_parse(text, &addr) == SW_OK;
}

static const struct tool {
	const char *name;
	bool (*has_written)(const struct sw_wrapper_marks *marks);
} tools[] = {
	{"denyhosts", is_of_denyhosts},
	{"sshguard", is_of_sshguard},
	{"blockhosts", is_of_blockhosts},
	{"ossec", is_of_ossec},
};

const char *sw_wrapper_owner(const struct sw_wrapper_marks *marks)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (tools[i].has_written(marks))
			return tools[i].name;
	}
	return "";
}

bool sw_wrapper_is_bare(const struct sw_rule *rule,
			const struct sw_addr *client)
{
	const char *entry = strstr(rule->text, ": ");
	bool v6 = client->family == SW_FAMILY_V6;
	char addr[SW_ADDR_TEXT_MAX], wanted[SW_ADDR_TEXT_MAX + 2];
	struct sw_text text;

	sw_text_init(&text, wanted, sizeof(wanted));
	sw_text_add(&text, v6 ? "[%s]" : "%s", sw_addr_format(client, addr));
	return entry != NULL && rule->owner[0] == '\0' &&
	       strcmp(entry + 2, wanted) == 0;
}
