/* Whatever the rate table holds on disk: it is refused, or everyone is let in
 * again once the longest time that its rule can make a client wait is over. */

#include "sshwhy/rate.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER 48 /* bytes of it that are used */
#define HEADER_SPACE 4096
#define WAIT                                                                   \
	UINT64_C(13000000000) /* 3 s, and what a process may be stopped        \
			       */

static char folder[] = "fuzz_rate.XXXXXX";
static char path[40];

static void remove_file(void)
{
	(void)unlink(path);
	(void)rmdir(folder);
}

/* The first bytes are the header, the others stand in all slots in turn. */
static void leave_file(const uint8_t *data, size_t size)
{
	static uint8_t bytes[HEADER_SPACE + SW_RATE_SLOTS * 16];
	size_t head = size < HEADER ? size : HEADER;
	int fd;

	memset(bytes, 0, HEADER_SPACE);
	memcpy(bytes, data, head);
	for (size_t at = HEADER_SPACE; size > head && at < sizeof(bytes);) {
		size_t part = size - head;

		if (part > sizeof(bytes) - at)
			part = sizeof(bytes) - at;
		memcpy(bytes + at, data + head, part);
		at += part;
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, bytes, sizeof(bytes)) != sizeof(bytes) ||
	    close(fd) != 0)
		exit(1);
}

static enum sw_outcome ask(struct sw_rate *table, uint8_t client, uint64_t now)
{
	static struct sw_config config;
	struct sw_config_error error;
	struct sw_addr addr = {SW_FAMILY_V4, {192, 0, 2, client}};
	struct sw_verdict verdict;
	bool observe;

	if (config.rates == 0 &&
	    sw_config_parse("rate.a = 1/1s burst 3 per 32/64", &config,
			    &error) != SW_OK)
		abort();
	sw_rate_check(table, &config, &addr, now, &verdict, &observe);
	return verdict.outcome;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint64_t now = size > HEADER ? data[HEADER] * UINT64_C(1) << 52 : 0;
	struct sw_rate_survey survey;
	struct sw_rate table;

	if (path[0] == '\0') {
		if (mkdtemp(folder) == NULL || atexit(remove_file) != 0)
			exit(1);
		(void)strcat(strcpy(path, folder), "/rates");
	}
	leave_file(data, size);
	if (sw_rate_open(path, geteuid(), &table) != SW_OK)
		return 0;
	for (uint8_t client = 0; client < 4; client++) {
		if (ask(&table, client, now) == SW_DENY &&
		    ask(&table, client, now + WAIT + 1) == SW_DENY)
			abort();
	}
	sw_rate_survey(&table, now, &survey);
	if (survey.held > survey.slots)
		abort();
	sw_rate_close(&table);
	return 0;
}
