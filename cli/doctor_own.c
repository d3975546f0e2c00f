#include "doctor.h"

#include "sshwhy/ban_list.h"
#include "sshwhy/paths.h"

#include <errno.h>
#include <string.h>

static void say_unusable(const struct sw_ban_store *store, enum sw_err err,
			 struct sw_sight *out)
{
	int saved = errno;

	if (err == SW_E_NOMEM)
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL, "%s: %s",
			    SW_PATH_BAN_DIR, sw_strerror(err));
	else if (err == SW_E_IO)
		sw_sight_is(out, SW_SIGHT_UNKNOWN, NULL, "%s: %s", store->path,
			    strerror(saved));
	else
		sw_sight_is(out, SW_SIGHT_BLIND,
			    "remove it, and place the bans again with sshwhy "
			    "ban or sync",
			    "%s: %s; nobody is refused by the ban list",
			    store->path, store->words);
}

void sw_look_at_bans(struct sw_doctor *doctor SW_UNUSED, struct sw_sight *out)
{
	struct sw_ban_store store = sw_ban_store_of(SW_PATH_BAN_DIR, 0);
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	enum sw_err err = sw_ban_list_load(&store, &list);

	if (err == SW_OK)
		sw_sight_is(out, SW_SIGHT_OK, NULL,
			    "our own ban list is whole; entries: %zu",
			    list.count);
	else
		say_unusable(&store, err, out);
	sw_ban_list_free(&list);
}
