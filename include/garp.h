/*
 * garp.h - who has an address, as frames (pure): announced by gratuitous ARP and unsolicited neighbour advertisement, asked
 * for by ARP request and neighbour solicitation, answered by others. RFC 9568 8.1/8.2 with errata 7947 and 7949, RFC 5227,
 * RFC 4861 4.3, 4.4.
 */
#ifndef GARP_H
#define GARP_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define GARP_FRAME_MAX 86	/* NA, NS; an ARP is 42 */

/*
 * Write the frame that announces addr at mac, from its Ethernet header on.
 * IPv4: ARP request, sender IP = target IP = addr, sender MAC = target MAC = mac, broadcast.
 * IPv6: NA to ff02::1 (33:33:00:00:00:01), source = addr, flags 0xa0 (R, O), target link-layer option.
 * Returns its length.
 */
size_t garp_frame(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const uint8_t mac[6]);

/*
 * Write the frame that asks who has addr. sender is an address at mac and not addr, since neighbours learn it from this;
 * all zero where there is none: IPv4 only (RFC 5227 2.1.1), as in IPv6 that is how an address to be is defended against,
 * and everybody hears the answer. Returns its length.
 */
size_t garp_ask(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const struct addr *sender, const uint8_t mac[6]);

/*
 * Does this frame say that its sender has addr? IPv4: any ARP with it as the sender's address, request or reply (RFC 5227
 * 2.1.1). IPv6: a valid NA for it (RFC 4861 7.1.2). Returns the 6 bytes of the MAC that it names, inside frame, or NULL.
 */
const uint8_t *garp_heard(const uint8_t *frame, size_t len, const struct addr *addr);

#endif
