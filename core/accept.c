/*
 * accept.c - the hall's work on addresses that this machine shall not take packets for (accept mode, RFC 9568 6.1): they
 * stand in the table before they are set, and until they are taken off. What somebody removes is put back.
 */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "log.h"

#define REPAIR_GAP (1 * SEC)	/* two daemons that both want the table shall not fight all day */
#define RETRY (60 * SEC)	/* the kernel may learn it: a module is loaded */

static bool wanted(const struct vr *v)
{
	return (v->want_up || v->heir) && !v->c->accepts;
}

static void put(const struct vr *v, unsigned k, bool add, struct nft_batch *b)
{
	const struct iface *i = v->vips[k].iface;

	nft_element(b, &v->e->accept.conf, add, &v->c->vips.v[k].addr, i->name, i->ifindex);
}

/* Another instance may have the same address, on whatever interface. */
static bool shared(const struct vr *v, unsigned k)
{
	const struct engine *e = v->e;
	const struct addr *a = &v->c->vips.v[k].addr;
	struct vip_run *r;

	for (unsigned i = 0; i < e->nifs; i++)
		for (unsigned at = 0; vips_owner(e, e->ifs[i], a, &at, &r);)
			if (r != &v->vips[k] && r->hidden && (r->iface == v->vips[k].iface || !addr_is_linklocal(a)))
				return true;
	return false;
}

void accept_collect(struct vr *v, unsigned k, struct nft_batch *add, struct nft_batch *del)
{
	struct vip_run *r = &v->vips[k];

	if (!v->e->accept.on || r->hidden == wanted(v) || (v->e->stopping && r->hidden))
		return;					/* at the end the table goes as a whole */
	if (!r->hidden || !shared(v, k))
		put(v, k, !r->hidden, r->hidden ? del : add);
	r->hidden = !r->hidden;
}

void accept_send(struct engine *e, struct nft_batch *b)
{
	if (!b->n)
		return;
	if (nft_send(&e->accept.nft, b) < 0)
		e->accept.lost = true;			/* told when it cannot be mended either */
	nft_begin(b);
}

static void again(struct timer *t, usec now)
{
	(void)t;
	(void)now;					/* waking up is enough */
}

static void on_lost(void *ctx)
{
	((struct engine *)ctx)->accept.lost = true;
}

/* The table anew, with every address that ought to be in it. */
static int make(struct engine *e)
{
	struct accept *x = &e->accept;
	struct nft_batch b;
	int err = 0;

	nft_begin(&b);
	nft_make(&b, &x->conf);
	for (unsigned i = 0; i < e->nvr; i++)
		for (unsigned k = 0; k < e->vr[i]->c->vips.n && !err; k++) {
			if ((e->vr[i]->vips[k].hidden = wanted(e->vr[i])))
				put(e->vr[i], k, true, &b);
			if (!nft_full(&b))
				continue;
			err = nft_send(&x->nft, &b);
			nft_begin(&b);
		}
	return err ? err : nft_send(&x->nft, &b);
}

static int open_table(struct engine *e)
{
	struct nft *n = &e->accept.nft;
	int err;

	if (n->cmd >= 0)
		return 0;
	n->ctx = e;
	n->on_lost = on_lost;
	n->table = e->accept.name;
	if ((err = nft_open(n)) < 0 || (err = loop_add(&e->loop, &n->src)) == 0)
		return err;
	nft_close(n);
	return err;
}

void accept_settle(struct engine *e)
{
	struct accept *x = &e->accept;
	bool repair = x->on;
	int err;

	if (!x->wanted || (x->on && !x->lost))
		return;
	if (e->now < x->next) {
		x->again.fire = again;
		heap_set(&e->heap, &x->again, x->next);
		return;
	}
	if (!(err = open_table(e)))
		err = make(e);
	if (err && !x->failed)
		log_err("packets to the addresses of instances with no_accept or strict_mode are NOT dropped: no nf_tables (%s); "
		        "the kernel needs nf_tables and nf_tables_inet (OpenWrt: kmod-nft-core)", strerror(-err));
	if (!err && repair && !(x->repairs & (x->repairs + 1)))	/* the 1st, 2nd, 4th, 8th ... time */
		log_notice("nf_tables table %s, or part of it, was removed by somebody else: put back", x->name);
	x->repairs += repair;
	x->on = !err;
	x->failed = err;
	x->lost = false;
	x->next = e->now + (err ? RETRY : REPAIR_GAP);
}

static void remove_table(struct engine *e)
{
	struct nft_batch b;

	nft_begin(&b);
	nft_remove(&b, &e->accept.conf);
	nft_send(&e->accept.nft, &b);
	e->accept.on = false;
}

static void say_instance(struct vr *v)
{
	if (!v->c->accepts && !v->told_accept)
		log_notice("(%s) packets to its addresses are dropped, no ping and no connection (%s)", v->c->name,
		           v->c->no_accept ? "no_accept" : "strict mode");
	v->told_accept = !v->c->accepts;
	v->e->accept.wanted |= !v->c->accepts;
}

/* Daemons with an `instance' of their own may share a network: each has its table. */
static void name_table(const struct global_conf *g, char name[NAME_LEN])
{
	bool given = g->nft_table && *g->nft_table, own = !given && g->instance;

	snprintf(name, NAME_LEN, "%s%s%s", given ? g->nft_table : "vrrpbox", own ? "." : "", own ? g->instance : "");
}

void accept_apply(struct engine *e)
{
	const struct global_conf *g = &e->conf->global;
	struct accept *x = &e->accept;
	const struct nft_conf c = { x->name, g->nft_prio, g->nft_counters, g->nft_ifindex };
	char table[NAME_LEN];

	name_table(g, table);
	if (x->on && strcmp(x->name, table))
		remove_table(e);
	if (c.prio != x->conf.prio || c.counters != x->conf.counters || c.by_index != x->conf.by_index)
		x->on = false;
	strcpy(x->name, table);
	x->conf = c;
	x->wanted = false;
	for (unsigned i = 0; i < e->nvr; i++)
		say_instance(e->vr[i]);
	if (!x->wanted && (x->nft.cmd >= 0 || (!x->looked && nft_open(&x->nft) == 0))) {
		x->on = true;				/* or a predecessor's */
		accept_close(e);
	}
	x->looked = true;
	x->next = 0;
	accept_settle(e);
}

void accept_close(struct engine *e)
{
	struct accept *x = &e->accept;

	if (x->nft.cmd < 0)
		return;
	if (x->on && !(e->stopping && e->keep_vips))
		remove_table(e);
	loop_del(&e->loop, &x->nft.src);
	nft_close(&x->nft);
	x->on = false;
}
