/*
 * frame.h - from the bytes of a captured frame to the message in it (pure): Ethernet, raw IP and Linux cooked link layers,
 * VLAN tags, IPv4 with options, IPv6 with extension headers, AH. Bounded work, nothing is copied, nothing read beyond cap.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pkt.h"

/* Link types as capture files name them. */
enum {
	LINK_ETHERNET = 1, LINK_RAW_BSD = 12, LINK_RAW_OPENBSD = 14, LINK_RAW = 101, LINK_COOKED = 113,
	LINK_IPV4 = 228, LINK_IPV6 = 229, LINK_COOKED2 = 276
};

enum sight_kind {
	SEEN_OTHER,		/* nothing that concerns us, or too damaged to tell */
	SEEN_VRRP, SEEN_CARP,
	SEEN_PIECE,		/* a fragment of protocol 112: daemons ignore it */
	SEEN_ARP, SEEN_NS, SEEN_NA
};

enum { NO_LAYER = 0xffff, TAGS_MAX = 4 };	/* more VLAN tags than switches stack */

/* What one frame is. Layers are offsets into p, NO_LAYER when they are not there. */
struct sight {
	enum sight_kind kind;
	bool cut;		/* the capture kept less of it than the message needs */
	bool liar;		/* the IP header promises more than the frame holds */
	bool out;		/* sent by the host that captured */
	uint8_t tags;
	uint16_t tag[TAGS_MAX];	/* VLAN ids, outermost first */
	uint16_t ip, ah, msg;	/* msg: VRRP, CARP, ARP or ICMPv6 */
	uint16_t mac, mac_to;	/* hardware addresses (6 bytes each) */
	unsigned ifindex;	/* as a cooked header says, else 0 */
	const uint8_t *p;
	size_t cap, len;	/* bytes captured, bytes on the wire */
	size_t msg_cap, msg_len;	/* of the message: at hand, and as the IP header says */
	struct meta meta;
};

/* True when it is one of the kinds, also of part of one. link: what the file or socket says. */
bool frame_read(struct sight *s, unsigned link, const uint8_t *p, size_t cap, size_t len);

/* A big-endian number of n <= 4 bytes. */
uint32_t be(const uint8_t *p, unsigned n);

#endif
