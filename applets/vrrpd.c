/* vrrpd.c - the door of the daemon: options as keepalived has them, files, signals, exit codes. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "ask.h"
#include "conf.h"
#include "daemon.h"
#include "engine.h"
#include "file.h"
#include "limits.h"
#include "log.h"
#include "opts.h"
#include "out.h"
#include "pids.h"
#include "priv.h"
#include "self.h"
#include "spawn.h"
#include "starter.h"
#include "text.h"

enum {				/* exit codes: keepalived's (reference d.7), and -t's (design 4) */
	EXIT_OK = 0, EXIT_FATAL = 1, EXIT_CONFIG = 2, EXIT_PERMISSION = 4, EXIT_NO_FILE = 6,
	TEST_UNUSABLE = 4, TEST_WARNINGS = 5, TEST_SECURITY = 6,
};

struct options {
	struct daemon_wish wish;
	const char *pid_file, *test_out;
	bool given, test, diff, dump, keywords, markdown, foreground, no_syslog, detail, as_keepalived, umask;
	int facility;
};

static struct options opt;
static char names[NAMES_MAX];	/* those in force: see pids.h */

enum { O_TEST = 1, O_FACILITY, O_UMASK, O_SIGNUM, O_READY, O_HELP, O_VERSION, O_VOID };

#define FLAG(letter, name, field) { name, letter, OPT_NOTHING, 0, offsetof(struct options, field) }
#define TEXT(letter, name, field) { name, letter, OPT_VALUE, 0, offsetof(struct options, field) }
#define CALL(letter, name, takes, id) { name, letter, takes, id, 0 }
#define VOID(letter, name, takes) { name, letter, takes, O_VOID, 0 }	/* accepted for keepalived's sake */

static const struct opt rows[] = {
	TEXT('f', "use-file", wish.src.path),
	FLAG('n', "dont-fork", foreground),
	FLAG('l', "log-console", wish.console),
	FLAG('D', "log-detail", detail),
	FLAG('G', "no-syslog", no_syslog),
	FLAG('d', "dump-conf", dump),
	FLAG('k', "keywords", keywords),
	FLAG(0,   "diff", diff),
	FLAG(0,   "markdown", markdown),
	TEXT('p', "pid", pid_file),
	TEXT(0,   "run-dir", wish.run_dir),
	TEXT('s', "namespace", wish.netns),
	TEXT('i', "config-id", wish.src.config_id),
	FLAG('e', "all-config", wish.src.include_strict),
	FLAG('V', "dont-release-vrrp", wish.keep_vips),
	FLAG(0,   "no-sandbox", wish.bare),
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

static int signum(const char *value)
{
	static const char names[] = "STOP\0RELOAD\0DATA\0STATS\0JSON\0STATS_CLEAR";
	const uint8_t numbers[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2, SIGRTMIN + 2, DAEMON_SIG_CLEAR };

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

	if (getenv(SPAWN_AGAIN))
		return -1;				/* whoever waited was told by the one before */
	if (*end || fd < 3 || fd > INT_MAX || fcntl(fd, F_SETFD, FD_CLOEXEC) < 0)
		return misuse("not an open descriptor above 2", value);
	opt.wish.ready_fd = fd;
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

	opt = (struct options){ .wish = { .names = names, .argv = argv, .ready_fd = -1 }, .facility = LOG_DAEMON };
	opt.as_keepalived = !strcmp(name ? name + 1 : argv[0], "keepalived");
	code = opts_read(argv, rows, &opt, special, &err);
	if (err.text)
		return misuse(err.text, err.word);
	if (code >= 0)
		return code;
	opt.given = opt.wish.src.path;
	if (!opt.wish.src.path)
		opt.wish.src.path = !opt.as_keepalived && !access("/etc/vrrpd.conf", F_OK) ? "/etc/vrrpd.conf"
		                  : "/etc/keepalived/keepalived.conf";
	return -1;
}

/* ---- configuration ---- */

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
	c = config_load(&opt.wish.src, &f);
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

/* ---- starting ---- */

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
	const char *netns = opt.wish.netns ? opt.wish.netns : g->netns, *dir = ask_run_dir(opt.wish.run_dir);
	static char path[sizeof RUN_DIR + NAMES_MAX];
	int err, code;

	pids_names(names, netns, g->instance);
	if (!opt.wish.run_dir && !strcmp(dir, RUN_DIR)) {
		snprintf(path, sizeof path, RUN_DIR "%s", names);
		dir = path;
	}
	opt.wish.run_dir = dir;
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

/* The one before was killed, and we are its helper's work. */
static void came_again(void)
{
	const char *said = getenv(SPAWN_AGAIN);
	char *end;

	if (!said)
		return;
	self_called(opt.as_keepalived ? "keepalived" : "vrrpd");
	opt.wish.again.at = strtol(said, &end, 10) * SEC;
	opt.wish.again.at += strtol(end, &end, 10);
	opt.wish.again.pid = strtol(end, NULL, 10);
	log_err("pid %ld was killed: started again", opt.wish.again.pid);
}

static int start(void)
{
	struct findings f = { .fd = FINDINGS_LOG };
	const char *missing, *what;
	struct conf *c;
	int code, err, ready = -1;

	came_again();
	if (access(opt.wish.src.path, F_OK) < 0) {
		log_err("%s: %s; -f FILE names another one", opt.wish.src.path, strerror(errno));
		return EXIT_NO_FILE;
	}
	if ((missing = priv_missing())) {
		log_err("not permitted without %s: run vrrpd as root, or grant it that", missing);
		return EXIT_PERMISSION;
	}
	c = config_load(&opt.wish.src, &f);
	if (!c) {
		log_err("%s cannot be used: %u error%s; vrrpd -t -f %s shows all findings", opt.wish.src.path, f.r.errors,
		        f.r.errors == 1 ? "" : "s", opt.wish.src.path);
		return EXIT_CONFIG;
	}
	if (opt.dump)
		conf_print(c, log_line, NULL);
	if ((code = settle(&c->global)) >= 0)
		return code;
	if (!opt.foreground && (code = into_background(&ready)) >= 0)
		return code;
	log_to(opt.wish.console || (opt.foreground && (opt.no_syslog || isatty(2))));
	pids_write();
	opt.wish.supervised = opt.foreground;
	err = daemon_run(&opt.wish, c, ready, &what);
	code = err < 0 ? cannot_open(what, err) : EXIT_OK;
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

	if (opt.given && *opt.wish.src.path != '/' && syscall(SYS_getcwd, path, sizeof path - 1) > 0)
		strcat(path, "/");
	if (strlen(path) + strlen(opt.wish.src.path) >= sizeof path)
		return misuse("a path that is too long", opt.wish.src.path);
	strcat(path, opt.wish.src.path);
	t.who = "vrrpd";
	t.run_dir = ask_run_dir(opt.wish.run_dir);
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
