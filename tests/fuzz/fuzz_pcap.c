/* fuzz_pcap.c - any bytes as a capture file, in pieces of any size: the same frames, and each step goes on. */
#include <stdlib.h>
#include <string.h>

#include "frame.h"
#include "pcap.h"

/* A sum of what came out of the file when it is read by windows of so many bytes. */
static uint64_t read_by(const uint8_t *data, size_t len, size_t window)
{
	static struct pcap f;
	struct pcap_rec r;
	struct sight s;
	uint64_t sum = 0;
	size_t at = 0, have = 0;

	memset(&f, 0, sizeof f);
	for (;;) {
		long used = pcap_read(&f, data + at, have, &r);

		if (used < 0 || (size_t)used > have)
			return used < 0 ? sum * 31 + 1 : (abort(), 0);
		if (r.p) {
			if (r.p < data + at || r.p + r.cap > data + at + have || r.cap > PCAP_KEEP)
				abort();
			sum = (sum * 31 + r.cap) * 31 + r.len + (uint64_t)r.when + r.link;
			sum += frame_read(&s, r.link, r.p, r.cap, r.len);
		}
		at += used;
		have -= used;
		if (used)
			continue;
		if (at + have == len)
			return sum;
		if (have >= PCAP_NEED)
			abort();
		have += len - at - have < window ? len - at - have : window;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (read_by(data, len, 1) != read_by(data, len, len + 1))
		abort();
	return 0;
}
