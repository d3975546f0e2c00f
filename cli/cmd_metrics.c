#include "commands.h"

#include "cli.h"
#include "load.h"
#include "metrics.h"
#include "options.h"
#include "replace.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A record stands in its log a moment after its time; later ones wait for the
 * next time. In milliseconds. */
#define SETTLED 10000

/* A fold is written this long after its last rejection, at most, and is found
 * by it. In milliseconds. */
#define FOLD_LONGEST INT64_C(7200000)

/* Nothing was counted until a later time than this from now on; the clock was
 * wrong then. In milliseconds. */
#define CLOCK_OFF INT64_C(3600000)

static struct sw_tally tally;

/* What earlier runs have counted. */
static void load_kept(const char *path, int64_t now)
{
	enum sw_err err = sw_tally_load(path, &tally);

	if (tally.until > now + CLOCK_OFF)
		tally.until = now - SETTLED;
	if (err == SW_OK || (err == SW_E_IO && errno == ENOENT))
		return;
	sw_complain("%s: %s; counting starts anew", path,
		    err == SW_E_IO ? strerror(errno) : sw_strerror(err));
}

/* Count what the logs hold, all of it or what is new. */
static enum sw_err count(struct sw_options *options, bool *out_complete)
{
	struct sw_loaded loaded;
	int64_t until = INT64_MAX;

	if (options->keep != NULL) {
		load_kept(options->keep, options->now);
		until = options->now - SETTLED;
		options->since = tally.until - FOLD_LONGEST;
	}
	if (sw_load_of(options, NULL, &loaded) != SW_OK)
		return SW_E_NOMEM;
	sw_tally_add(&tally, &loaded.records, until);
	sw_records_free(&loaded.records);
	sw_tally_sort(&tally);
	*out_complete = !loaded.partial;
	return SW_OK;
}

static enum sw_err print_all(FILE *out, const struct sw_options *options,
			     bool complete)
{
	const struct sw_metrics_from from = {
		.state = SW_PATH_STATE,
		.rates = SW_PATH_RATES,
		.ban_dir = SW_PATH_BAN_DIR,
		.now = options->now,
		.monotonic_ns = sw_clock_monotonic_ns(),
	};

	sw_metrics_rejections(out, &tally, complete);
	sw_metrics_machine(out, &from);
	return fflush(out) == 0 && ferror(out) == 0 ? SW_OK : SW_E_IO;
}

static enum sw_err print_to_file(const struct sw_options *options,
				 bool complete)
{
	sw_autofree char *bytes = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&bytes, &len);
	enum sw_err err;

	if (file == NULL)
		return SW_E_NOMEM;
	err = print_all(file, options, complete);
	if (fclose(file) != 0 || err != SW_OK)
		return SW_E_NOMEM;
	return sw_replace_file(options->output, 0644, bytes, len);
}

static int complain_of(const char *path, enum sw_err err)
{
	sw_complain("%s: %s", path,
		    err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return SW_EXIT_IO;
}

static int write_all(const struct sw_options *options, bool complete)
{
	enum sw_err err = SW_OK;

	if (options->output != NULL)
		err = print_to_file(options, complete);
	else
		(void)!print_all(stdout, options, complete);
	if (err != SW_OK)
		return complain_of(options->output, err);
	if (options->keep != NULL)
		err = sw_tally_save(options->keep, &tally);
	if (err != SW_OK)
		return complain_of(options->keep, err);
	return complete ? 0 : SW_EXIT_IO;
}

int sw_cmd_metrics(int argc, char **argv)
{
	struct sw_options options;
	bool complete = false;

	if (sw_options_parse(argc, argv, SW_FOR_METRICS, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0) {
		sw_complain("metrics: %s: unexpected", options.words[0]);
		return SW_EXIT_USAGE;
	}
	if (count(&options, &complete) != SW_OK) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	return write_all(&options, complete);
}
