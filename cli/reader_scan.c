#include "reader.h"

#include "reader_look.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (256 * 1024) /* bytes; stays in the processor's cache */
#define BLOCK 128	   /* bytes; at most 255, what a char can count */

/* What stands behind the first quote of each of our audit records. */
#define OURS "'" SW_RECORD_AUDIT_START
#define OURS_LEN (sizeof(OURS) - 1)

struct scan {
	const struct sw_log_reader *reader;
	uint64_t line;	    /* lines before region */
	const char *region; /* whole lines that are being searched */
	const char *end;    /* of it */
	const char *audit;  /* the next quote of ours in it, NULL: none */
	const char *brace;  /* the next line that starts with one; NULL: none */
	bool overlong;	    /* the first line of region did not fit */
};

/*
 * The kernel prints "msg='" before whatever a program says, and our records
 * start with op=. So one look behind the first quote tells ours from what
 * somebody else's record says later on.
 */
static bool is_our_audit_record(const char *line, size_t len)
{
	const char *quote = memchr(line, '\'', len);

	return quote != NULL && len - (size_t)(quote - line) > OURS_LEN &&
	       memcmp(quote, OURS, OURS_LEN) == 0;
}

/* Blocks of a fixed size are what compilers turn into vectors. */
static uint64_t count_newlines(const char *at, const char *end)
{
	uint64_t count = 0;

	for (; end - at >= BLOCK; at += BLOCK) {
		unsigned char in_block = 0;

		for (unsigned int i = 0; i < BLOCK; i++)
			in_block = (unsigned char)(in_block + (at[i] == '\n'));
		count += in_block;
	}
	for (; at < end; at++)
		count += *at == '\n';
	return count;
}

static void complain(const struct scan *scan, const char *line,
		     const char *reason)
{
	uint64_t before = count_newlines(scan->region, line);

	scan->reader->complain(scan->reader->context, scan->line + before + 1,
			       reason);
}

/* False when the line names a client that nobody asks about. */
static bool is_wanted(const struct scan *scan, const char *line, size_t len)
{
	const struct sw_log_reader *reader = scan->reader;
	struct sw_addr client;
	bool named;

	if (reader->wants == NULL)
		return true;
	named = line[0] == '{' ? sw_look_json(line, len, &client)
			       : sw_look_audit(line, len, &client);
	return !named || reader->wants(reader->context, &client);
}

static enum sw_err audit_line(const struct scan *scan, const char *line,
			      size_t len)
{
	struct sw_record record;
	enum sw_err err = sw_record_from_audit(line, len, &record);

	if (err == SW_OK)
		return scan->reader->take(scan->reader->context, &record, true);
	if (err == SW_E_SYNTAX)
		complain(scan, line, "damaged audit record");
	return SW_OK;
}

static enum sw_err json_line(const struct scan *scan, const char *line,
			     size_t len)
{
	char reason[SW_LOG_REASON_MAX];
	struct sw_record record;
	enum sw_err err = sw_record_from_json(line, len, &record, reason);

	if (err == SW_OK)
		return scan->reader->take(scan->reader->context, &record,
					  false);
	if (err == SW_E_SYNTAX) {
		complain(scan, line, reason);
		return SW_OK;
	}
	return err;
}

static void refuse_overlong(const struct scan *scan, const char *line,
			    size_t len)
{
	if (line[0] == '{' || is_our_audit_record(line, len))
		complain(scan, line, "line too long");
}

static enum sw_err one_line(const struct scan *scan, const char *line,
			    size_t len)
{
	if (len > SW_LOG_LINE_MAX) {
		refuse_overlong(scan, line, len);
		return SW_OK;
	}
	if (len == 0)
		return SW_OK;
	if (line[0] == '{')
		return is_wanted(scan, line, len) ? json_line(scan, line, len)
						  : SW_OK;
	if (is_our_audit_record(line, len) && is_wanted(scan, line, len))
		return audit_line(scan, line, len);
	return SW_OK;
}

static const char *find_audit(const char *at, const char *end)
{
	return memmem(at, (size_t)(end - at), OURS, OURS_LEN);
}

static const char *find_brace(const struct scan *scan, const char *at)
{
	while (at < scan->end &&
	       (at = memchr(at, '{', (size_t)(scan->end - at))) != NULL) {
		if (at == scan->region || at[-1] == '\n')
			return at;
		at++;
	}
	return NULL;
}

