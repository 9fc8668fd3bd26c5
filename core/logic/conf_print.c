/* conf_print.c - a configuration, and the table of all keywords, as text (pure). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "conf_in.h"

struct printer {
	void (*out)(void *ctx, const char *s, size_t n);
	void *ctx;
	const struct conf *conf;
};

__attribute__((format(printf, 2, 3)))
static void put(const struct printer *p, const char *text, ...)
{
	char buf[KW_TEXT + 128];
	va_list ap;
	int n;

	va_start(ap, text);
	n = vsnprintf(buf, sizeof buf, text, ap);
	va_end(ap);
	p->out(p->ctx, buf, n < (int)sizeof buf ? (size_t)n : sizeof buf - 1);
}

static void put_open(const struct printer *p, const char *block, const char *name)
{
	char buf[KW_TEXT];

	put(p, "%s %s {\n", block, kw_quote(buf, sizeof buf, name));
}

/* One row, when its value is not what would be there anyway. */
static void put_row(const struct printer *p, const struct kw *k, const void *rec, const void *ref, const char *indent)
{
	char buf[KW_TEXT];

	if (k->off == KW_NOFIELD || (k->more & KW_ALIAS) || kw_equal(k, rec, ref))
		return;
	if (kw_text(k, (const char *)rec + k->off, buf, sizeof buf))
		put(p, *buf ? "%s%s %s\n" : "%s%s\n", indent, k->word, buf);
}

static void put_rows(const struct printer *p, const struct kw *k, const void *rec, const void *ref)
{
	for (; k->word; k++)
		put_row(p, k, rec, ref, "\t");
}

static void put_tracks(const struct printer *p, const char *word, const struct tracks *t)
{
	char name[KW_TEXT];
	unsigned i;

	if (t->n)
		put(p, "\t%s {\n", word);
	for (i = 0; i < t->n; i++) {
		put(p, "\t\t%s", kw_quote(name, sizeof name, t->v[i].name));
		if (t->v[i].weight_set)
			put(p, " weight %d%s", t->v[i].weight, t->v[i].reverse ? " reverse" : "");
		put(p, "\n");
	}
	if (t->n)
		put(p, "\t}\n");
}

static void put_vips(const struct printer *p, const char *word, const struct vrrp_conf *v, bool excluded)
{
	char buf[KW_TEXT];
	unsigned i, n = 0;

	for (i = 0; i < v->vips.n; i++) {
		if (v->vips.v[i].excluded != excluded)
			continue;
		conf_vip_text(&v->vips.v[i], v->interface, buf, sizeof buf);
		if (!n++)
			put(p, "\t%s {\n", word);
		put(p, "\t\t%s\n", buf);
	}
	if (n)
		put(p, "\t}\n");
}

static void put_peers(const struct printer *p, const struct vrrp_conf *v)
{
	char buf[ADDR_STR];
	const struct peer *peer = v->peers.v;
	unsigned i;

	if (v->peers.n)
		put(p, "\tunicast_peer {\n");
	for (i = 0; i < v->peers.n; i++, peer++) {
		put(p, "\t\t%s", addr_text(&peer->addr, buf));
		if (peer->min_ttl)
			put(p, " min_ttl %u", peer->min_ttl);
		if (peer->max_ttl != 255)
			put(p, " max_ttl %u", peer->max_ttl);
		put(p, "\n");
	}
	if (v->peers.n)
		put(p, "\t}\n");
}

static void put_auth(const struct printer *p, const struct vrrp_conf *v, const struct vrrp_conf *ref)
{
	const struct kw *k = conf_blocks[BLK_AUTH].kws.rows;

	if (!v->auth_type)
		return;
	put(p, "\tauthentication {\n");
	for (; k->word; k++)
		put_row(p, k, v, ref, "\t\t");
	put(p, "\t}\n");
}

/* What v would be, had it said nothing. */
static void silent(struct vrrp_conf *ref, const struct vrrp_conf *v, const struct global_conf *g)
{
	struct vrrp_conf lower = { .family = v->family };

	memset(ref, 0, sizeof *ref);
	ref->family = v->family;
	kw_defaults(conf_blocks[BLK_VRRP].kws.rows, ref);
	kw_defaults(conf_blocks[BLK_VRRP].kws.rows, &lower);
	lower.garp_delay = v->garp_delay;	/* the lower-priority values follow the instance's own */
	lower.garp_repeat = v->garp_repeat;
	conf_inherit(ref, g);
	conf_inherit(&lower, g);
	ref->garp_lower_delay = lower.garp_lower_delay;
	ref->garp_lower_repeat = lower.garp_lower_repeat;
}

static void put_vrrp(const struct printer *p, const struct vrrp_conf *v)
{
	const struct kw *k = conf_blocks[BLK_VRRP].kws.rows;
	struct vrrp_conf ref;

	silent(&ref, v, &p->conf->global);
	put_open(p, "vrrp_instance", v->name);
	for (; k->word; k++)
		switch (k->type == KT_BLOCK ? k->min : BLK_TOP) {
		case BLK_AUTH:  put_auth(p, v, &ref); break;
		case BLK_PEERS: put_peers(p, v); break;
		case BLK_VIPS:
		case BLK_EVIPS: put_vips(p, k->word, v, k->min == BLK_EVIPS); break;
		case BLK_TRACK_IF: put_tracks(p, k->word, &v->ifaces); break;
		case BLK_TRACK_SCRIPT: put_tracks(p, k->word, &v->scripts); break;
		default: put_row(p, k, v, &ref, "\t");
		}
	put(p, "}\n");
}

void conf_print(const struct conf *c, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	const struct printer p = { out, ctx, c };
	const struct kw *script = conf_blocks[BLK_SCRIPT].kws.rows;
	struct global_conf global = { 0 };
	struct script_conf plain = { 0 };
	unsigned i;

	kw_defaults(conf_blocks[BLK_GLOBAL].kws.rows, &global);
	kw_defaults(script, &plain);
	put(&p, "global_defs {\n");
	put_rows(&p, conf_blocks[BLK_GLOBAL].kws.rows, &c->global, &global);
	put(&p, "}\n");
	for (i = 0; i < c->nscripts; i++) {
		put_open(&p, "vrrp_script", c->scripts[i].name);
		put_rows(&p, script, &c->scripts[i], &plain);
		put(&p, "}\n");
	}
	for (i = 0; i < c->nvrrp; i++)
		put_vrrp(&p, &c->vrrp[i]);
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
	static const char served[] = "yes\0not yet\0not VRRP\0not VRRP\0no effect";	/* in the order of enum served */
	char syntax[128], dflt[64], range[64];

	escaped(syntax, sizeof syntax, kw_syntax(k, range, sizeof range), markdown);
	default_text(k, dflt, sizeof dflt);
	put(p, markdown ? "| `%s` | %s | %s | %s | %s |\n" : "  %-28s %-24s %-8s %-9s %s\n", k->word, syntax, dflt,
	    kw_nth(served, k->served), k->off == KW_NOFIELD ? "" : kw_more(k));
}

void conf_print_keywords(bool markdown, void (*out)(void *ctx, const char *s, size_t n), void *ctx)
{
	const struct printer p = { out, ctx, NULL };
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
