/* heap.c - deadlines in a binary min-heap (pure). */
#include <assert.h>

#include "heap.h"

void heap_init(struct heap *h, struct timer **array, unsigned cap)
{
	*h = (struct heap){ .v = array, .cap = cap };
}

/* Equal deadlines keep the order in which they were armed: adverts that go out together do so in the same order each time. */
static bool before(const struct timer *a, const struct timer *b)
{
	return a->at != b->at ? a->at < b->at : (int)(a->seq - b->seq) < 0;
}

static void put(struct heap *h, unsigned slot, struct timer *t)
{
	h->v[slot - 1] = t;
	t->slot = slot;
}

static void up(struct heap *h, struct timer *t)
{
	unsigned i = t->slot;

	for (; i > 1 && before(t, h->v[i / 2 - 1]); i /= 2)
		put(h, i, h->v[i / 2 - 1]);
	put(h, i, t);
}

static void down(struct heap *h, struct timer *t)
{
	unsigned i = t->slot, kid;

	for (; (kid = 2 * i) <= h->n; i = kid) {
		if (kid < h->n && before(h->v[kid], h->v[kid - 1]))
			kid++;
		if (!before(h->v[kid - 1], t))
			break;
		put(h, i, h->v[kid - 1]);
	}
	put(h, i, t);
}

void heap_del(struct heap *h, struct timer *t)
{
	struct timer *last;

	if (!t->slot)
		return;
	last = h->v[--h->n];
	if (last != t) {
		put(h, t->slot, last);
		up(h, last);
		down(h, last);
	}
	t->slot = 0;
}

void heap_set(struct heap *h, struct timer *t, usec at)
{
	if (at == USEC_NEVER) {
		heap_del(h, t);
		return;
	}
	t->at = at;
	t->seq = h->seq++;
	if (!t->slot) {
		assert(h->n < h->cap);
		put(h, ++h->n, t);
	}
	up(h, t);
	down(h, t);
}

usec heap_next(const struct heap *h)
{
	return h->n ? h->v[0]->at : USEC_NEVER;
}

struct timer *heap_due(struct heap *h, usec now)
{
	struct timer *t;

	if (!h->n || h->v[0]->at > now)
		return NULL;
	t = h->v[0];
	heap_del(h, t);
	return t;
}
