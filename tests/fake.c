/* fake.c - edges made of memory, see fake.h. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "config.h"
#include "fake.h"
#include "file.h"
#include "log.h"

struct world world;

/* A descriptor is BASE + router * 16 + kind: far from the real ones, which the engine's close() would reach. */
enum { BASE = 1 << 20 };
enum { FD_LOOP = 1, FD_LINK, FD_TX4, FD_TX6, FD_FRAMES, FD_CHLD, FD_RX4, FD_RX6 };

enum { QUEUE = 512, FLIGHT = 8192, MSG = 64 };

struct datagram {
	usec at;
	uint32_t seq;			/* of those due at once: the first sent comes first */
	uint8_t from, to, len, src, ttl;
	uint8_t msg[MSG];
};

/* On the wire: a heap of numbers in flight[]; those from flying on are free. */
static struct datagram flight[FLIGHT];
static uint16_t air[FLIGHT];
static unsigned flying;
static uint32_t sent;

static struct { struct datagram d[QUEUE]; unsigned n, i; } rx[ROUTERS];

/* Events and ends of children that a router's daemon has not looked at. */
static struct {
	struct link_info link;
	struct link_addr addr;
	bool link_waits, addr_waits;
	struct source *src[16];
	unsigned nsrc;
	struct child *kid[16];
	int status[16];
	usec ends[16];
	unsigned nkids;
	bool hurry;
} q[ROUTERS];

static unsigned current;		/* whose code runs */

unsigned fake_current(void)
{
	return current;
}

