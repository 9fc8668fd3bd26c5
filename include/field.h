/*
 * field.h - what the hall knows as rows, for export.c's JSON and metrics.c's samples (hall).
 *
 * A field is a row: how it is said, where it is, its name. Rows of one struct are one list, which makes two tables: rows,
 * and names that stand one behind the other.
 */
#ifndef FIELD_H
#define FIELD_H

#include "engine.h"

enum field_kind {
	UINT, INT, BOOL,
	SECS, AGO,			/* a span; how long since that time (0: it has not come) */
	ADDR, STR, CHARS,		/* STR: const char *, CHARS: char[] */
	STATE, VERDICT, CHECKSUM, REFUSED, PAST,
	INFO, SET, TRANSITIONS, DROPS	/* families of metrics that are no field */
};

struct field {
	uint8_t kind, size;
	uint16_t off;
};

#define ROW(S, kind, field, name) { kind, sizeof ((struct S *)0)->field & 15, offsetof(struct S, field) },
#define ROW_NAME(S, kind, field, name) name "\0"
#define TABLE(var, ROWS)                                   \
	static const struct field var##_rows[] = { ROWS(ROW) }; \
	static const char var##_names[] = ROWS(ROW_NAME);

/* The field of base that f says, a number or the code of a word. */
int64_t field_number(const struct field *f, const void *base);

/* struct counters begins with COUNTERS, in this order; their names stand one behind the other. */
enum { COUNTER_N = offsetof(struct counters, err) / sizeof(uint32_t) };
extern const char counter_names[];

#endif
