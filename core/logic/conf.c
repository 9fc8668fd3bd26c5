/* conf.c - keepalived.conf: lines into records, block by block (pure). Reference a.8, b. */
#include <stdlib.h>
#include <string.h>

#include "conf_in.h"

void *list_add(struct load *l, struct list *list, size_t size)
{
	unsigned cap = list->cap ? 2 * list->cap : 16;
	void *v;

	if (list->n == list->cap) {
		if (!(v = arena_get(l->tmp, cap * size))) {
			l->c.oom = true;
			return NULL;
		}
		if (list->n)
			memcpy(v, list->v, list->n * size);
		list->v = v;
		list->cap = cap;
	}
	return memset((char *)list->v + size * list->n++, 0, size);
}

void *list_keep(struct load *l, const struct list *list, size_t size)
{
	void *v;

	if (!list->n)
		return NULL;
	if (list->n > UINT16_MAX || !(v = arena_get(l->c.arena, list->n * size))) {	/* who counts them has 16 bits */
		l->c.oom = true;
		return NULL;
	}
	return memcpy(v, list->v, list->n * size);
}

/* FNV-1a */
uint32_t set_hash(uint32_t h, const void *p, size_t n)
{
	const uint8_t *b = p;

	for (h = h ? h : 2166136261u; n--; b++)
		h = (h ^ *b) * 16777619u;
	return h;
}

unsigned set_next(const struct set *s, uint32_t hash, unsigned *pos)
{
	const struct slot *slot;

	while (s->cap && (slot = &s->slot[(hash + (*pos)++) & (s->cap - 1)])->index)
		if (slot->hash == hash)
			return slot->index;
	return 0;
}

static void set_put(struct set *s, uint32_t hash, unsigned index)
{
	unsigned i = hash & (s->cap - 1);

	while (s->slot[i].index)
		i = (i + 1) & (s->cap - 1);
	s->slot[i] = (struct slot){ hash, index };
}

void set_add(struct load *l, struct set *s, uint32_t hash, unsigned index)
{
	struct set old = *s;
	unsigned i;

	if (2 * s->n >= s->cap) {
		s->cap = old.cap ? 2 * old.cap : 32;
		if (!(s->slot = arena_get(l->tmp, s->cap * sizeof *s->slot))) {
			l->c.oom = true;
			*s = old;
			return;
		}
		for (i = 0; i < old.cap; i++)
			if (old.slot[i].index)
				set_put(s, old.slot[i].hash, old.slot[i].index);
	}
	set_put(s, hash, index + 1);
	s->n++;
}

static void set_name(struct load *l, struct set *s, const char *name, unsigned index)
{
	set_add(l, s, set_hash(0, name, strlen(name)), index);
}

/* Index + 1 of the record with that name, which is its first member. */
static unsigned find(const struct list *list, const struct set *names, size_t size, const char *name)
{
	uint32_t hash = set_hash(0, name, strlen(name));
	unsigned i, pos = 0;

	while ((i = set_next(names, hash, &pos)))
		if (!strcmp(*(const char **)((char *)list->v + (i - 1) * size), name))
			break;
	return i;
}

unsigned conf_find_vrrp(struct load *l, const char *name)
{
	return find(&l->vrrp, &l->names, sizeof(struct vrrp_conf), name);
}

bool conf_if_taken(const struct load *l, const char *name)
{
	const struct conf *c = l->c.conf;

	if (find(&l->vlinks, &l->vlinkset, sizeof(struct vlink_conf), name))
		return true;
	for (unsigned i = 0; i < c->nvrrp; i++)
		if (c->vrrp[i].interface && !strcmp(c->vrrp[i].interface, name))
			return true;
	return false;
}

uint16_t conf_if(struct load *l, const char **name)
{
	unsigned i = find(&l->ifs, &l->ifset, sizeof *name, *name);
	const char **slot;

	if (i) {
		*name = ((const char **)l->ifs.v)[i - 1];
		return i - 1;
	}
	if (l->ifs.n == IF_NONE || !(slot = list_add(l, &l->ifs, sizeof *slot)) ||
	    !(*slot = arena_str(l->c.arena, *name))) {
		l->c.oom = true;
		return IF_NONE;
	}
	*name = *slot;
	set_name(l, &l->ifset, *name, l->ifs.n - 1);
	return l->ifs.n - 1;
}

