/* test_http.c - rows for http.c: an answer, whole and byte by byte, to a verdict (RFC 9112). */
#include <stdlib.h>

#include "http.h"
#include "limits.h"
#include "t.h"

#define OK200   "HTTP/1.1 200 OK\r\n"
#define CHUNKED OK200 "Transfer-Encoding: chunked\r\n\r\n"
#define LEN(n)  OK200 "Content-Length: " #n "\r\n\r\n"

static const struct row {
	const char *name, *answer;	/* and then the other side closes */
	const char *contains;
	const char *want;		/* + good, - bad; "+early" forms: said before the close */
	bool head;
	uint16_t from, to;
} rows[] = {
	/* 4: the status line */
	{ "4 status",                   LEN(2) "ok", NULL, "+status 200", false, 0, 0 },
	{ "4 status/1.0",               "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "4 status/no reason",         "HTTP/1.1 204\r\n\r\n", NULL, "+status 204", false, 0, 0 },
	{ "4 status/bare LF",           "HTTP/1.1 200 OK\nContent-Length: 0\n\n", NULL, "+status 200", false, 0, 0 },
	{ "4 status/redirect",          "HTTP/1.1 301 x\r\nContent-Length: 0\r\n\r\n", NULL, "+status 301", false, 0, 0 },
	{ "4 status/500",               "HTTP/1.1 500 Oh\r\n", NULL, "-status 500", false, 0, 0 },
	{ "4 status/404",               "HTTP/1.1 404 No\r\n", NULL, "-status 404", false, 0, 0 },
	{ "4 status/404 wanted",        "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", NULL, "+status 404", false, 404, 404 },
	{ "4 status/200 not wanted",    OK200, NULL, "-status 200", false, 201, 599 },
	{ "4 status/edge below",        "HTTP/1.1 199 x\r\n\r\n", NULL, "-closed before its end", false, 0, 0 },
	{ "4 status/edge above",        "HTTP/1.1 400 x\r\n", NULL, "-status 400", false, 0, 0 },
	{ "4 status/999",               "HTTP/1.1 999 x\r\n", NULL, "-status 999", false, 0, 0 },
	{ "4 junk/ssh",                 "SSH-2.0-OpenSSH", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/html",                "<html>", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/HTTP/2",              "HTTP/2 200\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/empty line",          "\r\n" OK200, NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/no status",           "HTTP/1.1\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/letters",             "HTTP/1.1 2x0 OK\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/two digits",          "HTTP/1.1 20 OK\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/four digits",         "HTTP/1.1 2000 OK\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/a sign",              "HTTP/1.1 +20 OK\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 junk/099",                 "HTTP/1.1 099 OK\r\n", NULL, "-the answer is not HTTP", false, 0, 0 },
	{ "4 closed/at once",           "", NULL, "-closed without an answer", false, 0, 0 },
	{ "4 closed/status line",       "HTTP/1.1 200 O", NULL, "-closed before its end", false, 0, 0 },
	{ "5 closed/header",            OK200 "Content-Le", NULL, "-status 200, closed before its end", false, 0, 0 },
	/* RFC 9110 15.2: interim answers */
	{ "15.2 100 Continue",          "HTTP/1.1 100 Continue\r\n\r\n" LEN(1) "x", NULL, "+status 200", false, 0, 0 },
	{ "15.2 103, then 503",         "HTTP/1.1 103 x\r\nLink: y\r\n\r\nHTTP/1.1 503 x\r\n", NULL, "-status 503", false, 0, 0 },
	{ "15.2 its length is nothing", "HTTP/1.1 100 x\r\nContent-Length: 5\r\n\r\n" LEN(1) "x", NULL, "+status 200", false, 0, 0 },
	{ "15.2 nothing behind it",     "HTTP/1.1 100 x\r\n\r\n", NULL, "-closed before its end", false, 0, 0 },
	/* 6: how long it is */
	{ "6.3 until the end",          OK200 "\r\nsome", NULL, "+status 200", false, 0, 0 },
	{ "6.3 until the end/text",     OK200 "\r\nsome text", "text", "+status 200, text found", false, 0, 0 },
	{ "6.3 until the end/no text",  OK200 "\r\nsome text", "texts", "-status 200, text not found", false, 0, 0 },
	{ "6.3 HEAD",                   LEN(500), NULL, "+status 200", true, 0, 0 },
	{ "6.3 304 has no body",        "HTTP/1.1 304 x\r\nContent-Length: 9\r\n\r\n", NULL, "+status 304", false, 0, 0 },
	{ "6.3 204 has no text",        "HTTP/1.1 204 x\r\n\r\n", "x", "-status 204, text not found", false, 0, 0 },
	{ "6.2 cut",                    LEN(9) "12345678", NULL, "-status 200, closed before its end", false, 0, 0 },
	{ "6.2 cut at once",            LEN(9), NULL, "-status 200, closed before its end", false, 0, 0 },
	{ "6.2 more than it says",      LEN(2) "okHTTP/1.1 500 x\r\n", NULL, "+status 200", false, 0, 0 },
	{ "6.2 text behind its end",    LEN(2) "oktext", "text", "-status 200, text not found", false, 0, 0 },
	{ "6.2 case and blanks",        OK200 "CONTENT-length: \t 2 \r\n\r\nok", NULL, "+status 200", false, 0, 0 },
	{ "6.2 twice the same",         OK200 "Content-Length: 2\r\nContent-Length: 2\r\n\r\nok", NULL, "+status 200", false, 0, 0 },
	{ "6.2 twice",                  OK200 "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok", NULL,
		"-status 200, its Content-Length makes no sense", false, 0, 0 },
	{ "6.2 negative",               OK200 "Content-Length: -2\r\n\r\n", NULL, "-status 200, its Content-Length makes no sense", false, 0, 0 },
	{ "6.2 empty",                  OK200 "Content-Length:\r\n\r\n", NULL, "-status 200, its Content-Length makes no sense", false, 0, 0 },
	{ "6.2 letters",                OK200 "Content-Length: 2x\r\n\r\n", NULL, "-status 200, its Content-Length makes no sense", false, 0, 0 },
	{ "6.2 list",                   OK200 "Content-Length: 2, 2\r\n\r\n", NULL, "-status 200, its Content-Length makes no sense", false, 0, 0 },
	{ "6.2 enormous",               OK200 "Content-Length: 99999999999999999999999999\r\n\r\nx", NULL,
		"-status 200, closed before its end", false, 0, 0 },
	{ "6.1 another coding",         OK200 "Transfer-Encoding: gzip\r\n\r\nx", NULL, "+status 200", false, 0, 0 },
	/* 7.1: chunks */
	{ "7.1 chunks",                 CHUNKED "3\r\nabc\r\n0\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks/none",            CHUNKED "0\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks/extension",       CHUNKED "3;a=b\r\nabc\r\n0\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks/hex",             CHUNKED "A\r\n0123456789\r\n0000\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks/trailer",         CHUNKED "1\r\na\r\n0\r\nX: y\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks/gzip, chunked",   OK200 "Transfer-Encoding: gzip, Chunked\r\n\r\n0\r\n\r\n", NULL, "+status 200", false, 0, 0 },
	{ "7.1 chunks beat a length",   OK200 "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\ntext\r\n", "text",
		"+status 200, text found", false, 0, 0 },
	{ "7.1 text in one",            CHUNKED "6\r\na text\r\n", "text", "+status 200, text found", false, 0, 0 },
	{ "7.1 text across a border",   CHUNKED "4\r\na te\r\n2\r\nxt\r\n", "text", "+status 200, text found", false, 0, 0 },
	{ "7.1 text across each border", CHUNKED "1\r\nt\r\n1\r\ne\r\n1\r\nx\r\n1\r\nt\r\n", "text", "+status 200, text found", false, 0, 0 },
	{ "7.1 a size is no text",      CHUNKED "4\r\nabcd\r\n0\r\n\r\n", "4", "-status 200, text not found", false, 0, 0 },
	{ "7.1 cut/size",               CHUNKED "3", NULL, "-status 200, closed before its end", false, 0, 0 },
	{ "7.1 cut/data",               CHUNKED "3\r\nab", NULL, "-status 200, closed before its end", false, 0, 0 },
	{ "7.1 cut/no last chunk",      CHUNKED "3\r\nabc\r\n", NULL, "-status 200, closed before its end", false, 0, 0 },
	{ "7.1 junk/size",              CHUNKED "x\r\n", NULL, "-status 200, its chunks make no sense", false, 0, 0 },
	{ "7.1 junk/empty size",        CHUNKED "\r\n", NULL, "-status 200, its chunks make no sense", false, 0, 0 },
	{ "7.1 junk/negative",          CHUNKED "-1\r\n", NULL, "-status 200, its chunks make no sense", false, 0, 0 },
	{ "7.1 junk/longer than said",  CHUNKED "3\r\nabcd\r\n", NULL, "-status 200, its chunks make no sense", false, 0, 0 },
	{ "7.1 enormous",               CHUNKED "ffffffffffffffff\r\nab", NULL, "-status 200, closed before its end", false, 0, 0 },
	/* what is searched */
	{ "text/not in the header",     OK200 "X: text\r\n\r\n", "text", "-status 200, text not found", false, 0, 0 },
	{ "text/begins again",          OK200 "\r\nattext", "text", "+status 200, text found", false, 0, 0 },
	{ "text/overlaps itself",       OK200 "\r\naabaabaac", "aabaac", "+status 200, text found", false, 0, 0 },
	{ "text/nearly",                OK200 "\r\naabaabaab", "aabaac", "-status 200, text not found", false, 0, 0 },
	{ "text/other case",            OK200 "\r\nTEXT", "text", "-status 200, text not found", false, 0, 0 },
	{ "text/of a 500",              "HTTP/1.1 500 x\r\n\r\ntext", "text", "-status 500", false, 0, 0 },
};

/* In pieces of that size, each in memory of its own, so that a byte too far is seen. */
static const char *judge(const struct check *c, const char *p, size_t len, size_t piece)
{
	static char said[80];
	enum http_verdict v = HTTP_MORE;
	struct http h;
	char text[64];

	http_open(&h, c);
	for (size_t n; len && v == HTTP_MORE; p += n, len -= n) {
		n = piece < len ? piece : len;
		char *own = memcpy(malloc(n), p, n);

		v = http_feed(&h, own, n);
		free(own);
	}
	if (v == HTTP_MORE)
		v = http_end(&h);
	snprintf(said, sizeof said, "%c%s", http_good(v) ? '+' : '-', http_text(&h, v, text, sizeof text));
	return said;
}

static void one(const struct row *r)
{
	struct check c = { .contains = r->contains, .head = r->head, .status = { 200, 399 } };
	size_t len = strlen(r->answer), piece;
	char name[100];

	if (r->from) {
		c.status[0] = r->from;
		c.status[1] = r->to;
	}
	t_str(r->name, judge(&c, r->answer, len, len ? len : 1), r->want);
	for (piece = 1; piece < 8 && !strcmp(judge(&c, r->answer, len, piece), r->want); piece++)
		;
	snprintf(name, sizeof name, "%s/in pieces", r->name);
	t_case(piece == 8, name, "pieces of %zu: %s", piece, judge(&c, r->answer, len, piece));
}

/* header, then that many bytes of fill, then tail. */
static void long_one(const char *name, const char *header, size_t n, int fill, const char *tail, const char *contains,
                     const char *want)
{
	struct check c = { .contains = contains, .status = { 200, 399 } };
	size_t h = strlen(header), len = h + n + strlen(tail);
	char *p = malloc(len + 1);

	memcpy(p, header, h);
	memset(p + h, fill, n);
	strcpy(p + h + n, tail);
	t_str(name, judge(&c, p, len, 1000), want);
	free(p);
}

static void bounds(void)
{
	struct check c = { .status = { 200, 399 } };
	struct http h;
	char buf[HTTP_REQUEST];
	unsigned n;

	long_one("a long header", OK200, HTTP_HEADER_MAX, 'x', "\r\n\r\n", NULL, "-status 200, header longer than 16 kB");
	long_one("a header that just fits", OK200, HTTP_HEADER_MAX - 17 - 4, 'x', "\r\n\r\n", NULL, "+status 200");
	long_one("a long reason", "HTTP/1.1 200 ", HTTP_HEADER_MAX, 'x', "", NULL, "-header longer than 16 kB");
	long_one("64 kB and more", OK200 "\r\n", HTTP_MAX, 'x', "", NULL, "+status 200");
	long_one("64 kB and more/text", OK200 "\r\n", HTTP_MAX, 'x', "text", "text", "-status 200, text not in the first 64 kB");
	long_one("text at the end of 64 kB", OK200 "\r\n", HTTP_MAX - 19 - 4, 'x', "text", "text", "+status 200, text found");
	long_one("a length of more than 64 kB", LEN(70000), 70000, 'x', "", NULL, "+status 200");
	long_one("a chunk size that does not end", CHUNKED, HTTP_MAX, '0', "", NULL, "+status 200");
	http_open(&h, &c);
	for (n = 0; n < 10000 && http_feed(&h, "HTTP/1.1 100 x\r\n\r\n", 18) == HTTP_MORE; n++)
		;
	t_case(n < 1000, "interim answers without end", "%u were read", n);
	c.path = "/a?b";
	c.host = "[::1]:80";
	http_request(&c, buf, sizeof buf);
	t_str("request", buf, "GET /a?b HTTP/1.1\r\nHost: [::1]:80\r\nUser-Agent: vrrp-check\r\nAccept: */*\r\n"
	      "Connection: close\r\n\r\n");
	c.head = true;
	http_request(&c, buf, sizeof buf);
	t_case(!strncmp(buf, "HEAD /a?b ", 10), "request/HEAD", "%.20s", buf);
}

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		one(&rows[i]);
	bounds();
	T_END;
}
