/* Any line of a JSON log: what is read can be written, and reads the same; a
 * look at it tells of no other client. */

#include "cli/reader.h"
#include "cli/reader_look.h"
#include "sshwhy/record.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char first[SW_RECORD_JSON_MAX];
	static char second[SW_RECORD_JSON_MAX];
	char reason[SW_LOG_REASON_MAX] = "";
	struct sw_record record;
	struct sw_addr client;
	enum sw_err err =
		sw_record_from_json((const char *)data, size, &record, reason);

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
