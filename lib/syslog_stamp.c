#include "syslog_stamp.h"

#include <string.h>

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
static size_t read_bsd(const char *text, size_t len, struct sw_stamp *out)
{
	size_t at = 4;
	int day;
	int year;

	if (len < 15 || text[3] != ' ')
		return 0;
	out->month = month_of(text);
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
static size_t read_iso(const char *text, size_t len, struct sw_stamp *out)
{
	int month = digits(text, len, 5, 2);
	int day = digits(text, len, 8, 2);
	size_t at;

	if (month < 1 || month > 12 || day < 1 || day > 31 || text[4] != '-' ||
	    text[7] != '-' || !is_at(text, len, 10, "T "))
		return 0;
	out->year = digits(text, len, 0, 4);
	out->month = (unsigned int)month;
	out->day = (unsigned int)day;
	at = read_clock(text, len, 11, out);
	return at == 0 ? 0 : read_zone(text, len, at, out);
}

size_t sw_stamp_read(const char *at, size_t len, struct sw_stamp *out)
{
	memset(out, 0, sizeof(*out));
	if (digits(at, len, 0, 4) >= 1970)
		return read_iso(at, len, out);
	return read_bsd(at, len, out);
}
