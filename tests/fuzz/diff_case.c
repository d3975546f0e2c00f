#include "diff_case.h"

#include <net/if.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))
#define PICK(dice, table) (table)[below(dice, (unsigned int)ROWS(table))]

/* What a case is made from. */
struct maker {
	uint64_t dice;
	struct diff_case *made;
	struct diff_text *out;
};

/* splitmix64 */
static uint64_t roll(uint64_t *dice)
{
	uint64_t z = *dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static unsigned int below(uint64_t *dice, unsigned int limit)
{
	return (unsigned int)(roll(dice) % limit);
}

/* True once in so many times. */
static bool once_in(uint64_t *dice, unsigned int times)
{
	return below(dice, times) == 0;
}

static void add(struct diff_text *out, const char *format, ...) SW_PRINTF(2, 3);

static void add(struct diff_text *out, const char *format, ...)
{
	size_t room = sizeof(out->bytes) - out->len;
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(out->bytes + out->len, room, format, args);
	va_end(args);
	if (len > 0 && (size_t)len < room)
		out->len += (size_t)len;
}

/* --- the connection ---------------------------------------------------------
 */

static const char *const clients[] = {
	"192.0.2.77",  "192.0.2.77",	  "10.1.2.3",
	"192.168.1.1", "255.255.255.255", "0.0.0.0",
	"127.0.0.1",   "2001:db8::1",	  "2001:db8::1",
	"::1",	       "fe80::1",	  "2001:db8:0:1::abcd",
	"::",	       "::1.2.3.4",	  "::ffff:192.0.2.77",
	"ff02::1",
};

static const char *const names[] = {
	".bad.example",
	"host.bad.example",
	"HOST.bad.example",
	"pc1",
	"unknown",
	"paranoid",
	"localhost",
	"all",
	"192.0.2.77",
	"::ffff:10.1.2.3",
	"my_host.example",
	"a.b.c.d",
	"known",
	"2001:db8::1",
	"host.bad.example.",
	"10.1.2.3.in-addr.example",
};

static const char *const daemons[] = {"sshd",	      "sshd", "sshd", "SSHD",
				      "sshd-session", "in.x", "22"};
static const char *const users[] = {"", "root", "bob", "unknown", "all"};
static const char *const servers[] = {"192.0.2.1", "192.0.2.1", "10.0.0.1",
				      "2001:db8::5"};
static const uint16_t ports[] = {22, 22, 22, 2222, 0, 65535};

static void set(char *dst, size_t size, const char *src)
{
	(void)snprintf(dst, size, "%s", src);
}

static void find_name(const struct sw_wrapper_query *query, bool is_server,
		      char *out)
{
	const struct diff_case *made =
		(const struct diff_case *)((const char *)query -
					   offsetof(struct diff_case, query));

	set(out, SW_WRAPPER_NAME_MAX,
	    is_server ? made->server_name : made->found_name);
}

static void make_connection(struct maker *maker)
{
	struct diff_case *made = maker->made;
	uint64_t *dice = &maker->dice;
	struct sw_wrapper_query *query = &made->query;
	struct sw_conn *conn = &query->conn;

	set(made->client, sizeof(made->client), PICK(dice, clients));
	set(made->daemon, sizeof(made->daemon), PICK(dice, daemons));
	set(made->user, sizeof(made->user), PICK(dice, users));
	set(made->found_name, sizeof(made->found_name), PICK(dice, names));
	set(made->server_name, sizeof(made->server_name), PICK(dice, names));
	made->client_name[0] = '\0';
	if (once_in(dice, 2))
		set(made->client_name, sizeof(made->client_name),
		    PICK(dice, names));

	*query = (struct sw_wrapper_query){
		.allow = made->no_file[0] != NULL ? made->no_file[0]
						  : made->paths[DIFF_ALLOW],
		.deny = made->no_file[1] != NULL ? made->no_file[1]
						 : made->paths[DIFF_DENY],
		.daemon = made->daemon,
		.name = made->client_name,
		.user = made->user,
		.resolve = once_in(dice, 4) ? NULL : find_name,
		.ask = diff_ask,
	};
	(void)!sw_addr_parse(made->client, &conn->client.addr);
	if (strncmp(made->client, "fe80", 4) == 0 && once_in(dice, 2))
		query->scope = "lo";
	if (!once_in(dice, 10)) {
		(void)!sw_addr_parse(PICK(dice, servers), &conn->server.addr);
		conn->server.port = PICK(dice, ports);
	}
}

/* --- words
 * -------------------------------------------------------------------- */

static const char *const daemon_words[] = {
	"sshd",
	"sshd",
	"sshd",
	"sshd",
	"sshd",
	"ALL",
	"ALL",
	"ALL",
	"SSHD",
	"ssh*",
	"s?hd",
	"KNOWN",
	"LOCAL",
	"UNKNOWN",
	"22",
	"022",
	"+22",
	"-22",
	"4294967318",
	"-4294967274",
	"2222",
	"65558",
	"22x",
	"0x16",
	"0",
	"18446744073709551638",
	"99999999999999999999",
	"65535",
	"in.x",
	"in.",
	".x",
	"sshd-session",
	"sshd@ALL",
	"ALL@ALL",
	"sshd@192.0.2.1",
	"sshd@192.0.2.",
	"22@10.0.0.0/8",
	"sshd@[2001:db8::5]",
	"sshd@LOCAL",
	"sshd@host.bad.example",
	"sshd@KNOWN",
	"@sshd",
	"sshd@",
	"@",
	"#",
	"EXCEPT",
	"*",
	"**",
	"sshd**",
	"sshd?",
	"[::1]",
	"sshd@*",
	"\f22",
	"22\v",
	"sshd@ALL@ALL",
	"/usr/sbin/sshd",
	"sshd@@g",
	"sshd@/x",
	"\"sshd\"",
};

static const char *const client_words[] = {
	"ALL",
	"ALL",
	"all",
	"KNOWN",
	"LOCAL",
	"UNKNOWN",
	"PARANOID",
	"EXCEPT",
	".",
	"*",
	"**",
	"?",
	"192.0.2.",
	"192.0.2",
	"192.",
	"19.",
	"192.0.2.*",
	"192.0.?.77",
	"192.0.2.7**",
	"*.*.*.*",
	"192.0.2.0/24",
	"192.0.2.77/24",
	"192.0.2.0/024",
	"192.0.2.0/24x",
	"192.0.2.77/32",
	"192.0.2.77/33",
	"0.0.0.0/0",
	"0.0.0.0/1",
	"128.0.0.0/1",
	"192.0.2.0/4294967320",
	"192.0.2.0/+24",
	"192.0.2.0/-8",
	"192.0.2.0/\f24",
	"192.0.2.0/24.0",
	"10/8",
	"10.0.0.0/8",
	"0xc0.0.2.0/24",
	"0300.0.2.0/24",
	"192.0.512/24",
	"192.0.2.0/255.255.255.0",
	"192.0.0.77/255.255.0.255",
	"192.0.2.77/255.255.255.255",
	"0.0.0.0/0.0.0.0",
	"192.0.2.0/0xff.0xff.0xff.0",
	"1.2.3\v.4/8",
	"192.0.2.77/",
	"/24",
	"192.0.2.0//24",
	"192.0.2.0/24/8",
	"[2001:db8::1]",
	"[2001:DB8:0::1]",
	"[2001:db8::]/32",
	"[2001:db8::99]/32",
	"[2001:db8::]/127",
	"[2001:db8::]/33",
	"[2001:db8::]/129",
	"[2001:db8::]/",
	"[2001:db8::]/ffff",
	"[2001:db8::]/[32]",
	"[2001:db8::]/-1",
	"[::]/0",
	"[::]/1",
	"[8000::]/1",
	"[2001:db8::/32]",
	"[::1]",
	"[::1]/128",
	"[fe80::1]",
	"[fe80::1%lo]",
	"[fe80::1%nosuch]",
	"[fe80::1%99]",
	"[fe80::%lo]/10",
	"[fe80::1%]",
	"[fe80::1%4294967296]",
	"[2001:db8::1%lo]",
	"[2001:db8::1%1]",
	"[ff02::1%lo]",
	"[::ffff:192.0.2.77]",
	"[::ffff:0:0]/96",
	"[192.0.2.77]",
	"[192.0.2.0]/24",
	"[]",
	"[*]",
	"[",
	"]",
	"[[::1]]",
	"[::1",
	"2001:db8::1",
	"::ffff:192.0.2.77",
	"fe80*",
	"fe80?",
	"host.bad.example",
	".bad.example",
	".BAD.example",
	".ad.example",
	"host.",
	"*.example",
	"h*t.bad.*",
	"host.bad.example**",
	"*.bad.*ple",
	"pc?",
	"@group",
	"@other",
	"@",
	"root@ALL",
	"root@",
	"ALL@192.0.2.77",
	"KNOWN@ALL",
	"UNKNOWN@ALL",
	"b*@ALL",
	"bob@KNOWN",
	"root@.example",
	".t@ALL",
	"ro.@ALL",
	"a@b@ALL",
	"LOCAL@ALL",
	"ALL@ALL@ALL",
	"bob@@group",
	"\"ALL\"",
	"#",
	"-",
	"192.0.2.77;",
	"(192.0.2.77)",
	"192.0.2.1-192.0.2.99",
	"192.0.2.077",
	"::1.2.3.4",
	"/nonexistent",
	"/",
	"/dev/null/x",
	"0",
	"255.255.255.255",
	"fe80::1%lo",
	"[::1.2.3.4]",
	"[::ffff:1.2.3.4]/0",
};

static const char *const blanks[] = {" ",     " ",  " ",  "  ",	 "\t",
				     ", ",    ",",  ",",  "\t ", "\\\n",
				     " \\\n", "\r", "\f", "\v"};

static char printable(uint64_t *dice)
{
	static const char set_of[] = "0123456789.:/[]%*?@,# \\-+xabcdefsh";

	return set_of[below(dice, sizeof(set_of) - 1)];
}

/* Something about this very client, right or nearly so. */
static void add_own_word(struct maker *maker)
{
	uint64_t *dice = &maker->dice;
	const char *client = maker->made->client;
	const char *name = maker->made->client_name[0] != '\0'
				   ? maker->made->client_name
				   : maker->made->found_name;
	size_t cut = 1 + below(dice, (unsigned int)strlen(client));

	switch (below(dice, 9)) {
	case 0:
		add(maker->out, "[%s]", client);
		break;
	case 1:
		add(maker->out, "[%s]/%u", client, below(dice, 130));
		break;
	case 2:
		add(maker->out, "%s/%u", client, below(dice, 34));
		break;
	case 3:
		add(maker->out, "%.*s*", (int)cut, client);
		break;
	case 4:
		add(maker->out, "%s", name);
		break;
	case 5:
		add(maker->out, "*%s",
		    name + below(dice, (unsigned int)strlen(name)));
		break;
	case 6:
		add(maker->out, "%s@%s", maker->made->user, client);
		break;
	default:
		add(maker->out, "%s", client);
		break;
	}
}

static void add_client_word(struct maker *maker)
{
	uint64_t *dice = &maker->dice;

	switch (below(dice, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
		add_own_word(maker);
		break;
	case 4:
		add(maker->out, "%s", maker->made->paths[DIFF_LIST]);
		break;
	case 5:
		add(maker->out, "EXCEPT");
		break;
	case 6:
		for (unsigned int i = below(dice, 12); i > 0; i--)
			add(maker->out, "%c", printable(dice));
		break;
	default:
		add(maker->out, "%s", PICK(dice, client_words));
		break;
	}
}

/* --- options
 * ------------------------------------------------------------------ */

static const char *const option_words[] = {
	"allow",   "deny",	"ALLOW",  "Deny",     "twist",
	"spawn",   "user",	"group",  "umask",    "linger",
	"nice",	   "rfc931",	"setenv", "severity", "banners",
	"aclexec", "keepalive", "foo",	  "",
};

static const char *const option_values[] = {
	"",
	"5",
	"x",
	"-1",
	"0",
	"077",
	"777",
	"1000",
	"1777",
	"08",
	"5x",
	"2.5",
	"+3",
	"4294967295",
	"4294967301",
	"99999999999999999999",
	"-99999999999999999999",
	"root",
	"nobody",
	"nosuch",
	"root.root",
	"root.nosuch",
	"nosuch.root",
	"root.",
	".root",
	"a[b.c]d",
	"info",
	"INFO",
	"auth.info",
	"authpriv.info",
	"auth.foo",
	"foo",
	"local7.debug",
	"none",
	"auth.",
	".info",
	"/bin/true",
	"/bin/false",
	"yes",
	"no",
	"maybe %a",
	"echo %n",
	"echo %%n",
	"echo \\: x",
	"%z",
	"A B",
	"A=B",
	"%z B",
	"%c B",
	"\v",
	"/nonexistent",
	"# c",
	"= 5",
	"==5",
	"=info",
	"allow",
	"-0",
	"0x5",
	" \f5",
	"5 ",
	"%",
	"%z=x",
	"A\vB",
};

static const char *const option_joints[] = {" ",  " ",	" ",  "=", " = ",
					    "  ", "\t", "\v", "=="};

static void add_option(struct maker *maker)
{
	uint64_t *dice = &maker->dice;

	add(maker->out, "%s", once_in(dice, 3) ? " " : "");
	add(maker->out, "%s", PICK(dice, option_words));
	if (once_in(dice, 4))
		return;
	add(maker->out, "%s%s", PICK(dice, option_joints),
	    PICK(dice, option_values));
}

/* Those that a later file depends on, or that let one rule be followed. */
static const char *const whole_options[] = {": aclexec no", ": aclexec yes",
					    ": severity info", ": allow",
					    ": spawn echo"};

static void add_options(struct maker *maker)
{
	uint64_t *dice = &maker->dice;
	unsigned int count = 1 + below(dice, 3);

	if (once_in(dice, 3)) {
		add(maker->out, "%s", PICK(dice, whole_options));
		return;
	}
	for (unsigned int i = 0; i < count; i++) {
		add(maker->out, ":");
		add_option(maker);
	}
	if (once_in(dice, 12))
		add(maker->out, ":");
}

void diff_options_make(char options[DIFF_OPTIONS_MAX], uint64_t seed)
{
	static struct diff_text text;
	struct maker maker = {.dice = seed, .out = &text};
	size_t len;

	text.len = 0;
	add_options(&maker);
	if (once_in(&maker.dice, 4))
		text.bytes[below(&maker.dice, (unsigned int)text.len)] =
			printable(&maker.dice);
	len = text.len < DIFF_OPTIONS_MAX - 2 ? text.len : DIFF_OPTIONS_MAX - 2;
	memcpy(options, text.bytes + 1, len - 1);
	memcpy(options + len - 1, "\n", 2);
}

/* --- files
 * -------------------------------------------------------------------- */

static void add_list(struct maker *maker, bool of_daemons)
{
	uint64_t *dice = &maker->dice;
	unsigned int count = once_in(dice, 3) ? below(dice, 6) : 1;

	for (unsigned int i = 0; i < count; i++) {
		if (i > 0)
			add(maker->out, "%s", PICK(dice, blanks));
		if (of_daemons)
			add(maker->out, "%s", PICK(dice, daemon_words));
		else
			add_client_word(maker);
	}
}

static void add_rule(struct maker *maker)
{
	uint64_t *dice = &maker->dice;

	add_list(maker, true);
	add(maker->out, "%s", once_in(dice, 20) ? "" : ":");
	add(maker->out, "%s", once_in(dice, 2) ? PICK(dice, blanks) : "");
	add_list(maker, false);
	if (once_in(dice, 3))
		add_options(maker);
}

/* No stars: libwrap would try all ways to match many of them, for years. */
static void add_filler(struct maker *maker, unsigned int limit)
{
	unsigned int len = below(&maker->dice, limit);
	char c = once_in(&maker->dice, 2) ? 'x' : printable(&maker->dice);

	if (c == '*')
		c = 'x';
	while (len-- > 0)
		add(maker->out, "%c", c);
}

/* Lines of about the length that libwrap has room for. */
static void add_long_line(struct maker *maker)
{
	size_t start = maker->out->len;
	size_t wanted = 2040 + below(&maker->dice, 12);

	if (once_in(&maker->dice, 2))
		add(maker->out, "sshd: ");
	while (maker->out->len - start < wanted) {
		if (once_in(&maker->dice, 400))
			add(maker->out, "\\\n");
		else
			add(maker->out, "%c",
			    once_in(&maker->dice, 9) ? ' ' : 'y');
	}
	if (once_in(&maker->dice, 2))
		add(maker->out, " %s", maker->made->client);
}

static void add_line(struct maker *maker)
{
	uint64_t *dice = &maker->dice;

	switch (below(dice, 40)) {
	case 0:
		add(maker->out, "# ");
		add_rule(maker);
		break;
	case 1:
		add_filler(maker, 20);
		break;
	case 2:
		add(maker->out, "%s", PICK(dice, blanks));
		break;
	case 3:
		if (once_in(dice, 4))
			add_long_line(maker);
		break;
	default:
		add_rule(maker);
		break;
	}
	add(maker->out, "%s", once_in(dice, 12) ? "\r\n" : "\n");
}

static void damage(struct maker *maker)
{
	static const char bytes[] = {'\0', '\n', '\\', ':', '#', ' ',
				     '[',  ']',	 '@',  '/', ',', '\r'};
	struct diff_text *out = maker->out;
	unsigned int at;

	if (out->len < 2 || out->len > DIFF_TEXT_MAX - 2)
		return;
	at = below(&maker->dice, (unsigned int)out->len - 1);
	switch (below(&maker->dice, 4)) {
	case 0:
		out->bytes[at] = PICK(&maker->dice, bytes);
		break;
	case 1:
		memmove(out->bytes + at, out->bytes + at + 1,
			out->len - at - 1);
		out->len--;
		break;
	case 2:
		memmove(out->bytes + at + 1, out->bytes + at, out->len - at);
		out->bytes[at] = PICK(&maker->dice, bytes);
		out->len++;
		break;
	default:
		out->bytes[at] = (char)roll(&maker->dice);
		break;
	}
}

static void make_table(struct maker *maker, enum diff_file file)
{
	uint64_t *dice = &maker->dice;
	unsigned int lines = once_in(dice, 5) ? 0 : 1 + below(dice, 5);

	maker->out = &maker->made->files[file];
	maker->out->len = 0;
	while (lines-- > 0)
		add_line(maker);
	if (once_in(dice, 4)) {
		for (unsigned int i = 1 + below(dice, 3); i > 0; i--)
			damage(maker);
	}
	if (maker->out->len > 0 && once_in(dice, 15))
		maker->out->len -= 1 + below(dice, 2) % maker->out->len;
	if (once_in(dice, 20))
		add(maker->out, "ALL: ALL%s\n", PICK(dice, whole_options));
	if (once_in(dice, 40))
		add(maker->out, "\\\n");
	if (once_in(dice, 40))
		add(maker->out, "\\\\\n\n%s: ALL\n", maker->made->daemon);
}

static void make_list(struct maker *maker, enum diff_file file)
{
	static const char *const gaps[] = {" ", "\n", "\n", "\t", "\f", "\r\n"};
	uint64_t *dice = &maker->dice;

	maker->out = &maker->made->files[file];
	maker->out->len = 0;
	for (unsigned int i = below(dice, 5); i > 0; i--) {
		if (once_in(dice, 6) && file == DIFF_LIST)
			add(maker->out, "%s", maker->made->paths[DIFF_INNER]);
		else if (once_in(dice, 2))
			add_own_word(maker);
		else
			add(maker->out, "%s", PICK(dice, client_words));
		if (once_in(dice, 20))
			add(maker->out, "%c", '\0');
		add(maker->out, "%s", PICK(dice, gaps));
	}
	if (once_in(dice, 30))
		add_filler(maker, DIFF_TEXT_MAX / 4);
	if (once_in(dice, 6))
		damage(maker);
}

void diff_case_make(struct diff_case *made, uint64_t seed)
{
	static const char *const absent[] = {"/nonexistent", "/dev/null/x",
					     "/dev", "/dev/null"};
	struct maker maker = {.dice = seed, .made = made};

	for (size_t i = 0; i < ROWS(made->no_file); i++) {
		made->no_file[i] = NULL;
		if (once_in(&maker.dice, 30))
			made->no_file[i] = PICK(&maker.dice, absent);
	}
	make_connection(&maker);
	make_table(&maker, DIFF_ALLOW);
	make_table(&maker, DIFF_DENY);
	make_list(&maker, DIFF_LIST);
	make_list(&maker, DIFF_INNER);
}

static enum sw_wrapper_answer from(bool yes)
{
	return yes ? SW_ANSWER_YES : SW_ANSWER_NO;
}

enum sw_wrapper_answer diff_ask(enum sw_wrapper_question question,
				const char *word, const char *host)
{
	switch (question) {
	case SW_ASK_USER:
	case SW_ASK_GROUP:
		return from(strcmp(word, "root") == 0 ||
			    strcmp(word, "nobody") == 0);
	case SW_ASK_INTERFACE:
		return from(if_nametoindex(word) != 0);
	case SW_ASK_NETGROUP:
		return from(strcmp(word, "group") == 0 &&
			    strcasecmp(host, "host.bad.example") == 0);
	case SW_ASK_COMMAND:
		if (strcmp(word, "maybe %a") == 0)
			return SW_ANSWER_UNKNOWN;
		return from(strcmp(word, "no") != 0 &&
			    strcmp(word, "/bin/false") != 0);
	}
	return SW_ANSWER_UNKNOWN;
}
