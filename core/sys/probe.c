/* probe.c - one run of a check: the frame around the kinds. Deadline, negation, --start, words (sys: child, loop). */
#include <stdarg.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "kw.h"
#include "probe_in.h"
#include "text.h"

#define OWNER(p, member) ((struct probe *)(void *)((char *)(p) - offsetof(struct probe, member)))

enum { GOES_ON = 1 << 20 };		/* no status of waitpid */
enum { LOOK, SECOND, COMMAND, PAUSE };	/* phases: a look; the look again, after --start's command and its pause */

static const struct probe_kind *const kinds[CHECK_N] = {
	[CHECK_PIDFILE] = &probe_pidfile,
	[CHECK_TCP]     = &probe_tcp,
	[CHECK_HTTP]    = &probe_http,
	[CHECK_PROCESS] = &probe_process,
	[CHECK_PING]    = &probe_ping,
	[CHECK_ARP]     = &probe_arp,
	[CHECK_VIP]     = &probe_arp,
	[CHECK_ROUTE]   = &probe_route,
	[CHECK_LINK]    = &probe_link,
	[CHECK_ADDR]    = &probe_addr,
	[CHECK_FILE]    = &probe_file,
	[CHECK_EXEC]    = &probe_exec,
};

static const struct probe_kind *kind_of(const struct probe *p)
{
	return kinds[p->c->kind];
}

/* ---- verdicts ---- */

/* As it stands within a line: "connection refused". */
static const char *reason(int err, char *buf, size_t size)
{
	snprintf(buf, size, "%s", child_error_text(err));
	if (buf[1] < 'A' || buf[1] > 'Z')	/* not "I/O error" */
		*buf |= 32;
	return buf;
}

static void let_go(struct probe *p)
{
	heap_del(p->env->heap, &p->limit);
	if (p->src.fd >= 0) {
		loop_del(p->env->loop, &p->src);
		if (p->src.fd + 1 != p->kept)
			close(p->src.fd);
		p->src.fd = -1;
	}
}

static void command_done(struct child *c, int status, usec now)
{
	struct probe *p = OWNER(c, child);

	p->status = status;
	p->phase = PAUSE;
	heap_set(p->env->heap, &p->limit, now + (status < 0 ? 0 : p->c->wait));
}

/* The look was bad: may a command mend it? true: it is under way. */
static bool command(struct probe *p)
{
	if (p->good)
		p->tried = false;
	if (p->good || !p->can || !p->c->start || p->tried)
		return false;
	p->tried = true;
	p->child.stays = true;
	p->status = child_start(&p->child, p->c->start, NULL, p->cred, command_done);
	p->phase = p->status < 0 ? PAUSE : COMMAND;
	if (p->status < 0)
		return false;
	heap_set(p->env->heap, &p->limit, p->now + p->c->wait);
	return true;
}

/* What --start has to do with it. */
static const char *after(const struct probe *p, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };
	char end[CHILD_TEXT];

	*buf = 0;
	if (p->phase == LOOK)
		return buf;
	text_put(&t, ", after --start");
	if (p->status < 0)
		text_put(&t, " failed: %s", reason(p->status, end, sizeof end));
	else if (p->status && p->status != GOES_ON)
		text_put(&t, " %s", child_status_text(p->status, end, sizeof end));
	return buf;
}

/* The words stand behind the check's own, which are cut off where they are too long. */
static void conclude(struct probe *p, const char *words)
{
	char start[64];
	size_t n;

	let_go(p);
	p->took = clock_now() - p->began;
	if (command(p))
		return;
	after(p, start, sizeof start);
	n = strlen(words) + strlen(start) + 2;
	n = n < WHY_LEN - 24 ? WHY_LEN - n : 24;
	check_text(p->c, p->why, n);
	n = strlen(p->why);
	snprintf(p->why + n, WHY_LEN - n, ": %s%s", words, start);
	p->busy = false;
	if (!p->silent)
		p->done(p, p->now);
}

__attribute__((format(printf, 2, 0)))
static void judge(struct probe *p, const char *fmt, va_list ap)
{
	char words[64];

	vsnprintf(words, sizeof words, fmt, ap);
	conclude(p, words);
}

