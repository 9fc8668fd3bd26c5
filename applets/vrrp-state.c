/* vrrp-state.c - asks the running vrrpd: its words become one request to the control socket, the answer text and an exit code. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "ask.h"
#include "ctl.h"
#include "loop.h"
#include "opts.h"
#include "out.h"

enum {				/* exit codes: 0 to 2 are the states, otherwise done and not; the others are ask.h's */
	EXIT_MASTER = 0, EXIT_BACKUP = 1, EXIT_FAULT = 2,
	EXIT_YES = 0, EXIT_NO = ASK_NO,
};

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
	return applet_misuse(&applet_vrrp_state, ASK_MISUSE, text, word);
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

/* The answer to w; its end must be here when until comes (as in struct ask). The last line is the exit code of state and check. */
static int say(char **w, usec until)
{
	static struct ask t;
	bool state = !strcmp(*w, "state"), check = !strcmp(*w, "check"), colour = !strcmp(*w, "show") && colours();
	bool heading = true, middle = false;
	size_t len;
	int code;
	char *p;

	t.who = "vrrp-state";
	t.socket = opt.socket;
	t.run_dir = opt.run_dir;
	if ((code = ask(&t, w)))
		return code;
	for (t.until = until; (p = ask_next(&t, &len)); middle = p[len - 1] != '\n') {
		if (len == 2 && *p == '.' && !middle)
			return code;
		if (state)
			code = *p == 'M' ? EXIT_MASTER : *p == 'B' ? EXIT_BACKUP : EXIT_FAULT;
		else if (check)
			code = !strncmp(p, "good", 4) ? EXIT_YES : EXIT_NO;
		if (colour && !heading && !middle)
			in_colour(p, len);
		else
			out_text(p, len);
		heading = false;
		if (t.at == t.n && out_flush())
			return ASK_MISUSE;
	}
	return t.over && !strcmp(*w, "wait") ? EXIT_NO : ask_cut(&t);
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
	const char *p = "state\0why\0wait\0check\0demote\0restore\0reload\0diff\0dump\0sandbox\0version\0";

	for (; *p; p += strlen(p) + 1)
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

	opt = (struct options){ .run_dir = ask_run_dir(NULL) };
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
	if (*w && !strcmp(*w, "diff") && w[1] && *w[1] != '/')
		return misuse("vrrpd may be elsewhere: expected a path from / on, not", w[1]);
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
	.usage = USAGE("vrrp-state [-m] | [-j|-w] [NAME]\n"
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
	         "  diff [/FILE]            what a reload would do\n"
	         "  dump data|stats|json    as keepalived writes them\n"
	         "  sandbox                 what vrrpd may still do\n"
	         "  state NAME, version\n"
	         "Exit code 3: vrrpd is not running, 4: no such name, 5: misuse, not permitted\n"),
	.main  = state_main,
};
