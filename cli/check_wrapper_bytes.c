#include "check_wrapper.h"

#include "sshwhy/auto.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

/* What a byte says depends on the two before it. */
struct scan {
	unsigned int line;
	int before;
	int last;
	bool told_nul;
};

static void add_at(struct sw_table_check *check, enum sw_check what,
		   unsigned int line)
{
	const struct sw_place place = {check->file, line, NULL};

	sw_findings_add(check->checking->findings, what, &place, NULL);
}

static void scan_byte(struct sw_table_check *check, struct scan *scan, int c)
{
	if (c == '\0' && !scan->told_nul) {
		scan->told_nul = true;
		add_at(check, SW_CHECK_WRAPPER_NUL, scan->line);
	}
	if (c == '\n' && scan->last == '\r' && scan->before == '\\')
		add_at(check, SW_CHECK_WRAPPER_CR_CONTINUED, scan->line);
	scan->line += c == '\n';
	scan->before = scan->last;
	scan->last = c;
}

bool sw_table_check_bytes(struct sw_table_check *check)
{
	struct scan scan = {.line = 1};
	FILE *file = fopen(check->file, "re");
	unsigned char first[3] = {0};
	size_t count = 0;
	bool is_marked;
	int c;

	if (file == NULL)
		return false;
	while ((c = getc_unlocked(file)) != EOF) {
		if (count < sizeof(first))
			first[count++] = (unsigned char)c;
		scan_byte(check, &scan, c);
	}
	(void)fclose(file);
	is_marked = memcmp(first, "\xef\xbb\xbf", sizeof(first)) == 0;
	if (is_marked)
		add_at(check, SW_CHECK_WRAPPER_BOM, 1);
	return is_marked;
}

/* A program names the libraries that it is linked with. */
static bool names_libwrap(const char *path, bool *out_exists)
{
	static const char name[] = "libwrap.so";
	sw_autofd int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes;
	bool found;

	if (fd < 0 || fstat(fd, &st) != 0 || st.st_size <= 0)
		return false;
	*out_exists = true;
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return true;
	found = memmem(bytes, (size_t)st.st_size, name, strlen(name)) != NULL;
	(void)munmap(bytes, (size_t)st.st_size);
	return found;
}

bool sw_sshd_lacks_libwrap(const struct sw_checking *checking)
{
	static const char *const programs[] = {
		"/usr/sbin/sshd", "/usr/lib/openssh/sshd-session",
		"/usr/libexec/openssh/sshd-session"};
	bool exists = false;
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		if (names_libwrap(sw_check_path(checking, programs[i], path),
				  &exists))
			return false;
	}
	return exists;
}
