/*
 * link.h - interfaces and addresses by rtnetlink (sys: libmnl). Two sockets: one commands, one listens.
 * What we ourselves add never comes back as an event; what others do, and every removal, does. (Before Linux 5.18
 * our own IPv6 additions do come back: the kernel does not say there who made them.)
 *
 * The callbacks may dump and send batches themselves; they must not close.
 */
#ifndef LINK_H
#define LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "limits.h"
#include "loop.h"

/* A netlink socket of that protocol, bound, with its address in *portid. Descriptor or -errno. */
struct sock_fprog;
int link_socket(int protocol, unsigned groups, const struct sock_fprog *filter, unsigned *portid);

struct link_info {		/* RTM_NEWLINK, RTM_DELLINK */
	unsigned ifindex;
	bool gone;
	unsigned flags;		/* IFF_UP, IFF_RUNNING, IFF_NOARP, ... */
	unsigned mtu;
	unsigned short type;	/* ARPHRD_* */
	uint8_t kind;		/* enum vlink_kind of conf.h plus 1; 0: another */
	unsigned parent;	/* that it sits on (IFLA_LINK) */
	unsigned vrf;		/* that it belongs to; 0: none */
	uint32_t group;
	bool has_mac;		/* a 6-byte link-layer address */
	uint8_t mac[6];
	char name[IFNAME_LEN];
};

struct link_addr {		/* RTM_NEWADDR, RTM_DELADDR, and what link_batch_addr sets */
	unsigned ifindex;
	bool gone;
	bool ours;		/* by an order of ours: itself, or another one with it */
	struct addr addr;	/* IFA_LOCAL where given, else IFA_ADDRESS */
	struct addr peer;	/* family 0: none (same as addr) */
	uint8_t plen, scope;	/* plen belongs to peer where there is one */
	uint8_t proto;		/* IFA_PROTO; 0 unknown (before Linux 5.18), 18 = a VRRP daemon's; batches always send 18 */
	uint32_t flags;		/* IFA_F_* */
	uint32_t preferred;	/* seconds, UINT32_MAX = forever */
	bool has_brd;
	uint8_t brd[4];
	char label[IFNAME_LEN];	/* "" = none */
};

/*
 * A route or rule that went, and was a VRRP daemon's (protocol 18) but not taken away by us; or one that somebody put in the
 * place of another: a default route, or by hand (protocol boot or static).
 */
struct link_route {
	bool rule;
	uint8_t family, plen;
	uint8_t dst[16];	/* of a route */
	uint32_t preference;	/* of a rule */
};

/* Is there a whole message in the len bytes at h? libmnl's own takes a length above INT32_MAX for a small one. */
struct nlmsghdr;
bool link_msg_ok(const struct nlmsghdr *h, int len);

/* One interface out of an RTM_NEWLINK or RTM_DELLINK. false: it is none. */
bool link_info_read(struct link_info *i, const struct nlmsghdr *h);

/* One address out of an RTM_NEWADDR or RTM_DELADDR. false: it is none. */
bool link_addr_read(struct link_addr *a, const struct nlmsghdr *h);

struct link {
	struct source src;	/* the listening socket: register with loop_add; its ready is link's own */
	int cmd;
	uint32_t seq;
	unsigned portid;	/* of cmd */
	void *ctx;
	void (*on_link)(void *ctx, const struct link_info *i);
	void (*on_addr)(void *ctx, const struct link_addr *a);
	void (*on_route)(void *ctx, const struct link_route *r);	/* NULL: not wanted */
	void (*on_lost)(void *ctx);	/* events were lost (ENOBUFS): dump again */
};

/* Callbacks and ctx set by the caller before. 0 or -errno, nothing left open on error. */
int link_open(struct link *l);
void link_close(struct link *l);

/* Receive buffers in bytes; 0: as it is. force: above the system's bound too. */
void link_buffers(struct link *l, unsigned cmd, bool force, unsigned monitor, bool monitor_force);

