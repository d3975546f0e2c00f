/* libwrap.h - the installed libwrap, linked in and watched. */

#ifndef SSHWHY_ASK_LIBWRAP_H
#define SSHWHY_ASK_LIBWRAP_H

#include "sshwhy/watch.h"
#include "sshwhy/wrapper.h"

#include <limits.h>
#include <netinet/in.h>
#include <stdbool.h>

/* One decision; kept outside of libwrap, so that it survives its crash. */
struct sw_libwrap_session {
	const struct sw_wrapper_query *query;
	struct sw_watch watch;
	bool options; /* some took part in the decision */
	bool twisted;
	bool command_failed; /* an aclexec; libwrap never forgets it */
	bool asked_name;
	enum sw_table skipped_table; /* left because of it */
	struct sockaddr_in6 client;
	struct sockaddr_in6 server;
	char allow[PATH_MAX];
	char deny[PATH_MAX];
};

/* Get ready to ask: false when a path does not fit. */
bool sw_libwrap_begin(struct sw_libwrap_session *session,
		      const struct sw_wrapper_query *query);

/* Ask libwrap. False when it does not let itself be watched. */
bool sw_libwrap_run(struct sw_libwrap_session *session, struct sw_verdict *out);

/* Fill a socket address; NULL when neither address nor port is known. scope is
 * the interface of a link-local address or NULL. */
struct sockaddr *sw_libwrap_address(const struct sw_endpoint *end,
				    const char *scope,
				    struct sockaddr_in6 *out);

#endif
