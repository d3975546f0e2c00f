#include "sw_test.h"

#include "sshwhy/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/un.h>

static const struct {
	const char *text;
	uint8_t family; /* SW_FAMILY_NONE: refused */
	const char *canonical;
} addresses[] = {
	{"203.0.113.5", SW_FAMILY_V4, "203.0.113.5"},
	{"0.0.0.0", SW_FAMILY_V4, "0.0.0.0"},
	{"::ffff:192.0.2.1", SW_FAMILY_V4, "192.0.2.1"},
	{"::FFFF:c000:201", SW_FAMILY_V4, "192.0.2.1"},
	{"::", SW_FAMILY_V6, "::"},
	{"::1", SW_FAMILY_V6, "::1"},
	{"2001:DB8:0:0:1:0:0:1", SW_FAMILY_V6, "2001:db8::1:0:0:1"},
	{"2001:db8:0:1:1:1:1:1", SW_FAMILY_V6, "2001:db8:0:1:1:1:1:1"},
	{"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", SW_FAMILY_V6,
	 "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"},
	{"fe80::1%eth0", SW_FAMILY_V6, "fe80::1"},
	{"fe80::1%123456789012345", SW_FAMILY_V6, "fe80::1"},
	{"", SW_FAMILY_NONE, ""},
	{"localhost", SW_FAMILY_NONE, ""},
	{"203.0.113", SW_FAMILY_NONE, ""},
	{"203.0.113.256", SW_FAMILY_NONE, ""},
	{"203.0.113.05", SW_FAMILY_NONE, ""},
	{"203.0.113.5 ", SW_FAMILY_NONE, ""},
	{" 203.0.113.5", SW_FAMILY_NONE, ""},
	{"0x7f.0.0.1", SW_FAMILY_NONE, ""},
	{"[::1]", SW_FAMILY_NONE, ""},
	{"1:2:3:4:5:6:7", SW_FAMILY_NONE, ""},
	{"1::2::3", SW_FAMILY_NONE, ""},
	{"fe80::1%", SW_FAMILY_NONE, ""},
	{"fe80::1%eth0%1", SW_FAMILY_NONE, ""},
	{"fe80::1%1234567890123456", SW_FAMILY_NONE, ""},
	{"2001:db8::1%eth0", SW_FAMILY_NONE, ""},
	{"192.0.2.1%eth0", SW_FAMILY_NONE, ""},
	{"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000", SW_FAMILY_NONE,
	 ""},
};

static void addresses_are_numeric_and_have_one_form(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(addresses); i++) {
		struct sw_addr addr = {0};
		char buf[SW_ADDR_TEXT_MAX];
		enum sw_err err = sw_addr_parse(addresses[i].text, &addr);
		bool wanted = addresses[i].family != SW_FAMILY_NONE;

		if (err != (wanted ? SW_OK : SW_E_SYNTAX) ||
		    addr.family != addresses[i].family ||
		    strcmp(sw_addr_format(&addr, buf),
			   addresses[i].canonical) != 0)
			fail_msg("\"%s\": got %s, %s", addresses[i].text,
				 sw_strerror(err), buf);
	}
}

static void every_byte_is_written_as_libc_does(void **state SW_UNUSED)
{
	for (unsigned int i = 0; i <= UINT8_MAX; i++) {
		struct sw_addr addr = {
			.family = SW_FAMILY_V4,
			.bytes = {(uint8_t)i, (uint8_t)(255 - i),
				  (uint8_t)(i * 7), (uint8_t)(i + 1)},
		};
		char buf[SW_ADDR_TEXT_MAX], expected[INET_ADDRSTRLEN];

		assert_non_null(inet_ntop(AF_INET, addr.bytes, expected,
					  sizeof(expected)));
		assert_string_equal(sw_addr_format(&addr, buf), expected);
	}
}

static void a_refused_address_leaves_the_output(void **state SW_UNUSED)
{
	struct sw_addr addr = {0};
	char buf[SW_ADDR_TEXT_MAX];

	assert_int_equal(sw_addr_parse("192.0.2.1", &addr), SW_OK);
	assert_int_equal(sw_addr_parse("fe80::1%", &addr), SW_E_SYNTAX);
	assert_string_equal(sw_addr_format(&addr, buf), "192.0.2.1");
}

