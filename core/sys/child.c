/*
 * child.c - programs of the config: started, watched, ended (sys: clone, execve, signalfd, waitpid).
 * What a child is: reference c.2, c.3.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "limits.h"

enum {
	ARGS_MAX = CMD_ARGS_MAX + 8,	/* a command and what notify adds */
	REAP_TURN = 64,			/* ends told in one turn of the loop */
	FDS_TRIED = 1024		/* descriptors closed one by one where close_range is unknown */
};

static struct child *running;
static union {			/* never written: SIG_DFL in the kernel's sigaction, no signal, no priority */
	unsigned long sigaction[8];
	sigset_t mask;
	struct sched_param sched;
} zero;

/*
 * ---- starting: everything up to spawn runs in the new process, on its parent's memory ----
 * It never returns, so AddressSanitizer would take its frames for living ones of ours.
 */
#define CHILD_SIDE __attribute__((no_sanitize_address))

struct job {
	char **argv;		/* argv[-1] is free: the shell's place */
	const struct cred *cred;	/* NULL: stay who we are */
	bool stays;
	int err;		/* what went wrong; the parent reads it after exec or _exit */
};

/* The system calls themselves: the library's versions first stop every thread, and we have none. */
CHILD_SIDE static int become(const struct cred *c)
{
#ifdef SYS_setuid32		/* the old calls take 16 bits */
	if (syscall(SYS_setgroups32, 1, &c->gid) || syscall(SYS_setgid32, c->gid) || syscall(SYS_setuid32, c->uid))
#else
	if (syscall(SYS_setgroups, 1, &c->gid) || syscall(SYS_setgid, c->gid) || syscall(SYS_setuid, c->uid))
#endif
		return errno;
	return 0;
}

CHILD_SIDE static void plain_signals(void)
{
	int s;

	for (s = 1; s < _NSIG; s++)
		syscall(SYS_rt_sigaction, s, &zero.sigaction, NULL, _NSIG / 8);
	sigprocmask(SIG_SETMASK, &zero.mask, NULL);
}

CHILD_SIDE static void plain_priority(void)
{
	syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &zero.sched);
	setpriority(PRIO_PROCESS, 0, 0);
}

CHILD_SIDE static void plain_files(void)
{
	int fd = open("/dev/null", O_RDWR);

	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
#ifdef SYS_close_range
	if (!syscall(SYS_close_range, 3U, ~0U, 0U))
		return;
#endif
	for (fd = 3; fd < FDS_TRIED; fd++)
		close(fd);
}

/* Returns only when it could not be. */
CHILD_SIDE static int exec_file(char *path, char **argv)
{
	char *name = argv[0];
	int err;

	execve(path, argv, environ);
	if (errno != ENOEXEC)
		return errno;
	argv[-1] = "sh";
	argv[0] = path;
	execve("/bin/sh", argv - 1, environ);
	err = errno;
	argv[0] = name;
	return err;
}

/* As execvp does, except that a directory without permission does not hide the reason of the others. */
CHILD_SIDE static int exec_search(char **argv)
{
	const char *dir = getenv("PATH"), *end;
	char path[PATH_MAX];
	int err, worst = ENOENT;

	if (strchr(argv[0], '/'))
		return exec_file(argv[0], argv);
	for (dir = dir ? dir : "/usr/sbin:/usr/bin:/sbin:/bin";; dir = end + 1) {
		end = strchrnul(dir, ':');
		if (snprintf(path, sizeof path, "%.*s%s%s", (int)(end - dir), dir, end == dir ? "" : "/", argv[0]) <
		    (int)sizeof path) {
			err = exec_file(path, argv);
			if (err != ENOENT && err != ENOTDIR)
				worst = err;
		}
		if (!*end)
			return worst;
	}
}

CHILD_SIDE static int in_child(void *arg)
{
	struct job *j = arg;

	setpgid(0, 0);
	plain_signals();
	plain_priority();
	plain_files();
	if (j->cred && (j->err = become(j->cred)))
		_exit(127);
	syscall(SYS_prctl, PR_SET_PDEATHSIG, j->stays ? 0 : SIGTERM);	/* after the change of user, which clears it */
	j->err = exec_search(j->argv);
	_exit(127);
}

/*
 * The parent sleeps until exec or _exit (CLONE_VFORK), so the reason of a failure is known at once and no page is
 * copied. Not vfork(): on some machines musl's is a fork, and then j.err would stay behind in the child.
 */
static pid_t spawn(struct job *j)
{
	char stack[PATH_MAX + 16384] __attribute__((aligned(16)));
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);	/* no handler of ours may run on two stacks */
	pid = clone(in_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, j);
	if (pid < 0)
		j->err = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	return pid;
}

static unsigned append(char **v, unsigned n, char *const words[])
{
	for (; words && *words; words++) {
		if (n < ARGS_MAX)
			v[n] = *words;
		n++;
	}
	return n;
}

