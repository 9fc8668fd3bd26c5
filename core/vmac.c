/*
 * vmac.c - the hall's virtual MACs: a macvlan (or ipvlan) for each, made at load, up only while its instance is MASTER.
 *
 * Down in BACKUP: nothing leaves from the virtual MAC then (no IGMP, MLD, router solicitation) and nothing that a hub or a
 * flooding switch brings is taken for ours. Raising one costs 0.1 ms, before the first advert; taking one down some
 * milliseconds of the kernel's, which is why that is done one a turn, when nothing else waits. Mode bridge, so that the
 * parent hears a peer that sends from the same MAC.
 */
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "log.h"
#include "text.h"

enum { ETHERNET = 1 };

static bool uses(const struct vr *v, const struct iface *i)
{
	bool yes = v->vif == i;

	for (unsigned k = 0; !yes && k < v->c->vips.n; k++)
		yes = v->vips[k].iface == i;
	return yes;
}

void vmac_look(const struct conf *c, struct report *r)
{
	for (unsigned k = 0; k < c->nvlinks; k++) {
		const char *base = c->ifs[c->vlinks[k].base];
		int type = link_type(base);

		if (type >= 0 && type != ETHERNET)
			report_say(r, SEV_WARNING, NULL, "use_vmac",
			           "%s is not Ethernet: its addresses will have no virtual MAC", base);
	}
}

bool vmac_wanted(const struct iface *i)
{
	const struct engine *e = i->e;

	for (unsigned k = 0; k < e->nvr; k++)
		if (e->vr[k]->want_up && uses(e->vr[k], i))
			return true;
	return false;
}

struct iface *vmac_out(const struct vr *v)
{
	return v->vif && v->vif->raised && !v->c->xmit_base ? v->vif : v->iface;
}

static void del(struct engine *e, unsigned ifindex)
{
	const struct vlink v = { .ifindex = ifindex, .group = -1 };

	vlink_del(&e->link, &v);
}

/* ---- switches ---- */

static void hush(struct iface *base, bool on)
{
	left_turn(base, TURN_IGNORE, on);
	left_turn(base, TURN_ANNOUNCE, on);
}

static void settle_bases(struct engine *e)
{
	for (unsigned b = 0; b < e->nifs; b++) {
		struct iface *base = e->ifs[b];
		bool need = false;

		for (unsigned k = 0; !need && k < e->nifs; k++)
			need = e->ifs[k]->ifindex && e->ifs[k]->base == base && e->ifs[k]->vl && e->ifs[k]->vl->v4;
		hush(base, need);
	}
}

/* No address but ours, no answer for anybody else's, and no check of the way back that the base would pass. */
static void switches(const struct iface *i)
{
	bool strict = link_switch(false, "all", "rp_filter", -1) > 0;
	const char *n = i->name;

	link_switch(true, n, "addr_gen_mode", 1);
	link_switch(true, n, "accept_ra", 0);
	link_switch(true, n, "disable_ipv6", !i->vl->v6);
	link_switch(false, n, "arp_ignore", 1);
	link_switch(false, n, "rp_filter", strict ? 2 : 0);
	link_switch(false, n, "promote_secondaries", 1);
	if (i->vl->v6 && i->e->tx6 >= 0)
		raw_any_source(i->e->tx6);
}

/* ---- devices ---- */

/* Its addresses go where they would be without it. */
static void go_plain(struct iface *i, const char *why)
{
	struct engine *e = i->e;

	log_err("no virtual MAC %s on %s: %s; addresses are set on %s itself", i->name, i->base->name, why, i->base->name);
	i->plain = true;
	if (i->made)
		del(e, i->ifindex);
	i->ifindex = 0;
	i->made = i->raised = false;
	memset(e->vip_hash, 0, (e->vip_mask + 1) * sizeof *e->vip_hash);
	for (unsigned n = 0; n < e->nvr; n++) {
		struct vr *v = e->vr[n];
		bool mine = uses(v, i);

		for (unsigned k = 0; k < v->c->vips.n; k++)
			if (v->vips[k].iface == i)
				v->vips[k] = (struct vip_run){ .iface = i->base };
		if (v->vif == i)
			v->vif = NULL;
		vip_index(e, n);
		if (mine && v->want_up)
			vips_want(v, true);
	}
	i->vl = NULL;
	i->base = NULL;
}

static void adopt(struct iface *i, const struct link_info *k)
{
	struct engine *e = i->e;

	i->ifindex = k->ifindex;
	iface_remember(i, k);
	i->raised = i->found_up = k->flags & IFF_UP;
	switches(i);
	log_info("%s of %s is %s", i->name, i->base->name, i->made ? "made" : "there already");
	e->vmac_rest = true;
	if (!vmac_wanted(i))
		return;
	vmac_raise(i);
	iface_renew(i);
}

