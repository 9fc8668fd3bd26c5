/*
 * dump.h - keepalived's dump files on keepalived's signals (hall): what the signals ask for, and the job that writes it
 * between turns. The files lie in $TMPDIR or /tmp unless the configuration says otherwise, are 0600, and appear whole, by
 * rename: whoever reads one while the next is being made has the one before.
 */
#ifndef DUMP_H
#define DUMP_H

#include <stdbool.h>
#include <stdint.h>

#include "show.h"

/* In the order of global_conf.dump. */
enum dump_kind { DUMP_DATA, DUMP_STATS, DUMP_JSON, DUMP_CLEAR, DUMP_N };	/* CLEAR: the counters, after their dump */

struct dump {
	struct show show;
	int fd;			/* of the file in the making, or -1 */
	uint8_t wanted;		/* bit per enum dump_kind */
	uint8_t kind;		/* being made */
};

void dump_init(struct engine *e);
void dump_want(struct engine *e, enum dump_kind kind);
bool dump_work(struct engine *e);	/* one piece; true while more are waiting */
bool dump_waits(const struct engine *e);
void dump_again(struct engine *e);	/* the configuration goes: what is half made is taken away, and wanted again */

#endif
