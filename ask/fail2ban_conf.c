#include "fail2ban_conf.h"

#include "sshwhy/auto.h"

#include <stdio.h>
#include <string.h>

#define KNOWN "KNOWN/"
#define SECTION_MAX 256 /* bytes, with the NUL */

void sw_f2b_conf_free(struct sw_f2b_conf *conf)
{
	for (size_t i = 0; i < conf->count; i++) {
		free(conf->rows[i].section);
		free(conf->rows[i].key);
		free(conf->rows[i].value);
	}
	free(conf->rows);
	*conf = (struct sw_f2b_conf)SW_F2B_CONF_INIT;
}

static struct sw_f2b_entry *find(const struct sw_f2b_conf *conf,
				 const char *section, const char *key)
{
	for (size_t i = 0; i < conf->count; i++) {
		if (strcmp(conf->rows[i].section, section) == 0 &&
		    strcmp(conf->rows[i].key, key) == 0)
			return &conf->rows[i];
	}
	return NULL;
}

const char *sw_f2b_conf_raw(const struct sw_f2b_conf *conf, const char *section,
			    const char *key)
{
	const struct sw_f2b_entry *entry = find(conf, section, key);

	return entry != NULL ? entry->value : NULL;
}

static enum sw_err make_room(struct sw_f2b_conf *conf)
{
	size_t room = conf->room == 0 ? 64 : conf->room * 2;
	struct sw_f2b_entry *rows;

	if (conf->count < conf->room)
		return SW_OK;
	rows = reallocarray(conf->rows, room, sizeof(*rows));
	if (rows == NULL)
		return SW_E_NOMEM;
	conf->rows = rows;
	conf->room = room;
	return SW_OK;
}

static enum sw_err append(struct sw_f2b_conf *conf, const char *section,
			  const char *key, const char *value)
{
	sw_autofree char *new_section = strdup(section);
	sw_autofree char *new_key = strdup(key);
	sw_autofree char *new_value = strdup(value);

	if (new_section == NULL || new_key == NULL || new_value == NULL ||
	    make_room(conf) != SW_OK)
		return SW_E_NOMEM;
	conf->rows[conf->count++] = (struct sw_f2b_entry){
		.section = sw_take(&new_section),
		.key = sw_take(&new_key),
		.value = sw_take(&new_value),
	};
	return SW_OK;
}

static enum sw_err put(struct sw_f2b_conf *conf, const char *section,
		       const char *key, const char *value)
{
	struct sw_f2b_entry *old = find(conf, section, key);
	char *copy;

	if (old == NULL)
		return append(conf, section, key, value);
	copy = strdup(value);
	if (copy == NULL)
		return SW_E_NOMEM;
	free(old->value);
	old->value = copy;
	return SW_OK;
}

/* fail2ban keeps none of [DEFAULT]: there "known" is the new value. */
enum sw_err sw_f2b_conf_set(struct sw_f2b_conf *conf, const char *section,
			    const char *key, const char *value)
{
	const char *old = sw_f2b_conf_raw(conf, section, key);
	char known[SECTION_MAX];
	enum sw_err err;

	if (old != NULL && strcmp(section, "DEFAULT") != 0) {
		(void)snprintf(known, sizeof(known), KNOWN "%s", section);
		err = put(conf, known, key, old);
		if (err != SW_OK)
			return err;
	}
	return put(conf, section, key, value);
}
