#include "when.h"

#include "sshwhy/duration.h"
#include "sshwhy/num.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

/* A text that is read from left to right. */
struct cursor {
	const char *at;
	enum sw_err err; /* of the first thing that did not fit */
};

static bool next_is(struct cursor *cursor, const char *set)
{
	if (cursor->err != SW_OK || *cursor->at == '\0' ||
	    strchr(set, *cursor->at) == NULL)
		return false;
	cursor->at++;
	return true;
}

static void expect(struct cursor *cursor, const char *set)
{
	if (!next_is(cursor, set) && cursor->err == SW_OK)
		cursor->err = SW_E_SYNTAX;
}

/* Exactly so many digits, with a value between low and high. */
static int digits(struct cursor *cursor, size_t count, int low, int high)
{
	uint64_t value = 0;

	if (cursor->err != SW_OK)
		return 0;
	if (strnlen(cursor->at, count) < count) {
		cursor->err = SW_E_SYNTAX;
		return 0;
	}
	cursor->err = sw_num_parse_n(cursor->at, count, (uint64_t)high, &value);
	if (cursor->err == SW_OK && value < (uint64_t)low)
		cursor->err = SW_E_RANGE;
	if (cursor->err != SW_OK)
		return 0;
	cursor->at += count;
	return (int)value;
}

static int64_t milliseconds(struct cursor *cursor)
{
	int64_t value = 0;
	int scale = 100;

	if (!next_is(cursor, ".,"))
		return 0;
	if (!isdigit((unsigned char)*cursor->at))
		cursor->err = SW_E_SYNTAX;
	for (; isdigit((unsigned char)*cursor->at); cursor->at++) {
		value += scale * (*cursor->at - '0');
		scale /= 10;
	}
	return value;
}

/* Seconds that the zone is east of UTC; false where none is named. */
static bool zone(struct cursor *cursor, int64_t *out_seconds)
{
	bool east = *cursor->at == '+';
	int64_t seconds;

	*out_seconds = 0;
	if (next_is(cursor, "Zz"))
		return true;
	if (!next_is(cursor, "+-"))
		return false;
	seconds = 3600 * (int64_t)digits(cursor, 2, 0, 14);
	if (next_is(cursor, ":") || *cursor->at != '\0')
		seconds += 60 * (int64_t)digits(cursor, 2, 0, 59);
	*out_seconds = east ? seconds : -seconds;
	return true;
}

static struct tm day(struct cursor *cursor)
{
	struct tm tm = {.tm_isdst = -1};

	tm.tm_year = digits(cursor, 4, 1970, 9999) - 1900;
	expect(cursor, "-");
	tm.tm_mon = digits(cursor, 2, 1, 12) - 1;
	expect(cursor, "-");
	tm.tm_mday = digits(cursor, 2, 1, 31);
	return tm;
}

static bool is_in_the_calendar(const struct tm *tm)
{
	struct tm normal = *tm;

	return timegm(&normal) != (time_t)-1 && normal.tm_mday == tm->tm_mday;
}

static enum sw_err parse_iso(const char *text, int64_t *out_ms)
{
	struct cursor cursor = {text, SW_OK};
	struct tm tm = day(&cursor);
	int64_t fraction = 0;
	int64_t east = 0;
	bool zoned = false;
	time_t seconds;

	if (next_is(&cursor, "Tt ")) {
		tm.tm_hour = digits(&cursor, 2, 0, 23);
		expect(&cursor, ":");
		tm.tm_min = digits(&cursor, 2, 0, 59);
		if (next_is(&cursor, ":")) {
			tm.tm_sec = digits(&cursor, 2, 0, 60);
			fraction = milliseconds(&cursor);
		}
		zoned = zone(&cursor, &east);
	}
	if (cursor.err != SW_OK)
		return cursor.err;
	if (*cursor.at != '\0')
		return SW_E_SYNTAX;
	if (!is_in_the_calendar(&tm))
		return SW_E_RANGE;

	seconds = zoned ? timegm(&tm) : mktime(&tm);
	*out_ms = ((int64_t)seconds - east) * 1000 + fraction;
	return SW_OK;
}

static struct tm local(int64_t ms)
{
	time_t seconds = (time_t)(ms / 1000);
	struct tm tm = {0};

	(void)localtime_r(&seconds, &tm);
	return tm;
}

static int64_t midnight_before(int64_t now)
{
	struct tm tm = local(now);

	tm.tm_hour = tm.tm_min = tm.tm_sec = 0;
	tm.tm_isdst = -1;
	return (int64_t)mktime(&tm) * 1000;
}

enum sw_err sw_when_parse(const char *text, int64_t now, int64_t *out_ms)
{
	uint32_t age;
	enum sw_err err;

	if (strcmp(text, "today") == 0) {
		*out_ms = midnight_before(now);
		return SW_OK;
	}
	if (*text != '-')
		return parse_iso(text, out_ms);

	err = sw_duration_parse(text + 1, &age);
	if (err == SW_OK)
		*out_ms = now - (int64_t)age * 1000;
	return err;
}

/* Two digits and what stands behind them; strftime() asks the locale. */
static char *put_two(char *at, int value, char behind)
{
	at[0] = (char)('0' + value / 10 % 10);
	at[1] = (char)('0' + value % 10);
	at[2] = behind;
	return at + 3;
}

char *sw_when_format(int64_t ms, char *buf)
{
	struct tm tm = local(ms);
	int minutes = (int)(tm.tm_gmtoff / 60);
	int off = minutes < 0 ? -minutes : minutes;
	int year = tm.tm_year + 1900;
	char *at = buf;

	at = put_two(at, year / 100, '\0') - 1;
	at = put_two(at, year % 100, '-');
	at = put_two(at, tm.tm_mon + 1, '-');
	at = put_two(at, tm.tm_mday, 'T');
	at = put_two(at, tm.tm_hour, ':');
	at = put_two(at, tm.tm_min, ':');
	at = put_two(at, tm.tm_sec, minutes < 0 ? '-' : '+');
	at = put_two(at, off / 60, ':');
	(void)put_two(at, off % 60, '\0');
	return buf;
}

char *sw_when_format_near(int64_t ms, int64_t now, char *buf)
{
	struct tm then = local(ms);
	struct tm today = local(now);
	bool near =
		then.tm_year == today.tm_year && then.tm_yday == today.tm_yday;

	(void)strftime(buf, SW_WHEN_TEXT_MAX, near ? "%T" : "%F %T", &then);
	return buf;
}
