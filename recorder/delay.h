/* delay.h - log lines wait, so that what the hook says comes first. */

#ifndef RECORDER_DELAY_H
#define RECORDER_DELAY_H

#include "taps.h"

#include <stdint.h>

#define SW_DELAY_MS 500
#define SW_DELAY_LINES 4096
#define SW_DELAY_TEXT 2048 /* bytes of a line's text that are kept */

struct sw_delay; /* private to delay.c */

/* Make one that delivers to line; NULL when there is no memory. Freed by
 * sw_delay_free(). */
struct sw_delay *sw_delay_new(sw_line_fn line, void *context);

/* Deliver what is still held, and free; delay may be NULL. */
void sw_delay_free(struct sw_delay *delay);

/*
 * Hold a copy of line back for SW_DELAY_MS. Lines are delivered in the order in
 * which they came. Behind SW_DELAY_LINES lines, and without memory, the oldest
 * ones are delivered early: no line is lost.
 *
 * now  milliseconds UTC
 */
void sw_delay_add(struct sw_delay *delay, const struct sw_line *line,
		  int64_t now);

/* Deliver what has waited for long enough. A clock that was set back makes no
 * line wait for longer. */
void sw_delay_tick(struct sw_delay *delay, int64_t now);

#endif
