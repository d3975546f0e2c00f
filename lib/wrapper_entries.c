#include "sshwhy/wrapper_parts.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Shared by all open files; owner is the one whose bytes are in it. */
static char chunk[16384];
static const struct sw_entries *owner;
static char entry[SW_ENTRY_MAX + 1];

enum sw_err sw_entries_open(struct sw_entries *entries, struct sw_word path)
{
	char saved = path.start[path.len];

	path.start[path.len] = '\0';
	*entries = (struct sw_entries){.line = 1};
	entries->fd =
		open(path.start, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	path.start[path.len] = saved;
	return entries->fd < 0 ? SW_E_IO : SW_OK;
}

void sw_entries_close(struct sw_entries *entries)
{
	if (owner == entries)
		owner = NULL;
	(void)close(entries->fd);
}

/* Bring the bytes at offset into the chunk. */
static bool load(struct sw_entries *entries, int64_t offset)
{
	ssize_t got;

	do {
		got = pread(entries->fd, chunk, sizeof(chunk), (off_t)offset);
	} while (got < 0 && errno == EINTR);
	owner = entries;
	entries->chunk = offset;
	entries->at = 0;
	entries->len = got > 0 ? (size_t)got : 0;
	return got > 0;
}

/* The next byte; -1 at the end. */
static int peek(struct sw_entries *entries)
{
	if (entries->at == entries->len &&
	    !load(entries, entries->chunk + (int64_t)entries->len))
		return -1;
	return (unsigned char)chunk[entries->at];
}

static void skip(struct sw_entries *entries)
{
	entries->line += chunk[entries->at] == '\n';
	entries->at++;
}

/* Another file has used the chunk; this one may have shrunk meanwhile. */
static void take_back(struct sw_entries *entries)
{
	if (owner != entries)
		(void)load(entries, entries->chunk + (int64_t)entries->at);
}

enum sw_entry sw_entries_next(struct sw_entries *entries, struct sw_word *out)
{
	size_t len = 0;
	size_t shown = 0;
	bool hidden = false;
	int c;

	take_back(entries);
	while ((c = peek(entries)) >= 0 && sw_word_is_blank((char)c))
		skip(entries);
	entries->entry_line = entries->line;
	for (; (c = peek(entries)) >= 0 && !sw_word_is_blank((char)c); len++) {
		if (len == SW_ENTRY_MAX)
			return SW_ENTRY_TOO_LONG;
		/* A NUL byte ends what libwrap sees of the entry. */
		hidden |= c == '\0';
		if (!hidden)
			entry[shown++] = (char)c;
		skip(entries);
	}
	entry[shown] = '\0';
	*out = (struct sw_word){entry, shown};
	return len > 0 ? SW_ENTRY_FOUND : SW_ENTRY_END;
}
