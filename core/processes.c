/* processes.c - vrrp_track_process at run time: a number becomes a verdict, after its delay. keepalived b.6, c.18. */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "log.h"

static bool too_many(const struct tracker *t)
{
	return t->c->quorum_max != UINT16_MAX && t->proc.count > t->c->quorum_max;
}

bool process_good(const struct tracker *t)
{
	return t->proc.count >= t->c->quorum && !too_many(t);
}

static void judge(struct tracker *t)
{
	uint32_t n = t->proc.count;
	char why[64];

	if (too_many(t))
		snprintf(why, sizeof why, "%u running, %u at most", n, t->c->quorum_max);
	else if (n < t->c->quorum)
		snprintf(why, sizeof why, "%u of at least %u running%s", n, t->c->quorum,
		         t->e->procs.blind ? ", others' processes are hidden" : "");
	else
		snprintf(why, sizeof why, "%u running", n);
	tracker_result(t, process_good(t), why);
}

static void delay_over(struct timer *timer, usec now)
{
	struct tracker *t = container_of(timer, struct tracker, next);

	t->e->now = now;
	judge(t);
}

/* A change of the verdict waits; when the number comes back meanwhile, nothing has happened. */
static void changed(struct proc_watch *w, usec now)
{
	struct tracker *t = container_of(w, struct tracker, proc);
	enum verdict v = process_good(t) ? VERDICT_GOOD : VERDICT_BAD;
	usec delay = v == VERDICT_GOOD ? t->c->fork_delay : t->c->terminate_delay;

	t->e->now = now;
	if (t->last != VERDICT_NONE && t->last != v && delay) {
		if (!t->next.slot)
			heap_set(&t->e->heap, &t->next, now + delay);
		return;
	}
	heap_del(&t->e->heap, &t->next);
	judge(t);
}

/* Once a daemon: what people have to expect. */
static void say_how(struct engine *e)
{
	static const char how[][44] = {
		[PROCS_EVENTS] = "the kernel tells of all",
		[PROCS_PIDFD]  = "the kernel tells of ends; newcomers in 1 s",
		[PROCS_SCAN]   = "a look each second",
	};

	if (!e->told_procs)
		log_info("watching processes: %s", how[e->procs.how]);
	e->told_procs = true;
}

void process_start(struct tracker *t)
{
	const struct tracker_conf *c = t->c;
	struct proc_watch *w = &t->proc;
	int err;

	t->next.fire = delay_over;
	w->changed = changed;
	w->p = (struct proc_pattern){ c->cmd.argv[0], c->cmd.argv[1] || c->param_match ? c->cmd.argv + 1 : NULL,
	                              c->param_match, c->full_command };
	if (w->on) {
		if (procs_known(w))
			changed(w, t->e->now);		/* a reload may ask for another number */
		return;
	}
	err = procs_watch(&t->e->procs, w);
	if (err < 0)
		tracker_result(t, false, strerror(-err));
	else
		say_how(t->e);
}

void process_end(struct tracker *t)
{
	procs_unwatch(&t->e->procs, &t->proc);
}
