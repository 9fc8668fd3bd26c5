/* conf_vlink.c - virtual MACs and ipvlan: words of the file -> devices to be made (pure). Reference b.4, c.16. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
}

unsigned conf_mac(uint8_t mac[6], const char *s)
{
	unsigned n;

	for (n = 0; n < 6 && hex(s[0]) >= 0 && hex(s[1]) >= 0; s += 3) {
		mac[n++] = hex(s[0]) << 4 | hex(s[1]);
		if (s[2] != ':')
			return n >= 5 && !s[2] && !(*mac & 1) ? n : 0;
	}
	return 0;
}

/* One word of the line and what belongs to it. Returns the words taken; 0: not understood. */
static unsigned take(struct kwctx *c, struct vlink_word *w, bool ip, unsigned i)
{
	static const char modes[] = "bridge|private|vepa";
	const char *s = c->w[i].s, *next = i + 1 < c->n ? c->w[i + 1].s : "";
	int mode = ip ? kw_choice(modes, sizeof modes - 1, s) : -1;
	char *end;

	if (!strcmp(s, "group")) {
		w->group = strtol(next, &end, 0);
		if (end > next && !*end && w->group >= 0)
			return 2;
		w->group = -1;
		return 0;
	}
	if (mode >= 0) {
		w->mode = mode;
		return 1;
	}
	if (!ip && !strcmp(s, "netlink_notify_msg"))
		return w->notify = true;
	if (ip ? addr_parse(&w->addr, s) : (w->nmac = conf_mac(w->mac, s)))
		return 1;
	if (!strcmp(s, "name"))
		s = next;
	if (w->name || !kw_is_ifname(s) || strchr(s, ':'))
		return 0;
	if (!(w->name = arena_str(c->arena, s)))
		c->oom = true;
	return 1 + (s == next);
}

void conf_vlink_take(struct kwctx *c, const struct kw *k, const struct vlink_word **field, unsigned i)
{
	struct vlink_word *w = arena_get(c->arena, sizeof *w);
	unsigned n;

	*field = w;
	if (!w) {
		c->oom = true;
		return;
	}
	w->group = -1;
	for (; i < c->n; i += n ? n : 1)
		if (!(n = take(c, w, k->min, i)))
			kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s': ignored", kw_syntax(k, NULL, 0), c->w[i].s);
}

const char *conf_mac_text(char buf[MAC_STR], const uint8_t *mac, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		snprintf(buf + 3 * i, 4, "%02x:", mac[i]);
	buf[3 * n - 1] = 0;
	return buf;
}

void conf_vlink_text(const struct vlink_word *w, bool ip, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };
	char s[ADDR_STR];

	if (w->name)
		text_put(&t, " name %s", kw_quote(s, sizeof s, w->name));
	if (w->nmac)
		text_put(&t, " %s", conf_mac_text(s, w->mac, w->nmac));
	if (w->addr.family)
		text_put(&t, " %s", addr_text(&w->addr, s));
	if (ip && w->mode)
		text_put(&t, w->mode == 1 ? " private" : " vepa");
	if (w->notify)
		text_put(&t, " netlink_notify_msg");
	if (w->group >= 0)
		text_put(&t, " group %ld", (long)w->group);
	if (t.n)
		memmove(buf, buf + 1, t.n);	/* the first blank */
}

/* PREFIX.VRID, for IPv6 PREFIX6.VRID, then PREFIX1.VRID and on: the first that nothing in the file is called. */
static const char *make_name(struct load *l, const struct vrrp_conf *v, const char *prefix)
{
	char name[IFNAME_LEN], number[12] = "", end[20];
	struct text t;

	for (unsigned i = 0; ; i++) {
		snprintf(end, sizeof end, "%s.%u", number, v->vrid);
		t = (struct text){ name, sizeof name, 0 };
		text_put(&t, "%.*s%s", (int)(sizeof name - 1 - strlen(end)), prefix, end);
		if (!conf_if_taken(l, name))
			break;
		if (!i && v->family == AF_INET6)
			strcpy(number, "6");
		else
			snprintf(number, sizeof number, "%u", i + (v->family != AF_INET6));
	}
	return arena_str(l->c.arena, name);
}

