/* view.c - a captured frame as people and programs read it (pure). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "view.h"

enum { HEADER = 8, TRAILER = 28, AUTH_MD5 = 254, CARP_LEN = 36 };

/* ---- an advert, as far as it goes ---- */

static size_t addr_size(const struct sight *s)
{
	return s->meta.dst.family == AF_INET6 ? 16 : 4;
}

/* The rule that makes the sum right, be it one that the version does not have. */
static void find_form(struct view *v, const uint8_t *p, size_t len, const struct meta *m)
{
	struct advert other = { .version = v->a.version ^ 1 };
	struct meta plain = *m;

	v->csum_known = true;
	v->a.csum = pkt_form(&v->a, p, len, m);
	if (v->a.csum != CSUM_NONE)
		return;
	if (m->dst.family == AF_INET6) {	/* as if there were no pseudo-header */
		other.version = 2;
		plain.dst.family = AF_INET;
	}
	v->a.csum = pkt_form(&other, p, len, &plain);
	v->wrong_form = v->a.csum != CSUM_NONE;
}

/* What pkt_body leaves out when it refuses. */
static void fill(struct view *v, const struct sight *s, const uint8_t *p, size_t whole)
{
	struct advert *a = &v->a;
	size_t left = s->msg_cap - HEADER, n = addr_size(s);

	a->addrs = p + HEADER;
	v->naddrs = left / n < a->count ? left / n : a->count;
	if (a->version == 2) {
		a->auth_type = p[4];
		a->auth = n == 4 && s->msg_cap >= whole ? p + whole - AUTH_LEN : NULL;
		a->adv = p[5] * SEC;
	} else {
		a->reserved = p[4] >> 4;
		a->adv = (be(p + 4, 2) & 0xfff) * 10 * MS;
	}
}

static enum view_trailer which_trailer(const struct view *v, const uint8_t *p, size_t n)
{
	if (n == TRAILER && v->a.version == 2 && v->a.auth_type == AUTH_MD5)
		return TRAILER_MD5;
	return n == TRAILER && p[0] == 1 && !p[2] && !p[3] ? TRAILER_HMAC : TRAILER_OTHER;
}

void view_read(struct view *v, const struct sight *s)
{
	const uint8_t *p = s->p + s->msg;
	struct meta m = s->meta;
	enum pkt_err err;
	size_t whole;

	memset(v, 0, sizeof *v);
	v->err = pkt_head(&v->a, p, s->msg_cap, &m);
	if (s->msg_cap < HEADER) {
		v->err = s->cut ? PKT_OK : PKT_SHORT;
		return;
	}
	m.ttl = -1;
	err = pkt_head(&v->a, p, s->msg_cap, &m);
	if (s->kind == SEEN_CARP)
		v->a.version = m.dst.family == AF_INET6 ? 3 : 2;
	if (err == PKT_VERSION)
		return;
	whole = HEADER + v->a.count * addr_size(s) + (v->a.version == 2 && m.dst.family == AF_INET ? AUTH_LEN : 0);
	if (s->kind == SEEN_VRRP)
		fill(v, s, p, whole);
	if (s->cut || s->liar)
		return;
	if (s->kind == SEEN_CARP) {
		find_form(v, p, CARP_LEN, &m);
		return;
	}
	if (s->msg_len > whole) {
		v->extra = s->msg_len - whole;
		v->trailer = which_trailer(v, p + whole, v->extra);
	}
	if (v->trailer == TRAILER_NONE || v->trailer == TRAILER_OTHER)
		whole = s->msg_len;
	err = pkt_body(&v->a, p, whole, &m);
	fill(v, s, p, s->msg_len - v->extra);
	find_form(v, p, whole, &m);
	if (v->a.csum == CSUM_NONE && whole < s->msg_len)	/* Cisco's sum covers the trailer */
		find_form(v, p, s->msg_len, &m);
	if (err == PKT_CHECKSUM && v->a.csum != CSUM_NONE && !v->wrong_form)
		err = PKT_OK;
	if (!v->err)
		v->err = err;
}

uint8_t view_virtual(const uint8_t *mac, int family)
{
	static const uint8_t block[5] = { 0, 0, 0x5e, 0, 1 };
	uint8_t b[5];

	memcpy(b, mac, 5);
	b[4] -= family == AF_INET6;
	return memcmp(b, block, 5) ? 0 : mac[5];
}

/* ---- pieces of text ---- */

