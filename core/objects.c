/*
 * objects.c - the hall's objects follow the configuration: made at load; kept, changed, made anew or removed at
 * reload. Everything is made first, so that a lack of memory leaves the running configuration as it was.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "config.h"
#include "engine.h"
#include "log.h"

enum { TIMERS_PER_VR = 3, TIMERS_PER_SCRIPT = 2, TIMERS_OTHER = 8 };

/* What is being made; swapped into the engine when it is whole. */
struct next {
	struct vr **vr;
	struct iface **ifs;
	struct script **scripts;
	unsigned nvr, nifs, nscripts;
	uint16_t *vr_hash;
	uint32_t *vip_hash;
	unsigned vr_mask, vip_mask;
};

static unsigned mask_for(unsigned n)
{
	unsigned m = 8;

	while (m < 2 * n)
		m *= 2;
	return m - 1;
}

static struct iface *iface_new(struct engine *e, const char *name)
{
	struct iface *i = calloc(1, sizeof *i);

	if (!i)
		return NULL;
	i->e = e;
	strncpy(i->namebuf, name, sizeof i->namebuf - 1);
	i->name = i->namebuf;
	for (int f = 0; f < 2; f++) {
		i->port[f].iface = i;
		i->port[f].src.fd = -1;
		i->port[f].family = f ? AF_INET6 : AF_INET;
	}
	return i;
}

static struct iface *dev_of(const struct next *n, const struct conf *c, const struct vr *v, const struct vip *vip)
{
	if (!vip->dev || vip->dev == c->ifs[v->c->ifi] || !strcmp(vip->dev, v->iface->name))
		return v->iface;
	for (unsigned i = 0; i < n->nifs; i++)
		if (!strcmp(n->ifs[i]->name, vip->dev))
			return n->ifs[i];
	return v->iface;
}

static bool fill_vips(struct vr *v, const struct conf *c, const struct next *n, struct vip_run **out)
{
	const struct vrrp_conf *vc = v->c;
	struct vip_run *r = calloc(vc->vips.n + 1, sizeof *r);

	if (!r)
		return false;
	for (unsigned i = 0; i < vc->vips.n; i++)
		r[i].iface = dev_of(n, c, v, &vc->vips.v[i]);
	*out = r;
	return true;
}

static size_t message_room(const struct vrrp_conf *c)
{
	size_t one = 8 + 8, len = addr_len(&c->group);

	for (unsigned i = 0; i < c->vips.n && !c->vips.v[i].excluded; i++)
		one += len;
	return one * (c->unicast ? c->peers.n : 1);
}

/* What fsm and pkt need to know of the configuration. The effective priority stays with the trackers. */
static void instruct(struct vr *v, const struct vrrp_conf *c)
{
	uint8_t prio = v->fc.prio ? v->fc.prio : c->prio;

	v->c = c;
	v->fc = (struct fsm_conf){
		.prio = c->prio == 255 ? 255 : prio, .version = c->version, .down_adverts = c->down_adverts,
		.nopreempt = c->nopreempt, .start_backup = c->state == START_BACKUP,
		.lower_no_advert = c->lower_no_advert, .higher_send = c->higher_send,
		.preempt_delay = c->preempt_delay, .adv = c->adv,
	};
	v->want = (struct pkt_want){
		.version = c->version, .auth_type = c->auth_type, .unicast = c->unicast,
		.check_src = c->check_unicast_src, .ignore_all = c->owner_ignore && c->prio == 255,
		.adv = c->adv, .peers = c->peers.v, .npeers = c->peers.n,
	};
	memcpy(v->want.auth, c->auth, sizeof v->want.auth);
}

static enum pkt_csum first_form(const struct vrrp_conf *c)
{
	if (c->family == AF_INET6 || c->version == 2)
		return CSUM_PSEUDO;
	if (c->old_unicast_csum && c->unicast)
		return CSUM_OLD_UNICAST;
	return c->v3_csum == V3_CSUM_RFC ? CSUM_PLAIN : CSUM_PSEUDO;
}

static void vr_free(struct vr *v)
{
	free(v->vips);
	free(v->msg);
	free(v);
}

static struct vr *vr_new(struct engine *e, const struct conf *c, const struct vrrp_conf *vc, const struct next *n)
{
	struct vr *v = calloc(1, sizeof *v);

