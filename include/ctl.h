/*
 * ctl.h - the control socket (sys): RUN_DIR/ctl.sock, a listening SOCK_STREAM in the slow circle, so that no client, however
 * slow, dead or many, ever holds up an advert.
 *
 * One connection is one request. The client sends one line: words between blanks, with quotes and backslashes as in a script
 * line of the configuration. The answer is text: a first line "OK" or "ERR reason", then whatever belongs to it, then a line
 * "." alone, then the end of the connection. No line of an answer is "." otherwise, so an answer without that line has been
 * cut off: the daemon ended, or the configuration was replaced while it was being written. People can ask too:
 *     echo show | nc -U /var/run/vrrpd/ctl.sock
 *
 * Root and the daemon's own user may ask everything; members of the group that control_group names may read. Nobody else can
 * connect: the socket is 0600, or 0660 of that group.
 */
#ifndef CTL_H
#define CTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "arena.h"
#include "heap.h"
#include "limits.h"
#include "loop.h"
#include "text.h"

#define CTL_SOCKET "ctl.sock"	/* in the run directory */

enum ctl_next {
	CTL_MORE,	/* call again when there is room */
	CTL_DONE,	/* that was all */
	CTL_WAIT,	/* nothing now: ctl_wake when there is */
	CTL_CUT		/* what was sent is of no use: close without the last line */
};

/* One connection; lives in its own arena, which goes with it. */
struct ctl_client {
	struct source src;
	struct ctl *ctl;
	struct ctl_client *next;
	struct arena arena;	/* also for what the request needs: job */
	usec until;		/* dropped then, USEC_NEVER: not waited for */
	uid_t uid;
	bool may_change;
	bool asked;		/* the request is here */
	bool writing;		/* wants to know of room in the socket */
	/* Puts the next piece of the answer into text, of at most CTL_PIECE bytes; set by ask. NULL: text holds all of it. */
	enum ctl_next (*more)(struct ctl_client *c);
	void *job;		/* the hall's own */
	bool last;		/* the answer is complete; what is in text is to be sent */
	unsigned have;		/* bytes of line */
	struct text text;	/* not sent yet */
	char line[CTL_LINE], room[CTL_ROOM];
};

struct ctl {
	struct source src;	/* fd < 0: closed */
	struct loop *loop;	/* the slow circle */
	struct heap *heap;	/* one timer */
	struct ctl_client *clients;
	unsigned n;
	struct timer timer;
	const char *dir;	/* the run directory */
	gid_t group;		/* (gid_t)-1: none */
	int closed_to;		/* errno: the group could not be let in */
	/* A whole line, without its end. Begins the answer: puts its first line into c->text, sets c->more. */
	void (*ask)(struct ctl_client *c, char *line);
	uint32_t requests, dropped, refused;	/* answered; did not ask, did not read, cut; one too many, not permitted */
};

/*
 * Open the socket of dir; loop, heap, ask are set already. One that a killed daemon left is replaced: whoever calls holds the
 * lock of the directory's pid file, so there is no living one. 0 or -errno.
 */
int ctl_open(struct ctl *c, const char *dir);
void ctl_close(struct ctl *c);		/* everybody is cut off, the socket's file removed */

/* Who may read besides us, after a reload. Makes the socket anew when its file is gone. 0 or -errno. */
int ctl_group(struct ctl *c, gid_t group);

/* A client in CTL_WAIT has something to say now. */
void ctl_wake(struct ctl_client *c);

/* Does not read: end and count it. Not from inside its own more. */
void ctl_drop(struct ctl_client *c);

#endif
