/* probe_wire.c - checks that ask other machines: ping, arp, vip (sys: raw and packet sockets). */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/rtnetlink.h>

#include "echo.h"
#include "garp.h"
#include "link.h"
#include "probe_net.h"
#include "text.h"

enum {
	TRIES = 4,		/* requests within the timeout: a lost one is no verdict */
	READS = 8,		/* answers taken in one wake-up */
	HEARD = 2,		/* MACs that we name */
	RX_MAX = 256,		/* of one answer */
	STALE = 512,		/* packets that a socket may have kept since the last run */
	PROTO_KEEPALIVED = 18,
	STEP_ADDRS = 0,		/* arp, vip: our own addresses are read */
	STEP_ASKED
};
#define GRACE (100 * MS)	/* after the first answer: a second one is news */

struct wire {
	struct dump dump;
	struct netif i;
	struct addr sender;
	uint8_t rank;		/* of sender; 0: there is none */
	uint8_t heard;		/* MACs in mac; HEARD + 1: more than that */
	bool ours;		/* the address is set on this interface */
	uint8_t mac[HEARD * 6];
	uint8_t token[ECHO_TOKEN];
};
_Static_assert(sizeof(struct wire) <= sizeof(union probe_state), "it lives there");

static const char no_right[] = "raw sockets need root or CAP_NET_RAW";

static struct wire *wire(struct probe *p)
{
	return (void *)&p->u;
}

static bool watch_raw(struct probe *p, int family, int protocol)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);

	if (fd < 0 && errno == EPERM) {
		probe_cannot(p, "%s", no_right);
		return false;
	}
	return probe_watch(p, fd < 0 ? -errno : fd, "socket");
}

static uint32_t word(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
}

/* The kernel's filter: what is not for us wakes nobody. */
static void attach(int fd, struct sock_filter *code, unsigned n)
{
	struct sock_fprog prog = { .len = n, .filter = code };

	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog);
}

/* ---- asking until the time is over ---- */

static void say(struct probe *p)
{
	const struct wire *w = wire(p);
	char text[64];
	struct text t = { text, sizeof text, 0 };

	if (!w->heard) {
		probe_done(p, false, p->c->kind == CHECK_VIP ? "nobody else has it" : w->ours ? "no answer, it is our own" : "no answer");
		return;
	}
	for (unsigned i = 0; i < 6u * w->heard && i < sizeof w->mac; i++)
		text_put(&t, "%s%02x", i == 0 ? "" : i % 6 ? ":" : " and ", w->mac[i]);
	probe_done(p, true, "%s %s", text, w->heard > HEARD ? "and others have it" : w->heard > 1 ? "have it" : "has it");
}

union dest {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

static void *address_in(union dest *d)
{
	return d->sa.sa_family == AF_INET ? (void *)&d->in.sin_addr : &d->in6.sin6_addr;
}

static void request(struct probe *p)
{
	const struct wire *w = wire(p);
	union dest to = { .sa.sa_family = p->c->addr.family };
	uint8_t b[GARP_FRAME_MAX];
	ssize_t n;

	if (p->c->kind != CHECK_PING) {
		n = send(p->src.fd, b, garp_ask(b, &p->c->addr, &w->sender, w->i.mac), 0);
	} else {
		echo_request(b, p->c->addr.family, w->token);
		memcpy(address_in(&to), p->c->addr.b, addr_len(&p->c->addr));
		n = sendto(p->src.fd, b, ECHO_LEN, 0, &to.sa, sizeof to);
	}
	if (n < 0 && errno != EAGAIN && errno != ENOBUFS)	/* full queues: the next one may leave */
		probe_cannot_errno(p, NULL, -errno);
}

/* A second answer may have come behind the first; else the request, or its answer, may have been lost. */
static void again(struct probe *p)
{
	if (wire(p)->heard) {
		say(p);
		return;
	}
	probe_wake(p, p->now + p->timeout / TRIES);
	request(p);
}

/* ---- ping ---- */

/* Distinct at least, when the kernel has nothing random yet. */
static void make_token(struct wire *w, const struct probe *p)
{
	uint64_t a = p->now ^ (uintptr_t)p;
	uint32_t b = getpid();

	memcpy(w->token, &a, sizeof a);
	memcpy(w->token + sizeof a, &b, sizeof b);
	syscall(SYS_getrandom, w->token, sizeof w->token, 1 /* GRND_NONBLOCK */);
}

/* Answers and errors that carry the first word of our token. IPv4 comes with its header, and errors quote one more. */
static void filter_echo(int fd, bool six, const uint8_t *token)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_IND, 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(token), 2, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_IND, 8 + 20 + 4),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(token), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	if (six) {
		code[0].code = BPF_LDX | BPF_IMM;
		code[3].k = 8 + 40 + 4;
	}
	attach(fd, code, sizeof code / sizeof *code);
}

