#include "check.h"

#include "sshwhy/addr.h"
#include "sshwhy/ban_list.h"
#include "sshwhy/config.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(struct sw_checking *checking, enum sw_check what,
		const char *file, unsigned int line, const char *text,
		const char *detail)
{
	const struct sw_place place = {file, line, text};

	if (detail == NULL)
		sw_findings_add(checking->findings, what, &place, NULL);
	else
		sw_findings_add(checking->findings, what, &place, "%s", detail);
}

static bool is_stricter(const struct sw_rate_rule *a,
			const struct sw_rate_rule *b)
{
	return !a->observe && a->burst <= b->burst &&
	       (uint64_t)a->count * b->period <= (uint64_t)b->count * a->period;
}

/* Each rule decides alone; of two for the same sources the stricter does. */
static bool has_same_sources(const struct sw_rate_rule *a,
			     const struct sw_rate_rule *b)
{
	return a->v4_len == b->v4_len && a->v6_len == b->v6_len &&
	       a->matches == b->matches && a->exempts == b->exempts &&
	       memcmp(a->prefixes, b->prefixes,
		      (size_t)(a->matches + a->exempts) *
			      sizeof(a->prefixes[0])) == 0;
}

static void check_rates(struct sw_checking *checking, const char *file,
			const struct sw_config *config)
{
	for (uint32_t i = 0; i < config->rates; i++) {
		const struct sw_rate_rule *rule = &config->rate[i];

		for (uint32_t j = 0; j < config->rates; j++) {
			const struct sw_rate_rule *other = &config->rate[j];

			if (i == j || !has_same_sources(rule, other) ||
			    !is_stricter(other, rule) ||
			    (is_stricter(rule, other) && i < j))
				continue;
			add(checking, SW_CHECK_CONF_RATE_SHADOWED, file,
			    rule->line, rule->text, other->name);
			break;
		}
	}
}

static void check_config(struct sw_checking *checking, const char *file)
{
	static struct sw_config config;
	struct sw_config_error error = {0};
	struct stat st;
	uid_t owner = 0;
	enum sw_err err;

	if (stat(file, &st) != 0)
		return;
	if (!checking->is_live)
		owner = st.st_uid;
	err = sw_config_read(file, owner, &config, &error);
	if (err == SW_E_IO)
		add(checking, SW_CHECK_CONF_UNSEEN, file, 0, NULL,
		    strerror(errno));
	else if (err == SW_E_UNSAFE)
		add(checking, SW_CHECK_CONF_UNSAFE, file, 0, NULL, NULL);
	else if (err != SW_OK)
		add(checking, SW_CHECK_CONF_SYNTAX, file, error.line, NULL,
		    error.reason);
	if (err != SW_OK)
		return;
	check_rates(checking, file, &config);
	if (config.observe)
		add(checking, SW_CHECK_CONF_OBSERVE, file, 0, NULL, NULL);
}

/* One question to the list would read a few blocks of it; a damaged one that
 * it does not come to lets in whoever does. */
static void check_bans(struct sw_checking *checking)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_ban_store store;
	char dir[PATH_MAX];
	struct stat st;
	enum sw_err err;

	if (stat(sw_check_path(checking, SW_PATH_BAN_DIR, dir), &st) != 0)
		return;
	store = sw_ban_store_of(dir, checking->is_live ? 0 : st.st_uid);
	err = sw_ban_list_load(&store, &list);
	sw_ban_list_free(&list);
	if (err == SW_OK)
		return;
	add(checking,
	    err == SW_E_IO || err == SW_E_NOMEM ? SW_CHECK_CONF_UNSEEN
						: SW_CHECK_CONF_BANS,
	    store.path[0] != '\0' ? store.path : dir, 0, NULL,
	    store.words[0] != '\0' ? store.words : sw_strerror(err));
}

void sw_check_conf(struct sw_checking *checking, const char *file)
{
	char path[PATH_MAX];

	if (file != NULL) {
		check_config(checking, file);
		return;
	}
	check_config(checking, sw_check_path(checking, SW_PATH_CONFIG, path));
	check_bans(checking);
}
