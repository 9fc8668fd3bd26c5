/*
 * tiny_calls.c - more of tiny.c: text, numbers, addresses, and system calls without what threads and Linux 2.6 need. The library's
 * strtol is a stream reader, its strstr a two-way search, its fork takes all locks, its socket asks twice, its clock
 * reads the kernel's symbol table.
 */
#ifdef TINY
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Weak: a test that takes the library's neighbours of these takes the library's own with them. */
#define STAND_IN __attribute__((weak))

/* ---- text: a byte at a time, as our words are short ---- */

STAND_IN size_t strlen(const char *s)
{
	const char *p = s;

	while (*p)
		p++;
	return p - s;
}

STAND_IN void *memchr(const void *s, int c, size_t n)
{
	const unsigned char *p = s;

	for (; n; p++, n--)
		if (*p == (unsigned char)c)
			return (void *)p;
	return NULL;
}

STAND_IN size_t strnlen(const char *s, size_t n)
{
	const char *end = memchr(s, 0, n);

	return end ? (size_t)(end - s) : n;
}

STAND_IN char *strchrnul(const char *s, int c)
{
	while (*s && *s != (char)c)
		s++;
	return (char *)s;
}

STAND_IN char *strchr(const char *s, int c)
{
	char *p = strchrnul(s, c);

	return *p == (char)c ? p : NULL;
}

STAND_IN char *strrchr(const char *s, int c)
{
	const char *p = s + strlen(s);

	while (*p != (char)c)
		if (p-- == s)
			return NULL;
	return (char *)p;
}

STAND_IN int strncmp(const char *a, const char *b, size_t n)
{
	for (; n && *a && *a == *b; a++, b++)
		n--;
	return n ? (unsigned char)*a - (unsigned char)*b : 0;
}

STAND_IN int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

STAND_IN char *strncpy(char *restrict to, const char *restrict from, size_t n)
{
	size_t len = strnlen(from, n);

	memset(to + len, 0, n - len);
	return memcpy(to, from, len);
}

STAND_IN char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

STAND_IN char *strstr(const char *s, const char *what)
{
	size_t n = strlen(what);

	for (; *s; s++)
		if (!strncmp(s, what, n))
			return (char *)s;
	return n ? NULL : (char *)s;
}

/* How many characters at s are (in) or are not in set. */
static size_t span(const char *s, const char *set, bool in)
{
	const char *p = s;

	while (*p && (*strchrnul(set, *p) != 0) == in)
		p++;
	return p - s;
}

STAND_IN size_t strspn(const char *s, const char *set)
{
	return span(s, set, true);
}

STAND_IN size_t strcspn(const char *s, const char *set)
{
	return span(s, set, false);
}

STAND_IN char *strpbrk(const char *s, const char *set)
{
	s += span(s, set, false);
	return *s ? (char *)s : NULL;
}

STAND_IN char *getenv(const char *name)
{
	size_t n = strlen(name);

	for (char **e = environ; e && *e; e++)
		if (!strncmp(*e, name, n) && (*e)[n] == '=')
			return *e + n + 1;
	return NULL;
}

