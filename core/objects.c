/*
 * objects.c - the hall's objects follow the configuration: made at load; kept, changed, made anew or removed at
 * reload. Everything is made first, so that a lack of memory leaves the running configuration as it was.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "engine.h"
#include "file.h"
#include "log.h"

enum { TIMERS_PER_VR = 3, TIMERS_PER_TRACKER = 4, TIMERS_OTHER = 14 };

/* The part of an instance that is sized by its configuration. */
struct home {
	struct vip_run *vips;
	struct route_run *routes;
	uint8_t *msg;
};

/* What is being made; swapped into the engine when it is whole. */
struct next {
	struct arena *a;	/* the new configuration's */
	struct vr **vr;
	struct home *home;	/* what vr[i] will use of the new arena */
	struct iface **ifs;
	struct tracker **trackers;
	struct group **groups;
	unsigned nvr, nifs, ntrackers, ngroups;
	struct timer **heap;
	uint16_t *vr_hash;
	uint32_t *vip_hash;
	unsigned heap_cap, vr_mask, vip_mask;
	struct past *past;
	struct heard *heard;
};

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

/* What fsm and pkt need to know of the configuration. The effective priority stays with the trackers. */
static void instruct(struct vr *v, const struct vrrp_conf *c)
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

static enum pkt_csum first_form(const struct vrrp_conf *c)
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
	instruct(v, vc);
	v->csum = first_form(vc);
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

static void tracker_free(struct tracker *t)
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

/* Is x one of the n objects that the array of pointers v names? */
static bool in(const void *v, unsigned n, const void *x)
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
		if (n->vr[i] && !in(e->vr, e->nvr, n->vr[i]))
			pool_put(&e->vr_pool, n->vr[i]);
	for (unsigned i = 0; n->ifs && i < n->nifs; i++)
		if (n->ifs[i] && !in(e->ifs, e->nifs, n->ifs[i]))
			pool_put(&e->iface_pool, n->ifs[i]);
	for (unsigned i = 0; n->trackers && i < n->ntrackers; i++)
		if (n->trackers[i] && !in(e->trackers, e->ntrackers, n->trackers[i]))
			tracker_free(n->trackers[i]);
	groups_drop(e, n->groups, n->ngroups, e->groups, e->ngroups);
}

static bool has_name(const struct conf *c, const char *name)
{
	for (unsigned i = 0; i < c->nvrrp; i++)
		if (!strcmp(c->vrrp[i].name, name))
			return true;
	return false;
}

/* Resign and leave; notify scripts may still be running, so the object waits in e->leaving. */
static void dismiss(struct vr *v)
{
	const struct fsm_ev ev = { .kind = EV_DOWN, .why = WHY_RELOAD };
	struct engine *e = v->e;

	v->leaving = true;
	if (v->fsm.state == FSM_FAULT && v->c->notify[NOTIFY_DELETED])
		notify_state(v);			/* for the machine nothing changes */
	vr_event(v, &ev);
	v->group = NULL;
	tx_flush(e);
	vips_drain(e);
	heap_del(&e->heap, &v->timer);
	heap_del(&e->heap, &v->later);
	notify_gone(v);
	v->job_next = e->leaving;
	e->leaving = v;
}

/* Who left has nothing more to say when another has its name, now or reloads later: the news would cross. */
static void hush(struct engine *e, const struct conf *c)
{
	for (struct vr *v = e->leaving; v; v = v->job_next)
		if (has_name(c, v->c->name))
			v->notify.pending = v->notify.line = false;
}

static void reap(struct engine *e, bool force)
{
	struct vr **p = &e->leaving, *v;

	while ((v = *p)) {
		if ((v->notify.stage || v->notify.pending || v->notify.queued || mail_of(&v->mail)) && !force) {
			p = &v->job_next;
			continue;
		}
		*p = v->job_next;
		mail_drop(&v->mail);
		notify_drop(&v->notify);
		pool_put(&e->vr_pool, v);
	}
	while (!e->leaving && e->retired) {
		struct conf *c = e->retired;

		e->retired = c->older;
		config_free(c);
	}
}

/* How many configurations wait for notify scripts of removed instances. */
static unsigned retired(const struct engine *e)
{
	unsigned n = 0;

	for (const struct conf *c = e->retired; c; c = c->older)
		n++;
	return n;
}

void engine_reap(struct engine *e)
{
	if (e->retired)
		reap(e, false);
}

/* An address kept across a reload stays where it is; one that is not configured any more is taken off. */
static void move_in(struct vr *v, const struct vrrp_conf *c, const struct home *h)
{
	const struct vrrp_conf *old = v->c;
	struct vip_run *was = v->vips;

	routes_move(v, &c->routes, h->routes);
	for (unsigned i = 0; i < c->vips.n; i++)
		for (unsigned j = 0; j < old->vips.n; j++) {
			unsigned k = (i + j) % old->vips.n;	/* most likely the same place */

			if (was[k].iface != h->vips[i].iface || !conf_same_vip(&old->vips.v[k], &c->vips.v[i]))
				continue;
			h->vips[i] = was[k];
			was[k].iface = NULL;			/* taken */
			break;
		}
	vips_remove_rest(v, was, NULL);
	v->vips = h->vips;
	v->msg = h->msg;
	v->msg_len = 0;
}

