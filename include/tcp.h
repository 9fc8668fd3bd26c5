/*
 * tcp.h - a connection to somebody, without waiting (sys: socket). Checks and mail have it in common.
 */
#ifndef TCP_H
#define TCP_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "addr.h"

union tcp_place {
	struct sockaddr sa;
	struct sockaddr_in in;
	struct sockaddr_in6 in6;
};

/* zone: interface of a link-local address, else 0. Returns its length. */
socklen_t tcp_place(union tcp_place *to, const struct addr *a, uint16_t port, unsigned zone);

/* Writable when it is there, or is not: see tcp_error. Descriptor or -errno. reset: closing leaves nothing in the kernel. */
int tcp_open(int family, int reset);
int tcp_connect(int fd, const struct addr *a, uint16_t port, unsigned zone);	/* 0 or -errno */
int tcp_error(int fd);								/* 0 or -errno */
ssize_t tcp_send(int fd, const char *p, size_t n);	/* how many it took, maybe none; or -errno */
ssize_t tcp_hear(int fd, char *p, size_t size);		/* how many came, 0: it hung up; or -errno, -EAGAIN: nothing yet */

#endif