/* What files, sockets, netlink and exec can answer with; anything else is a number that can be looked up. */
#define ERRORS(X)                                                    \
	X(EPERM,           "Operation not permitted")                \
	X(ENOENT,          "No such file or directory")              \
	X(ESRCH,           "No such process")                        \
	X(EINTR,           "Interrupted system call")                \
	X(EIO,             "I/O error")                              \
	X(ENXIO,           "No such device or address")              \
	X(E2BIG,           "Argument list too long")                 \
	X(ENOEXEC,         "Exec format error")                      \
	X(EBADF,           "Bad file descriptor")                    \
	X(ECHILD,          "No child process")                       \
	X(EAGAIN,          "Resource temporarily unavailable")       \
	X(ENOMEM,          "Out of memory")                          \
	X(EACCES,          "Permission denied")                      \
	X(EBUSY,           "Resource busy")                          \
	X(EEXIST,          "File exists")                            \
	X(EXDEV,           "Cross-device link")                      \
	X(ENODEV,          "No such device")                         \
	X(ENOTDIR,         "Not a directory")                        \
	X(EISDIR,          "Is a directory")                         \
	X(EINVAL,          "Invalid argument")                       \
	X(ENFILE,          "Too many open files in system")          \
	X(EMFILE,          "No file descriptors available")          \
	X(ENOTTY,          "Not a tty")                              \
	X(ETXTBSY,         "Text file busy")                         \
	X(EFBIG,           "File too large")                         \
	X(ENOSPC,          "No space left on device")                \
	X(ESPIPE,          "Invalid seek")                           \
	X(EROFS,           "Read-only file system")                  \
	X(EMLINK,          "Too many links")                         \
	X(EPIPE,           "Broken pipe")                            \
	X(ERANGE,          "Result not representable")               \
	X(ENAMETOOLONG,    "Filename too long")                      \
	X(ENOSYS,          "Function not implemented")               \
	X(ELOOP,           "Symbolic link loop")                     \
	X(EPROTO,          "Protocol error")                         \
	X(EMSGSIZE,        "Message too large")                      \
	X(ENOPROTOOPT,     "Protocol not available")                 \
	X(EPROTONOSUPPORT, "Protocol not supported")                 \
	X(EOPNOTSUPP,      "Not supported")                          \
	X(EAFNOSUPPORT,    "Address family not supported by protocol") \
	X(EADDRINUSE,      "Address in use")                         \
	X(EADDRNOTAVAIL,   "Address not available")                  \
	X(ENETDOWN,        "Network is down")                        \
	X(ENETUNREACH,     "Network unreachable")                    \
	X(ECONNABORTED,    "Connection aborted")                     \
	X(ECONNRESET,      "Connection reset by peer")               \
	X(ENOBUFS,         "No buffer space available")              \
	X(ENOTCONN,        "Socket not connected")                   \
	X(ETIMEDOUT,       "Operation timed out")                    \
	X(ECONNREFUSED,    "Connection refused")                     \
	X(EHOSTDOWN,       "Host is down")                           \
	X(EHOSTUNREACH,    "Host is unreachable")                    \
	X(EALREADY,        "Operation already in progress")          \
	X(EINPROGRESS,     "Operation in progress")                  \
	X(EDQUOT,          "Quota exceeded")

#define NUMBER(number, text) number,
#define TEXT(number, text) text "\0"

STAND_IN char *strerror(int err)
{
	static const uint16_t numbers[] = { ERRORS(NUMBER) };
	static const char texts[] = ERRORS(TEXT);
	static char other[sizeof "error -2147483648"];
	const char *text = texts;

	for (unsigned i = 0; i < sizeof numbers / sizeof *numbers; i++, text += strlen(text) + 1)
		if (numbers[i] == err)
			return (char *)text;
	snprintf(other, sizeof other, "error %d", err);
	return other;
}

/* ---- numbers ---- */

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'z' ? (c | 32) - 'a' + 10 : 99;
}

/* Magnitude of a number; *neg its sign. Beyond unsigned long: ULONG_MAX and ERANGE. */
static unsigned long magnitude(const char *s, char **end, int base, bool *neg)
{
	unsigned long v = 0;
	const char *p = s + strspn(s, " \t\n\v\f\r"), *first;
	bool over = false;

	*neg = *p == '-';
	p += *p == '-' || *p == '+';
	if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 32) == 'x' && digit(p[2]) < 16) {
		base = 16;
		p += 2;
	} else if (base == 0) {
		base = *p == '0' ? 8 : 10;
	}
	for (first = p; digit(*p) < base; p++) {
		over |= v > (ULONG_MAX - digit(*p)) / base;
		v = v * base + digit(*p);
	}
	if (end)
		*end = (char *)(p == first ? s : p);
	if (over)
		errno = ERANGE;
	return over ? ULONG_MAX : v;
}

STAND_IN unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
	bool neg;
	unsigned long v = magnitude(s, end, base, &neg);

	return neg ? -v : v;
}

STAND_IN long strtol(const char *restrict s, char **restrict end, int base)
{
	bool neg;
	unsigned long v = magnitude(s, end, base, &neg);

	if (v > (unsigned long)LONG_MAX + neg) {
		errno = ERANGE;
		return neg ? LONG_MIN : LONG_MAX;
	}
	return neg ? -v : v;
}

/* ---- addresses ---- */

