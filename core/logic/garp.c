/* garp.c - who has an address: announcements, questions and answers as frames (pure). RFC 9568 8.1/8.2 with errata, RFC 5227, RFC 4861 4.3, 4.4. */
#include <string.h>
#include <sys/socket.h>

#include "garp.h"
#include "pkt.h"

enum { ARP_LEN = 42, ND_LEN = 86, ND_ICMP = 54, ND_TARGET = 62, ND_OPTIONS = 78, NS = 135, NA = 136 };

/* A broadcast request: ask who has ip, as sender with mac. */
static size_t arp(uint8_t *f, const uint8_t *mac, const uint8_t *sender, const uint8_t *ip)
{
	static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0, 1 };

	memset(f, 0xff, 6);
	memcpy(f + 6, mac, 6);
	memcpy(f + 12, head, sizeof head);
	memcpy(f + 22, mac, 6);
	memcpy(f + 28, sender, 4);
	memset(f + 32, 0, 6);
	memcpy(f + 38, ip, 4);
	return ARP_LEN;
}

/* ICMPv6 message sum, pseudo-header included: 0 when a received one is right. */
static uint16_t nd_sum(const uint8_t *f, size_t len)
{
	const uint8_t pseudo[] = { 0, 0, len >> 8, len, 0, 0, 0, 58 };

	return csum_fold(csum_add(csum_add(0, f + 22, 32), pseudo, sizeof pseudo) + csum_add(0, f + ND_ICMP, len));
}

/* Neighbour solicitation or advertisement for ip, to a group whose last four bytes are tail, with mac as its option. */
static size_t nd(uint8_t *f, uint8_t type, const uint8_t *mac, const uint8_t *sender, const uint8_t *group, const uint8_t *ip)
{
	static const uint8_t ipv6[] = { 0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255 };
	uint8_t *icmp = f + ND_ICMP;
	uint16_t sum;

	f[0] = f[1] = 0x33;
	memcpy(f + 2, group + 12, 4);
	memcpy(f + 6, mac, 6);
	memcpy(f + 12, ipv6, sizeof ipv6);
	memcpy(f + 22, sender, 16);
	memcpy(f + 38, group, 16);
	memset(icmp, 0, 32);
	icmp[0] = type;
	if (type == NA)
		icmp[4] = 0xa0;			/* router, not solicited, override */
	memcpy(icmp + 8, ip, 16);
	icmp[24] = type - NS + 1;		/* source or target link-layer address, 1 * 8 bytes */
	icmp[25] = 1;
	memcpy(icmp + 26, mac, 6);
	sum = nd_sum(f, 32);
	icmp[2] = sum >> 8;
	icmp[3] = sum;
	return ND_LEN;
}

size_t garp_frame(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const uint8_t mac[6])
{
	static const uint8_t all_nodes[16] = { 0xff, 2, [15] = 1 };

	if (addr->family == AF_INET6)
		return nd(out, NA, mac, addr->b, all_nodes, addr->b);
	arp(out, mac, addr->b, addr->b);
	memcpy(out + 32, mac, 6);		/* errata 7947, 7949; Linux takes it at once */
	return ARP_LEN;
}

size_t garp_ask(uint8_t out[GARP_FRAME_MAX], const struct addr *addr, const struct addr *sender, const uint8_t mac[6])
{
	uint8_t group[16] = { 0xff, 2, [11] = 1, 0xff };	/* RFC 4291 2.7.1: the solicited node's */

	if (addr->family != AF_INET6)
		return arp(out, mac, sender->b, addr->b);
	memcpy(group + 13, addr->b + 13, 3);
	return nd(out, NS, mac, sender->b, group, addr->b);
}

static const uint8_t *heard_arp(const uint8_t *f, size_t len, const struct addr *addr)
{
	static const uint8_t head[] = { 0x08, 0x06, 0, 1, 0x08, 0, 6, 4, 0 };

	if (len < ARP_LEN || memcmp(f + 12, head, sizeof head) || memcmp(f + 28, addr->b, 4))
		return NULL;
	return f + 22;
}

static const uint8_t *heard_na(const uint8_t *f, size_t len, const struct addr *addr)
{
	size_t n, i;

	if (len < ND_OPTIONS || f[12] != 0x86 || f[13] != 0xdd || f[20] != 58 || f[21] != 255 || f[ND_ICMP] != NA ||
	    memcmp(f + ND_TARGET, addr->b, 16))
		return NULL;
	n = f[18] << 8 | f[19];
	if (n < ND_OPTIONS - ND_ICMP || n > len - ND_ICMP || nd_sum(f, n))
		return NULL;
	for (i = ND_OPTIONS; i + 8 <= ND_ICMP + n; i += f[i + 1] * 8) {
		if (f[i] == 2 && f[i + 1] == 1)
			return f + i + 2;
		if (!f[i + 1])			/* RFC 4861 4.6: no length, no packet */
			return NULL;
	}
	return f + 6;
}

const uint8_t *garp_heard(const uint8_t *frame, size_t len, const struct addr *addr)
{
	return addr->family == AF_INET6 ? heard_na(frame, len, addr) : heard_arp(frame, len, addr);
}
