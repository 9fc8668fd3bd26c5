/*
 * diagnose.h - listening to a LAN for some seconds and telling a person what is wrong there (hall): `vrrp-dump --diagnose`.
 * Sends nothing but a few ARP requests or neighbour solicitations for the virtual addresses.
 */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include <stdint.h>

struct diagnose_want {
	const char *dev;	/* NULL: every interface that the configuration's instances have */
	const char *conf;	/* NULL: /etc/vrrpd.conf or /etc/keepalived/keepalived.conf when it is there */
	const char *run_dir;	/* where a running vrrpd says what it is */
	uint32_t secs;		/* 0: 5 s, or three of the longest interval if that is more */
};

/* Prints to standard output. 0 healthy, 1 something is wrong, 2 could not listen or the configuration is unusable (said). */
int diagnose(const struct diagnose_want *w);

#endif
