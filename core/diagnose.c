/* diagnose.c - the hall of the diagnosis: captured frames, what the kernel delivers, the configuration, the running daemon. */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "capture.h"
#include "config.h"
#include "diag.h"
#include "diagnose.h"
#include "engine.h"
#include "file.h"
#include "kw.h"
#include "link.h"
#include "out.h"
#include "probe.h"

enum { ASKED = 16, LEFT = 512, EXIT_WELL = 0, EXIT_FOUND = 1, EXIT_CANNOT = 2 };

/* One interface. */
struct lan {
	struct lan *next;
	struct diag d;
	struct capture cap;
	struct source seen, raw[2];	/* raw: IPv4, IPv6; fd < 0: not to be had */
	bool raw_works[2];		/* and what comes there can be expected to */
	unsigned ifindex, flags;
	uint8_t mac[6];
	bool has[2];			/* an IPv4 address, a link-local IPv6 one */
	bool over;			/* the addresses are asked for once more, at the end */
	const char *name;
};

static struct job {
	struct arena arena;
	struct loop loop;
	struct heap heap;
	struct timer *timers[ASKED];
	struct link link;
	struct conf *conf;
	struct lan *lans;
	struct probe_env env;
	struct asked { struct probe p; struct check c; } asked[ASKED];
	unsigned nasked;
} job;

static int cannot(const char *what, int err)
{
	out_err("vrrp-dump: %s: %s%s\n", what, strerror(-err),
	        err == -EPERM || err == -EACCES ? "; it needs CAP_NET_RAW (run it as root)" : "");
	return EXIT_CANNOT;
}

/* ---- what there is ---- */

static struct lan *lan_of(unsigned ifindex)
{
	struct lan *l = job.lans;

	while (l && l->ifindex != ifindex)
		l = l->next;
	return l;
}

static void on_link(void *ctx, const struct link_info *i)
{
	(void)ctx;
	for (struct lan *l = job.lans; l; l = l->next)
		if (!strcmp(l->name, i->name)) {
			l->ifindex = i->gone ? 0 : i->ifindex;
			l->flags = i->flags;
			memcpy(l->mac, i->mac, sizeof l->mac);
		}
}

static void on_addr(void *ctx, const struct link_addr *a)
{
	struct lan *l = lan_of(a->ifindex);

	(void)ctx;
	if (!l || a->gone)
		return;
	l->has[0] |= a->addr.family == AF_INET;
	l->has[1] |= a->addr.family == AF_INET6 && addr_is_linklocal(&a->addr);
	if (l->over)
		diag_ours(&l->d, &a->addr);
}

static void on_lost(void *ctx)
{
	(void)ctx;
}

static bool add_lan(const char *name)
{
	struct lan **at = &job.lans;

	for (; *at; at = &(*at)->next)
		if (!strcmp((*at)->name, name))
			return true;
	if (!(*at = arena_get(&job.arena, sizeof **at)))
		return false;
	(*at)->name = name;
	(*at)->seen.fd = (*at)->raw[0].fd = (*at)->raw[1].fd = -1;
	return true;
}

static const char *default_conf(void)
{
	static const char *const known[] = { "/etc/vrrpd.conf", "/etc/keepalived/keepalived.conf" };

	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		if (!access(known[i], R_OK))
			return known[i];
	return NULL;
}

/* 0, or the exit code. */
static int read_conf(const char *path)
{
	struct findings f = { .fd = STDERR_FILENO };
	struct config_source src = { .path = path };

	if (!path)
		return 0;
	job.conf = config_load(&src, &f);
	return job.conf ? 0 : EXIT_CANNOT;
}

static int choose_lans(const char *dev)
{
	if (dev)
		add_lan(dev);
	for (unsigned i = 0; !dev && job.conf && i < job.conf->nvrrp; i++)
		if (job.conf->vrrp[i].interface)
			add_lan(job.conf->vrrp[i].interface);
	if (job.lans)
		return 0;
	out_err("vrrp-dump: which interface? -i IF names it, or -f FILE a configuration\n");
	return EXIT_CANNOT;
}

/* ---- listening ---- */

static void on_frame(struct source *s, usec now)
{
	struct lan *l = container_of(s, struct lan, seen);
	struct pcap_rec r;
	struct sight seen;

	for (int i = 0; i < DIAG_TURN && capture_next(&l->cap, &r); i++)
		if (frame_read(&seen, r.link, r.p, r.cap, r.len)) {
			seen.out |= r.out;
			diag_frame(&l->d, &seen, now);
		}
}

static void delivered(struct lan *l, int k)
{
	struct raw_msg m[RX_BATCH];
	unsigned n, bad = 0;

	for (int t = 0; t < RX_TURN / RX_BATCH && raw_recv(l->raw[k].fd, k ? AF_INET6 : AF_INET, m, &n, &bad) > 0; t++)
		for (unsigned i = 0; i < n; i++)
			diag_delivered(&l->d, m[i].p, m[i].len, &m[i].meta);
}

