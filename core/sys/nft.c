/* nft.c - one nf_tables table that drops packets to addresses (sys: libmnl). */
#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>

#include "link.h"
#include "nft.h"

enum {
	GROUP = 1 << (NFNLGRP_NFTABLES - 1),
	MESSAGE_MAX = 1024,	/* the longest: a rule, or many elements */
	ELEMENT_MAX = 184,	/* one in a message of its own */
	EVENTS_TURN = 64,	/* reads in one turn of the loop */
	OF_NFT = NFNL_SUBSYS_NFTABLES << 8,
	NAMED = 1,		/* every object's first attribute is its table's name */
	/* how nft shows a key: its own numbers of types, six bits each */
	SHOW_IP4 = 7, SHOW_IP6 = 8, SHOW_INDEX = 20, SHOW_NAME = 41, SHOW_BITS = 6
};

static const char chain[] = "input";

static const struct set {
	char name[12];
	uint8_t key;		/* bytes of the address */
	uint8_t show;
} sets[] = {
	{ "vips4", 4, SHOW_IP4 }, { "vips6", 16, SHOW_IP6 }, { "vips6_link", 16, SHOW_IP6 },
};

enum { SET4, SET6, SET_LINK, SETS };

/* Expressions: name, then attributes that take one byte of the rule each, as numbers. */
enum { END, META, CMP, PAYLOAD, LOOKUP, VERDICT, COUNTER, ARRIVAL };
static const struct expr {
	char name[10];
	uint8_t attr[5];
} exprs[] = {
	[META] = { "meta", { NFTA_META_DREG, NFTA_META_KEY } },
	[CMP] = { "cmp", { NFTA_CMP_SREG, NFTA_CMP_OP } },
	[PAYLOAD] = { "payload", { NFTA_PAYLOAD_DREG, NFTA_PAYLOAD_BASE, NFTA_PAYLOAD_OFFSET, NFTA_PAYLOAD_LEN } },
	[LOOKUP] = { "lookup", { NFTA_LOOKUP_SREG } },
	[VERDICT] = { "immediate", { NFTA_IMMEDIATE_DREG } },
	[COUNTER] = { "counter", { 0 } },
};

#define IS(key, value)   META, NFT_REG_1, key, CMP, NFT_REG_1, NFT_CMP_EQ, value
#define LOAD(base, o, n) PAYLOAD, NFT_REG_1, NFT_PAYLOAD_##base##_HEADER, o, n
#define IN(set)          LOOKUP, NFT_REG_1, set
#define THEN(what)       VERDICT, NFT_REG_VERDICT, what

static const uint8_t rules[] = {
	IS(NFT_META_NFPROTO, NFPROTO_IPV4), LOAD(NETWORK, 16, 4), IN(SET4), COUNTER, THEN(NF_DROP), END,
	/* solicitations and advertisements */
	IS(NFT_META_NFPROTO, NFPROTO_IPV6), IS(NFT_META_L4PROTO, 58), LOAD(TRANSPORT, 0, 1),
	CMP, NFT_REG_1, NFT_CMP_GTE, 135, CMP, NFT_REG_1, NFT_CMP_LTE, 136, THEN(NF_ACCEPT), END,
	IS(NFT_META_NFPROTO, NFPROTO_IPV6), LOAD(NETWORK, 24, 16), IN(SET6), COUNTER, THEN(NF_DROP), END,
	/* registers of 16 bytes: the interface stands behind the address */
	IS(NFT_META_NFPROTO, NFPROTO_IPV6), LOAD(NETWORK, 24, 16), ARRIVAL, IN(SET_LINK), COUNTER, THEN(NF_DROP), END,
};

static struct nlmsghdr *last(struct nft_batch *b)
{
	return (void *)(b->buf + b->len);
}

/* Begin a message behind the one that is finished; family and id of the header's end mean something else in a batch's frame. */
static struct nlmsghdr *begin(struct nft_batch *b, unsigned type, unsigned flags)
{
	struct nlmsghdr *h = mnl_nlmsg_put_header(b->buf + b->len);
	struct nfgenmsg *g = mnl_nlmsg_put_extra_header(h, sizeof(*g));

