/* Any bytes as a message of the kernel: what is read lies within bounds. */

#include "sshwhy/nft_trace.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_trace trace;
	/* As the kernel's messages are: aligned, and not a byte longer. */
	void *message = malloc(size > 0 ? size : 1);

	if (message == NULL)
		return 0;
	memcpy(message, data, size);
	if (sw_trace_read(message, size, &trace) == SW_OK &&
	    (trace.table[0] == '\0' || trace.chain[0] == '\0' ||
	     memchr(trace.table, '\0', sizeof(trace.table)) == NULL ||
	     memchr(trace.chain, '\0', sizeof(trace.chain)) == NULL ||
	     trace.kind < SW_TRACE_POLICY || trace.kind > SW_TRACE_RULE ||
	     (trace.kind == SW_TRACE_RULE && trace.handle == 0)))
		abort();
	free(message);
	return 0;
}
