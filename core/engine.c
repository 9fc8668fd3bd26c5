/* engine.c - the hall: decisions of fsm and track become actions, one turn at a time. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "engine.h"
#include "file.h"
#include "log.h"
#include "ready.h"
#include "text.h"

enum { STOP_TRIES = 20 };	/* at what cannot be removed at the end, a hundredth of a second apart */

/* Who joins a group is looked at when its time is over as well, whatever it hears until then. */
void vr_arm(struct vr *v)
{
	bool joins = v->joins > v->e->now && v->joins < v->fsm.deadline;

	heap_set(&v->e->heap, &v->timer, joins ? v->joins : v->fsm.deadline);
}

/* "2 MASTER, 1 BACKUP" */
const char *engine_status(const struct engine *e, char *buf, size_t size)
{
	static const uint8_t order[] = { FSM_MASTER, FSM_BACKUP, FSM_FAULT, FSM_INIT };
	struct text t = { buf, size, 0 };
	unsigned n;

	text_put(&t, e->nvr ? "" : "nothing to do");
	for (unsigned k = 0; k < sizeof order; k++) {
		n = 0;
		for (unsigned i = 0; i < e->nvr; i++)
			n += e->vr[i]->fsm.state == order[k];
		if (n)
			text_put(&t, "%s%u %s", t.n ? ", " : "", n, fsm_state_text(order[k]));
	}
	return buf;
}

static void tell_status(struct timer *t, usec now)
{
	struct engine *e = container_of(t, struct engine, status);
	char buf[80];

	e->status_next = now + SEC;
	ready_say(READY_STATUS, engine_status(e, buf, sizeof buf));
}

/* The state changed: say it, remember it, let the outside know when the addresses are done. */
static void entered(struct vr *v)
{
	struct past p;
	char why[128];

	v->since = v->e->now;
	v->since_wall = time(NULL);
	past_note(v, &p);
	v->told = 0;
	v->told_list = v->told_interval = v->told_lower = v->told_self = v->told_lone = false;
	if (v->fsm.state == FSM_MASTER)
		v->n.become_master++;
	log_notice("(%s) Entering %s STATE%s: %s", v->c->name, fsm_state_text(v->fsm.state),
	           v->announced_state ? "" : " (init)", past_text(&p, why, sizeof why));
	control_state(v, p.from, why);
	v->announced_state = true;
	if (!v->e->status.slot)
		heap_set(&v->e->heap, &v->e->status, v->e->status_next);
	if (v->queued) {
		v->notify_after = true;
		return;
	}
	notify_state(v);
	if (v->group)
		group_told(v->group);
}

static void garp_lower(struct vr *v)
{
	if (!v->c->garp_lower_repeat)
		return;
	vips_announce(v, v->c->garp_lower_repeat);
	if (v->c->garp_lower_delay && v->lower_at == USEC_NEVER) {
		v->lower_at = v->e->now + v->c->garp_lower_delay;
		vips_rearm(v);
	}
}

/* A network that heard another master here may have heard it elsewhere (K c.12). */
static void garp_lower_all(struct vr *v)
{
	struct vr *o;

	if (!v->group)
		garp_lower(v);
	for (unsigned k = 0; v->group && (o = group_nth(v->group, k)); k++)
		if (o->fsm.state == FSM_MASTER)
			garp_lower(o);
}

static void carry_out(struct vr *v, const struct acts *acts)
{
	for (unsigned i = 0; i < acts->n; i++) {
		switch (acts->v[i]) {
		case ACT_ADVERT:
			vr_advert(v, false);
			break;
		case ACT_RESIGN:
			log_info("(%s) sent 0 priority", v->c->name);
			vr_advert(v, true);
			break;
		case ACT_VIPS_UP:
			vips_want(v, true);
			break;
		case ACT_VIPS_DOWN:
			v->n.release_master++;
			vips_want(v, false);
			break;
		case ACT_GARP_LOWER:
			garp_lower_all(v);
			break;
		case ACT_NOTIFY:
			entered(v);
			break;
		}
	}
}

