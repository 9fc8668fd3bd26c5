/* link.c - interfaces and addresses by rtnetlink (sys: libmnl). */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/filter.h>
#include <linux/if_addr.h>
#include <linux/ethtool.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/mii.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>

#include "conf.h"
#include "link.h"

enum {
	REPLY_MAX = 8192,	/* one read: the kernel fills no more into one datagram */
	REQUEST_MAX = LINK_REQUEST,
	SEND_TRIES = 3,		/* without memory the kernel has done nothing of it */
	DUMP_TRIES = 5,		/* a table that changes while it is read is read again */
	EVENTS_TURN = 64,	/* reads in one turn of the loop */
	DRAIN_MAX = 65536,	/* reads to empty the listening socket after a loss */
	MONITOR_BUF = 4 << 20,	/* ten thousand addresses flushed at once */
	ATTR_PROTO = 11,	/* IFA_PROTO; kernels before 5.18 ignore it, old headers lack the name */
	PROTO_KEEPALIVED = 18
};

/* Netlink wants 4-byte alignment. */
union reply {
	struct nlmsghdr h;
	char b[REPLY_MAX];
};

int link_socket(int protocol, unsigned groups, const struct sock_fprog *filter, unsigned *portid)
{
	struct sockaddr_nl a = { .nl_family = AF_NETLINK, .nl_groups = groups };
	struct timeval patience = { .tv_sec = 2 };	/* the kernel answers at once or never */
	socklen_t len = sizeof(a);
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	int err;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) < 0 ||
	    (filter && setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter, sizeof(*filter)) < 0) ||
	    bind(fd, (struct sockaddr *)&a, sizeof(a)) < 0 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	*portid = a.nl_pid;
	return fd;
}

/* Bytes of one datagram, or -errno; -EMSGSIZE when it was cut. */
static int read_reply(int fd, union reply *r, int flags)
{
	int n;

	do
		n = recv(fd, r, sizeof(*r), flags | MSG_TRUNC);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return n > REPLY_MAX ? -EMSGSIZE : n;
}

bool link_msg_ok(const struct nlmsghdr *h, int len)
{
	return mnl_nlmsg_ok(h, len) && h->nlmsg_len <= (unsigned)len;
}

/* An attribute into a field of just its size; false: it is not. */
static bool take(void *field, size_t size, const void *p, size_t len)
{
	if (len == size)
		memcpy(field, p, len);
	return len == size;
}

static void take_name(char name[IFNAME_LEN], const void *p, size_t len)
{
	memcpy(name, p, len < IFNAME_LEN ? len : IFNAME_LEN - 1);
}

/* What kind of device, and whether its master is a VRF. */
static void take_kind(struct link_info *i, const struct nlattr *info, unsigned master)
{
	struct nlattr *t;

	mnl_attr_for_each_nested(t, info) {
		const char *s = mnl_attr_get_payload(t);
		size_t len = mnl_attr_get_payload_len(t);

		if (mnl_attr_get_type(t) == IFLA_INFO_KIND)
			i->kind = len >= 7 && !memcmp(s, "macvlan", 7) ? 1 : len >= 6 && !memcmp(s, "ipvlan", 6) ? 2 : 0;
		else if (mnl_attr_get_type(t) == IFLA_INFO_SLAVE_KIND && len >= 3 && !memcmp(s, "vrf", 3))
			i->vrf = master;
	}
}

bool link_info_read(struct link_info *i, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = mnl_nlmsg_get_payload(h);
	const struct nlattr *info = NULL;
	unsigned master = 0;
	struct nlattr *t;

	/* A bridge says "gone" of a port that left it, in its own family. */
	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m) || m->ifi_family != AF_UNSPEC)
		return false;
	*i = (struct link_info){ .gone = h->nlmsg_type == RTM_DELLINK };
	i->ifindex = m->ifi_index;
	i->flags = m->ifi_flags;
	i->type = m->ifi_type;
	mnl_attr_for_each(t, h, sizeof(*m)) {
		const void *p = mnl_attr_get_payload(t);
		size_t len = mnl_attr_get_payload_len(t);

		switch (mnl_attr_get_type(t)) {
		case IFLA_IFNAME:  take_name(i->name, p, len); break;
		case IFLA_MTU:     take(&i->mtu, sizeof(i->mtu), p, len); break;
		case IFLA_ADDRESS: i->has_mac = take(i->mac, sizeof(i->mac), p, len); break;
		case IFLA_LINK:    take(&i->parent, sizeof(i->parent), p, len); break;
		case IFLA_MASTER:  take(&master, sizeof(master), p, len); break;
		case IFLA_GROUP:   take(&i->group, sizeof(i->group), p, len); break;
		case IFLA_LINKINFO: info = t; break;
		}
	}
	if (info)
		take_kind(i, info, master);
	return true;
}

