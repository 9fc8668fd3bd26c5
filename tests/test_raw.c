/* test_raw.c - real datagrams over a real veth between two namespaces, a and b; checked byte for byte. */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "ah.h"
#include "netns.h"
#include "raw.h"
#include "t.h"

enum { WAIT_MS = 3000 };

static int ns_a, ns_b;
static unsigned if_a, if_b;
static struct raw_msg got[RX_BATCH];
static unsigned ngot, nbad;

static struct addr ip(const char *text)
{
	struct addr a = { .family = 0 };

	addr_parse(&a, text);
	return a;
}

/* Until one turn brings something, good or bad. Returns what raw_recv returned. */
static int take(int fd, int family)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	ngot = nbad = 0;
	if (poll(&p, 1, WAIT_MS) <= 0)
		return -ETIMEDOUT;
	return raw_recv(fd, family, got, &ngot, &nbad);
}

static bool silent(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, 0) == 0;
}

static const char msg[] = "\x31\x01\x64\x01 wrong checksum, and that is well";

/* NULL, or the header that messages stand behind. */
static const uint8_t *behind;

static struct raw_out out(const char *src, const char *dst, int ttl)
{
	return (struct raw_out){ .p = (const uint8_t *)msg, .len = sizeof(msg), .ifindex = if_a, .src = ip(src), .dst = ip(dst),
	                         .ttl = ttl, .err = 1, .ah = behind, .id = 1 };
}

/* The i-th message is o, as it was sent. */
static void same(const char *name, unsigned i, const struct raw_out *o)
{
	const struct raw_msg *m = &got[i];
	char a[ADDR_STR], b[ADDR_STR];

	t_int(name, o->err, 0);
	if (!t_case(i < ngot, name, "%u came, %u bad", ngot, nbad))
		return;
	t_case(m->len == o->len && !memcmp(m->p, o->p, o->len), name, "other bytes, length %zu", m->len);
	t_str(name, addr_text(&m->meta.src, a), addr_text(&o->src, b));
	t_str(name, addr_text(&m->meta.dst, a), addr_text(&o->dst, b));
	t_int(name, m->meta.ttl, o->ttl);
	t_int(name, m->meta.ifindex, if_b);
}

static void one_way(int tx, int rx, int own, const char *name, struct raw_out o)
{
	raw_send(tx, o.dst.family, &o, 1);
	t_int(name, take(rx, o.dst.family), 1);
	same(name, 0, &o);
	t_case(silent(own), name, "our own copy came back");
}

/* The IPv4 header in front of the i-th message. */
static void header(unsigned i)
{
	const uint8_t *h = got[i].p - 20;
	static unsigned last;
	unsigned id = h[4] << 8 | h[5];

	t_case(h[0] == 0x45 && h[1] == 0xc0 && !h[6] && !h[7] && h[9] == 112, "raw/v4/header", "%02x %02x %02x %02x %02x",
	       h[0], h[1], h[6], h[7], h[9]);
	t_case(!last || id == last + 1, "raw/v4/id", "%u after %u", id, last);
	last = id;
}

/* Sixteen in one call; the bad ones are named, the others arrive. */
static void batch(int tx, int rx, int family, const char *name)
{
	const char *src = family == AF_INET ? "10.0.0.1" : "fe80::a", *group = family == AF_INET ? "224.0.0.18" : "ff02::12",
	           *peer = family == AF_INET ? "10.0.0.2" : "fe80::b";
	struct raw_out o[TX_BATCH];
	char body[TX_BATCH];
	unsigned k = 0, n = 0, bad;
	struct pollfd p = { .fd = rx, .events = POLLIN };
	struct raw_msg m[RX_BATCH];

	for (int i = 0; i < TX_BATCH; i++) {
		body[i] = i;
		o[i] = out(src, i % 3 ? group : peer, 255);
		o[i].p = (uint8_t *)&body[i];
		o[i].len = 1;
	}
	o[3].ifindex = o[4].ifindex = o[15].ifindex = 9999;
	raw_send(tx, family, o, TX_BATCH);
	while (k < TX_BATCH - 3 && poll(&p, 1, WAIT_MS) > 0) {
		raw_recv(rx, family, m, &n, &bad);
		for (unsigned i = 0; i < n; i++, k++) {
			unsigned want = k < 3 ? k : k + 2;

			if (m[i].len != 1 || *m[i].p != want)
				t_case(0, name, "%u came in place of %u", *m[i].p, want);
		}
	}
	t_int(name, k, TX_BATCH - 3);
	for (int i = 0; i < TX_BATCH; i++)
		t_int(name, o[i].err, i == 3 || i == 4 || i == 15 ? -ENODEV : 0);
}

