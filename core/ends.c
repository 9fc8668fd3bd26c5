/* ends.c - startup_script and shutdown_script. keepalived b.2. */
#include <signal.h>
#include <string.h>

#include "ends.h"
#include "engine.h"
#include "log.h"

struct wait {
	struct child child;
	struct loop loop;
	struct source chld;
	int status;
};

static void ended(struct child *c, int status, usec now)
{
	(void)now;
	container_of(c, struct wait, child)->status = status;
}

static void wait_until(struct wait *w, usec until, const bool *stop)
{
	usec now;

	while (w->child.pid && !(stop && *stop) && (now = clock_now()) < until)
		loop_turn(&w->loop, until, &now);
}

static void put_an_end(struct wait *w)
{
	child_kill(&w->child, SIGTERM);
	wait_until(w, clock_now() + 500 * MS, NULL);
	child_kill(&w->child, SIGKILL);
	wait_until(w, clock_now() + 100 * MS, NULL);
	child_forget(&w->child);
}

void ends_run(const char *word, const struct global_conf *g, const struct cmd *cmd, usec limit, struct source *sig,
              const bool *stop)
{
	struct wait w = { .status = 0 };
	char buf[WHY_LEN];
	const char *why;
	struct cred cred;
	int err;

	if (!cmd)
		return;
	if (loop_open(&w.loop) < 0)
		return;
	why = program_refused(g, cmd, cmd->argv, &cred, buf, sizeof buf);
	if ((err = child_open(&w.chld)) < 0 || (err = loop_add(&w.loop, &w.chld)) < 0 || (err = loop_add(&w.loop, sig)) < 0 ||
	    (!why && (err = child_start(&w.child, cmd->argv, NULL, &cred, ended)) < 0))
		why = strerror(-err);
	if (why)
		log_err("cannot run %s %s: %s", word, cmd->argv[0], why);
	wait_until(&w, clock_now() + limit, stop);
	if (w.child.pid) {
		log_err("%s %s still runs after %u s: ending it", word, cmd->argv[0], (unsigned)(limit / SEC));
		put_an_end(&w);
	} else if (w.status) {
		log_err("%s %s: %s", word, cmd->argv[0], child_status_text(w.status, buf, sizeof buf));
	}
	loop_close(&w.loop);
	child_rest(&w.chld);
}
