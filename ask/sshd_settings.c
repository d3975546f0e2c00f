#include "sshwhy/sshd_settings.h"

#include "sshd_run.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define PASS "parse_server_config_depth: config "

static enum sw_err ask(const struct sw_daemon *daemon, const char *mode,
		       const char *spec, struct sw_sshd_settings *out)
{
	sw_autofree char *values = NULL;
	sw_autofree char *dump = NULL;
	size_t len = 0, dump_len = 0;
	enum sw_err err;

	err = sw_sshd_run(daemon, mode, SW_RUN_STDERR, spec, &dump, &dump_len);
	if (err != SW_OK)
		return err;
	if (strstr(dump, PASS) == NULL)
		return SW_E_SYNTAX;
	err = sw_sshd_run(daemon, mode, SW_RUN_STDOUT, spec, &values, &len);
	if (err != SW_OK)
		return err;
	if (sw_sshd_value_in(values, "port", &len) == NULL)
		return SW_E_SYNTAX;
	*out = (struct sw_sshd_settings){daemon, sw_take(&values),
					 sw_take(&dump), dump_len};
	return SW_OK;
}

enum sw_err sw_sshd_settings_ask(const struct sw_daemon *daemon,
				 const struct sw_conn *conn,
				 struct sw_sshd_settings *out)
{
	char spec[SW_SSHD_SPEC_MAX];
	enum sw_err err;

	sw_sshd_write_spec(conn, spec, sizeof(spec));
	/* -T needs host keys that it can read, -G does not. */
	err = ask(daemon, "-G", spec, out);
	return err == SW_E_SYNTAX ? ask(daemon, "-T", spec, out) : err;
}

void sw_sshd_settings_free(struct sw_sshd_settings *settings)
{
	free(settings->values);
	free(settings->dump);
	memset(settings, 0, sizeof(*settings));
}

bool sw_sshd_value(const struct sw_sshd_settings *settings, const char *keyword,
		   char *out, size_t size)
{
	const char *at = settings->values;
	struct sw_text text;
	size_t len;

	sw_text_init(&text, out, size);
	while (at != NULL &&
	       (at = sw_sshd_value_in(at, keyword, &len)) != NULL) {
		if (text.len > 0)
			sw_text_add(&text, " ");
		sw_text_add_bytes(&text, at, len);
		at = strchr(at, '\n');
	}
	return text.len > 0 && sw_text_ok(&text);
}

bool sw_sshd_number(const struct sw_sshd_settings *settings,
		    const char *keyword, uint64_t *out)
{
	char value[32];

	return sw_sshd_value(settings, keyword, value, sizeof(value)) &&
	       sw_num_parse(value, UINT64_MAX, out) == SW_OK;
}

enum sw_err sw_sshd_lines(const struct sw_sshd_settings *settings,
			  const char *keyword, bool is_list,
			  struct sw_sshd_setting *out)
{
	return sw_sshd_dump_find(settings->dump, settings->dump_len,
				 settings->daemon->config, keyword, is_list,
				 out);
}

/* Of these sshd takes the last line (9.2 of both, 10 of the first). */
static bool may_be_the_last(const char *keyword)
{
	return strcasecmp(keyword, "MaxStartups") == 0 ||
	       strcasecmp(keyword, "PerSourceMaxStartups") == 0;
}

static const struct sw_sshd_line *
line_in_force(const struct sw_sshd_settings *settings, const char *keyword,
	      const struct sw_sshd_setting *setting)
{
	char value[SW_SSHD_VALUE_MAX];

	if (!may_be_the_last(keyword) ||
	    !sw_sshd_value(settings, keyword, value, sizeof(value)))
		return &setting->lines[0];
	for (size_t i = setting->count; i-- > 0;) {
		if (sw_sshd_is_value(setting->lines[i].value, keyword, value,
				     strlen(value)))
			return &setting->lines[i];
	}
	return &setting->lines[0];
}

static void name_place(struct sw_rule *rule, const char *place,
		       const char *keyword, const char *value)
{
	(void)sw_text_copy(rule->source, sizeof(rule->source), place);
	(void)snprintf(rule->text, sizeof(rule->text), "%s%s%.150s", keyword,
		       value[0] != '\0' ? " " : "", value);
}

void sw_sshd_rule(const struct sw_sshd_settings *settings, const char *keyword,
		  struct sw_rule *out)
{
	const char *option = sw_sshd_option(settings->daemon, keyword);
	static struct sw_sshd_setting setting; /* large */
	const struct sw_sshd_line *line;
	char value[SW_SSHD_VALUE_MAX];
	struct sw_rule rule;

	memset(&rule, 0, sizeof(rule));
	if (option != NULL) {
		name_place(&rule, "sshd:command-line", keyword, option);
	} else if (sw_sshd_lines(settings, keyword, true, &setting) != SW_OK ||
		   setting.count == 0) {
		if (!sw_sshd_value(settings, keyword, value, sizeof(value)))
			value[0] = '\0';
		name_place(&rule, "sshd:default", keyword, value);
	} else {
		line = line_in_force(settings, keyword, &setting);
		name_place(&rule, line->source, keyword, line->value);
		rule.line = line->line;
		rule.first_line = line->line;
	}
	*out = rule;
}

/* Every file that is read has a line "config FILE len N". */
bool sw_sshd_is_stale(const struct sw_sshd_settings *settings, int64_t loaded)
{
	const char *at = settings->dump;
	char path[SW_SOURCE_MAX];

	if (sw_sshd_is_newer(settings->daemon->config, loaded))
		return true;
	while ((at = strstr(at, PASS)) != NULL) {
		size_t len;

		at += strlen(PASS);
		len = strcspn(at, "\n");
		while (len > 0 && strncmp(at + len, " len ", 5) != 0)
			len--;
		if (len == 0 || len >= sizeof(path))
			continue;
		memcpy(path, at, len);
		path[len] = '\0';
		if (sw_sshd_is_newer(path, loaded))
			return true;
	}
	return false;
}

enum sw_err sw_sshd_complaint(const struct sw_daemon *daemon, char *out,
			      size_t size)
{
	sw_autofree char *text = NULL;
	size_t len = 0;
	int status = 0;
	enum sw_err err;

	err = sw_sshd_check(daemon, &text, &len, &status);
	if (err != SW_OK)
		return err;
	(void)sw_text_copy(out, size, status == 0 ? "" : text);
	return SW_OK;
}
