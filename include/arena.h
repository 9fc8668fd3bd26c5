/*
 * arena.h - memory whose lifetime is one configuration's: taken piece by piece while it
 * is loaded, given back whole (pure: the chunks come from grow, which the hall supplies).
 */
#ifndef ARENA_H
#define ARENA_H

#include <stddef.h>

struct arena {
	/* A new chunk of at least need bytes: stores its size in *got. NULL: out of memory. */
	void *(*grow)(struct arena *a, size_t need, size_t *got);
	void *chunks;		/* grow's own list, for whoever frees it */
	char *p, *end;		/* what is left of the newest chunk */
	size_t used;		/* bytes handed out */
};

/* As arena_get, but not zeroed: what is large and rarely used costs memory only where it is written. */
void *arena_raw(struct arena *a, size_t n);

/* Zeroed, aligned for any type. NULL when grow fails: the load is refused with that reason. */
void *arena_get(struct arena *a, size_t n);
char *arena_str(struct arena *a, const char *s);			/* copy */
char *arena_strn(struct arena *a, const char *s, size_t n);	/* copy of n bytes, NUL added */

/*
 * Objects of one size that come and go within an arena's life: what is put back is used again.
 */
struct pool {
	struct arena *arena;
	void *spare;		/* list of what was put back */
	size_t size;		/* of one object, at least a pointer's */
};

void *pool_get(struct pool *p);		/* zeroed, or NULL */
void pool_put(struct pool *p, void *object);	/* NULL is fine */

#endif
