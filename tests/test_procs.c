/*
 * test_procs.c - real processes, watched in each of the three ways: events of the kernel (initial namespaces only), pidfds
 * (a network namespace of our own), looking alone (pidfd_open taken away by seccomp).
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include "file.h"
#include "netns.h"
#include "procs.h"
#include "t.h"

enum { KIDS = 12 };

static struct loop loop, slow;
static struct heap heap;
static struct timer *timers[8];
static struct arena arena;
static struct procs procs;
static const char *way;		/* how we watch, before every name */
static char dir[] = "/tmp/test_procs.XXXXXX", self[512];
static pid_t kids[KIDS];
static unsigned told;

/* ---- the process that is watched: does what signals say ---- */

static volatile sig_atomic_t asked;

static void on_signal(int sig)
{
	asked = sig;
}

static void *idle(void *arg)
{
	for (;;)
		pause();
	return arg;
}

static void be_watched(void)
{
	static const int sigs[] = { SIGUSR1, SIGUSR2, SIGHUP, SIGALRM };
	struct sigaction a = { .sa_handler = on_signal };
	pthread_t t;
	sigset_t set, old;
	pid_t self_pid;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&set);
	for (unsigned i = 0; i < 4; i++) {
		sigaddset(&set, sigs[i]);
		sigaction(sigs[i], &a, NULL);
	}
	sigprocmask(SIG_BLOCK, &set, &old);
	if (write(3, "x", 1) < 0)		/* ready */
		_exit(1);
	for (;;) {
		sigsuspend(&old);
		if (asked == SIGUSR1)
			execl("vbx-two", "vbx-two", "wait", NULL);
		if (asked == SIGUSR2)
			prctl(PR_SET_NAME, "vbx-three");
		self_pid = getpid();
		if (asked == SIGHUP && fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			if (getppid() != self_pid)	/* it has ended meanwhile */
				_exit(0);
		}
		if (asked == SIGALRM)
			pthread_create(&t, NULL, idle, NULL);
		asked = 0;
	}
}

/* Returns when it runs under that name. */
static pid_t start(const char *file, const char *name, const char *word)
{
	int p[2];
	char c;
	pid_t pid;

	if (pipe(p) < 0 || (pid = fork()) < 0)
		return -1;
	if (!pid) {
		dup2(p[1], 3);
		execl(file, name, "wait", word, NULL);
		_exit(1);
	}
	close(p[1]);
	if (read(p[0], &c, 1) != 1)
		perror("start");
	close(p[0]);
	return pid;
}

