/* test_pkt.c - adverts against the clauses: vectors, every refusal once where it must and once where it must not be. */
#include <sys/socket.h>

#include "limits.h"
#include "pkt.h"
#include "t.h"

static uint8_t buf[ADVERT_MAX];

static size_t unhex(const char *s, uint8_t *out)
{
	size_t n = 0;

	for (; s[0] && s[1]; s += 2) {
		unsigned v;

		sscanf(s, "%2x", &v);
		out[n++] = v;
	}
	return n;
}

static struct meta from(const char *src, const char *dst, int ttl)
{
	struct meta m = { .ttl = ttl };

	addr_parse(&m.src, src);
	addr_parse(&m.dst, dst);
	return m;
}

static enum pkt_err decode(struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	enum pkt_err e = pkt_head(a, p, len, m);

	return e ? e : pkt_body(a, p, len, m);
}

struct vector {
	const char *name, *hex, *src, *dst;
	int ttl;
	enum pkt_err want;
	enum pkt_csum csum;
};

#define G "224.0.0.18"
#define A "192.0.2.251"

static const struct vector vectors[] = {
	{ "v2 valid",                          "210ac802000192edc0000201c00002020000000000000000", A, G, 255, PKT_OK, CSUM_PLAIN },
	{ "v3 v4 message only (9568 5.2.8)",   "310ac8020064828ac0000201c0000202", A, G, 255, PKT_OK, CSUM_PLAIN },
	{ "v3 v4 pseudo-header (keepalived)",  "310ac8020064defbc0000201c0000202", A, G, 255, PKT_OK, CSUM_PSEUDO },
	{ "v3 v6",                             "310a640200643f5dfe80000000000000000000000000000120010db8000000000000000000000001", "fe80::c8", "ff02::12", 255, PKT_OK, CSUM_PSEUDO },
	{ "7.1 TTL 254",                       "310ac8020064828ac0000201c0000202", A, G, 254, PKT_TTL, 0 },
	{ "7.1 TTL 254 unicast is peer's matter", "310ac8020064828ac0000201c0000202", A, "192.0.2.1", 254, PKT_OK, CSUM_PLAIN },
	{ "7.1 TTL unknown passes",            "310ac8020064828ac0000201c0000202", A, G, -1, PKT_OK, CSUM_PLAIN },
	{ "7.1 version 1",                     "110ac8020064828ac0000201c0000202", A, G, 255, PKT_VERSION, 0 },
	{ "7.1 version 4",                     "410ac8020064828ac0000201c0000202", A, G, 255, PKT_VERSION, 0 },
	{ "5.2.2 type 2",                      "320ac8020064828ac0000201c0000202", A, G, 255, PKT_TYPE, 0 },
	{ "5.2.2 type 0",                      "300ac8020064828ac0000201c0000202", A, G, 255, PKT_TYPE, 0 },
	{ "E8299 count 0",                     "310ac80000640c8e", A, G, 255, PKT_COUNT, 0 },
	{ "v2 count 0 (no_virtual_ipaddress)", "210ac800000116f40000000000000000", A, G, 255, PKT_OK, CSUM_PLAIN },
	{ "7.1 empty",                         "", A, G, 255, PKT_SHORT, 0 },
	{ "7.1 seven bytes",                   "310ac802006482", A, G, 255, PKT_SHORT, 0 },
	{ "7.1 header only",                   "310ac8020064828a", A, G, 255, PKT_LENGTH, 0 },
	{ "7.1 one byte short",                "310ac8020064828ac0000201c00002", A, G, 255, PKT_LENGTH, 0 },
	{ "D3 one byte more",                  "310ac8020064828ac0000201c000020200", A, G, 255, PKT_LENGTH, 0 },
	{ "D3 four bytes more",                "310ac8020064828ac0000201c000020200000000", A, G, 255, PKT_LENGTH, 0 },
	{ "7.1 count larger than the bytes",   "310ac8030064828ac0000201c0000202", A, G, 255, PKT_LENGTH, 0 },
	{ "7.1 count 255",                     "310ac8ff0064828ac0000201c0000202", A, G, 255, PKT_LENGTH, 0 },
	{ "7.1 checksum one bit off",          "310ac8020064828bc0000201c0000202", A, G, 255, PKT_CHECKSUM, 0 },
	{ "7.1 checksum zero",                 "310ac80200640000c0000201c0000202", A, G, 255, PKT_CHECKSUM, 0 },
	{ "7.1 checksum ffff",                 "310ac8020064ffffc0000201c0000202", A, G, 255, PKT_CHECKSUM, 0 },
	{ "5.2.8 v6 without pseudo-header",    "310a6402006400d9fe80000000000000000000000000000120010db8000000000000000000000001", "fe80::c8", "ff02::12", 255, PKT_CHECKSUM, 0 },
	{ "E8301 interval 0",                  "310ac802000082eec0000201c0000202", A, G, 255, PKT_INTERVAL0, CSUM_PLAIN },
	{ "3768 v2 without authentication data", "210ac802000192edc0000201c0000202", A, G, 255, PKT_LENGTH, 0 },
};

