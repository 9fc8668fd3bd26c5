/*
 * fake.h - the edges of the engine, made of memory: one LAN, some routers, a clock that only moves when told. Same
 * headers as core/sys, other objects (fake*.c). One router has one interface, eth0, index 2, with 10.0.0.(number + 1),
 * fe80::(number + 1) and 2001:db8::(number + 1).
 */
#ifndef FAKE_H
#define FAKE_H

#include "engine.h"

enum { ROUTERS = 16, FAKE_VIP = 100, FAKE_VIPS = 8, FAKE_LANS = 4, FAKE_MSG = 72 };

struct host {			/* what survives the daemon: the machine */
	bool up;		/* eth0 has a carrier */
	bool bare;		/* and no link-local address */
	bool has[FAKE_VIPS];	/* the address whose last byte is FAKE_VIP + k is set in its kernel */
	struct addr vip[FAKE_VIPS];	/* which one that is */
	bool add_fails;		/* the kernel refuses addresses */
	usec skew_ppm;		/* its clock runs that much too fast, or too slow */
	usec lost;		/* and stood still for that long: the whole machine was put away */
	usec paused;		/* until then the machine is stalled (world time) */
	int wall;		/* seconds that its wall clock is wrong */
	usec last_tx;		/* world time of the last advert it sent with a priority above 0 */
	unsigned sent, told;	/* adverts; notifies */
	uint8_t life;		/* counts its daemons */
	int last_told[FAKE_LANS + 1];	/* enum fsm_state of the last notify begun, by the digit that ends the name; a group's; -1 */
	bool script_good;	/* what its check would answer now */
	bool bad[FAKE_LANS];	/* and those whose name ends in a digit: this one fails */
	struct engine *e;	/* the daemon, or NULL */
};

struct world {
	usec now;
	unsigned n;
	struct host h[ROUTERS];
	bool cut[ROUTERS][ROUTERS];	/* from, to: nothing gets through */
	bool lan_cut[FAKE_LANS][ROUTERS][ROUTERS];	/* the same for one virtual router id modulo FAKE_LANS */
	unsigned loss, dup;	/* of 1000 datagrams */
	unsigned echo;		/* of 1000: comes back to its sender */
	usec delay, jitter;	/* of each */
	usec hooks;		/* that long notify scripts take at most; 0: no time */
	void (*drained)(void);	/* a daemon has read what waited in a socket */
	uint32_t seed, evil;	/* of the world; of the stranger, who must not change what the world draws */
};

extern struct world world;

void fake_begin(void);				/* a new world has been filled in: nothing of the last one is in the air */
unsigned fake_random(unsigned below);
unsigned fake_evil(unsigned below);		/* the stranger's */
usec fake_clock(unsigned router);		/* its CLOCK_MONOTONIC now */
usec fake_world_time(unsigned router, usec local);	/* when its clock will show that */

/* An address of a router; afar: the one that is not link-local. */
struct addr fake_addr(unsigned router, int family, bool afar);

/* A datagram on the wire. */
struct datagram {
	usec at;
	uint32_t order;			/* of those due at once: the first sent comes first */
	uint8_t from, to;		/* routers; from == world.n: a stranger's */
	uint8_t life;			/* a stranger's: the receiver's at that moment */
	uint8_t ttl, len;
	uint8_t head;			/* bytes before the message: an IPv4 header and AH, or none */
	struct addr src, dst;
	uint8_t b[FAKE_MSG];
};

void fake_forge(struct datagram *d);	/* a stranger sends it; a daemon that begins meanwhile does not get it */
bool fake_sealed(struct datagram *d);		/* one of the last frames with AH that somebody sent; false: nobody did */
unsigned fake_current(void);			/* the router whose code runs */
void fake_enter(unsigned router);		/* it is this one from now on */
unsigned fake_number(const char *name);		/* the digit that ends it; 0: none does */
/* Who sent the message at p, which raw_recv gave: a router, or world.n: the stranger. */
unsigned fake_sender(const uint8_t *p);

usec fake_next(void);				/* world time of the next delivery, or USEC_NEVER */
unsigned fake_deliver(void);			/* the datagram that is due: puts it into its router's socket; returns the router */
usec fake_waits(unsigned router);		/* world time from which on something waits for its daemon, or USEC_NEVER */

void fake_carrier(unsigned router, bool up);	/* pull or plug the cable; the daemon is told */
void fake_bare(unsigned router, bool bare);	/* its link-local address goes or comes; the daemon is told */
void fake_steal(unsigned router, unsigned vip);	/* somebody removes the address; the daemon is told */

/* A configuration from text; memory is the caller's to give back with config_free. */
struct conf *fake_conf(const char *text);

/* Start router's daemon with that text; end it as kill -9 does, or as TERM does. */
void fake_start(unsigned router, const char *text);
void fake_kill(unsigned router);
void fake_stop(unsigned router);
int fake_reload(unsigned router, const char *text);

bool fake_script_good(void);			/* what a check of the daemon that runs now answers */

void fake_run(unsigned router);			/* one turn of its loop */
extern bool fake_verbose;			/* print its log */

#endif
