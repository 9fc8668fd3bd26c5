/* pipe.c - named pipes that others read lines from (sys: mknod, open, write). */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "child.h"
#include "file.h"
#include "limits.h"
#include "pipe.h"

int pipe_open(const char *path, const struct cred *owner, bool *made)
{
	mode_t before = umask(022);		/* not chmod, which nobody here may do */
	struct look l;
	int fd, err;

	*made = !syscall(SYS_mknodat, AT_FDCWD, path, S_IFIFO | 0644, 0);
	umask(before);
	if (!*made && errno != EEXIST)
		return -errno;
	/* for reading too: no SIGPIPE, and lines wait for a reader that comes later */
	fd = open(path, O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP ? -EEXIST : -errno;
	err = file_look(fd, "", &l);
	if (!err && (!S_ISFIFO(l.mode) || (l.uid != geteuid() && l.uid != owner->uid)))
		err = -EEXIST;
	if (!err && *made && syscall(SYS_fchownat, fd, "", owner->uid, owner->gid, AT_EMPTY_PATH))
		err = -errno;
	if (err) {
		pipe_close(fd, path, *made);
		return err;
	}
	fcntl(fd, F_SETPIPE_SZ, PIPE_QUEUE);	/* the usual 64 kB when it may not be */
	return fd;
}

int pipe_line(int fd, const char *line, size_t len)
{
	return write(fd, line, len) < 0 ? -errno : 0;
}

void pipe_close(int fd, const char *path, bool remove)
{
	struct look a, b;

	if (remove && !file_look(fd, "", &a) && !file_look(AT_FDCWD, path, &b) && file_same(&a, &b))
		unlink(path);
	close(fd);
}
