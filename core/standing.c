/* standing.c - what the daemon is to its machine: its place among processes, memory, name, file mask. keepalived b.2. */
#include <string.h>
#include <sys/stat.h>

#include "engine.h"
#include "log.h"
#include "self.h"

enum { RAISE_GAP = 1000000 };	/* us between two raises: what made one timer late made its neighbours late */

static const char *process_name(const struct global_conf *g)
{
	return g->vrrp_process_name ? g->vrrp_process_name : g->process_name ? g->process_name :
	       g->process_names ? "keepalived_vrrp" : NULL;
}

static void tell(const char *word, int err)
{
	if (err < 0)
		log_err("%s: %s", word, strerror(-err));
}

void standing_apply(const struct global_conf *g, const struct global_conf *old)
{
	if (old ? g->nice != old->nice : g->nice)
		tell("vrrp_priority", self_nice(g->nice));
	if (old ? g->rt != old->rt || g->rttime != old->rttime || old->auto_max > 0 : g->rt)	/* a raise ends */
		tell("vrrp_rt_priority", self_real_time(g->rt, g->rttime));
	if (g->no_swap != (old && old->no_swap))
		tell("vrrp_no_swap", self_lock(g->no_swap));
	tell("vrrp_cpu_affinity", self_cpus(g->cpus));
	self_name(process_name(g));
}

void standing_mask(const struct global_conf *g, bool first)
{
	static int found = -1;			/* -u was given: it wins */

	if (first)
		found = umask(0);
	if (found >= 0)
		umask(g->umask == MASK_UNSET ? found : g->umask);
}

void standing_sockets(struct engine *e)
{
	const struct global_conf *g = &e->conf->global;

	link_buffers(&e->link, g->cmd_buf, g->cmd_buf_force, g->monitor_buf, g->monitor_buf_force);
	procs_buffer(&e->procs, g->proc_buf, g->proc_buf_force);
}

void standing_late(struct engine *e, usec late)
{
	const struct global_conf *g = &e->conf->global;
	unsigned prio = (e->raised ? e->raised : g->rt) + 1;
	int err;

	if (g->auto_max <= 0 || late < (g->auto_late ? g->auto_late : SEC) || (int)prio > g->auto_max ||
	    (e->raised && e->now - e->raised_at < RAISE_GAP))
		return;
	if ((err = self_real_time(prio, g->rttime)) < 0) {
		tell("max_auto_priority", err);
		prio = (uint8_t)g->auto_max;			/* once */
	} else {
		log_notice("a timer was %ld ms late: real time priority %u", (long)(late / MS), prio);
	}
	e->raised = prio;
	e->raised_at = e->now;
}