static void ping_start(struct probe *p)
{
	struct wire *w = wire(p);
	const char *dev = p->c->dev;
	bool six = p->c->addr.family == AF_INET6;

	if (!watch_raw(p, p->c->addr.family, six ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
		return;
	if (dev && setsockopt(p->src.fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev)) < 0) {
		netif_cannot(p, -errno);
		return;
	}
	make_token(w, p);
	filter_echo(p->src.fd, six, w->token);
	again(p);
}

static void ping_ready(struct probe *p)
{
	struct wire *w = wire(p);
	union dest sa = { .sa.sa_family = AF_UNSPEC };
	uint8_t b[RX_MAX];
	char text[ADDR_STR];

	for (int i = 0; i < READS; i++) {
		socklen_t len = sizeof sa;
		ssize_t n = recvfrom(p->src.fd, b, sizeof b, 0, &sa.sa, &len);
		const char *what;
		struct addr from;

		if (n < 0)
			return;
		addr_set(&from, sa.sa.sa_family, address_in(&sa));
		what = echo_read(b, n, &from, &p->c->addr, w->token);
		if (!what)
			continue;
		if (*what)
			probe_done(p, false, "%s, says %s", what, addr_text(&from, text));
		else
			probe_done(p, true, "answers");
		return;
	}
}

const struct probe_kind probe_ping = { .start = ping_start, .ready = ping_ready, .wake = again, .late = say };

/* ---- arp, vip ---- */

/*
 * In whose name to ask: an address of the interface's own, best one that the other can answer directly. Not one that
 * moves between routers: everybody would learn that it is here. Those are single addresses, second ones of a subnet,
 * marked by the daemon that set them, or younger than the others: the kernel lists IPv4's oldest first, IPv6's last.
 */
static unsigned rank(const struct link_addr *a, const struct addr *target)
{
	if (a->proto == PROTO_KEEPALIVED || (a->flags & (IFA_F_SECONDARY | IFA_F_TENTATIVE | IFA_F_DADFAILED)) ||
	    a->plen >= 8 * addr_len(&a->addr))
		return 0;
	if (a->addr.family == AF_INET6)
		return 1 + addr_is_linklocal(&a->addr);
	return 1 + same_prefix(&a->addr, target, a->plen);
}

static bool own_each(struct probe *p, const struct nlmsghdr *h)
{
	struct wire *w = wire(p);
	struct link_addr a;
	unsigned r;

	if (!link_addr_read(&a, h) || a.ifindex != w->i.index)
		return false;
	if (addr_eq(&a.addr, &p->c->addr)) {
		w->ours = true;
	} else if ((r = rank(&a, &p->c->addr)) > w->rank || (r && r == w->rank && a.addr.family == AF_INET6)) {
		w->rank = r;
		w->sender = a.addr;
	}
	return false;
}

/* What is of this interface, not of a VLAN on it, and has the end of the address where answers have it. garp_heard sees the rest. */
static void filter_heard(int fd, unsigned ifindex, const struct addr *a)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_IFINDEX)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ifindex, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, a->family == AF_INET ? 28 : 74),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, word(a->b + (a->family == AF_INET ? 0 : 12)), 0, 1),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};

	attach(fd, code, sizeof code / sizeof *code);
}

