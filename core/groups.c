/* groups.c - the hall's sync groups: what sync.c decides is told to the members, what the group has become to the outside. */
#include <string.h>
#include <time.h>

#include "engine.h"
#include "log.h"
#include "sync.h"

struct vr *group_nth(const struct group *g, unsigned k)
{
	return k < g->c->n ? g->e->vr[g->c->member[k]] : NULL;
}

struct vr *group_ailing(const struct vr *v)
{
	struct vr *o;

	for (unsigned k = 0; v->group && (o = group_nth(v->group, k)); k++)
		if (o->own_fault && o != v)
			return o;
	return NULL;
}

bool group_waits(const struct vr *v)
{
	const struct vr *o;

	for (unsigned k = 0; v->group && (o = group_nth(v->group, k)); k++)
		if (o->waits)
			return true;
	return false;
}

/* Newcomers get their time when they have begun, and need no more of it when they are MASTER. */
static bool joins(struct vr *v)
{
	if (v->fsm.state == FSM_MASTER)
		v->joins = 0;
	else if (v->fsm.state == FSM_BACKUP && v->joins == USEC_NEVER)
		v->joins = v->fsm.deadline + v->fc.adv;
	return v->e->now < v->joins;
}

static void look(const struct group *g, struct sync *s)
{
	struct vr *v;

	sync_begin(s);
	for (unsigned k = 0; (v = group_nth(g, k)); k++)
		sync_hear(s, &v->fsm, joins(v));
}

struct vr *group_behind(const struct vr *v)
{
	struct vr *o;

	for (unsigned k = 0; v->fsm.ready && v->group && (o = group_nth(v->group, k)); k++)
		if (!o->fsm.ready)
			return o;
	return NULL;
}

static usec longest(const struct group *g)
{
	const struct vr *v;
	usec adv = 0;

	for (unsigned k = 0; (v = group_nth(g, k)); k++)
		adv = v->fc.adv > adv ? v->fc.adv : adv;
	return adv;
}

static void tell(struct group *g, const struct sync *s, enum sync_do what)
{
	const struct fsm_ev ev = {
		.kind = what == SYNC_TAKE ? EV_TAKE : EV_YIELD,
	};
	struct vr *v;

	if (what == SYNC_YIELD)
		g->yielded = g->e->now;

	g->culprit = group_nth(g, s->behind);
	for (unsigned k = 0; (v = group_nth(g, k)); k++)
		if (what == SYNC_TAKE ? v->fsm.ready : v->fsm.state == FSM_MASTER)
			vr_event(v, &ev);
}

/* We were MASTER just now, and are worse on the lead member's LAN: whoever is better there comes first. */
void group_heard(struct vr *v, const struct fsm_ev *advert)
{
	const struct group *g = v->group;
	const struct fsm_ev ev = { .kind = EV_YIELD, .adv = SYNC_BACK_OFF * longest(g) };

	if (v == group_nth(g, g->c->lead) && v->fsm.state == FSM_BACKUP && g->yielded &&
	    v->e->now < g->yielded + fsm_down(&v->fsm, &v->fc) &&
	    (advert->prio > v->fc.prio || (advert->prio == v->fc.prio && advert->cmp > 0)))
		vr_event(v, &ev);
}

void group_told(struct group *g)
{
	const struct vr *v;

	for (unsigned k = 0; g->notify_after && (v = group_nth(g, k)); k++)
		if (v->notify_after)
			return;				/* the last of them comes again */
	if (g->notify_after)
		notify_group(g);
	g->notify_after = false;
}

static void entered(struct group *g, enum fsm_state state)
{
	g->state = state;
	g->since = g->e->now;
	log_notice("VRRP_Group(%s) Syncing instances to %s state", g->c->name, fsm_state_text(state));
	control_waiting(g->e);
	g->notify_after = true;
	group_told(g);
}

void group_settle(struct group *g)
{
	enum sync_do what;
	struct sync s;
	enum fsm_state state;

	if (g->busy)
		return;
	g->busy = true;
	for (look(g, &s); (what = sync_decide(&s)); look(g, &s))
		tell(g, &s, what);
	g->busy = false;
	if ((state = sync_state(&s, g->state)) != g->state)
		entered(g, state);
}

struct group *group_find(const struct engine *e, const char *name)
{
	for (unsigned i = 0; i < e->ngroups; i++)
		if (!strcmp(e->groups[i]->c->name, name))
			return e->groups[i];
	return NULL;
}

bool groups_make(struct engine *e, const struct conf *c, struct group **v)
{
	for (unsigned i = 0; i < c->nsyncs; i++) {
		v[i] = group_find(e, c->syncs[i].name);
		if (!v[i] && !(v[i] = pool_get(&e->group_pool)))
			return false;
		if (v[i]->e)
			continue;
		v[i]->e = e;
		v[i]->c = &c->syncs[i];
		v[i]->since = e->now;
		v[i]->notify.g = v[i];
		v[i]->mail.g = v[i];
		notify_init(&v[i]->notify, e);
	}
	return true;
}

static bool has(struct group *const *v, unsigned n, const struct group *g)
{
	while (n--)
		if (v[n] == g)
			return true;
	return false;
}

void groups_drop(struct engine *e, struct group **v, unsigned n, struct group *const *keep, unsigned nkeep)
{
	for (unsigned i = 0; v && i < n; i++) {
		if (!v[i] || has(keep, nkeep, v[i]))
			continue;
		mail_drop(&v[i]->mail);
		notify_drop(&v[i]->notify);
		pool_put(&e->group_pool, v[i]);
	}
}

/* Out of the election with the others, when they are. */
static void join(struct vr *v)
{
	struct vr *o;

	v->joins = USEC_NEVER;
	for (unsigned k = 0; (o = group_nth(v->group, k)); k++)
		if (o->demoted && !v->demoted)
			vr_demoted_as(v, o);
}

void groups_enter(struct engine *e)
{
	struct group *was;

	for (unsigned i = 0; i < e->ngroups; i++)
		e->groups[i]->c = &e->conf->syncs[i];
	for (unsigned i = 0; i < e->nvr; i++) {
		was = e->vr[i]->group;
		e->vr[i]->group = e->vr[i]->c->sync ? e->groups[e->vr[i]->c->sync - 1] : NULL;
		if (e->vr[i]->group && e->vr[i]->group != was)
			join(e->vr[i]);
	}
}
