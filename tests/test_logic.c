/* test_logic.c - the small pure rooms: addr, heap, text, arena, track, garp. */
#include <sys/socket.h>

#include "addr.h"
#include "arena.h"
#include "garp.h"
#include "heap.h"
#include "opts.h"
#include "pkt.h"
#include "t.h"
#include "text.h"
#include "track.h"

static struct addr ip(const char *s)
{
	struct addr a = { .family = 0 };

	addr_parse(&a, s);
	return a;
}

static void addresses(void)
{
	/* C-71: unsigned, network byte order, all bytes */
	static const struct { const char *a, *b; int sign; } order[] = {
		{ "192.0.2.1", "192.0.2.3", -1 }, { "192.0.2.1", "192.0.2.0", 1 }, { "192.0.2.1", "10.0.0.9", 1 },
		{ "192.0.2.1", "191.0.2.9", 1 },  { "192.0.2.1", "193.0.2.0", -1 }, { "10.0.0.1", "10.0.0.1", 0 },
		{ "fe80::1", "fe80::ffff:1", -1 }, { "fe80::1", "fe80::1", 0 },
	};
	char buf[ADDR_STR], name[80];
	struct addr a = ip("10.0.0.1"), b;

	for (unsigned i = 0; i < sizeof order / sizeof *order; i++) {
		struct addr x = ip(order[i].a), y = ip(order[i].b);
		int c = addr_cmp(&x, &y);

		snprintf(name, sizeof name, "6.4.3 %s against %s", order[i].a, order[i].b);
		t_int(name, (c > 0) - (c < 0), order[i].sign);
	}
	b = a;
	t_case(!addr_parse(&b, "10.0.0.256") && addr_eq(&a, &b), "a bad address leaves the old one", "%s", addr_text(&b, buf));
	t_case(!addr_parse(&b, "") && !addr_parse(&b, ":") && !addr_parse(&b, "10.0.0.1 "), "not addresses", "accepted");
	t_str("text of IPv6", addr_text(&(struct addr){ { 0x20, 1, 0xd, 0xb8, [15] = 1 }, AF_INET6 }, buf), "2001:db8::1");
	t_str("text of none", addr_text(&(struct addr){ .family = 0 }, buf), "none");
	a = ip("239.255.255.255"), b = ip("240.0.0.0");
	t_case(addr_is_multicast(&a) && !addr_is_multicast(&b), "IPv4 multicast ends at 239", "wrong");
	a = ip("febf::1"), b = ip("fec0::1");
	t_case(addr_is_linklocal(&a) && !addr_is_linklocal(&b), "fe80::/10 ends at febf", "wrong");
	a = ip("::1"), b = ip("::2");
	t_case(addr_is_loopback(&a) && !addr_is_loopback(&b), "::1 is loopback", "wrong");
}

enum { N = 500 };

static void equal_deadlines(void)
{
	static struct timer t[N], *array[N];
	struct heap h;
	int wrong = 0;

	heap_init(&h, array, N);
	for (int i = 0; i < N; i++)
		heap_set(&h, &t[i], 100);
	for (usec now = 100; now < 500; now += 100)		/* four rounds, each armed again as it fires */
		for (int i = 0; i < N; i++) {
			struct timer *x = heap_due(&h, now);

			wrong += x != &t[i];
			heap_set(&h, x, now + 100);
		}
	t_case(!wrong, "equal deadlines keep their order", "%d out of order", wrong);
}

