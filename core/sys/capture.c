/* capture.c - frames off the wire (sys: packet socket, kernel filter, shared ring). */
#include <arpa/inet.h>
#include <errno.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>

#include "capture.h"

enum {
	BLOCK = 1 << 17,	/* also the longest frame that fits */
	PATIENCE = 50,		/* ms that a frame may wait for others to fill its block */
	ROOM = 32,		/* before each frame: a cooked header and a VLAN tag */
	COOKED_HEAD = 20, TAG = 4
};

/* ---- the filter ---- */

enum { BODY = 20, OK = 18 };	/* rows of one body, and of them the one that accepts */
#define TO(row) OK - (row) - 1	/* a jump there, seen from a row */
#define NET(n) (SKF_NET_OFF + (n))
#define LOAD(size, at) { BPF_LD | (size) | BPF_ABS, 0, 0, (uint32_t)(at) }
#define IS(k, yes, no) { BPF_JMP | BPF_JEQ | BPF_K, yes, no, k }
#define JUMP(n) { BPF_JMP | BPF_JA, 0, 0, n }
#define SET(k) { BPF_LD | BPF_IMM, 0, 0, k }
#define RET(k) { BPF_RET | BPF_K, 0, 0, k }

/*
 * The EtherType and what stands at the network header. The outer tag is taken off by the kernel, except of a frame on its way out by
 * a card that cannot: there the network header is the IP header nevertheless.
 */
static const struct sock_filter head[] = {
	LOAD(BPF_W, SKF_AD_OFF + SKF_AD_PROTOCOL),
	IS(ETH_P_8021Q, 1, 0),
	IS(ETH_P_8021AD, 0, 11),	/* -> body at 0 */
	LOAD(BPF_H, NET(2)),		/* behind a second tag? */
	IS(ETH_P_IP, 2, 0),
	IS(ETH_P_IPV6, 1, 0),
	IS(ETH_P_ARP, 0, 1),
	JUMP(6 + BODY),			/* -> body at 4 */
	LOAD(BPF_B, NET(0)),
	{ BPF_ALU | BPF_RSH | BPF_K, 0, 0, 4 },
	IS(6, 2, 0),
	SET(ETH_P_IP),
	JUMP(1),
	SET(ETH_P_IPV6),
};

static const struct sock_filter body[BODY] = {
/* 0 */	IS(ETH_P_ARP, TO(0), 0),
	IS(ETH_P_IPV6, 4, 0),
	IS(ETH_P_IP, 0, 16),
	LOAD(BPF_B, NET(9)),
	IS(112, TO(4), 0),
/* 5 */	IS(51, TO(5), 13),
	LOAD(BPF_B, NET(6)),
	IS(112, TO(7), 0),
	IS(51, TO(8), 0),
	IS(0, TO(9), 0),		/* extension headers: rare, looked into later */
/*10 */	IS(43, TO(10), 0),
	IS(44, TO(11), 0),
	IS(60, TO(12), 0),
	IS(58, 0, 5),
	LOAD(BPF_B, NET(40)),
/*15 */	IS(135, TO(15), 0),
	IS(136, TO(16), 0),
	JUMP(1),
/*18 */	RET(0),				/* becomes the snap length */
	RET(0),
};

enum { HEAD = sizeof head / sizeof *head };

static int set_filter(const struct capture *c, const struct capture_want *want)
{
	struct sock_filter f[HEAD + 2 * BODY];
	struct sock_fprog prog = { .len = HEAD + 2 * BODY, .filter = f };

	memcpy(f, head, sizeof head);
	for (int copy = 0; copy < 2; copy++) {
		struct sock_filter *b = f + HEAD + copy * BODY;

		memcpy(b, body, sizeof body);
		for (int i = 0; i < BODY; i++)
			if (b[i].code == (BPF_LD | BPF_B | BPF_ABS))
				b[i].k += copy * TAG;
		b[OK].k = want->snap;
		if (!want->neighbours) {
			b[0].jt = BODY - 2;
			b[13].jt = 5;
		}
	}
	return setsockopt(c->fd, SOL_SOCKET, SO_ATTACH_FILTER, &prog, sizeof prog) < 0 ? -errno : 0;
}

/* ---- the socket ---- */

static int set(const struct capture *c, int name, int value)
{
	return setsockopt(c->fd, SOL_PACKET, name, &value, sizeof value) < 0 ? -errno : 0;
}