	assert(b->len + MESSAGE_MAX <= sizeof(b->buf));
	b->at = 0;
	h->nlmsg_type = type;
	h->nlmsg_flags = NLM_F_REQUEST | flags;
	if (type < OF_NFT)
		g->res_id = htons(NFNL_SUBSYS_NFTABLES);
	else
		g->nfgen_family = NFPROTO_INET;
	return h;
}

static void finish(struct nft_batch *b)
{
	b->len += MNL_ALIGN(last(b)->nlmsg_len);
}

static void put(struct nlmsghdr *h, unsigned type, const void *p, size_t n)
{
	bool fits = mnl_attr_put_check(h, MESSAGE_MAX, type, n, p);

	assert(fits);
	(void)fits;
}

static void number(struct nlmsghdr *h, unsigned type, uint32_t v)
{
	v = htonl(v);
	put(h, type, &v, sizeof(v));
}

static void text(struct nlmsghdr *h, unsigned type, const char *s)
{
	put(h, type, s, strlen(s) + 1);
}

static struct nlmsghdr *named(struct nft_batch *b, unsigned message, unsigned flags, const struct nft_conf *c)
{
	struct nlmsghdr *h = begin(b, OF_NFT | message, flags);

	text(h, NAMED, c->table);
	return h;
}

void nft_begin(struct nft_batch *b)
{
	b->len = b->n = 0;
	begin(b, NFNL_MSG_BATCH_BEGIN, 0);
	finish(b);
}

bool nft_full(const struct nft_batch *b)
{
	return b->len + MESSAGE_MAX + ELEMENT_MAX > sizeof(b->buf);	/* and the end */
}

static void make_table(struct nft_batch *b, const struct nft_conf *c)
{
	named(b, NFT_MSG_NEWTABLE, NLM_F_CREATE, c);
	finish(b);
}

/* To make what is there already is no error, to remove what is not there is. */
void nft_remove(struct nft_batch *b, const struct nft_conf *c)
{
	make_table(b, c);
	named(b, NFT_MSG_DELTABLE, 0, c);
	finish(b);
}

static void make_chain(struct nft_batch *b, const struct nft_conf *c)
{
	struct nlmsghdr *h = named(b, NFT_MSG_NEWCHAIN, NLM_F_CREATE, c);
	struct nlattr *hook;

	text(h, NFTA_CHAIN_NAME, chain);
	hook = mnl_attr_nest_start(h, NFTA_CHAIN_HOOK);
	number(h, NFTA_HOOK_HOOKNUM, NF_INET_LOCAL_IN);
	number(h, NFTA_HOOK_PRIORITY, c->prio);
	mnl_attr_nest_end(h, hook);
	text(h, NFTA_CHAIN_TYPE, "filter");
	finish(b);
}

static void make_set(struct nft_batch *b, const struct nft_conf *c, unsigned i)
{
	struct nlmsghdr *h = named(b, NFT_MSG_NEWSET, NLM_F_CREATE, c);
	unsigned show = sets[i].show, key = sets[i].key;

	if (i == SET_LINK) {
		show = show << SHOW_BITS | (c->by_index ? SHOW_INDEX : SHOW_NAME);
		key += c->by_index ? sizeof(uint32_t) : IFNAME_LEN;
	}
	text(h, NFTA_SET_NAME, sets[i].name);
	number(h, NFTA_SET_FLAGS, 0);
	number(h, NFTA_SET_KEY_TYPE, show);
	number(h, NFTA_SET_KEY_LEN, key);
	number(h, NFTA_SET_ID, i + 1);
	finish(b);
}

