/* doctor_files.h - settings in files of other programs. */

#ifndef SSHWHY_DOCTOR_FILES_H
#define SSHWHY_DOCTOR_FILES_H

#include <stdbool.h>
#include <stddef.h>

/* What follows key at the start of a line of path, without its blanks; of
 * several lines the last. False when there is none. */
bool sw_doctor_value(const char *path, const char *key, char *out, size_t size);

/* A key of auditd.conf, such as "log_file"; false when it is not set. */
bool sw_doctor_auditd(const char *key, char *out, size_t size);

/* Where auditd writes. */
void sw_doctor_audit_log(char *out, size_t size);

#endif