static void say_first(struct vr *v, const struct fsm_ev *ev, enum fsm_state before)
{
	char a[ADDR_STR];

	if (before == FSM_MASTER && v->fsm.state == FSM_BACKUP && ev->kind == EV_ADVERT && v->fsm.why != WHY_LATE)
		log_notice("(%s) Master received advert from %s with %s priority %u, ours %u", v->c->name,
		           addr_text(&v->master, a), ev->prio > v->fc.prio ? "higher" : "the same", ev->prio, v->fc.prio);
	if (before == FSM_BACKUP && v->fsm.state == FSM_MASTER && v->fsm.why == WHY_SILENCE)
		log_info("(%s) Receive advertisement timeout", v->c->name);
}

/* What a predecessor had set is ours as MASTER; else it goes as soon as another router speaks, or we cannot be one. */
static void inherit(struct vr *v, const struct fsm_ev *ev)
{
	if (ev->kind != EV_ADVERT && (v->fsm.state == FSM_INIT || v->fsm.state == FSM_BACKUP))
		return;
	v->heir = 0;
	if (v->fsm.state != FSM_MASTER)
		vips_want(v, false);
}

void vr_event(struct vr *v, const struct fsm_ev *ev)
{
	enum fsm_state before = v->fsm.state;
	usec heard = v->fsm.heard;
	uint8_t ready = v->fsm.ready;
	struct acts acts;
	struct vr *o;

	fsm_step(&v->fsm, &v->fc, ev, v->e->now, &acts);
	if (v->fsm.state != before) {
		v->silence = v->e->now - heard;
		say_first(v, ev, before);
	}
	carry_out(v, &acts);
	if (v->fsm.state != before && v->fsm.state != FSM_BACKUP)
		v->master.family = 0;
	if (v->heir)
		inherit(v, ev);
	vr_arm(v);
	if (!v->group)
		return;
	if (v->fsm.state != before || v->fsm.ready != ready || v->joins)
		group_settle(v->group);
	if (ev->kind == EV_ADVERT)
		group_heard(v, ev);
	if (ready && !v->told_ready && (o = group_behind(v))) {
		log_info("(%s) would be MASTER, and waits for %s of its sync group", v->c->name, o->c->name);
		v->told_ready = true;
	} else if (!v->fsm.ready) {
		v->told_ready = false;
	}
}

static void fire(struct timer *t, usec now)
{
	const struct fsm_ev ev = { .kind = EV_TIMER };
	struct vr *v = container_of(t, struct vr, timer);

	v->e->now = now;
	if (v->fsm.state == FSM_MASTER && (now - v->fsm.deadline) * 10 > v->fc.adv)
		v->n.late++;
	vr_event(v, &ev);
}

/* The address our adverts come from (RFC 9568 5.1.1.1, 5.1.2.1). */
static const struct addr *source_of(const struct vr *v)
{
	if (v->c->src.family)
		return &v->c->src;
	if (v->c->family == AF_INET6)
		return &v->iface->src6;
	return v->c->prio == 255 && !v->iface->src4.family ? &v->iface->own4 : &v->iface->src4;
}

static enum fault blame(struct vr *v, enum fault f, const char *name)
{
	v->fault_name = name;
	return f;
}

static enum fault iface_fault(struct vr *v)
{
	struct iface *i = v->iface;
	struct port *p = &i->port[v->c->family == AF_INET6];
	int err;

	if (*i->name && !i->ifindex)
		return blame(v, FAULT_MISSING, i->name);
	if (!v->c->dont_track_primary && !iface_up(i))
		return blame(v, FAULT_LINK, i->name);
	if (!v->src.family || (v->c->track_src_ip && v->c->src.family && !v->src_here))
		return blame(v, FAULT_SOURCE, i->name);
	if (v->c->fault_no_peer && !v->c->unicast)
		return blame(v, FAULT_PEERS, v->c->name);
	if ((p->src.fd < 0 && (err = port_open(p)) < 0) ||
	    (v->c->auth_type == AUTH_AH && i->port[PORT_AH].src.fd < 0 && (err = port_open(&i->port[PORT_AH])) < 0)) {
		if (v->fault != FAULT_SOCKET)
			log_err("(%s) no socket on %s: %s", v->c->name, i->name, strerror(-err));
		return blame(v, FAULT_SOCKET, i->name);
	}
	return FAULT_NONE;
}

