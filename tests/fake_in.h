/* fake_in.h - between the files of fake.h's edges: fake.c (daemons), fake_net.c (the wire), fake_link.c (interfaces). */
#ifndef FAKE_IN_H
#define FAKE_IN_H

#include "fake.h"

/* A descriptor is BASE + router * 16 + kind: far from the real ones, which the engine's close() would reach. */
enum { BASE = 1 << 20 };
enum fake_fd { FD_LOOP = 1, FD_LINK, FD_TX4, FD_TX6, FD_FRAMES, FD_CHLD, FD_RX4, FD_RX6, FD_AH };

int fake_fd(enum fake_fd kind);			/* of the router whose code runs */
unsigned fake_owner(int fd);
bool fake_listens(unsigned router, enum fake_fd kind);	/* its loop has one */

/* fake_net.c */
bool net_waits(unsigned router, enum fake_fd kind);	/* datagrams */
void net_forget(unsigned router);			/* a new daemon has new sockets */
void net_begin(void);

/* fake_link.c */
bool links_wait(unsigned router);			/* events */
bool addrs_wait(unsigned router);			/* one of an address that went */
void links_forget(unsigned router);

#endif
