/* demote.c - instances put out of the election by hand, until they are restored or their time is over. */
#include <stdio.h>

#include "engine.h"
#include "log.h"

static void over(struct timer *t, usec now)
{
	struct engine *e = container_of(t, struct engine, demotions);
	usec first = USEC_NEVER;

	e->now = now;
	for (unsigned i = 0; i < e->nvr; i++) {
		struct vr *v = e->vr[i];

		if (v->demoted && v->demoted_until <= now)
			vr_demote(v, DEMOTE_NOT, USEC_NEVER);
		else if (v->demoted && v->demoted_until < first)
			first = v->demoted_until;
	}
	heap_set(&e->heap, t, first);
}

static void say(const struct vr *v)
{
	char time[32] = "until it is restored";

	if (v->demoted_until != USEC_NEVER)
		snprintf(time, sizeof time, "for %lld s", (long long)((v->demoted_until - v->e->now) / SEC));
	if (!v->demoted)
		log_notice("(%s) restored", v->c->name);
	else
		log_notice("(%s) demoted to %s %s", v->c->name, v->demoted == DEMOTE_FAULT ? "FAULT" : "priority 1", time);
}

void vr_demote(struct vr *v, enum demotion how, usec until)
{
	struct engine *e = v->e;

	if (!how && !v->demoted)
		return;
	v->demoted = how;
	v->demoted_until = until;
	vr_obey(v);
	e->demotions.fire = over;
	if (!e->demotions.slot || until < e->demotions.at)
		heap_set(&e->heap, &e->demotions, until);
	say(v);
	notify_file(v);
	vr_update(v);
}

void vr_demoted_as(struct vr *v, const struct vr *old)
{
	v->demoted = old->demoted;
	v->demoted_until = old->demoted_until;
	v->fc.demoted = old->fc.demoted;
	if (v->fc.demoted)
		v->fc.prio = 1;
	vr_obey(v);
}
