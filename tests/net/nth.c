/*
 * nth.c - makes the N-th system call of a kind fail: loaded before the sanitized build's libraries by nth.py. What is counted lies
 * in a file that both map, so that calls of the helper and of children on their way to a program count, too.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/netlink.h>

/* What nth.py gives and reads: 32-bit words. */
struct shared {
	uint32_t kind, nth, run, err;	/* fail run calls of this kind, the nth first; err 0: in a way of its own, see there */
	uint32_t count[32];		/* calls of each kind */
	uint32_t mapped;		/* bytes, of all our processes */
	uint32_t at_low, at_high;	/* where the failed one came from, less this build's base */
	uint32_t done;			/* it has failed */
	uint32_t open;			/* descriptors at the end of main */
};

static struct shared none, *sh = &none;

/* In the order of nth.py's table. */
enum kind {
	SOCKET, BIND, SETSOCKOPT, SENDMMSG, RECVMMSG, RECV, SEND, ACK, OPEN, WRITE, READ, NAME, MMAP, EPOLL, WAIT, FORK, EXEC, PIPE,
	WATCH, STAT, SEEK, ACCEPT, PRIV, IOCTL,
};

__attribute__((constructor)) static void begin(void)
{
	const char *path = getenv("NTH_FILE");
	int fd = path ? syscall(SYS_openat, AT_FDCWD, path, O_RDWR) : -1;
	void *p = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *sh, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (p != MAP_FAILED)
		sh = p;
	syscall(SYS_close, fd);
	unsetenv("NTH_FILE");
	unsetenv("LD_PRELOAD");
	__atomic_store_n(&sh->mapped, 0, __ATOMIC_RELAXED);
	memset(sh->count, 0, sizeof sh->count);
	sh->done = 0;
}

__attribute__((destructor)) static void end(void)
{
	for (int fd = sh->open = 0; fd < 256; fd++)
		sh->open += syscall(SYS_fcntl, fd, F_GETFD) >= 0;
}

/* Is it this one's turn to fail? */
static int hit(enum kind k, void *from)
{
	Dl_info where = { 0 };
	uint32_t n = __atomic_add_fetch(&sh->count[k], 1, __ATOMIC_RELAXED);
	uint64_t at;

	if (!sh->nth || k != sh->kind || n < sh->nth || n >= sh->nth + sh->run)
		return 0;
	errno = sh->err;
	if (n != sh->nth)
		return 1;
	dladdr(from, &where);
	at = (uintptr_t)from - (uintptr_t)where.dli_fbase;
	sh->at_low = at;
	sh->at_high = at >> 32;
	sh->done = 1;
	errno = sh->err;		/* again */
	return 1;
}

#define HERE __builtin_return_address(0)
#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAILS(kind, name, params, args) \
	int name params { REAL(name); return hit(kind, HERE) ? -1 : real args; }
#define FAILS_N(kind, name, params, args) \
	ssize_t name params { REAL(name); return hit(kind, HERE) ? -1 : real args; }

FAILS(SOCKET, socket, (int a, int b, int c), (a, b, c))
FAILS(SOCKET, socketpair, (int a, int b, int c, int d[2]), (a, b, c, d))
FAILS(BIND, bind, (int fd, __CONST_SOCKADDR_ARG a, socklen_t n), (fd, a, n))
FAILS(BIND, listen, (int fd, int n), (fd, n))
FAILS(BIND, connect, (int fd, __CONST_SOCKADDR_ARG a, socklen_t n), (fd, a, n))
FAILS(BIND, getsockname, (int fd, __SOCKADDR_ARG a, socklen_t *n), (fd, a, n))
FAILS(SETSOCKOPT, setsockopt, (int fd, int l, int o, const void *p, socklen_t n), (fd, l, o, p, n))
FAILS(SETSOCKOPT, getsockopt, (int fd, int l, int o, void *p, socklen_t *n), (fd, l, o, p, n))
FAILS_N(READ, read, (int fd, void *p, size_t n), (fd, p, n))
FAILS(NAME, rename, (const char *a, const char *b), (a, b))
FAILS(NAME, unlink, (const char *a), (a))
FAILS(NAME, mkdir, (const char *a, mode_t m), (a, m))
FAILS(NAME, access, (const char *a, int m), (a, m))
FAILS(NAME, link, (const char *a, const char *b), (a, b))
FAILS(NAME, symlink, (const char *a, const char *b), (a, b))
FAILS(EPOLL, epoll_create1, (int f), (f))
FAILS(EPOLL, epoll_ctl, (int fd, int op, int o, struct epoll_event *e), (fd, op, o, e))
FAILS(WAIT, epoll_wait, (int fd, struct epoll_event *e, int n, int t), (fd, e, n, t))
FAILS(FORK, fork, (void), ())
FAILS(PIPE, pipe2, (int p[2], int f), (p, f))
FAILS(PIPE, dup2, (int a, int b), (a, b))
FAILS(WATCH, inotify_init1, (int f), (f))
FAILS(WATCH, inotify_add_watch, (int fd, const char *p, uint32_t m), (fd, p, m))
FAILS(WATCH, signalfd, (int fd, const sigset_t *s, int f), (fd, s, f))
FAILS(SEEK, ftruncate, (int fd, off_t n), (fd, n))
FAILS(SEEK, flock, (int fd, int o), (fd, o))
FAILS(SEEK, lchown, (const char *p, uid_t u, gid_t g), (p, u, g))
FAILS(ACCEPT, accept4, (int fd, __SOCKADDR_ARG a, socklen_t *n, int f), (fd, a, n, f))
FAILS(EXEC, execve, (const char *p, char *const a[], char *const e[]), (p, a, e))
FAILS(EXEC, setpgid, (pid_t a, pid_t b), (a, b))

