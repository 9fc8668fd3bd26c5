/* vrrp-check.c - the door of checks: one of them, once or again and again, in words and an exit code. design section 4. */
#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "file.h"
#include "out.h"
#include "probe.h"
#include "signals.h"
#include "track.h"

enum { EXIT_GOOD, EXIT_BAD, EXIT_USAGE };
enum { TIMERS = 2 };		/* the probe's and ours */

#define TIMEOUT SEC		/* of one look, when nobody says -t */

static struct checker {
	struct check c;
	struct probe_env env;
	struct loop loop;
	struct heap heap;
	struct timer *timers[TIMERS];
	struct source sig, chld;
	struct probe probe;
	struct timer next;
	usec began;		/* this run, when it was due */
	struct hyst hyst;
	bool stop;
} me;

static void tell(const struct probe *p)
{
	long us = p->took;

	if (me.c.quiet)
		return;
	out("%s: %s%s", me.hyst.verdict == VERDICT_GOOD ? "good" : "bad", p->can ? "" : "cannot run: ", p->why);
	if (p->can)
		out(" (%ld.%ld ms)", us / 1000, us / 100 % 10);
	out("\n");
	if (out_flush() < 0)		/* nobody reads it any more */
		me.stop = true;
}

static void done(struct probe *p, usec now)
{
	usec at = me.began + me.c.interval;

	if (hyst_step(&me.hyst, p->good))
		tell(p);
	if (!me.c.interval)
		me.stop = true;
	else
		heap_set(&me.heap, &me.next, at > now ? at : now);
}

static void run(struct timer *t, usec now)
{
	me.began = t->at + me.c.interval < now ? now : t->at;	/* what was missed stays missed */
	if (probe_start(&me.probe, &me.env, &me.c, me.c.timeout ? me.c.timeout : TIMEOUT, now))
		done(&me.probe, now);
}

static void on_signal(struct source *s, usec now)
{
	(void)now;
	me.stop |= signals_next(s->fd) > 0;
}

static int open_signals(void)
{
	me.sig = (struct source){ signals_open(signals_end), on_signal };
	return me.sig.fd < 0 ? me.sig.fd : loop_add(&me.loop, &me.sig);
}

static int open_all(void)
{
	int err = loop_open(&me.loop);

	if (err || (err = open_signals()) || (err = child_open(&me.chld)))
		return err;
	return loop_add(&me.loop, &me.chld);
}

static int check_main(char **argv)
{
	struct arena arena;
	struct check_error wrong;
	struct timer *t;
	usec now = clock_now();
	int err;

	if (argv[1] && !strcmp(argv[1], "--help"))
		return applet_help(&applet_vrrp_check);
	if (argv[1] && !strcmp(argv[1], "--version"))
		return applet_version(&applet_vrrp_check);
	arena_open(&arena);
	if (!check_parse(&me.c, &arena, argv + 1, &wrong))
		return applet_misuse(&applet_vrrp_check, EXIT_USAGE, wrong.text, wrong.word);
	if ((err = open_all()) < 0) {
		out_err("vrrp-check: %s\n", strerror(-err));
		return EXIT_BAD;
	}
	me.env = (struct probe_env){ .loop = &me.loop, .heap = &me.heap };
	heap_init(&me.heap, me.timers, TIMERS);
	hyst_init(&me.hyst, me.c.rise, me.c.fall, false);
	me.probe.done = done;
	me.next.fire = run;
	heap_set(&me.heap, &me.next, now);
	while (!me.stop) {
		while (!me.stop && (t = heap_due(&me.heap, now)))
			t->fire(t, now);
		if (!me.stop && loop_turn(&me.loop, heap_next(&me.heap), &now) < 0)
			me.stop = true;
	}
	probe_stop(&me.probe);
	return me.hyst.verdict == VERDICT_GOOD ? EXIT_GOOD : EXIT_BAD;
}

#define KIND(id, word, args) "  " word " " args "\n"

const struct applet applet_vrrp_check = {
	.name  = "vrrp-check",
	.brief = "is a service, a host or a file as it should be?",
	.usage = USAGE("vrrp-check [OPTION...] [!] KIND ARG...",
	         CHECK_KINDS(KIND)
	         "!             turns the result round\n"
	         "  -q            say nothing; exit code 0 good, 1 bad or cannot run, 2 wrong usage\n"
	         "  -t SEC        time for one look (default 1)\n"
	         "  -i SEC        again and again, until a signal; only changes are printed\n"
	         "  --rise N, --fall N   so many good or bad results in a row make a change\n"
	         "  --start CMD   run it once when the result is bad, and look again\n"
	         "  --wait SEC    time that CMD has to end, and again before that look (default 1)\n"),
	.main  = check_main,
};
