/* syslog_stamp.h - the time at the front of a log line. */

#ifndef SSHWHY_SYSLOG_STAMP_H
#define SSHWHY_SYSLOG_STAMP_H

#include "sshwhy/syslog_line.h"

/* How many of the len bytes are a time; 0 when they begin with none, and then
 * *out is rubbish. */
size_t sw_stamp_read(const char *at, size_t len, struct sw_stamp *out);

#endif
