/* loop.c - waits for descriptors and the next deadline (sys: epoll). */
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "loop.h"

#ifndef SYS_epoll_pwait2
#define SYS_epoll_pwait2 441	/* the same everywhere but on MIPS, where it is ENOSYS: the slow way then */
#endif

enum { SLACK = 50 };		/* us: a process's timer slack unless somebody changed it */

/* The kernel's own timespec: 64 bits on 32-bit machines too, whatever the C library's is. */
struct kspec { int64_t sec, nsec; };

usec clock_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (usec)t.tv_sec * SEC + t.tv_nsec / 1000;
}

int loop_open(struct loop *l)
{
	*l = (struct loop){ .src.fd = -1, .epfd = epoll_create1(EPOLL_CLOEXEC), .has_pwait2 = true };
	return l->epfd < 0 ? -errno : 0;
}

void loop_close(struct loop *l)
{
	close(l->epfd);
	l->epfd = -1;
}

int loop_add(struct loop *l, struct source *s)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = s };

	return epoll_ctl(l->epfd, EPOLL_CTL_ADD, s->fd, &e) < 0 ? -errno : 0;
}

int loop_want(struct loop *l, struct source *s, bool read, bool write)
{
	struct epoll_event e = { .events = (read ? EPOLLIN : 0) | (write ? EPOLLOUT : 0), .data.ptr = s };

	return epoll_ctl(l->epfd, EPOLL_CTL_MOD, s->fd, &e) < 0 ? -errno : 0;
}

void loop_del(struct loop *l, struct source *s)
{
	struct epoll_event e;	/* kernels before 2.6.9 wanted one, valgrind still does */

	epoll_ctl(l->epfd, EPOLL_CTL_DEL, s->fd, &e);
	for (unsigned i = l->i; i < l->n; i++)
		if (l->ev[i] == s)
			l->ev[i] = NULL;
}

/* The two calls of old kernels: ppoll has the precision, epoll_wait the list. */
static int wait_old(struct loop *l, struct epoll_event *ev, const struct kspec *k)
{
	struct pollfd p = { .fd = l->epfd, .events = POLLIN };
	struct timespec t = { .tv_nsec = k->nsec };

	t.tv_sec = k->sec < INT_MAX ? k->sec : INT_MAX;
	if (ppoll(&p, 1, &t, NULL) < 0)
		return -1;
	return epoll_wait(l->epfd, ev, LOOP_EVENTS, 0);
}

/*
 * One wait of about left (may be negative: a poll). The kernel may take a thousandth longer than it is told, or SLACK, to
 * save wake-ups, and without other work it does: so it is told less. When it does not, the caller waits for the rest.
 */
static int wait_some(struct loop *l, struct epoll_event *ev, usec left)
{
	usec slack = left / 1001 > SLACK ? left / 1001 : SLACK;
	struct kspec k;
	int n;

	if (left <= 0)
		return epoll_wait(l->epfd, ev, LOOP_EVENTS, 0);
	if (left > 2 * SLACK)
		left -= slack;
	k = (struct kspec){ left / SEC, left % SEC * 1000 };
	if (!l->has_pwait2)
		return wait_old(l, ev, &k);
	n = syscall(SYS_epoll_pwait2, l->epfd, ev, LOOP_EVENTS, &k, NULL, (size_t)0);
	if (n >= 0 || (errno != ENOSYS && errno != EPERM))	/* EPERM: sandboxes that do not know the number */
		return n;
	l->has_pwait2 = false;
	return wait_old(l, ev, &k);
}

static int call(struct loop *l, const struct epoll_event *ev, int n, usec now)
{
	int called = 0;

	for (int i = 0; i < n; i++)
		l->ev[i] = ev[i].data.ptr;
	l->n = n;
	for (l->i = 0; l->i < l->n; ) {
		struct source *s = l->ev[l->i++];	/* NULL: deleted by one before it */

		if (!s)
			continue;
		s->ready(s, now);
		called++;
	}
	l->i = l->n = 0;
	return called;
}

int loop_turn(struct loop *l, usec until, usec *now)
{
	struct epoll_event ev[LOOP_EVENTS];
	int n;

	do {
		n = until == USEC_NEVER ? epoll_wait(l->epfd, ev, LOOP_EVENTS, -1)
		                        : wait_some(l, ev, until - clock_now());
		*now = clock_now();
	} while (n < 0 ? errno == EINTR : !n && *now < until);
	return n < 0 ? -errno : call(l, ev, n, *now);
}

/* In a turn of the outer loop: some of what is ready; the rest still is in the next. */
static void slow_ready(struct source *s, usec now)
{
	struct loop *l = (struct loop *)(void *)((char *)s - offsetof(struct loop, src));
	struct epoll_event ev[LOOP_SLOW];
	int n = epoll_wait(l->epfd, ev, LOOP_SLOW, 0);

	if (n > 0)
		call(l, ev, n, now);
}

int loop_open_slow(struct loop *slow, struct loop *outer)
{
	int err = loop_open(slow);

	if (err < 0)
		return err;
	slow->src = (struct source){ .fd = slow->epfd, .ready = slow_ready };
	if ((err = loop_add(outer, &slow->src)) < 0)
		loop_close(slow);
	return err;
}
