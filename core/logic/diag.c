/* diag.c - what is wrong on this LAN: who sent what, and what follows from it (pure). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "diag.h"
#include "text.h"

const char *diag_remedy(enum diag_id id)
{
	static const char text[] =
#define X(id, remedy) remedy "\0"
		DIAG_FINDINGS(X)
#undef X
		;

	return text_nth(text, id);
}

void diag_begin(struct diag *d, const struct conf *conf, const char *dev, const uint8_t mac[6], usec now)
{
	d->began = d->now = now;
	d->conf = conf;
	d->dev = dev;
	memcpy(d->mac, mac, sizeof d->mac);
}

const struct vrrp_conf *diag_conf(const struct diag *d, int family, uint8_t vrid)
{
	const struct vrrp_conf *v;

	for (unsigned i = 0; d->conf && i < d->conf->nvrrp; i++) {
		v = &d->conf->vrrp[i];
		if (v->family == family && v->vrid == vrid && (!v->interface || !strcmp(v->interface, d->dev)))
			return v;
	}
	return NULL;
}

void diag_add(struct diag *d, enum diag_id id, const char *fmt, ...)
{
	struct diag_found *f = d->f;
	unsigned at = 0;
	va_list ap;

	if (d->nf == DIAG_FOUND)
		return;
	while (at < d->nf && f[at].id <= id)
		at++;
	memmove(f + at + 1, f + at, (d->nf++ - at) * sizeof *f);
	f[at].id = id;
	va_start(ap, fmt);
	vsnprintf(f[at].text, sizeof f[at].text, fmt, ap);
	va_end(ap);
}

/* ---- what is seen ---- */

static struct diag_sender *sender(struct diag *d, const struct sight *s, const struct advert *a)
{
	uint16_t tag = s->tags ? s->tag[s->tags - 1] : 0;
	struct diag_sender *x = d->s;

	for (; x < d->s + d->ns; x++)
		if (x->vrid == a->vrid && x->version == a->version && x->tag == tag && addr_eq(&x->src, &s->meta.src))
			return x;
	if (d->ns == DIAG_SENDERS) {
		d->missed++;
		return NULL;
	}
	d->ns++;
	*x = (struct diag_sender){ .src = s->meta.src, .family = s->meta.src.family, .vrid = a->vrid, .version = a->version, .tag = tag,
		.first = d->now };
	return x;
}

/* Does it carry just the addresses of this configuration, in their order? */
static bool same_list(const struct advert *a, const struct vrrp_conf *v)
{
	size_t len = v->family == AF_INET6 ? 16 : 4;
	unsigned i, n = 0;

	for (i = 0; i < v->vips.n && !v->vips.v[i].excluded; i++, n++)
		if (n >= a->count || memcmp(a->addrs + n * len, v->vips.v[i].addr.b, len))
			return false;
	return n == a->count;
}

/* Our configuration's instance for it. A tagged frame is of another LAN. */
static const struct vrrp_conf *conf_of(const struct diag *d, const struct diag_sender *x)
{
	return x->tag ? NULL : diag_conf(d, x->family, x->vrid);
}

static void judge(struct diag_sender *x, const struct advert *a, const struct meta *m, const struct vrrp_conf *v)
{
	struct pkt_want w = {
		.version = v->version, .auth_type = v->auth_type, .unicast = v->unicast, .check_src = v->check_unicast_src, .mixed = v->mixed,
		.adv = v->adv, .peers = v->peers.v, .npeers = v->peers.n,
	};

	memcpy(w.auth, v->auth, sizeof w.auth);
	x->verdict = pkt_judge(a, m, &w);
	x->list_differs = !same_list(a, v);
}

static uint32_t hash(const uint8_t *p, size_t n)
{
	uint32_t h = 2166136261u;

	while (n--)
		h = (h ^ *p++) * 16777619u;
	return h;
}

