/*
 * pids.h - the daemon's names and its pid files (hall): the run directory's own, which keeps a second daemon out of it, and
 * another one if asked for.
 */
#ifndef PIDS_H
#define PIDS_H

#include "conf.h"

enum { NAMES_MAX = 2 * NAME_LEN + 2 };

/* ".NETNS_INSTANCE", ".NETNS", ".INSTANCE" or "": several daemons side by side. Either may be NULL. Returns buf. */
const char *pids_names(char buf[NAMES_MAX], const char *netns, const char *instance);

/*
 * Their paths. other: -p's, NULL: keepalived's usual one when keepalived is true, whose directories are made, else none.
 * run_dir, other and g's text are referred to until pids_remove, or the choice is made anew.
 */
void pids_choose(const char *run_dir, const char *other, bool keepalived, const struct global_conf *g, const char *netns);

const char *pids_path(unsigned i);	/* of the two; "": not wanted */

/* Both or none. < 0: go on; else exit with it. */
int pids_lock(void);
void pids_write(void);
void pids_hold(void);		/* somebody removed the run directory, or a file in it: another daemon would find nobody there */
void pids_remove(void);

#endif
