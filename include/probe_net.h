/*
 * probe_net.h - what the kinds that look at the network share (sys): one interface, and the kernel's tables read without
 * waiting. Only rooms of kinds include it.
 */
#ifndef PROBE_NET_H
#define PROBE_NET_H

#include "probe_in.h"

struct nlmsghdr;

struct netif {
	unsigned index, flags;	/* IFF_UP, IFF_RUNNING, ... as far as 16 bits go */
	uint16_t type;		/* ARPHRD_* */
	uint8_t mac[6];
};

/* Look an interface up by its name. 0 or -errno (ENODEV). */
int netif_get(struct netif *i, const char *name);

/* The verdict that --dev cannot be used. err: -errno. */
void netif_cannot(struct probe *p, int err);

/* Its name by its number into name (IFNAME_LEN); "" when there is none. Returns name. */
const char *netif_name(unsigned index, char *name);

/* Do the first bits agree? (People write 10.0.0.1/24 for 10.0.0.0/24.) */
bool same_prefix(const struct addr *a, const struct addr *b, unsigned bits);

/*
 * A table of the kernel, read one reply (8 kB) a wake-up: a million routes hold nobody up. It stands first in p->u.
 * each  one entry; true: it has given the verdict
 * end   all of it was read; a table that changed meanwhile is read again
 */
struct dump_kind {
	uint16_t type;		/* RTM_GETROUTE: the main table; RTM_GETADDR */
	bool (*each)(struct probe *p, const struct nlmsghdr *h);
	void (*end)(struct probe *p);
};

struct dump {
	const struct dump_kind *kind;
	unsigned ifindex;	/* addresses of this one only; 0: of all */
	uint8_t family;		/* being read now */
	bool changed;
};

/* Begin, with ifindex set. Family 0: IPv4, then IPv6. May end in a verdict. */
void dump_start(struct probe *p, const struct dump_kind *kind, int family);

/* Its descriptor is readable; time is over. */
void dump_ready(struct probe *p);
void dump_late(struct probe *p);

#endif
