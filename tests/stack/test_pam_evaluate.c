/*
 * Our reading and walking of a PAM service beside the real libpam: random
 * stacks of pam_debug, which returns what its argument says.
 */

#include "sw_test.h"

#include "ask/pam_eval.h"
#include "ask/pam_log.h"
#include "sshwhy/pam_stack.h"

#include <errno.h>
#include <security/pam_appl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define STACKS 1000
#define LINES_MAX 7
#define INCLUDED 2 /* files that a stack may include */

static const char *const returns[] = {
	"success",	"success",  "success",	   "success",
	"perm_denied",	"auth_err", "ignore",	   "new_authtok_reqd",
	"user_unknown", "ignore",   "acct_expired"};
static const char *const controls[] = {
	"required",
	"requisite",
	"sufficient",
	"optional",
	"[success=1 default=ignore]",
	"[success=2 ignore=1 default=bad]",
	"[success=ok new_authtok_reqd=ok ignore=ignore default=bad]",
	"[default=die success=ignore]",
	"[default=reset perm_denied=bad success=ok]",
	"[success=done new_authtok_reqd=done default=ignore]",
	"[default=ok perm_denied=die]",
	"[ success = ok  default=3 ]",
	"[user_unknown=ignore success=ok default=bad]",
	"[bad=default]",
	"REQUIRED"};

static char folder[] = "test_pam_evaluate.XXXXXX";
static unsigned int seed = 20261122;

/* libpam would tell the kernel of every stack it runs. */
SW_EXPORT int audit_open(void);

int audit_open(void)
{
	errno = EPROTONOSUPPORT;
	return -1;
}

/* The same on every machine. */
static unsigned int draw(size_t count)
{
	seed = seed * 1103515245U + 12345U;
	return (seed >> 16) % (unsigned int)count;
}

static void path_of(char *path, size_t size, const char *name)
{
	char *top = realpath(folder, NULL);

	assert_non_null(top);
	(void)snprintf(path, size, "%s/%s", top, name);
	free(top);
}

static void write_line(FILE *file, size_t inner)
{
	char included[512], name[16];
	unsigned int kind = draw(8);

	if (kind < 2 && inner < INCLUDED) {
		(void)snprintf(name, sizeof(name), "inner%zu", inner);
		path_of(included, sizeof(included), name);
		(void)fprintf(file, "account %s %s\n",
			      kind == 0 ? "include" : "substack", included);
		return;
	}
	(void)fprintf(file, "%saccount %s %spam_debug.so acct=%s # %u\n",
		      draw(9) == 0 ? "# nothing\n-" : "",
		      controls[draw(SW_ROWS(controls))],
		      draw(9) == 0 ? "\\\n" : "",
		      returns[draw(SW_ROWS(returns))], draw(9));
}

/* A file may include the one behind it only: no circles. */
static void write_file(const char *name, size_t inner)
{
	char path[512];
	FILE *file;

	path_of(path, sizeof(path), name);
	file = fopen(path, "w");
	assert_non_null(file);
	for (unsigned int lines = draw(LINES_MAX) + 1; lines > 0; lines--)
		write_line(file, inner);
	(void)fclose(file);
}

static void write_stack(void)
{
	write_file("inner1", INCLUDED);
	write_file("inner0", 1);
	write_file("service", 0);
}

static int quiet(int count, const struct pam_message **messages,
		 struct pam_response **responses, void *data)
{
	(void)messages;
	(void)data;
	*responses = calloc((size_t)count, sizeof(**responses));
	return *responses != NULL ? PAM_SUCCESS : PAM_BUF_ERR;
}

static int ask_libpam(const char *top)
{
	const struct pam_conv conv = {quiet, NULL};
	pam_handle_t *pamh = NULL;
	int code;

	assert_int_equal(
		pam_start_confdir("service", "root", &conv, top, &pamh),
		PAM_SUCCESS);
	code = pam_acct_mgmt(pamh, 0);
	(void)pam_end(pamh, code);
	return code;
}

static int answer(void *context, size_t line)
{
	static const struct {
		const char *name;
		int code;
	} codes[] = {
		{"success", PAM_SUCCESS},
		{"perm_denied", PAM_PERM_DENIED},
		{"auth_err", PAM_AUTH_ERR},
		{"ignore", PAM_IGNORE},
		{"new_authtok_reqd", PAM_NEW_AUTHTOK_REQD},
		{"user_unknown", PAM_USER_UNKNOWN},
		{"acct_expired", PAM_ACCT_EXPIRED},
	};
	const struct sw_pam_stack *stack = context;
	char value[64];

	assert_true(sw_pam_argument(stack->lines[line].args, "acct=", value,
				    sizeof(value)));
	for (size_t i = 0; i < SW_ROWS(codes); i++) {
		if (strcmp(codes[i].name, value) == 0)
			return codes[i].code;
	}
	fail_msg("no code %s", value);
	return PAM_ABORT;
}

static void show(const char *name)
{
	char path[512], line[512];
	FILE *file;

	path_of(path, sizeof(path), name);
	file = fopen(path, "r");
	print_message("--- %s\n", name);
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		print_message("%s", line);
	if (file != NULL)
		(void)fclose(file);
}

static void compare(struct sw_pam_stack *stack, const char *top,
		    unsigned int *denials)
{
	const struct sw_pam_places places = {top, "/nonexistent",
					     "/nonexistent", false};
	struct sw_pam_result result;
	int real = ask_libpam(top);

	assert_int_equal(
		sw_pam_stack_read(&places, "service", SW_PAM_ACCOUNT, stack),
		SW_OK);
	sw_pam_evaluate(stack, answer, stack, &result);
	assert_true(result.passes != result.denies);
	if (result.status != real) {
		show("service");
		show("inner0");
		show("inner1");
		fail_msg("libpam returns %d, we expect %d", real,
			 result.status);
	}
	if (result.denies) {
		(*denials)++;
		assert_in_range(result.decider + 1, 0, stack->count);
	}
}

static void walk_gives_what_libpam_returns_for_every_stack(void **state)
{
	struct sw_pam_stack *stack = calloc(1, sizeof(*stack));
	char *top = realpath(folder, NULL);
	unsigned int denials = 0;

	(void)state;
	assert_non_null(stack);
	for (unsigned int i = 0; i < STACKS; i++) {
		write_stack();
		compare(stack, top, &denials);
	}
	/* Neither nearly all nor nearly none. */
	assert_in_range(denials, STACKS / 5, STACKS * 4 / 5);
	free(stack);
	free(top);
}

static int begin(void **state)
{
	static char caught[512];
	char path[512];
	FILE *other;

	(void)state;
	sw_pam_log_catch(caught, sizeof(caught));
	if (mkdtemp(folder) == NULL)
		return -1;
	path_of(path, sizeof(path), "other");
	other = fopen(path, "w");
	if (other == NULL)
		return -1;
	(void)fputs("account required pam_deny.so\n", other);
	return fclose(other);
}

static int end(void **state)
{
	static const char *const names[] = {"service", "inner0", "inner1",
					    "other"};
	char path[512];

	(void)state;
	for (size_t i = 0; i < SW_ROWS(names); i++) {
		path_of(path, sizeof(path), names[i]);
		(void)unlink(path);
	}
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			walk_gives_what_libpam_returns_for_every_stack),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
