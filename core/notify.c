/*
 * notify.c - telling the outside of a new state: state file, notify scripts. Scripts of one instance never overlap:
 * notify_STATE, then notify, and while they run only the latest newer state is kept (design 5.6).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "log.h"

static void advance(struct notify *n);

static const char *name_of(const struct notify *n)
{
	return n->v ? n->v->c->name : n->g->c->name;
}

/* Before its log lines: a group's name may be an instance's too. */
static const char *kind_of(const struct notify *n)
{
	return n->v ? "" : "group ";
}

/* Removed by a reload, and the file that named it wants to hear it so. */
static bool deleted(const struct notify *n)
{
	return n->v && n->v->leaving && n->v->c->notify[NOTIFY_DELETED];
}

static const char *word(const struct notify *n, enum fsm_state s)
{
	return deleted(n) ? "DELETED" : fsm_state_text(s);
}

static void put_line(const struct notify *n, const char *word, unsigned prio)
{
	fifo_line(n->e, n->v ? "INSTANCE" : "GROUP", name_of(n), word, prio);
}

/* Or NULL. */
static const struct cmd *command(const struct notify *n)
{
	static const uint8_t of_state[] = {
		[FSM_INIT] = NOTIFY_ALL, [FSM_MASTER] = NOTIFY_MASTER, [FSM_BACKUP] = NOTIFY_BACKUP,
		[FSM_FAULT] = NOTIFY_FAULT, [FSM_STOPPED] = NOTIFY_STOP,
	};
	const struct cmd *const *hook = n->v ? n->v->c->notify : n->g->c->notify;

	switch (n->stage) {
	case 2:  return hook[NOTIFY_ALL];
	case 3:  return hook[NOTIFY_LOWER];
	default: return hook[deleted(n) ? NOTIFY_DELETED : of_state[n->state]];
	}
}

static void cannot(const struct notify *n, const char *why)
{
	const struct cmd *cmd = command(n);

	if (cmd)
		log_err("(%s%s) cannot run notify script %s: %s", kind_of(n), name_of(n), cmd->argv[0], why);
}

/* One removed by a reload whose script still runs, and which had the same name: it comes first. Or NULL. */
static struct notify *before(const struct notify *n)
{
	struct vr *o = !n->v ? NULL : n->v->leaving ? n->v->job_next : n->e->leaving;	/* the youngest first */

	while (o && (!o->notify.stage || strcmp(o->c->name, n->v->c->name)))
		o = o->job_next;
	return o ? &o->notify : NULL;
}

/* Tell the newest state, unless its turn has not come. */
static void begin(struct notify *n)
{
	if (!n->stage && !before(n))
		advance(n);
}

/* Who waited for one that is through. */
static void next_in_line(const struct engine *e)
{
	for (struct vr *v = e->leaving; v; v = v->job_next)
		if (v->notify.pending)
			begin(&v->notify);
	for (unsigned i = 0; i < e->nvr; i++)
		if (e->vr[i]->notify.pending)
			begin(&e->vr[i]->notify);
}

static void done(struct child *c, int status, usec now)
{
	struct notify *n = container_of(c, struct notify, child);
	char why[CHILD_TEXT];

	n->e->now = now;
	heap_del(&n->e->heap, &n->limit);
	if (status < 0)
		cannot(n, child_error_text(status));
	else if (status)
		log_info("(%s%s) notify script for %s: %s", kind_of(n), name_of(n), fsm_state_text(n->state),
		         child_status_text(status, why, sizeof why));
	advance(n);
	if (!n->stage && n->v && n->v->leaving)
		next_in_line(n->e);
}

