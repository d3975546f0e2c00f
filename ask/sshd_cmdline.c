#include "sshwhy/sshd_daemon.h"

#include "sshwhy/num.h"
#include "sshwhy/paths.h"
#include "sshwhy/text.h"

#include <limits.h>
#include <string.h>

#define CMDLINE_MAX 4096 /* bytes */
#define WORDS_MAX 64
#define LISTENER "[listener]"

/* The letters of sshd's options that take a value. */
static const char with_value[] = "CEbcfghkopu";

static size_t split(char *text, size_t len, const char **words)
{
	size_t count = 0;
	bool in_word = false;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == ' ' || text[i] == '\0') {
			text[i] = '\0';
			in_word = false;
		} else if (!in_word && count < WORDS_MAX) {
			words[count++] = text + i;
			in_word = true;
		}
	}
	return count;
}

/* "N of B-F startups", behind the mark of a listener. */
static void read_startups(const char *const *words, size_t count,
			  struct sw_daemon *daemon)
{
	const char *dash;
	uint64_t n, begin, full;

	if (count < 4 || strcmp(words[1], "of") != 0)
		return;
	dash = strchr(words[2], '-');
	if (dash == NULL || sw_num_parse(words[0], INT_MAX, &n) != SW_OK ||
	    sw_num_parse_n(words[2], (size_t)(dash - words[2]), INT_MAX,
			   &begin) != SW_OK ||
	    sw_num_parse(dash + 1, INT_MAX, &full) != SW_OK)
		return;
	daemon->startups = (unsigned int)n;
	daemon->begin = (unsigned int)begin;
	daemon->full = (unsigned int)full;
	daemon->has_startups = true;
}

/* False for an option that no listener has. */
static bool take_option(struct sw_daemon *daemon, char letter,
			const char *value)
{
	if (letter == 'f' && value[0] == '/')
		return sw_text_copy(daemon->config, sizeof(daemon->config),
				    value);
	if (letter == 'o' && daemon->option_count < SW_DAEMON_OPTIONS_MAX)
		return sw_text_copy(daemon->options[daemon->option_count++],
				    SW_DAEMON_OPTION_MAX, value);
	return letter != 'i' && letter != 'R' && letter != 'T' &&
	       letter != 't' && letter != 'G' && letter != 'V';
}

static bool take_options(const char *const *words, size_t count,
			 struct sw_daemon *daemon)
{
	for (size_t i = 0; i < count; i++) {
		const char *letter = words[i] + 1;

		if (words[i][0] != '-')
			continue;
		for (; *letter != '\0'; letter++) {
			const char *value = letter + 1;
			bool has_value = strchr(with_value, *letter) != NULL;

			if (has_value && *value == '\0')
				value = i + 1 < count ? words[++i] : "";
			if (!take_option(daemon, *letter,
					 has_value ? value : ""))
				return false;
			if (has_value)
				break;
		}
	}
	return true;
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL ? slash + 1 : path;
}

enum sw_err sw_daemon_parse(const char *cmdline, size_t len,
			    struct sw_daemon *out)
{
	const char *words[WORDS_MAX];
	struct sw_daemon daemon = *out;
	char text[CMDLINE_MAX];
	size_t count, first = 0, last;
	bool titled;

	if (len == 0 || len >= sizeof(text))
		return SW_E_NOTSUP;
	memcpy(text, cmdline, len);
	text[len] = '\0';
	count = split(text, len, words);
	titled = count > 0 && strcmp(words[0], "sshd:") == 0;
	for (last = 0; last < count; last++) {
		if (strcmp(words[last], LISTENER) == 0)
			break;
	}
	if (titled && last == count)
		return SW_E_NOTSUP; /* a session */
	if (titled)
		first = 1;
	if (first >= last || strcmp(base_name(words[first]), "sshd") != 0)
		return SW_E_NOTSUP;
	daemon.option_count = 0;
	daemon.has_startups = false;
	(void)sw_text_copy(daemon.config, sizeof(daemon.config),
			   SW_SYSCONFDIR "/ssh/sshd_config");
	if (!take_options(words + first + 1, last - first - 1, &daemon))
		return SW_E_NOTSUP;
	if (last < count)
		read_startups(words + last + 1, count - last - 1, &daemon);
	*out = daemon;
	return SW_OK;
}
