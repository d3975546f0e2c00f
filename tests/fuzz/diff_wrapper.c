/*
 * diff_wrapper - random rule files, put to the installed libwrap and to our
 * matcher. Prints the first disagreement with its seed and the files cut down
 * to what it takes, and fails.
 *
 *   diff_wrapper [--cases N | --seconds N] [--seed S]
 */

#include "diff_case.h"

#include "sshwhy/ask_wrapper.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <err.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define CASES 200000
#define OPTIONS_PER_CASE 2
#define FIRST_FD 777 /* far from 0, 1 and 2, even with a digit damaged */
#define HANG_SECONDS 60
#define HANG_CASES 10000

static struct diff_case made;
static int fds[DIFF_FILES];
static char paths[DIFF_FILES][32];
static uint64_t seed_in_hand;

static const char *const titles[DIFF_FILES] = {"allow", "deny", "list",
					       "inner list"};

struct sides {
	struct sw_wrapper_result ours;
	struct sw_ask_libwrap libwrap;
};

static void open_files(void)
{
	for (size_t i = 0; i < DIFF_FILES; i++) {
		int fd = memfd_create(titles[i], MFD_CLOEXEC);

		fds[i] = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FD);
		if (fd < 0 || fds[i] < 0)
			err(2, "memfd_create");
		(void)close(fd);
		(void)snprintf(paths[i], sizeof(paths[i]), "/proc/self/fd/%d",
			       fds[i]);
		made.paths[i] = paths[i];
	}
}

static void write_files(void)
{
	for (size_t i = 0; i < DIFF_FILES; i++) {
		const struct diff_text *text = &made.files[i];

		if (pwrite(fds[i], text->bytes, text->len, 0) !=
			    (ssize_t)text->len ||
		    ftruncate(fds[i], (off_t)text->len) != 0)
			err(2, "%s", titles[i]);
	}
}

static bool is_same_verdict(const struct sw_verdict *a,
			    const struct sw_verdict *b)
{
	return a->outcome == b->outcome && a->cause == b->cause &&
	       a->rule.first_line == b->rule.first_line &&
	       a->rule.line == b->rule.line &&
	       strcmp(a->rule.source, b->rule.source) == 0 &&
	       strcmp(a->rule.text, b->rule.text) == 0;
}

static bool agree(struct sides *out)
{
	write_files();
	sw_wrapper_decide(&made.query, &out->ours);
	if (sw_ask_libwrap_here(&made.query, &out->libwrap) != SW_OK)
		return false;
	return is_same_verdict(&out->ours.verdict, &out->libwrap.verdict) &&
	       sw_wrapper_has_options(&out->ours) == out->libwrap.options &&
	       (made.client_name[0] != '\0' ||
		out->ours.needs_name == out->libwrap.asked_name);
}

/* Leave out ever smaller pieces, as long as the two still disagree. */
static void cut_down(struct diff_text *text)
{
	static struct diff_text whole;
	struct sides sides;

	for (size_t piece = text->len; piece > 0; piece /= 2) {
		size_t at = 0;

		while (at + piece <= text->len) {
			whole = *text;
			memmove(text->bytes + at, text->bytes + at + piece,
				text->len - at - piece);
			text->len -= piece;
			if (!agree(&sides))
				continue;
			*text = whole;
			at += piece;
		}
	}
}

static void print_bytes(const char *title, const char *bytes, size_t len)
{
	printf("# %s: \"", title);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n')
			printf("\\n");
		else if (c < 0x20 || c > 0x7e || c == '"' || c == '\\')
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	puts("\"");
}

static void print_side(const char *title, const struct sw_verdict *verdict,
		       bool options, bool name)
{
	const struct sw_rule *rule = &verdict->rule;

	printf("# %s: outcome %d, cause \"%s\", %s:%u-%u%s%s\n", title,
	       (int)verdict->outcome, sw_cause_code(verdict->cause),
	       rule->source, rule->first_line, rule->line,
	       options ? ", options" : "", name ? ", name" : "");
	print_bytes("  rule", rule->text, strlen(rule->text));
}

