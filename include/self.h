/*
 * self.h - what this process is to its kernel (sys): order among processes, memory, name, network namespace. What is undone
 * becomes as it was found. 0 or -errno.
 */
#ifndef SELF_H
#define SELF_H

#include <stdbool.h>
#include <stdint.h>

int self_nice(int nice);

/* SCHED_RR; 0: ordinary. limit: us of processor time without a pause, after which the kernel sends SIGXCPU each second. */
int self_real_time(unsigned prio, uint32_t limit);

/* Pages that have been touched stay in memory. */
int self_lock(bool on);

/* A bit each; none: all that there were. Children have those again. */
int self_cpus(const uint8_t bits[128]);

void self_called(const char *name);	/* from the start: what self_name finds */
void self_name(const char *name);	/* NULL: as it was */
int self_netns(const char *name);	/* of /var/run/netns */

#endif