/* Walk every tracker: the sum of weights, the first fault, whether a first result is awaited. */
static enum fault trackers(struct vr *v, int *sum, bool *wait)
{
	const struct vrrp_conf *c = v->c;
	enum fault f = FAULT_NONE;

	for (unsigned i = 0; i < c->vips.n; i++)
		if (v->vips[i].iface != v->iface && v->vips[i].iface != v->vif && !c->vips.v[i].no_track && !iface_up(v->vips[i].iface) && !f)
			f = blame(v, FAULT_VIPDEV, v->vips[i].iface->name);
	for (unsigned i = 0; i < c->ifaces.n; i++) {
		struct iface *t = v->e->ifs[c->ifaces.v[i].index];
		const struct contrib k = track_contrib(c->ifaces.v[i].weight, c->ifaces.v[i].reverse,
		                                       iface_up(t) ? VERDICT_GOOD : VERDICT_BAD);

		*sum += k.prio;
		if (k.fault && !f)
			f = blame(v, FAULT_TRACKIF, t->name);
	}
	for (unsigned i = 0; i < c->tracks.n; i++) {
		const struct tracker *t = v->e->trackers[c->tracks.v[i].index];
		const struct contrib k = tracker_contrib(&c->tracks.v[i], t);

		*sum += k.prio;
		*wait |= k.wait;
		if (k.fault && !f)
			f = blame(v, FAULT_SCRIPT + t->c->kind, t->c->name);
	}
	if (!f && v->vip_fails >= 3)
		f = blame(v, FAULT_VIPS, v->iface->name);
	return f;
}

static void new_source(struct vr *v)
{
	const struct addr *src = source_of(v);

	if (addr_eq(src, &v->src))
		return;
	v->src = *src;
	if (v->src.family)
		vr_message(v);
}

static void new_priority(struct vr *v, int prio)
{
	struct fsm_conf old = v->fc;
	const struct fsm_ev ev = { .kind = EV_CONF, .old = &old };

	v->fc.demoted = v->demoted == DEMOTE_PRIORITY;
	if (v->fc.demoted)
		prio = 1;
	if (prio == old.prio && v->fc.demoted == old.demoted)
		return;
	if (v->announced_state && prio != old.prio)
		log_notice("(%s) Changing effective priority from %u to %d", v->c->name, old.prio, prio);
	v->fc.prio = prio;
	v->told_lower = false;
	notify_file(v);
	if (v->c->notify_priority && (v->fsm.state == FSM_MASTER || v->fsm.state == FSM_BACKUP))
		notify_word(&v->notify, v->fsm.state == FSM_MASTER ? "MASTER_PRIORITY" : "BACKUP_PRIORITY");
	vr_event(v, &ev);
}

/*
 * We were its MASTER when we were killed, so the last advert is at most an interval older than that. Until down_adverts of them are missed
 * nobody has taken over, and whoever starts again in time goes on.
 */
static bool still_master(const struct vr *v)
{
	const struct again *a = &v->e->again;

	return v->heir && v->heir == a->pid && v->e->now - a->at < (v->fc.down_adverts - 1) * v->fc.adv;
}

/* Start, stop or go on, as its own faults and its group's say. */
static void judge(struct vr *v)
{
	struct fsm_ev ev = { .kind = EV_DOWN, .why = WHY_FAULT };
	const struct vr *ailing = v->own_fault ? NULL : group_ailing(v);
	enum fault before = v->fault;
	char text[128];

	v->fault = ailing ? blame(v, FAULT_GROUP, ailing->c->name) : v->own_fault;
	if (v->fault && v->fsm.state != FSM_FAULT) {
		vr_event(v, &ev);
	} else if (v->fault && v->fault != before) {
		log_info("(%s) still in FAULT: %s", v->c->name, vr_reason(v, text, sizeof text));
	} else if (!v->fault && !v->waits && !group_waits(v) && (v->fsm.state == FSM_INIT || v->fsm.state == FSM_FAULT)) {
		ev.kind = EV_UP;
		ev.heir = v->heir;
		ev.why = v->fsm.state != FSM_INIT ? WHY_CLEARED : still_master(v) ? WHY_AGAIN : WHY_START;
		vr_event(v, &ev);
	}
}