/* true: it runs, done will go on. */
static bool start(struct notify *n)
{
	static char prio[4];
	const struct cmd *cmd = command(n);
	const char *extra[] = { n->v ? "INSTANCE" : "GROUP", name_of(n), word(n, n->state), prio, NULL };
	char buf[WHY_LEN];
	const char *why;
	struct cred cred;
	int err;

	if (!cmd || !cmd->argv)
		return false;
	snprintf(prio, sizeof prio, "%u", n->prio);
	why = program_refused(&n->e->conf->global, cmd, cmd->argv, &cred, buf, sizeof buf);
	if (!why && (err = child_start(&n->child, cmd->argv, n->stage == 2 ? extra : NULL, &cred, done)) < 0)
		why = child_error_text(err);
	if (why)
		cannot(n, why);
	return !why;
}

/* A script that is still running when a newer state waits gets hook_timeout, then TERM, then KILL. */
static void limit_newer(struct notify *n, uint8_t newer)
{
	usec limit = n->e->conf->global.hook_timeout;

	n->pending_state = newer;
	if (!limit || n->limit.slot)
		return;
	n->kills = 0;
	heap_set(&n->e->heap, &n->limit, n->e->now + limit);
}

static void over_time(struct timer *t, usec now)
{
	struct notify *n = container_of(t, struct notify, limit);

	if (!n->child.pid)
		return;
	log_notice("(%s%s) notify script for %s still runs while %s waits: ending it", kind_of(n), name_of(n),
	           fsm_state_text(n->state), fsm_state_text(n->pending_state));
	child_kill(&n->child, n->kills++ ? SIGKILL : SIGTERM);
	heap_set(&n->e->heap, t, now + 2 * SEC);
}

static void advance(struct notify *n)
{
	for (;;) {
		if (n->stage == 1) {
			n->stage = 2;
		} else if (n->pending) {
			n->pending = false;
			n->state = n->pending_state;
			n->prio = n->pending_prio;
			n->stage = 1;
		} else if (n->lower) {
			n->lower = false;
			n->stage = 3;
		} else {
			n->stage = 0;
			return;
		}
		if (!start(n))
			continue;
		if (n->pending)
			limit_newer(n, n->pending_state);
		return;
	}
}

static const char *state_path(const struct vr *v, char *buf, size_t size)
{
	int n = snprintf(buf, size, "%s/", v->e->run_dir);

	snprintf(buf + n, size - n, "%s.state", v->c->name);
	for (char *p = buf + n; *p; p++)
		if (*p == '/' || (p == buf + n && *p == '.'))
			*p = '_';
	return buf;
}

void notify_gone(struct vr *v)
{
	char path[256];

	if (v->e->run_dir)
		unlink(state_path(v, path, sizeof path));
}

/* An owner found none of its addresses: for kernels that do not say who set one. */
static const char all_set[] = "OWNED=no\n";

static const char *owned(const struct vr *v)
{
	bool own = v->c->prio != 255;

	for (unsigned k = 0; k < v->c->vips.n; k++)
		own |= v->vips[k].kept;
	return own ? "" : all_set;
}

long notify_left(struct vr *v)
{
	char path[256], text[256] = "";
	const char *pid;

	if (v->e->run_dir)
		file_read(state_path(v, path, sizeof path), text, sizeof text);
	notify_gone(v);
	for (unsigned k = 0; !v->e->marks && strstr(text, all_set) && k < v->c->vips.n; k++)
		v->vips[k].kept = false;
	pid = strstr(text, "\nPID=");
	return pid && !strncmp(text, "STATE=MASTER\n", 13) && !strstr(pid, "DEMOTED") ? strtol(pid + 5, NULL, 10) : 0;
}