static void on_raw4(struct source *s, usec now)
{
	(void)now;
	delivered(container_of(s, struct lan, raw[0]), 0);
}

static void on_raw6(struct source *s, usec now)
{
	(void)now;
	delivered(container_of(s, struct lan, raw[1]), 1);
}

static void open_raw(struct lan *l, int k)
{
	struct addr group;
	char port[64];

	addr_parse(&group, k ? "ff02::12" : "224.0.0.18");
	l->raw[k] = (struct source){ raw_open_rx(k ? AF_INET6 : AF_INET, l->ifindex, l->name), k ? on_raw6 : on_raw4 };
	if (l->raw[k].fd < 0)
		return;
	snprintf(port, sizeof port, "/sys/class/net/%s/brport", l->name);
	l->raw_works[k] = !raw_join(l->raw[k].fd, l->ifindex, &group) && l->has[k] && access(port, F_OK);	/* else the bridge has them */
	for (unsigned i = 0; job.conf && i < job.conf->nvrrp; i++)
		if ((job.conf->vrrp[i].family == AF_INET6) == k)
			raw_join(l->raw[k].fd, l->ifindex, &job.conf->vrrp[i].group);
	loop_add(&job.loop, &l->raw[k]);
}

/* What the configuration's instances need there; without one: any. */
static void need_addresses(struct lan *l)
{
	bool need[2] = { !l->has[1], false };

	for (unsigned i = 0; job.conf && i < job.conf->nvrrp; i++) {
		const struct vrrp_conf *v = &job.conf->vrrp[i];

		need[v->family == AF_INET6] |= v->interface && !strcmp(v->interface, l->name) && !v->src.family;
	}
	for (int k = 0; k < 2; k++)
		if (need[k] && !l->has[k])
			diag_add(&l->d, FOUND_LINK, "%s has no %s address", l->name, k ? "link-local IPv6" : "IPv4");
}

/* 0, or the exit code. */
static int listen_to(struct lan *l)
{
	const struct capture_want want = { .ifname = l->name, .snap = PCAP_KEEP, .kbytes = 256, .neighbours = true };
	const char *what;
	int err;

	diag_begin(&l->d, job.conf, l->name, l->mac, clock_now());
	if (!l->ifindex) {
		diag_add(&l->d, FOUND_LINK, "there is no interface %s", l->name);
		return 0;
	}
	if (!(l->flags & IFF_UP) || !(l->flags & IFF_RUNNING)) {
		diag_add(&l->d, FOUND_LINK, "%s is %s", l->name, l->flags & IFF_UP ? "up but has no carrier" : "down");
		return 0;
	}
	need_addresses(l);
	if ((err = capture_open(&l->cap, &want, &what)) < 0)
		return cannot(what, err);
	l->seen = (struct source){ l->cap.fd, on_frame };
	loop_add(&job.loop, &l->seen);
	open_raw(l, 0);
	open_raw(l, 1);
	return 0;
}

/* ---- who answers for the addresses: asked once, the capture hears the answers ---- */

static void answered(struct probe *p, usec now)
{
	(void)p, (void)now;
}

static void ask(const struct lan *l, const struct addr *a, usec now)
{
	struct asked *k = &job.asked[job.nasked];

	for (unsigned i = 0; i < job.nasked; i++)
		if (addr_eq(&job.asked[i].c.addr, a) && !strcmp(job.asked[i].c.dev, l->name))
			return;
	if (job.nasked == ASKED || !a->family || l->seen.fd < 0)
		return;
	job.nasked++;
	k->c = (struct check){ .kind = CHECK_VIP, .addr = *a, .name = l->name, .dev = l->name };
	k->p.done = answered;
	probe_start(&k->p, &job.env, &k->c, SEC, now);
}

static void ask_all(const struct lan *l, usec now)
{
	for (unsigned i = 0; job.conf && i < job.conf->nvrrp; i++) {
		const struct vrrp_conf *v = &job.conf->vrrp[i];

		for (unsigned k = 0; k < v->vips.n && k < 4; k++)
			if (v->vips.v[k].dev && !strcmp(v->vips.v[k].dev, l->name))
				ask(l, &v->vips.v[k].addr, now);
	}
	for (unsigned i = 0; i < l->d.ns; i++)
		if (!l->d.s[i].tag)
			ask(l, &l->d.s[i].first_vip, now);
}

/* ---- the daemon here ---- */

/* The value behind KEY= in a state file's text, as a number or a word. */
static const char *said(const char *text, const char *key)
{
	const char *p = strstr(text, key);

	return p ? p + strlen(key) : "";
}

/* Is it master, as it says itself and as far as it lives? */
static bool claims_master(const char *run_dir, const char *name)
{
	char path[256], text[LEFT] = "";

	snprintf(path, sizeof path, "%s/%s.state", run_dir, name);
	file_peek(path, text, sizeof text);
	return !strncmp(said(text, "STATE="), "MASTER\n", 7) && !kill(strtol(said(text, "PID="), NULL, 10), 0);
}

