/* enable_content.h - what stands at a path, and putting something else there.
 */

#ifndef SSHWHY_ENABLE_CONTENT_H
#define SSHWHY_ENABLE_CONTENT_H

#include "sha256.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum sw_content_kind {
	SW_CONTENT_NONE = 0, /* nothing stands there */
	SW_CONTENT_FILE,
	SW_CONTENT_LINK,
	SW_CONTENT_FOLDER
};

struct sw_content {
	enum sw_content_kind kind;
	char *bytes; /* of a file; the target of a link; NUL-terminated */
	size_t len;
	/* Of a new file or folder; what is replaced keeps its own. */
	mode_t mode;
	gid_t group;
};

/*
 * Read what stands at path; a symbolic link as the last component is a link.
 *
 * out  freed by the caller with sw_content_free()
 *
 * Returns SW_OK, SW_E_IO (errno set; EFBIG beyond 8 MiB), SW_E_UNSAFE (a
 * device or its like) or SW_E_NOMEM. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_content_load(const char *path, struct sw_content *out);

/* A file or link of these bytes. Returns SW_OK or SW_E_NOMEM. */
SW_MUST_CHECK
enum sw_err sw_content_make(enum sw_content_kind kind, const char *bytes,
			    size_t len, struct sw_content *out);

void sw_content_free(struct sw_content *content);

bool sw_content_is_same(const struct sw_content *a, const struct sw_content *b);

/* The digest of its bytes, "-" where there is nothing, "folder" of one. */
const char *sw_content_digest(const struct sw_content *content,
			      char out[SW_SHA256_TEXT_MAX]);

/*
 * Put content at path, in one step: a reader finds the old or the new one. A
 * file that is replaced hands on its owner, mode and extended attributes. A
 * folder is only made or, when it is empty, removed.
 *
 * Returns SW_OK, SW_E_RANGE (the path is too long) or SW_E_IO (errno set). On
 * failure the old one is still there.
 */
SW_MUST_CHECK
enum sw_err sw_content_put(const char *path, const struct sw_content *content);

/* Remove what a sw_content_put() of path left when it was killed. */
void sw_content_sweep(const char *path);

/*
 * Follow the symbolic links of path, whose last component need not exist.
 *
 * out  of PATH_MAX bytes
 *
 * Returns SW_OK, SW_E_RANGE or SW_E_IO (errno set; ENOENT for a link that leads
 * nowhere). On failure out holds rubbish.
 */
SW_MUST_CHECK
enum sw_err sw_content_resolve(const char *path, char *out);

#endif
