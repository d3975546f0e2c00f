#include "sshwhy/state.h"

#include "folder.h"
#include "sshwhy/auto.h"
#include "state_map.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

/*
 * A hole in the file would become SIGBUS in sshd when the file system is full,
 * so all of it has its blocks before it is mapped. What is there is kept.
 */
static enum sw_err check_size(int fd, const struct stat *st)
{
	if (st->st_size != 0 && st->st_size != STATE_SIZE)
		return SW_E_SYNTAX;
	if (st->st_size == STATE_SIZE && st->st_blocks >= STATE_SIZE / 512)
		return SW_OK;
	return fallocate(fd, 0, 0, STATE_SIZE) == 0 ? SW_OK : SW_E_IO;
}

static enum sw_err open_file(int folder, const char *name, uid_t owner,
			     int *out_fd)
{
	sw_autofd int fd = -1;
	enum sw_err err;
	struct stat st;

	fd = openat(folder, name,
		    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY |
			    O_CLOEXEC,
		    S_IRUSR | S_IWUSR);
	if (fd < 0)
		return errno == ELOOP || errno == EISDIR ? SW_E_UNSAFE
							 : SW_E_IO;
	if (fstat(fd, &st) != 0)
		return SW_E_IO;
	if (!S_ISREG(st.st_mode) || st.st_uid != owner ||
	    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return SW_E_UNSAFE;
	err = check_size(fd, &st);
	if (err != SW_OK)
		return err;
	*out_fd = sw_take_fd(&fd);
	return SW_OK;
}

/* The first user of an empty file gives it its version. */
static bool has_our_layout(struct sw_state_map *map)
{
	uint64_t found = 0;

	return atomic_compare_exchange_strong(&map->layout, &found,
					      STATE_LAYOUT) ||
	       found == STATE_LAYOUT;
}

enum sw_err sw_state_open(const char *path, uid_t owner, struct sw_state *out)
{
	const struct folder folder_rule = {owner, 0755, NULL};
	struct sw_state opened = SW_STATE_INIT;
	sw_autofd int folder = -1;
	const char *name = NULL;
	enum sw_err err;
	void *map;

	*out = opened;
	err = folder_open(path, &folder_rule, &folder, &name);
	if (err != SW_OK)
		return err == SW_E_RANGE ? SW_E_UNSAFE : err;
	err = open_file(folder, name, owner, &opened.fd);
	if (err != SW_OK)
		return err;
	map = mmap(NULL, STATE_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
		   opened.fd, 0);
	err = SW_E_IO;
	if (map != MAP_FAILED) {
		opened.map = map;
		err = has_our_layout(opened.map) ? SW_OK : SW_E_SYNTAX;
	}
	if (err == SW_OK)
		*out = opened;
	else
		sw_state_close(&opened);
	return err;
}

void sw_state_close(struct sw_state *state)
{
	int saved = errno;

	if (state->map != NULL)
		(void)munmap(state->map, STATE_SIZE);
	if (state->fd >= 0)
		(void)close(state->fd);
	*state = (struct sw_state)SW_STATE_INIT;
	errno = saved;
}

void sw_state_keep_from_children(const struct sw_state *state)
{
	int saved = errno;

	if (state->map != NULL)
		(void)madvise(state->map, STATE_SIZE, MADV_DONTFORK);
	errno = saved;
}

uint64_t sw_state_next_seqno(struct sw_state *state)
{
	if (state->map == NULL)
		return 0;
	return atomic_fetch_add(&state->map->seqno, 1) + 1;
}

uint64_t sw_state_seqno(const struct sw_state *state)
{
	return state->map != NULL ? atomic_load(&state->map->seqno) : 0;
}

void sw_state_count_lost(struct sw_state *state)
{
	if (state->map != NULL)
		atomic_fetch_add(&state->map->lost, 1);
}

uint64_t sw_state_lost(const struct sw_state *state)
{
	return state->map != NULL ? atomic_load(&state->map->lost) : 0;
}

enum sw_err sw_state_take_writer(struct sw_state *state)
{
	for (int i = 0; i < SW_STATE_WRITERS; i++) {
		/* A place is one byte behind the end of the file. */
		struct flock place = {
			.l_type = F_WRLCK,
			.l_whence = SEEK_SET,
			.l_start = STATE_SIZE + i,
			.l_len = 1,
		};

		if (fcntl(state->fd, F_OFD_SETLK, &place) == 0)
			return SW_OK;
		if (errno != EAGAIN && errno != EACCES)
			return SW_E_IO;
	}
	return SW_E_RANGE;
}
