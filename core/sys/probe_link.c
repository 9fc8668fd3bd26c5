/* probe_link.c - checks that ask the kernel: link, addr, route (sys: ioctl, rtnetlink by libmnl). */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "link.h"
#include "probe_net.h"
#include "text.h"

enum { REPLY_MAX = 8192, STRICT = 12 };	/* NETLINK_GET_STRICT_CHK, Linux 4.20; old headers lack the name */

/* The raw call: the library's knows numbers that have been changed, and we use none of these. */
static int ask_if(int fd, unsigned long what, struct ifreq *r)
{
	return syscall(SYS_ioctl, fd, what, r) < 0 ? -errno : 0;
}

static int open_any(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
}

int netif_get(struct netif *i, const char *name)
{
	struct ifreq r = { .ifr_name = "" };
	int fd = open_any(), err;

	if (fd < 0)
		return -errno;
	strncpy(r.ifr_name, name, sizeof r.ifr_name - 1);
	if ((err = ask_if(fd, SIOCGIFINDEX, &r)) == 0) {
		i->index = r.ifr_ifindex;
		if ((err = ask_if(fd, SIOCGIFFLAGS, &r)) == 0) {
			i->flags = (unsigned short)r.ifr_flags;
			err = ask_if(fd, SIOCGIFHWADDR, &r);
			i->type = r.ifr_hwaddr.sa_family;
			memcpy(i->mac, r.ifr_hwaddr.sa_data, sizeof i->mac);
		}
	}
	close(fd);
	return err;
}

const char *netif_name(unsigned index, char *name)
{
	struct ifreq r = { .ifr_ifindex = index };
	int fd = open_any();

	*name = 0;
	if (fd < 0)
		return name;
	if (!ask_if(fd, SIOCGIFNAME, &r))
		memcpy(name, r.ifr_name, IFNAME_LEN);
	close(fd);
	return name;
}

void netif_cannot(struct probe *p, int err)
{
	if (err == -ENODEV)
		probe_cannot(p, "no such interface");
	else
		probe_cannot_errno(p, NULL, err);
}

/* ---- a table of the kernel ---- */

static void ask(struct probe *p)
{
	struct dump *d = (void *)&p->u;
	union {
		struct nlmsghdr h;
		char b[64];
	} q;
	struct nlmsghdr *h = mnl_nlmsg_put_header(&q);

	h->nlmsg_type = d->kind->type;
	h->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	if (h->nlmsg_type == RTM_GETROUTE) {
		struct rtmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

		m->rtm_family = d->family;
		m->rtm_table = RT_TABLE_MAIN;
	} else {
		struct ifaddrmsg *m = mnl_nlmsg_put_extra_header(h, sizeof *m);

		m->ifa_family = d->family;
		m->ifa_index = d->ifindex;
	}
	d->changed = false;
	if (send(p->src.fd, &q, h->nlmsg_len, 0) < 0)
		probe_cannot_errno(p, NULL, -errno);
}

void dump_start(struct probe *p, const struct dump_kind *kind, int family)
{
	struct dump *d = (void *)&p->u;
	int on = 1;
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE);

	d->kind = kind;
	d->family = family ? family : AF_INET;
	if (fd >= 0)	/* the kernel then leaves out other tables and interfaces; older ones send all, and we look ourselves */
		setsockopt(fd, SOL_NETLINK, STRICT, &on, sizeof on);
	if (probe_watch(p, fd < 0 ? -errno : fd, "socket"))
		ask(p);
}

static void table_read(struct probe *p)
{
	struct dump *d = (void *)&p->u;

	if (d->changed) {
		ask(p);
	} else if (!p->c->addr.family && d->family == AF_INET) {
		d->family = AF_INET6;
		ask(p);
	} else {
		d->kind->end(p);
	}
}

/* NLMSG_DONE and NLMSG_ERROR both begin with 0 or -errno. No such table: it is empty. */
static void dump_over(struct probe *p, const struct nlmsghdr *h)
{
	int err = 0;

	if (mnl_nlmsg_get_payload_len(h) >= sizeof err)
		memcpy(&err, mnl_nlmsg_get_payload(h), sizeof err);
	if (err && err != -ENOENT)
		probe_cannot_errno(p, NULL, err);
	else
		table_read(p);
}

void dump_ready(struct probe *p)
{
	struct dump *d = (void *)&p->u;
	union {
		struct nlmsghdr h;
		char b[REPLY_MAX];
	} r;
	int n = recv(p->src.fd, &r, sizeof r, MSG_TRUNC);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n < 0 || n > REPLY_MAX) {
		probe_cannot_errno(p, NULL, n < 0 ? -errno : -EMSGSIZE);
		return;
	}
	for (const struct nlmsghdr *h = &r.h; link_msg_ok(h, n); h = mnl_nlmsg_next(h, &n)) {
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			d->changed = true;
		if (h->nlmsg_type == NLMSG_DONE || h->nlmsg_type == NLMSG_ERROR) {
			dump_over(p, h);
			return;
		}
		if (d->kind->each(p, h))
			return;
	}
}

void dump_late(struct probe *p)
{
	probe_cannot(p, "the kernel's table was not read in time");
}

/* ---- link ---- */

