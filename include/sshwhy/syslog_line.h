/* syslog_line.h - the header of a line in a system log file. */

#ifndef SSHWHY_SYSLOG_LINE_H
#define SSHWHY_SYSLOG_LINE_H

#include "sshwhy/err.h"
#include "sshwhy/logline.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A time as written. */
struct sw_stamp {
	int year;	     /* 0: not written, as in "Nov 22 07:37:03" */
	unsigned int month;  /* 1 to 12 */
	unsigned int day;    /* 1 to 31 */
	unsigned int second; /* of the day */
	unsigned int ms;
	bool has_zone;
	int zone; /* seconds east of UTC */
};

/* Texts point into the line and have no NUL behind them. */
struct sw_syslog_line {
	struct sw_stamp stamp;
	const char *host; /* host_len 0: none is written */
	size_t host_len;
	enum sw_log_origin origin;
	pid_t pid;	    /* 0: none is written */
	const char *module; /* "pam_unix" in "sshd(pam_unix)[41]:" */
	size_t module_len;
	const char *message;
	size_t message_len;
	/* The line before this one was said so many times again; 0: this line
	 * speaks for itself. */
	unsigned int repeated;
};

/*
 * Take a line apart: "Nov 22 07:37:03 host sshd[41]: ..." or
 * "2026-11-22T07:37:03.123456+01:00 host sshd-session[41]: ...", with or
 * without "<38>"; RFC 5424; what journalctl prints with a date; and the
 * variants of syslogd that write the priority, a relay's or a container
 * runtime's own header first, or the program in brackets.
 *
 * line  len bytes without the newline
 *
 * Returns SW_OK, or SW_E_SYNTAX when it does not begin with a time. On failure
 * *out keeps its old value.
 */
SW_MUST_CHECK
enum sw_err sw_syslog_parse(const char *line, size_t len,
			    struct sw_syslog_line *out);

/* Follows the times of a log through the years, in the zone of the process. */
struct sw_syslog_clock {
	int year;	    /* of the last line without a year */
	unsigned int month; /* of that line; 0: there was none */
	int64_t hour_key;   /* the hour that was converted last */
	int64_t hour_start; /* seconds UTC */
};

/* Begin a log; year is the one of its first line that does not say it. */
void sw_syslog_clock_init(struct sw_syslog_clock *clock, int year);

/*
 * Let the clock see every line of the log, so that it notices each New Year: a
 * step back by half a year or more. Smaller ones are lines out of order.
 */
void sw_syslog_clock_see(struct sw_syslog_clock *clock,
			 const struct sw_stamp *stamp);

/* The time of the line that was seen last, in milliseconds UTC. */
int64_t sw_syslog_clock_ms(struct sw_syslog_clock *clock,
			   const struct sw_stamp *stamp);

/* Finds the years of a log by reading it once beforehand. */
struct sw_syslog_years {
	struct sw_syslog_clock clock;
	struct sw_stamp last; /* month 0: no line without a year yet */
	int leap_year;	      /* the clock's, at a 29th of February; or 0 */
};

void sw_syslog_years_init(struct sw_syslog_years *years);

void sw_syslog_years_see(struct sw_syslog_years *years,
			 const struct sw_stamp *stamp);

/* The latest year for the first line with which the last one does not lie in
 * the future of now (milliseconds UTC), and the 29th of February exists. */
int sw_syslog_years_first(const struct sw_syslog_years *years, int64_t now);

#endif
