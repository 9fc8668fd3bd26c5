/*
 * objects.c - the hall's objects as a configuration wants them: those that it keeps, the others made anew. Everything is
 * made first, so that a lack of memory leaves the running configuration as it was; reload.c then swaps.
 */
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "engine.h"
#include "file.h"
#include "next.h"

enum { TIMERS_PER_VR = 3, TIMERS_PER_TRACKER = 4, TIMERS_OTHER = 14 };

static unsigned mask_for(unsigned n)
{
	unsigned m = 8;

	while (m < 2 * n)
		m *= 2;
	return m - 1;
}

static struct iface *iface_new(struct engine *e, const char *name)
{
	struct iface *i = pool_get(&e->iface_pool);

	if (!i)
		return NULL;
	i->e = e;
	strncpy(i->namebuf, name, sizeof i->namebuf - 1);
	i->name = i->namebuf;
	for (int f = 0; f < PORTS; f++) {
		i->port[f].iface = i;
		i->port[f].src.fd = -1;
		i->port[f].family = f == PORT6 ? AF_INET6 : AF_INET;
	}
	return i;
}

/* The device of a virtual MAC, or its base when it cannot be had; NULL: none is wanted. */
static struct iface *device(const struct next *n, const struct conf *c, unsigned vlink)
{
	struct iface *i = vlink ? n->ifs[c->vlinks[vlink - 1].ifi] : NULL;

	return i && i->plain ? n->ifs[c->vlinks[vlink - 1].base] : i;
}

static struct iface *dev_of(const struct next *n, const struct conf *c, struct iface *own,
                            const struct vrrp_conf *vc, const struct vip *vip)
{
	if (vip->vlink)
		return device(n, c, vip->vlink);
	if (!vip->dev || (vc->ifi != IF_NONE && vip->dev == c->ifs[vc->ifi]) || !strcmp(vip->dev, own->name))
		return own;
	for (unsigned i = 0; i < n->nifs; i++)
		if (!strcmp(n->ifs[i]->name, vip->dev))
			return n->ifs[i];
	return own;
}

static size_t message_room(const struct vrrp_conf *c)
{
	size_t one = 8 + 8, len = addr_len(&c->group);

	for (unsigned i = 0; i < c->vips.n && !c->vips.v[i].excluded; i++)
		one += len;
	return one * ((c->unicast ? c->peers.n : 1) + c->mixed);
}

void vr_instruct(struct vr *v, const struct vrrp_conf *c)
{
	uint8_t prio = v->fc.prio ? v->fc.prio : c->prio;
	bool demoted = v->fc.demoted;

	v->c = c;
	v->fc = (struct fsm_conf){
		.prio = c->prio == 255 && !demoted ? 255 : prio, .demoted = demoted, .version = c->version, .down_adverts = c->down_adverts,
		.nopreempt = c->nopreempt, .grouped = c->sync, .start_backup = c->state == START_BACKUP,
		.lower_no_advert = c->lower_no_advert, .higher_send = c->higher_send,
		.preempt_delay = c->preempt_delay, .adv = c->adv, .late_prio = c->late_prio,
	};
	v->want = (struct pkt_want){
		.version = c->version, .auth_type = c->auth_type, .unicast = c->unicast,
		.check_src = c->check_unicast_src, .mixed = c->mixed, .bare = !c->vips.n || c->vips.v[0].excluded,
		.adv = c->adv, .peers = c->peers.v, .npeers = c->peers.n,
	};
	memcpy(v->want.auth, c->auth, sizeof v->want.auth);
	vr_obey(v);
}

enum pkt_csum vr_first_form(const struct vrrp_conf *c)
{
	if (c->family == AF_INET6 || c->version == 2)
		return CSUM_PSEUDO;
	if (c->old_unicast_csum && c->unicast)
		return CSUM_OLD_UNICAST;
	return c->v3_csum == V3_CSUM_RFC ? CSUM_PLAIN : CSUM_PSEUDO;
}

static bool make_home(struct next *n, const struct conf *c, const struct vr *v, const struct vrrp_conf *vc,
                      struct home *h)
{
	h->vips = arena_get(n->a, (vc->vips.n + 1) * sizeof *h->vips);
	h->routes = arena_get(n->a, (vc->routes.n + 1) * sizeof *h->routes);
	h->msg = arena_get(n->a, message_room(vc));
	if (!h->vips || !h->msg || !h->routes)
		return false;
	for (unsigned i = 0; i < vc->vips.n; i++)
		h->vips[i].iface = dev_of(n, c, v->iface, vc, &vc->vips.v[i]);
	return true;
}

