/* test_sandbox.c - what a process can still do behind priv, fence and filter: each row is tried by a child of its own. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fence.h"
#include "file_kit.h"
#include "filter.h"
#include "order.h"
#include "priv.h"
#include "t.h"

enum { KILLED = 1000 };		/* more than any errno: the process ended by SIGSYS */

static int done(long result)
{
	return result < 0 ? errno : 0;
}

static int try_exec(void) { return done(syscall(SYS_execve, "/bin/true", (char *[]){ "true", NULL }, (char *[]){ NULL })); }
static int try_execveat(void) { return done(syscall(SYS_execveat, AT_FDCWD, "/bin/true", (char *[]){ "true", NULL }, NULL, 0)); }
static int try_clone(void) { return done(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0)); }
static int try_ptrace(void) { return done(syscall(SYS_ptrace, PTRACE_ATTACH, getppid(), 0, 0)); }
static int try_mount(void) { return done(syscall(SYS_mount, "x", "/mnt", "tmpfs", 0, NULL)); }
static int try_setns(void) { return done(syscall(SYS_setns, 0, 0)); }
static int try_unshare(void) { return done(syscall(SYS_unshare, CLONE_NEWUSER)); }
static int try_bpf(void) { return done(syscall(SYS_bpf, 0, NULL, 0)); }
static int try_module(void) { return done(syscall(SYS_init_module, NULL, 0, "")); }
static int try_peek(void) { return done(syscall(SYS_process_vm_readv, getppid(), NULL, 0, NULL, 0, 0)); }
static int try_fchmodat(void) { return done(syscall(SYS_fchmodat, AT_FDCWD, "/etc/passwd", 0666)); }
static int try_link(void) { return done(syscall(SYS_linkat, AT_FDCWD, "here/file", AT_FDCWD, "here/link", 0)); }
static int try_setuid(void) { return done(syscall(SYS_setuid, 1)); }
static int try_kill(void) { return done(syscall(SYS_kill, getppid(), SIGKILL)); }
static int try_tgkill(void) { return done(syscall(SYS_tgkill, getppid(), getppid(), SIGKILL)); }
static int try_alive(void) { return done(syscall(SYS_tgkill, getpid(), getpid(), 0)); }
static int try_jit(void) { return done(mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0); }
static int try_mprotect(void) { return done(syscall(SYS_mprotect, (long)&try_jit & -4096l, 4096, PROT_READ | PROT_WRITE | PROT_EXEC)); }
static int try_device(void) { return done(syscall(SYS_mknodat, AT_FDCWD, "here/dev", S_IFCHR | 0600, 0x101)); }
static int try_fifo(void) { return done(syscall(SYS_mknodat, AT_FDCWD, "here/fifo", S_IFIFO | 0600, 0)); }
static int try_raw(void) { return done(socket(AF_INET, SOCK_RAW, 112)); }
static int try_read(void) { return done(open("/etc/passwd", O_RDONLY)); }
static int try_write(void) { return done(open("/etc/passwd", O_WRONLY)); }
static int try_truncate(void) { return done(open("there/file", O_RDONLY | O_TRUNC)); }
static int try_make(void) { return done(open("there/new", O_WRONLY | O_CREAT, 0644)); }
static int try_remove(void) { return done(unlink("there/file")); }
static int try_move(void) { return done(rename("here/file", "there/moved")); }
static int try_here(void) { return done(open("here/new", O_WRONLY | O_CREAT | O_TRUNC, 0644)); }
static int try_swap(void) { return done(rename("here/file", "here/file2")); }
static int try_statfs(void) { struct statfs s; return done(statfs("here", &s)); }
static int try_lchown(void) { return done(lchown("here", -1, -1)); }
static int try_others(void) { return done(open("private/file", O_RDONLY)); }

static const struct row {
	const char *what;
	int (*try)(void);
	int err;		/* errno, KILLED, 0 */
	int files;		/* asks for Landlock, of this version */
} rows[] = {
	{ "exec",                           try_exec,     KILLED, 0 },
	{ "exec by descriptor",             try_execveat, KILLED, 0 },
	{ "fork",                           try_clone,    KILLED, 0 },
	{ "ptrace",                         try_ptrace,   KILLED, 0 },
	{ "mount",                          try_mount,    KILLED, 0 },
	{ "setns",                          try_setns,    KILLED, 0 },
	{ "unshare",                        try_unshare,  KILLED, 0 },
	{ "bpf",                            try_bpf,      KILLED, 0 },
	{ "a kernel module",                try_module,   KILLED, 0 },
	{ "others' memory",                 try_peek,     KILLED, 0 },
	{ "chmod",                          try_fchmodat, ENOSYS, 0 },
	{ "a hard link",                    try_link,     ENOSYS, 0 },
	{ "setuid",                         try_setuid,   ENOSYS, 0 },
	{ "kill",                           try_kill,     ENOSYS, 0 },
	{ "tgkill",                         try_tgkill,   ENOSYS, 0 },
	{ "tgkill with nothing: is it there?", try_alive, 0,      false },
#ifndef __s390x__
	{ "memory that can be run",         try_jit,      ENOSYS, 0 },
#endif
	{ "code that can be written",       try_mprotect, ENOSYS, 0 },
	{ "a device",                       try_device,   ENOSYS, 0 },
	{ "a FIFO",                         try_fifo,     0,      false },
	{ "a raw socket",                   try_raw,      0,      false },
	{ "read /etc/passwd",               try_read,     0,      false },
	{ "write /etc/passwd",              try_write,    EACCES, 1 },
	{ "truncate elsewhere",             try_truncate, EACCES, 3 },
	{ "make elsewhere",                 try_make,     EACCES, 1 },
	{ "remove elsewhere",               try_remove,   EACCES, 1 },
	{ "move elsewhere",                 try_move,     EACCES,  true },
	{ "make where it may",              try_here,     0,      true },
	{ "rename where it may",            try_swap,     0,      true },
	{ "what file system is it?",        try_statfs,   0,      0 },
	{ "a link's owner",                 try_lchown,   0,      0 },
	{ "a file of another, closed",      try_others,   EACCES, 0 },
};

