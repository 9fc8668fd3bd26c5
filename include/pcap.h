/*
 * pcap.h - capture files (pure): pcap of both byte orders in micro- and nanoseconds, pcapng with several sections and
 * interfaces; and writing pcap. The caller reads the file piece by piece: constant memory, any length, also from a pipe.
 */
#ifndef PCAP_H
#define PCAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "limits.h"
#include "usec.h"

struct pcap_if {
	uint16_t link;
	uint8_t resol;		/* if_tsresol: 10^-n, with the top bit 2^-n; pcap: 6 or 9 */
	uint32_t snap;		/* 0: no limit */
	int64_t offset;		/* seconds to add */
};

struct pcap {			/* zeroed before the first call */
	uint8_t format;		/* 0: not begun */
	bool big;		/* byte order of the file or section */
	unsigned nifs;
	uint64_t skip;		/* bytes still to be passed over */
	struct pcap_if ifs[PCAP_IFS];
};

struct pcap_rec {
	const uint8_t *p;	/* NULL: this call gave no frame; points into the caller's bytes */
	size_t cap, len;	/* bytes at p (at most PCAP_KEEP), bytes on the wire */
	unsigned link;
	bool out;		/* sent by this machine; of live ones only */
	usec when;		/* since 1970 */
};

/*
 * Take what b begins with. Returns how many bytes to drop before the next call (with r->p set when they were a frame);
 * 0: more than len bytes are needed, never more than PCAP_NEED; -1: not a capture file, or damaged here.
 */
long pcap_read(struct pcap *f, const uint8_t *b, size_t len, struct pcap_rec *r);

enum { PCAP_HEAD = 24, PCAP_REC_HEAD = 16 };

/* The head of a file, and what stands before each frame of cap bytes; in this machine's byte order, microseconds. */
void pcap_head(uint8_t out[PCAP_HEAD], unsigned link, unsigned snap);
void pcap_rec_head(uint8_t out[PCAP_REC_HEAD], const struct pcap_rec *r, size_t cap);

#endif
