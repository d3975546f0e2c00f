/* pam_room.h - where a PAM module can be asked and leave nothing behind. */

#ifndef ASK_PAM_ROOM_H
#define ASK_PAM_ROOM_H

#include "pam_child.h"

#define SW_PAM_ROOM_PATH 64 /* bytes, with the NUL */

/*
 * Take this process, a child made for it, into a mount namespace of its own,
 * in which every file system can only be read and /dev/log leads nowhere;
 * write the one-line service that call asks into a folder in memory; and give
 * up all capabilities but that of reading, CAP_AUDIT_WRITE with them.
 *
 * folder  on success: the folder, for pam_start_confdir()
 *
 * Returns SW_OK, SW_E_NOTSUP (not allowed here) or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_pam_room_enter(const struct sw_pam_call *call,
			      char folder[SW_PAM_ROOM_PATH]);

#endif