/* A plain raw socket of the test's own, whose kernel fragments and adds options. */
static void send_odd(int family, const char *dst, size_t len, bool options)
{
	static char big[9000];
	struct addr a = ip(dst);
	struct sockaddr_in s4 = { .sin_family = AF_INET };
	struct sockaddr_in6 s6 = { .sin6_family = AF_INET6, .sin6_scope_id = if_a };
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC, 112);

	memcpy(&s4.sin_addr, a.b, 4);
	memcpy(&s6.sin6_addr, a.b, 16);
	if (options)
		setsockopt(fd, IPPROTO_IP, IP_OPTIONS, "\x94\x04\0\0\1\1\1\0", 8);
	if (sendto(fd, big, len, 0, family == AF_INET ? (void *)&s4 : (void *)&s6, family == AF_INET ? sizeof(s4) : sizeof(s6)) < 0)
		printf("# sendto: %s\n", strerror(errno));
	close(fd);
}

static void odd(int rx, int family, const char *dst, const char *name)
{
	char what[64];

	snprintf(what, sizeof(what), "raw/%s/fragments", name);
	send_odd(family, dst, 3000, false);
	t_int(what, take(rx, family), 1);
	t_case(ngot == 0 && nbad == 1, what, "%u taken, %u bad", ngot, nbad);

	snprintf(what, sizeof(what), "raw/%s/empty", name);
	send_odd(family, dst, 0, false);
	t_int(what, take(rx, family), 1);
	t_case(ngot == 1 && got[0].len == 0, what, "%u taken, %u bad", ngot, nbad);

	netns_run("ip link set dev v0 mtu 9000");
	setns(ns_b, CLONE_NEWNET);
	netns_run("ip link set dev v1 mtu 9000");
	setns(ns_a, CLONE_NEWNET);
	snprintf(what, sizeof(what), "raw/%s/biggest", name);
	send_odd(family, dst, ADVERT_MAX, false);
	t_int(what, take(rx, family), 1);
	t_case(ngot == 1 && got[0].len == ADVERT_MAX, what, "%u taken, %u bad", ngot, nbad);
	snprintf(what, sizeof(what), "raw/%s/too-big", name);
	send_odd(family, dst, 6000, false);
	t_int(what, take(rx, family), 1);
	t_case(ngot == 0 && nbad == 1, what, "%u taken, %u bad", ngot, nbad);
	netns_run("ip link set dev v0 mtu 1500");
	setns(ns_b, CLONE_NEWNET);
	netns_run("ip link set dev v1 mtu 1500");
	setns(ns_a, CLONE_NEWNET);
}

static void options(int rx)
{
	send_odd(AF_INET, "10.0.0.2", 24, true);
	t_int("raw/v4/options", take(rx, AF_INET), 1);
	t_case(ngot == 1 && got[0].len == 24 && !got[0].p[0] && got[0].p[-28] == 0x47, "raw/v4/options", "header not taken off");
}