static void deadlines(void)
{
	static struct timer t[N], *array[N];
	struct heap h;
	struct timer *x;
	usec last = -1;
	unsigned out = 0, seed = 1;

	heap_init(&h, array, N);
	for (int i = 0; i < N; i++)
		heap_set(&h, &t[i], (seed = seed * 1103515245 + 12345) >> 8 & 1023);
	for (int i = 0; i < N; i += 3)
		heap_set(&h, &t[i], (seed = seed * 1103515245 + 12345) >> 8 & 1023);	/* move */
	for (int i = 0; i < N; i += 5)
		heap_del(&h, &t[i]);
	heap_del(&h, &t[0]);							/* twice is harmless */
	heap_set(&h, &t[1], USEC_NEVER);					/* disarms */
	t_case(heap_due(&h, heap_next(&h) - 1) == NULL, "nothing is due before its time", "something was");
	while ((x = heap_due(&h, 1024))) {
		if (x->at < last || x->slot)
			break;
		last = x->at;
		out++;
	}
	t_case(!x, "timers come in order and disarmed", "at %lld after %lld", (long long)(x ? x->at : 0), (long long)last);
	t_int("and each exactly once", out, N - N / 5 - 1);
	t_case(heap_next(&h) == USEC_NEVER, "an empty heap has no deadline", "%lld", (long long)heap_next(&h));
}

static void json(void)
{
	static const struct { const char *name, *s, *want; } v[] = {
		{ "plain", "VI_1 a/b", "VI_1 a/b" },
		{ "quotes and backslashes", "a\"b\\c", "a\\\"b\\\\c" },
		{ "control characters", "a\n\x7f\x01z", "a\\u000a\\u007f\\u0001z" },
		{ "UTF-8 stays", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80" },
		{ "a byte alone", "a\xff\x80z", "a\\ufffd\\ufffdz" },
		{ "cut short", "a\xe2\x82", "a\\ufffd\\ufffd" },
		{ "too long for its value", "\xc0\xaf\xe0\x80\xaf", "\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd" },
		{ "half of a pair", "\xed\xa0\x80", "\\ufffd\\ufffd\\ufffd" },
		{ "beyond the last", "\xf4\x90\x80\x80", "\\ufffd\\ufffd\\ufffd\\ufffd" },
	};
	char buf[128], long_one[200];
	struct text t = { buf, sizeof buf, 0 };
	unsigned room;

	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		t.n = 0;
		text_json(&t, v[i].s);
		buf[t.n] = 0;
		t_str(v[i].name, buf, v[i].want);
	}
	memset(long_one, 1, sizeof long_one - 1);		/* six bytes each */
	long_one[sizeof long_one - 1] = 0;
	t.n = 0;
	text_json(&t, long_one);
	room = t.size - t.n;
	t_case(t.n % 6 == 0 && room <= TEXT_TAIL && room >= TEXT_TAIL - 6, "room is left for what closes it", "%u", room);
}

static unsigned grown;

static void *grow(struct arena *a, size_t need, size_t *got)
{
	static _Alignas(16) char pool[3][4096];

	(void)a;
	if (grown == 3 || need > sizeof pool[0])
		return NULL;
	*got = need > 256 ? need : 256;
	return pool[grown++];
}

static void arenas(void)
{
	struct arena a = { .grow = grow };
	char *s = arena_str(&a, "name"), *p = arena_get(&a, 24), *q = arena_get(&a, 8);

	t_str("arena copies text", s, "name");
	t_case(p && !((uintptr_t)p & 7) && !((uintptr_t)q & 7) && q >= p + 24, "aligned and apart", "%p %p", (void *)p, (void *)q);
	t_case(p && !p[0] && !p[23], "zeroed", "not");
	t_case(arena_get(&a, 4000) != NULL, "larger than a chunk", "NULL");
	t_case(arena_get(&a, 4000) != NULL && !arena_get(&a, 4000), "NULL when grow gives nothing", "not NULL");
	t_case(!arena_get(&a, (size_t)-1), "an absurd size is refused", "not");
}

