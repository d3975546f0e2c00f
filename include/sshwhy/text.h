/* text.h - a bounded text that is built freely and asked once. */

#ifndef SSHWHY_TEXT_H
#define SSHWHY_TEXT_H

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * The one boundary at which bytes from a client, a user name, a file or the
 * DNS enter a record. Nothing here allocates.
 */
struct sw_text {
	char *buf;   /* always NUL-terminated */
	size_t size; /* of buf, in bytes */
	size_t len;  /* without the NUL */
	bool ok;     /* false once something did not fit */
};

/* Start an empty text in buf; size is at least 1. buf stays the caller's. */
void sw_text_init(struct sw_text *text, char *buf, size_t size);

/* True while everything that was added has fitted. */
bool sw_text_ok(const struct sw_text *text);

/*
 * Append trusted words. What does not fit is left out as a whole, and the text
 * is no longer ok; a later shorter addition is left out as well.
 */
void sw_text_add(struct sw_text *text, const char *format, ...) SW_PRINTF(2, 3);

/* Append trusted words as they are; a good deal cheaper than a format. */
void sw_text_put(struct sw_text *text, const char *words);

/* Append len bytes as they are; the same rule for what does not fit. */
void sw_text_add_bytes(struct sw_text *text, const char *bytes, size_t len);

/*
 * True when every byte is in [A-Za-z0-9._:/@+()-], the set that no reader of
 * audit records gives a meaning of its own. An empty value is not plain.
 */
bool sw_text_is_plain(const char *bytes, size_t len);

/*
 * Append " NAME=VALUE" for a field that audit tools decode (cmd, acct): the
 * value in double quotes when it is plain, else as upper-case hex, at most max
 * raw bytes of it. Never bare: a bare value that looks like hex is decoded. An
 * empty value is "".
 */
void sw_text_add_decoded(struct sw_text *text, const char *name,
			 const char *value, size_t max);

/*
 * Append " NAME=VALUE" for a field that audit tools print as it is: bytes
 * outside the plain set become %XX. At most max raw bytes of value are used.
 */
void sw_text_add_untrusted(struct sw_text *text, const char *name,
			   const char *value, size_t max);

/* Append value as a JSON string, or null when value is NULL or empty.
 * Bytes that are not UTF-8 are written as U+FFFD. */
void sw_text_add_json(struct sw_text *text, const char *value);

/*
 * Append value for a terminal or a syslog line. Control characters (U+0080 to
 * U+009F too), those that reorder text, the backslash and whatever is not
 * UTF-8 become \xHH, byte by byte.
 */
void sw_text_add_visible(struct sw_text *text, const char *value);

/*
 * Undo sw_text_add_decoded() for one value as it stands in a record, len bytes
 * long, quotes included.
 *
 * Returns SW_OK, SW_E_SYNTAX (neither quoted nor pairs of hex digits, or a NUL
 * byte in it) or SW_E_RANGE (does not fit into size bytes). On failure out
 * keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_text_decode(const char *value, size_t len, char *out,
			   size_t size);

/* The same for sw_text_add_untrusted(), where SW_E_SYNTAX means a byte outside
 * the plain set, a "%" without two hex digits behind it, or %00. */
SW_MUST_CHECK
enum sw_err sw_text_unescape(const char *value, size_t len, char *out,
			     size_t size);

/* Copy at most size-1 bytes of src and terminate; true when nothing was cut. */
bool sw_text_copy(char *dst, size_t size, const char *src);

#endif
