/* clock.h - the two clocks; only entry points read them. */

#ifndef SSHWHY_CLOCK_H
#define SSHWHY_CLOCK_H

#include <stdint.h>

/* Milliseconds since 1970, UTC. */
int64_t sw_clock_utc_ms(void);

/* Nanoseconds of CLOCK_MONOTONIC. */
uint64_t sw_clock_monotonic_ns(void);

static inline uint64_t sw_clock_monotonic_ms(void)
{
	return sw_clock_monotonic_ns() / 1000000;
}

#endif
