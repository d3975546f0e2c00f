#include "tally.h"

#include "lines.h"
#include "replace.h"

#include "sshwhy/auto.h"
#include "sshwhy/file.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"
#include "sshwhy/utc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The first word of the file; a line for each row follows:
 * KIND COUNT CAUSE owner=OWNER */
#define TITLE "sshwhy-metrics-1"
#define WORDS 4
#define LINE_MAX_ 400 /* bytes, with the NUL */

static const char *const kind_names[SW_TALLY_KINDS] = {
	[SW_TALLY_REFUSED] = "refused",
	[SW_TALLY_SIMULATED] = "simulated",
	[SW_TALLY_SUPPRESSED] = "suppressed",
};

struct reading {
	struct sw_tally *tally;
	bool titled; /* the first line was right */
	bool damaged;
};

static bool is_kind(const char *word, enum sw_tally_kind *out)
{
	for (enum sw_tally_kind i = 0; i < SW_TALLY_KINDS; i++) {
		if (strcmp(kind_names[i], word) == 0) {
			*out = i;
			return true;
		}
	}
	return false;
}

static bool is_owner(const char *word, struct sw_tally_row *row)
{
	static const char name[] = "owner=";
	const size_t len = sizeof(name) - 1;

	if (strncmp(word, name, len) != 0)
		return false;
	row->owner[0] = '\0';
	return word[len] == '\0' ||
	       sw_text_unescape(word + len, strlen(word + len), row->owner,
				sizeof(row->owner)) == SW_OK;
}

static bool read_title(char *const words[WORDS], struct sw_tally *tally)
{
	uint64_t until = 0;

	if (strcmp(words[0], TITLE) != 0 || words[1] == NULL ||
	    words[2] != NULL ||
	    sw_num_parse(words[1], SW_UTC_MAX, &until) != SW_OK)
		return false;
	tally->until = (int64_t)until;
	return true;
}

static bool read_row(char *const words[WORDS], struct sw_tally *tally)
{
	const size_t room = sizeof(tally->rows) / sizeof(tally->rows[0]);
	struct sw_tally_row *row = &tally->rows[tally->count];

	if (tally->count >= room || words[3] == NULL ||
	    !is_kind(words[0], &row->kind) ||
	    sw_num_parse(words[1], UINT64_MAX, &row->count) != SW_OK ||
	    sw_cause_parse(words[2], strlen(words[2]), &row->cause) != SW_OK ||
	    !is_owner(words[3], row))
		return false;
	tally->count++;
	return true;
}

static bool take_line(void *context, const char *line, size_t len)
{
	struct reading *reading = context;
	char *words[WORDS] = {NULL};
	char copy[LINE_MAX_];
	char *rest = copy;

	reading->damaged = true;
	if (len == 0 || len >= sizeof(copy) || memchr(line, '\0', len) != NULL)
		return false;
	memcpy(copy, line, len);
	copy[len] = '\0';
	for (size_t i = 0; i < WORDS && rest != NULL; i++)
		words[i] = strsep(&rest, " ");
	if (rest != NULL ||
	    !(reading->titled ? read_row : read_title)(words, reading->tally))
		return false;
	reading->titled = true;
	reading->damaged = false;
	return true;
}

enum sw_err sw_tally_load(const char *path, struct sw_tally *out)
{
	static struct sw_tally draft;
	struct reading reading = {.tally = &draft};
	sw_autofd int fd = -1;
	struct stat st;
	enum sw_err err;

	memset(&draft, 0, sizeof(draft));
	err = sw_file_open_trusted(path, geteuid(), &fd, &st);
	if (err == SW_OK)
		err = sw_lines_read(fd, take_line, &reading);
	if (err == SW_OK && (reading.damaged || !reading.titled))
		err = SW_E_SYNTAX;
	if (err == SW_OK)
		*out = draft;
	return err;
}

static void write_row(FILE *file, const struct sw_tally_row *row)
{
	char owner[LINE_MAX_];
	struct sw_text text;

	sw_text_init(&text, owner, sizeof(owner));
	sw_text_add_untrusted(&text, "owner", row->owner, SW_OWNER_MAX);
	(void)fprintf(file, "%s %" PRIu64 " %s%s\n", kind_names[row->kind],
		      row->count, sw_cause_code(row->cause), owner);
}

enum sw_err sw_tally_save(const char *path, const struct sw_tally *tally)
{
	sw_autofree char *bytes = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&bytes, &len);
	bool failed;

	if (file == NULL)
		return SW_E_NOMEM;
	(void)fprintf(file, TITLE " %" PRId64 "\n", tally->until);
	for (size_t i = 0; i < tally->count; i++)
		write_row(file, &tally->rows[i]);
	failed = ferror(file) != 0;
	if (fclose(file) != 0 || failed)
		return SW_E_NOMEM;
	return sw_replace_file(path, 0600, bytes, len);
}