/* What an expression has besides numbers. Returns what follows in the rule. */
static const uint8_t *put_rest(struct nlmsghdr *h, unsigned op, const uint8_t *p)
{
	struct nlattr *data, *verdict;

	switch (op) {
	case CMP:
		data = mnl_attr_nest_start(h, NFTA_CMP_DATA);
		put(h, NFTA_DATA_VALUE, p++, 1);
		mnl_attr_nest_end(h, data);
		break;
	case LOOKUP:
		text(h, NFTA_LOOKUP_SET, sets[*p++].name);
		break;
	case VERDICT:
		data = mnl_attr_nest_start(h, NFTA_IMMEDIATE_DATA);
		verdict = mnl_attr_nest_start(h, NFTA_DATA_VERDICT);
		number(h, NFTA_VERDICT_CODE, *p++);
		mnl_attr_nest_end(h, verdict);
		mnl_attr_nest_end(h, data);
		break;
	}
	return p;
}

static const uint8_t *put_expr(struct nlmsghdr *h, const uint8_t *p, const struct nft_conf *c)
{
	const uint8_t arrival[] = { META, NFT_REG_2, c->by_index ? NFT_META_IIF : NFT_META_IIFNAME };
	struct nlattr *elem, *data;
	unsigned op = *p++;

	if (op == ARRIVAL) {
		put_expr(h, arrival, c);
		return p;
	}
	if (op == COUNTER && !c->counters)
		return p;
	elem = mnl_attr_nest_start(h, NFTA_LIST_ELEM);
	text(h, NFTA_EXPR_NAME, exprs[op].name);
	data = mnl_attr_nest_start(h, NFTA_EXPR_DATA);
	for (const uint8_t *a = exprs[op].attr; *a; a++)
		number(h, *a, *p++);
	p = put_rest(h, op, p);
	mnl_attr_nest_end(h, data);
	mnl_attr_nest_end(h, elem);
	return p;
}

void nft_make(struct nft_batch *b, const struct nft_conf *c)
{
	nft_remove(b, c);
	make_table(b, c);
	make_chain(b, c);
	for (unsigned i = 0; i < SETS; i++)
		make_set(b, c, i);
	for (const uint8_t *p = rules; p < rules + sizeof(rules); p++) {
		struct nlmsghdr *h = named(b, NFT_MSG_NEWRULE, NLM_F_CREATE | NLM_F_APPEND, c);
		struct nlattr *list;

		text(h, NFTA_RULE_CHAIN, chain);
		list = mnl_attr_nest_start(h, NFTA_RULE_EXPRESSIONS);
		while (*p != END)
			p = put_expr(h, p, c);
		mnl_attr_nest_end(h, list);
		finish(b);
	}
}

/* The message that the next element goes into: the last one, if it is of that kind and has room. */
static struct nlmsghdr *elements(struct nft_batch *b, const struct nft_conf *c, bool add, unsigned set)
{
	uint8_t kind = set << 1 | add;
	struct nlmsghdr *h;

	if (b->at && b->kind == kind && b->len - b->at < MESSAGE_MAX - ELEMENT_MAX) {
		b->len = b->at;
		return last(b);
	}
	h = named(b, add ? NFT_MSG_NEWSETELEM : NFT_MSG_DELSETELEM, add ? NLM_F_CREATE : 0, c);
	text(h, NFTA_SET_ELEM_LIST_SET, sets[set].name);
	b->at = b->len;
	b->list = (uint8_t *)mnl_attr_nest_start(h, NFTA_SET_ELEM_LIST_ELEMENTS) - b->buf;
	b->kind = kind;
	return h;
}

void nft_element(struct nft_batch *b, const struct nft_conf *c, bool add, const struct addr *a, const char *ifname, unsigned ifindex)
{
	unsigned set = a->family == AF_INET ? SET4 : addr_is_linklocal(a) ? SET_LINK : SET6;
	struct nlmsghdr *h = elements(b, c, add, set);
	uint8_t key[16 + IFNAME_LEN] = { 0 };
	struct nlattr *elem, *value;
	size_t n = sets[set].key;

	memcpy(key, a->b, n);
	if (set == SET_LINK && c->by_index)
		memcpy(key + n, &ifindex, sizeof(uint32_t));
	else if (set == SET_LINK)
		strncpy((char *)key + n, ifname, IFNAME_LEN - 1);
	if (set == SET_LINK)
		n += c->by_index ? sizeof(uint32_t) : IFNAME_LEN;
	elem = mnl_attr_nest_start(h, NFTA_LIST_ELEM);
	value = mnl_attr_nest_start(h, NFTA_SET_ELEM_KEY);
	put(h, NFTA_DATA_VALUE, key, n);
	mnl_attr_nest_end(h, value);
	mnl_attr_nest_end(h, elem);
	mnl_attr_nest_end(h, (void *)(b->buf + b->list));
	finish(b);
	b->n++;
}

