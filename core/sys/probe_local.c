/* probe_local.c - checks that need nobody else: file, pidfile (sys: statx, tgkill, /proc), exec (sys: child). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "file.h"
#include "kw.h"
#include "probe_in.h"

static bool missing(int err)
{
	return err == -ENOENT || err == -ENOTDIR;
}

/* ---- file ---- */

static void file_start(struct probe *p)
{
	struct look l;
	int err = file_look(AT_FDCWD, p->c->name, &l);

	if (err && !missing(err))
		probe_cannot_errno(p, NULL, err);
	else
		probe_done(p, !err, err ? "does not exist" : "exists");
}

const struct probe_kind probe_file = { .start = file_start };

/* ---- pidfile ---- */

enum { BEGINNING = 400 };	/* of a file: a pid; /proc/PID/stat as far as the state */

/* The beginning of a regular file as text; its length, or -errno. */
static int slurp(const char *path, char buf[BEGINNING])
{
	int n, fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct look l;

	if (fd < 0)
		return -errno;
	n = file_look(fd, "", &l);
	if (!n)
		n = S_ISREG(l.mode) ? read(fd, buf, BEGINNING - 1) : -EISDIR;
	if (n == -1)
		n = -errno;
	close(fd);
	buf[n > 0 ? n : 0] = 0;
	return n;
}

/* A process that has ended and was not waited for keeps its number. */
static bool ended(long pid)
{
	char path[32], buf[BEGINNING], *s;

	snprintf(path, sizeof path, "/proc/%ld/stat", pid);
	if (slurp(path, buf) < 0 || !(s = strrchr(buf, ')')) || s[1] != ' ')
		return false;
	return s[2] == 'Z' || s[2] == 'X';
}

static void pidfile_start(struct probe *p)
{
	static const char blank[] = " \t\r\n";
	char buf[BEGINNING];
	const char *s, *end;
	int64_t pid = 0;
	int n = slurp(p->c->name, buf);

	s = buf + strspn(buf, blank);
	end = kw_decimal(s, 0, &pid);
	if (n < 0 && missing(n))
		probe_done(p, false, "does not exist");
	else if (n == -EISDIR)
		probe_done(p, false, "not a regular file");
	else if (n < 0)
		probe_cannot_errno(p, NULL, n);
	else if (!*s)
		probe_done(p, false, "empty");
	else if ((*end && !strchr(blank, *end)) || pid < 1 || pid > INT32_MAX)
		probe_done(p, false, "no pid in it");
	else if (syscall(SYS_tgkill, (pid_t)pid, (pid_t)pid, 0) && errno == ESRCH)	/* kill would take a thread for it */
		probe_done(p, false, "process %ld is gone", (long)pid);
	else if (ended(pid))
		probe_done(p, false, "process %ld is a zombie", (long)pid);
	else
		probe_done(p, true, "process %ld is running", (long)pid);
}

const struct probe_kind probe_pidfile = { .start = pidfile_start };

/* ---- exec ---- */

enum { RUNNING, ENDING };	/* steps: at the end of its time it gets TERM, and a little more time */
enum { GRACE = 500000 };	/* us */

static void timed_out(struct probe *p)
{
	char buf[24];

	probe_done(p, false, "timed out after %s s", kw_seconds_text(p->timeout, buf, sizeof buf));
}

static void exec_done(struct child *c, int status, usec now)
{
	struct probe *p = (struct probe *)(void *)((char *)c - offsetof(struct probe, child));
	char buf[CHILD_TEXT];

	p->now = now;
	if (p->step == ENDING)
		timed_out(p);
	else if (status < 0)
		probe_cannot_errno(p, NULL, status);
	else
		probe_done(p, status == 0, "%s", child_status_text(status, buf, sizeof buf));
}

static void exec_start(struct probe *p)
{
	int err;

	p->child.stays = false;
	err = child_start(&p->child, p->c->argv, NULL, p->cred, exec_done);
	if (err < 0)
		probe_cannot_errno(p, NULL, err);
}

static void exec_stop(struct probe *p)
{
	child_kill(&p->child, SIGKILL);
	child_forget(&p->child);
}

static void exec_late(struct probe *p)
{
	if (p->step == RUNNING) {
		p->step = ENDING;
		child_kill(&p->child, SIGTERM);
		probe_extend(p, p->now + GRACE);
		return;
	}
	exec_stop(p);
	timed_out(p);
}

const struct probe_kind probe_exec = { .start = exec_start, .late = exec_late, .stop = exec_stop };
