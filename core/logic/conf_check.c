/* conf_check.c - what holds only for the whole file: required words, conflicts, inheritance (pure). Reference a.9, c.1 - c.13. */
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"

/* Ethernet, MTU 1500 (reference c.8) */
enum { VIPS_MAX4 = 255, VIPS_MAX6 = 89 };
#define V3_ADV_MAX (40950 * MS)

void conf_tell(struct load *l, const struct place *at, enum severity sev, const char *word, const char *text, ...)
{
	char buf[256];
	va_list ap;

	va_start(ap, text);
	vsnprintf(buf, sizeof buf, text, ap);
	va_end(ap);
	report_say(l->c.report, sev, at ? at : &l->about->at, word, "(%.60s) %s", l->about->name, buf);
}

#define TELL(sev, word, ...) conf_tell(l, NULL, SEV_##sev, word, __VA_ARGS__)

static bool is_on(uint8_t own, bool global)
{
	return own == TRI_UNSET ? global : own == TRI_ON;
}

static usec first_usec(usec a, usec b, usec c)
{
	return a >= 0 ? a : b >= 0 ? b : c;
}

static uint16_t first_count(uint16_t a, uint16_t b, uint16_t c)
{
	return a != UINT16_MAX ? a : b != UINT16_MAX ? b : c;
}

void conf_inherit(struct vrrp_conf *v, const struct global_conf *g)
{
	static const uint8_t group4[4] = { 224, 0, 0, 18 }, group6[16] = { 0xff, 2, [15] = 0x12 };
	const struct addr *group = v->family == AF_INET6 ? &g->group6 : &g->group4;
	bool min = g->min_garp;

	if (!v->version)
		v->version = v->family == AF_INET6 ? 3 : g->version;
	if (!v->down_adverts)
		v->down_adverts = g->down_adverts;
	v->skip_check_adv_addr = is_on(v->t_skip, g->skip_check_adv_addr);
	v->lower_no_advert = is_on(v->t_lower, g->lower_no_advert);
	v->higher_send = is_on(v->t_higher, g->higher_send);
	v->owner_ignore = is_on(v->t_owner_ignore, g->owner_ignore);
	v->check_unicast_src = is_on(v->t_check_src, g->check_unicast_src);
	v->smtp_alert = is_on(v->t_smtp, (g->smtp_alert_vrrp ? g->smtp_alert_vrrp : g->smtp_alert) == TRI_ON);
	v->notify_priority = is_on(v->t_notify_prio, g->notify_priority);
	if (v->strict) {
		v->lower_no_advert = v->owner_ignore = true;
		v->higher_send = false;
		v->down_adverts = 3;
		v->garp_lower_repeat = v->garp_lower_delay = 0;
	}
	v->claim_yield = v->t_conflict ? v->t_conflict - 1 : g->conflict;
	v->v3_csum = v->t_csum ? v->t_csum - 1 : g->v3_csum;
	if (v->garp_extra < 0) {
		v->garp_extra = g->garp_extra;
		v->garp_extra_all = g->garp_extra_all;
	}
	v->garp_delay = first_usec(v->garp_delay, g->garp_delay, min ? 0 : 5 * SEC);
	v->garp_refresh = first_usec(v->garp_refresh, g->garp_refresh, 0);
	v->garp_lower_delay = first_usec(v->garp_lower_delay, g->garp_lower_delay, v->garp_delay);
	v->garp_repeat = first_count(v->garp_repeat, g->garp_repeat, min ? 1 : 5);
	v->garp_refresh_repeat = first_count(v->garp_refresh_repeat, g->garp_refresh_repeat, !min);
	v->garp_lower_repeat = first_count(v->garp_lower_repeat, g->garp_lower_repeat, v->garp_repeat);
	if (v->group.family)
		return;
	if (group->family)
		v->group = *group;
	else if (v->family == AF_INET6)
		addr_set(&v->group, AF_INET6, group6);
	else
		addr_set(&v->group, AF_INET, group4);
}

static const char *family_name(int family)
{
	return family == AF_INET6 ? "IPv6" : "IPv4";
}