static enum lex_tok next(struct load *l)
{
	const struct place *at;

	if (!l->pushed)
		l->token = lex_next(l->c.lex);
	l->pushed = false;
	l->c.n = 0;
	if (l->token == LEX_EOF)
		return l->token;
	at = lex_place(l->c.lex);
	if (at->file != l->in) {	/* lex's names go with the scratch memory */
		l->in = at->file;
		l->out = arena_str(l->c.arena, at->file);
	}
	l->c.at = (struct place){ l->out, at->line, at->col };
	if (l->token == LEX_LINE)
		l->c.n = lex_words(l->c.lex, &l->c.w);
	return l->token;
}

static void push_back(struct load *l)
{
	l->pushed = true;
}

/* After a {: up to and with its }. */
static void skip(struct load *l)
{
	unsigned depth = 1;

	while (depth)
		switch (next(l)) {
		case LEX_LINE:  break;
		case LEX_OPEN:  depth++; break;
		case LEX_CLOSE: depth--; break;
		case LEX_EOF:
			push_back(l);
			return;
		}
}

void conf_unknown(struct load *l, const struct kw_table *t, unsigned i, const char *what)
{
	const char *word = l->c.w[i].s, *near = kw_nearest(t, word);
	const struct block *b = conf_blocks;
	struct kw room;

	while (b < conf_blocks + BLK_N && (b->head || !kw_find(&b->kws, word, &room)))
		b++;
	if (b < conf_blocks + BLK_N)
		what = *b->name ? b->name : "the top level";
	kw_say(&l->c, SEV_WARNING, i, word, b < conf_blocks + BLK_N ? "belongs to %s: is a brace missing above?" :
	       near ? "unknown %s, did you mean `%s'?" : "unknown %s", what, near);
}

/* Say once for each word that it does nothing. */
static void note_once(struct load *l, const struct kw *k)
{
	const char *why = kw_reason(k);
	unsigned i;

	if (l->unserved || (k->served != KW_PARSED && k->served != KW_IPVS))
		return;
	for (i = 0; i < l->nnoted; i++)
		if (l->noted[i] == k->word)
			return;
	if (l->nnoted < sizeof l->noted / sizeof *l->noted)
		l->noted[l->nnoted++] = k->word;
	kw_say(&l->c, SEV_NOTE, 0, k->word, k->served == KW_IPVS ? "not VRRP: skipped whole" : "known, not served%s%s",
	       *why ? ": " : "", why);
}

/* What stands on the line after a complete value does not count. */
static void extra(struct load *l, const struct kw_table *t, unsigned i)
{
	struct kw room;

	if (i >= l->c.n)
		return;
	if (kw_find(t, l->c.w[i].s, &room))
		kw_say(&l->c, SEV_WARNING, i, l->c.w[i].s, "a second keyword on one line is ignored");
	else
		kw_say(&l->c, SEV_NOTE, i, l->c.w[0].s, "`%.60s' after it is ignored", l->c.w[i].s);
}

void conf_options(struct load *l, const struct kw_table *t, void *rec, unsigned i)
{
	const struct kw *k;
	struct kw room;
	int n;

	while (i < l->c.n) {
		k = kw_find(t, l->c.w[i].s, &room);
		if (!k) {
			conf_unknown(l, t, i++, "option, it is ignored");
			continue;
		}
		note_once(l, k);
		n = kw_parse(&l->c, k, rec, ++i);
		i += n < 0 ? 1 : n;
	}
}

static void peer_entry(struct load *l, const struct kw_table *t)
{
	struct addr a;
	struct peer *p;

	if (!addr_parse(&a, l->c.w[0].s)) {
		kw_say(&l->c, SEV_WARNING, 0, "unicast_peer", "expected an IP address, not `%.60s': entry dropped", l->c.w[0].s);
		return;
	}
	if (!(p = list_add(l, &l->peers, sizeof *p)))
		return;
	kw_defaults(t->rows, p);
	p->addr = a;
	conf_options(l, t, p, 1);
}