	if (!v)
		return NULL;
	v->e = e;
	v->iface = n->ifs[vc->ifi == IF_NONE ? c->nifs : vc->ifi];
	instruct(v, vc);
	v->csum = first_form(vc);
	v->msg = calloc(1, message_room(vc));
	if (!v->msg || !fill_vips(v, c, n, &v->vips)) {
		vr_free(v);
		return NULL;
	}
	fsm_init(&v->fsm);
	vips_calm(v);
	vr_hooks(v);
	return v;
}

static struct script *script_new(struct engine *e, const struct script_conf *c)
{
	struct script *s = calloc(1, sizeof *s);

	if (!s)
		return NULL;
	s->e = e;
	s->c = c;
	s->since = e->now;
	hyst_init(&s->hyst, c->rise, c->fall, c->init_fail);
	return s;
}

static struct vr *same_vr(const struct engine *e, const struct vrrp_conf *c, unsigned hint)
{
	if (hint < e->nvr && conf_same_vrrp(e->vr[hint]->c, c))
		return e->vr[hint];
	for (unsigned i = 0; i < e->nvr; i++)
		if (conf_same_vrrp(e->vr[i]->c, c))
			return e->vr[i];
	return NULL;
}

static struct script *same_script(const struct engine *e, const struct script_conf *c)
{
	for (unsigned i = 0; i < e->nscripts; i++)
		if (e->scripts[i] && !strcmp(e->scripts[i]->c->name, c->name))
			return e->scripts[i];
	return NULL;
}

static bool restarts(const struct vr *v, const struct vrrp_conf *c)
{
	return conf_diff_vrrp(v->c, c) & 1u << APPLY_RESTART || (v->c->prio == 255) != (c->prio == 255);
}

static bool make_ifs(struct engine *e, const struct conf *c, struct next *n)
{
	n->nifs = c->nifs + 1;
	n->ifs = calloc(n->nifs, sizeof *n->ifs);
	for (unsigned i = 0; n->ifs && i < n->nifs; i++) {
		const char *name = i < c->nifs ? c->ifs[i] : "";

		n->ifs[i] = e->ifs ? iface_find(e, name) : NULL;
		if (!n->ifs[i] && !(n->ifs[i] = iface_new(e, name)))
			return false;
	}
	return n->ifs != NULL;
}

static bool make_scripts(struct engine *e, const struct conf *c, struct next *n)
{
	n->nscripts = c->nscripts;
	n->scripts = calloc(c->nscripts + 1, sizeof *n->scripts);
	for (unsigned i = 0; n->scripts && i < c->nscripts; i++) {
		struct script *old = same_script(e, &c->scripts[i]);

		if (!c->scripts[i].used)
			continue;
		if (old && conf_diff_script(old->c, &c->scripts[i]) & 1u << APPLY_RESTART)
			old = NULL;
		n->scripts[i] = old ? old : script_new(e, &c->scripts[i]);
		if (!n->scripts[i])
			return false;
	}
	return n->scripts != NULL;
}

static bool make_vrs(struct engine *e, const struct conf *c, struct next *n)
{
	n->nvr = c->nvrrp;
	n->vr = calloc(c->nvrrp + 1, sizeof *n->vr);
	for (unsigned i = 0; n->vr && i < c->nvrrp; i++) {
		struct vr *old = same_vr(e, &c->vrrp[i], i);

		n->vr[i] = old && !restarts(old, &c->vrrp[i]) ? old : vr_new(e, c, &c->vrrp[i], n);
		if (!n->vr[i])
			return false;
	}
	return n->vr != NULL;
}

static bool make_tables(struct engine *e, const struct conf *c, struct next *n)
{
	unsigned cap = TIMERS_PER_VR * (c->nvrrp + e->nvr) + TIMERS_PER_SCRIPT * (c->nscripts + e->nscripts) + TIMERS_OTHER;
	struct timer **heap = realloc(e->heap_array, cap * sizeof *heap);

	if (!heap)
		return false;
	e->heap_array = e->heap.v = heap;
	e->heap.cap = cap;
	n->vr_mask = mask_for(c->nvrrp);
	n->vip_mask = mask_for(c->nvips);
	n->vr_hash = calloc(n->vr_mask + 1, sizeof *n->vr_hash);
	n->vip_hash = calloc(n->vip_mask + 1, sizeof *n->vip_hash);
	return n->vr_hash && n->vip_hash;
}

static bool in_vrs(struct vr *const *v, unsigned n, const struct vr *x)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static bool in_ifs(struct iface *const *v, unsigned n, const struct iface *x)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

