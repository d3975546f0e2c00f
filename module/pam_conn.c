#include "pam.h"

#include "sshwhy/num.h"
#include "sshwhy/text.h"

#include <security/pam_ext.h>
#include <security/pam_modutil.h>
#include <string.h>
#include <unistd.h>

/* "IP PORT IP PORT", the addresses with a scope id of an interface. */
#define CONNECTION_MAX 192 /* bytes, with the NUL */
#define FIELDS 4

/* Cuts text at its single blanks; false unless there are FIELDS parts. */
static bool has_four_fields(char *text, char *fields[FIELDS])
{
	size_t i;

	for (i = 0; i < FIELDS; i++) {
		fields[i] = text;
		text = strchr(text, ' ');
		if ((text == NULL) != (i == FIELDS - 1))
			return false;
		if (text != NULL)
			*text++ = '\0';
	}
	return true;
}

/* An interface name that is too long is none. */
static void read_scope(const char *addr, char *out)
{
	const char *percent = strchr(addr, '%');

	if (percent == NULL || !sw_text_copy(out, IF_NAMESIZE, percent + 1))
		out[0] = '\0';
}

static enum sw_err read_endpoint(const char *addr, const char *port,
				 struct sw_endpoint *out)
{
	struct sw_endpoint draft = {0};
	enum sw_err err;

	err = sw_addr_parse(addr, &draft.addr);
	if (err != SW_OK)
		return err;
	err = sw_num_parse_port(port, &draft.port);
	if (err != SW_OK)
		return err;
	*out = draft;
	return SW_OK;
}

/*
 * sshd makes the process of each connection a session leader, and runs
 * keyboard-interactive in children of it. Run otherwise, as with -d, the
 * session is someone else's.
 */
static pid_t session_process(void)
{
	pid_t leader = getsid(0);

	/* 0: it lives outside our pid namespace. */
	return leader > 0 && leader == getppid() ? leader : getpid();
}

enum sw_err sw_pam_conn_read(pam_handle_t *pamh, struct sw_conn *out,
			     char out_scope[IF_NAMESIZE])
{
	struct sw_endpoint client;
	struct sw_endpoint server;
	char copy[CONNECTION_MAX];
	char *fields[FIELDS];
	const char *text;

	memset(out, 0, sizeof(*out));
	out_scope[0] = '\0';
	out->pid = session_process();
	text = pam_getenv(pamh, "SSH_CONNECTION");
	if (text == NULL || !sw_text_copy(copy, sizeof(copy), text) ||
	    !has_four_fields(copy, fields))
		return SW_E_SYNTAX;
	if (read_endpoint(fields[0], fields[1], &client) != SW_OK ||
	    read_endpoint(fields[2], fields[3], &server) != SW_OK)
		return SW_E_SYNTAX;
	out->client = client;
	out->server = server;
	read_scope(fields[0], out_scope);
	return SW_OK;
}

void sw_pam_conn_add_user(pam_handle_t *pamh, bool unknown_users,
			  struct sw_conn *conn)
{
	const void *user = NULL;

	if (pam_get_item(pamh, PAM_USER, &user) != PAM_SUCCESS || user == NULL)
		return;
	if (!unknown_users && pam_modutil_getpwnam(pamh, user) == NULL)
		return;
	(void)sw_text_copy(conn->user, sizeof(conn->user), user);
}
