/* vrrpd.c - the door of the daemon: options as keepalived has them, files, signals, exit codes. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <syslog.h>
#include <unistd.h>

#include "applet.h"
#include "config.h"
#include "engine.h"
#include "file.h"
#include "log.h"
#include "out.h"
#include "priv.h"

#ifndef RUN_DIR
#define RUN_DIR "/var/run/vrrpd"
#endif

enum {				/* exit codes: keepalived's (reference d.7), and -t's (design 4) */
	EXIT_OK = 0, EXIT_FATAL = 1, EXIT_CONFIG = 2, EXIT_PERMISSION = 4, EXIT_NO_FILE = 6,
	TEST_UNUSABLE = 4, TEST_WARNINGS = 5, TEST_SECURITY = 6,
};

struct options {
	const char *file, *run_dir, *pid_file, *config_id, *test_out;
	bool test, dump, keywords, markdown, foreground, console, no_syslog, detail, keep_vips, strict, as_keepalived;
	int facility;
};

static struct options opt;

/* What becomes of an option. */
enum kind {
	K_FLAG, K_TEXT,				/* into the field of struct options at .at */
	K_TEST, K_FACILITY, K_UMASK, K_SIGNUM, K_HELP, K_VERSION,
	K_VOID, K_VOID_TEXT, K_VOID_OPTIONAL,	/* accepted for keepalived's sake */
};

struct row {
	const char *name;
	char letter;		/* 0: long only */
	uint8_t kind;
	uint8_t at;
};

#define FLAG(letter, name, field) { name, letter, K_FLAG, offsetof(struct options, field) }
#define TEXT(letter, name, field) { name, letter, K_TEXT, offsetof(struct options, field) }

static const struct row rows[] = {
	TEXT('f', "use-file", file),
	FLAG('n', "dont-fork", foreground),
	FLAG('l', "log-console", console),
	FLAG('D', "log-detail", detail),
	FLAG('G', "no-syslog", no_syslog),
	FLAG('d', "dump-conf", dump),
	FLAG('k', "keywords", keywords),
	FLAG(0,   "markdown", markdown),
	TEXT('p', "pid", pid_file),
	TEXT(0,   "run-dir", run_dir),
	TEXT('i', "config-id", config_id),
	FLAG('e', "all-config", strict),
	FLAG('V', "dont-release-vrrp", keep_vips),
	{ "log-facility", 'S', K_FACILITY, 0 },
	{ "config-test", 't', K_TEST, 0 },
	{ "umask", 'u', K_UMASK, 0 },
	{ "signum", 0, K_SIGNUM, 0 },
	{ "help", 'h', K_HELP, 0 },
	{ "version", 'v', K_VERSION, 0 },
	{ "release-vips", 'X', K_VOID, 0 },
	{ "vrrp", 'P', K_VOID, 0 },
	{ "check", 'C', K_VOID, 0 },
	{ "no_bfd", 'B', K_VOID, 0 },
	{ "all", 0, K_VOID, 0 },
	{ "dont-release-ipvs", 'I', K_VOID, 0 },
	{ "dont-respawn", 'R', K_VOID, 0 },
	{ "address-monitoring", 'a', K_VOID, 0 },
	{ "core-dump", 'm', K_VOID, 0 },
	{ "snmp", 'x', K_VOID, 0 },
	{ "flush-log-file", 0, K_VOID, 0 },
	{ "ignore-sigint", 0, K_VOID, 0 },
	{ "no-mem-check", 0, K_VOID, 0 },
	{ "log-file", 'g', K_VOID_OPTIONAL, 0 },
	{ "core-dump-pattern", 'M', K_VOID_OPTIONAL, 0 },
	{ "namespace", 's', K_VOID_TEXT, 0 },
	{ "vrrp_pid", 'r', K_VOID_TEXT, 0 },
	{ "checkers_pid", 'c', K_VOID_TEXT, 0 },
	{ "bfd_pid", 'b', K_VOID_TEXT, 0 },
	{ "snmp-agent-socket", 'A', K_VOID_TEXT, 0 },
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
	return -1;
}

static int signum(const char *value)
{
	int number = !strcmp(value, "STOP") ? SIGTERM : !strcmp(value, "RELOAD") ? SIGHUP : 0;

	if (!number)
		return applet_misuse(&applet_vrrpd, EXIT_FATAL, "no signal for", value);
	out("%d\n", number);
	return EXIT_OK;
}

/* By letter, or by the first len characters of a long name. */
static const struct row *find(char letter, const char *name, size_t len)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		if (letter ? rows[i].letter == letter : !strncmp(rows[i].name, name, len) && !rows[i].name[len])
			return &rows[i];
	return NULL;
}

