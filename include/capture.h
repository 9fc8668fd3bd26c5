/*
 * capture.h - frames off the wire (sys: packet socket, kernel filter, shared ring). Only what may concern VRRP leaves
 * the kernel; every frame has the kernel's time.
 */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "pcap.h"

struct capture {
	int fd;
	unsigned ifindex;	/* 0: all */
	bool cooked;		/* frames get a LINK_COOKED2 header, else they are Ethernet */
	uint8_t *ring;
	size_t size;
	unsigned block, left;	/* the block that is read, frames left in it */
	uint8_t *next;
	unsigned long given, lost;	/* by the kernel: passed the filter and found room, and found none */
};

struct capture_want {
	const char *ifname;	/* NULL: all interfaces */
	unsigned snap;		/* bytes kept of a frame */
	unsigned kbytes;	/* ring */
	bool neighbours;	/* ARP and neighbour discovery too */
	bool modest;		/* not promiscuous: only what the interface would take, and the VRRP groups */
};

/* 0 or -errno; *what names the step. The ring is readable by poll when there are frames. */
int capture_open(struct capture *c, const struct capture_want *want, const char **what);
void capture_close(struct capture *c);

/* The next frame: valid until the next call. False: none now. */
bool capture_next(struct capture *c, struct pcap_rec *r);

/* Reads the counters. Then: 0, or -errno when the interface is gone for good (-ENODEV). */
int capture_check(struct capture *c);

#endif
