/*
 * probe_process.c - the check "process": is it there, and how often (sys: procs). The daemon knows the number from the first
 * look on, whoever asks; a program that looks once reads /proc.
 */
#include <stddef.h>

#include "probe_in.h"

/* Too few, or not too many: what is hidden could change that. */
static bool unsure(const struct probe *p)
{
	uint32_t n = p->watch.count;

	return n < p->c->min || (p->c->max != UINT32_MAX && n <= p->c->max);
}

static void judge(struct probe *p, bool blind)
{
	const struct check *c = p->c;
	uint32_t n = p->watch.count;

	p->step = 1;
	if (blind && unsure(p))
		probe_cannot(p, "cannot see other users' processes (hidepid)");
	else if (!n)
		probe_done(p, !c->min, "none running");
	else if (n < c->min)
		probe_done(p, false, "%u running, wanted at least %u", n, c->min);
	else if (n > c->max)
		probe_done(p, false, "%u running, wanted at most %u", n, c->max);
	else
		probe_done(p, true, "%u running (%u%s)", n, p->watch.pid, n > 1 ? "..." : "");
}

/* Would one that began a moment ago, or ended where nobody tells, make it another verdict? */
static bool doubtful(const struct probe *p)
{
	return unsure(p) || p->env->procs->how == PROCS_SCAN;
}

static void counted(struct proc_watch *w, usec now)
{
	struct probe *p = (struct probe *)(void *)((char *)w - offsetof(struct probe, watch));

	if (!p->busy || p->step)
		return;
	p->now = now;
	judge(p, p->env->procs->blind);
}

void probe_process_of(struct probe *p)
{
	p->watch.p = (struct proc_pattern){ .name = p->c->name, .args = *p->c->argv ? p->c->argv : NULL };
}

static void start(struct probe *p)
{
	struct procs *all = p->env->procs;
	bool blind = all && all->blind;
	int err;

	probe_process_of(p);
	p->watch.changed = counted;
	err = all ? procs_watch(all, &p->watch) : procs_count(&p->watch, &blind);
	if (err < 0)
		probe_cannot_errno(p, "/proc", err);
	else if (!all || (procs_known(&p->watch) && !(doubtful(p) && procs_look(all, &p->watch, p->now))))
		judge(p, blind);
}

/* Many processes, or a slow machine: what is known counts. */
static void late(struct probe *p)
{
	if (p->watch.counted)
		judge(p, p->env->procs->blind);
	else
		probe_done(p, false, "not counted in time");
}

const struct probe_kind probe_process = { .start = start, .late = late };
