/* Gives a fuzz target every file of its corpus; without libFuzzer. */

#include "sshwhy/auto.h"
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The input has no byte behind it, so that a sanitizer sees every overrun. */
static const char *replay_file(int folder, const char *name)
{
	sw_autofd int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
	sw_autofree uint8_t *data = NULL;
	struct stat st;
	size_t size;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		return "cannot be opened";
	size = (size_t)st.st_size;
	data = malloc(size > 0 ? size : 1);
	if (data == NULL || read(fd, data, size) != (ssize_t)size)
		return "cannot be read";
	(void)LLVMFuzzerTestOneInput(data, size);
	return NULL;
}

static int replay_folder(const char *path)
{
	sw_autofd int folder = open(path, O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	struct dirent **entries = NULL;
	int count = folder < 0 ? -1
			       : scandirat(folder, ".", &entries, is_visible,
					   alphasort);
	int failures = count > 0 ? 0 : 1;

	printf("1..%d\n", count > 0 ? count : 1);
	if (count <= 0)
		printf("not ok 1 - %s holds inputs\n", path);
	for (int i = 0; i < count; i++) {
		const char *why = replay_file(folder, entries[i]->d_name);

		printf("%s %d - %s%s%s\n", why == NULL ? "ok" : "not ok", i + 1,
		       entries[i]->d_name, why == NULL ? "" : " ",
		       why == NULL ? "" : why);
		(void)fflush(stdout);
		failures += why == NULL ? 0 : 1;
		free(entries[i]);
	}
	free(entries);
	return failures == 0 ? 0 : 1;
}

int main(void)
{
	const char *srcdir = getenv("srcdir");
	char path[4096];

	(void)snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s",
		       srcdir != NULL ? srcdir : ".", SW_FUZZ_NAME);
	return replay_folder(path);
}
