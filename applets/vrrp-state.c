/* vrrp-state.c - asks the running vrrpd: its words become one request to the control socket, the answer text and an exit code. */
#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "applet.h"
#include "control.h"
#include "loop.h"
#include "opts.h"
#include "out.h"

#ifndef RUN_DIR
#define RUN_DIR "/var/run/vrrpd"
#endif

enum {				/* exit codes: 0 to 2 are the states, otherwise done and not */
	EXIT_MASTER = 0, EXIT_BACKUP = 1, EXIT_FAULT = 2, EXIT_NONE = 3, EXIT_UNKNOWN = 4, EXIT_MISUSE = 5,
	EXIT_YES = 0, EXIT_NO = 1,
};

enum { ANSWER = 10 };		/* seconds to wait for a piece of an answer */

static struct options {
	bool json, metrics, watch;
	const char *socket, *run_dir;
	char **words;
} opt;

#define FLAG(letter, name, field) { name, letter, OPT_NOTHING, 0, offsetof(struct options, field) }
#define TEXT(letter, name, field) { name, letter, OPT_VALUE, 0, offsetof(struct options, field) }

static const struct opt rows[] = {
	FLAG('j', "json", json),
	FLAG('m', "metrics", metrics),
	FLAG('w', "watch", watch),
	TEXT('s', "socket", socket),
	TEXT(0,   "run-dir", run_dir),
	{ "help", 'h', OPT_NOTHING, 1, 0 },
	{ "version", 'v', OPT_NOTHING, 2, 0 },
	{ "", 0, OPT_WORDS, 0, offsetof(struct options, words) },
	{ 0 },
};

static int special(const struct opt *o, const char *value)
{
	(void)value;
	return o->id == 1 ? applet_help(&applet_vrrp_state) : applet_version(&applet_vrrp_state);
}

static int misuse(const char *text, const char *word)
{
	return applet_misuse(&applet_vrrp_state, EXIT_MISUSE, text, word);
}

static int fail(int code, const char *why)
{
	out_flush();
	out_err("vrrp-state: %s\n", why);
	return code;
}

/* ---- one connection ---- */

struct talk {
	int fd;
	usec until;		/* the end must be here then; 0: the next piece within ANSWER */
	size_t n, at;		/* bytes in buf; taken already */
	bool over;		/* until has come */
	char buf[4096];
};

/* 0 or an exit code. Only a socket that somebody listens on is a daemon: files that one left tell nothing. */
static int dial(struct talk *t)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	usec until = clock_now() + ANSWER * SEC;
	int n = opt.socket ? snprintf(a.sun_path, sizeof a.sun_path, "%s", opt.socket)
	                   : snprintf(a.sun_path, sizeof a.sun_path, "%s/" CTL_SOCKET, opt.run_dir);

	if (n >= (int)sizeof a.sun_path)
		return misuse("too long a path", opt.socket ? opt.socket : opt.run_dir);
	t->n = t->at = 0;
	t->over = false;
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	while (t->fd >= 0) {
		if (!connect(t->fd, (const struct sockaddr *)&a, sizeof a))
			return 0;
		if (errno != EAGAIN || clock_now() > until)	/* EAGAIN: many want to at the same time */
			break;
		poll(NULL, 0, 20);
	}
	n = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR || errno == EAGAIN ? EXIT_NONE : EXIT_MISUSE;
	out_err("vrrp-state: %s: %s%s\n", a.sun_path, strerror(errno), n == EXIT_NONE ? ": vrrpd is not running" : "");
	close(t->fd);
	return n;
}