/* K c.2: result counter. g = good run, b = bad run; the verdict after each. */
static void rise_and_fall(void)
{
	static const struct { unsigned rise, fall; bool init; const char *runs, *verdicts; } v[] = {
		{ 1, 1, false, "gbgb", "GBGB" },   { 3, 3, false, "g", "G" },        { 3, 3, false, "b", "B" },
		{ 3, 3, false, "gbbb", "GGGB" },   { 3, 3, false, "bggg", "BBBG" },  { 3, 3, false, "bggbggg", "BBBBBBG" },
		{ 2, 3, false, "gbbgbbb", "GGGGGGB" }, { 1, 2, false, "gbgb", "GGGG" }, { 3, 1, true, "gggb", "BBGB" },
		{ 1, 1, true, "g", "G" },
	};
	char got[16], name[64];

	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		struct hyst h;
		size_t k;

		hyst_init(&h, v[i].rise, v[i].fall, v[i].init);
		for (k = 0; v[i].runs[k]; k++) {
			hyst_step(&h, v[i].runs[k] == 'g');
			got[k] = h.verdict == VERDICT_GOOD ? 'G' : 'B';
		}
		got[k] = 0;
		snprintf(name, sizeof name, "K c.2 rise %u fall %u%s: %s", v[i].rise, v[i].fall, v[i].init ? " init_fail" : "", v[i].runs);
		t_str(name, got, v[i].verdicts);
	}
}

/* A reload with other numbers: the verdict stays and counts from its safe end. */
static void other_limits(void)
{
	struct hyst h;

	hyst_init(&h, 1, 1, false);
	hyst_step(&h, true);
	hyst_limits(&h, 3, 2);
	t_case(h.verdict == VERDICT_GOOD && !hyst_step(&h, false) && hyst_step(&h, false), "K c.19 fall 1 becomes 2: two to fall", "not");
	hyst_limits(&h, 2, 2);
	t_case(h.verdict == VERDICT_BAD && !hyst_step(&h, true) && hyst_step(&h, true), "K c.19 rise 3 becomes 2: two to rise", "not");
	hyst_step(&h, false);
	hyst_limits(&h, 2, 2);
	t_case(hyst_step(&h, false), "K c.19 the same numbers: the count stays", "not");
	hyst_init(&h, 1, 1, false);
	hyst_limits(&h, 5, 5);
	t_case(hyst_step(&h, true) && h.verdict == VERDICT_GOOD, "K c.19 no result yet: the first one decides", "not");
}

/* K c.1: the table of contributions, all twelve cells, and before the first result. */
static void weights(void)
{
	static const struct { int w; bool reverse; enum verdict v; int prio; bool fault, wait; } t[] = {
		{ 50, 0, VERDICT_GOOD, 50, 0, 0 },  { 50, 0, VERDICT_BAD, 0, 0, 0 },   { 50, 1, VERDICT_GOOD, -50, 0, 0 },
		{ 50, 1, VERDICT_BAD, 0, 0, 0 },    { -50, 0, VERDICT_GOOD, 0, 0, 0 }, { -50, 0, VERDICT_BAD, -50, 0, 0 },
		{ -50, 1, VERDICT_GOOD, 0, 0, 0 },  { -50, 1, VERDICT_BAD, 50, 0, 0 }, { 0, 0, VERDICT_GOOD, 0, 0, 0 },
		{ 0, 0, VERDICT_BAD, 0, 1, 0 },     { 0, 1, VERDICT_GOOD, 0, 1, 0 },   { 0, 1, VERDICT_BAD, 0, 0, 0 },
		{ 0, 0, VERDICT_NONE, 0, 0, 1 },    { 50, 0, VERDICT_NONE, 0, 0, 0 },  { -50, 0, VERDICT_NONE, 0, 0, 0 },
	};
	static const struct { int base, sum, want; } p[] = {
		{ 100, 50, 150 }, { 100, -20, 80 }, { 100, -253, 1 }, { 250, 253, 254 }, { 255, -253, 255 }, { 100, 0, 100 }, { 1, -1, 1 },
	};
	char name[64];

	for (unsigned i = 0; i < sizeof t / sizeof *t; i++) {
		struct contrib c = track_contrib(t[i].w, t[i].reverse, t[i].v);

		snprintf(name, sizeof name, "K c.1 weight %d%s, verdict %d", t[i].w, t[i].reverse ? " reverse" : "", t[i].v);
		t_case(c.prio == t[i].prio && c.fault == t[i].fault && c.wait == t[i].wait, name, "%d %d %d", c.prio, c.fault, c.wait);
	}
	for (unsigned i = 0; i < sizeof p / sizeof *p; i++) {
		snprintf(name, sizeof name, "K c.1 base %d sum %d", p[i].base, p[i].sum);
		t_int(name, track_priority(p[i].base, p[i].sum), p[i].want);
	}
}