static void reap(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

/* ---- the watcher ---- */

static void changed(struct proc_watch *w, usec now)
{
	(void)w;
	(void)now;
	told++;
}

static void turn(usec until)
{
	usec now, next = heap_next(&heap);
	struct timer *t;

	loop_turn(&loop, next < until ? next : until, &now);
	while ((t = heap_due(&heap, now)))
		t->fire(t, now);
}

/* Turn until the count is known to be that; 10 s at most. */
static void settles(const char *name, const struct proc_watch *w, unsigned want)
{
	usec began = clock_now(), until = began + 10 * SEC;
	char full[96];

	while ((!procs_known(w) || w->count != want) && clock_now() < until)
		turn(until);
	snprintf(full, sizeof full, "%s: %s", way, name);
	t_case(procs_known(w) && w->count == want, full, "known %d, count %u, want %u", procs_known(w), w->count, want);
	if (getenv("T_TIMES"))
		printf("# %s: %lld us\n", full, (long long)(clock_now() - began));
}

/* A whole scan later it is still that. */
static void stays(const char *name, const struct proc_watch *w, unsigned want)
{
	uint8_t gen = procs.gen;
	usec until = clock_now() + 10 * SEC;

	heap_set(&heap, &procs.scan, 0);
	while ((uint8_t)(procs.gen - gen) < 2 && clock_now() < until) {
		turn(until);
		if (procs.dir < 0)
			heap_set(&heap, &procs.scan, 0);
	}
	settles(name, w, want);
}

static unsigned descriptors(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void all_cases(void)
{
	struct proc_watch one = { .p.name = "vbx-one", .changed = changed }, two = { .p.name = "vbx-two" }, three = { .p.name = "vbx-three" };
	struct proc_watch also = { .p.name = "vbx-one" }, path = { .p.name = NULL }, words = { .p = { "vbx-one", (char *[]){ "wait", "5", NULL }, PARAM_EXACT, true } };
	struct proc_watch us = { .p.name = "test_procs" };
	unsigned fds = descriptors();
	char name[600];
	pid_t pid;

	snprintf(name, sizeof name, "%s/vbx-copy", dir);
	path.p.name = name;
	t_int(way, procs_watch(&procs, &one), 0);
	t_int(way, procs_known(&one), false);
	told = 0;
	settles("none runs", &one, 0);
	t_int("told when it is known", told, 1);
	procs_watch(&procs, &two);
	procs_watch(&procs, &three);
	procs_watch(&procs, &path);
	procs_watch(&procs, &words);
	procs_watch(&procs, &us);
	settles("others: none runs", &us, 0);

	pid = start("vbx-one", "vbx-one", NULL);
	settles("started", &one, 1);
	t_int("its pid", one.pid, pid);
	procs_watch(&procs, &also);
	settles("a second watch of it", &also, 1);
	stays("still there", &one, 1);
	kill(pid, SIGALRM);
	usleep(20000);
	stays("a thread is none", &one, 1);
	kill(pid, SIGUSR2);
	settles("renamed: gone", &one, 0);
	settles("renamed: the second watch", &also, 0);
	settles("renamed: there", &three, 1);
	kill(pid, SIGUSR1);
	settles("exec: there", &two, 1);
	settles("exec: gone", &three, 0);
	kill(pid, SIGKILL);
	settles("killed, a zombie", &two, 0);
	stays("still a zombie", &two, 0);
	waitpid(pid, NULL, 0);

	pid = start("vbx-one", "vbx-one", NULL);
	settles("started again", &one, 1);
	kill(pid, SIGHUP);
	settles("it forks", &one, 2);
	reap(pid);
	settles("both end", &one, 0);

	pid = start("vbx-copy", "odd", NULL);
	settles("by its path", &path, 1);
	unlink("vbx-copy");
	stays("by its path, replaced", &path, 1);
	reap(pid);
	settles("by its path, ended", &path, 0);
	snprintf(name, sizeof name, "cp %s vbx-copy", self);
	if (system(name))
		t_case(0, "cp", "failed");

	kids[0] = start("vbx-one", "vbx-one", "5");
	kids[1] = start("vbx-one", "vbx-one", "6");
	settles("by its words", &words, 1);
	settles("by its name, both", &one, 2);
	t_int("the lower pid", one.pid, kids[0] < kids[1] ? kids[0] : kids[1]);
	reap(kids[0]);
	settles("by its words, ended", &words, 0);
	settles("the other one lives", &one, 1);
	reap(kids[1]);

	for (int i = 0; i < KIDS; i++)
		kids[i] = start("vbx-one", "vbx-one", NULL);
	settles("twelve", &one, KIDS);
	for (int i = 0; i < KIDS; i++)
		kill(kids[i], SIGKILL);
	settles("none of twelve", &one, 0);
	for (int i = 0; i < KIDS; i++)
		reap(kids[i]);

	procs_unwatch(&procs, &two);
	procs_unwatch(&procs, &two);
	procs_unwatch(&procs, &path);
	procs_unwatch(&procs, &words);
	procs_unwatch(&procs, &us);
	procs_unwatch(&procs, &three);
	procs_unwatch(&procs, &also);
	pid = start("vbx-one", "vbx-one", NULL);
	settles("others unwatched: started", &one, 1);
	procs_unwatch(&procs, &one);
	t_int("unwatched: nothing is known", procs.nknown, 0);
	t_int("unwatched: nothing is open", descriptors(), fds);
	t_int("unwatched: no timer", heap_next(&heap) == USEC_NEVER, true);
	procs_watch(&procs, &one);
	settles("watched again", &one, 1);
	procs_close(&procs);
	t_int("closed: nothing is open", descriptors(), fds);
	reap(pid);
}

/* More events than the socket holds: those that are lost are found out. */
static void storm(void)
{
	struct proc_watch one = { .p.name = "vbx-one" };
	int size = 1;
	pid_t pid, other;

	procs_watch(&procs, &one);
	pid = start("vbx-one", "vbx-one", NULL);
	settles("before the storm", &one, 1);
	setsockopt(procs.src.fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
	for (int i = 0; i < 500; i++) {
		kids[0] = fork();
		if (!kids[0])
			_exit(0);
		waitpid(kids[0], NULL, 0);
	}
	other = start("vbx-one", "vbx-one", NULL);
	reap(pid);
	pid = start("vbx-one", "vbx-one", NULL);
	settles("events were lost", &one, 2);
	reap(pid);
	reap(other);
	settles("after the storm", &one, 0);
	procs_close(&procs);
}

/* Ten thousand processes that fit come and go while we look: nothing is left in the table. */
static void many(void)
{
	struct proc_watch one = { .p.name = "vbx-one" };
	usec until = clock_now() + 60 * SEC, now;
	int left = 10000;

	prctl(PR_SET_NAME, "vbx-one");
	kids[0] = fork();
	if (!kids[0]) {
		prctl(PR_SET_NAME, "vbx-one");
		for (int i = 0; i < left; i++) {
			pid_t k = fork();

			if (!k)
				_exit(0);
			waitpid(k, NULL, 0);
		}
		_exit(0);
	}
	prctl(PR_SET_NAME, "test_procs");
	procs_watch(&procs, &one);
	do
		turn(clock_now() + 10 * MS);
	while (!waitpid(kids[0], NULL, WNOHANG) && (now = clock_now()) < until);
	settles("ten thousand later", &one, 0);
	t_int("ten thousand later: the table", procs.nknown, 0);
	procs_close(&procs);
}

static void run(const char *name, enum procs_how how)
{
	struct proc_watch probe = { .p.name = "x" };

	way = name;
	procs_init(&procs, &slow, &heap, &arena);
	procs_watch(&procs, &probe);
	if (procs.how != how) {
		t_skip(name, procs.how == PROCS_SCAN ? "the kernel has no pidfds" : "no events here");
		procs_close(&procs);
		return;
	}
	procs_close(&procs);
	all_cases();
	many();
	if (how == PROCS_EVENTS)
		storm();
	procs_close(&procs);
}

static bool no_pidfds(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 434, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof code / sizeof *code, code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) && !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog);
}

static void once(void)
{
	struct proc_watch w = { .p.name = "vbx-one" };
	bool blind = true;
	pid_t a, b;

	t_int("once: none", procs_count(&w, &blind), 0);
	t_int("once: none, count", w.count, 0);
	if (!geteuid())
		t_int("once: root sees all", blind, false);
	a = start("vbx-one", "vbx-one", NULL);
	b = start("vbx-one", "vbx-one", NULL);
	kill(a, SIGKILL);
	waitid(P_PID, a, NULL, WEXITED | WNOWAIT);
	procs_count(&w, &blind);
	t_int("once: one, and a zombie", w.count, 1);
	t_int("once: its pid", w.pid, b);
	reap(a);
	reap(b);
	w.p.name = "test_procs";
	procs_count(&w, &blind);
	t_int("once: not ourselves", w.count, 0);
}

/* Inside a process namespace of its own, whose /proc hides what is not ours: status 0: as it should be. */
static int behind_a_curtain(void)
{
	struct proc_watch w = { .p.name = "vbx-one" };
	bool blind = false;
	pid_t pid = start("vbx-one", "vbx-one", NULL);
	int status;

	if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("proc", "/proc", "proc", 0, "hidepid=2"))
		return 77;
	if (procs_count(&w, &blind) || w.count != 1 || blind)
		return 2;
	if (fork() == 0) {
		if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) || setresuid(65534, 65534, 65534))
			_exit(77);
		_exit(procs_count(&w, &blind) || w.count || !blind ? 3 : 0);
	}
	wait(&status);
	reap(pid);
	return WEXITSTATUS(status);
}

