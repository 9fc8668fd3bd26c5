/*
 * ends.h - startup_script and shutdown_script (hall): what runs before the daemon does anything, and after it has left all.
 */
#ifndef ENDS_H
#define ENDS_H

#include "conf.h"
#include "loop.h"

/*
 * Run it and wait for its end, at most limit; then it is killed. What goes wrong is logged, and is no reason not to go on.
 * word names it; cmd NULL: none. sig is served meanwhile, and *stop ends the wait (NULL: nothing does).
 */
void ends_run(const char *word, const struct global_conf *g, const struct cmd *cmd, usec limit, struct source *sig,
              const bool *stop);

#endif
