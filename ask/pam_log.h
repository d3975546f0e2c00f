/* pam_log.h - catch what this process would write to the system log. */

#ifndef ASK_PAM_LOG_H
#define ASK_PAM_LOG_H

#include <stddef.h>

/* From now on nothing of this process reaches the system log. The last line
 * that is no debugging aid is kept in buf, of size bytes. For a child process
 * only: there is no way back. */
void sw_pam_log_catch(char *buf, size_t size);

#endif