static void advert(struct diag *d, const struct sight *s)
{
	const uint8_t *p = s->p + s->msg;
	const struct vrrp_conf *v;
	struct advert a = { 0 };
	struct diag_sender *x;
	enum pkt_err err;

	if (s->msg_cap < s->msg_len || s->msg_len < 8)
		return;
	err = pkt_head(&a, p, s->msg_len, &s->meta);
	a.version = p[0] >> 4;				/* what the gate refused before it came to them */
	a.vrid = p[1];
	a.prio = p[2];
	x = sender(d, s, &a);
	if (!x)
		return;
	if (!err)
		err = pkt_body(&a, p, s->msg_len, &s->meta);
	x->err = err;
	x->n++;
	x->last = d->now;
	x->dst = s->meta.dst;
	x->ttl = s->meta.ttl;
	x->own = s->out || (s->mac != NO_LAYER && !memcmp(s->p + s->mac, d->mac, 6));
	x->has_mac = s->mac != NO_LAYER;
	if (x->has_mac)
		memcpy(x->mac, s->p + s->mac, 6);
	if (a.prio)
		x->prio = a.prio;
	if (err)
		return;
	x->adv = a.adv;
	x->auth_type = a.auth_type;
	x->csum = a.csum;
	x->reserved |= a.reserved;
	x->count = a.count;
	x->list = hash(a.addrs, a.count * addr_len(&s->meta.src));
	addr_set(&x->first_vip, s->meta.src.family, a.addrs);
	if ((v = conf_of(d, x)))
		judge(x, &a, &s->meta, v);
}

static void answer(struct diag *d, const struct addr *addr, const uint8_t *mac, bool own)
{
	struct diag_answer *a = d->a;

	for (; a < d->a + d->na; a++)
		if (addr_eq(&a->addr, addr) && !memcmp(a->mac, mac, 6))
			return;
	if (d->na == DIAG_ANSWERS)
		return;
	d->na++;
	*a = (struct diag_answer){ .addr = *addr, .own = own };
	memcpy(a->mac, mac, 6);
}

void diag_ours(struct diag *d, const struct addr *a)
{
	answer(d, a, d->mac, true);
}

static bool is_ours(const struct diag *d, const struct addr *addr)
{
	for (const struct diag_answer *a = d->a; a < d->a + d->na; a++)
		if (a->own && addr_eq(&a->addr, addr))
			return true;
	return false;
}

/* Who says that an address is his: ARP of either kind names its sender, an advertisement its target and MAC. */
static void claim(struct diag *d, const struct sight *s)
{
	const uint8_t *p = s->p + s->msg, *mac = p + 8;
	struct addr target = s->meta.src;

	if (s->kind == SEEN_NA) {
		if (s->msg_cap < 32 || p[24] != 2)
			return;
		addr_set(&target, AF_INET6, p + 8);
		mac = p + 26;
	}
	if (s->tags)
		return;
	if (s->kind != SEEN_ARP || p[14] || p[15] || p[16] || p[17])		/* a probe claims nothing */
		answer(d, &target, mac, s->out || !memcmp(mac, d->mac, 6));
}

void diag_frame(struct diag *d, const struct sight *s, usec now)
{
	d->now = now;
	if (s->kind == SEEN_VRRP)
		advert(d, s);
	else if ((s->kind == SEEN_ARP && s->msg_cap >= 28) || s->kind == SEEN_NA)
		claim(d, s);
}

void diag_delivered(struct diag *d, const uint8_t *msg, size_t len, const struct meta *m)
{
	for (struct diag_sender *x = d->s; len >= 8 && x < d->s + d->ns; x++)
		if (x->vrid == msg[1] && x->version == msg[0] >> 4 && addr_eq(&x->src, &m->src))
			x->delivered++;
}

/* ---- what follows ---- */

struct names { char s[3][ADDR_STR + 24]; unsigned n; };

/* "10.0.0.2", "10.0.0.1 (this machine)" */
static const char *who(struct names *b, const struct diag_sender *x)
{
	char *p = b->s[b->n++ % 3];

	addr_text(&x->src, p);
	if (x->own)
		strcat(p, " (this machine)");
	return p;
}

