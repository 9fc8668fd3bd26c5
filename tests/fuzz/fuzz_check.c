/* fuzz_check.c - any words (ended by newlines) as a check: refused with a reason, or a meaning whose text is whole. */
#include <stdlib.h>
#include <string.h>

#include "check.h"

enum { WORDS = 64 };

static void *grow(struct arena *a, size_t need, size_t *got)
{
	void **p = malloc(need + 16);	/* no more than asked for: a byte too far is seen */

	*p = a->chunks;
	a->chunks = p;
	*got = need;
	return (char *)p + 16;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct arena a = { .grow = grow };
	const uint8_t *end = data + len, *stop;
	char *words[WORDS + 1], text[64], *copy;
	struct check_error err;
	struct check c;
	unsigned n = 0;

	for (; data < end && n < WORDS; data = stop + 1) {
		stop = memchr(data, '\n', end - data);
		stop = stop ? stop : end;
		copy = words[n++] = malloc(stop - data + 1);
		memcpy(copy, data, stop - data);
		copy[stop - data] = 0;
	}
	words[n] = NULL;
	if (check_parse(&c, &a, words, &err) ? err.text || !strlen(check_text(&c, text, sizeof text)) || !check_same(&c, &c)
	                                     : !err.text)
		abort();
	while (n)
		free(words[--n]);
	for (void **p = a.chunks, **next; p; p = next) {
		next = *p;
		free(p);
	}
	return 0;
}
