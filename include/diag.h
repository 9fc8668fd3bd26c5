/*
 * diag.h - what is wrong on this LAN, from what was seen and what is configured (pure). The hall (diagnose.c) listens and
 * asks; this room remembers who sent what, and draws conclusions: one sentence what, one what to do, most probable first.
 */
#ifndef DIAG_H
#define DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "frame.h"
#include "limits.h"
#include "pkt.h"

/* id, what to do. In the order in which they are told: what explains the rest comes first. */
#define DIAG_FINDINGS(X)                                                                                                          \
	X(FOUND_LINK,     "bring it up and give it an address: nothing can be sent or heard there")                               \
	X(FOUND_IN,       "a firewall of this machine drops them: accept protocol 112, by number, in its input chain (nft: ip protocol 112 accept); or rp_filter, when the sender's subnet is not ours") \
	X(FOUND_OUT,      "a firewall of this machine drops them: accept protocol 112, by number, in its output chain (nft: ip protocol 112 accept)") \
	X(FOUND_TTL,      "something between the two routes or changes them: both must be on one LAN, VRRP is never routed")      \
	X(FOUND_VERSION,  "set the same vrrp_version (or version)" ON_BOTH)                                                       \
	X(FOUND_AUTHTYPE, "set the same authentication block" ON_BOTH ", or take it out")                                         \
	X(FOUND_AUTH,     "set the same auth_pass" ON_BOTH ": eight characters count")                                            \
	X(FOUND_FORM,     "set v3_checksum auto here, or v3_checksum_as_v2 alike" ON_BOTH)                                        \
	X(FOUND_CHECKSUM, "the sender or the way damages them: look at offloading, tunnels, and the sender's program")            \
	X(FOUND_INTERVAL, "set the same advert_int" ON_BOTH ": version 2 drops adverts with another one")                         \
	X(FOUND_BAD,      "the sender's program makes them so: everyone must drop them")                                          \
	X(FOUND_CAST,     "set unicast_peer" ON_BOTH ", or on none")                                                              \
	X(FOUND_PEER,     "add the sender to unicast_peer here, or take check_unicast_src away")                                  \
	X(FOUND_GROUP,    "two groups use this number on the LAN: give one of them another virtual_router_id")                    \
	X(FOUND_VRID,     "the two should probably be one virtual router: set the same virtual_router_id" ON_BOTH)                \
	X(FOUND_LIST,     "set the same virtual_ipaddress list, in the same order," ON_BOTH ": older keepalived drops the adverts otherwise") \
	X(FOUND_TWO,      "they do not hear each other, or refuse what they hear: see the other findings; else a firewall without protocol 112, or a switch that snoops multicast without a querier") \
	X(FOUND_MAC,      "this machine is not master but has the address: take it away here, or stop what set it")               \
	X(FOUND_FOREIGN,  "a router of the group: its adverts are lost on the way (its firewall without protocol 112, IGMP snooping without a querier, a port in another VLAN); no router: take the address away there") \
	X(FOUND_VMAC,     "two machines send from one virtual MAC, and switches flip between their ports: find out why both are masters") \
	X(FOUND_SILENCE,  "nobody is master: start vrrpd on one of the routers, or find out why its adverts do not arrive here")  \
	X(FOUND_LL,       "put a link-local address (fe80::...) first in virtual_ipaddress: RFC 9568 wants it, hosts use it as their gateway") \
	X(FOUND_RESERVED, "harmless to us; a strict peer may drop them: look at the sender's program")
#define ON_BOTH " on both sides"

enum diag_id {
#define X(id, remedy) id,
	DIAG_FINDINGS(X)
#undef X
	FOUND_N
};

/* One sender of adverts for one virtual router in one version. */
struct diag_sender {
	struct addr src, dst, first_vip;
	uint8_t mac[6];
	bool has_mac, own;	/* own: this machine sent them */
	uint8_t family, vrid, version, prio, auth_type, csum, reserved, count;
	uint16_t tag;		/* VLAN, 0: none */
	int16_t ttl;
	uint8_t err;		/* enum pkt_err of the last one, before any configuration is asked */
	uint8_t verdict;	/* enum pkt_err of the last one against our configuration */
	bool list_differs;	/* from our configuration's */
	uint32_t list;		/* hash of the addresses */
	uint32_t n, delivered;	/* seen; given to a raw socket by our kernel */
	usec adv, first, last;
};

/* An address and a MAC that was heard to answer for it. */
struct diag_answer {
	struct addr addr;
	uint8_t mac[6];
	bool own;
};

struct diag_found {
	uint8_t id;		/* enum diag_id */
	char text[DIAG_TEXT];
};

struct diag {
	const struct conf *conf;	/* or NULL */
	const char *dev;		/* where we listen */
	uint8_t mac[6];			/* its own */
	struct diag_sender s[DIAG_SENDERS];
	struct diag_answer a[DIAG_ANSWERS];
	struct diag_found f[DIAG_FOUND];
	unsigned ns, na, nf, missed;	/* missed: senders for whom there was no room */
	usec began, now;
};

/* d is zeroed. */
void diag_begin(struct diag *d, const struct conf *conf, const char *dev, const uint8_t mac[6], usec now);

/* This machine has the address there. To be said at the end: an address may come and go with a take-over. */
void diag_ours(struct diag *d, const struct addr *a);

/* A captured frame: an advert, ARP or NA. Those with VLAN tags are of another LAN than the interface's own. */
void diag_frame(struct diag *d, const struct sight *s, usec now);

/* The kernel gave this advert to a program. */
void diag_delivered(struct diag *d, const uint8_t *msg, size_t len, const struct meta *m);

/* A finding of somebody else's (interface, daemon). */
void diag_add(struct diag *d, enum diag_id id, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The instance of our configuration for a router number on the interface, or NULL. */
const struct vrrp_conf *diag_conf(const struct diag *d, int family, uint8_t vrid);

/*
 * Draw the conclusions. raw_works: adverts could be awaited on a raw socket too, so that what did not come there counts;
 * of IPv4 and IPv6.
 * Returns how many findings there are; d->f has them in the order of telling.
 */
unsigned diag_conclude(struct diag *d, const bool raw_works[2], usec now);

const char *diag_remedy(enum diag_id id);

#endif
