/*
 * vips.c - the hall's work on addresses and announcements: jobs, done in bursts between the turns of the loop, so
 * that a thousand addresses never hold up an advert. A job makes the kernel agree with want_up; each address is
 * announced as it is set.
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "engine.h"
#include "garp.h"
#include "log.h"

enum { RETRY_FAULT_AFTER = 3 };		/* tries without a single address set before we step down */
#define ECHO (5 * MS)	/* after a take-over: the old master's kernel may have spoken from the same MAC meanwhile */

static uint32_t hash(const struct iface *i, const struct addr *a)
{
	uint32_t h = (uint32_t)((uintptr_t)i >> 4);

	for (unsigned k = 0; k < addr_len(a); k++)
		h = h * 31 + a->b[k];
	return h ^ h >> 15;
}

void vip_index(struct engine *e, unsigned n)
{
	const struct vr *v = e->vr[n];

	for (unsigned k = 0; k < v->c->vips.n; k++) {
		unsigned h = hash(v->vips[k].iface, &v->c->vips.v[k].addr) & e->vip_mask;

		while (e->vip_hash[h])
			h = (h + 1) & e->vip_mask;
		e->vip_hash[h] = (n << 16 | k) + 1;
	}
}

struct vr *vips_owner(const struct engine *e, const struct iface *i, const struct addr *a, unsigned *at,
                      struct vip_run **run)
{
	unsigned h = hash(i, a);
	uint32_t slot;

	while ((slot = e->vip_hash[(h + (*at)++) & e->vip_mask])) {
		struct vr *v = e->vr[(slot - 1) >> 16];
		unsigned k = (slot - 1) & 0xffff;

		if (v->vips[k].iface != i || !addr_eq(&v->c->vips.v[k].addr, a))
			continue;
		*run = &v->vips[k];
		return v;
	}
	return NULL;
}

/* It keeps the static entries. */
static bool is_fixed(const struct vr *v)
{
	return !v->c->vrid;
}

static void enqueue(struct vr *v)
{
	if (v->queued)
		return;
	v->queued = true;
	v->job_next = NULL;
	*v->e->job_tail = v;
	v->e->job_tail = &v->job_next;
}

static void dequeue_head(struct engine *e)
{
	struct vr *v = e->job_head;

	e->job_head = v->job_next;
	if (!e->job_head)
		e->job_tail = &e->job_head;
	v->queued = false;
}

void vips_forget(struct vr *v)
{
	struct vr **p = &v->e->job_head;

	while (*p && *p != v)
		p = &(*p)->job_next;
	if (*p) {
		*p = v->job_next;
		if (!*p)
			v->e->job_tail = p;
	}
	v->queued = false;
}

void vips_rearm(struct vr *v)
{
	const usec at[] = { v->burst_at, v->refresh_at, v->lower_at, v->retry_at, v->pace_at, v->echo_at, v->extra_at, v->claim_at };
	usec first = USEC_NEVER;

	for (unsigned i = 0; i < sizeof at / sizeof *at; i++)
		if (at[i] < first)
			first = at[i];
	heap_set(&v->e->heap, &v->later, first);
}

void vips_calm(struct vr *v)
{
	v->burst_at = v->refresh_at = v->lower_at = v->retry_at = v->pace_at = v->echo_at = v->extra_at = v->claim_at = USEC_NEVER;
	v->claim_again = false;
	v->round = v->round_at = 0;
	v->vip_fails = 0;
}

static usec after(usec now, usec delay)
{
	return delay ? now + delay : USEC_NEVER;
}

void vips_want(struct vr *v, bool up)
{
	usec now = v->e->now;

	if (v->e->stopping && v->e->keep_vips)
		return;						/* -V */
	if (up != v->want_up) {
		vips_calm(v);
		claims_changed(v->e);
	}
	if (up && !v->want_up) {
		v->burst_at = after(now, v->c->garp_delay);
		v->round = v->c->garp_repeat;
		v->first_round = true;
		v->echo_at = v->vif ? now + ECHO : USEC_NEVER;
	}
	for (unsigned k = 0; up && k < v->c->vips.n; k++)
		vmac_raise(v->vips[k].iface);
	if (up && after(now, v->c->garp_extra) < v->extra_at)
		v->extra_at = now + v->c->garp_extra;
	if (up && after(now, v->c->garp_refresh) < v->refresh_at)	/* a reload may have brought it */
		v->refresh_at = after(now, v->c->garp_refresh);
	v->want_up = up;
	v->settled = false;
	v->cursor = v->route_at = 0;
	v->routes_due = v->c->routes.n;
	vips_rearm(v);
	enqueue(v);
}