/* Where something of ours may stand, from at on; NULL: nowhere. */
static const char *next_candidate(struct scan *scan, const char *at)
{
	if (scan->audit != NULL && scan->audit < at)
		scan->audit = find_audit(at, scan->end);
	if (scan->brace != NULL && scan->brace < at)
		scan->brace = find_brace(scan, at);
	if (scan->audit == NULL || scan->brace == NULL)
		return scan->audit != NULL ? scan->audit : scan->brace;
	return scan->audit < scan->brace ? scan->audit : scan->brace;
}

static const char *start_of_line(const char *from, const char *at)
{
	const char *newline = memrchr(from, '\n', (size_t)(at - from));

	return newline != NULL ? newline + 1 : from;
}

/*
 * Nearly all lines are somebody else's. They are not looked at one by one: what
 * ours hold is searched for, and then the line around it.
 *
 * at  where the first line to be looked at starts
 */
static enum sw_err search(struct scan *scan, const char *at)
{
	const char *candidate;

	scan->audit = find_audit(at, scan->end);
	scan->brace = find_brace(scan, at);
	while ((candidate = next_candidate(scan, at)) != NULL) {
		const char *line = start_of_line(at, candidate);
		const char *newline = memchr(candidate, '\n',
					     (size_t)(scan->end - candidate));
		const char *stop = newline != NULL ? newline : scan->end;
		enum sw_err err = one_line(scan, line, (size_t)(stop - line));

		if (err != SW_OK)
			return err;
		at = newline != NULL ? newline + 1 : scan->end;
	}
	return SW_OK;
}

/* All whole lines of buf; how many bytes are left is stored in *len. */
static enum sw_err whole_lines(struct scan *scan, char *buf, size_t *len)
{
	const char *last = memrchr(buf, '\n', *len);
	const char *at = buf;
	enum sw_err err;

	if (last == NULL)
		return SW_OK;
	scan->region = buf;
	scan->end = last + 1;
	if (scan->overlong)
		at = (const char *)memchr(buf, '\n', *len) + 1;
	scan->overlong = false;
	err = search(scan, at);
	scan->line += count_newlines(buf, scan->end);
	*len -= (size_t)(scan->end - buf);
	memmove(buf, scan->end, *len);
	scan->region = buf;
	return err;
}

/* The rest of a line that is too long is passed over without being kept. */
static void drop_overlong(struct scan *scan, const char *buf, size_t *len)
{
	if (*len <= SW_LOG_LINE_MAX)
		return;
	if (!scan->overlong)
		refuse_overlong(scan, buf, *len);
	scan->overlong = true;
	*len = 0;
}

/* What stands behind the last newline. */
static enum sw_err last_line(struct scan *scan, const char *buf, size_t len)
{
	if (scan->overlong || len == 0)
		return SW_OK;
	scan->region = buf;
	return one_line(scan, buf, len);
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t got;

	do
		got = read(fd, buf, size);
	while (got < 0 && errno == EINTR);
	return got;
}

enum sw_err sw_log_scan_buffer(const char *buf, size_t len,
			       const struct sw_log_reader *reader)
{
	struct scan scan = {.reader = reader, .region = buf, .end = buf + len};

	return search(&scan, buf);
}

enum sw_err sw_log_scan(int fd, const struct sw_log_reader *reader)
{
	sw_autofree char *buf = malloc(SW_LOG_LINE_MAX + CHUNK);
	struct scan scan = {.reader = reader, .region = buf};
	uint64_t bytes = 0;
	size_t len = 0;

	if (buf == NULL)
		return SW_E_NOMEM;
	for (;;) {
		ssize_t got = read_some(fd, buf + len, CHUNK);
		enum sw_err err;

		if (got < 0)
			return SW_E_IO;
		if (got == 0)
			break;
		len += (size_t)got;
		err = whole_lines(&scan, buf, &len);
		if (err != SW_OK)
			return err;
		drop_overlong(&scan, buf, &len);
		bytes += (uint64_t)got;
		if (reader->progress != NULL)
			reader->progress(reader->context, bytes);
	}
	return last_line(&scan, buf, len);
}
