/* fake_nft.c - a kernel without nf_tables: the simulated world takes packets for every address. */
#include <errno.h>

#include "nft.h"

int nft_open(struct nft *n)
{
	n->cmd = n->src.fd = -1;
	return -EPROTONOSUPPORT;
}

void nft_close(struct nft *n)
{
	(void)n;
}

void nft_begin(struct nft_batch *b)
{
	b->n = 0;
}

bool nft_full(const struct nft_batch *b)
{
	return b->n == VIP_CHUNK;
}

void nft_make(struct nft_batch *b, const struct nft_conf *c)
{
	(void)b;
	(void)c;
}

void nft_remove(struct nft_batch *b, const struct nft_conf *c)
{
	nft_make(b, c);
}

void nft_element(struct nft_batch *b, const struct nft_conf *c, bool add, const struct addr *a, const char *ifname, unsigned ifindex)
{
	(void)c;
	(void)add;
	(void)a;
	(void)ifname;
	(void)ifindex;
	b->n++;
}

int nft_send(struct nft *n, struct nft_batch *b)
{
	(void)n;
	(void)b;
	return -EPROTONOSUPPORT;
}
