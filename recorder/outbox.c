#include "outbox.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define LOOK_EVERY 10 /* ms */

enum sw_err sw_outbox_init(struct sw_outbox *box, int fd, size_t size,
			   size_t places)
{
	*box = (struct sw_outbox){.fd = fd, .size = size, .places = places};
	box->bytes = calloc(places, size);
	return box->bytes != NULL ? SW_OK : SW_E_NOMEM;
}

void sw_outbox_free(struct sw_outbox *box)
{
	free(box->bytes);
	box->bytes = NULL;
	box->count = 0;
}

static unsigned char *place(const struct sw_outbox *box, size_t i)
{
	return box->bytes + ((box->first + i) % box->places) * box->size;
}

void sw_outbox_flush(struct sw_outbox *box)
{
	while (box->count > 0) {
		if (send(box->fd, place(box, 0), box->size,
			 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
			return;
		box->first = (box->first + 1) % box->places;
		box->count--;
	}
}

bool sw_outbox_put(struct sw_outbox *box, const void *message)
{
	if (box->bytes == NULL || box->count == box->places)
		return false;
	memcpy(place(box, box->count), message, box->size);
	box->count++;
	sw_outbox_flush(box);
	return true;
}

void sw_outbox_drain(struct sw_outbox *box, int milliseconds)
{
	for (int spent = 0; spent < milliseconds; spent += LOOK_EVERY) {
		struct pollfd end = {.fd = box->fd, .events = POLLOUT};

		sw_outbox_flush(box);
		if (box->count == 0)
			return;
		if (poll(&end, 1, LOOK_EVERY) < 0 ||
		    (end.revents & (POLLHUP | POLLERR)) != 0)
			return;
	}
}
