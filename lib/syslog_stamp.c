#include "syslog_stamp.h"

#include <string.h>
#include <time.h>

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Exactly count digits at text[at]; -1 when there are none. */
static int digits(const char *text, size_t len, size_t at, size_t count)
{
	int n = 0;

	if (at + count > len)
		return -1;
	for (size_t i = at; i < at + count; i++) {
		if (!is_digit(text[i]))
			return -1;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static bool is_at(const char *text, size_t len, size_t at, const char *set)
{
	return at < len && text[at] != '\0' && strchr(set, text[at]) != NULL;
}

/* "07:37:03" with a fraction perhaps; 0 when there is none. */
static size_t read_clock(const char *text, size_t len, size_t at,
			 struct sw_stamp *out)
{
	int hour = digits(text, len, at, 2);
	int minute = digits(text, len, at + 3, 2);
	int second = digits(text, len, at + 6, 2);
	unsigned int weight = 100;

	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 ||
	    second > 60 || text[at + 2] != ':' || text[at + 5] != ':')
		return 0;
	out->second = (unsigned int)(hour * 3600 + minute * 60 + second);
	out->ms = 0;
	at += 8;
	if (!is_at(text, len, at, ".,") || digits(text, len, at + 1, 1) < 0)
		return at;
	for (at++; at < len && is_digit(text[at]); at++) {
		out->ms += weight * (unsigned int)(text[at] - '0');
		weight /= 10;
	}
	return at;
}

static unsigned int month_of(const char *text)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (unsigned int i = 0; i < 12; i++) {
		if (memcmp(names + (size_t)i * 3, text, 3) == 0)
			return i + 1;
	}
	return 0;
}

/* "Nov 22 07:37:03", "Nov  2 ...", and with a year behind the day. */
static size_t read_bsd(const char *text, size_t len, size_t at,
		       struct sw_stamp *out)
{
	int day;
	int year;

	if (len < at + 15 || text[at + 3] != ' ')
		return 0;
	out->month = month_of(text + at);
	at += 4;
	if (text[at] == ' ')
		at++;
	day = digits(text, len, at, 2);
	at += 2;
	if (day < 0) {
		at--;
		day = digits(text, len, at - 1, 1);
	}
	if (out->month == 0 || day < 1 || day > 31 || text[at] != ' ')
		return 0;
	out->day = (unsigned int)day;
	at++;
	year = digits(text, len, at, 4);
	if (year >= 0 && is_at(text, len, at + 4, " ")) {
		out->year = year;
		at += 5;
	}
	return read_clock(text, len, at, out);
}

/* "Z", "+01:00", "+0100", "+01" or nothing; the place behind it. */
static size_t read_zone(const char *text, size_t len, size_t at,
			struct sw_stamp *out)
{
	int hours = digits(text, len, at + 1, 2);
	int sign = is_at(text, len, at, "-") ? -1 : 1;
	int minutes;
	size_t end;

	out->has_zone = true;
	out->zone = 0;
	if (is_at(text, len, at, "Zz"))
		return at + 1;
	if (!is_at(text, len, at, "+-") || hours < 0) {
		out->has_zone = false;
		return at;
	}
	end = at + 3;
	if (is_at(text, len, end, ":"))
		end++;
	minutes = digits(text, len, end, 2);
	out->zone = sign * (hours * 3600 + (minutes < 0 ? 0 : minutes * 60));
	return minutes < 0 ? at + 3 : end + 2;
}

/* "2026-11-22T07:37:03.123456+01:00" */
static size_t read_iso(const char *text, size_t len, size_t at,
		       struct sw_stamp *out)
{
	int month = digits(text, len, at + 5, 2);
	int day = digits(text, len, at + 8, 2);

	if (month < 1 || month > 12 || day < 1 || day > 31 ||
	    !is_at(text, len, at + 4, "-/") || text[at + 7] != text[at + 4] ||
	    !is_at(text, len, at + 10, "T "))
		return 0;
	out->year = digits(text, len, at, 4);
	out->month = (unsigned int)month;
	out->day = (unsigned int)day;
	at = read_clock(text, len, at + 11, out);
	return at == 0 ? 0 : read_zone(text, len, at, out);
}

/* "1511332623.123456", UTC */
static size_t read_unix(const char *text, size_t len, struct sw_stamp *out)
{
	time_t seconds = 0;
	size_t at = 0;
	struct tm tm;

	for (; at < 11 && at < len && is_digit(text[at]); at++)
		seconds = seconds * 10 + (text[at] - '0');
	if (at < 9 || !is_at(text, len, at, ".") ||
	    digits(text, len, at + 1, 3) < 0 || gmtime_r(&seconds, &tm) == NULL)
		return 0;
	out->year = tm.tm_year + 1900;
	out->month = (unsigned int)tm.tm_mon + 1;
	out->day = (unsigned int)tm.tm_mday;
	out->second = (unsigned int)(seconds % 86400);
	out->ms = (unsigned int)digits(text, len, at + 1, 3);
	out->has_zone = true;
	for (at++; at < len && is_digit(text[at]); at++)
		;
	return at;
}

static bool is_weekday(const char *text, size_t len)
{
	static const char names[] = "MonTueWedThuFriSatSun";

	if (len < 4 || text[3] != ' ')
		return false;
	for (size_t i = 0; i < 7; i++) {
		if (memcmp(names + i * 3, text, 3) == 0)
			return true;
	}
	return false;
}

/* Behind a time with a weekday: journalctl's " CET", which only "UTC" says
 * enough of, or the year, " 2026". */
static size_t read_behind(const char *text, size_t len, size_t at,
			  struct sw_stamp *out)
{
	size_t end = at + 1;
	int year = digits(text, len, at + 1, 4);

	while (end < len && text[end] >= 'A' && text[end] <= 'Z')
		end++;
	if (out->year == 0 && year >= 1970 && is_at(text, len, at + 5, " ")) {
		out->year = year;
		return at + 5;
	}
	if (end - at < 4 || end - at > 6 || !is_at(text, len, end, " "))
		return at;
	if (memcmp(text + at + 1, "UTC", 3) == 0)
		out->has_zone = true;
	return end;
}

size_t sw_stamp_read(const char *at, size_t len, struct sw_stamp *out)
{
	size_t start = is_weekday(at, len) ? 4 : 0;
	bool is_iso = digits(at, len, start, 4) >= 1970;
	size_t end;

	memset(out, 0, sizeof(*out));
	if (len > 0 && is_digit(at[0])) {
		end = read_unix(at, len, out);
		if (end != 0)
			return end;
		memset(out, 0, sizeof(*out));
	}
	end = is_iso ? read_iso(at, len, start, out)
		     : read_bsd(at, len, start, out);
	if (end == 0 || start == 0 || out->has_zone ||
	    !is_at(at, len, end, " "))
		return end;
	return read_behind(at, len, end, out);
}
