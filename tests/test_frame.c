/* test_frame.c - frames of every form that carries VRRP: what is found in them, and how it reads. C-128..C-134. */
#include <stdlib.h>

#include "bytes.h"
#include "frame.h"
#include "t.h"
#include "view.h"

#define ETH4 "01005e000012 00005e00010a 0800 "
#define ETH6 "333300000012 00005e00020a 86dd "
#define IP_V3 "45c0002400000000ff700000 c00002fb e0000012 "		/* 192.0.2.251, 16 bytes of message */
#define IP_V2 "45c0002c00000000ff700000 c00002fb e0000012 "		/* 24 bytes */
#define V3PLAIN "310ac8020064828ac0000201c0000202"
#define V3PSEUDO "310ac8020064defbc0000201c0000202"
#define V2 "210ac802000192edc0000201c00002020000000000000000"
#define IP6 "6c000000002870ff fe8000000000000000000000000000c8 ff020000000000000000000000000012 "
#define V6 "310a640200643f5dfe80000000000000000000000000000120010db8000000000000000000000001"
#define TAIL4 " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255"
#define VMAC " mac 00:00:5e:00:01:0a (virtual 10)"
#define TAIL6 " fe80::c8 > ff02::12 VRRPv3 vrid 10 prio 100 int 1s [fe80::1, 2001:db8::1] csum ok:pseudo ttl 255"

