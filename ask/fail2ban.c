#include "sshwhy/ask_fail2ban.h"

#include "fail2ban_conf.h"
#include "fail2ban_db.h"

#include "sshwhy/text.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void complain(struct sw_fail2ban *out, const char *reason)
{
	out->state = SW_FAIL2BAN_UNREAD;
	(void)sw_text_copy(out->reason, sizeof(out->reason), reason);
}

static bool find_database(const struct sw_fail2ban_paths *paths,
			  struct sw_fail2ban *out)
{
	struct sw_f2b_conf conf = SW_F2B_CONF_INIT;
	enum sw_err err = sw_f2b_conf_read(&conf, paths->config, "fail2ban");
	int saved = errno;

	if (err == SW_OK)
		err = sw_f2b_conf_get(&conf, "Definition", "dbfile",
				      out->database, sizeof(out->database));
	sw_f2b_conf_free(&conf);
	if (err == SW_OK)
		return true;
	if (err == SW_E_IO && saved == ENOENT)
		return false;
	out->state = SW_FAIL2BAN_UNREAD;
	(void)snprintf(out->reason, sizeof(out->reason),
		       "%s/fail2ban.conf: its dbfile can't be read: %s",
		       paths->config,
		       err == SW_E_IO ? strerror(saved) : sw_strerror(err));
	return false;
}

void sw_ask_fail2ban(const struct sw_fail2ban_paths *paths,
		     const struct sw_addr *client, int64_t now,
		     struct sw_fail2ban *out)
{
	memset(out, 0, sizeof(*out));
	if (!find_database(paths, out))
		return;
	if (out->database[0] == '/') {
		sw_f2b_db_read(out->database, client, now, out);
		return;
	}
	complain(out, "its bans are kept in memory only (dbfile)");
	out->database[0] = '\0';
}