/* Instances of the track_group that is open. */
static void members(struct load *l)
{
	struct member *m;

	for (unsigned i = 0; i < l->c.n; i++)
		if ((m = list_add(l, &l->members, sizeof *m))) {
			m->group = l->group;
			m->name = arena_str(l->c.arena, l->c.w[i].s);
			m->at = l->c.at;
			l->c.oom |= !m->name;
		}
}

/* Every word of the line is a name. */
static void name_words(struct load *l)
{
	struct named *n;

	for (unsigned i = 0; i < l->c.n && (n = list_add(l, &l->words, sizeof *n)); i++) {
		*n = (struct named){ arena_str(l->c.arena, l->c.w[i].s), l->c.at };
		n->at.col = l->c.w[i].col;
		l->c.oom |= !n->name;
	}
}

/* Every word of the line is one. */
static void mail_entry(struct load *l, const char *block)
{
	const char **slot, *s;
	size_t len;

	for (unsigned i = 0; i < l->c.n; i++) {
		s = l->c.w[i].s;
		if (!(len = kw_mailbox(&s)))
			kw_say(&l->c, SEV_WARNING, i, block, "expected an address of mail, not `%.60s': passed over", l->c.w[i].s);
		else if (l->mails.n == MAILS_MAX)
			kw_say(&l->c, SEV_WARNING, i, block, "more than %u addresses: passed over", MAILS_MAX);
		else if ((slot = list_add(l, &l->mails, sizeof *slot)) && !(*slot = arena_strn(l->c.arena, s, len)))
			l->c.oom = true;
	}
}

/* rec: what the list belongs to; at the top level the globals. */
static void entry(struct load *l, enum block_id id, void *rec)
{
	const struct block *b = &conf_blocks[id];
	int n;

	l->c.entry = true;
	switch (id) {
	case BLK_VIPS:
	case BLK_EVIPS:        conf_vip_line(l, &l->vips, id == BLK_EVIPS); break;
	case BLK_ADDRS:        conf_vip_line(l, &l->fixed_vips, false); break;
	case BLK_ROUTES:
	case BLK_RULES:        conf_route_line(l, rec == &l->c.conf->global ? &l->fixed_routes : &l->routes, id == BLK_RULES); break;
	case BLK_DELAYS:
	case BLK_LINKBEAT:
	case BLK_IFS:          conf_if_line(l, id); break;
	case BLK_MAILS:        mail_entry(l, b->name); break;
	case BLK_PEERS:        peer_entry(l, &b->kws); break;
	case BLK_TRACK_IF:
	case BLK_TRACK_SCRIPT:
	case BLK_TRACK_PROCESS:
	case BLK_TRACK_FILE:   conf_track_line(l, id); break;
	case BLK_NAMES:        (l->group ? members : name_words)(l); break;
	default:
		n = kw_pattern(&l->c, b->name, b->head, 0);
		if (n >= 0)
			conf_options(l, &b->kws, NULL, n);
	}
	l->c.entry = false;
}

static void body(struct load *l, enum block_id id, void *rec);

static void keep_tracks(struct load *l, struct tracks *tracks, struct tracks *ifaces)
{
	tracks->n = l->tracks[1].n;
	tracks->v = list_keep(l, &l->tracks[1], sizeof *tracks->v);
	ifaces->n = l->tracks[0].n;
	ifaces->v = list_keep(l, &l->tracks[0], sizeof *ifaces->v);
}

static void vrrp_block(struct load *l, const char *name)
{
	struct vrrp_conf *v = list_add(l, &l->vrrp, sizeof *v);
	struct vip *vip;
	unsigned i, pass;

	if (!v)
		return;
	v->name = name;
	v->at = l->c.at;
	kw_defaults(conf_blocks[BLK_VRRP].kws.rows, v);
	l->routes.n = l->vips.n = l->peers.n = l->tracks[0].n = l->tracks[1].n = 0;
	body(l, BLK_VRRP, v);
	v->peers.n = l->peers.n;
	v->peers.v = list_keep(l, &l->peers, sizeof *v->peers.v);
	keep_tracks(l, &v->tracks, &v->ifaces);
	v->routes = conf_routes_keep(l, &l->routes);
	v->vips.v = list_keep(l, &l->vips, sizeof *v->vips.v);
	for (pass = 0; v->vips.v && pass < 2; pass++)	/* excluded ones last */
		for (vip = l->vips.v, i = l->vips.n; i--; vip++)
			if (vip->excluded == pass)
				v->vips.v[v->vips.n++] = *vip;
	set_name(l, &l->names, name, l->vrrp.n - 1);
}

