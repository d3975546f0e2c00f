#include "sshwhy/config.h"

#include "config_key.h"
#include "config_rate.h"
#include "sshwhy/file.h"

#include <errno.h>
#include <string.h>

#define SHOWN_MAX 25 /* bytes of a wrong word in a reason, with the NUL */

#define BLANKS " \t\r"

/* One "key = value", cut out of a line. */
struct entry {
	const char *key;
	char *value;
	const char *written; /* all of it, as it stands there */
};

/* All but the rate rules, which are most of it: sshd reads the file for every
 * connection, and each page that is touched costs. */
#define HEAD offsetof(struct sw_config, rate)

void sw_config_defaults(struct sw_config *config)
{
	memset(config, 0, HEAD);
	config->refuse_delay = 5;
	config->sinks = SW_SINK_AUTO;
	config->file_size = UINT32_C(64) << 20;
	config->fold = 60;
	config->audit_per_second = 20;
	config->audit_per_hour = 2000;
	config->firewall_rate = 50;
	config->firewall_log = SW_NO_LOG_GROUP;
}

const char *sw_config_key(size_t i)
{
	if (i == CONFIG_KEYS)
		return CONFIG_RATE_PREFIX "NAME";
	return i < CONFIG_KEYS ? config_keys[i].name : NULL;
}

/* Why the text is refused: about word, which may be anything. */
static enum sw_err refuse(struct sw_config_error *out, enum sw_err err,
			  const char *before, const char *word,
			  const char *after)
{
	char shown[SHOWN_MAX];
	struct sw_text text;

	(void)sw_text_copy(shown, sizeof(shown), word);
	sw_text_init(&text, out->reason, sizeof(out->reason));
	sw_text_add(&text, "%s", before);
	if (*word != '\0') {
		sw_text_add(&text, "\"");
		sw_text_add_visible(&text, shown);
		sw_text_add(&text, "\"");
	}
	sw_text_add(&text, "%s", after);
	return err;
}

/* Take the blanks at both ends off; the text is changed. */
static char *trim(char *text)
{
	size_t len;

	text += strspn(text, BLANKS);
	len = strlen(text);
	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	text[len] = '\0';
	return text;
}

static enum sw_err cut(char *line, struct entry *out,
		       struct sw_config_error *error)
{
	char *equals = strchr(line, '=');

	if (equals == NULL)
		return refuse(error, SW_E_SYNTAX, "\"=\" is missing behind ",
			      line, "");
	*equals = '\0';
	out->key = trim(line);
	out->value = trim(equals + 1);
	if (*out->key == '\0')
		return refuse(error, SW_E_SYNTAX, "no key stands before \"=\"",
			      "", "");
	return SW_OK;
}

static size_t find_key(const char *name)
{
	size_t i = 0;

	while (i < CONFIG_KEYS && strcmp(config_keys[i].name, name) != 0)
		i++;
	return i;
}

static enum sw_err refuse_value(const struct config_key *key, enum sw_err err,
				struct sw_config_error *error)
{
	struct sw_text text;

	sw_text_init(&text, error->reason, sizeof(error->reason));
	sw_text_add(&text, "%s wants %s", key->name, key->wanted);
	return err;
}

/* seen says which keys stand above this one. */
static enum sw_err apply(const struct entry *entry, bool *seen,
			 struct sw_config *draft, struct sw_config_error *error)
{
	size_t i = find_key(entry->key);
	const struct config_key *key = &config_keys[i];
	enum sw_err err;

	if (config_rate_is_key(entry->key))
		return config_rate_read(entry->key, entry->value,
					entry->written, draft, error);
	if (i == CONFIG_KEYS)
		return refuse(error, SW_E_SYNTAX, "there is no key ",
			      entry->key, "");
	if (seen[i])
		return refuse(error, SW_E_SYNTAX, "", entry->key,
			      " stands twice");
	seen[i] = true;
	err = key->read(entry->value, (char *)draft + key->offset);
	return err == SW_OK ? SW_OK : refuse_value(key, err, error);
}

