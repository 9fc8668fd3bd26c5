/* raw.c - VRRP datagrams by raw sockets, announcement frames by a packet socket (sys). */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "ah.h"
#include "raw.h"

enum {
	PROTO_VRRP = 112, PROTO_AH = 51,
	TOS = 0xc0,		/* internetwork control */
	PRIO = 6,		/* the queue that goes with it; 7 would need CAP_NET_ADMIN */
	IP4_HEAD = 20,
	OPT_IP6_TRANSPARENT = 75,	/* musl's headers lack the name */
	OPT_IP6_MULTICAST_ALL = 29	/* kernel 4.20; old headers lack the name */
};

static const struct opt {
	bool tx, must;
	uint8_t family, name, value;
	uint16_t level;
} opts[] = {
	{ 0, 1, AF_INET,  IP_PKTINFO,            1,    IPPROTO_IP },
	{ 0, 1, AF_INET,  IP_MULTICAST_ALL,      0,    IPPROTO_IP },	/* groups of other sockets are not ours */
	{ 0, 0, AF_INET,  IP_RECVFRAGSIZE,       1,    IPPROTO_IP },	/* tells what had been fragments */
	{ 0, 1, AF_INET6, IPV6_RECVPKTINFO,      1,    IPPROTO_IPV6 },
	{ 0, 1, AF_INET6, IPV6_RECVHOPLIMIT,     1,    IPPROTO_IPV6 },
	{ 0, 0, AF_INET6, OPT_IP6_MULTICAST_ALL, 0,    IPPROTO_IPV6 },
	{ 0, 0, AF_INET6, IPV6_RECVFRAGSIZE,     1,    IPPROTO_IPV6 },
	{ 1, 1, AF_INET,  IP_HDRINCL,            1,    IPPROTO_IP },
	{ 1, 1, AF_INET,  IP_MULTICAST_LOOP,     0,    IPPROTO_IP },
	{ 1, 1, AF_INET6, IPV6_MULTICAST_LOOP,   0,    IPPROTO_IPV6 },
	{ 1, 0, AF_INET6, IPV6_TCLASS,           TOS,  IPPROTO_IPV6 },
	{ 1, 0, AF_INET,  SO_PRIORITY,           PRIO, SOL_SOCKET },
	{ 1, 0, AF_INET6, SO_PRIORITY,           PRIO, SOL_SOCKET },
	{ 1, 0, AF_PACKET, SO_PRIORITY,          PRIO, SOL_SOCKET },
};

static int set_opts(int fd, int family, bool tx)
{
	for (const struct opt *o = opts; o < opts + sizeof(opts) / sizeof(*opts); o++) {
		int value = o->value;

		if (o->tx == tx && o->family == family &&
		    setsockopt(fd, o->level, o->name, &value, sizeof(value)) < 0 && o->must)
			return -errno;
	}
	return 0;
}

static int open_socket(int family, int protocol, bool tx)
{
	int fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol);
	int err;

	if (fd < 0)
		return -errno;
	if ((err = set_opts(fd, family, tx)) == 0)
		return fd;
	close(fd);
	return err;
}

static int open_rx(int family, int protocol, unsigned ifindex, const char *ifname)
{
	int fd = open_socket(family, protocol, false);
	int err;

	if (fd < 0 || !ifindex)
		return fd;
	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, ifname, strlen(ifname)) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	for (int i = 0; i < RX_TURN; i++)	/* what came from other interfaces before the bind */
		if (recv(fd, NULL, 0, 0) < 0)
			break;
	return fd;
}

int raw_open_rx(int family, unsigned ifindex, const char *ifname)
{
	return open_rx(family, PROTO_VRRP, ifindex, ifname);
}

int raw_open_ah(unsigned ifindex, const char *ifname)
{
	return open_rx(AF_INET, PROTO_AH, ifindex, ifname);
}

/*
 * An IPv4 socket's filter sees the datagram from its IP header on, an IPv6 one's from its payload. At
 * most 57 instructions, however many ids there are: the id's word is found by comparison, its bit by a shift.
 */
