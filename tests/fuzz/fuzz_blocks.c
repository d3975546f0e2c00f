/* Whatever stands in the place of nft's JSON or of the JSON in fail2ban's
 * database: no count exceeds its room, and texts end. */

#include "ask/fail2ban_db.h"
#include "sshwhy/ask_blocks.h"
#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct sw_addr client = {SW_FAMILY_V4, {192, 0, 2, 5}};
	static struct sw_fail2ban_ban ban;
	struct sw_blocks blocks;

	if (sw_blocks_parse((const char *)data, size, &client, NULL, &blocks) ==
		    SW_OK &&
	    blocks.count > SW_BLOCKS)
		abort();
	memset(&ban, 0, sizeof(ban));
	sw_f2b_data_read(data, size, &ban);
	if (ban.line_count > SW_FAIL2BAN_LINES)
		abort();
	for (size_t i = 0; i < ban.line_count; i++) {
		if (memchr(ban.lines[i], '\0', SW_FAIL2BAN_LINE) == NULL)
			abort();
	}
	return 0;
}
