/* conf_route.c - entries of routes and rules: line -> netlink's bytes (pure). Reference b.10, b.11. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"
#include "conf_route.h"

enum { NO_PREFERENCE = 16384 };

/* ---- line -> bytes ---- */

struct pack {
	uint8_t b[ROUTE_MAX];
	unsigned n;
	struct route_dev dev[ROUTE_HOPS];
	unsigned ndev;
};

static bool drop(struct load *l, const char *word, const char *why)
{
	kw_say(&l->c, SEV_WARNING, 0, word, "%s: entry dropped", why);
	return false;
}

/* Where its value is. What does not fit is counted all the same. */
static unsigned put(struct pack *p, unsigned type, const void *data, unsigned len)
{
	const struct rtattr a = { .rta_len = RTA_LENGTH(len), .rta_type = type };
	unsigned at = p->n + RTA_LENGTH(0);

	if (at + len <= sizeof p->b) {
		memcpy(p->b + p->n, &a, sizeof a);
		memcpy(p->b + at, data, len);
	}
	p->n += RTA_ALIGN(a.rta_len);
	return at;
}

/* An attribute of others: begun at its place, ended when they are in it. */
static void nest(struct pack *p, unsigned type, unsigned began)
{
	const struct rtattr a = { .rta_len = p->n - began, .rta_type = type };

	if (began + sizeof a <= sizeof p->b)
		memcpy(p->b + began, &a, sizeof a);
}

static void put_addr(struct pack *p, unsigned type, const struct addr *a)
{
	if (a->family)
		put(p, type, a->b, addr_len(a));
}

/* A gateway; one of the other family says which (RTA_VIA). */
static void put_via(struct pack *p, const struct addr *via, unsigned family)
{
	uint8_t b[18] = { 0 };
	const uint16_t other = via->family;

	if (!via->family || via->family == family) {
		put_addr(p, RTA_GATEWAY, via);
		return;
	}
	memcpy(b, &other, sizeof other);
	memcpy(b + 2, via->b, addr_len(via));
	put(p, RTA_VIA, b, 2 + addr_len(via));
}

static void put_number(struct pack *p, bool rule, unsigned type, const struct optval *o)
{
	const uint16_t ports[2] = { o->v, o->w };
	const uint8_t one = o->v, eight[8] = { 0, 0, 0, 0, o->v >> 24, o->v >> 16, o->v >> 8, o->v };

	if (!o->set)
		return;
	switch (conf_route_forms[rule][type]) {
	case '4': put(p, type, &o->v, 4); break;
	case '1': put(p, type, &one, 1); break;
	case '8': put(p, type, eight, 8); break;
	case 'U': put(p, type, o, 8); break;		/* v and w */
	case 'P': put(p, type, ports, 4); break;
	case 'M':
		put(p, type, &o->v, 4);
		if (o->w != UINT32_MAX)
			put(p, FRA_FWMASK, &o->w, 4);
	}
}

static void add_dev(struct load *l, struct pack *p, const char *name, unsigned at)
{
	struct route_dev *d = &p->dev[p->ndev++];

	d->name = name;
	d->ifi = conf_if(l, &d->name);
	d->at = at;
}

static void put_metrics(struct pack *p, const struct route_line *r)
{
	unsigned began = p->n, i;
	uint32_t locks = 0;

	p->n += RTA_LENGTH(0);
	for (i = 0; i < ROUTE_METRICS; i++)
		if (r->mx[i].set) {
			put(p, i, &r->mx[i].v, 4);
			locks |= (uint32_t)r->mx[i].lock << i;
		}
	if (locks)
		put(p, RTAX_LOCK, &locks, 4);
	if (r->cc)
		put(p, RTAX_CC_ALGO, r->cc, strlen(r->cc) + 1);
	if (p->n == began + RTA_LENGTH(0))
		p->n = began;
	else
		nest(p, RTA_METRICS, began);
}

