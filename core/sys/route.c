/* route.c - routes and rules by rtnetlink (sys: libmnl), on the sockets and in the bursts of link.c. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "link.h"

uint8_t *link_batch_route(struct link_batch *b, struct link *l, bool add, bool rule, unsigned flags, const uint8_t *bytes, size_t len)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(b->buf + b->len);
	uint8_t *p = mnl_nlmsg_get_payload(h);

	assert(b->n < VIP_CHUNK && len <= ROUTE_MAX);
	h->nlmsg_type = rule ? add ? RTM_NEWRULE : RTM_DELRULE : add ? RTM_NEWROUTE : RTM_DELROUTE;
	h->nlmsg_flags = NLM_F_REQUEST | (add ? NLM_F_CREATE | flags : 0);
	h->nlmsg_seq = l->seq++;
	h->nlmsg_len += len;
	memcpy(p, bytes, len);
	b->len += MNL_ALIGN(h->nlmsg_len);
	b->add[b->n++] = add;
	return p;
}

int link_watch_routes(struct link *l, bool on)
{
	static const int groups[] = { RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE };

	for (unsigned i = 0; i < sizeof groups / sizeof *groups; i++)
		if (setsockopt(l->src.fd, SOL_NETLINK, on ? NETLINK_ADD_MEMBERSHIP : NETLINK_DROP_MEMBERSHIP, &groups[i],
		               sizeof groups[i]) < 0 && on)
			return -errno;
	return 0;
}

/* The attributes of interest have the same numbers in both: FRA_PRIORITY and RTA_PRIORITY, FRA_DST and RTA_DST. */
bool link_route_read(struct link_route *r, const struct nlmsghdr *h)
{
	const struct rtmsg *m = mnl_nlmsg_get_payload(h);
	struct nlattr *t;

	if (mnl_nlmsg_get_payload_len(h) < sizeof(*m))
		return false;
	*r = (struct link_route){ .rule = h->nlmsg_type == RTM_DELRULE, .family = m->rtm_family, .plen = m->rtm_dst_len };
	mnl_attr_for_each(t, h, sizeof(*m)) {
		const void *p = mnl_attr_get_payload(t);
		size_t len = mnl_attr_get_payload_len(t);

		if (mnl_attr_get_type(t) == RTA_DST && len <= sizeof(r->dst))
			memcpy(r->dst, p, len);
		else if (mnl_attr_get_type(t) == RTA_PRIORITY && len == sizeof(r->preference))
			memcpy(&r->preference, p, len);
	}
	return true;
}
