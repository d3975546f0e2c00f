#include "advice_sshd.h"

#include "host_key.h"
#include "live.h"

#include "sshwhy/ask_sshd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of an offer of host key types the one that a key is there for, else the first
 * that a key can be made for; of other offers the first. */
static const char *choose(const struct sw_explanation *explanation,
			  const char *keyword, const char *offer)
{
	const struct sw_live *live = explanation->question.live;
	const char *can_be_made = NULL;

	if (live == NULL || !live->has_settings ||
	    strcmp(keyword, "HostKeyAlgorithms") != 0)
		return offer;
	for (const char *at = offer; *at != '\0' && *at != ' ';) {
		size_t len = strcspn(at, ", ");

		if (sw_host_key_serves(&live->settings, at, len))
			return at;
		if (can_be_made == NULL && sw_host_key_type(at, len) != NULL)
			can_be_made = at;
		at += len + (at[len] == ',');
	}
	return can_be_made != NULL ? can_be_made : offer;
}

/* A key of the type where sshd has none, beside those that it has. */
static void add_host_key(struct sw_explanation *explanation, const char *name,
			 size_t len)
{
	const struct sw_live *live = explanation->question.live;
	const char *type = sw_host_key_type(name, len);
	char path[128];

	if (live == NULL || !live->has_settings || type == NULL ||
	    sw_host_key_serves(&live->settings, name, len))
		return;
	(void)snprintf(path, sizeof(path), "%s/ssh/ssh_host_%s_key",
		       SW_SYSCONFDIR, type);
	if (access(path, F_OK) != 0)
		(void)sw_advice_add(explanation,
				    "ssh-keygen -q -t %s -N '' -f %s", type,
				    path);
	if (!sw_host_key_is_used(&live->settings, path))
		(void)sw_advice_add(explanation,
				    "put above line 1 of %s:   HostKey %s",
				    sw_advice_config(explanation), path);
	sw_advise_reload(explanation);
}

/* True when the algorithm is on: only a key was missing. */
static bool is_enabled(const struct sw_explanation *explanation,
		       const char *keyword, const char *name, size_t len)
{
	const struct sw_live *live = explanation->question.live;
	char value[2 * SW_SSHD_VALUE_MAX], *rest = value, *word;

	if (live == NULL || !live->has_settings ||
	    !sw_sshd_value(&live->settings, keyword, value, sizeof(value)))
		return false;
	while ((word = strsep(&rest, ",")) != NULL) {
		if (strlen(word) == len && memcmp(word, name, len) == 0)
			return true;
	}
	return false;
}

/* "no matching cipher found. Their offer: a,b": one of it. */
static bool enable_algorithm(struct sw_explanation *explanation,
			     const struct sw_rule *rule)
{
	static const char offer[] = "Their offer: ";
	const char *words = explanation->last.root;
	const char *keyword = sw_sshd_keyword(explanation->last.cause, words);
	const char *at = strstr(words, offer);
	const char *value;
	char text[SW_ADVICE_TEXT_MAX - 128];
	size_t len;

	if (keyword == NULL || at == NULL)
		return false;
	at = choose(explanation, keyword, at + strlen(offer));
	len = strcspn(at, ", ");
	if (strcmp(keyword, "HostKeyAlgorithms") == 0)
		add_host_key(explanation, at, len);
	if (is_enabled(explanation, keyword, at, len))
		return explanation->advice_count > 0;
	value = strchr(rule->text, ' ');
	if (rule->source[0] == '/' && value != NULL && value[1] != '-')
		(void)snprintf(text, sizeof(text), "%s%.250s,%.*s", keyword,
			       value, (int)len, at);
	else
		(void)snprintf(text, sizeof(text), "%s +%.*s", keyword,
			       (int)len, at);
	return sw_advise_set(explanation, rule, text);
}

const struct sw_sshd_advice sw_protocol_advice[] = {
	{SW_CAUSE_PROTOCOL_NO_COMMON_ALGORITHM, enable_algorithm},
	{SW_CAUSE_NONE, NULL},
};