static struct vr *vr_new(struct engine *e, const struct conf *c, const struct vrrp_conf *vc, const struct next *n)
{
	struct vr *v = pool_get(&e->vr_pool);

	if (!v)
		return NULL;
	v->e = e;
	v->iface = n->ifs[vc->ifi == IF_NONE ? c->nifs : vc->ifi];
	v->vif = device(n, c, vc->vlink);
	if (v->vif == v->iface)
		v->vif = NULL;
	vr_instruct(v, vc);
	v->csum = vr_first_form(vc);
	fsm_init(&v->fsm);
	v->waits = true;
	v->since = e->now;
	v->since_wall = time(NULL);
	vips_calm(v);
	vr_hooks(v);
	for (unsigned i = 0; vc->vrid && i < e->nvr; i++)
		if (!strcmp(e->vr[i]->c->name, vc->name)) {
			vr_demoted_as(v, e->vr[i]);
			v->ah_heard = e->vr[i]->ah_heard;
			v->ah_sent = e->vr[i]->ah_sent;
			vr_count(v);			/* its last word is still to come */
		}
	return v;
}

static struct tracker *tracker_new(struct engine *e, const struct tracker_conf *c)
{
	struct tracker *s = pool_get(&e->tracker_pool);

	if (!s)
		return NULL;
	s->e = e;
	s->c = c;
	s->since = e->now;
	hyst_init(&s->hyst, c->rise, c->fall, c->init_fail);
	s->verdict = s->hyst.verdict;
	if (script_make(s))
		return s;
	pool_put(&e->tracker_pool, s);
	return NULL;
}

void tracker_free(struct tracker *t)
{
	script_unmake(t);
	pool_put(&t->e->tracker_pool, t);
}

static struct vr *same_vr(const struct engine *e, const struct vrrp_conf *c, unsigned hint)
{
	if (hint < e->nvr && conf_same_vrrp(e->vr[hint]->c, c))
		return e->vr[hint];
	for (unsigned i = 0; i < e->nvr; i++)
		if (conf_same_vrrp(e->vr[i]->c, c))
			return e->vr[i];
	return NULL;
}

static struct tracker *same_tracker(const struct engine *e, const struct tracker_conf *c)
{
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i] && e->trackers[i]->c->kind == c->kind && !strcmp(e->trackers[i]->c->name, c->name))
			return e->trackers[i];
	return NULL;
}

static bool restarts(const struct vr *v, const struct vrrp_conf *c)
{
	return conf_diff_vrrp(v->c, c) & 1u << APPLY_RESTART || (v->c->prio == 255) != (c->prio == 255);
}

static bool make_ifs(struct engine *e, const struct conf *c, struct next *n)
{
	n->nifs = c->nifs + 1;
	n->ifs = arena_get(n->a, n->nifs * sizeof *n->ifs);
	for (unsigned i = 0; n->ifs && i < n->nifs; i++) {
		const char *name = i < c->nifs ? c->ifs[i] : "";

		n->ifs[i] = e->ifs ? iface_find(e, name) : NULL;
		if (!n->ifs[i] && !(n->ifs[i] = iface_new(e, name)))
			return false;
	}
	return n->ifs != NULL;
}

static bool make_trackers(struct engine *e, const struct conf *c, struct next *n)
{
	n->ntrackers = c->ntrackers;
	n->trackers = arena_get(n->a, (c->ntrackers + 1) * sizeof *n->trackers);
	for (unsigned i = 0; n->trackers && i < c->ntrackers; i++) {
		struct tracker *old = same_tracker(e, &c->trackers[i]);

		if (!c->trackers[i].used)
			continue;
		if (old && conf_diff_tracker(old->c, &c->trackers[i]) & 1u << APPLY_RESTART)
			old = NULL;
		n->trackers[i] = old ? old : tracker_new(e, &c->trackers[i]);
		if (!n->trackers[i])
			return false;
	}
	return n->trackers != NULL;
}

