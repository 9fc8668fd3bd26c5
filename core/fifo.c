/* fifo.c - the hall's notify FIFOs: lines out, readers started and ended with them. keepalived c.17. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "log.h"
#include "pipe.h"

static unsigned index_of(const struct fifo *f)
{
	return f - f->e->fifo;
}

static void start(struct fifo *f);

static void cannot(const struct fifo *f, const char *why)
{
	const struct cmd *cmd = f->e->conf->global.fifo[FIFO_SCRIPTS + index_of(f)];

	if (cmd && !f->e->stopping)
		log_err("cannot run %s, the reader of %s: %s", cmd->argv[0], f->path, why);
}

static void reader_ended(struct child *c, int status, usec now)
{
	struct fifo *f = container_of(c, struct fifo, child);
	char why[CHILD_TEXT];

	f->e->now = now;
	heap_del(&f->e->heap, &f->limit);
	if (status < 0)
		cannot(f, child_error_text(status));
	else if (f->again)
		start(f);
	else
		log_err("the reader of %s ended (%s); a reload starts it again", f->path, child_status_text(status, why, sizeof why));
}

static void start(struct fifo *f)
{
	const struct global_conf *g = &f->e->conf->global;
	const struct cmd *cmd = g->fifo[FIFO_SCRIPTS + index_of(f)];
	const char *extra[] = { f->path, NULL };
	const char *why;
	char buf[WHY_LEN];
	struct cred cred;
	int err;

	f->again = false;
	if (!cmd || f->fd < 0)
		return;
	why = program_refused(g, cmd, cmd->argv, &cred, buf, sizeof buf);
	if (!why && (err = child_start(&f->child, cmd->argv, extra, &cred, reader_ended)) < 0)
		why = child_error_text(err);
	if (why)
		cannot(f, why);
}

/* Told to end and did not. */
static void over_time(struct timer *t, usec now)
{
	struct fifo *f = container_of(t, struct fifo, limit);

	(void)now;
	child_kill(&f->child, SIGKILL);
}

/* A reader that stays the same goes on: one that is ended might take a line with it. */
static void restart(struct fifo *f, const struct conf *old)
{
	unsigned n = FIFO_SCRIPTS + index_of(f);
	const struct cmd *is = f->e->conf->global.fifo[n], *was = old ? old->global.fifo[n] : NULL;

	if (!f->child.pid) {
		start(f);
		return;
	}
	if (is && was && conf_same_cmd(is, was) && f->same)
		return;
	f->again = true;
	child_kill(&f->child, SIGTERM);
	heap_set(&f->e->heap, &f->limit, f->e->now + 2 * SEC);
}

static void shut(struct fifo *f)
{
	if (f->fd >= 0)
		pipe_close(f->fd, f->path, f->made);
	f->fd = -1;
}

/* Like instances do, a FIFO that stays the same stays open: nothing that waits in it is lost. */
static void open_one(struct fifo *f)
{
	const struct global_conf *g = &f->e->conf->global;
	const struct cmd *cmd = g->fifo[index_of(f)];
	struct cred owner;
	int err;

	f->same = cmd && !strcmp(cmd->argv[0], f->path);
	if (!f->same)
		shut(f);
	if (!cmd || f->fd >= 0)
		return;
	snprintf(f->path, sizeof f->path, "%s", cmd->argv[0]);
	err = strlen(cmd->argv[0]) < sizeof f->path ? child_cred(&owner, cmd->user ? cmd->user : "0", cmd->group) : -ENAMETOOLONG;
	if (!err)
		err = f->fd = pipe_open(f->path, &owner, &f->made);
	if (err < 0)
		log_err("cannot use the FIFO %s: %s", f->path, err == -EEXIST ? "it is there, and no FIFO of ours" : strerror(-err));
}

void fifo_init(struct engine *e)
{
	for (struct fifo *f = e->fifo; f < e->fifo + FIFO_SCRIPTS; f++) {
		*f = (struct fifo){ .e = e, .fd = -1 };
		f->limit.fire = over_time;
	}
}

void fifo_apply(struct engine *e, const struct conf *old)
{
	for (struct fifo *f = e->fifo; f < e->fifo + FIFO_SCRIPTS; f++) {
		open_one(f);
		restart(f, old);
	}
}

void fifo_end(struct engine *e)
{
	for (struct fifo *f = e->fifo; f < e->fifo + FIFO_SCRIPTS; f++) {
		f->again = true;			/* its end is no news */
		shut(f);
	}
}

void fifo_close(struct engine *e)
{
	fifo_end(e);
	for (struct fifo *f = e->fifo; f < e->fifo + FIFO_SCRIPTS; f++) {
		child_kill(&f->child, SIGTERM);
		child_forget(&f->child);
	}
}

static void put(struct fifo *f, const char *line, size_t len)
{
	if (!pipe_line(f->fd, line, len))
		return;
	f->lost++;
	if (f->e->now < f->quiet)
		return;
	f->quiet = f->e->now + 60 * SEC;
	log_err("nobody reads %s fast enough: %u lines lost so far", f->path, f->lost);
}

void fifo_line(struct engine *e, const char *kind, const char *name, const char *word, unsigned prio)
{
	char line[512];
	int n = snprintf(line, sizeof line, "%s \"%.400s\" %s %u\n", kind, name, word, prio);

	for (struct fifo *f = e->fifo; f < e->fifo + FIFO_SCRIPTS; f++)
		if (f->fd >= 0)
			put(f, line, n);
}
