/*
 * file.h - files of ours: run directory, pid file, state files, config text (sys).
 */
#ifndef FILE_H
#define FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "lex.h"

/* What a path is, links followed: as in struct stat. */
struct look {
	unsigned mode, uid, gid;
	uint64_t size, ino, dev;
};

/* dir: AT_FDCWD, or with path "" the file itself. 0 or -errno. */
int file_look(int dir, const char *path, struct look *l);
int file_look_link(const char *path, struct look *l);	/* a symbolic link as such */
bool file_same(const struct look *a, const struct look *b);

/* Make the directory (one level, 0755) if it is not there. 0 or -errno. */
int file_mkdir(const char *path);

/* All of it. 0 or -errno. */
int file_write(int fd, const char *p, size_t len);

/*
 * Write a file that appears whole, by way of a temporary name beside it and rename: nobody sees half of it, and a link that
 * somebody put there is replaced, not followed; a device, a FIFO or a directory stays (-EEXIST). newfile_open: descriptor or -errno. newfile_close closes it; with err (of a write)
 * nothing but what was there before is left. Returns err or its own -errno.
 */
int newfile_open(const char *path, unsigned mode);
int newfile_close(int fd, const char *path, int err);

/* It is a file as people mean it: nothing that was there for everybody. */
bool file_plain(int fd);

/* Its first bytes, ended by NUL; how many, or -errno. A link is not followed; file_peek follows it, and does not wait. */
int file_read(const char *path, char *buf, size_t size);
int file_peek(const char *path, char *buf, size_t size);

/* Make it (0644), or add to it; a link is not followed, a FIFO without a reader not waited for. 0 or -errno. */
int file_append(const char *path, const char *text, size_t len);

/* All at once; 0644. 0 or -errno, nothing left behind. */
int file_replace(const char *path, const char *text, size_t len);

/*
 * Open and lock a pid file (flock: it survives going to the background, and goes with the last
 * process that has the descriptor). Writes nothing yet. Descriptor to keep open, or -errno; -EAGAIN: another process
 * holds it, *owner is its pid (0 if unknown).
 */
int pidfile_open(const char *path, long *owner);
int pidfile_write(int fd, long pid);
void pidfile_close(int fd, const char *path);	/* removes it, unless it is /dev/null or the like */

/* An arena over mmap; close gives everything back. */
void arena_open(struct arena *a);
void arena_close(struct arena *a);

/* Real files for lex. */
void file_lex_io(struct lex_io *io);

#endif