static unsigned draw(uint32_t *seed, unsigned below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

unsigned fake_random(unsigned below)
{
	return draw(&world.seed, below);
}

unsigned fake_evil(unsigned below)
{
	return draw(&world.evil, below);
}

void fake_begin(void)
{
	flying = sent = 0;
	for (unsigned i = 0; i < FLIGHT; i++)
		air[i] = i;
}

static usec clock_at(unsigned r, usec t)
{
	return 1000 * SEC + t - world.h[r].lost + t * world.h[r].skew_ppm / 1000000;
}

usec fake_clock(unsigned r)
{
	return clock_at(r, world.now);
}

usec fake_world_time(unsigned r, usec local)
{
	usec t;

	if (local == USEC_NEVER)
		return USEC_NEVER;
	t = (local - 1000 * SEC + world.h[r].lost) * 1000000 / (1000000 + world.h[r].skew_ppm) - 1;
	while (clock_at(r, t) < local)
		t++;
	return t;
}

usec clock_now(void)
{
	return fake_clock(current);
}

/* ---- the LAN ---- */

static bool sooner(unsigned a, unsigned b)
{
	const struct datagram *x = &flight[air[a]], *y = &flight[air[b]];

	return x->at != y->at ? x->at < y->at : x->seq < y->seq;
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
	f->seq = sent++;
	for (unsigned i = flying++; i && sooner(i, (i - 1) / 2); i = (i - 1) / 2)
		swap(i, (i - 1) / 2);
}

static void try_fly(const struct datagram *d)
{
	if (!world.loss || fake_random(1000) >= world.loss)
		fly(d, world.now + world.delay + (world.jitter ? fake_random(world.jitter) : 0));
}

void fake_send(unsigned from, const uint8_t *msg, size_t len)
{
	struct datagram d = { .from = from, .src = from + 1, .len = len, .ttl = 255 };

	if (!world.h[from].up)
		return;
	assert(len <= MSG);
	memcpy(d.msg, msg, len);
	for (unsigned to = 0; to < world.n; to++) {
		d.to = to;
		if (world.cut[from][to] || world.lan_cut[msg[1] % FAKE_LANS][from][to] || (to == from && !world.echo))
			continue;
		if (to == from && fake_random(1000) >= world.echo)
			continue;
		try_fly(&d);
		if (world.dup && fake_random(1000) < world.dup)
			try_fly(&d);
	}
}

void fake_forge(unsigned router, const uint8_t *msg, size_t len, int ttl)
{
	struct datagram d = { .from = world.n, .src = router < world.n ? router + 1 : 99, .len = len, .ttl = ttl };

	memcpy(d.msg, msg, len);
	for (d.to = 0; d.to < world.n && flying < FLIGHT / 2; d.to++)
		fly(&d, world.now + fake_evil(1000));
}

unsigned fake_sender(const uint8_t *p)
{
	return container_of(p, struct datagram, msg)->from;
}

usec fake_next(void)
{
	return flying ? flight[air[0]].at : USEC_NEVER;
}

unsigned fake_deliver(void)
{
	const struct datagram *d = &flight[air[0]];
	unsigned to = d->to, i = 0, kid;

	/* what a flood may take of a socket is bounded: filters and raw_room see to that */
	if (world.h[to].e && world.h[to].up && rx[to].n < (d->from == world.n ? QUEUE / 2 : QUEUE))
		rx[to].d[rx[to].n++] = *d;
	for (swap(0, --flying); (kid = 2 * i + 1) < flying; i = kid) {
		if (kid + 1 < flying && sooner(kid + 1, kid))
			kid++;
		if (!sooner(kid, i))
			break;
		swap(kid, i);
	}
	return to;
}

usec fake_waits(unsigned r)
{
	usec t = USEC_NEVER;

	if (rx[r].i < rx[r].n || q[r].link_waits || q[r].addr_waits)
		return world.now;
	for (unsigned i = 0; i < q[r].nkids; i++)
		t = q[r].ends[i] < t ? q[r].ends[i] : t;
	return t < world.now ? world.now : t;
}

int raw_open_rx(int family, unsigned ifindex, const char *ifname)
{
	(void)ifindex;
	(void)ifname;
	return BASE + current * 16 + (family == AF_INET ? FD_RX4 : FD_RX6);
}

int raw_open_tx(int family)
{
	return BASE + current * 16 + (family == AF_INET ? FD_TX4 : FD_TX6);
}

void raw_filter(int fd, int family, unsigned skip, const uint32_t vrids[8])
{
	(void)fd, (void)family, (void)skip, (void)vrids;
}

void raw_room(int fd, uint32_t bytes)
{
	(void)fd, (void)bytes;
}

int raw_leave(int fd, unsigned ifindex, const struct addr *group)
{
	(void)fd, (void)ifindex, (void)group;
	return 0;
}

bool link_beat(const char *ifname, unsigned how)
{
	(void)ifname, (void)how;
	return true;
}

int raw_join(int fd, unsigned ifindex, const struct addr *group)
{
	(void)fd;
	(void)ifindex;
	(void)group;
	return 0;
}

int raw_recv(int fd, int family, struct raw_msg out[RX_BATCH], unsigned *n, unsigned *bad)
{
	unsigned r = (fd - BASE) / 16;

	(void)family;
	*bad = 0;
	for (*n = 0; *n < RX_BATCH && rx[r].i < rx[r].n; ++*n) {
		struct datagram *d = &rx[r].d[rx[r].i++];
		struct raw_msg *m = &out[*n];

		*m = (struct raw_msg){ .p = d->msg, .len = d->len, .meta = { .ttl = d->ttl, .ifindex = 2 } };
		addr_set(&m->meta.src, AF_INET, (uint8_t[]){ 10, 0, 0, d->src });
		addr_set(&m->meta.dst, AF_INET, (uint8_t[]){ 224, 0, 0, 18 });
	}
	if (rx[r].i == rx[r].n)				/* out points into it: until the next delivery */
		rx[r].i = rx[r].n = 0;
	return *n;
}

void raw_send(int fd, int family, struct raw_out *o, unsigned n)
{
	unsigned r = (fd - BASE) / 16;

	(void)family;
	for (unsigned i = 0; i < n; i++) {
		o[i].err = 0;
		if (o[i].p[2]) {
			world.h[r].last_tx = world.now;
			world.h[r].sent++;
		}
		fake_send(r, o[i].p, o[i].len);
	}
}

int frame_open(void)
{
	return BASE + current * 16 + FD_FRAMES;
}

unsigned frame_send(int fd, const struct frame *f, unsigned n, int *err)
{
	unsigned r = (fd - BASE) / 16;

	for (unsigned i = 0; i < n; i++)	/* announced only while the kernel has it, as far as the daemon can know */
		assert(world.h[r].has[f[i].b[31] - 100] || q[r].addr_waits);
	*err = 0;
	return n;
}

/* ---- the kernel's interfaces ---- */

static struct link_info link_of(unsigned r)
{
	return (struct link_info){ .ifindex = 2, .flags = IFF_UP | (world.h[r].up ? IFF_RUNNING : 0), .mtu = 1500, .type = 1,
	                           .has_mac = true, .mac = { 2, 0, 0, 0, 0, r }, .name = "eth0" };
}

static struct link_addr addr_of(unsigned last)
{
	struct link_addr a = { .ifindex = 2, .plen = 24, .preferred = UINT32_MAX };

	addr_set(&a.addr, AF_INET, (uint8_t[]){ 10, 0, 0, last });
	return a;
}

static void link_ready(struct source *s, usec now)
{
	unsigned r = (s->fd - BASE) / 16;
	struct engine *e = container_of(s, struct engine, link.src);

	e->now = now;
	if (q[r].link_waits)
		e->link.on_link(e->link.ctx, &q[r].link);
	if (q[r].addr_waits)
		e->link.on_addr(e->link.ctx, &q[r].addr);
	q[r].link_waits = q[r].addr_waits = false;
}

int link_open(struct link *l)
{
	l->src.fd = l->cmd = BASE + current * 16 + FD_LINK;
	l->src.ready = link_ready;
	return 0;
}

void link_close(struct link *l)
{
	(void)l;
}

int link_dump_links(struct link *l)
{
	struct link_info i = link_of((l->cmd - BASE) / 16);

	l->on_link(l->ctx, &i);
	return 0;
}

int link_dump_addrs(struct link *l, int family)
{
	unsigned r = (l->cmd - BASE) / 16;
	struct link_addr a = addr_of(r + 1);

	(void)family;
	l->on_addr(l->ctx, &a);
	for (unsigned k = 0; k < FAKE_VIPS; k++)
		if (world.h[r].has[k]) {
			a = addr_of(100 + k);
			l->on_addr(l->ctx, &a);
		}
	return 0;
}

void link_batch_init(struct link_batch *b)
{
	b->n = b->len = 0;
}

bool link_batch_full(const struct link_batch *b)
{
	return b->n == VIP_CHUNK;
}

/* Carried out at once: the kernel does too, before the burst's system call returns. */
void link_batch_addr(struct link_batch *b, struct link *l, bool add, const struct link_addr *a)
{
	struct host *h = &world.h[(l->cmd - BASE) / 16];
	unsigned k = a->addr.b[3] - 100;

	assert(k < FAKE_VIPS);
	b->add[b->n] = add;
	b->err[b->n] = add && h->add_fails ? -EPERM : h->has[k] == add ? (add ? -EEXIST : -EADDRNOTAVAIL) : 0;
	if (!b->err[b->n])
		h->has[k] = add;
	b->n++;
}

int link_batch_send(struct link_batch *b, struct link *l)
{
	(void)b;
	(void)l;
	return 0;
}

int link_switch(bool v6, const char *ifname, const char *name, int value)
{
	(void)v6, (void)ifname, (void)name, (void)value;
	return 0;
}

int link_type(const char *ifname)
{
	(void)ifname;
	return 1;
}

int vlink_new(struct link *l, const struct vlink *v)
{
	(void)l, (void)v;
	return -EOPNOTSUPP;
}

int vlink_set(struct link *l, const struct vlink *v)
{
	return vlink_new(l, v);
}

int vlink_up(struct link *l, unsigned ifindex, bool up)
{
	(void)l, (void)ifindex, (void)up;
	return -EOPNOTSUPP;
}

int vlink_del(struct link *l, const struct vlink *v)
{
	return vlink_new(l, v);
}

int vlink_get(struct link *l, const char *name, struct link_info *i)
{
	(void)l, (void)name, (void)i;
	return -ENODEV;
}

void raw_any_source(int fd)
{
	(void)fd;
}

/* No lab here has routes: tests/net/routes.sh has. */
uint8_t *link_batch_route(struct link_batch *b, struct link *l, bool add, bool rule, unsigned flags, const uint8_t *bytes, size_t len)
{
	(void)l, (void)add, (void)rule, (void)flags, (void)bytes, (void)len;
	assert(!"a route");
	return b->buf;
}

int link_watch_routes(struct link *l, bool on)
{
	(void)l, (void)on;
	return 0;
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

int link_promote(const char *ifname, int on)
{
	(void)ifname;
	(void)on;
	return 1;
}

void fake_carrier(unsigned r, bool up)
{
	world.h[r].up = up;
	q[r].link = link_of(r);
	q[r].link_waits = world.h[r].e != NULL;
}

void fake_steal(unsigned r, unsigned vip)
{
	if (!world.h[r].has[vip] || q[r].addr_waits)
		return;
	world.h[r].has[vip] = false;
	q[r].addr = addr_of(100 + vip);
	q[r].addr.gone = true;
	q[r].addr_waits = world.h[r].e != NULL;
}

/* ---- children: a check answers at once with script_good, a notify is written down ---- */

int child_open(struct source *s)
{
	s->fd = BASE + current * 16 + FD_CHLD;
	return 0;
}

static void bury(unsigned r, unsigned i)
{
	q[r].nkids--;
	q[r].kid[i] = q[r].kid[q[r].nkids];
	q[r].status[i] = q[r].status[q[r].nkids];
	q[r].ends[i] = q[r].ends[q[r].nkids];
}

static void chld_ready(unsigned r, usec now)
{
	for (unsigned i = 0; i < q[r].nkids;) {
		struct child *c = q[r].kid[i];
		int status = q[r].status[i];

		if (q[r].ends[i] > world.now && !q[r].hurry) {
			i++;
			continue;
		}
		bury(r, i);
		c->pid = 0;
		c->done(c, status, now);
		i = 0;					/* which may have begun or forgotten others */
	}
}

/* The digit that ends a name; 0: none does. */
static unsigned number(const char *name)
{
	char c = name[strlen(name) - 1];

	return isdigit(c) ? c - '0' : 0;
}

static bool answers(unsigned r, const char *check)
{
	return number(check) < FAKE_LANS && isdigit(check[strlen(check) - 1]) ? !world.h[r].bad[number(check)] : world.h[r].script_good;
}

int child_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done)
{
	unsigned r = current;

	(void)cred;
	if (q[r].nkids == 16)
		return -EAGAIN;
	if (extra) {
		for (int s = FSM_INIT; s <= FSM_STOPPED; s++)
			if (!strcmp(extra[2], fsm_state_text(s)))
				world.h[r].last_told[extra[0][0] == 'G' ? FAKE_LANS : number(extra[1])] = s;
		world.h[r].told++;
	}
	c->pid = 1;
	c->done = done;
	q[r].status[q[r].nkids] = extra || answers(r, argv[0]) ? 0 : 256;
	q[r].ends[q[r].nkids] = world.now + (extra && world.hooks ? fake_random(world.hooks) : 0);
	q[r].kid[q[r].nkids++] = c;
	return 0;
}

void child_forget(struct child *c)
{
	for (unsigned i = 0; i < q[current].nkids; i++)
		if (q[current].kid[i] == c)
			bury(current, i--);
	c->pid = 0;
}

void child_kill(struct child *c, int sig)
{
	(void)sig;
	for (unsigned i = 0; i < q[current].nkids; i++)
		if (q[current].kid[i] == c)
			q[current].ends[i] = world.now;
}

unsigned child_count(void)
{
	return 0;
}

const char *child_error_text(int err)
{
	return strerror(-err);
}

const char *child_status_text(int status, char *buf, size_t size)
{
	snprintf(buf, size, "status %d", status);
	return buf;
}

int child_cred(struct cred *out, const char *user, const char *group)
{
	(void)user;
	(void)group;
	*out = (struct cred){ .uid = 0 };
	return 0;
}

bool fake_script_good(void)
{
	return world.h[current].script_good;
}

/* ---- loop, files, log ---- */

int loop_open(struct loop *l)
{
	l->epfd = BASE + current * 16 + FD_LOOP;
	q[current].nsrc = 0;
	return 0;
}

int loop_open_slow(struct loop *slow, struct loop *outer)
{
	(void)outer;
	return loop_open(slow);
}

int loop_want(struct loop *l, struct source *s, bool read, bool write)
{
	(void)l, (void)s, (void)read, (void)write;
	return 0;
}

void loop_close(struct loop *l)
{
	(void)l;
}

int loop_add(struct loop *l, struct source *s)
{
	q[(l->epfd - BASE) / 16].src[q[(l->epfd - BASE) / 16].nsrc++] = s;
	return 0;
}

void loop_del(struct loop *l, struct source *s)
{
	unsigned r = (l->epfd - BASE) / 16;

	for (unsigned i = 0; i < q[r].nsrc; i++)
		if (q[r].src[i] == s)
			q[r].src[i] = q[r].src[--q[r].nsrc];
}

int loop_turn(struct loop *l, usec until, usec *now)
{
	unsigned r = (l->epfd - BASE) / 16;

	(void)until;
	*now = fake_clock(r);
	for (unsigned i = 0; i < q[r].nsrc; i++) {
		struct source *s = q[r].src[i];

		if ((s->fd % 16 == FD_RX4 && rx[r].i < rx[r].n) || (s->fd % 16 == FD_LINK && (q[r].link_waits || q[r].addr_waits)))
			s->ready(s, *now);
		if (world.drained)
			world.drained();
	}
	chld_ready(r, *now);
	return 0;
}

int file_look(int dir, const char *path, struct look *l)
{
	(void)dir;
	(void)path;
	*l = (struct look){ .mode = 0100755 };
	return 0;
}

int file_read(const char *path, char *buf, size_t size)
{
	(void)path, (void)buf, (void)size;
	return -ENOENT;
}

int file_mkdir(const char *path)
{
	(void)path;
	return 0;
}

int file_replace(const char *path, const char *text, size_t len)
{
	(void)path;
	(void)text;
	(void)len;
	return 0;
}

static void *grow(struct arena *a, size_t need, size_t *got)
{
	void **chunk;

	*got = need > 16384 ? need : 16384;
	chunk = malloc(*got + 16);
	if (!chunk)
		return NULL;
	*chunk = a->chunks;
	a->chunks = chunk;
	return chunk + 2;
}

void arena_open(struct arena *a)
{
	*a = (struct arena){ .grow = grow };
}

void arena_close(struct arena *a)
{
	void **c, **next;

	for (c = a->chunks; c; c = next) {
		next = *c;
		free(c);
	}
	arena_open(a);
}

static const char *conf_text;

static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	(void)io;
	(void)path;
	(void)why;
	*len = strlen(conf_text);
	return arena_str(a, conf_text);
}