static bool wants_value(enum kind k)
{
	return k == K_TEXT || k == K_FACILITY || k == K_UMASK || k == K_SIGNUM || k == K_VOID_TEXT;
}

/* >= 0: exit with it. */
static int take(const struct row *r, const char *value)
{
	char *field = (char *)&opt + r->at;

	switch ((enum kind)r->kind) {
	case K_FLAG:
		*(bool *)field = true;
		break;
	case K_TEXT:
		*(const char **)(void *)field = value;
		break;
	case K_TEST:
		opt.test = true;
		opt.test_out = value;
		break;
	case K_FACILITY:
		return facility(value);
	case K_UMASK:
		return set_umask(value);
	case K_SIGNUM:
		return signum(value);
	case K_HELP:
		return applet_help(&applet_vrrpd);
	case K_VERSION:
		return applet_version(&applet_vrrpd);
	case K_VOID:
	case K_VOID_TEXT:
	case K_VOID_OPTIONAL:
		out_err("vrrpd: option --%s has no effect here\n", r->name);
		break;
	}
	return -1;
}

static int parse_long(char **argv, int *i)
{
	const char *w = argv[*i], *eq = strchr(w, '=');
	const struct row *r = find(0, w + 2, eq ? (size_t)(eq - w - 2) : strlen(w + 2));
	const char *value = eq ? eq + 1 : NULL;

	if (!r)
		return misuse("unknown option", w);
	if (!value && wants_value(r->kind) && !(value = argv[++*i]))
		return misuse("option needs a value", w);
	return take(r, value);
}

/* -f FILE, -fFILE, -nl, -t[FILE] */
static int parse_short(char **argv, int *i)
{
	const char *w = argv[*i], *value;
	const struct row *r;
	int code;

	for (const char *p = w + 1; *p; p++) {
		r = find(*p, NULL, 0);
		if (!r)
			return misuse("unknown option", w);
		value = p[1] ? p + 1 : NULL;
		if (wants_value(r->kind) && !value && !(value = argv[++*i]))
			return misuse("option needs a value", w);
		code = take(r, value);
		if (code >= 0 || wants_value(r->kind) || r->kind == K_TEST || r->kind == K_VOID_OPTIONAL)
			return code;
	}
	return -1;
}

static int parse_word(char **argv, int *i)
{
	const char *w = argv[*i];

	if (w[0] != '-' || !w[1])
		return misuse("unexpected word", w);
	return w[1] == '-' ? parse_long(argv, i) : parse_short(argv, i);
}

static int parse_options(int argc, char **argv)
{
	const char *name = strrchr(argv[0], '/');
	int code;

	opt = (struct options){ .facility = LOG_DAEMON };
	opt.as_keepalived = !strcmp(name ? name + 1 : argv[0], "keepalived");
	for (int i = 1; i < argc; i++)
		if ((code = parse_word(argv, &i)) >= 0)
			return code;
	if (!opt.run_dir)
		opt.run_dir = getenv("VRRPD_RUN_DIR");
	if (!opt.run_dir || !*opt.run_dir)
		opt.run_dir = RUN_DIR;
	if (!opt.file)
		opt.file = !opt.as_keepalived && !access("/etc/vrrpd.conf", F_OK) ? "/etc/vrrpd.conf"
		         : "/etc/keepalived/keepalived.conf";
	return -1;
}

/* ---- configuration ---- */

static struct conf *load(struct findings *f)
{
	const struct config_source src = {
		.path = opt.file, .config_id = opt.config_id, .include_strict = opt.strict,
	};

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
	c = load(&f);
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
		else if (si.ssi_signo != SIGPIPE)
			log_info("signal %u is not served yet", si.ssi_signo);
	}
}