void vips_announce(struct vr *v, unsigned rounds)
{
	if (!v->want_up || !rounds)
		return;
	if (v->round < rounds)
		v->round = rounds;		/* the one that is under way goes on: all get their turn */
	enqueue(v);
}

static void link_addr_of(const struct vr *v, unsigned k, const struct iface *dev, struct link_addr *a)
{
	const struct vip *vip = &v->c->vips.v[k];
	bool v6 = vip->addr.family == AF_INET6;

	*a = (struct link_addr){
		.ifindex = dev->ifindex, .addr = vip->addr, .plen = vip->plen, .scope = vip->scope,
		.flags = vip->flags | (v6 && !vip->dad ? IFA_F_NODAD : 0), .has_brd = vip->brd_mode != BRD_NONE,
		.preferred = vip->preferred_set ? vip->preferred : v6 && vip->plen == 128 ? 0 : UINT32_MAX,
	};
	memcpy(a->brd, vip->brd, sizeof a->brd);
	if (vip->peer) {
		a->peer = *vip->peer;
		a->plen = vip->peer_plen;
	}
	if (vip->label && !v6)
		strncpy(a->label, vip->label, sizeof a->label - 1);
}

/* The frames of one burst. */
struct burst {
	struct frame f[GARP_BATCH];
	unsigned n;
};

static void burst_send(struct engine *e, struct burst *b)
{
	int err = 0;

	if (b->n && frame_send(e->frames, b->f, b->n, &err) < b->n)
		log_debug("announcements refused: %s", strerror(-err));
	b->n = 0;
}

static void burst_add(struct vr *v, unsigned k, struct burst *b)
{
	const struct iface *i = v->vips[k].iface;
	struct frame *f = &b->f[b->n];

	if (!v->vips[k].set || !i->ifindex || !i->has_mac || i->flags & (IFF_NOARP | IFF_LOOPBACK))
		return;
	f->ifindex = i->ifindex;
	f->len = garp_frame(f->b, &v->c->vips.v[k].addr, i->mac);
	if (++b->n == GARP_BATCH)
		burst_send(v->e, b);
}

static usec pause_of(const struct vr *v)
{
	const struct global_conf *g = &v->e->conf->global;
	const struct if_conf *x = v->iface->c;
	const struct garp_group *own = x && x->group ? &v->e->conf->groups[x->group - 1] : NULL;

	if (own)
		return v->c->family == AF_INET ? own->garp : own->gna;
	return v->c->family == AF_INET ? g->garp_interval : g->gna_interval;
}

struct who {
	struct vr *v;
	unsigned k;
};

/*
 * A VIP may have become the first address of its subnet (somebody took the real one away and put it back): it must
 * not take the others along when it goes. The sysctl is as it was again after the burst.
 */
static void spare_neighbours(const struct vip *vip, struct iface *i)
{
	if (vip->addr.family == AF_INET && vip->plen < 32 && !i->promoting)
		i->promoting = link_promote(i->name, 1) == 0;
}

static void send_burst(struct engine *e, struct link_batch *b)
{
	link_batch_send(b, &e->link);
	for (unsigned k = 0; k < e->nifs; k++)
		if (e->ifs[k]->promoting) {
			link_promote(e->ifs[k]->name, 0);
			e->ifs[k]->promoting = false;
		}
}

/* An addition that failed may have been done all the same, and its answer lost: it is removed to be sure, and added again. */
static bool there(const struct vip_run *r, bool wanted)
{
	return r->set || (r->err && !wanted);
}

/* Queue what differs from the wish, from the job's cursor on; stop when the burst is full. hide[1]: before it, hide[0]: after it. */
static void collect(struct vr *v, struct link_batch *b, struct who *who, struct nft_batch hide[2])
{
	struct link_addr a;

	for (; v->cursor < v->c->vips.n && !link_batch_full(b) && !nft_full(&hide[0]) && !nft_full(&hide[1]); v->cursor++) {
		struct vip_run *r = &v->vips[v->cursor];

		accept_collect(v, v->cursor, &hide[1], &hide[0]);
		if (there(r, v->want_up) == v->want_up || !r->iface->ifindex || (r->kept && !v->want_up)) {
			v->first_round &= !r->set;		/* adopted: not announced while it is set */
			continue;
		}
		link_addr_of(v, v->cursor, r->iface, &a);
		if (!v->want_up)
			spare_neighbours(&v->c->vips.v[v->cursor], r->iface);
		who[b->n] = (struct who){ v, v->cursor };
		link_batch_addr(b, &v->e->link, v->want_up, &a);
	}
}