/* What came between two runs is no answer. false: the interface was gone meanwhile, and the socket may be dead for good. */
static bool empty(int fd)
{
	uint8_t b;

	for (int i = 0; i < STALE; i++)
		if (recv(fd, &b, sizeof b, 0) < 0)
			return errno == EAGAIN;
	return true;
}

/* The packet socket: opened once, since closing it makes the kernel wait for every processor. 0 or -errno. */
static int packet_socket(struct probe *p)
{
	const struct wire *w = wire(p);
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_ifindex = w->i.index };
	int fd;

	if (p->kept && p->kept_if == w->i.index && empty(p->kept - 1))
		return 0;
	probe_close(p);
	fd = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);	/* 0: nothing comes before the filter stands */
	if (fd < 0)
		return -errno;
	p->kept = fd + 1;
	p->kept_if = w->i.index;
	filter_heard(fd, w->i.index, &p->c->addr);
	ll.sll_protocol = htons(p->c->addr.family == AF_INET ? ETH_P_ARP : ETH_P_IPV6);
	return bind(fd, (struct sockaddr *)&ll, sizeof ll) < 0 ? -errno : 0;
}

static void own_end(struct probe *p)
{
	struct wire *w = wire(p);
	int err;

	if (!w->rank && p->c->addr.family == AF_INET6) {
		probe_cannot(p, "the interface has no own IPv6 address to ask from");
		return;
	}
	w->sender.family = p->c->addr.family;
	loop_del(p->env->loop, &p->src);
	close(p->src.fd);
	p->src.fd = -1;
	err = packet_socket(p);
	if (err == -EPERM) {
		probe_cannot(p, "%s", no_right);
		return;
	}
	if (err < 0) {
		probe_close(p);
		netif_cannot(p, err);
		return;
	}
	if (!probe_watch(p, p->kept - 1, "socket"))
		return;
	p->step = STEP_ASKED;
	again(p);
}

static void arp_start(struct probe *p)
{
	static const struct dump_kind own = { RTM_GETADDR, own_each, own_end };
	struct wire *w = wire(p);
	int err = netif_get(&w->i, p->c->dev);

	if (err)
		netif_cannot(p, err);
	else if (w->i.type != ARPHRD_ETHER || (w->i.flags & IFF_NOARP))
		probe_cannot(p, "no ARP there");
	else if ((w->i.flags & (IFF_UP | IFF_RUNNING)) != (IFF_UP | IFF_RUNNING))
		probe_cannot(p, "the interface %s", w->i.flags & IFF_UP ? "has no carrier" : "is down");
	else {
		w->dump.ifindex = w->i.index;
		dump_start(p, &own, p->c->addr.family);
	}
}

static void arp_late(struct probe *p)
{
	(p->step == STEP_ADDRS ? dump_late : say)(p);
}

static void remember(struct wire *w, const uint8_t *mac)
{
	for (unsigned i = 0; i < w->heard && i < HEARD; i++)
		if (!memcmp(w->mac + 6 * i, mac, 6))
			return;
	if (w->heard < HEARD)
		memcpy(w->mac + 6 * w->heard, mac, 6);
	if (w->heard <= HEARD)
		w->heard++;
}

static void arp_ready(struct probe *p)
{
	struct wire *w = wire(p);
	bool first = !w->heard;
	uint8_t b[RX_MAX];

	if (p->step == STEP_ADDRS) {
		dump_ready(p);
		return;
	}
	for (int i = 0; i < READS; i++) {
		ssize_t n = recv(p->src.fd, b, sizeof b, 0);
		const uint8_t *mac;

		if (n < 0 && errno == ENETDOWN) {
			p->kept_if = 0;		/* the next run opens another */
			netif_cannot(p, -errno);
			return;
		}
		if (n < 0)
			break;
		mac = garp_heard(b, n, &p->c->addr);
		if (mac && memcmp(mac, w->i.mac, 6))
			remember(w, mac);
	}
	if (first && w->heard)
		probe_wake(p, p->now + GRACE);
}

const struct probe_kind probe_arp = { .start = arp_start, .ready = arp_ready, .wake = again, .late = arp_late };
