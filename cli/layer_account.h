/* layer_account.h - what sshd_config says of a user's account. */

#ifndef SSHWHY_LAYER_ACCOUNT_H
#define SSHWHY_LAYER_ACCOUNT_H

#include "layers.h"

#include "sshwhy/record.h"
#include "sshwhy/sshd_settings.h"

#include <limits.h>
#include <pwd.h>
#include <stdbool.h>

bool sw_account_exists(const char *user);

/* True when the setting is "yes". */
bool sw_account_is_on(const struct sw_sshd_settings *settings,
		      const char *keyword);

/* "%h/.ssh/keys", "%u", "%%"; a relative path is below the home. False: it does
 * not fit, or there is another token in it. */
bool sw_account_expand(const char *pattern, const struct passwd *account,
		       char *out, size_t size);

/*
 * Each is true when it has filled out with an answer other than "pass": the
 * shell is missing, no list of AuthenticationMethods can be satisfied, no key
 * file may be used for its owner or mode.
 */
bool sw_account_lacks_shell(const struct sw_sshd_settings *settings,
			    const char *user, struct sw_layer *out);
bool sw_account_lacks_method(const struct sw_sshd_settings *settings,
			     struct sw_layer *out);
bool sw_account_lacks_key(const struct sw_sshd_settings *settings,
			  const struct sw_conn *conn, struct sw_layer *out);

/* The same where the newest refusal (NULL: none) was by the from= of a key
 * whose line still does not name the client. */
bool sw_account_was_restricted(const struct sw_record *last,
			       const struct sw_conn *conn,
			       struct sw_layer *out);

/* Find the file or folder whose owner or mode keeps sshd from reading any key
 * of the user, or from entering the user's ChrootDirectory. */
bool sw_account_unsafe_path(const struct sw_sshd_settings *settings,
			    const char *user, char out[PATH_MAX]);
/* The next one above path, up to the home, which sshd would refuse as well. */
bool sw_account_unsafe_above(const char *user, char path[PATH_MAX]);
bool sw_account_unsafe_root(const struct sw_sshd_settings *settings,
			    const char *user, char out[PATH_MAX]);

/* The folder of ChrootDirectory that sshd would refuse. */
bool sw_account_lacks_root(const struct sw_sshd_settings *settings,
			   const char *user, struct sw_layer *out);

#endif
