/* page.h - the report: one page that needs nothing but itself. */

#ifndef SSHWHY_PAGE_H
#define SSHWHY_PAGE_H

#include "groups.h"
#include "load.h"
#include "options.h"
#include "timeline.h"

#include "sshwhy/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define SW_PAGE_ROWS 15	   /* of a table */
#define SW_PAGE_CLASSES 16 /* of causes: what stands before the dot */

/* Everything that the page says. sw_page_free() releases it. */
struct sw_page {
	const struct sw_options *options;
	const struct sw_records *records;
	struct sw_timeline timeline;
	struct sw_groups groups[SW_BY_COUNT_];
	uint64_t refusals;
	uint64_t simulated;
	uint64_t suppressed;
	uint64_t bans;	  /* records of them */
	uint64_t missing; /* numbers that no log holds */
	bool partial;	  /* a log could not be read */
};

/*
 * Count what was loaded. options and loaded stay the caller's.
 *
 * Returns SW_OK, SW_E_RANGE or SW_E_NOMEM. On failure *out needs no release.
 */
SW_MUST_CHECK
enum sw_err sw_page_gather(const struct sw_options *options,
			   const struct sw_loaded *loaded, struct sw_page *out);

void sw_page_print(const struct sw_page *page, FILE *out);

void sw_page_free(struct sw_page *page);

/* Parts of it. */
void sw_page_chart(const struct sw_page *page, FILE *out);
void sw_page_table(const struct sw_page *page, enum sw_group_by by,
		   const char *title, FILE *out);
void sw_page_bans(const struct sw_page *page, FILE *out);

/* "How to get these numbers": a command, with the filters of the page. */
void sw_page_query(const struct sw_page *page, const char *command, FILE *out);

/* The class of a cause by its number, and how many classes there are. */
size_t sw_page_class_of(enum sw_cause cause);
size_t sw_page_classes(void);
/* "wrapper", "limit", ...; buf holds 32 bytes. Returns buf. */
char *sw_page_class_name(size_t number, char *buf);

#endif
