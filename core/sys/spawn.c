/* spawn.c - a new program in a process of its own (sys: clone, execve). What a child is: reference c.2, c.3. */
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
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "spawn.h"

static const void *cpus;	/* those that children may use, when they are not ours; cpus_size bytes */
static long cpus_size;

enum { FDS_TRIED = 1024 };	/* descriptors closed one by one where close_range is unknown */

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
	gid_t groups[1 + CRED_GROUPS] = { c->gid };

	memcpy(groups + 1, c->groups, sizeof c->groups);
#ifdef SYS_setuid32		/* the old calls take 16 bits */
	if (syscall(SYS_setgroups32, 1 + c->ngroups, groups) || syscall(SYS_setgid32, c->gid) || syscall(SYS_setuid32, c->uid))
#else
	if (syscall(SYS_setgroups, 1 + c->ngroups, groups) || syscall(SYS_setgid, c->gid) || syscall(SYS_setuid, c->uid))
#endif
		return errno;
	return 0;
}

CHILD_SIDE void spawn_signals(void (*handler)(int))
{
	unsigned long action[8] = { 0 };	/* the kernel's own: handler and flags, turned round on MIPS, and zeros */

#ifdef __mips__
	action[1] = (unsigned long)handler;
#else
	action[0] = (unsigned long)handler;
#endif
	for (int s = 1; s < _NSIG; s++)
		syscall(SYS_rt_sigaction, s, action, NULL, _NSIG / 8);
}

CHILD_SIDE static void plain_priority(void)
{
	const struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };

	syscall(SYS_sched_setscheduler, 0, SCHED_OTHER, &zero.sched);
	setpriority(PRIO_PROCESS, 0, 0);
	prlimit(0, RLIMIT_RTTIME, &none, NULL);
	if (cpus)
		syscall(SYS_sched_setaffinity, 0, cpus_size, cpus);
}

CHILD_SIDE void spawn_plain_files(int keep)
{
	int fd = open("/dev/null", O_RDWR);
	unsigned from = 3;

	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	if (keep >= 0) {
		dup2(keep, 3);
		from = 4;
	}
#ifdef SYS_close_range
	if (!syscall(SYS_close_range, from, ~0U, 0U))
		return;
#endif
	for (; from < FDS_TRIED; from++)
		close(from);
}

/* Returns only when it could not be. */
CHILD_SIDE static int exec_file(char *path, char **argv)
{
	char *name = argv[0];
	int err;

	execve(path, argv, environ);
	if (errno != ENOEXEC)
		return errno == ENOENT && !access(path, F_OK) ? ELIBBAD : errno;
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
	spawn_signals(SIG_DFL);
	sigprocmask(SIG_SETMASK, &zero.mask, NULL);
	plain_priority();
	spawn_plain_files(-1);
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
pid_t spawn(char **argv, const struct cred *cred, bool stays)
{
	char stack[PATH_MAX + 16384] __attribute__((aligned(16)));
	struct job j = { .argv = argv, .cred = cred, .stays = stays };
	sigset_t all, before;
	pid_t pid;

	if (cred && cred->uid == geteuid() && cred->gid == getegid())
		j.cred = NULL;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);	/* no handler of ours may run on two stacks */
	pid = clone(in_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &j);
	if (pid < 0)
		j.err = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (!j.err)
		return pid;
	if (pid > 0)
		waitpid(pid, NULL, 0);
	return -j.err;
}

enum { ENV_MAX = 250 };		/* what more there is goes */

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

void spawn_self(char **argv, const char *text)
{
	char *env[ENV_MAX + 2], word[80];
	unsigned n;

	forget(SPAWN_AGAIN);
	snprintf(word, sizeof word, SPAWN_AGAIN "=%s", text);
	for (n = 0; n < ENV_MAX && environ[n]; n++)
		env[n] = environ[n];
	env[n] = word;
	env[n + 1] = NULL;
	spawn_signals(SIG_DFL);
	sigprocmask(SIG_SETMASK, &zero.mask, NULL);
	spawn_plain_files(-1);
	execve("/proc/self/exe", argv, env);
}

void spawn_plain_environment(void)
{
	forget("IFS");
	forget("LD_PRELOAD");
	forget("LD_LIBRARY_PATH");
	forget("NOTIFY_SOCKET");
	forget(SPAWN_AGAIN);
}

void spawn_plain_sigchld(void)
{
	syscall(SYS_rt_sigaction, SIGCHLD, &zero.sigaction, NULL, _NSIG / 8);	/* ignored by our parent: none would be told */
}

void spawn_cpus(const void *mask, long size)
{
	cpus = mask;
	cpus_size = size;
}
