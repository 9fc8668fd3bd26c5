/* daemon.c - vrrpd at work: signals, turns, reloads. keepalived d.3, b.2 (reload_*). */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "daemon.h"
#include "ends.h"
#include "engine.h"
#include "file.h"
#include "helper.h"
#include "localtime.h"
#include "log.h"
#include "pids.h"
#include "ready.h"
#include "signals.h"
#include "text.h"
#include "when.h"
#include "zone.h"

struct daemon {
	struct engine e;
	struct source sig;
	bool stop, reload;
	struct timer tick;	/* reload_time_file is looked at every second */
	int64_t ticked;		/* seconds since 1970 */
	bool wrong;		/* its text was: said */
};

static struct daemon_wish wish;
static bool has_helper;

/* ---- signals ---- */

static void on_signal(struct source *s, usec now)
{
	struct daemon *d = container_of(s, struct daemon, sig);
	int sig;

	(void)now;
	while ((sig = signals_next(s->fd))) {
		if (sig == SIGTERM || sig == SIGINT)
			d->stop = true;
		else if (sig == SIGHUP)
			d->reload = true;
		else if (sig == SIGXCPU)
			log_notice("more processor time without a pause than vrrp_rlimit_rttime");
		else if (sig != SIGPIPE)
			dump_want(&d->e, sig == SIGUSR1 ? DUMP_DATA : sig == SIGUSR2 ? DUMP_STATS :
			          sig == DAEMON_SIG_CLEAR ? DUMP_CLEAR : DUMP_JSON);
	}
}

/* Before all else: a HUP that comes while we start must not end us, nor a TERM leave something behind. */
static int open_signals(struct daemon *d)
{
	static const uint8_t ours[] = {
		SIGXCPU, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, DAEMON_SIG_CLEAR,
		36, 37,		/* JSON: glibc's and musl's number */
		SIGPIPE,	/* blocked is as good as ignored */
		0
	};

	d->sig = (struct source){ signals_open(ours), on_signal };
	return d->sig.fd;
}

/* ---- reloads ---- */

static const char *errors_in(const struct findings *f, const char *file, char *buf, size_t size)
{
	snprintf(buf, size, "%u error%s in %s", f->r.errors, f->r.errors == 1 ? "" : "s", file);
	return buf;
}

static void put_change(void *ctx, const char *s, size_t n)
{
	text_put(ctx, "%.*s", (int)n, s);
}

/* For control.plan. */
static const char *plan(const struct engine *e, const char *file, struct text *out, char *buf, size_t size)
{
	struct findings f = { .fd = FINDINGS_KEPT, .text = out };
	struct config_source src = wish.src;
	struct conf *c;

	if (file)
		src.path = file;
	out->size -= 48;			/* for the words at its end */
	if (!(c = config_load(&src, &f))) {
		out->size += 48;
		if (f.more)
			text_put(out, "and %u more findings\n", f.more);
		return errors_in(&f, src.path, buf, size);
	}
	out->n = 0;
	if (!conf_changes(e->conf, c, put_change, out))
		text_put(out, "nothing changes\n");
	config_free(c);
	if (out->n == out->size - 1) {
		out->size += 48;
		text_put(out, "\n... and more, cut off here\n");
	}
	return NULL;
}

/* reload_file: others may see that we are reading. */
static const char *mark(const struct global_conf *g)
{
	const char *path = g->reload_file;
	struct look l;
	int err;

	if (!path)
		return NULL;
	if (!*path)
		path = "/var/run/keepalived.reload";
	if ((err = file_append(path, "", 0)) < 0) {
		log_err("reload_file %s: %s", path, strerror(-err));
		return NULL;			/* what is there is not ours to remove */
	}
	return !file_look_link(path, &l) && S_ISREG(l.mode) ? path : NULL;	/* /dev/null: it stays */
}

