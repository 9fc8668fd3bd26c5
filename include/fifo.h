/*
 * fifo.h - notify_fifo and vrrp_notify_fifo (hall): a line for every change, in the order of the changes, and the
 * program that reads them (K c.17).
 */
#ifndef FIFO_H
#define FIFO_H

#include <stdbool.h>

#include "child.h"
#include "heap.h"

enum { FIFO_PATH = 128 };

struct fifo {
	struct engine *e;
	int fd;			/* -1: none, or it could not be had */
	bool made;		/* by us: removed at the end */
	bool same;		/* as before the reload */
	bool again;		/* the reader is being ended, to be started anew */
	unsigned lost;		/* lines so far */
	usec quiet;		/* until then that is not said again */
	struct child child;	/* its reader */
	struct timer limit;	/* of the reader's end */
	char path[FIFO_PATH];	/* outlives the configuration */
};

struct engine;

void fifo_init(struct engine *e);
/* Start (old NULL) or a reload: open what is new, close what is gone; readers that are new, have changed or have ended start. */
struct conf;
void fifo_apply(struct engine *e, const struct conf *old);
void fifo_end(struct engine *e);	/* the last word was said: readers see the end of the file */
void fifo_close(struct engine *e);	/* whatever still runs is told to end */

/* KIND "NAME" WORD PRIO */
void fifo_line(struct engine *e, const char *kind, const char *name, const char *word, unsigned prio);

#endif
