/* test_pcap.c - capture files: both byte orders, both clocks, sections, interfaces, every kind of block; and damage. C-128. */
#include <stdlib.h>

#include "bytes.h"
#include "pcap.h"
#include "t.h"

static struct bytes f;
static char got[4096];

/* Feed the file in steps of so many bytes; got: "link cap/len@time first-byte" of each frame, then how it ended. */
static void feed(size_t step)
{
	static struct pcap p;
	uint8_t *window = malloc(PCAP_NEED);
	size_t have = 0, at = 0, n = 0;
	struct pcap_rec r;
	long used;

	memset(&p, 0, sizeof p);
	for (;;) {
		uint8_t *exact = malloc(have + !have);	/* nothing is read beyond */

		memcpy(exact, window, have);
		used = pcap_read(&p, exact, have, &r);
		if (r.p)
			n += snprintf(got + n, sizeof got - n, "%u %zu/%zu@%lld.%06d %02x; ", r.link, r.cap, r.len, (long long)(r.when / SEC),
			              (int)(r.when % SEC), r.cap ? *r.p : 0);
		free(exact);
		if (used < 0 || (used == 0 && at == f.n))
			break;
		if (used) {
			memmove(window, window + used, have -= used);
			continue;
		}
		size_t add = f.n - at < step ? f.n - at : step;

		if (have + add > PCAP_NEED)
			add = PCAP_NEED - have;
		if (!add) {
			snprintf(got + n, sizeof got - n, "wants too much");
			free(window);
			return;
		}
		memcpy(window + have, f.b + at, add);
		have += add;
		at += add;
	}
	snprintf(got + n, sizeof got - n, "%s", used < 0 ? "damaged" : have || p.skip ? "cut" : "end");
	free(window);
}

static void check(const char *name, const char *want)
{
	static const size_t steps[] = { 1, 7, 64, PCAP_NEED };
	char title[96];

	for (unsigned i = 0; i < sizeof steps / sizeof *steps; i++) {
		feed(steps[i]);
		snprintf(title, sizeof title, "%s, %zu bytes at a time", name, steps[i]);
		t_str(title, got, want);
	}
}

static void head(uint32_t magic, unsigned link, int big)
{
	f.n = 0;
	put_num(&f, magic, 4, big);
	put_num(&f, 2, 2, big);
	put_num(&f, 4, 2, big);
	put_num(&f, 0, 8, big);
	put_num(&f, 65535, 4, big);
	put_num(&f, link, 4, big);
}

static void record(uint32_t sec, uint32_t part, uint32_t cap, uint32_t len, int big)
{
	put_num(&f, sec, 4, big);
	put_num(&f, part, 4, big);
	put_num(&f, cap, 4, big);
	put_num(&f, len, 4, big);
	for (uint32_t i = 0; i < cap && f.n < sizeof f.b; i++)
		f.b[f.n++] = 0x45;
}

static void classics(void)
{
	for (int big = 0; big < 2; big++) {
		head(0xa1b2c3d4, 1, big);
		record(1700000000, 123456, 10, 60, big);
		record(1700000001, 5, 0, 0, big);
		check(big ? "big-endian micro" : "little-endian micro", "1 10/60@1700000000.123456 45; 1 0/0@1700000001.000005 00; end");
		head(0xa1b23c4d, 101, big);
		record(1700000000, 123456789, 3, 3, big);
		check(big ? "big-endian nano" : "little-endian nano", "101 3/3@1700000000.123456 45; end");
	}
	head(0xa1b2c3d4, 0x04000001, 0);
	record(1, 0, 1, 1, 0);
	check("bits above the link type", "1 1/1@1.000000 45; end");
	head(0xa1b2c3d4, 1, 0);
	record(1, 0, 20, 20, 0);
	f.n -= 5;
	check("cut in a frame", "cut");
	f.n = 30;
	check("cut in a record's head", "cut");
	f.n = 24;
	check("no frame at all", "end");
	f.n = 20;
	check("cut in the head", "cut");
	head(0xa1b2c3d4, 1, 0);
	record(1, 0, 9000, 9000, 0);
	record(2, 0, 4, 4, 0);
	check("a frame longer than what is kept", "1 8192/9000@1.000000 45; 1 4/4@2.000000 45; end");
	head(0xa1b2c3d4, 1, 0);
	put_num(&f, 1, 8, 0);
	put_num(&f, 0x7fffffff, 4, 0);
	put_num(&f, 1, 4, 0);
	check("a frame of two gigabytes is damage", "damaged");
	head(0xa1b2c3d5, 1, 0);
	check("another magic number", "damaged");
	head(0xa1b2c3d4, 1, 0);
	record(1, 0, 10, 5, 0);
	check("shorter on the wire than captured", "1 10/10@1.000000 45; end");
	f.n = 0;
	check("empty", "end");
}

