/* conf_print.c - a configuration, and the table of all keywords, as text (pure). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_in.h"
#include "text.h"

struct printer {
	struct sink to;
	const struct conf *conf;
};

void conf_put(const struct sink *to, const char *text, ...)
{
	char buf[2 * KW_TEXT + 64];
	va_list ap;
	int n;

	va_start(ap, text);
	n = vsnprintf(buf, sizeof buf, text, ap);
	va_end(ap);
	to->out(to->ctx, buf, n < (int)sizeof buf ? (size_t)n : sizeof buf - 1);
}

#define put(p, ...) conf_put(&(p)->to, __VA_ARGS__)

static void put_open(const struct printer *p, const char *block, const char *name)
{
	char buf[KW_TEXT];

	put(p, "%s %s {\n", block, kw_quote(buf, sizeof buf, name));
}

/* One row between two texts, when its value is not what would be there anyway. */
static void put_row(const struct sink *to, const char *before, const struct kw *k, const void *rec, const void *ref,
                    const char *after)
{
	char buf[KW_TEXT];

	if (k->off == KW_NOFIELD || (k->more & KW_ALIAS) || kw_equal(k, rec, ref))
		return;
	if (kw_text(k, (const char *)rec + k->off, buf, sizeof buf))
		conf_put(to, "%s%s%s%s%s", before, k->word, *buf ? " " : "", buf, after);
}

static void put_rows(const struct printer *p, const char *indent, const struct kw *k, const void *rec, const void *ref)
{
	for (; k->word; k++)
		put_row(&p->to, indent, k, rec, ref, "\n");
}

void conf_put_entry(const struct sink *to, const char *head, enum block_id id, const void *rec, const void *ref)
{
	const struct kw *k = conf_blocks[id].kws.rows;

	conf_put(to, "%s", head);
	for (; k->word; k++)
		put_row(to, " ", k, rec, ref, "");
}

static void put_entry(const struct printer *p, const char *head, enum block_id id, const void *rec, const void *ref)
{
	put(p, "\t\t");
	conf_put_entry(&p->to, head, id, rec, ref);
	put(p, "\n");
}

static void put_tracks(const struct printer *p, const struct tracks *t, unsigned kind)
{
	char name[KW_TEXT];
	struct track plain = { 0 };
	unsigned i;

	for (i = 0; i < t->n; i++) {
		if (t->v[i].kind != kind || t->v[i].of_group)
			continue;
		plain.weight = t->v[i].weight_set ? INT16_MIN : t->v[i].weight;
		plain.reverse = t->v[i].reverse;
		put_entry(p, kw_quote(name, sizeof name, t->v[i].name), BLK_TRACK_IF, &t->v[i], &plain);
	}
}

/* The track_group of the i-th static address, or NULL. */
static const char *group_of(const struct conf *c, unsigned i)
{
	for (const struct tie *t = c->ties; t < c->ties + c->nties; t++)
		if (t->vip == i)
			return t->group;
	return NULL;
}

static void put_vips(const struct printer *p, const struct vrrp_conf *v, bool excluded)
{
	const struct vip *vip = v->vips.v, *end = vip + v->vips.n;
	struct vip_text t;

	for (; vip < end; vip++)
		if (vip->excluded == excluded) {
			conf_vip_text(&t, vip, v->interface);
			if (v == &p->conf->fixed)
				t.line.group = group_of(p->conf, vip - v->vips.v);
			put_entry(p, t.addr, BLK_VIPS, &t.line, &t.plain);
		}
}

static void put_routes(const struct printer *p, const struct vrrp_conf *v, bool rules)
{
	const struct route *r = v->routes.v, *end = r + v->routes.n;
	const struct tie *t;
	char buf[KW_TEXT];

	for (; r < end; r++) {
		if (r->rule != rules)
			continue;
		t = r->tie ? &p->conf->ties[r->tie - 1] : NULL;
		put(p, "\t\t%s%s", conf_route_text(r, buf, sizeof buf), t ? " track_group " : "");
		put(p, "%s\n", t ? kw_quote(buf, sizeof buf, t->group) : "");
	}
}

static void put_peers(const struct printer *p, const struct peers *peers)
{
	struct peer plain = { .max_ttl = 255 };
	char buf[ADDR_STR];
	unsigned i;

	for (i = 0; i < peers->n; i++)
		put_entry(p, addr_text(&peers->v[i].addr, buf), BLK_PEERS, &peers->v[i], &plain);
}

