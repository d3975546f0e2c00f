#include "sshwhy/pam_stack.h"

#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define OTHER "other"
#define PATH_SIZE 512 /* bytes */

static const char *const types[SW_PAM_TYPES_] = {
	[SW_PAM_AUTH] = "auth",
	[SW_PAM_ACCOUNT] = "account",
	[SW_PAM_SESSION] = "session",
	[SW_PAM_PASSWORD] = "password",
};

/* One reading of a service. */
struct reader {
	const struct sw_pam_places *places;
	const char *service;
	enum sw_pam_type wanted;
	struct sw_pam_stack *stack;
};

/* One file of it. */
struct source {
	FILE *file;
	const char *path;
	bool names_service;	    /* /etc/pam.conf: in its first column */
	enum sw_pam_type requested; /* of the line that includes it */
	unsigned int level, depth;
	unsigned int first_line, line;
};

static enum sw_err broken(const struct reader *reader,
			  const struct source *source, enum sw_err err,
			  const char *why)
{
	struct sw_rule *rule = &reader->stack->broken;

	memset(rule, 0, sizeof(*rule));
	(void)sw_text_copy(rule->source, sizeof(rule->source), source->path);
	(void)sw_text_copy(rule->text, sizeof(rule->text), why);
	rule->first_line = source->first_line;
	rule->line = source->line;
	return err;
}

/* Add what counts of a physical line; true when the next one continues it. */
static bool continues(char *line, size_t *used)
{
	char *start = line + strspn(line, " \n\t"), *end;

	if (*start == '\0' || *start == '#')
		return *used != 0; /* nothing in it: what began goes on */
	end = strchr(start, '#');
	if (end != NULL) {
		*end = '\0';
		*used += strlen(line);
		return false;
	}
	end = start + strlen(start);
	while (end > start && strchr(" \n\t", end[-1]) != NULL)
		end--;
	if (end[-1] == '\\') {
		end[-1] = ' ';
		*end = '\0';
		*used += strlen(line);
		return true;
	}
	*used += strlen(line);
	return false;
}

/*
 * The next line without comments, its continuations joined, in text, which is
 * empty at the end of the file.
 */
static enum sw_err next_line(const struct reader *reader, struct source *source,
			     char text[SW_PAM_LINE_MAX])
{
	size_t used = 0;

	for (bool more = true; more;) {
		size_t room = SW_PAM_LINE_MAX - used, len;

		source->first_line =
			used == 0 ? source->line + 1 : source->first_line;
		text[used] = '\0';
		if (room < 2 ||
		    fgets(text + used, (int)room, source->file) == NULL) {
			text[used] = '\0';
			if (used == 0)
				return SW_OK;
			return broken(reader, source, SW_E_SYNTAX,
				      "libpam cannot read it: the file ends "
				      "behind a backslash");
		}
		source->line++;
		len = strlen(text + used);
		if (len == room - 1 && text[used + len - 1] != '\n')
			return broken(reader, source, SW_E_RANGE,
				      "longer than 1023 bytes");
		more = continues(text + used, &used);
		if (used == 0)
			more = true;
		else
			text[used] = '\0';
	}
	while (used > 0 && strchr(" \n\t", text[used - 1]) != NULL)
		text[--used] = '\0';
	return SW_OK;
}

static enum sw_err read_file(struct reader *reader, const char *path,
			     bool names_service, enum sw_pam_type requested,
			     unsigned int level, unsigned int depth);

static struct sw_pam_line *add(struct reader *reader,
			       const struct source *source, const char *text,
			       enum sw_pam_kind kind)
{
	struct sw_pam_stack *stack = reader->stack;
	struct sw_pam_line *line;
	struct sw_text rule;
	char words[SW_PAM_LINE_MAX], *at = words;

