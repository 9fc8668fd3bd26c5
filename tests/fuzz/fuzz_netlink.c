/*
 * fuzz_netlink.c - any bytes as what the kernel tells: links, addresses, routes, rules, what became of a burst, nf_tables' events,
 * and a table that a check reads. They come through the very sockets' readers; what is told is whole.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include "link.h"
#include "nft.h"
#include "probe.h"

enum { DATAGRAM = 16384, BURST = 4 };

static struct link lnk;
static struct nft nft;
static int kernel_link, kernel_cmd, kernel_nft;	/* where the kernel would sit */
static unsigned told;

static void name_ends(const char *name)
{
	if (!memchr(name, 0, IFNAME_LEN))
		abort();
}

static void on_link(void *ctx, const struct link_info *i)
{
	(void)ctx;
	told++;
	name_ends(i->name);
	if (i->kind > 2)
		abort();
}

static void on_addr(void *ctx, const struct link_addr *a)
{
	(void)ctx;
	told++;
	name_ends(a->label);
	if ((a->addr.family != AF_INET && a->addr.family != AF_INET6) || (a->peer.family && a->peer.family != a->addr.family))
		abort();
}

static void on_route(void *ctx, const struct link_route *r)
{
	(void)ctx;
	(void)r;
	told++;
}

static void on_lost(void *ctx)
{
	(void)ctx;
	told++;
}

/* In the place of a netlink socket one of ours. Returns the far end. */
static int replace(int fd)
{
	int two[2];

	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, two) || dup2(two[0], fd) < 0)
		abort();
	close(two[0]);
	return two[1];
}

static void build(void)
{
	lnk = (struct link){ .on_link = on_link, .on_addr = on_addr, .on_route = on_route, .on_lost = on_lost };
	nft = (struct nft){ .table = "vrrpbox", .on_lost = on_lost };
	if (link_open(&lnk))
		abort();
	kernel_link = replace(lnk.src.fd);
	kernel_cmd = replace(lnk.cmd);
	if (nft_open(&nft))
		nft.cmd = -1;			/* no nf_tables here */
	else
		kernel_nft = replace(nft.src.fd);
}

/* One datagram: its messages' lengths made right where the input wants that, so that more than the first are read. */
static size_t mend(uint8_t *b, const uint8_t *data, size_t len)
{
	struct nlmsghdr h;
	size_t n = len < DATAGRAM ? len : DATAGRAM;

	memcpy(b, data, n);
	for (size_t at = 0; at + sizeof h <= n; at += NLMSG_ALIGN(h.nlmsg_len)) {
		memcpy(&h, b + at, sizeof h);
		if (h.nlmsg_len < sizeof h || h.nlmsg_len > n - at)
			h.nlmsg_len = n - at;
		memcpy(b + at, &h, sizeof h);
	}
	return n;
}

/* The kernel's words about a burst of four; each of them has a verdict afterwards. */
static void answer_burst(const uint8_t *b, size_t n)
{
	static struct link_batch batch;
	struct link_addr a = { .ifindex = 1, .plen = 32 };
	uint8_t junk[DATAGRAM];
	int err;

	addr_parse(&a.addr, "10.0.0.1");
	link_batch_init(&batch);
	lnk.seq = 1;
	for (unsigned i = 0; i < BURST; i++)
		link_batch_addr(&batch, &lnk, i & 1, &a);
	send(kernel_cmd, b, n, 0);
	err = link_batch_send(&batch, &lnk);
	for (unsigned i = 0; i < BURST; i++)
		if (err && batch.err[i] != err)
			abort();
	while (recv(kernel_cmd, junk, sizeof junk, 0) > 0 || recv(lnk.cmd, junk, sizeof junk, MSG_DONTWAIT) > 0)
		;
}

static void readers(const uint8_t *b, size_t n)
{
	uint32_t room[DATAGRAM / 4];		/* netlink's alignment */
	const struct nlmsghdr *h = (const void *)room;
	struct link_info i;
	struct link_addr a;
	struct link_route r;

	memcpy(room, b, n);
	if (n < sizeof *h || h->nlmsg_len < sizeof *h || h->nlmsg_len > n)
		return;
	if (link_info_read(&i, h))
		on_link(NULL, &i);
	if (link_addr_read(&a, h))
		on_addr(NULL, &a);
	link_route_read(&r, h);
}

static void *grow(struct arena *a, size_t need, size_t *got)
{
	(void)a;
	*got = need;
	return calloc(1, need);
}

static void done(struct probe *p, usec now)
{
	(void)now;
	if (p->busy || !*p->why || (p->good && !p->can))
		abort();
	told++;
}

/* What a check that reads the kernel's table makes of it. */
static void check_reads(unsigned kind, const uint8_t *b, size_t n)
{
	static char *words[][5] = { { "route", "default" }, { "route", "10.0.0.0/8" }, { "route", "2001:db8::/32" }, { "addr", "10.0.0.1" } };
	static struct check c[4];
	static struct arena a = { .grow = grow };
	static struct loop loop = { .epfd = -1 };
	static struct heap heap;
	static struct timer *room[8];
	static const struct probe_env env = { .loop = &loop, .heap = &heap };
	struct probe p = { .done = done };
	struct check_error err;
	int far;

	if (loop.epfd < 0) {
		heap_init(&heap, room, 8);
		if (loop_open(&loop))
			abort();
		for (unsigned i = 0; i < 4; i++)
			if (!check_parse(&c[i], &a, words[i], &err))
				abort();
	}
	if (probe_start(&p, &env, &c[kind], SEC, 0))
		return;
	far = replace(p.src.fd);
	send(far, b, n, 0);
	p.src.ready(&p.src, 0);
	probe_stop(&p);
	probe_close(&p);
	close(far);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static uint8_t b[DATAGRAM];
	size_t n;

	if (!lnk.on_link)
		build();
	if (len < 2)
		return 0;
	n = data[0] & 4 ? mend(b, data + 1, len - 1) : len - 1 < DATAGRAM ? len - 1 : DATAGRAM;
	if (!(data[0] & 4))
		memcpy(b, data + 1, n);
	if (data[0] & 128) {
		check_reads(data[0] & 3, b, n);
		return 0;
	}
	switch (data[0] & 3) {
	case 0:
		send(kernel_link, b, n, 0);
		lnk.src.ready(&lnk.src, 0);
		break;
	case 1:
		if (nft.cmd < 0)
			break;
		send(kernel_nft, b, n, 0);
		nft.src.ready(&nft.src, 0);
		break;
	case 2:
		answer_burst(b, n);
		break;
	case 3:
		readers(b, n);
		break;
	}
	return 0;
}
