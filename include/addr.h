/*
 * addr.h - one IP address of either family (pure).
 */
#ifndef ADDR_H
#define ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ADDR_STR 46	/* INET6_ADDRSTRLEN */

/* b is in network byte order; IPv4 uses the first 4 bytes, the rest are zero. */
struct addr {
	uint8_t b[16];
	uint8_t family;	/* AF_INET, AF_INET6, or 0 for "none" */
};

/* Text to address, inet_pton forms. false: not an address, *a untouched. */
bool addr_parse(struct addr *a, const char *text);

/* Address to text into buf (ADDR_STR bytes); "none" when there is none. Returns buf. */
const char *addr_text(const struct addr *a, char *buf);

/* Fill from wire bytes: 4 for AF_INET, 16 for AF_INET6. */
void addr_set(struct addr *a, int family, const void *bytes);

/* 4, 16, or 0 for "none". */
size_t addr_len(const struct addr *a);

/* Unsigned, network byte order, whole address (RFC 9568 6.4.3): <0, 0, >0. Families compare first. */
int addr_cmp(const struct addr *a, const struct addr *b);
bool addr_eq(const struct addr *a, const struct addr *b);

bool addr_is_multicast(const struct addr *a);
bool addr_is_linklocal(const struct addr *a);	/* 169.254/16 or fe80::/10 */
bool addr_is_loopback(const struct addr *a);	/* 127/8 or ::1 */

#endif
