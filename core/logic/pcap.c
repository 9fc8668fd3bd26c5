/* pcap.c - capture files (pure). draft-ietf-opsawg-pcap, draft-ietf-opsawg-pcapng. */
#include <string.h>

#include "pcap.h"

enum { NOT_YET, PCAP, PCAPNG };
enum { BLOCK_IF = 1, BLOCK_OLD = 2, BLOCK_SIMPLE = 3, BLOCK_PACKET = 6 };
enum { SECTION = 0x0a0d0d0a, ORDER = 0x1a2b3c4d, MICRO = 0xa1b2c3d4, NANO = 0xa1b23c4d };
enum { OPT_RESOL = 9, OPT_OFFSET = 14 };

static uint32_t get(const struct pcap *f, const uint8_t *p, unsigned n)
{
	uint32_t v = 0;

	for (unsigned i = 0; i < n; i++)
		v = v << 8 | p[f->big ? i : n - 1 - i];
	return v;
}

static uint64_t get64(const struct pcap *f, const uint8_t *p)
{
	uint64_t first = get(f, p, 4), second = get(f, p + 4, 4);

	return f->big ? first << 32 | second : second << 32 | first;
}

/* The magic number read in either order; false: neither. */
static bool order(struct pcap *f, const uint8_t *p, uint32_t magic)
{
	f->big = false;
	if (get(f, p, 4) != magic)
		f->big = true;
	return get(f, p, 4) == magic;
}

/* Ticks since 1970. A clock that counts past what we can hold is as good as wrong: it may wrap. */
static usec moment(const struct pcap_if *i, uint64_t t)
{
	unsigned n = i->resol & 127;
	uint64_t sec, part;

	if (i->resol & 128) {
		sec = n < 64 ? t >> n : 0;
		part = n < 64 ? t - (sec << n) : 0;
		for (; n > 40; n--)
			part >>= 1;
		part = part * SEC >> n;
	} else {
		uint64_t unit = 1;

		for (n = n < 19 ? n : 19; n; n--)
			unit *= 10;
		sec = t / unit;
		part = t % unit;
		for (; unit > (uint64_t)SEC; unit /= 10)
			part /= 10;
		part *= SEC / unit;
	}
	return (sec + i->offset) % (1ull << 43) * SEC + part;
}

/* A frame of cap bytes at p, have of them here. */
static void frame(struct pcap_rec *r, const struct pcap_if *i, const uint8_t *p, size_t cap, size_t len)
{
	r->p = p;
	r->cap = cap < PCAP_KEEP ? cap : PCAP_KEEP;
	r->len = len < cap ? cap : len;
	r->link = i->link;
}

/* Of the size bytes of a record, drop those that are here now, the others as they come. */
static long drop(struct pcap *f, uint64_t size, size_t len)
{
	f->skip = size > len ? size - len : 0;
	return size - f->skip;
}

/* Are there enough bytes for a head and for what we keep of the frame behind it? */
static bool enough(size_t head, size_t cap, size_t len)
{
	return len >= head + (cap < PCAP_KEEP ? cap : PCAP_KEEP);
}

static long classic_head(struct pcap *f, const uint8_t *b, size_t len)
{
	f->ifs[0].resol = 6;
	if (!order(f, b, MICRO)) {
		f->ifs[0].resol = 9;
		if (!order(f, b, NANO))
			return -1;
	}
	if (len < PCAP_HEAD)
		return 0;
	f->format = PCAP;
	f->ifs[0].link = get(f, b + 20, 4);	/* what stands above 16 bits is not the link type */
	return PCAP_HEAD;
}

static long classic(struct pcap *f, const uint8_t *b, size_t len, struct pcap_rec *r)
{
	uint32_t cap;

	if (len < PCAP_REC_HEAD)
		return 0;
	cap = get(f, b + 8, 4);
	if (cap > PCAP_REC_MAX)
		return -1;
	if (!enough(PCAP_REC_HEAD, cap, len))
		return 0;
	frame(r, f->ifs, b + PCAP_REC_HEAD, cap, get(f, b + 12, 4));
	r->when = get(f, b, 4) * SEC + get(f, b + 4, 4) / (f->ifs[0].resol == 9 ? 1000 : 1);
	return drop(f, PCAP_REC_HEAD + (uint64_t)cap, len);
}

static void if_options(struct pcap *f, struct pcap_if *i, const uint8_t *p, size_t len)
{
	while (len >= 4) {
		unsigned code = get(f, p, 2), n = get(f, p + 2, 2), step = 4 + ((n + 3) & ~3u);

		if (!code || step > len)
			return;
		if (code == OPT_RESOL && n == 1)
			i->resol = p[4];
		else if (code == OPT_OFFSET && n == 8)
			i->offset = get64(f, p + 4);
		p += step;
		len -= step;
	}
}

