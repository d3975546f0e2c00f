/* Whatever stands in hosts.allow, hosts.deny and a list: the matcher answers,
 * within its buffers. The input's first two NUL
 * bytes part the three. */

#include "config.h"

#include "sshwhy/wrapper.h"

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PARTS 3
#define LIST_FD 700 /* a rule that names it is "sshd: /proc/self/fd/700" */

static void write_part(int fd, const uint8_t *data, size_t size)
{
	if (pwrite(fd, data, size, 0) != (ssize_t)size ||
	    ftruncate(fd, (off_t)size) != 0)
		abort();
}

static int open_part(size_t part)
{
	static int fds[PARTS];

	if (fds[part] == 0)
		fds[part] = dup2(memfd_create("part", MFD_CLOEXEC),
				 LIST_FD - (int)part);
	return fds[part];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const clients[] = {"192.0.2.77", "2001:db8::1"};
	const uint8_t *end = data + size;
	struct sw_wrapper_query query = {
		.allow = "/proc/self/fd/698",
		.deny = "/proc/self/fd/699",
		.daemon = "sshd",
		.conn.server.port = 22,
		.name = "host.example",
	};

	for (size_t part = PARTS; part-- > 0;) {
		const uint8_t *nul =
			part == 0 || data == end
				? NULL
				: memchr(data, 0, (size_t)(end - data));
		size_t len = (size_t)((nul == NULL ? end : nul) - data);

		write_part(open_part(part), data, len);
		data += len + (nul != NULL);
	}
	for (size_t i = 0; i < 2; i++) {
		struct sw_wrapper_result result;

		if (sw_addr_parse(clients[i], &query.conn.client.addr) != SW_OK)
			abort();
		sw_wrapper_decide(&query, &result);
		if (result.verdict.outcome == SW_UNKNOWN)
			abort();
	}
	return 0;
}
