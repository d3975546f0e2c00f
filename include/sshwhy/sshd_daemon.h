/* sshd_daemon.h - the sshd daemons that run on this machine. */

#ifndef SSHWHY_SSHD_DAEMON_H
#define SSHWHY_SSHD_DAEMON_H

#include "sshwhy/err.h"
#include "sshwhy/verdict.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define SW_SSHD_PRIVSEP_DIR "/run/sshd" /* Debian's; others have it at hand */

#define SW_DAEMONS_MAX 16
#define SW_DAEMON_PORTS_MAX 16
#define SW_DAEMON_OPTIONS_MAX 16
#define SW_DAEMON_OPTION_MAX 256 /* bytes, with the NUL */

struct sw_daemon {
	pid_t pid;		    /* 0: it does not run */
	char exe[SW_SOURCE_MAX];    /* the program's file */
	char config[SW_SOURCE_MAX]; /* its main configuration file */
	char options[SW_DAEMON_OPTIONS_MAX][SW_DAEMON_OPTION_MAX]; /* of -o */
	size_t option_count;
	uint16_t ports[SW_DAEMON_PORTS_MAX]; /* it listens on these */
	bool over_v4[SW_DAEMON_PORTS_MAX];   /* there over IPv4 */
	bool over_v6[SW_DAEMON_PORTS_MAX];   /* there over IPv6 */
	size_t port_count;
	int64_t started;		    /* milliseconds UTC */
	unsigned int startups, begin, full; /* its title: "N of B-F startups" */
	bool has_startups;
};

/*
 * Describe the listening sshd process pid.
 *
 * Returns SW_OK, SW_E_IO (errno set: no such process), SW_E_NOTSUP (it is no
 * listening sshd) or SW_E_UNSAFE (it lives in another mount, pid, user or net
 * namespace: neither its program nor its files are ours to use). On failure
 * *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_daemon_describe(pid_t pid, struct sw_daemon *out);

/* Find all of them; foreign ones are left out. Returns how many were stored in
 * out, which has room for max. */
size_t sw_daemon_list(struct sw_daemon *out, size_t max);

/* True when the process lives in our mount, pid, user and net namespaces. */
bool sw_daemon_is_ours(pid_t pid);

/* True when the process holds a listening TCP socket, of whichever service. */
bool sw_daemon_holds_port(pid_t pid);

/*
 * Take a daemon's arguments out of its command line: the NUL-separated one it
 * was started with, or the title that sshd puts in its place. Fills config,
 * options and startups; relative paths and -f without a value are left out.
 *
 * Returns SW_OK or SW_E_NOTSUP (not the command line of a listener). On
 * failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_daemon_parse(const char *cmdline, size_t len,
			    struct sw_daemon *out);

#endif