static bool quad(const char *s, uint8_t *out)
{
	for (int i = 0; i < 4; i++) {
		unsigned v = 0, n = 0;

		for (; digit(s[n]) < 10 && n < 3; n++)
			v = v * 10 + digit(s[n]);
		if (!n || v > 255 || (n > 1 && *s == '0'))
			return false;
		out[i] = v;
		s += n;
		if (*s++ != (i < 3 ? '.' : 0))
			return false;
	}
	return true;
}

static bool groups(const char *s, uint8_t *b)
{
	int n = 0, gap = -1;

	if (*s == ':' && *++s != ':')
		return false;
	for (;;) {
		unsigned v = 0, len = 0;

		if (*s == ':' && gap < 0) {
			gap = n;
			if (!*++s)
				break;
		}
		for (; digit(s[len]) < 16 && len < 4; len++)
			v = v << 4 | digit(s[len]);
		if (!len || n > 14)
			return false;
		if (s[len] == '.') {
			if (n > 12 || !quad(s, b + n))
				return false;
			n += 4;
			break;
		}
		b[n++] = v >> 8;
		b[n++] = v;
		if (!s[len])
			break;
		if (s[len] != ':' || n == 16)
			return false;
		s += len + 1;
	}
	if ((gap < 0) != (n == 16))
		return false;
	if (gap >= 0) {
		memmove(b + 16 - (n - gap), b + gap, n - gap);
		memset(b + gap, 0, 16 - n);
	}
	return true;
}

STAND_IN int inet_pton(int family, const char *restrict s, void *restrict out)
{
	uint8_t b[16];

	if (!(family == AF_INET ? quad(s, b) : groups(s, b)))
		return 0;
	memcpy(out, b, family == AF_INET ? 4 : 16);
	return 1;
}

static void quad_text(const uint8_t *b, char *out)
{
	snprintf(out, 16, "%u.%u.%u.%u", b[0], b[1], b[2], b[3]);
}

/* RFC 5952: the first of the longest runs of two or more zero groups is left out. */
static void groups_text(const uint8_t *b, char *out)
{
	static const uint8_t mapped[12] = { [10] = 0xff, 0xff };
	int i, zeros = 0, run = -1, best = 1;

	for (i = 0; i < 8; i++) {
		zeros = b[2 * i] | b[2 * i + 1] ? 0 : zeros + 1;
		if (zeros > best) {
			best = zeros;
			run = i + 1 - zeros;
		}
	}
	for (i = 0; i < 8; i++) {
		if (i == run) {
			*out++ = ':';
			i += best - 1;
			if (i == 7)
				*out++ = ':';
			continue;
		}
		if (i)
			*out++ = ':';
		if (i == 6 && !memcmp(b, mapped, sizeof mapped)) {
			quad_text(b + 12, out);
			return;
		}
		out += snprintf(out, 5, "%x", b[2 * i] << 8 | b[2 * i + 1]);
	}
	*out = 0;
}

STAND_IN const char *inet_ntop(int family, const void *restrict b, char *restrict out, socklen_t size)
{
	char text[INET6_ADDRSTRLEN];

	(family == AF_INET ? quad_text : groups_text)(b, text);
	if (snprintf(out, size, "%s", text) < (int)size)
		return out;
	errno = ENOSPC;
	return NULL;
}

/* ---- system calls that have been there since long before Linux 4.14, for a program without threads ---- */

STAND_IN pid_t fork(void)
{
#ifdef SYS_fork
	return syscall(SYS_fork);	/* s390 turns the first words of clone round */
#else
	return syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
}

STAND_IN int open(const char *path, int how, ...)
{
	va_list ap;
	int mode;

	va_start(ap, how);
	mode = how & O_CREAT ? va_arg(ap, int) : 0;
	va_end(ap);
	return syscall(SYS_openat, AT_FDCWD, path, how | O_LARGEFILE, mode);
}

/* Of the words behind these two commands at most one counts, and it is a number or an address. */
#define ONE_WORD(name, type, call)                                        \
STAND_IN int name(int fd, type what, ...)                                 \
{                                                                         \
	va_list ap;                                                       \
	long word;                                                        \
                                                                          \
	va_start(ap, what);                                               \
	word = va_arg(ap, long);                                          \
	va_end(ap);                                                       \
	return syscall(call, fd, what, word);                             \
}

#ifdef SYS_fcntl64
ONE_WORD(fcntl, int, SYS_fcntl64)
#else
ONE_WORD(fcntl, int, SYS_fcntl)
#endif
ONE_WORD(ioctl, int, SYS_ioctl)

