/* node.h - which machine this is, and since which boot. */

#ifndef SSHWHY_NODE_H
#define SSHWHY_NODE_H

#include "sshwhy/record.h"

/* Write the host name; "" when there is none. buf holds SW_NODE_MAX bytes.
 * Returns buf. */
char *sw_node_name(char *buf);

/* Write the kernel's id of this boot, a UUID; "" when it cannot be read. buf
 * holds SW_BOOT_MAX bytes. Returns buf. errno is kept. */
char *sw_node_boot(char *buf);

#endif