/* The first of these that says it decides. */
static uint8_t family_of(const struct vrrp_conf *v)
{
	if (v->native_ipv6)
		return AF_INET6;
	if (v->vips.n && !v->vips.v[0].excluded)
		return v->vips.v[0].addr.family;
	if (v->src.family)
		return v->src.family;
	return v->peers.n ? v->peers.v[0].addr.family : AF_INET;
}

static void check_family(struct load *l, struct vrrp_conf *v)
{
	struct addr *one[] = { &v->src, &v->group };
	const char *const word[] = { "mcast_src_ip", "mcast_dst_ip" };
	unsigned i, n;

	v->family = family_of(v);
	for (i = 0; i < 2; i++)
		if (one[i]->family && one[i]->family != v->family) {
			TELL(WARNING, word[i], "is not %s as the instance is: ignored", family_name(v->family));
			memset(one[i], 0, sizeof *one[i]);
		}
	for (i = n = 0; i < v->peers.n; i++) {
		if (v->peers.v[i].addr.family == v->family)
			v->peers.v[n++] = v->peers.v[i];
		else
			TELL(WARNING, "unicast_peer", "peer %u is not %s as the instance is: dropped", i + 1, family_name(v->family));
	}
	v->peers.n = n;
	v->unicast = n;
	if (v->peers_given && !n)
		TELL(WARNING, "unicast_peer", v->fault_no_peer ? "has no peer: FAULT" : "has no peer: multicast is used");
}

/* Is vips[n] among those before it in this instance? seen holds those of all instances. */
static bool seen_vip(struct load *l, const struct vip *vips, unsigned n, struct set *seen)
{
	const struct addr *a = &vips[n].addr;
	uint32_t hash = set_hash(1 + (l->about - l->c.conf->vrrp), a->b, sizeof a->b);
	unsigned i, pos = 0;

	while ((i = set_next(seen, hash, &pos)))
		if (i <= n && addr_eq(&vips[i - 1].addr, a))
			return true;
	set_add(l, seen, hash, n);
	return false;
}

static void default_dev(struct load *l, struct vip *vip)
{
	const char *dev = l->c.conf->global.default_interface;

	if (vip->dev)
		return;
	vip->dev = dev ? dev : "eth0";
	conf_if(l, &vip->dev);
}

static void check_vips(struct load *l, struct vrrp_conf *v, struct set *seen)
{
	unsigned i, n = 0, advertised = 0, max = v->family == AF_INET6 ? VIPS_MAX6 : VIPS_MAX4, surplus = 0;
	struct vip *vips = v->vips.v, *vip;

	for (i = 0; i < v->vips.n; i++) {
		vip = &vips[n];
		*vip = vips[i];
		if (!vip->excluded && vip->addr.family != v->family) {
			conf_tell(l, &vip->at, SEV_WARNING, "virtual_ipaddress",
			        "address is not %s as the instance is: dropped", family_name(v->family));
			continue;
		}
		if (seen_vip(l, vips, n, seen)) {
			conf_tell(l, &vip->at, SEV_WARNING, "virtual_ipaddress", "address is there already: dropped");
			continue;
		}
		if (!vip->excluded && advertised == max) {
			vip->excluded = true;
			surplus++;
		}
		advertised += !vip->excluded;
		if (!vip->dev)
			vip->dev = v->interface;
		default_dev(l, vip);
		conf_vlink_vip(l, v, vip);
		n++;
	}
	v->vips.n = n;
	l->c.conf->nvips += n;
	if (surplus)
		TELL(WARNING, "virtual_ipaddress", "%u addresses fit into an advert, the last %u are set but not advertised", max, surplus);
	if (!advertised && (v->version == 3 || v->strict))
		TELL(ERROR, "virtual_ipaddress", "is missing: %s needs an address", v->strict ? "strict mode" : "version 3");
	else if (!advertised && !v->no_vips_wanted)
		TELL(WARNING, "virtual_ipaddress", "is missing: nothing to advertise (no_virtual_ipaddress if that is meant)");
	if (advertised && v->family == AF_INET6 && !addr_is_linklocal(&vips[0].addr))
		TELL(NOTE, "virtual_ipaddress", "the first IPv6 address should be link-local (fe80::)");
}

