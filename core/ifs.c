/* ifs.c - the hall's view of interfaces: they come, go, change name and address; instances are told. */
#include <errno.h>
#include <linux/if_addr.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "engine.h"
#include "log.h"

struct iface *iface_find(struct engine *e, const char *name)
{
	for (unsigned i = 0; i < e->nifs; i++)
		if (!strcmp(e->ifs[i]->name, name))
			return e->ifs[i];
	return NULL;
}

static struct iface *by_index(struct engine *e, unsigned ifindex)
{
	for (unsigned i = 0; i < e->nifs; i++)
		if (e->ifs[i]->ifindex == ifindex)
			return e->ifs[i];
	return NULL;
}

bool iface_up(const struct iface *i)
{
	if (i->vl)
		i = i->base;
	return !*i->name || i->up;
}

/* What the kernel, or its driver, says at this moment. */
static bool carrier(const struct iface *i)
{
	const unsigned both = IFF_UP | IFF_RUNNING;

	if (i->vl)
		i = i->base;
	return i->ifindex && (i->flags & both) == both && !i->dead;
}

static bool has_vips_on(const struct vr *v, const struct iface *i)
{
	for (unsigned k = 0; k < v->c->vips.n; k++)
		if (v->vips[k].iface == i || v->vips[k].iface->base == i)
			return true;
	return false;
}

static bool concerns(const struct vr *v, const struct iface *i)
{
	if (v->iface == i || has_vips_on(v, i))
		return true;
	for (unsigned k = 0; k < v->c->ifaces.n; k++)
		if (v->e->ifs[v->c->ifaces.v[k].index] == i)
			return true;
	return false;
}

static void tell(struct iface *i)
{
	struct engine *e = i->e;

	for (unsigned k = 0; !e->starting && k < e->nvr; k++)
		if (concerns(e->vr[k], i))
			vr_update(e->vr[k]);
}

/* It came back while we stayed MASTER (untracked), or has another MAC: set what it lacks, announce all. */
void iface_renew(const struct iface *i)
{
	struct engine *e = i->e;

	for (unsigned k = 0; k <= e->nvr; k++)
		if (e->vr[k]->want_up && has_vips_on(e->vr[k], i)) {
			vips_want(e->vr[k], true);
			vips_announce(e->vr[k], e->vr[k]->c->garp_repeat);
		}
}

/* Its addresses went with it; what we had set is not there any more. */
static void forget_vips(struct iface *i)
{
	struct engine *e = i->e;

	for (unsigned k = 0; k <= e->nvr; k++)
		for (unsigned n = 0; n < e->vr[k]->c->vips.n; n++)
			if (e->vr[k]->vips[n].iface == i)
				e->vr[k]->vips[n].set = false;
}

static void settled(struct iface *i)
{
	i->up = carrier(i);
	if (!i->e->starting && i->ifindex)
		log_info("Netlink reports %s %s", i->name, i->up ? "up" : "down");
}

static void settle_over(struct timer *t, usec now)
{
	struct iface *i = container_of(t, struct iface, settle);

	i->e->now = now;
	settled(i);
	tell(i);
}

/* A change counts when it has lasted as long as interface_up_down_delays wants. */
static void settle(struct iface *i)
{
	bool up = carrier(i);
	usec delay = !i->c || i->e->starting || !i->ifindex ? 0 : up ? i->c->up : i->c->down;

	if (up == i->up || !i->ifindex)
		heap_del(&i->e->heap, &i->settle);
	if (up == i->up || i->settle.slot || i->vl)
		return;
	i->settle.fire = settle_over;
	if (delay)
		heap_set(&i->e->heap, &i->settle, i->e->now + delay);
	else
		settled(i);
}

static unsigned beat_of(const struct iface *i)
{
	if (i->c && i->c->beat)
		return i->c->beat;
	for (unsigned k = 0; k < i->e->nvr; k++)
		if (i->e->vr[k]->iface == i && i->e->vr[k]->c->beat)
			return BEAT_ANY;
	return i->e->conf->global.beat ? BEAT_ANY : BEAT_NONE;
}

/* Ask its driver; false: nobody wants that. */
static bool beat(struct iface *i)
{
	unsigned how = beat_of(i);
	bool dead = how && i->ifindex && !link_beat(i->name, how);

	if (dead != i->dead) {
		i->dead = dead;
		settle(i);
		tell(i);
	}
	return how;
}

