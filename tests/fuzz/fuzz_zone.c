/* fuzz_zone.c - any bytes as a file of a time zone: an offset of less than what three digits of hours make, and a clock that can be read. */
#include <stdlib.h>
#include <string.h>

#include "zone.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	enum { MOST = 10000 * (3600 + 60 + 1) + 3600 };		/* of each number four digits are read; an hour of summer */
	char *file, out[64];
	struct text t = { out, sizeof out, 0 };
	const char *rule;
	int64_t when;
	long off;

	if (len < 8)
		return 0;
	memcpy(&when, data, sizeof when);
	when %= (int64_t)1 << 36;		/* four thousand years */
	file = malloc(len - 7);
	memcpy(file, data + 8, len - 8);
	file[len - 8] = 0;
	rule = zone_rule(file, len - 8);
	if (rule < file || rule > file + len - 8) {
		if (*rule)
			abort();
	}
	off = zone_offset(rule, when);
	if (off > MOST || off < -MOST)
		abort();
	zone_clock(&t, (when + off) * SEC, 1);
	if (t.n < strlen("1970-01-01 00:00:00.000000"))
		abort();
	free(file);
	return 0;
}
