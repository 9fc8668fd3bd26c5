/* sandbox.c - what the engine may still do once it works: which capabilities, and where it may write. */
#include <fcntl.h>
#include <linux/capability.h>
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "engine.h"
#include "fence.h"
#include "file.h"
#include "filter.h"
#include "log.h"
#include "priv.h"
#include "sandbox.h"

/* ---- capabilities: what wants each of them ---- */

static bool always(const struct conf *c)
{
	(void)c;
	return true;
}

/* Does a tracker want it: of this kind, or a check inside of one of the other two? */
static bool tracks(const struct conf *c, enum tracker_kind kind, enum check_kind one, enum check_kind other)
{
	for (const struct tracker_conf *t = c->trackers; t < c->trackers + c->ntrackers; t++)
		if (t->used && (t->check ? t->check->kind == one || t->check->kind == other : t->kind == kind && kind != TRACKER_SCRIPT))
			return true;
	return false;
}

static bool processes(const struct conf *c)
{
	return tracks(c, TRACKER_PROCESS, CHECK_PROCESS, CHECK_PROCESS);
}

static bool files(const struct conf *c)
{
	struct look l;

	return tracks(c, TRACKER_FILE, CHECK_FILE, CHECK_PIDFILE) || c->global.reload_time || file_look(AT_FDCWD, c->path, &l) || l.uid;
}

static bool makes_files(const struct conf *c)
{
	for (const struct tracker_conf *t = c->trackers; t < c->trackers + c->ntrackers; t++)
		if (t->used && t->init_file)
			return true;
	return false;
}

static bool owners(const struct conf *c)
{
	const struct global_conf *g = &c->global;

	return g->control_group || (g->fifo[FIFO_ALL] && g->fifo[FIFO_ALL]->user) || (g->fifo[FIFO_VRRP] && g->fifo[FIFO_VRRP]->user);
}

static bool hurries(const struct conf *c)
{
	const struct global_conf *g = &c->global;

	return g->nice || g->rt || g->auto_max > 0;
}

static bool stays_in_memory(const struct conf *c)
{
	return c->global.no_swap;
}

static const struct need {
	uint8_t cap;
	const char *name, *why;
	bool (*wants)(const struct conf *c);
} needs[] = {
	{ CAP_NET_ADMIN,       "CAP_NET_ADMIN",       "addresses",                                always },
	{ CAP_NET_RAW,         "CAP_NET_RAW",         "adverts",                                  always },
	{ CAP_SYS_PTRACE,      "CAP_SYS_PTRACE",      "processes of others",                      processes },
	{ CAP_DAC_READ_SEARCH, "CAP_DAC_READ_SEARCH", "files that are read",                      files },
	{ CAP_DAC_OVERRIDE,    "CAP_DAC_OVERRIDE",    "init_file, or a run directory of another user", makes_files },
	{ CAP_SYS_NICE,        "CAP_SYS_NICE",        "vrrp_priority, vrrp_rt_priority, max_auto_priority", hurries },
	{ CAP_IPC_LOCK,        "CAP_IPC_LOCK",        "vrrp_no_swap",                             stays_in_memory },
	{ CAP_CHOWN,           "CAP_CHOWN",           "control_group, and a FIFO's owner",        owners },
};

enum { NEEDS = sizeof needs / sizeof *needs };

static uint64_t needed(const struct conf *c)
{
	uint64_t caps = 0;

	for (const struct need *n = needs; n < needs + NEEDS; n++)
		if (n->wants(c))
			caps |= 1ull << n->cap;
	return caps;
}

void sandbox_fits(const struct sandbox *s, const struct conf *c)
{
	uint64_t missing = s->on ? needed(c) & ~s->caps : 0;

	for (const struct need *n = needs; n < needs + NEEDS; n++)
		if (missing >> n->cap & 1)
			log_err("%s was given up at start and is now needed (%s): restart vrrpd", n->name, n->why);
}

/* ---- files ---- */

static int fence(const struct conf *c, const char *const paths[], unsigned n)
{
	const char *dir = "/tmp\0/var\0/run\0/dev\0/proc/sys/net\0";
	const struct global_conf *g = &c->global;
	int fd = fence_open();

	if (fd < 0)
		return fd;
	for (; *dir; dir += strlen(dir) + 1)
		fence_allow(fd, dir);
	for (unsigned i = 0; i < n; i++)
		fence_allow_file(fd, paths[i]);
	for (unsigned i = 0; i < sizeof g->dump / sizeof *g->dump; i++)
		fence_allow_file(fd, g->dump[i]);
	for (unsigned i = 0; i < FIFO_SCRIPTS; i++)
		fence_allow_file(fd, g->fifo[i] ? g->fifo[i]->argv[0] : NULL);
	fence_allow_file(fd, g->reload_log);
	fence_allow_file(fd, g->reload_time);
	fence_allow_file(fd, g->reload_file);
	for (const struct tracker_conf *t = c->trackers; t < c->trackers + c->ntrackers; t++)
		if (t->used && t->init_file)
			fence_allow_file(fd, t->path);
	return fd;
}

/* ---- all together ---- */

/* The directory of a file belongs to somebody else: root's own powers end there. */
static bool foreign(const char *path)
{
	char dir[256];
	struct look l;
	int n = path && strrchr(path, '/') ? strrchr(path, '/') - path : 0;

	return n && snprintf(dir, sizeof dir, "%.*s", n, path) < (int)sizeof dir && !file_look(AT_FDCWD, dir, &l) && l.uid;
}

void sandbox_enter(struct sandbox *s, const struct conf *c, const char *const paths[], unsigned n)
{
	struct text t = { s->names, sizeof s->names, 0 };
	uint64_t wanted = needed(c);

	s->on = true;
	for (unsigned i = 0; i < n; i++)
		if (foreign(paths[i]))
			wanted |= 1ull << CAP_DAC_OVERRIDE;
	s->files = fence(c, paths, n);
	s->caps = wanted;
	s->privs = priv_drop(&s->caps);
	for (const struct need *k = needs; k < needs + NEEDS; k++)
		if (s->caps >> k->cap & 1)
			text_put(&t, "%s%s", t.n ? " " : "", k->name);
		else if (wanted >> k->cap & 1)
			log_info("sandbox: %s is not ours to keep and may be needed (%s)", k->name, k->why);
	if (s->files >= 0)
		s->files = fence_shut(s->files);
	s->calls = filter_shut();
	if (s->privs)
		log_err("sandbox: capabilities stay: %s", strerror(-s->privs));
	if (s->files)
		log_info("sandbox: where we write is not limited: %s", strerror(-s->files));
	if (s->calls)
		log_info("sandbox: system calls are not filtered: %s", strerror(-s->calls));
}

void sandbox_look(struct sandbox *s)
{
	unsigned n = 0;
	int number;

	if (s->on)
		n = filter_refused(&number);
	if (n && !s->refused)
		log_err("sandbox: system call %d was refused; vrrp-state sandbox counts them: please report it", number);
	s->refused = n;
}
