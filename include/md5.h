/* md5.h - RFC 1321 and RFC 2104, for VRRP's authentication header (pure). */
#ifndef MD5_H
#define MD5_H

#include <stddef.h>
#include <stdint.h>

enum { MD5_LEN = 16, MD5_BLOCK = 64 };

struct piece {
	const void *p;
	size_t n;
};

/* Over the pieces one after the other; key: at most MD5_BLOCK bytes. */
void hmac_md5(uint8_t out[MD5_LEN], const void *key, size_t keylen, const struct piece *pieces, unsigned n);

#endif
