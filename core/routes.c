/*
 * routes.c - the hall's work on routes and rules: part of an instance's job (vips.c), behind its addresses when they come,
 * before them when they go. What of them is not known is settled by saying it again: the kernel knows what it has.
 */
#include <errno.h>
#include <linux/netlink.h>
#include <net/if.h>
#include <string.h>

#include "engine.h"
#include "log.h"

enum { HEADER = 12, DST = HEADER + 4 };			/* the first attribute's value */

struct who {
	unsigned k;
	uint8_t was;
};

static void say(const struct vr *v, unsigned k, void (*how)(const char *fmt, ...), const char *fmt, const char *end)
{
	char buf[ROUTE_TEXT];

	how(fmt, v->c->name, v->c->routes.v[k].rule ? "rule" : "route", conf_route_text(&v->c->routes.v[k], buf, sizeof buf), end);
}

/* Does an instance that holds its entries have the same one? */
static bool needed_by_another(const struct vr *v, const struct route *r)
{
	const struct engine *e = v->e;

	for (unsigned i = 0; r->shared && i <= e->nvr; i++)
		for (unsigned k = 0; e->vr[i] != v && e->vr[i]->want_up && k < e->vr[i]->c->routes.n; k++)
			if (conf_same_route(r, &e->vr[i]->c->routes.v[k]))
				return true;
	return false;
}

/* Interfaces as they are now. 0, or -ENODEV: there is one that is not up (to set it), or not there (to remove it). */
static int fill_devs(const struct engine *e, const struct route *r, bool add, uint8_t *bytes)
{
	for (unsigned i = 0; i < r->ndev; i++) {
		const struct iface *dev = e->ifs[r->dev[i].ifi];

		if (!r->dev[i].at)
			continue;
		if (!dev->ifindex || (add && !(dev->flags & IFF_UP)))
			return -ENODEV;
		memcpy(bytes + r->dev[i].at, &dev->ifindex, 4);
	}
	return 0;
}

/* false: nothing to say to the kernel. */
static bool queue(struct vr *v, const struct route *r, bool add, struct link_batch *b)
{
	static const uint16_t how[] = { 0, 0, NLM_F_APPEND, 0, NLM_F_EXCL };	/* by HOW_* */
	size_t len = b->len;
	uint8_t *p;

	if (!add && needed_by_another(v, r))
		return false;
	p = link_batch_route(b, &v->e->link, add, r->rule, r->rule ? NLM_F_EXCL : how[r->how], r->b, r->len);
	if (!fill_devs(v->e, r, add, p))
		return true;
	b->len = len;
	b->n--;
	v->e->link.seq--;
	return false;
}

static bool is_gone(int err)
{
	return err == -ESRCH || err == -ENOENT || err == -ENODEV || err == -ENETDOWN || err == -EADDRNOTAVAIL;
}

static void settle(struct vr *v, const struct who *w, bool add, int err)
{
	struct route_run *r = &v->routes[w->k];	/* NOLINT(clang-analyzer-core.uninitialized.ArraySubscript): queue() adds one */
	bool fresh = !err;

	if (!add) {
		if (err && !is_gone(err) && w->was == ROUTE_SET)
			say(v, w->k, log_err, "(%s) cannot remove %s %s: %s", strerror(-err));
		return;
	}
	if (err == -EEXIST)
		err = 0;
	if (err && r->err != -err)
		say(v, w->k, log_err, "(%s) cannot set %s %s: %s; trying again every second", strerror(-err));
	r->err = -err;
	r->state = err ? ROUTE_UNKNOWN : ROUTE_SET;
	if (err && v->retry_at == USEC_NEVER) {
		v->retry_at = v->e->now + SEC;
		vips_rearm(v);
	}
	if (err || !r->lost)
		return;
	r->lost = false;
	if (fresh && !(v->n.repaired & (v->n.repaired + 1)))	/* the 1st, 2nd, 4th, 8th ... time */
		say(v, w->k, log_notice, "(%s) %s %s was taken away by somebody else: put back%s", "");
	v->n.repaired += fresh;
}

