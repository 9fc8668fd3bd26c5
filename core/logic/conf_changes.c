/* conf_changes.c - what a reload would do, a line an object, for people (pure). The decisions are conf_diff.c's. */
#include <assert.h>
#include <string.h>

#include "conf_in.h"

/* One line in the making. */
struct change {
	struct sink to;
	const char *block, *name;
	char sign;		/* '~': changed where it stands, '!': leaves and begins anew */
	unsigned items, lines;	/* of this object; of all */
};

#define put(c, ...) conf_put(&(c)->to, __VA_ARGS__)

static void head(struct change *c, char sign)
{
	put(c, "%c %s%s%s", sign, c->block, *c->name ? " " : "", c->name);
	c->lines++;
}

/* Begin one more item of the line. */
static void item(struct change *c, const char *word)
{
	if (!c->items++)
		head(c, c->sign);
	put(c, "%s %s", c->items == 1 ? ":" : ",", word);
}

static void end(struct change *c)
{
	if (c->items)
		put(c, "\n");
	c->items = 0;
}

/* A field that falls back to another value, and does. */
static bool silent(const struct kw *k, const void *field)
{
	struct kw row[2] = { *k, { 0 } };
	int64_t plain[8] = { 0 };

	row->off = 0;
	if (k->dflt >= 0)
		return false;
	kw_defaults(row, plain);
	return kw_equal(row, field, plain);
}

static const char *value(const struct kw *k, const void *rec, char *buf, size_t size)
{
	if (silent(k, (const char *)rec + k->off))
		return "none";
	if (!kw_text(k, (const char *)rec + k->off, buf, size))
		return k->type == KT_FLAG || k->type == KT_BOOL ? "off" : "none";
	return *buf ? buf : "on";
}

static void rows(struct change *c, const struct kw *k, const void *a, const void *b)
{
	char x[KW_TEXT], y[KW_TEXT];

	for (; k->word; k++) {
		if (k->off == KW_NOFIELD || k->more & KW_ALIAS || kw_equal(k, a, b))
			continue;
		item(c, k->word);
		if (k->type != KT_PASS)			/* nobody's eyes */
			put(c, " %s -> %s%s", value(k, a, x, sizeof x), value(k, b, y, sizeof y),
			    k->apply == APPLY_DAEMON ? " (only by a restart)" : "");
	}
}

/* Addresses that one has and the other has not. */
static void vips(struct change *c, char sign, const struct vrrp_conf *have, const struct vrrp_conf *miss)
{
	const struct vip *v = have->vips.v, *end = v + have->vips.n;
	struct vip_text t;
	struct vip there;
	unsigned i;

	for (; v < end; v++) {
		there = *v;
		if (have->interface && !strcmp(v->dev, have->interface))
			there.dev = miss->interface;		/* it follows the instance */
		for (i = 0; i < miss->vips.n && !conf_equal_vip(&there, &miss->vips.v[i]); i++)
			;
		if (i < miss->vips.n)
			continue;
		conf_vip_text(&t, v, have->interface);
		item(c, !have->vrid ? "static_ipaddress" : v->excluded ? "virtual_ipaddress_excluded" : "virtual_ipaddress");
		put(c, " %c", sign);
		conf_put_entry(&c->to, t.addr, BLK_VIPS, &t.line, &t.plain);
	}
}

static void routes(struct change *c, char sign, const struct vrrp_conf *have, const struct vrrp_conf *miss)
{
	const struct route *r = have->routes.v, *end = r + have->routes.n;
	char buf[KW_TEXT];
	unsigned i, k;

	for (; r < end; r++) {
		for (i = 0; i < miss->routes.n; i++) {	/* most likely at the same place */
			k = (r - have->routes.v + i) % miss->routes.n;
			if (conf_same_route(r, &miss->routes.v[k]))
				break;
		}
		if (i < miss->routes.n)
			continue;
		item(c, have->vrid ? r->rule ? "virtual_rules" : "virtual_routes" : r->rule ? "static_rules" : "static_routes");
		put(c, " %c%s", sign, conf_route_text(r, buf, sizeof buf));
	}
}

/* Addresses, routes and rules. */
static void entries(struct change *c, const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	vips(c, '+', b, a);
	vips(c, '-', a, b);
	routes(c, '+', b, a);
	routes(c, '-', a, b);
}

static bool same_track(const struct track *a, const struct track *b)
{
	return a->kind == b->kind && !strcmp(a->name, b->name);
}

