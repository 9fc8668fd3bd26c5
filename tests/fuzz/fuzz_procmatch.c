/* fuzz_procmatch.c - any bytes as what /proc says, against any pattern: nothing outside them is read, a match with words stays one without. */
#include <stdlib.h>
#include <string.h>

#include "procmatch.h"

/* A piece of its own, so that a byte too far is seen. Ends at the next \xff. */
static char *piece(const uint8_t **at, const uint8_t *end, size_t *len)
{
	const uint8_t *stop = memchr(*at, 0xff, end - *at);
	char *s;

	*len = (stop ? stop : end) - *at;
	s = malloc(*len + 1);
	memcpy(s, *at, *len);
	s[*len] = 0;
	*at = stop ? stop + 1 : end;
	return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	enum { PIECES = 7 };
	const uint8_t *end = data + size;
	struct proc_facts f;
	struct proc_pattern p;
	char *s[PIECES];
	size_t len[PIECES];
	uint8_t how;
	bool match;

	if (!size)
		return 0;
	how = *data++;
	for (int i = 0; i < PIECES; i++)
		s[i] = piece(&data, end, &len[i]);
	f = (struct proc_facts){ s[0], s[1], len[1], s[2] };
	p = (struct proc_pattern){ s[3], how & 8 ? (char *[]){ s[4], s[5], NULL } : how & 4 ? (char *[]){ s[4], NULL } : NULL,
	                           (how & 3) % 3, how & 16 };
	match = proc_match(&p, &f);
	p.args = NULL;
	p.full_command = p.full_command || how & 12;
	if (match && !proc_match(&p, &f))
		abort();
	proc_living(s[6]);
	for (int i = 0; i < PIECES; i++)
		free(s[i]);
	return 0;
}