/* A frame that is longer than its IP header says: Ethernet pads short ones. Also the proof that frames go out. */
static void frames(int rx)
{
	struct frame f[GARP_BATCH] = { { .ifindex = if_a, .len = 64 } };
	static const uint8_t head[] = { 0x01, 0, 0x5e, 0, 0, 18, 2, 0, 0, 0, 0, 0xa, 8, 0,
	                                0x45, 0xc0, 0, 32, 0, 1, 0, 0, 255, 112, 0, 0, 10, 0, 0, 1, 224, 0, 0, 18 };
	uint32_t sum = 0;
	int err = 1, fd = frame_open();

	t_case(fd >= 0, "raw/frame/open", "%d", fd);
	memcpy(f[0].b, head, sizeof(head));
	memset(f[0].b + sizeof(head), 0xee, 64 - sizeof(head));
	for (int i = 14; i < 34; i += 2)
		sum += f[0].b[i] << 8 | f[0].b[i + 1];
	sum = ~((sum & 0xffff) + (sum >> 16));
	f[0].b[24] = sum >> 8 & 255;
	f[0].b[25] = sum & 255;
	t_int("raw/frame/one", frame_send(fd, f, 1, &err), 1);
	t_int("raw/frame/one/err", err, 0);
	t_int("raw/frame/padded", take(rx, AF_INET), 1);
	t_case(ngot == 1 && got[0].len == 12 && got[0].p[11] == 0xee, "raw/frame/padded", "%u came, length %zu", ngot, got[0].len);

	for (int i = 1; i < GARP_BATCH; i++)
		f[i] = f[0];
	f[0].ifindex = f[31].ifindex = 9999;
	f[7].len = 4;
	t_int("raw/frame/rest", frame_send(fd, f, GARP_BATCH, &err), GARP_BATCH - 3);
	t_int("raw/frame/rest/err", err, -ENXIO);
	for (int n, all = 0; all < GARP_BATCH - 3; all += n)
		if ((n = take(rx, AF_INET)) <= 0) {
			t_case(0, "raw/frame/rest/came", "%d of %d", all, GARP_BATCH - 3);
			break;
		}
	close(fd);
}

static void groups(int tx, int rx, int family, const char *name, const char *src, const char *group)
{
	struct addr g = ip(group);
	struct raw_out o = out(src, group, 255);
	char what[64];

	snprintf(what, sizeof(what), "raw/%s/join-twice", name);
	t_int(what, raw_join(rx, if_b, &g), 0);
	snprintf(what, sizeof(what), "raw/%s/leave", name);
	t_int(what, raw_leave(rx, if_b, &g), 0);
	t_int(what, raw_leave(rx, if_b, &g), 0);
	raw_send(tx, family, &o, 1);
	t_int(what, o.err, 0);
	/* what comes next on the same wire tells that it did not come */
	o = out(src, family == AF_INET ? "10.0.0.2" : "fe80::b", 3);
	raw_send(tx, family, &o, 1);
	t_int(what, take(rx, family), 1);
	t_case(ngot == 1 && got[0].meta.ttl == 3, what, "the group is still heard");
	snprintf(what, sizeof(what), "raw/%s/join-again", name);
	t_int(what, raw_join(rx, if_b, &g), 0);
	t_int("raw/join/no-interface", raw_join(rx, 9999, &g), -ENODEV);
}

/* IPv6's traffic class, which raw.h does not tell. */
static void tclass(int tx)
{
	char b[64], ctl[64];
	struct iovec iov = { b, sizeof(b) };
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = ctl, .msg_controllen = sizeof(ctl) };
	struct raw_out o = out("fe80::a", "fe80::b", 255);
	struct pollfd p = { .events = POLLIN };
	int on = 1, class = -1;

	setns(ns_b, CLONE_NEWNET);
	p.fd = socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC, 112);
	setsockopt(p.fd, IPPROTO_IPV6, IPV6_RECVTCLASS, &on, sizeof(on));
	setns(ns_a, CLONE_NEWNET);
	raw_send(tx, AF_INET6, &o, 1);
	if (poll(&p, 1, WAIT_MS) > 0 && recvmsg(p.fd, &h, 0) > 0)
		for (struct cmsghdr *c = CMSG_FIRSTHDR(&h); c; c = CMSG_NXTHDR(&h, c))
			memcpy(&class, CMSG_DATA(c), sizeof(class));
	t_int("raw/v6/tclass", class, 0xc0);
	close(p.fd);
}

