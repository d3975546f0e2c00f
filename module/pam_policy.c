#include "pam.h"

#include <link.h>
#include <security/pam_ext.h>
#include <string.h>
#include <syslog.h>

static int is_libwrap(struct dl_phdr_info *object, size_t size SW_UNUSED,
		      void *data SW_UNUSED)
{
	static const char prefix[] = "libwrap.so";
	const char *slash = strrchr(object->dlpi_name, '/');
	const char *name = slash != NULL ? slash + 1 : object->dlpi_name;

	return strncmp(name, prefix, sizeof(prefix) - 1) == 0;
}

/* Where libwrap is mapped, sshd has asked it before PAM was started. */
static enum sw_pam_wrapper settle(enum sw_pam_wrapper wrapper)
{
	if (wrapper != SW_PAM_AUTO)
		return wrapper;
	return dl_iterate_phdr(is_libwrap, NULL) != 0 ? SW_PAM_OFF
						      : SW_PAM_OBSERVE;
}

static void read_args(pam_handle_t *pamh, const struct sw_conn *conn, int argc,
		      const char **argv, struct sw_pam_args *out)
{
	struct sw_pam_args_error error;

	sw_pam_args_defaults(out);
	if (sw_pam_args_read(argc, argv, out, &error) == SW_OK)
		return;
	if (!sw_pam_first_time(pamh, conn, "sshwhy arguments"))
		return;
	pam_syslog(pamh, LOG_ERR,
		   "argument \"%s\": %s; all arguments are ignored, nobody is "
		   "refused",
		   error.argument, error.reason);
}

/* Answers whether the file may be obeyed. */
static bool read_config(pam_handle_t *pamh, const struct sw_conn *conn,
			const char *path, struct sw_config *out)
{
	struct sw_config_error error = {0};

	sw_config_defaults(out);
	if (sw_config_read(path, 0, out, &error) == SW_OK)
		return true;
	/* It may have said so: nobody is refused by a typing error. */
	out->observe = true;
	if (!sw_pam_first_time(pamh, conn, "sshwhy configuration"))
		return false;
	if (error.line == 0)
		pam_syslog(pamh, LOG_ERR,
			   "%s: %s; the file is ignored, nobody is refused",
			   path, error.reason);
	else
		pam_syslog(pamh, LOG_ERR,
			   "%s:%u: %s; the file is ignored, nobody is refused",
			   path, error.line, error.reason);
	return false;
}

void sw_pam_policy_read(pam_handle_t *pamh, const struct sw_conn *conn,
			int argc, const char **argv, struct sw_pam_policy *out)
{
	struct sw_pam_args args;

	read_args(pamh, conn, argc, argv, &args);
	if (!read_config(pamh, conn, args.conf, &out->config) &&
	    args.wrapper == SW_PAM_ENFORCE)
		args.wrapper = SW_PAM_AUTO;
	out->wrapper = settle(args.wrapper);
	out->daemon = args.daemon;
}
