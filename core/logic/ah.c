/* ah.c - adverts behind an authentication header (pure). RFC 2338 5.3.6.3, RFC 2402, RFC 2403. */
#include <string.h>

#include "ah.h"
#include "frame.h"
#include "md5.h"
#include "pkt.h"

enum { WORDS = AH_LEN / 4 - 2, PROTO_AH = 51, PROTO_VRRP = 112, ICV = 12, ICV_LEN = 12, SEQ = 8, SPI = 4, TOS = 1, TTL = 8 };

static void put16(uint8_t *p, uint16_t v)
{
	p[0] = v >> 8;
	p[1] = v;
}

/* What the header should say; ip is an IPv4 header with its changing fields zero. */
static void digest(uint8_t out[MD5_LEN], const uint8_t *ip, const uint8_t *ah, const uint8_t *msg, size_t len, const uint8_t *key)
{
	static const uint8_t zero[ICV_LEN];
	const struct piece pieces[] = { { ip, AH_BEHIND }, { ah, ICV }, { zero, ICV_LEN }, { msg, len } };

	hmac_md5(out, key, AUTH_LEN, pieces, sizeof pieces / sizeof *pieces);
}

void ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
             const uint8_t *msg, size_t len)
{
	uint8_t ip[AH_BEHIND] = { 0x45, [TTL] = addr_is_multicast(dst) ? 255 : 0, PROTO_AH }, sum[MD5_LEN];

	put16(ip + 2, AH_BEHIND + AH_LEN + len);
	put16(ip + 4, id);
	memcpy(ip + 12, src->b, 4);
	memcpy(ip + 16, dst->b, 4);
	memset(ah, 0, AH_LEN);
	ah[0] = PROTO_VRRP;
	ah[1] = WORDS;
	memcpy(ah + SPI, src->b, 4);
	put16(ah + SEQ, seq >> 16);
	put16(ah + SEQ + 2, seq);
	digest(sum, ip, ah, msg, len, key);
	memcpy(ah + ICV, sum, ICV_LEN);
}

bool ah_is(const uint8_t *ah, size_t all)
{
	return all >= AH_LEN && ah[0] == PROTO_VRRP && ah[1] == WORDS;
}

bool ah_true(const uint8_t *ah, size_t len, const uint8_t *key)
{
	uint8_t ip[AH_BEHIND], sum[MD5_LEN];

	memcpy(ip, ah - AH_BEHIND, sizeof ip);
	ip[TOS] = 0;
	put16(ip + 6, 0);
	put16(ip + 10, 0);
	digest(sum, ip, ah, ah + AH_LEN, len, key);
	if (!memcmp(sum, ah + ICV, ICV_LEN))
		return true;
	ip[TTL] = 0;
	digest(sum, ip, ah, ah + AH_LEN, len, key);
	return !memcmp(sum, ah + ICV, ICV_LEN);
}

uint32_t ah_seq(const uint8_t *ah)
{
	return be(ah + SEQ, 4);
}
