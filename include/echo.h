/*
 * echo.h - ICMP and ICMPv6 echo as messages (pure). RFC 792, RFC 4443. The token stands in identifier, sequence number and
 * payload: an answer belongs to a request when all of it comes back, whatever identifiers others use.
 */
#ifndef ECHO_H
#define ECHO_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum {
	ECHO_TOKEN = 12,	/* bytes; an error quotes at least the first 4 */
	ECHO_LEN = 16		/* a request, from its type byte on */
};

/* Write a request. In IPv6 the checksum is left to the kernel. */
void echo_request(uint8_t out[ECHO_LEN], int family, const uint8_t token[ECHO_TOKEN]);

/*
 * What does this message say about the request to addr that carried token?
 * p, len  as a raw socket gives it: from the IP header on (IPv4), from the type byte on (IPv6)
 * from    its sender
 * Returns NULL: nothing; "": it is addr's answer; else the reason why there will be none ("host unreachable").
 */
const char *echo_read(const uint8_t *p, size_t len, const struct addr *from, const struct addr *addr,
                      const uint8_t token[ECHO_TOKEN]);

#endif