static void print_query(void)
{
	const struct sw_wrapper_query *query = &made.query;
	char server[SW_ADDR_TEXT_MAX];

	printf("# client %s%s%s name \"%s\" found \"%s\" user \"%s\""
	       " daemon \"%s\" server %s port %u server name \"%s\"%s\n",
	       made.client, query->scope == NULL ? "" : "%",
	       query->scope == NULL ? "" : query->scope, made.client_name,
	       made.found_name, made.user, made.daemon,
	       sw_addr_format(&query->conn.server.addr, server),
	       query->conn.server.port, made.server_name,
	       query->resolve == NULL ? " no lookups" : "");
	printf("# tables %s %s\n", query->allow, query->deny);
}

static void report(uint64_t seed)
{
	struct sides sides;

	for (size_t i = 0; i < DIFF_FILES; i++)
		cut_down(&made.files[i]);
	(void)agree(&sides);
	printf("not ok 1 - libwrap and the matcher agree\n"
	       "# seed %llu (--seed %llu --cases 1)\n",
	       (unsigned long long)seed, (unsigned long long)seed);
	print_query();
	for (size_t i = 0; i < DIFF_FILES; i++)
		print_bytes(titles[i], made.files[i].bytes, made.files[i].len);
	print_side("libwrap", &sides.libwrap.verdict, sides.libwrap.options,
		   sides.libwrap.asked_name);
	print_side("ours", &sides.ours.verdict,
		   sw_wrapper_has_options(&sides.ours), sides.ours.needs_name);
}

static bool options_agree(uint64_t seed)
{
	char options[DIFF_OPTIONS_MAX];
	char why[256];

	for (uint64_t i = 1; i <= OPTIONS_PER_CASE; i++) {
		diff_options_make(options, seed ^ i << 56);
		if (diff_options_agree(options, why, sizeof(why)))
			continue;
		printf("not ok 1 - libwrap and the matcher agree\n"
		       "# seed %llu (--seed %llu --cases 1)\n# %s\n",
		       (unsigned long long)seed, (unsigned long long)seed, why);
		print_bytes("options", options, strlen(options));
		return false;
	}
	return true;
}

static void on_crash(int signal_number)
{
	char words[64];
	int len = snprintf(words, sizeof(words), "# signal %d at seed %llu\n",
			   signal_number, (unsigned long long)seed_in_hand);

	(void)!write(STDOUT_FILENO, words, (size_t)len);
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number);
}

/* Cases are run until their number or the time is reached. */
static bool is_over(uint64_t done, uint64_t cases, time_t end)
{
	if (end == 0)
		return done == cases;
	return done % HANG_CASES == 0 && time(NULL) >= end;
}

static int compare(uint64_t seed, uint64_t cases, time_t end)
{
	uint64_t i;

	uint64_t named = 0;
	struct sides sides;

	puts("1..1");
	for (i = 0; !is_over(i, cases, end); i++) {
		if (i % HANG_CASES == 0)
			(void)alarm(HANG_SECONDS);
		seed_in_hand = seed + i;
		diff_case_make(&made, seed_in_hand);
		if (!agree(&sides)) {
			report(seed_in_hand);
			return 1;
		}
		if (!options_agree(seed_in_hand))
			return 1;
		named += sides.ours.verdict.rule.first_line != 0;
	}
	printf("ok 1 - libwrap and the matcher agree\n"
	       "# %llu cases from seed %llu, %llu of them decided by a rule\n",
	       (unsigned long long)i, (unsigned long long)seed,
	       (unsigned long long)named);
	return 0;
}

static uint64_t number(const char *text)
{
	uint64_t value = 0;

	if (sw_num_parse(text, UINT64_MAX, &value) != SW_OK)
		errx(2, "%s: not a number", text);
	return value;
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{"cases", required_argument, NULL, 'c'},
		{"seconds", required_argument, NULL, 't'},
		{"seed", required_argument, NULL, 's'},
		{NULL, 0, NULL, 0},
	};
	uint64_t cases = CASES;
	uint64_t seed = 1;
	time_t end = 0;
	int c;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'c')
			cases = number(optarg);
		else if (c == 's')
			seed = number(optarg);
		else if (c == 't')
			end = time(NULL) + (time_t)number(optarg);
		else
			return 2;
	}
	(void)signal(SIGSEGV, on_crash);
	(void)signal(SIGABRT, on_crash);
	(void)signal(SIGALRM, on_crash);
	open_files();
	return compare(seed, cases, end);
}
