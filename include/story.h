/*
 * story.h - what a capture tells of each virtual router (pure): who was master when, take-overs beside the formula,
 * missed adverts, jitter, and a picture of it in 80 columns. Constant memory for any length of time.
 */
#ifndef STORY_H
#define STORY_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "arena.h"
#include "limits.h"
#include "text.h"
#include "usec.h"
#include "view.h"

/* What an advert changes. The text goes behind its line. */
#define STORY_NEWS(X)                                \
	X(NEWS_FIRST,    "first")                    \
	X(NEWS_MASTER,   "new master")               \
	X(NEWS_LEAVE,    "leaves")                   \
	X(NEWS_BACK,     "back after silence")       \
	X(NEWS_TWO,      "two masters")              \
	X(NEWS_PRIO,     "priority changed")         \
	X(NEWS_INTERVAL, "interval changed")         \
	X(NEWS_ADDRS,    "addresses changed")        \
	X(NEWS_VERSION,  "version changed")          \
	X(NEWS_CSUM,     "checksum form changed")    \
	X(NEWS_MAC,      "MAC changed")              \
	X(NEWS_REFUSED,  "refused")

enum story_news {
#define X(e, text) e,
	STORY_NEWS(X)
#undef X
	NEWS_N
};

const char *story_news_text(enum story_news n);

enum { STORY_COLUMNS = 72, STORY_STEPS = 128 };

struct story_sender {
	struct addr addr;
	uint8_t mac[6];
	uint8_t version, prio, csum;
	bool left;			/* its last advert had priority 0 */
	bool both;			/* it was heard to go from version 2 to 3: it may speak them by turns */
	uint8_t behind;			/* adverts in a row while a better one was there */
	usec adv, first, last;
	uint32_t addrs;			/* their hash */
	unsigned long adverts, missed, early;
	uint8_t spoke[STORY_COLUMNS];	/* picture: 0 silent, 1 speaks, 2 leaves */
};

struct story_event {
	usec when;
	uint16_t news;		/* bits of enum story_news */
	uint8_t who, from;	/* senders; from: the old master, of NEWS_MASTER */
	uint8_t prio;
	bool after_leave;	/* the old master had left */
	bool preempted;		/* it was still there */
	usec gap, formula;	/* of NEWS_MASTER and NEWS_BACK; formula 0: none applies */
};

struct story_group {
	struct story_group *next;
	unsigned ifindex;
	uint16_t vlan;
	uint8_t vrid, family;
	uint8_t master;		/* who spoke last as such */
	uint8_t nsenders;
	uint8_t why;		/* enum pkt_err of the last refused one */
	unsigned long adverts, strangers, refused, events;
	unsigned long steps;	/* intervals measured */
	uint32_t step[STORY_STEPS];	/* how many were how far off; see story.c */
	usec worst;
	struct story_sender sender[STORY_SENDERS];
	struct story_event event[STORY_EVENTS];	/* a ring: number n is at n % STORY_EVENTS */
};

struct story {			/* zeroed, with arena set, before the first call */
	struct arena *arena;
	struct story_group *groups[256];	/* by vrid */
	unsigned n;
	unsigned long untold;	/* adverts beyond STORY_GROUPS, or without memory */
	usec begin, end, column;	/* picture: where it starts, the last packet, how long a column is */
	uint8_t vips[512];	/* a bit for each address that was seen in adverts, by hash: may say yes too often */
};

/* One advert (SEEN_VRRP) at `when` since 1970. Returns the news as bits; refused adverts and cut ones change nothing. */
unsigned story_step(struct story *st, const struct sight *s, const struct view *v, usec when);

/* Has the address been seen in adverts? Never a wrong no. */
bool story_vip(const struct story *st, const struct addr *a);

/* Whoever prints: a piece of text, and the words for a moment and an interface. */
struct story_teller {
	void (*put)(const char *s, size_t n);
	void (*stamp)(struct text *t, usec when);
	void (*interface)(struct text *t, unsigned ifindex);
};

void story_tell(const struct story *st, const struct story_teller *to);

#endif
