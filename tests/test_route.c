/* test_route.c - lines of routes and rules become the bytes that rtnetlink(7) and ip-rule want, and these become lines again. */
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "conf_kit.h"
#include "t.h"

/* Words: pairs of hex digits; hN and wN are numbers of two and of four bytes, as this machine has them. */
static unsigned bytes(uint8_t *b, const char *s)
{
	uint16_t half;
	uint32_t v;
	unsigned n = 0;
	char *end;

	while (*s) {
		if (*s == 'h' || *s == 'w') {
			bool two = *s == 'h';

			v = strtoul(s + 1, &end, 10);
			half = v;
			memcpy(b + n, two ? (const void *)&half : &v, two ? 2 : 4);
			n += two ? 2 : 4;
			s = end;
		} else if (*s != ' ') {
			const char pair[] = { s[0], s[1], 0 };

			b[n++] = strtoul(pair, NULL, 16);
			s += 2;
		}
		s += *s == ' ';
	}
	return n;
}

/* family, dst, src, tos, table, protocol, scope, type, flags; then length, type, value of each attribute (h: 2 bytes, w: 4) */
static const struct row { const char *name, *line, *bytes, *text; } routes[] = {
	{ "gateway", "10.1.0.0/16 via 10.0.0.9", "02 10 00 00 fe 12 00 01 w0 h8 h1 0a010000 h8 h5 0a000009 h8 h15 w254", "10.1.0.0/16 via 10.0.0.9" },
	{ "device, metric", "default dev eth1 metric 7", "02 00 00 00 fe 12 00 01 w0 h8 h4 w0 h8 h6 w7 h8 h15 w254", "default dev eth1 metric 7" },
	{ "large table", "to 10.1.0.0/16 via 10.0.0.9 table 300", "02 10 00 00 00 12 00 01 w0 h8 h1 0a010000 h8 h5 0a000009 h8 h15 w300",
	  "10.1.0.0/16 via 10.0.0.9 table 300" },
	{ "IPv4 by IPv6", "10.1.0.0/16 via inet6 fe80::1 dev eth1",
	  "02 10 00 00 fe 12 00 01 w0 h8 h1 0a010000 h22 h18 h10 fe80000000000000 0000000000000001 0000 h8 h4 w0 h8 h15 w254",
	  "10.1.0.0/16 via fe80::1 dev eth1" },
	{ "local", "local 10.1.0.1 dev eth1", "02 20 00 00 ff 12 fe 02 w0 h8 h1 0a010001 h8 h4 w0 h8 h15 w255", "local 10.1.0.1/32 dev eth1" },
	{ "blackhole", "blackhole 10.1.0.0/16", "02 10 00 00 fe 12 00 06 w0 h8 h1 0a010000 h8 h15 w254", "blackhole 10.1.0.0/16" },
	{ "onlink, not tracked, of others", "10.1.0.0/16 via 10.0.0.9 dev eth1 onlink no_track protocol 4",
	  "02 10 00 00 fe 04 00 01 w4 h8 h1 0a010000 h8 h5 0a000009 h8 h4 w0 h8 h15 w254",
	  "10.1.0.0/16 via 10.0.0.9 dev eth1 protocol 4 onlink no_track" },
	{ "metrics", "10.1.0.0/16 via 10.0.0.9 mtu lock 1400 rtt 20ms congctl reno",
	  "02 10 00 00 fe 12 00 01 w0 h8 h1 0a010000 h8 h5 0a000009 h8 h15 w254 h40 h8 h8 h2 w1400 h8 h4 w160 h8 h1 w4 h9 h16 72656e6f00 000000",
	  "10.1.0.0/16 via 10.0.0.9 mtu lock 1400 rtt 160 congctl reno" },
	{ "gateways", "10.1.0.0/16 nexthop via 10.0.0.9 dev eth1 weight 3 onlink nexthop via 10.0.0.8",
	  "02 10 00 00 fe 12 00 01 w0 h8 h1 0a010000 h8 h15 w254 h36 h9 h16 04 02 w0 h8 h5 0a000009 h16 00 00 w0 h8 h5 0a000008",
	  "10.1.0.0/16 nexthop via 10.0.0.9 dev eth1 weight 3 onlink nexthop via 10.0.0.8" },
	{ "IPv6, pref", "2001:db8::/32 via fe80::1 dev eth1 pref low",
	  "0a 20 00 00 fe 12 00 01 w0 h20 h1 20010db800000000 0000000000000000 h20 h5 fe80000000000000 0000000000000001 h8 h4 w0 h8 h15 w254 h5 h20 03 000000",
	  "2001:db8::/32 via fe80::1 dev eth1 pref low" },
}, rules[] = {
	{ "from", "from 10.1.0.0/16 table 7 priority 100", "02 00 10 00 07 00 00 01 w0 h8 h6 w100 h8 h2 0a010000 h8 h15 w7 h5 h21 12 000000",
	  "from 10.1.0.0/16 preference 100 table 7" },
	{ "mark, interfaces", "not fwmark 7/0xff iif eth1 oif eth2 lookup main order 9",
	  "02 00 00 00 fe 00 00 01 w2 h8 h6 w9 h9 h3 6574683100 000000 h9 h17 6574683200 000000 h8 h10 w7 h8 h16 w255 h8 h15 w254 h5 h21 12 000000",
	  "not preference 9 fwmark 0x7/0xff iif eth1 oif eth2 table 254" },
	{ "ports", "ipproto tcp dport 80 sport 1-2 prohibit preference 3",
	  "02 00 00 00 00 00 00 08 w0 h8 h6 w3 h5 h22 06 000000 h8 h23 h1 h2 h8 h24 h80 h80 h5 h21 12 000000",
	  "preference 3 ipproto 6 sport 1-2 dport 80 prohibit" },
	{ "goto, tunnel, users", "inet6 goto 9 tunnel-id 258 uidrange 1-2 preference 3",
	  "0a 00 00 00 00 00 00 02 w0 h8 h6 w3 h8 h4 w9 h12 h12 00000000 00000102 h12 h20 w1 w2 h5 h21 12 000000",
	  "inet6 preference 3 tunnel-id 258 uidrange 1-2 goto 9" },
};

static void line(const struct row *row, bool rule)
{
	uint8_t want[512] = { 0 };
	char text[256], buf[512], name[80], got[1100] = "";
	const struct route *r;
	unsigned n, i;
	struct kit k;

	n = bytes(want, row->bytes);
	snprintf(text, sizeof text, "static_%s {\n%s\n}\n", rule ? "rules" : "routes", row->line);
	snprintf(name, sizeof name, "%s: %s", rule ? "rule" : "route", row->name);
	kit_open(&k, "f", text);
	r = k.conf->fixed.routes.v;
	t_case(k.conf->fixed.routes.n == 1, name, "%u entries: %s", k.conf->fixed.routes.n, k.found);
	for (i = 0; r && i < r->len; i++)
		sprintf(got + 2 * i, "%02x", r->b[i]);
	t_case(r && r->len == n && !memcmp(r->b, want, n), name, "%u bytes, not %u: %s", r ? r->len : 0, n, got);
	t_str(name, r ? conf_route_text(r, buf, sizeof buf) : "", row->text);
	kit_close(&k);
}

int main(void)
{
	for (unsigned i = 0; i < sizeof routes / sizeof *routes; i++)
		line(&routes[i], false);
	for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++)
		line(&rules[i], true);
	T_END;
}
