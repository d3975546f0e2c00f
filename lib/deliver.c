#include "sshwhy/deliver.h"

#include "sshwhy/paths.h"

#include <errno.h>
#include <unistd.h>

void sw_courier_open(struct sw_courier *courier, uint64_t now)
{
	int saved = errno;

	/* A user's process goes on with what its session had opened. */
	if (geteuid() != 0)
		return;
	if (courier->state.map == NULL)
		(void)!sw_state_open(SW_PATH_STATE, 0, &courier->state);
	if (courier->spill.map == NULL)
		(void)!sw_spill_open(SW_PATH_SPILL, 0, false, &courier->spill);
	if (!sw_state_is_alive(&courier->state, now))
		sw_channel_close(&courier->channel);
	else
		(void)!sw_channel_open(&courier->channel, SW_PATH_SOCKET);
	courier->tried = true;
	errno = saved;
}

void sw_courier_close(struct sw_courier *courier)
{
	int saved = errno;

	sw_channel_close(&courier->channel);
	sw_state_close(&courier->state);
	sw_spill_close(&courier->spill);
	*courier = (struct sw_courier)SW_COURIER_INIT;
	errno = saved;
}

static enum sw_delivery send_or_keep(struct sw_courier *courier,
				     const struct sw_fact *fact)
{
	if (sw_channel_send(&courier->channel, fact) == SW_OK)
		return SW_DELIVERY_SENT;
	if (sw_spill_push(&courier->spill, fact) == SW_OK)
		return SW_DELIVERY_KEPT;
	return SW_DELIVERY_NOBODY;
}

static void count(struct sw_courier *courier, const struct sw_fact *fact)
{
	if ((fact->flags & SW_FACT_COUNTED) != 0)
		sw_state_offer(&courier->state);
}

enum sw_delivery sw_courier_deliver(struct sw_courier *courier,
				    const struct sw_fact *fact, uint64_t now)
{
	bool is_listener = (fact->flags & SW_FACT_LISTENER) != 0;
	enum sw_delivery delivery;
	int saved = errno;

	sw_courier_open(courier, now);
	count(courier, fact);
	/* A session can write its own record; only a listener has to hope for
	 * a recorder to come. */
	if (!is_listener && !sw_state_is_alive(&courier->state, now))
		delivery = SW_DELIVERY_NOBODY;
	else
		delivery = send_or_keep(courier, fact);
	if (delivery != SW_DELIVERY_SENT && geteuid() == 0)
		sw_channel_close(&courier->channel);
	errno = saved;
	return delivery;
}

enum sw_delivery sw_courier_deliver_now(struct sw_courier *courier,
					const struct sw_fact *fact)
{
	enum sw_delivery delivery;
	int saved = errno;

	count(courier, fact);
	delivery = send_or_keep(courier, fact);
	errno = saved;
	return delivery;
}
