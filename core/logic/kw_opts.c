/* kw_opts.c - value types of routes' and rules' options: words <-> fields, and names of numbers (pure). Reference b.10, b.11. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "conf.h"
#include "text.h"

/* What needs no file, in the form of the files; by enum name_file. */
static const char builtin[] =
	"253 default\n254 main\n255 local\n\0"
	"0 unspec\n1 redirect\n2 kernel\n3 boot\n4 static\n9 ra\n11 zebra\n12 bird\n16 dhcp\n18 keepalived\n186 bgp\n188 ospf\n\0"
	"0 global\n200 site\n253 link\n254 host\n255 nowhere\n\0"
	"0 cosmos\n\0"
	"0 default\n\0"
	"\0"
	"1 icmp\n6 tcp\n17 udp\n47 gre\n50 esp\n51 ah\n58 ipv6-icmp\n112 vrrp\n132 sctp\n";
static const char file_names[] = "rt_tables\0rt_protos\0rt_scopes\0rt_realms\0group\0rt_dsfield";

/* A whole number, decimal or 0x, up to a character of stop; the place of that. NULL: it is none. */
static const char *number(const char *s, const char *stop, uint32_t max, uint32_t *out)
{
	static const char digits[] = "0123456789abcdef";
	unsigned base = s[0] == '0' && s[1] == 'x' ? 16 : 10;
	const char *d, *first = s += base == 16 ? 2 : 0;
	uint64_t v = 0;

	for (; *s && (d = memchr(digits, *s | 0x20, base)) && v <= max; s++)
		v = v * base + (d - digits);
	if (s == first || v > max || (*s && !strchr(stop, *s)))
		return NULL;
	*out = v;
	return s;
}

/* Lines "NUMBER NAME". */
static bool in_text(const char *text, const char *name, uint32_t max, uint32_t *out)
{
	size_t len = strlen(name);
	const char *s;

	for (; *text; text += *text == '\n') {
		text += strspn(text, " \t");
		s = number(text, " \t", max, out);
		if (s && *s && (s += strspn(s, " \t")) && !strncmp(s, name, len) && (!s[len] || strchr(" \t\r\n#", s[len])))
			return true;
		text += strcspn(text, "\n");
	}
	return false;
}

/* The files of a directory: NAME, and NAME.d/ with any number of them. */
static void read_names(struct kwctx *c, const char *dir, unsigned kind, unsigned *n)
{
	const char *file = text_nth(file_names, kind), *why;
	char path[LINE_MAX_LEN], **found;
	unsigned i, many = 0;
	size_t len;

	for (int sub = 0; sub < 2; sub++) {
		snprintf(path, sizeof path, sub ? "%s/%s.d/*.conf" : "%s/%s", dir, file);
		found = c->io->glob ? c->io->glob(c->io, c->tmp, path, &many) : NULL;
		for (i = 0; found && i < many && *n < NAMES_FILES; i++)
			if ((c->names[kind][*n] = c->io->load(c->io, c->tmp, found[i], &len, &why)))
				(*n)++;
	}
}

static bool by_name(struct kwctx *c, unsigned kind, const char *name, uint32_t max, uint32_t *out)
{
	const struct global_conf *g = &c->conf->global;
	unsigned i, n = 1;

	if (!c->names[kind][0]) {
		c->names[kind][0] = text_nth(builtin, kind);
		if (c->io && kind < NAMES_IPPROTO) {
			read_names(c, g->iproute_etc_dir ? g->iproute_etc_dir : "/etc/iproute2", kind, &n);
			read_names(c, g->iproute_usr_dir ? g->iproute_usr_dir : "/usr/share/iproute2", kind, &n);
			if (!g->iproute_usr_dir)
				read_names(c, "/usr/lib/iproute2", kind, &n);
		}
	}
	for (i = 0; i < NAMES_FILES && c->names[kind][i]; i++)
		if (in_text(c->names[kind][i], name, max, out))
			return true;
	return false;
}

static uint32_t limit(const struct kw *k)
{
	uint32_t max = kw_bounds[k->max];

	return max && max != INT32_MAX ? max : UINT32_MAX;
}

/* A number alone, or the name of one. */
static bool value_of(struct kwctx *c, const struct kw *k, unsigned kind, const char *s, uint32_t *out)
{
	return number(s, "", limit(k), out) || (kind < NAMES_N && by_name(c, kind, s, limit(k), out));
}

/* 20ms, 1.5s: times parts of a millisecond. Without a unit: the kernel's own. */
static bool span_of(const char *s, unsigned parts, uint32_t *out)
{
	int64_t v;
	const char *end = kw_decimal(s, 3, &v);
	int unit = end == s ? -1 : kw_choice("s|sec|secs|ms|msec|msecs", 24, end);

	if (number(s, "", UINT32_MAX, out))
		return true;
	if (unit < 0 || v < 0 || v > INT32_MAX)
		return false;
	*out = (uint32_t)(unit < 3 ? v : (v + 999) / 1000) * parts;
	return true;
}

