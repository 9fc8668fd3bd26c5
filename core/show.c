/* show.c - what the daemon knows, as text, piece by piece. */
#include "engine.h"
#include "show.h"

void show_begin(struct show *s, const struct engine *e, show_step *step, const struct vr *only)
{
	*s = (struct show){ .e = e, .step = step, .only = only, .generation = e->generation };
}

bool show_next(struct show *s, struct text *t, bool *stale)
{
	*stale = s->generation != s->e->generation;
	return !*stale && s->step(s, t);
}
