#include "merge.h"

#include "sshwhy/auto.h"

#include <stdlib.h>
#include <string.h>

/*
 * Writers that are at work at the same time overtake each other, by fewer
 * numbers and less time than this. More than that is a machine that started
 * over.
 */
#define OVERTAKEN_BY 64	    /* numbers */
#define OVERTAKEN_FOR 30000 /* ms */

/* One boot of one node, as far as the records tell. */
struct boot {
	char node[SW_NODE_MAX];
	char id[SW_BOOT_MAX];
	uint64_t high;
	int64_t time; /* of high */
};

struct number {
	size_t boot;
	uint64_t seqno;
};

struct boots {
	struct boot *rows;
	size_t count;
};

static bool starts_over(const struct boot *boot, const struct sw_record *record)
{
	if (record->seqno >= boot->high)
		return false;
	return boot->high - record->seqno > OVERTAKEN_BY ||
	       record->time - boot->time > OVERTAKEN_FOR;
}

static bool is_of(const struct boot *boot, const struct sw_record *record)
{
	bool knows_both = boot->id[0] != '\0' && record->boot[0] != '\0';

	if (boot->node[0] != '\0' && record->node[0] != '\0' &&
	    strcmp(boot->node, record->node) != 0)
		return false;
	if (knows_both)
		return strcmp(boot->id, record->boot) == 0;
	return !starts_over(boot, record);
}

/* The newest boot that fits, else a new one. */
static struct boot *boot_of(struct boots *boots, const struct sw_record *record)
{
	struct boot *larger;

	for (size_t i = boots->count; i-- > 0;) {
		if (is_of(&boots->rows[i], record))
			return &boots->rows[i];
	}
	larger = reallocarray(boots->rows, boots->count + 1,
			      sizeof(struct boot));
	if (larger == NULL)
		return NULL;
	boots->rows = larger;
	larger += boots->count++;
	memset(larger, 0, sizeof(*larger));
	return larger;
}

static void learn(struct boot *boot, const struct sw_record *record)
{
	if (boot->node[0] == '\0')
		memcpy(boot->node, record->node, sizeof(boot->node));
	if (boot->id[0] == '\0')
		memcpy(boot->id, record->boot, sizeof(boot->id));
	if (record->seqno > boot->high) {
		boot->high = record->seqno;
		boot->time = record->time;
	}
}

static int in_order(const void *left, const void *right)
{
	const struct number *a = left;
	const struct number *b = right;

	if (a->boot != b->boot)
		return a->boot < b->boot ? -1 : 1;
	return a->seqno < b->seqno ? -1 : a->seqno > b->seqno;
}

static uint64_t holes(struct number *numbers, size_t count)
{
	uint64_t missing = 0;

	qsort(numbers, count, sizeof(*numbers), in_order);
	for (size_t i = 1; i < count; i++) {
		const struct number *before = &numbers[i - 1];

		if (numbers[i].boot == before->boot &&
		    numbers[i].seqno > before->seqno)
			missing += numbers[i].seqno - before->seqno - 1;
	}
	return missing;
}

uint64_t sw_records_missing(const struct sw_records *records)
{
	sw_autofree struct number *numbers = NULL;
	struct boots boots = {NULL, 0};
	size_t count = 0;

	numbers = calloc(records->count + 1, sizeof(struct number));
	for (size_t i = 0; i < records->count && numbers != NULL; i++) {
		struct sw_record record;
		struct boot *boot;

		if (records->rows[i].dropped || records->rows[i].seqno == 0)
			continue;
		sw_records_get(records, &records->rows[i], &record);
		boot = boot_of(&boots, &record);
		if (boot == NULL)
			break;
		learn(boot, &record);
		numbers[count++] = (struct number){(size_t)(boot - boots.rows),
						   record.seqno};
	}
	free(boots.rows);
	return numbers == NULL ? 0 : holes(numbers, count);
}