/* body bytes of block behind its 8 bytes of head are at p. */
static void interface(struct pcap *f, const uint8_t *p, size_t body)
{
	struct pcap_if *i = &f->ifs[f->nifs];

	if (f->nifs == PCAP_IFS || body < 8)
		return;
	f->nifs++;
	*i = (struct pcap_if){ .link = get(f, p, 2), .resol = 6, .snap = get(f, p + 4, 4) };
	if_options(f, i, p + 8, body - 8);
}

/* The three kinds of block that hold a frame: bytes before it, or 0. */
static size_t packet_head(unsigned type)
{
	return type == BLOCK_PACKET || type == BLOCK_OLD ? 20 : type == BLOCK_SIMPLE ? 4 : 0;
}

/* False: the block contradicts itself. size: the whole of it. */
static bool packet(struct pcap *f, unsigned type, const uint8_t *p, size_t size, struct pcap_rec *r)
{
	size_t head = packet_head(type), cap, len;
	const struct pcap_if *i = f->ifs;
	unsigned nth = 0;

	if (size < 12 + head)
		return false;
	if (type == BLOCK_SIMPLE) {
		cap = len = get(f, p, 4);
		if (f->ifs[0].snap && cap > f->ifs[0].snap)
			cap = f->ifs[0].snap;
		if (cap > size - 12 - head)
			cap = size - 12 - head;
	} else {
		nth = type == BLOCK_OLD ? get(f, p, 2) : get(f, p, 4);
		cap = get(f, p + 12, 4);
		len = get(f, p + 16, 4);
	}
	if (cap > size - 12 - head)
		return false;
	if (nth >= f->nifs)
		return true;	/* of an interface beyond PCAP_IFS, or never described: passed over */
	i += nth;
	frame(r, i, p + head, cap, len);
	if (type != BLOCK_SIMPLE)
		r->when = moment(i, (uint64_t)get(f, p + 4, 4) << 32 | get(f, p + 8, 4));
	return true;
}

static long section(struct pcap *f, const uint8_t *b, size_t len)
{
	uint32_t size;

	if (len < 12)
		return 0;
	if (!order(f, b + 8, ORDER))
		return -1;
	size = get(f, b + 4, 4);
	if (size < 28 || size % 4 || size > PCAP_REC_MAX)
		return -1;
	f->format = PCAPNG;
	f->nifs = 0;
	return drop(f, size, len);
}

static long block(struct pcap *f, const uint8_t *b, size_t len, struct pcap_rec *r)
{
	uint32_t type, size;
	size_t here;

	if (len < 8)
		return 0;
	type = get(f, b, 4);
	if (type == SECTION)
		return section(f, b, len);
	size = get(f, b + 4, 4);
	if (size < 12 || size % 4 || size > PCAP_REC_MAX)
		return -1;
	if (type == BLOCK_IF || packet_head(type)) {
		if (!enough(8, size - 8, len))
			return 0;
		here = size - 12 < PCAP_KEEP - 4 ? size - 12 : PCAP_KEEP - 4;
		if (type == BLOCK_IF)
			interface(f, b + 8, here);
		else if (!packet(f, type, b + 8, size, r))
			return -1;
		if (r->p && r->cap > (size_t)(b + 8 + here - r->p))
			r->cap = b + 8 + here - r->p;
	}
	return drop(f, size, len);
}

long pcap_read(struct pcap *f, const uint8_t *b, size_t len, struct pcap_rec *r)
{
	memset(r, 0, sizeof *r);
	if (f->skip)
		return drop(f, f->skip, len);
	if (f->format == PCAP)
		return classic(f, b, len, r);
	if (f->format == PCAPNG)
		return block(f, b, len, r);
	if (len < 4)
		return 0;
	return get(f, b, 4) == SECTION ? section(f, b, len) : classic_head(f, b, len);
}

void pcap_head(uint8_t out[PCAP_HEAD], unsigned link, unsigned snap)
{
	const uint32_t v[] = { MICRO, 0, 0, 0, snap, link };
	const uint16_t version[2] = { 2, 4 };

	memcpy(out, v, sizeof v);
	memcpy(out + 4, version, sizeof version);
}

void pcap_rec_head(uint8_t out[PCAP_REC_HEAD], const struct pcap_rec *r, size_t cap)
{
	const uint32_t v[] = { r->when / SEC, r->when % SEC, cap, r->len };

	memcpy(out, v, sizeof v);
}
