/*
 * helper.h - the process that alone starts programs (hall). It reads the configuration itself, keeps the commands and the words that
 * may be added to them, and knows nothing else: whoever takes over the engine can have run what the file names, and no more.
 */
#ifndef HELPER_H
#define HELPER_H

#include <sys/types.h>

#include "config.h"
#include "usec.h"

/*
 * Fork it, with the commands of c, before anything is open that it must not have. src is where a reload reads. It ends when
 * the engine does, and with it what it runs. argv is the engine's own; argv[0] is where its name in ps goes. Returns the descriptor
 * for child_far, or -errno.
 */
int helper_open(const struct config_source *src, struct conf *c, char **argv);

/*
 * The engine lives at that time. Once said, its end is no wish of anybody: whoever killed it, the helper becomes the same program with
 * the same words (a second later when it has not lived one), and SPAWN_AGAIN in the environment: "SEC USEC PID", when the engine was
 * last alive (CLOCK_MONOTONIC), and who it was. 0: it is about to leave by itself.
 */
void helper_sees(usec now);

/* Whom the helper has seen die, so that this process is here; pid 0: nobody. */
struct again {
	long pid;
	usec at;		/* it lived then */
};

/* After the descriptor was closed: until it is gone, some milliseconds. */
void helper_wait(void);

#endif