/* An interface without Ethernet headers is cooked, as all of them together are. */
static int look_at(struct capture *c, const char *ifname)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;
	struct ifreq r = { 0 };

	strncpy(r.ifr_name, ifname, IFNAMSIZ - 1);
	if (fd < 0 || strlen(ifname) >= IFNAMSIZ || ioctl(fd, SIOCGIFINDEX, &r) < 0)
		err = fd < 0 ? -errno : -ENODEV;
	c->ifindex = r.ifr_ifindex;
	if (!err && ioctl(fd, SIOCGIFHWADDR, &r) < 0)
		err = -errno;
	c->cooked = r.ifr_hwaddr.sa_family != ARPHRD_ETHER && r.ifr_hwaddr.sa_family != ARPHRD_LOOPBACK;
	if (fd >= 0)
		close(fd);
	return err;
}

static int map_ring(struct capture *c, const struct capture_want *want)
{
	struct tpacket_req3 req = {
		.tp_block_size = BLOCK, .tp_frame_size = 2048, .tp_retire_blk_tov = PATIENCE,
		.tp_block_nr = want->kbytes / (BLOCK >> 10),
	};
	int err;

	if (req.tp_block_nr < 2)
		req.tp_block_nr = 2;
	req.tp_frame_nr = BLOCK / 2048 * req.tp_block_nr;
	if ((err = set(c, PACKET_VERSION, TPACKET_V3)) < 0 || (err = set(c, PACKET_RESERVE, ROOM)) < 0)
		return err;
	if (setsockopt(c->fd, SOL_PACKET, PACKET_RX_RING, &req, sizeof req) < 0)
		return -errno;
	c->size = (size_t)BLOCK * req.tp_block_nr;
	c->ring = mmap(NULL, c->size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd, 0);
	if (c->ring != MAP_FAILED)
		return 0;
	c->ring = NULL;
	return -errno;
}

static void join(const struct capture *c, int type, const char *mac)
{
	struct packet_mreq m = { .mr_ifindex = c->ifindex, .mr_type = type, .mr_alen = ETH_ALEN };

	memcpy(m.mr_address, mac, ETH_ALEN);
	setsockopt(c->fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &m, sizeof m);	/* without it we see less, not nothing */
}

static int begin(struct capture *c, bool modest)
{
	struct sockaddr_ll to = { .sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = c->ifindex };

	if (bind(c->fd, (struct sockaddr *)&to, sizeof to) < 0)
		return -errno;
	if (!c->ifindex)
		return 0;
	if (modest) {
		join(c, PACKET_MR_MULTICAST, "\x01\0\x5e\0\0\x12");
		join(c, PACKET_MR_MULTICAST, "\x33\x33\0\0\0\x12");
	} else {
		join(c, PACKET_MR_PROMISC, "\0\0\0\0\0");
	}
	return 0;
}