/* Before all else: a HUP that comes while we start must not end us, nor a TERM leave something behind. */
static int open_signals(struct daemon *d)
{
	static const uint8_t ours[] = {
		SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGUSR2, 36, 37,	/* the last two: JSON, glibc's and musl's number */
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

static void reload(struct daemon *d)
{
	struct findings f = { .fd = -1 };
	struct conf *c;
	int err;

	d->reload = false;
	log_notice("reloading %s", opt.file);
	c = load(&f);
	if (!c) {
		log_err("reload refused: %u errors in %s; the old configuration goes on", f.r.errors, opt.file);
		return;
	}
	if ((err = engine_reload(&d->e, c)) < 0) {
		log_err("reload refused: %s; the old configuration goes on", strerror(-err));
		config_free(c);
		return;
	}
	log_notice("reloaded %s", opt.file);
}

static void log_to(bool console)
{
	log_open(opt.as_keepalived ? "keepalived" : "vrrpd", console, !opt.no_syslog, opt.facility);
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
	err = engine_open(&d.e, c, opt.run_dir, &what);
	if (!err)
		err = loop_add(&d.e.loop, &d.sig);
	if (err < 0) {
		engine_free(&d.e);
		return cannot_open(what, err);
	}
	d.e.keep_vips = opt.keep_vips;
	if (ready >= 0) {
		if (write(ready, "", 1) < 0)
			log_info("nobody waits for our start");
		close(ready);
		if (!opt.console)
			dup2(1, 2);
	}
	while (!d.stop) {
		engine_turn(&d.e);
		if (d.reload)
			reload(&d);
	}
	log_notice("stopping");
	engine_close(&d.e);
	close(d.sig.fd);
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

static const char *pid_path(char *buf, size_t size)
{
	if (opt.pid_file)
		return opt.pid_file;
	if (opt.as_keepalived)
		return "/var/run/keepalived.pid";
	snprintf(buf, size, "%s/vrrpd.pid", opt.run_dir);
	return buf;
}

static int lock_pid(const char *path)
{
	long owner = 0;
	int fd = pidfile_open(path, &owner);

	if (fd == -EAGAIN)
		log_err("already running as pid %ld (%s is locked); another run directory or pid file makes a second one possible",
		        owner, path);
	else if (fd < 0)
		log_err("%s: %s", path, strerror(-fd));
	return fd;
}

static int start(void)
{
	struct findings f = { .fd = -1 };
	char buf[256];
	const char *path = pid_path(buf, sizeof buf), *missing;
	struct conf *c;
	int fd, err, code, ready = -1;

	if (access(opt.file, F_OK) < 0) {
		log_err("%s: %s; -f FILE names another one", opt.file, strerror(errno));
		return EXIT_NO_FILE;
	}
	if ((missing = priv_missing())) {
		log_err("not permitted without %s: run vrrpd as root, or grant it that", missing);
		return EXIT_PERMISSION;
	}
	c = load(&f);
	if (!c) {
		log_err("%s cannot be used: %u error%s; vrrpd -t -f %s shows all findings", opt.file, f.r.errors,
		        f.r.errors == 1 ? "" : "s", opt.file);
		return EXIT_CONFIG;
	}
	if (opt.dump)
		conf_print(c, log_line, NULL);
	if ((err = file_mkdir(opt.run_dir)) < 0)
		log_err("%s: %s; there will be no state files", opt.run_dir, strerror(-err));
	fd = lock_pid(path);
	if (fd == -EAGAIN)
		return opt.as_keepalived ? EXIT_OK : EXIT_FATAL;
	if (fd < 0)
		return EXIT_FATAL;
	if (!opt.foreground && (code = into_background(&ready)) >= 0)
		return code;
	log_to(opt.console || (opt.foreground && (opt.no_syslog || isatty(2))));
	pidfile_write(fd, getpid());
	code = run(c, ready);
	pidfile_close(fd, path);
	return code;
}

static int vrrpd_main(int argc, char **argv)
{
	int code = parse_options(argc, argv);

	if (code >= 0)
		return code;
	if (opt.keywords) {
		conf_print_keywords(opt.markdown, print_stdout, NULL);
		return EXIT_OK;
	}
	if (opt.test)
		return test_config();
	log_to(true);	/* until it works a person may be watching */
	log_level(opt.detail ? LOG_L_DEBUG : LOG_L_INFO);
	return start();
}

const struct applet applet_vrrpd = {
	.name  = "vrrpd",
	.brief = "answer for shared addresses (VRRP), configured by keepalived.conf",
	.usage = "vrrpd [-f FILE] [-n] [-l] [-D] [-t[FILE]] [-d] [-k] [OPTION...]\n"
	         "  -f FILE       configuration (default /etc/vrrpd.conf, else /etc/keepalived/keepalived.conf)\n"
	         "  -t[FILE]      check it and exit: 0 fine, 4 unusable, 5 warnings, 6 script security\n"
	         "  -d            log the configuration as understood (with -t: print it)\n"
	         "  -k            print every keyword; --markdown as a table\n"
	         "  -n            stay in the foreground\n"
	         "  -l, -G        log to standard error as well; not to syslog\n"
	         "  -S FACILITY   0..7, local0..local7, daemon, user\n"
	         "  -D            log more\n"
	         "  -p FILE       pid file (default in the run directory)\n"
	         "  --run-dir DIR state files and pid file (default " RUN_DIR ")\n"
	         "  -i ID         configuration id for @ID lines (default: node name)\n"
	         "  -e            an include that matches nothing is an error\n"
	         "  -V            leave the addresses set when stopping\n"
	         "  -u MASK       file creation mask\n"
	         "  --signum=NAME number of the signal for STOP or RELOAD\n"
	         "keepalived's other options are accepted and have no effect.\n",
	.main  = vrrpd_main,
};
