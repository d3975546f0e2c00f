/* ask_key.h - how a line of authorized_keys restricts its key. */

#ifndef SSHWHY_ASK_KEY_H
#define SSHWHY_ASK_KEY_H

#include "sshwhy/err.h"

#include <stddef.h>
#include <sys/types.h>

/*
 * Copy the options of a line that can refuse a client or a user (from=,
 * expiry-time=, principals=), with commas between them. Nothing else of the
 * line is copied: other options may hold secrets, and the key is nobody's
 * business. Options behind the last one that fits are left out.
 *
 * text  len bytes without the newline; no NUL needed
 *
 * Returns SW_OK or SW_E_SYNTAX (a line without such options, or none that ends
 * in a key). On failure out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_key_restrictions(const char *text, size_t len, char *out,
				size_t size);

/*
 * The same of line number line (the first is 1) of the file path, which has to
 * be a regular file of user or of root that nobody else may write.
 *
 * Returns as sw_key_restrictions(), SW_E_IO (errno set), SW_E_UNSAFE, or
 * SW_E_RANGE (the line is too long or too far down). On failure out keeps its
 * old value.
 */
SW_MUST_CHECK
enum sw_err sw_ask_key(const char *path, unsigned int line, uid_t user,
		       char *out, size_t size);

#endif
