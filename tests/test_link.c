/* test_link.c - real addresses on a real veth, in a namespace of the test's own; every answer checked by a dump. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "link.h"
#include "netns.h"
#include "t.h"

enum { SEEN_MAX = 1200, DEV_UP = 1, WAIT = 3000000 };

/* What the callbacks saw. */
static struct seen {
	struct link_addr addr[SEEN_MAX];
	struct link_info link[64];
	unsigned naddr, nlink, lost;
} seen;

static struct loop loop;
static struct link lnk;
static unsigned dev;	/* ifindex of v0 */

static void on_addr(void *ctx, const struct link_addr *a)
{
	(void)ctx;
	if (seen.naddr < SEEN_MAX)
		seen.addr[seen.naddr++] = *a;
}

static void on_link(void *ctx, const struct link_info *i)
{
	(void)ctx;
	if (seen.nlink < 64)
		seen.link[seen.nlink++] = *i;
}

static void on_lost(void *ctx)
{
	(void)ctx;
	seen.lost++;
}

/* What link.c reads can be replaced here, for answers that a healthy kernel does not give. */
static const void *fake;
static size_t fake_len;

/* Addresses told with keepalived's protocol number. */
static unsigned protos;

static void count_protos(const char *buf, ssize_t len)
{
	const struct nlmsghdr *h = (const void *)buf;

	for (; len > 0 && NLMSG_OK(h, (size_t)len); h = NLMSG_NEXT(h, len)) {
		const struct rtattr *t = IFA_RTA(NLMSG_DATA(h));
		size_t left = IFA_PAYLOAD(h);

		for (; h->nlmsg_type == RTM_NEWADDR && RTA_OK(t, left); t = RTA_NEXT(t, left))
			protos += t->rta_type == 11 && *(const uint8_t *)RTA_DATA(t) == 18;
	}
}

ssize_t recv(int fd, void *buf, size_t len, int flags)
{
	if (!fake) {
		ssize_t n = syscall(SYS_recvfrom, fd, buf, len, flags, NULL, NULL);

		count_protos(buf, n);
		return n;
	}
	memcpy(buf, fake, fake_len < len ? fake_len : len);
	return fake_len;
}

static void forget(void)
{
	seen.naddr = seen.nlink = seen.lost = 0;
}

static const struct link_addr *find(const char *text, bool gone)
{
	struct addr a;

	addr_parse(&a, text);
	for (unsigned i = 0; i < seen.naddr; i++)
		if (addr_eq(&seen.addr[i].addr, &a) && seen.addr[i].gone == gone)
			return &seen.addr[i];
	return NULL;
}

static const struct link_info *find_link(const char *name)
{
	for (unsigned i = seen.nlink; i-- > 0; )
		if (!strcmp(seen.link[i].name, name))
			return &seen.link[i];
	return NULL;
}

/* Events until the address is seen. */
static const struct link_addr *await(const char *text, bool gone)
{
	usec now, end = clock_now() + WAIT;
	const struct link_addr *a;

	while (!(a = find(text, gone)) && clock_now() < end)
		loop_turn(&loop, end, &now);
	return a;
}

/* Everything the kernel has told so far: an address that comes and goes marks its end. */
static void settle(void)
{
	static int n;
	char text[ADDR_STR];

	snprintf(text, sizeof(text), "192.0.2.%d", ++n % 250 + 1);
	netns_run("ip addr add %s/32 dev v1 && ip addr del %s/32 dev v1", text, text);
	if (!await(text, true))
		printf("# no mark %s\n", text);
}

static bool told_gone(const char *name)
{
	for (unsigned i = 0; i < seen.nlink; i++)
		if (!strcmp(seen.link[i].name, name) && seen.link[i].gone)
			return true;
	return false;
}

/* Events until the interface is told with these flags. */
static bool await_link(const char *name, bool gone, unsigned mask, unsigned flags)
{
	usec now, end = clock_now() + WAIT;

	for (;;) {
		for (unsigned i = 0; i < seen.nlink; i++)
			if (!strcmp(seen.link[i].name, name) && seen.link[i].gone == gone &&
			    (seen.link[i].flags & mask) == flags)
				return true;
		if (clock_now() >= end)
			return false;
		loop_turn(&loop, end, &now);
	}
}