static void put_hops(struct load *l, struct pack *p, const struct route_line *r, unsigned family)
{
	unsigned began = p->n, i, at;
	struct rtnexthop h;

	if (!r->nhops)
		return;
	p->n += RTA_LENGTH(0);
	for (i = 0; i < r->nhops; i++) {
		at = p->n;
		p->n += sizeof h;
		put_via(p, &r->hop[i].via, family);
		if (r->hop[i].realms.set)
			put(p, RTA_FLOW, &r->hop[i].realms.v, 4);
		h = (struct rtnexthop){ .rtnh_len = p->n - at, .rtnh_flags = r->hop[i].onlink ? RTNH_F_ONLINK : 0,
			.rtnh_hops = r->hop[i].weight.set ? r->hop[i].weight.v - 1 : 0 };
		if (at + sizeof h <= sizeof p->b)
			memcpy(p->b + at, &h, sizeof h);
		if (r->hop[i].dev)
			add_dev(l, p, r->hop[i].dev, at + offsetof(struct rtnexthop, rtnh_ifindex));
	}
	nest(p, RTA_MULTIPATH, began);
}

/* The bit that is set; 0: none. */
static unsigned bit(uint32_t bits)
{
	unsigned n = 0;

	while (bits >>= 1)
		n++;
	return n;
}

static void pack_route(struct load *l, struct pack *p, struct route_line *r, unsigned family)
{
	const uint32_t none = 0, flags = r->onlink ? RTNH_F_ONLINK : 0;
	unsigned type = r->type ? bit(r->type) : RTN_UNICAST;
	struct optval *table = &r->at[RTA_TABLE];

	if (!table->set)
		table->v = type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST ? RT_TABLE_LOCAL : RT_TABLE_MAIN;
	table->set = true;
	p->b[BYTE_TABLE] = table->v < 256 ? table->v : RT_TABLE_UNSPEC;
	p->b[BYTE_PROTO] = r->proto.v;
	p->b[BYTE_SCOPE] = r->scope.set ? r->scope.v : type == RTN_LOCAL ? RT_SCOPE_HOST : type == RTN_BROADCAST ? RT_SCOPE_LINK : 0;
	p->b[BYTE_TYPE] = type;
	memcpy(p->b + BYTE_FLAGS, &flags, sizeof flags);
	if (r->to.plen)
		put_addr(p, RTA_DST, &r->to.addr);
	if (r->from.plen)
		put_addr(p, RTA_SRC, &r->from.addr);
	put_via(p, &r->via, family);
	put_addr(p, RTA_PREFSRC, &r->src);
	if (r->dev)
		add_dev(l, p, r->dev, put(p, RTA_OIF, &none, 4));
	for (unsigned i = 0; i < ROUTE_ATTRS; i++)
		put_number(p, false, i, &r->at[i]);
	put_metrics(p, r);
	put_hops(l, p, r, family);
}

static void pack_rule(struct load *l, struct pack *p, struct route_line *r)
{
	static const uint8_t names[] = { FRA_IIFNAME, FRA_OIFNAME };
	const char *const dev[] = { r->dev, r->oif };
	const uint8_t proto = r->proto.v;
	uint32_t flags = r->invert ? FIB_RULE_INVERT : 0;

	p->b[BYTE_TABLE] = r->at[FRA_TABLE].v < 256 ? r->at[FRA_TABLE].v : RT_TABLE_UNSPEC;
	p->b[BYTE_TYPE] = r->type ? bit(r->type) : r->at[FRA_GOTO].set ? FR_ACT_GOTO : FR_ACT_TO_TBL;
	memcpy(p->b + BYTE_FLAGS, &flags, sizeof flags);
	put_number(p, true, FRA_PRIORITY, &r->at[FRA_PRIORITY]);
	if (r->to.plen)
		put_addr(p, FRA_DST, &r->to.addr);
	if (r->from.plen)
		put_addr(p, FRA_SRC, &r->from.addr);
	for (int i = 0; i < 2; i++)
		if (dev[i]) {
			put(p, names[i], dev[i], strlen(dev[i]) + 1);
			add_dev(l, p, dev[i], 0);
		}
	for (unsigned i = 0; i < ROUTE_ATTRS; i++)
		if (i != FRA_PRIORITY)
			put_number(p, true, i, &r->at[i]);
	put(p, FRA_PROTOCOL, &proto, 1);
}

