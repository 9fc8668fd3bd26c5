/*
 * procs.c - processes that somebody watches (sys: /proc, pidfds; proc_events.h). All watches share one table of
 * matches, one socket of events and one scan of /proc, which goes on for SLICE in a turn of the loop.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <linux/cn_proc.h>

#include "limits.h"
#include "proc_events.h"
#include "procs.h"

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434		/* everywhere but on alpha */
#endif

enum {
	SLICE = 200,			/* us of looking at processes in one turn of the loop */
	PAUSE = 1 * MS,			/* between two slices */
	AGAIN = 100 * MS,		/* events were lost: let the storm go on a while */
	LOOK = 1 * SEC,			/* newcomers, where no event tells of them */
	AUDIT = 10 * SEC,		/* what no event tells: a command line that was rewritten, a message the kernel had no memory for */
	EVENTS_TURN = 64,		/* taken in one turn of the loop */
	BUCKETS = sizeof ((struct procs *)0)->known / sizeof(struct proc_known *)
};

#define container_of(p, type, member) ((type *)(void *)((char *)(p) - offsetof(type, member)))

/* One match: a process that fits two watches is in the table twice. */
struct proc_known {
	struct source src;		/* pidfd; fd < 0: none */
	struct procs *p;
	struct proc_watch *w;
	struct proc_known *next;
	uint32_t pid;
	uint8_t gen;			/* of the scan that saw it last */
};

/* ---- one process ---- */

struct dossier {
	struct proc_facts f;
	char comm[64];			/* a kernel thread's is longer than 16 */
	char stat[512];
	char exe[1024];
	char cmdline[PROC_CMDLINE_MAX + 1];
};

/* Bytes of a file, or of what "exe" links to, with a NUL behind them; 0: not there, or not for us. */
static size_t proc_read(unsigned pid, const char *what, char *buf, size_t size)
{
	bool link = *what == 'e';
	char path[40];
	ssize_t n = 0;
	int fd;

	snprintf(path, sizeof path, "/proc/%u/%s", pid, what);
	fd = link ? -1 : open(path, O_RDONLY | O_CLOEXEC);
	if (link) {
		n = readlink(path, buf, size - 1);
	} else if (fd >= 0) {
		n = read(fd, buf, size - 1);
		close(fd);
	}
	n = n > 0 ? n : 0;
	buf[n] = 0;
	return n;
}

static bool proc_look(struct dossier *d, unsigned pid, unsigned needs)
{
	size_t n = proc_read(pid, "comm", d->comm, sizeof d->comm);

	if (!n)
		return false;
	if (d->comm[n - 1] == '\n')
		d->comm[n - 1] = 0;
	*d->cmdline = *d->exe = 0;
	d->f = (struct proc_facts){ d->comm, d->cmdline, 0, d->exe };
	if (needs & PROC_CMDLINE)
		d->f.len = proc_read(pid, "cmdline", d->cmdline, sizeof d->cmdline);
	if (needs & PROC_EXE)
		proc_read(pid, "exe", d->exe, sizeof d->exe);
	return true;
}

static bool living(struct dossier *d, unsigned pid)
{
	return proc_read(pid, "stat", d->stat, sizeof d->stat) && proc_living(d->stat);
}

/* The first process of all is always there, and rarely ours. */
static bool hidden(void)
{
	char buf[2];

	return !proc_read(1, "comm", buf, sizeof buf);
}

/* ---- the table ---- */

static struct proc_known **bucket(struct procs *p, unsigned pid)
{
	return &p->known[pid % BUCKETS];
}

static struct proc_known **find(struct procs *p, unsigned pid, const struct proc_watch *w)
{
	struct proc_known **at = bucket(p, pid);

	while (*at && ((*at)->pid != pid || (w && (*at)->w != w)))
		at = &(*at)->next;
	return at;
}

static void drop(struct procs *p, struct proc_known **at)
{
	struct proc_known *k = *at;

	*at = k->next;
	p->nknown--;
	k->w->count--;
	if (k->w->pid == k->pid)
		k->w->pid = 0;
	if (k->src.fd >= 0) {
		loop_del(p->loop, &k->src);
		close(k->src.fd);
		p->nfds--;
	}
	pool_put(&p->pool, k);
}

/* Of one watch; NULL: whatever the present scan has not seen. True: something was dropped. */
static bool drop_all(struct procs *p, const struct proc_watch *w)
{
	unsigned known = p->nknown;

	for (unsigned i = 0; i < BUCKETS; i++)
		for (struct proc_known **at = &p->known[i]; *at; )
			if (w ? (*at)->w == w : (*at)->gen != p->gen)
				drop(p, at);
			else
				at = &(*at)->next;
	return p->nknown != known;
}

/* Every watch whose count is another one hears of it: once for all that one turn brought. */
static void tell(struct procs *p, usec now)
{
	for (struct proc_watch *w = p->watches; w; w = w->next)
		if (!w->fresh && w->count != w->told) {
			w->told = w->count;
			if (w->changed)
				w->changed(w, now);
		}
}