void view_time(struct text *t, usec u)
{
	const char *unit = u % SEC ? "ms" : "s";
	usec one = u % SEC ? MS : SEC;
	unsigned part = u % one;
	int n = 3;

	text_put(t, "%lld", (long long)(u / one));
	for (; part && part % 10 == 0; n--)
		part /= 10;
	if (part)
		text_put(t, ".%0*u", n, part);
	text_put(t, "%s", unit);
}

void view_quote(struct text *t, const uint8_t *p, size_t n)
{
	text_put(t, "\"");
	for (; n--; p++)
		text_put(t, *p < ' ' || *p > '~' || *p == '"' || *p == '\\' ? "\\u%04x" : "%c", *p);
	text_put(t, "\"");
}

static void put_addr(struct text *t, int family, const uint8_t *p)
{
	char buf[ADDR_STR];
	struct addr a;

	addr_set(&a, family, p);
	text_put(t, "%s", addr_text(&a, buf));
}

static void put_hex(struct text *t, const uint8_t *p, size_t n, const char *between)
{
	for (size_t i = 0; i < n; i++)
		text_put(t, "%s%02x", i ? between : "", p[i]);
}

static void put_addrs(struct text *t, const struct sight *s, const struct view *v, const char *quote)
{
	size_t n = addr_size(s);

	text_put(t, "[");
	for (unsigned i = 0; i < v->naddrs; i++) {
		text_put(t, i ? ", %s" : "%s", quote);
		put_addr(t, s->meta.dst.family, v->a.addrs + i * n);
		text_put(t, "%s", quote);
	}
	text_put(t, "]");
}

/* ---- every field: one list for people and programs ---- */

struct row {
	char kind;		/* d x number, m MAC, a address, b bytes, s secret, 0 end */
	char name[11];		/* not ended by NUL when it fills all of it */
	uint8_t at, n;		/* byte of its layer, bytes */
	uint8_t part;		/* of a number: PART, or 0 for all of it */
};

#define PART(shift, bits) ((shift) << 5 | (bits))

static const struct row macs[] = {
	{ 'm', "mac",          0, 6, 0 }, { 0 },
	{ 'm', "mac_to",       0, 6, 0 }, { 0 },
};

static const struct row ip4_rows[] = {
	{ 'x', "tos",          1, 1, 0 },
	{ 'd', "ip_length",    2, 2, 0 },
	{ 'd', "ip_id",        4, 2, 0 },
	{ 'x', "ip_flags",     6, 1, PART(5, 3) },
	{ 'd', "ip_fragment",  6, 2, PART(0, 13) },
	{ 'd', "ttl",          8, 1, 0 },
	{ 'd', "protocol",     9, 1, 0 },
	{ 'a', "src",         12, 4, 0 },
	{ 'a', "dst",         16, 4, 0 },
	{ 0 }
};

static const struct row ip6_rows[] = {
	{ 'x', "tos",          0, 2, PART(4, 8) },
	{ 'x', "flow_label",   1, 3, PART(0, 20) },
	{ 'd', "ip_length",    4, 2, 0 },
	{ 'd', "protocol",     6, 1, 0 },
	{ 'd', "ttl",          7, 1, 0 },
	{ 'a', "src",          8, 16, 0 },
	{ 'a', "dst",         24, 16, 0 },
	{ 0 }
};

static const struct row ah_rows[] = {
	{ 'x', "ah_spi",       4, 4, 0 },
	{ 'd', "ah_sequence",  8, 4, 0 },
	{ 0 }
};

static const struct row head_rows[] = {
	{ 'd', "version",      0, 1, PART(4, 4) },
	{ 'd', "type",         0, 1, PART(0, 4) },
	{ 'd', "vrid",         1, 1, 0 },
	{ 'd', "priority",     2, 1, 0 },
	{ 'd', "count",        3, 1, 0 },
	{ 0 }
};

static const struct row v2_rows[] = {
	{ 'd', "auth_type",    4, 1, 0 },
	{ 'd', "interval_s",   5, 1, 0 },
	{ 'x', "checksum",     6, 2, 0 },
	{ 0 }
};

static const struct row v3_rows[] = {
	{ 'd', "reserved",     4, 1, PART(4, 4) },
	{ 'd', "interval_cs",  4, 2, PART(0, 12) },
	{ 'x', "checksum",     6, 2, 0 },
	{ 0 }
};

static const struct row auth_rows[] = { { 's', "auth",         0, 8, 0 }, { 0 } };