void vr_update(struct vr *v)
{
	bool wait = v->e->now < v->e->hold_until, news;
	enum fault f, g;
	int sum = 0;
	struct vr *o;

	if (v->e->starting || v->fsm.state == FSM_STOPPED)
		return;
	new_source(v);
	g = trackers(v, &sum, &wait);
	f = iface_fault(v);
	if (!f)
		f = g;
	if (!f && v->e->now < v->yield_until)
		f = blame(v, FAULT_CLAIMED, v->iface->name);
	if (!f && v->demoted == DEMOTE_FAULT)
		f = blame(v, FAULT_DEMOTED, "demoted");
	wait = wait && !(v->fsm.state == FSM_INIT && still_master(v));	/* nothing was wrong a moment ago */
	news = wait != v->waits || !f != !v->own_fault;
	v->own_fault = f;
	v->waits = wait;
	new_priority(v, track_priority(v->c->prio, sum));
	judge(v);
	for (unsigned k = 0; news && v->group && (o = group_nth(v->group, k)); k++)
		if (o != v && o->fsm.state != FSM_STOPPED)
			judge(o);
	if (f == FAULT_SOCKET) {			/* no event will tell that it can be had now */
		v->retry_at = v->e->now + 10 * SEC;
		vips_rearm(v);
	}
}

void vr_obey(struct vr *v)
{
	v->want.ignore_all = v->c->owner_ignore && v->c->prio == 255 && v->demoted != DEMOTE_PRIORITY;
}

void vr_hooks(struct vr *v)
{
	v->timer.fire = fire;
	v->later.fire = vips_fire;
	v->notify.v = v;
	v->mail.v = v;
	notify_init(&v->notify, v->e);
}

static void hold_over(struct timer *t, usec now)
{
	struct engine *e = container_of(t, struct engine, hold);

	e->now = now;
	log_info("startup delay is over");
	for (unsigned i = 0; i < e->nvr; i++)
		vr_update(e->vr[i]);
}

/* vrrp_startup_delay counts from now, vrrp_delay_after_boot from boot, which is where this clock begins. */
static void hold_start(struct engine *e)
{
	const struct global_conf *g = &e->conf->global;
	usec from_start = g->startup_delay && !e->again.pid ? e->now + g->startup_delay : 0;
	usec from_boot = g->delay_after_boot;

	e->hold_until = from_start > from_boot ? from_start : from_boot;
	e->hold.fire = hold_over;
	if (e->hold_until > e->now)
		heap_set(&e->heap, &e->hold, e->hold_until);
}

static int open_edges(struct engine *e, const char **what)
{
	int err;

	*what = "epoll";
	if ((err = loop_open(&e->loop)) < 0 || (err = loop_open_slow(&e->slow, &e->loop)) < 0)
		return err;
	*what = "netlink";
	ifs_hooks(e);
	if ((err = link_open(&e->link)) < 0 || (err = loop_add(&e->loop, &e->link.src)) < 0)
		return err;
	*what = "raw socket";
	if ((err = e->tx4 = raw_open_tx(AF_INET)) < 0)
		return err;
	e->tx6 = raw_open_tx(AF_INET6);			/* a kernel without IPv6 is fine until an instance needs it */
	*what = "packet socket";
	if ((err = e->frames = frame_open()) < 0)
		return err;
	*what = "child signals";
	if ((err = child_open(&e->chld)) < 0)
		return err;
	return loop_add(&e->loop, &e->chld);
}

/* Leftovers of a predecessor go (K c.5), unless it was MASTER and we may go on where it was killed. */
static void come_after(struct vr *v)
{
	bool set = false;

	for (unsigned k = 0; k < v->c->vips.n; k++)
		set |= v->vips[k].set;
	v->heir = set ? notify_left(v) : 0;
	if (v->heir)
		log_info("(%s) was MASTER when it was killed: its addresses stay until another master is heard", v->c->name);
	vr_update(v);
	if (!v->want_up && !v->heir)
		vips_want(v, false);
}