/* The family of what has one; all that have must agree. -1: they do not. */
static int family_of(const struct route_line *r, bool rule)
{
	uint8_t of[] = { r->to.addr.family, r->from.addr.family, r->src.family,
		r->family & 2 ? AF_INET6 : r->family ? AF_INET : 0, r->via.family, r->nhops ? r->hop[0].via.family : 0 };
	unsigned n = rule || of[0] || of[3] ? 4 : 6;	/* a gateway may be of the other family */
	int family = 0;

	for (unsigned i = 0; i < n; i++) {
		if (of[i] && family && of[i] != family)
			return -1;
		if (of[i])
			family = of[i];
	}
	return family ? family : AF_INET;
}

/* A tracked entry is 18's, so that it is known among all others. */
static void own(struct load *l, struct route_line *r)
{
	if (r->proto.set && r->proto.v != PROTO_KEEPALIVED && !r->no_track)
		kw_say(&l->c, SEV_WARNING, 0, "protocol", "%u only with no_track: 18 used", r->proto.v);
	if (!r->proto.set || !r->no_track)
		r->proto.v = PROTO_KEEPALIVED;
}

static bool check_route(struct load *l, struct route_line *r)
{
	unsigned type = r->type ? bit(r->type) : RTN_UNICAST;

	if (r->type & (r->type - 1))
		return drop(l, "type", "one is enough");
	if (!r->to.set)
		return drop(l, "virtual_routes", "expected a destination");
	if (r->second.family) {
		kw_say(&l->c, SEV_NOTE, 0, "or", "is old: write nexthop");
		r->hop[0] = (struct hop){ .via = r->via, .dev = r->dev };
		r->hop[1] = (struct hop){ .via = r->second, .dev = r->dev };
		r->nhops = 2;
		r->via.family = 0;
		r->dev = NULL;
	}
	if (type < RTN_BLACKHOLE && !r->via.family && !r->dev && !r->nhops)
		return drop(l, "virtual_routes", "expected via or dev");
	return true;
}

static bool check_rule(struct load *l, struct route_line *r, int family)
{
	struct optval *pref = &r->at[FRA_PRIORITY];

	if (!r->type && !r->at[FRA_TABLE].set && !r->at[FRA_GOTO].set && !r->at[FRA_L3MDEV].set)
		return drop(l, "virtual_rules", "expected table, goto or what to do");
	if (!pref->set) {
		pref->v = NO_PREFERENCE - l->pref[family == AF_INET6]++;
		kw_say(&l->c, SEV_WARNING, 0, "preference", "none given: %u used", pref->v);
	}
	pref->set = true;
	return true;
}

uint16_t conf_tie(struct load *l, const char *group, uint16_t vip)
{
	struct tie *t = list_add(l, &l->ties, sizeof *t);

	if (!t)
		return 0;
	t->group = arena_str(l->c.arena, group);
	l->c.oom |= !t->group;
	t->at = l->c.at;
	t->vip = vip;
	return l->ties.n;
}

static bool is_ifname(struct load *l, const char *s)
{
	return !s || kw_is_ifname(s) || drop(l, "dev", "cannot be an interface");
}

