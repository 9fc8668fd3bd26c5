/* md5.c - the digest of RFC 1321 and the keyed one of RFC 2104 (pure); small rather than quick. */
#include <string.h>

#include "md5.h"

struct md5 {
	uint32_t h[4], len;
	uint8_t block[MD5_BLOCK];
};

/* floor(2^32 * abs(sin(i + 1))) */
static const uint32_t sines[64] = {
	0xd76aa478, 0xe8c7b756, 0x242070db, 0xc1bdceee, 0xf57c0faf, 0x4787c62a, 0xa8304613, 0xfd469501,
	0x698098d8, 0x8b44f7af, 0xffff5bb1, 0x895cd7be, 0x6b901122, 0xfd987193, 0xa679438e, 0x49b40821,
	0xf61e2562, 0xc040b340, 0x265e5a51, 0xe9b6c7aa, 0xd62f105d, 0x02441453, 0xd8a1e681, 0xe7d3fbc8,
	0x21e1cde6, 0xc33707d6, 0xf4d50d87, 0x455a14ed, 0xa9e3e905, 0xfcefa3f8, 0x676f02d9, 0x8d2a4c8a,
	0xfffa3942, 0x8771f681, 0x6d9d6122, 0xfde5380c, 0xa4beea44, 0x4bdecfa9, 0xf6bb4b60, 0xbebfbc70,
	0x289b7ec6, 0xeaa127fa, 0xd4ef3085, 0x04881d05, 0xd9d4d039, 0xe6db99e5, 0x1fa27cf8, 0xc4ac5665,
	0xf4292244, 0x432aff97, 0xab9423a7, 0xfc93a039, 0x655b59c3, 0x8f0ccc92, 0xffeff47d, 0x85845dd1,
	0x6fa87e4f, 0xfe2ce6e0, 0xa3014314, 0x4e0811a1, 0xf7537e82, 0xbd3af235, 0x2ad7d2bb, 0xeb86d391,
};

static uint32_t word(const uint8_t *p)
{
	return p[0] | p[1] << 8 | p[2] << 16 | (uint32_t)p[3] << 24;
}

static void store(uint8_t *p, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++, v >>= 8)
		p[i] = v;
}

static void block(struct md5 *m)
{
	static const uint8_t turns[4][4] = { { 7, 12, 17, 22 }, { 5, 9, 14, 20 }, { 4, 11, 16, 23 }, { 6, 10, 15, 21 } };
	static const uint8_t step[4] = { 1, 5, 3, 7 }, first[4] = { 0, 1, 5, 0 };
	uint32_t a = m->h[0], b = m->h[1], c = m->h[2], d = m->h[3];

	for (unsigned i = 0; i < 64; i++) {
		unsigned r = i / 16, turn = turns[r][i % 4];
		uint32_t f = r == 0 ? d ^ (b & (c ^ d)) : r == 1 ? c ^ (d & (b ^ c)) : r == 2 ? b ^ c ^ d : c ^ (b | ~d);

		f += a + sines[i] + word(m->block + (step[r] * i + first[r]) % 16 * 4);
		a = d;
		d = c;
		c = b;
		b += f << turn | f >> (32 - turn);
	}
	m->h[0] += a;
	m->h[1] += b;
	m->h[2] += c;
	m->h[3] += d;
}

static void begin(struct md5 *m)
{
	static const uint32_t start[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };

	memcpy(m->h, start, sizeof start);
	m->len = 0;
}

static void add(struct md5 *m, const void *bytes, size_t n)
{
	for (const uint8_t *p = bytes; n--; ) {
		m->block[m->len % MD5_BLOCK] = *p++;
		if (++m->len % MD5_BLOCK == 0)
			block(m);
	}
}

static void end(struct md5 *m, uint8_t *out)
{
	uint8_t bits[8] = { 0 };

	store(bits, m->len * 8);
	add(m, "\x80", 1);
	while (m->len % MD5_BLOCK != MD5_BLOCK - sizeof bits)
		add(m, "", 1);
	add(m, bits, sizeof bits);
	for (unsigned i = 0; i < 4; i++)
		store(out + 4 * i, m->h[i]);
}

void hmac_md5(uint8_t out[MD5_LEN], const void *key, size_t keylen, const struct piece *pieces, unsigned n)
{
	uint8_t pad[MD5_BLOCK] = { 0 };
	struct md5 m;

	memcpy(pad, key, keylen);
	for (unsigned i = 0; i < MD5_BLOCK; i++)
		pad[i] ^= 0x36;
	begin(&m);
	add(&m, pad, sizeof pad);
	for (; n--; pieces++)
		add(&m, pieces->p, pieces->n);
	end(&m, out);
	for (unsigned i = 0; i < MD5_BLOCK; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	begin(&m);
	add(&m, pad, sizeof pad);
	add(&m, out, MD5_LEN);
	end(&m, out);
}
