/* text.c - texts (pure). */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "text.h"

const char *text_nth(const char *list, unsigned n)
{
	while (n--)
		list += strlen(list) + 1;
	return list;
}

void text_put(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(t->p + t->n, t->size - t->n, fmt, ap);
	va_end(ap);
	t->n += n;
	if (t->n >= t->size)
		t->n = t->size - 1;
}

/* How many bytes the character at s takes; 0: it is none (RFC 3629). */
static unsigned utf8(const char *s)
{
	static const uint16_t least[] = { 0, 0, 0x80, 0x800, 0x1000 };	/* the last one: times 16 */
	unsigned char first = *s;
	unsigned i, n = first < 0x80 ? 1 : first < 0xc0 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf8 ? 4 : 0;
	uint32_t c = first & 0xff >> (n + 1);

	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (s[i] & 0x3f);
	}
	if (n < 2)
		return n;
	return c >= (uint32_t)least[n] << 4 * (n == 4) && c < 0x110000 && c >> 11 != 0xd800 >> 11 ? n : 0;
}

static bool plain(char c)
{
	return c >= ' ' && c < 127 && c != '"' && c != '\\';
}

void text_json(struct text *t, const char *s)
{
	size_t n, room;

	for (; *s && (room = t->size - t->n) > TEXT_TAIL; s += n) {
		for (n = 0; n < room - TEXT_TAIL && plain(s[n]); n++)
			;
		if (n || (n = utf8(s)) > 1)
			text_put(t, "%.*s", (int)n, s);
		else
			text_put(t, !n ? "\\ufffd" : *s == '"' || *s == '\\' ? "\\%c" : "\\u%04x", *s);
		n += !n;
	}
}

void text_label(struct text *t, const char *s)
{
	for (unsigned n, left = TEXT_CAP; *s && left--; s += n + !n) {
		n = utf8(s);
		if (!n)
			text_put(t, "\357\277\275");
		else if (*s == '\n')
			text_put(t, "\\n");
		else
			text_put(t, *s == '"' || *s == '\\' ? "\\%.*s" : "%.*s", (int)n, s);
	}
}

static void printable(struct text *t, const char *s, unsigned n)
{
	for (; *s && n; s++, n--)
		text_put(t, "%c", *s >= ' ' && *s <= '~' ? *s : '?');
}

void text_plain(struct text *t, const char *s)
{
	printable(t, s, TEXT_CAP);
}

void text_cell(struct text *t, const char *s, unsigned width)
{
	size_t len = strlen(s);
	bool cut = len > width;

	printable(t, s, cut ? width - 1 : len);
	text_put(t, "%*s ", cut ? 1 : (int)(width - len), cut ? "~" : "");
}

void text_secs(struct text *t, usec span)
{
	text_put(t, "%lld.%03u", (long long)(span / SEC), (unsigned)(span % SEC / MS));
}

static void span(struct text *t, usec span, unsigned units)
{
	static const struct { unsigned secs; char letter; } unit[] = {
		{ 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' },
	};
	unsigned long left = span / SEC;
	unsigned i = 0;

	while (i < 3 && left < unit[i].secs)
		i++;
	for (const char *gap = ""; units-- && i < 4; gap = " ", left %= unit[i++].secs)
		text_put(t, "%s%lu%c", gap, left / unit[i].secs, unit[i].letter);
}

void text_span(struct text *t, usec time)
{
	span(t, time, 2);
}

void text_age(struct text *t, usec time)
{
	span(t, time, 1);
}

static unsigned month_days(unsigned year, unsigned month)
{
	if (month == 1)
		return year % 4 || (year % 100 == 0 && year % 400) ? 28 : 29;
	return month == 3 || month == 5 || month == 8 || month == 10 ? 30 : 31;
}

void text_date(struct text *t, int64_t epoch)
{
	unsigned secs = epoch % 86400, days = epoch / 86400, year = 1970, month = 0, n;

	if (epoch < 0 || epoch > 253402300799) {		/* not this side of the year 9999: a clock gone mad */
		text_put(t, "@%lld", (long long)epoch);
		return;
	}
	for (; days >= (n = month_days(year, month)); days -= n)
		if (++month == 12)
			month = 0, year++;
	text_put(t, "%u-%02u-%02u %02u:%02u:%02uZ", year, month + 1, days + 1, secs / 3600, secs / 60 % 60, secs % 60);
}
