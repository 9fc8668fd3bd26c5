/* echo.c - ICMP and ICMPv6 echo as messages (pure). RFC 792, RFC 4443. */
#include <string.h>
#include <sys/socket.h>

#include "echo.h"
#include "pkt.h"

enum { TOKEN_AT = 4, QUOTE_AT = 8 };

/* What differs between the families: message types, and where in a quoted IP header what stands. */
static const struct form {
	uint8_t request, answer, unreachable, too_far, no_host, dst_at, head;
} forms[] = {
	{ 8, 0, 3, 11, 1, 16, 20 },
	{ 128, 129, 1, 3, 3, 24, 40 },
};

static const struct form *form(int family)
{
	return &forms[family == AF_INET6];
}

void echo_request(uint8_t out[ECHO_LEN], int family, const uint8_t token[ECHO_TOKEN])
{
	uint16_t sum;

	memset(out, 0, TOKEN_AT);
	out[0] = form(family)->request;
	memcpy(out + TOKEN_AT, token, ECHO_TOKEN);
	if (family == AF_INET6)
		return;
	sum = csum_fold(csum_add(0, out, ECHO_LEN));
	out[2] = sum >> 8;
	out[3] = sum;
}

static const char *reason(const struct form *f, unsigned type, unsigned code)
{
	if (type == f->too_far)
		return "too many hops";
	if (code == 0)
		return "network unreachable";
	return code == f->no_host ? "host unreachable" : "refused";
}

/* Does the IP packet in an error begin as our request did? Ours had no options. */
static bool quotes(const struct form *f, const uint8_t *p, size_t len, const struct addr *addr, const uint8_t *token)
{
	size_t n;

	if (len < f->head + 2u * TOKEN_AT || memcmp(p + f->dst_at, addr->b, addr_len(addr)))
		return false;
	p += f->head;
	n = len - f->head - TOKEN_AT;
	return *p == f->request && !memcmp(p + TOKEN_AT, token, n < ECHO_TOKEN ? n : ECHO_TOKEN);
}

const char *echo_read(const uint8_t *p, size_t len, const struct addr *from, const struct addr *addr,
                      const uint8_t token[ECHO_TOKEN])
{
	const struct form *f = form(addr->family);
	size_t head = addr->family == AF_INET && len ? (p[0] & 15) * 4 : 0;

	if (len < head + QUOTE_AT)
		return NULL;
	p += head;
	len -= head;
	if (*p == f->answer)
		return len >= ECHO_LEN && !memcmp(p + TOKEN_AT, token, ECHO_TOKEN) && addr_eq(from, addr) ? "" : NULL;
	if (*p != f->unreachable && *p != f->too_far)
		return NULL;
	return quotes(f, p + QUOTE_AT, len - QUOTE_AT, addr, token) ? reason(f, p[0], p[1]) : NULL;
}
