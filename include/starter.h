/*
 * starter.h - a first configuration for two machines: what vrrpd --init asks, checks and prints (the text is pure; the door
 * looks at this machine's addresses and at the terminal).
 */
#ifndef STARTER_H
#define STARTER_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "limits.h"
#include "text.h"

struct starter {
	struct addr local, peer, vip;	/* of one family */
	uint8_t plen;			/* of the network that local is in */
	uint8_t vip_plen;		/* 0: as plen */
	uint8_t vrid;			/* 0: the last byte of the VIP, or 51 when that is 0 */
	bool unicast;			/* asked for; also when the peer is in another network */
	char dev[IFNAME_LEN];		/* the interface with local */
	const char *service;		/* process name or path, HOST:PORT, http://...; NULL or "": nothing is watched */
};

/* Fills what has a default. NULL, or what is wrong with it and what would be right, in buf or not. */
const char *starter_check(struct starter *s, char *buf, size_t size);

/* The configuration of this machine, or of the peer; about 600 bytes. */
void starter_conf(const struct starter *s, bool peer, struct text *t);

/*
 * vrrpd --init: argv[0] is that word. What the options leave open is asked for on standard error when standard input has
 * something to say. Both configurations on standard output, or one (--node). Exit code: 0, 1 refused, 2 misuse.
 */
int starter_main(char **argv);

#endif
