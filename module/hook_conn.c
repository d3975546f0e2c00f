#include "hook.h"

#include <sys/socket.h>
#include <unistd.h>

typedef int name_fn(int fd, struct sockaddr *sa, socklen_t *len);

static void ask(name_fn *name_of, int fd, struct sw_endpoint *out)
{
	struct sockaddr_storage storage = {0};
	socklen_t len = sizeof(storage);
	struct sockaddr *sa = (struct sockaddr *)&storage;

	if (name_of(fd, sa, &len) != 0)
		return;
	/* Whatever else a connection came through has no address to record. */
	(void)!sw_endpoint_from_sockaddr(sa, len, out);
}

/* Not the function of that name that the hook itself interposes. */
static int peer_name(int fd, struct sockaddr *sa, socklen_t *len)
{
	name_fn *real = sw_hook_real(SW_REAL_GETPEERNAME);

	return real != NULL ? real(fd, sa, len) : -1;
}

static int own_name(int fd, struct sockaddr *sa, socklen_t *len)
{
	return getsockname(fd, sa, len);
}

void sw_hook_conn(int fd, struct sw_conn *out)
{
	*out = (struct sw_conn){.pid = getpid()};
	ask(peer_name, fd, &out->client);
	ask(own_name, fd, &out->server);
}
