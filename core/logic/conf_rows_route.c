/* conf_rows_route.c - every option of routes and rules, one row each (pure). Reference b.10, b.11. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "kw_rows.h"

#define R(field, T, word, min, max, help) KW(route_line, field, T, word, min, max, 0, LIVE, help)
#define TYPE(word, n)  R(type, BITS, word, 1 << (n), 0, "")
#define BOTH_FAMILIES  R(family, BITS, "inet", 1, 0, ""), R(family, BITS, "inet6", 2, 0, "")
#define TRACKED        R(no_track, FLAG, "no_track", 0, 0, "nobody watches it"), \
	R(group, WORD, "track_group", 0, 0, "static ones only")

const struct kw conf_route_rows[] = {
	BOTH_FAMILIES,
	TYPE("unicast", RTN_UNICAST),
	TYPE("local", RTN_LOCAL),
	TYPE("broadcast", RTN_BROADCAST),
	TYPE("anycast", RTN_ANYCAST),
	TYPE("multicast", RTN_MULTICAST),
	TYPE("throw", RTN_THROW),
	TYPE("unreachable", RTN_UNREACHABLE),
	TYPE("prohibit", RTN_PROHIBIT),
	TYPE("blackhole", RTN_BLACKHOLE),
	TYPE("nat", RTN_NAT),
	R(to,             PREFIX, "to", 0, 0, "or the bare prefix, or default"),
	R(from,           PREFIX, "from", 0, 0, "IPv6"),
	R(tos,            NAMED, "tos", NAMES_DSFIELD, 255, ""),
	ALSO(route_line, tos, NAMED, "dsfield", NAMES_DSFIELD, 255, "the same"),
	R(via,            VIA, "via", 0, 0, ""),
	ALSO(route_line, via, VIA, "gw", 0, 0, "the same; old"),
	ALSO(route_line, second, VIA, "or", 0, 0, "another one beside it; old"),
	R(dev,            WORD, "dev", 0, 0, "tracked"),
	ALSO(route_line, dev, WORD, "oif", 0, 0, "the same"),
	R(src,            VIA, "src", 0, 0, "source of what this machine sends"),
	R(at[RTA_TABLE],  NAMED, "table", NAMES_TABLE, INT32_MAX, "main"),
	R(at[RTA_PRIORITY], WIDE, "metric", 0, 0, ""),
	ALSO(route_line, at[RTA_PRIORITY], WIDE, "priority", 0, 0, "the same"),
	ALSO(route_line, at[RTA_PRIORITY], WIDE, "preference", 0, 0, "the same"),
	R(scope,          NAMED, "scope", NAMES_SCOPE, 255, "global"),
	R(proto,          NAMED, "protocol", NAMES_PROTO, 255, "18; another one with no_track only"),
	R(onlink,         FLAG, "onlink", 0, 0, "the gateway is there whatever the addresses"),
	R(at[RTA_FLOW],   REALMS, "realms", 0, 0, ""),
	R(at[RTA_EXPIRES], WIDE, "expires", 0, 0, "seconds, IPv6"),
	R(at[RTA_PREF],   PREF, "pref", 0, 0, "IPv6"),
	R(at[RTA_TTL_PROPAGATE], ABLE, "ttl-propagate", 0, 0, "MPLS"),
	R(mx[RTAX_MTU],   LOCKED, "mtu", 0, 0, ""),
	R(mx[RTAX_HOPLIMIT], NUM, "hoplimit", 0, 255, ""),
	R(mx[RTAX_ADVMSS], LOCKED, "advmss", 0, 0, ""),
	R(mx[RTAX_RTT],   RTIME, "rtt", 8, 0, ""),
	R(mx[RTAX_RTTVAR], RTIME, "rttvar", 4, 0, ""),
	R(mx[RTAX_RTO_MIN], RTIME, "rto_min", 1, 0, ""),
	R(mx[RTAX_REORDERING], LOCKED, "reordering", 0, 0, ""),
	R(mx[RTAX_WINDOW], WIDE, "window", 0, 0, ""),
	R(mx[RTAX_CWND],  LOCKED, "cwnd", 0, 0, ""),
	R(mx[RTAX_SSTHRESH], LOCKED, "ssthresh", 0, 0, ""),
	R(mx[RTAX_INITCWND], WIDE, "initcwnd", 0, 0, ""),
	R(mx[RTAX_INITRWND], WIDE, "initrwnd", 0, 0, ""),
	R(mx[RTAX_FEATURES], ECN, "features", 1, 0, ""),
	R(mx[RTAX_QUICKACK], NUM, "quickack", 0, 1, ""),
	R(mx[RTAX_FASTOPEN_NO_COOKIE], NUM, "fastopen_no_cookie", 0, 1, ""),
	R(cc,             WORD, "congctl", 0, 0, "of TCP"),
	R(how,            BITS, "prepend", HOW_PREPEND, 0, "before others to the same place; the default"),
	R(how,            BITS, "append", HOW_APPEND, 0, "behind them"),
	R(how,            BITS, "add", HOW_ADD, 0, "only without them"),
	TRACKED,
	{ 0 }
};

const char conf_route_known[] =
	READING("nexthop", "via IP [dev IF] ...")
	NOT(NO_TUNNEL, "as", "[to] IP")
	NOT(NO_TUNNEL, "encap", "ip|ip6|mpls|ila [TEXT ...]")
	NOT(NO_VRF, "vrf", "NAME");

#define H(field, T, word, min, max, help) KW(hop, field, T, word, min, max, 0, LIVE, help)

const struct kw conf_hop_rows[] = {
	H(via,            VIA, "via", 0, 0, ""),
	H(dev,            WORD, "dev", 0, 0, "tracked"),
	H(weight,         NUM, "weight", 1, 256, ""),
	H(realms,         REALMS, "realms", 0, 0, ""),
	H(onlink,         FLAG, "onlink", 0, 0, ""),
	{ 0 }
};

const struct kw conf_rule_rows[] = {
	BOTH_FAMILIES,
	R(invert,         FLAG, "not", 0, 0, "what does not match"),
	R(from,           PREFIX, "from", 0, 0, ""),
	R(to,             PREFIX, "to", 0, 0, ""),
	R(at[FRA_PRIORITY], WIDE, "preference", 0, 0, "16384 counting down"),
	ALSO(route_line, at[FRA_PRIORITY], WIDE, "order", 0, 0, "the same"),
	ALSO(route_line, at[FRA_PRIORITY], WIDE, "priority", 0, 0, "the same"),
	R(at[FRA_FWMARK], MARK, "fwmark", 0, 0, ""),
	R(dev,            WORD, "iif", 0, 0, "tracked"),
	ALSO(route_line, dev, WORD, "dev", 0, 0, "the same"),
	R(oif,            WORD, "oif", 0, 0, "tracked"),
	R(tos,            NAMED, "tos", NAMES_DSFIELD, 255, ""),
	ALSO(route_line, tos, NAMED, "dsfield", NAMES_DSFIELD, 255, "the same"),
	R(at[FRA_TUN_ID], WIDE, "tunnel-id", 0, 0, ""),
	R(at[FRA_UID_RANGE], SPAN, "uidrange", 0, 0, ""),
	R(at[FRA_IP_PROTO], NAMED, "ipproto", NAMES_IPPROTO, 255, ""),
	ALSO(route_line, at[FRA_IP_PROTO], NAMED, "ip_proto", NAMES_IPPROTO, 255, "the same"),
	R(at[FRA_SPORT_RANGE], SPAN, "sport", 1, 65535, "one or a range"),
	R(at[FRA_DPORT_RANGE], SPAN, "dport", 1, 65535, ""),
	R(at[FRA_TABLE],  NAMED, "table", NAMES_TABLE, INT32_MAX, "to look into"),
	ALSO(route_line, at[FRA_TABLE], NAMED, "lookup", NAMES_TABLE, INT32_MAX, "the same"),
	R(at[FRA_SUPPRESS_PREFIXLEN], NUM, "suppress_prefixlength", 0, 128, "no use of routes so short"),
	ALSO(route_line, at[FRA_SUPPRESS_PREFIXLEN], NUM, "sup_pl", 0, 128, "the same"),
	R(at[FRA_SUPPRESS_IFGROUP], NAMED, "suppress_ifgroup", NAMES_GROUP, INT32_MAX, ""),
	ALSO(route_line, at[FRA_SUPPRESS_IFGROUP], NAMED, "sup_group", NAMES_GROUP, INT32_MAX, "the same"),
	R(at[FRA_FLOW],   REALMS, "realms", 0, 0, ""),
	R(at[FRA_L3MDEV], HAS, "l3mdev", 1, 0, "the table of the VRF"),
	R(at[FRA_GOTO],   WIDE, "goto", 0, 0, "the rule of that preference"),
	TYPE("nop", FR_ACT_NOP),
	TYPE("blackhole", FR_ACT_BLACKHOLE),
	TYPE("unreachable", FR_ACT_UNREACHABLE),
	TYPE("prohibit", FR_ACT_PROHIBIT),
	R(proto,          NAMED, "protocol", NAMES_PROTO, 255, "18; another one with no_track only"),
	TRACKED,
	{ 0 }
};

const char conf_rule_known[] =
	READING("type", "");	/* before blackhole, unreachable, prohibit */
