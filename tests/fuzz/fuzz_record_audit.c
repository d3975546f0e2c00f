/* Any line of an audit log: what is read can be written, and reads the same; a
 * look at it tells of no other client. */

#include "cli/reader_look.h"
#include "sshwhy/record.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char message[SW_RECORD_AUDIT_MAX];
	static char json[SW_RECORD_JSON_MAX];
	static char line[SW_RECORD_SYSLOG_MAX];
	struct sw_record record;
	struct sw_addr client;

	if (sw_record_from_audit((const char *)data, size, &record) != SW_OK)
		return 0;
	if (sw_record_audit_type(&record) == 0 || record.count == 0 ||
	    sw_record_to_audit(&record, message, sizeof(message)) != SW_OK ||
	    sw_record_to_json(&record, json, sizeof(json)) != SW_OK ||
	    sw_record_to_syslog(&record, line, sizeof(line)) != SW_OK ||
	    strchr(json, '\n') != strrchr(json, '\n'))
		abort();
	if (sw_look_audit((const char *)data, size, &client) &&
	    !sw_addr_equal(&client, &record.conn.client.addr))
		abort();
	return 0;
}
