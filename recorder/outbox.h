/* outbox.h - messages that wait until their socket takes them. */

#ifndef RECORDER_OUTBOX_H
#define RECORDER_OUTBOX_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>

/* A ring of messages of one size, for a socket that keeps their limits. */
struct sw_outbox {
	int fd;	     /* not the outbox's own */
	size_t size; /* of a message, in bytes */
	size_t places;
	size_t first, count;
	unsigned char *bytes;
};

/* Returns SW_OK or SW_E_NOMEM; released by sw_outbox_free(). */
SW_MUST_CHECK
enum sw_err sw_outbox_init(struct sw_outbox *box, int fd, size_t size,
			   size_t places);
void sw_outbox_free(struct sw_outbox *box);

/* Put a message behind the others and send what can be sent. False when there
 * is no place left. Never waits. */
bool sw_outbox_put(struct sw_outbox *box, const void *message);

/* Send what can be sent now. Never waits. */
void sw_outbox_flush(struct sw_outbox *box);

/* Send everything, for at most so many milliseconds. */
void sw_outbox_drain(struct sw_outbox *box, int milliseconds);

#endif
