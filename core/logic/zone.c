/* zone.c - local time (pure). POSIX 8.3 TZ, RFC 9636 3.3. */
#include <stdbool.h>
#include <string.h>

#include "zone.h"

enum { DAY = 86400 };

/* ---- days and years ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
	return a / b - (a % b < 0);
}

/* Days from 1970 to the first of March of the year: leap days end such years. */
static int64_t march(int64_t y)
{
	return y * 365 + floor_div(y, 4) - floor_div(y, 100) + floor_div(y, 400) - 719468;
}

/* Days from March 1st to the first of the month, March being 0. */
static int month_start(int m)
{
	return (153 * m + 2) / 5;
}

static int64_t day_of(int64_t year, int month, int day)
{
	return march(month > 2 ? year : year - 1) + month_start((month + 9) % 12) + day - 1;
}

static int64_t date_of(int64_t day, int *month, int *mday)
{
	int64_t y = floor_div(day + 719468, 365);
	int in, m = 11;

	while (march(y) > day)
		y--;
	in = day - march(y);
	while (month_start(m) > in)
		m--;
	*month = m < 10 ? m + 3 : m - 9;
	*mday = in - month_start(m) + 1;
	return y + (*month <= 2);
}

/* ---- POSIX TZ: EST5EDT,M3.2.0,M11.1.0 ---- */

static long number(const char **p)
{
	long v = 0;

	for (; **p >= '0' && **p <= '9' && v < 1000; ++*p)
		v = v * 10 + **p - '0';
	return v;
}

static void skip_name(const char **p)
{
	if (**p == '<')
		*p += strcspn(*p, ">");
	*p += strcspn(*p, "0123456789+-,\n");
}

/* [+-]H[:M[:S]] in seconds. */
static long span(const char **p)
{
	bool minus = **p == '-';
	long v;

	*p += minus || **p == '+';
	v = number(p) * 3600;
	for (int unit = 60; unit && **p == ':'; unit /= 60) {
		++*p;
		v += number(p) * unit;
	}
	return minus ? -v : v;
}

/* ,DATE[/TIME] in local seconds since 1970, of that year. */
static int64_t turn(const char **p, int64_t year)
{
	int64_t day;

	*p += **p == ',';
	if (**p == 'M') {
		int month, week, wday, end;

		++*p;
		month = number(p) % 13;
		*p += **p == '.';
		week = number(p) % 6;
		*p += **p == '.';
		wday = number(p) % 7;
		day = day_of(year, month, 1);
		day += (wday - (day + 4) % 7 + 14) % 7 + (week - 1) * 7;	/* 1970 began on a Thursday */
		end = day_of(month == 12 ? year + 1 : year, month % 12 + 1, 1);
		while (day >= end)
			day -= 7;
	} else {
		bool julian = **p == 'J';
		long n;

		*p += julian;
		n = number(p);
		day = day_of(year, 1, 1) + n;
		if (julian)	/* counts no 29th of February */
			day = n < 60 ? day - 1 : day_of(year, 3, 1) + n - 60;
	}
	if (**p == '/') {
		++*p;
		return day * DAY + span(p);
	}
	return day * DAY + 2 * 3600;
}

long zone_offset(const char *p, int64_t when)
{
	long normal, summer;
	int64_t year, from, to;
	int month, mday;

	skip_name(&p);
	normal = summer = -span(&p);
	if (!*p || *p == '\n')
		return normal;
	skip_name(&p);
	summer += 3600;
	if (*p && *p != ',' && *p != '\n')
		summer = -span(&p);
	if (*p != ',')
		p = ",M3.2.0,M11.1.0";
	year = date_of(floor_div(when + normal, DAY), &month, &mday);
	from = turn(&p, year) - normal;
	to = turn(&p, year) - summer;
	if (from < to)
		return when >= from && when < to ? summer : normal;
	return when >= to && when < from ? normal : summer;
}

const char *zone_rule(char *p, size_t n)
{
	if (n < 4 || memcmp(p, "TZif", 4))
		return p;
	if (p[n - 1] != '\n')
		return "";
	while (--n && p[n - 1] != '\n')
		;
	return p + n;
}

void zone_clock(struct text *t, usec u, int date)
{
	int64_t sec = floor_div(u, SEC), day = floor_div(sec, DAY);
	int in = sec - day * DAY, month, mday;

	if (date) {
		long year = date_of(day, &month, &mday);

		text_put(t, "%04ld-%02d-%02d ", year, month, mday);
	}
	text_put(t, "%02d:%02d:%02d.%06d", in / 3600, in / 60 % 60, in % 60, (int)(u - sec * SEC));
}