/* The first refusal there is; the kernel answers nothing else. */
static int first_error(int fd)
{
	_Alignas(4) char buf[MESSAGE_MAX];
	int n, err = 0;

	while ((n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT)) > 0) {
		const struct nlmsghdr *h = (void *)buf;

		if (!err && link_msg_ok(h, n) && h->nlmsg_type == NLMSG_ERROR && mnl_nlmsg_get_payload_len(h) >= sizeof(err))
			memcpy(&err, mnl_nlmsg_get_payload(h), sizeof(err));
	}
	return err;
}

int nft_send(struct nft *n, struct nft_batch *b)
{
	int err;

	begin(b, NFNL_MSG_BATCH_END, 0);
	finish(b);
	do
		err = send(n->cmd, b->buf, b->len, 0) < 0 ? -errno : 0;
	while (err == -EINTR);
	return err ? err : first_error(n->cmd);
}

/* Does it say that something of our table was removed, and not by us? */
static bool is_loss(const struct nft *n, const struct nlmsghdr *h)
{
	const struct nfgenmsg *g = mnl_nlmsg_get_payload(h);
	const struct nlattr *t = mnl_nlmsg_get_payload_offset(h, sizeof(*g));

	switch (h->nlmsg_type) {
	case OF_NFT | NFT_MSG_DELTABLE: case OF_NFT | NFT_MSG_DELCHAIN: case OF_NFT | NFT_MSG_DELRULE:
	case OF_NFT | NFT_MSG_DELSET: case OF_NFT | NFT_MSG_DELSETELEM:
		return h->nlmsg_pid != n->portid && mnl_nlmsg_get_payload_len(h) > sizeof(*g) + sizeof(*t) &&
		       g->nfgen_family == NFPROTO_INET && mnl_attr_get_type(t) == NAMED &&
		       !strncmp(mnl_attr_get_payload(t), n->table, mnl_attr_get_payload_len(t));
	}
	return false;
}

static void monitor_ready(struct source *s, usec now)
{
	struct nft *n = (struct nft *)s;	/* src is its first member */
	_Alignas(4) char buf[8192];
	bool lost = false;
	int len;

	(void)now;
	for (int i = 0; i < EVENTS_TURN; i++) {
		len = recv(s->fd, buf, sizeof(buf), MSG_DONTWAIT | MSG_TRUNC);
		if (len < 0 && errno != ENOBUFS)
			break;
		if (len < 0 || len > (int)sizeof(buf)) {	/* some were not told */
			lost = true;
			continue;
		}
		for (const struct nlmsghdr *h = (void *)buf; link_msg_ok(h, len); h = mnl_nlmsg_next(h, &len))
			lost |= is_loss(n, h);
	}
	if (lost)
		n->on_lost(n->ctx);
}

int nft_open(struct nft *n)
{
	unsigned other;

	n->cmd = link_socket(NETLINK_NETFILTER, 0, NULL, &n->portid);
	if (n->cmd < 0)
		return n->cmd;
	n->src = (struct source){ .fd = link_socket(NETLINK_NETFILTER, GROUP, NULL, &other), .ready = monitor_ready };
	if (n->src.fd >= 0)
		return 0;
	close(n->cmd);
	n->cmd = -1;
	return n->src.fd;
}

void nft_close(struct nft *n)
{
	close(n->src.fd);
	close(n->cmd);
	n->src.fd = n->cmd = -1;
}