/* A kept instance gets its new orders. */
static void reinstruct(struct vr *v, const struct vrrp_conf *c, const struct home *h)
{
	struct fsm_conf old = v->fc;
	const struct fsm_ev ev = { .kind = EV_CONF, .old = &old };
	const struct vrrp_conf *before = v->c;
	unsigned need = conf_diff_vrrp(before, c);

	if (strcmp(before->name, c->name)) {
		notify_gone(v);
		notify_file(v);
	}
	move_in(v, c, h);
	instruct(v, c);
	if (before->v3_csum != c->v3_csum || before->old_unicast_csum != c->old_unicast_csum)
		v->csum = first_form(c);
	if (v->src.family)
		vr_message(v);
	if (!need)
		return;
	vr_event(v, &ev);
	if (!(need & 1u << APPLY_VIPS) || v->fsm.state != FSM_MASTER)
		return;
	vips_want(v, true);
	vips_announce(v, c->garp_repeat);		/* all of them (K c.19) */
	vr_advert(v, false);
}

/* What is known of the past moves to its place in the new tables. */
static void move_past(const struct engine *e, const struct next *n)
{
	for (unsigned i = 0; i < n->nvr; i++) {
		struct vr *v = n->vr[i];

		for (unsigned k = 0; k < v->npast && k < PAST_MAX; k++)
			n->past[k * n->nvr + i] = v->past[k * e->nvr];
		for (unsigned k = 0; k < v->nheard; k++)
			n->heard[k * n->nvr + i] = v->heard[k * e->nvr];
		v->past = n->past + i;
		v->heard = n->heard + i;
		v->speaker = NULL;
	}
}

static void swap_tables(struct engine *e, struct conf *c, struct next *n)
{
	struct next old = {
		.vr = e->vr, .ifs = e->ifs, .trackers = e->trackers, .nvr = e->nvr, .nifs = e->nifs, .ntrackers = e->ntrackers,
		.groups = e->groups, .ngroups = e->ngroups,
	};

	if (e->heap.n)
		memcpy(n->heap, e->heap.v, e->heap.n * sizeof *n->heap);
	e->heap.v = n->heap;
	e->heap.cap = n->heap_cap;
	e->conf = c;
	e->generation++;
	e->vr = n->vr, e->nvr = n->nvr;
	e->ifs = n->ifs, e->nifs = n->nifs;
	e->trackers = n->trackers, e->ntrackers = n->ntrackers;
	e->groups = n->groups, e->ngroups = n->ngroups;
	e->vr_hash = n->vr_hash, e->vr_mask = n->vr_mask;
	e->vip_hash = n->vip_hash, e->vip_mask = n->vip_mask;
	*n = old;
}

/* Interfaces and scripts that the new configuration does not name. */
static void drop_rest(struct engine *e, struct next *old)
{
	for (unsigned i = 0; i < old->nifs; i++)
		if (!in(e->ifs, e->nifs, old->ifs[i])) {
			ports_close(old->ifs[i]);
			vmac_forget(old->ifs[i]);
			iface_leave(old->ifs[i]);
			pool_put(&e->iface_pool, old->ifs[i]);
		}
	for (unsigned i = 0; i < old->ntrackers; i++)
		if (old->trackers[i] && !in(e->trackers, e->ntrackers, old->trackers[i])) {
			tracker_stop(old->trackers[i]);
			tracker_free(old->trackers[i]);
		}
	groups_drop(e, old->groups, old->ngroups, e->groups, e->ngroups);
}

static void begin_in(struct vr *v, const struct home *h)
{
	v->vips = h->vips;
	v->routes = h->routes;
	v->msg = h->msg;
}