static void tracks(struct change *c, char sign, const char *word, const struct tracks *have, const struct tracks *miss)
{
	unsigned i, j;

	for (i = 0; i < have->n; i++) {
		if (have->v[i].kind == TRACK_ROUTE)
			continue;
		for (j = 0; j < miss->n && !same_track(&have->v[i], &miss->v[j]); j++)
			;
		if (j == miss->n) {
			item(c, word);
			put(c, " %c%s", sign, have->v[i].name);
		} else if (sign == '+' && (have->v[i].weight != miss->v[j].weight || have->v[i].reverse != miss->v[j].reverse)) {
			item(c, word);
			put(c, " %s weight %d%s -> %d%s", have->v[i].name, miss->v[j].weight, miss->v[j].reverse ? " reverse" : "",
			    have->v[i].weight, have->v[i].reverse ? " reverse" : "");
		}
	}
}

static void peers(struct change *c, char sign, const struct peers *have, const struct peers *miss)
{
	const struct peer plain = { .max_ttl = 255 };
	char buf[ADDR_STR];
	unsigned i, j;

	for (i = 0; i < have->n; i++) {
		for (j = 0; j < miss->n && memcmp(&have->v[i], &miss->v[j], sizeof *miss->v); j++)
			;
		if (j == miss->n) {
			item(c, "unicast_peer");
			put(c, " %c", sign);
			conf_put_entry(&c->to, addr_text(&have->v[i].addr, buf), BLK_PEERS, &have->v[i], &plain);
		}
	}
}

static void vrrp(struct change *c, const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	unsigned need;

	c->block = "vrrp_instance";
	c->name = b->name;
	c->sign = conf_diff_vrrp(a, b) & 1u << APPLY_RESTART || (a->prio == 255) != (b->prio == 255) ? '!' : '~';
	if (strcmp(a->name, b->name)) {
		item(c, "name");
		put(c, " %s -> %s", a->name, b->name);
	}
	rows(c, conf_blocks[BLK_VRRP].kws.rows, a, b);
	rows(c, conf_blocks[BLK_AUTH].kws.rows, a, b);
	entries(c, a, b);
	peers(c, '+', &b->peers, &a->peers);
	peers(c, '-', &a->peers, &b->peers);
	tracks(c, '+', "track", &b->tracks, &a->tracks);
	tracks(c, '-', "track", &a->tracks, &b->tracks);
	tracks(c, '+', "track_interface", &b->ifaces, &a->ifaces);
	tracks(c, '-', "track_interface", &a->ifaces, &b->ifaces);
	need = c->items ? 0 : conf_diff_vrrp(a, b);
	if (need)
		item(c, need & 1u << APPLY_VIPS ? "order of addresses" : "what it takes from global_defs");
	end(c);
}

static void whole(struct change *c, char sign, const char *block, const char *name)
{
	c->block = block;
	c->name = name;
	head(c, sign);
	put(c, sign == '+' ? ": new\n" : ": removed\n");
}

static const struct group_conf *same_group(const struct conf *c, const struct group_conf *g)
{
	unsigned i;

	for (i = 0; i < c->nsyncs; i++)
		if (!strcmp(c->syncs[i].name, g->name))
			return &c->syncs[i];
	return NULL;
}

static void members(struct change *c, char sign, const struct conf *hc, const struct group_conf *have, const struct conf *mc,
                    const struct group_conf *miss)
{
	const char *name;
	unsigned i, j;

	for (i = 0; i < have->n; i++) {
		name = hc->vrrp[have->member[i]].name;
		for (j = 0; j < miss->n && strcmp(name, mc->vrrp[miss->member[j]].name); j++)
			;
		if (j < miss->n)
			continue;
		item(c, "group");
		put(c, " %c%s", sign, name);
	}
}

static void groups(struct change *c, const struct conf *a, const struct conf *b)
{
	const struct group_conf *g, *was;

	for (g = b->syncs; g < b->syncs + b->nsyncs; g++) {
		if (!(was = same_group(a, g))) {
			whole(c, '+', "vrrp_sync_group", g->name);
			continue;
		}
		c->block = "vrrp_sync_group";
		c->name = g->name;
		c->sign = '~';
		members(c, '+', b, g, a, was);
		members(c, '-', a, was, b, g);
		rows(c, conf_blocks[BLK_SYNC].kws.rows, was, g);
		end(c);
	}
	for (g = a->syncs; g < a->syncs + a->nsyncs; g++)
		if (!same_group(b, g))
			whole(c, '-', "vrrp_sync_group", g->name);
}

