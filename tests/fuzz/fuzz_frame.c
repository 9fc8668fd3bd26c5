/* fuzz_frame.c - any bytes as a frame of any link type, cut anywhere: read, told, and put into every form. */
#include <stdlib.h>
#include <string.h>

#include "story.h"

static void *grow(struct arena *a, size_t need, size_t *got)
{
	(void)a;
	*got = need;
	return calloc(1, need);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const uint16_t links[] = { LINK_ETHERNET, LINK_RAW, LINK_COOKED, LINK_COOKED2 };
	static char buf[16384];
	static struct arena arena = { .grow = grow };
	static struct story st = { .arena = &arena };	/* one for all inputs: it must stay bounded */
	struct view v = { .err = PKT_OK };
	struct sight s;

	if (len < 2 || !frame_read(&s, links[data[0] & 3], data + 2, len - 2, len - 2 + (data[0] >> 2)))
		return 0;
	if (s.kind == SEEN_VRRP || s.kind == SEEN_CARP)
		view_read(&v, &s);
	if (s.kind == SEEN_VRRP)
		story_step(&st, &s, &v, (usec)data[1] << data[0] % 48);
	for (int how = VIEW_LINE; how <= VIEW_JSON; how++) {
		struct text t = { buf, sizeof buf, 0 };

		view_put(&t, &s, &v, how, data[1] & 1);
		view_notes(&t, &s, &v, how, 0);
		if (strlen(buf) != t.n || t.n >= sizeof buf - 1)	/* room is for every message */
			abort();
	}
	return 0;
}