/* The line's words into r. false: a finding was said, and the entry is dropped. */
static bool read_line(struct load *l, struct route_line *r, bool rule)
{
	const struct kw_table *own = &conf_blocks[rule ? BLK_RULES : BLK_ROUTES].kws, *t = own;
	static const struct kw bare = { .word = "virtual_routes", .type = KT_PREFIX };
	uint64_t seen = 0;
	const struct kw *k;
	struct kw room;
	void *rec = r;
	unsigned i = 0;
	int n;

	while (i < l->c.n) {
		const char *word = l->c.w[i].s;

		k = kw_find(t, word, &room);
		if (!k && t != own) {			/* the last gateway's words are over */
			t = own;
			rec = r;
			continue;
		}
		if (!k && !rule && kw_is_prefix(word)) {
			if (r->to.set)
				return drop(l, word, "a second destination");
			if (kw_opt_value(&l->c, &bare, &r->to, i++) < 0)
				return drop(l, word, "is no prefix");
			continue;
		}
		i++;
		if (!k) {
			conf_unknown(l, own, i - 1, "option, it is ignored");
			continue;
		}
		if (k == &room && room.served == KW_PARSED) {
			kw_parse(&l->c, k, NULL, i);
			kw_say(&l->c, SEV_WARNING, i - 1, word, "known, not served (%s): entry dropped", kw_reason(k));
			return false;
		}
		if (k == &room && *word == 'n') {	/* nexthop */
			if (r->nhops == ROUTE_HOPS)
				return drop(l, word, "too many");
			rec = &r->hop[r->nhops++];
			t = &conf_blocks[BLK_HOP].kws;
			continue;
		}
		if (k == &room)				/* type */
			continue;
		if (t == own && k->off != offsetof(struct route_line, type) && seen >> (k - t->rows) & 1)
			kw_say(&l->c, SEV_WARNING, i - 1, word, "given twice: the last one counts");
		seen |= t == own ? (uint64_t)1 << (k - t->rows) : 0;
		if (!strcmp(word, "gw"))
			kw_say(&l->c, SEV_NOTE, i - 1, word, "is old: write via");
		if ((n = kw_parse(&l->c, k, rec, i)) < 0) {
			kw_say(&l->c, SEV_WARNING, 0, l->c.w[0].s, "entry dropped");
			return false;
		}
		i += n;
	}
	for (i = 0; i < r->nhops; i++) {
		if (!r->hop[i].via.family && !r->hop[i].dev)
			return drop(l, "nexthop", "expected via or dev after it");
		if (!is_ifname(l, r->hop[i].dev))
			return false;
	}
	return is_ifname(l, r->dev) && is_ifname(l, r->oif);
}

void conf_route_line(struct load *l, struct list *out, bool rule)
{
	struct route_line r;
	struct route *slot;
	struct pack p;
	int family;

	memset(&r, 0, sizeof r);
	memset(&p, 0, sizeof p);
	p.n = ROUTE_HEADER;
	if (!read_line(l, &r, rule) || (!rule && !check_route(l, &r)))
		return;
	if ((family = family_of(&r, rule)) < 0) {
		drop(l, rule ? "virtual_rules" : "virtual_routes", "IPv4 and IPv6 do not mix");
		return;
	}
	if (rule && !check_rule(l, &r, family))
		return;
	own(l, &r);
	p.b[BYTE_FAMILY] = family;
	p.b[BYTE_DST_LEN] = r.to.plen;
	p.b[BYTE_SRC_LEN] = r.from.plen;
	p.b[BYTE_TOS] = r.tos.v;
	if (rule)
		pack_rule(l, &p, &r);
	else
		pack_route(l, &p, &r, family);
	if (p.n > sizeof p.b) {
		drop(l, rule ? "virtual_rules" : "virtual_routes", "too long");
		return;
	}
	if (!(slot = list_add(l, out, sizeof *slot)))
		return;
	*slot = (struct route){ .len = p.n, .ndev = p.ndev, .rule = rule, .no_track = r.no_track, .src = r.src.family, .how = r.how };
	slot->b = arena_get(l->c.arena, p.n);
	slot->dev = p.ndev ? arena_get(l->c.arena, p.ndev * sizeof *p.dev) : NULL;
	if (!slot->b || (p.ndev && !slot->dev)) {
		l->c.oom = true;
		return;
	}
	memcpy(slot->b, p.b, p.n);
	if (p.ndev)
		memcpy(slot->dev, p.dev, p.ndev * sizeof *p.dev);
	if (r.group && out == &l->fixed_routes)
		slot->tie = conf_tie(l, r.group, IF_NONE);
	else if (r.group)
		kw_say(&l->c, SEV_WARNING, 0, "track_group", "of static entries only: ignored");
}

