/* test_wire.c - questions and answers of checks as bytes: garp (ARP, neighbour discovery), echo (ICMP). */
#include <sys/socket.h>

#include "echo.h"
#include "garp.h"
#include "pkt.h"
#include "t.h"

static size_t unhex(const char *s, uint8_t *out)
{
	size_t n = 0;
	unsigned v;

	for (; sscanf(s, "%2x", &v) == 1; s += 2)
		out[n++] = v;
	return n;
}

static const char *hex(const uint8_t *p, size_t n)
{
	static char buf[512];

	for (size_t i = 0; i < n; i++)
		sprintf(buf + 2 * i, "%02x", p[i]);
	buf[2 * n] = 0;
	return buf;
}

static struct addr ip(const char *text)
{
	struct addr a = { .family = 0 };

	addr_parse(&a, text);
	return a;
}

static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x11 };

static void ask(const char *name, const char *addr, const char *sender, const char *want)
{
	struct addr a = ip(addr), s = ip(sender);
	uint8_t f[GARP_FRAME_MAX];

	t_str(name, hex(f, garp_ask(f, &a, &s, mac)), want);
}

static void asked(void)
{
	ask("826 a request in our own name", "10.0.0.1", "10.0.0.7",
	    "ffffffffffff020000000011" "08060001080006040001" "020000000011" "0a000007" "000000000000" "0a000001");
	ask("5227 2.1.1 a probe has no sender address", "10.0.0.1", "0.0.0.0",
	    "ffffffffffff020000000011" "08060001080006040001" "020000000011" "00000000" "000000000000" "0a000001");
	ask("4861 4.3 a solicitation goes to the solicited node's group", "2001:db8::12:3456", "fe80::7",
	    "3333ff123456020000000011" "86dd" "6000000000203aff" "fe800000000000000000000000000007"
	    "ff0200000000000000000001ff123456" "8700e27c00000000" "20010db8000000000000000000123456" "0101020000000011");
}

#define ARP(op, sha, spa) "ffffffffffff0200000000aa" "0806" "0001" "0800" "06" "04" op sha spa "020000000011" "0a000007"

static const struct {
	const char *name, *addr, *frame, *mac;
} arps[] = {
	{ "826 a reply",                     "10.0.0.1", ARP("0002", "0200000000aa", "0a000001"), "0200000000aa" },
	{ "826 padded to 60 bytes",          "10.0.0.1", ARP("0002", "0200000000aa", "0a000001") "000000000000000000000000000000000000", "0200000000aa" },
	{ "5227 2.1.1 a request in its name", "10.0.0.1", ARP("0001", "0200000000aa", "0a000001"), "0200000000aa" },
	{ "the MAC inside counts",           "10.0.0.1", ARP("0002", "0200000000bb", "0a000001"), "0200000000bb" },
	{ "of another address",              "10.0.0.1", ARP("0002", "0200000000aa", "0a000002"), "" },
	{ "a question for it is no answer",  "10.0.0.7", ARP("0001", "0200000000aa", "0a000001"), "" },
	{ "one byte short",                  "10.0.0.1", "ffffffffffff0200000000aa08060001080006040002" "0200000000aa" "0a000001" "020000000011" "0a0000", "" },
	{ "826 not Ethernet",                "10.0.0.1", "ffffffffffff0200000000aa08060006080006040002" "0200000000aa" "0a000001" "020000000011" "0a000007", "" },
	{ "826 other address length",        "10.0.0.1", "ffffffffffff0200000000aa08060001080006100002" "0200000000aa" "0a000001" "020000000011" "0a000007", "" },
	{ "empty",                           "10.0.0.1", "", "" },
};

/* A valid advertisement of 2001:db8::1 by 02:00:00:00:00:aa, to be spoilt. Offsets as in the frame. */
static size_t advertise(uint8_t *f)
{
	static const uint8_t its[6] = { 2, 0, 0, 0, 0, 0xaa };
	struct addr a = ip("2001:db8::1");

	return garp_frame(f, &a, its);
}