static void report_link(struct link *l, const struct nlmsghdr *h)
{
	struct link_info i;

	if (link_info_read(&i, h))
		l->on_link(l->ctx, &i);
}

bool link_addr_read(struct link_addr *a, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = mnl_nlmsg_get_payload(h);
	struct addr far = { .family = 0 };	/* IFA_ADDRESS: the other end, where there is one */
	struct nlattr *t;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m) || (m->ifa_family != AF_INET && m->ifa_family != AF_INET6))
		return false;
	*a = (struct link_addr){ .gone = h->nlmsg_type == RTM_DELADDR, .preferred = UINT32_MAX };
	a->ifindex = m->ifa_index;
	a->plen = m->ifa_prefixlen;
	a->scope = m->ifa_scope;
	a->flags = m->ifa_flags;
	mnl_attr_for_each(t, h, sizeof(*m)) {
		const void *p = mnl_attr_get_payload(t);
		size_t len = mnl_attr_get_payload_len(t);
		unsigned type = mnl_attr_get_type(t);

		switch (type) {
		case IFA_LOCAL:
		case IFA_ADDRESS:
			if (len == (m->ifa_family == AF_INET ? 4 : 16))
				addr_set(type == IFA_LOCAL ? &a->addr : &far, m->ifa_family, p);
			break;
		case IFA_BROADCAST: a->has_brd = take(a->brd, sizeof(a->brd), p, len); break;
		case IFA_LABEL:     take_name(a->label, p, len); break;
		case IFA_FLAGS:     take(&a->flags, sizeof(a->flags), p, len); break;
		case ATTR_PROTO:    take(&a->proto, sizeof(a->proto), p, len); break;
		case IFA_CACHEINFO:
			if (len >= sizeof(struct ifa_cacheinfo))
				memcpy(&a->preferred, p, sizeof(a->preferred));	/* its first field */
			break;
		}
	}
	if (!a->addr.family)
		a->addr = far;
	else if (far.family && !addr_eq(&far, &a->addr))
		a->peer = far;
	return a->addr.family != 0;
}

static void report_addr(struct link *l, const struct nlmsghdr *h)
{
	struct link_addr a;

	if (!link_addr_read(&a, h))
		return;
	a.ours = h->nlmsg_pid == l->portid;
	l->on_addr(l->ctx, &a);
}

/* NLMSG_ERROR and NLMSG_DONE both begin with 0 or -errno. */
static int verdict(const struct nlmsghdr *h)
{
	int err;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(err))
		return 0;
	memcpy(&err, mnl_nlmsg_get_payload(h), sizeof(err));
	return err;
}

/* Report what one read brought. Returns 0: there may be more, 1: end of a dump, -EINTR: end of one that changed, -errno. */
static int report(struct link *l, const union reply *r, int len, bool *changed)
{
	struct link_route route;
	int err;

	for (const struct nlmsghdr *h = &r->h; link_msg_ok(h, len); h = mnl_nlmsg_next(h, &len)) {
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			*changed = true;
		switch (h->nlmsg_type) {
		case NLMSG_DONE:
		case NLMSG_ERROR:
			err = verdict(h);
			return err ? err : *changed ? -EINTR : 1;
		case RTM_NEWLINK:
		case RTM_DELLINK:
			report_link(l, h);
			break;
		case RTM_NEWADDR:
		case RTM_DELADDR:
			report_addr(l, h);
			break;
		case RTM_NEWROUTE:
		case RTM_DELROUTE:
		case RTM_DELRULE:
			if (l->on_route && link_route_read(&route, h))
				l->on_route(l->ctx, &route);
			break;
		}
	}
	return 0;
}

