/* kw.c - rows: find, guess, check a syntax, defaults, compare (pure). Reference a.3, section b. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "text.h"

static const char syntaxes[] =
#define X(id, ctype, bytes, syntax) syntax "\0"
	KW_TYPES(X);
#undef X

static const uint8_t value_bytes[KT_N] = {
#define X(id, ctype, bytes, syntax) [KT_##id] = bytes,
	KW_TYPES(X)
#undef X
};

const int32_t kw_bounds[] = {
#define VALUE(m, v) v,
	KW_BOUNDS(VALUE, 0)
};

const char *kw_next_known(const char *p, struct kw *row)
{
	static const char letters[] = { [KW_SERVED] = 'S', [KW_PARSED] = ' ', [KW_FOREIGN] = 'F', [KW_IPVS] = 'B',
		[KW_VOID] = 'V', 0 };
	const char *mark;

	if (!p || !*p)
		return NULL;
	mark = strchr(letters, *p);
	p += mark != NULL;
	*row = (struct kw){ .off = KW_NOFIELD, .type = KT_PATTERN, .served = mark ? mark - letters : KW_PARSED };
	if ((unsigned char)*p < ' ')
		row->dflt = (unsigned char)*p++;
	row->word = p;
	p += strlen(p) + 1;
	return p + strlen(p) + 1;
}

const struct kw *kw_find(const struct kw_table *t, const char *word, struct kw *room)
{
	const struct kw *k;
	const char *p = t->known;

	for (k = t->rows; k && k->word; k++)
		if (k->word[0] == word[0] && !strcmp(k->word, word))
			return k;
	while ((p = kw_next_known(p, room)))
		if (!strcmp(room->word, word))
			return room;
	return NULL;
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
	a = a < b ? a : b;
	return a < c ? a : c;
}

enum { GUESS_MAX = 40 };

/* Levenshtein distance of two words shorter than GUESS_MAX. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[GUESS_MAX], n = strlen(b), i, j, left, diag;

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i]; i++) {
		diag = row[0];
		row[0] = i + 1;
		for (j = 0; j < n; j++) {
			left = min3(row[j] + 1, row[j + 1] + 1, diag + (a[i] != b[j]));
			diag = row[j + 1];
			row[j + 1] = left;
		}
	}
	return row[n];
}

/* The better of two guesses. */
static void guess(const char *word, const char *known, unsigned *best, const char **near)
{
	unsigned d = strlen(known) < GUESS_MAX ? distance(word, known) : GUESS_MAX;

	if (d >= *best)
		return;
	*best = d;
	*near = known;
}

const char *kw_nearest(const struct kw_table *t, const char *word)
{
	unsigned len = strlen(word), best = 2 + len / 5;
	const char *near = NULL, *p = t->known;
	const struct kw *k;
	struct kw room;

	if (len >= GUESS_MAX)
		return NULL;
	for (k = t->rows; k && k->word; k++)
		guess(word, k->word, &best, &near);
	while ((p = kw_next_known(p, &room)))
		guess(word, room.word, &best, &near);
	return near;
}

const char *kw_more(const struct kw *k)
{
	static const char often[] = "\0[on|off]\0CMD [USER [GROUP]]\0-253..253 [reverse|noreverse]\0"
		"-254..254 [reverse|noreverse]";
	const char *s = k->word + strlen(k->word) + 1;

	return (unsigned char)*s < ' ' ? text_nth(often, *s) : s;
}

const char *kw_reason(const struct kw *k)
{
	static const char reasons[] = "\0no SNMP here; vrrp-state -m has metrics\0no D-Bus here; vrrp-state -w tells changes\0"
		"no BFD here\0nf_tables serves\0its draft is not settled\0IPVS\0real servers' checks\0BFD process\0"
		"there is one process\0for keepalived's debugging\0always so here\0kept in memory\0name its table\0no tunnels here";

	return k->off == KW_NOFIELD && k->served != KW_SERVED ? text_nth(reasons, k->dflt) : "";
}

