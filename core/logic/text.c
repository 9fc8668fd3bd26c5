/* text.c - texts (pure). */
#include <stdarg.h>
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
