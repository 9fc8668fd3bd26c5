/*
 * reload.c - the running objects follow a configuration: begun at load; kept, changed, or sent away at reload; freed at the
 * end. Reference c.19.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "engine.h"
#include "file.h"
#include "log.h"
#include "next.h"

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
	vr_instruct(v, c);
	if (before->v3_csum != c->v3_csum || before->old_unicast_csum != c->old_unicast_csum)
		v->csum = vr_first_form(c);
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
		if (!next_has(e->ifs, e->nifs, old->ifs[i])) {
			ports_close(old->ifs[i]);
			vmac_forget(old->ifs[i]);
			iface_leave(old->ifs[i]);
			pool_put(&e->iface_pool, old->ifs[i]);
		}
	for (unsigned i = 0; i < old->ntrackers; i++)
		if (old->trackers[i] && !next_has(e->trackers, e->ntrackers, old->trackers[i])) {
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

	if (!next_make(e, c, &n))
		return -ENOMEM;
	reap(e, retired(e) >= RETIRED_MAX);
	for (unsigned i = 0; i < e->nvr; i++)
		if (!next_has(n.vr, n.nvr, e->vr[i]))
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
