/* vrrpd.c - the door of the daemon: options as keepalived has them, files, signals, exit codes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "ask.h"
#include "config.h"
#include "ends.h"
#include "engine.h"
#include "file.h"
#include "helper.h"
#include "localtime.h"
#include "log.h"
#include "opts.h"
#include "out.h"
#include "pids.h"
#include "priv.h"
#include "ready.h"
#include "self.h"
#include "starter.h"
#include "text.h"
#include "when.h"
#include "zone.h"

enum {				/* exit codes: keepalived's (reference d.7), and -t's (design 4) */
	EXIT_OK = 0, EXIT_FATAL = 1, EXIT_CONFIG = 2, EXIT_PERMISSION = 4, EXIT_NO_FILE = 6,
	TEST_UNUSABLE = 4, TEST_WARNINGS = 5, TEST_SECURITY = 6,
};

struct options {
	const char *file, *run_dir, *pid_file, *config_id, *test_out, *netns;
	bool given, test, diff, dump, keywords, markdown, foreground, console, no_syslog, detail, keep_vips, strict, as_keepalived, bare;
	bool umask;
	int facility, ready_fd;
	char *argv0;
};

static struct options opt;
static char names[NAMES_MAX];	/* those in force: see pids.h */

enum { O_TEST = 1, O_FACILITY, O_UMASK, O_SIGNUM, O_READY, O_HELP, O_VERSION, O_VOID };

#define FLAG(letter, name, field) { name, letter, OPT_NOTHING, 0, offsetof(struct options, field) }
#define TEXT(letter, name, field) { name, letter, OPT_VALUE, 0, offsetof(struct options, field) }
#define CALL(letter, name, takes, id) { name, letter, takes, id, 0 }
#define VOID(letter, name, takes) { name, letter, takes, O_VOID, 0 }	/* accepted for keepalived's sake */

static const struct opt rows[] = {
	TEXT('f', "use-file", file),
	FLAG('n', "dont-fork", foreground),
	FLAG('l', "log-console", console),
	FLAG('D', "log-detail", detail),
	FLAG('G', "no-syslog", no_syslog),
	FLAG('d', "dump-conf", dump),
	FLAG('k', "keywords", keywords),
	FLAG(0,   "diff", diff),
	FLAG(0,   "markdown", markdown),
	TEXT('p', "pid", pid_file),
	TEXT(0,   "run-dir", run_dir),
	TEXT('s', "namespace", netns),
	TEXT('i', "config-id", config_id),
	FLAG('e', "all-config", strict),
	FLAG('V', "dont-release-vrrp", keep_vips),
	FLAG(0,   "no-sandbox", bare),
	CALL('S', "log-facility", OPT_VALUE, O_FACILITY),
	CALL('t', "config-test", OPT_MAYBE, O_TEST),
	CALL('u', "umask", OPT_VALUE, O_UMASK),
	CALL(0,   "signum", OPT_VALUE, O_SIGNUM),
	CALL(0,   "ready-fd", OPT_VALUE, O_READY),
	CALL('h', "help", OPT_NOTHING, O_HELP),
	CALL('v', "version", OPT_NOTHING, O_VERSION),
	VOID('X', "release-vips", OPT_NOTHING),
	VOID('P', "vrrp", OPT_NOTHING),
	VOID('C', "check", OPT_NOTHING),
	VOID('B', "no_bfd", OPT_NOTHING),
	VOID(0,   "all", OPT_NOTHING),
	VOID('I', "dont-release-ipvs", OPT_NOTHING),
	VOID('R', "dont-respawn", OPT_NOTHING),
	VOID('a', "address-monitoring", OPT_NOTHING),
	VOID('m', "core-dump", OPT_NOTHING),
	VOID('x', "snmp", OPT_NOTHING),
	VOID(0,   "flush-log-file", OPT_NOTHING),
	VOID(0,   "ignore-sigint", OPT_NOTHING),
	VOID(0,   "no-mem-check", OPT_NOTHING),
	VOID('g', "log-file", OPT_MAYBE),
	VOID('M', "core-dump-pattern", OPT_MAYBE),
	VOID('r', "vrrp_pid", OPT_VALUE),
	VOID('c', "checkers_pid", OPT_VALUE),
	VOID('b', "bfd_pid", OPT_VALUE),
	VOID('A', "snmp-agent-socket", OPT_VALUE),
	{ 0 },
};

