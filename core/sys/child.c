/*
 * child.c - programs of the config: started, watched, ended (sys: waitpid; or a socket to the process that does all
 * that). Who runs them: reference c.3.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "limits.h"
#include "order.h"
#include "signals.h"
#include "spawn.h"

enum {
	ARGS_MAX = CMD_ARGS_MAX + 8,	/* a command and what notify adds */
	REAP_TURN = 64			/* ends told in one turn of the loop */
};

static struct child *running;
static struct {			/* another process starts and ends them for us; told NULL: we do */
	int fd;			/* -1: it is gone */
	unsigned number;	/* of the last one */
	void (*told)(int err);
} far;

static int say(const struct order *o)
{
	return far.fd < 0 ? -EPIPE : send(far.fd, o, sizeof *o, MSG_DONTWAIT | MSG_NOSIGNAL) < 0 ? -errno : 0;
}

static unsigned append(char **v, unsigned n, char *const words[])
{
	for (; words && *words; words++) {
		if (n < ARGS_MAX)
			v[n] = *words;
		n++;
	}
	return n;
}

/* The other process does it; what it is, whom it may become and whether it is in the configuration is for it to know. */
static int order_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred)
{
	struct order o = { .verb = ORDER_START, .stays = c->stays, .command = order_words(argv), .uid = geteuid(), .gid = getegid() };

	for (; extra && *extra; extra++) {
		if (o.nextra == ORDER_EXTRA)
			return -E2BIG;
		o.extra[o.nextra++] = order_word(*extra);
	}
	if (cred) {
		o.uid = cred->uid;
		o.gid = cred->gid;
	}
	do
		c->pid = ++far.number & 0x7fffffff;
	while (!c->pid);
	o.number = c->pid;
	return say(&o);
}

static int start_here(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred)
{
	char *v[ARGS_MAX + 2];
	unsigned n = append(v + 1, append(v + 1, 0, argv), (char *const *)extra);

	if (n == 0)
		return -ENOENT;
	if (n >= ARGS_MAX)
		return -E2BIG;
	v[1 + n] = NULL;
	c->pid = spawn(v + 1, cred, c->stays);
	return c->pid < 0 ? c->pid : 0;
}

int child_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done)
{
	int err = (far.told ? order_start : start_here)(c, argv, extra, cred);

	if (err) {
		c->pid = 0;
		return err;
	}
	c->done = done;
	c->next = running;
	running = c;
	return 0;
}

/* ---- the end of it ---- */

/* The link that leads to the child which answers; to NULL when none does. */
static struct child **find(pid_t pid)
{
	struct child **at = &running;

	while (*at && (*at)->pid != pid)
		at = &(*at)->next;
	return at;
}

static struct child *unlink_child(struct child **at)
{
	struct child *c = *at;

	if (c) {
		*at = c->next;
		c->next = NULL;
		c->pid = 0;
	}
	return c;
}

static void reap(struct source *s, usec now)
{
	struct child *c;
	int i, status;
	pid_t pid;

	while (signals_next(s->fd))
		;
	for (i = 0; i < REAP_TURN; i++) {
		pid = waitpid(-1, &status, WNOHANG);
		if (pid <= 0)
			return;
		c = unlink_child(find(pid));
		if (c)
			c->done(c, status, now);
	}
	kill(getpid(), SIGCHLD);	/* blocked, so it only wakes the next turn */
}

/* Nobody is there any more: what it ran has ended with it. */
static void lose(struct source *s, usec now)
{
	struct child *c;

	close(s->fd);
	s->fd = far.fd = -1;
	far.told(-EPIPE);
	while ((c = unlink_child(&running)))
		c->done(c, -EPIPE, now);
}

static void hear(struct source *s, usec now)
{
	struct outcome o;
	struct child *c;
	ssize_t n;

	for (int i = 0; i < REAP_TURN; i++) {
		n = recv(s->fd, &o, sizeof o, MSG_DONTWAIT);
		if (n < 0 && errno == EAGAIN)
			return;
		if (n != sizeof o) {
			lose(s, now);
			return;
		}
		if (!o.number)
			far.told(o.status);
		else if ((c = unlink_child(find(o.number))))
			c->done(c, o.status, now);
	}
}

void child_far(int fd, void (*told)(int err))
{
	far.fd = fd;
	far.told = told;
}

int child_reread(void)
{
	const struct order o = { .verb = ORDER_READ };

	return far.told ? say(&o) : 0;
}

int child_open(struct source *s)
{
	static const uint8_t chld[] = { SIGCHLD, 0 };

	spawn_plain_environment();
	if (far.told) {
		s->ready = hear;
		s->fd = far.fd;
		return 0;
	}
	spawn_plain_sigchld();
	s->ready = reap;
	s->fd = signals_open(chld);
	return s->fd < 0 ? s->fd : 0;
}

void child_close(struct source *s)
{
	close(s->fd);
	s->fd = -1;
}

