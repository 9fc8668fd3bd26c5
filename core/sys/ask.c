/* ask.c - a request to the running vrrpd by its control socket (sys). */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "ask.h"
#include "control.h"
#include "loop.h"
#include "out.h"

#define ANSWER (10 * SEC)	/* to wait for a piece of an answer */

const char *ask_run_dir(const char *given)
{
	if (!given)
		given = getenv("VRRPD_RUN_DIR");
	return given && *given ? given : RUN_DIR;
}

static int fail(const struct ask *t, int code, const char *why)
{
	out_flush();
	out_err("%s: %s\n", t->who, why);
	return code;
}

/* 0 or an exit code. Only a socket that somebody listens on is a daemon: files that one left tell nothing. */
static int dial(struct ask *t)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	usec until = clock_now() + ANSWER;
	int n = snprintf(a.sun_path, sizeof a.sun_path, "%s%s", t->socket ? t->socket : t->run_dir, t->socket ? "" : "/" CTL_SOCKET);

	if (n >= (int)sizeof a.sun_path)
		return fail(t, ASK_MISUSE, "too long a path of the socket");
	t->n = t->at = 0;
	t->over = false;
	t->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	while (t->fd >= 0) {
		if (!connect(t->fd, (const struct sockaddr *)&a, sizeof a))
			return 0;
		if (errno != EAGAIN || clock_now() > until)	/* EAGAIN: many want to at the same time */
			break;
		poll(NULL, 0, 20);
	}
	n = errno == ENOENT || errno == ECONNREFUSED || errno == ENOTDIR || errno == EAGAIN ? ASK_NONE : ASK_MISUSE;
	out_err("%s: %s: %s%s\n", t->who, a.sun_path, strerror(errno), n == ASK_NONE ? ": vrrpd is not running" : "");
	close(t->fd);
	return n;
}

/* Wait for more and read it. false: there is none. */
static bool hear(struct ask *t)
{
	struct pollfd p = { .fd = t->fd, .events = POLLIN };
	usec left = t->until == USEC_NEVER ? -2 * MS : t->until ? t->until - clock_now() : ANSWER;
	ssize_t n;

	memmove(t->buf, t->buf + t->at, t->n -= t->at);
	t->at = 0;
	if (left < 0 && t->until != USEC_NEVER)
		left = 0;
	t->over = !poll(&p, 1, (left + MS - 1) / MS);
	n = t->over ? 0 : recv(t->fd, t->buf + t->n, sizeof t->buf - t->n, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return true;
	if (n <= 0)
		return false;
	t->n += n;
	return true;
}

char *ask_next(struct ask *t, size_t *len)
{
	char *p, *end;

	for (;;) {
		p = t->buf + t->at;
		end = memchr(p, '\n', t->n - t->at);
		if (end || t->n - t->at == sizeof t->buf)
			break;
		if (!hear(t))
			return NULL;
	}
	*len = end ? (size_t)(end + 1 - p) : sizeof t->buf;
	t->at += *len;
	return p;
}

/* Words as one line, in quotes all but the first. false: too long, or not one line. */
static bool request(char *line, char **w)
{
	char *p = line + snprintf(line, CTL_LINE, "%s", *w++), *end = line + CTL_LINE - 4;

	for (; *w; w++) {
		*p++ = ' ';
		*p++ = '"';
		for (const char *s = *w; *s && p < end; s++) {
			if (*s == '"' || *s == '\\')
				*p++ = '\\';
			*p++ = *s;
		}
		if (p >= end || strchr(*w, '\n'))
			return false;
		*p++ = '"';
	}
	*p++ = '\n';
	*p = 0;
	return true;
}

int ask_cut(const struct ask *t)
{
	return fail(t, ASK_NONE, t->over ? "vrrpd does not answer" : "vrrpd has ended, or its configuration has changed meanwhile");
}

static bool begins(const char *p, const char *with)
{
	return !strncmp(p, with, strlen(with));
}

int ask(struct ask *t, char **w)
{
	char line[CTL_LINE], *p;
	size_t len;
	int code;

	if (!request(line, w))
		return fail(t, ASK_MISUSE, "cannot be asked for: a line end, or too long");
	if ((code = dial(t)))
		return code;
	t->until = 0;
	send(t->fd, line, strlen(line), MSG_NOSIGNAL);	/* one who turns us away has said why before */
	if (!(p = ask_next(t, &len)))
		return ask_cut(t);
	p[len - 1] = 0;
	if (!strcmp(p, "OK"))
		return 0;
	p += begins(p, "ERR ") ? 4 : 0;
	code = begins(p, CONTROL_UNKNOWN) ? ASK_UNKNOWN : begins(p, CONTROL_REFUSED) ? ASK_NO : ASK_MISUSE;
	fail(t, code, p);
	while ((p = ask_next(t, &len)) && (len != 2 || *p != '.'))
		out_err("%.*s", (int)len, p);
	return code;
}
