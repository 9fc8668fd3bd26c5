/*
 * garp.h - announcement frames: gratuitous ARP and unsolicited neighbour advertisement (pure).
 * RFC 9568 8.1/8.2 with errata 7947 and 7949, RFC 5227, RFC 4861 4.4.
 */
#ifndef GARP_H
#define GARP_H

#include <stddef.h>
#include <stdint.h>

#include "addr.h"

#define GARP_FRAME_MAX 86	/* an NA; an ARP is 42 */

/*
 * Write the frame that announces addr at mac, from its Ethernet header on.
 * IPv4: ARP request, sender IP = target IP = addr, sender MAC = target MAC = mac, broadcast.
 * IPv6: NA to ff02::1 (33:33:00:00:00:01), source = addr, flags 0xa0 (R, O), target link-layer option.
 * Returns its length.
 */
size_t garp_frame(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const uint8_t mac[6]);

#endif
