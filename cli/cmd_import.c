#include "commands.h"

#include "cli.h"
#include "import.h"
#include "options.h"
#include "render.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static void print_record(void *context, const struct sw_record *record)
{
	const struct sw_options *options = context;
	char line[SW_RECORD_JSON_MAX];

	if (!sw_options_want(options, record) ||
	    !sw_options_in_time(options, record))
		return;
	if (!options->json)
		(void)sw_render_list_line(record, line);
	else if (sw_record_to_json(record, line, sizeof(line)) != SW_OK)
		return;
	(void)fputs(line, stdout);
}

#define OUTPUT_MAX (size_t)65536 /* bytes at once */

static int import(int fd, const char *path, struct sw_options *options)
{
	struct sw_import import = {
		.year = options->year,
		.node = options->node,
		.now = options->now,
		.take = print_record,
		.context = options,
	};
	uint64_t unlogged = 0;
	enum sw_err err = sw_import_read(fd, &import, &unlogged);

	if (err != SW_OK) {
		sw_complain("import: %s: %s", path,
			    err == SW_E_IO ? strerror(errno)
					   : sw_strerror(err));
		return SW_EXIT_IO;
	}
	if (unlogged > 0)
		sw_complain("import: sshd counts %" PRIu64 " drops in its"
			    " summaries, most without a line of their own",
			    unlogged);
	return 0;
}

int sw_cmd_import(int argc, char **argv)
{
	static char output[OUTPUT_MAX];
	struct sw_options options;
	sw_autofd int fd = -1;

	if (sw_options_parse(argc, argv, SW_FOR_IMPORT, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 1) {
		sw_complain("import: one file is needed, or - for the standard"
			    " input");
		return SW_EXIT_USAGE;
	}
	if (!isatty(STDOUT_FILENO))
		(void)setvbuf(stdout, output, _IOFBF, sizeof(output));
	if (strcmp(options.words[0], "-") == 0)
		return import(STDIN_FILENO, "standard input", &options);
	fd = open(options.words[0], O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0) {
		sw_complain("import: %s: %s", options.words[0],
			    strerror(errno));
		return SW_EXIT_IO;
	}
	return import(fd, options.words[0], &options);
}