void file_lex_io(struct lex_io *io)
{
	*io = (struct lex_io){ .load = load };
}

bool fake_verbose;

#define LOG(name)                                                                               \
	void name(const char *fmt, ...)                                                         \
	{                                                                                       \
		va_list ap;                                                                     \
		if (!fake_verbose)                                                              \
			return;                                                                 \
		printf("%12.6f r%u ", (double)world.now / SEC, current + 1);                    \
		va_start(ap, fmt);                                                              \
		vprintf(fmt, ap);                                                               \
		va_end(ap);                                                                     \
		putchar('\n');                                                                  \
	}

#include <stdarg.h>
LOG(log_err)
LOG(log_notice)
LOG(log_info)
LOG(log_debug)

struct conf *fake_conf(const char *text)
{
	const struct config_source src = { .path = "sim", .config_id = "sim" };
	struct findings f = { .fd = -1 };

	conf_text = text;
	return config_load(&src, &f);
}

void fake_start(unsigned r, const char *text)
{
	struct host *h = &world.h[r];
	const char *what;

	current = r;
	rx[r].n = rx[r].i = q[r].nkids = 0;
	q[r].hurry = false;
	q[r].link_waits = q[r].addr_waits = false;
	memset(h->last_told, -1, sizeof h->last_told);
	h->e = calloc(1, sizeof *h->e);
	if (engine_open(h->e, fake_conf(text), NULL, &what) < 0)
		abort();
}

void fake_kill(unsigned r)
{
	struct engine *e = world.h[r].e;

	config_free(e->conf);
	for (struct conf *c = e->retired, *older; c; c = older) {
		older = c->older;
		config_free(c);
	}
	arena_close(&e->life);
	free(e);
	world.h[r].e = NULL;
	q[r].nsrc = q[r].nkids = 0;
}

void fake_stop(unsigned r)
{
	current = r;
	q[r].hurry = true;			/* its loop may end no other way */
	engine_close(world.h[r].e);
	free(world.h[r].e);
	world.h[r].e = NULL;
}

void fake_run(unsigned r)
{
	current = r;
	engine_turn(world.h[r].e);
}

int fake_reload(unsigned r, const char *text)
{
	current = r;
	return engine_reload(world.h[r].e, fake_conf(text));
}

int raw_open_ah(unsigned ifindex, const char *ifname)
{
	(void)ifindex;
	(void)ifname;
	return -EPROTONOSUPPORT;
}
