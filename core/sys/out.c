/* out.c - text for people (sys: write, read). */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "out.h"

enum { LINE = 1024, BUFFER = 8 * LINE };	/* captures come in blocks */

static char buffer[BUFFER];
static size_t fill;
static int failed, to = STDOUT_FILENO;

int out_flush(void)
{
	int err = file_write(to, buffer, fill);

	fill = 0;
	if (!failed)
		failed = err;
	return failed;
}

void out_to(int fd)
{
	out_flush();
	to = fd;
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

__attribute__((format(printf, 2, 0)))
static void format(int fd, const char *fmt, va_list ap)
{
	char line[LINE];
	int n = vsnprintf(line, LINE, fmt, ap);

	if (n >= LINE)
		n = LINE - 1;
	if (fd == STDOUT_FILENO)
		out_text(line, n);
	else
		file_write(fd, line, n);
}

int out_answer(char *line, size_t size)
{
	size_t n = 0;
	char c;

	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		if (n < size - 1 && c != '\r')
			line[n++] = c;
		else if (n == size - 1)
			return -1;
	line[n] = 0;
	return n;
}

void out(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(STDOUT_FILENO, fmt, ap);
	va_end(ap);
}

void out_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	format(STDERR_FILENO, fmt, ap);
	va_end(ap);
}