/*
 * Ask for all interfaces / all addresses (family 0: both); the callbacks run before it returns, more than once for
 * one thing when the table changed meanwhile. 0 or -errno; -EAGAIN: it changed each time it was read; what was
 * there has been told, and the changes follow as events.
 */
int link_dump_links(struct link *l);
int link_dump_addrs(struct link *l, int family);

enum { LINK_REQUEST = 160 };	/* room for one address */

/* A burst of changes, sent as one system call. Zero it with link_batch_init. */
struct link_batch {
	size_t len;
	unsigned n;			/* requests in it */
	bool add[VIP_CHUNK];
	int err[VIP_CHUNK];		/* after link_batch_send: 0 or -errno of each request */
	_Alignas(4) uint8_t buf[VIP_CHUNK * LINK_REQUEST + ROUTE_MAX + 16];
};

void link_batch_init(struct link_batch *b);
bool link_batch_full(const struct link_batch *b);
/*
 * Queue one addition (NLM_F_CREATE | NLM_F_EXCL; an address that is there already reports -EEXIST) or removal, which
 * goes by ifindex, addr, peer and plen alone. A zeroed link_addr is a deprecated address: preferred says how long.
 */
void link_batch_addr(struct link_batch *b, struct link *l, bool add, const struct link_addr *a);
/*
 * route.c. Queue a route or rule: len bytes from its header on. flags: NLM_F_* of an addition. Returns where they lie in the
 * burst, for what is known only now.
 */
uint8_t *link_batch_route(struct link_batch *b, struct link *l, bool add, bool rule, unsigned flags, const uint8_t *bytes, size_t len);
/* Is anything configured whose going is news? Without it the kernel keeps all of it to itself. 0 or -errno. */
int link_watch_routes(struct link *l, bool on);
bool link_route_read(struct link_route *r, const struct nlmsghdr *h);

/*
 * Send. The kernel has carried everything out when this returns; err[] tells how. Returns 0, or -errno when
 * the burst itself could not be sent (then every err[] is that).
 */
int link_batch_send(struct link_batch *b, struct link *l);

/*
 * Set net.ipv4.conf.IFNAME.promote_secondaries. Without it the kernel removes every address of a subnet together
 * with the first one. Returns what it was (0 or 1), or -errno.
 */
int link_promote(const char *ifname, int on);

/*
 * Has it a carrier? Asked of the driver (enum BEAT_* of conf.h says how; BEAT_ANY: the first way that it knows), for those that
 * do not tell changes. true as well when it cannot be asked.
 */
bool link_beat(const char *ifname, unsigned how);

/*
 * The same for any switch of one digit below net.ipv4.conf or net.ipv6.conf (v6); value -1: only look. Returns what it was,
 * or -errno.
 */
int link_switch(bool v6, const char *ifname, const char *name, int value);

/* ARPHRD_* of an interface, or -errno; needs no struct link and no rights. */
int link_type(const char *ifname);

/* A macvlan or ipvlan, as a request names it; what is 0 (group: -1) is not said. */
struct vlink {
	unsigned ifindex;
	const char *name;
	unsigned parent, vrf;
	int32_t group;
	uint8_t kind;		/* as in link_info */
	uint8_t mode;		/* of an ipvlan: 0 bridge, 1 private, 2 vepa; a macvlan is always a bridge */
	const uint8_t *mac;
};

/* Each waits for the kernel's word: 0 or -errno. */
int vlink_new(struct link *l, const struct vlink *v);	/* down; -EEXIST: the name is taken */
int vlink_set(struct link *l, const struct vlink *v);	/* of ifindex: the rest */
int vlink_up(struct link *l, unsigned ifindex, bool up);
int vlink_del(struct link *l, const struct vlink *v);	/* by ifindex; without one all of a group, at once */
int vlink_get(struct link *l, const char *name, struct link_info *i);	/* -ENODEV: there is none */

#endif