static const struct row trailer_rows[] = {	/* keepalived's */
	{ 'd', "hmac_type",    0, 1, 0 },
	{ 'd', "hmac_key",     1, 1, 0 },
	{ 'd', "hmac_time",    4, 4, 0 },
	{ 'd', "hmac_part",    8, 2, 0 },
	{ 'd', "hmac_count",  10, 2, 0 },
	{ 'b', "hmac",        12, 16, 0 },
	{ 0 }
};

static const struct row md5_rows[] = { { 'b', "md5",          0, 28, 0 }, { 0 } };

static const struct row carp_rows[] = {
	{ 'd', "version",      0, 1, PART(4, 4) },
	{ 'd', "type",         0, 1, PART(0, 4) },
	{ 'd', "vhid",         1, 1, 0 },
	{ 'd', "advskew",      2, 1, 0 },
	{ 'd', "authlen",      3, 1, 0 },
	{ 'd', "demote",       4, 1, 0 },
	{ 'd', "advbase",      5, 1, 0 },
	{ 'x', "checksum",     6, 2, 0 },
	{ 'b', "counter",      8, 8, 0 },
	{ 'b', "hmac",        16, 20, 0 },
	{ 0 }
};

static const struct row arp_rows[] = {
	{ 'd', "operation",    6, 2, 0 },
	{ 'm', "sender_mac",   8, 6, 0 },
	{ 'a', "sender",      14, 4, 0 },
	{ 'm', "target_mac",  18, 6, 0 },
	{ 'a', "target",      24, 4, 0 },
	{ 0 }
};

static const struct row nd_rows[] = {
	{ 'd', "type",         0, 1, 0 },
	{ 'x', "checksum",     2, 2, 0 },
	{ 'x', "flags",        4, 1, 0 },
	{ 'a', "target",       8, 16, 0 },
	{ 0 }
};

static const struct row nd_option[] = { { 'm', "target_mac",   2, 6, 0 }, { 0 } };

enum { ROW_NAME = sizeof macs->name };

struct pen {
	struct text *t;
	const struct sight *s;
	enum view_how how;
	bool secret;
};

/* Begin a field: its name, and where it stands. */
static void name(const struct pen *w, const char *text, size_t at)
{
	if (w->how == VIEW_JSON)
		text_put(w->t, ",\"%.*s\":", ROW_NAME, text);
	else
		text_put(w->t, "\n\t%4zu  %-*.*s ", at, ROW_NAME, ROW_NAME, text);
}

static void value(const struct pen *w, const struct row *r, const uint8_t *p)
{
	const char *quote = w->how == VIEW_JSON ? "\"" : "";
	uint32_t v = r->n <= 4 ? be(p, r->n) >> (r->part >> 5) : 0;

	if (r->part)
		v &= (1u << (r->part & 31)) - 1;
	if (r->kind == 'd' || (r->kind == 'x' && *quote)) {
		text_put(w->t, "%u", v);
		return;
	}
	if (r->kind == 's') {
		if (w->secret)
			view_quote(w->t, p, strnlen((const char *)p, r->n));
		else
			text_put(w->t, "%shidden%s", quote, quote);
		return;
	}
	text_put(w->t, "%s", quote);
	switch (r->kind) {
	case 'x':
		text_put(w->t, "0x%0*x", r->n * 2, v);
		break;
	case 'a':
		put_addr(w->t, r->n == 4 ? AF_INET : AF_INET6, p);
		break;
	default:
		put_hex(w->t, p, r->n, r->kind == 'm' ? ":" : "");
	}
	text_put(w->t, "%s", quote);
}

/* The rows of a layer that begins at byte `at`, as far as the capture goes. */
static void rows(const struct pen *w, const struct row *r, size_t at)
{
	if (at == NO_LAYER)
		return;
	for (; r->kind && at + r->at + r->n <= w->s->cap; r++) {
		name(w, r->name, at + r->at);
		value(w, r, w->s->p + at + r->at);
	}
}

static const char forms[] = "bad\0plain\0pseudo\0old-unicast\0";

static void verdict(const struct pen *w, const struct view *v)
{
	if (!v->csum_known)
		return;
	name(w, "csum_form", w->s->msg + 6);
	text_put(w->t, w->how == VIEW_JSON ? "\"%s\"" : "%s", text_nth(forms, v->a.csum));
	name(w, "csum_good", w->s->msg + 6);
	text_put(w->t, v->a.csum != CSUM_NONE && !v->wrong_form ? "true" : "false");
}

