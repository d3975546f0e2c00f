#include "detach.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The number is the same everywhere; older headers do not have it. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#define CLOSED_ONE_BY_ONE 65536u

static unsigned int highest_descriptor(void)
{
	struct rlimit limit = {0, 0};

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur > CLOSED_ONE_BY_ONE)
		return CLOSED_ONE_BY_ONE;
	return (unsigned int)limit.rlim_cur;
}

static void close_span(unsigned int first, unsigned int last)
{
	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return;
	/* Linux before 5.9 */
	if (last > highest_descriptor())
		last = highest_descriptor();
	for (unsigned int fd = first; fd <= last; fd++)
		(void)close((int)fd);
}

static bool lift(int *fd)
{
	int lifted;

	if (*fd < 0 || *fd > 2)
		return true;
	lifted = fcntl(*fd, F_DUPFD_CLOEXEC, 3);
	if (lifted < 0)
		return false;
	*fd = lifted;
	return true;
}

static void replace_standard_ones(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC | O_NOCTTY);

	for (int fd = 0; fd <= 2; fd++) {
		if (null < 0 || dup2(null, fd) < 0)
			(void)close(fd);
	}
}

/* -1 sorts first, and the span before it is then empty. */
static void close_others(int low, int high)
{
	if (low > high) {
		int swapped = low;

		low = high;
		high = swapped;
	}
	if (low > 2)
		close_span(3, (unsigned int)low - 1);
	else
		low = 2;
	if (high > 2)
		close_span((unsigned int)low + 1, (unsigned int)high - 1);
	else
		high = low;
	close_span((unsigned int)high + 1, UINT_MAX);
}

bool detach(int *keep_a, int *keep_b)
{
	sigset_t all;

	(void)sigfillset(&all);
	(void)sigprocmask(SIG_SETMASK, &all, NULL);
	(void)setsid();
	if (chdir("/") != 0 || !lift(keep_a) || !lift(keep_b))
		return false;
	replace_standard_ones();
	close_others(*keep_a, *keep_b);
	return true;
}
