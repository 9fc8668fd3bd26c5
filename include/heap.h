/*
 * heap.h - deadlines: a binary min-heap of timers that live in their owners (pure, no
 * allocation: the array is the caller's and holds as many pointers as there are timers).
 */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>

#include "usec.h"

/* One timer. Zero it before first use. fire runs from the hall's loop with the timer already disarmed. */
struct timer {
	usec at;		/* deadline; meaningful while slot != 0 */
	unsigned slot;		/* place in the heap, counted from 1; 0 = not armed */
	unsigned seq;		/* when it was armed, among those of the same deadline */
	void (*fire)(struct timer *t, usec now);
};

struct heap {
	struct timer **v;
	unsigned n, cap, seq;
};

void heap_init(struct heap *h, struct timer **array, unsigned cap);

/* Arm or move. at == USEC_NEVER disarms. The heap must have room (assert): its size is the config's. */
void heap_set(struct heap *h, struct timer *t, usec at);
void heap_del(struct heap *h, struct timer *t);		/* no-op when not armed */

/* Earliest deadline, or USEC_NEVER. */
usec heap_next(const struct heap *h);

/* Take the earliest timer whose deadline is <= now (of equal ones, that armed first), disarmed; NULL when none is due. */
struct timer *heap_due(struct heap *h, usec now);

#endif
