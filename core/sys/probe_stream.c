/* probe_stream.c - checks over a TCP connection: tcp, http (sys: socket). Every step has the look's deadline. */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "http.h"
#include "probe_net.h"
#include "tcp.h"

enum { CONNECTING, ASKED, ANSWERING };	/* steps */
enum { READ_TURN = 2048 };		/* bytes of an answer looked at in one turn of the loop: 0.2 ms with the worst --contains */

/* What http keeps. */
struct stream {
	struct http http;
	size_t sent;		/* bytes of the request */
};

_Static_assert(sizeof(struct stream) <= sizeof(union probe_state), "it has room");

static struct stream *stream_of(struct probe *p)
{
	return (struct stream *)(void *)&p->u;
}

/* What the other side or the way to it has to answer for; anything else is ours. */
static void failed(struct probe *p, int err)
{
	switch (err) {
	case -ECONNREFUSED: case -ECONNRESET: case -EPIPE: case -ETIMEDOUT: case -ENETUNREACH: case -EHOSTUNREACH:
	case -ENETDOWN: case -EHOSTDOWN: case -EPROTO:
		probe_bad_errno(p, err);
		return;
	}
	probe_cannot_errno(p, NULL, err);
}

static void start(struct probe *p)
{
	const struct check *c = p->c;
	struct netif zone = { .index = 0 };
	int fd, err = c->dev ? netif_get(&zone, c->dev) : 0;

	if (err) {
		netif_cannot(p, err);
		return;
	}
	fd = tcp_open(c->addr.family, 1);	/* resets: a thousand checks a second would use up the ports */
	if (!probe_watch(p, fd, "socket"))
		return;
	if ((err = tcp_connect(fd, &c->addr, c->port, zone.index)))
		failed(p, err);
	else
		loop_want(p->env->loop, &p->src, false, true);
}

/* A closed port of our own machine that the kernel gave us as our own: we have reached ourselves. */
static bool is_self(const struct probe *p)
{
	union tcp_place us = { .sa.sa_family = AF_UNSPEC }, to;
	socklen_t n = sizeof us;

	tcp_place(&to, &p->c->addr, p->c->port, 0);
	if (getsockname(p->src.fd, &us.sa, &n) < 0 || us.in.sin_port != to.in.sin_port)
		return false;
	return us.sa.sa_family == AF_INET ? us.in.sin_addr.s_addr == to.in.sin_addr.s_addr
	                                  : !memcmp(&us.in6.sin6_addr, &to.in6.sin6_addr, sizeof to.in6.sin6_addr);
}

/* false: there is a verdict. */
static bool connected(struct probe *p)
{
	int err = tcp_error(p->src.fd);

	if (!err && is_self(p))
		err = -ECONNREFUSED;
	if (err)
		failed(p, err);
	return !err;
}

/* ---- tcp ---- */

static void tcp_ready(struct probe *p)
{
	if (connected(p))
		probe_done(p, true, "connected");
}

const struct probe_kind probe_tcp = { .start = start, .ready = tcp_ready, .steps = "no connection" };

/* ---- http ---- */

static void verdict(struct probe *p, enum http_verdict v)
{
	char text[64];

	if (v != HTTP_MORE)
		probe_done(p, http_good(v), "%s", http_text(&stream_of(p)->http, v, text, sizeof text));
}

static void ask(struct probe *p)
{
	struct stream *s = stream_of(p);
	char request[HTTP_REQUEST];
	size_t len = http_request(p->c, request, sizeof request);
	ssize_t n = tcp_send(p->src.fd, request + s->sent, len - s->sent);

	if (n < 0) {
		failed(p, n);
		return;
	}
	s->sent += n;
	if (s->sent < len)
		return;
	p->step = ASKED;
	loop_want(p->env->loop, &p->src, true, false);
}

static void listen_to(struct probe *p)
{
	struct stream *s = stream_of(p);
	char buf[READ_TURN];
	ssize_t n = tcp_hear(p->src.fd, buf, sizeof buf);

	if (n == -EAGAIN)
		return;
	if (n < 0) {
		failed(p, n);
		return;
	}
	p->step = ANSWERING;
	verdict(p, n ? http_feed(&s->http, buf, n) : http_end(&s->http));
}

static void http_ready(struct probe *p)
{
	if (p->step != CONNECTING)
		listen_to(p);
	else if (stream_of(p)->sent || connected(p))
		ask(p);
}

static void http_start(struct probe *p)
{
	http_open(&stream_of(p)->http, p->c);
	start(p);
}

const struct probe_kind probe_http = {
	.start = http_start,
	.ready = http_ready,
	.steps = "no connection\0connected, no answer\0connected, answer not complete",
};
