/* file.c - files of ours: run directory, pid file, state files, config text (sys: open, rename, getdents). */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "conf.h"
#include "file.h"
#include "limits.h"

struct statx_reply {		/* as statx writes it */
	uint32_t mask, blksize;
	uint64_t attributes;
	uint32_t nlink, uid, gid;
	uint16_t mode, pad;
	uint64_t ino, size, blocks, attributes_mask;
	uint64_t times[8];
	uint32_t rdev_major, rdev_minor, dev_major, dev_minor;
	uint64_t spare[14];
};

/* statx is the same on every machine; the library's stat carries what each of them once had instead. */
static int look(int dir, const char *path, unsigned flags, struct look *l)
{
	const unsigned basic = 0x7ff;
	struct statx_reply r = { .mask = 0 };
	int err = syscall(SYS_statx, dir, path, flags, basic, &r) ? -errno : 0;

	*l = (struct look){ .mode = r.mode, .uid = r.uid, .gid = r.gid, .size = r.size, .ino = r.ino,
	                    .dev = (uint64_t)r.dev_major << 32 | r.dev_minor };
	return err;
}

int file_look(int dir, const char *path, struct look *l)
{
	const unsigned empty_path = 0x1000;

	return look(dir, path, *path ? 0 : empty_path, l);
}

int file_look_link(const char *path, struct look *l)
{
	return look(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, l);
}

int file_mkdir(const char *path)
{
	mode_t before = umask(022);		/* what a umask leaves may be closed to ourselves, who are root without its powers */
	struct look l;
	int err = mkdir(path, 0755) ? -errno : 0;

	umask(before);
	if (err != -EEXIST)
		return err;
	err = file_look(AT_FDCWD, path, &l);
	return err || S_ISDIR(l.mode) ? err : -ENOTDIR;
}

int file_write(int fd, const char *p, size_t len)
{
	ssize_t n;

	for (; len; p += n, len -= n) {
		n = write(fd, p, len);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return -errno;
	}
	return 0;
}

/* O_EXCL: in /tmp somebody may have put a link in our way. What a killed predecessor left is taken away. */
int newfile_open(const char *path, unsigned mode)
{
	const int how = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	char tmp[PATH_MAX];
	struct look l;
	mode_t before;
	int fd;

	if (!file_look_link(path, &l) && !S_ISREG(l.mode) && !S_ISLNK(l.mode))
		return -EEXIST;
	if (snprintf(tmp, sizeof tmp, "%s.new", path) >= (int)sizeof tmp)
		return -ENAMETOOLONG;
	before = umask(0);
	fd = open(tmp, how, mode);
	if (fd < 0 && errno == EEXIST && !unlink(tmp))
		fd = open(tmp, how, mode);
	if (fd < 0)
		fd = -errno;
	umask(before);
	return fd;
}

int newfile_close(int fd, const char *path, int err)
{
	char tmp[PATH_MAX];

	snprintf(tmp, sizeof tmp, "%s.new", path);
	if (close(fd) && !err)
		err = -errno;
	if (!err && rename(tmp, path))
		err = -errno;
	if (err)
		unlink(tmp);
	return err;
}

int file_replace(const char *path, const char *text, size_t len)
{
	int fd = newfile_open(path, 0644);

	return fd < 0 ? fd : newfile_close(fd, path, file_write(fd, text, len));
}

bool file_same(const struct look *a, const struct look *b)
{
	return a->ino == b->ino && a->dev == b->dev;
}

int file_append(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0644), err;

	if (fd < 0)
		return -errno;
	err = file_write(fd, text, len);
	close(fd);
	return err;
}

static int begin_of(const char *path, int how, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | how), n;

	if (fd < 0)
		return -errno;
	n = read(fd, buf, size - 1);
	n = n < 0 ? -errno : n;
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return n;
}

int file_read(const char *path, char *buf, size_t size)
{
	return begin_of(path, O_NOFOLLOW, buf, size);
}

int file_peek(const char *path, char *buf, size_t size)
{
	return begin_of(path, O_NONBLOCK, buf, size);
}

bool file_plain(int fd)
{
	struct look l;

	return !file_look(fd, "", &l) && S_ISREG(l.mode);
}

