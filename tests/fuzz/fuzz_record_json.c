/* Any line of a JSON log: what is read can be written, and reads the same; a
 * look at it tells of no other client, and the quick way to read it of nothing
 * else. */

#include "cli/reader.h"
#include "cli/reader_look.h"
#include "cli/reader_quick.h"
#include "sshwhy/record.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

static void compare(const char *line, size_t size)
{
	static char quick[SW_RECORD_JSON_MAX];
	static char any[SW_RECORD_JSON_MAX];
	char reason[SW_LOG_REASON_MAX];
	struct sw_record record;

	if (sw_record_quick(line, size, &record) &&
	    (sw_record_to_json(&record, quick, sizeof(quick)) != SW_OK ||
	     sw_record_from_any_json(line, size, &record, reason) != SW_OK ||
	     sw_record_to_json(&record, any, sizeof(any)) != SW_OK ||
	     strcmp(quick, any) != 0))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[SW_RECORD_JSON_MAX];
	static char second[SW_RECORD_JSON_MAX];
	char reason[SW_LOG_REASON_MAX] = "";
	struct sw_record record;
	struct sw_addr client;
	enum sw_err err =
		sw_record_from_json((const char *)data, size, &record, reason);

	compare((const char *)data, size);
	if (err == SW_E_SYNTAX && strnlen(reason, sizeof(reason)) == 0)
		abort();
	if (err != SW_OK)
		return 0;
	if (sw_look_json((const char *)data, size, &client) &&
	    !sw_addr_equal(&client, &record.conn.client.addr))
		abort();
	if (sw_record_to_json(&record, first, sizeof(first)) != SW_OK ||
	    sw_record_from_json(first, strlen(first), &record, reason) !=
		    SW_OK ||
	    sw_record_to_json(&record, second, sizeof(second)) != SW_OK ||
	    strcmp(first, second) != 0)
		abort();
	return 0;
}
