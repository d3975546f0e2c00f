#include "sshwhy/syslog_line.h"

#include <time.h>

#define HALF_YEAR 6 /* months */

/* Where years are counted before they are known; a leap year. */
#define SOME_YEAR 2000

void sw_syslog_clock_init(struct sw_syslog_clock *clock, int year)
{
	*clock = (struct sw_syslog_clock){.year = year, .hour_key = -1};
}

void sw_syslog_clock_see(struct sw_syslog_clock *clock,
			 const struct sw_stamp *stamp)
{
	int step;

	if (stamp->year != 0 || stamp->month == clock->month)
		return;
	step = (int)stamp->month - (int)clock->month;
	if (clock->month != 0 && step <= -HALF_YEAR)
		clock->year++;
	else if (clock->month != 0 && step > HALF_YEAR)
		clock->year--;
	clock->month = stamp->month;
}

/* Seconds UTC of the hour that stamp lies in, in the local zone. */
static int64_t local_hour(const struct sw_stamp *stamp, int year)
{
	struct tm tm = {
		.tm_year = year - 1900,
		.tm_mon = (int)stamp->month - 1,
		.tm_mday = (int)stamp->day,
		.tm_hour = (int)(stamp->second / 3600),
		.tm_isdst = -1,
	};

	return (int64_t)mktime(&tm);
}

/* The same where the zone is written. */
static int64_t zoned_hour(const struct sw_stamp *stamp)
{
	struct tm tm = {
		.tm_year = stamp->year - 1900,
		.tm_mon = (int)stamp->month - 1,
		.tm_mday = (int)stamp->day,
		.tm_hour = (int)(stamp->second / 3600),
	};

	return (int64_t)timegm(&tm);
}

int64_t sw_syslog_clock_ms(struct sw_syslog_clock *clock,
			   const struct sw_stamp *stamp)
{
	int year = stamp->year != 0 ? stamp->year : clock->year;
	int64_t key =
		((year * INT64_C(16) + stamp->month) * 32 + stamp->day) * 32 +
		stamp->second / 3600;
	int64_t zone = stamp->has_zone ? stamp->zone : 0;

	key = key * 2 + (stamp->has_zone ? 1 : 0);
	if (key != clock->hour_key) {
		clock->hour_start = stamp->has_zone ? zoned_hour(stamp)
						    : local_hour(stamp, year);
		clock->hour_key = key;
	}
	return (clock->hour_start + stamp->second % 3600 - zone) * 1000 +
	       stamp->ms;
}

void sw_syslog_years_init(struct sw_syslog_years *years)
{
	*years = (struct sw_syslog_years){.leap_year = 0};
	sw_syslog_clock_init(&years->clock, SOME_YEAR);
}

void sw_syslog_years_see(struct sw_syslog_years *years,
			 const struct sw_stamp *stamp)
{
	if (stamp->year != 0)
		return;
	sw_syslog_clock_see(&years->clock, stamp);
	years->last = *stamp;
	if (stamp->month == 2 && stamp->day == 29)
		years->leap_year = years->clock.year;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int sw_syslog_years_first(const struct sw_syslog_years *years, int64_t now)
{
	struct sw_syslog_clock clock;
	int passed = years->clock.year - SOME_YEAR;
	time_t seconds = (time_t)(now / 1000);
	struct tm tm;
	int last;

	if (localtime_r(&seconds, &tm) == NULL)
		return 1970;
	last = tm.tm_year + 1900;
	if (years->last.month == 0)
		return last;
	sw_syslog_clock_init(&clock, last);
	if (sw_syslog_clock_ms(&clock, &years->last) > now)
		last--;
	if (years->leap_year != 0) {
		while (!is_leap(last - passed + years->leap_year - SOME_YEAR))
			last--;
	}
	return last - passed;
}