static void ended(struct procs *p, unsigned pid)
{
	struct proc_known **at;

	while (*(at = find(p, pid, NULL)))
		drop(p, at);
}

static void pidfd_ready(struct source *s, usec now)
{
	struct proc_known *k = (struct proc_known *)s;	/* src is its first member */
	struct procs *p = k->p;

	ended(p, k->pid);
	tell(p, now);
}

static void follow(struct procs *p, struct proc_known *k)
{
	k->src = (struct source){ -1, pidfd_ready };
	if (p->how != PROCS_PIDFD || p->nfds == PROCS_FDS_MAX)
		return;
	k->src.fd = syscall(SYS_pidfd_open, k->pid, 0);
	if (k->src.fd < 0)
		return;
	if (loop_add(p->loop, &k->src) < 0) {
		close(k->src.fd);
		k->src.fd = -1;
		return;
	}
	p->nfds++;
}

static void add(struct procs *p, unsigned pid, struct proc_watch *w)
{
	struct proc_known *k = *find(p, pid, w), **at = bucket(p, pid);

	if (!k) {
		if (p->nknown == PROCS_KNOWN_MAX || !(k = pool_get(&p->pool)))
			return;
		k->p = p;
		k->w = w;
		k->pid = pid;
		k->next = *at;
		*at = k;
		p->nknown++;
		w->count++;
		follow(p, k);
	}
	k->gen = p->gen;
	if (!w->pid || pid < w->pid)
		w->pid = pid;
}

/* Look at one process: who wants it, who does not want it any more. */
static void judge(struct procs *p, unsigned pid)
{
	struct proc_known **at;
	struct dossier d;
	unsigned needs = 0;
	int alive = -1;			/* not looked yet */
	bool there;

	for (struct proc_watch *w = p->watches; w; w = w->next)
		needs |= proc_needs(&w->p);
	there = pid != (unsigned)getpid() && proc_look(&d, pid, needs);
	for (struct proc_watch *w = p->watches; w; w = w->next) {
		if (there && alive && proc_match(&w->p, &d.f) && (alive = alive > 0 || living(&d, pid)))
			add(p, pid, w);
		else if (*(at = find(p, pid, w)))
			drop(p, at);
	}
}

/* ---- the scan ---- */

