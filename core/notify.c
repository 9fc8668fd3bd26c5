/*
 * notify.c - telling the outside of a new state: state file, notify scripts. Scripts of one instance never overlap:
 * notify_STATE, then notify, and while they run only the latest newer state is kept (design 5.6).
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "log.h"

static void advance(struct vr *v);

/* Removed by a reload, and the file that named it wants to hear it so. */
static bool deleted(const struct vr *v)
{
	return v->leaving && v->c->notify[NOTIFY_DELETED];
}

static const char *word(const struct vr *v, enum fsm_state s)
{
	return deleted(v) ? "DELETED" : fsm_state_text(s);
}

/* Or NULL. */
static const struct cmd *command(const struct vr *v)
{
	static const uint8_t of_state[] = {
		[FSM_INIT] = NOTIFY_ALL, [FSM_MASTER] = NOTIFY_MASTER, [FSM_BACKUP] = NOTIFY_BACKUP,
		[FSM_FAULT] = NOTIFY_FAULT, [FSM_STOPPED] = NOTIFY_STOP,
	};

	switch (v->notify.stage) {
	case 2:  return v->c->notify[NOTIFY_ALL];
	case 3:  return v->c->notify[NOTIFY_LOWER];
	default: return v->c->notify[deleted(v) ? NOTIFY_DELETED : of_state[v->notify.state]];
	}
}

static void cannot(const struct vr *v, const char *why)
{
	const struct cmd *cmd = command(v);

	if (cmd)
		log_err("(%s) cannot run notify script %s: %s", v->c->name, cmd->argv[0], why);
}

static void done(struct child *c, int status, usec now)
{
	struct vr *v = container_of(c, struct vr, notify.child);
	char why[CHILD_TEXT];

	v->e->now = now;
	heap_del(&v->e->heap, &v->notify.limit);
	if (status < 0)
		cannot(v, child_error_text(status));
	else if (status)
		log_info("(%s) notify script for %s: %s", v->c->name, fsm_state_text(v->notify.state),
		         child_status_text(status, why, sizeof why));
	advance(v);
}

/* true: it runs, done will go on. */
static bool start(struct vr *v)
{
	static char prio[4];
	const struct cmd *cmd = command(v);
	const char *extra[] = { "INSTANCE", v->c->name, word(v, v->notify.state), prio, NULL };
	char buf[WHY_LEN];
	const char *why;
	struct cred cred;
	int err;

	if (!cmd || !cmd->argv)
		return false;
	snprintf(prio, sizeof prio, "%u", v->notify.prio);
	why = program_refused(&v->e->conf->global, cmd, cmd->argv, &cred, buf, sizeof buf);
	if (!why && (err = child_start(&v->notify.child, cmd->argv, v->notify.stage == 2 ? extra : NULL, &cred, done)) < 0)
		why = child_error_text(err);
	if (why)
		cannot(v, why);
	return !why;
}

/* A script that is still running when a newer state waits gets hook_timeout, then TERM, then KILL. */
static void limit_newer(struct vr *v)
{
	usec limit = v->e->conf->global.hook_timeout;

	if (!limit || v->notify.limit.slot)
		return;
	v->notify.kills = 0;
	heap_set(&v->e->heap, &v->notify.limit, v->e->now + limit);
}

static void over_time(struct timer *t, usec now)
{
	struct vr *v = container_of(t, struct vr, notify.limit);

	if (!v->notify.child.pid)
		return;
	log_notice("(%s) notify script for %s still runs while %s waits: ending it", v->c->name,
	           fsm_state_text(v->notify.state), fsm_state_text(v->notify.pending_state));
	child_kill(&v->notify.child, v->notify.kills++ ? SIGKILL : SIGTERM);
	heap_set(&v->e->heap, t, now + 2 * SEC);
}

static void advance(struct vr *v)
{
	struct notify *n = &v->notify;

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
		if (!start(v))
			continue;
		if (n->pending)
			limit_newer(v);
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
	n = snprintf(text, sizeof text, "STATE=%s\nSINCE=%lld\nUPTIME=%lld\nPRIORITY=%u\nPID=%ld\n%s",
	             fsm_state_text(v->fsm.state), (long long)v->since_wall, (long long)(v->since / SEC),
	             v->fc.prio, (long)getpid(), v->demoted ? "DEMOTED=yes\n" : "");
	err = file_replace(path, text, n);
	if (err == -ENOENT && !mkdir(v->e->run_dir, 0755))	/* somebody cleaned up */
		err = file_replace(path, text, n);
	if (err && !v->e->told_files)
		log_err("cannot write %s: %s", path, strerror(-err));
	v->e->told_files = err != 0;
}

void notify_file(struct vr *v)
{
	struct notify *n = &v->notify;
	struct engine *e = v->e;

	if (n->queued)
		return;
	n->queued = true;
	n->next = NULL;
	*e->tell_tail = v;
	e->tell_tail = &n->next;
}

/* A state that scripts never hear of, since a newer one came, has its line nevertheless. */
static void line_due(struct vr *v)
{
	struct notify *n = &v->notify;

	if (n->line)
		fifo_line(v, word(v, n->pending_state), n->pending_prio);
	n->line = false;
}

void notify_word(struct vr *v, const char *word)
{
	if (v->notify_after)		/* the line to come says it all */
		return;
	line_due(v);
	fifo_line(v, word, v->fc.prio);
}

void notify_lower(struct vr *v)
{
	struct notify *n = &v->notify;

	if (n->lower_at && v->e->now - n->lower_at < LOWER_TOLD_GAP)
		return;
	n->lower_at = v->e->now;
	notify_word(v, "MASTER_RX_LOWER_PRI");
	if (!v->c->notify[NOTIFY_LOWER])
		return;
	n->lower = true;
	notify_file(v);
}

void notify_state(struct vr *v)
{
	struct notify *n = &v->notify;

	line_due(v);

	if (n->pending) {
		n->skipped++;
		log_info("(%s) notify for %s left out: %s is newer", v->c->name, fsm_state_text(n->pending_state),
		         fsm_state_text(v->fsm.state));
	}
	n->pending = n->line = true;
	n->pending_state = v->fsm.state;
	n->pending_prio = v->fc.prio;
	notify_file(v);
}

/* A file and a process take a thousand times as long as an advert: one instance at a time, when nothing else waits. */
bool notify_work(struct engine *e)
{
	struct vr *v = e->tell_head;

	if (!v)
		return false;
	e->tell_head = v->notify.next;
	if (!e->tell_head)
		e->tell_tail = &e->tell_head;
	v->notify.queued = false;
	state_file(v);
	if (!v->notify.stage)
		advance(v);
	else if (v->notify.pending)
		limit_newer(v);
	line_due(v);
	return e->tell_head != NULL;
}

void notify_init(struct vr *v)
{
	v->notify.limit.fire = over_time;
}

void notify_drop(struct vr *v)
{
	struct vr **p = &v->e->tell_head;

	while (*p && *p != v)
		p = &(*p)->notify.next;
	if (*p) {
		*p = v->notify.next;
		if (!*p)
			v->e->tell_tail = p;
	}
	heap_del(&v->e->heap, &v->notify.limit);
	if (v->notify.child.pid)
		child_forget(&v->notify.child);
}

bool notify_busy(const struct engine *e)
{
	for (unsigned i = 0; i < e->nvr; i++)
		if (e->vr[i]->notify.stage)
			return true;
	return false;
}
