/* conf_addr.c - entries of address lists: line -> vip -> text (pure). Reference b.9, c.14. */
#include <linux/if_addr.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"

enum { SCOPE_HOST = 254, LIFE_UNSET = INT32_MAX - 1 };

static unsigned host_len(const struct addr *a)
{
	return 8 * addr_len(a);
}

/* ADDR[/LEN]; a bad LEN is said, the host length taken. */
static bool prefix(struct load *l, unsigned i, const char *text, struct addr *a, uint8_t *plen)
{
	const char *slash = kw_prefix(text, a);
	unsigned long len;
	char *end;

	if (!slash)
		return false;
	*plen = host_len(a);
	if (!*slash)
		return true;
	len = strtoul(slash + 1, &end, 10);
	if (end == slash + 1 || *end || len > host_len(a))
		kw_say(&l->c, SEV_WARNING, i, text, "expected a prefix length up to %u: %u used", host_len(a), host_len(a));
	else
		*plen = len;
	return true;
}

/* Host bits all one or all zero. */
static void net_broadcast(struct vip *v)
{
	unsigned i, host;

	memcpy(v->brd, v->addr.b, sizeof v->brd);
	for (i = 0; i < 4; i++) {
		host = v->plen >= 8 * (i + 1) ? 0 : v->plen <= 8 * i ? 0xff : 0xff >> (v->plen & 7);
		if (v->brd_mode == BRD_ONES)
			v->brd[i] |= host;
		else
			v->brd[i] &= ~host;
	}
}

/* false: the entry is dropped. */
static bool broadcast(struct load *l, struct vip *v, const char *s)
{
	struct addr a;

	if (v->addr.family != AF_INET) {
		kw_say(&l->c, SEV_WARNING, 0, "brd", "IPv6 has no broadcast: entry dropped");
		return false;
	}
	v->brd_mode = !strcmp(s, "+") ? BRD_ONES : !strcmp(s, "-") ? BRD_ZEROS : BRD_GIVEN;
	if (v->brd_mode != BRD_GIVEN) {
		net_broadcast(v);
	} else if (addr_parse(&a, s) && a.family == AF_INET) {
		memcpy(v->brd, a.b, sizeof v->brd);
	} else {
		kw_say(&l->c, SEV_WARNING, 0, "brd", "expected an IPv4 address, + or -, not `%.60s': ignored", s);
		v->brd_mode = BRD_NONE;
	}
	return true;
}

static void peer(struct load *l, struct vip *v, const char *s)
{
	struct addr a, *kept;

	if (!prefix(l, 0, s, &a, &v->peer_plen) || a.family != v->addr.family) {
		kw_say(&l->c, SEV_WARNING, 0, "peer", "expected an address of the same family, not `%.60s': ignored", s);
		return;
	}
	if (!(kept = arena_get(l->c.arena, sizeof *kept))) {
		l->c.oom = true;
		return;
	}
	*kept = a;
	v->peer = kept;
}

/* IPv6 addresses have no label; generated files give them one all the same. */
static void label(struct load *l, struct vip *v, const char *s)
{
	size_t n = strlen(s);

	if (v->addr.family != AF_INET)
		return;
	if (n >= IFNAME_LEN)
		kw_say(&l->c, SEV_WARNING, 0, "label", "longer than %d characters: cut", IFNAME_LEN - 1);
	v->label = arena_strn(l->c.arena, s, n < IFNAME_LEN ? n : IFNAME_LEN - 1);
	if (!v->label)
		l->c.oom = true;
}

/* false: the entry is dropped, for another interface would be the wrong one. */
static bool device(struct load *l, struct vip *v, const char *s)
{
	if (!kw_is_ifname(s)) {
		kw_say(&l->c, SEV_WARNING, 0, "dev", "`%.60s' cannot be an interface: entry dropped", s);
		return false;
	}
	v->dev = s;
	conf_if(l, &v->dev);
	return true;
}

void conf_vip_line(struct load *l, struct list *out, bool excluded)
{
	struct vip_line line = { .vip.excluded = excluded, .vip.at = l->c.at };
	struct vip *v = &line.vip, *slot;
	unsigned taken = 1;

	if (!prefix(l, 0, l->c.w[0].s, &v->addr, &v->plen)) {
		kw_say(&l->c, SEV_WARNING, 0, l->c.w[0].s, "expected an IP address: entry dropped");
		return;
	}
	for (; taken < l->c.n && kw_is_prefix(l->c.w[taken].s); taken++)
		kw_say(&l->c, SEV_WARNING, taken, l->c.w[taken].s, "one address on a line: only the first is taken");
	v->scope = addr_is_loopback(&v->addr) ? SCOPE_HOST : 0;
	v->preferred = LIFE_UNSET;
	conf_options(l, &conf_blocks[BLK_VIPS].kws, &line, taken);
	v->preferred_set = v->preferred != LIFE_UNSET;
	if (!v->preferred_set)	/* a deprecated /128 is no source address (c.14) */
		v->preferred = v->addr.family == AF_INET6 && v->plen == 128 ? 0 : UINT32_MAX;
	if ((line.brd && !broadcast(l, v, line.brd)) || (line.dev && !device(l, v, line.dev)))
		return;
	if (v->addr.family != AF_INET && v->scope) {
		if (v->scope != SCOPE_HOST)
			kw_say(&l->c, SEV_WARNING, 0, "scope", "IPv4 only: ignored");
		v->scope = 0;
	}
	if (line.peer)
		peer(l, v, line.peer);
	if (line.label)
		label(l, v, line.label);
	if (line.group && out != &l->fixed_vips)
		kw_say(&l->c, SEV_WARNING, 0, "track_group", "of static entries only: ignored");
	else if (line.group)
		conf_tie(l, line.group, out->n);
	if ((slot = list_add(l, out, sizeof *slot)))
		*slot = *v;
}

static const char *prefix_text(char *buf, const struct addr *a, unsigned plen)
{
	addr_text(a, buf);
	if (plen != host_len(a))
		snprintf(buf + strlen(buf), 5, "/%u", plen);
	return buf;
}

void conf_vip_text(struct vip_text *t, const struct vip *v, const char *instance_dev)
{
	struct addr brd;

	memset(t, 0, sizeof *t);
	t->line.vip = t->plain.vip = *v;
	t->plain.vip.flags = 0;
	t->plain.vip.dad = t->plain.vip.no_track = t->plain.vip.use_vmac = false;
	t->plain.vip.preferred += v->preferred_set;	/* another one */
	t->plain.vip.scope = addr_is_loopback(&v->addr) && v->addr.family == AF_INET ? SCOPE_HOST : 0;
	prefix_text(t->addr, &v->addr, v->plen);
	if (v->dev && (!instance_dev || strcmp(v->dev, instance_dev)))
		t->line.dev = v->dev;
	addr_set(&brd, AF_INET, v->brd);
	if (v->brd_mode)
		t->line.brd = v->brd_mode == BRD_ONES ? "+" : v->brd_mode == BRD_ZEROS ? "-" : addr_text(&brd, t->brd);
	t->line.label = v->label;
	if (v->peer)
		t->line.peer = prefix_text(t->peer, v->peer, v->peer_plen);
}