static void run_vectors(void)
{
	struct advert a;

	for (unsigned i = 0; i < sizeof vectors / sizeof *vectors; i++) {
		const struct vector *v = &vectors[i];
		struct meta m = from(v->src, v->dst, v->ttl);
		size_t len = unhex(v->hex, buf);
		enum pkt_err e = decode(&a, buf, len, &m);

		t_case(e == v->want && (e || a.csum == v->csum), v->name, "%s, checksum form %d", pkt_err_text(e), a.csum);
	}
}

static void fields(void)
{
	struct meta m = from(A, G, 255);
	struct advert a;
	size_t len = unhex("310ac802f0640000c0000201c0000202", buf);

	buf[6] = buf[7] = 0;
	m.dst.b[3] = 18;
	{
		uint16_t sum = csum_fold(csum_add(0, buf, len));

		buf[6] = sum >> 8;
		buf[7] = sum;
	}
	t_int("5.2.6 reserved bits are no reason to drop", decode(&a, buf, len, &m), PKT_OK);
	t_int("5.2.6 and are not part of the interval", a.adv, SEC);
	t_int("vrid", a.vrid, 10);
	t_int("priority", a.prio, 200);
	t_int("count", a.count, 2);
	t_case(a.addrs == buf + 8, "addresses point into the message", "%p", (const void *)a.addrs);
	len = unhex("210ac802000592e9c0000201c00002020000000000000000", buf);
	decode(&a, buf, len, &m);
	t_int("v2 interval is in seconds", a.adv, 5 * SEC);
}

/* encode, then decode, for each form; every length and every cut of it stays inside its bounds (sanitizers watch). */
static void round_trip(void)
{
	static const struct { uint8_t version; const char *src, *dst; enum pkt_csum csum; usec adv; unsigned n; } v[] = {
		{ 2, A, G, CSUM_PLAIN, 255 * SEC, 1 },         { 2, A, G, CSUM_PLAIN, SEC, 255 },
		{ 3, A, G, CSUM_PLAIN, 10 * MS, 1 },           { 3, A, G, CSUM_PSEUDO, 40950 * MS, 20 },
		{ 3, A, "10.1.2.3", CSUM_OLD_UNICAST, SEC, 3 }, { 3, "fe80::1", "ff02::12", CSUM_PSEUDO, SEC, 255 },
		{ 2, "fe80::1", "ff02::12", CSUM_PSEUDO, SEC, 2 },
	};
	static uint8_t addrs[255 * 16];
	struct advert in, out;
	char name[64];

	for (size_t i = 0; i < sizeof addrs; i++)
		addrs[i] = i * 7;
	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		struct meta m = from(v[i].src, v[i].dst, 255);
		size_t len, cut;

		in = (struct advert){ .version = v[i].version, .vrid = 7, .prio = 100, .count = v[i].n,
		                      .adv = v[i].adv, .addrs = addrs, .csum = v[i].csum };
		len = pkt_encode(buf, sizeof buf, &in, &m.src, &m.dst);
		snprintf(name, sizeof name, "encode and decode v%u to %s, form %d, %u addresses", v[i].version, v[i].dst, v[i].csum, v[i].n);
		t_case(len && decode(&out, buf, len, &m) == PKT_OK && out.csum == v[i].csum && out.adv == v[i].adv &&
		       out.count == v[i].n && pkt_same_addrs(&out, addrs, v[i].n * addr_len(&m.dst)), name,
		       "len %zu, %s, form %d, interval %lld", len, pkt_err_text(decode(&out, buf, len, &m)), out.csum, (long long)out.adv);
		for (cut = 0; cut < len && decode(&out, buf, cut, &m) != PKT_OK; cut++)
			;
		t_case(cut == len, "no shorter piece of it is valid", "%zu of %zu", cut, len);
		t_int("too little room: nothing", pkt_encode(buf, len - 1, &in, &m.src, &m.dst), 0);
	}
}

