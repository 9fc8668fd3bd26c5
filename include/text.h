/*
 * text.h - texts (pure): a buffer that is filled piece by piece, and lists.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stddef.h>
#include <stdint.h>

#include "usec.h"

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

/*
 * Names come from people and files: any byte may be in them, and thousands. These two take TEXT_CAP characters at most, so
 * that a piece of known size has room for them.
 */
enum { TEXT_CAP = 200 };
void text_label(struct text *t, const char *s);	/* the inside of a Prometheus label; no UTF-8 becomes U+FFFD */
void text_plain(struct text *t, const char *s);	/* for terminals: what is not printable ASCII becomes ? */
/* text_plain in a column, and a blank: cut with ~, filled with blanks. */
void text_cell(struct text *t, const char *s, unsigned width);

void text_secs(struct text *t, usec span);	/* 3.609 */
void text_span(struct text *t, usec span);	/* 59s, 2h 5m */
void text_age(struct text *t, usec span);	/* 59s, 2h */
void text_date(struct text *t, int64_t epoch);	/* 2026-11-21 12:34:47Z */

#endif