static bool in_scripts(struct script *const *v, unsigned n, const struct script *x)
{
	for (unsigned i = 0; i < n; i++)
		if (v[i] == x)
			return true;
	return false;
}

/* Free what is in n and not in use by the engine: a load that failed half way. */
static void unmake(struct engine *e, struct next *n)
{
	for (unsigned i = 0; n->vr && i < n->nvr; i++)
		if (n->vr[i] && !in_vrs(e->vr, e->nvr, n->vr[i]))
			vr_free(n->vr[i]);
	for (unsigned i = 0; n->ifs && i < n->nifs; i++)
		if (n->ifs[i] && !in_ifs(e->ifs, e->nifs, n->ifs[i]))
			free(n->ifs[i]);
	for (unsigned i = 0; n->scripts && i < n->nscripts; i++)
		if (n->scripts[i] && !in_scripts(e->scripts, e->nscripts, n->scripts[i]))
			free(n->scripts[i]);
	free(n->vr);
	free(n->ifs);
	free(n->scripts);
	free(n->vr_hash);
	free(n->vip_hash);
}

/* Resign and leave; notify scripts may still be running, so the object waits in e->leaving. */
static void dismiss(struct vr *v)
{
	const struct fsm_ev ev = { .kind = EV_DOWN, .why = WHY_RELOAD };
	struct engine *e = v->e;

	vr_event(v, &ev);
	tx_flush(e);
	vips_drain(e);
	heap_del(&e->heap, &v->timer);
	heap_del(&e->heap, &v->later);
	v->fsm.state = FSM_STOPPED;
	notify_gone(v);
	v->job_next = e->leaving;
	e->leaving = v;
}

static void reap(struct engine *e, bool force)
{
	struct vr **p = &e->leaving, *v;

	while ((v = *p)) {
		if (v->notify.stage && !force) {
			p = &v->job_next;
			continue;
		}
		*p = v->job_next;
		notify_drop(v);
		vr_free(v);
	}
	if (!e->leaving && e->retired) {
		config_free(e->retired);
		e->retired = NULL;
	}
}

void engine_reap(struct engine *e)
{
	if (e->retired)
		reap(e, false);
}

/* An address kept across a reload stays where it is; one that is not configured any more is taken off. */
static bool move_vips(struct vr *v, const struct vrrp_conf *c, const struct conf *conf, const struct next *n)
{
	const struct vrrp_conf *old = v->c;
	struct vip_run *was = v->vips, *now;
	uint8_t *msg = calloc(1, message_room(c));

	v->c = c;
	if (!msg || !fill_vips(v, conf, n, &now)) {
		free(msg);
		v->c = old;
		return false;
	}
	for (unsigned i = 0; i < c->vips.n; i++)
		for (unsigned k = 0; k < old->vips.n; k++)
			if (was[k].iface && conf_same_vip(&old->vips.v[k], &c->vips.v[i]) && was[k].iface == now[i].iface) {
				now[i] = was[k];
				was[k].iface = NULL;		/* taken */
				break;
			}
	v->c = old;
	vips_remove_rest(v, was);
	free(v->vips);
	free(v->msg);
	v->vips = now;
	v->msg = msg;
	v->msg_len = 0;
	return true;
}

/* A kept instance gets its new orders. false: no memory for changed addresses, the old ones stay. */
static void reinstruct(struct vr *v, const struct vrrp_conf *c, const struct conf *conf, const struct next *n)
{
	struct fsm_conf old = v->fc;
	const struct fsm_ev ev = { .kind = EV_CONF, .old = &old };
	const struct vrrp_conf *before = v->c;
	unsigned need = conf_diff_vrrp(before, c);
	bool vips = (need & 1u << APPLY_VIPS || before->peers.n != c->peers.n) && move_vips(v, c, conf, n);

	instruct(v, c);
	if (!need)
		return;
	if (need & 1u << APPLY_LIVE && before->v3_csum != c->v3_csum)
		v->csum = first_form(c);
	if (v->src.family)
		vr_message(v);
	vr_event(v, &ev);
	if (vips && v->want_up) {
		vips_want(v, true);
		if (v->fsm.state == FSM_MASTER)
			vr_advert(v, false);
	}
}