/* Of the process that starts programs. */
static void helper_told(int err)
{
	if (err == -EPIPE)
		has_helper = false;
	if (err == -EPIPE)
		log_err("the helper that starts programs has ended: scripts count as failed, nobody is notified; a restart brings it back");
	else if (err)
		log_err("the helper cannot read %s: %s; what is new in it will not be run", wish.src.path, strerror(-err));
}

/* 0 or -errno. */
static int replace(struct daemon *d, struct conf *c)
{
	const struct global_conf was = d->e.conf->global, *g = &c->global;	/* its text is gone afterwards */
	char other[NAMES_MAX];
	int err = engine_reload(&d->e, c);

	if (err < 0) {
		config_free(c);
		return err;
	}
	d->e.raised = 0;
	standing_apply(g, &was);
	standing_sockets(&d->e);
	standing_mask(g, false);
	if (strcmp(pids_names(other, wish.netns ? wish.netns : g->netns, g->instance), wish.names))
		log_err("net_namespace and instance cannot change while vrrpd runs: restart it");
	return 0;
}

/* NULL, or why it was refused. */
static const char *reload(struct daemon *d, struct findings *f, char *buf, size_t size)
{
	const char *path;
	struct conf *c;
	char marked[256];
	int err = 0;

	log_notice("reloading %s", wish.src.path);
	path = mark(&d->e.conf->global);
	snprintf(marked, sizeof marked, "%s", path ? path : "");	/* the old configuration goes */
	c = config_load(&wish.src, f);
	if (c && !c->nvrrp && d->e.nvr && f->r.warnings) {	/* another file, by mistake */
		config_free(c);
		c = NULL;
	}
	if (c && (err = child_reread()) < 0 && err != -EPIPE)
		helper_told(err);
	if (c)
		err = replace(d, c);
	if (path)
		unlink(marked);
	if (!c)
		return f->r.errors ? errors_in(f, wish.src.path, buf, size) : "warnings, and no instance is left";
	if (err < 0)
		return strerror(-err);
	log_notice("reloaded %s", wish.src.path);
	return NULL;
}

static void reload_asked(struct daemon *d)
{
	static char room[CTL_FINDINGS + 32];	/* for how many more there are */
	struct text text = { .p = room, .size = CTL_FINDINGS };
	struct findings f = { .fd = FINDINGS_LOG, .text = &text };
	char buf[256], log[256] = "";
	const char *refused;
	int err = 0;

	if (d->e.conf->global.reload_log)
		snprintf(log, sizeof log, "%s", d->e.conf->global.reload_log);
	d->reload = false;
	pids_hold();
	refused = reload(d, &f, buf, sizeof buf);
	if (refused)
		log_err("reload refused: %s; the old configuration goes on", refused);
	text.size = sizeof room;
	if (f.more)
		text_put(&text, "and %u more\n", f.more);
	if (*log && text.n)			/* reload_check_config's file gets the findings too */
		err = file_append(log, text.p, text.n);
	if (err < 0)
		log_err("reload_check_config %s: %s", log, strerror(-err));
	control_reloaded(&d->e, refused, &text);
}

/* reload_time_file: the moment is taken once, then the file goes, unless reload_repeat says otherwise. */
static void tick(struct timer *t, usec now)
{
	struct daemon *d = container_of(t, struct daemon, tick);
	const struct global_conf *g = &d->e.conf->global;
	int64_t wall = time(NULL), from = wall - d->ticked < 60 ? d->ticked : wall - 1;	/* a clock that was set skips nothing old */
	enum when due = WHEN_LATER;
	char text[64];

	heap_set(&d->e.heap, t, now + SEC);
	d->ticked = wall;
	if (!g->reload_time)
		return;
	if (file_peek(g->reload_time, text, sizeof text) >= 0)
		due = when_due(text, from, wall, zone_offset(zone_here(), wall));
	if (due >= WHEN_PAST && !d->wrong)
		log_err("reload_time_file %s: %s", g->reload_time, due == WHEN_PAST ? "that time is over" :
		        "expected [DATE ]HH:MM:SS");
	d->wrong = due >= WHEN_PAST;
	if (due != WHEN_NOW)
		return;
	log_notice("it is the time that %s says", g->reload_time);
	if (!g->reload_repeat)
		unlink(g->reload_time);
	d->reload = true;
}

