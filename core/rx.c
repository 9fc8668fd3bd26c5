/* rx.c - the hall's wire: datagrams become events, adverts go out in batches. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"
#include "log.h"

static unsigned hash(const struct iface *i, int family, uint8_t vrid)
{
	return (unsigned)((uintptr_t)i >> 4) * 31 + vrid * 7 + family;
}

/* Several routers may share interface, family and VRID when group or source tell them apart. */
static bool meant_for(const struct vr *v, const struct addr *dst)
{
	return addr_is_multicast(dst) ? addr_eq(dst, &v->c->group) : v->c->unicast && addr_eq(dst, &v->src);
}

struct vr *vr_lookup(const struct engine *e, const struct iface *i, int family, uint8_t vrid, const struct addr *dst)
{
	struct vr *v, *found = NULL;

	for (unsigned h = hash(i, family, vrid) & e->vr_mask; e->vr_hash[h]; h = (h + 1) & e->vr_mask) {
		v = e->vr[e->vr_hash[h] - 1];
		if (v->iface != i || v->c->family != family || v->c->vrid != vrid)
			continue;
		if (meant_for(v, dst))
			return v;
		found = v;
	}
	return found;
}

void vr_index(struct engine *e, unsigned n)
{
	const struct vr *v = e->vr[n];
	unsigned h = hash(v->iface, v->c->family, v->c->vrid) & e->vr_mask;

	while (e->vr_hash[h])
		h = (h + 1) & e->vr_mask;
	e->vr_hash[h] = n + 1;
}

/* Every refusal is counted; the first of a kind is logged until the state changes. */
static void refuse(struct vr *v, enum pkt_err err, const struct advert *ad, const struct meta *m)
{
	char a[ADDR_STR];

	v->n.err[err]++;
	vr_hear(v, ad, m, err);
	if (v->told & 1u << err)
		return;
	v->told |= 1u << err;
	log_notice("(%s) ignored advert from %s: %s", v->c->name, addr_text(&m->src, a), pkt_err_text(err));
}

/* Of no instance, or not worth asking which; who speaks on a VRID of ours is remembered nevertheless. */
static void refuse_early(struct port *p, enum pkt_err err, const struct advert *ad, const struct meta *m)
{
	const struct iface *i = p->iface;
	struct engine *e = i->e;
	struct vr *v = err == PKT_TTL || err == PKT_VERSION ? vr_lookup(e, i, p->family, ad->vrid, &m->dst) : NULL;
	char a[ADDR_STR];

	e->n.err[err]++;
	if (v)
		vr_hear(v, ad, m, err);
	if (e->told_head & 1u << err || (err == PKT_VRID && !e->conf->global.log_unknown_vrids))
		return;
	e->told_head |= 1u << err;
	log_notice("ignored advert from %s on %s (virtual_router_id %u): %s", addr_text(&m->src, a),
	           i->name, ad->vrid, pkt_err_text(err));
}

/* Which checksum form the peer uses, and whether ours must follow (design 5.2, K c.9). */
static enum pkt_err check_form(struct vr *v, const struct advert *a, const struct meta *m)
{
	char s[ADDR_STR];

	if (a->version != 3 || v->c->family != AF_INET || a->csum == v->csum)
		return PKT_OK;
	if (a->csum == CSUM_OLD_UNICAST && v->c->old_unicast_csum_never)
		return PKT_CHECKSUM;
	if (v->c->v3_csum == V3_CSUM_AUTO || a->csum == CSUM_OLD_UNICAST) {
		v->csum = a->csum;
		vr_message(v);
	}
	if (!v->heard_rfc)
		log_notice("(%s) %s sends version 3 checksums %s pseudo-header, %s", v->c->name, addr_text(&m->src, s),
		           a->csum == CSUM_PLAIN ? "without" : "with", v->csum == a->csum ?
		           "so do we from now on" : "we the other form: it may ignore us (see v3_checksum)");
	v->heard_rfc = true;
	return PKT_OK;
}

/* Differences that never make an advert invalid: counted, said once. */
static void notice_differences(struct vr *v, const struct advert *a, const struct meta *m)
{
	const struct vrrp_conf *c = v->c;
	bool same_master = addr_eq(&v->master, &m->src);
	size_t len = a->count * (c->family == AF_INET ? 4 : 16);
	char s[ADDR_STR];

	if (a->version == 3 && a->adv != c->adv) {
		v->n.interval_diff++;
		if (!v->told_interval)
			log_info("(%s) %s advertises every %lld ms, we every %lld ms", c->name, addr_text(&m->src, s),
			         (long long)(a->adv / MS), (long long)(c->adv / MS));
		v->told_interval = true;
	}
	if (c->family == AF_INET6 && !(a->addrs[0] == 0xfe && (a->addrs[1] & 0xc0) == 0x80))
		v->n.not_linklocal++;
	if (c->skip_check_adv_addr && same_master)
		return;
	if (len + 8 > v->msg_len || a->count != v->msg[3] || !pkt_same_addrs(a, v->msg + 8, len)) {
		v->n.addr_list++;
		if (!v->told_list)
			log_notice("(%s) the addresses that %s advertises are not ours", c->name, addr_text(&m->src, s));
		v->told_list = true;
	}
}

