/*
 * proc_events.h - processes that begin, become something else, and end (sys: netlink's proc connector): of whole processes, not of
 * threads. procs.h is who listens.
 */
#ifndef PROC_EVENTS_H
#define PROC_EVENTS_H

#include <stdbool.h>
#include <stdint.h>

struct proc_news {
	uint32_t what;		/* PROC_EVENT_FORK, _EXEC, _COMM, _EXIT; others mean nothing */
	uint32_t pid, child;	/* child: of a fork */
};

/* Descriptor, or -1: this kernel, or this namespace, has none. */
int proc_events_open(void);
void proc_events_close(int fd);

/* 1, 0: none waits, or -errno; -ENOBUFS: some were lost. */
int proc_events_next(int fd, struct proc_news *e);

/* Ask once more: before Linux 6.6 another listener's leaving could silence it for all. */
void proc_events_again(int fd);

/* Receive buffer in bytes; force: above the system's bound too. */
void proc_events_buffer(int fd, int size, bool force);

#endif
