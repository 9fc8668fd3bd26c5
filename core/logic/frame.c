/* frame.c - from the bytes of a captured frame to the message in it (pure). */
#include <string.h>
#include <sys/socket.h>

#include "ah.h"
#include "frame.h"

enum {
	TYPE_IPV4 = 0x0800, TYPE_ARP = 0x0806, TYPE_IPV6 = 0x86dd,
	PROTO_HOP = 0, PROTO_ROUTING = 43, PROTO_FRAGMENT = 44, PROTO_AH = 51, PROTO_ICMP6 = 58, PROTO_DEST = 60, PROTO_VRRP = 112,
	EXTENSIONS_MAX = 8,	/* headers before the message: RFC 8200 4.1 knows seven places */
	CARP_LEN = 36, CARP_WORDS = 7
};

uint32_t be(const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	while (n--)
		v = v << 8 | *p++;
	return v;
}

static bool have(const struct sight *s, size_t at, size_t n)
{
	return at <= s->cap && n <= s->cap - at;
}

static bool is_vlan(unsigned type)
{
	return type == 0x8100 || type == 0x88a8 || type == 0x9100;
}

/* IP without a link layer: the version tells. */
static unsigned bare_type(const struct sight *s)
{
	return !have(s, 0, 1) ? 0 : s->p[0] >> 4 == 4 ? TYPE_IPV4 : s->p[0] >> 4 == 6 ? TYPE_IPV6 : 0;
}

/* Where the next layer begins; *type is what it is, 0: not known. */
static size_t link_layer(struct sight *s, unsigned link, unsigned *type)
{
	const uint8_t *p = s->p;

	*type = 0;
	switch (link) {
	case LINK_ETHERNET:
		if (!have(s, 0, 14))
			return 0;
		s->mac_to = 0;
		s->mac = 6;
		*type = be(p + 12, 2);
		return 14;
	case LINK_COOKED:
		if (!have(s, 0, 16))
			return 0;
		if (be(p + 4, 2) == 6)
			s->mac = 6;
		s->out = be(p, 2) == 4;
		*type = be(p + 14, 2);
		return 16;
	case LINK_COOKED2:
		if (!have(s, 0, 20))
			return 0;
		s->ifindex = be(p + 4, 4);
		if (p[11] == 6)
			s->mac = 12;
		s->out = p[10] == 4;
		*type = be(p, 2);
		return 20;
	case LINK_RAW_BSD: case LINK_RAW_OPENBSD: case LINK_RAW: case LINK_IPV4: case LINK_IPV6:
		*type = bare_type(s);
		return 0;
	}
	return 0;
}

/* The rest of the datagram, from at on, is the message; the IP header says that it has len bytes. */
static void message(struct sight *s, size_t at, size_t len)
{
	size_t left = at < s->cap ? s->cap - at : 0;

	s->msg = at;
	s->msg_len = len;
	s->msg_cap = left < len ? left : len;
	s->cut = s->msg_cap < len && s->cap < s->len;
	s->liar = s->msg_cap < len && !s->cut;
}

static bool vrrp(struct sight *s, size_t at, size_t len)
{
	const uint8_t *p = s->p + at;

	message(s, at, len);
	/* CARP shares number, group and first byte; a VRRP message of its byte 3 is longer */
	s->kind = len == CARP_LEN && s->msg_cap > 3 && p[0] == 0x21 && p[3] == CARP_WORDS ? SEEN_CARP : SEEN_VRRP;
	return true;
}