static void
a_mapped_address_equals_the_one_it_stands_for(void **state SW_UNUSED)
{
	struct sw_addr plain = {0};
	struct sw_addr mapped = {0};
	struct sw_addr other = {0};

	assert_int_equal(sw_addr_parse("192.0.2.1", &plain), SW_OK);
	assert_int_equal(sw_addr_parse("::ffff:192.0.2.1", &mapped), SW_OK);
	assert_int_equal(sw_addr_parse("c000:201::", &other), SW_OK);
	assert_true(sw_addr_equal(&plain, &mapped));
	assert_false(sw_addr_equal(&plain, &other));
}

static const struct {
	const char *text;
	enum sw_err err;
	const char *canonical;
} prefixes[] = {
	{"192.0.2.5", SW_OK, "192.0.2.5"},
	{"192.0.2.5/32", SW_OK, "192.0.2.5"},
	{"192.0.2.5/24", SW_OK, "192.0.2.0/24"},
	{"192.0.2.255/25", SW_OK, "192.0.2.128/25"},
	{"192.0.2.5/0", SW_OK, "0.0.0.0/0"},
	{"2001:db8::1", SW_OK, "2001:db8::1"},
	{"2001:db8::1/128", SW_OK, "2001:db8::1"},
	{"2001:db8:ffff::1/33", SW_OK, "2001:db8:8000::/33"},
	{"::/0", SW_OK, "::/0"},
	{"fe80::1%eth0/64", SW_OK, "fe80::/64"},
	{"fe80::1111:2222:3333:4444%abcdefghijklmno", SW_OK,
	 "fe80::1111:2222:3333:4444"},
	{"::ffff:192.0.2.0/120", SW_OK, "192.0.2.0/24"},
	{"::ffff:192.0.2.9", SW_OK, "192.0.2.9"},
	{"::ffff:192.0.2.9/96", SW_OK, "0.0.0.0/0"},
	{"::ffff:192.0.2.9/95", SW_E_RANGE, "::/1"},
	{"192.0.2.5/33", SW_E_RANGE, "::/1"},
	{"2001:db8::1/129", SW_E_RANGE, "::/1"},
	{"192.0.2.5/", SW_E_SYNTAX, "::/1"},
	{"192.0.2.5/-1", SW_E_SYNTAX, "::/1"},
	{"192.0.2.5/24/24", SW_E_SYNTAX, "::/1"},
	{"192.0.2.0/255.255.255.0", SW_E_SYNTAX, "::/1"},
	{"/24", SW_E_SYNTAX, "::/1"},
	{"", SW_E_SYNTAX, "::/1"},
	{"00000000000000000000000000000000000000000000000000000000000000000000",
	 SW_E_SYNTAX, "::/1"},
};

static void prefixes_lose_their_host_bits(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(prefixes); i++) {
		struct sw_prefix prefix = {{SW_FAMILY_V6, {0}}, 1};
		char buf[SW_PREFIX_TEXT_MAX];
		enum sw_err err = sw_prefix_parse(prefixes[i].text, &prefix);

		if (err != prefixes[i].err ||
		    strcmp(sw_prefix_format(&prefix, buf),
			   prefixes[i].canonical) != 0)
			fail_msg("\"%s\": got %s, %s", prefixes[i].text,
				 sw_strerror(err), buf);
	}
}

static const struct {
	const char *prefix;
	const char *addr;
	bool inside;
} members[] = {
	{"192.0.2.0/24", "192.0.2.255", true},
	{"192.0.2.0/24", "::ffff:192.0.2.1", true},
	{"192.0.2.0/24", "192.0.3.0", false},
	{"192.0.2.128/25", "192.0.2.127", false},
	{"192.0.2.1", "192.0.2.1", true},
	{"0.0.0.0/0", "255.255.255.255", true},
	{"0.0.0.0/0", "::1", false},
	{"::/0", "2001:db8::1", true},
	{"::/0", "192.0.2.1", false},
	{"2001:db8:8000::/33", "2001:db8:ffff::", true},
	{"2001:db8:8000::/33", "2001:db8:7fff::", false},
	{"2001:db8::/64", "2001:db8::", true},
};

static void a_prefix_contains_only_its_own_family(void **state SW_UNUSED)
{
	for (size_t i = 0; i < SW_ROWS(members); i++) {
		struct sw_prefix prefix;
		struct sw_addr addr;

		assert_int_equal(sw_prefix_parse(members[i].prefix, &prefix),
				 SW_OK);
		assert_int_equal(sw_addr_parse(members[i].addr, &addr), SW_OK);
		if (sw_prefix_contains(&prefix, &addr) != members[i].inside)
			fail_msg("%s in %s", members[i].addr,
				 members[i].prefix);
	}
}

