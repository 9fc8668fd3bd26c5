/*
 * probe.h - one run of a check (sys): sockets, files and netlink behind a verdict. Never waits: it lives in a loop and a
 * heap of its owner, takes its deadline from there, and is bounded in time and memory whatever the other side does.
 */
#ifndef PROBE_H
#define PROBE_H

#include "check.h"
#include "child.h"
#include "heap.h"
#include "loop.h"
#include "procs.h"

/* Whose loop it lives in; the same for all probes of one program. */
struct probe_env {
	struct loop *loop;
	struct heap *heap;	/* must have room for one timer a probe */
	struct procs *procs;	/* processes are known already; NULL: /proc is read when asked */
};

/* Lives in its owner, who zeroes it before first use and sets done and, where programs shall run as another, cred. */
struct probe {
	const struct probe_env *env;
	const struct check *c;
	void (*done)(struct probe *p, usec now);
	struct timer limit;	/* deadline of this look, or what the kind asked for before it */
	struct source src;	/* fd < 0: none */
	int kept;		/* 1 + a packet socket that stays open between runs (closing one takes the kernel 10 ms); 0: none */
	unsigned kept_if;	/* the interface it is bound to */
	struct child child;	/* exec, --start */
	const struct cred *cred;	/* who these run as; NULL: ourselves */
	bool good;		/* the verdict, negation counted in */
	bool can;		/* false: the check itself could not run (no such interface, no permission); good is false then, negated or not */
	bool busy;		/* begun, not over */
	bool silent;		/* probe_start has not returned: done is not called */
	bool tried;		/* --start ran, and nothing has been good since: it does not run again */
	uint8_t phase;		/* the frame's own: looking, or what --start is at */
	uint8_t step;		/* the kind's own: counts into probe_kind.steps */
	int status;		/* of --start's command, as waitpid or more: it goes on; < 0: it could not be started: -errno */
	usec timeout, until;	/* of this look */
	usec now;		/* of this turn */
	usec began, took;	/* the last look alone */
	struct proc_watch watch;	/* process: goes on between runs, until probe_close */
	char why[WHY_LEN];	/* "tcp 127.0.0.1:80: connection refused", without good/bad and time */
	union probe_state {	/* what a kind keeps between two calls; probe_in.h of the rooms that use it may say more */
		uint64_t words[32];
	} u;
};

/*
 * Begin one run. Returns true when it is over already (p->good, p->why are set, done is not called), false when done will
 * be called, never from inside. timeout: of one look, > 0; with --start a bad look is followed by the command, --wait, and
 * a second look. A running probe must not be started again; done may do so.
 */
bool probe_start(struct probe *p, const struct probe_env *env, const struct check *c, usec timeout, usec now);

/*
 * Give up: closes what is open, done is not called. Safe at any time. A program that exec started is killed (at the end of
 * its time it gets TERM and half a second before); that of --start goes on.
 */
void probe_stop(struct probe *p);

/*
 * Its check lies at c from now on, and means the same (check_same). What is under way goes on, --start's command and its
 * pause too. false: it could not, and was given up as by probe_stop: start it anew.
 */
bool probe_move(struct probe *p, const struct check *c);

/* Its owner ends: what it kept between runs is given back. After probe_stop. */
void probe_close(struct probe *p);

#endif
