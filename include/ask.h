/*
 * ask.h - a request to the running vrrpd by its control socket (sys): words in, lines of text out. For programs that do
 * nothing else meanwhile: it waits. What a request is: ctl.h, control.h.
 */
#ifndef ASK_H
#define ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "usec.h"

#ifndef RUN_DIR
#define RUN_DIR "/var/run/vrrpd"
#endif

/* Exit codes of whoever asks, besides 0; vrrp-state has its own meaning of 1 and 2 where it was asked for a state. */
enum { ASK_NO = 1, ASK_NONE = 3, ASK_UNKNOWN = 4, ASK_MISUSE = 5 };

struct ask {			/* one connection */
	const char *who;	/* the program that asks, as its messages begin; set by the caller, like the next three */
	const char *socket;	/* path, or NULL: ctl.sock of run_dir */
	const char *run_dir;
	usec until;		/* set by ask to 0: the next piece within ten seconds. Else the end must be here then; USEC_NEVER: whenever */
	int fd;
	size_t n, at;		/* bytes in buf; taken already */
	bool over;		/* until has come */
	char buf[4096];
};

/* given, or $VRRPD_RUN_DIR, or the default. */
const char *ask_run_dir(const char *given);

/* Ask, and read the first line. 0 (then ask_next has the answer), or the exit code; why has been said on standard error. */
int ask(struct ask *t, char **words);

/*
 * The next line with its end; one that is longer than the buffer comes in pieces. NULL: there is none. Valid until the next
 * call. The answer is whole when a line "." has come.
 */
char *ask_next(struct ask *t, size_t *len);

/* What it means that no line has come: says it. Returns the exit code. */
int ask_cut(const struct ask *t);

#endif
