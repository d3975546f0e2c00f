/* ban_writing.h - the ban list while somebody changes it. */

#ifndef LIB_BAN_WRITING_H
#define LIB_BAN_WRITING_H

#include "ban_file.h"
#include "sshwhy/ban_list.h"

/* The folder while it is locked, and both files in it as they are. */
struct ban_writing {
	struct sw_ban_store *store;
	int folder; /* -1: not locked */
	struct ban_recent recent;
	struct ban_file file;
};

/*
 * Lock the folder and open both files. ban_end() has to be called after a
 * failure as well; it lets the next writer in.
 *
 * Codes, here and below, as sw_ban_place().
 */
SW_MUST_CHECK
enum sw_err ban_begin(struct sw_ban_store *store, struct ban_writing *out);
void ban_end(struct ban_writing *writing);

/* Make a file under a name that nobody reads; what a killed writer left of it
 * goes. The caller closes it. */
SW_MUST_CHECK
enum sw_err ban_draft(struct ban_writing *writing, const char *name,
		      int *out_fd);

/* Have the draft on the disk, and then under its name. */
SW_MUST_CHECK
enum sw_err ban_publish(struct ban_writing *writing, int fd, const char *draft,
			const char *name);

/* Name the file when err is SW_E_IO. Returns err. */
enum sw_err ban_not_written(struct ban_writing *writing, const char *name,
			    enum sw_err err);

/* Write a new bans with all changes, and these. */
SW_MUST_CHECK
enum sw_err ban_merge(struct ban_writing *writing,
		      const struct sw_ban_merge *what, int64_t now,
		      struct sw_ban_merged *out);

#endif