static const char *mac_text(const uint8_t *m, char *buf, size_t size)
{
	snprintf(buf, size, "%02x:%02x:%02x:%02x:%02x:%02x", m[0], m[1], m[2], m[3], m[4], m[5]);
	return buf;
}

static bool is_vmac(const struct diag_sender *x)
{
	const uint8_t head[6] = { 0, 0, 0x5e, 0, x->family == AF_INET6 ? 2 : 1, x->vrid };

	return x->has_mac && !memcmp(x->mac, head, sizeof head);
}

/* Is its last advert young enough for a living master? */
static bool lives(const struct diag *d, const struct diag_sender *x)
{
	return x->n > 1 && d->now - x->last <= 3 * (x->adv ? x->adv : SEC) + SEC / 2;
}

/* Both sent for at least two intervals of the same time. */
static bool together(const struct diag_sender *a, const struct diag_sender *b)
{
	usec from = a->first > b->first ? a->first : b->first, to = a->last < b->last ? a->last : b->last;

	return to - from >= (a->adv > b->adv ? a->adv : b->adv);
}

/* Unicast groups and those of other multicast addresses may share a number, unless they share an address too. */
static bool same_router(const struct diag_sender *a, const struct diag_sender *b)
{
	return a->vrid == b->vrid && a->family == b->family && a->tag == b->tag &&
	       (addr_eq(&a->dst, &b->dst) || addr_eq(&a->dst, &b->src) || addr_eq(&a->src, &b->dst) || addr_eq(&a->first_vip, &b->first_vip));
}

/* Would a program that listens here get its adverts? Of groups: the usual one and those of the configuration have been joined. */
static bool due(const struct diag *d, const struct diag_sender *x)
{
	struct addr group;

	if (x->own || x->tag || d->missed)		/* in a flood the kernel has no room for some */
		return false;
	if (!addr_is_multicast(&x->dst))
		return is_ours(d, &x->dst);
	addr_parse(&group, x->family == AF_INET6 ? "ff02::12" : "224.0.0.18");
	return addr_eq(&group, &x->dst) || conf_of(d, x);
}

/* "adverts of 10.0.0.2 for VRID 51 ...": fmt goes on. */
__attribute__((format(printf, 4, 5)))
static void adverts(struct diag *d, enum diag_id id, const struct diag_sender *x, const char *fmt, ...)
{
	struct names b = { .n = 0 };
	char text[DIAG_TEXT];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	diag_add(d, id, "adverts of %s for VRID %u%s", who(&b, x), x->vrid, text);
}

/* What is wrong with one sender's adverts in themselves. */
static void alone(struct diag *d, const struct diag_sender *x, const bool raw_works[2])
{
	char vip[ADDR_STR];

	if (x->err == PKT_TTL)
		adverts(d, FOUND_TTL, x, " have a TTL of %d, not 255", x->ttl);
	else if (x->err)
		adverts(d, x->err == PKT_CHECKSUM ? FOUND_CHECKSUM : FOUND_BAD, x, ": %s", pkt_err_text(x->err));
	if (x->err)
		return;
	if (raw_works[x->family == AF_INET6] && x->n > 2 && !x->delivered && due(d, x))
		adverts(d, FOUND_IN, x, " reach %s, but the kernel gives none of them to a program", d->dev);
	if (x->reserved)
		adverts(d, FOUND_RESERVED, x, ": reserved bits are set");
	if (x->family == AF_INET6 && x->count && !addr_is_linklocal(&x->first_vip))
		adverts(d, FOUND_LL, x, ": the first address is %s, not link-local", addr_text(&x->first_vip, vip));
}