STAND_IN int isatty(int fd)
{
	struct winsize w;

	return !syscall(SYS_ioctl, fd, TIOCGWINSZ, &w);
}

#ifndef __s390x__		/* where it takes one pointer to all six words */
STAND_IN void *mmap(void *at, size_t n, int prot, int flags, int fd, off_t off)
{
#ifdef SYS_mmap2
	return (void *)syscall(SYS_mmap2, at, n, prot, flags, fd, (long)(off >> 12));
#else
	return (void *)syscall(SYS_mmap, at, n, prot, flags, fd, off);
#endif
}
#endif

#define THIN(type, name, args, ...) STAND_IN type name args { return syscall(__VA_ARGS__); }

THIN(ssize_t, read,    (int fd, void *p, size_t n),                             SYS_read, fd, p, n)
THIN(ssize_t, write,   (int fd, const void *p, size_t n),                       SYS_write, fd, p, n)
THIN(ssize_t, writev,  (int fd, const struct iovec *v, int n),                  SYS_writev, fd, v, n)
THIN(int, close,       (int fd),                                                SYS_close, fd)
THIN(int, munmap,      (void *p, size_t n),                                     SYS_munmap, p, n)
THIN(int, pipe2,       (int fd[2], int flags),                                  SYS_pipe2, fd, flags)
THIN(ssize_t, readlink, (const char *restrict path, char *restrict p, size_t n), SYS_readlinkat, AT_FDCWD, path, p, n)
THIN(int, sigprocmask, (int how, const sigset_t *restrict set, sigset_t *restrict old),
                                                                                SYS_rt_sigprocmask, how, set, old, _NSIG / 8)
THIN(int, signalfd,    (int fd, const sigset_t *set, int flags),                SYS_signalfd4, fd, set, _NSIG / 8, flags)
THIN(int, epoll_create1, (int flags),                                           SYS_epoll_create1, flags)
THIN(int, epoll_ctl,   (int epfd, int op, int fd, struct epoll_event *e),       SYS_epoll_ctl, epfd, op, fd, e)
THIN(int, epoll_wait,  (int epfd, struct epoll_event *v, int n, int timeout),
                                                            SYS_epoll_pwait, epfd, v, n, timeout, NULL, _NSIG / 8)
THIN(int, inotify_init1, (int flags),                                           SYS_inotify_init1, flags)
#if LONG_MAX > INT_MAX		/* elsewhere there are two timespecs */
THIN(int, ppoll, (struct pollfd *p, nfds_t n, const struct timespec *t, const sigset_t *m),
                                                                                SYS_ppoll, p, n, t, m, _NSIG / 8)
#endif
#ifdef SYS_poll
THIN(int, poll,        (struct pollfd *p, nfds_t n, int timeout),               SYS_poll, p, n, timeout)
#endif
#ifdef SYS_wait4
THIN(pid_t, waitpid,   (pid_t pid, int *status, int how),                       SYS_wait4, pid, status, how, NULL)
#endif
#ifdef SYS_socket		/* not where one call serves for all of these */
THIN(int, socket,      (int family, int type, int protocol),                    SYS_socket, family, type, protocol)
THIN(int, accept4,     (int fd, struct sockaddr *restrict a, socklen_t *restrict n, int flags),
                                                                                SYS_accept4, fd, a, n, flags)
THIN(int, connect,     (int fd, const struct sockaddr *a, socklen_t n),         SYS_connect, fd, a, n)
THIN(ssize_t, send,    (int fd, const void *p, size_t n, int flags),            SYS_sendto, fd, p, n, flags, NULL, 0)
THIN(ssize_t, sendto,  (int fd, const void *p, size_t n, int flags, const struct sockaddr *to, socklen_t len),
                                                                                SYS_sendto, fd, p, n, flags, to, len)
THIN(ssize_t, recvfrom, (int fd, void *restrict p, size_t n, int flags, struct sockaddr *restrict from, socklen_t *restrict len),
                                                                                SYS_recvfrom, fd, p, n, flags, from, len)
THIN(ssize_t, recv,    (int fd, void *p, size_t n, int flags),                  SYS_recvfrom, fd, p, n, flags, NULL, NULL)
#endif
#endif
