/*
 * daemon.h - vrrpd at work (hall): its signals, its turns, its reloads, until it is told to stop.
 */
#ifndef DAEMON_H
#define DAEMON_H

#include <signal.h>
#include <stdbool.h>

#include "config.h"
#include "helper.h"

/* What the door was told; referred to while the daemon runs. */
struct daemon_wish {
	struct config_source src;	/* its configuration */
	const char *run_dir, *netns;	/* netns: NULL: the configuration's */
	const char *names;		/* those in force: see pids.h */
	char **argv;			/* the command line; its first word is where the helper's name goes */
	struct again again;		/* who was killed, so that we are here */
	int ready_fd;			/* or -1: see ready.h */
	bool console;			/* standard error is still wanted once it works */
	bool keep_vips, bare;		/* bare: no helper, nothing given up */
	bool supervised;		/* others start it again when it is killed: the helper does not */
};

enum { DAEMON_SIG_CLEAR = _NSIG - 2 };	/* SIGRTMAX - 1: statistics are written and cleared */

/*
 * Run c, which is freed, until a signal ends it. ready: gets a byte when it works, and is closed; -1: nobody waits. Returns 0, or -errno
 * with *what that could not be opened.
 */
int daemon_run(const struct daemon_wish *w, struct conf *c, int ready, const char **what);

#endif
