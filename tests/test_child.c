/* test_child.c - real programs: how they are started, and what is heard of their end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "child.h"
#include "file_kit.h"
#include "t.h"

static struct loop loop;
static struct source sigs;
static struct child kid;
static int ends, status;

static void ended(struct child *c, int s, usec now)
{
	(void)c;
	(void)now;
	ends++;
	status = s;
}

/* Turn the loop until n ends were told, 10 s at most. */
static bool wait_ends(int n)
{
	usec now, until = clock_now() + 10 * SEC;

	while (ends < n)
		if (loop_turn(&loop, until, &now) < 0 || now >= until)
			return false;
	return true;
}

static int run(char *const argv[], const char *const extra[], const struct cred *cred)
{
	int err;

	ends = 0;
	status = -1;
	err = child_start(&kid, argv, extra, cred, ended);
	if (!err && !wait_ends(1))
		t_case(0, argv[0], "never ended");
	return err;
}

#define RUN(...) run((char *[]){ __VA_ARGS__, NULL }, NULL, NULL)
#define SHELL(text) RUN("/bin/sh", "-c", text)

static void starting(void)
{
	static char *const none[] = { NULL };
	const char *extra[] = { "INSTANCE", "VI_1", "MASTER", "100", NULL };
	char *many[300] = { "true" };
	char text[64];
	int i;

	t_int("start: by path", RUN("/bin/true"), 0);
	t_str("start: status 0", child_status_text(status, text, sizeof text), "exited with status 0");
	t_int("start: by name", RUN("false"), 0);
	t_str("start: status 1", child_status_text(status, text, sizeof text), "exited with status 1");
	t_int("start: no such file", RUN("/no/such"), -ENOENT);
	t_int("start: no such name", RUN("no-such-program"), -ENOENT);
	put_file("plain", "#!/bin/sh\n", 0644);
	t_int("start: not executable", RUN("./plain"), -EACCES);
	t_int("start: a directory", RUN("/"), -EACCES);
	t_int("start: no words", run(none, NULL, NULL), -ENOENT);
	put_file("orphan", "#!/no/such/interpreter\n", 0755);
	t_int("start: no interpreter", RUN("./orphan"), -ELIBBAD);
	t_int("start: failures leave nobody", child_count(), 0);
	t_int("start: failures leave no zombie", waitpid(-1, NULL, WNOHANG), -1);

	put_file("bare", "echo \"$0 $*\" >out; exit 3\n", 0755);
	t_int("start: no #! line", run((char *[]){ "./bare", "a b", NULL }, extra, NULL), 0);
	t_str("start: words, then extra ones", text_of("out"), "./bare a b INSTANCE VI_1 MASTER 100\n");
	t_int("start: and its status", WEXITSTATUS(status), 3);
	setenv("PATH", "/no/such:.:/usr/bin:/bin", 1);
	t_int("start: no #! line, by name", RUN("bare", "x"), 0);
	t_str("start: by name, its path", text_of("out"), "./bare x\n");
	setenv("PATH", ":/usr/bin:/bin", 1);
	t_int("start: empty word of PATH is here", RUN("bare", "y"), 0);
	t_int("start: EACCES is told when nothing else fits", RUN("plain"), -EACCES);
	unsetenv("PATH");
	t_int("start: without PATH", RUN("true"), 0);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);

	for (i = 0; i < 299; i++)
		many[i] = "true";
	many[299] = NULL;
	t_int("start: too many words", run(many, NULL, NULL), -E2BIG);
	many[130] = NULL;
	t_int("start: as many as a command may have", run(many, extra, NULL), 0);
}

static unsigned long long signal_set(const char *hex)
{
	unsigned long long v = ~0ull;

	sscanf(hex, "%llx", &v);
	return v;
}