static struct link_addr plain(const char *text, int plen)
{
	struct link_addr a = { .ifindex = dev, .plen = plen, .preferred = UINT32_MAX };

	addr_parse(&a.addr, text);
	a.flags = a.addr.family == AF_INET6 ? IFA_F_NODAD : 0;
	return a;
}

/* The i-th test address, in either family. */
static struct link_addr nth(int family, unsigned i)
{
	char text[ADDR_STR];

	if (family == AF_INET)
		snprintf(text, sizeof(text), "10.9.%u.%u", i / 200, i % 200 + 1);
	else
		snprintf(text, sizeof(text), "2001:db8:9::%x", i + 1);
	return plain(text, family == AF_INET ? 32 : 128);
}

/* Add or remove count addresses, in bursts; returns how many were refused. */
static unsigned change(int family, bool add, unsigned count)
{
	static struct link_batch b;
	unsigned bad = 0;

	link_batch_init(&b);
	for (unsigned i = 0; i < count; i++) {
		struct link_addr a = nth(family, i);

		link_batch_addr(&b, &lnk, add, &a);
		if (!link_batch_full(&b) && i + 1 < count)
			continue;
		bad += link_batch_send(&b, &lnk) < 0;
		for (unsigned k = 0; k < b.n; k++)
			bad += b.err[k] != 0;
		link_batch_init(&b);
	}
	return bad;
}

/* How many of the first count test addresses a dump tells. */
static unsigned present(int family, unsigned count)
{
	unsigned n = 0;

	int err = -EAGAIN;

	for (int i = 0; i < 1000 && err == -EAGAIN; i++) {	/* new IPv6 addresses go on changing for a while */
		forget();
		err = link_dump_addrs(&lnk, family);
	}
	if (err)
		return ~0u;
	for (unsigned i = 0; i < count; i++) {
		struct link_addr a = nth(family, i);
		char text[ADDR_STR];

		inet_ntop(family, a.addr.b, text, sizeof(text));
		n += find(text, false) != NULL;
	}
	return n;
}

static void counts(void)
{
	static const unsigned sizes[] = { 1, VIP_CHUNK, 500 };

	for (int family = AF_INET; family; family = family == AF_INET ? AF_INET6 : 0)
		for (unsigned i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
			char name[64];
			int v = family == AF_INET ? 4 : 6;

			snprintf(name, sizeof(name), "link/add/v%d/%u", v, sizes[i]);
			t_int(name, change(family, true, sizes[i]), 0);
			snprintf(name, sizeof(name), "link/add/v%d/%u/there", v, sizes[i]);
			t_int(name, present(family, sizes[i]), sizes[i]);
			snprintf(name, sizeof(name), "link/del/v%d/%u", v, sizes[i]);
			t_int(name, change(family, false, sizes[i]), 0);
			snprintf(name, sizeof(name), "link/del/v%d/%u/gone", v, sizes[i]);
			t_int(name, present(family, sizes[i]), 0);
		}
}

static bool has_protos(void)	/* Linux 5.18 */
{
	struct utsname u;
	int a = 0, b = 0;

	uname(&u);
	sscanf(u.release, "%d.%d", &a, &b);
	return a > 5 || (a == 5 && b >= 18);
}

static int apply(bool add, const struct link_addr *a)
{
	static struct link_batch b;

	link_batch_init(&b);
	link_batch_addr(&b, &lnk, add, a);
	link_batch_send(&b, &lnk);
	return b.err[0];
}

static void same(const char *name, const struct link_addr *got, const struct link_addr *want, uint32_t flags)
{
	char g[ADDR_STR], w[ADDR_STR];

	if (!t_case(got != NULL, name, "not there"))
		return;
	t_case(got->ifindex == want->ifindex && got->plen == want->plen && got->scope == want->scope, name,
	       "ifindex %u, /%u, scope %u", got->ifindex, got->plen, got->scope);
	t_str(name, addr_text(&got->peer, g), addr_text(&want->peer, w));
	t_case(got->has_brd == want->has_brd && !memcmp(got->brd, want->brd, 4), name, "broadcast differs");
	t_case((got->flags & flags) == flags, name, "flags %#x", got->flags);
	t_str(name, got->label, want->label);
	/* it may have counted down a second or two by now */
	t_case(got->preferred <= want->preferred && want->preferred - got->preferred < 3, name, "preferred %u", got->preferred);
}

