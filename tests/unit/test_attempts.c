#include "recorder/attempts.h"
#include "sw_test.h"

#include <string.h>

#define START UINT64_C(1000)

static struct sw_attempts attempts;

static struct sw_endpoint at(const char *text, uint16_t port)
{
	struct sw_endpoint endpoint = {.port = port};

	assert_int_equal(sw_addr_parse(text, &endpoint.addr), SW_OK);
	return endpoint;
}

static const struct {
	const char *client;
	uint16_t sport, dport;
	uint32_t seq;
	uint64_t now;
	bool is_new;
} rows[] = {
	{"192.0.2.1", 40000, 22, 7, START, true},
	{"192.0.2.1", 40000, 22, 7, START + 1000, false},
	{"192.0.2.1", 40000, 22, 7, START + 63000, false},
	{"192.0.2.1", 40000, 22, 8, START + 63000, true},
	{"192.0.2.1", 40001, 22, 7, START + 63000, true},
	{"192.0.2.1", 40000, 2222, 7, START + 63000, true},
	{"192.0.2.2", 40000, 22, 7, START + 63000, true},
	{"2001:db8::1", 40000, 22, 7, START + 63000, true},
	{"192.0.2.1", 40000, 22, 7, START + 63000 + SW_ATTEMPT_AGE, true},
};

static void a_syn_sent_again_is_the_same_attempt(void **state)
{
	const struct sw_endpoint any = at("192.0.2.99", 0);

	(void)state;
	memset(&attempts, 0, sizeof(attempts));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sw_endpoint client = at(rows[i].client, rows[i].sport);
		struct sw_endpoint server = any;

		server.port = rows[i].dport;
		if (sw_attempts_is_new(&attempts, &client, &server, rows[i].seq,
				       rows[i].now) != rows[i].is_new)
			fail_msg("row %zu: %s", i, rows[i].client);
	}
}

static void a_flood_is_forgotten_oldest_first(void **state)
{
	struct sw_endpoint client = at("192.0.2.1", 1);
	const struct sw_endpoint server = at("192.0.2.99", 22);
	uint64_t now = START;

	(void)state;
	memset(&attempts, 0, sizeof(attempts));
	for (uint32_t seq = 0; seq < 100000; seq++)
		assert_true(sw_attempts_is_new(&attempts, &client, &server, seq,
					       ++now));
	assert_false(
		sw_attempts_is_new(&attempts, &client, &server, 99999, ++now));
	assert_true(sw_attempts_is_new(&attempts, &client, &server, 0, ++now));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_syn_sent_again_is_the_same_attempt),
		cmocka_unit_test(a_flood_is_forgotten_oldest_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
