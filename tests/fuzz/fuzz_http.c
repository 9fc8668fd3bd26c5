/* fuzz_http.c - any bytes as an HTTP answer: one verdict, the same in one piece and byte by byte, and it is final. */
#include <stdlib.h>
#include <string.h>

#include "http.h"

static enum http_verdict judge(struct http *h, const struct check *c, const char *p, size_t len, size_t piece)
{
	enum http_verdict v = HTTP_MORE;

	http_open(h, c);
	for (size_t n; len && v == HTTP_MORE; p += n, len -= n) {
		n = piece < len ? piece : len;
		v = http_feed(h, p, n);
	}
	return v == HTTP_MORE ? http_end(h) : v;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const texts[] = { NULL, "text", "aabaac", "\r\n" };
	struct check c = { .status = { 200, 399 } };
	struct http a, b;
	char text[64];
	enum http_verdict v;

	if (!len)
		return 0;
	c.contains = texts[*data & 3];
	c.head = *data & 4;
	v = judge(&a, &c, (const char *)data + 1, len - 1, len);
	if (v == HTTP_MORE || v >= HTTP_N || judge(&b, &c, (const char *)data + 1, len - 1, 1) != v || a.status != b.status)
		abort();
	if (http_good(v) && (a.status < 200 || a.status > 399))
		abort();
	if (!*http_text(&a, v, text, sizeof text))
		abort();
	return 0;
}
