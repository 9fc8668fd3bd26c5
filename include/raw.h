/*
 * raw.h - VRRP datagrams by raw sockets, announcement frames by a packet socket (sys).
 */
#ifndef RAW_H
#define RAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "limits.h"
#include "pkt.h"

/*
 * A socket that receives protocol 112 of one family on one interface (ifindex 0: on all, for unicast without
 * interface). Non-blocking, close-on-exec; our own multicast does not come back. Descriptor or -errno.
 */
int raw_open_rx(int family, unsigned ifindex, const char *ifname);

/* The same for adverts behind an authentication header (IPv4): meta.ah says where it stood. */
int raw_open_ah(unsigned ifindex, const char *ifname);

/*
 * From now on it gets only what may be for us: no longer than an advert can be, and of a virtual router id whose bit (id & 31
 * of word id >> 5) is set; vrids NULL: of any. What is wrong with it in other ways is counted. Replaces an earlier filter at once.
 * skip  bytes before the message that are no IP header: AH_LEN on raw_open_ah's socket, else 0
 */
void raw_filter(int fd, int family, unsigned skip, const uint32_t vrids[8]);

/* Room for that many bytes of datagrams as people count them; the kernel has overhead, which it doubles the number for. */
void raw_room(int fd, uint32_t bytes);

/* Join or leave a group on it. 0 or -errno; joining twice is 0. */
int raw_join(int fd, unsigned ifindex, const struct addr *group);
int raw_leave(int fd, unsigned ifindex, const struct addr *group);

struct raw_msg {
	const uint8_t *p;	/* VRRP message, headers removed; valid until the next raw_recv on any socket */
	size_t len;		/* by the IP header, not by the frame */
	struct meta meta;
};

/*
 * Take up to RX_BATCH datagrams in one system call. What came in fragments (the kernel puts them together,
 * and says so) and datagrams longer than RX_BUF are left out (added to *bad). Returns how many datagrams the kernel gave (so less than RX_BATCH: drained), 0 for none, or -errno;
 * *n messages are in out.
 */
int raw_recv(int fd, int family, struct raw_msg out[RX_BATCH], unsigned *n, unsigned *bad);

/* One advert to be sent. */
struct raw_out {
	const uint8_t *p;	/* VRRP message */
	size_t len;
	unsigned ifindex;	/* 0: by route */
	struct addr src, dst;	/* an IPv6 src must be on that interface (-EINVAL; but see raw_any_source), an IPv4 one need not */
	uint8_t ttl;
	uint16_t id;		/* of the IPv4 header; only with ah */
	const uint8_t *ah;	/* AH_LEN bytes to stand before the message, or NULL */
	int err;		/* filled: 0 or -errno */
};

/* A socket that sends for every interface of one family: TOS/traffic class 0xc0. Descriptor or -errno. */
int raw_open_tx(int family);

/* From now on an IPv6 source needs to be on no interface: a virtual MAC's device has no address of its own. */
void raw_any_source(int fd);

/* Send n <= TX_BATCH adverts in one system call where it can be; fills err of each. */
void raw_send(int fd, int family, struct raw_out *o, unsigned n);

/* A packet socket that only sends. Descriptor or -errno. */
int frame_open(void);

struct frame {
	unsigned ifindex;
	uint8_t len;
	uint8_t b[90];		/* from the Ethernet header on */
};

/* Send n <= GARP_BATCH frames. Returns how many left; the rest were refused by the kernel (*err: the first reason). */
unsigned frame_send(int fd, const struct frame *f, unsigned n, int *err);

/*
 * A packet socket that hears ARP (AF_INET) or neighbour advertisements (AF_INET6) of others on every interface: those that
 * name an address whose last four bytes are one of the n words; of any address when n > CLAIMS_MAX. Descriptor or -errno.
 */
int claim_open(int family, const uint32_t *words, unsigned n);
void claim_filter(int fd, int family, const uint32_t *words, unsigned n);	/* from now on */

/* One frame, cut to size. Returns its length, 0: none. */
unsigned claim_read(int fd, uint8_t *frame, unsigned size, unsigned *ifindex);

#endif
