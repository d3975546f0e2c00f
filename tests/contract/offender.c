/* A module that breaks both contracts of symbols.sh, to show that it sees. */

#include "sshwhy/err.h"

#include <stdlib.h>
#include <sys/stat.h>

void *sw_offend(void);

SW_EXPORT void *sw_offend(void)
{
	return malloc(umask(0));
}
