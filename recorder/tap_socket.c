#include "tap_socket.h"

#include "sshwhy/auto.h"
#include "sshwhy/logline.h"

#include <stdbool.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>

#define AT_ONCE 64 /* messages of one connection, before others get a turn */

/* One connection; freed when it has ended and so has its process. */
struct sw_peer {
	struct sw_socket_tap *tap;
	struct sw_peer *next, **link; /* in the list of tap; NULL: not yet */
	sd_event_source *socket, *process;
	int fd, pidfd;
	pid_t pid;
	pid_t admitted; /* the session whose user was let in; 0: none */
};

static void free_peer(struct sw_peer *peer)
{
	if (peer->link != NULL)
		*peer->link = peer->next;
	if (peer->link != NULL && peer->next != NULL)
		peer->next->link = peer->link;
	(void)sd_event_source_unref(peer->socket);
	(void)sd_event_source_unref(peer->process);
	if (peer->fd >= 0)
		(void)close(peer->fd);
	if (peer->pidfd >= 0)
		(void)close(peer->pidfd);
	free(peer);
}

/* What processes that run as the user may still have to say, of themselves. */
static bool is_of_session(const struct sw_fact *fact, pid_t session)
{
	struct sw_logline said;
	enum sw_stage stage;

	if (fact->kind != SW_FACT_LOG || fact->pid != session ||
	    (fact->flags & SW_FACT_LISTENER) != 0 ||
	    sw_logline_classify(SW_LOG_SSHD, fact->text, fact->text_len,
				&said) == SW_LOG_OTHER)
		return false;
	/* pam_open_session() is called, /etc/nologin found, behind it too. */
	stage = sw_cause_stage(said.cause);
	return stage == SW_STAGE_SESSION || stage == SW_STAGE_PAM;
}

/* Read one message. False when there is none now, or never again. */
static bool read_one(struct sw_peer *peer, bool *out_end)
{
	unsigned char bytes[sizeof(struct sw_fact) + 256];
	struct sw_fact fact;
	ssize_t len = recv(peer->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

	if (len <= 0) {
		*out_end = len == 0 || (errno != EAGAIN && errno != EINTR);
		return false;
	}
	if (sw_fact_read(bytes, (size_t)len, &fact) != SW_OK ||
	    (peer->admitted != 0 && !is_of_session(&fact, peer->admitted)))
		return true;
	if (fact.kind == SW_FACT_ADMITTED)
		peer->admitted = fact.pid;
	peer->tap->fact(peer->tap->context, &fact);
	return true;
}

static void read_rest(struct sw_peer *peer)
{
	bool end = false;

	while (peer->fd >= 0 && read_one(peer, &end))
		;
}

static int on_message(sd_event_source *source SW_UNUSED, int fd SW_UNUSED,
		      uint32_t events SW_UNUSED, void *userdata)
{
	struct sw_peer *peer = userdata;
	bool end = false;

	for (int i = 0; i < AT_ONCE; i++) {
		if (!read_one(peer, &end))
			break;
	}
	if (!end)
		return 0;
	if (peer->process == NULL) {
		peer->tap->end(peer->tap->context, peer->pid);
		free_peer(peer);
		return 0;
	}
	peer->socket = sd_event_source_unref(peer->socket);
	(void)close(peer->fd);
	peer->fd = -1;
	return 0;
}

/* The process has ended: what it had sent is read before that is said. */
static int on_process_end(sd_event_source *source SW_UNUSED, int fd SW_UNUSED,
			  uint32_t events SW_UNUSED, void *userdata)
{
	struct sw_peer *peer = userdata;

	read_rest(peer);
	peer->tap->end(peer->tap->context, peer->pid);
	if (peer->fd < 0) {
		free_peer(peer);
		return 0;
	}
	/* The user's processes hold the connection on. */
	peer->process = sd_event_source_unref(peer->process);
	(void)close(peer->pidfd);
	peer->pidfd = -1;
	return 0;
}

static bool is_roots(int fd, pid_t *out_pid)
{
	struct ucred cred;
	socklen_t len = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0 ||
	    cred.uid != 0 || cred.pid <= 0)
		return false;
	*out_pid = cred.pid;
	return true;
}

static int on_connection(sd_event_source *source, int listening,
			 uint32_t events SW_UNUSED, void *userdata)
{
	sd_event *event = sd_event_source_get_event(source);
	struct sw_peer *peer = calloc(1, sizeof(*peer));

	if (peer == NULL)
		return 0;
	peer->tap = userdata;
	peer->pidfd = -1;
	peer->fd = accept4(listening, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (peer->fd < 0 || !is_roots(peer->fd, &peer->pid) ||
	    sd_event_add_io(event, &peer->socket, peer->fd, EPOLLIN, on_message,
			    peer) < 0) {
		free_peer(peer);
		return 0;
	}
	peer->next = peer->tap->peers;
	peer->link = &peer->tap->peers;
	if (peer->next != NULL)
		peer->next->link = &peer->next;
	peer->tap->peers = peer;
	/* ESRCH: it has ended already; the end of the socket tells as well. */
	peer->pidfd = pidfd_open(peer->pid, 0);
	if (peer->pidfd >= 0 &&
	    sd_event_add_io(event, &peer->process, peer->pidfd, EPOLLIN,
			    on_process_end, peer) < 0)
		peer->process = NULL;
	return 0;
}

enum sw_err sw_socket_tap_start(sd_event *event, int listening,
				struct sw_socket_tap *tap)
{
	int err = sd_event_add_io(event, NULL, listening, EPOLLIN,
				  on_connection, tap);

	if (err < 0)
		errno = -err;
	return err < 0 ? SW_E_IO : SW_OK;
}

void sw_socket_tap_stop(struct sw_socket_tap *tap)
{
	while (tap->peers != NULL)
		free_peer(tap->peers);
}
