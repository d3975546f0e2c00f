#include "sshwhy/utc.h"

#include "sshwhy/num.h"

#include <stdbool.h>
#include <string.h>

#define DAY_MS INT64_C(86400000)

static bool is_leap(int64_t year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Days between 1970-01-01 and the first day of year, 1970 to 10000. */
static int64_t days_before_year(int64_t year)
{
	int64_t past = year - 1;

	return (year - 1970) * 365 + past / 4 - past / 100 + past / 400 - 477;
}

/* Days of the year before the first day of month, 1 to 13. */
static int64_t days_before_month(int64_t year, int64_t month)
{
	static const short days[] = {0,	  31,  59,  90,	 120, 151, 181,
				     212, 243, 273, 304, 334, 365};

	return days[month - 1] + (month > 2 && is_leap(year) ? 1 : 0);
}

/* Write a number over zeros, its last digit at last. */
static void put(char *last, int64_t number)
{
	for (; number != 0; number /= 10)
		*last-- = (char)('0' + number % 10);
}

char *sw_utc_format(int64_t ms, char *buf)
{
	int64_t days = ms / DAY_MS;
	int64_t rest = ms % DAY_MS;
	int64_t year = 1970 + days / 366;
	int64_t month = 1;

	buf[0] = '\0';
	if (ms < 0 || ms > SW_UTC_MAX)
		return buf;
	while (days_before_year(year + 1) <= days)
		year++;
	days -= days_before_year(year);
	while (days_before_month(year, month + 1) <= days)
		month++;
	days -= days_before_month(year, month);
	memcpy(buf, "0000-00-00T00:00:00.000Z", SW_UTC_TEXT_MAX);
	put(buf + 3, year);
	put(buf + 6, month);
	put(buf + 9, days + 1);
	put(buf + 12, rest / 3600000);
	put(buf + 15, rest / 60000 % 60);
	put(buf + 18, rest / 1000 % 60);
	put(buf + 22, rest % 1000);
	return buf;
}

enum part { YEAR, MONTH, DAY, HOUR, MINUTE, SECOND, MILLISECOND, PARTS };

static const struct {
	size_t start;
	size_t len;
	char behind;
	uint64_t least;
	uint64_t max;
} layout[PARTS] = {
	[YEAR] = {0, 4, '-', 1970, 9999},     [MONTH] = {5, 2, '-', 1, 12},
	[DAY] = {8, 2, 'T', 1, 31},	      [HOUR] = {11, 2, ':', 0, 23},
	[MINUTE] = {14, 2, ':', 0, 59},	      [SECOND] = {17, 2, '.', 0, 59},
	[MILLISECOND] = {20, 3, 'Z', 0, 999},
};

static enum sw_err read_parts(const char *text, int64_t *parts)
{
	enum sw_err result = SW_OK;

	if (strlen(text) != SW_UTC_TEXT_MAX - 1)
		return SW_E_SYNTAX;
	for (size_t i = 0; i < PARTS; i++) {
		const char *start = text + layout[i].start;
		uint64_t value = 0;
		enum sw_err err = sw_num_parse_n(start, layout[i].len,
						 UINT64_MAX, &value);

		if (err != SW_OK || start[layout[i].len] != layout[i].behind)
			return SW_E_SYNTAX;
		if (value < layout[i].least || value > layout[i].max)
			result = SW_E_RANGE;
		parts[i] = (int64_t)value;
	}
	return result;
}

enum sw_err sw_utc_parse(const char *text, int64_t *out_ms)
{
	int64_t at[PARTS];
	enum sw_err err = read_parts(text, at);
	int64_t days;

	if (err != SW_OK)
		return err;
	days = days_before_month(at[YEAR], at[MONTH]) + at[DAY] - 1;
	if (days >= days_before_month(at[YEAR], at[MONTH] + 1))
		return SW_E_RANGE;
	days += days_before_year(at[YEAR]);
	*out_ms = days * DAY_MS + at[HOUR] * 3600000 + at[MINUTE] * 60000 +
		  at[SECOND] * 1000 + at[MILLISECOND];
	return SW_OK;
}
