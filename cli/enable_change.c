#include "enable_change.h"

#include "cli.h"

#include "sshwhy/text.h"

#include <errno.h>
#include <shadow.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	unsigned int part;
	const char *name;
} parts[SW_PARTS] = {
	{SW_PART_WRAPPER, "wrapper"},
	{SW_PART_PAM, "pam"},
	{SW_PART_RECORDER, "recorder"},
	{SW_PART_FIREWALL, "firewall"},
};

const char *sw_part_name(unsigned int part)
{
	for (size_t i = 0; i < SW_PARTS; i++) {
		if (parts[i].part == part)
			return parts[i].name;
	}
	return "?";
}

unsigned int sw_part_named(const char *name)
{
	for (size_t i = 0; i < SW_PARTS; i++) {
		if (strcmp(parts[i].name, name) == 0)
			return parts[i].part;
	}
	return 0;
}

enum sw_lines_of sw_change_lines(enum sw_change_kind kind)
{
	switch (kind) {
	case SW_CHANGE_PAM:
		return SW_LINES_PAM;
	case SW_CHANGE_ACCOUNT:
		return SW_LINES_ACCOUNT;
	case SW_CHANGE_CONFIG:
		return SW_LINES_CONFIG;
	case SW_CHANGE_FILE:
	case SW_CHANGE_LINK:
	case SW_CHANGE_FOLDER:
	case SW_CHANGE_COUNT_:
		break;
	}
	return SW_LINES_COUNT_;
}

enum sw_err sw_plan_add(struct sw_plan *plan, unsigned int part,
			enum sw_change_kind kind, const char *path,
			struct sw_content *before, struct sw_content *after)
{
	struct sw_change *rows = reallocarray(plan->rows, plan->count + 1,
					      sizeof(struct sw_change));
	struct sw_change *row;
	enum sw_err err = rows == NULL ? SW_E_NOMEM : SW_OK;

	if (rows != NULL) {
		plan->rows = rows;
		row = &rows[plan->count];
		*row = (struct sw_change){.part = part, .kind = kind};
		if (!sw_text_copy(row->path, sizeof(row->path), path))
			err = SW_E_RANGE;
	}
	if (err != SW_OK) {
		sw_content_free(before);
		sw_content_free(after);
		return err;
	}
	row->before = *before;
	row->after = *after;
	plan->count++;
	return SW_OK;
}

void sw_plan_free(struct sw_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		sw_content_free(&plan->rows[i].before);
		sw_content_free(&plan->rows[i].after);
	}
	free(plan->rows);
	*plan = (struct sw_plan)SW_PLAN_INIT;
}

const struct sw_change *sw_plan_find(const struct sw_plan *plan,
				     const char *path)
{
	for (size_t i = plan->count; i-- > 0;) {
		if (strcmp(plan->rows[i].path, path) == 0)
			return &plan->rows[i];
	}
	return NULL;
}

/* Of files that only root's own programs set it on. */
static const char *hint(int error)
{
	return error == EPERM ? " (lsattr shows whether it is immutable)" : "";
}

static void take_back(const struct sw_plan *plan, size_t done)
{
	while (done-- > 0) {
		const struct sw_change *row = &plan->rows[done];

		if (sw_content_put(row->path, &row->before) != SW_OK)
			sw_complain("%s: cannot be put back: %s", row->path,
				    strerror(errno));
	}
}

/* Whoever wrote it since the plan was made has not seen our change. */
static bool is_outdated(const struct sw_change *row)
{
	struct sw_content now;
	bool same;

	if (row->kind == SW_CHANGE_FOLDER)
		return false;
	if (sw_content_load(row->path, &now) != SW_OK)
		return true;
	same = sw_content_is_same(&row->before, &now);
	sw_content_free(&now);
	return !same;
}

static enum sw_err put_all(const struct sw_plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct sw_change *row = &plan->rows[i];
		enum sw_err err;

		if (is_outdated(row)) {
			sw_complain("%s: was changed just now; nothing was"
				    " changed by us",
				    row->path);
			take_back(plan, i);
			return SW_E_UNSAFE;
		}
		err = sw_content_put(row->path, &row->after);
		if (err == SW_OK)
			continue;
		sw_complain("%s: %s%s; nothing was changed", row->path,
			    err == SW_E_IO ? strerror(errno) : sw_strerror(err),
			    err == SW_E_IO ? hint(errno) : "");
		take_back(plan, i);
		return err;
	}
	return SW_OK;
}

enum sw_err sw_plan_carry_out(const struct sw_plan *plan)
{
	bool accounts = false;
	enum sw_err err;

	for (size_t i = 0; i < plan->count; i++)
		accounts = accounts || plan->rows[i].kind == SW_CHANGE_ACCOUNT;
	/* The lock of useradd(8) and its like. */
	if (accounts && lckpwdf() != 0) {
		sw_complain("/etc/passwd is locked by another program; nothing"
			    " was changed");
		return SW_E_IO;
	}
	err = put_all(plan);
	if (accounts)
		(void)ulckpwdf();
	return err;
}
