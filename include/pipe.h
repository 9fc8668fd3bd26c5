/*
 * pipe.h - named pipes that others read lines from (sys: mknod, open, write). Nothing ever waits for a reader: the
 * kernel keeps PIPE_QUEUE bytes for it.
 */
#ifndef PIPE_H
#define PIPE_H

#include <stdbool.h>
#include <stddef.h>

struct cred;

/*
 * Open path, a FIFO, made (0644) when there is none; owner gets it. What has that name already must be a FIFO of ours or the
 * owner's, and no link. *made: it is ours to remove. Descriptor or -errno (-EEXIST: something else has the name).
 */
int pipe_open(const char *path, const struct cred *owner, bool *made);

/* One line, whole or not at all. 0 or -errno; -EAGAIN: nobody has read for too long. */
int pipe_line(int fd, const char *line, size_t len);

/* remove: only when path still is what fd has open. */
void pipe_close(int fd, const char *path, bool remove);

#endif