/* Only when it is wanted does anybody wake up for it. */
static void tick_set(struct daemon *d)
{
	d->tick.fire = tick;
	d->ticked = time(NULL);
	heap_set(&d->e.heap, &d->tick, d->e.conf->global.reload_time ? clock_now() + SEC : USEC_NEVER);
}

/* ---- running ---- */

static void works(const struct daemon *d)
{
	char status[80];

	ready_say(READY_UP, engine_status(&d->e, status, sizeof status));
}

/* Before anything is opened: it shall have nothing. */
static void open_helper(struct conf *c)
{
	int fd = wish.bare ? -1 : helper_open(&wish.src, c, wish.argv);

	has_helper = fd >= 0;
	if (has_helper)
		child_far(fd, helper_told);
	else if (!wish.bare)
		log_err("no process for programs: %s; they are started by this one", strerror(-fd));
}

/* Until it works. 0 or -errno. */
static int begin(struct daemon *d, struct conf *c, const char **what)
{
	int err;

	log_notice("vrrpd " VRRPBOX_VERSION " starts: %u virtual router%s of %s", c->nvrrp, c->nvrrp == 1 ? "" : "s",
	           wish.src.path);
	*what = "signals";
	if ((err = open_signals(d)) < 0)
		return err;
	open_helper(c);
	ready_open(wish.ready_fd);
	ends_run("startup_script", &c->global, c->global.startup_script, c->global.startup_timeout, &d->sig, &d->stop);
	standing_apply(&c->global, NULL);
	d->e.again = wish.again;
	err = engine_open(&d->e, c, wish.run_dir, what);
	if (!err)
		err = loop_add(&d->e.loop, &d->sig);
	if (err < 0) {
		engine_free(&d->e);
		return err;
	}
	d->e.keep_vips = wish.keep_vips;
	d->e.names = wish.names;
	standing_sockets(&d->e);
	d->e.control.plan = plan;
	if ((err = control_open(&d->e)) < 0)
		log_err("%s/" CTL_SOCKET ": %s; vrrp-state will not work", wish.run_dir, strerror(-err));
	return 0;
}

static void turn(struct daemon *d)
{
	engine_turn(&d->e);
	if (!wish.supervised)
		helper_sees(d->e.now);
	d->e.sandbox.helper = has_helper;
	sandbox_look(&d->e.sandbox);
	if (!d->reload && !d->e.control.reload)
		return;
	ready_say(READY_RELOADING, NULL);
	reload_asked(d);
	sandbox_fits(&d->e.sandbox, d->e.conf);
	tick_set(d);
	works(d);
}

static void end(struct daemon *d)
{
	struct conf *c = d->e.conf;

	helper_sees(0);
	log_notice("stopping");
	ready_say(READY_STOPPING, NULL);
	d->e.lent = true;
	engine_close(&d->e);
	ends_run("shutdown_script", &c->global, c->global.shutdown_script, c->global.shutdown_timeout, &d->sig, NULL);
	config_free(c);
	child_close(&d->e.chld);
	close(d->sig.fd);
	helper_wait();
	sandbox_look(&d->e.sandbox);
	log_notice("stopped");
}

int daemon_run(const struct daemon_wish *w, struct conf *c, int ready, const char **what)
{
	static struct daemon d;
	int err;

	wish = *w;
	if ((err = begin(&d, c, what)) < 0)
		return err;
	if (ready >= 0) {
		if (write(ready, "", 1) < 0)
			log_info("nobody waits for us");
		close(ready);
		if (!wish.console)
			dup2(1, 2);
	}
	works(&d);
	tick_set(&d);
	if (!wish.bare)
		sandbox_enter(&d.e.sandbox, d.e.conf, (const char *const[]){ pids_path(0), pids_path(1) }, 2);
	while (!d.stop)
		turn(&d);
	end(&d);
	return 0;
}
