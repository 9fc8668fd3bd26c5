/*
 * watch.h - small files whose content matters, by name (sys: inotify). One descriptor for all of them; created, written
 * and closed, replaced, removed, made readable: the owner is told and looks again. Nothing is read before that.
 */
#ifndef WATCH_H
#define WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"

/* One watched file; lives in its owner. Zero it before first use. */
struct watch {
	const char *path;	/* the owner's; may be set anew between two calls */
	void (*changed)(struct watch *w, usec now);	/* it may have; often for nothing, and several times for one change */
	bool listed;
	int dir, file;		/* inotify's numbers; 0: none */
	struct watch *next;
};

struct watches {
	struct source src;	/* src.ready NULL: not opened yet */
	struct loop *loop;
	struct watch *list;
};

/*
 * Be told of w from now on; call it again, before reading, whenever w was told: what the name leads to may be another
 * file now. NULL, or why the kernel will not tell of every change ("on proc", "no such directory", ...): look again in a while.
 */
const char *watch_arm(struct watches *all, struct watch *w);
void watch_drop(struct watches *all, struct watch *w);	/* no-op when it is not there */
void watch_close(struct watches *all);

/*
 * Its first bytes, ended by NUL. Returns their number or -errno (-EINVAL: not a regular file, which is never opened: to
 * open a device is to use it).
 */
int watch_read(const char *path, char *buf, size_t size);

/* Write text to path if it is not there, or (overwrite) whatever is there, but not through a symbolic link. 0 or -errno. */
int watch_write(const char *path, const char *text, size_t len, bool overwrite);

#endif