static void beat_all(struct timer *t, usec now)
{
	struct engine *e = container_of(t, struct engine, beat);
	bool again = false;

	e->now = now;
	for (unsigned i = 0; i < e->nifs; i++)
		if (*e->ifs[i]->name && !e->ifs[i]->vl)
			again |= beat(e->ifs[i]);
	if (again)
		heap_set(&e->heap, &e->beat, now + SEC);
}

/* promote_secondaries of an instance's interface: on while one wants it. */
static void promote(struct iface *i)
{
	bool want = false;

	for (unsigned k = 0; k < i->e->nvr; k++)
		want |= i->e->vr[k]->iface == i && i->e->vr[k]->c->promote;
	if (i->ifindex && !i->promoting)
		left_turn(i, TURN_PROMOTE, want);
}

void iface_leave(struct iface *i)
{
	heap_del(&i->e->heap, &i->settle);
	left_turn(i, TURN_PROMOTE, false);
	left_turn(i, TURN_ACCEPT, false);
}

static void pace(struct iface *i)
{
	const struct engine *e = i->e;
	unsigned k = 0;

	i->pace = i;
	if (!i->c || !i->c->group)
		return;
	while (!e->ifs[k]->c || e->ifs[k]->c->group != i->c->group)
		k++;
	i->pace = e->ifs[k];
}

void ifs_orders(struct engine *e)
{
	e->track_src = false;
	for (unsigned k = 0; k < e->nvr; k++)
		e->track_src |= e->vr[k]->c->track_src_ip;
	for (unsigned k = 0; k < e->nifs; k++)
		e->ifs[k]->c = conf_if_find(e->conf, e->ifs[k]->name);
	for (unsigned k = 0; k < e->nifs; k++) {
		pace(e->ifs[k]);
		promote(e->ifs[k]);
	}
	claims_changed(e);
	e->beat.fire = beat_all;
	heap_set(&e->heap, &e->beat, e->now);
}

static void lost(struct iface *i)
{
	log_info("Netlink reports interface %s is gone", i->name);
	ports_close(i);
	i->ifindex = i->flags = 0;
	i->dead = false;
	settle(i);
	i->src4.family = i->src6.family = i->own4.family = 0;
	forget_vips(i);
	vmac_lost(i);
	tell(i);
}

void iface_remember(struct iface *i, const struct link_info *k)
{
	i->seen = true;
	i->flags = k->flags;
	i->mtu = k->mtu;
	i->type = k->type;
	i->vrf = k->vrf;
	i->group = k->group;
	i->has_mac = k->has_mac;
	memcpy(i->mac, k->mac, sizeof i->mac);
}

static void on_link(void *ctx, const struct link_info *k)
{
	struct engine *e = ctx;
	struct iface *i = by_index(e, k->ifindex);
	bool was_up, fresh;

	if (i && (k->gone || strcmp(i->name, k->name))) {	/* a rename is a departure, and takes nothing of ours along */
		for (unsigned n = 0; n <= e->nvr && !k->gone; n++)
			if (has_vips_on(e->vr[n], i))
				vips_remove_rest(e->vr[n], e->vr[n]->vips, i);
		if (!k->gone) {
			i->name = k->name;
			vmac_forget(i);
			iface_leave(i);
			i->name = i->namebuf;
		}
		lost(i);
		i->shaken = true;
		i = NULL;
	}
	/* a device of ours to make is looked for by its name only when it is made */
	if (k->gone || (!i && (!(i = iface_find(e, k->name)) || i->vl))) {
		e->shaken = true;
		return;
	}
	was_up = carrier(i);
	if (i->ifindex && i->ifindex != k->ifindex)		/* made anew before we heard of its end */
		lost(i);
	fresh = !carrier(i) || memcmp(i->mac, k->mac, sizeof i->mac);
	if (!i->ifindex) {
		i->ifindex = k->ifindex;
		e->accept.on &= !e->accept.conf.by_index;	/* made anew with the number */
		i->stale4 = i->stale6 = !e->starting;
		e->vmac_due = true;
	}
	i->shaken |= i->vl && ~i->flags & k->flags & IFF_UP;	/* we raised it: routes through it may come */
	iface_remember(i, k);
	if (i->vl && i->raised && !(k->flags & IFF_UP)) {	/* somebody else took it down */
		i->raised = false;
		fresh = vmac_wanted(i);
	}
	i->shaken |= carrier(i) != was_up || fresh;
	promote(i);
	settle(i);
	if (fresh && carrier(i))
		iface_renew(i);
	if (!i->stale4)						/* else ifs_settle tells, with addresses known */
		tell(i);
}

