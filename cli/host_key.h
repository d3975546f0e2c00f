/* host_key.h - which algorithms the host keys of sshd can serve. */

#ifndef SSHWHY_HOST_KEY_H
#define SSHWHY_HOST_KEY_H

#include "sshwhy/sshd_settings.h"

#include <stdbool.h>
#include <stddef.h>

/* The type of key that a signature algorithm needs, as ssh-keygen -t has it;
 * NULL for a certificate and what else ssh-keygen cannot make. */
const char *sw_host_key_type(const char *algorithm, size_t len);

/*
 * True when sshd has a host key for the algorithm, by the public half beside
 * each of its keys. A key without one is taken for the right one: nobody else
 * may read it.
 */
bool sw_host_key_serves(const struct sw_sshd_settings *settings,
			const char *algorithm, size_t len);

/* True when the file is one of sshd's host keys. */
bool sw_host_key_is_used(const struct sw_sshd_settings *settings,
			 const char *path);

#endif
