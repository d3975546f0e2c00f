#include "placed.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>

#define LINE_MAX_ 2048 /* bytes, with the NUL; libwrap reads no longer ones */

static const char mark[] = "# DenyHosts: ";
static const char middle[] = " | ";

/* Line number wanted of the file, without its newline; false: there is none. */
static bool read_line(const char *path, unsigned int wanted, char *line)
{
	/* The path comes from a record, which may be forged. */
	FILE *file = sw_file_open_regular(path);
	bool found = false;

	if (file == NULL)
		return false;
	for (unsigned int i = 1; i <= wanted; i++) {
		found = fgets(line, LINE_MAX_, file) != NULL;
		if (!found)
			break;
		line[strcspn(line, "\n")] = '\0';
	}
	(void)fclose(file);
	return found;
}

bool sw_placed_when(const struct sw_rule *rule, char *out_date)
{
	char line[LINE_MAX_];
	char *entry;

	if (strcmp(rule->owner, "denyhosts") != 0 || rule->first_line < 2 ||
	    !read_line(rule->source, rule->first_line - 1, line) ||
	    strncmp(line, mark, sizeof(mark) - 1) != 0)
		return false;
	entry = strstr(line, middle);
	if (entry == NULL ||
	    strcmp(entry + sizeof(middle) - 1, rule->text) != 0)
		return false;
	*entry = '\0';
	return sw_text_copy(out_date, SW_PLACED_MAX, line + sizeof(mark) - 1);
}