static int misuse(const char *text, const char *word)
{
	return applet_misuse(&applet_vrrpd, EXIT_CONFIG, text, word);
}

/* -S: local0..local7 or their digits, user, daemon. */
static int facility(const char *value)
{
	const char *digit = strncmp(value, "local", 5) ? value : value + 5;

	if (*digit >= '0' && *digit <= '7' && !digit[1])
		opt.facility = LOG_LOCAL0 + ((*digit - '0') << 3);
	else if (!strcmp(value, "user"))
		opt.facility = LOG_USER;
	else if (!strcmp(value, "daemon"))
		opt.facility = LOG_DAEMON;
	else
		return misuse("no such log facility", value);
	return -1;
}

static int set_umask(const char *value)
{
	char *end;
	long mask = strtol(value, &end, 8);

	if (*end || end == value || mask < 0 || mask > 0777)
		return misuse("not an octal mask", value);
	umask(mask);
	opt.umask = true;
	return -1;
}

enum { SIG_CLEAR = _NSIG - 2 };	/* SIGRTMAX - 1 */

static int signum(const char *value)
{
	static const char names[] = "STOP\0RELOAD\0DATA\0STATS\0JSON\0STATS_CLEAR";
	const uint8_t numbers[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMIN + 2, SIG_CLEAR };

	for (unsigned i = 0; i < sizeof numbers; i++)
		if (!strcmp(value, text_nth(names, i))) {
			out("%d\n", numbers[i]);
			return EXIT_OK;
		}
	return applet_misuse(&applet_vrrpd, EXIT_FATAL, "no signal for", value);
}

static int ready_fd(const char *value)
{
	char *end;
	long fd = strtol(value, &end, 10);

	if (*end || fd < 3 || fd > INT_MAX || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return misuse("not an open descriptor above 2", value);
	opt.ready_fd = fd;
	return -1;
}

static int special(const struct opt *o, const char *value)
{
	switch (o->id) {
	case O_TEST:
		opt.test = true;
		opt.test_out = value;
		return -1;
	case O_FACILITY:
		return facility(value);
	case O_UMASK:
		return set_umask(value);
	case O_SIGNUM:
		return signum(value);
	case O_READY:
		return ready_fd(value);
	case O_HELP:
		return applet_help(&applet_vrrpd);
	case O_VERSION:
		return applet_version(&applet_vrrpd);
	}
	out_err("vrrpd: option --%s has no effect here\n", o->name);
	return -1;
}

static int parse_options(char **argv)
{
	const char *name = strrchr(argv[0], '/');
	struct opt_error err;
	int code;

	opt = (struct options){ .facility = LOG_DAEMON, .ready_fd = -1, .argv0 = argv[0] };
	opt.as_keepalived = !strcmp(name ? name + 1 : argv[0], "keepalived");
	code = opts_read(argv, rows, &opt, special, &err);
	if (err.text)
		return misuse(err.text, err.word);
	if (code >= 0)
		return code;
	opt.given = opt.file;
	if (!opt.file)
		opt.file = !opt.as_keepalived && !access("/etc/vrrpd.conf", F_OK) ? "/etc/vrrpd.conf"
		         : "/etc/keepalived/keepalived.conf";
	return -1;
}

/* ---- configuration ---- */

static struct config_source source(const char *path)
{
	return (struct config_source){ .path = path, .config_id = opt.config_id, .include_strict = opt.strict };
}

static struct conf *load(struct findings *f, const char *path)
{
	const struct config_source src = source(path);

	return config_load(&src, f);
}

static void print_stdout(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	out_text(s, n);
}

static int test_config(void)
{
	struct findings f = { .fd = STDERR_FILENO };
	struct conf *c;
	int code;

	if (opt.test_out && (f.fd = open(opt.test_out, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666)) < 0) {
		out_err("vrrpd: %s: %s\n", opt.test_out, strerror(errno));
		return TEST_UNUSABLE;
	}
	c = load(&f, opt.file);
	code = !c ? TEST_UNUSABLE : f.r.securities ? TEST_SECURITY : f.r.warnings ? TEST_WARNINGS : EXIT_OK;
	if (c && opt.dump)
		conf_print(c, print_stdout, NULL);
	if (c)
		config_free(c);
	return f.lost ? TEST_UNUSABLE : code;
}

static void log_line(void *ctx, const char *s, size_t n)
{
	static char line[256];
	static size_t len;

	(void)ctx;
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\n' && len < sizeof line - 1) {
			line[len++] = s[i];
			continue;
		}
		line[len] = 0;
		len = 0;
		log_info("%s", line);
	}
}

