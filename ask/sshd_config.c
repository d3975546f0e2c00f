#include "sshwhy/ask_sshd.h"

#include "sshwhy/auto.h"
#include "sshwhy/run.h"
#include "sshwhy/sshd_dump.h"
#include "sshwhy/sshd_match.h"
#include "sshwhy/text.h"

#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#define DEADLINE 5000		 /* milliseconds */
#define OUTPUT_MAX (4096 * 1024) /* bytes */
#define ARGS_MAX (10 + 2 * SW_DAEMON_OPTIONS_MAX)
#define GROUPS_MAX 256

/* SINGLE: the first line holds. ASKED: the first or the last, depending on the
 * version of sshd, which is asked for the value. */
enum list { SINGLE, ASKED, LIST, USERS, GROUPS };

static const struct directive {
	enum sw_cause cause;
	const char *keyword;
	enum list list;
} directives[] = {
	{SW_CAUSE_LIMIT_MAX_STARTUPS, "MaxStartups", ASKED},
	{SW_CAUSE_LIMIT_MAX_STARTUPS_RANDOM, "MaxStartups", ASKED},
	{SW_CAUSE_LIMIT_PER_SOURCE, "PerSourceMaxStartups", ASKED},
	{SW_CAUSE_LIMIT_SESSIONS, "MaxSessions", SINGLE},
	{SW_CAUSE_BAN_PENALTY, "PerSourcePenalties", LIST},
	{SW_CAUSE_CONFIG_DENY_USER, "DenyUsers", USERS},
	{SW_CAUSE_CONFIG_ALLOW_USER, "AllowUsers", USERS},
	{SW_CAUSE_CONFIG_DENY_GROUP, "DenyGroups", GROUPS},
	{SW_CAUSE_CONFIG_ALLOW_GROUP, "AllowGroups", GROUPS},
	{SW_CAUSE_CONFIG_ROOT_LOGIN, "PermitRootLogin", SINGLE},
	{SW_CAUSE_CONFIG_REFUSE_CONNECTION, "RefuseConnection", SINGLE},
	{SW_CAUSE_CONFIG_AUTH_METHODS, "AuthenticationMethods", SINGLE},
	{SW_CAUSE_CONFIG_GRACE_TIME, "LoginGraceTime", SINGLE},
	{SW_CAUSE_CONFIG_MAX_AUTH_TRIES, "MaxAuthTries", SINGLE},
	{SW_CAUSE_KEY_FILE, "StrictModes", SINGLE},
	{SW_CAUSE_SERVER_HOST_KEYS, "HostKey", LIST},
	{SW_CAUSE_SERVER_CHROOT, "ChrootDirectory", SINGLE},
};

static const struct directive *directive_of(enum sw_cause cause)
{
	for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]);
	     i++) {
		if (directives[i].cause == cause)
			return &directives[i];
	}
	return NULL;
}

/* sshd says what was not found; each has a directive of its own. */
static const struct {
	const char *words, *keyword;
} algorithms[] = {
	{"no matching key exchange method found", "KexAlgorithms"},
	{"no matching host key type found", "HostKeyAlgorithms"},
	{"no matching cipher found", "Ciphers"},
	{"no matching MAC found", "MACs"},
	{"no matching compression method found", "Compression"},
};

const char *sw_sshd_keyword(enum sw_cause cause, const char *words)
{
	const struct directive *directive = directive_of(cause);

	if (directive != NULL)
		return directive->keyword;
	if (cause != SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM)
		return NULL;
	for (size_t i = 0; i < sizeof(algorithms) / sizeof(algorithms[0]);
	     i++) {
		if (strncmp(words, algorithms[i].words,
			    strlen(algorithms[i].words)) == 0)
			return algorithms[i].keyword;
	}
	return NULL;
}

/* sshd reads -C as a list: what holds a comma cannot be asked for. */
static bool can_ask_for(const char *user)
{
	return user[0] != '\0' && strpbrk(user, ",\n") == NULL;
}

static void write_spec(const struct sw_conn *conn, char *buf, size_t size)
{
	char client[SW_ADDR_TEXT_MAX], server[SW_ADDR_TEXT_MAX];
	const char *user = can_ask_for(conn->user) ? conn->user : "";

	(void)sw_addr_format(&conn->client.addr, client);
	(void)sw_addr_format(&conn->server.addr, server);
	/* A Match criterion without its attribute is fatal: all are passed. */
	(void)snprintf(buf, size, "user=%s,host=%s,addr=%s,laddr=%s,lport=%u",
		       user, client, client, server,
		       (unsigned int)conn->server.port);
}

