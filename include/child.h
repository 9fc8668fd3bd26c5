/*
 * child.h - programs of the config: started, watched, ended (sys). Everything that a child process does
 * starts here, so that it can later live in a process of its own. Never waits, never uses a shell.
 */
#ifndef CHILD_H
#define CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "loop.h"

struct child;
typedef void child_done(struct child *c, int status, usec now);	/* status as waitpid gives it; < 0: -errno, it could not be started */

/* One running program; lives in its owner. Zero it before first use. */
struct child {
	pid_t pid;		/* 0 = not running; also its process group (another process starts it: its number there) */
	bool stays;		/* it may outlive us (a service that was started): no PDEATHSIG */
	child_done *done;
	struct child *next;	/* child.c's list */
};

/* Who a child runs as. */
enum { CRED_GROUPS = 15 };

struct cred {
	uid_t uid;
	gid_t gid;
	gid_t groups[CRED_GROUPS];	/* further ones: see child_groups */
	uint8_t ngroups;
};

/*
 * From now on, before child_open: the process at the other end of fd (a SOCK_SEQPACKET; order.h) starts and ends programs for us.
 * What child_start cannot know is told by done then. told hears how it fared with child_reread, and -EPIPE when it is gone: done is
 * called for all that ran, and nothing starts any more. It is logged there.
 */
void child_far(int fd, void (*told)(int err));
int child_reread(void);		/* it reads the configuration again: before what is new in it is started. 0 or -errno */

/*
 * Open the SIGCHLD descriptor (signals are blocked in the daemon). register s with the loop; its ready reaps all.
 * 0 or -errno.
 */
int child_open(struct source *s);
void child_close(struct source *s);
void child_rest(struct source *s);	/* child_open is to come again: the other process stays */

/*
 * Start argv[0] (a path, or a name looked up in PATH) with the words of argv and then of extra (may be NULL),
 * both NULL-terminated, as cred, in its own process group, with PDEATHSIG TERM, stdin/out/err on /dev/null, other
 * descriptors closed, default signals, priority and processors, environment less IFS, LD_PRELOAD, LD_LIBRARY_PATH (K c.2), NOTIFY_SOCKET.
 * A script without an interpreter line is run by /bin/sh, as people's files rely on.
 * Returns 0, or -errno when it could not be started: ENOENT, EACCES, ... of the exec itself too.
 */
int child_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done);

/* Signal its whole process group. */
void child_kill(struct child *c, int sig);

/* Forget it: it goes on, its end will be reaped, nobody is told. */
void child_forget(struct child *c);

unsigned child_count(void);	/* running now */

enum { CHILD_TEXT = 48 };
const char *child_error_text(int err);	/* of child_start, and of a negative status */

/* "exited with status 1", "killed by signal 9" into buf; or the error. */
const char *child_status_text(int status, char *buf, size_t size);

/* USER [[:]GROUP], names or numbers; NULL user: keepalived_script if it exists, else ourselves (K c.3). 0, or -ENOENT. */
int child_cred(struct cred *out, const char *user, const char *group);

/* Add the groups that /etc/group gives that user (a name; as above), as many as there is room for. */
void child_groups(struct cred *out, const char *user);

#endif
