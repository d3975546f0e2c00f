/* rate_table.h - a rate table of the test's own, and questions to it. */

#ifndef RATE_TABLE_H
#define RATE_TABLE_H

#include "sw_test.h"

#include "sshwhy/rate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MS UINT64_C(1000000)
#define S (1000 * MS)
#define START (1000 * S) /* long after the boot */

static char root[] = "test_rate.XXXXXX";
static char folder[64];
static char path[80];

SW_UNUSED static int make_root(void **state SW_UNUSED)
{
	if (mkdtemp(root) == NULL)
		return -1;
	(void)snprintf(folder, sizeof(folder), "%s/run", root);
	(void)snprintf(path, sizeof(path), "%s/rates", folder);
	return 0;
}

SW_UNUSED static int remove_table(void **state SW_UNUSED)
{
	(void)unlink(path);
	(void)rmdir(path);
	(void)rmdir(folder);
	return 0;
}

SW_UNUSED static int remove_root(void **state SW_UNUSED)
{
	return rmdir(root);
}

SW_UNUSED static struct sw_rate opened(void)
{
	struct sw_rate table = SW_RATE_INIT;

	assert_int_equal(sw_rate_open(path, geteuid(), &table), SW_OK);
	return table;
}

static const struct sw_config *config_of(const char *text)
{
	static struct sw_config config;
	struct sw_config_error error = {0, ""};

	if (sw_config_parse(text, &config, &error) != SW_OK)
		fail_msg("%s: %s", text, error.reason);
	return &config;
}

SW_UNUSED static struct sw_addr addr_of(const char *text)
{
	struct sw_addr addr = {0};

	assert_int_equal(sw_addr_parse(text, &addr), SW_OK);
	return addr;
}

SW_UNUSED static enum sw_outcome ask(struct sw_rate *table, const char *config,
				     const char *client, uint64_t now)
{
	const struct sw_addr addr = addr_of(client);
	struct sw_verdict verdict;
	bool observe;

	sw_rate_check(table, config_of(config), &addr, now, &verdict, &observe);
	return verdict.outcome;
}

/* How many of count connections at now are let in. */
SW_UNUSED static unsigned int let_in(struct sw_rate *table, const char *config,
				     const char *client, uint64_t now,
				     unsigned int count)
{
	unsigned int in = 0;

	while (count-- > 0)
		in += ask(table, config, client, now) == SW_ALLOW;
	return in;
}

SW_UNUSED static struct sw_addr number_as_addr(uint32_t number)
{
	struct sw_addr addr = {.family = SW_FAMILY_V4};

	memcpy(addr.bytes, &number, sizeof(number));
	return addr;
}

/* How many of the sources from to to-1 are let in, each asked once. */
SW_UNUSED static uint32_t let_in_of(struct sw_rate *table,
				    const struct sw_config *config,
				    uint32_t from, uint32_t to, uint64_t now)
{
	uint32_t in = 0;

	for (uint32_t i = from; i < to; i++) {
		const struct sw_addr addr = number_as_addr(i);
		struct sw_verdict verdict;
		bool observe;

		sw_rate_check(table, config, &addr, now, &verdict, &observe);
		in += verdict.outcome == SW_ALLOW;
	}
	return in;
}

#define TABLE_TEST(name) cmocka_unit_test_teardown(name, remove_table)

#endif
