#include "sshwhy/channel.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

/* sshd closes all that it does not know, and uses the numbers again. */
static bool is_still_ours(const struct sw_channel *channel)
{
	int saved = errno;
	struct stat st;
	bool same;

	same = channel->fd >= 0 && fstat(channel->fd, &st) == 0 &&
	       S_ISSOCK(st.st_mode) && st.st_ino == channel->inode;
	errno = saved;
	return same;
}

void sw_channel_close(struct sw_channel *channel)
{
	if (is_still_ours(channel))
		sw_autofd_release(&channel->fd);
	*channel = (struct sw_channel)SW_CHANNEL_INIT;
}

enum sw_err sw_channel_open(struct sw_channel *channel, const char *path)
{
	struct sockaddr_un sa = {.sun_family = AF_UNIX};
	size_t len = strlen(path);
	sw_autofd int fd = -1;
	struct stat st;

	if (channel->owner == getpid() && is_still_ours(channel))
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
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	channel->inode = st.st_ino;
	channel->fd = sw_take_fd(&fd);
	channel->owner = getpid();
	return SW_OK;
}

enum sw_err sw_channel_send(const struct sw_channel *channel,
			    const struct sw_fact *fact)
{
	if (!is_still_ours(channel)) {
		errno = ENOTCONN;
		return SW_E_IO;
	}
	if (send(channel->fd, fact, sw_fact_length(fact),
		 MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return SW_E_IO;
	return SW_OK;
}