static void ask_daemon(struct lan *l, const char *run_dir)
{
	for (unsigned i = 0; job.conf && i < job.conf->nvrrp; i++) {
		const struct vrrp_conf *v = &job.conf->vrrp[i];
		bool sent = false;

		if (diag_conf(&l->d, v->family, v->vrid) != v || !claims_master(run_dir, v->name))
			continue;
		for (unsigned k = 0; k < l->d.ns; k++)
			sent |= l->d.s[k].own && l->d.s[k].vrid == v->vrid && l->d.s[k].family == v->family;
		if (!sent && l->seen.fd >= 0 && !l->d.missed && l->d.now - l->d.began > 2 * v->adv)
			diag_add(&l->d, FOUND_OUT, "vrrpd here is MASTER of %s (VRID %u), but none of its adverts leaves %s", v->name, v->vrid,
			         l->name);
	}
}

/* ---- telling ---- */

static void tell_senders(const struct lan *l)
{
	char a[ADDR_STR], t[24];

	for (unsigned i = 0; i < l->d.ns; i++) {
		const struct diag_sender *s = &l->d.s[i];

		out("  VRID %u IPv%c: %s%s, priority %u, version %u, every %s s, %u advert%s\n", s->vrid,
		    s->family == AF_INET6 ? '6' : '4', addr_text(&s->src, a), s->own ? " (this machine)" : "", s->prio, s->version,
		    kw_seconds_text(s->adv, t, sizeof t), s->n, s->n == 1 ? "" : "s");
	}
}

static unsigned tell(struct lan *l, usec now)
{
	unsigned n = diag_conclude(&l->d, l->raw_works, now);

	out("%s:\n", l->name);
	tell_senders(l);
	for (unsigned i = 0; i < n; i++)
		out("%u. %s\n   -> %s\n", i + 1, l->d.f[i].text, diag_remedy(l->d.f[i].id));
	if (l->d.missed)
		out("  (%u more adverts of further senders were not looked at)\n", l->d.missed);
	if (!n)
		out("  nothing wrong was seen\n");
	return n;
}

static usec how_long(const struct diagnose_want *w)
{
	usec t = 5 * SEC;

	if (w->secs)
		return w->secs * (usec)SEC;
	for (unsigned i = 0; job.conf && i < job.conf->nvrrp; i++)
		if (3 * job.conf->vrrp[i].adv > t)
			t = 3 * job.conf->vrrp[i].adv;
	return t;
}

/* Half of the time for whoever speaks by itself, then the addresses are asked for. */
static void listen_for(usec time)
{
	usec now = clock_now(), began = now, end = now + time;
	bool asked = false;
	struct timer *t;

	while (now < end) {
		usec until = asked ? end : began + time / 2;

		if (heap_next(&job.heap) < until)
			until = heap_next(&job.heap);
		if (loop_turn(&job.loop, until, &now) < 0)
			return;
		while ((t = heap_due(&job.heap, now)))
			t->fire(t, now);
		if (!asked && now >= began + time / 2) {
			asked = true;
			for (struct lan *l = job.lans; l; l = l->next)
				ask_all(l, now);
		}
	}
}

static int open_all(const struct diagnose_want *w)
{
	int err, code;

	if ((code = read_conf(w->conf ? w->conf : default_conf())) || (code = choose_lans(w->dev)))
		return code;
	if ((err = loop_open(&job.loop)) < 0)
		return cannot("epoll", err);
	heap_init(&job.heap, job.timers, ASKED);
	job.env = (struct probe_env){ .loop = &job.loop, .heap = &job.heap };
	job.link.on_link = on_link;
	job.link.on_addr = on_addr;
	job.link.on_lost = on_lost;
	if ((err = link_open(&job.link)) < 0 || (err = link_dump_links(&job.link)) < 0 || (err = link_dump_addrs(&job.link, 0)) < 0)
		return cannot("netlink", err);
	for (struct lan *l = job.lans; l; l = l->next)
		if ((code = listen_to(l)))
			return code;
	return 0;
}

int diagnose(const struct diagnose_want *w)
{
	unsigned n = 0;
	int code;
	usec now;

	arena_open(&job.arena);
	if ((code = open_all(w)))
		return code;
	listen_for(how_long(w));
	now = clock_now();
	for (struct lan *l = job.lans; l; l = l->next)
		l->over = true;
	link_dump_addrs(&job.link, 0);
	for (struct lan *l = job.lans; l; l = l->next) {
		ask_daemon(l, w->run_dir);
		n += tell(l, now);
		if (l->seen.fd >= 0)
			capture_close(&l->cap);
	}
	if (out_flush())
		return EXIT_CANNOT;
	return n ? EXIT_FOUND : EXIT_WELL;
}
