/*
 * filter.h - which system calls this process may make (sys: seccomp). One table, filter.c's: a room that needs another call adds it there.
 */
#ifndef FILTER_H
#define FILTER_H

/*
 * From now on, for ever. Calls that start programs or get at other processes end this process (SIGSYS); others that are not in
 * the table fail with ENOSYS, as on a kernel without them, and are counted. 0, or -errno: not filtered. No new privileges are needed before.
 */
int filter_shut(void);

/* How many failed so far; the last one's number. Not counted on PowerPC. */
unsigned filter_refused(int *number);

#endif
