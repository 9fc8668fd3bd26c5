/* order.c - words as numbers (pure): FNV-1a, 64 bits wide. */
#include <stddef.h>

#include "order.h"

static uint64_t stir(uint64_t h, const char *s)
{
	do
		h = (h ^ (unsigned char)*s) * 0x100000001b3;
	while (*s++);		/* the NUL counts: "a b" "c" is not "a" "b c" */
	return h;
}

static const uint64_t seed = 0xcbf29ce484222325;

uint64_t order_word(const char *word)
{
	return stir(seed, word);
}

uint64_t order_words(char *const words[])
{
	uint64_t h = seed;

	while (*words)
		h = stir(h, *words++);
	return h;
}