/* keepalived's words, which people's alarms look for (K d.8). */
static void say_lower(struct vr *v, const struct advert *a, const struct meta *m)
{
	char s[ADDR_STR];

	if (a->prio == 0 || a->prio >= v->fc.prio || v->told_lower)
		return;
	v->told_lower = true;
	if (v->fsm.state == FSM_MASTER)
		log_notice("(%s) Received advert from %s with lower priority %u, ours %u, forcing new election",
		           v->c->name, addr_text(&m->src, s), a->prio, v->fc.prio);
	else if (!v->c->nopreempt)
		log_notice("(%s) received lower priority (%u) advert from %s - discarding", v->c->name, a->prio,
		           addr_text(&m->src, s));
}

/* Mixed mode: of who is known to speak version 3, version 2 counts only when that has not been heard for some time (RFC 9568 8.4.2). */
static bool speaks_both(struct vr *v, const struct addr *src)
{
	struct heard *h;

	for (unsigned k = 0; k < v->nheard; k++) {
		h = &v->heard[k * v->e->nvr];
		if (!addr_eq(&h->addr, src) || v->e->now > h->both)
			continue;
		h->lone = 0;
		return true;
	}
	return false;
}

static void say_lone(struct vr *v)
{
	char s[ADDR_STR];

	if (v->told_lone || !v->c->mixed || v->fsm.state != FSM_BACKUP || v->speaker->lone <= FRESH)
		return;
	v->told_lone = true;
	log_notice("(%s) %s sends no version 2: routers that know no other do not hear it (send_v2_and_v3)", v->c->name,
	           addr_text(&v->speaker->addr, s));
}

static void accept_advert(struct vr *v, const struct advert *a, const struct meta *m)
{
	struct fsm_ev ev = { .kind = EV_ADVERT, .prio = a->prio, .adv = a->adv, .cmp = addr_cmp(&m->src, &v->src) };
	char s[ADDR_STR];

	v->n.rx++;
	vr_hear(v, a, m, PKT_OK);
	notice_differences(v, a, m);
	say_lone(v);
	say_lower(v, a, m);
	if (v->fsm.state == FSM_MASTER && a->prio && a->prio < v->fc.prio)
		notify_lower(v);
	if (!ev.cmp) {
		v->n.own_address++;
		if (!v->told_self)
			log_err("(%s) advert from %s, which is our own address: a loop, or the address is used twice",
			        v->c->name, addr_text(&m->src, s));
		v->told_self = true;
	}
	if (!a->prio)
		v->n.prio0_rx++;
	if (v->fsm.state == FSM_BACKUP || a->prio > v->fc.prio || (a->prio == v->fc.prio && ev.cmp > 0)) {
		v->master = m->src;
		v->master_prio = a->prio;
	}
	vr_event(v, &ev);
}

/*
 * With AH the next number is more than any that was heard; after a restart, more than was sent before, if the clock is good.
 * What we send is no measure for others: two that are MASTER at once would count in step, and never hear each other.
 */
static bool is_replay(struct vr *v, const struct meta *m)
{
	if (m->ah && (ah_seq(m->ah) <= v->ah_heard || addr_eq(&m->src, &v->src)))
		return true;
	if (m->ah)
		v->ah_heard = ah_seq(m->ah);
	return false;
}

void vr_count(struct vr *v)
{
	uint32_t past = v->ah_heard > v->ah_sent ? v->ah_heard : v->ah_sent;

	v->ah_sent = (past < (uint32_t)v->since_wall ? (uint32_t)v->since_wall : past) + 1;
}

static void seal(struct vr *v, struct raw_out *o, uint8_t *ah)
{
	o->id = v->ah_sent | 1;				/* the kernel fills in 0 */
	o->ah = ah;
	ah_seal(ah, v->ah_sent, v->c->auth, o->id, &o->src, &o->dst, o->p, o->len);
}