off_t lseek(int fd, off_t o, int w) { REAL(lseek); return hit(SEEK, HERE) ? -1 : real(fd, o, w); }

ssize_t write(int fd, const void *p, size_t n)
{
	REAL(write);
	if (fd == 2 || !hit(WRITE, HERE))		/* 2: what we read */
		return real(fd, p, n);
	return sh->err ? -1 : real(fd, p, n / 2);
}

ssize_t writev(int fd, const struct iovec *v, int n)
{
	REAL(writev);
	return fd != 2 && hit(WRITE, HERE) ? -1 : real(fd, v, n);
}

int open(const char *path, int flags, ...)
{
	va_list ap;
	int mode;

	REAL(open);
	va_start(ap, flags);
	mode = va_arg(ap, int);
	va_end(ap);
	return hit(OPEN, HERE) ? -1 : real(path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *p;

	REAL(ioctl);
	va_start(ap, request);
	p = va_arg(ap, void *);
	va_end(ap);
	return hit(IOCTL, HERE) ? -1 : real(fd, request, p);
}

int fcntl(int fd, int cmd, ...)
{
	va_list ap;
	void *p;

	REAL(fcntl);
	va_start(ap, cmd);
	p = va_arg(ap, void *);
	va_end(ap);
	return hit(IOCTL, HERE) ? -1 : real(fd, cmd, p);
}

/* The sanitizer's own calls take another way. */
void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t o)
{
	void *p;

	REAL(mmap);
	if (flags & MAP_SHARED)
		return real(at, n, prot, flags, fd, o);
	p = hit(MMAP, HERE) ? MAP_FAILED : real(at, n, prot, flags, fd, o);
	if (p != MAP_FAILED)
		__atomic_add_fetch(&sh->mapped, n, __ATOMIC_RELAXED);
	return p;
}

int munmap(void *p, size_t n)
{
	REAL(munmap);
	__atomic_sub_fetch(&sh->mapped, n, __ATOMIC_RELAXED);
	return real(p, n);
}

int clone(int (*f)(void *), void *stack, int flags, void *arg, ...)
{
	REAL(clone);
	return hit(FORK, HERE) ? -1 : real(f, stack, flags, arg);
}

static int is_netlink(int fd)
{
	struct sockaddr_nl a;
	socklen_t n = sizeof a;

	return !syscall(SYS_getsockname, fd, &a, &n) && a.nl_family == AF_NETLINK;
}

/* Netlink requests: err 0 makes the kernel refuse the last of them, and only it. */
ssize_t send(int fd, const void *p, size_t n, int flags)
{
	char copy[1 << 16] __attribute__((aligned(8)));
	struct nlmsghdr *h = (void *)copy;
	size_t at = 0, last = 0;

	REAL(send);
	if (hit(SEND, HERE))
		return -1;
	if (n > sizeof copy || !is_netlink(fd) || !hit(ACK, HERE))
		return real(fd, p, n, flags);
	memcpy(copy, p, n);
	for (; at + sizeof *h <= n; at += NLMSG_ALIGN(h->nlmsg_len)) {
		h = (void *)(copy + at);
		last = at;
	}
	h = (void *)(copy + last);
	h->nlmsg_type = 0xfff;				/* no such request */
	return real(fd, copy, n, flags);
}

ssize_t sendto(int fd, const void *p, size_t n, int flags, __CONST_SOCKADDR_ARG a, socklen_t len)
{
	REAL(sendto);
	return hit(SEND, HERE) ? -1 : real(fd, p, n, flags, a, len);
}

ssize_t recv(int fd, void *p, size_t n, int flags)
{
	REAL(recv);
	return hit(RECV, HERE) ? -1 : real(fd, p, n, flags);
}

long syscall(long number, ...)
{
	static const struct { long number; enum kind kind; } kinds[] = {
		{ SYS_sendmmsg, SENDMMSG }, { SYS_recvmmsg, RECVMMSG }, { SYS_epoll_pwait2, WAIT }, { SYS_statx, STAT },
		{ SYS_openat, OPEN }, { SYS_getdents64, READ }, { SYS_mknodat, NAME }, { SYS_capset, PRIV }, { SYS_prctl, PRIV },
		{ SYS_capget, PRIV }, { SYS_landlock_create_ruleset, PRIV }, { SYS_landlock_add_rule, PRIV }, { SYS_ioctl, IOCTL },
		{ SYS_landlock_restrict_self, PRIV }, { SYS_pidfd_open, SOCKET }, { SYS_fork, FORK }, { SYS_close_range, PIPE },
	};
	long a[6];
	va_list ap;

	REAL(syscall);
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(ap, long);
	va_end(ap);
	for (unsigned i = 0; sh != &none && i < sizeof kinds / sizeof *kinds; i++)
		if (number == kinds[i].number && hit(kinds[i].kind, HERE))
			return -1;
	return real(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