static void surroundings(void)
{
	int fd = open("/dev/null", O_RDONLY), dup = fcntl(fd, F_DUPFD, 40);

	SHELL("ls /proc/$$/fd | tr '\\n' ' ' >out");
	/* 0, 1, 2 and whatever the shell itself opens for its redirection, never 40 */
	t_case(!strstr(text_of("out"), "40"), "child: no descriptor of ours", "%s", text_of("out"));
	SHELL("for i in 0 1 2; do set -- \"$@\" $(readlink /proc/$$/fd/$i); done; echo $* >out");
	t_str("child: stdin, stdout, stderr", text_of("out"), "/dev/null /dev/null /dev/null\n");
	SHELL("set -- $(ps -o pgid= -o pid= -p $$); [ $1 = $2 ] && echo own >out");
	t_str("child: its own process group", text_of("out"), "own\n");
	setenv("IFS", "x", 1);
	setenv("LD_PRELOAD", "/x", 1);
	setenv("LD_LIBRARY_PATH", "/x", 1);
	setenv("KEEP", "me", 1);
	child_close(&sigs);
	loop_del(&loop, &sigs);
	child_open(&sigs);
	loop_add(&loop, &sigs);
	SHELL("env | grep -E '^(IFS|LD_PRELOAD|LD_LIBRARY_PATH|KEEP)=' >out");
	t_str("child: environment", text_of("out"), "KEEP=me\n");
	RUN("sed", "-n", "s/^SigBlk:.//w out", "/proc/self/status");	/* not a shell: it blocks signals while it forks */
	t_int("child: no signal blocked", signal_set(text_of("out")), 0);
	RUN("sed", "-n", "s/^SigIgn:.//w out", "/proc/self/status");
	t_int("child: no signal ignored", signal_set(text_of("out")) & 0x7fffffff, 0);	/* 32 and 33 are libc's */
	setpriority(PRIO_PROCESS, 0, 5);
	SHELL("cut -d' ' -f19 /proc/self/stat >out");
	if (geteuid() == 0)
		t_str("child: usual priority", text_of("out"), "0\n");
	else
		t_skip("child: usual priority", "not root");
	close(fd);
	close(dup);
}

static void ending(void)
{
	struct child many[40] = { 0 };
	char text[64];
	pid_t pid;
	int i;

	ends = 0;
	child_start(&kid, (char *[]){ "sleep", "100", NULL }, NULL, NULL, ended);
	t_case(kid.pid > 0 && child_count() == 1, "end: running", "%d", kid.pid);
	child_kill(&kid, SIGKILL);
	t_case(wait_ends(1), "end: killed is told", "nothing");
	t_str("end: killed, text", child_status_text(status, text, sizeof text), "killed by signal 9");
	t_case(kid.pid == 0 && child_count() == 0, "end: no longer running", "%d", kid.pid);
	child_kill(&kid, SIGKILL);	/* not running: nobody is hit, not even our own group */

	/* the whole group */
	ends = 0;
	unlink("out");
	child_start(&kid, (char *[]){ "/bin/sh", "-c", "sleep 100 & echo $! >tmp; mv tmp out; wait", NULL }, NULL, NULL, ended);
	while (access("out", F_OK))
		usleep(1000);
	pid = atoi(text_of("out"));
	child_kill(&kid, SIGTERM);
	wait_ends(1);
	for (i = 0; i < 5000; i++) {	/* an orphan: gone, or a zombie of whoever is init */
		snprintf(text, sizeof text, "/proc/%d/stat", pid);
		if (access(text, F_OK) || strstr(text_of(text), ") Z"))
			break;
		usleep(1000);
	}
	t_case(i < 5000, "end: the group's other members too", "%s", text_of(text));

	ends = 0;
	child_start(&kid, (char *[]){ "sleep", "100", NULL }, NULL, NULL, ended);
	pid = kid.pid;
	child_forget(&kid);
	t_case(kid.pid == 0 && child_count() == 0 && !kill(pid, 0), "forget: it goes on without us", "%d", kid.pid);
	kill(pid, SIGKILL);
	child_start(&kid, (char *[]){ "true", NULL }, NULL, NULL, ended);
	for (i = 0; i < 2000 && !kill(pid, 0); i++) {
		usec now;

		loop_turn(&loop, clock_now() + 5 * MS, &now);
	}
	wait_ends(1);
	t_case(kill(pid, 0) < 0, "forget: its end is reaped", "still there");
	t_int("forget: and told to nobody", ends, 1);

	ends = 0;
	for (i = 0; i < 40; i++)
		child_start(&many[i], (char *[]){ "true", NULL }, NULL, NULL, ended);
	t_case(wait_ends(40), "end: forty at once", "%d", ends);
	t_int("end: none left", child_count(), 0);

	/* more ends than one turn tells */
	child_start(&kid, (char *[]){ "true", NULL }, NULL, NULL, ended);
	wait_ends(41);
	for (i = 0; i < 200; i++)
		if (fork() == 0)
			_exit(0);
	child_start(&kid, (char *[]){ "true", NULL }, NULL, NULL, ended);
	t_case(wait_ends(42), "end: behind two hundred others", "%d", ends);
}

