/*
 * helper.h - the process that alone starts programs (hall). It reads the configuration itself, keeps the commands and the words that
 * may be added to them, and knows nothing else: whoever takes over the engine can have run what the file names, and no more.
 */
#ifndef HELPER_H
#define HELPER_H

#include <sys/types.h>

#include "config.h"

/*
 * Fork it, with the commands of c, before anything is open that it must not have. src is where a reload reads. It ends when
 * the engine does, and with it what it runs. argv0 is where its name in ps goes. Returns the descriptor for child_far, or -errno.
 */
int helper_open(const struct config_source *src, struct conf *c, char *argv0);

/* After the descriptor was closed: until it is gone, some milliseconds. */
void helper_wait(void);

#endif