/* Headers that lie, which a kernel would not let through: fed by a socket pair. */
static void hostile(void)
{
	static const struct { const char *name; uint8_t b[24]; size_t len; int taken; size_t left; } rows[] = {
		{ "whole",          { 0x45, 0, 0, 24 },            24, 1, 4 },
		{ "shorter-inside", { 0x45, 0, 0, 22 },            24, 1, 2 },
		{ "options",        { 0x46, 0, 0, 24 },            24, 1, 0 },
		{ "no-header",      { 0x45, 0, 0, 19 },            19, 0, 0 },
		{ "nothing",        { 0 },                          0, 0, 0 },
		{ "ihl-4",          { 0x44, 0, 0, 24 },            24, 0, 0 },
		{ "ihl-15",         { 0x4f, 0, 0, 24 },            24, 0, 0 },
		{ "total-too-long", { 0x45, 0, 0, 25 },            24, 0, 0 },
		{ "total-too-short", { 0x45, 0, 0, 19 },           24, 0, 0 },
		{ "more-fragments", { 0x45, 0, 0, 24, 0, 0, 0x20 }, 24, 0, 0 },
		{ "offset",         { 0x45, 0, 0, 24, 0, 0, 0, 1 }, 24, 0, 0 },
		{ "dont-fragment",  { 0x45, 0, 0, 24, 0, 0, 0x40 }, 24, 1, 4 },
	};
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM, 0, fd) < 0)
		return;
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		char name[64];

		snprintf(name, sizeof(name), "raw/hostile/%s", rows[i].name);
		if (send(fd[0], rows[i].b, rows[i].len, 0) < 0 || take(fd[1], AF_INET) != 1)
			t_case(0, name, "not delivered");
		t_case((int)ngot == rows[i].taken && ngot + nbad == 1 && (!ngot || got[0].len == rows[i].left), name,
		       "%u taken, %u bad", ngot, nbad);
	}
	close(fd[0]);
	close(fd[1]);
}

/* Every id once, of which the socket wants want. Returns how many came, or -1 when a wrong one did. */
static int passed(int tx, int rx, int family, const char *src, const char *dst, const uint32_t want[8], bool all, int expect)
{
	struct pollfd p = { .fd = rx, .events = POLLIN };
	uint8_t m[sizeof(msg)];
	struct raw_out o = out(src, dst, 255);
	int count = 0;

	memcpy(m, msg, sizeof(m));
	o.p = m;
	for (unsigned i = 0; i < 256; i++) {
		m[1] = i;
		raw_send(tx, family, &o, 1);
	}
	while (poll(&p, 1, count < expect ? WAIT_MS : 0) > 0) {
		raw_recv(rx, family, got, &ngot, &nbad);
		for (unsigned i = 0; i < ngot; i++, count++)
			if (!all && !(want[got[i].p[1] >> 5] >> (got[i].p[1] & 31) & 1))
				return -1;
	}
	return count;
}

static void filters(int tx, int rx, int family, const char *v, const char *src, const char *dst)
{
	static const struct {
		const char *name;
		uint32_t want[8];
		bool all;
		int count;
	} rows[] = {
		{ "none",     { 0 }, false, 0 },
		{ "first",    { 2 }, false, 1 },
		{ "last",     { [7] = 0x80000000 }, false, 1 },
		{ "some",     { 1u << 31, 1, [3] = 0x10001, [6] = 0xffff0000 }, false, 20 },
		{ "255",      { ~1u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u, ~0u }, false, 255 },
		{ "whatever", { 0 }, true, 256 },
	};
	uint8_t odd[] = { 0x11, 1, 0x41, 1, 0x31, 1, 0x3f, 1 };
	struct raw_out o = out(src, dst, 255);
	uint32_t one[8] = { 2 };
	int size = 0;
	socklen_t len = sizeof(size);
	char name[64];

	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		raw_filter(rx, family, behind ? AH_LEN : 0, rows[i].all ? NULL : rows[i].want);
		snprintf(name, sizeof(name), "raw/%s/filter/%s", v, rows[i].name);
		t_int(name, passed(tx, rx, family, src, dst, rows[i].want, rows[i].all, rows[i].count), rows[i].count);
	}
	for (unsigned k = 0; k < 2; k++) {
		raw_filter(rx, family, behind ? AH_LEN : 0, k ? NULL : one);
		for (unsigned i = 0; i < 8; i += 2) {
			o.p = odd + i;
			o.len = 2;
			raw_send(tx, family, &o, 1);
			snprintf(name, sizeof(name), "raw/%s/filter/version-%x/%u", v, odd[i] >> 4, k);
			t_int(name, take(rx, family), 1);		/* is counted, whatever it is */
		}
		o.len = 1;
		raw_send(tx, family, &o, 1);
		snprintf(name, sizeof(name), "raw/%s/filter/one-byte/%u", v, k);
		t_case(take(rx, family) != 0, name, "a datagram too short for an id did not come");
	}
	raw_room(rx, 100000);
	getsockopt(rx, SOL_SOCKET, SO_RCVBUF, &size, &len);
	t_int("raw/room", size, 200000);
}