/* As wanted already: it is there, or it or its interface is not. */
static bool harmless(bool add, int err)
{
	return add ? err == -EEXIST : err == -EADDRNOTAVAIL || err == -ENODEV;
}

static void complain(const struct vr *v, const struct addr *a, const struct iface *i, bool add, int err, const char *then)
{
	char s[ADDR_STR];

	log_err("(%s) cannot %s %s %s %s: %s; %s", v->c->name, add ? "set" : "remove", addr_text(a, s), add ? "on" : "from", i->name,
	        strerror(-err), then);
}

/* What could not be removed is still there, and tried again as an addition is. */
static void settle_one(const struct who *w, bool add, int err, struct burst *f)
{
	struct vip_run *r = &w->v->vips[w->k];	/* NOLINT(clang-analyzer-core.NullDereference): collect() filled as many */
	const struct addr *a = &w->v->c->vips.v[w->k].addr;

	if (harmless(add, err))
		err = 0;
	if (err && r->err != err)
		complain(w->v, a, r->iface, add, err, "trying again every second");
	r->err = err;
	if (!err)
		r->set = add;
	if (err && w->v->retry_at == USEC_NEVER) {
		w->v->retry_at = w->v->e->now + SEC;
		vips_rearm(w->v);
	}
	if (err || !add)
		return;
	if (a->family == AF_INET && !r->iface->own4.family)
		r->iface->own4 = *a;			/* what we set is no event */
	if (is_fixed(w->v))				/* an address like any other: adverts may come from it */
		*(a->family == AF_INET ? &r->iface->stale4 : &r->iface->stale6) = true;
	else if (!pause_of(w->v))
		burst_add(w->v, w->k, f);
	else if (!w->v->round)
		w->v->round = 1;
}

/* No address at all could be set: after some tries another router shall have a chance (design 5.4). */
static void count_failure(struct vr *v)
{
	unsigned set = 0, failed = 0;

	if (!v->want_up || is_fixed(v))
		return;
	for (unsigned k = 0; k < v->c->vips.n; k++) {
		set += v->vips[k].set;
		failed += v->vips[k].err != 0;
	}
	if (set || !failed) {
		v->vip_fails = 0;
		return;
	}
	if (++v->vip_fails < RETRY_FAULT_AFTER)
		return;
	vr_update(v);					/* leaves, and forgets what was due */
	v->vip_fails = RETRY_FAULT_AFTER;
	v->retry_at = v->e->now + 10 * SEC;
	vips_rearm(v);
}

/* One round, paced if garp_interval says so. true: nothing left to announce for now. */
static bool announce(struct vr *v, struct burst *b)
{
	usec pause = pause_of(v);

	while (v->round) {
		if (pause && v->e->now < v->iface->pace->garp_next) {
			v->pace_at = v->iface->pace->garp_next;
			vips_rearm(v);
			return true;
		}
		while (v->round_at < v->c->vips.n) {
			burst_add(v, v->round_at++, b);
			if (pause || !b->n)
				break;
		}
		if (v->round_at >= v->c->vips.n) {
			v->round--;
			v->round_at = 0;
		}
		if (pause)
			v->iface->pace->garp_next = v->e->now + pause;
		else if (!b->n && v->c->vips.n)
			return false;				/* a full burst has left: others first */
	}
	return true;
}

static void finish_addresses(struct vr *v)
{
	count_failure(v);
	if (v->want_up && v->first_round && !pause_of(v))
		v->round -= v->round > 0;			/* the first one went out with the addresses */
	v->first_round = false;
}

/* Everything is announced, or paced over a time that nobody should wait for: the outside may know. */
static void tell(struct vr *v)
{
	if (!v->notify_after)
		return;
	v->notify_after = false;
	notify_state(v);
	if (v->group)
		group_told(v->group);
}

/* Its addresses are as wanted; and routes, which leave before them. */
static bool is_through(const struct vr *v)
{
	return v->cursor == v->c->vips.n && (v->want_up || !v->routes_due);
}