static void vrrp_fields(const struct pen *w, const struct view *v)
{
	const struct sight *s = w->s;
	size_t end = s->msg + s->msg_len - v->extra;

	rows(w, head_rows, s->msg);
	if (v->a.version != 2 && v->a.version != 3)
		return;
	rows(w, v->a.version == 2 ? v2_rows : v3_rows, s->msg);
	if (s->msg_cap < HEADER)
		return;
	verdict(w, v);
	name(w, "addresses", s->msg + HEADER);
	put_addrs(w->t, s, v, w->how == VIEW_JSON ? "\"" : "");
	if (v->a.auth)
		rows(w, auth_rows, v->a.auth - s->p);
	if (v->trailer == TRAILER_HMAC)
		rows(w, trailer_rows, end);
	else if (v->trailer == TRAILER_MD5)
		rows(w, md5_rows, end);
	else if (v->extra) {
		name(w, "surplus", end);
		text_put(w->t, "%zu", v->extra);
	}
}

static void fields(const struct pen *w, const struct view *v)
{
	const struct sight *s = w->s;

	rows(w, macs, s->mac);
	rows(w, macs + 2, s->mac_to);
	if (s->ip != NO_LAYER)
		rows(w, s->meta.src.family == AF_INET ? ip4_rows : ip6_rows, s->ip);
	rows(w, ah_rows, s->ah);
	switch (s->kind) {
	case SEEN_VRRP:
		vrrp_fields(w, v);
		break;
	case SEEN_CARP:
		rows(w, carp_rows, s->msg);
		verdict(w, v);
		break;
	case SEEN_ARP:
		rows(w, arp_rows, s->msg);
		break;
	case SEEN_NS:
	case SEEN_NA:
		rows(w, nd_rows, s->msg);
		if (s->msg_cap >= 32)
			rows(w, nd_option, s->msg + 24);
		break;
	case SEEN_PIECE:
	case SEEN_OTHER:
		break;
	}
}

/* ---- the line ---- */

static void put_mac(struct text *t, const struct sight *s, size_t at)
{
	int family = s->meta.dst.family;
	uint8_t id;

	if (at == NO_LAYER || at + 6 > s->cap)
		return;
	text_put(t, " mac ");
	put_hex(t, s->p + at, 6, ":");
	if ((id = view_virtual(s->p + at, family)))
		text_put(t, " (virtual %u)", id);
}

static void put_csum(struct text *t, const struct view *v)
{
	if (!v->csum_known)
		return;
	text_put(t, " csum %s", v->wrong_form || v->a.csum == CSUM_NONE ? "BAD" : "ok");
	if (v->a.csum != CSUM_NONE)
		text_put(t, ":%s", text_nth(forms, v->a.csum));
}

static void put_auth(const struct pen *w, const struct view *v)
{
	struct text *t = w->t;

	if (w->s->ah != NO_LAYER)
		text_put(t, " AH");
	if (v->a.version == 2 && v->a.auth_type) {
		text_put(t, " auth %u", v->a.auth_type);
		text_put(t, v->a.auth_type == AUTH_PASS ? ":password" : v->a.auth_type == AUTH_AH ? ":AH"
		            : v->a.auth_type == AUTH_MD5 ? ":MD5" : "");
		if (w->secret && v->a.auth) {
			text_put(t, " ");
			view_quote(t, v->a.auth, strnlen((const char *)v->a.auth, AUTH_LEN));
		}
	}
	if (v->trailer == TRAILER_HMAC)
		text_put(t, " hmac key %u", w->s->p[w->s->msg + w->s->msg_len - TRAILER + 1]);
}

static void vrrp_line(const struct pen *w, const struct view *v)
{
	const struct sight *s = w->s;
	struct text *t = w->t;

	text_put(t, " VRRP");
	if (s->msg_cap < HEADER)
		return;
	text_put(t, "v%u", v->a.version);
	if (v->a.type != 1)
		text_put(t, " type %u", v->a.type);
	if (v->a.version != 2 && v->a.version != 3)
		return;
	text_put(t, " vrid %u prio %u%s int ", v->a.vrid, v->a.prio,
	         v->a.prio == 255 ? " (owner)" : v->a.prio ? "" : " (leaving)");
	view_time(t, v->a.adv);
	text_put(t, " ");
	put_addrs(t, s, v, "");
	put_auth(w, v);
	put_csum(t, v);
}