/* The gate of our configuration that refused it, as a finding. */
static enum diag_id finding(enum pkt_err e)
{
	switch ((int)e) {
	case PKT_VERSION:  return FOUND_VERSION;
	case PKT_CAST:     return FOUND_CAST;
	case PKT_PEER:     return FOUND_PEER;
	case PKT_AUTHTYPE:
	case PKT_AUTHDIFF: return FOUND_AUTHTYPE;
	case PKT_REPLAY:
	case PKT_AUTHFAIL: return FOUND_AUTH;
	case PKT_INTERVAL: return FOUND_INTERVAL;
	}
	return FOUND_BAD;
}

static enum pkt_csum form_of(const struct vrrp_conf *v)
{
	return v->v3_csum == V3_CSUM_RFC ? CSUM_PLAIN : CSUM_PSEUDO;
}

/* Is one of its addresses configured here? */
static bool shares(const struct diag_sender *x, const struct vrrp_conf *v)
{
	for (unsigned i = 0; i < v->vips.n; i++)
		if (addr_eq(&v->vips.v[i].addr, &x->first_vip))
			return true;
	return false;
}

/* One sender against our configuration. */
static void against_conf(struct diag *d, const struct diag_sender *x)
{
	const struct vrrp_conf *v = conf_of(d, x);
	struct names b = { .n = 0 };
	char vip[ADDR_STR];

	if (x->own || x->err || x->tag || !d->conf)
		return;
	for (unsigned i = 0; !v && i < d->conf->nvrrp; i++)
		if (shares(x, &d->conf->vrrp[i]))
			diag_add(d, FOUND_VRID, "%s advertises %s with VRID %u, %s of our configuration has %u", who(&b, x),
			         addr_text(&x->first_vip, vip), x->vrid, d->conf->vrrp[i].name, d->conf->vrrp[i].vrid);
	if (!v)
		return;
	if (x->verdict)
		adverts(d, finding(x->verdict), x, " are refused by %s: %s", v->name, pkt_err_text(x->verdict));
	if (x->version == 3 && x->family == AF_INET && v->v3_csum != V3_CSUM_AUTO && x->csum != form_of(v))
		diag_add(d, FOUND_FORM, "%s sends version 3 checksums %s pseudo-header, %s the other form: it may refuse ours", who(&b, x),
		         x->csum == CSUM_PLAIN ? "without" : "with", v->name);
	if (!x->list_differs)
		return;
	if (shares(x, v))
		diag_add(d, FOUND_LIST, "%s advertises other addresses for VRID %u than %s has (%u of them, first %s)", who(&b, x), x->vrid,
		         v->name, x->count, addr_text(&x->first_vip, vip));
	else
		diag_add(d, FOUND_GROUP, "%s uses VRID %u for other addresses than %s (first %s)", who(&b, x), x->vrid, v->name,
		         addr_text(&x->first_vip, vip));
}

/* Why they may not accept each other: the first thing in which they differ. */
static void differ(struct diag *d, const struct diag_sender *a, const struct diag_sender *b)
{
	struct names n = { .n = 0 };
	enum diag_id id = FOUND_LIST;
	const char *what = "virtual addresses";
	unsigned one = 0, other = 0;

	if (a->version != b->version)
		id = FOUND_VERSION, what = "version", one = a->version, other = b->version;
	else if (a->err || b->err)
		return;
	else if (a->auth_type != b->auth_type)
		id = FOUND_AUTHTYPE, what = "authentication type", one = a->auth_type, other = b->auth_type;
	else if (a->version == 2 && a->adv != b->adv)
		id = FOUND_INTERVAL, what = "interval", one = a->adv / SEC, other = b->adv / SEC;
	else if (a->csum != b->csum)
		id = FOUND_FORM, what = "checksum forms";
	else if (a->list == b->list)
		return;
	who(&n, a);
	who(&n, b);
	if (one != other)
		diag_add(d, id, "VRID %u: %s %u of %s, %u of %s", a->vrid, what, one, n.s[0], other, n.s[1]);
	else
		diag_add(d, id, "VRID %u: %s and %s send different %s", a->vrid, n.s[0], n.s[1], what);
}

