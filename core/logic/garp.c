/* garp.c - announcement frames (pure). RFC 9568 8.1/8.2 with errata, RFC 5227, RFC 4861 4.4. */
#include <string.h>
#include <sys/socket.h>

#include "garp.h"
#include "pkt.h"

static size_t arp(uint8_t *f, const struct addr *a, const uint8_t *mac)
{
	static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1 };	/* request */

	memset(f, 0xff, 6);
	memcpy(f + 6, mac, 6);
	memcpy(f + 12, head, sizeof head);
	memcpy(f + 22, mac, 6);
	memcpy(f + 28, a->b, 4);
	memcpy(f + 32, mac, 6);		/* errata 7947, 7949; Linux takes it at once */
	memcpy(f + 38, a->b, 4);
	return 42;
}

static size_t na(uint8_t *f, const struct addr *a, const uint8_t *mac)
{
	static const uint8_t eth[] = { 0x33, 0x33, 0, 0, 0, 1 };
	static const uint8_t ip[] = { 0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255 };
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };
	static const uint8_t pseudo[] = { 0, 0, 0, 32, 0, 0, 0, 58 };
	uint8_t *icmp = f + 54;
	uint16_t sum;

	memcpy(f, eth, 6);
	memcpy(f + 6, mac, 6);
	memcpy(f + 12, ip, sizeof ip);
	memcpy(f + 22, a->b, 16);
	memcpy(f + 38, all_nodes, 16);
	memset(icmp, 0, 32);
	icmp[0] = 136;
	icmp[4] = 0xa0;			/* router, not solicited, override */
	memcpy(icmp + 8, a->b, 16);
	icmp[24] = 2;			/* target link-layer address, 1 * 8 bytes */
	icmp[25] = 1;
	memcpy(icmp + 26, mac, 6);
	sum = csum_fold(csum_add(csum_add(0, f + 22, 32), pseudo, sizeof pseudo) + csum_add(0, icmp, 32));
	icmp[2] = sum >> 8;
	icmp[3] = sum;
	return 86;
}

size_t garp_frame(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const uint8_t mac[6])
{
	return addr->family == AF_INET6 ? na(out, addr, mac) : arp(out, addr, mac);
}