void probe_done(struct probe *p, bool good, const char *fmt, ...)
{
	va_list ap;

	p->can = true;
	p->good = good != p->c->negate;
	va_start(ap, fmt);
	judge(p, fmt, ap);
	va_end(ap);
}

void probe_cannot(struct probe *p, const char *fmt, ...)
{
	va_list ap;

	p->can = p->good = false;
	va_start(ap, fmt);
	judge(p, fmt, ap);
	va_end(ap);
}

void probe_bad_errno(struct probe *p, int err)
{
	char buf[64];

	probe_done(p, false, "%s", reason(err, buf, sizeof buf));
}

void probe_cannot_errno(struct probe *p, const char *what, int err)
{
	char buf[64];

	probe_cannot(p, "%s%s%s", what ? what : "", what ? ": " : "", reason(err, buf, sizeof buf));
}

/* ---- what kinds ask for ---- */

static void on_ready(struct source *s, usec now)
{
	struct probe *p = OWNER(s, src);

	p->now = now;
	kind_of(p)->ready(p);
}

bool probe_watch(struct probe *p, int fd, const char *what)
{
	int err = fd;

	if (fd >= 0) {
		p->src = (struct source){ fd, on_ready };
		err = loop_add(p->env->loop, &p->src);
	}
	if (err < 0)
		probe_cannot_errno(p, what, err);
	return err >= 0;
}

void probe_wake(struct probe *p, usec at)
{
	heap_set(p->env->heap, &p->limit, at < p->until ? at : p->until);
}

void probe_extend(struct probe *p, usec until)
{
	p->until = until;
	probe_wake(p, until);
}

/* ---- the run ---- */

static void look(struct probe *p, unsigned phase)
{
	p->phase = phase;
	p->step = 0;
	p->src.fd = -1;
	p->until = p->now + p->timeout;
	p->began = clock_now();
	memset(&p->u, 0, sizeof p->u);
	probe_wake(p, p->until);
	kind_of(p)->start(p);
}

static void too_late(struct probe *p)
{
	char buf[24];

	if (kind_of(p)->late)
		kind_of(p)->late(p);
	else
		probe_done(p, false, "%s after %s s", text_nth(kind_of(p)->steps, p->step),
		           kw_seconds_text(p->timeout, buf, sizeof buf));
}

static void on_time(struct timer *t, usec now)
{
	struct probe *p = OWNER(t, limit);

	p->now = now;
	if (p->phase == COMMAND) {		/* it has not ended: a program that stays, or one that hangs */
		child_forget(&p->child);
		command_done(&p->child, GOES_ON, now);
	} else if (p->phase == PAUSE) {
		look(p, SECOND);
	} else if (now >= p->until) {
		too_late(p);
	} else {
		probe_wake(p, p->until);
		kind_of(p)->wake(p);
	}
}

bool probe_start(struct probe *p, const struct probe_env *env, const struct check *c, usec timeout, usec now)
{
	p->env = env;
	p->c = c;
	p->timeout = timeout;
	p->now = now;
	p->limit.fire = on_time;
	p->busy = p->silent = true;
	look(p, LOOK);
	p->silent = false;
	return !p->busy;
}

void probe_stop(struct probe *p)
{
	if (!p->busy)
		return;
	p->busy = false;
	let_go(p);
	if (p->phase == COMMAND)
		child_forget(&p->child);
	else if (p->phase != PAUSE && kind_of(p)->stop)
		kind_of(p)->stop(p);
}

bool probe_move(struct probe *p, const struct check *c)
{
	bool anew = p->busy && p->phase <= SECOND && c->kind == CHECK_HTTP;	/* the only one that keeps what it was given */

	if (anew)
		probe_stop(p);
	p->c = c;
	if (p->watch.on)
		probe_process_of(p);
	return !anew;
}

void probe_close(struct probe *p)
{
	if (p->watch.on)
		procs_unwatch(p->env->procs, &p->watch);
	if (p->kept)
		close(p->kept - 1);
	p->kept = 0;
}
