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

static bool status(const char *s, uint16_t range[2])
{
	size_t n = strcspn(s, "-");
	char buf[4] = "";
	int64_t from, to;

	if (n < sizeof buf)
		memcpy(buf, s, n);
	if (!number(buf, 0, 100, 599, &from) || !number(s[n] ? s + n + 1 : s, 0, from, 599, &to))
		return false;
	range[0] = from;
	range[1] = to;
	return true;
}

/* It goes into a request as it is: no blanks, nothing that ends a line. */
static bool printable(const char *s, size_t max)
{
	const char *p = s;

	for (; *p > ' ' && *p < 127; p++)
		;
	return p > s && !*p && (size_t)(p - s) <= max;
}

/* What an option takes, and how that is called. */
#define TAKES(X)                                               \
	X(FLAG,   "no value")                                  \
	X(TIME,   "seconds, 0.001 to 86400")                   \
	X(NUMBER, "a number up to 65535")                      \
	X(STATUS, "a status or a range, 100 to 599")           \
	X(TEXT,   "a text of 1 to 128 characters")             \
	X(HOST,   "a host name")                               \
	X(DEV,    "an interface")                              \
	X(CMD,    "a command")

enum takes {
#define X(id, text) id,
	TAKES(X)
#undef X
};

static const char expected[] =
#define X(id, text) "expected " text "\0"
	TAKES(X)
#undef X
	;

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
	OPT("rise",     0,   NUMBER, rise,     ALL),
	OPT("fall",     0,   NUMBER, fall,     ALL),
	OPT("start",    0,   CMD,    start,    ALL),
	OPT("wait",     0,   TIME,   wait,     ALL),
	OPT("min",      0,   NUMBER, min,      OF(PROCESS)),
	OPT("max",      0,   NUMBER, max,      OF(PROCESS)),
	OPT("status",   0,   STATUS, status,   OF(HTTP)),
	OPT("contains", 0,   TEXT,   contains, OF(HTTP)),
	OPT("head",     0,   FLAG,   head,     OF(HTTP)),
	OPT("host",     0,   HOST,   host,     OF(HTTP)),
	OPT("dev",      0,   DEV,    dev,      OF(PING) | OF(ARP) | OF(VIP) | OF(ADDR)),
};

_Static_assert(sizeof(struct check) < 256 && CHECK_N <= 16, "they fit a row");

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
		return !v;
	case TIME:
		if (!number(v, 6, MS, 86400 * SEC, &n))
			return false;
		*(usec *)field = n;
		return true;
	case NUMBER:
		if (!number(v, 0, 0, UINT16_MAX, &n))
			return false;
		*(uint32_t *)field = n;
		return true;
	case STATUS:
		return status(v, field);
	case CMD:
		if (lex_split_command(p->a, v, &argv) < 1)
			return false;
		v = (const char *)argv;
		break;
	case TEXT:
		if (!*v || strlen(v) > CHECK_TEXT_MAX)
			return false;
		break;
	case HOST:
		if (!printable(v, CHECK_HOST_MAX))
			return false;
		break;
	case DEV:
		if (!kw_is_ifname(v))
			return false;
		break;
	}
	memcpy(field, &v, sizeof v);
	return true;
}