static void swap_tables(struct engine *e, struct conf *c, struct next *n)
{
	struct next old = {
		e->vr, e->ifs, e->scripts, e->nvr, e->nifs, e->nscripts, e->vr_hash, e->vip_hash, 0, 0,
	};

	e->conf = c;
	e->vr = n->vr, e->nvr = n->nvr;
	e->ifs = n->ifs, e->nifs = n->nifs;
	e->scripts = n->scripts, e->nscripts = n->nscripts;
	e->vr_hash = n->vr_hash, e->vr_mask = n->vr_mask;
	e->vip_hash = n->vip_hash, e->vip_mask = n->vip_mask;
	*n = old;
}

/* Interfaces and scripts that the new configuration does not name. */
static void drop_rest(struct engine *e, struct next *old)
{
	for (unsigned i = 0; i < old->nifs; i++)
		if (!in_ifs(e->ifs, e->nifs, old->ifs[i])) {
			port_close(&old->ifs[i]->port[0]);
			port_close(&old->ifs[i]->port[1]);
			free(old->ifs[i]);
		}
	for (unsigned i = 0; i < old->nscripts; i++)
		if (old->scripts[i] && !in_scripts(e->scripts, e->nscripts, old->scripts[i])) {
			script_stop(old->scripts[i]);
			free(old->scripts[i]);
		}
	free(old->vr);
	free(old->ifs);
	free(old->scripts);
	free(old->vr_hash);
	free(old->vip_hash);
}

int engine_apply(struct engine *e, struct conf *c)
{
	struct next n = { 0 };

	if (!make_tables(e, c, &n) || !make_ifs(e, c, &n) || !make_scripts(e, c, &n) || !make_vrs(e, c, &n)) {
		unmake(e, &n);
		return -ENOMEM;
	}
	reap(e, true);
	for (unsigned i = 0; i < e->nvr; i++)
		if (!in_vrs(n.vr, n.nvr, e->vr[i]))
			dismiss(e->vr[i]);
	for (unsigned i = 0; i < n.nvr; i++)
		if (e->conf && n.vr[i]->c != &c->vrrp[i])
			reinstruct(n.vr[i], &c->vrrp[i], c, &n);
	for (unsigned i = 0; i < n.nscripts; i++)
		if (n.scripts[i])
			n.scripts[i]->c = &c->scripts[i];
	swap_tables(e, c, &n);
	for (unsigned i = 0; i < e->nvr; i++) {
		vr_index(e, i);
		vip_index(e, i);
	}
	drop_rest(e, &n);
	return 0;
}

/* New interfaces are looked up, new scripts start, new instances begin, kept ones look at their trackers again. */
static void begin_new(struct engine *e)
{
	e->starting = true;
	ifs_dump(e);
	e->starting = false;
	for (unsigned i = 0; i < e->nscripts; i++)
		if (e->scripts[i] && !e->scripts[i]->next.slot)
			script_start(e->scripts[i]);
	for (unsigned i = 0; i < e->nifs; i++)
		for (int f = 0; f < 2; f++)
			if (e->ifs[i]->port[f].src.fd >= 0)
				port_open(&e->ifs[i]->port[f]);		/* groups of new users */
	for (unsigned i = 0; i < e->nvr; i++) {
		vr_update(e->vr[i]);
		if (e->vr[i]->fsm.state != FSM_MASTER)
			vips_want(e->vr[i], false);
	}
}

int engine_reload(struct engine *e, struct conf *c)
{
	struct conf *old = e->conf;
	int err;

	e->now = clock_now();
	if ((err = engine_apply(e, c)) < 0)
		return err;
	begin_new(e);
	e->retired = old;
	reap(e, false);
	return 0;
}

void engine_free(struct engine *e)
{
	struct next all = {
		e->vr, e->ifs, e->scripts, e->nvr, e->nifs, e->nscripts, e->vr_hash, e->vip_hash, 0, 0,
	};

	reap(e, true);
	for (unsigned i = 0; i < e->nvr; i++) {
		notify_drop(e->vr[i]);
		notify_gone(e->vr[i]);
		vr_free(e->vr[i]);
	}
	e->nvr = e->nifs = e->nscripts = 0;
	drop_rest(e, &all);
	free(e->heap_array);
	child_close(&e->chld);
	if (e->frames >= 0)
		close(e->frames);
	if (e->tx4 >= 0)
		close(e->tx4);
	if (e->tx6 >= 0)
		close(e->tx6);
	link_close(&e->link);
	loop_close(&e->loop);
	if (e->conf)
		config_free(e->conf);
	e->conf = NULL;
}