static void receive(struct port *p, const struct raw_msg *m)
{
	struct engine *e = p->iface->e;
	struct advert a;
	enum pkt_err err = pkt_head(&a, m->p, m->len, &m->meta);
	struct vr *v;

	if (err) {
		refuse_early(p, err, &a, &m->meta);
		return;
	}
	v = vr_lookup(e, p->iface, p->family, a.vrid, &m->meta.dst);
	if (!v) {
		refuse_early(p, PKT_VRID, &a, &m->meta);
		return;
	}
	if (v->fsm.state != FSM_BACKUP && v->fsm.state != FSM_MASTER)
		return;					/* K c.11, 1: nobody is listening */
	if (!(err = pkt_body(&a, m->p, m->len, &m->meta)) && !(err = pkt_judge(&a, &m->meta, &v->want)) &&
	    !(err = check_form(v, &a, &m->meta)) && !meant_for(v, &m->meta.dst))
		err = PKT_CAST;
	if (!err && is_replay(v, &m->meta))
		err = PKT_REPLAY;
	if (!err && a.version == 2 && v->c->mixed && speaks_both(v, &m->meta.src))
		v->n.err[PKT_BESIDE]++;			/* as it should be: nothing to say */
	else if (err)
		refuse(v, err, &a, &m->meta);
	else
		accept_advert(v, &a, &m->meta);
}

static void port_ready(struct source *s, usec now)
{
	struct port *p = container_of(s, struct port, src);
	struct raw_msg m[RX_BATCH];
	unsigned n, bad = 0, left = RX_TURN / RX_BATCH;
	int got;

	p->iface->e->now = now;
	do {
		got = raw_recv(s->fd, p->family, m, &n, &bad);
		for (unsigned i = 0; got > 0 && i < n; i++)
			receive(p, &m[i]);
	} while (got == RX_BATCH && --left && s->fd >= 0);
	p->iface->e->n.err[PKT_LENGTH] += bad;
}

static bool uses(const struct vr *v, const struct port *p)
{
	return v->iface == p->iface && v->c->family == p->family;
}

static int join_users(const struct port *p)
{
	const struct engine *e = p->iface->e;
	int err = 0, r;

	for (unsigned i = 0; i < e->nvr; i++) {
		const struct vrrp_conf *c = e->vr[i]->c;

		if (!uses(e->vr[i], p) || c->unicast)
			continue;
		if ((r = raw_join(p->src.fd, p->iface->ifindex, &c->group)) < 0)
			err = r;
	}
	return err;
}

/* Bytes that may wait in the socket for this one, as the configuration says; 0: it does not. */
static uint32_t room_wanted(const struct vr *v)
{
	const struct global_conf *g = &v->e->conf->global;

	if (v->c->rx_buf || (g->rx_policy && g->rx_policy < RX_POLICY_ADVERT))
		return v->c->rx_buf ? v->c->rx_buf : g->rx_policy;
	if (!g->rx_policy)
		return 0;
	return (g->rx_policy == RX_POLICY_MTU ? v->iface->mtu : 56 + v->c->vips.n * addr_len(&v->c->group)) * g->rx_multiplier;
}

/*
 * The kernel keeps from us what no user of the port wants, and keeps for us what they want: what comes in a second that we
 * are held up, where the configuration says nothing. Whatever is in it, an advert counts as 1 to 2 kB there.
 */
static void port_tune(const struct port *p)
{
	const struct engine *e = p->iface->e;
	uint64_t wanted = 0, room = 0;
	uint32_t vrids[8] = { 0 };

	for (unsigned i = 0; i < e->nvr; i++) {
		const struct vrrp_conf *c = e->vr[i]->c;

		if (!uses(e->vr[i], p))
			continue;
		vrids[c->vrid >> 5] |= 1u << (c->vrid & 31);
		wanted += room_wanted(e->vr[i]);
		room += (SEC / c->adv + 1) * RX_COST;
	}
	room = wanted ? wanted : room < RX_ROOM_MIN ? RX_ROOM_MIN : room;
	raw_filter(p->src.fd, p->family, p == &p->iface->port[PORT_AH] ? AH_LEN : 0, e->conf->global.log_unknown_vrids ? NULL : vrids);
	raw_room(p->src.fd, room < RX_ROOM_MAX ? room : RX_ROOM_MAX);
}

void port_leave(struct port *p, const struct addr *group)
{
	const struct engine *e = p->iface->e;

	for (unsigned i = 0; i < e->nvr; i++)
		if (uses(e->vr[i], p) && !e->vr[i]->c->unicast && addr_eq(&e->vr[i]->c->group, group))
			return;
	if (p->src.fd >= 0)
		raw_leave(p->src.fd, p->iface->ifindex, group);
}

