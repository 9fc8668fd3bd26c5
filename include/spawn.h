/*
 * spawn.h - a new program in a process of its own (sys: clone, execve). Only child.c starts programs by it.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>

#include "child.h"

/*
 * argv[0] (a path, or a name looked up in PATH) with the words of argv; argv[-1] is free and gets written. cred: NULL stays who we are.
 * The process is as child_start says. Its pid, or -errno: that of the exec too.
 */
pid_t spawn(char **argv, const struct cred *cred, bool stays);

#define SPAWN_AGAIN "VRRPD_AGAIN"	/* in the environment of a vrrpd that its helper has started: see helper.h */

/*
 * This program anew, in this process, with argv, the environment and SPAWN_AGAIN=text. Signals and
 * descriptors as child_start says. Returns when it could not be.
 */
void spawn_self(char **argv, const char *text);

void spawn_signals(void (*handler)(int));	/* SIG_DFL or SIG_IGN for all of them */

/* stdin, stdout, stderr on /dev/null; every other descriptor is closed, but keep (>= 0), which becomes 3. */
void spawn_plain_files(int keep);

/* Environment less what children are not to have. */
void spawn_plain_environment(void);

/* SIGCHLD has its usual meaning, even if our parent ignored it. */
void spawn_plain_sigchld(void);

/* Processors that children may use, as the kernel has them; NULL: ours. mask stays the caller's. */
void spawn_cpus(const void *mask, long size);

#endif