/* ---- pcapng ---- */

static int order;

static void block(uint32_t type, const struct bytes *body)
{
	size_t size = 12 + ((body->n + 3) & ~3ul);

	put_num(&f, type, 4, order);
	put_num(&f, size, 4, order);
	put_bytes(&f, body->b, body->n);
	put_num(&f, 0, size - 12 - body->n, order);
	put_num(&f, size, 4, order);
}

static void section(void)
{
	static struct bytes b;

	b.n = 0;
	put_num(&b, 0x1a2b3c4d, 4, order);
	put_num(&b, 1, 2, order);
	put_num(&b, 0, 2, order);
	put_num(&b, UINT64_MAX, 8, order);
	block(0x0a0d0d0a, &b);
}

/* resol: if_tsresol, -1: not given */
static void interface(unsigned link, uint32_t snap, int resol, int64_t offset)
{
	static struct bytes b;

	b.n = 0;
	put_num(&b, link, 4, 0);
	if (order) {
		b.n = 0;
		put_num(&b, link, 2, 1);
		put_num(&b, 0, 2, 1);
	}
	put_num(&b, snap, 4, order);
	put_num(&b, 2, 2, order);	/* a name */
	put_num(&b, 3, 2, order);
	put_bytes(&b, "eth", 4);
	if (resol >= 0) {
		put_num(&b, 9, 2, order);
		put_num(&b, 1, 2, order);
		put_num(&b, resol, 4, 0);
	}
	if (offset) {
		put_num(&b, 14, 2, order);
		put_num(&b, 8, 2, order);
		put_num(&b, offset, 8, order);
	}
	put_num(&b, 0, 4, order);
	block(1, &b);
}

static void packet(uint32_t nth, uint64_t ticks, uint32_t cap, uint32_t len)
{
	static struct bytes b;

	b.n = 0;
	put_num(&b, nth, 4, order);
	put_num(&b, ticks >> 32, 4, order);
	put_num(&b, ticks, 4, order);
	put_num(&b, cap, 4, order);
	put_num(&b, len, 4, order);
	for (uint32_t i = 0; i < cap; i++)
		b.b[b.n++] = 0x46;
	block(6, &b);
}

static void simple(uint32_t here, uint32_t len)
{
	static struct bytes b;

	b.n = 0;
	put_num(&b, len, 4, order);
	for (uint32_t i = 0; i < here; i++)
		b.b[b.n++] = 0x47;
	block(3, &b);
}

static void old(unsigned nth, uint64_t ticks, uint32_t cap)
{
	static struct bytes b;

	b.n = 0;
	put_num(&b, nth, 2, order);
	put_num(&b, 9, 2, order);
	put_num(&b, ticks >> 32, 4, order);
	put_num(&b, ticks, 4, order);
	put_num(&b, cap, 4, order);
	put_num(&b, cap, 4, order);
	for (uint32_t i = 0; i < cap; i++)
		b.b[b.n++] = 0x48;
	block(2, &b);
}

