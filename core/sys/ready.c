/* ready.c - telling the service manager (sys: a datagram socket). sd_notify(3), s6's notification-fd. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "file.h"
#include "loop.h"
#include "ready.h"
#include "text.h"

static int sock = -1, descriptor = -1;

static void dial(const char *path)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	size_t n = strlen(path);

	if ((*path != '/' && *path != '@') || n >= sizeof to.sun_path)
		return;
	memcpy(to.sun_path, path, n);
	if (*path == '@')
		to.sun_path[0] = 0;
	sock = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (sock >= 0 && connect(sock, (struct sockaddr *)&to, offsetof(struct sockaddr_un, sun_path) + n)) {
		close(sock);
		sock = -1;
	}
}

void ready_open(int fd)
{
	const char *path = getenv("NOTIFY_SOCKET");

	if (path)
		dial(path);
	descriptor = fd;
}

void ready_say(enum ready what, const char *status)
{
	static const char words[] = "READY=1\n\0RELOADING=1\n\0\0STOPPING=1\n";
	char buf[160];
	struct text t = { buf, sizeof buf, 0 };

	if (what == READY_UP && descriptor >= 0) {
		file_write(descriptor, "\n", 1);
		close(descriptor);
		descriptor = -1;
	}
	if (sock < 0)
		return;
	text_put(&t, "%s", text_nth(words, what));
	if (what == READY_RELOADING)
		text_put(&t, "MONOTONIC_USEC=%lld\n", (long long)clock_now());
	if (status)
		text_put(&t, "STATUS=%s\n", status);
	send(sock, buf, t.n, MSG_NOSIGNAL);
}
