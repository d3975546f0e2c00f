#include "sshwhy/channel.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

void sw_channel_close(struct sw_channel *channel)
{
	sw_autofd_release(&channel->fd);
	channel->fd = -1;
	channel->owner = 0;
}

enum sw_err sw_channel_open(struct sw_channel *channel, const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	sw_autofd int fd = -1;

	if (channel->fd >= 0 && channel->owner == getpid())
		return SW_OK;
	sw_channel_close(channel);
	if (len >= sizeof(sa.sun_path))
		return SW_E_RANGE;
	memcpy(sa.sun_path, path, len);
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return SW_E_IO;
	if (connect(fd, (const struct sockaddr *)&sa, sizeof(sa)) != 0)
		return SW_E_IO;
	channel->fd = sw_take_fd(&fd);
	channel->owner = getpid();
	return SW_OK;
}

enum sw_err sw_channel_send(const struct sw_channel *channel,
			    const struct sw_fact *fact)
{
	if (channel->fd < 0) {
		errno = ENOTCONN;
		return SW_E_IO;
	}
	if (send(channel->fd, fact, sw_fact_length(fact),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return SW_E_IO;
	return SW_OK;
}
