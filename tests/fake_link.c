/* fake_link.c - edges made of memory: the kernel's interfaces and addresses. See fake.h. */
#include <assert.h>
#include <errno.h>
#include <net/if.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_in.h"

/* Events that a router's daemon has not looked at. */
static struct {
	struct link_info link;
	struct link_addr addr;
	bool link_waits, addr_waits;
} q[ROUTERS];

bool addrs_wait(unsigned r)
{
	return q[r].addr_waits;
}

bool links_wait(unsigned r)
{
	return q[r].link_waits || q[r].addr_waits;
}

void links_forget(unsigned r)
{
	q[r].link_waits = q[r].addr_waits = false;
}

static struct link_info link_of(unsigned r)
{
	return (struct link_info){ .ifindex = 2, .flags = IFF_UP | (world.h[r].up ? IFF_RUNNING : 0), .mtu = 1500, .type = 1,
	                           .has_mac = true, .mac = { 2, 0, 0, 0, 0, r }, .name = "eth0" };
}

static struct link_addr addr_of(struct addr a)
{
	return (struct link_addr){ .ifindex = 2, .addr = a, .plen = a.family == AF_INET ? 24 : 64, .preferred = UINT32_MAX };
}

struct addr fake_addr(unsigned r, int family, bool afar)
{
	static const uint8_t prefix[2][16] = { { 0xfe, 0x80 }, { 0x20, 0x01, 0x0d, 0xb8 } };
	uint8_t b[16] = { 10, 0, 0, r + 1 };
	struct addr a = { { 0 }, 0 };

	if (family == AF_INET6) {
		memcpy(b, prefix[afar], sizeof b);
		b[15] = r + 1;
	}
	addr_set(&a, family, b);
	return a;
}

static void link_ready(struct source *s, usec now)
{
	unsigned r = fake_owner(s->fd);
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
	l->src.fd = l->cmd = fake_fd(FD_LINK);
	l->src.ready = link_ready;
	return 0;
}

void link_close(struct link *l)
{
	(void)l;
}

int link_dump_links(struct link *l)
{
	struct link_info i = link_of(fake_owner(l->cmd));

	l->on_link(l->ctx, &i);
	return 0;
}

/* Its own ones first, as the kernel tells them. */
int link_dump_addrs(struct link *l, int family)
{
	unsigned r = fake_owner(l->cmd);
	struct addr own[] = { fake_addr(r, AF_INET, false), fake_addr(r, AF_INET6, true), fake_addr(r, AF_INET6, false) };
	struct link_addr a;

	for (unsigned k = 0; k < sizeof own / sizeof *own; k++) {
		a = addr_of(own[k]);
		if ((!family || own[k].family == family) && !(world.h[r].bare && addr_is_linklocal(&own[k])))
			l->on_addr(l->ctx, &a);
	}
	for (unsigned k = 0; k < FAKE_VIPS; k++) {
		a = addr_of(world.h[r].vip[k]);
		if (world.h[r].has[k] && (!family || a.addr.family == family))
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
	struct host *h = &world.h[fake_owner(l->cmd)];
	unsigned k = a->addr.b[addr_len(&a->addr) - 1] - FAKE_VIP;

	assert(k < FAKE_VIPS && (!h->has[k] || addr_eq(&h->vip[k], &a->addr)));
	b->add[b->n] = add;
	b->err[b->n] = add && h->add_fails ? -EPERM : h->has[k] == add ? (add ? -EEXIST : -EADDRNOTAVAIL) : 0;
	if (!b->err[b->n]) {
		h->has[k] = add;
		h->vip[k] = a->addr;
	}
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

bool link_beat(const char *ifname, unsigned how)
{
	(void)ifname, (void)how;
	return true;
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

void fake_bare(unsigned r, bool bare)
{
	if (q[r].addr_waits)
		return;
	world.h[r].bare = bare;
	q[r].addr = addr_of(fake_addr(r, AF_INET6, false));
	q[r].addr.gone = bare;
	q[r].addr_waits = world.h[r].e != NULL;
}

void fake_steal(unsigned r, unsigned vip)
{
	if (!world.h[r].has[vip] || q[r].addr_waits)
		return;
	world.h[r].has[vip] = false;
	q[r].addr = addr_of(world.h[r].vip[vip]);
	q[r].addr.gone = true;
	q[r].addr_waits = world.h[r].e != NULL;
}