static void check_interface(struct load *l, struct vrrp_conf *v)
{
	v->ifi = IF_NONE;
	if (v->interface && v->vrf) {
		TELL(WARNING, "vrf", "is for an instance without interface: ignored");
		v->vrf = NULL;
	}
	if (v->interface)
		v->ifi = conf_if(l, &v->interface);
	else if (!v->unicast || !v->src.family || addr_is_linklocal(&v->src))
		TELL(ERROR, "interface", "is missing (only unicast with unicast_src_ip can do without)");
	else if (v->vrf)
		v->ifi = conf_if(l, &v->vrf);
}

static void check_interval(struct load *l, struct vrrp_conf *v)
{
	usec given = v->adv, step = v->version == 2 ? SEC : 10 * MS;
	char was[24], is[24];

	v->adv = (v->adv + step / 2) / step * step;
	if (v->adv < step)
		v->adv = step;
	if (v->version == 3 && v->adv > V3_ADV_MAX)
		v->adv = V3_ADV_MAX;
	if (v->adv != given)
		TELL(WARNING, "advert_int", "version %u cannot say %s s: %s used", v->version,
		     kw_seconds_text(given, was, sizeof was), kw_seconds_text(v->adv, is, sizeof is));
}

static void check_role(struct load *l, struct vrrp_conf *v)
{
	bool first = v->state == START_MASTER || v->prio == 255;

	if (!v->prio && v->state == START_MASTER)
		TELL(NOTE, "priority", "is missing: 255, which owns the addresses");
	if (!v->prio)
		v->prio = v->state == START_MASTER ? 255 : 100;
	if (v->preempt_word && v->nopreempt) {
		TELL(WARNING, "preempt", "and nopreempt: preempt counts");
		v->nopreempt = false;
	}
	if (first && (v->nopreempt || v->preempt_delay)) {
		TELL(WARNING, v->nopreempt ? "nopreempt" : "preempt_delay", "needs state BACKUP and a priority below 255: reset");
		v->nopreempt = false;
		v->preempt_delay = 0;
	}
	if (v->late_prio && !v->nopreempt) {
		TELL(WARNING, "timer_expired_backup", "has no meaning without nopreempt: ignored");
		v->late_prio = 0;
	}
	if (v->nopreempt && v->preempt_delay) {
		TELL(WARNING, "preempt_delay", "has no meaning with nopreempt: reset");
		v->preempt_delay = 0;
	}
}

static void check_auth(struct load *l, struct vrrp_conf *v)
{
	const char *why = NULL;

	if (!v->auth_type && !v->auth[0])
		return;
	if (v->version == 3 || v->family == AF_INET6)
		why = "only for version 2 over IPv4: ignored";
	else if (!v->auth_type)
		why = "auth_type is missing: ignored";
	else if (!v->auth[0])
		why = "auth_pass is missing: ignored";
	if (!why && v->auth_type == AUTH_AH && v->state == START_MASTER) {
		TELL(WARNING, "state", "MASTER does not go with AH, whose numbers must be heard first: cleared");
		v->state = START_UNSET;
	}
	if (!why)
		return;
	TELL(WARNING, "authentication", "%s", why);
	v->auth_type = AUTH_NONE;
	memset(v->auth, 0, sizeof v->auth);
}

/* RFC 9568 8.4 knows it for IPv4 only, where version 2 is. */
static void check_mixed(struct load *l, struct vrrp_conf *v)
{
	bool fits = v->version == 3 && v->family == AF_INET;

	v->mixed = is_on(v->t_mixed, l->c.conf->global.mixed);
	if (v->mixed && !fits && (v->t_mixed || v->family == AF_INET))
		conf_tell(l, NULL, v->t_mixed ? SEV_WARNING : SEV_NOTE, "send_v2_and_v3", "is for version 3 over IPv4: ignored");
	v->mixed &= fits;
}

static void check_ifaces(struct load *l, struct vrrp_conf *v)
{
	unsigned i, n = 0;
	struct track *t;

	for (i = 0; i < v->ifaces.n; i++) {
		t = &v->ifaces.v[n];
		*t = v->ifaces.v[i];
		if (t->index == v->ifi)
			conf_tell(l, &t->at, SEV_WARNING, t->name, "the instance's own interface is tracked anyway: ignored");
		else if (v->prio == 255 && t->weight)
			conf_tell(l, &t->at, SEV_WARNING, t->name, "priority 255 takes no weights: not tracked");
		else
			n += conf_member_weight(l, v, t, true);
	}
	v->ifaces.n = n;
}

