/*
 * procs.h - processes that somebody watches (sys: /proc, the proc connector, pidfds). Matching is pure (core/logic/procmatch.c);
 * this room keeps every pattern's number of living processes right, in milliseconds where the kernel tells.
 *
 * A process lives until its main thread ends: a zombie is none, and threads are not counted. Ourselves never count.
 */
#ifndef PROCS_H
#define PROCS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "heap.h"
#include "loop.h"

/* EXACT: the same words. INITIAL: the last one may be longer. PARTIAL: these first, whole. More may follow after the latter two. */
enum param_match { PARAM_EXACT, PARAM_INITIAL, PARAM_PARTIAL };

/* What to look for (K b.6, c.18). Strings are the owner's and must live as long as it is watched. */
struct proc_pattern {
	const char *name;	/* no slash: comm (15 characters count); with slash or full_command: the program of the command line or /proc/PID/exe */
	char *const *args;	/* NULL-terminated; NULL: whatever they are */
	uint8_t param_match;	/* enum param_match; with args only */
	bool full_command;	/* compare the command line, not comm */
};

/* ---- pure ---- */

/* What /proc says of one process. */
struct proc_facts {
	const char *comm;	/* without the newline */
	const char *cmdline;	/* len bytes and a NUL: words, each ended by NUL; "" when it was not read */
	size_t len;
	const char *exe;	/* what the link says; "" when it was not read */
};

/* What a pattern needs besides comm. */
enum { PROC_CMDLINE = 1, PROC_EXE = 2 };
unsigned proc_needs(const struct proc_pattern *p);

/*
 * By name: comm. By path or command line: the first word, or (path only) the executable, also when it was replaced since,
 * or the script that the kernel gave to an interpreter, whose name comm is then. /usr/bin and /bin are the same place. A bare name
 * with full_command is the last part of the word.
 */
bool proc_match(const struct proc_pattern *p, const struct proc_facts *f);

/* From the text of /proc/PID/stat (ended by NUL): neither a zombie nor about to be one. */
bool proc_living(const char *stat);

/* ---- watching ---- */

/* One watched pattern; lives in its owner. Zero it before first use. */
struct proc_watch {
	struct proc_pattern p;
	uint32_t count;		/* living ones, as far as known */
	uint32_t pid;		/* one of them, for the words; 0: none */
	void (*changed)(struct proc_watch *w, usec now);	/* first known, or another count; must not watch or unwatch */
	/* the room's own */
	bool on;
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
	unsigned nknown, nfds;
	struct proc_known *known[256];	/* by pid */
};

/* Nothing is opened before the first watch, nor left open after the last. */
void procs_init(struct procs *p, struct loop *loop, struct heap *heap, struct arena *a);
void procs_close(struct procs *p);

/* From now on; changed is called when the first count is there, some milliseconds later. 0 or -errno (no /proc). */
int procs_watch(struct procs *p, struct proc_watch *w);
void procs_unwatch(struct procs *p, struct proc_watch *w);	/* no-op when it is not watched */
bool procs_known(const struct proc_watch *w);			/* count is a count */

/* Once, without watching, in one go: count and pid. 0 or -errno. *blind as above. */
int procs_count(struct proc_watch *w, bool *blind);

#endif
