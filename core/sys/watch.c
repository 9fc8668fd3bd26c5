/* watch.c - small files by name: told of changes, read, written (sys: inotify, statfs). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "file.h"
#include "watch.h"

enum {
	/* a writer that has the file open is not done: only its end counts */
	/* the same for both, since the kernel keeps one mask: of a name that is a file here and a directory there */
	CHANGES = IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_CREATE | IN_DELETE | IN_MOVE,
	EVENTS = 512,		/* bytes taken in one turn: some thirty events, at least one with the longest name */
};

/* The directory of a path into buf. NULL: too long. */
static const char *dir_of(const char *path, char *buf, size_t size)
{
	const char *slash = strrchr(path, '/');
	size_t n = !slash ? 1 : slash == path ? 1 : slash - path;

	if (n >= size)
		return NULL;
	memcpy(buf, slash ? path : ".", n);
	buf[n] = 0;
	return buf;
}

static const char *base_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* Others or the kernel itself change files there, and inotify hears nothing of it. */
static bool deaf(const char *path)
{
	static const uint32_t types[] = {
		0x9fa0, 0x62656572, 0x27e0eb, 0x63677270,		/* proc sysfs cgroup cgroup2 */
		0x64626720, 0x74726163, 0xcafe4a11, 0x62656570,		/* debugfs tracefs bpf configfs */
		0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x65735546,	/* nfs smb cifs smb2 fuse */
		0x01021997, 0x00c36400, 0x5346414f, 0x6b414653, 0x7461636f, 0x01161970,	/* 9p ceph afs kafs ocfs2 gfs2 */
	};
	struct statfs s;

	if (statfs(path, &s))
		return false;
	for (unsigned i = 0; i < sizeof types / sizeof *types; i++)
		if ((uint32_t)s.f_type == types[i])
			return true;
	return false;
}

/* Nobody tells when a link on the way leads elsewhere. The path of a directory; it is written to. */
static bool through_link(char *dir)
{
	struct look l;
	bool link = false;
	char *p = dir, was;

	do {
		p += 1 + strcspn(p + 1, "/");
		was = *p;
		*p = 0;
		link = !file_look_link(dir, &l) && S_ISLNK(l.mode);
		*p = was;
	} while (was && !link);
	return link;
}

static bool in_use(const struct watches *all, int wd)
{
	for (const struct watch *w = all->list; w; w = w->next)
		if (w->dir == wd || w->file == wd)
			return true;
	return false;
}

/* Several files share a directory, and one file may have several names. */
static void let_go(struct watches *all, int *wd)
{
	int was = *wd;

	*wd = 0;
	if (was && !in_use(all, was))
		inotify_rm_watch(all->src.fd, was);
}

/* 0, or the errno. */
static int renew(struct watches *all, int *wd, const char *path, uint32_t mask)
{
	int now = inotify_add_watch(all->src.fd, path, mask), err = now < 0 ? errno : 0;

	if (err)
		now = 0;
	if (now != *wd)
		let_go(all, wd);
	*wd = now;
	return err;
}

/* Everything: events were lost, or one came that concerns no single name. */
static void tell_all(struct watches *all, usec now)
{
	for (struct watch *w = all->list; w; w = w->next)
		w->changed(w, now);
}

static void tell(struct watches *all, const struct inotify_event *ev, usec now)
{
	for (struct watch *w = all->list; w; w = w->next) {
		if (ev->wd != w->dir && ev->wd != w->file)
			continue;
		if (ev->wd == w->dir && ev->len && strcmp(ev->name, base_of(w->path)))
			continue;
		if (ev->mask & IN_IGNORED && ev->wd == w->dir)
			w->dir = 0;
		if (ev->mask & IN_IGNORED && ev->wd == w->file)
			w->file = 0;
		w->changed(w, now);
	}
}

static void ready(struct source *s, usec now)
{
	struct watches *all = (struct watches *)(void *)s;
	union { struct inotify_event ev; char b[EVENTS]; } buf;
	const struct inotify_event *ev;
	ssize_t n = read(s->fd, &buf, sizeof buf);

	for (const char *p = buf.b; p < buf.b + n; p += sizeof *ev + ev->len) {
		ev = (const void *)p;
		if (ev->mask & IN_Q_OVERFLOW)
			tell_all(all, now);
		else
			tell(all, ev, now);
	}
}

static bool open_events(struct watches *all)
{
	if (all->src.ready)
		return true;
	all->src.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (all->src.fd < 0)
		return false;
	if (loop_add(all->loop, &all->src)) {
		close(all->src.fd);
		return false;
	}
	all->src.ready = ready;
	return true;
}

const char *watch_arm(struct watches *all, struct watch *w)
{
	char dir[PATH_MAX];
	int err;

	if (!w->listed) {
		w->listed = true;
		w->next = all->list;
		all->list = w;
	}
	if (!open_events(all))
		return "no inotify";
	if (!dir_of(w->path, dir, sizeof dir))
		return "its name is too long";
	err = renew(all, &w->dir, dir, CHANGES | IN_ONLYDIR);
	renew(all, &w->file, w->path, CHANGES);
	if (err)
		return err == ENOSPC ? "fs.inotify.max_user_watches is reached" : "its directory cannot be watched";
	if (deaf(dir) || deaf(w->path))
		return "this file system tells of no changes";
	return through_link(dir) ? "a symbolic link leads to its directory" : NULL;
}

void watch_drop(struct watches *all, struct watch *w)
{
	struct watch **p = &all->list;

	while (*p && *p != w)
		p = &(*p)->next;
	if (!*p)
		return;
	*p = w->next;
	w->listed = false;
	let_go(all, &w->dir);
	let_go(all, &w->file);
}

void watch_close(struct watches *all)
{
	if (all->src.ready) {
		loop_del(all->loop, &all->src);
		close(all->src.fd);
	}
	all->src.ready = NULL;
}

/* ---- content ---- */

int watch_read(const char *path, char *buf, size_t size)
{
	struct look l;
	int fd, err = file_look(AT_FDCWD, path, &l);
	ssize_t n;

	buf[0] = 0;
	if (err || !S_ISREG(l.mode))
		return err ? err : -EINVAL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	err = n < 0 ? -errno : n;
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return err;
}

int watch_write(const char *path, const char *text, size_t len, bool overwrite)
{
	const int how = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (overwrite ? O_TRUNC | O_NOFOLLOW : O_EXCL);
	int err, fd = open(path, how, 0644);

	if (fd < 0)
		return -errno;
	err = file_write(fd, text, len);
	if (close(fd) && !err)
		err = -errno;
	return err;
}