/* One router per interface, family and vrid, unless their adverts cannot meet. */
static void check_unique(struct load *l, const struct vrrp_conf *v, struct set *seen)
{
	const uint16_t key[] = { v->ifi, v->family, v->vrid };
	uint32_t hash = set_hash(0, key, sizeof key);
	const struct vrrp_conf *o;
	unsigned i, pos = 0;

	while ((i = set_next(seen, hash, &pos))) {
		o = &l->c.conf->vrrp[i - 1];
		if (o->ifi != v->ifi || o->family != v->family || o->vrid != v->vrid || o->unicast != v->unicast)
			continue;
		if (v->unicast ? addr_eq(&o->src, &v->src) : addr_eq(&o->group, &v->group))
			TELL(ERROR, "virtual_router_id", "%u is used by %.60s on the same interface", v->vrid, o->name);
	}
	set_add(l, seen, hash, v - l->c.conf->vrrp);
}

/* What stands for no instance; a track_group needs both its ends. */
static void check_fixed(struct load *l, struct set *routes)
{
	struct conf *c = l->c.conf;
	const struct member *m;
	unsigned i, k;

	for (i = 0; i < c->fixed.vips.n; i++) {
		struct vip *vip = &c->fixed.vips.v[i];

		default_dev(l, vip);
		if (vip->use_vmac)
			report_say(l->c.report, SEV_WARNING, &vip->at, "use_vmac", "of an instance's addresses only: ignored");
		vip->use_vmac = false;
	}
	c->nvips += c->fixed.vips.n;
	conf_check_routes(l, &c->fixed, routes);
	for (m = c->members; m < c->members + c->nmembers; m++)
		if (!conf_find_vrrp(l, m->name))
			report_say(l->c.report, SEV_WARNING, &m->at, "track_group", "there is no instance `%.60s': ignored", m->name);
	for (i = 0; i < c->nties; i++) {
		for (k = 0; k < c->nmembers && strcmp(c->members[k].group, c->ties[i].group); k++)
			;
		if (k == c->nmembers)
			report_say(l->c.report, SEV_WARNING, &c->ties[i].at, "track_group", "there is no `%.60s': nobody follows the entry",
			           c->ties[i].group);
	}
}

static void check_vrrp(struct load *l, struct vrrp_conf *v, struct set *routers, struct set *vips, struct set *routes)
{
	l->about = v;
	if (!v->vrid)
		TELL(ERROR, "virtual_router_id", "is missing: 1 to 255");
	check_family(l, v);
	conf_strict(l, v);
	conf_inherit(v, &l->c.conf->global);
	check_interface(l, v);
	check_interval(l, v);
	check_role(l, v);
	check_auth(l, v);
	check_mixed(l, v);
	conf_check_vlink(l, v);
	check_vips(l, v, vips);
	conf_check_tracks(l, v);
	check_ifaces(l, v);
	conf_check_routes(l, v, routes);
	conf_member_tracks(l, v);
	if (v->vrid)
		check_unique(l, v, routers);
}

static void check_table(struct load *l)
{
	struct global_conf *g = &l->c.conf->global;

	if (g->nft_table && strlen(g->nft_table) >= NAME_LEN) {
		report_say(l->c.report, SEV_WARNING, NULL, "nftables", "a name has at most 63 characters: ignored");
		g->nft_table = NULL;
	}
}

void conf_check(struct load *l)
{
	struct conf *c = l->c.conf;
	struct set routers = { 0 }, vips = { 0 }, routes = { 0 };
	unsigned i;

	l->routes.n = 0;
	check_fixed(l, &routes);
	conf_check_groups(l);
	for (i = 0; i < c->nvrrp; i++)
		check_vrrp(l, &c->vrrp[i], &routers, &vips, &routes);
	conf_check_trackers(l);
	check_table(l);
	conf_check_ifs(l);
	if (!c->nvrrp && !c->fixed.vips.n && !c->fixed.routes.n)
		report_say(l->c.report, SEV_NOTE, NULL, "vrrp_instance", "there is none: nothing to do");
}