static void announcements(void)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };
	static const uint8_t arp[42] = {
		255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 9, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1,
		2, 0, 0, 0, 0, 9, 192, 0, 2, 100, 2, 0, 0, 0, 0, 9, 192, 0, 2, 100,
	};
	static const uint8_t na_head[] = { 0x33, 0x33, 0, 0, 0, 1, 2, 0, 0, 0, 0, 9, 0x86, 0xdd, 0x60, 0, 0, 0, 0, 32, 58, 255 };
	static const uint8_t pseudo[] = { 0, 0, 0, 32, 0, 0, 0, 58 };
	uint8_t f[GARP_FRAME_MAX];
	struct addr a = ip("192.0.2.100");

	t_int("8.2 a gratuitous ARP is 42 bytes", garp_frame(f, &a, mac), 42);
	t_case(!memcmp(f, arp, 42), "E7947 its bytes", "differ");
	a = ip("2001:db8::100");
	t_int("8.3 an unsolicited NA is 86 bytes", garp_frame(f, &a, mac), 86);
	t_case(!memcmp(f, na_head, sizeof na_head), "4861 4.4 its headers: hop limit 255, all nodes", "differ");
	t_case(!memcmp(f + 22, a.b, 16) && f[38] == 0xff && f[39] == 2 && f[53] == 1, "source is the address, destination ff02::1", "differ");
	t_case(f[54] == 136 && f[55] == 0 && f[58] == 0xa0, "6.4.2 router and override set, solicited clear", "%02x", f[58]);
	t_case(!memcmp(f + 62, a.b, 16) && f[78] == 2 && f[79] == 1 && !memcmp(f + 80, mac, 6), "target and link-layer option", "differ");
	t_int("its checksum is good", csum_fold(csum_add(0, f + 22, 32) + csum_add(0, pseudo, 8) + csum_add(0, f + 54, 32)), 0);
}

struct words_into { char **words; bool n; };
struct opts_into { const char *file; bool n, l; };

static const struct opt opt_rows[] = {
	{ "use-file", 'f', OPT_VALUE, 0, offsetof(struct opts_into, file) },
	{ "dont-fork", 'n', OPT_NOTHING, 0, offsetof(struct opts_into, n) },
	{ "log-console", 'l', OPT_NOTHING, 0, offsetof(struct opts_into, l) },
	{ "test", 't', OPT_MAYBE, 1, 0 },
	{ "signum", 0, OPT_VALUE, 2, 0 },
	{ 0 },
};

static char special_seen[64];

static int special(const struct opt *o, const char *value)
{
	snprintf(special_seen + strlen(special_seen), 32, "%s=%s ", o->name, value ? value : "-");
	return o->id == 2 ? 7 : -1;
}

