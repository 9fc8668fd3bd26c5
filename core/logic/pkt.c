/* pkt.c - adverts: bytes <-> struct (pure). RFC 9568 5, RFC 3768 5, RFC 2338 5.3.6. */
#include <string.h>
#include <sys/socket.h>

#include "ah.h"
#include "limits.h"
#include "pkt.h"
#include "text.h"

enum { HEADER = 8 };

static const char texts[] = "good\0"
#define X(e, text, key, clause) text "\0"
	PKT_ERRORS(X);
#undef X

static const char keys[] = "advert_rcvd\0"
#define X(e, text, key, clause) key "\0"
	PKT_ERRORS(X);
#undef X

const char *pkt_err_text(enum pkt_err e)
{
	return text_nth(texts, e);
}

const char *pkt_err_key(enum pkt_err e)
{
	return text_nth(keys, e);
}

uint32_t csum_add(uint32_t sum, const void *bytes, size_t len)
{
	const uint8_t *p = bytes;

	for (; len > 1; p += 2, len -= 2)
		sum += (uint32_t)p[0] << 8 | p[1];
	return len ? sum + ((uint32_t)p[0] << 8) : sum;
}

uint16_t csum_fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* RFC 8200 8.1, and the 12 bytes that v3/IPv4 senders put there (both add up alike). */
static uint32_t pseudo_sum(const struct addr *src, const struct addr *dst, size_t len)
{
	uint32_t sum = csum_add(0, src->b, addr_len(src));

	return csum_add(sum, dst->b, addr_len(dst)) + 112 + (uint32_t)len;
}

static size_t auth_bytes(const struct advert *a, int family)
{
	return a->version == 2 && family == AF_INET ? AUTH_LEN : 0;
}

