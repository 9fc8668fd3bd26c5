/* check.c - a check in words and what it means (pure). design section 4. */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "kw.h"
#include "lex.h"
#include "text.h"

static const char words_of[] =
#define X(id, word, args) word "\0"
	CHECK_KINDS(X)
#undef X
	;

const char *check_kind_text(enum check_kind k)
{
	return text_nth(words_of, k);
}

/* ---- words to check ---- */

struct parse {
	struct check *c;
	struct arena *a;
	char *const *w;		/* the next word */
	struct check_error *err;
	bool plain;		/* behind "--" */
};

/* The word that was taken last. */
static bool refuse(struct parse *p, const char *text)
{
	*p->err = (struct check_error){ text, p->w[-1] };
	return false;
}

static bool missing(struct parse *p, const char *text)
{
	*p->err = (struct check_error){ text, NULL };
	return false;
}

static const char *keep(struct parse *p, const char *s, size_t n)
{
	const char *copy = arena_strn(p->a, s, n);

	if (!copy)
		missing(p, "memory ran out");
	return copy;
}

static bool number(const char *s, unsigned places, int64_t min, int64_t max, int64_t *out)
{
	const char *end = kw_decimal(s, places, out);

	return end != s && !*end && *out >= min && *out <= max;
}

static bool status(struct parse *p, const char *s)
{
	size_t n = strcspn(s, "-");
	char buf[4] = "";
	int64_t from, to;

	if (n < sizeof buf)
		memcpy(buf, s, n);
	if (!number(buf, 0, 100, 599, &from) || !number(s[n] ? s + n + 1 : s, 0, from, 599, &to))
		return refuse(p, "expected a status or a range, 100 to 599");
	p->c->status[0] = from;
	p->c->status[1] = to;
	return true;
}

/* It goes into a request as it is: no blanks, nothing that ends a line. */
static bool printable(const char *s)
{
	for (; *s > ' ' && *s < 127; s++)
		;
	return !*s;
}

enum takes { FLAG, TIME, COUNT, MANY, STATUS, TEXT, DEV, HOST, CMD };

#define ALL 0xffff
#define OF(kind) (1 << CHECK_##kind)
#define OPT(name, letter, takes, field, kinds) { name, letter, takes, offsetof(struct check, field), kinds }

static const struct opt {
	char name[10], letter;
	uint8_t takes, off;
	uint16_t kinds;		/* bits of enum check_kind */
} opts[] = {
	OPT("quiet",    'q', FLAG,   quiet,    ALL),
	OPT("interval", 'i', TIME,   interval, ALL),
	OPT("timeout",  't', TIME,   timeout,  ALL),
	OPT("rise",     0,   COUNT,  rise,     ALL),
	OPT("fall",     0,   COUNT,  fall,     ALL),
	OPT("start",    0,   CMD,    start,    ALL),
	OPT("wait",     0,   TIME,   wait,     ALL),
	OPT("min",      0,   MANY,   min,      OF(PROCESS)),
	OPT("max",      0,   MANY,   max,      OF(PROCESS)),
	OPT("status",   0,   STATUS, status,   OF(HTTP)),
	OPT("contains", 0,   TEXT,   contains, OF(HTTP)),
	OPT("head",     0,   FLAG,   head,     OF(HTTP)),
	OPT("host",     0,   HOST,   host,     OF(HTTP)),
	OPT("dev",      0,   DEV,    dev,      OF(PING) | OF(ARP) | OF(VIP) | OF(ADDR)),
};

_Static_assert(offsetof(struct check, start) < 256 && CHECK_N <= 16, "they fit a row");

/* -t3, -t 3, --timeout 3, --timeout=3; NULL: no such option. *value: what stands in the word itself, or NULL. */
static const struct opt *find(const char *w, const char **value)
{
	size_t n = strcspn(w, "=");

	for (const struct opt *o = opts; o < opts + sizeof opts / sizeof *opts; o++) {
		if (w[1] == '-' ? !strncmp(w + 2, o->name, n - 2) && n - 2 == strlen(o->name) : w[1] == o->letter) {
			*value = w[1] == '-' ? w[n] ? w + n + 1 : NULL : w[2] ? w + 2 : NULL;
			return o;
		}
	}
	return NULL;
}