/* ---- pid file ---- */

/* Is path still the file that we have open? */
static bool still_there(int fd, const char *path)
{
	struct look a, b;

	return !file_look(fd, "", &a) && !file_look(AT_FDCWD, path, &b) && file_same(&a, &b);
}

static long read_pid(int fd)
{
	char buf[24];
	ssize_t n = read(fd, buf, sizeof buf - 1);

	buf[n > 0 ? n : 0] = 0;
	return strtol(buf, NULL, 10);
}

/* flock goes with fd through fork, so that it may be taken before going to the background. */
int pidfile_open(const char *path, long *owner)
{
	int fd, err;

	for (;;) {
		fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
		if (fd < 0)
			return -errno;
		if (flock(fd, LOCK_EX | LOCK_NB))
			break;
		if (still_there(fd, path))
			return fd;
		close(fd);	/* its owner removed it while we were locking */
	}
	err = -errno;
	*owner = read_pid(fd);
	close(fd);
	return err;
}

int pidfile_write(int fd, long pid)
{
	char buf[24];
	int n = snprintf(buf, sizeof buf, "%ld\n", pid);

	if (ftruncate(fd, 0) || lseek(fd, 0, SEEK_SET))
		return -errno;
	return file_write(fd, buf, n);
}

void pidfile_close(int fd, const char *path)
{
	if (still_there(fd, path) && file_plain(fd))
		unlink(path);
	close(fd);
}

/* ---- an arena over mmap: pages cost memory when they are first used; each chunk begins with a link to the one before ---- */

enum { CHUNK = 32 << 10, PAGE = 4096 };

struct chunk {
	alignas(max_align_t) struct chunk *next;
	size_t size;
};

static void *grow(struct arena *a, size_t need, size_t *got)
{
	size_t size = a->used / 4 > CHUNK ? a->used / 4 : CHUNK;	/* few chunks for a large config */
	struct chunk *c;

	if (need > INT_MAX)	/* a size that went round */
		return NULL;
	if (size < need + sizeof *c)
		size = need + sizeof *c;
	size = (size + PAGE - 1) & ~(size_t)(PAGE - 1);
	c = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (c == MAP_FAILED)
		return NULL;
	c->next = a->chunks;
	c->size = size;
	a->chunks = c;
	*got = size - sizeof *c;
	return c + 1;
}

void arena_open(struct arena *a)
{
	*a = (struct arena){ .grow = grow };
}

void arena_close(struct arena *a)
{
	struct chunk *c, *next;

	for (c = a->chunks; c; c = next) {
		next = c->next;
		munmap(c, c->size);
	}
	arena_open(a);
}

/* ---- text for lex ---- */

/* The whole of fd into *text. 0, or a positive errno. */
static int slurp(int fd, struct arena *a, char **text, size_t *len)
{
	struct look l;
	ssize_t n;

	if ((n = file_look(fd, "", &l)))
		return -n;
	if (!S_ISREG(l.mode))
		return S_ISDIR(l.mode) ? EISDIR : EINVAL;
	if (l.size > CONF_FILE_MAX)
		return EFBIG;
	*text = arena_get(a, l.size + 1);
	if (!*text)
		return ENOMEM;
	for (*len = 0; *len < l.size; *len += n) {
		n = read(fd, *text + *len, l.size - *len);
		if (n < 0)
			return errno;
		if (n == 0)	/* it became shorter meanwhile */
			break;
	}
	return 0;
}

static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	int err, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);	/* a FIFO must not hold us */
	char *text = NULL;

	(void)io;
	err = fd < 0 ? errno : slurp(fd, a, &text, len);
	if (fd >= 0)
		close(fd);
	if (!err)
		return text;
	*why = err == EINVAL ? "not a regular file" : strerror(err);
	return NULL;
}

/* ---- file names that match a pattern: the C library's glob and what it pulls in are 40 kB ---- */

