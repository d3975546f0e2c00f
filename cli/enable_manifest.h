/* enable_manifest.h - what enable has written, and what stood there before.
 *
 * It is on disk before the first file is changed, and says of each file what it
 * was and what it becomes: whoever is killed in between leaves nothing that the
 * next one can't tell apart.
 */

#ifndef SSHWHY_ENABLE_MANIFEST_H
#define SSHWHY_ENABLE_MANIFEST_H

#include "enable_change.h"

struct sw_entry {
	enum sw_change_kind kind;
	unsigned int part;
	unsigned int number; /* of the copies kept beside the manifest */
	char before[SW_SHA256_TEXT_MAX]; /* as sw_content_digest() says */
	char after[SW_SHA256_TEXT_MAX];
	char path[PATH_MAX];
};

struct sw_manifest {
	struct sw_entry *rows;
	size_t count;
};

#define SW_MANIFEST_INIT                                                       \
	{                                                                      \
		NULL, 0                                                        \
	}

/*
 * Read it; one that is not there is empty.
 *
 * out  freed by the caller with sw_manifest_free()
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_UNSAFE, SW_E_SYNTAX (out_line says
 * where) or SW_E_NOMEM. On failure *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_manifest_read(struct sw_manifest *out, size_t *out_line);

void sw_manifest_free(struct sw_manifest *manifest);

const struct sw_entry *sw_manifest_find(const struct sw_manifest *manifest,
					const char *path);

/*
 * Note all changes of plan, keep copies of what they replace and write, and
 * write the manifest. What is changed for the second time keeps what stood
 * there first.
 *
 * Returns SW_OK, SW_E_IO (errno set), SW_E_RANGE or SW_E_NOMEM; on failure the
 * file is what it was.
 */
SW_MUST_CHECK
enum sw_err sw_manifest_note(struct sw_manifest *manifest,
			     const struct sw_plan *plan);

/* Forget the parts (bits), and write the rest; codes as above. Without a rest
 * nothing of it stays on disk. */
SW_MUST_CHECK
enum sw_err sw_manifest_forget(struct sw_manifest *manifest,
			       unsigned int parts);

/* Write it as it is; codes as above. */
SW_MUST_CHECK
enum sw_err sw_manifest_write(const struct sw_manifest *manifest);

/* What stood there, or what we wrote; SW_CONTENT_NONE where no copy is kept.
 * Codes as sw_content_load(). */
SW_MUST_CHECK
enum sw_err sw_entry_old(const struct sw_entry *entry, struct sw_content *out);
SW_MUST_CHECK
enum sw_err sw_entry_new(const struct sw_entry *entry, struct sw_content *out);

/*
 * Make the folder of the manifest, and keep everybody else who enables or
 * disables out until *out_fd is closed.
 *
 * Returns SW_OK or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_manifest_lock(int *out_fd);

#endif