static void make(struct iface *i)
{
	struct engine *e = i->e;
	const struct vlink_conf *c = i->vl;
	struct vlink want = {
		.kind = c->kind + 1, .mode = c->mode, .mac = c->kind == VLINK_MACVLAN ? c->mac : NULL, .parent = i->base->ifindex,
		.group = c->group >= 0 ? c->group : (int32_t)i->base->group, .vrf = i->base->vrf, .name = i->name,
	};
	struct link_info k;
	int err;

	if (i->base->type != ETHERNET) {
		go_plain(i, "it is not Ethernet");
		return;
	}
	if (!vlink_get(&e->link, i->name, &k)) {
		if (k.kind != want.kind || k.parent != want.parent) {
			go_plain(i, "the name belongs to another device");
			return;
		}
		i->found = true;
		want.ifindex = k.ifindex;
		want.parent = 0;
		want.name = NULL;
		err = vlink_set(&e->link, &want);
	} else {
		err = vlink_new(&e->link, &want);
		i->made = !err;
	}
	if (!err)
		err = vlink_get(&e->link, i->name, &k);
	if (!err)
		adopt(i, &k);
	else if (err != -ENODEV)			/* the base is gone again: we shall hear */
		go_plain(i, err == -EOPNOTSUPP ? "the kernel has no macvlan or ipvlan" : strerror(-err));
}

void vmac_make(struct engine *e)
{
	bool any = false;

	e->vmac_due = false;
	for (unsigned k = 0; k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (!i->vl || i->ifindex || !i->base->ifindex)
			continue;
		make(i);
		any = true;
	}
	if (!any)
		return;
	settle_bases(e);
	e->left_due = true;
}

static bool same_device(const struct vlink_conf *a, const struct vlink_conf *b)
{
	return a->kind == b->kind && a->mode == b->mode && a->group == b->group && !memcmp(a->mac, b->mac, 6);
}

static void drop(struct iface *i)
{
	if (i->made)
		del(i->e, i->ifindex);
	else if (i->found && i->raised != i->found_up)
		vlink_up(&i->e->link, i->ifindex, i->found_up);
	i->ifindex = 0;
	i->made = i->found = i->raised = false;
	i->e->left_due = true;
}

void vmac_forget(struct iface *i)
{
	if (i->vl && i->ifindex)
		drop(i);
	hush(i, false);
}

void vmac_bind(struct engine *e)
{
	const struct conf *c = e->conf;

	for (unsigned k = 0; k < c->nvlinks; k++) {
		const struct vlink_conf *vl = &c->vlinks[k];
		struct iface *i = e->ifs[vl->ifi];
		bool other = i->vl && i->vl->v6 != vl->v6;

		if (i->vl && i->ifindex && (i->base != e->ifs[vl->base] || !same_device(i->vl, vl)))
			drop(i);
		if (i->plain)
			continue;
		i->vl = vl;
		i->base = e->ifs[vl->base];
		e->vmac_due = true;
		if (i->ifindex && other)
			switches(i);
	}
	for (unsigned k = 0; k < e->nifs; k++)		/* kept as an interface, but not as ours to make */
		if (e->ifs[k]->vl && (e->ifs[k]->vl < c->vlinks || e->ifs[k]->vl >= c->vlinks + c->nvlinks)) {
			vmac_forget(e->ifs[k]);
			e->ifs[k]->vl = NULL;
			e->ifs[k]->base = NULL;
		}
	settle_bases(e);
}

void vmac_lost(struct iface *i)
{
	struct engine *e = i->e;
	struct link_info k;

	i->made = i->found = i->raised = false;
	memset(i->was, 0, sizeof i->was);
	e->vmac_due = e->left_due = true;
	for (unsigned n = 0; n < e->nifs; n++) {
		struct iface *child = e->ifs[n];

		if (child->base != i || !child->ifindex)
			continue;
		/* the base has only another name */
		if (!vlink_get(&e->link, child->name, &k) && k.ifindex == child->ifindex)
			drop(child);
		child->ifindex = 0;
		vmac_lost(child);
	}
}

void vmac_raise(struct iface *i)
{
	int err;

	if (!i || !i->vl || !i->ifindex || i->raised)
		return;
	err = vlink_up(&i->e->link, i->ifindex, true);
	i->raised = !err;
	if (err && err != -ENODEV)
		go_plain(i, err == -EADDRINUSE ? "another device has that MAC" : strerror(-err));
}

bool vmac_work(struct engine *e)
{
	for (unsigned k = 0; e->vmac_rest && k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (!i->vl || !i->raised || !i->ifindex || vmac_wanted(i))
			continue;
		vlink_up(&e->link, i->ifindex, false);
		i->raised = false;
		return true;
	}
	return e->vmac_rest = false;
}

/* All of ours in a group of their own, so that the kernel removes them at once: one by one takes it 16 ms each. */
void vmac_close(struct engine *e)
{
	struct vlink all = { .group = 0x56000000 | (getpid() & 0xffffff) };
	bool any = false;

	for (unsigned k = 0; k < e->nifs; k++) {
		struct iface *i = e->ifs[k];

		if (i->vl && i->ifindex && i->made) {
			all.ifindex = i->ifindex;
			any |= !vlink_set(&e->link, &all);
			i->made = false;
			i->ifindex = 0;
		}
		vmac_forget(i);
	}
	all.ifindex = 0;
	if (any)
		vlink_del(&e->link, &all);
}
