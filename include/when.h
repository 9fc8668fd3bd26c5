/*
 * when.h - a moment as reload_time_file writes it (pure; K b.2): "HH:MM:SS", each day, or "[YY]YY-MM-DD HH:MM:SS"; local time,
 * or UTC with a Z behind it.
 */
#ifndef WHEN_H
#define WHEN_H

#include <stdint.h>

enum when { WHEN_LATER, WHEN_NOW, WHEN_PAST, WHEN_WRONG };	/* PAST: a date that is over */

/* Did the moment come after `from` and not after now (seconds since 1970)? offset: local time's, seconds east of Greenwich. */
enum when when_due(const char *text, int64_t from, int64_t now, long offset);

#endif