int child_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done)
{
	char *v[ARGS_MAX + 2];
	struct job j = { .argv = v + 1, .cred = cred, .stays = c->stays };
	unsigned n = append(v + 1, append(v + 1, 0, argv), (char *const *)extra);
	pid_t pid;

	if (n == 0)
		return -ENOENT;
	if (n >= ARGS_MAX)
		return -E2BIG;
	v[1 + n] = NULL;
	if (cred && cred->uid == geteuid() && cred->gid == getegid())
		j.cred = NULL;
	pid = spawn(&j);
	if (j.err) {
		if (pid > 0)
			waitpid(pid, NULL, 0);
		return -j.err;
	}
	c->pid = pid;
	c->done = done;
	c->next = running;
	running = c;
	return 0;
}

/* ---- the end of it ---- */

/* The link that leads to the child which answers; to NULL when none does. */
static struct child **find(pid_t pid)
{
	struct child **at = &running;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	return at;
}

static struct child *unlink_child(struct child **at)
{
	struct child *c = *at;

	if (c) {
		*at = c->next;
		c->next = NULL;
		c->pid = 0;
	}
	return c;
}

static void reap(struct source *s, usec now)
{
	struct signalfd_siginfo info;
	struct child *c;
	int i, status;
	pid_t pid;

	while (read(s->fd, &info, sizeof info) > 0)
		;
	for (i = 0; i < REAP_TURN; i++) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			return;
		c = unlink_child(find(pid));
		if (c)
			c->done(c, status, now);
	}
	kill(getpid(), SIGCHLD);	/* blocked, so it only wakes the next turn */
}

/* Out of the environment, as often as it is there. */
static void forget(const char *name)
{
	size_t n = strlen(name);
	char **from = environ, **to = environ;

	for (; from && *from; from++)
		if (strncmp(*from, name, n) || (*from)[n] != '=')
			*to++ = *from;
	if (to)
		*to = NULL;
}

int child_open(struct source *s)
{
	sigset_t set;

	forget("IFS");
	forget("LD_PRELOAD");
	forget("LD_LIBRARY_PATH");
	forget("NOTIFY_SOCKET");
	syscall(SYS_rt_sigaction, SIGCHLD, &zero.sigaction, NULL, _NSIG / 8);	/* ignored by our parent: none would be told */
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	s->ready = reap;
	s->fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return s->fd < 0 ? -errno : 0;
}

void child_close(struct source *s)
{
	close(s->fd);
	s->fd = -1;
}

void child_kill(struct child *c, int sig)
{
	if (c->pid > 0)
		kill(-c->pid, sig);
}

void child_forget(struct child *c)
{
	if (c->pid > 0)
		unlink_child(find(c->pid));
}

unsigned child_count(void)
{
	const struct child *c;
	unsigned n = 0;

	for (c = running; c; c = c->next)
		n++;
	return n;
}

const char *child_status_text(int status, char *buf, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(buf, size, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(buf, size, "exited with status %d", WEXITSTATUS(status));
	return buf;
}

/* ---- who: two small files, read here because getpwnam and getgrnam are 13 kB of a static binary ---- */

/* One line NAME:x:ID:ID2 in the making. */
struct entry {
	const char *name;	/* what is left to be compared */
	unsigned field;
	bool same;		/* the name, so far */
	unsigned id[2];
};

static bool key_ends(const char *s)
{
	return !*s || *s == ':';
}

static void take(struct entry *e, char c)
{
	if (c == ':')
		e->same = e->field++ ? e->same : e->same && key_ends(e->name);
	else if (e->field == 0)
		e->same = e->same && !key_ends(e->name) && *e->name++ == c;
	else if (e->field < 4 && e->field > 1 && c >= '0' && c <= '9')
		e->id[e->field - 2] = e->id[e->field - 2] * 10 + (c - '0');
}

/* The line of path whose name is key, or whose first id is the number key. key ends at ':' too. */
static bool lookup(const char *path, const char *key, unsigned id[2])
{
	char *end, buf[512];
	unsigned long number = strtoul(key, &end, 10);
	bool numeric = key_ends(end) && !key_ends(key), found = false;
	struct entry e = { .name = key, .same = true };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t i, n;

	while (!found && fd >= 0 && (n = read(fd, buf, sizeof buf)) > 0)
		for (i = 0; !found && i < n; i++) {
			if (buf[i] != '\n') {
				take(&e, buf[i]);
				continue;
			}
			found = e.field > 1 && (e.same || (numeric && e.id[0] == number));
			if (!found)
				e = (struct entry){ .name = key, .same = true };
		}
	if (fd >= 0)
		close(fd);
	id[0] = found ? e.id[0] : number;
	id[1] = found ? e.id[1] : number;
	return found || numeric;
}

int child_cred(struct cred *out, const char *user, const char *group)
{
	unsigned id[2];
	const char *colon;

	*out = (struct cred){ geteuid(), getegid() };
	if (!user && !lookup("/etc/passwd", "keepalived_script", id))
		return 0;
	if (user && !lookup("/etc/passwd", user, id))
		return -ENOENT;
	out->uid = id[0];
	out->gid = id[1];
	colon = user ? strchr(user, ':') : NULL;
	if (!group && colon)
		group = colon;
	if (!group)
		return 0;
	if (!lookup("/etc/group", group + (*group == ':'), id))
		return -ENOENT;
	out->gid = id[0];
	return 0;
}