/* What a number may be: unit 1, or 1000 for times, whose bounds are milliseconds. */
struct range {
	int64_t min, max;
	int unit;
};

enum { BOUND = 24 };

static const char *bound(char buf[BOUND], int64_t v, int unit)
{
	if (unit > 1)
		return kw_seconds_text(v * MS, buf, BOUND);
	snprintf(buf, BOUND, "%ld", (long)v);
	return buf;
}

/* Of its type; a command with min 1 may be left out. */
static const char *syntax_of(const struct kw *k)
{
	if (k->type == KT_VLINK && k->min)
		return "[[name] IF] [IP] [bridge|private|vepa] [group N]";
	return k->type == KT_HOOK && k->min ? "[CMD [USER [GROUP]]]" : text_nth(syntaxes, k->type);
}

const char *kw_syntax(const struct kw *k, char *buf, size_t size)
{
	const char *syntax = syntax_of(k);
	const int unit = k->type == KT_SECS || k->type == KT_BOTH ? 1000 : 1;
	char lo[BOUND], hi[BOUND];

	if (k->off == KW_NOFIELD)
		return kw_more(k);
	if (unit == 1 && (*syntax != 'N' || syntax[1] > ' '))	/* but N, N [reverse] */
		return syntax;
	snprintf(buf, size, "%s..%s%s", bound(lo, k->min, unit), bound(hi, kw_bounds[k->max], unit),
	         unit == 1 ? syntax + 1 : "s");
	return buf;
}

void kw_say(struct kwctx *c, enum severity sev, unsigned i, const char *word, const char *text, ...)
{
	struct place at = c->at;
	va_list ap;

	if (i < c->n)
		at.col = c->w[i].col;
	va_start(ap, text);
	report_vsay(c->report, sev, &at, word, text, ap);
	va_end(ap);
}

int kw_choice(const char *list, size_t len, const char *word)
{
	size_t n, wlen = strlen(word);
	const char *end = list + len;
	int i;

	for (i = 0; list < end; i++, list += n + 1) {
		n = strcspn(list, "| []");
		if (n == wlen && !memcmp(list, word, n))
			return i;
	}
	return -1;
}

int kw_boolean(const char *word)
{
	static const char words[] = "off|on|false|true|no|yes";
	int i = kw_choice(words, sizeof words - 1, word);

	return i < 0 ? -1 : i & 1;
}

const char *kw_seconds_text(usec t, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%ld.%06ld", (long)(t / SEC), (long)(t % SEC));

	while (n > 0 && buf[n - 1] == '0')
		buf[--n] = 0;
	if (n > 0 && buf[n - 1] == '.')
		buf[n - 1] = 0;
	return buf;
}