/* The sending socket must not fill with what the receiving ones are for. */
static void deaf(int fd, const char *name)
{
	t_case(silent(fd), name, "it collects what comes in");
}

/* The same filter, further in: a socket of authentication headers. */
static void sealed(int tx)
{
	struct addr src = ip("10.0.0.1"), dst = ip("10.0.0.2");
	uint8_t ah[AH_LEN];
	int rx;

	setns(ns_b, CLONE_NEWNET);
	rx = raw_open_ah(if_b, "v1");
	setns(ns_a, CLONE_NEWNET);
	ah_seal(ah, 1, (const uint8_t *)"12345678", 1, &src, &dst, (const uint8_t *)msg, sizeof(msg));
	behind = ah;
	filters(tx, rx, AF_INET, "ah", "10.0.0.1", "10.0.0.2");
	behind = NULL;
	close(rx);
}

static void family4(void)
{
	int tx = raw_open_tx(AF_INET), own = raw_open_rx(AF_INET, if_a, "v0"), rx, any;
	struct addr g = ip("224.0.0.18");
	struct raw_out o = out("10.0.0.1", "224.0.0.18", 255);

	t_case(tx >= 0 && own >= 0, "raw/v4/open", "%d %d", tx, own);
	t_int("raw/v4/open/no-such", raw_open_rx(AF_INET, 77, "nosuch0"), -ENODEV);
	setns(ns_b, CLONE_NEWNET);
	rx = raw_open_rx(AF_INET, if_b, "v1");
	any = raw_open_rx(AF_INET, 0, NULL);
	setns(ns_a, CLONE_NEWNET);
	t_int("raw/v4/join", raw_join(rx, if_b, &g) | raw_join(own, if_a, &g), 0);
	t_int("raw/v4/nothing", raw_recv(rx, AF_INET, got, &ngot, &nbad), 0);

	one_way(tx, rx, own, "raw/v4/multicast", o);
	header(0);
	t_case(silent(any), "raw/v4/group-of-another", "heard without joining");
	one_way(tx, rx, own, "raw/v4/unicast", out("10.0.0.1", "10.0.0.2", 255));
	header(0);
	t_int("raw/v4/any", take(any, AF_INET), 1);
	t_int("raw/v4/any/ifindex", got[0].meta.ifindex, if_b);
	one_way(tx, rx, own, "raw/v4/ttl", out("10.0.0.1", "10.0.0.2", 7));
	one_way(tx, rx, own, "raw/v4/source-not-ours", out("10.0.0.77", "224.0.0.18", 255));
	o = out("10.0.0.1", "10.0.0.2", 255);
	o.ifindex = 0;
	one_way(tx, rx, own, "raw/v4/by-route", o);
	o.dst = ip("203.0.113.1");
	raw_send(tx, AF_INET, &o, 1);
	t_int("raw/v4/no-route", o.err, -ENETUNREACH);
	batch(tx, rx, AF_INET, "raw/v4/batch");
	groups(tx, rx, AF_INET, "v4", "10.0.0.1", "224.0.0.18");
	options(rx);
	odd(rx, AF_INET, "10.0.0.2", "v4");
	frames(rx);
	setns(ns_b, CLONE_NEWNET);
	if_a = if_b;
	int back = raw_open_tx(AF_INET);
	o = out("10.0.0.2", "10.0.0.1", 255);
	raw_send(back, AF_INET, &o, 1);
	setns(ns_a, CLONE_NEWNET);
	if_a = if_nametoindex("v0");
	t_int("raw/v4/back", take(own, AF_INET), 1);
	filters(tx, rx, AF_INET, "v4", "10.0.0.1", "10.0.0.2");
	sealed(tx);
	deaf(tx, "raw/v4/tx-deaf");
	close(tx), close(own), close(rx), close(any), close(back);
}

