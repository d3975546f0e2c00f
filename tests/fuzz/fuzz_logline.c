/* Any line of a log: nothing is read beyond its end, and what is named is
 * terminated and has a cause where it is a rejection. */

#include "sshwhy/syslog_line.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void classify(enum sw_log_origin origin, const char *text, size_t len)
{
	struct sw_logline line;
	enum sw_log_kind kind = sw_logline_classify(origin, text, len, &line);

	if (kind == SW_LOG_OTHER)
		return;
	if (kind != line.kind ||
	    memchr(line.conn.user, '\0', sizeof(line.conn.user)) == NULL ||
	    memchr(line.detail, '\0', sizeof(line.detail)) == NULL ||
	    memchr(line.rule.source, '\0', sizeof(line.rule.source)) == NULL)
		abort();
	if (kind >= SW_LOG_COMPANION && line.cause == SW_CAUSE_NONE)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_syslog_line line;
	char *text = malloc(size > 0 ? size : 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	classify(SW_LOG_SSHD, text, size);
	if (sw_syslog_parse(text, size, &line) == SW_OK)
		classify(line.origin, line.message, line.message_len);
	free(text);
	return 0;
}