void raw_filter(int fd, int family, unsigned skip, const uint32_t vrids[8])
{
	struct sock_filter code[64] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, RX_BUF, 4, 0),
		family == AF_INET ? (struct sock_filter)BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0) :
		                    (struct sock_filter)BPF_STMT(BPF_LDX | BPF_W | BPF_IMM, 0),
		BPF_STMT(BPF_ALU | BPF_SUB | BPF_X, 0),
		BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, skip + 2, 2, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),		/* too short to say whose it is: counted */
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, skip + 1),
		BPF_STMT(BPF_ST, 0),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 31),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_IMM, 1),
		BPF_STMT(BPF_ALU | BPF_LSH | BPF_X, 0),
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_W | BPF_MEM, 0),
		BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 5),
	};
	const struct sock_filter take = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), drop = BPF_STMT(BPF_RET | BPF_K, 0);
	unsigned n = vrids ? 16 : 7;
	struct sock_fprog prog = { .filter = code };

	for (unsigned i = 0; vrids && i < 8; i++) {
		if (!vrids[i])
			continue;
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, i, 0, 4);
		code[n++] = (struct sock_filter)BPF_STMT(BPF_MISC | BPF_TXA, 0);
		code[n++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, vrids[i], 0, 1);
		code[n++] = take;
		code[n++] = drop;
	}
	code[n++] = vrids ? drop : take;
	prog.len = n;
	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));	/* without it everything comes, as before */
}

void raw_room(int fd, uint32_t bytes)
{
	int size = bytes < INT32_MAX / 2 ? bytes : INT32_MAX / 2;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

int raw_open_tx(int family)
{
	/* It must not collect what the receiving sockets get. IPv4 has a protocol for that, IPv6 needs the filter. */
	struct sock_filter none = BPF_STMT(BPF_RET | BPF_K, 0);
	struct sock_fprog prog = { .len = 1, .filter = &none };
	int fd = open_socket(family, family == AF_INET ? IPPROTO_RAW : PROTO_VRRP, true);

	if (fd >= 0)
		setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
	return fd;
}

void raw_any_source(int fd)
{
	const int on = 1;

	setsockopt(fd, IPPROTO_IPV6, OPT_IP6_TRANSPARENT, &on, sizeof(on));
}

int frame_open(void)
{
	return open_socket(AF_PACKET, 0, true);	/* protocol 0: receives nothing */
}

union dest {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
	struct sockaddr_ll ll;
};

static socklen_t dest_set(union dest *d, const struct addr *a, unsigned ifindex)
{
	memset(d, 0, sizeof(*d));
	d->sa.sa_family = a->family;
	if (a->family == AF_INET) {
		memcpy(&d->in.sin_addr, a->b, 4);
		return sizeof(d->in);
	}
	memcpy(&d->in6.sin6_addr, a->b, 16);
	d->in6.sin6_scope_id = ifindex;
	return sizeof(d->in6);
}

static int membership(int fd, unsigned ifindex, const struct addr *group, int name, int harmless)
{
	struct group_req r = { .gr_interface = ifindex };
	union dest d;
	socklen_t len = dest_set(&d, group, 0);

	memcpy(&r.gr_group, &d, len);
	if (setsockopt(fd, group->family == AF_INET ? IPPROTO_IP : IPPROTO_IPV6, name, &r, sizeof(r)) == 0)
		return 0;
	return errno == harmless ? 0 : -errno;
}

int raw_join(int fd, unsigned ifindex, const struct addr *group)
{
	return membership(fd, ifindex, group, MCAST_JOIN_GROUP, EADDRINUSE);
}

int raw_leave(int fd, unsigned ifindex, const struct addr *group)
{
	return membership(fd, ifindex, group, MCAST_LEAVE_GROUP, EADDRNOTAVAIL);
}

/* Ancillary data, big enough for what either family asks for. */
union control {
	struct cmsghdr align;
	char b[128];
};

/* The two families' option numbers do not overlap, and a socket has one family. Returns false for a fragment. */
static bool read_control(struct msghdr *h, struct meta *m)
{
	bool whole = true;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c; c = CMSG_NXTHDR(h, c))
		switch (c->cmsg_type) {
		case IP_PKTINFO: {
			struct in_pktinfo i;

			memcpy(&i, CMSG_DATA(c), sizeof(i));
			m->ifindex = i.ipi_ifindex;
			break;
		}
		case IPV6_PKTINFO: {
			struct in6_pktinfo i;

			memcpy(&i, CMSG_DATA(c), sizeof(i));
			m->ifindex = i.ipi6_ifindex;
			addr_set(&m->dst, AF_INET6, &i.ipi6_addr);
			break;
		}
		case IPV6_HOPLIMIT:
			memcpy(&m->ttl, CMSG_DATA(c), sizeof(m->ttl));
			break;
		case IP_RECVFRAGSIZE:
		case IPV6_RECVFRAGSIZE:
			whole = false;
			break;
		}
	return whole;
}

