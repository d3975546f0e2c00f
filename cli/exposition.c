#include "exposition.h"

#include "sshwhy/text.h"

#include <inttypes.h>

#define SHOWN_MAX 1024 /* bytes, with the NUL; longer values are cut */

void sw_exposition_begin(FILE *out, const char *name, const char *type,
			 const char *help)
{
	(void)fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name,
		      type);
}

/* The format wants UTF-8, and three characters behind a backslash. */
static void print_value(FILE *out, const char *value)
{
	char shown[SHOWN_MAX];
	struct sw_text text;

	sw_text_init(&text, shown, sizeof(shown));
	sw_text_add_visible(&text, value);
	for (const char *c = shown; *c != '\0'; c++) {
		if (*c == '\\' || *c == '"')
			(void)fputc('\\', out);
		(void)fputc(*c, out);
	}
}

void sw_exposition_sample(FILE *out, const char *name,
			  const struct sw_label *labels, uint64_t value)
{
	const char *before = "{";

	(void)fputs(name, out);
	for (; labels != NULL && labels->name != NULL; labels++) {
		(void)fprintf(out, "%s%s=\"", before, labels->name);
		print_value(out, labels->value);
		(void)fputc('"', out);
		before = ",";
	}
	(void)fprintf(out, "%s %" PRIu64 "\n", *before == ',' ? "}" : "",
		      value);
}