static void resum(uint8_t *f, size_t n)
{
	const uint8_t pseudo[] = { 0, 0, 0, n, 0, 0, 0, 58 };
	uint16_t sum;

	f[56] = f[57] = 0;
	sum = csum_fold(csum_add(csum_add(0, f + 22, 32), pseudo, sizeof pseudo) + csum_add(0, f + 54, n));
	f[56] = sum >> 8;
	f[57] = sum;
}

static const struct {
	const char *name;
	uint8_t at, value;	/* this byte changed; 0: none */
	bool resum;		/* checksum made right again */
	uint8_t len;		/* of the frame; 0: whole */
	const char *mac;
} nas[] = {
	{ "4861 4.4 an advertisement",              0,  0,    0, 0,  "0200000000aa" },
	{ "4861 7.1.2 hop limit 254",               21, 254,  0, 0,  "" },
	{ "4861 7.1.2 checksum",                    60, 1,    0, 0,  "" },
	{ "4861 4.3 a solicitation is no answer",   54, 135,  1, 0,  "" },
	{ "of another address",                     77, 2,    1, 0,  "" },
	{ "not IPv6",                               13, 0,    0, 0,  "" },
	{ "not ICMPv6",                             20, 17,   0, 0,  "" },
	{ "4861 4.6 option of length 0",            79, 0,    1, 0,  "" },
	{ "an option longer than the message",      79, 9,    1, 0,  "020000000011" },
	{ "another option: the frame's sender",     78, 14,   1, 0,  "020000000011" },
	{ "4861 4.4 no option: the frame's sender", 19, 24,   1, 78, "020000000011" },
	{ "cut within the option",                  0,  0,    0, 85, "" },
	{ "cut within the target",                  0,  0,    0, 77, "" },
	{ "says it is shorter than an NA",          19, 23,   1, 0,  "" },
};

static const char *heard(const uint8_t *f, size_t len, const char *addr)
{
	struct addr a = ip(addr);
	const uint8_t *m = garp_heard(f, len, &a);

	return m ? hex(m, 6) : "";
}

static void hearing(void)
{
	uint8_t f[256];

	for (size_t i = 0; i < sizeof arps / sizeof *arps; i++)
		t_str(arps[i].name, heard(f, unhex(arps[i].frame, f), arps[i].addr), arps[i].mac);
	for (size_t i = 0; i < sizeof nas / sizeof *nas; i++) {
		size_t len = advertise(f);

		memcpy(f + 6, mac, 6);		/* so that the two can be told apart */
		if (nas[i].at)
			f[nas[i].at] = nas[i].value;
		if (nas[i].resum)
			resum(f, f[19]);
		t_str(nas[i].name, heard(f, nas[i].len ? nas[i].len : len, "2001:db8::1"), nas[i].mac);
	}
}

#define T  "a1a2a3a4b1b2b3b4c1c2c3c4"
#define IP4(proto) "450000500000400040" proto "0000" "0a000009" "0a000007"
#define IP6 "6000000000103a40" "fd000000000000000000000000000007" "fd000000000000000000000000000001"
#define QUOTED4(dst, id) "450000240000400040010000" "0a000007" dst "08001234" id

