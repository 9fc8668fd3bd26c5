/* conf_route_text.c - entries of routes and rules: netlink's bytes -> text (pure). Reference b.10, b.11. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"
#include "conf_route.h"
#include "text.h"

_Static_assert(ROUTE_HEADER == 12 && sizeof(struct fib_rule_hdr) == ROUTE_HEADER, "one header for both");

const char conf_route_forms[2][ROUTE_ATTRS] = { {
	[RTA_PRIORITY] = '4', [RTA_FLOW] = '4', [RTA_TABLE] = '4', [RTA_PREF] = '1', [RTA_EXPIRES] = '4', [RTA_TTL_PROPAGATE] = '1',
}, {
	[FRA_PRIORITY] = '4', [FRA_GOTO] = '4', [FRA_FWMARK] = 'M', [FRA_FLOW] = '4', [FRA_TUN_ID] = '8', [FRA_SUPPRESS_IFGROUP] = '4',
	[FRA_SUPPRESS_PREFIXLEN] = '4', [FRA_TABLE] = '4', [FRA_L3MDEV] = '1', [FRA_UID_RANGE] = 'U', [FRA_IP_PROTO] = '1',
	[FRA_SPORT_RANGE] = 'P', [FRA_DPORT_RANGE] = 'P',
} };

/* The next attribute of *p up to end: its value, with its type and length; NULL: no more. */
static const uint8_t *attr(const uint8_t **p, const uint8_t *end, unsigned *type, unsigned *len)
{
	const uint8_t *value = *p + RTA_LENGTH(0);
	struct rtattr a;

	if (value > end)
		return NULL;
	memcpy(&a, *p, sizeof a);
	*type = a.rta_type;
	*len = a.rta_len - RTA_LENGTH(0);
	*p += RTA_ALIGN(a.rta_len);
	return value;
}

static void take_number(struct optval *o, char form, const uint8_t *p)
{
	uint16_t ports[2];

	o->set = true;
	o->w = UINT32_MAX;
	switch (form) {
	case '1': o->v = *p; break;
	case '8': o->v = (uint32_t)p[4] << 24 | p[5] << 16 | p[6] << 8 | p[7]; break;
	case 'U': memcpy(o, p, 8); break;
	case 'P':
		memcpy(ports, p, sizeof ports);
		o->v = ports[0];
		o->w = ports[1];
		break;
	default:
		memcpy(&o->v, p, 4);
	}
}

static void take_metrics(struct route_line *r, const uint8_t *p, const uint8_t *end)
{
	unsigned type, len;
	uint32_t locks = 0;
	const uint8_t *v;

	while ((v = attr(&p, end, &type, &len))) {
		if (type == RTAX_CC_ALGO)
			r->cc = (const char *)v;
		else if (type == RTAX_LOCK)
			memcpy(&locks, v, 4);
		else
			take_number(&r->mx[type], '4', v);
	}
	for (type = 0; type < ROUTE_METRICS; type++)
		r->mx[type].lock = locks >> type & 1;
}

/* Whose ifindex goes into the 4 bytes at p? */
static const char *dev_at(const struct route *r, const uint8_t *p)
{
	for (unsigned i = 0; i < r->ndev; i++)
		if (r->dev[i].at == p - r->b)
			return r->dev[i].name;
	return NULL;
}

static void take_hops(struct route_line *r, const struct route *of, const uint8_t *p, const uint8_t *end)
{
	unsigned type, len;
	const uint8_t *v, *in;
	struct rtnexthop h;
	struct hop *hop;

	for (; p < end; p += h.rtnh_len) {
		memcpy(&h, p, sizeof h);
		hop = &r->hop[r->nhops++];
		hop->dev = dev_at(of, p + offsetof(struct rtnexthop, rtnh_ifindex));
		hop->weight.v = h.rtnh_hops + 1;
		hop->weight.set = h.rtnh_hops;
		hop->onlink = h.rtnh_flags & RTNH_F_ONLINK;
		in = p + sizeof h;
		while ((v = attr(&in, p + h.rtnh_len, &type, &len))) {
			if (type == RTA_FLOW)
				take_number(&hop->realms, '4', v);
			else
				addr_set(&hop->via, len < 16 ? AF_INET : AF_INET6, type == RTA_VIA ? v + 2 : v);
		}
	}
}

