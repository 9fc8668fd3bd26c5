/* addr.c - one IP address of either family (pure). */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "addr.h"

bool addr_parse(struct addr *a, const char *text)
{
	struct addr t = { .family = strchr(text, ':') ? AF_INET6 : AF_INET };

	if (inet_pton(t.family, text, t.b) != 1)
		return false;
	*a = t;
	return true;
}

const char *addr_text(const struct addr *a, char *buf)
{
	if (!a->family || !inet_ntop(a->family, a->b, buf, ADDR_STR))
		strcpy(buf, "none");
	return buf;
}

size_t addr_len(const struct addr *a)
{
	return a->family == AF_INET ? 4 : a->family == AF_INET6 ? 16 : 0;
}

void addr_set(struct addr *a, int family, const void *bytes)
{
	memset(a, 0, sizeof *a);
	a->family = family;
	memcpy(a->b, bytes, addr_len(a));
}

int addr_cmp(const struct addr *a, const struct addr *b)
{
	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->b, b->b, sizeof a->b);
}

/* By words: every packet is compared with several. */
bool addr_eq(const struct addr *a, const struct addr *b)
{
	uint64_t x[2], y[2];

	memcpy(x, a->b, sizeof x);
	memcpy(y, b->b, sizeof y);
	return a->family == b->family && x[0] == y[0] && x[1] == y[1];
}

bool addr_is_multicast(const struct addr *a)
{
	return a->family == AF_INET6 ? a->b[0] == 0xff : a->family == AF_INET && (a->b[0] & 0xf0) == 0xe0;
}

bool addr_is_linklocal(const struct addr *a)
{
	if (a->family == AF_INET6)
		return a->b[0] == 0xfe && (a->b[1] & 0xc0) == 0x80;
	return a->family == AF_INET && a->b[0] == 169 && a->b[1] == 254;
}

bool addr_is_loopback(const struct addr *a)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (a->family == AF_INET6)
		return !memcmp(a->b, one, sizeof one);
	return a->family == AF_INET && a->b[0] == 127;
}