static const struct {
	const char *name, *from, *addr, *hex, *want;	/* NULL: nothing */
} echoes[] = {
	{ "792 the answer",                    "10.0.0.1", "10.0.0.1", IP4("01") "00001234" T, "" },
	{ "792 behind IP options",             "10.0.0.1", "10.0.0.1", "46000050000040004001000" "00a0000090a00000794040000" "00001234" T, "" },
	{ "4443 4.2 the answer",               "fd00::1",  "fd00::1",  "81001234" T, "" },
	{ "of another address",                "10.0.0.2", "10.0.0.1", IP4("01") "00001234" T, NULL },
	{ "another identifier",                "10.0.0.1", "10.0.0.1", IP4("01") "00001234" "a0a2a3a4b1b2b3b4c1c2c3c4", NULL },
	{ "its identifier, another token",     "10.0.0.1", "10.0.0.1", IP4("01") "00001234" "a1a2a3a4b1b2b3b4c1c2c3c5", NULL },
	{ "one byte short",                    "10.0.0.1", "10.0.0.1", IP4("01") "00001234" "a1a2a3a4b1b2b3b4c1c2c3", NULL },
	{ "our own request, by loopback",      "127.0.0.1", "127.0.0.1", IP4("01") "08001234" T, NULL },
	{ "4443 4.1 our own request",          "::1",      "::1",      "80001234" T, NULL },
	{ "a reply of the other family's type", "fd00::1", "fd00::1",  "00001234" T, NULL },
	{ "792 net unreachable",               "10.0.0.9", "10.0.0.1", IP4("01") "0300000000000000" QUOTED4("0a000001", "a1a2a3a4"), "network unreachable" },
	{ "792 host unreachable",              "10.0.0.9", "10.0.0.1", IP4("01") "0301000000000000" QUOTED4("0a000001", "a1a2a3a4"), "host unreachable" },
	{ "1812 5.2.7.1 prohibited",           "10.0.0.9", "10.0.0.1", IP4("01") "030d000000000000" QUOTED4("0a000001", "a1a2a3a4"), "refused" },
	{ "792 time exceeded",                 "10.0.0.9", "10.0.0.1", IP4("01") "0b00000000000000" QUOTED4("0a000001", "a1a2a3a4"), "too many hops" },
	{ "quotes another's request",          "10.0.0.9", "10.0.0.1", IP4("01") "0301000000000000" QUOTED4("0a000001", "a1a2a3a5"), NULL },
	{ "quotes one to another",             "10.0.0.9", "10.0.0.1", IP4("01") "0301000000000000" QUOTED4("0a000002", "a1a2a3a4"), NULL },
	{ "quotes more, and not ours",         "10.0.0.9", "10.0.0.1", IP4("01") "0301000000000000" QUOTED4("0a000001", "a1a2a3a4b1b2b3b5"), NULL },
	{ "quotes too little",                 "10.0.0.9", "10.0.0.1", IP4("01") "0301000000000000" QUOTED4("0a000001", "a1a2a3"), NULL },
	{ "792 redirect is no error",          "10.0.0.9", "10.0.0.1", IP4("01") "0501000000000000" QUOTED4("0a000001", "a1a2a3a4"), NULL },
	{ "4443 3.1 address unreachable",      "fd00::9",  "fd00::1",  "0103000000000000" IP6 "80001234" T, "host unreachable" },
	{ "4443 3.1 no route",                 "fd00::9",  "fd00::1",  "0100000000000000" IP6 "80001234" T, "network unreachable" },
	{ "4443 3.1 prohibited",               "fd00::9",  "fd00::1",  "0101000000000000" IP6 "80001234" T, "refused" },
	{ "4443 3.3 hop limit exceeded",       "fd00::9",  "fd00::1",  "0300000000000000" IP6 "80001234" T, "too many hops" },
	{ "4443 quotes one to another",        "fd00::9",  "fd00::2",  "0103000000000000" IP6 "80001234" T, NULL },
	{ "empty",                             "10.0.0.1", "10.0.0.1", "", NULL },
	{ "an IP header and nothing",          "10.0.0.1", "10.0.0.1", IP4("01"), NULL },
	{ "a header longer than the packet",   "10.0.0.1", "10.0.0.1", "4f000050", NULL },
};

static void echoing(void)
{
	uint8_t token[ECHO_TOKEN], p[256], copy[256];

	unhex(T, token);
	for (size_t i = 0; i < sizeof echoes / sizeof *echoes; i++) {
		struct addr from = ip(echoes[i].from), addr = ip(echoes[i].addr);
		size_t n = unhex(echoes[i].hex, p);
		uint8_t *tight = copy + sizeof copy - n;	/* nothing may be read behind it */
		const char *got;

		memcpy(tight, p, n);
		got = echo_read(tight, n, &from, &addr, token);
		t_str(echoes[i].name, got ? got : "nothing", echoes[i].want ? echoes[i].want : "nothing");
	}
	echo_request(p, AF_INET, token);
	t_str("792 a request", hex(p, ECHO_LEN), "0800c7c9" T);
	t_int("792 its checksum is right", csum_fold(csum_add(0, p, ECHO_LEN)), 0);
	echo_request(p, AF_INET6, token);
	t_str("4443 4.1 a request", hex(p, ECHO_LEN), "80000000" T);
}

int main(void)
{
	asked();
	hearing();
	echoing();
	T_END;
}