/* a: NULL when our own order took it along, or took it from another instance that had it. */
static void vip_gone(struct vr *v, struct vip_run *r, const struct addr *a)
{
	char s[ADDR_STR];

	r->set = r->kept = false;
	if (!v->want_up || v->c->vips.v[r - v->vips].no_track || !carrier(r->iface))
		return;
	if (a && !(v->n.repaired & (v->n.repaired + 1)))	/* the 1st, 2nd, 4th, 8th ... time */
		log_notice("(%s) %s was taken off %s by somebody else: putting it back", v->c->name,
		           addr_text(a, s), r->iface->name);
	v->n.repaired += a != NULL;
	vips_want(v, true);
}

/* One of the VIPs. At start it is a leftover of a predecessor, or an owner's own address. */
static void vip_event(struct vr *v, struct vip_run *r, const struct link_addr *a)
{
	r->seen = true;
	if (a->gone) {
		if (r->set)
			vip_gone(v, r, a->ours ? NULL : &a->addr);
		return;
	}
	if (!a->addr.b[0] && a->addr.family == AF_INET)
		return;
	if (a->addr.family == AF_INET && !(a->flags & IFA_F_SECONDARY) && !r->iface->own4.family)
		r->iface->own4 = a->addr;
	if (v->e->starting && !r->set && a->proto != 18)
		r->kept = true;
	if (v->e->starting || v->want_up)
		r->set = true;
}

static bool usable6(const struct link_addr *a)
{
	return addr_is_linklocal(&a->addr) && !(a->flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED));
}

static void source_event(struct iface *i, const struct link_addr *a)
{
	bool v4 = a->addr.family == AF_INET;
	struct addr *src = v4 ? &i->src4 : &i->src6;

	if (a->gone) {
		if (addr_eq(src, &a->addr))
			*(v4 ? &i->stale4 : &i->stale6) = true;
		return;
	}
	if (src->family || (!v4 && !usable6(a)))		/* a secondary one will do: dumps name primary ones first */
		return;
	*src = a->addr;
	if (!i->stale4 && !i->stale6)
		tell(i);
}

/* track_src_ip; without interface any one will do. */
static void configured_source(struct engine *e, const struct iface *i, const struct link_addr *a)
{
	for (unsigned k = 0; k < e->nvr; k++) {
		struct vr *v = e->vr[k];

		if (!v->c->track_src_ip || !addr_eq(&v->c->src, &a->addr) || (v->c->interface && v->iface != i) || v->src_here == !a->gone)
			continue;
		v->src_here = !a->gone;
		vr_update(v);
	}
}

static void on_addr(void *ctx, const struct link_addr *a)
{
	struct engine *e = ctx;
	struct iface *i = by_index(e, a->ifindex);
	struct vip_run *r = NULL;
	unsigned at = 0;
	bool is_vip = false;
	struct vr *v;

	e->marks |= a->proto != 0;			/* what we left has one, and IPv6's own */
	if (e->track_src)
		configured_source(e, i, a);
	if (!i || !a->ifindex) {
		e->shaken |= a->gone;
		return;
	}
	i->shaken |= a->gone;
	if (a->gone && addr_eq(&i->own4, &a->addr))
		i->own4.family = 0;
	for (; (v = vips_owner(e, i, &a->addr, &at, &r)); is_vip |= v->c->vrid)	/* several may share it; a static one is anybody's */
		vip_event(v, r, a);
	if (!is_vip)
		source_event(i, a);
}

static void on_route(void *ctx, const struct link_route *gone)
{
	routes_event(ctx, gone);
}

static void on_lost(void *ctx)
{
	((struct engine *)ctx)->resync = true;
}

void ifs_hooks(struct engine *e)
{
	e->link.ctx = e;
	e->link.on_link = on_link;
	e->link.on_addr = on_addr;
	e->link.on_route = on_route;
	e->link.on_lost = on_lost;
}