void child_rest(struct source *s)
{
	if (!far.told)
		child_close(s);
}

void child_kill(struct child *c, int sig)
{
	const struct order o = { .verb = ORDER_SIGNAL, .number = c->pid, .signal = sig };

	if (c->pid > 0 && far.told)
		say(&o);
	else if (c->pid > 0)
		kill(-c->pid, sig);
}

void child_forget(struct child *c)
{
	if (c->pid > 0)
		unlink_child(find(c->pid));
}

unsigned child_count(void)
{
	const struct child *c;
	unsigned n = 0;

	for (c = running; c; c = c->next)
		n++;
	return n;
}

const char *child_error_text(int err)
{
	return err == -EPIPE ? "the helper that starts programs is gone" :
	       err == -ELIBBAD ? "its interpreter is missing (first line)" :
	       err == -ESTALE ? "not in the configuration that the helper read" :
	       strerror(err > -4096 ? -err : EPROTO);	/* no error of a kernel: what speaks there is no helper of ours */
}

const char *child_status_text(int status, char *buf, size_t size)
{
	if (status < 0)
		return child_error_text(status);
	if (WIFSIGNALED(status))
		snprintf(buf, size, "killed by signal %d", WTERMSIG(status));
	else
		snprintf(buf, size, "exited with status %d", WEXITSTATUS(status));
	return buf;
}

/* ---- who: two small files, read here because getpwnam and getgrnam are 13 kB of a static binary ---- */

/* One line NAME:x:ID:ID2 in the making. */
struct entry {
	const char *name;	/* what is left to be compared */
	unsigned field;
	bool same;		/* the name, so far */
	unsigned id[2];
};

static bool key_ends(const char *s)
{
	return !*s || *s == ':';
}

static void take(struct entry *e, char c)
{
	if (c == ':')
		e->same = e->field++ ? e->same : e->same && key_ends(e->name);
	else if (e->field == 0)
		e->same = e->same && !key_ends(e->name) && *e->name++ == c;
	else if (e->field < 4 && e->field > 1 && c >= '0' && c <= '9')
		e->id[e->field - 2] = e->id[e->field - 2] * 10 + (c - '0');
}

/* The line of path whose name is key, or whose first id is the number key. key ends at ':' too. */
static bool lookup(const char *path, const char *key, unsigned id[2])
{
	char *end, buf[512];
	unsigned long number = strtoul(key, &end, 10);
	bool numeric = key_ends(end) && !key_ends(key), found = false;
	struct entry e = { .name = key, .same = true };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t i, n;

	while (!found && fd >= 0 && (n = read(fd, buf, sizeof buf)) > 0)
		for (i = 0; !found && i < n; i++) {
			if (buf[i] != '\n') {
				take(&e, buf[i]);
				continue;
			}
			found = e.field > 1 && (e.same || (numeric && e.id[0] == number));
			if (!found)
				e = (struct entry){ .name = key, .same = true };
		}
	if (fd >= 0)
		close(fd);
	id[0] = found ? e.id[0] : number;
	id[1] = found ? e.id[1] : number;
	return found || numeric;
}

int child_cred(struct cred *out, const char *user, const char *group)
{
	unsigned id[2];
	const char *colon;

	*out = (struct cred){ .uid = geteuid(), .gid = getegid() };
	if (!user && !lookup("/etc/passwd", "keepalived_script", id))
		return 0;
	if (user && !lookup("/etc/passwd", user, id))
		return -ENOENT;
	out->uid = id[0];
	out->gid = id[1];
	colon = user ? strchr(user, ':') : NULL;
	if (!group && colon)
		group = colon;
	if (!group)
		return 0;
	if (!lookup("/etc/group", group + (*group == ':'), id))
		return -ENOENT;
	out->gid = id[0];
	return 0;
}

/* Members stand behind the third colon, with commas between. */
void child_groups(struct cred *out, const char *user)
{
	struct entry e = { .name = "" };
	size_t at = 0, len;
	char buf[512];
	ssize_t n;
	int fd;

	if (!user)
		user = "keepalived_script";
	len = strcspn(user, ":");
	if ((fd = open("/etc/group", O_RDONLY | O_CLOEXEC)) < 0)
		return;
	while ((n = read(fd, buf, sizeof buf)) > 0)
		for (ssize_t i = 0; i < n; i++) {
			bool ends = buf[i] == ',' || buf[i] == '\n';

			if (e.field == 3 && !ends) {
				at = at < len && buf[i] == user[at] ? at + 1 : SIZE_MAX;	/* so far the same; or never */
				continue;
			}
			if (e.field == 3 && at == len && out->ngroups < CRED_GROUPS)
				out->groups[out->ngroups++] = e.id[0];
			at = 0;
			if (buf[i] == '\n')
				e = (struct entry){ .name = "" };
			else
				take(&e, buf[i]);
		}
	close(fd);
}
