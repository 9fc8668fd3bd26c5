/* test_ctl.c - the control socket alone: one request a connection, clients of every kind of badness, time by hand. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "ctl.h"
#include "t.h"

enum { BIG = 300 };		/* pieces of a large answer, 1 kB each */

static struct loop outer, slow;
static struct heap heap;
static struct timer *slots[4];
static struct ctl ctl;
static char dir[] = "/tmp/test_ctl.XXXXXX", path[64], asked[CTL_LINE + 1];
static unsigned asks, pieces;
static usec now;
static struct ctl_client *waiting;

static enum ctl_next big(struct ctl_client *c)
{
	pieces++;
	text_put(&c->text, "%01023u\n", (*(unsigned *)c->job)++);
	return *(unsigned *)c->job == BIG ? CTL_DONE : CTL_MORE;
}

static enum ctl_next cut(struct ctl_client *c)
{
	text_put(&c->text, "half\n");
	return CTL_CUT;
}

static enum ctl_next later(struct ctl_client *c)
{
	waiting = c;
	return CTL_WAIT;
}

static enum ctl_next end(struct ctl_client *c)
{
	text_put(&c->text, "now\n");
	return CTL_DONE;
}

static void ask(struct ctl_client *c, char *line)
{
	asks++;
	strcpy(asked, line);
	c->job = arena_get(&c->arena, sizeof(unsigned));
	text_put(&c->text, "OK\n");
	c->more = !strcmp(line, "big") ? big : !strcmp(line, "cut") ? cut : !strcmp(line, "later") ? later : NULL;
}

/* Until nothing happens any more. */
static void turn(void)
{
	usec t;

	for (int i = 0; i < 2000 && loop_turn(&outer, 0, &t) > 0; i++)
		;
}

/* That much later. */
static void pass(usec time)
{
	struct timer *t;

	now += time;
	while ((t = heap_due(&heap, clock_now() + now)))
		t->fire(t, clock_now() + now);
	turn();
}

static int dial(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	snprintf(a.sun_path, sizeof a.sun_path, "%s", path);
	if (fd < 0 || !connect(fd, (struct sockaddr *)&a, sizeof a))
		return fd;
	close(fd);
	return -1;
}

static void say(int fd, const char *p, size_t n)
{
	if (n && send(fd, p, n, MSG_NOSIGNAL) != (ssize_t)n)
		t_case(0, "ctl/send", "%s", strerror(errno));
	turn();
}

/* Everything that is there, in text; its length, -1 when the other side has closed. */
static long hear(int fd, char *p, size_t size)
{
	long n, all = 0;

	while ((n = recv(fd, p, size - 1, 0)) > 0) {
		p[n] = 0;
		all += n;
		turn();
	}
	return !n || errno == ECONNRESET ? -1 - all : all;
}

/* Open, say, hear all of it. */
static const char *talk(const char *p, size_t n)
{
	static char buf[4096];
	int fd = dial();

	*buf = 0;
	turn();
	say(fd, p, n);
	if (hear(fd, buf, sizeof buf) >= 0)
		strcat(buf, "(open)");
	close(fd);
	turn();
	return buf;
}

static void requests(void)
{
	char line[CTL_LINE + 64], buf[64];
	int fd;

	t_str("ctl/a request", talk("hello\n", 6), "OK\n.\n");
	t_str("ctl/its words", asked, "hello");
	t_str("ctl/what stands behind the line is nothing", talk("one\ntwo\n", 8), "OK\n.\n");
	t_str("ctl/the first line alone", asked, "one");
	memset(line, 'x', sizeof line);
	line[CTL_LINE - 1] = '\n';
	asks = 0;
	t_str("ctl/the longest line", talk(line, CTL_LINE), "OK\n.\n");
	t_int("ctl/the longest line is asked whole", strlen(asked), CTL_LINE - 1);
	line[CTL_LINE - 1] = 'x';
	t_str("ctl/a longer one", talk(line, sizeof line), "ERR the request is too long\n.\n");
	t_str("ctl/a NUL in it", talk("a\0b\n", 4), "ERR the request is not text\n.\n");
	t_int("ctl/these were not asked", asks, 1);
	fd = dial();
	say(fd, "hel", 3);
	t_int("ctl/half a line: it waits", hear(fd, buf, sizeof buf), 0);
	say(fd, "lo\n", 3);
	t_int("ctl/in two parts", hear(fd, buf, sizeof buf), -1 - 5);
	t_str("ctl/in two parts is one", asked, "hello");
	close(fd);
	asks = 0;
	fd = dial();
	say(fd, "hello", 5);
	close(fd);
	turn();
	t_int("ctl/half a line and gone is no request", asks, 0);
	t_int("ctl/nobody is left", ctl.n, 0);
}

static void large(void)
{
	static char buf[BIG * 1024 + 64];
	long n = 0, got;
	int fd = dial();

	turn();
	say(fd, "big\n", 4);
	pieces = 0;
	while ((got = recv(fd, buf + n, sizeof buf - n, 0)) > 0) {
		n += got;
		turn();
	}
	t_case(n == BIG * 1024 + 5 && !memcmp(buf + n - 3, "\n.\n", 3), "ctl/a large answer is whole", "%ld bytes", n);
	close(fd);
	fd = dial();
	turn();
	pieces = 0;
	say(fd, "big\n", 4);
	t_case(pieces < BIG && ctl.n == 1, "ctl/who does not read gets what fits, the rest is not even made", "%u pieces", pieces);
	ctl.dropped = 0;
	pass(CTL_READ_TIME / 2);
	t_int("ctl/who does not read is waited for", ctl.n, 1);
	pass(CTL_READ_TIME);
	t_int("ctl/and ended", ctl.n, 0);
	t_int("ctl/and counted", ctl.dropped, 1);
	close(fd);
	fd = dial();
	turn();
	say(fd, "big\n", 4);
	close(fd);
	turn();
	t_int("ctl/who hangs up in the middle is gone", ctl.n, 0);
	t_str("ctl/an answer of no use has no last line", talk("cut\n", 4), "");
}

