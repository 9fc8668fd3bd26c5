/*
 * zone.h - local time (pure): a time zone as a TZif file (RFC 9636) or a POSIX TZ text has it. The C library's is 8 kB.
 */
#ifndef ZONE_H
#define ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"
#include "usec.h"

struct zone {			/* zeroed: UTC */
	const uint8_t *at;	/* TZif: transition times, 8 bytes each, and behind them the kind of each */
	const uint8_t *kinds;	/* 6 bytes each */
	uint32_t n, nkinds;
	const char *rule;	/* what holds after the last one; NULL: its kind goes on */
};

/* p is a whole TZif file or a text, ended by NUL (p[n] == 0); it must stay. What cannot be read is UTC. */
void zone_read(struct zone *z, const uint8_t *p, size_t n);

/* Seconds east of Greenwich at `when` (seconds since 1970). */
long zone_offset(const struct zone *z, int64_t when);

/* "HH:MM:SS.uuuuuu", with date "YYYY-MM-DD " before it. Local: the offset is in u. */
void zone_clock(struct text *t, usec u, int date);

#endif