struct dirent64 {			/* as getdents64 writes them */
	uint64_t ino, off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

/* Some of the directory's numbers to each, until it says enough. True: there are more, and the next call goes on there. */
static bool walk(int dir, bool (*each)(void *ctx, unsigned pid), void *ctx)
{
	char buf[512] __attribute__((aligned(8)));
	const struct dirent64 *e;
	unsigned long pid;
	long got;

	while ((got = syscall(SYS_getdents64, dir, buf, sizeof buf)) > 0)
		for (long i = 0; i < got; i += e->reclen) {
			e = (const struct dirent64 *)(buf + i);
			pid = strtoul(e->name, NULL, 10);
			if (!pid || each(ctx, pid))
				continue;
			lseek(dir, e->off, SEEK_SET);
			return true;
		}
	return false;
}

static int open_proc(void)
{
	int fd = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

struct slice {
	struct procs *p;
	usec until;
};

static bool scan_one(void *ctx, unsigned pid)
{
	struct slice *s = ctx;
	unsigned known = s->p->nknown;

	judge(s->p, pid);
	s->p->surprise |= s->p->nknown != known;
	return clock_now() < s->until;
}

static int scan_begin(struct procs *p)
{
	p->dir = open_proc();
	if (p->dir < 0)
		return p->dir;
	p->blind = hidden();
	p->surprise = false;
	p->audit = !p->lost;
	p->lost = false;
	p->gen++;
	for (struct proc_watch *w = p->watches; w; w = w->next)
		if (w->fresh) {
			w->fresh = 1;
			p->audit = false;
		}
	return 0;
}

static void scan_end(struct procs *p, usec now)
{
	usec pause = p->lost ? AGAIN : p->how == PROCS_EVENTS ? AUDIT : LOOK;

	close(p->dir);
	p->dir = -1;
	p->scanned = now;
	p->surprise |= drop_all(p, NULL);
	for (struct proc_watch *w = p->watches; w; w = w->next)
		if (w->fresh == 1) {
			w->fresh = 0;
			w->counted = true;
			w->told = ~w->count;		/* whatever it is, it is news */
		} else if (w->fresh) {
			pause = PAUSE;
		}
	if (p->how == PROCS_EVENTS && p->audit && p->surprise)
		proc_events_again(p->src.fd);
	heap_set(p->heap, &p->scan, now + pause);
}

static void scan_fire(struct timer *t, usec now)
{
	struct procs *p = container_of(t, struct procs, scan);
	struct slice s = { p, clock_now() + SLICE };

	if (p->dir < 0 && scan_begin(p) < 0) {		/* no descriptors left: counts stay what they were */
		heap_set(p->heap, t, now + LOOK);
		return;
	}
	if (walk(p->dir, scan_one, &s))
		heap_set(p->heap, t, now + PAUSE);
	else
		scan_end(p, now);
	tell(p, now);
}

/* ---- events ---- */

static void take(struct procs *p, const struct proc_news *e)
{
	switch (e->what) {
	case PROC_EVENT_FORK:		/* a child is what its parent is until it becomes something else */
		for (struct proc_known *k = *bucket(p, e->pid); k; k = k->next)
			if (k->pid == e->pid)
				add(p, e->child, k->w);
		break;
	case PROC_EVENT_EXEC:
	case PROC_EVENT_COMM:
		judge(p, e->pid);
		break;
	case PROC_EVENT_EXIT:
		ended(p, e->pid);
		break;
	}
}

static void events_ready(struct source *s, usec now)
{
	struct procs *p = container_of(s, struct procs, src);
	usec until = clock_now() + SLICE;
	struct proc_news e;
	int n;

	for (int i = 0; i < EVENTS_TURN && clock_now() < until && (n = proc_events_next(s->fd, &e)); i++) {
		if (n > 0) {
			take(p, &e);
		} else {			/* ENOBUFS: the queue was full; what is in it is still true */
			if (p->dir < 0 && !p->lost)	/* once: a storm without end would put it off for ever */
				heap_set(p->heap, &p->scan, now + AGAIN);
			p->lost = true;
		}
	}
	tell(p, now);
}

static void events_open(struct procs *p)
{
	p->src = (struct source){ proc_events_open(), events_ready };
	if (p->src.fd < 0 || !loop_add(p->loop, &p->src))
		return;
	proc_events_close(p->src.fd);
	p->src.fd = -1;
}

/* ---- what the header promises ---- */

void procs_init(struct procs *p, struct loop *loop, struct heap *heap, struct arena *a)
{
	memset(p, 0, sizeof *p);
	p->loop = loop;
	p->heap = heap;
	p->pool = (struct pool){ a, NULL, sizeof(struct proc_known) };
	p->src.fd = p->dir = -1;
	p->scan.fire = scan_fire;
}

void procs_buffer(struct procs *p, int size, bool force)
{
	if (size > 0 && p->src.fd >= 0)
		proc_events_buffer(p->src.fd, size, force);
}

static int begin(struct procs *p)
{
	int fd = open_proc();

	if (fd < 0)
		return fd;
	close(fd);
	events_open(p);
	p->how = PROCS_EVENTS;
	if (p->src.fd >= 0)
		return 0;
	p->how = PROCS_SCAN;
	fd = syscall(SYS_pidfd_open, getpid(), 0);
	if (fd >= 0) {
		p->how = PROCS_PIDFD;
		close(fd);
	}
	return 0;
}

static void end(struct procs *p)
{
	heap_del(p->heap, &p->scan);
	if (p->dir >= 0)
		close(p->dir);
	if (p->src.fd >= 0) {
		loop_del(p->loop, &p->src);
		proc_events_close(p->src.fd);
	}
	p->src.fd = p->dir = -1;
}

int procs_watch(struct procs *p, struct proc_watch *w)
{
	int err;

	if (w->on)
		return 0;
	if (!p->watches && (err = begin(p)) < 0)
		return err;
	w->count = w->pid = 0;
	w->fresh = 2;
	w->counted = false;
	w->on = true;
	w->next = p->watches;
	p->watches = w;
	if (p->dir < 0)
		heap_set(p->heap, &p->scan, 0);
	return 0;
}

void procs_unwatch(struct procs *p, struct proc_watch *w)
{
	struct proc_watch **at = &p->watches;

	if (!w->on)
		return;
	drop_all(p, w);
	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->on = false;
	if (!p->watches)
		end(p);
}

bool procs_look(struct procs *p, struct proc_watch *w, usec now)
{
	if (p->how == PROCS_EVENTS || now - p->scanned < AGAIN)
		return false;
	w->fresh = 2;
	if (p->dir < 0)
		heap_set(p->heap, &p->scan, now);
	return true;
}

void procs_close(struct procs *p)
{
	while (p->watches)
		procs_unwatch(p, p->watches);
}

bool procs_known(const struct proc_watch *w)
{
	return w->on && !w->fresh;
}

static bool count_one(void *ctx, unsigned pid)
{
	struct proc_watch *w = ctx;
	struct dossier d;

	if (pid == (unsigned)getpid() || !proc_look(&d, pid, proc_needs(&w->p)) || !proc_match(&w->p, &d.f) || !living(&d, pid))
		return true;
	if (!w->count++)
		w->pid = pid;
	return true;
}

int procs_count(struct proc_watch *w, bool *blind)
{
	int dir = open_proc();

	if (dir < 0)
		return dir;
	*blind = hidden();
	w->count = w->pid = 0;
	walk(dir, count_one, w);
	close(dir);
	return 0;
}
