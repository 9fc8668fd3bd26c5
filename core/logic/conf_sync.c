/* conf_sync.c - vrrp_sync_group: its members, and what tracking in a group means (pure). Reference b.3, c.12. */
#include <string.h>

#include "conf_in.h"

struct group_conf *conf_group_find(const struct list *groups, const char *name)
{
	struct group_conf *g = groups->v;
	unsigned i;

	for (i = 0; i < groups->n; i++)
		if (!strcmp(g[i].name, name))
			return &g[i];
	return NULL;
}

/* Whose trackers, of a group that the checks of instances then see as one. */
static void as_instance(const struct group_conf *g, struct vrrp_conf *v)
{
	*v = (struct vrrp_conf){ .name = g->name, .at = g->at, .prio = 100, .tracks = g->tracks, .ifaces = g->ifaces, .ifi = IF_NONE };
}

/* One name of the list: the instance joins, or why it does not. */
static void join(struct load *l, struct group_conf *g, const struct named *name)
{
	struct conf *c = l->c.conf;
	unsigned i = conf_find_vrrp(l, name->name), mine = g - c->syncs + 1;
	struct vrrp_conf *v = i ? &c->vrrp[i - 1] : NULL;

	if (!v)
		conf_tell(l, &name->at, SEV_WARNING, name->name, "no vrrp_instance of this name: not in the group");
	else if (v->sync == mine)
		conf_tell(l, &name->at, SEV_NOTE, name->name, "is in the group already");
	else if (v->sync)
		conf_tell(l, &name->at, SEV_WARNING, name->name, "is in the group %.60s: it stays there", c->syncs[v->sync - 1].name);
	else
		v->sync = mine, g->member[g->n++] = i - 1;
}

/* An order that does not depend on the file's: peers have the same routers and addresses. */
static int order(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	if (a->vrid != b->vrid)
		return a->vrid - b->vrid;
	if (!a->vips.n || !b->vips.n)
		return a->vips.n - b->vips.n;
	if (a->vips.v->addr.family != b->vips.v->addr.family)
		return a->vips.v->addr.family - b->vips.v->addr.family;
	return addr_cmp(&a->vips.v->addr, &b->vips.v->addr);
}

/* v: whatever is said, and tracked, is as of an instance. */
static void check_group(struct load *l, struct group_conf *g, struct vrrp_conf *v)
{
	const struct conf *c = l->c.conf;
	const struct global_conf *glob = &l->c.conf->global;
	unsigned i;

	as_instance(g, v);
	l->about = v;
	if (!(g->member = arena_get(l->c.arena, (g->nnames + 1) * sizeof *g->member))) {
		l->c.oom = true;
		return;
	}
	for (i = 0; i < g->nnames; i++)
		join(l, g, &g->names[i]);
	for (i = 1; i < g->n; i++)
		if (order(&c->vrrp[g->member[i]], &c->vrrp[g->member[g->lead]]) < 0)
			g->lead = i;
	g->notify_priority = g->t_notify_prio == TRI_ON;
	g->smtp_alert = g->t_smtp == TRI_ON || (!g->t_smtp && (glob->smtp_alert_vrrp ? glob->smtp_alert_vrrp : glob->smtp_alert) == TRI_ON);
	if (g->n < 2)
		conf_tell(l, NULL, SEV_WARNING, "group", g->n ? "has one member: there is nobody to be in step with" :
		          "has no member: the group is left out");
	if (!g->n)
		return;
	conf_check_tracks(l, v);
	g->tracks = v->tracks;
}

void conf_check_groups(struct load *l)
{
	struct conf *c = l->c.conf;
	struct vrrp_conf v;
	unsigned i, n = 0;

	for (i = 0; i < c->nsyncs; i++) {
		if (n != i)
			c->syncs[n] = c->syncs[i];	/* before it has members: they know its place */
		check_group(l, &c->syncs[n], &v);
		n += c->syncs[n].n > 0;
	}
	l->about = NULL;
	c->nsyncs = n;
}

bool conf_member_weight(struct load *l, const struct vrrp_conf *v, struct track *t, bool interface)
{
	const struct group_conf *g = v->sync ? &l->c.conf->syncs[v->sync - 1] : NULL;

	if (!g || g->tracking_weight || !t->weight || (!interface && t->kind == TRACKER_PROCESS))
		return true;
	if (interface || (t->kind == TRACKER_FILE && t->weight == 1 && !t->reverse)) {
		t->weight = 0;
		t->reverse = false;
		t->weight_set = true;
		conf_tell(l, &t->at, SEV_WARNING, t->name, "no weights in a sync group: bad means FAULT, unless the group has "
		          "sync_group_tracking_weight");
		return true;
	}
	conf_tell(l, &t->at, SEV_WARNING, t->name, "no weights in a sync group: not tracked, unless the group has "
	          "sync_group_tracking_weight or tracks it itself");
	return false;
}

static bool tracks(const struct tracks *have, const struct track *t)
{
	unsigned i;

	for (i = 0; i < have->n; i++)
		if (have->v[i].kind == t->kind && have->v[i].index == t->index)
			return true;
	return false;
}

/* Both lists, the instance's first. own: of the router's own interface, which is tracked anyway. */
static void append(struct load *l, const struct vrrp_conf *v, struct tracks *to, const struct tracks *more, unsigned own)
{
	struct track *room;
	unsigned i;

	if (!more->n)
		return;
	if (!(room = arena_get(l->c.arena, (to->n + more->n) * sizeof *room))) {
		l->c.oom = true;
		return;
	}
	if (to->n)
		memcpy(room, to->v, to->n * sizeof *room);
	to->v = room;
	for (i = 0; i < more->n; i++) {
		if (more->v[i].index == own || tracks(to, &more->v[i]) || (v->prio == 255 && more->v[i].weight))
			continue;
		to->v[to->n] = more->v[i];
		to->v[to->n++].of_group = true;
	}
}

void conf_member_tracks(struct load *l, struct vrrp_conf *v)
{
	const struct group_conf *g = v->sync ? &l->c.conf->syncs[v->sync - 1] : NULL;

	if (!g)
		return;
	append(l, v, &v->tracks, &g->tracks, -1u);
	append(l, v, &v->ifaces, &g->ifaces, v->ifi);
	v->notify_priority |= g->notify_priority;
}
