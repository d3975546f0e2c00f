/* The time that sshd 9 gives its user: it ends in the same way in which a
 * session ends for other reasons, and only its calls of alarm() tell. */

#include "hook.h"
#include "hook_process.h"

#include "sshwhy/clock.h"

#include <elf.h>
#include <link.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/time.h>
#include <unistd.h>

#define NS_PER_S UINT64_C(1000000000)
#define EARLY UINT64_C(100000000) /* ns: timers may round */

/* First its length, or 0 for no limit; then 0 when the user is in. */
enum { TIME_UNSET, TIME_UNLIMITED, TIME_RUNS, TIME_ENDED };

typedef unsigned int alarm_fn(unsigned int seconds);

static volatile sig_atomic_t login_time;
static uint64_t due; /* monotonic ns */

/* Where the code of the program itself lies. */
static uintptr_t program_start, program_end;

/* dladdr() would allocate and lock, and alarm() is for signal handlers too. */
__attribute__((constructor)) static void find_program(void)
{
	const ElfW(Phdr) *headers = (const void *)getauxval(AT_PHDR);
	size_t count = getauxval(AT_PHNUM);
	uintptr_t base = 0;

	for (size_t i = 0; headers != NULL && i < count; i++) {
		if (headers[i].p_type == PT_PHDR)
			base = (uintptr_t)headers - headers[i].p_vaddr;
	}
	for (size_t i = 0; headers != NULL && i < count; i++) {
		if (headers[i].p_type != PT_LOAD ||
		    (headers[i].p_flags & PF_X) == 0)
			continue;
		program_start = base + headers[i].p_vaddr;
		program_end = program_start + headers[i].p_memsz;
	}
}

static bool is_of_program(const void *code)
{
	return (uintptr_t)code >= program_start &&
	       (uintptr_t)code < program_end;
}

static unsigned int call(unsigned int seconds)
{
	alarm_fn *real = sw_hook_reals[SW_REAL_ALARM];
	struct itimerval timer = {.it_value = {.tv_sec = seconds}};
	struct itimerval before = {0};
	unsigned int left;

	if (real != NULL)
		return real(seconds);
	/* Nobody is to be without a limit because of us, nor to wait for a
	 * lookup in a signal handler. Seconds are rounded as the kernel does.
	 */
	(void)setitimer(ITIMER_REAL, &timer, &before);
	left = (unsigned int)before.it_value.tv_sec;
	if (before.it_value.tv_usec >= 500000 ||
	    (left == 0 && before.it_value.tv_usec > 0))
		left++;
	return left;
}

SW_EXPORT unsigned int alarm(unsigned int seconds)
{
	/* Those of libwrap and of PAM's modules are their own. */
	bool is_login = is_of_program(__builtin_return_address(0)) &&
			sw_hook_process() == SW_PROCESS_SESSION &&
			getpid() == sw_hook_session_pid();
	unsigned int left;

	if (is_login && seconds > 0) {
		due = sw_clock_monotonic_ns() + seconds * NS_PER_S;
		login_time = TIME_RUNS;
	}
	left = call(seconds);
	/* sshd -d sets no limit, and so begins with the end. */
	if (is_login && seconds == 0)
		login_time = login_time == TIME_UNSET && !sw_hook_is_debugged()
				     ? TIME_UNLIMITED
				     : TIME_ENDED;
	return left;
}

bool sw_hook_user_is_in(void)
{
	return login_time == TIME_ENDED;
}

bool sw_hook_time_is_over(void)
{
	return login_time == TIME_RUNS &&
	       sw_clock_monotonic_ns() + EARLY >= due;
}