static void ng(void)
{
	static struct bytes junk = { .n = 20 };
	const char *const name[] = { "pcapng little-endian", "pcapng big-endian" };

	for (order = 0; order < 2; order++) {
		f.n = 0;
		section();
		interface(1, 0, -1, 0);
		interface(101, 0, 9, 0);
		packet(0, 1700000000123456ull, 5, 60);
		block(5, &junk);		/* statistics: passed over */
		packet(1, 1700000000123456789ull, 6, 6);
		simple(8, 8);
		old(1, 2000000001, 7);
		check(name[order], "1 5/60@1700000000.123456 46; 101 6/6@1700000000.123456 46; 1 8/8@0.000000 47; 101 7/7@2.000000 48; end");
	}
	order = 0;
	f.n = 0;
	section();
	interface(1, 0, -1, 0);
	packet(0, 1000000, 1, 1);
	order = 1;
	section();
	packet(0, 2000000, 1, 1);	/* nobody described its interface */
	interface(276, 0, -1, 0);
	packet(0, 3000000, 1, 1);
	check("a second section in the other byte order", "1 1/1@1.000000 46; 276 1/1@3.000000 46; end");
	order = 0;
	f.n = 0;
	section();
	interface(1, 0, 0x80 | 10, 0);
	interface(1, 0, 0, 0);
	interface(1, 0, 12, 100);
	interface(1, 0, 0xff, 0);
	interface(1, 0, 127, 0);
	packet(0, 5 * 1024 + 512, 1, 1);
	packet(1, 7, 1, 1);
	packet(2, 3000000000000ull, 1, 1);
	packet(3, UINT64_MAX, 1, 1);
	packet(4, UINT64_MAX, 1, 1);
	check("clocks", "1 1/1@5.500000 46; 1 1/1@7.000000 46; 1 1/1@103.000000 46; 1 1/1@0.000000 46; 1 1/1@1.844674 46; end");
	f.n = 0;
	section();
	interface(1, 6, -1, 0);
	simple(8, 60);
	check("a simple block ends at the snap length", "1 6/60@0.000000 47; end");
	f.n = 0;
	section();
	for (int i = 0; i < PCAP_IFS + 3; i++)
		interface(i + 1, 0, -1, 0);
	packet(PCAP_IFS - 1, 0, 1, 1);
	packet(PCAP_IFS, 0, 1, 1);
	packet(UINT32_MAX, 0, 1, 1);
	check("more interfaces than we hold", "64 1/1@0.000000 46; end");
	f.n = 0;
	section();
	interface(1, 0, -1, 0);
	packet(0, 0, 9001, 9001);
	packet(0, 0, 3, 3);
	check("a long frame", "1 8168/9001@0.000000 46; 1 3/3@0.000000 46; end");
	f.n = 0;
	section();
	interface(1, 0, -1, 0);
	packet(0, 0, 8, 8);
	f.b[f.n - 12 - 12] = 99;	/* cap of the packet, little-endian */
	f.n -= 3;
	check("cut", "cut");
	f.n = 0;
	section();
	interface(1, 0, -1, 0);
	size_t at = f.n;
	packet(0, 0, 8, 8);
	f.b[at + 20] = 99;
	check("a packet longer than its block", "damaged");
	f.n = at;
	put_num(&f, 6, 4, 0);
	put_num(&f, 13, 4, 0);
	check("an odd block", "damaged");
	f.n = at;
	put_num(&f, 6, 4, 0);
	put_num(&f, 8, 4, 0);
	check("a block shorter than its head", "damaged");
	f.n = at;
	put_num(&f, 99, 4, 0);
	put_num(&f, 0x8000000, 4, 0);
	check("a block of 128 megabytes", "damaged");
}

static void written(void)
{
	struct pcap_rec r = { .cap = 5, .len = 60, .when = 1700000000123456 };

	f.n = PCAP_HEAD + PCAP_REC_HEAD;
	pcap_head(f.b, 276, 65535);
	pcap_rec_head(f.b + PCAP_HEAD, &r, 5);
	put_bytes(&f, "EEEEE", 5);
	check("what is written reads back", "276 5/60@1700000000.123456 45; end");
}

int main(void)
{
	classics();
	ng();
	written();
	T_END;
}