static void tracker_block(struct load *l, enum block_id id, const char *name)
{
	struct tracker_conf *t = conf_tracker_new(l, name, id - BLK_SCRIPT);

	if (!t)
		return;
	body(l, id, t);
	conf_tracker_made(l, t);
}

static void group_block(struct load *l, const char *name)
{
	struct group_conf *g = list_add(l, &l->syncs, sizeof *g);

	if (!g)
		return;
	g->name = name;
	g->at = l->c.at;
	kw_defaults(conf_blocks[BLK_SYNC].kws.rows, g);
	l->tracks[0].n = l->tracks[1].n = l->words.n = 0;
	body(l, BLK_SYNC, g);
	keep_tracks(l, &g->tracks, &g->ifaces);
	g->nnames = l->words.n;
	g->names = list_keep(l, &l->words, sizeof *g->names);
}

static bool defined(struct load *l, enum block_id id, const char *name)
{
	if (id == BLK_SYNC)
		return conf_group_find(&l->syncs, name) != NULL;
	return id == BLK_VRRP ? conf_find_vrrp(l, name) : conf_find_tracker(l, name, id - BLK_SCRIPT);
}

/* An instance, group or tracker: kept under its name, once. */
static void named_block(struct load *l, enum block_id id, const char *name, const struct place *at)
{
	l->c.at = *at;
	if (defined(l, id, name)) {
		report_say(l->c.report, SEV_WARNING, at, conf_blocks[id].name, "%.60s is defined already: this one is skipped", name);
		skip(l);
	} else if (id == BLK_VRRP) {
		vrrp_block(l, name);
	} else if (id == BLK_SYNC) {
		group_block(l, name);
	} else {
		tracker_block(l, id, name);
	}
}

/* A keyword that opens a block; its line has been read, its { has not. */
static void enter(struct load *l, const struct kw *k, void *rec)
{
	enum block_id id = k->min;
	struct kw room;
	struct place at = l->c.at;
	const char *name = NULL;

	if (id == BLK_VRRP || id == BLK_SYNC || (id >= BLK_SCRIPT && id <= BLK_FILE) || id == BLK_TRACK_GROUP) {
		if (!(name = arena_str(l->c.arena, l->c.w[1].s))) {
			l->c.oom = true;
			name = "";
		}
	}
	if (next(l) != LEX_OPEN) {
		report_say(l->c.report, SEV_WARNING, &at, k->word, "expected { after it");
		push_back(l);
		/* go on as if it were there when what follows belongs to the block */
		if (conf_blocks[id].head || l->token != LEX_LINE || !kw_find(&conf_blocks[id].kws, l->c.w[0].s, &room))
			return;
	}
	l->unserved += k->served == KW_PARSED;
	if (id == BLK_PEERS)
		((struct vrrp_conf *)rec)->peers_given = true;
	if (id == BLK_GARP_GROUP && !(rec = list_add(l, &l->groups, sizeof(struct garp_group))))
		return;
	if (id == BLK_TRACK_GROUP) {
		l->group = name;
		body(l, id, NULL);
		l->group = NULL;
	} else if (name)
		named_block(l, id, name, &at);
	else
		body(l, id, id == BLK_GLOBAL ? &l->c.conf->global : rec);
	l->unserved -= k->served == KW_PARSED;
}

/* Words without a field: two that say how the text is read, and one that makes a tracker. */
static void special(struct load *l)
{
	if (!strcmp(l->c.w[0].s, "track_check"))
		conf_track_check(l);
	else if (!strcmp(l->c.w[0].s, "interface"))
		conf_garp_group(l, 1);
	else if (!strcmp(l->c.w[0].s, "include_check"))
		lex_include_check(l->c.lex, l->c.w + 1, l->c.n - 1);
	else
		lex_random_seed(l->c.lex, strtoul(l->c.w[1].s, NULL, 10));
}