static void family6(void)
{
	int tx = raw_open_tx(AF_INET6), own = raw_open_rx(AF_INET6, if_a, "v0"), rx, back;
	struct addr g = ip("ff02::12");
	struct raw_out o;

	t_case(tx >= 0 && own >= 0, "raw/v6/open", "%d %d", tx, own);
	setns(ns_b, CLONE_NEWNET);
	rx = raw_open_rx(AF_INET6, if_b, "v1");
	setns(ns_a, CLONE_NEWNET);
	t_int("raw/v6/join", raw_join(rx, if_b, &g) | raw_join(own, if_a, &g), 0);
	one_way(tx, rx, own, "raw/v6/multicast", out("fe80::a", "ff02::12", 255));
	one_way(tx, rx, own, "raw/v6/unicast", out("fe80::a", "fe80::b", 255));
	one_way(tx, rx, own, "raw/v6/hoplimit", out("2001:db8::a", "2001:db8::b", 9));
	one_way(tx, rx, own, "raw/v6/multicast/hoplimit", out("fe80::a", "ff02::12", 1));
	o = out("fe80::77", "ff02::12", 255);
	raw_send(tx, AF_INET6, &o, 1);
	t_int("raw/v6/source-not-ours", o.err, -EINVAL);
	batch(tx, rx, AF_INET6, "raw/v6/batch");
	groups(tx, rx, AF_INET6, "v6", "fe80::a", "ff02::12");
	tclass(tx);
	take(rx, AF_INET6);
	odd(rx, AF_INET6, "fe80::b", "v6");
	setns(ns_b, CLONE_NEWNET);
	if_a = if_b;
	back = raw_open_tx(AF_INET6);
	o = out("fe80::b", "fe80::a", 255);
	raw_send(back, AF_INET6, &o, 1);
	setns(ns_a, CLONE_NEWNET);
	if_a = if_nametoindex("v0");
	t_int("raw/v6/back", take(own, AF_INET6), 1);
	filters(tx, rx, AF_INET6, "v6", "fe80::a", "fe80::b");
	deaf(tx, "raw/v6/tx-deaf");
	close(tx), close(own), close(rx), close(back);
}

int main(void)
{
	const char *why;

	hostile();
	why = netns_missing();
	if (why || (ns_b = netns_new()) < 0 || (ns_a = netns_new()) < 0) {
		t_skip("raw", why ? why : "no second network namespace");
		return 0;
	}
	setns(ns_a, CLONE_NEWNET);
	netns_run("ip link set lo up && ip link add v0 address 02:00:00:00:00:0a type veth peer name v1 netns /proc/%d/fd/%d && "
	          "ip link set v0 addrgenmode none up && ip addr add 10.0.0.1/24 dev v0 && "
	          "ip addr add fe80::a/64 dev v0 nodad && ip addr add 2001:db8::a/64 dev v0 nodad", getpid(), ns_b);
	if_a = if_nametoindex("v0");
	setns(ns_b, CLONE_NEWNET);
	netns_run("ip link set lo up && ip link set v1 addrgenmode none up && ip addr add 10.0.0.2/24 dev v1 && "
	          "ip addr add fe80::b/64 dev v1 nodad && ip addr add 2001:db8::b/64 dev v1 nodad");
	if_b = if_nametoindex("v1");
	setns(ns_a, CLONE_NEWNET);
	if (!t_case(if_a && if_b, "raw/veth", "not made"))
		return 1;
	family4();
	family6();
	T_END;
}
