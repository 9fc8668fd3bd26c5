/*
 * fuzz_rows.c - files made out of the keyword table: blocks and words by the bytes of the input, values after the row's own syntax
 * or anything, a second file that is included. What loads prints a text that reads back to itself; a reload to the same is nothing.
 */
#include "../conf_kit.h"
#include "conf_in.h"

enum { ROOM = 1 << 15, DEPTH = 4, LINES = 48 };

static const uint8_t *at, *end;
static char top[ROOM], more[ROOM];
static char *out;
static size_t used;

static unsigned take(unsigned below)
{
	return at < end && below ? *at++ % below : 0;
}

static void put(const char *s)
{
	size_t n = strlen(s);

	if (used + n + 64 > ROOM)	/* braces still fit */
		at = end;
	else
		memcpy(out + used, s, n + 1), used += n;
}

/* What people write where a capital word stands in a syntax; the rest is for all. */
static const struct { const char *kind, *words[9]; } values[] = {
	{ "IF",      { "eth0", "eth1", "eth0.1", "vrrp.1", "lo" } },
	{ "IP",      { "10.0.0.1", "10.0.0.2", "fe80::1", "2001:db8::1", "224.0.0.18", "ff02::12", "::", "::ffff:1.2.3.4" } },
	{ "PREFIX",  { "10.1.0.0/16", "default", "2001:db8::/32", "10.0.0.1", "0.0.0.0/0", "::/0", "blackhole" } },
	{ "IP[/LEN]", { "10.0.0.1/24", "10.0.0.2", "2001:db8::2/64", "fe80::1/10", "10.0.0.1/33" } },
	{ "NAME",    { "A", "B", "s", "eth0" } },
	{ "CMD",     { "/bin/true", "\"/bin/a b 'c d'\"", "vrrp-check", "\"vrrp-check tcp 10.0.0.1:80\"" } },
	{ "SECONDS", { "1", "0.01", "0.5", "3.000001", "255", "10", "1s" } },
	{ "N",       { "1", "0", "255", "100", "-1", "65536", "4294967295", "0x10" } },
	{ "MAC",     { "00:00:5e:00:01:01", "0:0:5e:0:1" } },
	{ "",        { "a", "\"b c\"", "3", "''", "on", "never", "{", "}", "!" } },
};

static void put_number(void)
{
	char s[16];

	snprintf(s, sizeof s, "%d", (int)(take(4) * 64 + take(64)) - 1);
	put(s);
}

static void put_value(const char *kind, size_t n)
{
	unsigned i = 0, many = 0;

	while (*values[i].kind && (strlen(values[i].kind) != n || memcmp(values[i].kind, kind, n)))
		i++;
	while (many < 9 && values[i].words[many])
		many++;
	put(values[i].words[take(many)]);
}

/* One of the words that | separates, without the brackets and marks around. */
static void put_choice(const char *s, size_t n)
{
	unsigned many = 1, which;

	for (size_t i = 0; i < n; i++)
		many += s[i] == '|';
	for (which = take(many); which; s++, n--)
		which -= *s == '|';
	many = 0;
	while (many < n && s[many] != '|')
		many++;
	n = many;
	if (n && (*s < 'A' || *s > 'Z') && (*s < '0' || *s > '9')) {
		char word[64];

		snprintf(word, sizeof word, "%.*s", (int)n, s);
		put(word);
	} else if (n && *s <= '9') {
		put_number();
	} else {
		put_value(s, n);
	}
}

/* Words after a syntax; now and then one too many, or anything instead. */
static void put_words(const char *syntax)
{
	unsigned mood = take(16);

	for (const char *s = syntax; *s && mood; s += strspn(s, " ")) {
		size_t n = strcspn(s, " "), skip = 0;

		skip = strspn(s, "[");
		if (!skip || take(2)) {
			put(" ");
			if (mood == 1)
				put_value("", 0);
			else
				put_choice(s + skip, n - skip - (n > skip + 1 && s[n - 1] == ']' && !memchr(s + skip, '[', n - skip)));
		}
		s += n;
	}
	if (mood == 2)
		put(" x");
}

static void put_block(unsigned id, unsigned depth);

/* The i-th of a table's rows, and then of its known words. */
static const struct kw *pick(const struct kw_table *t, struct kw *room)
{
	unsigned n = 0, i;
	const char *p;

	for (const struct kw *k = t->rows; k && k->word; k++)
		n++;
	i = n;
	for (p = t->known; p && (p = kw_next_known(p, room)); )
		n++;
	if (!n)
		return NULL;
	n = take(n);
	if (n < i)
		return t->rows + n;
	for (p = t->known; (p = kw_next_known(p, room)) && i < n; i++)
		;
	return room;
}

static void put_row(const struct kw_table *t, unsigned depth, bool entry)
{
	struct kw room;
	const struct kw *k = pick(t, &room);
	char buf[512];

	if (!k)
		return;
	put(k->word);
	put_words(kw_syntax(k, buf, sizeof buf));
	if (k->type != KT_BLOCK || entry)
		return;
	put(" {\n");
	if (depth < DEPTH)
		put_block(k->min, depth + 1);
	put("}");
}

