#include "fail2ban_db.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define BUSY_MS 500 /* fail2ban's own transactions take far less */
#define URI_MAX (3 * PATH_MAX)
#define HEADER_LEN 20 /* bytes at the start of a database */
#define HEADER_READ_VERSION 19
#define WAL 2

/* "bips" came with fail2ban 0.11; "bans" of all versions keeps old ones too. */
static const char query[] =
	"SELECT jail, timeofban, bantime, bancount, data FROM bips"
	" WHERE ip = ?1 AND (bantime < 0 OR timeofban + bantime > ?2)"
	" ORDER BY timeofban";

/*
 * A reader of a database in WAL mode makes two files beside it. Where they are
 * missing nobody else has it open, and it can be read as it is.
 */
static bool is_resting_wal(const char *path, int fd)
{
	unsigned char header[HEADER_LEN];
	char wal[PATH_MAX + 8];
	struct stat st;

	if (pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
	    header[HEADER_READ_VERSION] != WAL)
		return false;
	(void)snprintf(wal, sizeof(wal), "%s-wal", path);
	return stat(wal, &st) != 0 || st.st_size == 0;
}

static void write_uri(const char *path, bool immutable, char *uri)
{
	struct sw_text text;

	sw_text_init(&text, uri, URI_MAX);
	sw_text_add(&text, "file:");
	for (; *path != '\0'; path++) {
		if (*path == '%' || *path == '?' || *path == '#')
			sw_text_add(&text, "%%%02X", (unsigned char)*path);
		else
			sw_text_add_bytes(&text, path, 1);
	}
	if (immutable)
		sw_text_add(&text, "?immutable=1");
}

static void complain(struct sw_fail2ban *out, const char *path,
		     const char *reason)
{
	out->state = SW_FAIL2BAN_UNREAD;
	(void)snprintf(out->reason, sizeof(out->reason), "%s: %s", path,
		       reason);
}

static const char *words_of(sqlite3 *db, int code)
{
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return "another process keeps it locked";
	case SQLITE_NOTADB:
	case SQLITE_CORRUPT:
		return "not a database, or a damaged one";
	case SQLITE_ERROR:
		return "not a database of fail2ban 0.11 or later";
	default:
		return db != NULL ? sqlite3_errmsg(db) : "no memory";
	}
}

static void take_row(sqlite3_stmt *rows, const struct sw_prefix *client,
		     struct sw_fail2ban *out)
{
	struct sw_fail2ban_ban *ban = &out->bans[out->ban_count++];
	const unsigned char *jail = sqlite3_column_text(rows, 0);
	int64_t length = sqlite3_column_int64(rows, 2);
	sqlite3_int64 count = sqlite3_column_int64(rows, 3);
	const void *data = sqlite3_column_blob(rows, 4);

	memset(ban, 0, sizeof(*ban));
	(void)sw_text_copy(ban->jail, sizeof(ban->jail),
			   jail != NULL ? (const char *)jail : "");
	ban->client = *client;
	ban->since = sqlite3_column_int64(rows, 1) * 1000;
	ban->until = length < 0 ? 0 : ban->since + length * 1000;
	ban->count = count > 0 ? (uint64_t)count : 1;
	if (data != NULL)
		sw_f2b_data_read(data, (size_t)sqlite3_column_bytes(rows, 4),
				 ban);
}

static int read_bans_of(sqlite3_stmt *rows, const struct sw_prefix *client,
			int64_t now, struct sw_fail2ban *out)
{
	char text[SW_PREFIX_TEXT_MAX];
	int code;

	(void)sqlite3_reset(rows);
	code = sqlite3_bind_text(rows, 1, sw_prefix_format(client, text), -1,
				 SQLITE_TRANSIENT);
	if (code == SQLITE_OK)
		code = sqlite3_bind_int64(rows, 2, now / 1000);
	if (code != SQLITE_OK)
		return code;
	while ((code = sqlite3_step(rows)) == SQLITE_ROW) {
		if (out->ban_count < SW_FAIL2BAN_BANS)
			take_row(rows, client, out);
	}
	return code;
}

/* The address, then every range around it. */
static int read_bans(sqlite3 *db, const struct sw_addr *client, int64_t now,
		     struct sw_fail2ban *out)
{
	int len = client->family == SW_FAMILY_V4 ? 32 : 128;
	sqlite3_stmt *rows = NULL;
	int code = sqlite3_prepare_v2(db, query, -1, &rows, NULL);

	for (; len > 0 && (code == SQLITE_OK || code == SQLITE_DONE); len--) {
		struct sw_prefix prefix =
			sw_prefix_of(client, (uint8_t)len, (uint8_t)len);

		code = read_bans_of(rows, &prefix, now, out);
	}
	(void)sqlite3_finalize(rows);
	return code == SQLITE_DONE ? SQLITE_OK : code;
}

void sw_f2b_db_read(const char *path, const struct sw_addr *client, int64_t now,
		    struct sw_fail2ban *out)
{
	sw_autofd int fd =
		open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	sqlite3 *db = NULL;
	char uri[URI_MAX];
	int code;

	if (fd < 0) {
		bool never_ran = errno == ENOENT;

		complain(out, path, strerror(errno));
		if (never_ran)
			out->state = SW_FAIL2BAN_IDLE;
		return;
	}
	write_uri(path, is_resting_wal(path, fd), uri);
	code = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
			       NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(db, BUSY_MS);
	if (code == SQLITE_OK)
		code = read_bans(db, client, now, out);
	if (code == SQLITE_OK)
		out->state = SW_FAIL2BAN_READ;
	else
		complain(out, path, words_of(db, code));
	(void)sqlite3_close(db);
}
