/*
 * out.h - text for people on standard output and standard error (sys: write). Small stand-in for stdio, which is
 * 14 kB of a static binary.
 */
#ifndef OUT_H
#define OUT_H

#include <stddef.h>

/* Standard output, buffered. Each call formats at most 1 kB; out_text any length. */
void out(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void out_text(const char *s, size_t n);

/* Write what is buffered. 0, or -errno of the first write that failed since the start (full disk). */
int out_flush(void);

/* From now on standard output is fd. */
void out_to(int fd);

/* Standard error, one write a call. */
void out_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* A line of standard input, without its end. How long it is, 0 at the end of the input, -1: longer than there is room for. */
int out_answer(char *line, size_t size);

#endif