/* Take the IPv4 header off; o->len is what the kernel gave. Returns false for what is no whole datagram. */
static bool strip_ip4(struct raw_msg *o)
{
	const uint8_t *p = o->p;
	size_t head, total;

	if (o->len < IP4_HEAD)
		return false;
	head = (p[0] & 15) * 4;
	total = p[2] << 8 | p[3];
	if (head < IP4_HEAD || total < head || total > o->len)
		return false;
	if ((p[6] & 0x3f) | p[7])	/* more fragments, or an offset */
		return false;
	o->meta.ttl = p[8];
	addr_set(&o->meta.src, AF_INET, p + 12);
	addr_set(&o->meta.dst, AF_INET, p + 16);
	o->meta.ah = p[9] == PROTO_AH && head == AH_BEHIND && ah_is(p + head, total - head) ? p + head : NULL;
	o->p += head;
	o->len = total - head;
	if (o->meta.ah) {
		o->p += AH_LEN;
		o->len -= AH_LEN;
	}
	return o->meta.ah || p[9] != PROTO_AH;
}

static bool take(struct raw_msg *o, struct mmsghdr *m, int family)
{
	const struct sockaddr_in6 *from = m->msg_hdr.msg_name;

	*o = (struct raw_msg){ .p = m->msg_hdr.msg_iov->iov_base, .len = m->msg_len, .meta.ttl = -1 };
	if (!read_control(&m->msg_hdr, &o->meta) || (m->msg_hdr.msg_flags & MSG_TRUNC))
		return false;
	if (family == AF_INET)
		return strip_ip4(o);
	addr_set(&o->meta.src, AF_INET6, &from->sin6_addr);
	return true;
}

/* Where datagrams arrive; made ready once, and again after each use. Only touched pages cost memory. */
static struct {
	_Alignas(8) uint8_t buf[RX_BUF];
	struct iovec iov;
	union dest from;
	union control ctl;
} rx[RX_BATCH];

static void make_ready(struct mmsghdr *m, unsigned i)
{
	rx[i].iov = (struct iovec){ rx[i].buf, RX_BUF };
	m->msg_hdr.msg_name = &rx[i].from;
	m->msg_hdr.msg_namelen = sizeof(rx[i].from);
	m->msg_hdr.msg_iov = &rx[i].iov;
	m->msg_hdr.msg_iovlen = 1;
	m->msg_hdr.msg_control = &rx[i].ctl;
	m->msg_hdr.msg_controllen = sizeof(rx[i].ctl);
}

/* The raw system call, for the reason that send_all has. */
int raw_recv(int fd, int family, struct raw_msg out[RX_BATCH], unsigned *n, unsigned *bad)
{
	static struct mmsghdr m[RX_BATCH];
	static int used = RX_BATCH;	/* of them, by the call before */

	for (; used > 0; used--)
		make_ready(&m[used - 1], used - 1);
	*n = 0;
	do
		used = syscall(SYS_recvmmsg, fd, m, RX_BATCH, MSG_DONTWAIT, NULL);
	while (used < 0 && errno == EINTR);
	if (used < 0)
		return errno == EAGAIN ? 0 : -errno;
	for (int i = 0; i < used; i++)
		if (take(&out[*n], &m[i], family))
			++*n;
		else
			++*bad;
	return used;
}