static void hidepid(void)
{
	int status = 77 << 8;
	pid_t pid = fork();

	if (!pid) {
		if (unshare(CLONE_NEWNS | CLONE_NEWPID))
			_exit(77);
		if (fork() == 0)
			_exit(behind_a_curtain());
		wait(&status);
		_exit(WEXITSTATUS(status));
	}
	waitpid(pid, &status, 0);
	if (WEXITSTATUS(status) == 77)
		t_skip("hidepid", "not root");
	else
		t_int("hidepid: root sees, others know that they do not", WEXITSTATUS(status), 0);
}

/* The other build's run has processes of the same names. */
static void alone(void)
{
	int fd = open("/tmp/test_procs.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0666);

	if (fd >= 0)
		flock(fd, LOCK_EX);		/* until we end */
}

int main(int argc, char **argv)
{
	char cmd[600];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (argc > 1 && !strcmp(argv[1], "wait"))
		be_watched();
	setvbuf(stdout, NULL, _IOLBF, 0);
	alone();
	prctl(PR_SET_NAME, "test_procs");
	snprintf(cmd, sizeof cmd, "cp %s vbx-copy", self);
	if (n <= 0 || !mkdtemp(dir) || chdir(dir) || symlink(self, "vbx-one") || symlink(self, "vbx-two") || system(cmd))
		return 1;
	if (loop_open(&loop) || loop_open_slow(&slow, &loop))
		return 1;
	heap_init(&heap, timers, 8);
	arena_open(&arena);
	once();
	hidepid();
	run("events", PROCS_EVENTS);
	if (netns_unshare(CLONE_NEWNET))
		t_skip("pidfds", "no permission to make a network namespace");
	else
		run("pidfds", PROCS_PIDFD);
	if (!no_pidfds())
		t_skip("looking", "no seccomp");
	else if (procs.how != PROCS_EVENTS)
		run("looking", PROCS_SCAN);
	loop_close(&slow);
	loop_close(&loop);
	arena_close(&arena);
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
