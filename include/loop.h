/*
 * loop.h - waits for descriptors and the next deadline (sys: epoll). One wake-up is one system call
 * where the kernel has epoll_pwait2 (5.11), two before that.
 */
#ifndef LOOP_H
#define LOOP_H

#include <stdbool.h>

#include "usec.h"

/* One watched descriptor; lives in its owner until loop_del. */
struct source {
	int fd;
	void (*ready)(struct source *s, usec now);
};

enum { LOOP_EVENTS = 32 };	/* taken in one wake-up */

struct loop {
	struct source src;		/* a slow circle stands in another one as a source: its epoll descriptor */
	int epfd;
	bool has_pwait2;
	unsigned n, i;			/* events of this turn; next to be handled */
	struct source *ev[LOOP_EVENTS];
};

usec clock_now(void);			/* CLOCK_MONOTONIC */

int loop_open(struct loop *l);		/* 0 or -errno */
void loop_close(struct loop *l);
int loop_add(struct loop *l, struct source *s);	/* readable and hang-up; 0 or -errno */
int loop_want(struct loop *l, struct source *s, bool read, bool write);	/* from now on; hang-up always; 0 or -errno */
void loop_del(struct loop *l, struct source *s);	/* safe inside ready(), also for another source of this turn */

/*
 * A circle of sources that can wait (checks, clients): its own descriptors, of which outer calls at most LOOP_SLOW in
 * one turn, so that they never hold up an advert. Add and delete as in any other; never wait in it. 0 or -errno.
 */
enum { LOOP_SLOW = 4 };
int loop_open_slow(struct loop *slow, struct loop *outer);

/*
 * Wait until something is readable or until (CLOCK_MONOTONIC, never earlier); USEC_NEVER waits for ever,
 * a time in the past polls. Reads the clock once, stores it in *now, then calls every ready source.
 * Returns the number of sources called, or -errno (never EINTR).
 */
int loop_turn(struct loop *l, usec until, usec *now);

#endif