static void attributes(void)
{
	struct link_addr a = plain("10.8.0.1", 24), p = plain("10.8.1.1", 30), b = plain("2001:db8:8::1", 64),
	                 q = plain("2001:db8:8:1::1", 128);

	a.scope = RT_SCOPE_LINK;
	a.has_brd = true;
	memcpy(a.brd, "\x0a\x08\x00\xff", 4);
	strcpy(a.label, "v0:vip");
	a.flags = IFA_F_NOPREFIXROUTE;
	strcpy(p.label, "v0");	/* the kernel's own label */
	addr_parse(&p.peer, "10.8.2.1");
	b.preferred = 0;
	b.flags |= IFA_F_NOPREFIXROUTE | IFA_F_HOMEADDRESS;
	addr_parse(&q.peer, "2001:db8:8:2::1");
	q.preferred = 600;
	t_int("link/attr/add", apply(true, &a) | apply(true, &p) | apply(true, &b) | apply(true, &q), 0);
	forget();
	protos = 0;
	t_int("link/attr/dump", link_dump_addrs(&lnk, 0), 0);
	same("link/attr/v4", find("10.8.0.1", false), &a, a.flags);
	same("link/attr/v4/peer", find("10.8.1.1", false), &p, 0);
	same("link/attr/v6", find("2001:db8:8::1", false), &b, b.flags | IFA_F_DEPRECATED | IFA_F_PERMANENT);
	same("link/attr/v6/peer", find("2001:db8:8:1::1", false), &q, IFA_F_NODAD);
	if (has_protos()) {
		t_int("link/attr/proto", protos, 4);
		t_int("link/attr/proto is told", find("10.8.0.1", false)->proto, 18);
	} else {
		t_skip("link/attr/proto", "the kernel does not know address protocols");
	}
	/* a changed label or lifetime must not keep a removal from its address */
	strcpy(a.label, "other");
	b.preferred = UINT32_MAX;
	t_int("link/attr/del", apply(false, &a) | apply(false, &p) | apply(false, &b) | apply(false, &q), 0);

	/* IPv4 with an endless life knows only "deprecated": the kernel forgets other preferred times */
	a = plain("10.8.0.1", 32);
	a.preferred = 0;
	t_int("link/attr/v4/deprecated/add", apply(true, &a), 0);
	forget();
	link_dump_addrs(&lnk, AF_INET);
	t_case(find("10.8.0.1", false) && (find("10.8.0.1", false)->flags & IFA_F_DEPRECATED), "link/attr/v4/deprecated", "it is not");
	apply(false, &a);
}

static void errors(void)
{
	static struct link_batch b;
	struct link_addr a[] = { plain("10.7.0.1", 32), plain("10.7.0.1", 32), plain("10.7.0.2", 32), plain("10.7.0.3", 32),
	                         plain("2001:db8:7::1", 128), plain("2001:db8:7::1", 128), plain("2001:db8:7::2", 128),
	                         plain("10.7.0.1", 32) };
	static const int want[] = { 0, -EEXIST, -ENODEV, -EADDRNOTAVAIL, 0, -EEXIST, -EADDRNOTAVAIL, 0 };
	static const bool add[] = { 1, 1, 1, 0, 1, 1, 0, 0 };

	a[2].ifindex = 9999;
	link_batch_init(&b);
	t_int("link/errors/empty", link_batch_send(&b, &lnk), 0);
	for (unsigned i = 0; i < sizeof(a) / sizeof(*a); i++)
		link_batch_addr(&b, &lnk, add[i], &a[i]);
	t_int("link/errors/send", link_batch_send(&b, &lnk), 0);
	for (unsigned i = 0; i < sizeof(a) / sizeof(*a); i++) {
		char name[64];

		snprintf(name, sizeof(name), "link/errors/%u", i);
		t_int(name, b.err[i], want[i]);
	}
	t_int("link/errors/clean-up", apply(false, &a[4]), 0);
	for (unsigned i = 0; i < VIP_CHUNK; i++)	/* all sixteen wrong: every answer must have room */
		b.err[i] = 0;
	link_batch_init(&b);
	for (unsigned i = 0; i < VIP_CHUNK; i++)
		link_batch_addr(&b, &lnk, false, &a[3]);
	t_int("link/errors/full", link_batch_full(&b) && !link_batch_send(&b, &lnk), 1);
	t_int("link/errors/first", b.err[0], -EADDRNOTAVAIL);
	t_int("link/errors/last", b.err[VIP_CHUNK - 1], -EADDRNOTAVAIL);

	link_batch_init(&b);
	link_batch_addr(&b, &lnk, true, &a[0]);
	int fd = lnk.cmd;
	lnk.cmd = -1;
	t_int("link/errors/socket", link_batch_send(&b, &lnk), -EBADF);
	t_int("link/errors/socket/each", b.err[0], -EBADF);
	lnk.cmd = fd;
}