static void command_lines(void)
{
	static const struct { const char *name; char *argv[6]; const char *file; bool n, l; const char *special, *error, *word; int code; } v[] = {
		{ "letters apart", { "x", "-n", "-f", "a" }, "a", 1, 0, "", NULL, NULL, -1 },
		{ "letters together, value in the word", { "x", "-nlfa" }, "a", 1, 1, "", NULL, NULL, -1 },
		{ "long, both ways", { "x", "--use-file", "a", "--use-file=b", "--log-console" }, "b", 0, 1, "", NULL, NULL, -1 },
		{ "a value that begins with a dash", { "x", "-f", "-n" }, "-n", 0, 0, "", NULL, NULL, -1 },
		{ "optional value", { "x", "-t", "-tfile", "--test", "--test=f" }, NULL, 0, 0, "test=- test=file test=- test=f ", NULL, NULL, -1 },
		{ "optional value ends its letters", { "x", "-ntl" }, NULL, 1, 0, "test=l ", NULL, NULL, -1 },
		{ "special ends the line", { "x", "--signum", "S", "--nonsense" }, NULL, 0, 0, "signum=S ", NULL, NULL, 7 },
		{ "unknown letter", { "x", "-nz" }, NULL, 1, 0, "", "unknown option", "-nz", -1 },
		{ "unknown word", { "x", "--nonsense=1" }, NULL, 0, 0, "", "unknown option", "--nonsense=1", -1 },
		{ "a beginning is not the name", { "x", "--use" }, NULL, 0, 0, "", "unknown option", "--use", -1 },
		{ "missing value", { "x", "-f" }, NULL, 0, 0, "", "option needs a value", "-f", -1 },
		{ "missing long value", { "x", "--signum" }, NULL, 0, 0, "", "option needs a value", "--signum", -1 },
		{ "a word too many", { "x", "-n", "word" }, NULL, 1, 0, "", "unexpected word", "word", -1 },
		{ "a lone dash", { "x", "-" }, NULL, 0, 0, "", "unexpected word", "-", -1 },
	};

	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		struct opts_into o = { NULL, false, false };
		struct opt_error err;
		int code;

		special_seen[0] = 0;
		code = opts_read((char **)v[i].argv, opt_rows, &o, special, &err);
		t_case(code == v[i].code && o.n == v[i].n && o.l == v[i].l && !strcmp(special_seen, v[i].special) &&
		       !strcmp(o.file ? o.file : "", v[i].file ? v[i].file : "") && !strcmp(err.text ? err.text : "", v[i].error ? v[i].error : "") &&
		       !strcmp(err.word ? err.word : "", v[i].word ? v[i].word : ""), v[i].name, "code %d, n %d, l %d, file %s, special %s, error %s: %s",
		       code, o.n, o.l, o.file ? o.file : "-", special_seen, err.text ? err.text : "-", err.word ? err.word : "-");
	}
}

/* With a row for them, words end the options. */
static void words_behind(void)
{
	static const struct { const char *name; char *argv[6]; int first; bool n; const char *error; } v[] = {
		{ "words: none", { "x" }, 1, 0, NULL },
		{ "words: only options", { "x", "-n" }, 2, 1, NULL },
		{ "words: behind an option", { "x", "-n", "a", "-l" }, 2, 1, NULL },
		{ "words: behind --", { "x", "-n", "--", "-l" }, 3, 1, NULL },
		{ "words: none behind --", { "x", "--" }, 2, 0, NULL },
		{ "words: a dash is one", { "x", "-", "-n" }, 1, 0, NULL },
		{ "words: an option that is none", { "x", "--nonsense", "a" }, 0, 0, "unknown option" },
	};
	static const struct opt rows[] = {
		{ "dont-fork", 'n', OPT_NOTHING, 0, offsetof(struct words_into, n) },
		{ "", 0, OPT_WORDS, 0, offsetof(struct words_into, words) },
		{ 0 },
	};

	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		struct words_into o = { NULL, false };
		struct opt_error err;

		opts_read((char **)v[i].argv, rows, &o, special, &err);
		t_case(o.words == (v[i].first ? (char **)v[i].argv + v[i].first : NULL) && o.n == v[i].n &&
		       !strcmp(err.text ? err.text : "", v[i].error ? v[i].error : ""), v[i].name, "words %s, n %d, error %s",
		       o.words && *o.words ? *o.words : "-", o.n, err.text ? err.text : "-");
	}
}

int main(void)
{
	command_lines();
	words_behind();
	addresses();
	deadlines();
	json();
	equal_deadlines();
	arenas();
	rise_and_fall();
	other_limits();
	weights();
	announcements();
	T_END;
}