/* ---- running ---- */

struct daemon {
	struct engine e;
	struct source sig;
	bool stop, reload;
	struct timer tick;	/* reload_time_file is looked at every second */
	int64_t ticked;		/* seconds since 1970 */
	bool wrong;		/* its text was: said */
};

static void on_signal(struct source *s, usec now)
{
	struct daemon *d = container_of(s, struct daemon, sig);
	struct signalfd_siginfo si;

	(void)now;
	while (read(s->fd, &si, sizeof si) == sizeof si) {
		if (si.ssi_signo == SIGTERM || si.ssi_signo == SIGINT)
			d->stop = true;
		else if (si.ssi_signo == SIGHUP)
			d->reload = true;
		else if (si.ssi_signo == SIGXCPU)
			log_notice("more processor time without a pause than vrrp_rlimit_rttime");
		else if (si.ssi_signo != SIGPIPE)
			dump_want(&d->e, si.ssi_signo == SIGUSR1 ? DUMP_DATA : si.ssi_signo == SIGUSR2 ? DUMP_STATS :
			          si.ssi_signo == SIG_CLEAR ? DUMP_CLEAR : DUMP_JSON);
	}
}

/* Before all else: a HUP that comes while we start must not end us, nor a TERM leave something behind. */
static int open_signals(struct daemon *d)
{
	static const uint8_t ours[] = {
		SIGXCPU, SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, SIG_CLEAR,
		36, 37,		/* JSON: glibc's and musl's number */
		SIGPIPE		/* blocked is as good as ignored */
	};
	sigset_t set;

	sigemptyset(&set);
	for (unsigned i = 0; i < sizeof ours; i++)
		sigaddset(&set, ours[i]);
	sigprocmask(SIG_BLOCK, &set, NULL);
	d->sig.fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	d->sig.ready = on_signal;
	return d->sig.fd < 0 ? -errno : 0;
}

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
	struct conf *c;

	if (!file)
		file = opt.file;
	out->size -= 48;			/* for the words at its end */
	if (!(c = load(&f, file))) {
		out->size += 48;
		if (f.more)
			text_put(out, "and %u more findings\n", f.more);
		return errors_in(&f, file, buf, size);
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
	int fd;

	if (!path)
		return NULL;
	if (!*path)
		path = "/var/run/keepalived.reload";
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	if (fd < 0) {
		log_err("reload_file %s: %s", path, strerror(errno));
		return NULL;			/* what is there is not ours to remove */
	}
	if (!file_plain(fd))
		path = NULL;			/* /dev/null: it stays */
	close(fd);
	return path;
}

static bool has_helper;

/* Of the process that starts programs. */
static void helper_told(int err)
{
	if (err == -EPIPE)
		has_helper = false;
	if (err == -EPIPE)
		log_err("the helper that starts programs has ended: scripts count as failed, nobody is notified; a restart brings it back");
	else if (err)
		log_err("the helper cannot read %s: %s; what is new in it will not be run", opt.file, strerror(-err));
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
	if (strcmp(pids_names(other, opt.netns ? opt.netns : g->netns, g->instance), names))
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

	log_notice("reloading %s", opt.file);
	path = mark(&d->e.conf->global);
	snprintf(marked, sizeof marked, "%s", path ? path : "");	/* the old configuration goes */
	c = load(f, opt.file);
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
		return f->r.errors ? errors_in(f, opt.file, buf, size) : "warnings, and no instance is left";
	if (err < 0)
		return strerror(-err);
	log_notice("reloaded %s", opt.file);
	return NULL;
}

