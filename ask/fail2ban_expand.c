/* "%(...)s" in fail2ban's configuration. */

#include "fail2ban_conf.h"

#include "sshwhy/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define DEPTH_MAX 10   /* of names in names, as in Python's configparser */
#define NAMES_MAX 1000 /* replaced in one value */
#define NAME_MAX_ 128  /* bytes, with the NUL */
#define DEFAULTS "DEFAULT"
#define KNOWN "known/"

struct expansion {
	const struct sw_f2b_conf *conf;
	const char *section;
	struct sw_text text;
	unsigned int names; /* replaced so far */
};

static const char *in_section_or_default(const struct sw_f2b_conf *conf,
					 const char *section, const char *key)
{
	const char *value = sw_f2b_conf_raw(conf, section, key);

	return value != NULL ? value : sw_f2b_conf_raw(conf, DEFAULTS, key);
}

/* Writes the section of "SECTION/KEY" to buf; the key is returned. */
static const char *split(const char *name, const char *section, char *buf,
			 size_t size)
{
	const char *slash = strchr(name, '/');

	if (strncmp(name, KNOWN, strlen(KNOWN)) == 0)
		(void)snprintf(buf, size, "KNOWN/%s", section);
	else if (strncmp(name, "default/", 8) == 0)
		(void)snprintf(buf, size, DEFAULTS);
	else
		(void)snprintf(buf, size, "%.*s", (int)(slash - name), name);
	return slash + 1;
}

static const char *value_of(const struct expansion *expansion, const char *name)
{
	char section[2 * NAME_MAX_];
	const char *key;

	if (strcmp(name, "__name__") == 0)
		return expansion->section;
	if (strchr(name, '/') == NULL)
		return in_section_or_default(expansion->conf,
					     expansion->section, name);
	key = split(name, expansion->section, section, sizeof(section));
	return in_section_or_default(expansion->conf, section, key);
}

/* The name in "%(name)s" at *at, in lower case; *at moves behind it. */
static bool read_name(const char **at, char *name)
{
	const char *start = *at + 2;
	const char *end;
	size_t len;

	if ((*at)[1] != '(')
		return false;
	end = strchr(start, ')');
	if (end == NULL || end[1] != 's')
		return false;
	len = (size_t)(end - start);
	if (len >= NAME_MAX_)
		return false;
	for (size_t i = 0; i < len; i++)
		name[i] = (char)tolower((unsigned char)start[i]);
	name[len] = '\0';
	*at = end + 2;
	return true;
}

static enum sw_err expand(struct expansion *expansion, const char *value,
			  int depth)
{
	char name[NAME_MAX_];
	enum sw_err err;

	if (depth > DEPTH_MAX || expansion->names++ > NAMES_MAX)
		return SW_E_RANGE;
	while (*value != '\0') {
		size_t plain = strcspn(value, "%");

		sw_text_add_bytes(&expansion->text, value, plain);
		value += plain;
		if (value[0] == '%' && value[1] == '%') {
			sw_text_add(&expansion->text, "%%");
			value += 2;
		} else if (value[0] == '%') {
			const char *inner;

			if (!read_name(&value, name))
				return SW_E_SYNTAX;
			inner = value_of(expansion, name);
			if (inner == NULL)
				return SW_E_SYNTAX;
			err = expand(expansion, inner, depth + 1);
			if (err != SW_OK)
				return err;
		}
	}
	return SW_OK;
}

enum sw_err sw_f2b_conf_get(const struct sw_f2b_conf *conf, const char *section,
			    const char *key, char *buf, size_t size)
{
	struct expansion expansion = {.conf = conf, .section = section};
	const char *value = in_section_or_default(conf, section, key);
	enum sw_err err;

	sw_text_init(&expansion.text, buf, size);
	if (value == NULL)
		return SW_E_NOTSUP;
	err = expand(&expansion, value, 0);
	if (err == SW_OK && !sw_text_ok(&expansion.text))
		err = SW_E_RANGE;
	if (err != SW_OK)
		buf[0] = '\0';
	return err;
}