int port_open(struct port *p)
{
	struct iface *i = p->iface;
	int err;

	if (p->src.fd >= 0) {
		port_tune(p);
		return join_users(p);
	}
	p->src.fd = p == &i->port[PORT_AH] ? raw_open_ah(i->ifindex, i->name) : raw_open_rx(p->family, i->ifindex, i->name);
	if (p->src.fd < 0)
		return p->src.fd;
	p->src.ready = port_ready;
	port_tune(p);
	if ((err = join_users(p)) < 0 || (err = loop_add(&i->e->loop, &p->src)) < 0) {
		close(p->src.fd);
		p->src.fd = -1;
	}
	return err;
}

void ports_close(struct iface *i)
{
	for (struct port *p = i->port; p < i->port + PORTS; p++) {
		if (p->src.fd < 0)
			continue;
		loop_del(&i->e->loop, &p->src);
		close(p->src.fd);
		p->src.fd = -1;
	}
}

static bool in_queue(const struct vr *v)
{
	for (unsigned i = 0; i < v->e->txq_n; i++)
		if (v->e->txq_vr[i] == v)
			return true;
	return false;
}

static const struct addr *target(const struct vr *v, unsigned i)
{
	return v->c->unicast ? &v->c->peers.v[i].addr : &v->c->group;
}

static unsigned targets(const struct vr *v)
{
	return v->c->unicast ? v->c->peers.n : 1;
}

static void encode(struct vr *v, uint8_t prio)
{
	const struct vrrp_conf *c = v->c;
	uint8_t addrs[ADVERT_MAX];
	struct advert a = {
		.version = c->version, .vrid = c->vrid, .prio = prio, .auth_type = c->auth_type,
		.auth = c->auth, .adv = c->adv, .addrs = addrs, .csum = v->csum,
	};
	size_t len = addr_len(&c->group);

	if (in_queue(v))
		tx_flush(v->e);
	for (unsigned i = 0; i < c->vips.n && !c->vips.v[i].excluded; i++)
		memcpy(addrs + len * a.count++, c->vips.v[i].addr.b, len);
	for (unsigned i = 0; i < targets(v); i++)
		v->msg_len = pkt_encode(v->msg + i * v->msg_len, ADVERT_MAX, &a, &v->src, target(v, i));
	a.version = 2;
	if (c->mixed)
		pkt_encode(v->msg + targets(v) * v->msg_len, ADVERT_MAX, &a, &v->src, &c->group);
	v->msg_prio = prio;
}

void vr_message(struct vr *v)
{
	encode(v, v->fc.prio);
}

void vr_advert(struct vr *v, bool resign)
{
	struct engine *e = v->e;
	uint8_t prio = resign ? 0 : v->fc.prio;
	const struct iface *out;

	if (!v->src.family || (*v->iface->name && !v->iface->ifindex))
		return;
	if (v->msg_prio != prio)
		encode(v, prio);
	vmac_raise(v->vif);
	out = vmac_out(v);
	vr_count(v);
	for (unsigned i = 0, n = targets(v); i < n * (1 + v->c->mixed); i++) {
		if (e->txq_n == TX_BATCH || (e->txq_n && e->txq_family != v->c->family))
			tx_flush(e);
		e->txq_family = v->c->family;
		e->txq_vr[e->txq_n] = v;
		e->txq[e->txq_n] = (struct raw_out){
			.p = v->msg + (i < n ? i : n) * v->msg_len, .len = v->msg_len + (i < n ? 0 : AUTH_LEN), .ifindex = out->ifindex,
			.src = v->src, .dst = *target(v, i % n), .ttl = v->c->unicast ? v->c->unicast_ttl : 255,
		};
		if (v->c->auth_type == AUTH_AH)
			seal(v, &e->txq[e->txq_n], e->txq_ah[e->txq_n]);
		e->txq_n++;
	}
	v->n.prio0_tx += resign;
}

void tx_flush(struct engine *e)
{
	char a[ADDR_STR];

	if (!e->txq_n)
		return;
	raw_send(e->txq_family == AF_INET ? e->tx4 : e->tx6, e->txq_family, e->txq, e->txq_n);
	for (unsigned i = 0; i < e->txq_n; i++) {
		struct vr *v = e->txq_vr[i];

		v->n.tx += !e->txq[i].err;
		if (!e->txq[i].err || !iface_up(v->iface) || v->n.tx_err++)
			continue;				/* on a dead link the last words are lost, as expected */
		log_err("(%s) cannot send adverts to %s: %s", v->c->name, addr_text(&e->txq[i].dst, a),
		        strerror(-e->txq[i].err));
	}
	e->txq_n = 0;
}
