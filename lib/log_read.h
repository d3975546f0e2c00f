/* log_read.h - the values of a matched message. */

#ifndef SSHWHY_LOG_READ_H
#define SSHWHY_LOG_READ_H

#include "log_match.h"

#include "sshwhy/logline.h"

/* Fill conn, rule, unknown_user, number, limit, detail, and count where the
 * message tells one; the rest of *out is left alone. */
void sw_log_read(const struct sw_log_fields *fields, struct sw_logline *out);

#endif