/* -EAGAIN: the table moved while it was read; what we missed comes as events. */
static int tolerate(int err)
{
	return err == -EAGAIN ? 0 : err;
}

/* What was there before us is an owner's; anybody else's is a leftover, but its interface shall not lose its last address. */
static void spare_last(struct vr *v)
{
	char s[ADDR_STR];

	for (unsigned k = 0; v->c->prio != 255 && k < v->c->vips.n; k++) {
		const struct addr *a = &v->c->vips.v[k].addr, *src = &v->iface->src4;
		struct vip_run *r = &v->vips[k];

		r->kept = r->kept && a->family == AF_INET && r->iface == v->iface && (!src->family || addr_eq(src, a));
		if (r->kept)
			log_err("(%s) %s is the own address of %s and stays: only priority 255 can share it",
			        v->c->name, addr_text(a, s), v->iface->name);
	}
}

int ifs_dump(struct engine *e)
{
	int err = tolerate(link_dump_links(&e->link));

	vmac_make(e);
	if (err >= 0)
		err = tolerate(link_dump_addrs(&e->link, 0));
	for (unsigned k = 0; k <= e->nvr; k++)
		spare_last(e->vr[k]);
	return err;
}

static void again(struct timer *t, usec now)
{
	(void)t;
	(void)now;					/* waking up is enough */
}

static int cannot_read(struct engine *e, int err)
{
	log_err("cannot read interfaces and addresses: %s; trying again every second", strerror(-err));
	e->reread.fire = again;
	heap_set(&e->heap, &e->reread, e->now + SEC);
	return err;
}

/* Events were lost: compare everything with what a dump shows. */
static int resync(struct engine *e)
{
	int err;

	log_info("netlink events were lost: reading all interfaces and addresses again");
	for (unsigned k = 0; k < e->nifs; k++)
		e->ifs[k]->seen = false;
	if ((err = tolerate(link_dump_links(&e->link))) < 0)
		return cannot_read(e, err);
	for (unsigned k = 0; k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (i->ifindex && !i->seen)
			lost(i);
		i->stale4 = i->stale6 = i->ifindex != 0;
	}
	e->shaken = true;
	for (unsigned k = 0; k < e->nifs; k++)
		e->ifs[k]->shaken = true;
	for (unsigned k = 0; k <= e->nvr; k++) {
		e->vr[k]->src_here = false;
		for (unsigned n = 0; n < e->vr[k]->c->vips.n; n++)
			e->vr[k]->vips[n].seen = false;
	}
	e->resync = false;
	return 0;
}

static void after_resync(struct engine *e)
{
	for (unsigned k = 0; k <= e->nvr; k++)
		for (unsigned n = 0; n < e->vr[k]->c->vips.n; n++)
			if (e->vr[k]->vips[n].set && !e->vr[k]->vips[n].seen)
				vip_gone(e->vr[k], &e->vr[k]->vips[n], &e->vr[k]->c->vips.v[n].addr);
}

/* The kernel takes routes away with an address or interface, and says nothing of it. */
static void doubt(struct engine *e)
{
	if (e->shaken && e->conf->nroutes)
		routes_doubt(e, NULL);
	e->shaken = false;
	for (unsigned k = 0; k < e->nifs; k++) {
		if (e->ifs[k]->shaken && e->conf->nroutes)
			routes_doubt(e, e->ifs[k]);
		e->ifs[k]->shaken = false;
	}
}

void ifs_settle(struct engine *e)
{
	bool v4 = false, v6 = false, all = e->resync;
	int err;

	doubt(e);
	if (e->reread.slot || (all && resync(e) < 0))
		return;
	if (e->vmac_due)
		vmac_make(e);
	for (unsigned k = 0; k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (i->stale4)
			i->src4.family = 0;
		if (i->stale6)
			i->src6.family = 0;
		v4 |= i->stale4;
		v6 |= i->stale6;
	}
	if (!v4 && !v6)
		return;
	if ((err = tolerate(link_dump_addrs(&e->link, v4 && v6 ? 0 : v4 ? AF_INET : AF_INET6))) < 0) {
		e->resync |= all;
		cannot_read(e, err);				/* still stale */
		return;
	}
	if (all)
		after_resync(e);
	for (unsigned k = 0; k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (i->stale4 || i->stale6) {
			i->stale4 = i->stale6 = false;
			tell(i);
		}
	}
}