static void events(void)
{
	struct link_addr a = plain("10.6.0.1", 32), b = plain("2001:db8:6::1", 128);
	bool own6;

	settle();
	forget();
	apply(true, &a);
	apply(true, &b);
	netns_run("ip addr add 10.6.0.2/32 dev v0");
	netns_run("ip addr add 2001:db8:6::2/128 dev v0 nodad");
	t_case(await("10.6.0.2", false) != NULL, "link/event/foreign/v4", "not seen");
	t_case(await("2001:db8:6::2", false) != NULL, "link/event/foreign/v6", "not seen");
	settle();
	t_case(!find("10.6.0.1", false), "link/event/own/v4", "seen");
	own6 = find("2001:db8:6::1", false);
	if (own6 && !has_protos())
		t_skip("link/event/own/v6", "the kernel does not know address protocols");
	else
		t_case(!own6, "link/event/own/v6", "seen");
	apply(false, &a);
	apply(false, &b);
	t_case(await("10.6.0.1", true) != NULL, "link/event/own-removal/v4", "not seen");
	t_case(await("2001:db8:6::1", true) != NULL, "link/event/own-removal/v6", "not seen");
	netns_run("ip addr del 10.6.0.2/32 dev v0");
	netns_run("ip addr del 2001:db8:6::2/128 dev v0");
	t_case(await("10.6.0.2", true) != NULL, "link/event/foreign-removal/v4", "not seen");
	t_case(await("2001:db8:6::2", true) != NULL, "link/event/foreign-removal/v6", "not seen");

	forget();
	apply(true, &a);
	netns_run("ip addr del 10.6.0.1/32 dev v0");
	t_case(await("10.6.0.1", true) != NULL, "link/event/stolen/v4", "not seen");
	apply(true, &b);
	netns_run("ip addr del 2001:db8:6::1/128 dev v0");
	t_case(await("2001:db8:6::1", true) != NULL, "link/event/stolen/v6", "not seen");
}

static void links(void)
{
	const struct link_info *i;

	forget();
	t_int("link/links/dump", link_dump_links(&lnk), 0);
	i = find_link("v0");
	t_case(i && i->ifindex == dev && i->has_mac && i->mtu == 1500 && i->type == 1 && (i->flags & DEV_UP) && !i->gone &&
	       !memcmp(i->mac, "\x02\0\0\0\0\x0a", 6), "link/links/veth", "wrong or missing");
	i = find_link("lo");
	t_case(i && i->type == 772, "link/links/lo", "wrong or missing");

	settle();
	forget();
	netns_run("ip link set v1 down");
	t_case(await_link("v0", false, 0x10000, 0), "link/links/carrier", "no event");	/* IFF_LOWER_UP */
	netns_run("ip link set v1 up");
	forget();
	netns_run("ip link set v0 down");
	t_case(await_link("v0", false, DEV_UP, 0), "link/links/down", "no event");
	netns_run("ip link set v0 name w0");
	t_case(await_link("w0", false, 0, 0), "link/links/renamed", "no event");
	netns_run("ip link set w0 name v0 up");
	t_case(await_link("v0", false, DEV_UP, DEV_UP), "link/links/up", "no event");

	if (netns_run("ip link add b0 type bridge && ip link add p0 type veth peer name p1 && ip link set p0 master b0")) {
		settle();
		forget();
		netns_run("ip link set p0 nomaster");
		settle();
		t_case(find_link("p0") && !told_gone("p0"), "link/links/bridge-port", "it left the bridge, not the machine");
		forget();
		netns_run("ip link del p0");
		t_case(await_link("p0", true, 0, 0), "link/links/deleted", "no event");
	} else {
		t_skip("link/links/bridge-port", "the kernel has no bridge");
	}
}

