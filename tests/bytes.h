/*
 * bytes.h - frames and files for tests, written down as hex, put together in pieces.
 */
#ifndef BYTES_H
#define BYTES_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct bytes {
	uint8_t b[1 << 16];
	size_t n;
};

/* Add hex digits; blanks are left out. */
__attribute__((unused))
static void put_hex(struct bytes *to, const char *hex)
{
	unsigned v;
	int used;

	for (; sscanf(hex, " %2x%n", &v, &used) == 1; hex += used)
		to->b[to->n++] = v;
}

/* Add a number of n bytes, the high one first when big. */
__attribute__((unused))
static void put_num(struct bytes *to, uint64_t v, unsigned n, int big)
{
	for (unsigned i = 0; i < n; i++)
		to->b[to->n++] = v >> 8 * (big ? n - 1 - i : i);
}

__attribute__((unused))
static void put_bytes(struct bytes *to, const void *p, size_t n)
{
	memcpy(to->b + to->n, p, n);
	to->n += n;
}

#endif