static void neighbour_line(const struct pen *w)
{
	const struct sight *s = w->s;
	const uint8_t *p = s->p + s->msg;
	struct text *t = w->t;
	char src[ADDR_STR], dst[ADDR_STR];

	addr_text(&s->meta.src, src);
	if (s->kind == SEEN_ARP) {
		addr_text(&s->meta.dst, dst);
		if (!strcmp(src, dst))
			text_put(t, " ARP announcement %s is at", src);
		else if (be(p + 6, 2) == 2)
			text_put(t, " ARP answer to %s: %s is at", dst, src);
		else
			text_put(t, " ARP request for %s from %s", dst, src);
		put_mac(t, s, s->msg + 8);
		return;
	}
	text_put(t, " %s", src);
	text_put(t, s->kind == SEEN_NS ? " NS request for " : p[4] & 0x40 ? " NA answer: " : " NA announcement ");
	put_addr(t, AF_INET6, p + 8);
	if (s->kind == SEEN_NA) {
		text_put(t, " is at");
		put_mac(t, s, s->msg_cap >= 32 ? s->msg + 26u : NO_LAYER);
	}
}

static void line(const struct pen *w, const struct view *v)
{
	const struct sight *s = w->s;
	const uint8_t *p = s->p + s->msg;
	struct text *t = w->t;
	char src[ADDR_STR], dst[ADDR_STR];

	for (int i = 0; i < s->tags; i++)
		text_put(t, " vlan %u", s->tag[i]);
	if (s->kind >= SEEN_ARP) {
		neighbour_line(w);
		return;
	}
	text_put(t, " %s > %s", addr_text(&s->meta.src, src), addr_text(&s->meta.dst, dst));
	switch (s->kind) {
	case SEEN_VRRP:
		vrrp_line(w, v);
		break;
	case SEEN_CARP:
		text_put(t, " CARP");
		if (s->msg_cap >= HEADER)
			text_put(t, " vhid %u advskew %u demote %u advbase %us", p[1], p[2], p[4], p[5]);
		put_csum(t, v);
		break;
	case SEEN_PIECE:
		text_put(t, " VRRP fragment");
		break;
	case SEEN_ARP: case SEEN_NS: case SEEN_NA: case SEEN_OTHER:
		break;
	}
	if (s->cut)
		text_put(t, " [cut: %zu of %zu bytes]", s->msg_cap, s->msg_len);
	text_put(t, " ttl %d", s->meta.ttl);
	put_mac(t, s, s->mac);
}

void view_put(struct text *t, const struct sight *s, const struct view *v, enum view_how how, bool secret)
{
	const struct pen w = { t, s, how, secret };

	if (how == VIEW_LINE) {
		line(&w, v);
		return;
	}
	fields(&w, v);
	if (how == VIEW_JSON && s->tags) {
		text_put(t, ",\"vlan\":[%u", s->tag[0]);
		for (int i = 1; i < s->tags; i++)
			text_put(t, ",%u", s->tag[i]);
		text_put(t, "]");
	}
	if (how == VIEW_JSON && s->cut)
		text_put(t, ",\"cut\":true");
}

/* ---- what is odd ---- */

void view_note(struct text *t, enum view_how how, unsigned *done, const char *text)
{
	if (how == VIEW_JSON)
		text_put(t, "%s\"%s\"", *done ? "," : "", text);
	else
		text_put(t, " ! %s", text);
	++*done;
}

/* The hardware address of another router id: somebody's mistake, or two of them behind one switch port. */
static bool foreign_mac(const struct sight *s, const struct view *v)
{
	uint8_t id = s->mac == NO_LAYER ? 0 : view_virtual(s->p + s->mac, s->meta.dst.family);

	return id && s->msg_cap >= HEADER && id != v->a.vrid;
}

unsigned view_notes(struct text *t, const struct sight *s, const struct view *v, enum view_how how, unsigned done)
{
	if (s->liar)
		view_note(t, how, &done, "IP length is more than the frame holds");
	if (s->kind != SEEN_VRRP)
		return done;
	if (v->err)
		view_note(t, how, &done, pkt_err_text(v->err));
	if (v->a.reserved)
		view_note(t, how, &done, "reserved bits are set");
	if (s->meta.dst.family == AF_INET6 && v->naddrs && be(v->a.addrs, 2) >> 6 != 0xfe80 >> 6)
		view_note(t, how, &done, "first address is not link-local");
	if (foreign_mac(s, v))
		view_note(t, how, &done, "virtual MAC of another router id");
	return done;
}
