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
		for (n = 0; plain(s[n]) && n < room - TEXT_TAIL; n++)
			;
		if (n || (n = utf8(s)) > 1)
			text_put(t, "%.*s", (int)n, s);
		else
			text_put(t, !n ? "\\ufffd" : *s == '"' || *s == '\\' ? "\\%c" : "\\u%04x", *s);
		n += !n;
	}
}
