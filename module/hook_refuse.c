#include "hook.h"

#include <dlfcn.h>
#include <unistd.h>

typedef unsigned int sleep_fn(unsigned int seconds);

static bool is_in_libwrap(const void *code)
{
	const void *known = sw_hook_real(SW_REAL_HOSTS_ACCESS);
	Dl_info libwrap;
	Dl_info info;

	return dladdr(code, &info) != 0 && dladdr(known, &libwrap) != 0 &&
	       info.dli_fbase == libwrap.dli_fbase;
}

/*
 * libwrap sleeps in one place: when it has done with a client, for 5 s before
 * it ends the process. That process is one of sshd's MaxStartups. (Its
 * clean_exit() is no place to stand: compilers inline it.)
 */
SW_EXPORT unsigned int sleep(unsigned int seconds)
{
	sleep_fn *real = sw_hook_real(SW_REAL_SLEEP);

	if (sw_hook_is_armed() && is_in_libwrap(__builtin_return_address(0))) {
		sw_hook_gives_up();
		seconds = sw_hook_config()->refuse_delay;
	}
	if (seconds == 0 || real == NULL)
		return 0;
	return real(seconds);
}