static bool set(struct parse *p, const struct opt *o, const char *v)
{
	void *field = (char *)p->c + o->off;
	char **argv;
	int64_t n;

	switch ((enum takes)o->takes) {
	case FLAG:
		*(bool *)field = true;
		return true;
	case TIME:
		if (!number(v, 6, MS, 86400 * SEC, &n))
			return refuse(p, "expected seconds, 0.001 to 86400");
		*(usec *)field = n;
		return true;
	case COUNT:
		if (!number(v, 0, 1, UINT16_MAX, &n))
			return refuse(p, "expected a number, 1 to 65535");
		*(uint16_t *)field = n;
		return true;
	case MANY:
		if (!number(v, 0, 0, UINT32_MAX, &n))
			return refuse(p, "expected a number");
		*(uint32_t *)field = n;
		return true;
	case STATUS:
		return status(p, v);
	case TEXT:
		if (!*v || strlen(v) > CHECK_TEXT_MAX)
			return refuse(p, "expected a text of 1 to 128 characters");
		break;
	case HOST:
		if (!*v || !printable(v))
			return refuse(p, "expected a host name");
		break;
	case DEV:
		if (!kw_is_ifname(v))
			return refuse(p, "expected an interface");
		break;
	case CMD:
		if (lex_split_command(p->a, v, &argv) < 1)
			return refuse(p, "expected a command");
		*(char *const **)field = argv;
		return true;
	}
	*(const char **)field = v;
	return true;
}

/* p->w[-1] is an option. */
static bool option(struct parse *p)
{
	const char *value, *w = p->w[-1];
	const struct opt *o = find(w, &value);

	if (!o)
		return refuse(p, "unknown option");
	if (!(o->kinds & (p->c->kind == CHECK_N ? ALL : 1 << p->c->kind)))
		return refuse(p, "not an option of this check");
	if (o->takes == FLAG) {
		if (!value)
			return set(p, o, NULL);
		if (w[1] == '-')
			return refuse(p, "takes no value");
		return refuse(p, "options of one letter stand alone");
	}
	if (!value && !(value = *p->w))
		return refuse(p, "needs a value");
	p->w += value == *p->w;
	return set(p, o, value);
}

/* Options up to the next word that is none. */
static bool options(struct parse *p)
{
	while (!p->plain && *p->w && **p->w == '-' && (*p->w)[1]) {
		p->plain = !strcmp(*p->w++, "--");
		if (!p->plain && !option(p))
			return false;
	}
	return true;
}

/* ---- places ---- */

#define NO_NAMES "expected an address: a name needs a resolver, which can hang"

/* ADDR[%IF] or localhost. */
static bool address(struct parse *p, const char *s, size_t n, const char *expected)
{
	struct check *c = p->c;
	char buf[ADDR_STR + IFNAME_LEN];
	char *zone;

	if (n >= sizeof buf)
		return refuse(p, expected);
	memcpy(buf, s, n);
	buf[n] = 0;
	if ((zone = strchr(buf, '%')))
		*zone++ = 0;
	if (!addr_parse(&c->addr, strcmp(buf, "localhost") ? buf : "127.0.0.1"))
		return refuse(p, expected);
	if (!zone)
		return true;
	if (!kw_is_ifname(zone) || (c->dev && strcmp(c->dev, zone)))
		return refuse(p, "expected one interface");
	return (c->dev = keep(p, zone, strlen(zone)));
}

/* A stream has no --dev: only a link-local address says where it goes. */
static bool reachable(struct parse *p)
{
	const struct check *c = p->c;
	bool local = c->addr.family == AF_INET6 && addr_is_linklocal(&c->addr);

	if (local && !c->dev)
		return refuse(p, "a link-local address needs its interface: ADDR%IF");
	if (!local && c->dev && (c->kind == CHECK_TCP || c->kind == CHECK_HTTP))
		return refuse(p, "only a link-local IPv6 address has an interface");
	return true;
}

/* ADDR:PORT, [ADDR]:PORT, n bytes; without a port that is port's, unless 0. */
static bool endpoint(struct parse *p, const char *s, size_t n, uint16_t port, const char *expected)
{
	const char *end = s + n, *close = memchr(s, ']', n), *colon;
	bool bracket = *s == '[' && close;
	int64_t v = port;
	char buf[6] = "";

	colon = bracket ? close + 1 : memchr(s, ':', n);
	if (!colon)
		colon = end;
	if (!bracket && colon < end && memchr(colon + 1, ':', end - colon - 1))
		return refuse(p, "an IPv6 address stands in brackets: [ADDR]:PORT");
	if (colon < end) {
		if (*colon == ':' && (size_t)(end - colon - 1) < sizeof buf)
			memcpy(buf, colon + 1, end - colon - 1);
		if (!number(buf, 0, 1, UINT16_MAX, &v))
			v = 0;
	}
	if (!v)
		return refuse(p, "expected a port, 1 to 65535, behind the address");
	p->c->port = v;
	return address(p, s + bracket, (bracket ? close : colon) - s - bracket, expected) && reachable(p);
}

