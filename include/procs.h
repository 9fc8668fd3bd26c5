/*
 * procs.h - processes that somebody watches (sys: /proc, the proc connector, pidfds). Matching is pure (proc_match of
 * core/logic); this room keeps every pattern's number of living processes right, in milliseconds where the kernel tells.
 */
#ifndef PROCS_H
#define PROCS_H

#include <stdbool.h>
#include <stdint.h>

#include "heap.h"
#include "loop.h"

enum param_match { PARAM_EXACT, PARAM_INITIAL, PARAM_PARTIAL };

/* What to look for (K b.6, c.18). Lives in its owner. */
struct proc_pattern {
	const char *name;	/* no slash: comm (15 characters count); with slash or full_command: the program of the command line or /proc/PID/exe */
	char *const *args;	/* NULL-terminated, may be NULL: not compared unless match wants them */
	uint8_t param_match;	/* enum param_match; with args only */
	bool full_command;	/* compare the command line, not comm */
};

/* One watched pattern. Zero it before first use. */
struct proc_watch {
	struct proc_pattern p;
	uint32_t count;		/* living, zombies and ourselves not counted */
	uint32_t pid;		/* one of them, for the words; 0: none */
	void (*changed)(struct proc_watch *w, usec now);	/* count has another value; may be NULL */
	struct proc_watch *next;
};

/* How we know. */
enum procs_how { PROCS_EVENTS, PROCS_PIDFD, PROCS_SCAN };

struct procs {
	struct loop *loop;	/* the slow circle */
	struct heap *heap;
	struct source src;	/* proc connector; fd < 0: not available */
	struct timer rescan;
	struct proc_watch *watches;
	uint8_t how;		/* enum procs_how */
	bool blind;		/* hidepid or no /proc: we cannot see processes of others */
	/* further fields are the room's own */
};

/* Nothing is opened before the first watch. */
void procs_init(struct procs *p, struct loop *loop, struct heap *heap);
void procs_close(struct procs *p);

/* Count now, watch from now on. 0 or -errno (no /proc). */
int procs_watch(struct procs *p, struct proc_watch *w);
void procs_unwatch(struct procs *p, struct proc_watch *w);

/* Once, without watching: for vrrp-check. 0 or -errno; *blind: processes of other users may be hidden. */
int procs_count(struct proc_watch *w, bool *blind);

#endif