int engine_open(struct engine *e, struct conf *c, const char *run_dir, const char **what)
{
	const struct again again = e->again;
	int err;

	memset(e, 0, sizeof *e);
	e->again = again;
	e->tx4 = e->tx6 = e->frames = e->chld.fd = -1;
	e->accept.nft.cmd = e->accept.nft.src.fd = -1;
	e->link.cmd = e->link.src.fd = e->loop.epfd = e->slow.epfd = -1;
	e->job_tail = &e->job_head;
	e->tell_tail = &e->tell_head;
	e->status.fire = tell_status;
	dump_init(e);
	fifo_init(e);
	mail_init(e);
	engine_pools(e);
	control_init(e);
	claims_init(e);
	e->run_dir = run_dir;
	e->now = e->started = clock_now();
	e->watches.loop = &e->slow;
	procs_init(&e->procs, &e->slow, &e->heap, &e->life);
	e->probes = (struct probe_env){ .loop = &e->slow, .heap = &e->heap, .procs = &e->procs };
	e->starting = true;
	if ((err = open_edges(e, what)) < 0)
		return err;
	*what = "memory";
	left_open(e);
	if ((err = engine_apply(e, c)) < 0)
		return err;
	*what = "netlink";
	if ((err = ifs_dump(e)) < 0)
		return err;
	e->starting = false;
	e->now = clock_now();
	engine_fixed(e);
	hold_start(e);
	fifo_apply(e, NULL);
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i])
			tracker_start(e->trackers[i]);
	for (unsigned i = 0; i < e->nvr; i++)
		come_after(e->vr[i]);
	accept_apply(e);				/* of those that stay, too */
	return 0;
}

/* After a pause every socket is emptied before a timer speaks: what is in there may keep us BACKUP. */
static int hear(struct engine *e)
{
	int n = loop_turn(&e->loop, e->job_head || e->tell_head || e->vmac_rest || dump_waits(e) ? 0 : heap_next(&e->heap), &e->now);

	for (int i = 0; i < 32 && n == LOOP_EVENTS; i++)
		n = loop_turn(&e->loop, 0, &e->now);
	return n;
}

void engine_turn(struct engine *e)
{
	struct timer *t;

	e->begun = 0;
	if (hear(e) < 0)
		return;
	standing_late(e, e->now - heap_next(&e->heap));
	while ((t = heap_due(&e->heap, e->now)))
		t->fire(t, e->now);
	tx_flush(e);
	ifs_settle(e);
	accept_settle(e);
	tx_flush(e);
	for (int i = 0; i < 4 && vips_work(e); i++)		/* about a millisecond */
		tx_flush(e);
	if (!e->job_head) {
		left_note(e);
		notify_work(e);
		vmac_work(e);
	}
	tx_flush(e);
	for (int i = 0; i < 2 && dump_work(e); i++)
		;
	engine_reap(e);
}

/* notify_stop scripts get 0.8 s, checks that were running 0.1 s to end by themselves; in the loop like all else. */
static void wait_for_scripts(struct engine *e)
{
	usec began = clock_now(), until;

	while ((until = notify_busy(e) || mail_waits(e) ? began + 800 * MS : child_count() ? began + 100 * MS : 0) &&
	       (e->now = clock_now()) < until)
		loop_turn(&e->loop, until, &e->now);
}

void engine_close(struct engine *e)
{
	const struct fsm_ev ev = { .kind = EV_STOP };

	control_close(e);
	e->now = clock_now();
	e->stopping = true;
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i])
			tracker_end(e->trackers[i]);
	for (unsigned i = 0; i < e->nvr; i++)
		vr_event(e->vr[i], &ev);
	tx_flush(e);
	vips_drain(e);
	vips_want(e->vr[e->nvr], false);
	vips_drain(e);
	for (int i = 0; i < STOP_TRIES && vips_insist(e); i++)
		loop_turn(&e->loop, clock_now() + 10 * MS, &e->now);
	accept_close(e);
	while (notify_work(e))
		;
	fifo_end(e);
	wait_for_scripts(e);
	engine_free(e);
}
