/*
 * sandbox.h - what the engine may still do once it works (hall): capabilities, system calls, where it may write. Whatever the kernel
 * lacks is said and left out: the router works all the same.
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "text.h"

struct sandbox {		/* for people to see: of struct engine */
	bool on;
	bool helper;		/* another process starts programs, and lives */
	int privs, files, calls;	/* 0: limited; -errno: not, and why */
	uint64_t caps;		/* kept: bit CAP_* */
	unsigned refused;	/* system calls so far that are in no table */
	char names[160];	/* "CAP_NET_ADMIN CAP_NET_RAW" */
};

/*
 * Close it for ever: everything is open, the configuration is c. paths: files besides the configuration's that are written or
 * removed, n of them; NULLs are fine.
 */
void sandbox_enter(struct sandbox *s, const struct conf *c, const char *const paths[], unsigned n);

/* After a reload: what would c need that was given up? Says it. */
void sandbox_fits(const struct sandbox *s, const struct conf *c);

/* Were system calls refused since? Counts them, says the first. */
void sandbox_look(struct sandbox *s);

#endif
