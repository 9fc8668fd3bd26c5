/* ctl.c - the control socket (sys: a unix stream socket in the slow circle). */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl.h"
#include "file.h"

enum { PAUSE = SEC };		/* no descriptor or no memory for one more client: not before */

/* ---- one client ---- */

static void leave(struct ctl_client *c)
{
	struct ctl_client **p = &c->ctl->clients;
	struct arena a = c->arena;

	while (*p != c)
		p = &(*p)->next;
	*p = c->next;
	c->ctl->n--;
	loop_del(c->ctl->loop, &c->src);
	close(c->src.fd);
	arena_close(&a);			/* it lived in there */
}

void ctl_drop(struct ctl_client *c)
{
	c->ctl->dropped++;
	leave(c);
}

static void limit(struct ctl *ctl, usec at)
{
	if (!ctl->timer.slot || at < ctl->timer.at)
		heap_set(ctl->heap, &ctl->timer, at);
}

static void wait_until(struct ctl_client *c, usec until)
{
	c->until = until;
	if (until != USEC_NEVER)
		limit(c->ctl, until);
}

static void over_time(struct timer *t, usec now)
{
	struct ctl *ctl = (struct ctl *)(void *)((char *)t - offsetof(struct ctl, timer));
	struct ctl_client *c, *next;
	usec first = USEC_NEVER;

	loop_want(ctl->loop, &ctl->src, true, false);
	for (c = ctl->clients; c; c = next) {
		next = c->next;
		if (c->until <= now)
			ctl_drop(c);
		else if (c->until < first)
			first = c->until;
	}
	heap_set(ctl->heap, t, first);
}

static void want(struct ctl_client *c, bool write)
{
	if (write != c->writing)
		loop_want(c->ctl->loop, &c->src, false, write);
	c->writing = write;
}

void ctl_wake(struct ctl_client *c)
{
	want(c, true);
}

/* As many pieces as there is room for, and the last line. */
static enum ctl_next fill(struct ctl_client *c)
{
	enum ctl_next next = CTL_MORE;

	while (!c->last && next == CTL_MORE && c->text.size - c->text.n > CTL_PIECE) {
		next = c->more ? c->more(c) : CTL_DONE;
		c->last = next == CTL_DONE;
		if (c->last) {
			c->text.size = sizeof c->room;		/* what was kept for it */
			text_put(&c->text, ".\n");
		}
	}
	return next;
}

/* One buffer and one system call, then others have their turn. */
static void answer(struct ctl_client *c, usec now)
{
	enum ctl_next next = fill(c);
	struct text *t = &c->text;
	bool busy;
	ssize_t n;

	if (next == CTL_CUT) {
		ctl_drop(c);
		return;
	}
	n = send(c->src.fd, t->p, t->n, MSG_DONTWAIT | MSG_NOSIGNAL);	/* of nothing: has it hung up? */
	if (n < 0 && errno != EAGAIN) {
		leave(c);
		return;
	}
	if (n > 0) {
		memmove(t->p, t->p + n, t->n - n);
		t->n -= n;
	}
	if (c->last && !t->n) {
		c->ctl->requests++;
		leave(c);
		return;
	}
	busy = t->n || next == CTL_MORE;
	if (n >= 0 || !c->writing)
		wait_until(c, busy ? now + CTL_READ_TIME : USEC_NEVER);
	want(c, busy);
}

static void refuse(struct ctl_client *c, const char *reason)
{
	text_put(&c->text, "ERR %s\n", reason);
}

/* false: it goes on, or has hung up in the middle of a line, which then counts for nothing. */
static bool hear(struct ctl_client *c)
{
	ssize_t n = recv(c->src.fd, c->line + c->have, sizeof c->line - c->have, MSG_DONTWAIT);
	char *end;

	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			ctl_drop(c);
		return false;
	}
	c->have += n;
	end = memchr(c->line, '\n', c->have);
	if (!end && c->have < sizeof c->line)
		return false;
	if (!end) {
		refuse(c, "the request is too long");
	} else {
		*end = 0;
		if (strlen(c->line) != (size_t)(end - c->line))
			refuse(c, "the request is not text");
		else
			c->ctl->ask(c, c->line);
	}
	return c->asked = true;
}

static void client_ready(struct source *s, usec now)
{
	struct ctl_client *c = (struct ctl_client *)(void *)s;

	if (c->asked || hear(c))
		answer(c, now);
}