/* Run it once; -G where the program knows it, since -T needs host keys. */
static enum sw_err dump(const struct sw_daemon *daemon, const char *mode,
			enum sw_run_output want, const char *spec,
			char **out_text, size_t *out_len)
{
	const char *argv[ARGS_MAX] = {daemon->exe,    mode, "-ddd", "-f",
				      daemon->config, "-C", spec};
	struct sw_run run = {.argv = argv,
			     .want = want,
			     .deadline = DEADLINE,
			     .max_output = OUTPUT_MAX};
	size_t count = 7;
	int status = 0;

	for (size_t i = 0; i < daemon->option_count; i++) {
		argv[count++] = "-o";
		argv[count++] = daemon->options[i];
	}
	argv[count] = NULL;
	return sw_run(&run, out_text, out_len, &status);
}

/* The rest of the line of text that begins with keyword, in any case. */
static const char *value_in(const char *text, const char *keyword,
			    size_t *out_len)
{
	size_t len = strlen(keyword);

	for (; text != NULL; text = strchr(text, '\n')) {
		text += *text == '\n';
		if (strncasecmp(text, keyword, len) == 0 && text[len] == ' ') {
			*out_len = strcspn(text + len + 1, "\n");
			return text + len + 1;
		}
	}
	return NULL;
}

static bool is_value(const char *written, const char *keyword,
		     const char *value, size_t len)
{
	char full[SW_SSHD_VALUE_MAX];

	(void)sw_text_copy(full, sizeof(full), written);
	/* One number is the short form of three. */
	if (strcasecmp(keyword, "MaxStartups") == 0 &&
	    strchr(written, ':') == NULL && strlen(written) < 20)
		(void)snprintf(full, sizeof(full), "%.20s:30:%.20s", written,
			       written);
	return strlen(full) == len && strncasecmp(full, value, len) == 0;
}

/* Keep of several lines the one whose value holds. */
static void keep_in_force(const struct sw_daemon *daemon, const char *spec,
			  const char *keyword, struct sw_sshd_setting *setting)
{
	static const char *const modes[] = {"-G", "-T"};
	const char *value = NULL;
	size_t len = 0;

	for (size_t i = 0; i < 2 && value == NULL; i++) {
		sw_autofree char *text = NULL;

		if (dump(daemon, modes[i], SW_RUN_STDOUT, spec, &text, &len) !=
		    SW_OK)
			return;
		value = value_in(text, keyword, &len);
		for (size_t l = setting->count; value != NULL && l-- > 0;) {
			if (!is_value(setting->lines[l].value, keyword, value,
				      len))
				continue;
			setting->lines[0] = setting->lines[l];
			break;
		}
	}
	setting->count = 1;
}

static enum sw_err find(const struct sw_daemon *daemon, const char *spec,
			const char *keyword, bool is_list,
			struct sw_sshd_setting *setting)
{
	static const char *const modes[] = {"-G", "-T"};
	enum sw_err err = SW_E_SYNTAX;

	for (size_t i = 0; i < 2 && err == SW_E_SYNTAX; i++) {
		sw_autofree char *text = NULL;
		size_t len = 0;

		err = dump(daemon, modes[i], SW_RUN_STDERR, spec, &text, &len);
		if (err == SW_OK)
			err = sw_sshd_dump_find(text, len, daemon->config,
						keyword, is_list, setting);
	}
	return err;
}

/* The value that an -o option gives keyword; options come before files. */
static const char *option_value(const struct sw_daemon *daemon,
				const char *keyword)
{
	size_t len = strlen(keyword);

	for (size_t i = 0; i < daemon->option_count; i++) {
		const char *option = daemon->options[i];

		if (strncasecmp(option, keyword, len) == 0 &&
		    strchr("= \t", option[len]) != NULL && option[len] != '\0')
			return option + len + 1;
	}
	return NULL;
}

static bool names_group(const char *pattern, const char *user)
{
	gid_t groups[GROUPS_MAX];
	int count = GROUPS_MAX;
	struct passwd *account = getpwnam(user);

	if (account == NULL ||
	    getgrouplist(user, account->pw_gid, groups, &count) < 0)
		return false;
	for (int i = 0; i < count; i++) {
		struct group *group = getgrgid(groups[i]);

		if (group != NULL &&
		    sw_sshd_match_pattern(pattern, group->gr_name))
			return true;
	}
	return false;
}