	if (stack->count == SW_PAM_LINES_MAX)
		return NULL;
	line = &stack->lines[stack->count++];
	memset(line, 0, sizeof(*line));
	line->kind = kind;
	line->level = source->level;
	(void)sw_text_copy(line->rule.source, sizeof(line->rule.source),
			   source->path);
	line->rule.first_line = source->first_line;
	line->rule.line = source->line;
	/* As written, but for the blanks between its words. */
	sw_text_init(&rule, line->rule.text, sizeof(line->rule.text));
	(void)sw_text_copy(words, sizeof(words), text);
	for (char *word = strtok_r(at, " \n\t", &at); word != NULL;
	     word = strtok_r(NULL, " \n\t", &at))
		sw_text_add(&rule, "%s%s", rule.len > 0 ? " " : "", word);
	return line;
}

/* What include and substack name; Debian's libpam looks in one folder only. */
static bool find_included(const struct reader *reader, const char *name,
			  char *path)
{
	struct stat st;

	if (name[0] == '/') {
		(void)snprintf(path, PATH_SIZE, "%s", name);
		return stat(path, &st) == 0;
	}
	(void)snprintf(path, PATH_SIZE, "%s/%s", reader->places->etc, name);
	if (stat(path, &st) == 0 || !reader->places->usr_includes)
		return stat(path, &st) == 0;
	(void)snprintf(path, PATH_SIZE, "%s/%s", reader->places->usr, name);
	return stat(path, &st) == 0;
}

/* Lines of a type that nobody asked about are read, since they may be broken,
 * and left out. */
static enum sw_err include(struct reader *reader, const struct source *source,
			   const char *text, enum sw_pam_type type,
			   const char *name, bool substack)
{
	bool kept = type == reader->wanted;
	struct sw_pam_line *line;
	char path[PATH_SIZE];

	if (name == NULL)
		return broken(reader, source, SW_E_SYNTAX,
			      "it does not name what to include");
	if (substack && kept &&
	    add(reader, source, text, SW_PAM_SUBSTACK) == NULL)
		return broken(reader, source, SW_E_RANGE, "too many lines");
	if (source->depth + 1 >= SW_PAM_LEVELS)
		return broken(reader, source, SW_E_SYNTAX,
			      "too many levels of included files");
	if (find_included(reader, name, path))
		return read_file(reader, path, source->names_service, type,
				 source->level + (substack ? 1 : 0),
				 source->depth + 1);
	if (type == SW_PAM_ANY)
		return broken(reader, source, SW_E_SYNTAX,
			      "the file that it includes cannot be read");
	if (!kept)
		return SW_OK;
	line = add(reader, source, text, SW_PAM_MUST_FAIL);
	if (line == NULL)
		return broken(reader, source, SW_E_RANGE, "too many lines");
	for (size_t i = 0; i < SW_PAM_RETURNS; i++)
		line->actions[i] = SW_PAM_DO_BAD;
	return SW_OK;
}

static enum sw_pam_type type_of(const char *word)
{
	enum sw_pam_type type = SW_PAM_AUTH;

	while (type < SW_PAM_TYPES_ && strcasecmp(types[type], word) != 0)
		type++;
	return type;
}

static enum sw_err add_module(struct reader *reader,
			      const struct source *source, const char *text,
			      bool sound, const char *control, char *at)
{
	struct sw_pam_line *line = add(reader, source, text, SW_PAM_MODULE);
	const char *module = sw_pam_word(&at);

	if (line == NULL)
		return broken(reader, source, SW_E_RANGE, "too many lines");
	(void)sw_pam_control(control != NULL ? control : "", line->actions);
	if (!sound || control == NULL || module == NULL) {
		line->kind = SW_PAM_MUST_FAIL;
		return SW_OK;
	}
	(void)sw_text_copy(line->module, sizeof(line->module), module);
	if (at != NULL)
		(void)sw_text_copy(line->args, sizeof(line->args), at);
	return SW_OK;
}

