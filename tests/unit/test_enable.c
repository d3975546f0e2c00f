#include "sw_test.h"

#include "cli/enable_content.h"
#include "cli/enable_lines.h"
#include "cli/sha256.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char million_block[] = "aaaaaaaaaa";

/* FIPS 180-4's own, and lengths around the edge of a block. */
static const struct {
	const char *text;
	size_t times;
	const char *digest;
} digests[] = {
	{"", 1,
	 "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
	{"abc", 1,
	 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
	{"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
	 "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
	{"a", 55,
	 "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318"},
	{"a", 64,
	 "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb"},
	{million_block, 100000,
	 "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
};

static void digest_is_the_one_of_the_standard(void **state SW_UNUSED)
{
	for (size_t i = 0; i < sizeof(digests) / sizeof(digests[0]); i++) {
		size_t len = strlen(digests[i].text);
		char *bytes = calloc(digests[i].times, len + 1);
		char out[SW_SHA256_TEXT_MAX];

		assert_non_null(bytes);
		for (size_t j = 0; j < digests[i].times; j++)
			memcpy(bytes + j * len, digests[i].text, len);
		assert_string_equal(
			sw_sha256(bytes, len * digests[i].times, out),
			digests[i].digest);
		free(bytes);
	}
}

#define OURS "-auth x pam_sshwhy.so\n-account x pam_sshwhy.so\n"
#define ACCOUNT "sshwhy:x:999:999::/:/usr/sbin/nologin\n"
#define SETTING "firewall = yes\n"

/* Where our lines go; taking them out again gives the old text, and where that
 * lacked its last newline, one more. */
static const struct {
	enum sw_lines_of of;
	const char *lines;
	const char *before;
	const char *after;
	const char *back;
} files[] = {
	{SW_LINES_PAM, OURS, "#%PAM-1.0\nauth required a.so\n",
	 "#%PAM-1.0\n" OURS "auth required a.so\n", NULL},
	{SW_LINES_PAM, OURS, "@include common-auth\n",
	 OURS "@include common-auth\n", NULL},
	{SW_LINES_PAM, OURS, "# no pam_sshwhy.so\n",
	 "# no pam_sshwhy.so\n" OURS, NULL},
	{SW_LINES_PAM, OURS, "", OURS, NULL},
	{SW_LINES_PAM, OURS, "\r\n auth required a.so\r\nx",
	 "\r\n" OURS " auth required a.so\r\nx", NULL},
	{SW_LINES_ACCOUNT, ACCOUNT, "root:x:0:\nsshwhyd:x:1:\n",
	 "root:x:0:\nsshwhyd:x:1:\n" ACCOUNT, NULL},
	{SW_LINES_ACCOUNT, ACCOUNT, "root:x:0:", "root:x:0:\n" ACCOUNT,
	 "root:x:0:\n"},
	{SW_LINES_CONFIG, SETTING, "#firewall = no\n#firewall-rate = 50/s\n",
	 "#firewall = no\n" SETTING "#firewall-rate = 50/s\n", NULL},
	{SW_LINES_CONFIG, SETTING, "firewall-rate = 9/s\nfirewall = no\n",
	 "firewall-rate = 9/s\nfirewall = no\n" SETTING, NULL},
};

static struct sw_content text_of(const char *text)
{
	struct sw_content content = {.kind = SW_CONTENT_NONE};

	assert_int_equal(
		sw_content_make(SW_CONTENT_FILE, text, strlen(text), &content),
		SW_OK);
	return content;
}

static void lines_go_in_and_out_of_somebodys_file(void **state SW_UNUSED)
{
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct sw_content before = text_of(files[i].before);
		struct sw_content after, back;

		assert_false(sw_lines_have(files[i].of, &before));
		assert_int_equal(sw_lines_put(files[i].of, &before,
					      files[i].lines, &after),
				 SW_OK);
		assert_string_equal(after.bytes, files[i].after);
		assert_int_equal(after.len, strlen(files[i].after));
		assert_true(sw_lines_have(files[i].of, &after));
		assert_int_equal(sw_lines_take(files[i].of, &after, &back),
				 SW_OK);
		assert_string_equal(back.bytes, files[i].back != NULL
							? files[i].back
							: files[i].before);
		sw_content_free(&before);
		sw_content_free(&after);
		sw_content_free(&back);
	}
}

static const struct {
	const char *now;
	const char *left; /* NULL: the file goes */
} dropins[] = {
	{"[Unit]\nAfter=a\n\n[Service]\nEnvironment=b\n", NULL},
	{"[Service]\nEnvironment=b\n", NULL},
	{"[Unit]\nAfter=a\n[Service]\nEnvironment=b\nNice=5\n",
	 "[Unit]\n[Service]\nNice=5\n"},
	{"[Service]\nNice=5", "[Service]\nNice=5"},
};

static void
of_our_own_file_only_the_lines_of_others_stay(void **state SW_UNUSED)
{
	struct sw_content wrote =
		text_of("[Unit]\nAfter=a\n\n[Service]\nEnvironment=b\n");

	for (size_t i = 0; i < sizeof(dropins) / sizeof(dropins[0]); i++) {
		struct sw_content now = text_of(dropins[i].now);
		struct sw_content left;

		assert_int_equal(sw_lines_take_all(&now, &wrote, &left), SW_OK);
		if (dropins[i].left == NULL)
			assert_int_equal(left.kind, SW_CONTENT_NONE);
		else
			assert_string_equal(left.bytes, dropins[i].left);
		sw_content_free(&now);
		sw_content_free(&left);
	}
	sw_content_free(&wrote);
}

static void file_that_is_replaced_hands_on_its_mode(void **state SW_UNUSED)
{
	char folder[] = "enable.XXXXXX";
	char path[64], wanted[64], real[4096];
	struct sw_content text = text_of("new\n");
	struct sw_content nothing = {.kind = SW_CONTENT_NONE}, got;
	struct stat st;

	assert_non_null(mkdtemp(folder));
	(void)snprintf(path, sizeof(path), "%s/file", folder);
	(void)snprintf(wanted, sizeof(wanted), "%s/link", folder);
	text.group = getgid();
	text.mode = 0640;
	if (geteuid() != 0) {
		sw_content_free(&text);
		assert_int_equal(rmdir(folder), 0);
		skip();
	}
	assert_int_equal(sw_content_put(path, &text), SW_OK);
	assert_int_equal(chmod(path, 0604), 0);
	text.mode = 0777;
	assert_int_equal(sw_content_put(path, &text), SW_OK);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0604);
	assert_int_equal(sw_content_load(path, &got), SW_OK);
	assert_true(sw_content_is_same(&text, &got));
	sw_content_free(&got);
	assert_int_equal(symlink("nowhere", wanted), 0);
	assert_int_equal(sw_content_resolve(wanted, real), SW_E_IO);
	assert_int_equal(sw_content_put(wanted, &nothing), SW_OK);
	assert_int_equal(sw_content_put(path, &nothing), SW_OK);
	assert_int_equal(sw_content_put(path, &nothing), SW_OK);
	assert_int_equal(sw_content_put(folder, &nothing), SW_OK);
	assert_int_equal(sw_content_load(folder, &got), SW_OK);
	assert_int_equal(got.kind, SW_CONTENT_NONE);
	assert_int_equal(sw_content_load("/dev/null", &got), SW_E_UNSAFE);
	sw_content_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(digest_is_the_one_of_the_standard),
		cmocka_unit_test(lines_go_in_and_out_of_somebodys_file),
		cmocka_unit_test(of_our_own_file_only_the_lines_of_others_stay),
		cmocka_unit_test(file_that_is_replaced_hands_on_its_mode),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