static void overrun(void)
{
	int size = 4096;
	usec now;

	settle();
	setsockopt(lnk.src.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	forget();
	change(AF_INET, true, 100);
	change(AF_INET, false, 100);	/* removals are told */
	loop_turn(&loop, clock_now() + WAIT, &now);
	t_int("link/overrun/lost", seen.lost, 1);
	t_int("link/overrun/past-dropped", seen.naddr, 0);
	t_int("link/overrun/quiet", loop_turn(&loop, 0, &now), 0);
	netns_run("ip addr add 10.5.0.1/32 dev v0");
	t_case(await("10.5.0.1", false) != NULL, "link/overrun/goes-on", "deaf");
	netns_run("ip addr del 10.5.0.1/32 dev v0");
	size = 1 << 20;
	setsockopt(lnk.src.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

/* A burst and a dump from inside a dump's callback. */
static struct link_addr nested;
static int nested_err = 1;

static void on_link_nested(void *ctx, const struct link_info *i)
{
	on_link(ctx, i);
	if (i->ifindex != dev || nested_err != 1)
		return;
	nested_err = apply(true, &nested);
	link_dump_addrs(&lnk, AF_INET);
}

static void nesting(void)
{
	nested = plain("10.4.0.1", 32);
	forget();
	lnk.on_link = on_link_nested;
	t_int("link/nested/dump", link_dump_links(&lnk), 0);
	lnk.on_link = on_link;
	t_int("link/nested/batch", nested_err, 0);
	t_case(find("10.4.0.1", false) && find_link("lo") && find_link("v0") && find_link("v1"), "link/nested/all",
	       "something was not told");
	apply(false, &nested);
}

/* Answers that only a kernel in trouble gives. */
static void refusals(void)
{
	struct { struct nlmsghdr h; int err; } done = { { sizeof(done), NLMSG_DONE, NLM_F_MULTI, 1, 0 }, -EPERM };
	struct { struct nlmsghdr h; struct nlmsghdr end; } tiny = { { 16, RTM_NEWADDR, 0, 1, 0 }, { 16, NLMSG_DONE, 0, 1, 0 } };
	char big[100000] = { 0 };

	forget();
	fake = &done;
	fake_len = sizeof(done);
	t_int("link/dump/refused-at-end", link_dump_addrs(&lnk, 0), -EPERM);
	done.h.nlmsg_type = NLMSG_ERROR;
	t_int("link/dump/refused", link_dump_addrs(&lnk, 0), -EPERM);
	done.h.nlmsg_type = NLMSG_DONE;
	done.h.nlmsg_flags |= NLM_F_DUMP_INTR;
	done.err = 0;
	t_int("link/dump/interrupted", link_dump_addrs(&lnk, 0), -EAGAIN);
	fake = big;
	fake_len = sizeof(big);
	t_int("link/dump/too-long", link_dump_addrs(&lnk, 0), -EMSGSIZE);
	fake = &tiny;
	fake_len = sizeof(tiny);
	t_int("link/dump/too-short", link_dump_addrs(&lnk, 0), 0);
	fake = NULL;
	t_int("link/dump/nothing-told", seen.naddr + seen.nlink, 0);
}

int main(void)
{
	const char *why = netns_missing();

	if (why) {
		t_skip("link", why);
		return 0;
	}
	netns_run("ip link add v0 address 02:00:00:00:00:0a type veth peer name v1 && ip link set v0 up && ip link set v1 up");
	lnk = (struct link){ .on_addr = on_addr, .on_link = on_link, .on_lost = on_lost };
	if (!t_int("link/open", link_open(&lnk), 0) || loop_open(&loop) < 0 || loop_add(&loop, &lnk.src) < 0)
		return 1;
	link_dump_links(&lnk);
	dev = find_link("v0") ? find_link("v0")->ifindex : 0;
	t_case(dev != 0, "link/veth", "not told");

	counts();
	attributes();
	errors();
	events();
	links();
	overrun();
	nesting();
	refusals();
	link_close(&lnk);
	loop_close(&loop);
	T_END;
}