/* A type that libpam does not know counts as auth, the strictest. */
static enum sw_err read_line(struct reader *reader, const struct source *source,
			     const char *text)
{
	char copy[SW_PAM_LINE_MAX], *at = copy, *word, *control;
	enum sw_pam_type type;
	bool sound;

	(void)sw_text_copy(copy, sizeof(copy), text);
	if (source->names_service) {
		word = sw_pam_word(&at);
		if (word == NULL || strcasecmp(word, reader->service) != 0)
			return SW_OK;
	}
	word = sw_pam_word(&at);
	if (word != NULL && strcasecmp(word, "@include") == 0)
		return include(reader, source, text, source->requested,
			       sw_pam_word(&at), false);
	type = word == NULL ? SW_PAM_ANY : type_of(word + (word[0] == '-'));
	sound = type != SW_PAM_ANY;
	if (!sound)
		type = source->requested != SW_PAM_ANY ? source->requested
						       : SW_PAM_AUTH;
	if (source->requested != SW_PAM_ANY && type != source->requested)
		return SW_OK;
	control = sw_pam_word(&at);
	if (control != NULL && (strcasecmp(control, "include") == 0 ||
				strcasecmp(control, "substack") == 0))
		return include(reader, source, text, type, sw_pam_word(&at),
			       strcasecmp(control, "substack") == 0);
	if (type != reader->wanted)
		return SW_OK;
	return add_module(reader, source, text, sound, control, at);
}

static enum sw_err read_file(struct reader *reader, const char *path,
			     bool names_service, enum sw_pam_type requested,
			     unsigned int level, unsigned int depth)
{
	struct source source = {.path = path,
				.names_service = names_service,
				.requested = requested,
				.level = level,
				.depth = depth};
	char text[SW_PAM_LINE_MAX];
	enum sw_err err = SW_OK;

	source.file = fopen(path, "re");
	if (source.file == NULL)
		return SW_E_IO;
	while (err == SW_OK) {
		err = next_line(reader, &source, text);
		if (err != SW_OK || text[0] == '\0')
			break;
		err = read_line(reader, &source, text);
	}
	(void)fclose(source.file);
	return err;
}

static bool is_folder(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* SW_E_IO: there is no file of that name. */
static enum sw_err read_service(struct reader *reader, const char *service)
{
	const struct sw_pam_places *places = reader->places;
	const char *const folders[] = {places->etc, places->usr};
	enum sw_err err = SW_E_IO;
	char path[PATH_SIZE];

	reader->service = service;
	if (!is_folder(places->etc) && !is_folder(places->usr))
		return read_file(reader, places->conf, true, SW_PAM_ANY, 0, 0);
	for (size_t i = 0; i < 2 && err == SW_E_IO; i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folders[i],
			       service);
		err = read_file(reader, path, false, SW_PAM_ANY, 0, 0);
	}
	return err;
}

enum sw_err sw_pam_stack_read(const struct sw_pam_places *places,
			      const char *service, enum sw_pam_type type,
			      struct sw_pam_stack *out)
{
	const struct sw_pam_places usual = {
		.etc = "/etc/pam.d",
		.usr = "/usr/lib/pam.d",
		.conf = "/etc/pam.conf",
		/* Debian's patch of libpam looks for them in one folder. */
		.usr_includes = access("/etc/debian_version", F_OK) != 0,
	};
	struct reader reader = {.places = places != NULL ? places : &usual,
				.wanted = type,
				.stack = out};
	enum sw_err err, others = SW_OK;

	memset(out, 0, sizeof(*out));
	err = read_service(&reader, service);
	if ((err == SW_OK || err == SW_E_IO) && out->count == 0)
		others = read_service(&reader, OTHER);
	if (err == SW_E_SYNTAX || err == SW_E_RANGE ||
	    (err == SW_E_IO && others != SW_OK)) {
		out->count = 0;
		return err;
	}
	if (others == SW_E_SYNTAX || others == SW_E_RANGE)
		out->count = 0;
	return others == SW_E_IO ? SW_OK : others;
}