static bool url(struct parse *p, const char *s)
{
	struct check *c = p->c;
	const char *path;
	char host[ADDR_STR + IFNAME_LEN + 10], *zone, *after;
	size_t n;

	if (!strncmp(s, "https:", 6))
		return refuse(p, "https is not served: check its port with tcp, or the page with exec and a program");
	if (strncmp(s, "http://", 7) || !printable(s))
		return refuse(p, "expected http://ADDRESS[:PORT][/PATH]");
	s += 7;
	n = strcspn(s, "/?#");
	if (!endpoint(p, s, n, 80, NO_NAMES "; the name goes behind --host"))
		return false;
	path = s + n;
	n = strcspn(path, "#");
	if (!(c->name = *path == '/' ? keep(p, path, n) : keep(p, path - 1, n + 1)))
		return false;
	if (*path != '/')
		*(char *)c->name = '/';
	if (c->host)
		return true;
	snprintf(host, sizeof host, "%.*s", (int)(path - s), s);
	if ((zone = strchr(host, '%')) && (after = strchr(zone, ']')))
		memmove(zone, after, strlen(after) + 1);
	return (c->host = keep(p, host, strlen(host)));
}

static bool prefix(struct parse *p, const char *s)
{
	struct check *c = p->c;
	const char *slash;
	int64_t len;
	unsigned i;

	if (!strcmp(s, "default"))
		return true;
	slash = kw_prefix(s, &c->addr);
	if (!slash)
		return refuse(p, "expected a prefix or default");
	len = 8 * addr_len(&c->addr);
	if (*slash && !number(slash + 1, 0, 0, len, &len))
		return refuse(p, "expected a prefix length");
	c->plen = len;
	for (i = len; i < 8 * sizeof c->addr.b; i++)
		if (c->addr.b[i / 8] & 0x80 >> i % 8)
			return refuse(p, "expected a network: bits behind the prefix length are set");
	return true;
}

/* The last two words are an option of ours and its value. */
static bool own_pair(const struct parse *p, char *const *end)
{
	const char *value;
	const struct opt *o = end - p->w < 2 || strncmp(end[-2], "--", 2) ? NULL : find(end[-2], &value);

	return o && o->takes != FLAG && !value;
}

/* What stands behind NAME is the process's, but for pairs of ours at the end. */
static bool arguments(struct parse *p)
{
	char *const *end = p->w, **argv;

	if (!p->plain && *end && !strcmp(*end, "--")) {
		p->plain = true;
		p->w = ++end;
	}
	while (*end)
		end++;
	while (!p->plain && own_pair(p, end))
		end -= 2;
	if (!(argv = arena_get(p->a, (end - p->w + 1) * sizeof *argv)))
		return missing(p, "memory ran out");
	memcpy(argv, p->w, (end - p->w) * sizeof *argv);
	p->c->argv = argv;
	p->w = end;
	return true;
}

/* The kind's one argument: p->w[-1]. */
static bool argument(struct parse *p)
{
	struct check *c = p->c;
	const char *s = p->w[-1];

	switch ((enum check_kind)c->kind) {
	case CHECK_PROCESS:
		c->name = s;
		return arguments(p);
	case CHECK_TCP:
		c->name = s;
		return endpoint(p, s, strlen(s), 0, NO_NAMES);
	case CHECK_HTTP:
		return url(p, s);
	case CHECK_PING: case CHECK_ARP: case CHECK_VIP: case CHECK_ADDR:
		return address(p, s, strlen(s), NO_NAMES);
	case CHECK_ROUTE:
		return prefix(p, s);
	case CHECK_LINK:
		c->dev = s;
		return kw_is_ifname(s) || refuse(p, "expected an interface");
	case CHECK_EXEC:
		c->argv = p->w - 1;
		while (*p->w)
			p->w++;
		return true;
	case CHECK_PIDFILE: case CHECK_FILE:
		c->name = s;
		break;
	case CHECK_N:
		break;
	}
	return true;
}