/* Byte for byte what the reference's vectors say. */
static void exact_bytes(void)
{
	static const uint8_t addrs[] = { 192, 0, 2, 1, 192, 0, 2, 2 };
	struct advert a = { .version = 2, .vrid = 10, .prio = 200, .count = 2, .adv = SEC, .addrs = addrs, .csum = CSUM_PLAIN };
	struct meta m = from(A, G, 255);
	uint8_t want[64];

	for (int i = 0; i < 3; i++) {
		size_t len = unhex(vectors[i].hex, want), got;

		a.version = i ? 3 : 2;
		a.csum = vectors[i].csum;
		got = pkt_encode(buf, sizeof buf, &a, &m.src, &m.dst);
		t_case(got == len && !memcmp(buf, want, len), vectors[i].name, "differs from the vector (%zu bytes)", got);
	}
}

/* D8: whole seconds, never none, never less than it is. */
static void rounded_seconds(void)
{
	static const struct { usec adv; uint8_t field; } rows[] = {
		{ 10 * MS, 1 }, { 200 * MS, 1 }, { SEC, 1 }, { 1010 * MS, 2 }, { 40950 * MS, 41 }, { 255 * SEC, 255 },
	};
	static const uint8_t addrs[] = { 192, 0, 2, 1 };
	struct meta m = from(A, G, 255);

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct advert a = { .version = 2, .vrid = 10, .prio = 200, .count = 1, .adv = rows[i].adv, .addrs = addrs };

		t_int("8.4.2 version 2 of a fraction: length", pkt_encode(buf, sizeof buf, &a, &m.src, &m.dst), 20);
		t_int("8.4.2 version 2 of a fraction: seconds", buf[5], rows[i].field);
	}
}

struct judge {
	const char *name;
	struct pkt_want w;
	uint8_t version, auth_type;
	const char *auth;	/* 8 bytes */
	usec adv;
	const char *src, *dst;
	int ttl;
	enum pkt_err want;
};

static struct peer peers[] = {
	{ { { 192, 0, 2, 251 }, AF_INET }, 0, 255 },
	{ { { 192, 0, 2, 9 }, AF_INET }, 250, 254 },
};

#define PEERS .unicast = true, .peers = peers, .npeers = 2

