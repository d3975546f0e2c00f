/* log_strip.h - what stands around the words of a message. */

#ifndef SSHWHY_LOG_STRIP_H
#define SSHWHY_LOG_STRIP_H

#include "log_match.h"

#include <stdint.h>

enum sw_log_level {
	SW_LOG_LEVEL_NONE = 0, /* not written: info or verbose */
	SW_LOG_LEVEL_FATAL,
	SW_LOG_LEVEL_ERROR,
	SW_LOG_LEVEL_DEBUG,
};

struct sw_log_stripped {
	struct sw_log_span words;
	enum sw_log_level level;
	uint64_t times; /* 1, or more behind "message repeated N times" */
	bool cut;	/* as long as sshd lets a message be */
};

/* Take off what syslog and sshd put around a message. */
struct sw_log_stripped sw_log_strip(struct sw_log_span message);

#endif
