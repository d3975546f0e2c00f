#include "host_key.h"

#include "sshwhy/sshd_match.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *prefix; /* of an algorithm, and of a public key */
	const char *type;
} types[] = {
	{"ssh-ed25519", "ed25519"},
	{"ecdsa-sha2-", "ecdsa"},
	{"rsa-sha2-", "rsa"},
	{"ssh-rsa", "rsa"},
};

const char *sw_host_key_type(const char *algorithm, size_t len)
{
	if (memchr(algorithm, '@', len) != NULL)
		return NULL;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t n = strlen(types[i].prefix);

		if (len >= n && memcmp(algorithm, types[i].prefix, n) == 0)
			return types[i].type;
	}
	return NULL;
}

/* The first word of PATH.pub; false: there is none. */
static bool public_type(const char *path, char *out, size_t size)
{
	char name[PATH_MAX];
	FILE *file;
	bool found;

	if (snprintf(name, sizeof(name), "%s.pub", path) >= (int)sizeof(name))
		return false;
	file = fopen(name, "re");
	if (file == NULL)
		return false;
	found = fgets(out, (int)size, file) != NULL;
	(void)fclose(file);
	if (found)
		out[strcspn(out, " \n")] = '\0';
	return found;
}

/* Each ecdsa key serves the algorithm of its own curve alone. */
static bool fits(const char *key, const char *algorithm, size_t len)
{
	const char *type = sw_host_key_type(algorithm, len);
	const char *has = sw_host_key_type(key, strlen(key));

	if (type == NULL || has == NULL || strcmp(type, has) != 0)
		return false;
	return strcmp(type, "ecdsa") != 0 ||
	       (strlen(key) == len && memcmp(key, algorithm, len) == 0);
}

bool sw_host_key_serves(const struct sw_sshd_settings *settings,
			const char *algorithm, size_t len)
{
	char paths[SW_SSHD_VALUE_MAX], path[PATH_MAX], key[512];

	if (!sw_sshd_value(settings, "hostkey", paths, sizeof(paths)))
		return true;
	for (size_t i = 0; sw_sshd_word(paths, i, path, sizeof(path)); i++) {
		if (access(path, F_OK) != 0)
			continue;
		if (!public_type(path, key, sizeof(key)) ||
		    fits(key, algorithm, len))
			return true;
	}
	return false;
}

bool sw_host_key_is_used(const struct sw_sshd_settings *settings,
			 const char *path)
{
	char paths[SW_SSHD_VALUE_MAX], word[PATH_MAX];

	if (!sw_sshd_value(settings, "hostkey", paths, sizeof(paths)))
		return false;
	for (size_t i = 0; sw_sshd_word(paths, i, word, sizeof(word)); i++) {
		if (strcmp(word, path) == 0)
			return true;
	}
	return false;
}