static void unpack(struct route_line *r, const struct route *of)
{
	const uint8_t *b = of->b, *p = b + ROUTE_HEADER, *v;
	struct addr *const routes[] = { [RTA_DST] = &r->to.addr, [RTA_SRC] = &r->from.addr, [RTA_GATEWAY] = &r->via,
		[RTA_PREFSRC] = &r->src, [RTA_VIA] = &r->via };
	unsigned type, len;

	r->to.plen = b[BYTE_DST_LEN];
	r->from.plen = b[BYTE_SRC_LEN];
	r->to.set = !of->rule || b[BYTE_DST_LEN];
	r->from.set = b[BYTE_SRC_LEN];
	r->no_track = of->no_track;
	r->how = of->how;
	r->tos.v = b[BYTE_TOS];
	r->tos.set = b[BYTE_TOS];
	while ((v = attr(&p, b + of->len, &type, &len))) {
		if (of->rule && (type == FRA_IIFNAME || type == FRA_OIFNAME))
			*(type == FRA_IIFNAME ? &r->dev : &r->oif) = (const char *)v;
		else if (of->rule && type == FRA_PROTOCOL)
			take_number(&r->proto, '1', v);
		else if (of->rule && type == FRA_FWMASK)
			memcpy(&r->at[FRA_FWMARK].w, v, 4);
		else if (!of->rule && type == RTA_METRICS)
			take_metrics(r, v, v + len);
		else if (!of->rule && type == RTA_MULTIPATH)
			take_hops(r, of, v, v + len);
		else if (!of->rule && type == RTA_OIF)
			r->dev = dev_at(of, v);
		else if (conf_route_forms[of->rule][type])
			take_number(&r->at[type], conf_route_forms[of->rule][type], v);
		else
			addr_set(routes[type], type != RTA_VIA ? b[BYTE_FAMILY] : len < 16 ? AF_INET : AF_INET6, type == RTA_VIA ? v + 2 : v);
	}
}

/* The rest of the header, where it says something. */
static void unpack_header(struct route_line *r, const struct route *of)
{
	const uint8_t *b = of->b;
	uint32_t flags;

	memcpy(&flags, b + BYTE_FLAGS, sizeof flags);
	if (of->rule) {
		r->invert = flags & FIB_RULE_INVERT;
		r->type = b[BYTE_TYPE] > FR_ACT_GOTO ? 1u << b[BYTE_TYPE] : 0;
		r->family = b[BYTE_FAMILY] == AF_INET6 && !b[BYTE_DST_LEN] && !b[BYTE_SRC_LEN] ? 2 : 0;
	} else {
		r->onlink = flags & RTNH_F_ONLINK;
		r->type = b[BYTE_TYPE] != RTN_UNICAST ? 1u << b[BYTE_TYPE] : 0;
		r->scope.v = b[BYTE_SCOPE];
		r->scope.set = b[BYTE_SCOPE] != (b[BYTE_TYPE] == RTN_LOCAL ? RT_SCOPE_HOST : b[BYTE_TYPE] == RTN_BROADCAST ? RT_SCOPE_LINK : 0);
		r->proto.v = b[BYTE_PROTO];
		r->proto.set = true;
		r->at[RTA_TABLE].set = r->at[RTA_TABLE].v != (b[BYTE_TYPE] == RTN_LOCAL || b[BYTE_TYPE] == RTN_BROADCAST ||
		                       b[BYTE_TYPE] == RTN_ANYCAST ? RT_TABLE_LOCAL : RT_TABLE_MAIN);
		if (!r->to.plen)
			addr_set(&r->to.addr, b[BYTE_FAMILY], &(uint8_t[16]){ 0 });
	}
	r->proto.set = r->no_track && r->proto.v != PROTO_KEEPALIVED;
}

/* "default" is of the family of its gateways. */
static bool plain_default(const struct route_line *r, const char *to)
{
	return !strcmp(to, "0.0.0.0/0") && r->via.family != AF_INET6 && !(r->nhops && r->hop[0].via.family == AF_INET6);
}

static void put_words(struct text *t, const struct kw *rows, const void *rec)
{
	char buf[KW_TEXT];
	bool to;

	for (const struct kw *k = rows; k->word; k++) {
		if ((k->more & KW_ALIAS) || !kw_text(k, (const char *)rec + k->off, buf, sizeof buf))
			continue;
		to = k->off == offsetof(struct route_line, to) && rows == conf_route_rows;	/* the word can be left out */
		text_put(t, "%s%s%s%s", t->n ? " " : "", to ? "" : k->word, to || !*buf ? "" : " ",
		         to && plain_default(rec, buf) ? "default" : buf);
	}
}

const char *conf_route_text(const struct route *r, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };
	struct route_line line;

	memset(&line, 0, sizeof line);
	unpack(&line, r);
	unpack_header(&line, r);
	*buf = 0;
	put_words(&t, r->rule ? conf_rule_rows : conf_route_rows, &line);
	for (unsigned i = 0; i < line.nhops; i++) {
		text_put(&t, " nexthop");
		put_words(&t, conf_hop_rows, &line.hop[i]);
	}
	return buf;
}

bool conf_same_route(const struct route *a, const struct route *b)
{
	if (a->len != b->len || a->ndev != b->ndev || a->rule != b->rule || a->how != b->how || a->no_track != b->no_track ||
	    memcmp(a->b, b->b, a->len))
		return false;
	for (unsigned i = 0; i < a->ndev; i++)
		if (strcmp(a->dev[i].name, b->dev[i].name))
			return false;
	return true;
}
