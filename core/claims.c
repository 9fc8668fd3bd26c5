/*
 * claims.c - the hall and conflict_action: another machine says by ARP or NA that it has an address of ours, while we are
 * MASTER. The kernel passes only frames that name such an address.
 *
 * A peer that takes over says so by an advert first, so a claim waits as long as an advert may take. When we are MASTER
 * still, `announce' defends as RFC 5227 2.4 (c): once more, at most every CLAIM_GAP. `yield' defends once as (b), and leaves
 * to FAULT when the claim is repeated within CLAIM_GAP; it tries again after CLAIM_REST. Of two routers that both are MASTER,
 * because VRRP does not pass between them, the one that announced last stays.
 *
 * An owner that comes back with no other IPv4 address sends its adverts from one that we have set, which our kernel takes for
 * a forgery. It announces the address, too: while there are claims, the interface accepts packets from addresses of our own.
 */
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"
#include "garp.h"
#include "log.h"

enum { READS = 16, ARP_SENDER = 28, NA_TARGET = 62 };

static usec sooner(usec a, usec b)
{
	return a < b ? a : b;
}

static void say(const struct vr *v, const struct iface *i, const uint8_t *mac, const struct addr *a)
{
	char s[ADDR_STR];

	if (v->n.conflicts & (v->n.conflicts - 1))		/* the 1st, 2nd, 4th, 8th ... time */
		return;
	log_notice("(%s) %02x:%02x:%02x:%02x:%02x:%02x says on %s that it has %s (%u so far)", v->c->name, mac[0], mac[1], mac[2],
	           mac[3], mac[4], mac[5], i->name, addr_text(a, s), (unsigned)v->n.conflicts);
}

static void claimed(struct vr *v, struct iface *i, const uint8_t *mac, const struct addr *a)
{
	usec now = v->e->now, at = now + sooner(v->c->adv, SEC);
	bool again = v->defended && now - v->defended < CLAIM_GAP;

	v->n.conflicts++;
	say(v, i, mac, a);
	i->claimed = now;
	claims_changed(v->e);
	if (a->family == AF_INET)
		left_turn(i, TURN_ACCEPT, true);
	v->claim_again |= again;
	if (again && !v->c->claim_yield)
		at = v->defended + CLAIM_GAP;
	if (at < v->claim_at)
		v->claim_at = at;
	vips_rearm(v);
}

void claim_due(struct vr *v)
{
	bool again = v->claim_again;

	v->claim_again = false;
	if (again && v->c->claim_yield) {
		v->defended = 0;
		v->yield_until = v->e->now + CLAIM_REST;
		vr_update(v);					/* leaves, and forgets what was due */
		v->retry_at = v->yield_until;
		vips_rearm(v);
		return;
	}
	v->defended = v->e->now;
	vips_announce(v, 1);
}

/* One of this machine's ports on that LAN, or this group's virtual MAC. */
static bool ours(const struct vr *v, const uint8_t *mac)
{
	static const uint8_t virtual[] = { 0, 0, 0x5e, 0 };

	if (!memcmp(mac, virtual, sizeof virtual) && mac[5] == v->c->vrid)
		return true;
	for (unsigned k = 0; k < v->e->nifs; k++)
		if (v->e->ifs[k]->has_mac && !memcmp(mac, v->e->ifs[k]->mac, 6))
			return true;
	return false;
}

static void heard(struct engine *e, struct iface *i, const struct addr *a, const uint8_t *frame, size_t len)
{
	const uint8_t *mac = garp_heard(frame, len, a);
	struct vip_run *r;
	unsigned at = 0;
	struct vr *v;

	while (mac && (v = vips_owner(e, i, a, &at, &r)))
		if (v->want_up && r->set && v->fsm.state == FSM_MASTER && !ours(v, mac))
			claimed(v, i, mac, a);
}

static void ready(struct source *s, usec now)
{
	struct claims *c = container_of(s, struct claims, src);
	struct engine *e = c->e;
	uint8_t frame[128] = { 0 };	/* a short one is refused by garp_heard */
	unsigned ifindex, len;
	struct addr a;

	e->now = now;
	for (int n = 0; n < READS && (len = claim_read(s->fd, frame, sizeof frame, &ifindex)); n++)
		for (unsigned k = 0; k < e->nifs; k++)
			if (e->ifs[k]->ifindex == ifindex) {
				addr_set(&a, c->family, frame + (c->family == AF_INET ? ARP_SENDER : NA_TARGET));
				heard(e, e->ifs[k], &a, frame, len);
			}
}

/* The last four bytes of every address that is ours now; more than CLAIMS_MAX are looked at by ourselves. */
static unsigned words(const struct engine *e, int family, uint32_t *w)
{
	unsigned n = 0;

	for (unsigned i = 0; i < e->nvr; i++)
		for (unsigned k = 0; e->vr[i]->want_up && k < e->vr[i]->c->vips.n; k++) {
			const struct addr *a = &e->vr[i]->c->vips.v[k].addr;
			const uint8_t *b = a->b + addr_len(a) - 4;

			if (a->family != family || n > CLAIMS_MAX)
				continue;
			if (n < CLAIMS_MAX)
				w[n] = (uint32_t)b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
			n++;
		}
	return n;
}

static void claims_close(struct claims *c)
{
	if (c->src.fd < 0)
		return;
	loop_del(&c->e->slow, &c->src);
	close(c->src.fd);
	c->src.fd = -1;
}

static void follow(struct claims *c)
{
	static uint32_t w[CLAIMS_MAX];
	unsigned n = words(c->e, c->family, w);

	if (n && c->src.fd >= 0) {
		claim_filter(c->src.fd, c->family, w, n);
		return;
	}
	claims_close(c);
	if (!n || (c->src.fd = claim_open(c->family, w, n)) < 0)
		return;
	c->src.ready = ready;
	if (loop_add(&c->e->slow, &c->src) < 0) {
		close(c->src.fd);
		c->src.fd = -1;
	}
}

static void fire(struct timer *t, usec now)
{
	struct engine *e = container_of(t, struct engine, claims_at);

	e->now = now;
	follow(&e->claims[0]);
	follow(&e->claims[1]);
	for (unsigned k = 0; k < e->nifs; k++) {
		if (!e->ifs[k]->was[TURN_ACCEPT])
			continue;
		if (now - e->ifs[k]->claimed > CLAIM_GAP)
			left_turn(e->ifs[k], TURN_ACCEPT, false);
		else
			heap_set(&e->heap, &e->claims_at, now + SEC);
	}
}

void claims_changed(struct engine *e)
{
	if (!e->claims_at.slot && !e->stopping)
		heap_set(&e->heap, &e->claims_at, e->now + SEC);
}

void claims_init(struct engine *e)
{
	for (int f = 0; f < 2; f++)
		e->claims[f] = (struct claims){ .src.fd = -1, .e = e, .family = f ? AF_INET6 : AF_INET };
	e->claims_at.fire = fire;
}

void claims_end(struct engine *e)
{
	claims_close(&e->claims[0]);
	claims_close(&e->claims[1]);
}
