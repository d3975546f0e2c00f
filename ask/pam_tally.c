#include "pam_tally.h"
#include "sshwhy/pam_stack.h"
#include "whole.h"

#include "sshwhy/auto.h"
#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>

#define DEFAULT_CONF "/etc/security/faillock.conf"
#define DEFAULT_DIR "/var/run/faillock"
#define CONF_MAX 65536	/* bytes */
#define TALLY_MAX 65536 /* bytes; 1024 entries */
#define ENTRY_VALID 0x1

/* An entry of the file, as pam_faillock writes it. */
struct entry {
	char source[52];
	uint16_t reserved;
	uint16_t status;
	uint64_t time;
};

struct options {
	char dir[SW_SOURCE_MAX];
	char interval[16], unlock[16], root_unlock[16];
};

/* The value of a line "name = value" or "name value"; NULL for another one. */
static char *value_of(char *line, const char *name)
{
	size_t len = strlen(name);

	line[strcspn(line, "#\n")] = '\0';
	line += strspn(line, " \t");
	if (strncmp(line, name, len) != 0 || line[len] == '\0' ||
	    strchr(" \t=", line[len]) == NULL)
		return NULL;
	line += len;
	line += strspn(line, " \t=");
	line[strcspn(line, " \t")] = '\0';
	return line;
}

static void read_conf(const char *path, const char *name, char *out,
		      size_t size)
{
	sw_autofree char *text = NULL;
	char *line, *rest = NULL;
	size_t len;

	if (sw_ask_whole(path, CONF_MAX, &text, &len) != SW_OK)
		return;
	for (line = strtok_r(text, "\n", &rest); line != NULL;
	     line = strtok_r(NULL, "\n", &rest)) {
		const char *value = value_of(line, name);

		if (value != NULL)
			(void)sw_text_copy(out, size, value);
	}
}

/* An argument wins over the file. */
static void read_option(const char *args, const char *conf, const char *name,
			char *out, size_t size)
{
	char argument[32];

	read_conf(conf, name, out, size);
	(void)snprintf(argument, sizeof(argument), "%s=", name);
	(void)sw_pam_argument(args, argument, out, size);
}

static void read_options(const char *args, struct options *out)
{
	char conf[SW_PAM_TALLY_PATH] = DEFAULT_CONF;

	(void)sw_pam_argument(args, "conf=", conf, sizeof(conf));
	*out = (struct options){DEFAULT_DIR, "900", "600", ""};
	read_option(args, conf, "dir", out->dir, sizeof(out->dir));
	read_option(args, conf, "fail_interval", out->interval,
		    sizeof(out->interval));
	read_option(args, conf, "unlock_time", out->unlock,
		    sizeof(out->unlock));
	read_option(args, conf, "root_unlock_time", out->root_unlock,
		    sizeof(out->root_unlock));
}

/* "never" is 0, as the module has it. */
static uint32_t seconds(const char *text)
{
	uint64_t value = 0;

	return sw_num_parse(text, UINT32_MAX, &value) == SW_OK ? (uint32_t)value
							       : 0;
}

static void count(struct sw_pam_tally *tally, uint32_t interval)
{
	struct entry entry;
	uint64_t latest = 0;

	for (size_t at = 0; at + sizeof(entry) <= tally->len;
	     at += sizeof(entry)) {
		memcpy(&entry, tally->bytes + at, sizeof(entry));
		if ((entry.status & ENTRY_VALID) != 0 && entry.time > latest)
			latest = entry.time;
	}
	for (size_t at = 0; at + sizeof(entry) <= tally->len;
	     at += sizeof(entry)) {
		memcpy(&entry, tally->bytes + at, sizeof(entry));
		if ((entry.status & ENTRY_VALID) != 0 &&
		    latest - entry.time < interval)
			tally->failures++;
	}
	tally->latest = (int64_t)latest;
}

void sw_pam_tally_read(const char *args, const char *user,
		       struct sw_pam_tally *out)
{
	const struct passwd *account = getpwnam(user);
	struct options options;

	memset(out, 0, sizeof(*out));
	read_options(args, &options);
	out->lock_time = seconds(options.unlock);
	if (account != NULL && account->pw_uid == 0 &&
	    options.root_unlock[0] != '\0')
		out->lock_time = seconds(options.root_unlock);
	(void)snprintf(out->path, sizeof(out->path), "%s/%s", options.dir,
		       user);
	if (strchr(user, '/') != NULL ||
	    sw_ask_whole(out->path, TALLY_MAX, &out->bytes, &out->len) != SW_OK)
		return;
	count(out, seconds(options.interval));
}