/* Two senders for one router. */
static void pair(struct diag *d, const struct diag_sender *a, const struct diag_sender *b)
{
	struct names n = { .n = 0 };
	char mac[20];

	if (!same_router(a, b) || addr_eq(&a->src, &b->src) || !lives(d, a) || !lives(d, b) || !together(a, b))
		return;
	diag_add(d, FOUND_TWO, "VRID %u has two masters: %s (priority %u) and %s (priority %u)", a->vrid, who(&n, a), a->prio,
	         who(&n, b), b->prio);
	if (a->has_mac && b->has_mac && is_vmac(a) && !memcmp(a->mac, b->mac, 6))
		diag_add(d, FOUND_VMAC, "virtual MAC %s: %s and %s both send from it", mac_text(a->mac, mac, sizeof mac), who(&n, a),
		         who(&n, b));
	if (conf_of(d, a) && (a->own || b->own))
		return;						/* told against the configuration */
	differ(d, a, b);
}

/* The master whose adverts carry the address, or NULL. Only first addresses are remembered; our configuration knows the rest. */
static const struct diag_sender *master_of(const struct diag *d, const struct addr *vip)
{
	for (const struct diag_sender *x = d->s; x < d->s + d->ns; x++) {
		const struct vrrp_conf *v = conf_of(d, x);

		if (x->tag || !lives(d, x))
			continue;
		if (addr_eq(&x->first_vip, vip))
			return x;
		for (unsigned i = 0; v && i < v->vips.n; i++)
			if (addr_eq(&v->vips.v[i].addr, vip))
				return x;
	}
	return NULL;
}

/* A MAC that answers for a virtual address without being its master's. */
static void foreign(struct diag *d, const struct diag_answer *a)
{
	const struct diag_sender *m = master_of(d, &a->addr), *x;
	char vip[ADDR_STR], mac[20], its[20];

	if (!m || !m->has_mac || !memcmp(m->mac, a->mac, 6) || a->mac[0] & 1)
		return;
	if (is_vmac(m) || !memcmp(a->mac, "\0\0\x5e\0\1", 4))	/* a master may announce either of its two MACs */
		return;
	for (x = d->s; x < d->s + d->ns; x++)
		if (same_router(x, m) && x->has_mac && !memcmp(x->mac, a->mac, 6))
			return;				/* it was, or is, another master: told elsewhere */
	addr_text(&a->addr, vip);
	mac_text(a->mac, mac, sizeof mac);
	mac_text(m->mac, its, sizeof its);
	if (a->own)
		diag_add(d, FOUND_MAC, "this machine (%s) has %s, whose master is %s", mac, vip, its);
	else
		diag_add(d, FOUND_FOREIGN, "%s answers for %s, whose master is %s, and no adverts of it arrive here", mac, vip, its);
}

/* Every router of our configuration has somebody who says that he is master. */
static void silent(struct diag *d)
{
	if (d->missed || (d->nf && d->f[0].id <= FOUND_OUT))		/* that is the reason */
		return;
	for (unsigned i = 0; d->conf && i < d->conf->nvrrp; i++) {
		const struct vrrp_conf *v = &d->conf->vrrp[i];
		const struct diag_sender *x = d->s;

		if (!v->interface || strcmp(v->interface, d->dev) || d->now - d->began < 3 * v->adv)
			continue;
		while (x < d->s + d->ns && conf_of(d, x) != v)
			x++;
		if (x == d->s + d->ns)
			diag_add(d, FOUND_SILENCE, "%s (VRID %u): no advert was seen", v->name, v->vrid);
	}
}

unsigned diag_conclude(struct diag *d, const bool raw_works[2], usec now)
{
	d->now = now;
	for (unsigned i = 0; i < d->ns; i++) {
		alone(d, &d->s[i], raw_works);
		against_conf(d, &d->s[i]);
		for (unsigned k = i + 1; k < d->ns; k++)
			pair(d, &d->s[i], &d->s[k]);
	}
	for (unsigned i = 0; i < d->na; i++)
		foreign(d, &d->a[i]);
	silent(d);
	return d->nf;
}