static void send_all(struct vr *v, struct link_batch *b, const struct who *who)
{
	link_batch_send(b, &v->e->link);
	for (unsigned i = 0; i < b->n; i++)
		settle(v, &who[i], b->add[i], b->err[i]);
	link_batch_init(b);
}

void routes_work(struct vr *v)
{
	unsigned n = v->c->routes.n;
	struct who who[VIP_CHUNK];
	bool up = v->want_up;
	struct link_batch b;

	link_batch_init(&b);
	for (; v->route_at < n && !link_batch_full(&b); v->route_at++) {
		unsigned k = up ? v->route_at : n - 1 - v->route_at;	/* rules leave first */
		struct route_run *r = &v->routes[k];

		if (r->state == (up ? ROUTE_SET : ROUTE_OFF))
			continue;
		who[b.n] = (struct who){ k, r->state };
		queue(v, &v->c->routes.v[k], up, &b);
		if (!up)
			*r = (struct route_run){ .state = ROUTE_OFF };
	}
	v->routes_due = v->route_at < n;
	send_all(v, &b, who);
}

void routes_remove_rest(struct vr *v)
{
	struct who who[VIP_CHUNK];
	struct link_batch b;

	link_batch_init(&b);
	for (unsigned k = v->c->routes.n; k--; ) {
		if (v->routes[k].state == ROUTE_OFF)
			continue;
		who[b.n] = (struct who){ k, v->routes[k].state };
		queue(v, &v->c->routes.v[k], false, &b);
		if (link_batch_full(&b))
			send_all(v, &b, who);
	}
	send_all(v, &b, who);
}

void routes_move(struct vr *v, const struct routes *to, struct route_run *runs)
{
	const struct routes *old = &v->c->routes;

	for (unsigned i = 0; i < to->n; i++)
		for (unsigned j = 0; j < old->n; j++) {
			unsigned k = (i + j) % old->n;		/* most likely the same place */

			if (v->routes[k].state == ROUTE_OFF || !conf_same_route(&old->v[k], &to->v[i]))
				continue;
			runs[i] = v->routes[k];
			v->routes[k].state = ROUTE_OFF;		/* taken */
			break;
		}
	routes_remove_rest(v);
	v->routes = runs;
}

static bool leans_on(const struct engine *e, const struct route *r, const struct iface *i)
{
	bool any = r->src;

	for (unsigned k = 0; k < r->ndev; k++)
		if (e->ifs[r->dev[k].ifi] == i)
			return true;
	return any || !r->ndev;
}

void routes_doubt(struct engine *e, const struct iface *i)
{
	for (unsigned n = 0; n <= e->nvr; n++) {
		struct vr *v = e->vr[n];
		bool any = false;

		for (unsigned k = 0; v->want_up && k < v->c->routes.n; k++) {
			if (v->c->routes.v[k].rule || !leans_on(e, &v->c->routes.v[k], i))
				continue;
			v->routes[k] = (struct route_run){ .err = v->routes[k].err };
			any = true;
		}
		if (any)
			vips_want(v, true);
	}
}

static bool is_it(const struct route *r, const struct link_route *gone)
{
	if (r->no_track || r->rule != gone->rule || *r->b != gone->family)
		return false;
	if (r->rule)
		return !memcmp(r->b + DST, &gone->preference, sizeof gone->preference);
	return r->b[1] == gone->plen && (!gone->plen || !memcmp(r->b + DST, gone->dst, (gone->plen + 7) / 8));
}

void routes_event(struct engine *e, const struct link_route *gone)
{
	for (unsigned n = 0; n <= e->nvr; n++) {
		struct vr *v = e->vr[n];
		bool any = false;

		for (unsigned k = 0; v->want_up && k < v->c->routes.n; k++)
			if (v->routes[k].state == ROUTE_SET && is_it(&v->c->routes.v[k], gone)) {
				v->routes[k].state = ROUTE_UNKNOWN;
				v->routes[k].lost = any = true;
			}
		if (any)
			vips_want(v, true);
	}
}