/* reload_check_config's file gets the findings too. */
static void append(const char *path, const struct text *t)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644);
	int err = fd < 0 ? -errno : file_write(fd, t->p, t->n);

	if (err < 0)
		log_err("reload_check_config %s: %s", path, strerror(-err));
	if (fd >= 0)
		close(fd);
}

/* reload_time_file: the moment is taken once, then the file goes, unless reload_repeat says otherwise. */
static void tick(struct timer *t, usec now)
{
	struct daemon *d = container_of(t, struct daemon, tick);
	const struct global_conf *g = &d->e.conf->global;
	int64_t wall = time(NULL), from = wall - d->ticked < 60 ? d->ticked : wall - 1;	/* a clock that was set skips nothing old */
	enum when due = WHEN_LATER;
	char text[64];
	ssize_t n = -1;
	int fd;

	heap_set(&d->e.heap, t, now + SEC);
	d->ticked = wall;
	if (!g->reload_time)
		return;
	fd = open(g->reload_time, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd >= 0) {
		n = read(fd, text, sizeof text - 1);
		close(fd);
	}
	if (n >= 0) {
		text[n] = 0;
		due = when_due(text, from, wall, zone_offset(zone_here(), wall));
	}
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

static void reload_asked(struct daemon *d)
{
	static char room[CTL_FINDINGS + 32];	/* for how many more there are */
	struct text text = { .p = room, .size = CTL_FINDINGS };
	struct findings f = { .fd = FINDINGS_LOG, .text = &text };
	char buf[256], log[256] = "";
	const char *refused;

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
	if (*log && text.n)
		append(log, &text);
	control_reloaded(&d->e, refused, &text);
}

static void log_to(bool console)
{
	static char ident[16 + NAMES_MAX];

	snprintf(ident, sizeof ident, "%s%s", opt.as_keepalived ? "keepalived" : "vrrpd", names);
	log_open(ident, console, !opt.no_syslog, opt.facility);
}

static int cannot_open(const char *what, int err)
{
	log_to(true);	/* whoever starts us waits for the reason */
	if (err == -EPERM || err == -EACCES)
		log_err("%s: %s; vrrpd needs CAP_NET_RAW and CAP_NET_ADMIN (run it as root)", what, strerror(-err));
	else
		log_err("%s: %s", what, strerror(-err));
	return err == -EPERM || err == -EACCES ? EXIT_PERMISSION : EXIT_FATAL;
}

static void works(const struct daemon *d)
{
	char status[80];

	ready_say(READY_UP, engine_status(&d->e, status, sizeof status));
}

/* Before anything is opened: it shall have nothing. */
static void open_helper(struct conf *c)
{
	const struct config_source src = source(opt.file);
	int fd = opt.bare ? -1 : helper_open(&src, c, opt.argv0);

	has_helper = fd >= 0;
	if (has_helper)
		child_far(fd, helper_told);
	else if (!opt.bare)
		log_err("no process for programs: %s; they are started by this one", strerror(-fd));
}

/* ready: descriptor of the waiting parent, or -1. */
static int run(struct conf *c, int ready)
{
	static struct daemon d;
	const char *what = "signals";
	int err;

	log_notice("vrrpd " VRRPBOX_VERSION " starts: %u virtual router%s of %s", c->nvrrp, c->nvrrp == 1 ? "" : "s",
	           opt.file);
	if ((err = open_signals(&d)) < 0)
		return cannot_open(what, err);
	open_helper(c);
	ready_open(opt.ready_fd);
	ends_run("startup_script", &c->global, c->global.startup_script, c->global.startup_timeout, &d.sig, &d.stop);
	standing_apply(&c->global, NULL);
	err = engine_open(&d.e, c, opt.run_dir, &what);
	if (!err)
		err = loop_add(&d.e.loop, &d.sig);
	if (err < 0) {
		engine_free(&d.e);
		return cannot_open(what, err);
	}
	d.e.keep_vips = opt.keep_vips;
	d.e.names = names;
	standing_sockets(&d.e);
	d.e.control.plan = plan;
	if ((err = control_open(&d.e)) < 0)
		log_err("%s/" CTL_SOCKET ": %s; vrrp-state will not work", opt.run_dir, strerror(-err));
	if (ready >= 0) {
		if (write(ready, "", 1) < 0)
			log_info("nobody waits for us");
		close(ready);
		if (!opt.console)
			dup2(1, 2);
	}
	works(&d);
	tick_set(&d);
	if (!opt.bare)
		sandbox_enter(&d.e.sandbox, d.e.conf, (const char *const[]){ pids_path(0), pids_path(1) }, 2);
	while (!d.stop) {
		engine_turn(&d.e);
		d.e.sandbox.helper = has_helper;
		sandbox_look(&d.e.sandbox);
		if (!d.reload && !d.e.control.reload)
			continue;
		ready_say(READY_RELOADING, NULL);
		reload_asked(&d);
		sandbox_fits(&d.e.sandbox, d.e.conf);
		tick_set(&d);
		works(&d);
	}
	log_notice("stopping");
	ready_say(READY_STOPPING, NULL);
	c = d.e.conf;
	d.e.lent = true;
	engine_close(&d.e);
	ends_run("shutdown_script", &c->global, c->global.shutdown_script, c->global.shutdown_timeout, &d.sig, NULL);
	config_free(c);
	child_close(&d.e.chld);
	close(d.sig.fd);
	helper_wait();
	sandbox_look(&d.e.sandbox);
	log_notice("stopped");
	return EXIT_OK;
}

/* The parent waits until the daemon works or fails, so that an init script learns the truth. */
static int into_background(int *ready)
{
	int p[2], null, status = 0;
	char byte;
	pid_t pid;

	if (pipe2(p, O_CLOEXEC) < 0 || (pid = fork()) < 0)
		return EXIT_FATAL;
	if (pid) {
		close(p[1]);
		if (read(p[0], &byte, 1) == 1)
			_exit(EXIT_OK);
		waitpid(pid, &status, 0);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FATAL);
	}
	close(p[0]);
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, 0);
		dup2(null, 1);
		if (null > 2)
			close(null);
	}
	*ready = p[1];
	return -1;
}

