/* fake_net.c - edges made of memory: the wire, and the sockets at its ends. See fake.h. */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_in.h"

enum { QUEUE = 512, FLIGHT = 8192, SEALED = 64, PORTS_OF = 3, IP_LEN = 20, IP_TTL = 8 };

/* On the wire: a heap of numbers in flight[]; those from flying on are free. */
static struct datagram flight[FLIGHT];
static uint16_t air[FLIGHT];
static unsigned flying;
static uint32_t sent;

static struct queue { struct datagram d[QUEUE]; unsigned n, i; } rx[ROUTERS][PORTS_OF];

/* What a stranger has written down of frames behind an authentication header. */
static struct datagram sealed[SEALED];
static unsigned nsealed;

static bool sooner(unsigned a, unsigned b)
{
	const struct datagram *x = &flight[air[a]], *y = &flight[air[b]];

	return x->at != y->at ? x->at < y->at : x->order < y->order;
}

static void swap(unsigned a, unsigned b)
{
	uint16_t t = air[a];

	air[a] = air[b];
	air[b] = t;
}

static void fly(const struct datagram *d, usec at)
{
	struct datagram *f = &flight[air[flying]];

	if (flying == FLIGHT)
		return;
	*f = *d;
	f->at = at;
	f->order = sent++;
	for (unsigned i = flying++; i && sooner(i, (i - 1) / 2); i = (i - 1) / 2)
		swap(i, (i - 1) / 2);
}

static void try_fly(const struct datagram *d)
{
	if (!world.loss || fake_random(1000) >= world.loss)
		fly(d, world.now + world.delay + (world.jitter ? fake_random(world.jitter) : 0));
}

/* The last byte of every address here says whose it is. */
static unsigned last_byte(const struct addr *a)
{
	return a->b[addr_len(a) - 1];
}

static void emit(struct datagram *d)
{
	unsigned only = addr_is_multicast(&d->dst) ? world.n : last_byte(&d->dst) - 1, lan = d->b[d->head + 1] % FAKE_LANS;

	for (unsigned to = 0; to < world.n; to++) {
		d->to = to;
		if (only < world.n && to != only)
			continue;
		if (world.cut[d->from][to] || world.lan_cut[lan][d->from][to] || (to == d->from && !world.echo))
			continue;
		if (to == d->from && fake_random(1000) >= world.echo)
			continue;
		try_fly(d);
		if (world.dup && fake_random(1000) < world.dup)
			try_fly(d);
	}
}

/* The IPv4 header that the kernel would make. */
static void head(struct datagram *d, const struct raw_out *o)
{
	uint8_t *ip = d->b;
	unsigned all = IP_LEN + AH_LEN + o->len;

	memcpy(ip, (uint8_t[IP_LEN]){ 0x45, 0xc0, all >> 8, all, o->id >> 8, o->id, 0x40, 0, [IP_TTL] = o->ttl, 51, 0xab, 0xcd }, IP_LEN);
	memcpy(ip + 12, o->src.b, 4);
	memcpy(ip + 16, o->dst.b, 4);
	memcpy(ip + IP_LEN, o->ah, AH_LEN);
	d->head = IP_LEN + AH_LEN;
}

static void wire(unsigned from, const struct raw_out *o)
{
	struct datagram d = { .from = from, .ttl = o->ttl, .len = o->len, .src = o->src, .dst = o->dst };

	if (o->ah)
		head(&d, o);
	assert(d.head + o->len <= sizeof d.b);
	memcpy(d.b + d.head, o->p, o->len);
	if (o->ah)
		sealed[nsealed++ % SEALED] = d;
	if (world.h[from].up)
		emit(&d);
}

void fake_forge(struct datagram *d)
{
	d->from = world.n;
	d->life = world.h[d->to].life;
	if (flying < FLIGHT / 2)
		fly(d, world.now + fake_evil(1000));
}

bool fake_sealed(struct datagram *d)
{
	unsigned n = nsealed < SEALED ? nsealed : SEALED;

	if (n)
		*d = sealed[fake_evil(n)];
	return n;
}

unsigned fake_sender(const uint8_t *p)
{
	size_t at = (size_t)(p - (const uint8_t *)rx);
	const struct queue *q = &rx[0][0] + at / sizeof *q;

	return q->d[at % sizeof *q / sizeof *q->d].from;
}

usec fake_next(void)
{
	return flying ? flight[air[0]].at : USEC_NEVER;
}

/* Which socket it goes to. */
static enum fake_fd kind_of(const struct datagram *d)
{
	return d->head ? FD_AH : d->dst.family == AF_INET ? FD_RX4 : FD_RX6;
}

