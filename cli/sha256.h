/* sha256.h - a digest that tells whether a file is still what was written. */

#ifndef SSHWHY_SHA256_H
#define SSHWHY_SHA256_H

#include <stddef.h>

#define SW_SHA256_TEXT_MAX 65 /* bytes, with the NUL */

/* Write the SHA-256 of len bytes in lower-case hex; returns out. */
const char *sw_sha256(const void *bytes, size_t len,
		      char out[SW_SHA256_TEXT_MAX]);

#endif
