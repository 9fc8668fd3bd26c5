/* arena.c - memory with the lifetime of one configuration (pure: chunks come from grow). */
#include <stdalign.h>
#include <stdint.h>
#include <string.h>

#include "arena.h"

void *arena_raw(struct arena *a, size_t n)
{
	const size_t mask = alignof(max_align_t) - 1;
	size_t got, size = (n + mask) & ~mask;
	char *p;

	if (size < n)
		return NULL;
	if ((size_t)(a->end - a->p) < size) {
		p = a->grow(a, size, &got);
		if (!p)
			return NULL;
		a->p = p;
		a->end = p + got;
	}
	p = a->p;
	a->p += size;
	a->used += size;
	return p;	/* cppcheck-suppress returnDanglingLifetime ; got is a size */
}

void *arena_get(struct arena *a, size_t n)
{
	void *p = arena_raw(a, n);

	return p ? memset(p, 0, n) : NULL;
}

/* Text needs no alignment: it is taken from the far end of the chunk, byte by byte. */
char *arena_strn(struct arena *a, const char *s, size_t n)
{
	char *p;

	if ((size_t)(a->end - a->p) > n) {
		a->end -= n + 1;
		a->used += n + 1;
		p = a->end;
	} else if (!(p = arena_get(a, n + 1))) {
		return NULL;
	}
	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

char *arena_str(struct arena *a, const char *s)
{
	return arena_strn(a, s, strlen(s));
}

void *pool_get(struct pool *p)
{
	void *o = p->spare;

	if (!o)
		return arena_get(p->arena, p->size);
	memcpy(&p->spare, o, sizeof p->spare);
	return memset(o, 0, p->size);
}

void pool_put(struct pool *p, void *object)
{
	if (!object)
		return;
	memcpy(object, &p->spare, sizeof p->spare);
	p->spare = object;
}
