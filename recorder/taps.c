#include "taps.h"

#include "delay.h"
#include "tap_file.h"
#include "tap_journal.h"

#include "sshwhy/clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static void on_line(void *context, const struct sw_line *line)
{
	struct sw_taps *taps = context;

	sw_delay_add(taps->delay, line, sw_clock_utc_ms());
}

/* The recorder has other sources; it works without this one. */
static enum sw_err excuse(const char *what, enum sw_err err)
{
	if (err == SW_OK || err == SW_E_NOMEM)
		return err;
	fprintf(stderr, "sshwhyd: %s is not followed: %s\n", what,
		err == SW_E_IO ? strerror(errno) : sw_strerror(err));
	return SW_OK;
}

enum sw_err sw_taps_start(struct sw_taps *taps, sd_event *event,
			  const struct sw_recorder *recorder, sw_line_fn line,
			  void *context)
{
	enum sw_err err = SW_OK;

	*taps = (struct sw_taps){.line = line, .context = context};
	taps->delay = sw_delay_new(line, context);
	if (taps->delay == NULL)
		return SW_E_NOMEM;
	if (recorder->journal)
		err = excuse("the journal",
			     sw_journal_tap_start(event, on_line, taps,
						  &taps->journal));
	if (err == SW_OK && recorder->log_file != NULL)
		err = excuse(recorder->log_file,
			     sw_file_tap_start(event, recorder->log_file,
					       on_line, taps, sw_clock_utc_ms(),
					       &taps->file));
	if (err != SW_OK)
		sw_taps_stop(taps);
	return err;
}

void sw_taps_tick(struct sw_taps *taps, int64_t now)
{
	if (taps->file != NULL)
		sw_file_tap_tick(taps->file, now);
	sw_delay_tick(taps->delay, now);
}

void sw_taps_stop(struct sw_taps *taps)
{
	sw_journal_tap_stop(taps->journal);
	sw_file_tap_stop(taps->file);
	sw_delay_free(taps->delay);
	*taps = (struct sw_taps){0};
}
