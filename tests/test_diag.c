/* test_diag.c - rows: who sends what on a LAN, our configuration -> findings, in their order (C-134; issue of the two masters). */
#include <sys/socket.h>

#include "conf_kit.h"
#include "diag.h"
#include "t.h"

struct station {		/* sends an advert every interval for three seconds, from `from` ms to `to` ms */
	const char *src;
	uint8_t prio;
	uint8_t version, vrid;
	unsigned adv_ms;
	const char *vips;	/* blank between two; v4 or v6 as src */
	uint8_t csum, ttl, auth, mac;	/* mac: last byte of 02:..., 0: the virtual one */
	unsigned from, to;	/* ms; 0, 0: all the time */
	uint8_t delivered;	/* by our kernel to a raw socket */
	const char *dst;	/* NULL: the group */
	uint8_t spoil;		/* xor on the reserved bits, or the checksum when auth is 99 */
};

struct row {
	const char *name, *conf, *want;	/* names of the ids, in order */
	struct station s[3];
	const char *claims;	/* "ADDR=MACBYTE ..." ARP answers heard */
};

#pragma GCC diagnostic ignored "-Woverride-init"	/* B is a station with some fields said anew */
#define CONF(lines) "vrrp_instance V {\n interface eth0\n virtual_router_id 51\n version 3\n priority 100\n" lines "\n}\n"
#define VIPS " virtual_ipaddress {\n  10.0.0.100\n }\n"
#define A { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0 }
#define B(...) { "10.0.0.2", 100, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 2, .delivered = 1, __VA_ARGS__ }

