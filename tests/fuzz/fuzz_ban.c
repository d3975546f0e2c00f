/*
 * Any bytes as the two files of a ban list: the search ends, and what it finds
 * contains the address. The first byte says whether all sums are put right, the
 * next how many cells of 256 bytes are bans.recent; the rest is bans.
 */

#include "lib/ban_rows.h"
#include "sshwhy/file.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char dir[] = "/tmp/fuzz_ban.XXXXXX";
static char paths[2][64];

static void clean_up(void)
{
	(void)unlink(paths[0]);
	(void)unlink(paths[1]);
	(void)rmdir(dir);
}

static void make_dir(void)
{
	if (paths[0][0] != '\0')
		return;
	if (mkdtemp(dir) == NULL)
		abort();
	(void)snprintf(paths[0], sizeof(paths[0]), "%s/" BAN_FILE, dir);
	(void)snprintf(paths[1], sizeof(paths[1]), "%s/" BAN_RECENT_FILE, dir);
	(void)atexit(clean_up);
}

static void put_right(uint64_t *words, size_t size, size_t part)
{
	uint64_t number = words[2];

	for (size_t i = 0; i + 1 <= size / part; i++) {
		uint64_t *at = words + i * part / sizeof(*at);
		struct ban_change change;

		if (part == BAN_BLOCK && i < BAN_HEADER_BLOCKS) {
			if (i == 0 && size >= sizeof(struct ban_header))
				at[0] = ban_header_sum((const void *)words);
		} else if (part == BAN_CELL && i > 0) {
			memcpy(&change, at, sizeof(change));
			at[0] = ban_change_sum(&change, number,
					       (uint32_t)i - 1);
		} else {
			at[0] = ban_sum(at + 1, part - sizeof(*at), i);
		}
	}
}

static void write_part(const char *path, const uint8_t *data, size_t size,
		       bool sums, size_t part)
{
	uint64_t *words = calloc(size / sizeof(*words) + 4, sizeof(*words));
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (words == NULL || fd < 0)
		abort();
	memcpy(words, data, size);
	if (sums)
		put_right(words, size, part);
	if (sw_file_write_all(fd, words, size) != SW_OK)
		abort();
	(void)close(fd);
	free(words);
}

static void look_up(const char *text)
{
	struct sw_ban_store store = sw_ban_store_of(dir, geteuid());
	struct sw_addr addr;
	struct sw_ban ban;
	bool found = false;

	if (sw_addr_parse(text, &addr) != SW_OK)
		abort();
	if (sw_ban_find(&store, &addr, 1000, &ban, &found) != SW_OK) {
		if (store.path[0] == '\0' || store.words[0] == '\0')
			abort();
	} else if (found && !sw_prefix_contains(&ban.prefix, &addr)) {
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct sw_ban_list list = SW_BAN_LIST_INIT;
	struct sw_ban_store store;
	size_t recent;

	if (size < 2)
		return 0;
	make_dir();
	recent = (size_t)data[1] * BAN_CELL;
	if (recent > size - 2)
		recent = size - 2;
	write_part(paths[1], data + 2, recent, data[0] & 1, BAN_CELL);
	write_part(paths[0], data + 2 + recent, size - 2 - recent, data[0] & 1,
		   BAN_BLOCK);
	if (recent == 0)
		(void)unlink(paths[1]);
	look_up("192.0.2.1");
	look_up("203.0.113.5");
	look_up("2001:db8::1");
	store = sw_ban_store_of(dir, geteuid());
	if (sw_ban_list_load(&store, &list) == SW_OK)
		sw_ban_list_free(&list);
	return 0;
}