bool vips_work(struct engine *e)
{
	struct who who[VIP_CHUNK];
	struct nft_batch hide[2];
	struct link_batch b;
	struct burst f;
	struct vr *v;

	f.n = 0;
	if (!e->job_head)
		return false;
	link_batch_init(&b);
	nft_begin(&hide[0]);
	nft_begin(&hide[1]);
	v = e->job_head;
	if (!v->want_up && v->routes_due)
		routes_work(v);
	for (; v && !link_batch_full(&b); v = v->job_next)
		if (v->want_up || !v->routes_due)
			collect(v, &b, who, hide);
	accept_send(e, &hide[1]);
	if (b.n)
		send_burst(e, &b);
	accept_send(e, &hide[0]);
	for (unsigned i = 0; i < b.n; i++)
		settle_one(&who[i], b.add[i], b.err[i], &f);
	burst_send(e, &f);
	for (unsigned i = 0; i < VIP_CHUNK && (v = e->job_head) && is_through(v); i++) {
		bool repeat = v->settled;

		dequeue_head(e);
		v->settled = true;
		e->vmac_rest |= !v->want_up;
		if (!repeat)
			finish_addresses(v);
		if (v->queued)
			continue;				/* a fault in setting them began another job */
		if (!repeat && (v->round || v->routes_due)) {
			enqueue(v);				/* repeats and routes come after everybody's addresses */
			continue;
		}
		if (v->routes_due) {
			routes_work(v);
			enqueue(v);
			break;
		}
		if (!announce(v, &f)) {
			enqueue(v);
			continue;
		}
		burst_send(e, &f);
		tell(v);
	}
	burst_send(e, &f);
	return e->job_head != NULL;
}

void vips_drain(struct engine *e)
{
	while (vips_work(e))
		;
}

/* Is there one that could not be removed? */
static bool is_stuck(const struct vr *v)
{
	for (unsigned k = 0; k < v->c->vips.n; k++)
		if (!v->want_up && v->vips[k].err)
			return true;
	return false;
}

bool vips_insist(struct engine *e)
{
	bool stuck = false;

	for (unsigned i = 0; i <= e->nvr; i++)
		if (is_stuck(e->vr[i])) {
			vips_want(e->vr[i], false);
			stuck = true;
		}
	vips_drain(e);
	return stuck;
}

/* Nobody knows of these afterwards. */
static void send_rest(struct vr *v, struct link_batch *b, const struct vip_run *was, const unsigned *which)
{
	send_burst(v->e, b);
	for (unsigned i = 0; i < b->n; i++)
		if (b->err[i] && !harmless(false, b->err[i]))
			/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.ArraySubscript): which has all that b has */
			complain(v, &v->c->vips.v[which[i]].addr, was[which[i]].iface, false, b->err[i], "it stays there");
	link_batch_init(b);
}

void vips_remove_rest(struct vr *v, const struct vip_run *was, const struct iface *only)
{
	unsigned which[VIP_CHUNK];
	struct link_batch b;
	struct link_addr a;

	link_batch_init(&b);
	for (unsigned k = 0; k < v->c->vips.n; k++) {
		struct iface *i = was[k].iface;
		bool here = i && (!only || i == only || i->base == only);

		if (here && was[k].hidden)
			v->e->accept.on = false;		/* made anew without it */
		if (here && there(&was[k], false) && !was[k].kept && i->ifindex) {
			link_addr_of(v, k, i, &a);
			spare_neighbours(&v->c->vips.v[k], i);
			which[b.n] = k;
			link_batch_addr(&b, &v->e->link, false, &a);
		}
		if (link_batch_full(&b) || (b.n && k + 1 == v->c->vips.n))
			send_rest(v, &b, was, which);
	}
}

/* garp_extra_if: switches forget a MAC that no advert leaves from. */
static void refresh_switches(struct vr *v)
{
	const struct iface *out = vmac_out(v);
	struct burst b;

	b.n = 0;
	for (unsigned k = 0; k < v->c->vips.n; k++)
		if (v->vips[k].iface != out && (v->vips[k].iface->vl || v->c->garp_extra_all))
			burst_add(v, k, &b);
	burst_send(v->e, &b);
}

static bool due(usec *at, usec now)
{
	if (*at > now)
		return false;
	*at = USEC_NEVER;
	return true;
}

void vips_fire(struct timer *t, usec now)
{
	struct vr *v = container_of(t, struct vr, later);

	v->e->now = now;
	if (due(&v->burst_at, now))
		vips_announce(v, v->c->garp_repeat);
	if (due(&v->refresh_at, now)) {
		v->refresh_at = after(now, v->c->garp_refresh);
		vips_announce(v, v->c->garp_refresh_repeat);
	}
	if (due(&v->echo_at, now))
		vips_announce(v, 1);
	if (due(&v->extra_at, now)) {
		v->extra_at = after(now, v->c->garp_extra);
		refresh_switches(v);
	}
	if (due(&v->lower_at, now))
		vips_announce(v, v->c->garp_lower_repeat);
	if (due(&v->pace_at, now))
		enqueue(v);
	if (due(&v->claim_at, now))
		claim_due(v);
	if (due(&v->retry_at, now)) {
		if (v->want_up) {
			vips_want(v, true);
		} else {
			if (is_stuck(v))
				vips_want(v, false);
			v->vip_fails = 0;
			vr_update(v);
		}
	}
	vips_rearm(v);
}
