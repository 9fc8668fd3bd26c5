/* past.c - the hall's memory: transitions and why, other routers heard. */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "text.h"

static const char faults[] = "\0"
#define X(e, text, end) text "\0"
	FAULTS(X);
#undef X

static const char ends[] = "\0"
#define X(e, text, end) end "\0"
	FAULTS(X);
#undef X

/* The second text of what: it begins behind the first one's NUL. */
static const char *cause(const struct past *p)
{
	size_t n = strlen(p->what) + 1;

	return n < sizeof p->what ? p->what + n : "";
}

/* Of who was removed by a reload the trackers may be gone: what it counts are those of its own configuration. */
static const struct tracker *blamed(const struct vr *v)
{
	for (unsigned i = 0; !v->leaving && i < v->c->tracks.n; i++) {
		const struct tracker *t = v->e->trackers[v->c->tracks.v[i].index];

		if (t->c->name == v->fault_name)
			return t;
	}
	return NULL;
}

/* The fault as it is now. */
static void note_fault(const struct vr *v, struct past *p)
{
	struct text what = { p->what, sizeof p->what, 0 };
	const struct tracker *t = v->fault >= FAULT_SCRIPT && v->fault <= FAULT_FILE ? blamed(v) : NULL;
	const struct vr *o = v->fault == FAULT_GROUP ? group_ailing(v) : NULL;
	char why[128];

	p->fault = v->fault;
	text_put(&what, "%s%c%s", v->fault ? v->fault_name : "", 0, t ? t->why : o ? vr_reason(o, why, sizeof why) : "");
}

/* Who made its group yield, and what he met with. */
static void note_group(const struct vr *v, struct past *p)
{
	struct text what = { p->what, sizeof p->what, 0 };
	const struct vr *o = v->group ? v->group->culprit : NULL;

	if (o)
		text_put(&what, "%s%c%s", o->c->name, 0, fsm_why_text(o->fsm.why));
}

void past_note(struct vr *v, struct past *p)
{
	p->at = v->since;
	p->wall = v->since_wall;
	p->silence_ms = v->silence / MS;
	p->from = v->npast ? v->past[(v->npast - 1) % PAST_MAX * v->e->nvr].to : FSM_INIT;	/* leaving or not */
	p->to = v->fsm.state;
	p->why = v->fsm.why;
	p->prio = v->fc.prio;
	p->peer = v->master;
	p->peer_prio = v->master_prio;
	if (p->why == WHY_GROUP)
		note_group(v, p);
	else
		note_fault(v, p);
	v->n.why[p->why]++;
	if (!v->leaving)
		v->past[v->npast++ % PAST_MAX * v->e->nvr] = *p;
}

const struct past *vr_past(const struct vr *v, unsigned k)
{
	if (v->leaving || k >= v->npast || k >= PAST_MAX)
		return NULL;
	return &v->past[(v->npast - 1 - k) % PAST_MAX * v->e->nvr];
}

const struct heard *vr_heard(const struct vr *v, unsigned k)
{
	return k < v->nheard ? &v->heard[k * v->e->nvr] : NULL;
}

/* Anybody can send rubbish in another's name: that does not make a liar of who is known to speak version 3. */
static bool is_liar(const struct vr *v, const struct heard *h)
{
	return h->refused && h->both < v->e->now;
}

/* Where a newcomer goes: liars give way first, then the longest silent. A refused one displaces none but its like. */
static struct heard *place_for(struct vr *v, bool refused)
{
	struct heard *h, *worst = NULL;

	if (v->nheard < HEARD_MAX)
		return &v->heard[v->nheard++ * v->e->nvr];
	for (unsigned k = 0; k < HEARD_MAX; k++) {
		h = &v->heard[k * v->e->nvr];
		if (refused && !is_liar(v, h))
			continue;
		if (!worst || is_liar(v, h) > is_liar(v, worst) || (is_liar(v, h) == is_liar(v, worst) && h->at < worst->at))
			worst = h;
	}
	return worst;
}