const char *kw_decimal(const char *text, unsigned places, int64_t *out)
{
	const char *s = text + (*text == '-' || *text == '+');
	bool any = false, point = false, up = false;
	int64_t v = 0;

	for (;; s++) {
		if (*s == '.' && places && !point) {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9')
			break;
		if (point && !places--) {
			up = *s >= '5';
			s += strspn(s, "0123456789");
			places = 0;
			break;
		}
		any = true;
		if (v < INT64_MAX / 1000000000)
			v = v * 10 + (*s - '0');
	}
	if (!any)
		return text;
	for (; places && v < INT64_MAX / 10; places--)
		v *= 10;
	*out = *text == '-' ? -(v + up) : v + up;
	return s;
}

static bool quantity(struct kwctx *c, const char *word, const struct range *r, unsigned i, int64_t *out)
{
	const char *text = c->w[i].s, *end = kw_decimal(text, r->unit == 1 ? 0 : 6, out);
	char lo[BOUND], hi[BOUND];

	if (end != text && *out >= r->min * r->unit && *out <= r->max * r->unit) {
		if (*end)
			kw_say(c, SEV_WARNING, i, word, "`%.60s' is read as %.*s", text, (int)(end - text), text);
		return true;
	}
	kw_say(c, SEV_WARNING, i, word, "expected %s from %s to %s, not `%.60s': default kept",
	       r->unit == 1 ? "a number" : "seconds", bound(lo, r->min, r->unit), bound(hi, r->max, r->unit), text);
	return false;
}

bool kw_number(struct kwctx *c, const struct kw *k, unsigned i, int32_t *out)
{
	const struct range r = { k->type == KT_INIT ? -kw_bounds[k->max] : k->min, kw_bounds[k->max], 1 };
	int64_t v;

	if (!quantity(c, k->word, &r, i, &v))
		return false;
	*out = v;
	return true;
}

bool kw_seconds(struct kwctx *c, const struct kw *k, unsigned i, usec *out)
{
	const struct range r = { k->min, kw_bounds[k->max], 1000 };
	usec v;

	if (!quantity(c, k->word, &r, i, &v))
		return false;
	*out = v;
	return true;
}

/* N, 1..255, 0.., 0..255s: a range. false: another item. */
static bool range_of(const char *s, size_t len, struct range *r)
{
	char *end;

	*r = (struct range){ 0, INT32_MAX, 1 };
	if (len == 1 && *s == 'N')
		return true;
	if (*s != '-' && (*s < '0' || *s > '9'))
		return false;
	r->min = strtol(s, &end, 10);
	if (end + 2 < s + len)
		r->max = strtol(end + 2, NULL, 10);
	if (s[len - 1] == 's') {
		r->min *= 1000;
		r->max *= 1000;
		r->unit = 1000;
	}
	return true;
}

const char *kw_prefix(const char *s, struct addr *a)
{
	char buf[ADDR_STR];
	size_t n = strcspn(s, "/");

	if (n >= sizeof buf)
		return NULL;
	memcpy(buf, s, n);
	buf[n] = 0;
	return addr_parse(a, buf) ? s + n : NULL;
}

bool kw_is_prefix(const char *s)
{
	static const char words[] = "default|default6|all|any";
	struct addr a;

	return kw_choice(words, sizeof words - 1, s) >= 0 || kw_prefix(s, &a);
}

static bool is_number(const char *s)
{
	return s[strspn(s, "+-.")] >= '0' && s[strspn(s, "+-.")] <= '9';
}

struct pattern {
	struct kwctx *c;
	const char *word;
};

enum { TAKEN = 1, REFUSED = -1, OTHER = -2 };	/* OTHER: nothing said, the optional part is not there */

static bool named(const char *s, size_t len, const char *name)
{
	return len == strlen(name) && !memcmp(s, name, len);
}

/* Does w[i] fit one item of a syntax text? may: it is the first of an optional part. */
static int item(struct pattern *p, const char *s, size_t len, unsigned i, bool may)
{
	const char *w = p->c->w[i].s;
	bool fits = true;
	struct addr a;
	struct range r;
	int64_t v;

	if (range_of(s, len, &r)) {
		if (may && !is_number(w))
			return OTHER;
		return quantity(p->c, p->word, &r, i, &v) ? TAKEN : REFUSED;
	}
	if (named(s, len, "IF"))
		fits = kw_is_ifname(w);
	else if (named(s, len, "IP"))
		fits = addr_parse(&a, w);
	else if (named(s, len, "PREFIX"))
		fits = kw_is_prefix(w);
	else if (named(s, len, "on|off"))
		fits = kw_boolean(w) >= 0;
	else if (*s < 'A' || *s > 'Z')
		fits = kw_choice(s, len, w) >= 0;
	if (fits)
		return TAKEN;
	if (!may)
		kw_say(p->c, SEV_WARNING, i, p->word, "expected %.*s, not `%.60s'", (int)len, s, w);
	return may ? OTHER : REFUSED;
}

static const char *closing(const char *s)
{
	unsigned depth = 1;

	for (; *s; s++)
		if (*s == '[')
			depth++;
		else if (*s == ']' && !--depth)
			break;
	return s;
}

/* Match the part of a syntax text from s to end. Returns the next word's index, REFUSED or OTHER. */
static int part(struct pattern *p, const char *s, const char *end, unsigned i, bool may)
{
	const char *last = s, *close;
	size_t len, lastlen = 0;
	int r;

	for (; s < end; s += len) {
		len = 1;
		if (*s == ' ')
			continue;
		if (*s == '[') {
			close = closing(s + 1);
			r = i < p->c->n ? part(p, s + 1, close, i, true) : OTHER;
			if (r == REFUSED)
				return r;
			if (r >= 0)
				i = r;
			len = close + 1 - s;
			may = false;
			continue;
		}
		len = strcspn(s, " []");
		if (!strncmp(s, "...", 3)) {
			for (; i < p->c->n; i++)
				if ((r = item(p, last, lastlen, i, false)) < 0)
					return r;
			continue;
		}
		if (i >= p->c->n) {
			kw_say(p->c, p->c->entry ? SEV_WARNING : SEV_ERROR, i, p->word, "expected %.*s after it", (int)len, s);
			return REFUSED;
		}
		if ((r = item(p, s, len, i, may)) < 0)
			return r;
		i++;
		may = false;
		last = s;
		lastlen = len;
	}
	return i;
}

int kw_pattern(struct kwctx *c, const char *word, const char *syntax, unsigned i)
{
	struct pattern p = { c, word };
	int r = part(&p, syntax, syntax + strlen(syntax), i, false);

	return r < 0 ? -1 : r - (int)i;
}

int kw_parse(struct kwctx *c, const struct kw *k, void *rec, unsigned i)
{
	const char *syntax = syntax_of(k);

	if (k->off == KW_NOFIELD)
		return kw_pattern(c, k->word, kw_more(k), i);
	/* what begins in brackets, or is empty, may stand alone */
	if (i >= c->n && *syntax && (*syntax != '[' || k->type == KT_EXTRA)) {
		kw_say(c, c->entry ? SEV_WARNING : SEV_ERROR, i, k->word, "expected %s after it", syntax);
		return -1;
	}
	return kw_value(c, k, (char *)rec + k->off, i);
}

void kw_defaults(const struct kw *table, void *rec)
{
	char *p;
	int32_t n;
	int16_t s;
	usec t;

	for (; table && table->word; table++) {
		if (!table->dflt || table->off == KW_NOFIELD)	/* records begin as zeroes */
			continue;
		p = (char *)rec + table->off;
		n = s = table->dflt;
		t = table->dflt < 0 ? -1 : table->dflt * MS;
		if (table->type == KT_SECS || table->type == KT_EXTRA)
			memcpy(p, &t, sizeof t);
		else if (value_bytes[table->type] == 1)
			*p = s;
		else if (value_bytes[table->type] == 4)
			memcpy(p, &n, sizeof n);
		else
			memcpy(p, &s, sizeof s);
	}
}

/* Values of fixed size by their bytes; those behind pointers by their text. */
bool kw_equal(const struct kw *k, const void *a, const void *b)
{
	char x[KW_TEXT], y[KW_TEXT];
	bool has;

	a = (const char *)a + k->off;
	b = (const char *)b + k->off;
	if (value_bytes[k->type])
		return !memcmp(a, b, value_bytes[k->type]);
	has = kw_text(k, a, x, sizeof x);
	return has == kw_text(k, b, y, sizeof y) && (!has || !strcmp(x, y));
}

unsigned kw_diff(const struct kw *table, const void *a, const void *b)
{
	unsigned need = 0;

	for (; table && table->word; table++)
		if (table->off != KW_NOFIELD && !(table->more & KW_ALIAS) && !kw_equal(table, a, b))
			need |= 1u << table->apply;
	return need;
}