/* Does the element at p ("?", "[a-z]", "\\*", "x") take c? Returns what follows the element, or NULL. */
static const char *element(const char *p, unsigned char c)
{
	const char *q = p + 1;
	bool inverse, hit = false;

	if (*p == '?')
		return q;
	if (*p == '\\' && *q && *q != '/')
		return (unsigned char)*q == c ? q + 1 : NULL;
	if (*p != '[' || !strchr(q, ']'))
		return (unsigned char)*p == c ? q : NULL;
	inverse = *q == '!' || *q == '^';
	q += inverse;
	do {
		unsigned char from = *q, to = from;

		if (q[1] == '-' && q[2] && q[2] != ']') {
			to = q[2];
			q += 2;
		}
		hit |= from <= c && c <= to;
	} while (*++q && *q != ']');
	return *q && hit != inverse ? q + 1 : NULL;
}

/* One name against one component of a pattern, which ends at '/' or NUL. */
static bool matches(const char *p, const char *s)
{
	const char *star = NULL, *from = NULL, *next;

	if (*s == '.' && *p != '.')
		return false;
	while (*s) {
		if (*p == '*') {
			star = ++p;
			from = s;
		} else if (*p && *p != '/' && (next = element(p, *s))) {
			p = next;
			s++;
		} else if (star) {	/* let the last star take one more */
			p = star;
			s = ++from;
		} else {
			return false;
		}
	}
	while (*p == '*')
		p++;
	return !*p || *p == '/';
}

struct found {
	struct found *next;
	char *path;
};

struct globbing {
	struct arena *a;
	struct found *list;	/* sorted */
	unsigned n;
	char path[PATH_MAX];	/* as far as we are */
};

/* keepalived leaves directories and executable files out (K a.4). */
static void note(struct globbing *g)
{
	struct found **at = &g->list, *f;
	struct look l;

	if (file_look(AT_FDCWD, g->path, &l) || S_ISDIR(l.mode) || (l.mode & 0111))
		return;
	f = arena_get(g->a, sizeof *f);
	if (!f || !(f->path = arena_str(g->a, g->path)))
		return;
	while (*at && strcmp((*at)->path, f->path) < 0)
		at = &(*at)->next;
	f->next = *at;
	*at = f;
	g->n++;
}

static void walk(struct globbing *g, size_t len, const char *pattern);

/* Append one component and go on with the rest of the pattern. */
static void enter(struct globbing *g, size_t len, const char *name, size_t n, const char *rest)
{
	if (len + n + 2 > sizeof g->path)
		return;
	memcpy(g->path + len, name, n);
	len += n;
	for (; *rest == '/'; rest++)
		if (len + 1 < sizeof g->path)
			g->path[len++] = '/';
	g->path[len] = 0;
	if (*rest)
		walk(g, len, rest);
	else
		note(g);
}

struct dirent64 {		/* as getdents64 writes them */
	uint64_t ino, off;
	uint16_t reclen;
	uint8_t type;
	char name[];
};

static void walk(struct globbing *g, size_t len, const char *pattern)
{
	char buf[2048] __attribute__((aligned(8)));
	size_t n = strcspn(pattern, "/");
	const struct dirent64 *e;
	long got, i;
	int fd;

	if (strcspn(pattern, "*?[\\") >= n) {
		enter(g, len, pattern, n, pattern + n);
		return;
	}
	g->path[len] = 0;
	fd = open(len ? g->path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	while ((got = syscall(SYS_getdents64, fd, buf, sizeof buf)) > 0)
		for (i = 0; i < got; i += e->reclen) {
			e = (const struct dirent64 *)(buf + i);
			if (matches(pattern, e->name))
				enter(g, len, e->name, strlen(e->name), pattern + n);
		}
	close(fd);
}

static char **expand(struct lex_io *io, struct arena *a, const char *pattern, unsigned *n)
{
	struct globbing g = { .a = a };
	const struct found *f;
	char **v, **at;

	(void)io;
	enter(&g, 0, "", 0, pattern);
	*n = g.n;
	at = v = arena_get(a, (g.n + 1) * sizeof *v);
	for (f = g.list; v && f; f = f->next)
		*at++ = f->path;
	if (!v)
		*n = 0;
	return v;
}

static const char *env(struct lex_io *io, const char *name)
{
	(void)io;
	return getenv(name);
}

void file_lex_io(struct lex_io *io)
{
	io->load = load;
	io->glob = expand;
	io->env = env;
}