/*
 * Send all, going on behind each one that is refused; its reason is left in err (zeroed by the caller).
 * The raw system call: musl's sendmmsg is one call for each message on 64 bits, because the kernel's msghdr and
 * cmsghdr have wider fields there. Ours are zeroed whole, padding too, which is what the kernel reads.
 */
static void send_all(int fd, struct mmsghdr *m, unsigned n, int flags, int *err)
{
	for (unsigned i = 0; i < n; ) {
		int done = syscall(SYS_sendmmsg, fd, m + i, n - i, flags);

		if (done > 0)
			i += done;
		else if (errno != EINTR)
			err[i++] = -errno;
	}
}

static void add_control(struct msghdr *h, int level, int type, const void *data, size_t len)
{
	struct cmsghdr *c = (void *)((char *)h->msg_control + h->msg_controllen);

	c->cmsg_level = level;
	c->cmsg_type = type;
	c->cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(c), data, len);
	h->msg_controllen += CMSG_SPACE(len);
}

struct slot {			/* what one datagram needs while it is being sent */
	struct iovec iov[2];
	union dest to;
	uint8_t head[IP4_HEAD + AH_LEN];
	union {
		struct cmsghdr align;
		char b[64];
	} ctl;
};

/* Length and checksum of the IP header are filled by the kernel. */
static void fill_ip4(struct slot *s, struct msghdr *h, const struct raw_out *o)
{
	static uint16_t id;
	struct in_pktinfo i = { .ipi_ifindex = o->ifindex };
	uint8_t *p = s->head;

	id = o->ah ? o->id : id + 1;
	p[0] = 0x45;
	p[1] = TOS;
	p[4] = id >> 8;
	p[5] = id & 255;
	p[8] = o->ttl;
	p[9] = o->ah ? PROTO_AH : PROTO_VRRP;
	memcpy(p + 12, o->src.b, 4);
	memcpy(p + 16, o->dst.b, 4);
	memcpy(&i.ipi_spec_dst, o->src.b, 4);	/* policy routing by source */
	if (o->ah)
		memcpy(p + IP4_HEAD, o->ah, AH_LEN);
	s->iov[0] = (struct iovec){ p, o->ah ? IP4_HEAD + AH_LEN : IP4_HEAD };
	add_control(h, IPPROTO_IP, IP_PKTINFO, &i, sizeof(i));
}

static void fill_ip6(struct msghdr *h, const struct raw_out *o)
{
	struct in6_pktinfo i = { .ipi6_ifindex = o->ifindex };
	int hops = o->ttl;

	memcpy(&i.ipi6_addr, o->src.b, 16);
	add_control(h, IPPROTO_IPV6, IPV6_PKTINFO, &i, sizeof(i));
	add_control(h, IPPROTO_IPV6, IPV6_HOPLIMIT, &hops, sizeof(hops));
}

static void fill(struct slot *s, struct msghdr *h, int family, const struct raw_out *o)
{
	h->msg_name = &s->to;
	h->msg_namelen = dest_set(&s->to, &o->dst, o->ifindex);
	h->msg_iov = s->iov;
	h->msg_iovlen = 2;	/* the first one stays empty in IPv6 */
	h->msg_control = &s->ctl;
	s->iov[1] = (struct iovec){ (void *)o->p, o->len };
	if (family == AF_INET)
		fill_ip4(s, h, o);
	else
		fill_ip6(h, o);
}

/* A group is on the link: no gateway, no need for a route. */
static int route_flag(const struct raw_out *o)
{
	return addr_is_multicast(&o->dst) ? MSG_DONTROUTE : 0;
}