/* Names, files and the network that this daemon is to be in. < 0: go on; else exit with it. */
static int settle(const struct global_conf *g)
{
	const char *netns = opt.netns ? opt.netns : g->netns, *dir = ask_run_dir(opt.run_dir);
	static char path[sizeof RUN_DIR + NAMES_MAX];
	int err, code;

	pids_names(names, netns, g->instance);
	if (!opt.run_dir && !strcmp(dir, RUN_DIR)) {
		snprintf(path, sizeof path, RUN_DIR "%s", names);
		dir = path;
	}
	opt.run_dir = dir;
	log_to(true);
	if (!opt.umask)
		standing_mask(g, true);
	if ((err = file_mkdir(dir)) < 0)
		log_err("%s: %s; there will be no state files", dir, strerror(-err));
	pids_choose(dir, opt.pid_file, opt.as_keepalived, g, netns);
	if ((code = pids_lock()) >= 0)
		return code;
	if (!netns || !(err = self_netns(netns)))
		return -1;
	log_err("net_namespace %s: %s%s", netns, strerror(-err), err == -ENOENT ? "; ip netns add makes it" : "");
	pids_remove();
	return EXIT_FATAL;
}

static int start(void)
{
	struct findings f = { .fd = -1 };
	const char *missing;
	struct conf *c;
	int code, ready = -1;

	if (access(opt.file, F_OK) < 0) {
		log_err("%s: %s; -f FILE names another one", opt.file, strerror(errno));
		return EXIT_NO_FILE;
	}
	if ((missing = priv_missing())) {
		log_err("not permitted without %s: run vrrpd as root, or grant it that", missing);
		return EXIT_PERMISSION;
	}
	c = load(&f, opt.file);
	if (!c) {
		log_err("%s cannot be used: %u error%s; vrrpd -t -f %s shows all findings", opt.file, f.r.errors,
		        f.r.errors == 1 ? "" : "s", opt.file);
		return EXIT_CONFIG;
	}
	if (opt.dump)
		conf_print(c, log_line, NULL);
	if ((code = settle(&c->global)) >= 0)
		return code;
	if (!opt.foreground && (code = into_background(&ready)) >= 0)
		return code;
	log_to(opt.console || (opt.foreground && (opt.no_syslog || isatty(2))));
	pids_write();
	code = run(c, ready);
	pids_remove();
	return code;
}