static long landlock(void)
{
#ifdef SYS_landlock_create_ruleset
	return syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, 1);
#else
	return 0;
#endif
}

/* What vrrpd does, in its order. */
static bool shut(bool *files)
{
	int fd = fence_open();

	*files = fd >= 0;
	fence_allow(fd, "here");
	if (priv_drop(&(uint64_t){ 1ull << CAP_NET_RAW }))
		return false;
	if (fd >= 0 && fence_shut(fd))
		return false;
	return !filter_shut();
}

static int tried(const struct row *r)
{
	int status, p[2] = { -1, -1 }, err = -1;
	bool files = false;
	pid_t pid;

	if (pipe(p))
		return -1;
	pid = fork();
	if (!pid) {
		if (landlock() < r->files || !shut(&files) || (r->files && !files))
			_exit(77);
		err = r->try();
		if (write(p[1], &err, sizeof err) < 0)
			_exit(1);
		_exit(0);
	}
	close(p[1]);
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		err = WTERMSIG(status) == SIGSYS ? KILLED : -1;
	else if (WEXITSTATUS(status) == 77)
		err = -77;
	else if (read(p[0], &err, sizeof err) != sizeof err)
		err = -1;
	close(p[0]);
	return err;
}

/* The capabilities of a child that kept some. */
static void capabilities(void)
{
	char caps[128] = "", want[] = "0000000000002000 0000000000002000 0000000000002000 1";
	int p[2];

	if (pipe(p))
		return;
	if (!fork()) {
		dup2(p[1], 1);
		if (priv_drop(&(uint64_t){ 1ull << CAP_NET_RAW }))
			_exit(1);
		syscall(SYS_execve, "/bin/sh", (char *[]){ "sh", "-c", "set -- $(awk '/^Cap(Prm|Eff|Bnd)|^NoNewPrivs/ { print $2 }' "
		        "/proc/self/status); echo $*", NULL }, environ);
		_exit(1);
	}
	close(p[1]);
	if (read(p[0], caps, sizeof caps - 1) < 0)
		*caps = 0;
	wait(NULL);
	caps[strcspn(caps, "\n")] = 0;
	t_str("priv: what is left, even by an exec as root", caps, want);
}

static void counted(void)
{
	int number = -1, p[2] = { -1, -1 };
	bool files;
	unsigned n;

	if (pipe(p))
		return;
	if (!fork()) {
		if (!shut(&files))
			_exit(1);
		for (int i = 0; i < 3; i++)
			syscall(SYS_sync);
		n = filter_refused(&number);
		if (n != 3 || number != SYS_sync || write(p[1], "", 1) < 0)
			_exit(1);
		_exit(0);
	}
	close(p[1]);
	t_int("filter: refused calls are counted, and the program goes on", read(p[0], &number, 1), 1);
	wait(NULL);
	close(p[0]);
}

static void words(void)
{
	char *const a[] = { "a b", "c", NULL }, *const b[] = { "a", "b c", NULL }, *const one[] = { "a", NULL };

	t_case(order_words(a) != order_words(b), "order: where words end counts", "the same");
	t_case(order_words(one) == order_word("a"), "order: one word", "differs");
	t_case(order_word("a") != order_word("b"), "order: words differ", "the same");
}

int main(void)
{
	char dir[] = "/tmp/test_sandbox.XXXXXX", cmd[64];
	int err;

	words();
	if (geteuid()) {
		t_skip("sandbox", "not root");
		T_END;
	}
#ifdef __SANITIZE_ADDRESS__
	t_skip("filter", "the sanitizer makes calls of its own");
	capabilities();
	T_END;
#endif
	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	if (mkdir("here", 0755) || mkdir("there", 0755) || mkdir("private", 0700))
		return 1;
	put_file("here/file", "x", 0644);
	put_file("there/file", "x", 0644);
	put_file("private/file", "x", 0600);
	if (chown("private/file", 1, 1) || chown("private", 1, 1))
		return 1;
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		err = tried(&rows[i]);
		if (err == -77)
			t_skip(rows[i].what, "this kernel cannot limit it");
		else
			t_int(rows[i].what, err, rows[i].err);
	}
	capabilities();
	counted();
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