int engine_apply(struct engine *e, struct conf *c)
{
	struct next n = { .a = c->arena };
	bool had = e->conf && e->conf->nroutes;
	int err;

	if (!make_tables(e, c, &n) || !make_ifs(e, c, &n) || !make_trackers(e, c, &n) || !make_vrs(e, c, &n) ||
	    !make_groups(e, c, &n) || !make_past(c, &n)) {
		unmake(e, &n);
		return -ENOMEM;
	}
	reap(e, retired(e) >= RETIRED_MAX);
	for (unsigned i = 0; i < e->nvr; i++)
		if (!in(n.vr, n.nvr, e->vr[i]))
			dismiss(e->vr[i]);
	hush(e, c);
	for (unsigned i = 0; i < n.nvr; i++) {
		if (n.vr[i]->c != &c->vrrp[i]) {
			reinstruct(n.vr[i], &c->vrrp[i], &n.home[i]);
			continue;
		}
		begin_in(n.vr[i], &n.home[i]);
	}
	if (n.vr[n.nvr]->c == &c->fixed)
		begin_in(n.vr[n.nvr], &n.home[n.nvr]);
	else
		move_in(n.vr[n.nvr], &c->fixed, &n.home[n.nvr]);
	n.vr[n.nvr]->c = &c->fixed;
	for (unsigned i = 0; i < n.ntrackers; i++)
		if (n.trackers[i]) {
			n.trackers[i]->c = &c->trackers[i];
			script_moved(n.trackers[i]);
			hyst_limits(&n.trackers[i]->hyst, c->trackers[i].rise, c->trackers[i].fall);
		}
	move_past(e, &n);
	swap_tables(e, c, &n);
	vmac_bind(e);
	groups_enter(e);
	for (unsigned i = 0; i < e->nvr; i++)
		vr_index(e, i);
	for (unsigned i = 0; i <= e->nvr; i++)
		vip_index(e, i);
	if (had != (c->nroutes != 0) && (err = link_watch_routes(&e->link, !had)) < 0)
		log_err("routes that others remove are not seen: %s", strerror(-err));
	drop_rest(e, &n);
	ifs_orders(e);
	return 0;
}

void engine_fixed(struct engine *e)
{
	vips_want(e->vr[e->nvr], true);
	vips_drain(e);
	ifs_settle(e);
}

/* New interfaces are looked up, new scripts start, new instances begin, kept ones look at their trackers again. */
static void begin_new(struct engine *e)
{
	e->starting = true;
	ifs_dump(e);
	e->starting = false;
	engine_fixed(e);
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i])
			tracker_start(e->trackers[i]);
	for (unsigned i = 0; i < e->nifs; i++)
		for (int f = 0; f < PORTS; f++)
			if (e->ifs[i]->port[f].src.fd >= 0)
				port_open(&e->ifs[i]->port[f]);		/* groups and filter of new users */
	for (unsigned i = 0; i < e->nvr; i++) {
		vr_update(e->vr[i]);
		vips_want(e->vr[i], e->vr[i]->fsm.state == FSM_MASTER);
		if (e->vr[i]->notify.pending)
			notify_file(e->vr[i]);			/* whom it waited for may have been given up */
	}
	for (unsigned i = 0; i < e->ngroups; i++)
		group_settle(e->groups[i]);
	tx_flush(e);
}

/* Groups that nobody wants any more. */
static void leave_groups(struct engine *e, const struct conf *old)
{
	struct iface *i;

	for (const struct vrrp_conf *c = old->vrrp; c < old->vrrp + old->nvrrp; c++)
		if (!c->unicast && (i = iface_find(e, c->ifi == IF_NONE ? "" : old->ifs[c->ifi])))
			port_leave(&i->port[c->family == AF_INET6], &c->group);
}

int engine_reload(struct engine *e, struct conf *c)
{
	struct conf *old = e->conf;
	int err;

	e->now = clock_now();
	dump_again(e);
	mail_again(e);
	if ((err = engine_apply(e, c)) < 0)
		return err;
	fifo_apply(e, old);
	accept_apply(e);
	begin_new(e);
	leave_groups(e, old);
	for (unsigned i = 0; e->conf->global.fifo_on_reload && i < e->nvr; i++)
		if (e->vr[i]->fsm.state != FSM_INIT)
			notify_word(&e->vr[i]->notify, fsm_state_text(e->vr[i]->fsm.state));
	for (unsigned i = 0; e->conf->global.fifo_on_reload && i < e->ngroups; i++)
		if (e->groups[i]->state != FSM_INIT)
			notify_word(&e->groups[i]->notify, fsm_state_text(e->groups[i]->state));
	old->older = e->retired;
	e->retired = old;
	reap(e, false);
	return 0;
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

static void shut(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void engine_free(struct engine *e)
{
	control_close(e);
	accept_close(e);
	dump_again(e);
	fifo_close(e);
	reap(e, true);
	for (unsigned i = 0; i < e->nvr; i++) {
		mail_drop(&e->vr[i]->mail);
		notify_drop(&e->vr[i]->notify);
		notify_gone(e->vr[i]);
	}
	groups_drop(e, e->groups, e->ngroups, NULL, 0);
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i])
			tracker_stop(e->trackers[i]);
	procs_close(&e->procs);
	for (unsigned i = 0; i < e->nifs; i++) {
		ports_close(e->ifs[i]);
		iface_leave(e->ifs[i]);
	}
	if (e->link.cmd >= 0 && !e->keep_vips)
		vmac_close(e);
	e->left_due = e->stopping;
	left_note(e);
	e->nvr = e->nifs = e->ntrackers = e->ngroups = 0;
	claims_end(e);
	shut(&e->frames);
	shut(&e->tx4);
	shut(&e->tx6);
	if (!e->lent)
		shut(&e->chld.fd);
	link_close(&e->link);
	watch_close(&e->watches);
	loop_close(&e->slow);
	loop_close(&e->loop);
	if (e->conf && !e->lent)
		config_free(e->conf);
	e->conf = NULL;
	arena_close(&e->life);
}
