/* tcp.c - a connection to somebody, without waiting (sys: socket). */
#include <errno.h>
#include <string.h>

#include "tcp.h"

socklen_t tcp_place(union tcp_place *to, const struct addr *a, uint16_t port, unsigned zone)
{
	memset(to, 0, sizeof *to);
	to->sa.sa_family = a->family;
	if (a->family == AF_INET) {
		to->in.sin_port = htons(port);
		memcpy(&to->in.sin_addr, a->b, sizeof to->in.sin_addr);
		return sizeof to->in;
	}
	to->in6.sin6_port = htons(port);
	memcpy(&to->in6.sin6_addr, a->b, sizeof to->in6.sin6_addr);
	to->in6.sin6_scope_id = zone;
	return sizeof to->in6;
}

int tcp_open(int family, int reset)
{
	const struct linger now = { reset, 0 };
	int fd = socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);

	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	return fd;
}

int tcp_connect(int fd, const struct addr *a, uint16_t port, unsigned zone)
{
	union tcp_place to;

	return connect(fd, &to.sa, tcp_place(&to, a, port, zone)) < 0 && errno != EINPROGRESS ? -errno : 0;
}

ssize_t tcp_send(int fd, const char *p, size_t n)
{
	ssize_t sent = send(fd, p, n, MSG_NOSIGNAL);

	return sent >= 0 ? sent : errno == EAGAIN ? 0 : -errno;
}

ssize_t tcp_hear(int fd, char *p, size_t size)
{
	ssize_t n = recv(fd, p, size, 0);

	return n < 0 ? -errno : n;
}

int tcp_error(int fd)
{
	socklen_t n = sizeof(int);
	int err = 0;

	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &n) < 0 ? -errno : -err;
}