static const struct row {
	const char *name;
	unsigned link;
	const char *hex;
	int len;		/* on the wire; 0: as captured */
	const char *line;	/* "": nothing for us */
} rows[] = {
	{ "Ethernet v3 plain", 1, ETH4 IP_V3 V3PLAIN, 0, TAIL4 VMAC },
	{ "Ethernet v3 pseudo", 1, ETH4 IP_V3 V3PSEUDO, 0, " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:pseudo ttl 255" VMAC },
	{ "Ethernet v2", 1, ETH4 IP_V2 V2, 0, " 192.0.2.251 > 224.0.0.18 VRRPv2 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255" VMAC },
	{ "Ethernet v6", 1, ETH6 IP6 V6, 0, TAIL6 " mac 00:00:5e:00:02:0a (virtual 10)" },
	{ "padding is not data", 1, ETH4 IP_V3 V3PLAIN "a5a5a5a5a5a5a5a5", 0, TAIL4 VMAC },
	{ "VLAN", 1, "01005e000012 00005e00010a 8100 6007 0800" IP_V3 V3PLAIN, 0, " vlan 7" TAIL4 VMAC },
	{ "QinQ", 1, "01005e000012 00005e00010a 88a8 0064 8100 0007 0800" IP_V3 V3PLAIN, 0, " vlan 100 vlan 7" TAIL4 VMAC },
	{ "five tags are too many", 1, "01005e000012 00005e00010a 8100 0001 8100 0001 8100 0001 8100 0001 8100 0001 0800" IP_V3 V3PLAIN, 0, "" },
	{ "raw IP 12", 12, IP_V3 V3PLAIN, 0, TAIL4 },
	{ "raw IP 14", 14, IP_V3 V3PLAIN, 0, TAIL4 },
	{ "raw IP 101", 101, IP_V3 V3PLAIN, 0, TAIL4 },
	{ "raw IPv4 228", 228, IP_V3 V3PLAIN, 0, TAIL4 },
	{ "raw IPv6 229", 229, IP6 V6, 0, TAIL6 },
	{ "raw IPv6 101", 101, IP6 V6, 0, TAIL6 },
	{ "cooked 1", 113, "0002 0001 0006 00005e00010a 0000 0800" IP_V3 V3PLAIN, 0, TAIL4 VMAC },
	{ "cooked 1 without address", 113, "0002 0200 0000 0000000000000000 0800" IP_V3 V3PLAIN, 0, TAIL4 },
	{ "cooked 2", 276, "0800 0000 00000007 0001 02 06 00005e00010a 0000" IP_V3 V3PLAIN, 0, TAIL4 VMAC },
	{ "cooked 2 VLAN", 276, "8100 0000 00000007 0001 02 06 00005e00010a 0000 0007 0800" IP_V3 V3PLAIN, 0, " vlan 7" TAIL4 VMAC },
	{ "unknown link type", 147, ETH4 IP_V3 V3PLAIN, 0, "" },
	{ "IPv4 options", 1, ETH4 "46c0002800000000ff700000 c00002fb e0000012 94040000" V3PLAIN, 0, TAIL4 VMAC },
	{ "IPv4 header of 16 bytes", 1, ETH4 "44c0002400000000ff700000 c00002fb e0000012" V3PLAIN, 0, "" },
	{ "IPv6 hop-by-hop and destination options", 1, ETH6 "6c000000003800ff fe8000000000000000000000000000c8 ff020000000000000000000000000012"
	  "3c00 010400000000 7000 010400000000" V6, 0, TAIL6 " mac 00:00:5e:00:02:0a (virtual 10)" },
	{ "IPv6 atomic fragment is whole", 1, ETH6 "6c00000000302cff fe8000000000000000000000000000c8 ff020000000000000000000000000012"
	  "7000 0000 00000001" V6, 0, TAIL6 " mac 00:00:5e:00:02:0a (virtual 10)" },
	{ "IPv6 fragment", 1, ETH6 "6c00000000302cff fe8000000000000000000000000000c8 ff020000000000000000000000000012"
	  "7000 0001 00000001" V6, 0, " fe80::c8 > ff02::12 VRRP fragment ttl 255 mac 00:00:5e:00:02:0a (virtual 10)" },
	{ "IPv4 fragment", 1, ETH4 "45c0002400002000ff700000 c00002fb e0000012" V3PLAIN, 0, " 192.0.2.251 > 224.0.0.18 VRRP fragment ttl 255" VMAC },
	{ "AH", 1, ETH4 "45c0004400000000ff330000 c00002fb e0000012 7004 0000 00000001 00000002 000000000000000000000000"
	  "210ac802020192ed" "c0000201c00002020000000000000000", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv2 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] AH auth 2:AH csum BAD ttl 255" VMAC " ! checksum does not match" },
	{ "C-130 cut in the addresses", 1, ETH4 IP_V3 "310ac8020064828ac0000201", 50,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1] [cut: 12 of 16 bytes] ttl 255" VMAC },
	{ "C-130 cut before the message", 1, ETH4 IP_V3, 50, " 192.0.2.251 > 224.0.0.18 VRRP [cut: 0 of 16 bytes] ttl 255" VMAC },
	{ "C-130 cut in the IP header", 1, ETH4 "45c00024", 50, "" },
	{ "promises more than comes", 1, ETH4 IP_V3 "310ac8020064828ac0000201", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1] ttl 255" VMAC " ! IP length is more than the frame holds" },
	{ "C-134 TTL", 1, ETH4 "45c00024000000000a700000 c00002fb e0000012" V3PLAIN, 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 10" VMAC " ! TTL or hop limit is not 255" },
	{ "C-134 foreign virtual MAC", 1, "01005e000012 00005e00010b 0800" IP_V3 V3PLAIN, 0, TAIL4 " mac 00:00:5e:00:01:0b (virtual 11) ! virtual MAC of another router id" },
	{ "reserved bits", 12, IP_V3 "310ac802f064928ac0000201c0000202", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum BAD ttl 255 ! checksum does not match ! reserved bits are set" },
	{ "v6 by the rule without pseudo-header", 229, IP6 "310a640200643e53fe80000000000000000000000000000120010db8000000000000000000000001", 0,
	  " fe80::c8 > ff02::12 VRRPv3 vrid 10 prio 100 int 1s [fe80::1, 2001:db8::1] csum BAD:plain ttl 255 ! checksum does not match" },
	{ "v6 first address", 229, "6c000000001870ff fe8000000000000000000000000000c8 ff020000000000000000000000000012"
	  "310a640100643df020010db8000000000000000000000001", 0,
	  " fe80::c8 > ff02::12 VRRPv3 vrid 10 prio 100 int 1s [2001:db8::1] csum ok:pseudo ttl 255 ! first address is not link-local" },
	{ "interval 0", 12, IP_V3 "310ac802000082eec0000201c0000202", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 0s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255 ! interval is zero" },
	{ "interval 150 ms", 12, IP_V3 "310ac802000f82dfc0000201c0000202", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 150ms [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255" },
	{ "leaving", 12, IP_V3 "310a000200644a8bc0000201c0000202", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 0 (leaving) int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255" },
	{ "version 1", 12, IP_V3 "110ac8020064a28ac0000201c0000202", 0, " 192.0.2.251 > 224.0.0.18 VRRPv1 ttl 255 ! version is not the configured one" },
	{ "type 7", 12, IP_V2 "270ac80200018cedc0000201c00002020000000000000000", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv2 type 7 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255 ! type is not advertisement" },
	{ "seven bytes", 12, "45c0001b00000000ff700000 c00002fb e0000012 310ac802006482", 0, " 192.0.2.251 > 224.0.0.18 VRRP ttl 255 ! shorter than 8 bytes" },
	{ "count more than the bytes", 12, IP_V3 "310ac8ff006485cdc0000201c0000202", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum BAD ttl 255 ! length does not fit the address count" },
	{ "C-132 password hidden", 12, IP_V2 "210ac802010155a1c0000201c0000202" "7365637265740000", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv2 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] auth 1:password csum ok:plain ttl 255" },
	{ "C-132 Cisco's MD5 trailer", 12, "45c0004800000000ff700000 c00002fb e0000012" "210ac802fe0194ecc0000201c0000202" "0000000000000000"
	  "00000000000000000000000000000000000000000000000000000000", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv2 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] auth 254:MD5 csum ok:plain ttl 255" },
	{ "keepalived's HMAC trailer", 12, "45c0004000000000ff700000 c00002fb e0000012" V3PLAIN "01050000" "00000001000200030011223344556677" "8899aabbccddeeff", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] hmac key 5 csum ok:plain ttl 255" },
	{ "surplus bytes", 12, "45c0002800000000ff700000 c00002fb e0000012" V3PLAIN "00000000", 0,
	  " 192.0.2.251 > 224.0.0.18 VRRPv3 vrid 10 prio 200 int 1s [192.0.2.1, 192.0.2.2] csum ok:plain ttl 255 ! length does not fit the address count" },
	{ "C-132 CARP", 1, "01005e000012 00005e000101 0800" "4510003800000000ff700000 c00002fb e0000012"
	  "2101640700011ffe" "0000000000000001" "0000000000000000000000000000000000000000", 0,
	  " 192.0.2.251 > 224.0.0.18 CARP vhid 1 advskew 100 demote 0 advbase 1s csum BAD ttl 255 mac 00:00:5e:00:01:01 (virtual 1)" },
	{ "C-133 announcement", 1, "ffffffffffff 00005e00010a 0806 0001080006040001 00005e00010a c0000201 00005e00010a c0000201", 0,
	  " ARP announcement 192.0.2.1 is at mac 00:00:5e:00:01:0a (virtual 10)" },
	{ "C-133 ARP request", 1, "ffffffffffff 020000000001 0806 0001080006040001 020000000001 c0000209 000000000000 c0000201", 0,
	  " ARP request for 192.0.2.1 from 192.0.2.9 mac 02:00:00:00:00:01" },
	{ "C-133 ARP answer", 1, "020000000001 00005e00010a 0806 0001080006040002 00005e00010a c0000201 020000000001 c0000209", 0,
	  " ARP answer to 192.0.2.9: 192.0.2.1 is at mac 00:00:5e:00:01:0a (virtual 10)" },
	{ "ARP of another kind", 1, "ffffffffffff 020000000001 0806 0006080006040001 020000000001 c0000209 000000000000 c0000201", 0, "" },
	{ "C-133 NA", 1, "333300000001 00005e00020a 86dd 6000000000203aff 20010db8000000000000000000000001 ff020000000000000000000000000001"
	  "88000000a0000000 20010db8000000000000000000000001 020100005e00020a", 0,
	  " 2001:db8::1 NA announcement 2001:db8::1 is at mac 00:00:5e:00:02:0a (virtual 10)" },
	{ "C-133 NS", 1, "3333ff000001 020000000001 86dd 6000000000183aff fe800000000000000000000000000001 ff0200000000000000000001ff000001"
	  "8700000000000000 20010db8000000000000000000000001", 0, " fe80::1 NS request for 2001:db8::1" },
	{ "another ICMPv6", 1, "333300000001 020000000001 86dd 6000000000183aff fe800000000000000000000000000001 ff020000000000000000000000000001"
	  "8600000000000000 20010db8000000000000000000000001", 0, "" },
	{ "UDP", 1, ETH4 "45c0002400000000ff110000 c00002fb e0000012" V3PLAIN, 0, "" },
	{ "nothing", 1, "", 0, "" },
};

/* The bytes in memory of exactly their size: sanitizers see each one that is read beyond. */
static void line(char *out, size_t size, const struct row *r, bool secret, enum view_how how, size_t cap)
{
	struct text t = { out, size, 0 };
	static struct bytes f;
	struct sight s;
	struct view v = { .err = PKT_OK };
	uint8_t *p;

	f.n = 0;
	put_hex(&f, r->hex);
	if (cap > f.n)
		cap = f.n;
	p = malloc(cap + !cap);
	memcpy(p, f.b, cap);
	*out = 0;
	if (frame_read(&s, r->link, p, cap, r->len ? (size_t)r->len : f.n)) {
		if (s.kind == SEEN_VRRP || s.kind == SEEN_CARP)
			view_read(&v, &s);
		view_put(&t, &s, &v, how, secret);
		view_notes(&t, &s, &v, how, 1);
	}
	free(p);
}

static const struct row *named(const char *name)
{
	for (const struct row *r = rows;; r++)
		if (!strcmp(r->name, name))
			return r;
}

int main(void)
{
	static char out[16384];
	size_t step = getenv("T_QUICK") ? 9 : 1;	/* no sanitizer looks on there */

	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		line(out, sizeof out, r, false, VIEW_LINE, SIZE_MAX);
		t_str(r->name, out, r->line);
		for (size_t cap = 0; cap < 200; cap += step)	/* every length, every form: nothing beyond */
			for (int how = VIEW_LINE; how <= VIEW_JSON; how++)
				line(out, sizeof out, r, true, how, cap);
	}
	line(out, sizeof out, named("C-132 password hidden"), true, VIEW_LINE, SIZE_MAX);
	t_case(strstr(out, "auth 1:password \"secret\" csum") != NULL, "C-132 -A shows the password", "[%s]", out);
	line(out, sizeof out, named("C-132 password hidden"), false, VIEW_JSON, SIZE_MAX);
	t_case(!strstr(out, "secret") && strstr(out, "\"auth\":\"hidden\""), "C-132 JSON hides it too", "[%s]", out);
	line(out, sizeof out, named("Ethernet v3 plain"), false, VIEW_JSON, SIZE_MAX);
	t_str("JSON", out, ",\"mac\":\"00:00:5e:00:01:0a\",\"mac_to\":\"01:00:5e:00:00:12\",\"tos\":192,\"ip_length\":36,\"ip_id\":0,\"ip_flags\":0,"
	      "\"ip_fragment\":0,\"ttl\":255,\"protocol\":112,\"src\":\"192.0.2.251\",\"dst\":\"224.0.0.18\",\"version\":3,\"type\":1,\"vrid\":10,"
	      "\"priority\":200,\"count\":2,\"reserved\":0,\"interval_cs\":100,\"checksum\":33418,\"csum_form\":\"plain\",\"csum_good\":true,"
	      "\"addresses\":[\"192.0.2.1\", \"192.0.2.2\"]");
	line(out, sizeof out, named("keepalived's HMAC trailer"), false, VIEW_FIELDS, SIZE_MAX);
	t_case(strstr(out, "\n\t  36  hmac_type   1\n\t  37  hmac_key    5\n") != NULL, "fields say where they are", "[%s]", out);
	line(out, 40, named("Ethernet v6"), false, VIEW_LINE, SIZE_MAX);
	t_int("text that does not fit is cut", strlen(out), 39);
	T_END;
}
