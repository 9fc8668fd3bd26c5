/* test_ah.c - MD5 and its keyed form (RFC 1321, 2202), and the authentication header as keepalived sends it. */
#include <sys/socket.h>

#include "ah.h"
#include "bytes.h"
#include "md5.h"
#include "pkt.h"
#include "t.h"

static const struct {
	const char *name, *key, *text, *want;
	unsigned repeat;
} macs[] = {
	{ "2202/1", "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "Hi There", "9294727a3638bb1c13f48ef8158bfc9d", 1 },
	{ "2202/2", "4a656665", "what do ya want for nothing?", "750c783e6ab0b503eaa86e310a5db738", 1 },
	{ "2202/3", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "\xdd", "56be34521d144c88dbb8c733f0e8b3f6", 50 },
	{ "2202/4", "0102030405060708090a0b0c0d0e0f10111213141516171819", "\xcd", "697eaf0aca3a3aea3a75164746ffaa79", 50 },
	{ "2202/5", "0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c", "Test With Truncation", "56461ef2342edc00f9bab995690efd4c", 1 },
};

static void hex(char *out, const uint8_t *p, unsigned n)
{
	for (; n--; out += 2)
		sprintf(out, "%02x", *p++);
}

static void digests(void)
{
	struct piece piece[50];
	struct bytes key;
	uint8_t out[MD5_LEN];
	char text[2 * MD5_LEN + 1];

	for (unsigned i = 0; i < sizeof macs / sizeof *macs; i++) {
		key.n = 0;
		put_hex(&key, macs[i].key);
		for (unsigned k = 0; k < macs[i].repeat; k++)
			piece[k] = (struct piece){ macs[i].text, strlen(macs[i].text) };
		hmac_md5(out, key.b, key.n, piece, macs[i].repeat);
		hex(text, out, sizeof out);
		t_str(macs[i].name, text, macs[i].want);
	}
}

/* As Debian's keepalived 2.2.7 sends, password s3cret. */
static const struct {
	const char *name, *packet;
	const char *dst;
} frames[] = {
	{ "multicast", "45c0004000010000ff33d0ad0a090001e0000012 700400000a09000100000001cd982ed27ee262ce50023a2d "
	               "2133640102016e5d0a0900640000000000000000", "e0000012" },
	{ "unicast", "45c000400001000040330000 0a0900010a090002 700400000a09000100000001 0d65ad8ac1db3c9e96f01ce4 "
	             "2133640102016e5d0a0900640000000000000000", "0a090002" },
};
static const uint8_t key[AUTH_LEN] = "s3cret", other[AUTH_LEN] = "s3creT";

static enum pkt_err judged(const struct bytes *f, const struct pkt_want *w)
{
	struct meta m = { .ttl = f->b[8], .ah = f->b + AH_BEHIND };
	const uint8_t *p = m.ah + AH_LEN;
	enum pkt_err e;
	struct advert a;

	addr_set(&m.src, AF_INET, f->b + 12);
	addr_set(&m.dst, AF_INET, f->b + 16);
	e = pkt_head(&a, p, f->n - AH_BEHIND - AH_LEN, &m);
	if (!e)
		e = pkt_body(&a, p, f->n - AH_BEHIND - AH_LEN, &m);
	return e ? e : pkt_judge(&a, &m, w);
}

/* Every bit that does not change on the way is covered, every one that may is not. */
static void covered(const char *name, struct bytes *f)
{
	unsigned wrong = 0;

	for (unsigned i = 0; i < f->n * 8; i++) {
		unsigned at = i / 8;
		bool free = at == 1 || at == 6 || at == 7 || at == 10 || at == 11 || (at == 8 && !addr_is_multicast(&(struct addr){
			.family = AF_INET, .b = { f->b[16] } }));

		f->b[at] ^= 1 << i % 8;
		if (at != 8 && at > 0)
			wrong += ah_true(f->b + AH_BEHIND, f->n - AH_BEHIND - AH_LEN, key) != free;
		f->b[at] ^= 1 << i % 8;
	}
	t_int(name, wrong, 0);
}

static void headers(void)
{
	for (unsigned i = 0; i < sizeof frames / sizeof *frames; i++) {
		struct pkt_want w = { .version = 2, .auth_type = AUTH_AH, .adv = SEC, .unicast = i == 1 };
		struct addr src, dst;
		struct bytes f = { .n = 0 };
		uint8_t ah[AH_LEN];
		char name[80];

		put_hex(&f, frames[i].packet);
		addr_set(&src, AF_INET, f.b + 12);
		addr_set(&dst, AF_INET, f.b + 16);
		ah_seal(ah, 1, key, 1, &src, &dst, f.b + 44, 20);
		snprintf(name, sizeof name, "%s: the same bytes", frames[i].name);
		t_case(!memcmp(ah, f.b + 20, AH_LEN), name, "they differ");
		snprintf(name, sizeof name, "%s: every bit", frames[i].name);
		covered(name, &f);
		t_int("number", ah_seq(f.b + 20), 1);
		t_int("readable", ah_is(f.b + 20, 44), 1);
		t_int("too short", ah_is(f.b + 20, AH_LEN - 1), 0);
		memcpy(w.auth, key, AUTH_LEN);
		t_int("our key", judged(&f, &w), PKT_OK);
		memcpy(w.auth, other, AUTH_LEN);
		t_int("another key", judged(&f, &w), PKT_AUTHFAIL);
		w.auth_type = AUTH_NONE;
		t_int("another type", judged(&f, &w), PKT_AUTHDIFF);
	}
}

/* Type AH in the message, but no header before it. */
static void naked(void)
{
	struct pkt_want w = { .version = 2, .auth_type = AUTH_AH, .adv = SEC };
	struct advert a = { .version = 2, .auth_type = AUTH_AH, .adv = SEC };
	struct meta m = { .ttl = 255 };

	addr_set(&m.dst, AF_INET, "\340\0\0\22");
	t_int("no header", pkt_judge(&a, &m, &w), PKT_AUTHDIFF);
}

int main(void)
{
	digests();
	headers();
	naked();
	T_END;
}