static size_t addr_bytes(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

enum pkt_err pkt_head(struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	memset(a, 0, sizeof *a);
	if (len < HEADER)
		return PKT_SHORT;
	a->version = p[0] >> 4;
	a->type = p[0] & 15;
	a->vrid = p[1];
	a->prio = p[2];
	a->count = p[3];
	if (m->ttl >= 0 && m->ttl != 255 && addr_is_multicast(&m->dst))
		return PKT_TTL;
	if (a->version != 2 && a->version != 3)
		return PKT_VERSION;
	if (a->type != 1)
		return PKT_TYPE;
	return PKT_OK;
}

enum pkt_csum pkt_form(const struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	static const struct addr group4 = { { 224, 0, 0, 18 }, AF_INET };
	uint32_t sum = csum_add(0, p, len);

	if (a->version == 3 && !csum_fold(sum + pseudo_sum(&m->src, &m->dst, len)))
		return CSUM_PSEUDO;
	if (m->dst.family == AF_INET6)
		return a->version == 2 && !csum_fold(sum + pseudo_sum(&m->src, &m->dst, len)) ? CSUM_PSEUDO : CSUM_NONE;
	if (!csum_fold(sum))
		return CSUM_PLAIN;
	if (a->version == 3 && !addr_is_multicast(&m->dst) && !csum_fold(sum + pseudo_sum(&m->src, &group4, len)))
		return CSUM_OLD_UNICAST;
	return CSUM_NONE;
}

enum pkt_err pkt_body(struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	size_t addrs = a->count * addr_bytes(m->dst.family), auth = auth_bytes(a, m->dst.family);

	if (!a->count && a->version == 3)
		return PKT_COUNT;			/* version 2 has routers without addresses (no_virtual_ipaddress) */
	if (len != HEADER + addrs + auth)
		return PKT_LENGTH;
	a->addrs = p + HEADER;
	if (a->version == 2) {
		a->auth_type = p[4];
		a->auth = auth ? p + HEADER + addrs : NULL;
		a->adv = p[5] * SEC;
	} else {
		a->reserved = p[4] >> 4;
		a->adv = ((p[4] & 15) << 8 | p[5]) * 10 * MS;
	}
	a->csum = pkt_form(a, p, len, m);
	if (a->csum == CSUM_NONE)
		return PKT_CHECKSUM;
	if (a->version == 3 && !a->adv)
		return PKT_INTERVAL0;
	return PKT_OK;
}

static const struct peer *find_peer(const struct pkt_want *w, const struct addr *src)
{
	for (unsigned i = 0; i < w->npeers; i++)
		if (addr_eq(&w->peers[i].addr, src))
			return &w->peers[i];
	return NULL;
}

/* min_ttl and max_ttl bind a listed peer; an unlisted one passes unless check_unicast_src (K c.11, 15). */
static bool peer_ok(const struct meta *m, const struct pkt_want *w)
{
	const struct peer *p = find_peer(w, &m->src);

	if (!p)
		return !w->check_src;
	return m->ttl < 0 || (m->ttl >= p->min_ttl && m->ttl <= p->max_ttl);
}

static enum pkt_err judge_auth(const struct advert *a, const struct meta *m, const struct pkt_want *w)
{
	if (a->version != 2)
		return PKT_OK;
	if (a->auth_type > AUTH_AH)
		return PKT_AUTHTYPE;
	if (a->auth_type != w->auth_type || (m->ah != NULL) != (w->auth_type == AUTH_AH))
		return PKT_AUTHDIFF;
	if (m->ah && !ah_true(m->ah, HEADER + a->count * addr_bytes(AF_INET) + AUTH_LEN, w->auth))
		return PKT_AUTHFAIL;
	if (a->auth_type == AUTH_PASS && (!a->auth || memcmp(a->auth, w->auth, AUTH_LEN)))
		return PKT_AUTHFAIL;
	return PKT_OK;
}

enum pkt_err pkt_judge(const struct advert *a, const struct meta *m, const struct pkt_want *w)
{
	enum pkt_err e;

	if (a->version != w->version && !(w->mixed && a->version == 2))
		return PKT_VERSION;
	if (addr_is_multicast(&m->dst) == w->unicast)
		return PKT_CAST;
	if (w->unicast && !peer_ok(m, w))
		return PKT_PEER;
	if ((e = judge_auth(a, m, w)) != PKT_OK)
		return e;
	if (!a->count && !w->bare)
		return PKT_COUNT;
	if (w->ignore_all)
		return PKT_OWNER;
	if (a->version == 2 && (w->mixed ? !a->adv : a->adv != w->adv))
		return w->mixed ? PKT_INTERVAL0 : PKT_INTERVAL;
	return PKT_OK;
}

bool pkt_same_addrs(const struct advert *a, const uint8_t *addrs, size_t len)
{
	return a->addrs && !memcmp(a->addrs, addrs, len);
}

static uint16_t checksum(const uint8_t *p, size_t len, const struct advert *a, const struct addr *src,
                         const struct addr *dst)
{
	static const struct addr group4 = { { 224, 0, 0, 18 }, AF_INET };
	uint32_t sum = csum_add(0, p, len);

	if (dst->family == AF_INET6 || (a->version == 3 && a->csum == CSUM_PSEUDO))
		sum += pseudo_sum(src, dst, len);
	else if (a->version == 3 && a->csum == CSUM_OLD_UNICAST)
		sum += pseudo_sum(src, &group4, len);
	return csum_fold(sum);
}

size_t pkt_encode(uint8_t *out, size_t size, const struct advert *a, const struct addr *src,
                  const struct addr *dst)
{
	size_t addrs = a->count * addr_bytes(dst->family), auth = auth_bytes(a, dst->family);
	size_t len = HEADER + addrs + auth;
	unsigned cs = a->adv / (10 * MS);
	uint16_t sum;

	if (len > size)
		return 0;
	out[0] = a->version << 4 | 1;
	out[1] = a->vrid;
	out[2] = a->prio;
	out[3] = a->count;
	out[4] = a->version == 2 ? a->auth_type : cs >> 8 & 15;
	out[5] = a->version == 2 ? (a->adv + SEC - 1) / SEC : cs & 255;
	out[6] = out[7] = 0;
	memmove(out + HEADER, a->addrs, addrs);
	if (auth && a->auth)
		memmove(out + HEADER + addrs, a->auth, auth);
	else
		memset(out + HEADER + addrs, 0, auth);
	sum = checksum(out, len, a, src, dst);
	out[6] = sum >> 8;
	out[7] = sum;
	return len;
}
