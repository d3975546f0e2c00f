/* firewall_syn.h - one SYN, as a client's first packet arrives. */

#ifndef ASK_FIREWALL_SYN_H
#define ASK_FIREWALL_SYN_H

#include "firewall_host.h"

#include "sshwhy/addr.h"
#include "sshwhy/err.h"

#include <stddef.h>
#include <stdint.h>

#define SW_SYN_MAX 80 /* bytes, without the Ethernet header */

/* Write the packet, with checksums. Returns its length. */
size_t sw_syn_build(const struct sw_endpoint *client,
		    const struct sw_endpoint *server, uint8_t *out);

/* Let it arrive at the host's interface. Returns SW_OK or SW_E_IO (errno
 * set). */
SW_MUST_CHECK
enum sw_err sw_syn_arrive(int tap, const struct sw_host *host,
			  const struct sw_endpoint *client,
			  const struct sw_endpoint *server);

#endif
