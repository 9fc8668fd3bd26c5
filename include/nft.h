/*
 * nft.h - one nf_tables table of our own that drops packets to addresses (sys: nfnetlink, libmnl). Kernel 3.14 and later.
 *
 * The table has a set for each family and one chain at the input hook. Global addresses are dropped whatever interface
 * they come in by; link-local ones mean nothing without their interface, so theirs is part of the key. Neighbour
 * discovery passes: the address is still answered for.
 */
#ifndef NFT_H
#define NFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "limits.h"
#include "loop.h"

struct nft_conf {
	const char *table;	/* at most NFT_NAME characters */
	int32_t prio;		/* of the chain */
	bool counters;		/* rules count what they drop */
	bool by_index;		/* interfaces by number instead of name */
};

struct nft {
	struct source src;	/* hears what others do to the table: register with loop_add; its ready is nft's own */
	int cmd;		/* < 0: closed */
	unsigned portid;
	const char *table;	/* whose losses are told */
	void *ctx;
	void (*on_lost)(void *ctx);	/* somebody else removed the table, or a part of it */
};

/* Callback and ctx set by the caller before. 0 or -errno, nothing left open on error. */
int nft_open(struct nft *n);
void nft_close(struct nft *n);

/* One transaction: all of it or nothing. It has room for VIP_CHUNK elements of any kind; behind nft_make for some 150 of IPv4. */
struct nft_batch {
	size_t len;
	unsigned n;			/* elements in it */
	size_t at, list;		/* the last message, if it is one of elements (else 0), and their list in it */
	uint8_t kind;			/* of which set, in or out */
	_Alignas(4) uint8_t buf[VIP_CHUNK * 184 + 3584];
};

void nft_begin(struct nft_batch *b);
bool nft_full(const struct nft_batch *b);			/* no room for another element */
void nft_remove(struct nft_batch *b, const struct nft_conf *c);	/* the table, if it is there */
void nft_make(struct nft_batch *b, const struct nft_conf *c);	/* anew and empty, in place of what is there */
/* One address in or out. One that is in already is no error, one that is not there is. */
void nft_element(struct nft_batch *b, const struct nft_conf *c, bool add, const struct addr *a, const char *ifname, unsigned ifindex);
/* Carried out when it returns. 0 or -errno: then nothing changed. */
int nft_send(struct nft *n, struct nft_batch *b);

#endif