/* What follows the IP header, extension headers first. */
static bool payload(struct sight *s, unsigned proto, size_t at, size_t end)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		const uint8_t *p = s->p + at;
		size_t len;

		if (proto == PROTO_VRRP)
			return vrrp(s, at, end > at ? end - at : 0);
		if (!have(s, at, 8) || at + 8 > end) {
			s->cut = s->cap < s->len;
			return false;
		}
		switch (proto) {
		case PROTO_ICMP6:
			if (s->meta.dst.family != AF_INET6 || (p[0] != 135 && p[0] != 136) || p[1] || end - at < 24)
				return false;
			s->kind = p[0] == 135 ? SEEN_NS : SEEN_NA;
			message(s, at, end - at);
			return have(s, at, 24);
		case PROTO_AH:
			s->ah = at;
			len = (p[1] + 2) * 4;
			if (at == s->ip + (size_t)AH_BEHIND && have(s, at, AH_LEN) && ah_is(p, end - at))
				s->meta.ah = p;
			break;
		case PROTO_FRAGMENT:
			if (be(p + 2, 2) & 0xfff9) {	/* an offset, or more to come */
				s->kind = p[0] == PROTO_VRRP ? SEEN_PIECE : SEEN_OTHER;
				message(s, at + 8, end - at - 8);
				return s->kind;
			}
			len = 8;
			break;
		case PROTO_HOP: case PROTO_ROUTING: case PROTO_DEST:
			if (s->meta.dst.family != AF_INET6)
				return false;
			len = (p[1] + 1) * 8;
			break;
		default:
			return false;
		}
		proto = p[0];
		at += len;
	}
	return false;
}

static bool ipv4(struct sight *s, size_t at)
{
	const uint8_t *p = s->p + at;
	size_t head, total;

	if (!have(s, at, 20)) {
		s->cut = s->cap < s->len;
		return false;
	}
	head = (p[0] & 15) * 4;
	total = be(p + 2, 2);
	if (p[0] >> 4 != 4 || head < 20 || total < head)
		return false;
	s->ip = at;
	s->meta.ttl = p[8];
	addr_set(&s->meta.src, AF_INET, p + 12);
	addr_set(&s->meta.dst, AF_INET, p + 16);
	if (be(p + 6, 2) & 0x3fff && (p[9] == PROTO_VRRP || p[9] == PROTO_AH)) {
		s->kind = SEEN_PIECE;
		message(s, at + head, total - head);
		return true;
	}
	return payload(s, p[9], at + head, at + total);
}

static bool ipv6(struct sight *s, size_t at)
{
	const uint8_t *p = s->p + at;

	if (!have(s, at, 40)) {
		s->cut = s->cap < s->len;
		return false;
	}
	if (p[0] >> 4 != 6)
		return false;
	s->ip = at;
	s->meta.ttl = p[7];
	addr_set(&s->meta.src, AF_INET6, p + 8);
	addr_set(&s->meta.dst, AF_INET6, p + 24);
	return payload(s, p[6], at + 40, at + 40 + be(p + 4, 2));
}

static bool arp(struct sight *s, size_t at)
{
	static const uint8_t head[6] = { 0, 1, 8, 0, 6, 4 };	/* Ethernet and IPv4 */
	const uint8_t *p = s->p + at;

	if (!have(s, at, 28) || memcmp(p, head, sizeof head))
		return false;
	s->kind = SEEN_ARP;
	message(s, at, 28);
	s->meta.ttl = -1;
	addr_set(&s->meta.src, AF_INET, p + 14);
	addr_set(&s->meta.dst, AF_INET, p + 24);
	return true;
}

bool frame_read(struct sight *s, unsigned link, const uint8_t *p, size_t cap, size_t len)
{
	unsigned type;
	size_t at;

	memset(s, 0, sizeof *s);
	s->p = p;
	s->cap = cap;
	s->len = len;
	s->ip = s->ah = s->msg = s->mac = s->mac_to = NO_LAYER;
	at = link_layer(s, link, &type);
	for (; is_vlan(type) && s->tags < TAGS_MAX && have(s, at, 4); at += 4) {
		s->tag[s->tags++] = be(p + at, 2) & 0xfff;
		type = be(p + at + 2, 2);
	}
	switch (type) {
	case TYPE_IPV4:
		return ipv4(s, at);
	case TYPE_IPV6:
		return ipv6(s, at);
	case TYPE_ARP:
		return arp(s, at);
	}
	return false;
}