static void waits(void)
{
	char buf[64];
	int fd = dial();

	turn();
	say(fd, "later\n", 6);
	t_int("ctl/wait: the first line at once", hear(fd, buf, sizeof buf), 3);
	pass(100 * CTL_READ_TIME);
	t_int("ctl/wait: nobody is impatient", ctl.n, 1);
	waiting->more = end;
	ctl_wake(waiting);
	turn();
	t_int("ctl/wait: woken", hear(fd, buf, sizeof buf), -1 - 6);
	t_str("ctl/wait: the rest", buf, "now\n.\n");
	close(fd);
	fd = dial();
	turn();
	say(fd, "later\n", 6);
	close(fd);
	turn();
	t_int("ctl/wait: one who hangs up is gone", ctl.n, 0);
	fd = dial();
	turn();
	say(fd, "later\n", 6);
	shutdown(fd, SHUT_WR);
	turn();
	t_int("ctl/wait: one who only has said all is not", ctl.n, 1);
	close(fd);
	turn();
}

static void many(void)
{
	int fd[CTL_CLIENTS];
	struct rlimit was, few;
	usec t;

	for (int i = 0; i < CTL_CLIENTS; i++) {
		fd[i] = dial();
		turn();
	}
	t_int("ctl/as many as there may be", ctl.n, CTL_CLIENTS);
	t_str("ctl/one more", talk("", 0), "ERR too many clients\n.\n");
	ctl.dropped = 0;
	pass(CTL_ASK_TIME);
	t_int("ctl/who says nothing is ended", ctl.n, 0);
	t_int("ctl/who says nothing is counted", ctl.dropped, CTL_CLIENTS);
	for (int i = 0; i < CTL_CLIENTS; i++)
		close(fd[i]);
	fd[0] = dial();
	getrlimit(RLIMIT_NOFILE, &was);
	few = was;
	few.rlim_cur = fd[0] + 1;
	setrlimit(RLIMIT_NOFILE, &few);
	turn();
	t_int("ctl/no descriptor left: nobody comes in", ctl.n, 0);
	t_int("ctl/no descriptor left: it does not turn in a circle", loop_turn(&outer, 0, &t), 0);
	setrlimit(RLIMIT_NOFILE, &was);
	pass(SEC);
	t_int("ctl/a second later it looks again", ctl.n, 1);
	close(fd[0]);
	turn();
}

static unsigned mode(void)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_mode;
}

static void file(void)
{
	int fd;

	t_int("ctl/file: ours alone", mode(), S_IFSOCK | 0600);
	loop_del(&slow, &ctl.src);
	close(ctl.src.fd);
	ctl.src.fd = -1;
	umask(0);
	t_int("ctl/file: a dead one is replaced", ctl_open(&ctl, dir), 0);
	t_int("ctl/file: whatever the umask", mode(), S_IFSOCK | 0600);
	t_int("ctl/file: the umask stays", umask(022), 0);
	t_str("ctl/file: it answers", talk("hello\n", 6), "OK\n.\n");
	t_int("ctl/group", ctl_group(&ctl, getegid()), 0);
	t_int("ctl/group: may connect", mode(), S_IFSOCK | 0660);
	t_int("ctl/no group", ctl_group(&ctl, -1), 0);
	t_int("ctl/no group: ours alone", mode(), S_IFSOCK | 0600);
	unlink(path);
	t_int("ctl/removed: a reload", ctl_group(&ctl, -1), 0);
	t_str("ctl/removed: it answers again", talk("hello\n", 6), "OK\n.\n");
	fd = dial();
	turn();
	ctl_close(&ctl);
	t_int("ctl/closed: clients too", ctl.n, 0);
	close(fd);
	t_int("ctl/closed: no file", mode(), 0);
	t_int("ctl/too long a path", ctl_open(&ctl, "/tmp/0123456789012345678901234567890123456789012345678901234567890123456789"
	      "0123456789012345678901234567890123456789"), -ENAMETOOLONG);
	t_int("ctl/no such directory", ctl_open(&ctl, "/nonexistent/dir"), -ENOENT);
	t_int("ctl/not open: closing is nothing", (ctl_close(&ctl), 0), 0);
}

int main(void)
{
	if (!mkdtemp(dir) || loop_open(&outer) < 0 || loop_open_slow(&slow, &outer) < 0)
		return 1;
	snprintf(path, sizeof path, "%s/" CTL_SOCKET, dir);
	heap_init(&heap, slots, 4);
	ctl = (struct ctl){ .src.fd = -1, .loop = &slow, .heap = &heap, .group = -1, .ask = ask };
	if (ctl_open(&ctl, dir) < 0)
		return 1;
	requests();
	large();
	waits();
	many();
	file();
	rmdir(dir);
	T_END;
}
