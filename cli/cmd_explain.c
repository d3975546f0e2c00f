#include "commands.h"

#include "cli.h"
#include "explain.h"
#include "load.h"
#include "options.h"

#include "sshwhy/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A log is read more than once, a pipe can't be: keep a copy that can. */
static bool keep_stdin(char *path, size_t size)
{
	static char buf[65536];
	int fd = memfd_create("stdin", MFD_CLOEXEC);
	ssize_t got = -1;

	if (fd < 0)
		return false;
	while ((got = read(STDIN_FILENO, buf, sizeof(buf))) > 0) {
		if (write(fd, buf, (size_t)got) != got)
			return false;
	}
	(void)snprintf(path, size, "/proc/self/fd/%d", fd);
	return got == 0;
}

int sw_cmd_explain(int argc, char **argv)
{
	struct sw_options options;
	struct sw_clients clients;
	struct sw_loaded loaded;
	char kept[64] = "";
	int status;

	if (sw_options_parse(argc, argv, SW_FOR_EXPLAIN, sw_clock_utc_ms(),
			     &options) != SW_OK)
		return SW_EXIT_USAGE;
	status = sw_explain_clients(&options, &clients);
	if (status != 0)
		return status;
	if (options.log != NULL && strcmp(options.log, "-") == 0 &&
	    !keep_stdin(kept, sizeof(kept))) {
		sw_complain("stdin cannot be read: %s", strerror(errno));
		return SW_EXIT_IO;
	}
	if (kept[0] != '\0')
		options.log = kept;
	if (sw_load_of(&options, &clients, &loaded) != SW_OK) {
		sw_complain("out of memory");
		return SW_EXIT_IO;
	}
	status = sw_explain(&options, &clients, &loaded.records);
	sw_records_free(&loaded.records);
	return status;
}
