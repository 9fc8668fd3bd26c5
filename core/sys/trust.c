/* trust.c - may somebody else change what is run as root? (sys: statx, readlink, getcwd). keepalived c.3. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "trust.h"

enum { LINKS_MAX = 40 };	/* as the kernel follows */

/* The path of the program that a name stands for, from the root, into path. */
static bool locate(const char *name, char path[PATH_MAX])
{
	const char *dir = getenv("PATH"), *end;
	struct look l;

	if (*name == '/')
		return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX;
	if (strchr(name, '/')) {
		if (syscall(SYS_getcwd, path, PATH_MAX) < 0 || *path != '/')	/* the library's could allocate */
			return false;
		size_t n = strlen(path);

		return snprintf(path + n, PATH_MAX - n, "/%s", name) < (int)(PATH_MAX - n);
	}
	for (dir = dir ? dir : "/usr/sbin:/usr/bin:/sbin:/bin"; *dir; dir = end + (*end == ':')) {	/* child.c's order */
		end = strchrnul(dir, ':');
		if (*dir == '/' && snprintf(path, PATH_MAX, "%.*s/%s", (int)(end - dir), dir, name) < PATH_MAX &&
		    !file_look(AT_FDCWD, path, &l) && S_ISREG(l.mode) && l.mode & 0111)
			return true;
	}
	return false;
}

/* Put what the link path[0 .. end) holds in its place. */
static bool follow(char path[PATH_MAX], size_t end)
{
	char target[PATH_MAX], rest[PATH_MAX];
	ssize_t n;
	char *name;

	strcpy(rest, path + end);
	path[end] = 0;
	n = readlink(path, target, sizeof target - 1);
	if (n <= 0)
		return false;
	target[n] = 0;
	name = *target == '/' ? path : strrchr(path, '/') + 1;
	return snprintf(name, PATH_MAX - (name - path), "%s%s", target, rest) < PATH_MAX - (name - path);
}

static const char *fault(const char *path, const struct look *l, char *buf, size_t size)
{
	bool link = S_ISLNK(l->mode), sticky = S_ISDIR(l->mode) && l->mode & S_ISVTX;

	if (l->uid)
		snprintf(buf, size, "%.48s belongs to user %u, not to root", path, l->uid);
	else if (!link && !sticky && (l->mode & S_IWOTH || (l->mode & S_IWGRP && l->gid)))
		snprintf(buf, size, "%.48s: mode %04o, others can write to it", path, l->mode & 07777);
	else
		return NULL;
	return buf;
}

const char *trust_why_not(const char *program, char *buf, size_t size)
{
	char path[PATH_MAX];
	unsigned links = 0;
	size_t end = 0;
	struct look l;
	char was;
	int err;

	if (!locate(program, path))
		return NULL;
	for (;;) {
		if (end)
			end += strspn(path + end, "/");
		end = end ? end + strcspn(path + end, "/") : 1;
		was = path[end];
		path[end] = 0;
		err = file_look_link(path, &l);
		if (err || fault(path, &l, buf, size))
			return err ? NULL : buf;
		path[end] = was;
		if (S_ISLNK(l.mode)) {
			if (++links > LINKS_MAX || !follow(path, end))
				return NULL;		/* it leads nowhere */
			end = 0;
		} else if (!path[end + strspn(path + end, "/")]) {
			return NULL;
		}
	}
}
