/*
 * http.h - an HTTP/1 answer, byte by byte: is it the one that a check wants (pure)? RFC 9112. The other side may send
 * anything: what is kept is a few numbers and the beginning of one line, what is read is bounded.
 */
#ifndef HTTP_H
#define HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check.h"

/*
 * Verdicts, and what they say behind "status N". GOOD also when HTTP_MAX bytes of a long answer have come: status and
 * header are as wanted, and more is not read.
 */
#define HTTP_VERDICTS(X)                                             \
	X(HTTP_MORE,   "")                                           \
	X(HTTP_GOOD,   "")                                           \
	X(HTTP_FOUND,  "text found")                                 \
	X(HTTP_STATUS, "")	/* out of range */                   \
	X(HTTP_ABSENT, "text not found")                             \
	X(HTTP_FAR,    "text not in the first 64 kB")                \
	X(HTTP_EMPTY,  "closed without an answer")                   \
	X(HTTP_CUT,    "closed before its end")                      \
	X(HTTP_JUNK,   "the answer is not HTTP")                     \
	X(HTTP_LONG,   "header longer than 16 kB")                   \
	X(HTTP_LENGTH, "its Content-Length makes no sense")          \
	X(HTTP_CODING, "its chunks make no sense")

enum http_verdict {
#define X(id, text) id,
	HTTP_VERDICTS(X)
#undef X
	HTTP_N
};

enum { HTTP_LINE = 48 };	/* of a line that much is looked at: the names and values that matter are shorter */

struct http {
	const struct check *c;
	uint16_t status;	/* 0: none yet */
	uint8_t state;
	bool chunked, has_length;
	uint8_t len;		/* bytes in line */
	uint8_t matched;	/* characters of c->contains */
	uint32_t header, total;	/* bytes so far */
	uint64_t left;		/* of the body or the chunk */
	char line[HTTP_LINE];
};

/* The check's status range, text and method count. */
void http_open(struct http *h, const struct check *c);

/* Bytes as they came. Anything but HTTP_MORE is final. */
enum http_verdict http_feed(struct http *h, const char *p, size_t n);

/* The other side has closed: never HTTP_MORE. */
enum http_verdict http_end(const struct http *h);

bool http_good(enum http_verdict v);

/* "status 200, text found". Returns buf. */
const char *http_text(const struct http *h, enum http_verdict v, char *buf, size_t size);

/* What is sent: text into buf (HTTP_REQUEST bytes hold every request that check_parse lets through). Its length. */
enum { HTTP_REQUEST = CHECK_URL_MAX + CHECK_HOST_MAX + 128 };
size_t http_request(const struct check *c, char *buf, size_t size);

#endif