/* Wait for more and read it. false: there is none. */
static bool hear(struct talk *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	usec left = t->until == USEC_NEVER ? -2 * MS : t->until ? t->until - clock_now() : ANSWER * SEC;
	ssize_t n;

	memmove(t->buf, t->buf + t->at, t->n -= t->at);
	t->at = 0;
	if (left < 0 && t->until != USEC_NEVER)
		left = 0;
	t->over = !poll(&p, 1, (left + MS - 1) / MS);
	n = t->over ? 0 : recv(t->fd, t->buf + t->n, sizeof t->buf - t->n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	t->n += n;
	return true;
}

/* The next line with its end; one that is longer than the buffer comes in pieces. NULL: there is none. */
static char *next(struct talk *t, size_t *len)
{
	char *p, *end;

	for (;;) {
		p = t->buf + t->at;
		end = memchr(p, '\n', t->n - t->at);
		if (end || t->n - t->at == sizeof t->buf)
			break;
		if (!hear(t))
			return NULL;
	}
	*len = end ? (size_t)(end + 1 - p) : sizeof t->buf;
	t->at += *len;
	return p;
}

/* Words as one line, in quotes all but the first. false: too long, or not one line. */
static bool request(char *line, char **w)
{
	char *p = line + snprintf(line, CTL_LINE, "%s", *w++), *end = line + CTL_LINE - 4;

	for (; *w; w++) {
		*p++ = ' ';
		*p++ = '"';
		for (const char *s = *w; *s && p < end; s++) {
			if (*s == '"' || *s == '\\')
				*p++ = '\\';
			*p++ = *s;
		}
		if (p >= end || strchr(*w, '\n'))
			return false;
		*p++ = '"';
	}
	*p++ = '\n';
	*p = 0;
	return true;
}

static int no_answer(const struct talk *t)
{
	return fail(EXIT_NONE, t->over ? "vrrpd does not answer" : "vrrpd has ended, or its configuration has changed meanwhile");
}

static bool begins(const char *p, const char *with)
{
	return !strncmp(p, with, strlen(with));
}

/* Ask, and read the first line. 0, or the exit code when there is nothing more to read. */
static int ask(struct talk *t, char **w)
{
	char line[CTL_LINE], *p;
	size_t len;
	int code;

	if (!request(line, w))
		return misuse("cannot be asked for", w[1]);
	if ((code = dial(t)))
		return code;
	t->until = 0;
	send(t->fd, line, strlen(line), MSG_NOSIGNAL);	/* one who turns us away has said why before */
	if (!(p = next(t, &len)))
		return no_answer(t);
	p[len - 1] = 0;
	if (!strcmp(p, "OK"))
		return 0;
	p += strncmp(p, "ERR ", 4) ? 0 : 4;
	code = begins(p, CONTROL_UNKNOWN) ? EXIT_UNKNOWN : begins(p, CONTROL_REFUSED) ? EXIT_NO : EXIT_MISUSE;
	fail(code, p);
	while ((p = next(t, &len)) && (len != 2 || *p != '.'))
		out_err("%.*s", (int)len, p);
	return code;
}

/* ---- what to do with the answer ---- */

/* Of a line of the table: states are seen from afar. */
static void in_colour(const char *p, size_t len)
{
	static const char state[][10] = { " MASTER ", " FAULT " }, on[][6] = { "\033[32m", "\033[31m" };
	const char *at, *end = p + len;

	for (at = p; at < end; at++)
		for (int i = 0; i < 2; i++)
			if ((size_t)(end - at) > strlen(state[i]) && !memcmp(at, state[i], strlen(state[i]))) {
				out("%.*s%s%s\033[m", (int)(at - p), p, on[i], state[i]);
				at += strlen(state[i]);
				out_text(at, end - at);
				return;
			}
	out_text(p, len);
}

static bool colours(void)
{
	const char *no = getenv("NO_COLOR");

	return isatty(STDOUT_FILENO) && !(no && *no);
}

/* The answer to w; its end must be here when until comes (as in struct talk). The last line is the exit code of state and check. */
static int say(char **w, usec until)
{
	static struct talk t;
	bool state = !strcmp(*w, "state"), check = !strcmp(*w, "check"), colour = !strcmp(*w, "show") && colours();
	bool heading = true, middle = false;
	int code = ask(&t, w);
	size_t len;
	char *p;

	if (code)
		return code;
	for (t.until = until; (p = next(&t, &len)); middle = p[len - 1] != '\n') {
		if (len == 2 && *p == '.' && !middle)
			return code;
		if (state)
			code = *p == 'M' ? EXIT_MASTER : *p == 'B' ? EXIT_BACKUP : EXIT_FAULT;
		else if (check)
			code = begins(p, "good") ? EXIT_YES : EXIT_NO;
		if (colour && !heading && !middle)
			in_colour(p, len);
		else
			out_text(p, len);
		heading = false;
		if (t.at == t.n && out_flush())
			return EXIT_MISUSE;
	}
	return t.over && !strcmp(*w, "wait") ? EXIT_NO : no_answer(&t);
}

/* NAME STATE [SEC] */
static int wait_for(char **w)
{
	const char *state = w[2], *sec = w[3];
	usec until = USEC_NEVER;
	unsigned long n;
	char *end;

	if (strcmp(state, "MASTER") && strcmp(state, "BACKUP") && strcmp(state, "FAULT"))
		return misuse("expected MASTER, BACKUP or FAULT, not", state);
	if (sec) {
		n = strtoul(sec, &end, 10);
		if (*end || *sec < '0' || *sec > '9' || n > 86400)
			return misuse("expected seconds, up to a day, not", sec);
		until = clock_now() + n * SEC;
		w[3] = NULL;
	}
	return say(w, until);
}

/* Is it one of the requests that people type? Any other word is an instance. */
static bool is_request(const char *word)
{
	static const char known[] = "state\0why\0check\0demote\0restore\0reload\0dump\0version\0";

	for (const char *p = known; *p; p += strlen(p) + 1)
		if (!strcmp(p, word))
			return true;
	return false;
}

static int state_main(char **argv)
{
	char *ask_for[] = { "show", NULL, NULL };
	struct opt_error err;
	char **w;
	int code;

	opt = (struct options){ .run_dir = getenv("VRRPD_RUN_DIR") };
	if (!opt.run_dir || !*opt.run_dir)
		opt.run_dir = RUN_DIR;
	code = opts_read(argv, rows, &opt, special, &err);
	if (err.text)
		return misuse(err.text, err.word);
	if (code >= 0)
		return code;
	w = opt.words;
	if (opt.json + opt.metrics + opt.watch > 1)
		return misuse("only one of -j, -m and -w", NULL);
	if (*w && !strcmp(*w, "wait") && w[1] && w[2] && (!w[3] || !w[4]))
		return wait_for(w);
	if (*w && !opt.json && !opt.metrics && !opt.watch && is_request(*w))
		return say(w, strcmp(*w, "check") ? 0 : USEC_NEVER);
	if (*w && w[1])
		return misuse("unexpected word", w[1]);
	ask_for[0] = opt.json ? "json" : opt.metrics ? "metrics" : opt.watch ? "watch" : *w ? "state" : "show";
	ask_for[1] = *w;
	return say(ask_for, opt.watch ? USEC_NEVER : 0);
}

const struct applet applet_vrrp_state = {
	.name  = "vrrp-state",
	.brief = "ask the running vrrpd what it does and why, and steer it",
	.usage = USAGE("vrrp-state [-j|-m|-w] [NAME]\n"
	         "       vrrp-state REQUEST",
	         "  (nothing)  a table of all instances\n"
	         "  NAME       its state; exit code 0 MASTER, 1 BACKUP, 2 FAULT\n"
	         "  -j, -m     JSON, Prometheus text\n"
	         "  -w         follow changes, one line each\n"
	         "  -s SOCKET  default DIR/" CTL_SOCKET "\n"
	         "  --run-dir DIR\n"
	         "             default $VRRPD_RUN_DIR or " RUN_DIR "\n"
	         "Requests:\n"
	         "  why NAME                reason, trackers, peers, past\n"
	         "  wait NAME STATE [SEC]   1: the time is over\n"
	         "  check NAME              run that script now: 0 good, 1 bad\n"
	         "  demote NAME|all [fault] [for SEC]\n"
	         "                          priority 1, or FAULT\n"
	         "  restore NAME|all\n"
	         "  reload                  1: refused, with all findings\n"
	         "  dump data|stats|json    as keepalived writes them\n"
	         "  state NAME, version\n"
	         "Exit code 3: vrrpd is not running, 4: no such name, 5: misuse, not permitted\n"),
	.main  = state_main,
};