/* p->w[-1] is an option. */
static bool option(struct parse *p)
{
	const char *value = NULL;
	const struct opt *o = find(p->w[-1], &value);

	if (!o || !(o->kinds & (p->c->kind == CHECK_N ? ALL : 1 << p->c->kind)))
		return refuse(p, "no such option here");
	if (o->takes != FLAG && !value && !(value = *p->w++)) {
		p->w--;
		return refuse(p, "needs a value");
	}
	return set(p, o, value) || refuse(p, text_nth(expected, o->takes));
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

/* ADDR[%IF] or localhost. */
static bool address(struct parse *p, const char *s, size_t n)
{
	struct check *c = p->c;
	char buf[ADDR_STR + IFNAME_LEN] = "";
	char *zone;

	if (n < sizeof buf)
		memcpy(buf, s, n);
	if ((zone = strchr(buf, '%')))
		*zone++ = 0;
	if (!addr_parse(&c->addr, strcmp(buf, "localhost") ? buf : "127.0.0.1"))
		return refuse(p, "expected an address: a name needs a resolver, which can hang (http has --host)");
	if (!zone)
		return true;
	if (!kw_is_ifname(zone) || (c->dev && strcmp(c->dev, zone)))
		return refuse(p, "expected one interface");
	return (c->dev = keep(p, zone, strlen(zone)));
}

/* A stream has no --dev: the zone says where a link-local address goes, and no other needs one. */
static bool reachable(struct parse *p)
{
	const struct check *c = p->c;
	bool local = c->addr.family == AF_INET6 && addr_is_linklocal(&c->addr);

	return (c->kind == CHECK_PING && !local) || !c->dev == !local ||
	       refuse(p, "a link-local IPv6 address, and no other, has an interface: ADDR%IF");
}

/* ADDR:PORT, [ADDR]:PORT, n bytes; without a port that is port's, unless 0. */
static bool endpoint(struct parse *p, const char *s, size_t n, int64_t port)
{
	const char *end = s + n, *stop = *s == '[' ? memchr(s, ']', n) : memchr(s, ':', n), *colon;
	char buf[6] = "";

	if (!stop) {
		port = *s == '[' ? 0 : port;
		stop = end;
	}
	colon = stop + (stop < end && *stop == ']');
	if (colon < end) {
		if (*colon == ':' && end - colon <= (int)sizeof buf)
			memcpy(buf, colon + 1, end - colon - 1);
		if (!number(buf, 0, 1, UINT16_MAX, &port))
			port = 0;
	}
	if (!port)
		return refuse(p, "expected ADDR:PORT or [IPV6]:PORT");
	p->c->port = port;
	s += *s == '[';
	return address(p, s, stop > s ? stop - s : 0) && reachable(p);
}

/* The authority without a zone, as the Host header has it. */
static bool host(struct parse *p, const char *s, size_t n)
{
	const char *zone = memchr(s, '%', n), *after = zone ? memchr(zone, ']', n - (zone - s)) : NULL;
	char buf[CHECK_URL_MAX];

	memcpy(buf, s, n);
	if (after) {
		memcpy(buf + (zone - s), after, s + n - after);
		n -= after - zone;
	}
	return (p->c->host = keep(p, buf, n));
}

static bool url(struct parse *p, const char *s)
{
	struct check *c = p->c;
	char path[CHECK_URL_MAX + 1] = "/";
	size_t n, query;

	if (!strncmp(s, "https:", 6))
		return refuse(p, "https is not served: tcp looks at its port, exec runs a client");
	if (strncmp(s, "http://", 7) || !printable(s, CHECK_URL_MAX))
		return refuse(p, "expected http://ADDR[:PORT][/PATH]");
	s += 7;
	n = strcspn(s, "/?#");
	query = s[n] != '/';
	memcpy(path + query, s + n, strcspn(s + n, "#"));
	return endpoint(p, s, n, 80) && (c->path = keep(p, path, strlen(path))) && (c->host || host(p, s, n));
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
	char *const *end = p->w;
	char **argv;

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
	const char *s = c->name = p->w[-1];

	switch ((enum check_kind)c->kind) {
	case CHECK_PROCESS:
		return arguments(p);
	case CHECK_TCP:
		return endpoint(p, s, strlen(s), 0);
	case CHECK_HTTP:
		return url(p, s);
	case CHECK_PING: case CHECK_ARP: case CHECK_VIP: case CHECK_ADDR:
		return address(p, s, strlen(s));
	case CHECK_ROUTE:
		return prefix(p, s);
	case CHECK_LINK:
		c->dev = s;
		return kw_is_ifname(s) || refuse(p, text_nth(expected, DEV));
	case CHECK_EXEC:
		for (c->argv = p->w - 1; *p->w; p->w++)
			;
		break;
	case CHECK_PIDFILE: case CHECK_FILE: case CHECK_N:
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
	return c->kind != CHECK_PING || reachable(p);
}

bool check_parse(struct check *c, struct arena *a, char *const *words, struct check_error *err)
{
	struct parse p = { .c = c, .a = a, .w = words, .err = err };

	memset(c, 0, sizeof *c);		/* padding too: check_same compares bytes */
	c->kind = CHECK_N;
	c->min = 1;
	c->max = UINT32_MAX;
	c->status[0] = 200;
	c->status[1] = 399;
	c->wait = SEC;
	*err = (struct check_error){ NULL, NULL };
	if (!options(&p) || !kind(&p) || !options(&p))
		return false;
	if (!*p.w || !**p.w)
		return missing(&p, "expected what to check");
	p.w++;
	if (!argument(&p) || !options(&p) || !whole(&p))
		return false;
	return !*p.w++ || refuse(&p, "unexpected word");
}

/* ---- check to words ---- */

const char *check_text(const struct check *c, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	text_put(&t, "%s%s %s", c->negate ? "! " : "", check_kind_text(c->kind), c->name + (c->kind == CHECK_HTTP) * 7);
	for (char *const *w = c->argv ? c->argv + (c->kind == CHECK_EXEC) : NULL; w && *w; w++)
		text_put(&t, " %s", *w);
	if (c->dev && c->dev != c->name && !strchr(c->name, '%'))
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
	while (a && b && *a && same_text(*a, *b))
		a++, b++;
	return a == b || (a && b && *a == *b);
}

bool check_same(const struct check *a, const struct check *b)
{
	return !memcmp(a, b, offsetof(struct check, name)) && same_text(a->dev, b->dev) && same_text(a->name, b->name) &&
	       same_text(a->host, b->host) && same_text(a->contains, b->contains) && same_words(a->argv, b->argv) &&
	       same_words(a->start, b->start);
}
