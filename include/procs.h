/*
 * procs.h - processes that somebody watches (sys: /proc, the proc connector, pidfds). What fits is procmatch.h's;
 * this room keeps every pattern's number of living processes right, in milliseconds where the kernel tells.
 *
 * A process lives until its main thread ends: a zombie is none, and threads are not counted. Ourselves never count.
 */
#ifndef PROCS_H
#define PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "heap.h"
#include "loop.h"
#include "procmatch.h"

/* One watched pattern; lives in its owner. Zero it before first use. */
struct proc_watch {
	struct proc_pattern p;
	uint32_t count;		/* living ones, as far as known */
	uint32_t pid;		/* one of them, for the words; 0: none */
	void (*changed)(struct proc_watch *w, usec now);	/* first known, or another count; must not watch or unwatch */
	/* the room's own */
	bool on;
	bool counted;		/* a scan has been over: count is a count, though perhaps an old one */
	uint8_t fresh;		/* 0: count is known; 1: will be at the end of the present scan; 2: of the next */
	uint32_t told;
	struct proc_watch *next;
};

/* How we know: by events; death by pidfd and newcomers by looking each second; by looking alone. */
enum procs_how { PROCS_EVENTS, PROCS_PIDFD, PROCS_SCAN };

struct proc_known;

struct procs {
	struct loop *loop;	/* the slow circle */
	struct heap *heap;	/* room for one timer */
	struct pool pool;	/* of struct proc_known */
	struct proc_watch *watches;
	uint8_t how;		/* enum procs_how, from the first watch on */
	bool blind;		/* hidepid, or no /proc: processes of others may be hidden */
	/* the room's own */
	struct source src;	/* proc connector; fd < 0: not available */
	struct timer scan;
	int dir;		/* /proc while it is being read, else -1 */
	bool lost;		/* events were lost: read it again */
	bool audit, surprise;	/* read to see whether events tell all; they did not */
	uint8_t gen;		/* of the present scan */
	usec scanned;		/* when the last one ended */
	unsigned nknown, nfds;
	struct proc_known *known[256];	/* by pid */
};

/* Nothing is opened before the first watch, nor left open after the last. */
void procs_init(struct procs *p, struct loop *loop, struct heap *heap, struct arena *a);
void procs_close(struct procs *p);
void procs_buffer(struct procs *p, int size, bool force);	/* receive buffer in bytes; force: above the system's bound too */

/* From now on; changed is called when the first count is there, some milliseconds later. 0 or -errno (no /proc). */
int procs_watch(struct procs *p, struct proc_watch *w);
void procs_unwatch(struct procs *p, struct proc_watch *w);	/* no-op when it is not watched */
bool procs_known(const struct proc_watch *w);			/* count is a count */

/*
 * The count may be a second old: is it worth another look now? Then changed is called when that is over, and it is not known
 * until then. false: the kernel tells of all, or the last look has just been.
 */
bool procs_look(struct procs *p, struct proc_watch *w, usec now);

/* Once, without watching, in one go: count and pid. 0 or -errno. *blind as above. */
int procs_count(struct proc_watch *w, bool *blind);

#endif
