#include "html.h"

#include "sshwhy/text.h"

#include <string.h>

#define SHOWN_MAX 4096 /* bytes, with the NUL; four for each byte of a text */

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

void sw_html_text(FILE *out, const char *text)
{
	char buf[SHOWN_MAX];
	struct sw_text shown;

	sw_text_init(&shown, buf, sizeof(buf));
	sw_text_add_visible(&shown, text);
	for (const char *c = buf; *c != '\0'; c++) {
		const char *entity = entity_of(*c);

		if (entity != NULL)
			(void)fputs(entity, out);
		else
			(void)fputc(*c, out);
	}
}