static const struct judge judges[] = {
	{ "agrees",                       { .version = 3, .adv = SEC }, 3, 0, NULL, SEC, A, G, 255, PKT_OK },
	{ "7.1 other version",            { .version = 3, .adv = SEC }, 2, 0, NULL, SEC, A, G, 255, PKT_VERSION },
	{ "7.1 v3 interval differs: learned", { .version = 3, .adv = SEC }, 3, 0, NULL, 2 * SEC, A, G, 255, PKT_OK },
	{ "3768 7.1 v2 interval differs", { .version = 2, .adv = SEC }, 2, 0, NULL, 2 * SEC, A, G, 255, PKT_INTERVAL },
	{ "3768 7.1 v2 interval 0 (D9)",  { .version = 2, .adv = SEC }, 2, 0, NULL, 0, A, G, 255, PKT_INTERVAL },
	{ "9568 8.4 mixed: version 3",    { .version = 3, .adv = SEC, .mixed = true }, 3, 0, NULL, 2 * SEC, A, G, 255, PKT_OK },
	{ "9568 8.4.2 mixed: version 2, whatever its interval", { .version = 3, .adv = SEC / 10, .mixed = true }, 2, 0, NULL, 2 * SEC, A, G, 255, PKT_OK },
	{ "mixed: version 2 interval 0 (D9)", { .version = 3, .adv = SEC, .mixed = true }, 2, 0, NULL, 0, A, G, 255, PKT_INTERVAL0 },
	{ "mixed: version 2 with a password", { .version = 3, .adv = SEC, .mixed = true }, 2, 1, "1111\0\0\0\0", SEC, A, G, 255, PKT_AUTHDIFF },
	{ "mixed is for version 2 of the right kind of address", { .version = 3, .adv = SEC, .mixed = true, PEERS }, 2, 0, NULL, SEC, A, G, 255, PKT_CAST },
	{ "D13 unicast to a multicast router", { .version = 3, .adv = SEC }, 3, 0, NULL, SEC, A, "192.0.2.1", 255, PKT_CAST },
	{ "multicast to a unicast router", { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, A, G, 255, PKT_CAST },
	{ "unicast from a peer",          { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, A, "192.0.2.1", 255, PKT_OK },
	{ "unicast from a stranger",      { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, "192.0.2.7", "192.0.2.1", 255, PKT_OK },
	{ "stranger, check_unicast_src",  { .version = 3, .adv = SEC, .check_src = true, PEERS }, 3, 0, NULL, SEC, "192.0.2.7", "192.0.2.1", 255, PKT_PEER },
	{ "D13 TTL within min and max",   { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, "192.0.2.9", "192.0.2.1", 252, PKT_OK },
	{ "D13 TTL above max_ttl",        { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, "192.0.2.9", "192.0.2.1", 255, PKT_PEER },
	{ "D13 TTL below min_ttl",        { .version = 3, .adv = SEC, PEERS }, 3, 0, NULL, SEC, "192.0.2.9", "192.0.2.1", 249, PKT_PEER },
	{ "2338 password equal",          { .version = 2, .adv = SEC, .auth_type = 1, .auth = "1111" }, 2, 1, "1111\0\0\0\0", SEC, A, G, 255, PKT_OK },
	{ "2338 password differs",        { .version = 2, .adv = SEC, .auth_type = 1, .auth = "1111" }, 2, 1, "1112\0\0\0\0", SEC, A, G, 255, PKT_AUTHFAIL },
	{ "2338 password is a prefix",    { .version = 2, .adv = SEC, .auth_type = 1, .auth = "1111" }, 2, 1, "11111\0\0\0", SEC, A, G, 255, PKT_AUTHFAIL },
	{ "3768 7.1 we none, they PASS",  { .version = 2, .adv = SEC }, 2, 1, "1111\0\0\0\0", SEC, A, G, 255, PKT_AUTHDIFF },
	{ "3768 7.1 we PASS, they none",  { .version = 2, .adv = SEC, .auth_type = 1, .auth = "1111" }, 2, 0, "\0\0\0\0\0\0\0\0", SEC, A, G, 255, PKT_AUTHDIFF },
	{ "3768 7.1 unknown type 3",      { .version = 2, .adv = SEC }, 2, 3, NULL, SEC, A, G, 255, PKT_AUTHTYPE },
	{ "Cisco type 254",               { .version = 2, .adv = SEC }, 2, 254, NULL, SEC, A, G, 255, PKT_AUTHTYPE },
	{ "owner_ignore_adverts",         { .version = 3, .adv = SEC, .ignore_all = true }, 3, 0, NULL, SEC, A, G, 255, PKT_OWNER },
};

static void nothing_to_carry(void)
{
	struct advert a = { .version = 2, .type = 1, .vrid = 1, .prio = 100, .adv = SEC };
	struct pkt_want w = { .version = 2, .adv = SEC };
	struct meta m = { .ttl = 255 };

	addr_parse(&m.src, "192.0.2.1");
	addr_parse(&m.dst, "224.0.0.18");
	t_int("no address: refused by who has some", pkt_judge(&a, &m, &w), PKT_COUNT);
	w.bare = true;
	t_int("no address: taken by who has none", pkt_judge(&a, &m, &w), PKT_OK);
}

static void run_judges(void)
{
	for (unsigned i = 0; i < sizeof judges / sizeof *judges; i++) {
		const struct judge *j = &judges[i];
		struct meta m = from(j->src, j->dst, j->ttl);
		struct advert a = { .version = j->version, .type = 1, .vrid = 1, .prio = 100, .count = 1, .adv = j->adv,
		                    .auth_type = j->auth_type, .auth = (const uint8_t *)j->auth, .csum = CSUM_PLAIN };
		enum pkt_err e = pkt_judge(&a, &m, &j->w);

		t_case(e == j->want, j->name, "%s", pkt_err_text(e));
	}
}

int main(void)
{
	run_vectors();
	fields();
	round_trip();
	exact_bytes();
	rounded_seconds();
	run_judges();
	nothing_to_carry();
	T_END;
}
