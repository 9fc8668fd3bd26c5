/*
 * scripts.c - vrrp_script and track_check at run time: started, limited, judged. keepalived c.2. A script that is our own
 * vrrp-check is a probe in the slow circle of this loop; any other is a process.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "log.h"
#include "probe.h"

/* The probe of a tracker. */
struct inside {
	struct probe p;
	struct tracker *t;
};

static usec limit_of(const struct tracker *s)
{
	return s->c->timeout ? s->c->timeout : s->c->interval;
}

/* Checks only: notify scripts may run for ever, and nobody shall wait for them. */
static unsigned running(const struct engine *e)
{
	unsigned n = 0;

	for (unsigned i = 0; i < e->ntrackers; i++)
		n += e->trackers[i] && (e->trackers[i]->child.pid ||
		     (e->trackers[i]->inside && e->trackers[i]->inside->p.child.pid));
	return n;
}

static void cannot_run(struct tracker *s, int err)
{
	const char *why = child_error_text(err);

	if (s->fail_errno != err)
		log_err("VRRP_Script(%s) cannot run %s: %s; that counts as a failure", s->c->name, s->c->cmd.argv[0], why);
	s->fail_errno = err;
	s->began = s->e->now;
	tracker_result(s, false, why);
}

static void done(struct child *c, int status, usec now)
{
	struct tracker *s = container_of(c, struct tracker, child);
	char why[CHILD_TEXT];

	s->e->now = now;
	if (status < 0 && !s->kills && !s->e->stopping) {
		heap_del(&s->e->heap, &s->limit);
		cannot_run(s, status);
		return;
	}
	s->fail_errno = 0;
	s->status = status;
	s->took = now - s->began;
	heap_del(&s->e->heap, &s->limit);
	if (!s->kills && !s->e->stopping)
		tracker_result(s, status == 0, child_status_text(status, why, sizeof why));
}

/* Judged at once, whenever it ends. TERM when the time is over, KILL 2 s later, again after 2 s and then every 10 s. */
static void over_time(struct timer *t, usec now)
{
	struct tracker *s = container_of(t, struct tracker, limit);

	if (!s->child.pid)
		return;
	if (!s->kills) {
		if (s->last != VERDICT_BAD)		/* said once, like every result */
			log_info("VRRP_Script(%s) timed out", s->c->name);
		s->e->now = now;
		tracker_result(s, false, "timed out");
	}
	child_kill(&s->child, s->kills ? SIGKILL : SIGTERM);
	heap_set(&s->e->heap, &s->limit, now + (s->kills < 2 ? 2 : 10) * SEC);
	if (s->kills < 3)
		s->kills++;
}

/* Looked at before each run, so that a chmod is enough to mend it. */
static bool refused(struct tracker *s)
{
	char buf[WHY_LEN];
	const char *why = NULL;
	char *const *argv;

	for (unsigned i = 0; !why && (argv = conf_program(s->c, i)); i++)
		why = program_refused(&s->e->conf->global, &s->c->cmd, argv, &s->cred, buf, sizeof buf);
	if (!why)
		return false;
	if (strcmp(s->why, why))
		log_err("VRRP_Script(%s) is not run: %s; that counts as a failure", s->c->name, why);
	tracker_result(s, false, why);
	return true;
}

static void judge(struct inside *in)
{
	struct tracker *s = in->t;

	s->took = in->p.took;
	if (!s->e->stopping)
		tracker_result(s, in->p.good, in->p.why);
}

static void probed(struct probe *p, usec now)
{
	struct inside *in = container_of(p, struct inside, p);

	in->t->e->now = now;
	judge(in);
}

static void run_inside(struct tracker *s)
{
	struct inside *in = s->inside;
	struct engine *e = s->e;

	in->p.done = probed;
	in->p.cred = &s->cred;
	if (probe_start(&in->p, &e->probes, s->c->check, limit_of(s), e->now))
		judge(in);
}

static bool busy(const struct tracker *s)
{
	return s->child.pid || (s->inside && s->inside->p.busy);
}

static void run(struct timer *t, usec now)
{
	struct tracker *s = container_of(t, struct tracker, next);
	struct engine *e = s->e;
	int err;

	e->now = now;
	if (e->begun >= STARTS_TURN) {
		heap_set(&e->heap, t, now + 1);		/* in the next turn: adverts that are due come first */
		return;
	}
	e->begun++;
	if (busy(s)) {
		if (!s->overruns++)
			log_info("VRRP_Script(%s) is still running: this run is left out", s->c->name);
		heap_set(&e->heap, t, now + s->c->interval);
		return;
	}
	if ((!s->inside || s->c->check->kind == CHECK_EXEC) && running(e) >= SCRIPTS_RUNNING_MAX) {
		heap_set(&e->heap, t, now + 20 * MS);
		return;
	}
	heap_set(&e->heap, t, now + s->c->interval);
	s->kills = 0;
	s->began = now;
	if (refused(s))
		return;
	if (s->inside) {
		run_inside(s);
		return;
	}
	err = child_start(&s->child, s->c->cmd.argv, NULL, &s->cred, done);
	if (err < 0) {
		cannot_run(s, err);
		return;
	}
	heap_set(&e->heap, &s->limit, now + limit_of(s));
}

const size_t script_inside_size = sizeof(struct inside);

bool script_make(struct tracker *t)
{
	if (!t->c->check)
		return true;
	t->inside = pool_get(&t->e->inside_pool);
	if (!t->inside)
		return false;
	t->inside->t = t;
	return true;
}

void script_unmake(struct tracker *t)
{
	if (t->inside)
		probe_close(&t->inside->p);
	pool_put(&t->e->inside_pool, t->inside);
}

void script_moved(struct tracker *t)
{
	if (t->inside && !probe_move(&t->inside->p, t->c->check))
		heap_set(&t->e->heap, &t->next, t->e->now);
}

void script_now(struct tracker *s)
{
	if (!busy(s))
		heap_set(&s->e->heap, &s->next, s->e->now);
}

void script_start(struct tracker *s)
{
	s->next.fire = run;
	s->limit.fire = over_time;
	if (!s->next.slot)
		heap_set(&s->e->heap, &s->next, s->e->now);
}

void script_end(struct tracker *s)
{
	if (s->inside && s->inside->p.busy)
		probe_stop(&s->inside->p);
	if (s->child.pid)
		child_kill(&s->child, SIGTERM);
}

void script_stop(struct tracker *s)
{
	if (s->child.pid) {
		child_kill(&s->child, SIGKILL);
		child_forget(&s->child);
	}
}
