/*
 * text.h - texts (pure): a buffer that is filled piece by piece, and lists.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>

/* The n-th (from 0) of texts that stand one behind the other, each ended by NUL. A table of pointers takes as much again. */
const char *text_nth(const char *list, unsigned n);

/* Room for text; always ended by NUL when size > 0. What does not fit is cut off, and n never passes size - 1. */
struct text {
	char *p;
	size_t size, n;
};

void text_put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/*
 * The inside of a JSON string: s without the quotes around it, valid whatever bytes it has (a byte that is no UTF-8 becomes
 * U+FFFD). Stops when fewer than TEXT_TAIL bytes are left, so that quote and brackets always find room.
 */
enum { TEXT_TAIL = 32 };
void text_json(struct text *t, const char *s);

#endif
