#include "sshwhy/err.h"

static const char *const phrases[SW_E_COUNT_] = {
	[SW_OK] = "success",
	[SW_E_NOMEM] = "out of memory",
	[SW_E_IO] = "a system call failed",
	[SW_E_UNSAFE] = "owner, mode or type of the file is not acceptable",
	[SW_E_SYNTAX] = "the input does not follow the grammar",
	[SW_E_RANGE] = "a number or length is outside its limits",
	[SW_E_NOTSUP] = "this system lacks the facility",
};

const char *sw_strerror(enum sw_err err)
{
	if (err < SW_OK || err >= SW_E_COUNT_)
		return "unknown failure";
	return phrases[err];
}