static bool make_vrs(struct engine *e, const struct conf *c, struct next *n)
{
	n->nvr = c->nvrrp;
	n->vr = arena_get(n->a, (c->nvrrp + 1) * sizeof *n->vr);
	n->home = arena_get(n->a, (c->nvrrp + 1) * sizeof *n->home);
	for (unsigned i = 0; n->vr && n->home && i < c->nvrrp; i++) {
		struct vr *old = same_vr(e, &c->vrrp[i], i);

		n->vr[i] = old && !restarts(old, &c->vrrp[i]) ? old : vr_new(e, c, &c->vrrp[i], n);
		if (!n->vr[i] || !make_home(n, c, n->vr[i], &c->vrrp[i], &n->home[i]))
			return false;
	}
	if (!n->vr || !n->home)
		return false;
	n->vr[n->nvr] = e->vr ? e->vr[e->nvr] : vr_new(e, c, &c->fixed, n);	/* behind the last */
	return n->vr[n->nvr] && make_home(n, c, n->vr[n->nvr], &c->fixed, &n->home[n->nvr]);
}

static bool make_groups(struct engine *e, const struct conf *c, struct next *n)
{
	n->ngroups = c->nsyncs;
	n->groups = arena_get(n->a, (c->nsyncs + 1) * sizeof *n->groups);
	return n->groups && groups_make(e, c, n->groups);
}

static bool make_tables(struct engine *e, const struct conf *c, struct next *n)
{
	unsigned leaving = 0;
	unsigned cap;

	for (const struct vr *v = e->leaving; v; v = v->job_next)
		leaving++;
	cap = TIMERS_PER_VR * (c->nvrrp + e->nvr + leaving) + TIMERS_PER_TRACKER * (c->ntrackers + e->ntrackers) +
	      c->nifs + 1 + e->nifs + c->nsyncs + e->ngroups + TIMERS_OTHER;

	n->heap_cap = cap;
	n->heap = arena_get(n->a, cap * sizeof *n->heap);
	n->vr_mask = mask_for(c->nvrrp);
	n->vip_mask = mask_for(c->nvips);
	n->vr_hash = arena_get(n->a, (n->vr_mask + 1) * sizeof *n->vr_hash);
	n->vip_hash = arena_get(n->a, (n->vip_mask + 1) * sizeof *n->vip_hash);
	return n->heap && n->vr_hash && n->vip_hash;
}

/* Last of all: chunks of their own, so that what is not written stays untouched. */
static bool make_past(const struct conf *c, struct next *n)
{
	n->past = arena_raw(n->a, (size_t)PAST_MAX * c->nvrrp * sizeof *n->past);
	n->heard = arena_raw(n->a, (size_t)HEARD_MAX * c->nvrrp * sizeof *n->heard);
	return n->past && n->heard;
}

bool next_has(const void *v, unsigned n, const void *x)
{
	const void *p;

	for (unsigned i = 0; i < n; i++) {
		memcpy(&p, (const char *)v + i * sizeof p, sizeof p);
		if (p == x)
			return true;
	}
	return false;
}

/* Give back what is in n and not in use by the engine: a load that failed half way. */
static void unmake(struct engine *e, struct next *n)
{
	for (unsigned i = 0; n->vr && i < n->nvr; i++)
		if (n->vr[i] && !next_has(e->vr, e->nvr, n->vr[i]))
			pool_put(&e->vr_pool, n->vr[i]);
	for (unsigned i = 0; n->ifs && i < n->nifs; i++)
		if (n->ifs[i] && !next_has(e->ifs, e->nifs, n->ifs[i]))
			pool_put(&e->iface_pool, n->ifs[i]);
	for (unsigned i = 0; n->trackers && i < n->ntrackers; i++)
		if (n->trackers[i] && !next_has(e->trackers, e->ntrackers, n->trackers[i]))
			tracker_free(n->trackers[i]);
	groups_drop(e, n->groups, n->ngroups, e->groups, e->ngroups);
}

bool next_make(struct engine *e, const struct conf *c, struct next *n)
{
	if (make_tables(e, c, n) && make_ifs(e, c, n) && make_trackers(e, c, n) && make_vrs(e, c, n) && make_groups(e, c, n) &&
	    make_past(c, n))
		return true;
	unmake(e, n);
	return false;
}

void engine_pools(struct engine *e)
{
	arena_open(&e->life);
	e->vr_pool = (struct pool){ &e->life, NULL, sizeof(struct vr) };
	e->iface_pool = (struct pool){ &e->life, NULL, sizeof(struct iface) };
	e->inside_pool = (struct pool){ &e->life, NULL, script_inside_size };
	e->group_pool = (struct pool){ &e->life, NULL, sizeof(struct group) };
	e->tracker_pool = (struct pool){ &e->life, NULL, sizeof(struct tracker) };
}