/* FROM/TO, or TO alone, in one number. */
static bool realms_of(struct kwctx *c, const struct kw *k, const char *s, uint32_t *out)
{
	const char *slash = strchr(s, '/');
	char first[NAME_LEN];
	uint32_t from = 0, to;

	if (slash && slash - s < NAME_LEN) {
		snprintf(first, sizeof first, "%.*s", (int)(slash - s), s);
		if (!value_of(c, k, NAMES_REALM, first, &from))
			return false;
		s = slash + 1;
	}
	if (!value_of(c, k, NAMES_REALM, s, &to) || from > 0xffff || to > 0xffff)
		return false;
	*out = from << 16 | to;
	return true;
}

static bool pair_of(const struct kw *k, const char *s, char between, struct optval *o)
{
	const char stop[] = { between, 0 };
	const char *end = number(s, stop, limit(k), &o->v);

	o->w = between == '/' ? UINT32_MAX : o->v;
	return end && (!*end || number(end + 1, "", limit(k), &o->w)) && (between == '/' || (o->v <= o->w && o->v >= (uint32_t)k->min));
}

static bool prefix_of(struct kwctx *c, const struct kw *k, unsigned i, struct prefix *p)
{
	const char *s = c->w[i].s, *slash;
	unsigned bits, b;
	uint32_t len;
	bool cut = false;

	memset(p, 0, sizeof *p);
	p->set = true;
	if (kw_is_prefix(s) && !addr_parse(&p->addr, s) && !strchr(s, '/')) {
		if (!strcmp(s, "default6")) {
			kw_say(c, SEV_NOTE, i, s, "is old: write inet6 default");
			p->addr.family = AF_INET6;
		}
		return true;
	}
	if (!(slash = kw_prefix(s, &p->addr)))
		return false;
	len = bits = 8 * addr_len(&p->addr);
	if (*slash && !number(slash + 1, "", bits, &len))
		return false;
	p->plen = len;
	for (b = len; b < bits; b++) {
		cut |= p->addr.b[b / 8] >> (7 - b % 8) & 1;
		p->addr.b[b / 8] &= ~(0x80 >> b % 8);
	}
	if (cut)
		kw_say(c, SEV_WARNING, i, k->word, "`%.60s' has bits behind its length: they are taken as 0", s);
	return true;
}

int kw_opt_value(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	bool locks = k->type == KT_LOCKED || k->type == KT_RTIME, fits = false;
	char range[32];
	const char *list = kw_syntax(k, range, sizeof range), *s;
	struct optval *o = field;
	unsigned first = i;
	int n;

	if (k->type == KT_HAS) {
		o->set = true;
		o->v = k->min;
		return 0;
	}
	if (i < c->n && ((locks && !strcmp(c->w[i].s, "lock")) ||
	                 (k->type == KT_VIA && kw_choice("inet|inet6", 10, c->w[i].s) >= 0)))
		i++;
	if (i >= c->n) {
		kw_say(c, SEV_WARNING, i, k->word, "expected %s after it", list);
		return -1;
	}
	s = c->w[i].s;
	switch ((enum kw_type)k->type) {
	case KT_PREFIX: fits = prefix_of(c, k, i, field); break;
	case KT_VIA:    fits = addr_parse(field, s); break;
	case KT_NAMED:  fits = value_of(c, k, k->min, s, &o->v); break;
	case KT_REALMS: fits = realms_of(c, k, s, &o->v); break;
	case KT_MARK:   fits = pair_of(k, s, '/', o); break;
	case KT_SPAN:   fits = pair_of(k, s, '-', o); break;
	case KT_RTIME:  fits = span_of(s, k->min, &o->v); break;
	case KT_PREF: case KT_ABLE: case KT_ECN:
		n = kw_choice(list, strlen(list), s);
		o->v = n + (n == 2) + k->min;	/* low is 3 */
		fits = n >= 0;
		break;
	default:
		fits = value_of(c, k, NAMES_N, s, &o->v) && o->v >= (uint32_t)k->min;
	}
	if (!fits) {
		kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s'", list, s);
		return -1;
	}
	if (k->type != KT_PREFIX && k->type != KT_VIA) {
		o->set = true;
		o->lock = locks && i > first;
	}
	return i + 1 - first;
}

bool kw_opt_text(const struct kw *k, const void *field, char *buf, size_t size)
{
	const struct prefix *p = field;
	const struct optval *o = field;
	char a[ADDR_STR];

	if (k->type == KT_VIA) {
		addr_text(field, buf);
		return ((const struct addr *)field)->family;
	}
	if (k->type == KT_PREFIX) {
		snprintf(buf, size, p->addr.family ? "%s/%u" : "all", addr_text(&p->addr, a), p->plen);
		return p->set;
	}
	if (k->type == KT_REALMS && o->v >> 16)
		snprintf(buf, size, "%u/%u", o->v >> 16, o->v & 0xffff);
	else if (k->type == KT_MARK && o->w != UINT32_MAX)
		snprintf(buf, size, "0x%x/0x%x", o->v, o->w);
	else if (k->type == KT_SPAN && o->v != o->w)
		snprintf(buf, size, "%u-%u", o->v, o->w);
	else if (k->type == KT_PREF || k->type == KT_ABLE || k->type == KT_ECN)
		snprintf(buf, size, "%s", text_nth("disabled\0enabled\0ecn\0medium\0high\0low",
		         k->type == KT_PREF ? 3 + o->v - (o->v == 3) : k->type == KT_ECN ? 2 : o->v));
	else if (k->type != KT_HAS)
		snprintf(buf, size, "%s%u", o->lock ? "lock " : "", o->v);
	return o->set;
}