static const struct row rows[] = {
	{ "healthy, no configuration", NULL, "", { A }, "10.0.0.100=1 10.0.0.1=1" },
	{ "healthy, ours", CONF(VIPS), "", { A }, "10.0.0.100=1" },
	{ "a take-over is not two masters", NULL, "", { { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 1, 0, 1400, 1, NULL, 0 },
	  B(.from = 1700, .to = 3000) }, NULL },
	{ "one advert each while starting", NULL, "", { A, B(.from = 1000, .to = 1050) }, NULL },
	{ "two masters", NULL, "TWO", { A, B() }, NULL },
	{ "two masters, other routers are fine", NULL, "TWO", { A, B(), { "10.0.0.3", 9, 3, 52, 100, "10.0.0.101", CSUM_PSEUDO, 255, 0, 3, 0, 0, 1, NULL, 0 } }, NULL },
	{ "the same from other numbers: no two masters", NULL, "", { A, B(.vrid = 52, .vips = "10.0.0.101") }, NULL },
	{ "two masters: TTL", NULL, "TTL TWO", { A, B(.ttl = 254) }, NULL },
	{ "two masters: versions", NULL, "VERSION TWO", { A, B(.version = 2, .adv_ms = 1000, .csum = CSUM_PLAIN) }, NULL },
	{ "two masters: checksum forms", NULL, "FORM TWO", { A, B(.csum = CSUM_PLAIN) }, NULL },
	{ "two masters: address lists", NULL, "LIST TWO", { A, B(.vips = "10.0.0.100 10.0.0.101") }, NULL },
	{ "two masters: v2 intervals", NULL, "INTERVAL TWO", { { "10.0.0.1", 150, 2, 51, 1000, "10.0.0.100", CSUM_PLAIN, 255, 0, 1, 0, 0, 1, NULL, 0 },
	  B(.version = 2, .adv_ms = 2000, .csum = CSUM_PLAIN) }, NULL },
	{ "two masters: v2 authentication", NULL, "AUTHTYPE TWO", { { "10.0.0.1", 150, 2, 51, 1000, "10.0.0.100", CSUM_PLAIN, 255, 0, 1, 0, 0, 1, NULL, 0 },
	  B(.version = 2, .adv_ms = 1000, .csum = CSUM_PLAIN, .auth = 1) }, NULL },
	{ "two masters on one virtual MAC", NULL, "TWO VMAC", { { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 0, 0, 0, 1, NULL, 0 },
	  B(.mac = 0) }, NULL },
	{ "the firewall: seen on the wire, not delivered", NULL, "IN", { { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 1, 0, 0, 0, NULL, 0 } }, NULL },
	{ "checksum of no rule", NULL, "CHECKSUM", { { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 99, 1, 0, 0, 1, NULL, 1 } }, NULL },
	{ "reserved bits", NULL, "RESERVED", { { "10.0.0.1", 150, 3, 51, 100, "10.0.0.100", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0x50 } }, NULL },
	{ "interval zero", NULL, "BAD", { { "10.0.0.1", 150, 3, 51, 0, "10.0.0.100", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "no addresses", NULL, "BAD", { { "10.0.0.1", 150, 3, 51, 100, "", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "IPv6: healthy", NULL, "", { { "fe80::1", 150, 3, 51, 100, "fe80::100 2001:db8::1", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "IPv6: first address", NULL, "LL", { { "fe80::1", 150, 3, 51, 100, "2001:db8::1", CSUM_PSEUDO, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "ours: version", CONF(" version 2\n" VIPS), "VERSION", { A }, NULL },
	{ "ours: checksum form", CONF(" v3_checksum rfc\n" VIPS), "FORM", { A }, NULL },
	{ "ours: checksum form, auto", CONF(" v3_checksum auto\n" VIPS), "", { A }, NULL },
	{ "ours: a list that differs", CONF(" virtual_ipaddress {\n  10.0.0.100\n  10.0.0.101\n }\n"), "LIST", { A }, NULL },
	{ "ours: another group has our number", CONF(" virtual_ipaddress {\n  10.0.0.50\n }\n"), "GROUP", { A }, NULL },
	{ "ours: our addresses with another number", CONF(VIPS), "VRID SILENCE", { B(.vrid = 52) }, NULL },
	{ "ours: nobody", CONF(VIPS), "SILENCE", { { 0 } }, NULL },
	{ "ours: on another interface", "vrrp_instance V {\n interface eth1\n virtual_router_id 51\n" VIPS "}\n", "", { { 0 } }, NULL },
	{ "ours: unicast expected", CONF(" unicast_peer {\n  10.0.0.1\n }\n" VIPS), "CAST", { A }, NULL },
	{ "ours: v2 password", CONF(" version 2\n authentication {\n  auth_type PASS\n  auth_pass other\n }\n" VIPS), "AUTH",
	  { { "10.0.0.1", 150, 2, 51, 1000, "10.0.0.100", CSUM_PLAIN, 255, 1, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "ours: v2 password missing", CONF(" version 2\n authentication {\n  auth_type PASS\n  auth_pass other\n }\n" VIPS), "AUTHTYPE",
	  { { "10.0.0.1", 150, 2, 51, 1000, "10.0.0.100", CSUM_PLAIN, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "ours: v2 interval", CONF(" version 2\n advert_int 2\n" VIPS), "INTERVAL",
	  { { "10.0.0.1", 150, 2, 51, 1000, "10.0.0.100", CSUM_PLAIN, 255, 0, 1, 0, 0, 1, NULL, 0 } }, NULL },
	{ "a foreign MAC on the address", NULL, "FOREIGN", { A }, "10.0.0.100=1 10.0.0.100=7" },
	{ "a foreign MAC on another address is none of ours", NULL, "", { A }, "10.0.0.100=1 10.0.0.77=7" },
	{ "a foreign MAC on a second address of ours", CONF(" virtual_ipaddress {\n  10.0.0.100\n  10.0.0.101\n }\n"), "LIST FOREIGN", { A }, "10.0.0.101=7" },
	{ "our own MAC has it while another is master", NULL, "MAC", { A }, "10.0.0.100=238" },
};

enum { OUR_MAC = 238 };

static void mac(uint8_t *p, const struct station *s, unsigned last)
{
	const uint8_t vmac[6] = { 0, 0, 0x5e, 0, 1, s ? s->vrid : 0 }, real[6] = { 2, 0, 0, 0, 0, last };

	memcpy(p, last ? real : vmac, 6);
}

/* One advert as a frame; returns its length. */
static size_t frame(uint8_t *f, const struct station *s)
{
	uint8_t vips[256], auth[AUTH_LEN] = "secret";
	struct advert a = { .version = s->version, .type = 1, .vrid = s->vrid, .prio = s->prio, .auth_type = s->auth == 1, .csum = s->csum,
		.adv = s->adv_ms * MS, .addrs = vips, .auth = auth };
	struct addr src, dst, vip;
	char words[128], *w;
	bool v6;
	size_t n = 0, head, len;

	addr_parse(&src, s->src);
	v6 = src.family == AF_INET6;
	addr_parse(&dst, s->dst ? s->dst : v6 ? "ff02::12" : "224.0.0.18");
	snprintf(words, sizeof words, "%s", s->vips);
	for (w = strtok(words, " "); w; w = strtok(NULL, " "), a.count++) {
		addr_parse(&vip, w);
		memcpy(vips + n, vip.b, addr_len(&vip));
		n += addr_len(&vip);
	}
	mac(f, NULL, 0);
	mac(f + 6, s, s->mac);
	head = v6 ? 54 : 34;
	memset(f + 12, 0, head - 12);
	len = pkt_encode(f + head, 400, &a, &src, &dst);
	if (s->auth == 99)
		f[head + 6] ^= 0x55;
	else if (s->spoil) {			/* reserved bits, and a checksum that agrees */
		f[head + 4] |= s->spoil & 0xf0;
		uint32_t sum = (f[head + 6] << 8 | f[head + 7]) ^ 0xffff;
		sum += (s->spoil & 0xf0) << 8;
		sum = (sum & 0xffff) + (sum >> 16);
		sum ^= 0xffff;
		f[head + 6] = sum >> 8;
		f[head + 7] = sum;
	}
	if (v6) {
		f[12] = 0x86, f[13] = 0xdd, f[14] = 0x60;
		f[18] = len >> 8, f[19] = len;
		f[20] = 112, f[21] = s->ttl;
		memcpy(f + 22, src.b, 16);
		memcpy(f + 38, dst.b, 16);
	} else {
		f[12] = 8, f[14] = 0x45;
		f[16] = (20 + len) >> 8, f[17] = 20 + len;
		f[22] = s->ttl, f[23] = 112;
		memcpy(f + 26, src.b, 4);
		memcpy(f + 30, dst.b, 4);
	}
	return head + len;
}

static void claims(struct diag *d, const char *text)
{
	uint8_t f[42] = { 0 };
	char words[128], *w, *eq;
	struct addr a;
	struct sight s;

	snprintf(words, sizeof words, "%s", text ? text : "");
	for (w = strtok(words, " "); w; w = strtok(NULL, " ")) {
		eq = strchr(w, '=');
		*eq = 0;
		addr_parse(&a, w);
		mac(f + 6, NULL, atoi(eq + 1));
		memcpy(f + 12, "\x08\x06\0\1\x08\0\6\4\0\2", 10);
		mac(f + 22, NULL, atoi(eq + 1));
		memcpy(f + 28, a.b, 4);
		memcpy(f + 38, "\x0a\0\0\x09", 4);
		if (frame_read(&s, LINK_ETHERNET, f, sizeof f, sizeof f))
			diag_frame(d, &s, 2 * SEC);
	}
}

static void run(const struct row *r)
{
	static const char ids[][16] = {
#define X(id, remedy) #id,
		DIAG_FINDINGS(X)
#undef X
	};
	static struct diag d;
	struct kit k;
	uint8_t our[6], f[600];
	char got[256] = "";
	struct sight s;

	mac(our, NULL, OUR_MAC);
	kit_init(&k, r->conf ? r->conf : "");
	if (r->conf)
		kit_run(&k, "f");
	memset(&d, 0, sizeof d);
	diag_begin(&d, r->conf ? k.conf : NULL, "eth0", our, 0);
	for (unsigned ms = 0; ms < 3000; ms++)
		for (const struct station *x = r->s; x < r->s + 3; x++) {
			unsigned every = x->adv_ms ? x->adv_ms : 100;

			if (!x->src || ms % every || ms < x->from || (x->to && ms >= x->to))
				continue;
			if (frame_read(&s, LINK_ETHERNET, f, 600, frame(f, x)) && (s.cap = s.len, true))
				diag_frame(&d, &s, ms * MS);
			if (x->delivered)
				diag_delivered(&d, f + s.msg, s.msg_len, &s.meta);
		}
	claims(&d, r->claims);
	diag_conclude(&d, (const bool[]){ true, true }, 3 * SEC);
	for (unsigned i = 0; i < d.nf; i++) {
		snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? " " : "", ids[d.f[i].id] + 6);
		if (!*diag_remedy(d.f[i].id) || !*d.f[i].text)
			t_case(0, r->name, "a finding without words");
	}
	if (!t_str(r->name, got, r->want))
		for (unsigned i = 0; i < d.nf; i++)
			printf("# %s\n", d.f[i].text);
	if (r->conf)
		kit_close(&k);
}

int main(void)
{
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)
		run(r);
	T_END;
}
