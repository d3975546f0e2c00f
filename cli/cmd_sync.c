#include "commands.h"

#include "bans.h"
#include "cli.h"
#include "crowdsec.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/file.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define KEY_MAX 256		/* bytes, with newline and NUL */
#define MARK "/sync.crowdsec"	/* there: the last sync went well */
#define ALL_AGAIN_AFTER 3600000 /* milliseconds */

static bool read_key(const char *path, char *key)
{
	size_t len = 0;
	enum sw_err err =
		sw_file_read_trusted(path, geteuid(), key, KEY_MAX, &len);

	if (err != SW_OK) {
		sw_complain("sync: %s: %s", path,
			    err == SW_E_IO ? strerror(errno)
					   : sw_strerror(err));
		return false;
	}
	key[strcspn(key, "\r\n")] = '\0';
	if (key[0] != '\0')
		return true;
	sw_complain("sync: %s: no key in it", path);
	return false;
}

/*
 * The API forgets what it has told once, whether it arrived or not. So the mark
 * goes before it is asked and comes back when the list is written; without one,
 * and once an hour, everything is asked for.
 */
static bool take_mark(const char *path, int64_t now)
{
	struct stat st;
	bool fresh = stat(path, &st) == 0 &&
		     now - (int64_t)st.st_mtime * 1000 < ALL_AGAIN_AFTER &&
		     now >= (int64_t)st.st_mtime * 1000;

	if (!fresh)
		return false;
	return unlink(path) == 0;
}

/* When everything was asked for last, in its time. */
static void leave_mark(const char *path, int64_t all_asked)
{
	struct timespec times[2] = {{all_asked / 1000, 0},
				    {all_asked / 1000, 0}};
	sw_autofd int fd =
		open(path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC,
		     S_IRUSR | S_IWUSR);

	/* Without it everything is asked for again, which harms nobody. */
	if (fd >= 0)
		(void)!futimens(fd, times);
}

static int64_t mark_time(const char *path, int64_t now)
{
	struct stat st;

	return stat(path, &st) == 0 ? (int64_t)st.st_mtime * 1000 : now;
}

static int apply(const struct sw_options *options, struct sw_ban_store *store,
		 const struct sw_crowdsec *answer, bool all)
{
	const struct sw_ban_merge merge = {
		.add = &answer->placed,
		.lift = all ? NULL : &answer->lifted,
		.replace = all ? SW_CROWDSEC_OWNER : NULL,
	};
	struct sw_ban ban = {.owner = SW_CROWDSEC_OWNER};
	struct sw_ban_merged merged;
	enum sw_err err;

	if (!all && answer->placed.count == 0 && answer->lifted.count == 0)
		return 0;
	err = sw_ban_merge(store, &merge, options->now, &merged);
	if (err != SW_OK)
		return sw_bans_failed("sync", store, err);
	printf("%zu placed, %zu lifted, %zu on the list\n", merged.placed,
	       merged.lifted, merged.total);
	(void)sw_text_copy(ban.reason, sizeof(ban.reason), "sync crowdsec");
	sw_bans_record(options, SW_EVENT_BAN, &ban, merged.placed);
	sw_bans_record(options, SW_EVENT_UNBAN, &ban, merged.lifted);
	return 0;
}

static int sync_list(const struct sw_options *options, const char *url,
		     const char *key)
{
	struct sw_ban_store store = sw_bans_store(options);
	struct sw_crowdsec answer = SW_CROWDSEC_INIT;
	char words[SW_CROWDSEC_WORDS_MAX];
	sw_autofree char *json = NULL;
	char mark[SW_SOURCE_MAX];
	int64_t asked;
	size_t len = 0;
	int status;
	bool all;

	(void)snprintf(mark, sizeof(mark), "%s" MARK, store.dir);
	asked = mark_time(mark, options->now);
	all = !take_mark(mark, options->now);
	if (sw_crowdsec_fetch(url, key, all, &json, &len, words) != SW_OK) {
		sw_complain("sync: %s: %s", url, words);
		return SW_EXIT_IO;
	}
	if (sw_crowdsec_parse(json, len, options->now, &answer) != SW_OK) {
		sw_complain("sync: %s: not an answer of CrowdSec", url);
		return SW_EXIT_IO;
	}
	status = apply(options, &store, &answer, all);
	if (answer.left_out > 0)
		sw_complain("sync: %zu decisions left out: no bans of single"
			    " addresses or ranges, or dangerous",
			    answer.left_out);
	sw_crowdsec_free(&answer);
	if (status == 0)
		leave_mark(mark, all ? options->now : asked);
	return status;
}

int sw_cmd_sync(int argc, char **argv)
{
	struct sw_options options;
	char key[KEY_MAX];

	if (sw_options_parse(argc, argv, SW_FOR_SYNC, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 2 ||
	    strcmp(options.words[0], "crowdsec") != 0 ||
	    options.key_file == NULL) {
		sw_complain("sync: \"crowdsec\", a URL and --key-file are"
			    " needed");
		return SW_EXIT_USAGE;
	}
	if (!read_key(options.key_file, key))
		return SW_EXIT_IO;
	return sync_list(&options, options.words[1], key);
}
