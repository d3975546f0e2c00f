/*
 * machine.h - a machine of the test's own, under the built module.
 *
 * The program that links this keeps what a module in a real libpam does away
 * from the machine that runs the test: the files of hosts_access(5), the state,
 * the log folder, the audit trail and the system log are files in a folder of
 * the test. The module and libpam are the real ones.
 */

#ifndef STACK_MACHINE_H
#define STACK_MACHINE_H

#include <security/pam_appl.h>
#include <stdbool.h>
#include <stddef.h>

#define MACHINE_SERVICE "sshd"
#define MACHINE_CLIENT "203.0.113.5"
#define MACHINE_CONNECTION MACHINE_CLIENT " 51234 192.0.2.1 22"

/* cmocka's setup and teardown: a fresh machine without rules, with a valid
 * configuration that records in the audit trail; and none. */
int machine_begin(void **state);
int machine_end(void **state);

/* The absolute path of a file of the machine. The text is static. */
const char *machine_path(const char *name);

/* Write, or remove, one of "hosts.allow", "hosts.deny", "sshwhy.conf" and the
 * files of "pam.d/". */
void machine_write(const char *name, const char *text);
void machine_remove(const char *name);

/* Make the state file impossible to open. */
void machine_break_state(void);

/* Write the stack of MACHINE_SERVICE: for auth and account a line with these
 * arguments of ours above one that lets everybody pass. */
void machine_stack(const char *args);

/* Write both tables of rules. */
void machine_rules(const char *allow, const char *deny);

/* The path of the module that was built. */
const char *machine_module(void);

/* Start PAM for the service as sshd does; connection may be NULL. */
pam_handle_t *machine_login(const char *user, const char *connection);
void machine_logout(pam_handle_t *pamh);

/* Run auth and account; both answer this, or the test fails. */
void machine_expect(pam_handle_t *pamh, int answer, const char *name);

/* What was written since machine_begin(), NUL-terminated. The texts are
 * static. Records: "TYPE RESULT ADDR MESSAGE", one a line. */
const char *machine_trail(void);
const char *machine_log(void);
/* "name" or "netgroup" for each question that would go to the network. */
const char *machine_lookups(void);

/* How often word stands in text. */
unsigned int machine_count(const char *text, const char *word);

#define MACHINE_TEST(f)                                                        \
	cmocka_unit_test_setup_teardown(f, machine_begin, machine_end)

#endif