int capture_open(struct capture *c, const struct capture_want *want, const char **what)
{
	int err;

	*c = (struct capture){ .fd = -1, .cooked = true };
	*what = want->ifname;
	if (want->ifname && (err = look_at(c, want->ifname)) < 0)
		return err;
	*what = "packet socket";
	c->fd = socket(AF_PACKET, (c->cooked ? SOCK_DGRAM : SOCK_RAW) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (c->fd < 0)
		return -errno;
	*what = "capture filter";
	if ((err = set_filter(c, want)) < 0)
		goto fail;
	*what = "capture ring";
	if ((err = map_ring(c, want)) < 0)
		goto fail;
	*what = want->ifname ? want->ifname : "any";
	if ((err = begin(c, want->modest)) == 0)
		return 0;
fail:
	capture_close(c);
	return err;
}

void capture_close(struct capture *c)
{
	if (c->ring)
		munmap(c->ring, c->size);
	if (c->fd >= 0)
		close(c->fd);
	c->fd = -1;
}

/* ---- frames ---- */

static void put16(uint8_t *p, unsigned v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* LINKTYPE_LINUX_SLL2: protocol, zero, ifindex, hardware type, kind, address. */
static uint8_t *cook(uint8_t *p, const struct sockaddr_ll *from, unsigned type)
{
	p -= COOKED_HEAD;
	memset(p, 0, COOKED_HEAD);
	put16(p, type);
	put16(p + 4, (unsigned)from->sll_ifindex >> 16);
	put16(p + 6, from->sll_ifindex);
	put16(p + 8, from->sll_hatype);
	p[10] = from->sll_pkttype;
	p[11] = from->sll_halen;
	memcpy(p + 12, from->sll_addr, 8);
	return p;
}

/*
 * What cooked bytes begin with: since Linux 6.10 the socket names what is behind a second tag, yet gives the bytes from
 * the tag on. p has 8 bytes: the filter looked at more.
 */
static unsigned first_type(const uint8_t *p, const struct sockaddr_ll *from)
{
	unsigned type = ntohs(from->sll_protocol);
	bool tag = be(p + 2, 2) == type && (type == ETH_P_ARP || p[4] >> 4 == (type == ETH_P_IP ? 4 : 6));

	return tag ? ETH_P_8021Q : type;
}

/* The frame with what the kernel took off it; ROOM is before it. */
static void restore(const struct capture *c, struct pcap_rec *r, uint8_t *p, const struct tpacket3_hdr *h)
{
	const struct sockaddr_ll *from = (const void *)((const uint8_t *)h + TPACKET_ALIGN(sizeof *h));
	unsigned tpid, type = c->cooked ? first_type(p, from) : 0;
	uint8_t *end = p + r->cap;

	if (h->tp_status & TP_STATUS_VLAN_VALID) {
		tpid = h->tp_status & TP_STATUS_VLAN_TPID_VALID ? h->hv1.tp_vlan_tpid : ETH_P_8021Q;
		p -= TAG;
		r->len += TAG;
		if (c->cooked) {
			put16(p, h->hv1.tp_vlan_tci);
			put16(p + 2, type);
			type = tpid;
		} else {
			memmove(p, p + TAG, 2 * ETH_ALEN);
			put16(p + 12, tpid);
			put16(p + 14, h->hv1.tp_vlan_tci);
		}
	}
	if (c->cooked) {
		p = cook(p, from, type);
		r->len += COOKED_HEAD;
	}
	r->out = from->sll_pkttype == PACKET_OUTGOING;
	r->p = p;
	r->cap = end - p;
}

static struct tpacket_block_desc *block(const struct capture *c)
{
	return (void *)(c->ring + (size_t)BLOCK * c->block);
}

/* Give the block that was read back; open the next one, if it is ours. */
static bool turn(struct capture *c)
{
	struct tpacket_block_desc *b = block(c);

	if (c->next) {
		__atomic_store_n(&b->hdr.bh1.block_status, TP_STATUS_KERNEL, __ATOMIC_RELEASE);
		c->next = NULL;
		c->block = (c->block + 1) % (c->size / BLOCK);
		b = block(c);
	}
	if (!(__atomic_load_n(&b->hdr.bh1.block_status, __ATOMIC_ACQUIRE) & TP_STATUS_USER))
		return false;
	c->left = b->hdr.bh1.num_pkts;
	c->next = (uint8_t *)b + b->hdr.bh1.offset_to_first_pkt;
	return true;
}

bool capture_next(struct capture *c, struct pcap_rec *r)
{
	struct tpacket3_hdr *h;

	while (!c->left)
		if (!turn(c))
			return false;
	h = (void *)c->next;
	*r = (struct pcap_rec){
		.cap = h->tp_snaplen, .len = h->tp_len, .link = c->cooked ? LINK_COOKED2 : LINK_ETHERNET,
		.when = h->tp_sec * SEC + h->tp_nsec / 1000,
	};
	restore(c, r, c->next + h->tp_mac, h);
	c->next += h->tp_next_offset;
	c->left--;
	return true;
}

int capture_check(struct capture *c)
{
	struct tpacket_stats_v3 st;
	socklen_t n = sizeof st;
	struct sockaddr_ll at = { .sll_family = AF_PACKET };
	int err;

	if (!getsockopt(c->fd, SOL_PACKET, PACKET_STATISTICS, &st, &n)) {	/* which sets them to zero */
		c->given += st.tp_packets - st.tp_drops;
		c->lost += st.tp_drops;
	}
	n = sizeof err;
	getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &err, &n);	/* ENETDOWN comes once, and the interface may come back */
	n = sizeof at;
	return c->ifindex && !getsockname(c->fd, (struct sockaddr *)&at, &n) && at.sll_ifindex != (int)c->ifindex ? -ENODEV : 0;
}
