#include "check_wrapper.h"

#include <string.h>

/* What people write for sshd. */
static const char *const names[] = {
	"ssh",		"openssh",	"openssh-server", "openssh-sshd",
	"sshd-session", "sshd-auth",	"sshd2",	  "ssh.service",
	"ssh.socket",	"sshd.service", "sshd.socket",
};

static bool is_meant_for_sshd(struct sw_word word)
{
	static const char path_end[] = "/sshd";
	size_t len = strlen(path_end);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (sw_word_is(word, names[i]))
			return true;
	}
	if (word.len >= len &&
	    memcmp(word.start + word.len - len, path_end, len) == 0)
		return true;
	/* "sshd-22", "sshd:22" */
	return word.len > 5 && memcmp(word.start, "sshd-", 5) == 0 &&
	       strspn(word.start + 5, "0123456789") >= word.len - 5;
}

/* "ssh sshd: ..." is no mistake. */
void sw_table_check_daemons(struct sw_table_check *check,
			    const struct sw_table_rule *rule)
{
	struct sw_word rest = rule->daemons;
	struct sw_word word;

	while (!rule->is_for_sshd && sw_word_next(&rest, SW_COMMA, &word)) {
		struct sw_word name = word;
		struct sw_word host;

		(void)sw_word_split(word, '@', &name, &host);
		if (is_meant_for_sshd(name))
			sw_table_add(check, SW_CHECK_WRAPPER_DAEMON_NAME, &word,
				     NULL);
	}
}