static void link_start(struct probe *p)
{
	struct netif i = { .index = 0 };
	int err = netif_get(&i, p->c->dev);

	if (err == -ENODEV)
		probe_done(p, false, "no such interface");
	else if (err)
		probe_cannot_errno(p, NULL, err);
	else if (!(i.flags & IFF_UP))
		probe_done(p, false, "down");
	else if (!(i.flags & IFF_RUNNING))
		probe_done(p, false, "up, but no carrier");
	else
		probe_done(p, true, "up and running");
}

const struct probe_kind probe_link = { .start = link_start };

/* ---- addr, route: the entry is there, or it is and does not count, or it is not ---- */

struct seek {
	struct dump dump;
	const char *bad;	/* why what was found does not count */
};

static void seek_end(struct probe *p)
{
	const struct seek *s = (void *)&p->u;

	probe_done(p, false, "%s", s->bad ? s->bad : "not there");
}

static bool addr_each(struct probe *p, const struct nlmsghdr *h)
{
	struct seek *s = (void *)&p->u;
	struct link_addr a;
	char name[IFNAME_LEN];

	if (!link_addr_read(&a, h) || !addr_eq(&a.addr, &p->c->addr) || (s->dump.ifindex && a.ifindex != s->dump.ifindex))
		return false;
	if (a.flags & IFA_F_DADFAILED) {
		s->bad = "somebody else has it (duplicate address detection failed)";
		return false;
	}
	if ((a.flags & (IFA_F_TENTATIVE | IFA_F_OPTIMISTIC)) == IFA_F_TENTATIVE) {
		s->bad = "tentative, duplicate address detection is going on";
		return false;
	}
	probe_done(p, true, "set on %s", netif_name(a.ifindex, name));
	return true;
}

static void addr_start(struct probe *p)
{
	static const struct dump_kind addrs = { RTM_GETADDR, addr_each, seek_end };
	struct seek *s = (void *)&p->u;
	struct netif i = { .index = 0 };
	int err = p->c->dev ? netif_get(&i, p->c->dev) : 0;

	if (err) {
		netif_cannot(p, err);
		return;
	}
	s->dump.ifindex = i.index;
	dump_start(p, &addrs, p->c->addr.family);
}

const struct probe_kind probe_addr = { .start = addr_start, .ready = dump_ready, .late = dump_late };

struct route {
	struct addr dst, via;
	uint32_t table, oif;
};

static void take_addr(struct addr *a, int family, const struct nlattr *t)
{
	if (mnl_attr_get_payload_len(t) == (family == AF_INET ? 4 : 16))
		addr_set(a, family, mnl_attr_get_payload(t));
}

static void take_u32(uint32_t *v, const struct nlattr *t)
{
	if (mnl_attr_get_payload_len(t) == sizeof *v)
		memcpy(v, mnl_attr_get_payload(t), sizeof *v);
}

static void read_route(struct route *r, const struct nlmsghdr *h, const struct rtmsg *m)
{
	const struct nlattr *t;

	*r = (struct route){ .table = m->rtm_table };
	mnl_attr_for_each(t, h, sizeof *m)
		switch (mnl_attr_get_type(t)) {
		case RTA_DST:     take_addr(&r->dst, m->rtm_family, t); break;
		case RTA_GATEWAY: take_addr(&r->via, m->rtm_family, t); break;
		case RTA_TABLE:   take_u32(&r->table, t); break;
		case RTA_OIF:     take_u32(&r->oif, t); break;
		}
}

bool same_prefix(const struct addr *a, const struct addr *b, unsigned bits)
{
	return !memcmp(a->b, b->b, bits / 8) && (bits % 8 == 0 || !((a->b[bits / 8] ^ b->b[bits / 8]) >> (8 - bits % 8)));
}

static bool route_each(struct probe *p, const struct nlmsghdr *h)
{
	struct seek *s = (void *)&p->u;
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	char name[IFNAME_LEN], via[ADDR_STR];
	struct route r;

	if (mnl_nlmsg_get_payload_len(h) < sizeof *m || h->nlmsg_type != RTM_NEWROUTE || m->rtm_family != s->dump.family ||
	    m->rtm_dst_len != p->c->plen || (m->rtm_flags & RTM_F_CLONED))
		return false;
	read_route(&r, h, m);
	if (r.table != RT_TABLE_MAIN || !same_prefix(&r.dst, &p->c->addr, m->rtm_dst_len))
		return false;
	if (m->rtm_type >= RTN_BLACKHOLE && m->rtm_type <= RTN_THROW) {
		s->bad = text_nth("a blackhole\0unreachable\0prohibited\0a throw", m->rtm_type - RTN_BLACKHOLE);
		return false;
	}
	if (m->rtm_flags & (RTNH_F_DEAD | RTNH_F_LINKDOWN)) {
		s->bad = m->rtm_flags & RTNH_F_DEAD ? "there, but its interface is down" : "there, but its interface has no carrier";
		return false;
	}
	netif_name(r.oif, name);
	probe_done(p, true, "%s%s%s%s", r.via.family ? "via " : "there", r.via.family ? addr_text(&r.via, via) : "",
	           *name ? " on " : "", name);
	return true;
}

static void route_start(struct probe *p)
{
	static const struct dump_kind routes = { RTM_GETROUTE, route_each, seek_end };

	dump_start(p, &routes, p->c->addr.family);
}

const struct probe_kind probe_route = { .start = route_start, .ready = dump_ready, .late = dump_late };