/* ---- the door ---- */

/* With a group, the permissions of the file let its members in and nobody else. */
static bool permitted(struct ctl_client *c)
{
	struct ucred who;
	socklen_t len = sizeof who;

	if (getsockopt(c->src.fd, SOL_SOCKET, SO_PEERCRED, &who, &len))
		return false;
	c->uid = who.uid;
	c->may_change = !who.uid || who.uid == geteuid();
	return c->may_change || c->ctl->group != (gid_t)-1;
}

static void turn_away(struct ctl *ctl, int fd, const char *answer)
{
	ctl->refused++;
	send(fd, answer, strlen(answer), MSG_DONTWAIT | MSG_NOSIGNAL);
	close(fd);
}

static void door_ready(struct source *s, usec now)
{
	struct ctl *ctl = (struct ctl *)(void *)s;
	int fd = accept4(s->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	struct ctl_client *c;
	struct arena a;

	if (fd < 0) {
		if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
			loop_want(ctl->loop, s, false, false);
			limit(ctl, now + PAUSE);
		}
		return;
	}
	arena_open(&a);
	c = ctl->n < CTL_CLIENTS ? arena_get(&a, sizeof *c) : NULL;
	if (!c) {
		turn_away(ctl, fd, "ERR too many clients\n.\n");
		return;
	}
	c->src = (struct source){ fd, client_ready };
	c->ctl = ctl;
	c->arena = a;
	c->text = (struct text){ .p = c->room, .size = sizeof c->room - 2 };
	if (!permitted(c) || loop_add(ctl->loop, &c->src)) {
		turn_away(ctl, fd, "ERR not permitted\n.\n");
		arena_close(&a);
		return;
	}
	c->next = ctl->clients;
	ctl->clients = c;
	ctl->n++;
	wait_until(c, now + CTL_ASK_TIME);
}

static int path_of(const struct ctl *c, struct sockaddr_un *a)
{
	*a = (struct sockaddr_un){ .sun_family = AF_UNIX };
	return snprintf(a->sun_path, sizeof a->sun_path, "%s/" CTL_SOCKET, c->dir) < (int)sizeof a->sun_path ? 0 : -ENAMETOOLONG;
}

/* Nobody else may connect at any moment: it is made with its mode. */
static int make(struct ctl *c, const struct sockaddr_un *a)
{
	bool shared = c->group != (gid_t)-1;
	mode_t before = umask(shared ? 0117 : 0177);
	int err;

	unlink(a->sun_path);
	err = bind(c->src.fd, (const struct sockaddr *)a, sizeof *a) || listen(c->src.fd, CTL_CLIENTS) ? -errno : 0;
	umask(before);
	c->closed_to = !err && shared && lchown(a->sun_path, -1, c->group) ? errno : 0;	/* root can go on */
	return err;
}

static void shut(struct ctl *c)
{
	if (c->src.fd < 0)
		return;
	loop_del(c->loop, &c->src);
	close(c->src.fd);
	c->src.fd = -1;
}

int ctl_open(struct ctl *c, const char *dir)
{
	struct sockaddr_un a;
	int err;

	c->dir = dir;
	c->timer.fire = over_time;
	shut(c);
	if ((err = path_of(c, &a)) < 0 || (err = file_mkdir(dir)) < 0)
		return err;
	c->src = (struct source){ socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), door_ready };
	if (c->src.fd < 0)
		return -errno;
	if ((err = make(c, &a)) < 0 || (err = loop_add(c->loop, &c->src)) < 0)
		shut(c);
	return err;
}

int ctl_group(struct ctl *c, gid_t group)
{
	unsigned mode = S_IFSOCK | (group == (gid_t)-1 ? 0600 : 0660);
	struct sockaddr_un a;
	struct look l;

	c->group = group;
	if (c->src.fd >= 0 && !path_of(c, &a) && !file_look(AT_FDCWD, a.sun_path, &l) && l.mode == mode &&
	    (mode != (S_IFSOCK | 0660) || l.gid == group))
		return 0;
	return ctl_open(c, c->dir);		/* whoever is in it stays */
}

void ctl_close(struct ctl *c)
{
	struct sockaddr_un a;

	if (c->src.fd < 0)
		return;
	while (c->clients)
		leave(c->clients);
	heap_del(c->heap, &c->timer);
	shut(c);
	if (!path_of(c, &a))
		unlink(a.sun_path);
}
