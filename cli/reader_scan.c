#include "reader.h"

#include "sshwhy/auto.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK (256 * 1024) /* bytes; stays in the processor's cache */

/* What stands behind the first quote of each of our audit records. */
#define OURS "op=ssh-"
#define OURS_LEN (sizeof(OURS) - 1)

struct scan {
	const struct sw_log_reader *reader;
	uint64_t line; /* the number of the line at hand */
	bool overlong; /* the line at hand did not fit */
};

/*
 * The kernel prints "msg='" before whatever a program says, and our records
 * start with op=. So one look behind the first quote tells ours from the
 * millions that are not.
 */
static bool is_our_audit_record(const char *line, size_t len)
{
	const char *quote = memchr(line, '\'', len);

	return quote != NULL && len - (size_t)(quote - line) > OURS_LEN &&
	       memcmp(quote + 1, OURS, OURS_LEN) == 0;
}

static enum sw_err audit_line(struct scan *scan, const char *line, size_t len)
{
	struct sw_record record;
	enum sw_err err = sw_record_from_audit(line, len, &record);

	if (err == SW_OK)
		return scan->reader->take(scan->reader->context, &record, true);
	if (err == SW_E_SYNTAX)
		scan->reader->complain(scan->reader->context, scan->line,
				       "damaged audit record");
	return SW_OK;
}

static enum sw_err json_line(struct scan *scan, const char *line, size_t len)
{
	char reason[SW_LOG_REASON_MAX];
	struct sw_record record;
	enum sw_err err = sw_record_from_json(line, len, &record, reason);

	if (err == SW_OK)
		return scan->reader->take(scan->reader->context, &record,
					  false);
	if (err == SW_E_SYNTAX) {
		scan->reader->complain(scan->reader->context, scan->line,
				       reason);
		return SW_OK;
	}
	return err;
}

static void refuse_overlong(const struct scan *scan, uint64_t number,
			    const char *line, size_t len)
{
	if (line[0] == '{' || is_our_audit_record(line, len))
		scan->reader->complain(scan->reader->context, number,
				       "line too long");
}

static enum sw_err one_line(struct scan *scan, const char *line, size_t len)
{
	bool rest = scan->overlong;

	scan->overlong = false;
	if (rest || len == 0)
		return SW_OK;
	if (len > SW_LOG_LINE_MAX) {
		refuse_overlong(scan, scan->line, line, len);
		return SW_OK;
	}
	if (line[0] == '{')
		return json_line(scan, line, len);
	if (is_our_audit_record(line, len))
		return audit_line(scan, line, len);
	return SW_OK;
}

/* All whole lines of buf; how many bytes are left is stored in *len. */
static enum sw_err whole_lines(struct scan *scan, char *buf, size_t *len)
{
	const char *at = buf;
	const char *end = buf + *len;
	const char *newline;

	while ((newline = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		enum sw_err err;

		scan->line++;
		err = one_line(scan, at, (size_t)(newline - at));
		if (err != SW_OK)
			return err;
		at = newline + 1;
	}
	*len = (size_t)(end - at);
	memmove(buf, at, *len);
	return SW_OK;
}

/* The rest of a line that is too long is passed over without being kept. */
static void drop_overlong(struct scan *scan, const char *buf, size_t *len)
{
	if (*len <= SW_LOG_LINE_MAX)
		return;
	if (!scan->overlong)
		refuse_overlong(scan, scan->line + 1, buf, *len);
	scan->overlong = true;
	*len = 0;
}

static ssize_t read_some(int fd, char *buf, size_t size)
{
	ssize_t got;

	do
		got = read(fd, buf, size);
	while (got < 0 && errno == EINTR);
	return got;
}

enum sw_err sw_log_scan(int fd, const struct sw_log_reader *reader)
{
	sw_autofree char *buf = malloc(SW_LOG_LINE_MAX + CHUNK);
	struct scan scan = {.reader = reader};
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
	}
	scan.line++;
	return one_line(&scan, buf, len);
}
