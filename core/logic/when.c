/* when.c - a moment as reload_time_file writes it (pure): HH:MM:SS or [YY]YY-MM-DD HH:MM:SS, Z for UTC. */
#include <stddef.h>

#include "when.h"

enum { DAY_SECS = 86400 };

/* Digits up to a mark; the place behind it, or NULL. */
static const char *number(const char *p, const char *marks, unsigned *v)
{
	const char *m = marks;

	for (*v = 0; *p >= '0' && *p <= '9' && *v < 100000; p++)
		*v = *v * 10 + (*p - '0');
	while (*m && *m != *p)
		m++;
	return *m ? p + 1 : NULL;
}

/* Days from 1970 to a date of the Gregorian calendar; the year begins in March. */
static int64_t days(unsigned y, unsigned m, unsigned d)
{
	y -= m < 3;
	m = m < 3 ? m + 9 : m - 3;
	return 365ll * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + d - 1 - 719468;
}

enum when when_due(const char *text, int64_t from, int64_t now, long offset)
{
	const char *p = text, *q;
	unsigned y = 0, mon = 0, d = 0, h, min, s;
	int64_t at, day = (now + offset - (now + offset < 0) * (DAY_SECS - 1)) / DAY_SECS;

	while (*p == ' ' || *p == '\t')
		p++;
	if ((q = number(p, "-", &y))) {
		if (!(q = number(q, "-", &mon)) || !(q = number(q, " T", &d)) || mon < 1 || mon > 12 || d < 1 || d > 31)
			return WHEN_WRONG;
		while (*q == ' ')
			q++;
		p = q;
	}
	if (!(p = number(p, ":", &h)) || !(p = number(p, ":", &min)))
		return WHEN_WRONG;
	for (s = 0; *p >= '0' && *p <= '9' && s < 100; p++)
		s = s * 10 + (*p - '0');
	if (h > 23 || min > 59 || s > 60)
		return WHEN_WRONG;
	if (*p == 'Z') {
		offset = 0;
		day = now / DAY_SECS;
	}
	if (q)
		day = days(y < 100 ? y + 2000 : y, mon, d);
	at = day * DAY_SECS + h * 3600 + min * 60 + s - offset;
	return at > from && at <= now ? WHEN_NOW : at > now || !q ? WHEN_LATER : WHEN_PAST;
}
