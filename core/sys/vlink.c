/* vlink.c - macvlan and ipvlan devices by rtnetlink (sys: libmnl). */
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "link.h"

enum { ROOM = 256, REPLY = 8192, MACVLAN = 1 };

union buf {
	struct nlmsghdr h;
	char b[REPLY];
};

/* The answer to request seq; *i, where given, from a RTM_NEWLINK. */
static int answer(struct link *l, uint32_t seq, struct link_info *i)
{
	union buf r;
	int n, err;

	for (;;) {
		n = recv(l->cmd, &r, sizeof(r), MSG_TRUNC);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if (n > REPLY || n < (int)sizeof(r.h) || r.h.nlmsg_seq != seq)
			continue;			/* a late word about something else */
		if (r.h.nlmsg_type == NLMSG_ERROR) {
			memcpy(&err, mnl_nlmsg_get_payload(&r.h), sizeof(err));
			return err;
		}
		if (i && link_msg_ok(&r.h, n) && link_info_read(i, &r.h))
			return 0;
	}
}

static void put_kind(struct nlmsghdr *h, const struct vlink *v)
{
	struct nlattr *info = mnl_attr_nest_start(h, IFLA_LINKINFO), *data;

	mnl_attr_put_strz(h, IFLA_INFO_KIND, v->kind == MACVLAN ? "macvlan" : "ipvlan");
	data = mnl_attr_nest_start(h, IFLA_INFO_DATA);
	if (v->kind == MACVLAN)
		mnl_attr_put_u32(h, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
	else
		mnl_attr_put_u16(h, IFLA_IPVLAN_MODE, IPVLAN_MODE_L2);
	if (v->kind != MACVLAN)
		mnl_attr_put_u16(h, IFLA_IPVLAN_FLAGS, v->mode);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, info);
}

/* Any request: it says what v has. */
static int ask(struct link *l, unsigned type, unsigned flags, const struct vlink *v, unsigned iff, struct link_info *i)
{
	_Alignas(4) char buf[ROOM];
	struct nlmsghdr *h = mnl_nlmsg_put_header(buf);
	struct ifinfomsg *m = mnl_nlmsg_put_extra_header(h, sizeof(*m));

	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	h->nlmsg_seq = l->seq++;
	m->ifi_index = v->ifindex;
	m->ifi_flags = iff & IFF_UP;
	m->ifi_change = iff ? IFF_UP : 0;
	if (v->name)
		mnl_attr_put_strz(h, IFLA_IFNAME, v->name);
	if (v->parent)
		mnl_attr_put_u32(h, IFLA_LINK, v->parent);
	if (v->vrf)
		mnl_attr_put_u32(h, IFLA_MASTER, v->vrf);
	if (v->group >= 0)
		mnl_attr_put_u32(h, IFLA_GROUP, v->group);
	if (v->mac)
		mnl_attr_put(h, IFLA_ADDRESS, 6, v->mac);
	if (v->kind)
		put_kind(h, v);
	if (send(l->cmd, h, h->nlmsg_len, 0) < 0)
		return -errno;
	return answer(l, h->nlmsg_seq, i);
}

int vlink_new(struct link *l, const struct vlink *v)
{
	return ask(l, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL | NLM_F_ACK, v, 0, NULL);
}

int vlink_set(struct link *l, const struct vlink *v)
{
	return ask(l, RTM_NEWLINK, NLM_F_ACK, v, 0, NULL);
}

int vlink_up(struct link *l, unsigned ifindex, bool up)
{
	const struct vlink v = { .ifindex = ifindex, .group = -1 };

	return ask(l, RTM_NEWLINK, NLM_F_ACK, &v, up ? IFF_UP : ~IFF_UP, NULL);
}

int vlink_del(struct link *l, const struct vlink *v)
{
	return ask(l, RTM_DELLINK, NLM_F_ACK, v, 0, NULL);
}

int vlink_get(struct link *l, const char *name, struct link_info *i)
{
	const struct vlink v = { .name = name, .group = -1 };

	return ask(l, RTM_GETLINK, 0, &v, 0, i);
}