/* What v would be, had it said nothing. */
static void silent(struct vrrp_conf *ref, const struct vrrp_conf *v, const struct global_conf *g)
{
	struct vrrp_conf lower = { .family = v->family, .strict = v->strict };

	memset(ref, 0, sizeof *ref);
	ref->family = v->family;
	ref->strict = v->strict;
	kw_defaults(conf_blocks[BLK_VRRP].kws.rows, ref);
	kw_defaults(conf_blocks[BLK_VRRP].kws.rows, &lower);
	lower.garp_delay = v->garp_delay;	/* the lower-priority values follow the instance's own */
	lower.garp_repeat = v->garp_repeat;
	conf_inherit(ref, g);
	conf_inherit(&lower, g);
	ref->garp_lower_delay = lower.garp_lower_delay;
	ref->garp_lower_repeat = lower.garp_lower_repeat;
}

static unsigned of_kind(const struct tracks *t, unsigned kind)
{
	unsigned i, n = 0;

	for (i = 0; i < t->n; i++)
		n += t->v[i].kind == kind && !t->v[i].of_group;
	return n;
}

/* A block of trackers, of an instance or a group. */
static void put_tracked(const struct printer *p, const struct kw *k, const struct tracks *tracks, const struct tracks *ifaces)
{
	const struct tracks *t = k->min == BLK_TRACK_IF ? ifaces : tracks;
	unsigned kind = k->min == BLK_TRACK_IF ? 0 : k->min - BLK_TRACK_SCRIPT;

	if (k->min < BLK_TRACK_IF || k->min > BLK_TRACK_FILE || !of_kind(t, kind))
		return;
	put(p, "\t%s {\n", k->word);
	put_tracks(p, t, kind);
	put(p, "\t}\n");
}

/* How many entries has the block of an instance, besides trackers? */
static unsigned entries(const struct vrrp_conf *v, enum block_id id)
{
	unsigned i, n = 0;

	switch ((int)id) {
	case BLK_AUTH:         return v->auth_type;
	case BLK_PEERS:        return v->peers.n;
	case BLK_ROUTES:
	case BLK_RULES:
		for (i = 0; i < v->routes.n; i++)
			n += v->routes.v[i].rule == (id == BLK_RULES);
		return n;
	case BLK_ADDRS:        return v->vips.n;
	case BLK_VIPS:
	case BLK_EVIPS:
		for (i = 0; i < v->vips.n; i++)
			n += v->vips.v[i].excluded == (id == BLK_EVIPS);
		return n;
	}
	return 0;
}

static void put_block(const struct printer *p, const struct kw *k, const struct vrrp_conf *v, const struct vrrp_conf *ref)
{
	enum block_id id = k->min;

	put_tracked(p, k, &v->tracks, &v->ifaces);
	if (!entries(v, id))
		return;
	put(p, v->vrid ? "\t%s {\n" : "%s {\n", k->word);
	switch ((int)id) {
	case BLK_AUTH:         put_rows(p, "\t\t", conf_blocks[id].kws.rows, v, ref); break;
	case BLK_PEERS:        put_peers(p, &v->peers); break;
	case BLK_ROUTES:
	case BLK_RULES:        put_routes(p, v, id == BLK_RULES); break;
	default:               put_vips(p, v, id == BLK_EVIPS);
	}
	put(p, v->vrid ? "\t}\n" : "}\n");
}

static void put_group(const struct printer *p, const struct group_conf *g)
{
	const struct kw *k = conf_blocks[BLK_SYNC].kws.rows;
	struct group_conf ref = { 0 };
	char name[KW_TEXT];
	unsigned i;

	kw_defaults(k, &ref);
	put_open(p, "vrrp_sync_group", g->name);
	put(p, "\tgroup {\n");
	for (i = 0; i < g->n; i++)
		put(p, "\t\t%s\n", kw_quote(name, sizeof name, p->conf->vrrp[g->member[i]].name));
	put(p, "\t}\n");
	for (; k->word; k++)
		if (k->type == KT_BLOCK)
			put_tracked(p, k, &g->tracks, &g->ifaces);
		else
			put_row(&p->to, "\t", k, g, &ref, "\n");
	put(p, "}\n");
}

static void put_vrrp(const struct printer *p, const struct vrrp_conf *v)
{
	const struct kw *k = conf_blocks[BLK_VRRP].kws.rows;
	struct vrrp_conf ref;

	silent(&ref, v, &p->conf->global);
	put_open(p, "vrrp_instance", v->name);
	for (; k->word; k++)
		if (k->type == KT_BLOCK)
			put_block(p, k, v, &ref);
		else
			put_row(&p->to, "\t", k, v, &ref, "\n");
	put(p, "}\n");
}

