#include "sshwhy/deliver.h"

#include "sshwhy/paths.h"

#include <errno.h>
#include <unistd.h>

/* The mapping is what is needed of both files. A descriptor would be closed by
 * sshd, which closes what it does not know, and its number be used again. */
static void forget_descriptor(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

static void open_state(struct sw_courier *courier)
{
	if (courier->state.map != NULL ||
	    sw_state_open(SW_PATH_STATE, 0, &courier->state) != SW_OK)
		return;
	sw_state_keep_from_children(&courier->state);
	forget_descriptor(&courier->state.fd);
}

static void open_spill(struct sw_courier *courier)
{
	if (courier->spill.map != NULL ||
	    sw_spill_open(SW_PATH_SPILL, 0, false, &courier->spill) != SW_OK)
		return;
	sw_spill_keep_from_children(&courier->spill);
	forget_descriptor(&courier->spill.fd);
}

/* Where the parent's mappings stood there is nothing, or something else. */
static void disown(struct sw_courier *courier)
{
	if (courier->owner == getpid())
		return;
	courier->state = (struct sw_state)SW_STATE_INIT;
	courier->spill = (struct sw_spill)SW_SPILL_INIT;
	courier->owner = getpid();
}

void sw_courier_open(struct sw_courier *courier, uint64_t now)
{
	int saved = errno;

	disown(courier);
	/* A user's process goes on with its session's channel, and that only.
	 */
	if (geteuid() != 0)
		return;
	open_state(courier);
	open_spill(courier);
	if (!sw_state_is_alive(&courier->state, now))
		sw_channel_close(&courier->channel);
	else
		(void)!sw_channel_open(&courier->channel, SW_PATH_SOCKET);
	errno = saved;
}

void sw_courier_close(struct sw_courier *courier)
{
	int saved = errno;

	disown(courier);
	sw_channel_close(&courier->channel);
	sw_state_close(&courier->state);
	sw_spill_close(&courier->spill);
	*courier = (struct sw_courier)SW_COURIER_INIT;
	errno = saved;
}

/*
 * What sits in a socket is gone when the recorder is killed; what stands in the
 * ring is there for the next one. So rejections go that way, and with them all
 * that a listener says, for its words about a drop belong together.
 */
static bool has_to_last(const struct sw_fact *fact)
{
	return (fact->flags & (SW_FACT_COUNTED | SW_FACT_LISTENER)) != 0;
}

static enum sw_delivery hand_over(struct sw_courier *courier,
				  const struct sw_fact *fact)
{
	if (has_to_last(fact) && sw_spill_push(&courier->spill, fact) == SW_OK)
		return SW_DELIVERY_KEPT;
	if (sw_channel_send(&courier->channel, fact) == SW_OK)
		return SW_DELIVERY_SENT;
	if (geteuid() == 0)
		sw_channel_close(&courier->channel);
	if (!has_to_last(fact) && sw_spill_push(&courier->spill, fact) == SW_OK)
		return SW_DELIVERY_KEPT;
	return SW_DELIVERY_NOBODY;
}

static void count(struct sw_courier *courier, struct sw_fact *fact)
{
	if ((fact->flags & SW_FACT_COUNTED) == 0)
		return;
	if (courier->state.map == NULL)
		fact->flags &= (uint16_t)~SW_FACT_COUNTED;
	sw_state_offer(&courier->state);
}

/* A user's process is not told how the recorder is: it may only try. */
static bool is_alive(const struct sw_courier *courier, uint64_t now)
{
	if (geteuid() != 0)
		return courier->channel.fd >= 0;
	return sw_state_is_alive(&courier->state, now);
}

enum sw_delivery sw_courier_deliver(struct sw_courier *courier,
				    struct sw_fact *fact, uint64_t now)
{
	bool is_listener = (fact->flags & SW_FACT_LISTENER) != 0;
	enum sw_delivery delivery;
	int saved = errno;

	sw_courier_open(courier, now);
	count(courier, fact);
	/* A session can write its own record; only a listener has to hope for
	 * a recorder to come. */
	if (!is_listener && !is_alive(courier, now))
		delivery = SW_DELIVERY_NOBODY;
	else
		delivery = hand_over(courier, fact);
	errno = saved;
	return delivery;
}

enum sw_delivery sw_courier_deliver_now(struct sw_courier *courier,
					struct sw_fact *fact)
{
	enum sw_delivery delivery;
	int saved = errno;

	disown(courier);
	count(courier, fact);
	delivery = hand_over(courier, fact);
	errno = saved;
	return delivery;
}