/* What a flood may take of a socket is bounded: filters and raw_room see to that. */
static void arrive(const struct datagram *d)
{
	struct queue *q = &rx[d->to][kind_of(d) - FD_RX4];
	const struct host *h = &world.h[d->to];
	bool strange = d->from == world.n;

	if (h->e && h->up && fake_listens(d->to, kind_of(d)) && q->n < (strange ? QUEUE / 2 : QUEUE) && (!strange || d->life == h->life))
		q->d[q->n++] = *d;
}

unsigned fake_deliver(void)
{
	const struct datagram *d = &flight[air[0]];
	unsigned to = d->to, i = 0, kid;

	arrive(d);
	for (swap(0, --flying); (kid = 2 * i + 1) < flying; i = kid) {
		if (kid + 1 < flying && sooner(kid + 1, kid))
			kid++;
		if (!sooner(kid, i))
			break;
		swap(kid, i);
	}
	return to;
}

void net_begin(void)
{
	flying = sent = nsealed = 0;
	for (unsigned i = 0; i < FLIGHT; i++)
		air[i] = i;
}

void net_forget(unsigned r)
{
	for (unsigned k = 0; k < PORTS_OF; k++)
		rx[r][k].n = rx[r][k].i = 0;
}

bool net_waits(unsigned r, enum fake_fd kind)
{
	const struct queue *q = &rx[r][kind - FD_RX4];

	return q->i < q->n;
}

/* ---- sockets ---- */

int raw_open_rx(int family, unsigned ifindex, const char *ifname)
{
	(void)ifindex, (void)ifname;
	return fake_fd(family == AF_INET ? FD_RX4 : FD_RX6);
}

int raw_open_ah(unsigned ifindex, const char *ifname)
{
	(void)ifindex, (void)ifname;
	return fake_fd(FD_AH);
}

int raw_open_tx(int family)
{
	return fake_fd(family == AF_INET ? FD_TX4 : FD_TX6);
}

void raw_filter(int fd, int family, unsigned skip, const uint32_t vrids[8])
{
	(void)fd, (void)family, (void)skip, (void)vrids;
}

void raw_room(int fd, uint32_t bytes)
{
	(void)fd, (void)bytes;
}

int raw_join(int fd, unsigned ifindex, const struct addr *group)
{
	(void)fd, (void)ifindex, (void)group;
	return 0;
}

int raw_leave(int fd, unsigned ifindex, const struct addr *group)
{
	(void)fd, (void)ifindex, (void)group;
	return 0;
}

void raw_any_source(int fd)
{
	(void)fd;
}

int raw_recv(int fd, int family, struct raw_msg out[RX_BATCH], unsigned *n, unsigned *bad)
{
	struct queue *q = &rx[fake_owner(fd)][fd % 16 - FD_RX4];

	(void)family;
	*bad = 0;
	for (*n = 0; *n < RX_BATCH && q->i < q->n; ++*n) {
		struct datagram *d = &q->d[q->i++];

		out[*n] = (struct raw_msg){
			.p = d->b + d->head, .len = d->len,
			.meta = { .ttl = d->ttl, .ifindex = 2, .src = d->src, .dst = d->dst, .ah = d->head ? d->b + IP_LEN : NULL },
		};
	}
	if (q->i == q->n)				/* out points into it: until the next delivery */
		q->i = q->n = 0;
	return *n;
}

void raw_send(int fd, int family, struct raw_out *o, unsigned n)
{
	unsigned r = fake_owner(fd);

	(void)family;
	for (unsigned i = 0; i < n; i++) {
		o[i].err = 0;
		assert(o[i].src.family == family && o[i].dst.family == family);
		if (o[i].p[2]) {
			world.h[r].last_tx = world.now;
			world.h[r].sent++;
		}
		wire(r, &o[i]);
	}
}

int frame_open(void)
{
	return fake_fd(FD_FRAMES);
}

/* Where an announcement has the address's last byte: ARP's sender, or a neighbour advertisement's target. */
static unsigned announced(const struct frame *f)
{
	return f->b[f->b[12] == 0x86 ? 77 : 31] - FAKE_VIP;
}

unsigned frame_send(int fd, const struct frame *f, unsigned n, int *err)
{
	unsigned r = fake_owner(fd);

	for (unsigned i = 0; i < n; i++)	/* announced only while the kernel has it, as far as the daemon can know */
		assert(world.h[r].has[announced(&f[i])] || addrs_wait(r));
	*err = 0;
	return n;
}

int claim_open(int family, const uint32_t *words, unsigned n)
{
	(void)family, (void)words, (void)n;
	return -ENOSYS;
}

void claim_filter(int fd, int family, const uint32_t *words, unsigned n)
{
	(void)fd, (void)family, (void)words, (void)n;
}

unsigned claim_read(int fd, uint8_t *frame, unsigned size, unsigned *ifindex)
{
	(void)fd, (void)frame, (void)size, (void)ifindex;
	return 0;
}