static bool names(enum list list, const char *value, const struct sw_conn *conn)
{
	char word[SW_TEXT_MAX], host[SW_ADDR_TEXT_MAX];

	(void)sw_addr_format(&conn->client.addr, host);
	for (size_t i = 0; sw_sshd_word(value, i, word, sizeof(word)); i++) {
		if (list == USERS && sw_sshd_match_user(word, conn->user, host,
							&conn->client.addr))
			return true;
		if (list == GROUPS && names_group(word, conn->user))
			return true;
	}
	return false;
}

/* The line whose pattern names the user, otherwise the first one. */
static size_t choose(const struct sw_sshd_setting *setting, enum list list,
		     const struct sw_conn *conn, bool *is_named)
{
	*is_named = false;
	for (size_t i = 0; list >= USERS && i < setting->count; i++) {
		if (names(list, setting->lines[i].value, conn)) {
			*is_named = true;
			return i;
		}
	}
	return 0;
}

static void write_rule(const struct sw_sshd_setting *setting,
		       const struct directive *directive, const char *keyword,
		       const struct sw_conn *conn, struct sw_rule *rule)
{
	char joined[2 * SW_SSHD_VALUE_MAX];
	struct sw_text text;
	bool is_named = false;
	size_t chosen = 0;

	sw_text_init(&text, joined, sizeof(joined));
	sw_text_add(&text, "%s", keyword);
	if (setting->count == 0) {
		(void)sw_text_copy(rule->source, sizeof(rule->source),
				   "sshd:default");
	} else {
		chosen = choose(setting, directive->list, conn, &is_named);
		(void)sw_text_copy(rule->source, sizeof(rule->source),
				   setting->lines[chosen].source);
		rule->line = setting->lines[chosen].line;
		rule->first_line = rule->line;
	}
	for (size_t i = 0; i < setting->count; i++) {
		if (i == chosen || (directive->list > ASKED && !is_named))
			sw_text_add(&text, " %s", setting->lines[i].value);
	}
	(void)sw_text_copy(rule->text, sizeof(rule->text), joined);
}

static bool is_newer(const char *path, int64_t loaded)
{
	struct stat st;

	return path[0] == '/' && stat(path, &st) == 0 &&
	       (int64_t)st.st_mtim.tv_sec * 1000 +
			       st.st_mtim.tv_nsec / 1000000 >
		       loaded;
}

enum sw_err sw_ask_sshd(const struct sw_daemon *daemon, int64_t loaded,
			const struct sw_conn *conn, enum sw_cause cause,
			const char *keyword, struct sw_sshd_answer *out)
{
	static const struct directive any = {SW_CAUSE_NONE, NULL, SINGLE};
	const struct directive *directive = directive_of(cause);
	static struct sw_sshd_setting setting;
	struct sw_sshd_answer answer = {0};
	char spec[SW_USER_MAX + 4 * SW_ADDR_TEXT_MAX + 64];
	const char *option;
	enum sw_err err;

	if (directive == NULL)
		directive = &any;
	if (keyword == NULL)
		keyword = directive->keyword;
	if (keyword == NULL)
		return SW_E_NOTSUP;
	if (loaded == 0)
		loaded = daemon->started;
	option = option_value(daemon, keyword);
	if (option != NULL && directive->list <= ASKED) {
		(void)sw_text_copy(answer.rule.source,
				   sizeof(answer.rule.source),
				   "sshd:command-line");
		(void)snprintf(answer.rule.text, sizeof(answer.rule.text),
			       "%s %s", keyword, option);
		*out = answer;
		return SW_OK;
	}
	write_spec(conn, spec, sizeof(spec));
	err = find(daemon, spec, keyword, directive->list != SINGLE, &setting);
	if (err != SW_OK)
		return err;
	if (directive->list == ASKED && setting.count > 1)
		keep_in_force(daemon, spec, keyword, &setting);
	write_rule(&setting, directive, keyword, conn, &answer.rule);
	answer.stale = is_newer(daemon->config, loaded);
	for (size_t i = 0; i < setting.count; i++)
		answer.stale |= is_newer(setting.lines[i].source, loaded);
	*out = answer;
	return SW_OK;
}
