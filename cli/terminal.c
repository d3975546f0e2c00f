#include "terminal.h"

#include "sshwhy/num.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define COLUMNS_LEAST 40
#define COLUMNS_MOST 400

static size_t within(size_t value, size_t least, size_t most)
{
	return value < least ? least : value > most ? most : value;
}

size_t sw_terminal_columns(void)
{
	const char *text = getenv("COLUMNS");
	struct winsize size = {0};
	uint64_t columns = 80;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
		columns = size.ws_col;
	else if (text != NULL)
		(void)!sw_num_parse(text, COLUMNS_MOST, &columns);
	return within((size_t)columns, COLUMNS_LEAST, COLUMNS_MOST);
}

size_t sw_terminal_rows(void)
{
	struct winsize size = {0};

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0)
		return within(size.ws_row, 10, 200);
	return 24;
}

bool sw_terminal_has_colour(void)
{
	const char *off = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (off == NULL || *off == '\0') && isatty(STDOUT_FILENO) == 1 &&
	       term != NULL && strcmp(term, "dumb") != 0;
}

/* The first of them that is set decides, as in locale(7). */
bool sw_terminal_has_utf8(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *value = getenv(names[i]);

		if (value != NULL && *value != '\0')
			return strcasestr(value, "utf-8") != NULL ||
			       strcasestr(value, "utf8") != NULL;
	}
	return false;
}
