#include "commands.h"

#include "cli.h"
#include "load.h"
#include "options.h"
#include "page.h"
#include "replace.h"

#include "sshwhy/auto.h"
#include "sshwhy/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Who was refused is for the administrator alone. */
#define MODE 0600

static enum sw_err write_page(const struct sw_page *page, const char *path)
{
	sw_autofree char *bytes = NULL;
	size_t len = 0;
	FILE *file;
	bool failed;

	if (strcmp(path, "-") == 0) {
		sw_page_print(page, stdout);
		return SW_OK;
	}
	file = open_memstream(&bytes, &len);
	if (file == NULL)
		return SW_E_NOMEM;
	sw_page_print(page, file);
	failed = ferror(file) != 0;
	if (fclose(file) != 0 || failed)
		return SW_E_NOMEM;
	return sw_replace_file(path, MODE, bytes, len);
}

static enum sw_err report(const struct sw_options *options, bool *out_partial)
{
	struct sw_loaded loaded;
	struct sw_page page;
	enum sw_err err = sw_load(options, &loaded);

	if (err != SW_OK)
		return err;
	*out_partial = loaded.partial;
	err = sw_page_gather(options, &loaded, &page);
	if (err == SW_OK) {
		err = write_page(&page, options->html);
		sw_page_free(&page);
	}
	sw_records_free(&loaded.records);
	return err;
}

int sw_cmd_report(int argc, char **argv)
{
	struct sw_options options;
	bool partial = false;
	enum sw_err err;

	if (sw_options_parse(argc, argv, SW_FOR_REPORT, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	if (options.word_count != 0 || options.html == NULL) {
		sw_complain("report: where to? Say --html FILE");
		return SW_EXIT_USAGE;
	}
	/* So that the commands that the page names give its numbers later. */
	if (options.until == INT64_MAX)
		options.until = options.now / 1000 * 1000;
	err = report(&options, &partial);
	if (err != SW_OK) {
		sw_complain("%s: %s", options.html,
			    err == SW_E_IO ? strerror(errno)
					   : sw_strerror(err));
		return SW_EXIT_IO;
	}
	return partial ? SW_EXIT_IO : 0;
}