/* The one that carries on, or else the one with the same name. */
static const struct vrrp_conf *same_vrrp(const struct conf *c, const struct vrrp_conf *v, unsigned hint)
{
	unsigned i;

	assert(c->vrrp || !c->nvrrp);
	if (hint < c->nvrrp && conf_same_vrrp(&c->vrrp[hint], v))
		return &c->vrrp[hint];
	for (i = 0; i < c->nvrrp; i++)
		if (conf_same_vrrp(&c->vrrp[i], v))
			return &c->vrrp[i];
	for (i = 0; i < c->nvrrp; i++)
		if (!strcmp(c->vrrp[i].name, v->name))
			return &c->vrrp[i];
	return NULL;
}

static const struct tracker_conf *same_tracker(const struct conf *c, const struct tracker_conf *t)
{
	unsigned i;

	for (i = 0; i < c->ntrackers; i++)
		if (c->trackers[i].kind == t->kind && !strcmp(c->trackers[i].name, t->name))
			return &c->trackers[i];
	return NULL;
}

static void interface(struct change *c, const struct if_conf *x, const struct conf *of, const struct conf *other)
{
	if (conf_same_if(of, x, other, conf_if_find(other, x->name)))
		return;
	c->block = "interface";
	c->name = x->name;
	head(c, '~');
	put(c, ": delays, polling or garp_group\n");
}

static void interfaces(struct change *c, const struct conf *a, const struct conf *b)
{
	unsigned i;

	for (i = 0; i < b->nifx; i++)
		interface(c, &b->ifx[i], b, a);
	for (i = 0; i < a->nifx; i++)
		if (!conf_if_find(b, a->ifx[i].name))
			interface(c, &a->ifx[i], a, b);
}

static void mails(struct change *c, char sign, const struct global_conf *have, const struct global_conf *miss)
{
	unsigned i, j;

	for (i = 0; i < have->nmails; i++) {
		for (j = 0; j < miss->nmails && strcmp(have->mails[i], miss->mails[j]); j++)
			;
		if (j < miss->nmails)
			continue;
		item(c, "notification_email");
		put(c, " %c%s", sign, have->mails[i]);
	}
}

unsigned conf_changes(const struct conf *a, const struct conf *b, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	struct change c = { .to = { out, ctx }, .block = "global_defs", .name = "", .sign = '~' };
	const struct tracker_conf *t;
	const struct vrrp_conf *v;
	unsigned i;

	rows(&c, conf_blocks[BLK_TOP].kws.rows, &a->global, &b->global);
	rows(&c, conf_blocks[BLK_GLOBAL].kws.rows, &a->global, &b->global);
	mails(&c, '+', &b->global, &a->global);
	mails(&c, '-', &a->global, &b->global);
	end(&c);
	c.block = "static";
	entries(&c, &a->fixed, &b->fixed);
	end(&c);
	interfaces(&c, a, b);
	for (i = 0; i < b->ntrackers; i++) {
		c.block = conf_tracker_block(b->trackers[i].kind)->name;
		c.name = b->trackers[i].name;
		if (!(t = same_tracker(a, &b->trackers[i]))) {
			whole(&c, '+', c.block, c.name);
			continue;
		}
		c.sign = conf_diff_tracker(t, &b->trackers[i]) & 1u << APPLY_RESTART ? '!' : '~';
		rows(&c, conf_tracker_block(t->kind)->kws.rows, t, &b->trackers[i]);
		end(&c);
	}
	for (i = 0; i < a->ntrackers; i++)
		if (!same_tracker(b, &a->trackers[i]))
			whole(&c, '-', conf_tracker_block(a->trackers[i].kind)->name, a->trackers[i].name);
	for (i = 0; i < b->nvrrp; i++)
		if ((v = same_vrrp(a, &b->vrrp[i], i)))
			vrrp(&c, v, &b->vrrp[i]);
		else
			whole(&c, '+', "vrrp_instance", b->vrrp[i].name);
	for (i = 0; i < a->nvrrp; i++)
		if (!same_vrrp(b, &a->vrrp[i], i))
			whole(&c, '-', "vrrp_instance", a->vrrp[i].name);
	groups(&c, a, b);
	return c.lines;
}