/* A daemon that is killed takes its programs with it. */
static void orphans(void)
{
	char path[64];
	int p[2], i;
	pid_t mid, pid = 0;

	if (pipe(p))
		return;
	mid = fork();
	if (mid == 0) {
		struct child c = { 0 };

		child_start(&c, (char *[]){ "sleep", "100", NULL }, NULL, NULL, ended);
		if (write(p[1], &c.pid, sizeof c.pid) < 0)
			_exit(1);
		pause();
	}
	if (read(p[0], &pid, sizeof pid) != sizeof pid)
		return;
	kill(mid, SIGKILL);
	waitpid(mid, NULL, 0);
	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	for (i = 0; i < 5000 && !access(path, F_OK) && !strstr(text_of(path), ") Z"); i++)
		usleep(1000);
	t_case(i < 5000, "orphan: ended with its daemon", "%s", text_of(path));
	close(p[0]);
	close(p[1]);
}

static const struct who { const char *name, *user, *group; int err; long uid, gid; } whos[] = {
	{ "cred: name",                 "root",       NULL,       0, 0, 0 },
	{ "cred: number",               "0",          NULL,       0, 0, 0 },
	{ "cred: user and group",       "root",       "daemon",   0, 0, 1 },
	{ "cred: :group",               "root",       ":daemon",  0, 0, 1 },
	{ "cred: user:group",           "root:daemon", NULL,      0, 0, 1 },
	{ "cred: numbers",              "12345",      "54321",    0, 12345, 54321 },
	{ "cred: unknown number",       "12345",      NULL,       0, 12345, 12345 },
	{ "cred: number of a user",     "1",          NULL,       0, 1, 1 },
	{ "cred: unknown user",         "no-such-user", NULL,     -ENOENT, -1, -1 },
	{ "cred: part of a name",       "roo",        NULL,       -ENOENT, -1, -1 },
	{ "cred: more than a name",     "roott",      NULL,       -ENOENT, -1, -1 },
	{ "cred: unknown group",        "root",       "no-such-group", -ENOENT, -1, -1 },
	{ "cred: empty",                "",           NULL,       -ENOENT, -1, -1 },
};

static void creds(void)
{
	struct cred c;
	unsigned i;
	int err;

	for (i = 0; i < sizeof whos / sizeof *whos; i++) {
		err = child_cred(&c, whos[i].user, whos[i].group);
		t_case(err == whos[i].err && (err || (c.uid == (uid_t)whos[i].uid && c.gid == (gid_t)whos[i].gid)),
		       whos[i].name, "%d, %u:%u", err, c.uid, c.gid);
	}
	if (!system("grep -q ^keepalived_script: /etc/passwd"))
		t_skip("cred: nobody named", "this machine has a keepalived_script");
	else
		t_case(!child_cred(&c, NULL, NULL) && c.uid == geteuid(), "cred: nobody named", "%u", c.uid);
	if (geteuid()) {
		t_skip("cred: applied", "not root");
		return;
	}
	put_file("out", "", 0666);
	run((char *[]){ "/bin/sh", "-c", "echo $(id -u) $(id -g) $(id -G) >out", NULL }, NULL, &(struct cred){ .uid = 1, .gid = 3 });
	t_str("cred: applied, and no other groups", text_of("out"), "1 3 3\n");
	put_file("secret", "#!/bin/sh\n", 0700);
	t_int("cred: exec as that user", run((char *[]){ "./secret", NULL }, NULL, &(struct cred){ .uid = 1, .gid = 1 }), -EACCES);
}

int main(void)
{
	char dir[] = "/tmp/test_child.XXXXXX", cmd[64];

	if (!mkdtemp(dir) || chdir(dir) || chmod(dir, 0755))
		return 1;
	signal(SIGPIPE, SIG_IGN);
	if (loop_open(&loop) || child_open(&sigs) || loop_add(&loop, &sigs))
		return 1;
	starting();
	surroundings();
	ending();
	orphans();
	creds();
	child_close(&sigs);
	loop_close(&loop);
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