void raw_send(int fd, int family, struct raw_out *o, unsigned n)
{
	struct mmsghdr m[TX_BATCH];
	struct slot s[TX_BATCH];
	int err[TX_BATCH] = { 0 };

	memset(m, 0, n * sizeof(*m));
	memset(s, 0, n * sizeof(*s));
	for (unsigned i = 0; i < n; i++)
		fill(&s[i], &m[i].msg_hdr, family, &o[i]);
	for (unsigned i = 0, j; i < n; i = j) {	/* flags belong to the call: runs of the same kind */
		for (j = i + 1; j < n && route_flag(&o[j]) == route_flag(&o[i]); j++)
			;
		send_all(fd, m + i, j - i, route_flag(&o[i]), err + i);
	}
	for (unsigned i = 0; i < n; i++)
		o[i].err = err[i];
}

unsigned frame_send(int fd, const struct frame *f, unsigned n, int *err)
{
	struct mmsghdr m[GARP_BATCH];
	struct iovec iov[GARP_BATCH];
	union dest to[GARP_BATCH];
	int why[GARP_BATCH] = { 0 };
	unsigned left = n;

	memset(m, 0, n * sizeof(*m));
	memset(to, 0, n * sizeof(*to));
	for (unsigned i = 0; i < n; i++) {
		to[i].ll.sll_family = AF_PACKET;
		to[i].ll.sll_ifindex = f[i].ifindex;
		memcpy(&to[i].ll.sll_protocol, f[i].b + 12, 2);	/* the EtherType: what tc and nftables look at */
		iov[i] = (struct iovec){ (void *)f[i].b, f[i].len };
		m[i].msg_hdr.msg_name = &to[i];
		m[i].msg_hdr.msg_namelen = sizeof(to[i].ll);
		m[i].msg_hdr.msg_iov = &iov[i];
		m[i].msg_hdr.msg_iovlen = 1;
	}
	send_all(fd, m, n, 0, why);
	*err = 0;
	for (unsigned i = 0; i < n; i++)
		if (why[i]) {
			left--;
			*err = *err ? *err : why[i];
		}
	return left;
}

/* The frame as it came: an ARP with its sender's address, an NA (ICMPv6 136) with its target. Ours pass by, too: left out. */
void claim_filter(int fd, int family, const uint32_t *words, unsigned n)
{
	static struct sock_filter code[2 * CLAIMS_MAX + 9];
	const struct sock_filter take = BPF_STMT(BPF_RET | BPF_K, UINT32_MAX), drop = BPF_STMT(BPF_RET | BPF_K, 0);
	const struct sock_filter head[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_PKTTYPE)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PACKET_OUTGOING, 4, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 20),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, IPPROTO_ICMPV6, 0, 2),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 54),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 136, 1, 0),
		drop,
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 74),
	};
	struct sock_fprog prog = { .len = sizeof(head) / sizeof(*head), .filter = code };

	memcpy(code, head, sizeof(head));
	if (family == AF_INET) {
		code[2] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JA, 4, 0, 0);
		code[7].k = 28;
	}
	for (unsigned i = 0; i < n && n <= CLAIMS_MAX; i++) {
		code[prog.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, words[i], 0, 1);
		code[prog.len++] = take;
	}
	code[prog.len++] = n > CLAIMS_MAX ? take : drop;
	setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof(prog));
}

int claim_open(int family, const uint32_t *words, unsigned n)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET, .sll_protocol = htons(family == AF_INET ? ETH_P_ARP : ETH_P_IPV6) };
	int fd = open_socket(AF_PACKET, 0, false), err;

	if (fd < 0)
		return fd;
	claim_filter(fd, family, words, n);
	if (bind(fd, (struct sockaddr *)&ll, sizeof(ll)) == 0)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

unsigned claim_read(int fd, uint8_t *frame, unsigned size, unsigned *ifindex)
{
	union dest from = { 0 };
	socklen_t len = sizeof(from);
	ssize_t n = recvfrom(fd, frame, size, 0, &from.sa, &len);

	*ifindex = from.ll.sll_ifindex;
	return n > 0 ? n : 0;
}