static enum sw_err read_line(const char *start, size_t len, bool *seen,
			     struct sw_config *draft,
			     struct sw_config_error *error)
{
	char written[SW_CONFIG_LINE_MAX];
	char line[SW_CONFIG_LINE_MAX];
	struct entry entry = {.written = written};
	enum sw_err err;
	char *text;

	if (start[strspn(start, BLANKS)] == '#')
		return SW_OK;
	if (len >= sizeof(line))
		return refuse(error, SW_E_RANGE, "the line is too long", "",
			      "");
	memcpy(line, start, len);
	line[len] = '\0';
	text = trim(line);
	if (*text == '\0')
		return SW_OK;
	(void)sw_text_copy(written, sizeof(written), text);
	err = cut(text, &entry, error);
	return err == SW_OK ? apply(&entry, seen, draft, error) : err;
}

enum sw_err sw_config_parse(const char *text, struct sw_config *out,
			    struct sw_config_error *out_error)
{
	struct sw_config_error error = {0, ""};
	bool seen[CONFIG_KEYS] = {false};
	struct sw_config draft;
	enum sw_err err = SW_OK;

	sw_config_defaults(&draft);
	while (*text != '\0' && err == SW_OK) {
		size_t len = strcspn(text, "\n");

		error.line++;
		err = read_line(text, len, seen, &draft, &error);
		text += len + (text[len] == '\n');
	}
	if (err == SW_OK)
		memcpy(out, &draft, HEAD + draft.rates * sizeof(draft.rate[0]));
	else
		*out_error = error;
	return err;
}

/* About the file as a whole; errno stays. */
static enum sw_err refuse_file(struct sw_config_error *out, enum sw_err err)
{
	static const char *const reasons[SW_E_COUNT_] = {
		[SW_E_IO] = "the file cannot be read",
		[SW_E_UNSAFE] = "the file is not a regular file that only its "
				"owner may write, and root's",
		[SW_E_RANGE] = "the file is larger than 64 KiB",
		[SW_E_SYNTAX] = "the file holds a NUL byte",
	};

	out->line = 0;
	(void)sw_text_copy(out->reason, sizeof(out->reason), reasons[err]);
	return err;
}

/* Whoever writes a file in place empties it first and ends its last line last:
 * half a policy may refuse those whom the whole one spares. */
static enum sw_err refuse_half(struct sw_config_error *out, const char *text)
{
	static const char words[] =
		"the file is empty or ends without a newline: it may be half "
		"written";

	for (out->line = 1; *text != '\0'; text++)
		out->line += *text == '\n';
	(void)sw_text_copy(out->reason, sizeof(out->reason), words);
	return SW_E_SYNTAX;
}

enum sw_err sw_config_read(const char *path, uid_t owner, struct sw_config *out,
			   struct sw_config_error *out_error)
{
	/* Not on the stack of somebody else's process. */
	static char text[SW_CONFIG_FILE_MAX + 1];
	enum sw_err err;
	size_t len = 0;

	err = sw_file_read_trusted(path, owner, text, sizeof(text), &len);
	if (err == SW_E_IO && errno == ENOENT) {
		sw_config_defaults(out);
		return SW_OK;
	}
	if (err == SW_OK && strlen(text) != len)
		err = SW_E_SYNTAX;
	if (err != SW_OK)
		return refuse_file(out_error, err);
	if (len == 0 || text[len - 1] != '\n')
		return refuse_half(out_error, text);
	return sw_config_parse(text, out, out_error);
}

enum sw_err sw_config_format(const struct sw_config *config, char *buf,
			     size_t size)
{
	struct sw_text text;

	sw_text_init(&text, buf, size);
	for (size_t i = 0; i < CONFIG_KEYS; i++) {
		const struct config_key *key = &config_keys[i];

		sw_text_add(&text, "%s = ", key->name);
		key->write((const char *)config + key->offset, &text);
		sw_text_add(&text, "\n");
	}
	for (uint32_t i = 0; i < config->rates && i < SW_RATE_RULES; i++)
		sw_text_add(&text, "%s\n", config->rate[i].text);
	if (sw_text_ok(&text))
		return SW_OK;
	buf[0] = '\0';
	return SW_E_RANGE;
}