/* 1 at the end, or -errno. */
static int read_dump(struct link *l, int fd)
{
	bool changed = false;
	union reply r;
	int n;

	do {
		n = read_reply(fd, &r, 0);
		if (n < 0)
			return n == -EAGAIN ? -ETIMEDOUT : n;
		n = report(l, &r, n, &changed);
	} while (n == 0);
	return n;
}

/*
 * A socket of its own for each dump: its callbacks may start other dumps and send batches, and an answer that
 * came too late for an earlier one cannot be taken for this one's.
 */
static int dump_once(struct link *l, int type, int family)
{
	char buf[MNL_ALIGN(sizeof(struct nlmsghdr)) + MNL_ALIGN(sizeof(struct ifinfomsg))] __attribute__((aligned(4)));
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	unsigned portid;
	int fd = link_socket(NETLINK_ROUTE, 0, NULL, &portid);
	int err;

	if (fd < 0)
		return fd;
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	m->ifi_family = family;		/* the first byte of every request's header */
	err = send(fd, buf, h->nlmsg_len, 0) < 0 ? -errno : read_dump(l, fd);
	close(fd);
	return err;
}

static int dump(struct link *l, int type, int family)
{
	int err = -EINTR;

	for (int i = 0; i < DUMP_TRIES && err == -EINTR; i++)
		err = dump_once(l, type, family);
	return err == -EINTR ? -EAGAIN : err < 0 ? err : 0;
}

int link_dump_links(struct link *l)
{
	return dump(l, RTM_GETLINK, AF_UNSPEC);
}

int link_dump_addrs(struct link *l, int family)
{
	return dump(l, RTM_GETADDR, family);
}

/* What is still queued is older than the loss: a dump after it would be overwritten by the past. */
static void lost(struct link *l, union reply *r)
{
	for (int i = 0; i < DRAIN_MAX && read_reply(l->src.fd, r, MSG_DONTWAIT) != -EAGAIN; i++)
		;
	l->on_lost(l->ctx);
}

static void monitor_ready(struct source *s, usec now)
{
	struct link *l = (struct link *)s;	/* src is its first member */
	bool changed = false;
	union reply r;

	(void)now;
	for (int i = 0; i < EVENTS_TURN; i++) {
		int n = read_reply(l->src.fd, &r, MSG_DONTWAIT);

		if (n == -ENOBUFS || n == -EMSGSIZE) {
			lost(l, &r);
			return;
		}
		if (n < 0)
			return;
		report(l, &r, n, &changed);
	}
}

/*
 * The kernel itself leaves out what we added: IPv4 events name their author's socket, IPv6 events name none but
 * carry the address's protocol (5.18 and later; before that our own IPv6 additions are seen). A VIP that failed
 * duplicate address detection is news. Of routes and rules there is no end on a router of the internet: those of other
 * programs stop here.
 */
static int open_monitor(unsigned portid)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELROUTE), 15, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWROUTE), 16, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_DELRULE), 21, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWRULE), 23, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htons(RTM_NEWADDR), 0, 21),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_pid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(portid), 20, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 18),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN + offsetof(struct ifaddrmsg, ifa_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, IFA_F_DADFAILED, 16, 0),
		BPF_STMT(BPF_LDX | BPF_IMM, ATTR_PROTO),
		BPF_STMT(BPF_LD | BPF_IMM, NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(struct ifaddrmsg))),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, (uint32_t)(SKF_AD_OFF + SKF_AD_NLATTR)),	/* 0 when there is none: byte 4 then, no 18 either */
		BPF_STMT(BPF_MISC | BPF_TAX, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_IND, NLA_HDRLEN),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_KEEPALIVED, 11, 10),
		/* a route goes */
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, PROTO_KEEPALIVED, 6, 9),
		/* a route is set: in the place of another one, which is a default route, or by a person? Daemons do nothing else all day. */
		BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_flags)),
		BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, htons(NLM_F_REPLACE), 0, 7),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_dst_len)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 2, 0),
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, NLMSG_HDRLEN + offsetof(struct rtmsg, rtm_protocol)),
		BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, RTPROT_STATIC, 3, 0),
		/* not by us */
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_pid)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, htonl(portid), 1, 0),
		BPF_STMT(BPF_RET | BPF_K, UINT32_MAX),
		BPF_STMT(BPF_RET | BPF_K, 0),
	};
	struct sock_fprog prog = { .len = sizeof(code) / sizeof(*code), .filter = code };
	int size = MONITOR_BUF;
	int fd = link_socket(NETLINK_ROUTE, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR, &prog, &portid);

	if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0)
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	return fd;
}