/* What a reload would do, by the running daemon's word. A file that is named is given to it with its whole path. */
static int diff(void)
{
	static struct ask t;
	char path[PATH_MAX] = "", *words[] = { "diff", opt.given ? path : NULL, NULL }, *p;
	size_t len;
	int code;

	if (opt.given && *opt.file != '/' && syscall(SYS_getcwd, path, sizeof path - 1) > 0)
		strcat(path, "/");
	if (strlen(path) + strlen(opt.file) >= sizeof path)
		return misuse("a path that is too long", opt.file);
	strcat(path, opt.file);
	t.who = "vrrpd";
	t.run_dir = ask_run_dir(opt.run_dir);
	if ((code = ask(&t, words)))
		return code;
	while ((p = ask_next(&t, &len))) {
		if (len == 2 && *p == '.')
			return EXIT_OK;
		out_text(p, len);
	}
	return ask_cut(&t);
}

static int vrrpd_main(char **argv)
{
	int code;

	if (argv[1] && !strcmp(argv[1], "--init"))
		return starter_main(argv + 1);
	if ((code = parse_options(argv)) >= 0)
		return code;
	if (opt.keywords) {
		conf_print_keywords(opt.markdown, print_stdout, NULL);
		return EXIT_OK;
	}
	if (opt.diff)
		return diff();
	if (opt.test)
		return test_config();
	log_to(true);	/* until it works a person may be watching */
	log_level(opt.detail ? LOG_L_DEBUG : LOG_L_INFO);
	return start();
}

const struct applet applet_vrrpd = {
	.name  = "vrrpd",
	.brief = "answer for shared addresses (VRRP), configured by keepalived.conf",
	.usage = USAGE("vrrpd [-f FILE] [-n] [-l] [-D] [-t[FILE]] [-d] [-k] [OPTION...]",
	         "  -f FILE       configuration (default /etc/vrrpd.conf, else /etc/keepalived/keepalived.conf)\n"
	         "  -t[FILE]      check it and exit: 0 fine, 4 unusable, 5 warnings, 6 script security\n"
	         "  -d            log the configuration as understood (with -t: print it)\n"
	         "  --diff        what a reload would do to the running daemon\n"
	         "  --init        ask some questions and print the configurations of two machines\n"
	         "  -k            print every keyword; --markdown as a table\n"
	         "  -n            stay in the foreground\n"
	         "  -l, -G        log to standard error as well; not to syslog\n"
	         "  -S FACILITY   0..7, local0..local7, daemon, user\n"
	         "  -D            log more\n"
	         "  -p FILE       another pid file\n"
	         "  --run-dir DIR state files and pid file (default " RUN_DIR ")\n"
	         "  -s NAME       run in this network namespace\n"
	         "  -i ID         configuration id for @ID lines (default: node name)\n"
	         "  -e            an include that matches nothing is an error\n"
	         "  -V            leave the addresses set when stopping\n"
	         "  -u MASK       file creation mask\n"
	         "  --no-sandbox  with all permissions, programs started by itself: for debugging\n"
	         "  --ready-fd N  write a newline there when it works, and close it\n"
	         "  --signum=NAME number of the signal for STOP, RELOAD, DATA, STATS, STATS_CLEAR or JSON\n"
	         "keepalived's other options are accepted and have no effect.\n"),
	.main  = vrrpd_main,
};
