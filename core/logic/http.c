/* http.c - an HTTP/1 answer, byte by byte (pure). RFC 9112 4 (status line), 6 (length), 7.1 (chunks). */
#include <stdio.h>
#include <string.h>

#include "http.h"
#include "kw.h"
#include "text.h"

enum { STATUS_LINE, HEADER, LENGTH, UNTIL_END, CHUNK_SIZE, CHUNK, CHUNK_END };

static const char begin[] = "http/1.";

void http_open(struct http *h, const struct check *c)
{
	*h = (struct http){ .c = c };
}

bool http_good(enum http_verdict v)
{
	return v == HTTP_GOOD || v == HTTP_FOUND;
}

static enum http_verdict complete(const struct http *h)
{
	return h->c->contains ? HTTP_ABSENT : HTTP_GOOD;
}

/* ---- lines ---- */

/* HTTP/1.1 200 OK */
static enum http_verdict status_line(struct http *h)
{
	const char *s = h->line + sizeof begin;		/* behind the minor version */
	int64_t v = 0;

	if (h->len < sizeof begin + 4 || *s != ' ' || kw_decimal(s + 1, 0, &v) != s + 4 || (s[4] && s[4] != ' ') ||
	    v < 100 || v > 999)
		return HTTP_JUNK;
	h->status = v;
	h->state = HEADER;
	return v < 200 || (v >= h->c->status[0] && v <= h->c->status[1]) ? HTTP_MORE : HTTP_STATUS;
}

/* The value, when the line has that name (lower case, with its colon). */
static const char *value(const struct http *h, const char *name)
{
	size_t n = strlen(name);

	return strncmp(h->line, name, n) ? NULL : h->line + n + strspn(h->line + n, " \t");
}

static enum http_verdict header_line(struct http *h)
{
	const char *v, *end;
	int64_t n = 0;

	if ((v = value(h, "content-length:"))) {
		end = kw_decimal(v, 0, &n);
		if (end == v || *v < '0' || *v > '9' || end[strspn(end, " \t")] || (h->has_length && h->left != (uint64_t)n))
			return HTTP_LENGTH;
		h->has_length = true;
		h->left = n;
	} else if ((v = value(h, "transfer-encoding:"))) {
		end = strstr(v, "chunked");
		h->chunked = end && !end[7 + strspn(end + 7, " \t")];
	}
	return HTTP_MORE;
}

/* The empty line behind the header. */
static enum http_verdict header_end(struct http *h)
{
	if (h->status < 200) {			/* 100 Continue, 103 Early Hints: another one follows */
		h->state = STATUS_LINE;
		h->chunked = h->has_length = false;
		h->status = 0;
		return HTTP_MORE;
	}
	if (h->c->head || h->status == 204 || h->status == 304 || (h->has_length && !h->left && !h->chunked))
		return complete(h);
	h->state = h->chunked ? CHUNK_SIZE : h->has_length ? LENGTH : UNTIL_END;
	return HTTP_MORE;
}

static enum http_verdict chunk_size(struct http *h)
{
	const char *s = h->line;
	uint64_t v = 0;

	for (; (*s >= '0' && *s <= '9') || (*s >= 'a' && *s <= 'f'); s++)
		v = (v << 4 & 0xffffffffff) | (*s <= '9' ? *s - '0' : *s - 'a' + 10);
	if (s == h->line || !strchr("; \t", *s))
		return HTTP_CODING;
	h->left = v;
	h->state = CHUNK;
	return v ? HTTP_MORE : complete(h);
}

static enum http_verdict line_end(struct http *h)
{
	bool empty;

	h->len -= h->len && h->line[h->len - 1] == '\r';
	h->line[h->len] = 0;
	empty = !h->len;
	switch (h->state) {
	case STATUS_LINE:
		return status_line(h);
	case HEADER:
		return empty ? header_end(h) : header_line(h);
	case CHUNK_SIZE:
		return chunk_size(h);
	}
	h->state = CHUNK_SIZE;			/* CHUNK_END */
	return empty ? HTTP_MORE : HTTP_CODING;
}

/* One byte of a line. Names are compared in lower case; of a long line only the beginning is kept. */
static enum http_verdict line_byte(struct http *h, char c)
{
	enum http_verdict v;

	if (h->state <= HEADER && ++h->header > HTTP_HEADER_MAX)
		return HTTP_LONG;
	if (c == '\n') {
		v = line_end(h);
		h->len = 0;
		return v;
	}
	if (c >= 'A' && c <= 'Z')
		c |= 32;
	if (h->state == STATUS_LINE && h->len < sizeof begin - 1 && c != begin[h->len])
		return HTTP_JUNK;
	if (h->len < HTTP_LINE - 1)
		h->line[h->len++] = c;
	return HTTP_MORE;
}

/* ---- the body ---- */

/* The longest beginning of text's first n characters that is also their end, and shorter. */
static unsigned border(const char *text, unsigned n)
{
	unsigned k = n - 1;

	while (k && memcmp(text, text + n - k, k))
		k--;
	return k;
}

/* n bytes of the body; true: the text is there. It may stand across any border. */
static bool search(struct http *h, const char *p, size_t n)
{
	const char *text = h->c->contains;

	if (!text)
		return false;
	for (; n; n--, p++) {
		while (h->matched && text[h->matched] != *p)
			h->matched = border(text, h->matched);
		h->matched += text[h->matched] == *p;
		if (!text[h->matched])
			return true;
	}
	return false;
}

static enum http_verdict body(struct http *h, const char *p, size_t n)
{
	if (search(h, p, n))
		return HTTP_FOUND;
	if (h->state == UNTIL_END || (h->left -= n))
		return HTTP_MORE;
	if (h->state == LENGTH)
		return complete(h);
	h->state = CHUNK_END;
	return HTTP_MORE;
}

enum http_verdict http_feed(struct http *h, const char *p, size_t n)
{
	enum http_verdict v = HTTP_MORE;
	const char *end = p + n;

	for (; p < end && v == HTTP_MORE; p += n) {
		bool in_body = h->state == LENGTH || h->state == UNTIL_END || h->state == CHUNK;

		n = !in_body ? 1 : h->state != UNTIL_END && h->left < (size_t)(end - p) ? (size_t)h->left : (size_t)(end - p);
		if (n > HTTP_MAX - h->total)
			n = HTTP_MAX - h->total;
		h->total += n;
		v = in_body ? body(h, p, n) : line_byte(h, *p);
		if (v == HTTP_MORE && h->total == HTTP_MAX)
			return h->c->contains ? HTTP_FAR : HTTP_GOOD;
	}
	return v;
}

enum http_verdict http_end(const struct http *h)
{
	return !h->total ? HTTP_EMPTY : h->state == UNTIL_END ? complete(h) : HTTP_CUT;
}

const char *http_text(const struct http *h, enum http_verdict v, char *buf, size_t size)
{
	static const char texts[] =
#define X(id, text) text "\0"
		HTTP_VERDICTS(X)
#undef X
		;
	const char *s = text_nth(texts, v);
	struct text t = { buf, size, 0 };

	*buf = 0;
	if (h->status)
		text_put(&t, *s ? "status %u, " : "status %u", h->status);
	text_put(&t, "%s", s);
	return buf;
}

size_t http_request(const struct check *c, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	text_put(&t, "%s %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: vrrp-check\r\nAccept: */*\r\nConnection: close\r\n\r\n",
	         c->head ? "HEAD" : "GET", c->path, c->host);
	return t.n;
}
