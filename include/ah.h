/*
 * ah.h - RFC 2338's other authentication: a version 2 advert behind an authentication header, RFC 2402 with HMAC-MD5-96
 * (RFC 2403), in the form that keepalived sends (pure).
 *
 * The header covers the IPv4 header too, TOS, fragment and checksum fields taken as zero. The TTL, which RFC 2402 wants as
 * zero, is zero for unicast and counts as it is (255) for multicast: keepalived's way. Both are good on receipt. The key has
 * AUTH_LEN bytes.
 */
#ifndef AH_H
#define AH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"

enum { AH_LEN = 24, AH_BEHIND = 20 };	/* AH_BEHIND: bytes of an IPv4 header without options */

/* Fill the header of one message: its number, and what the IPv4 header will say besides a TTL of 255 for multicast. */
void ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
             const uint8_t *msg, size_t len);

/* Is it one that we can read, with a message of len bytes behind it? All of it: header and message. */
bool ah_is(const uint8_t *ah, size_t all);

/* Is the message of len bytes behind it sealed with our key? The IPv4 header stands AH_BEHIND before it. */
bool ah_true(const uint8_t *ah, size_t len, const uint8_t *key);

/* Its number. */
uint32_t ah_seq(const uint8_t *ah);

#endif