int link_open(struct link *l)
{
	l->cmd = link_socket(NETLINK_ROUTE, 0, NULL, &l->portid);
	if (l->cmd < 0)
		return l->cmd;
	l->src = (struct source){ .fd = open_monitor(l->portid), .ready = monitor_ready };
	if (l->src.fd >= 0)
		return 0;
	close(l->cmd);
	return l->src.fd;
}

static void buffer(int fd, int size, bool force)
{
	if (size > 0)
		setsockopt(fd, SOL_SOCKET, force ? SO_RCVBUFFORCE : SO_RCVBUF, &size, sizeof(size));
}

void link_buffers(struct link *l, unsigned cmd, bool force, unsigned monitor, bool monitor_force)
{
	buffer(l->cmd, cmd, force);
	buffer(l->src.fd, monitor, monitor_force);
}

void link_close(struct link *l)
{
	close(l->src.fd);
	close(l->cmd);
	l->src.fd = l->cmd = -1;
}

void link_batch_init(struct link_batch *b)
{
	memset(b, 0, offsetof(struct link_batch, buf));
}

bool link_batch_full(const struct link_batch *b)
{
	return b->n == VIP_CHUNK || b->len > VIP_CHUNK * LINK_REQUEST;
}

static bool put_addr(struct nlmsghdr *h, int type, const struct addr *a)
{
	return mnl_attr_put_check(h, REQUEST_MAX, type, addr_len(a), a->b);
}

/* What only an addition says: a removal names the address, and nothing that may have been changed since. */
static bool put_details(struct nlmsghdr *h, const struct link_addr *a)
{
	struct ifa_cacheinfo ci = { .ifa_prefered = a->preferred, .ifa_valid = UINT32_MAX };

	return (!a->has_brd || mnl_attr_put_check(h, REQUEST_MAX, IFA_BROADCAST, sizeof(a->brd), a->brd)) &&
	       (!a->label[0] || mnl_attr_put_strz_check(h, REQUEST_MAX, IFA_LABEL, a->label)) &&
	       (a->preferred == UINT32_MAX || mnl_attr_put_check(h, REQUEST_MAX, IFA_CACHEINFO, sizeof(ci), &ci)) &&
	       mnl_attr_put_u32_check(h, REQUEST_MAX, IFA_FLAGS, a->flags) &&
	       mnl_attr_put_u8_check(h, REQUEST_MAX, ATTR_PROTO, PROTO_KEEPALIVED);
}

void link_batch_addr(struct link_batch *b, struct link *l, bool add, const struct link_addr *a)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(b->buf + b->len);
	struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));
	bool fits;

	assert(b->n < VIP_CHUNK);
	h->nlmsg_type = add ? RTM_NEWADDR : RTM_DELADDR;
	h->nlmsg_flags = NLM_F_REQUEST | (add ? NLM_F_CREATE | NLM_F_EXCL : 0);	/* no ACK: only errors are answered */
	h->nlmsg_seq = l->seq++;
	m->ifa_family = a->addr.family;
	m->ifa_prefixlen = a->plen;
	m->ifa_scope = a->scope;
	m->ifa_index = a->ifindex;
	fits = put_addr(h, IFA_LOCAL, &a->addr) &&
	       put_addr(h, IFA_ADDRESS, a->peer.family ? &a->peer : &a->addr) &&
	       (!add || put_details(h, a));
	assert(fits);
	(void)fits;
	b->len += MNL_ALIGN(h->nlmsg_len);
	b->add[b->n++] = add;
}

