/* Any bytes as what NFLOG sends: what is read lies within bounds. */

#include "sshwhy/nflog.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void check(void *context, const struct sw_nflog *packet)
{
	(void)context;
	if (memchr(packet->prefix, '\0', sizeof(packet->prefix)) == NULL ||
	    (packet->is_tcp &&
	     (packet->client.addr.family == SW_FAMILY_NONE ||
	      packet->client.addr.family != packet->server.addr.family)))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* As the kernel's messages are: aligned, and not a byte longer. */
	void *message = malloc(size > 0 ? size : 1);

	if (message == NULL)
		return 0;
	memcpy(message, data, size);
	if (sw_nflog_read(message, size, check, NULL) > size / 20)
		abort();
	free(message);
	return 0;
}