static bool kind(struct parse *p)
{
	struct check *c = p->c;

	if (*p->w && !strcmp(*p->w, "!")) {
		c->negate = true;
		p->w++;
	}
	if (!options(p))
		return false;
	if (!*p->w)
		return missing(p, "expected a check");
	for (c->kind = 0; c->kind < CHECK_N && strcmp(*p->w, check_kind_text(c->kind)); c->kind++)
		;
	p->w++;
	return c->kind < CHECK_N || refuse(p, "no such check");
}

/* What can be said only when all words are known. */
static bool whole(struct parse *p)
{
	const struct check *c = p->c;

	if ((c->kind == CHECK_ARP || c->kind == CHECK_VIP) && !c->dev)
		return missing(p, "needs --dev IF");
	if (c->min > c->max)
		return missing(p, "--min is greater than --max");
	if (c->head && c->contains)
		return missing(p, "--head brings no text for --contains");
	if (c->kind == CHECK_PING)
		return reachable(p);
	return true;
}

bool check_parse(struct check *c, struct arena *a, char *const *words, struct check_error *err)
{
	struct parse p = { .c = c, .a = a, .w = words, .err = err };

	*c = (struct check){
		.kind = CHECK_N, .min = 1, .max = UINT32_MAX, .status = { 200, 399 }, .wait = SEC,
	};
	*err = (struct check_error){ NULL, NULL };
	if (!options(&p) || !kind(&p) || !options(&p))
		return false;
	if (!*p.w)
		return missing(&p, "expected what to check");
	if (!**p.w++)
		return refuse(&p, "expected what to check");
	if (!argument(&p) || !options(&p) || !whole(&p))
		return false;
	return !*p.w++ || refuse(&p, "unexpected word");
}

/* ---- check to words ---- */

static void put_place(struct text *t, const struct check *c)
{
	char buf[ADDR_STR];
	bool bracket = c->kind == CHECK_HTTP && c->addr.family == AF_INET6;

	text_put(t, bracket ? " [%s" : " %s", c->addr.family ? addr_text(&c->addr, buf) : "default");
	if (c->kind != CHECK_HTTP)
		return;
	if (c->dev)
		text_put(t, "%%%s", c->dev);
	text_put(t, "%s", bracket ? "]" : "");
	if (c->port != 80)
		text_put(t, ":%u", c->port);
	text_put(t, "%s", c->name);
}

const char *check_text(const struct check *c, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	text_put(&t, "%s%s", c->negate ? "! " : "", check_kind_text(c->kind));
	switch ((enum check_kind)c->kind) {
	case CHECK_HTTP: case CHECK_PING: case CHECK_ARP: case CHECK_VIP: case CHECK_ADDR: case CHECK_ROUTE:
		put_place(&t, c);
		break;
	case CHECK_LINK:
		text_put(&t, " %s", c->dev);
		break;
	case CHECK_PROCESS: case CHECK_PIDFILE: case CHECK_TCP: case CHECK_FILE:
		text_put(&t, " %s", c->name);
		break;
	case CHECK_EXEC: case CHECK_N:
		break;
	}
	for (char *const *w = c->argv; w && *w; w++)
		text_put(&t, " %s", *w);
	if (c->kind == CHECK_ROUTE && c->addr.family)
		text_put(&t, "/%u", c->plen);
	else if (c->dev && c->kind != CHECK_LINK && c->kind != CHECK_HTTP && c->kind != CHECK_TCP)
		text_put(&t, " on %s", c->dev);
	return buf;
}

/* ---- two of them ---- */

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_words(char *const *a, char *const *b)
{
	if (!a || !b)
		return a == b;
	for (; *a && *b; a++, b++)
		if (strcmp(*a, *b))
			return false;
	return *a == *b;
}

bool check_same(const struct check *a, const struct check *b)
{
	return a->kind == b->kind && a->negate == b->negate && a->head == b->head && a->plen == b->plen && a->port == b->port &&
	       a->status[0] == b->status[0] && a->status[1] == b->status[1] && a->min == b->min && a->max == b->max &&
	       a->timeout == b->timeout && a->wait == b->wait && addr_eq(&a->addr, &b->addr) && same_text(a->dev, b->dev) &&
	       same_text(a->name, b->name) && same_text(a->host, b->host) && same_text(a->contains, b->contains) &&
	       same_words(a->argv, b->argv) && same_words(a->start, b->start);
}
