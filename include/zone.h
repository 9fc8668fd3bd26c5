/*
 * zone.h - local time (pure) by a POSIX TZ text, which every TZif file of version 2 and later ends with. The C library's
 * is 8 kB. A day before the zone's last change of law is told by today's law.
 */
#ifndef ZONE_H
#define ZONE_H

#include <stddef.h>
#include <stdint.h>

#include "text.h"
#include "usec.h"

/* The rule in a file of n bytes, which is TZif or such a text itself; p[n] must be 0. "" (UTC) when there is none. */
const char *zone_rule(char *p, size_t n);

/* Seconds east of Greenwich at `when` (seconds since 1970). What cannot be read is UTC. */
long zone_offset(const char *rule, int64_t when);

/* "HH:MM:SS.uuuuuu", with date "YYYY-MM-DD " before it. Local: the offset is in u. */
void zone_clock(struct text *t, usec u, int date);

#endif
