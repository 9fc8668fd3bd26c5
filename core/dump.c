/* dump.c - the job that writes keepalived's dumps into their files, a piece a turn. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "file.h"
#include "log.h"
#include "show.h"

void dump_init(struct engine *e)
{
	e->dump.fd = -1;
}

void dump_want(struct engine *e, enum dump_kind kind)
{
	e->dump.wanted |= 1u << kind;
}

/* The configured path, which may be a directory, or the usual one. */
static const char *path(const struct engine *e, char *buf, size_t size)
{
	static const char ends[] = "data\0stats\0json";
	unsigned kind = e->dump.kind == DUMP_CLEAR ? DUMP_STATS : e->dump.kind;
	const char *given = e->conf->global.dump[kind], *tmp = getenv("TMPDIR");
	size_t n = given ? strlen(given) : 0;

	if (n && given[n - 1] != '/')
		return given;
	snprintf(buf, size, "%s%skeepalived%s.%s", n ? given : tmp && *tmp == '/' ? tmp : "/tmp", n ? "" : "/",
	         e->conf->global.data_instance && e->names ? e->names : "", text_nth(ends, kind));
	return buf;
}

static void cannot(const char *p, int err)
{
	log_err("cannot write %s: %s", p, err == -EEXIST ? "what is there is no plain file, and stays" : strerror(-err));
}

static void done(struct engine *e, int err)
{
	char buf[PATH_MAX];
	const char *p = path(e, buf, sizeof buf);

	err = newfile_close(e->dump.fd, p, err);
	e->dump.fd = -1;
	if (err)
		cannot(p, err);
	if (e->dump.kind == DUMP_CLEAR)
		for (unsigned i = 0; i < e->nvr; i++)
			memset(&e->vr[i]->n, 0, sizeof e->vr[i]->n);
}

static void begin(struct engine *e)
{
	static show_step *const steps[] = { show_ka_data, show_ka_stats, show_ka_json1, show_ka_stats };
	struct dump *d = &e->dump;
	char buf[PATH_MAX];
	const char *p;

	for (d->kind = 0; !(d->wanted & 1u << d->kind); d->kind++)
		;
	d->wanted &= ~(1u << d->kind);
	if (d->kind == DUMP_JSON && !e->nvr)			/* as keepalived */
		return;
	show_begin(&d->show, e, d->kind == DUMP_JSON && e->conf->global.json_version == 2 ? show_ka_json2 : steps[d->kind], NULL);
	p = path(e, buf, sizeof buf);
	d->fd = newfile_open(p, 0600);
	if (d->fd < 0)
		cannot(p, d->fd);
}

bool dump_work(struct engine *e)
{
	struct dump *d = &e->dump;
	char buf[DUMP_TURN];
	struct text t = { buf, sizeof buf, 0 };
	bool stale, more;
	int err;

	if (d->fd < 0 && d->wanted)
		begin(e);
	if (d->fd < 0)
		return d->wanted;
	more = show_next(&d->show, &t, &stale);
	err = file_write(d->fd, buf, t.n);
	if (err || !more)
		done(e, err);
	return d->fd >= 0 || d->wanted;
}

bool dump_waits(const struct engine *e)
{
	return e->dump.fd >= 0 || e->dump.wanted;
}

void dump_again(struct engine *e)
{
	char buf[PATH_MAX];

	if (e->dump.fd < 0)
		return;
	newfile_close(e->dump.fd, path(e, buf, sizeof buf), -ECANCELED);
	e->dump.fd = -1;
	dump_want(e, e->dump.kind);
}