/* ---- whole configuration ---- */

struct routes conf_routes_keep(struct load *l, const struct list *list)
{
	struct routes to = { list_keep(l, list, sizeof *to.v), 0 };
	const struct route *r;

	for (int rules = 0; to.v && rules < 2; rules++)
		for (r = list->v; r < (const struct route *)list->v + list->n; r++)
			if (r->rule == rules)
				to.v[to.n++] = *r;
	return to;
}

/* v is in fault while that interface is down. */
static void track(struct load *l, struct vrrp_conf *v, const char *dev, uint16_t ifi, const struct place *at)
{
	struct list *all = &l->tracks[0];
	const struct track *t = all->v;
	struct track *slot;

	for (unsigned i = 0; i < all->n; i++)
		if (t[i].index == ifi)
			return;
	if (ifi != v->ifi && (slot = list_add(l, all, sizeof *slot)))
		*slot = (struct track){ .name = dev, .index = ifi, .kind = TRACK_ROUTE, .weight_set = true, .at = *at };
}

static void track_devs(struct load *l, struct vrrp_conf *v, const struct route *r)
{
	for (unsigned i = 0; i < r->ndev; i++)
		track(l, v, r->dev[i].name, r->dev[i].ifi, &v->at);
}

static void follow_group(struct load *l, struct vrrp_conf *v, const char *group)
{
	const struct conf *c = l->c.conf;
	const struct tie *t;
	const char *dev;
	uint16_t ifi;

	for (t = c->ties; t < c->ties + c->nties; t++)
		if (t->vip != IF_NONE && !strcmp(t->group, group)) {
			dev = c->fixed.vips.v[t->vip].dev;
			ifi = conf_if(l, &dev);
			track(l, v, dev, ifi, &t->at);
		}
	for (unsigned i = 0; i < c->fixed.routes.n; i++)
		if (c->fixed.routes.v[i].tie && !strcmp(c->ties[c->fixed.routes.v[i].tie - 1].group, group))
			track_devs(l, v, &c->fixed.routes.v[i]);
}

static void track_all(struct load *l, struct vrrp_conf *v)
{
	const struct conf *c = l->c.conf;
	struct list *all = &l->tracks[0];
	struct track *slot;
	unsigned i;

	all->n = 0;
	for (i = 0; i < v->ifaces.n; i++)
		if ((slot = list_add(l, all, sizeof *slot)))
			*slot = v->ifaces.v[i];
	for (i = 0; i < v->routes.n; i++)
		if (!v->routes.v[i].no_track)
			track_devs(l, v, &v->routes.v[i]);
	for (const struct member *m = c->members; m < c->members + c->nmembers; m++)
		if (!strcmp(m->name, v->name))
			follow_group(l, v, m->group);
	if (all->n == v->ifaces.n)
		return;
	v->ifaces.v = list_keep(l, all, sizeof *slot);
	v->ifaces.n = v->ifaces.v ? all->n : 0;
}

/* Two that are the same share one entry of the kernel. */
static void find_shared(struct load *l, struct route *r, struct set *seen)
{
	uint32_t hash = set_hash(0, r->b, r->len);
	struct route *other, **slot;
	unsigned i, pos = 0;

	while ((i = set_next(seen, hash, &pos))) {
		other = ((struct route **)l->routes.v)[i - 1];
		if (conf_same_route(r, other))
			r->shared = other->shared = true;
	}
	if (!(slot = list_add(l, &l->routes, sizeof *slot)))
		return;
	*slot = r;
	set_add(l, seen, hash, l->routes.n - 1);
}

void conf_check_routes(struct load *l, struct vrrp_conf *v, struct set *seen)
{
	for (unsigned i = 0; i < v->routes.n; i++)
		find_shared(l, &v->routes.v[i], seen);
	l->c.conf->nroutes += v->routes.n;
	if (v->vrid)
		track_all(l, v);
}
