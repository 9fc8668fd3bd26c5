/*
 * fuzz_pkt.c - any bytes as an advert over IPv4 or IPv6, with any checksum or a right one: taken or refused, never read beyond its
 * end; what is taken can be said again in the same bytes, and what the third gate takes agrees with what is wanted.
 */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "ah.h"
#include "pkt.h"

enum { HEAD = 8, MOST = HEAD + 255 * 16 + 8 };

static struct addr address(int family, const uint8_t *b)
{
	uint8_t v6[16] = { 0xfe, 0x80, [15] = b[0] }, v4[4] = { 10, 0, 0, b[0] };
	struct addr a;

	addr_set(&a, family, family == AF_INET ? v4 : v6);
	return a;
}

static struct addr group(int family)
{
	static const uint8_t v6[16] = { 0xff, 2, [15] = 0x12 }, v4[4] = { 224, 0, 0, 18 };
	struct addr a;

	addr_set(&a, family, family == AF_INET ? v4 : v6);
	return a;
}

/* Our own encoder's sum in the place where the message has one. */
static void sum_right(uint8_t *p, size_t len, struct advert *a, const struct meta *m, bool plain)
{
	uint8_t said[MOST];
	size_t n;

	a->csum = plain ? CSUM_PLAIN : CSUM_PSEUDO;
	a->addrs = p + HEAD;
	a->auth = a->version == 2 && m->dst.family == AF_INET && len >= HEAD + AUTH_LEN ? p + len - AUTH_LEN : NULL;
	a->count = p[3];
	a->auth_type = p[4];
	a->adv = a->version == 2 ? p[5] * SEC : ((p[4] & 15) << 8 | p[5]) * 10 * MS;
	if (len < HEAD + (size_t)a->count * addr_len(&m->dst) + (a->auth ? AUTH_LEN : 0))
		return;
	n = pkt_encode(said, sizeof said, a, &m->src, &m->dst);
	if (n == len)
		memcpy(p, said, len);
}

static void taken(const struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	uint8_t said[MOST];

	if ((a->version == 3 && (!a->count || !a->adv)) || a->csum == CSUM_NONE || a->addrs < p || a->addrs + a->count * addr_len(&m->dst) > p + len)
		abort();
	if (a->auth && (a->auth < p || a->auth + AUTH_LEN > p + len))
		abort();
	if (a->csum == CSUM_OLD_UNICAST || a->reserved || (a->version == 2 && m->dst.family == AF_INET6))
		return;			/* forms that we never send */
	if (pkt_encode(said, sizeof said, a, &m->src, &m->dst) != len)
		abort();
	if (!said[6] && !said[7] && p[6] == 0xff && p[7] == 0xff)
		said[6] = said[7] = 0xff;	/* two ways to write the same sum */
	if (memcmp(said, p, len))
		abort();
}

static void judged(const struct advert *a, const struct meta *m, unsigned how)
{
	struct peer peers[2] = { { m->src, 0, 255 }, { m->dst, 254, 255 } };
	struct pkt_want w = { .version = 2 + (how & 1), .auth_type = how >> 1 & 1, .unicast = how & 4, .check_src = how & 8,
	                      .ignore_all = how & 16, .adv = SEC, .peers = peers + (how >> 5 & 1), .npeers = 1 };
	enum pkt_err err = pkt_judge(a, m, &w);

	if (err >= PKT_ERR_N || (err && (!*pkt_err_text(err) || !*pkt_err_key(err))))
		abort();
	if (err == PKT_OK && (a->version != w.version || w.ignore_all || (a->version == 2 && a->auth_type != w.auth_type && m->dst.family == AF_INET)))
		abort();
}

/* The same addresses are the same, and with one byte changed they are not. */
static void same(const struct advert *a, size_t len, unsigned which)
{
	uint8_t addrs[MOST];

	memcpy(addrs, a->addrs, len);
	if (!pkt_same_addrs(a, addrs, len))
		abort();
	if (!len)
		return;
	addrs[which % len]++;
	if (pkt_same_addrs(a, addrs, len))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned how = size > 3 ? data[0] : 0;
	int family = how & 1 ? AF_INET6 : AF_INET;
	struct advert a;
	struct meta m;
	uint8_t *p;
	size_t len;

	if (size < 4 || size > MOST)
		return 0;
	m = (struct meta){ address(family, data + 1), how & 2 ? group(family) : address(family, data + 2), how & 4 ? -1 : data[2], 1, NULL };
	len = size - 4;
	p = malloc(len + !len);		/* of its very size: a byte too far is seen */
	memcpy(p, data + 4, len);
	if (pkt_head(&a, p, len, &m) == PKT_OK) {
		if (how & 8)
			sum_right(p, len, &a, &m, how & 16);
		pkt_head(&a, p, len, &m);
		if (pkt_body(&a, p, len, &m) == PKT_OK) {
			taken(&a, p, len, &m);
			judged(&a, &m, data[3]);
			same(&a, a.count * addr_len(&m.dst), data[3]);
		}
	}
	free(p);
	return 0;
}