static void statement(struct load *l, enum block_id id, void *rec)
{
	const struct kw_table *t = &conf_blocks[id].kws;
	struct kw room;
	const struct kw *k = kw_find(t, l->c.w[0].s, &room);
	int n;

	l->quiet = true;
	if (!k) {
		conf_unknown(l, t, 0, "keyword");
		return;
	}
	note_once(l, k);
	if (k->served == KW_FOREIGN || k->served == KW_IPVS)
		return;
	n = kw_parse(&l->c, k, rec, 1);
	if (n >= 0)
		extra(l, t, 1 + n);
	l->quiet = n < 0;
	if (n < 0)
		return;
	if ((k->more & KW_COPIED) && l->vrrp.n)
		kw_say(&l->c, SEV_NOTE, 0, k->word, "keepalived applies it to later instances only, here it holds for all");
	if (k->type == KT_BLOCK)
		enter(l, k, rec);
	else if (k->off == KW_NOFIELD && k->served == KW_SERVED)
		special(l);
}

static void body(struct load *l, enum block_id id, void *rec)
{
	const struct place at = l->c.at;

	for (;;)
		switch (next(l)) {
		case LEX_LINE:
			if (conf_blocks[id].head)
				entry(l, id, rec);
			else
				statement(l, id, rec);
			break;
		case LEX_OPEN:
			if (!l->quiet)
				kw_say(&l->c, SEV_WARNING, 0, "{", "not expected here: skipped up to its }");
			skip(l);
			break;
		case LEX_CLOSE:
			if (id != BLK_TOP)
				return;
			kw_say(&l->c, SEV_WARNING, 0, "}", "one too many");
			break;
		case LEX_EOF:
			push_back(l);
			if (id != BLK_TOP)
				report_say(l->c.report, SEV_WARNING, &at, conf_blocks[id].name, "its } is missing");
			return;
		}
}

struct conf *conf_load(struct arena *a, struct arena *scratch, struct lex_io *io, struct report *r, const char *path)
{
	struct load l = { .c = { .arena = a, .report = r, .io = io, .tmp = scratch }, .tmp = scratch };
	struct conf *c = arena_get(a, sizeof *c);

	if (c && !(l.c.lex = lex_open(scratch, io, r, path)))
		return NULL;
	if (c) {
		c->arena = a;
		c->path = arena_str(a, path);
		l.c.conf = c;
		kw_defaults(conf_blocks[BLK_GLOBAL].kws.rows, &c->global);
		body(&l, BLK_TOP, &c->global);
		c->vrrp = list_keep(&l, &l.vrrp, sizeof *c->vrrp);
		c->nvrrp = c->vrrp ? l.vrrp.n : 0;
		c->fixed.name = "static";
		c->fixed.ifi = IF_NONE;
		c->fixed.vips = (struct vips){ list_keep(&l, &l.fixed_vips, sizeof *c->fixed.vips.v), l.fixed_vips.n };
		c->fixed.routes = conf_routes_keep(&l, &l.fixed_routes);
		c->ties = list_keep(&l, &l.ties, sizeof *c->ties);
		c->nties = l.ties.n;
		c->members = list_keep(&l, &l.members, sizeof *c->members);
		c->nmembers = l.members.n;
		c->global.mails = list_keep(&l, &l.mails, sizeof *c->global.mails);
		c->global.nmails = c->global.mails ? l.mails.n : 0;
		c->trackers = list_keep(&l, &l.trackers, sizeof *c->trackers);
		c->ntrackers = c->trackers ? l.trackers.n : 0;
		c->ifx = list_keep(&l, &l.ifx, sizeof *c->ifx);
		c->nifx = c->ifx ? l.ifx.n : 0;
		c->syncs = list_keep(&l, &l.syncs, sizeof *c->syncs);
		c->nsyncs = c->syncs ? l.syncs.n : 0;
		c->groups = list_keep(&l, &l.groups, sizeof *c->groups);
		c->ngroups = c->groups ? l.groups.n : 0;
		if (!l.c.oom)
			conf_check(&l);
		c->vlinks = list_keep(&l, &l.vlinks, sizeof *c->vlinks);
		c->nvlinks = c->vlinks ? l.vlinks.n : 0;
		c->ifs = list_keep(&l, &l.ifs, sizeof *c->ifs);
		c->nifs = c->ifs ? l.ifs.n : 0;
	}
	if (c && !l.c.oom)
		return c;
	report_say(r, SEV_ERROR, NULL, path, "out of memory, or more than 65535 in a list");
	return NULL;
}