static void no_address_lies_in_no_prefix(void **state SW_UNUSED)
{
	const struct sw_addr none = {0};
	const struct sw_prefix nothing = {{0}, 0};
	struct sw_addr some;
	char buf[SW_PREFIX_TEXT_MAX];

	assert_int_equal(sw_addr_parse("192.0.2.1", &some), SW_OK);
	assert_false(sw_prefix_contains(&nothing, &none));
	assert_false(sw_prefix_contains(&nothing, &some));
	assert_string_equal(sw_prefix_format(&nothing, buf), "");
	assert_string_equal(sw_addr_format(&none, buf), "");
}

static void
the_prefix_of_an_address_has_its_familys_length(void **state SW_UNUSED)
{
	struct sw_addr v4;
	struct sw_addr v6;
	struct sw_prefix prefix;
	char buf[SW_PREFIX_TEXT_MAX];

	assert_int_equal(sw_addr_parse("192.0.2.77", &v4), SW_OK);
	assert_int_equal(sw_addr_parse("2001:db8:1:2:3::4", &v6), SW_OK);
	prefix = sw_prefix_of(&v4, 26, 64);
	assert_string_equal(sw_prefix_format(&prefix, buf), "192.0.2.64/26");
	prefix = sw_prefix_of(&v6, 26, 64);
	assert_string_equal(sw_prefix_format(&prefix, buf),
			    "2001:db8:1:2::/64");
	prefix = sw_prefix_of(&v4, 255, 255);
	assert_string_equal(sw_prefix_format(&prefix, buf), "192.0.2.77");
}

static void an_endpoint_comes_from_either_family(void **state SW_UNUSED)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(22)};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6,
				  .sin6_port = htons(2222)};
	struct sw_endpoint end;
	char buf[SW_ADDR_TEXT_MAX];

	v4.sin_addr.s_addr = htonl(0xc0000201);
	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&v4,
						   sizeof(v4), &end),
			 SW_OK);
	assert_int_equal(end.port, 22);
	assert_string_equal(sw_addr_format(&end.addr, buf), "192.0.2.1");
	v6.sin6_addr.s6_addr[10] = 0xff;
	v6.sin6_addr.s6_addr[11] = 0xff;
	v6.sin6_addr.s6_addr[15] = 1;
	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&v6,
						   sizeof(v6), &end),
			 SW_OK);
	assert_int_equal(end.port, 2222);
	assert_string_equal(sw_addr_format(&end.addr, buf), "0.0.0.1");
	v6.sin6_addr.s6_addr[0] = 0x20;
	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&v6,
						   sizeof(v6), &end),
			 SW_OK);
	assert_int_equal(end.addr.family, SW_FAMILY_V6);
}

static void
another_family_or_a_cut_address_is_no_endpoint(void **state SW_UNUSED)
{
	struct sockaddr_un local = {.sun_family = AF_UNIX};
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};
	struct sw_endpoint end = {.port = 77};

	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&local,
						   sizeof(local), &end),
			 SW_E_NOTSUP);
	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&v4,
						   sizeof(v4) - 1, &end),
			 SW_E_NOTSUP);
	assert_int_equal(sw_endpoint_from_sockaddr((struct sockaddr *)&v6,
						   sizeof(v6) - 1, &end),
			 SW_E_NOTSUP);
	assert_int_equal(
		sw_endpoint_from_sockaddr((struct sockaddr *)&v4, 0, &end),
		SW_E_NOTSUP);
	assert_int_equal(end.port, 77);
	assert_int_equal(end.addr.family, SW_FAMILY_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_numeric_and_have_one_form),
		cmocka_unit_test(every_byte_is_written_as_libc_does),
		cmocka_unit_test(a_refused_address_leaves_the_output),
		cmocka_unit_test(a_mapped_address_equals_the_one_it_stands_for),
		cmocka_unit_test(prefixes_lose_their_host_bits),
		cmocka_unit_test(a_prefix_contains_only_its_own_family),
		cmocka_unit_test(no_address_lies_in_no_prefix),
		cmocka_unit_test(
			the_prefix_of_an_address_has_its_familys_length),
		cmocka_unit_test(an_endpoint_comes_from_either_family),
		cmocka_unit_test(
			another_family_or_a_cut_address_is_no_endpoint),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
