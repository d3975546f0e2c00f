/* wrapper_parts.h - what the files of the wrapper matcher share. */

#ifndef SSHWHY_WRAPPER_PARTS_H
#define SSHWHY_WRAPPER_PARTS_H

#include "sshwhy/wrapper.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SW_CHUNK_MAX 4096     /* bytes of a table that are read at once */
#define SW_LINE_MAX 2048      /* bytes, with the NUL: libwrap's buffer */
#define SW_ENTRY_MAX 8200     /* bytes of one entry of a /file; see below */
#define SW_LIST_DEPTH_MAX 64  /* /files that name one another */
#define SW_V4_NONE UINT32_MAX /* libwrap's "no address", as a number */

/* A part of a buffer that can be written, without a NUL of its own. */
struct sw_word {
	char *start;
	size_t len;
};

/* --- words ---------------------------------------------------------------- */

/* The case of ASCII letters is ignored, as everywhere in these files. */
bool sw_word_is(struct sw_word word, const char *text);
bool sw_word_begins(struct sw_word text, struct sw_word start);

#define SW_BLANK 1U /* blank, tab, CR and LF separate words */
#define SW_COMMA 2U /* and the comma */

/* Cut the first word, which ends at one of the separators, off *rest. False
 * when none is left. */
bool sw_word_next(struct sw_word *rest, unsigned int separators,
		  struct sw_word *out);

/*
 * Find separator outside of square brackets. On success *out_left and
 * *out_right are what stands before and behind it; on failure neither is
 * changed.
 */
bool sw_word_split(struct sw_word word, char separator,
		   struct sw_word *out_left, struct sw_word *out_right);

/* Without the blanks (of isspace()) at both ends. */
struct sw_word sw_word_trim(struct sw_word word);
bool sw_word_is_blank(char c);

/* "[...]", and what stands inside. */
bool sw_word_is_bracketed(struct sw_word word);
struct sw_word sw_word_inside(struct sw_word word);

/* Copy, cut where it does not fit. */
void sw_word_copy(struct sw_word word, char *dst, size_t size);
struct sw_word sw_word_of(char *text);

/* --- numbers and addresses, with libwrap's and glibc's tolerance -----------
 */

/* As strtol() in base 10, cut to an int; what follows the digits is ignored. */
int32_t sw_number_prefix(struct sw_word word);

/* As sscanf("%d%c"), "%u%c" or "%o%c" that finds a number and no character. */
bool sw_number_signed(struct sw_word word, int32_t *out);
bool sw_number_unsigned(struct sw_word word, unsigned int base, uint32_t *out);

/* Four numbers with dots between them, octal and hexadecimal too; SW_V4_NONE
 * for anything else. */
uint32_t sw_address_v4(struct sw_word word);

/* An IPv6 address without brackets; a scope id must be one of this system. */
bool sw_address_v6(const struct sw_wrapper_query *query, struct sw_word word,
		   uint8_t out[16]);

/* --- files ------------------------------------------------------------------
 */

/* A table; the logical line it stands at is in buf. */
struct sw_lines {
	int fd;
	size_t at;  /* next byte of the chunk */
	size_t len; /* bytes in the chunk */
	bool ended;
	unsigned int newlines;	 /* that libwrap has counted */
	unsigned int first_line; /* of the logical line in buf */
	size_t buf_len;
	char buf[SW_LINE_MAX];
	/* Beside the line, where memory is in use already: most tables are
	 * smaller than this, and a page of one's own costs a fault. */
	char chunk[SW_CHUNK_MAX];
};

/*
 * Open a table.
 *
 * Returns SW_OK or SW_E_IO (errno set).
 */
SW_MUST_CHECK
enum sw_err sw_lines_open(struct sw_lines *lines, const char *path);
bool sw_lines_next(struct sw_lines *lines);
void sw_lines_close(struct sw_lines *lines);

/*
 * A /file. Several can be open: each is read again where it was left. libwrap
 * has 8,192 bytes for an entry and dies of a longer one than SW_ENTRY_MAX.
 */
struct sw_entries {
	int fd;
	int64_t chunk; /* offset of the chunk in the file */
	size_t at;
	size_t len;
	unsigned int line;	 /* of the next byte */
	unsigned int entry_line; /* of the entry in hand */
};

SW_MUST_CHECK
enum sw_err sw_entries_open(struct sw_entries *entries, struct sw_word path);

enum sw_entry { SW_ENTRY_END = 0, SW_ENTRY_FOUND, SW_ENTRY_TOO_LONG };

/* out points to a buffer that the next call for any /file overwrites. */
enum sw_entry sw_entries_next(struct sw_entries *entries, struct sw_word *out);
void sw_entries_close(struct sw_entries *entries);

/* --- matching ---------------------------------------------------------------
 */

/* One end of the connection. */
struct sw_end {
	char addr[SW_ADDR_TEXT_MAX + 20]; /* with the scope id */
	uint32_t v4;			  /* SW_V4_NONE: it is not IPv4 */
	char name[SW_WRAPPER_NAME_MAX];	  /* "" not asked for yet */
	bool is_server;
};

#define SW_UNKNOWN_NAME "unknown"

struct sw_found {
	struct sw_word token;
	char token_text[SW_WRAPPER_TOKEN_MAX];
	struct sw_word except;
	char list[SW_SOURCE_MAX];
	unsigned int list_line;
};

struct sw_match {
	const struct sw_wrapper_query *query;
	struct sw_end client;
	struct sw_end server;
	char daemon[SW_WRAPPER_NAME_MAX];
	char user[SW_WRAPPER_NAME_MAX];
	struct sw_found found; /* by the last client list that matched */
	bool recording;	       /* found is wanted */
	bool needs_name;
	bool resolved;	    /* query->resolve was called */
	bool died;	    /* libwrap would have crashed here */
	unsigned int depth; /* of /files */
};

void sw_match_begin(struct sw_match *match,
		    const struct sw_wrapper_query *query);

/* The name of an end, looked up when it is not known yet. */
char *sw_match_name(struct sw_match *match, struct sw_end *end);

/* True when pattern matches an end of the connection. */
bool sw_match_host(struct sw_match *match, struct sw_word pattern,
		   struct sw_end *end);

/* True when pattern matches a text, such as a user or a daemon. */
bool sw_match_text(const struct sw_match *match, struct sw_word pattern,
		   char *text);

bool sw_match_daemons(struct sw_match *match, struct sw_word list);
bool sw_match_clients(struct sw_match *match, struct sw_word list);

enum sw_wrapper_answer sw_wrapper_ask(const struct sw_wrapper_query *query,
				      enum sw_wrapper_question question,
				      struct sw_word word, const char *host);

/* True when a whole text fits a pattern with '*' and '?'. */
bool sw_glob_matches(struct sw_word pattern, const char *text);

#endif
