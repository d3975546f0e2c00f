#include "reader.h"

#include "sshwhy/auto.h"
#include "sshwhy/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define AUDIT_LOG_DEFAULT "/var/log/audit/audit.log"

/* While files are renamed one by one, one name of the row may be free. */
#define HOLES_MAX 1

static bool is_open_already(const struct sw_logs *logs, int fd)
{
	struct stat wanted;
	struct stat st;

	if (fstat(fd, &wanted) != 0)
		return false;
	for (size_t i = 0; i < logs->count; i++) {
		if (fstat(logs->rows[i].fd, &st) == 0 &&
		    st.st_dev == wanted.st_dev && st.st_ino == wanted.st_ino)
			return true;
	}
	return false;
}

/* Open one more file; one that is open under another name is passed over. */
static enum sw_err open_one(struct sw_logs *logs, const char *path)
{
	sw_autofd int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct sw_log *larger;

	if (fd < 0)
		return SW_E_IO;
	if (is_open_already(logs, fd))
		return SW_OK;
	larger = reallocarray(logs->rows, logs->count + 1,
			      sizeof(struct sw_log));
	if (larger == NULL)
		return SW_E_NOMEM;
	logs->rows = larger;
	larger += logs->count++;
	(void)sw_text_copy(larger->path, sizeof(larger->path), path);
	larger->fd = sw_take_fd(&fd);
	return SW_OK;
}

/*
 * Newest first: a rotation only moves a file to a name that is still to come,
 * where it is met again and passed over. Opened in the other order, a file
 * would move from a name ahead to one that has been passed.
 */
static enum sw_err open_rotated(struct sw_logs *logs, const char *base)
{
	char path[SW_LOG_PATH_MAX];
	unsigned int holes = 0;

	for (unsigned int i = 1; i < SW_LOG_ROTATED_MAX; i++) {
		enum sw_err err;

		if (snprintf(path, sizeof(path), "%s.%u", base, i) >=
		    (int)sizeof(path))
			return SW_OK;
		err = open_one(logs, path);
		if (err == SW_E_IO && errno == ENOENT) {
			if (holes++ == HOLES_MAX)
				return SW_OK;
			continue;
		}
		if (err != SW_OK)
			return err;
	}
	return SW_OK;
}

static void turn_round(struct sw_logs *logs)
{
	for (size_t i = 0; i < logs->count / 2; i++) {
		struct sw_log kept = logs->rows[i];

		logs->rows[i] = logs->rows[logs->count - 1 - i];
		logs->rows[logs->count - 1 - i] = kept;
	}
}

enum sw_err sw_logs_open(const char *base, struct sw_logs *out)
{
	struct sw_logs logs = SW_LOGS_INIT;
	enum sw_err err;

	*out = logs;
	err = open_one(&logs, base);
	if (err == SW_OK)
		err = open_rotated(&logs, base);
	if (err != SW_OK) {
		sw_logs_close(&logs);
		return err;
	}
	turn_round(&logs);
	/* After a rotation this is a new file; otherwise it is open already.
	 * That it is missing for a moment is no failure. */
	(void)!open_one(&logs, base);
	*out = logs;
	return SW_OK;
}

void sw_logs_close(struct sw_logs *logs)
{
	int saved = errno;

	for (size_t i = 0; i < logs->count; i++)
		(void)close(logs->rows[i].fd);
	free(logs->rows);
	*logs = (struct sw_logs)SW_LOGS_INIT;
	errno = saved;
}

/* The value when line is "log_file = PATH", else NULL; line is cut. */
static const char *log_file_of(char *line)
{
	char *save;
	const char *key = strtok_r(line, " \t\n", &save);
	const char *equals = strtok_r(NULL, " \t\n", &save);

	if (key == NULL || equals == NULL || strcmp(key, "log_file") != 0 ||
	    strcmp(equals, "=") != 0)
		return NULL;
	return strtok_r(NULL, " \t\n", &save);
}

void sw_audit_log_path(const char *path, char *out)
{
	char line[SW_LOG_PATH_MAX];
	FILE *file = fopen(path, "re");

	(void)sw_text_copy(out, SW_LOG_PATH_MAX, AUDIT_LOG_DEFAULT);
	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL) {
		const char *value = log_file_of(line);

		if (value != NULL && value[0] == '/')
			(void)sw_text_copy(out, SW_LOG_PATH_MAX, value);
	}
	(void)fclose(file);
}