static void state_file(struct vr *v)
{
	char path[256], text[256];
	int n, err;

	if (!v->e->run_dir || v->leaving || v->fsm.state == FSM_INIT)
		return;
	if (v->fsm.state == FSM_STOPPED) {
		notify_gone(v);
		return;
	}
	state_path(v, path, sizeof path);
	n = snprintf(text, sizeof text, "STATE=%s\nSINCE=%lld\nUPTIME=%lld\nPRIORITY=%u\nPID=%ld\n%s%s",
	             fsm_state_text(v->fsm.state), (long long)v->since_wall, (long long)(v->since / SEC),
	             v->fc.prio, (long)getpid(), v->demoted ? "DEMOTED=yes\n" : "", owned(v));
	err = file_replace(path, text, n);
	if (err == -ENOENT && !file_mkdir(v->e->run_dir))	/* somebody cleaned up */
		err = file_replace(path, text, n);
	if (err && !v->e->told_files)
		log_err("cannot write %s: %s", path, strerror(-err));
	v->e->told_files = err != 0;
}

static void queue(struct notify *n)
{
	if (n->queued)
		return;
	n->queued = true;
	n->next = NULL;
	*n->e->tell_tail = n;
	n->e->tell_tail = &n->next;
}

void notify_file(struct vr *v)
{
	queue(&v->notify);
}

/* A state that scripts never hear of, since a newer one came, has its line nevertheless. */
static void line_due(struct notify *n)
{
	if (n->line)
		put_line(n, word(n, n->pending_state), n->pending_prio);
	n->line = false;
}

void notify_word(struct notify *n, const char *word)
{
	if (n->v ? n->v->notify_after : n->g->notify_after)	/* the line to come says it all */
		return;
	line_due(n);
	put_line(n, word, n->v ? n->v->fc.prio : 0);
}

void notify_lower(struct vr *v)
{
	struct notify *n = &v->notify;

	if (n->lower_at && v->e->now - n->lower_at < LOWER_TOLD_GAP)
		return;
	n->lower_at = v->e->now;
	notify_word(n, "MASTER_RX_LOWER_PRI");
	if (!v->c->notify[NOTIFY_LOWER])
		return;
	n->lower = true;
	queue(n);
}

static void tell(struct notify *n, enum fsm_state state, uint8_t prio)
{
	line_due(n);
	if (n->pending) {
		n->skipped++;
		log_info("(%s%s) notify for %s left out: %s is newer", kind_of(n), name_of(n), fsm_state_text(n->pending_state),
		         fsm_state_text(state));
	}
	n->pending = n->line = true;
	n->pending_state = state;
	n->pending_prio = prio;
	queue(n);
}

void notify_state(struct vr *v)
{
	tell(&v->notify, v->fsm.state, v->fc.prio);
	mail_state(&v->mail);
}

void notify_group(struct group *g)
{
	tell(&g->notify, g->state, 0);
	mail_state(&g->mail);
}

/* A file and a process take a thousand times as long as an advert: one at a time, when nothing else waits. */
bool notify_work(struct engine *e)
{
	struct notify *n = e->tell_head, *o;

	if (!n)
		return false;
	e->tell_head = n->next;
	if (!e->tell_head)
		e->tell_tail = &e->tell_head;
	n->queued = false;
	if (n->v)
		state_file(n->v);
	begin(n);
	if (n->pending && (o = n->stage ? n : before(n)))
		limit_newer(o, n->pending_state);
	line_due(n);
	return e->tell_head != NULL;
}

void notify_init(struct notify *n, struct engine *e)
{
	n->e = e;
	n->limit.fire = over_time;
}

void notify_drop(struct notify *n)
{
	struct notify **p = &n->e->tell_head;

	while (*p && *p != n)
		p = &(*p)->next;
	if (*p) {
		*p = n->next;
		if (!*p)
			n->e->tell_tail = p;
	}
	heap_del(&n->e->heap, &n->limit);
	if (n->child.pid)
		child_forget(&n->child);
}

bool notify_busy(const struct engine *e)
{
	for (unsigned i = 0; i < e->nvr; i++)
		if (e->vr[i]->notify.stage || e->vr[i]->notify.pending)
			return true;
	for (unsigned i = 0; i < e->ngroups; i++)
		if (e->groups[i]->notify.stage)
			return true;
	return false;
}