static void put_tracker(const struct printer *p, const struct tracker_conf *t)
{
	const struct block *b = conf_tracker_block(t->kind);
	struct tracker_conf plain = { 0 };

	if (t->by_instance && !t->used)
		return;
	kw_defaults(b->kws.rows, &plain);
	put_open(p, b->name, t->name);
	put_rows(p, "\t", b->kws.rows, t, &plain);
	put(p, "}\n");
}

static void put_groups(const struct printer *p)
{
	const struct member *m = p->conf->members, *end = m + p->conf->nmembers;
	char buf[KW_TEXT];

	for (; m < end; m++) {
		if (m == p->conf->members || strcmp(m[-1].group, m->group)) {
			put_open(p, "track_group", m->group);
			put(p, "\tgroup {\n");
		}
		put(p, "\t\t%s\n", kw_quote(buf, sizeof buf, m->name));
		if (m + 1 == end || strcmp(m[1].group, m->group))
			put(p, "\t}\n}\n");
	}
}

void conf_print(const struct conf *c, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	const struct printer p = { { out, ctx }, c };
	struct global_conf global = { 0 };
	const struct kw *k;
	unsigned i;

	kw_defaults(conf_blocks[BLK_GLOBAL].kws.rows, &global);
	put_rows(&p, "", conf_blocks[BLK_TOP].kws.rows, &c->global, &global);
	put(&p, "global_defs {\n");
	put_rows(&p, "\t", conf_blocks[BLK_GLOBAL].kws.rows, &c->global, &global);
	if (c->global.nmails)
		put(&p, "\tnotification_email {\n");
	for (i = 0; i < c->global.nmails; i++)
		put(&p, "\t\t%s\n", c->global.mails[i]);
	if (c->global.nmails)
		put(&p, "\t}\n");
	put(&p, "}\n");
	conf_put_ifs(&p.to, c);
	for (k = conf_blocks[BLK_TOP].kws.rows; k->word; k++)
		if (k->type == KT_BLOCK && (k->min == BLK_ADDRS || k->min == BLK_ROUTES || k->min == BLK_RULES))
			put_block(&p, k, &c->fixed, NULL);
	put_groups(&p);
	for (i = 0; i < c->ntrackers; i++)
		put_tracker(&p, &c->trackers[i]);
	for (i = 0; i < c->nvrrp; i++)
		put_vrrp(&p, &c->vrrp[i]);
	for (i = 0; i < c->nsyncs; i++)
		put_group(&p, &c->syncs[i]);
}

/* Default as people would write it; "" for none. */
static void default_text(const struct kw *k, char *buf, size_t size)
{
	struct kw row[2] = { *k, { 0 } };
	int64_t field[8] = { 0 };

	*buf = 0;
	if (k->off == KW_NOFIELD || k->dflt <= 0)
		return;
	row->off = 0;
	kw_defaults(row, field);
	kw_text(k, field, buf, size);
}

/* | must not end a cell */
static void escaped(char *buf, size_t size, const char *s, bool markdown)
{
	size_t n = 0;

	for (; *s && n + 2 < size; s++) {
		if (*s == '|' && markdown)
			buf[n++] = '\\';
		buf[n++] = *s;
	}
	buf[n] = 0;
}

static void put_keyword(const struct printer *p, const struct kw *k, bool markdown)
{
	static const char served[] = "yes\0parsed only\0not VRRP\0not VRRP\0no effect";	/* in the order of enum served */
	char syntax[128], dflt[64], range[64];

	escaped(syntax, sizeof syntax, kw_syntax(k, range, sizeof range), markdown);
	default_text(k, dflt, sizeof dflt);
	put(p, markdown ? "| `%s` | %s | %s | %s | %s |\n" : "  %-28s %-24s %-8s %-11s %s\n", k->word, syntax, dflt,
	    text_nth(served, k->served), k->off == KW_NOFIELD ? kw_reason(k) : kw_more(k));
}

void conf_print_keywords(bool markdown, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	const struct printer p = { { out, ctx }, NULL };
	const struct block *b = conf_blocks;
	const struct kw *k;
	const char *known;
	struct kw room;

	for (; b < conf_blocks + BLK_N; b++) {
		if ((!b->kws.rows && !b->kws.known) || b == &conf_blocks[BLK_EVIPS] || b == &conf_blocks[BLK_ADDRS])
			continue;	/* as virtual_ipaddress */
		put(&p, markdown ? "\n### %s%s%s\n\n| word | value | default | served | |\n|---|---|---|---|---|\n" : "%s%s%s\n",
		    *b->name ? b->name : "top level", b->head && *b->head ? " " : "", b->head ? b->head : "");
		for (k = b->kws.rows; k && k->word; k++)
			put_keyword(&p, k, markdown);
		for (known = b->kws.known; (known = kw_next_known(known, &room)); )
			put_keyword(&p, &room, markdown);
	}
}