static void octets(uint8_t mac[6], const struct vrrp_conf *v, const struct vlink_word *w)
{
	static const uint8_t prefix[5] = { 0, 0, 0x5e, 0, 1 };

	memcpy(mac, prefix, 5);
	mac[4] += v->family == AF_INET6;
	mac[5] = v->vrid;
	if (w)
		memcpy(mac, w->mac, w->nmac);
}

/* Index + 1 of the device that carries v's virtual MAC on an interface; own: on the instance's. */
static uint16_t device(struct load *l, const struct vrrp_conf *v, uint16_t base, bool own)
{
	const struct global_conf *g = &l->c.conf->global;
	const struct vlink_word *w = v->use_vmac ? v->use_vmac : v->use_ipvlan;
	const char *prefix = !own && g->vmac_addr_prefix ? g->vmac_addr_prefix : g->vmac_prefix ? g->vmac_prefix : "vrrp";
	struct vlink_conf d = {
		.base = base, .kind = own && !v->use_vmac ? VLINK_IPVLAN : VLINK_MACVLAN,
		.group = own && w ? w->group : -1,
	};
	struct vlink_conf *o = l->vlinks.v;
	unsigned i;

	if (d.kind == VLINK_IPVLAN) {
		assert(w);			/* own: one of the two is wanted */
		d.mode = w->mode;
	} else {
		octets(d.mac, v, v->use_vmac);
	}
	for (i = 0; i < l->vlinks.n; i++)
		if (o[i].base == base && o[i].kind == d.kind && d.kind == VLINK_MACVLAN && !memcmp(o[i].mac, d.mac, 6))
			return i + 1;
	d.name = own && w ? w->name : NULL;
	if (d.name && conf_if_taken(l, d.name)) {
		conf_tell(l, NULL, SEV_WARNING, v->use_vmac ? "use_vmac" : "use_ipvlan",
		          "the name %.60s is in use: another is made up", d.name);
		d.name = NULL;
	}
	if (!d.name)
		d.name = make_name(l, v, prefix);
	if (!d.name || !(o = list_add(l, &l->vlinks, sizeof *o))) {
		l->c.oom = true;
		return 0;
	}
	d.ifi = conf_if(l, &d.name);
	*o = d;
	set_add(l, &l->vlinkset, set_hash(0, d.name, strlen(d.name)), l->vlinks.n - 1);
	return l->vlinks.n;
}

void conf_check_vlink(struct load *l, struct vrrp_conf *v)
{
	const struct vlink_word *w = v->use_ipvlan;

	if (v->use_vmac && w) {
		conf_tell(l, NULL, SEV_WARNING, "use_ipvlan", "and use_vmac: use_vmac counts");
		v->use_ipvlan = w = NULL;
	}
	if ((!v->use_vmac && !w) || v->ifi == IF_NONE) {
		if (v->use_vmac || w)
			conf_tell(l, NULL, SEV_WARNING, "use_vmac", "needs an interface: ignored");
		v->use_vmac = v->use_ipvlan = NULL;
		return;
	}
	if (w && w->addr.family && !v->src.family) {
		if (w->addr.family == v->family)
			v->src = w->addr;
		else
			conf_tell(l, NULL, SEV_WARNING, "use_ipvlan", "its address is of the other family: ignored");
	}
	v->vlink = device(l, v, v->ifi, true);
	if (!v->vlink)
		return;
	v->vlink_name = ((struct vlink_conf *)l->vlinks.v)[v->vlink - 1].name;
	if (v->unicast && !v->xmit_base && v->use_vmac) {
		conf_tell(l, NULL, SEV_NOTE, "use_vmac",
		          "unicast adverts leave from %.60s itself (vmac_xmit_base)", v->interface);
		v->xmit_base = true;
	}
}

void conf_vlink_vip(struct load *l, const struct vrrp_conf *v, struct vip *vip)
{
	uint16_t base = conf_if(l, &vip->dev);
	struct vlink_conf *d;

	if (v->vlink && base == v->ifi)
		vip->vlink = v->vlink;
	else if (vip->use_vmac || (v->vmac_addr && v->use_vmac))
		vip->vlink = device(l, v, base, false);
	else
		return;
	d = (struct vlink_conf *)l->vlinks.v + vip->vlink - 1;
	if (vip->vlink && vip->addr.family == AF_INET6)
		d->v6 = true;
	else if (vip->vlink)
		d->v4 = true;
}
