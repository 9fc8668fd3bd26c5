/* file_kit.h - small files for tests: written, read back. */
#ifndef FILE_KIT_H
#define FILE_KIT_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

__attribute__((unused))
static void put_file(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || fchmod(fd, mode))
		perror(path);
	close(fd);
}

/* The beginning of a file, until the next call; "(none)" when it cannot be opened. */
__attribute__((unused))
static const char *text_of(const char *path)
{
	static char buf[4096];
	int fd = open(path, O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, sizeof buf - 1);

	if (fd < 0)
		return "(none)";
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return buf;
}

#endif