/* What stands in a file besides words. */
static void put_spice(void)
{
	static const char *const lines[] = {
		"include more", "include mo*", "include nothing", "$A=eth0\n$B=10.0.0.1", "interface $A", "$B $C", "@test priority 7", "@^test nopreempt",
		"@x @test state MASTER", "$D=\\\npriority 5 \\\nnopreempt\n", "$D", "~SEQ(i, 1, 3, 1) 10.0.0.${i}", "~LST{{x, y}, {1, 2}, {3, 4}} $x$y", "# no",
		"virtual_router_id ${_RANDOM 1 255}", "include_check + read", "include_check - wildcard_match", "random_seed 5", "$E=${_INSTANCE}${_PWD}", "'", "}",
		"x {", "priority 5 \\", "$F=~SEQ(n, 3) $n", "$F", "~SEQ(a, 9, 1, -2) ~SEQ(b, 2) e$a$b", "vrrp_instance $A {\n}", "${A}${B}", "include more more",
		"$G=$G", "$H=$G$H", "$(A)", "~LST{q, 1, 2, \"3 4\"} $q", "\"a\\tb\\x41\\101\"", "!", "a\"b\"c'd'",
	};

	put(lines[take(sizeof lines / sizeof *lines)]);
}

static void put_block(unsigned id, unsigned depth)
{
	const struct block *b = &conf_blocks[id];

	for (unsigned n = take(LINES) / (depth + 1) + 1; n && at < end; n--) {
		if (!take(12)) {
			put_spice();
		} else if (!b->head) {
			put_row(&b->kws, depth, false);
		} else {
			put_words(b->head);
			for (unsigned i = take(4); i; i--) {
				put(" ");
				put_row(&b->kws, depth, true);
			}
		}
		put("\n");
	}
}

static void put_file(char *file)
{
	out = file;
	used = 0;
	*out = 0;
	while (at < end)
		put_block(BLK_TOP, 0);
}

/* The top file is f, the other one more; a pattern means that. */
static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	const char *base = strrchr(path, '/'), *text = strcmp(path, "f") ? more : kit_of(io)->text;

	*why = "not here";
	base = base ? base + 1 : path;
	if (strcmp(base, "f") && strcmp(base, "more"))
		return NULL;
	*len = strlen(text);
	return arena_str(a, text);
}

static char **match(struct lex_io *io, struct arena *a, const char *pattern, unsigned *n)
{
	char **v = arena_get(a, 2 * sizeof *v);

	(void)io;
	*n = v && strcmp(pattern, "nothing") ? 1 : 0;
	if (v)
		v[0] = arena_str(a, strstr(pattern, "mo") ? "more" : "f"), v[1] = NULL;
	return v;
}

static void open_text(struct kit *k, const char *text)
{
	kit_init(k, text);
	k->io.load = load;
	k->io.glob = match;
	kit_run(k, "f");
}

static void none(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	(void)s;
	(void)n;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The same lines: interfaces of a garp_group are a set, whose order comes from the rest of the file. */
static int same_lines(const char *a, const char *b)
{
	static char text[2][1 << 20];
	static char *line[2][1 << 16];
	const char *from[] = { a, b };
	size_t n[2] = { 0, 0 };

	for (int i = 0; i < 2; i++) {
		if (strlen(from[i]) >= sizeof text[i])
			return 1;
		strcpy(text[i], from[i]);
		for (char *p = strtok(text[i], "\n"); p && n[i] < sizeof line[i] / sizeof *line[i]; p = strtok(NULL, "\n"))
			line[i][n[i]++] = p;
		qsort(line[i], n[i], sizeof *line[i], by_text);
	}
	for (size_t k = 0; n[0] == n[1] && k < n[0]; k++)
		if (strcmp(line[0][k], line[1][k]))
			return 0;
	return n[0] == n[1];
}

static void same(const struct kit *was, const char *text)
{
	struct kit k;
	char *again;

	kit_open(&k, "f", text);
	again = k.conf ? kit_print(k.conf) : NULL;
	if (!again || !same_lines(again, text) || conf_changes(k.conf, k.conf, none, NULL)) {
		fprintf(stderr, "[%s]\n[%s]\nprinted\n[%s]\nread back as\n[%s]\n%s", was->text, more, text, again ? again : "nothing", k.found);
		abort();
	}
	free(again);
	kit_close(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static char other[ROOM];
	size_t third = len / 3;
	struct kit k[2];
	char *print;

	at = data, end = data + third / 2;
	put_file(more);
	at = end, end = data + len - third;
	put_file(top);
	at = end, end = data + len;
	put_file(other);
	open_text(&k[0], top);
	open_text(&k[1], other);
	for (int i = 0; i < 2; i++)
		if (k[i].conf && !k[i].report.errors) {
			print = kit_print(k[i].conf);
			same(&k[i], print);
			free(print);
		}
	if (k[0].conf && k[1].conf && !k[0].report.errors && !k[1].report.errors) {
		conf_changes(k[0].conf, k[1].conf, none, NULL);
		conf_changes(k[1].conf, k[0].conf, none, NULL);
	}
	kit_close(&k[0]);
	kit_close(&k[1]);
	return 0;
}
