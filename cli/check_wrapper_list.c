#include "check_wrapper.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static bool is_among(const struct sw_list_id *ids, size_t count,
		     const struct stat *st)
{
	for (size_t i = 0; i < count; i++) {
		if (ids[i].dev == st->st_dev && ids[i].ino == st->st_ino)
			return true;
	}
	return false;
}

/* True when the file has not been looked at yet. */
static bool is_new(struct sw_table_check *check, const struct stat *st)
{
	if (is_among(check->lists, check->list_count, st))
		return false;
	if (check->list_count < SW_CHECK_LISTS)
		check->lists[check->list_count++] =
			(struct sw_list_id){st->st_dev, st->st_ino};
	return true;
}

/* Comments of a line: the first word of it is a '#'. */
struct comment {
	unsigned int line;
	bool told_all;
};

static bool is_of_comment(struct sw_table_check *check, struct comment *comment,
			  struct sw_word word)
{
	if (comment->line != check->line && word.start[0] != '#')
		return false;
	if (comment->line != check->line) {
		*comment = (struct comment){check->line, false};
		sw_table_add(check, SW_CHECK_WRAPPER_LIST_COMMENT, &word, NULL);
	}
	if (sw_word_is(word, "ALL") && !comment->told_all) {
		comment->told_all = true;
		sw_table_add(check, SW_CHECK_WRAPPER_COMMENT_ALL, &word, NULL);
	}
	return true;
}

static void check_entries(struct sw_table_check *check,
			  struct sw_entries *entries)
{
	struct comment comment = {0, false};
	char text[SW_TEXT_MAX];
	struct sw_word word;
	enum sw_entry next;

	while ((next = sw_entries_next(entries, &word)) == SW_ENTRY_FOUND) {
		check->line = entries->entry_line;
		sw_word_copy(word, text, sizeof(text));
		/* Another list would overwrite the word. */
		word = sw_word_of(text);
		if (word.len > 0 && !is_of_comment(check, &comment, word))
			sw_table_check_pattern(check, word, true);
	}
	check->line = entries->entry_line;
	if (next == SW_ENTRY_TOO_LONG)
		sw_table_add(check, SW_CHECK_WRAPPER_LIST_LONG, NULL, NULL);
}

static void read_list(struct sw_table_check *check, char *path,
		      const struct stat *st)
{
	const char *file = check->file;
	unsigned int line = check->line;
	char text[SW_TEXT_MAX];
	struct sw_entries entries;

	if (sw_entries_open(&entries, sw_word_of(path)) != SW_OK)
		return;
	check->open_lists[check->open_count++] =
		(struct sw_list_id){st->st_dev, st->st_ino};
	memcpy(text, check->text, sizeof(text));
	check->file = path;
	check->text[0] = '\0';
	check_entries(check, &entries);
	check->file = file;
	check->line = line;
	memcpy(check->text, text, sizeof(text));
	check->open_count--;
	sw_entries_close(&entries);
}

void sw_table_check_list(struct sw_table_check *check, struct sw_word path)
{
	char name[SW_SOURCE_MAX];
	char full[PATH_MAX];
	struct stat st;

	sw_word_copy(path, name, sizeof(name));
	if (stat(sw_check_path(check->checking, name, full), &st) != 0) {
		sw_table_add(check, SW_CHECK_WRAPPER_LIST_MISSING, &path, NULL);
		return;
	}
	if (is_among(check->open_lists, check->open_count, &st) ||
	    check->open_count == SW_LIST_DEPTH_MAX) {
		sw_table_add(check, SW_CHECK_WRAPPER_LIST_LOOP, &path, NULL);
		return;
	}
	if (S_ISREG(st.st_mode) && is_new(check, &st))
		read_list(check, full, &st);
}
