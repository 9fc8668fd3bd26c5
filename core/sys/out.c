/* out.c - text for people (sys: write). */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "out.h"

enum { LINE = 1024 };

static char buffer[LINE];
static size_t fill;
static int failed;

static int write_all(int fd, const char *s, size_t n)
{
	ssize_t done;

	for (; n; s += done, n -= done) {
		done = write(fd, s, n);
		if (done < 0 && errno == EINTR)
			done = 0;
		else if (done < 0)
			return -errno;
	}
	return 0;
}

int out_flush(void)
{
	int err = write_all(STDOUT_FILENO, buffer, fill);

	fill = 0;
	if (!failed)
		failed = err;
	return failed;
}

void out_text(const char *s, size_t n)
{
	for (size_t part; n; s += part, n -= part) {
		if (fill == sizeof buffer)
			out_flush();
		part = sizeof buffer - fill < n ? sizeof buffer - fill : n;
		memcpy(buffer + fill, s, part);
		fill += part;
	}
}

static size_t format(char *line, const char *fmt, va_list ap)
{
	int n = vsnprintf(line, LINE, fmt, ap);

	return n < 0 ? 0 : n < LINE ? n : LINE - 1;
}

void out(const char *fmt, ...)
{
	char line[LINE];
	va_list ap;

	va_start(ap, fmt);
	out_text(line, format(line, fmt, ap));
	va_end(ap);
}

void out_err(const char *fmt, ...)
{
	char line[LINE];
	va_list ap;

	va_start(ap, fmt);
	write_all(STDERR_FILENO, line, format(line, fmt, ap));
	va_end(ap);
}