/* v->speaker becomes the one at a. false: a refused stranger, and no room for it. */
__attribute__((noinline))
static bool find(struct vr *v, const struct addr *a, bool refused)
{
	struct heard *h;

	for (unsigned k = 0; k < v->nheard; k++) {
		h = &v->heard[k * v->e->nvr];
		if (!addr_eq(&h->addr, a))
			continue;
		v->speaker = h;
		return true;
	}
	if (!(h = place_for(v, refused)))
		return false;
	h->addr = *a;
	h->both = 0;
	v->speaker = h;
	return true;
}

/* Of every advert: mostly the same router speaks again. */
void vr_hear(struct vr *v, const struct advert *a, const struct meta *m, enum pkt_err err)
{
	struct heard *h;

	if ((!v->speaker || !addr_eq(&v->speaker->addr, &m->src)) && !find(v, &m->src, err))
		return;
	h = v->speaker;
	h->at = v->e->now;
	if (!err && a->version == 3)
		h->both = h->at + FRESH * a->adv;
	h->lone = a->version == 2 ? 0 : h->lone + (h->lone < UINT8_MAX);
	h->adv = a->adv;
	h->prio = a->prio;
	h->version = a->version;
	h->csum = a->csum;
	h->refused = err;
	h->ttl = m->ttl;
}

/* "3.609 s", without float. */
static const char *seconds(uint32_t ms, char *buf, size_t size)
{
	snprintf(buf, size, "%u.%03u s", ms / 1000, ms % 1000);
	return buf;
}

static const char *fault_text(const struct past *p, char *buf, size_t size)
{
	const char *more = cause(p);
	size_t n = snprintf(buf, size, text_nth(faults, p->fault), p->what);

	if (*more && n < size)
		snprintf(buf + n, size - n, ": %s", more);
	return buf;
}

const char *past_text(const struct past *p, char *buf, size_t size)
{
	const char *why = fsm_why_text(p->why);
	char a[ADDR_STR], t[24];

	addr_text(&p->peer, a);
	switch ((enum fsm_why)p->why) {
	case WHY_SILENCE:
		snprintf(buf, size, "%s for %s%s%s", why, seconds(p->silence_ms, t, sizeof t),
		         p->peer.family ? " from " : ", no master heard", p->peer.family ? a : "");
		return buf;
	case WHY_LEFT:
		snprintf(buf, size, "%s left (priority 0)", a);
		return buf;
	case WHY_PREEMPT:
		snprintf(buf, size, "%s has a lower priority (%u, ours %u)", a, p->peer_prio, p->prio);
		return buf;
	case WHY_HIGHER:
	case WHY_TIE:
		snprintf(buf, size, "%s (%u, ours %u) from %s", why, p->peer_prio, p->prio, a);
		return buf;
	case WHY_FAULT:
		if (p->fault)
			return fault_text(p, buf, size);
		break;
	case WHY_GROUP:
		snprintf(buf, size, "%s with %s: %s", why, p->what, cause(p));
		return buf;
	case WHY_NONE: case WHY_START: case WHY_AGAIN: case WHY_OWNER: case WHY_LATE: case WHY_CLEARED: case WHY_STOP: case WHY_RELOAD: case WHY_N:
		break;
	}
	snprintf(buf, size, "%s", why);
	return buf;
}

/* A fault may have become another one since. */
const char *vr_reason(const struct vr *v, char *buf, size_t size)
{
	const struct past *p = vr_past(v, 0);
	struct past now = { .why = v->fsm.why };

	if (!p || (v->fsm.state == FSM_FAULT && v->fault)) {
		note_fault(v, &now);
		p = &now;
	}
	return past_text(p, buf, size);
}

const char *fault_end(const struct vr *v, char *buf, size_t size)
{
	snprintf(buf, size, text_nth(ends, v->fault), v->fault_name);
	return buf;
}
