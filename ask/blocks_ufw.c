/* ufw keeps its rules as "### tuple ### ACTION PROTO DPORT DST SPORT SRC
 * [DAPP SAPP] DIRECTION [comment=HEX]". */

#include "blocks.h"

#include "sshwhy/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#define TUPLE "### tuple ### "
#define LINE 2048 /* bytes, with the NUL */
#define WORDS 10
#define SRC 5 /* which of the words */
#define COMMENT "comment="
#define BY_FAIL2BAN "by Fail2Ban "
#define AGAINST " against "

static size_t split(char *line, char **words)
{
	size_t count = 0;
	char *rest = line, *word;

	while (count < WORDS && (word = strsep(&rest, " \r\n")) != NULL) {
		if (*word != '\0')
			words[count++] = word;
	}
	return count;
}

static int digit(char c)
{
	const char *digits = "0123456789abcdef", *at = strchr(digits, c);

	return c != '\0' && at != NULL ? (int)(at - digits) : -1;
}

static void decode(const char *hex, char *out, size_t size)
{
	size_t len = 0;

	while (len + 1 < size && digit(hex[0]) >= 0 && digit(hex[1]) >= 0) {
		out[len++] = (char)(digit(hex[0]) << 4 | digit(hex[1]));
		hex += 2;
	}
	out[len] = '\0';
}

/* "by Fail2Ban after 5 attempts against sshd" */
static void find_owner(const char *comment, char *out, size_t size)
{
	const char *jail = strstr(comment, AGAINST);
	struct sw_text text;

	sw_text_init(&text, out, size);
	if (strncmp(comment, BY_FAIL2BAN, strlen(BY_FAIL2BAN)) == 0 &&
	    jail != NULL)
		sw_text_add(&text, "fail2ban:%s", jail + strlen(AGAINST));
	if (text.len == 0) {
		sw_text_init(&text, out, size);
		sw_text_add(&text, "ufw");
	}
}

static bool refuses(const char *action)
{
	return strncmp(action, "deny", 4) == 0 ||
	       strncmp(action, "reject", 6) == 0;
}

static void take(char *line, const struct sw_addr *client,
		 struct sw_blocks *blocks)
{
	char *words[WORDS] = {NULL};
	char owner[SW_OWNER_MAX], comment[SW_TEXT_MAX] = "";
	size_t count = split(line, words);
	struct sw_block *block;
	struct sw_addr addr;

	if (count <= SRC || !refuses(words[0]) ||
	    sw_addr_parse(words[SRC], &addr) != SW_OK ||
	    !sw_addr_equal(&addr, client))
		return;
	for (size_t i = SRC + 1; i < count; i++) {
		if (strncmp(words[i], COMMENT, strlen(COMMENT)) == 0)
			decode(words[i] + strlen(COMMENT), comment,
			       sizeof(comment));
	}
	find_owner(comment, owner, sizeof(owner));
	block = sw_blocks_add(blocks, owner);
	if (block == NULL)
		return;
	words[0][strcspn(words[0], "_")] = '\0'; /* "deny_log" */
	(void)snprintf(block->place, sizeof(block->place),
		       "ufw's rule %.20s from %.50s", words[0], words[SRC]);
	(void)snprintf(block->undo, sizeof(block->undo),
		       "ufw delete %.20s from %.50s", words[0], words[SRC]);
	if (strcmp(words[2], "any") != 0)
		(void)snprintf(
			block->undo, sizeof(block->undo),
			"ufw delete %.20s from %.50s to %.50s port "
			"%.40s%s%.10s",
			words[0], words[SRC],
			strstr(words[3], "/0") != NULL ? "any" : words[3],
			words[2], strcmp(words[1], "any") != 0 ? " proto " : "",
			strcmp(words[1], "any") != 0 ? words[1] : "");
}

void sw_blocks_ufw(const char *root, const struct sw_addr *client,
		   struct sw_blocks *blocks)
{
	char path[PATH_MAX], line[LINE];
	FILE *file;

	(void)snprintf(path, sizeof(path), "%s/etc/ufw/user%s.rules", root,
		       client->family == SW_FAMILY_V6 ? "6" : "");
	file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, TUPLE, strlen(TUPLE)) == 0)
			take(line + strlen(TUPLE), client, blocks);
	}
	if (file != NULL)
		(void)fclose(file);
}
