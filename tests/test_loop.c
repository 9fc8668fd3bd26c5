/* test_loop.c - never early, never EINTR, no call to what was deleted. */
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "loop.h"
#include "t.h"

enum { MANY = 300 };

struct probe {
	struct source s;
	int calls;
	struct loop *l;
	struct probe *kill;	/* deleted when this one is called */
};

static struct probe many[MANY];
static volatile sig_atomic_t alarms;

static void ready(struct source *s, usec now)
{
	struct probe *p = (struct probe *)s;
	uint64_t v;

	(void)now;
	if (read(s->fd, &v, sizeof(v)) == sizeof(v))
		p->calls++;
	if (p->kill)
		loop_del(p->l, &p->kill->s);
}

static void open_probe(struct loop *l, struct probe *p, int count)
{
	*p = (struct probe){ .s = { eventfd(count, EFD_NONBLOCK | EFD_CLOEXEC), ready }, .l = l };
	if (loop_add(l, &p->s) < 0)
		t_case(0, "loop/add", "refused");
}

static void close_probe(struct loop *l, struct probe *p)
{
	loop_del(l, &p->s);
	close(p->s.fd);
}

/* Each wait, 20 times: ends at its time, not before; lateness only when it is absurd (a busy machine is no bug). */
static void waits(struct loop *l, const char *how)
{
	static const usec waits[] = { 1, 100, 300, 999, 1000, 1001, 2500, 10000 };
	int early = 0, late = 0;
	char name[64];

	for (unsigned i = 0; i < sizeof(waits) / sizeof(*waits); i++)
		for (int k = 0; k < 20; k++) {
			usec now, until = clock_now() + waits[i];

			if (loop_turn(l, until, &now) != 0)
				early += 100;
			early += now < until;
			late += now > until + SEC;
		}
	snprintf(name, sizeof(name), "loop/never-early/%s", how);
	t_case(!early && !late, name, "%d early, %d a second late", early, late);
}

static void polls(struct loop *l)
{
	usec now = 0, t = clock_now();

	t_int("loop/poll/past", loop_turn(l, 0, &now), 0);
	t_int("loop/poll/negative", loop_turn(l, -5 * SEC, &now), 0);
	t_case(now >= t && now < t + 10 * SEC, "loop/poll/now", "now is not the clock");
}

static void many_fds(struct loop *l)
{
	int calls = 0, wrong = 0, turns = 0;
	usec now;

	for (int i = 0; i < MANY; i++)
		open_probe(l, &many[i], 1);
	while (calls < MANY && turns++ < MANY) {
		int n = loop_turn(l, USEC_NEVER, &now);

		if (n <= 0 || n > LOOP_EVENTS)
			break;
		calls += n;
	}
	for (int i = 0; i < MANY; i++)
		wrong += many[i].calls != 1;
	t_case(!wrong && calls == MANY, "loop/many", "%d of %d called wrongly, %d calls", wrong, MANY, calls);
	t_int("loop/many/drained", loop_turn(l, 0, &now), 0);
	for (int i = 0; i < MANY; i++)
		close_probe(l, &many[i]);
}

/* Two are ready in one turn; the one that is called deletes the other, or itself. */
static void deletes(struct loop *l)
{
	struct probe a, b;
	usec now;

	open_probe(l, &a, 1);
	open_probe(l, &b, 1);
	a.kill = &b;
	b.kill = &a;
	t_int("loop/del/other/called", loop_turn(l, USEC_NEVER, &now), 1);
	t_int("loop/del/other", a.calls + b.calls, 1);
	close_probe(l, &a);
	close_probe(l, &b);

	open_probe(l, &a, 1);
	a.kill = &a;
	t_int("loop/del/self", loop_turn(l, USEC_NEVER, &now), 1);
	t_int("loop/del/self/gone", loop_turn(l, 0, &now), 0);
	close_probe(l, &a);
}

static void on_alarm(int sig)
{
	(void)sig;
	alarms++;
}

static void signals(struct loop *l, const char *how)
{
	struct sigaction sa = { .sa_handler = on_alarm };
	struct itimerval it = { { 0, 2000 }, { 0, 2000 } }, off = { { 0, 0 }, { 0, 0 } };
	usec now, until;
	char name[64];
	int n;

	alarms = 0;
	sigaction(SIGALRM, &sa, NULL);
	setitimer(ITIMER_REAL, &it, NULL);
	until = clock_now() + 50 * MS;
	n = loop_turn(l, until, &now);
	setitimer(ITIMER_REAL, &off, NULL);
	snprintf(name, sizeof(name), "loop/signals/%s", how);
	t_case(n == 0 && now >= until && alarms > 0, name, "returned %d, %lld us early, %d signals", n,
	       (long long)(until - now), (int)alarms);
}

static void hangup(struct loop *l)
{
	struct probe p = { .l = l };
	int fd[2];
	usec now;

	if (pipe(fd) < 0)
		return;
	p.s = (struct source){ fd[0], ready };
	loop_add(l, &p.s);
	close(fd[1]);
	t_int("loop/hangup", loop_turn(l, clock_now() + 5 * SEC, &now), 1);
	t_int("loop/add/twice", loop_add(l, &p.s) < 0, 1);
	close_probe(l, &p);
}

int main(void)
{
	struct rlimit r = { 1024, 1024 };
	struct loop l;

	setrlimit(RLIMIT_NOFILE, &r);
	t_int("loop/open", loop_open(&l), 0);
	polls(&l);
	waits(&l, "kernel");
	signals(&l, "kernel");
	printf("# epoll_pwait2: %s\n", l.has_pwait2 ? "yes" : "no");
	l.has_pwait2 = false;
	waits(&l, "fallback");
	signals(&l, "fallback");
	many_fds(&l);
	deletes(&l);
	hangup(&l);
	loop_close(&l);
	T_END;
}
