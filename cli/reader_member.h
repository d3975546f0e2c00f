/* reader_member.h - the members of a record as JSON, whoever takes it apart. */

#ifndef SSHWHY_READER_MEMBER_H
#define SSHWHY_READER_MEMBER_H

#include "sshwhy/record.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A string, len bytes of which none is NUL, or a whole number. */
struct sw_json_value {
	const char *text; /* NULL: a number; no NUL need follow */
	size_t len;
	int64_t number;
};

/* Read a value into the size bytes at to. False when it is not one that the
 * writer makes; what is at to is rubbish then. */
typedef bool (*sw_member_fn)(const struct sw_json_value *value, void *to,
			     size_t size);

struct sw_member {
	const char *object; /* NULL: the key stands at the top */
	const char *key;
	const char *before; /* what the writer puts before its value */
	size_t before_len;
	sw_member_fn read; /* NULL: it says nothing new */
	size_t offset;	   /* in struct sw_record */
	size_t size;	   /* in bytes */
};

#define SW_MEMBERS 26

/* Strings and numbers, in the order of the writer. by_cause and lookup are not
 * among them: they are objects. */
extern const struct sw_member sw_members[SW_MEMBERS];

/* A whole number from 0 to max. */
bool sw_member_whole(const struct sw_json_value *value, int64_t max,
		     int64_t *out);

#endif