/* Take the answers that are there; first is the number of the burst's first request. 0, or -errno when some may be missing. */
static int read_errors(struct link_batch *b, int fd, uint32_t first)
{
	union reply r;
	int n;

	while ((n = read_reply(fd, &r, MSG_DONTWAIT)) >= 0)
		for (const struct nlmsghdr *h = &r.h; link_msg_ok(h, n); h = mnl_nlmsg_next(h, &n))
			if (h->nlmsg_type == NLMSG_ERROR && h->nlmsg_seq - first < b->n)
				b->err[h->nlmsg_seq - first] = verdict(h);
	return n == -EAGAIN ? 0 : n;
}

int link_batch_send(struct link_batch *b, struct link *l)
{
	int err, tries = SEND_TRIES;

	if (!b->n)
		return 0;
	do
		err = send(l->cmd, b->buf, b->len, 0) < 0 ? -errno : 0;
	while (err == -EINTR || ((err == -ENOBUFS || err == -ENOMEM) && --tries));
	if (!err)
		err = read_errors(b, l->cmd, ((const struct nlmsghdr *)(const void *)b->buf)->nlmsg_seq);
	for (unsigned i = 0; err && i < b->n; i++)
		b->err[i] = err;
	return err;
}

int link_switch(bool v6, const char *ifname, const char *name, int value)
{
	char path[96], was = '0', now = '0' + value;
	int fd, err = 0;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv%d/conf/%s/%s", v6 ? 6 : 4, ifname, name);
	fd = open(path, (value < 0 ? O_RDONLY : O_RDWR) | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (read(fd, &was, 1) != 1 || (value >= 0 && was != now && (lseek(fd, 0, SEEK_SET) || write(fd, &now, 1) != 1)))
		err = -errno;
	close(fd);
	return err ? err : was - '0';
}

int link_type(const char *ifname)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0), err;
	struct ifreq r = { 0 };

	strncpy(r.ifr_name, ifname, sizeof(r.ifr_name) - 1);
	err = fd < 0 || ioctl(fd, SIOCGIFHWADDR, &r) < 0 ? -errno : r.ifr_hwaddr.sa_family;
	close(fd);
	return err;
}

int link_promote(const char *ifname, int on)
{
	return link_switch(false, ifname, "promote_secondaries", on);
}

static bool ask(int fd, unsigned long request, struct ifreq *r)
{
	return ioctl(fd, request, r) == 0;
}

/* Basic mode status register: 4 is "link". It latches a loss: the second reading is the present. */
static int beat_mii(int fd, struct ifreq *r)
{
	struct mii_ioctl_data mii = { 0 };

	if (!ask(fd, SIOCGMIIPHY, r))
		return -1;
	for (int i = 0; i < 2; i++) {
		memcpy(&mii, &r->ifr_ifru, sizeof(mii));
		mii.reg_num = MII_BMSR;
		memcpy(&r->ifr_ifru, &mii, sizeof(mii));
		if (!ask(fd, SIOCGMIIREG, r))
			return -1;
	}
	memcpy(&mii, &r->ifr_ifru, sizeof(mii));
	return (mii.val_out & BMSR_LSTATUS) != 0;
}

static int beat_ethtool(int fd, struct ifreq *r)
{
	struct ethtool_value v = { .cmd = ETHTOOL_GLINK };

	r->ifr_data = (void *)&v;	/* cppcheck-suppress autoVariables ; r goes with the question */
	return ask(fd, SIOCETHTOOL, r) ? v.data != 0 : -1;
}

static int beat_flags(int fd, struct ifreq *r)
{
	return ask(fd, SIOCGIFFLAGS, r) ? (r->ifr_flags & IFF_RUNNING) != 0 : -1;
}

bool link_beat(const char *ifname, unsigned how)
{
	static int (*const ways[])(int fd, struct ifreq *r) = {
		[BEAT_MII] = beat_mii, [BEAT_ETHTOOL] = beat_ethtool, [BEAT_IOCTL] = beat_flags
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), up = -1;

	for (unsigned way = BEAT_MII; fd >= 0 && up < 0 && way <= BEAT_IOCTL; way++) {
		struct ifreq r = { 0 };

		strncpy(r.ifr_name, ifname, sizeof(r.ifr_name) - 1);
		if (how == BEAT_ANY || way == how)
			up = ways[way](fd, &r);
	}
	if (fd >= 0)
		close(fd);
	return up != 0;
}
