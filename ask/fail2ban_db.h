/* fail2ban_db.h - the bans in fail2ban's database. */

#ifndef ASK_FAIL2BAN_DB_H
#define ASK_FAIL2BAN_DB_H

#include "sshwhy/ask_fail2ban.h"

/*
 * Fill the bans of out from the database at path, or say in out->reason why
 * they can't be read. Nothing is written: no journal, no lock that outlives
 * the call.
 */
void sw_f2b_db_read(const char *path, const struct sw_addr *client, int64_t now,
		    struct sw_fail2ban *out);

/*
 * Take the log lines and the number of failures out of a ban's data, len bytes
 * of JSON. What it does not hold in the expected form is left out.
 */
void sw_f2b_data_read(const void *json, size_t len,
		      struct sw_fail2ban_ban *ban);

#endif
