/* test_file.c - files of ours, against a real directory. */
#include <errno.h>
#include <sched.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "file_kit.h"
#include "netns.h"
#include "t.h"

static void directories(void)
{
	struct stat st;

	umask(022);
	t_int("mkdir: new", file_mkdir("run"), 0);
	t_case(!stat("run", &st) && (st.st_mode & 07777) == 0755, "mkdir: 0755", "mode %o", st.st_mode);
	t_int("mkdir: there already", file_mkdir("run"), 0);
	put_file("plain", "", 0644);
	t_int("mkdir: a file has the name", file_mkdir("plain"), -ENOTDIR);
	t_int("mkdir: one level only", file_mkdir("no/such"), -ENOENT);
}

static void replacing(void)
{
	struct stat st;

	umask(077);
	t_int("replace: new", file_replace("state", "STATE=MASTER\n", 13), 0);
	t_str("replace: text", text_of("state"), "STATE=MASTER\n");
	t_case(!stat("state", &st) && (st.st_mode & 07777) == 0644, "replace: 0644 whatever the umask", "mode %o", st.st_mode);
	t_int("replace: over", file_replace("state", "B\n", 2), 0);
	t_str("replace: shorter text", text_of("state"), "B\n");
	put_file("victim", "", 0644);
	if (symlink("victim", "state.new"))
		perror("symlink");
	t_int("replace: a link in the way", file_replace("state", "C\n", 2), 0);
	t_str("replace: the link's target is safe", text_of("victim"), "");
	t_str("replace: and the text is ours", text_of("state"), "C\n");
	t_int("replace: no directory", file_replace("no/such", "x", 1), -ENOENT);
	t_int("replace: onto a directory", file_replace("run", "x", 1), -EEXIST);
	mkfifo("pipe", 0600);
	t_int("replace: onto what is no plain file", file_replace("pipe", "x", 1), -EEXIST);
	t_int("replace: it stays", access("pipe", F_OK), 0);
	t_int("replace: nothing is left beside it", access("pipe.new", F_OK), -1);
	t_case(access("run.new", F_OK) < 0, "replace: nothing left behind", "run.new is there");
	umask(022);
}

static void full_disk(void)
{
	static char much[1 << 16];

	file_mkdir("small");
	if (netns_unshare(CLONE_NEWNS) ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) || mount("none", "small", "tmpfs", 0, "size=8k")) {
		t_skip("replace: full disk", "no mount namespace of our own");
		return;
	}
	file_replace("small/state", "old\n", 4);
	t_int("replace: full disk", file_replace("small/state", much, sizeof much), -ENOSPC);
	t_str("replace: full disk keeps the old text", text_of("small/state"), "old\n");
	t_case(access("small/state.new", F_OK) < 0, "replace: full disk leaves nothing", "state.new is there");
	umount("small");
}

/* What pidfile_open says in another process: 0, or the error; 100 + error when the owner was wrong too. */
static int other_process(const char *path, long owner)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		long seen = -1;
		int fd = pidfile_open(path, &seen);

		_exit(fd >= 0 ? 0 : seen == owner ? -fd : 100 - fd);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void pid_files(void)
{
	long owner = -1;
	int fd, fd2, fd3;
	char want[32];
	pid_t pid;

	put_file("vrrpd.pid", "", 0644);
	fd = pidfile_open("vrrpd.pid", &owner);
	t_case(fd >= 0, "pidfile: a stale file does not stop us", "%d", fd);
	t_int("pidfile: owner not yet known", other_process("vrrpd.pid", 0), EAGAIN);
	t_int("pidfile: write", pidfile_write(fd, 4000000), 0);
	t_int("pidfile: write again", pidfile_write(fd, getpid()), 0);
	snprintf(want, sizeof want, "%ld\n", (long)getpid());
	t_str("pidfile: text", text_of("vrrpd.pid"), want);
	t_int("pidfile: held, and by whom", other_process("vrrpd.pid", getpid()), EAGAIN);
	t_int("pidfile: held against ourselves too", pidfile_open("vrrpd.pid", &owner), -EAGAIN);

	pid = fork();	/* the way to the background: the lock stays with the one that goes on */
	if (pid == 0)
		pause();
	fd2 = dup(fd);
	close(fd);
	close(fd2);
	t_int("pidfile: the lock goes with the child", other_process("vrrpd.pid", getpid()), EAGAIN);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);

	fd = pidfile_open("vrrpd.pid", &owner);
	t_case(fd >= 0, "pidfile: free after a kill -9", "%d", fd);
	pidfile_close(fd, "vrrpd.pid");
	t_str("pidfile: removed", text_of("vrrpd.pid"), "(none)");

	fd = pidfile_open("vrrpd.pid", &owner);
	unlink("vrrpd.pid");
	fd3 = pidfile_open("vrrpd.pid", &owner);
	t_case(fd3 >= 0, "pidfile: a removed one can be made anew", "%d", fd3);
	pidfile_close(fd, "vrrpd.pid");
	t_str("pidfile: another's file is not removed", text_of("vrrpd.pid"), "");
	pidfile_close(fd3, "vrrpd.pid");
	fd = pidfile_open("pipe", &owner);
	t_case(fd >= 0, "pid file: what is no plain file can be locked", "it cannot");
	pidfile_write(fd, 7);
	pidfile_close(fd, "pipe");
	t_int("pid file: and is not removed", access("pipe", F_OK), 0);
	if (symlink("victim", "link.pid"))
		perror("symlink");
	t_int("pidfile: not through a link", pidfile_open("link.pid", &owner), -ELOOP);
	t_int("pidfile: no directory", pidfile_open("no/such", &owner), -ENOENT);
}

static void arenas(void)
{
	struct arena a;
	int i, bad = 0;
	char *p;

	arena_open(&a);
	for (i = 1; i < 3000; i++) {
		p = arena_get(&a, i);
		bad += !p || (uintptr_t)p % sizeof(void *) || p[0] || p[i - 1];
		if (p)
			memset(p, 0xff, i);
		p = arena_str(&a, "name");
		bad += !p || strcmp(p, "name");
	}
	t_int("arena: zeroed and aligned", bad, 0);
	t_case(arena_get(&a, 1 << 20) != NULL, "arena: larger than a chunk", "refused");
	t_case(arena_get(&a, SIZE_MAX - 100) == NULL, "arena: no room is NULL", "granted");
	arena_close(&a);
	t_case(!a.chunks && !a.used, "arena: closed is empty", "%zu", a.used);
	arena_close(&a);
}

static void loading(struct lex_io *io, struct arena *a)
{
	const char *why = "";
	size_t len = 0;
	char *s;

	file_replace("conf", "vrrp\0x\n", 7);
	s = io->load(io, a, "conf", &len, &why);
	t_case(s && len == 7 && !memcmp(s, "vrrp\0x\n", 8), "load: bytes and NUL", "%zu", len);
	put_file("empty", "", 0644);
	s = io->load(io, a, "empty", &len, &why);
	t_case(s && len == 0 && !*s, "load: empty", "%zu", len);
	t_case(!io->load(io, a, "none", &len, &why), "load: missing", "text");
	t_str("load: missing, why", why, "No such file or directory");
	t_case(!io->load(io, a, "run", &len, &why), "load: directory", "text");
	t_str("load: directory, why", why, "Is a directory");
	if (mkfifo("fifo", 0644))
		perror("fifo");
	t_case(!io->load(io, a, "fifo", &len, &why), "load: FIFO does not hold us", "text");
	t_str("load: FIFO, why", why, "not a regular file");
	setenv("VRRPBOX_TEST", "x", 1);
	t_str("env: set", io->env(io, "VRRPBOX_TEST"), "x");
	t_case(!io->env(io, "VRRPBOX_NOT_SET"), "env: unset", "set");
}

static const struct row { const char *name, *pattern, *want; } globs[] = {
	{ "glob: plain name",         "g/a.conf",           "g/a.conf" },
	{ "glob: nothing there",      "g/none",             "" },
	{ "glob: star, sorted",       "g/*.conf",           "g/[b.conf g/a.conf g/b.conf g/c1.conf g/c2.conf" },
	{ "glob: two stars",          "g/*c*.c*f",          "g/c1.conf g/c2.conf" },
	{ "glob: star takes nothing", "g/a*.conf",          "g/a.conf" },
	{ "glob: question mark",      "g/c?.conf",          "g/c1.conf g/c2.conf" },
	{ "glob: set",                "g/[ab].conf",        "g/a.conf g/b.conf" },
	{ "glob: range",              "g/c[0-1].conf",      "g/c1.conf" },
	{ "glob: not in set",         "g/c[!1].conf",       "g/c2.conf" },
	{ "glob: ] first in a set",   "g/[]b].conf",        "g/b.conf" },
	{ "glob: - last in a set",    "g/[b-].conf",        "g/b.conf" },
	{ "glob: [ without ]",        "g/[b.conf",          "g/[b.conf" },
	{ "glob: escaped star",       "g/\\*.x",            "g/*.x" },
	{ "glob: in directories",     "g/d*/*.conf",        "g/d1/x.conf g/d2/x.conf g/d2/y.conf" },
	{ "glob: star before a name", "*/d1/x.conf",        "g/d1/x.conf" },
	{ "glob: double slash",       "g//*1/x.conf",       "g//d1/x.conf" },
	{ "glob: no hidden files",    "g/*hidden*",         "" },
	{ "glob: hidden when named",  "g/.h*",              "g/.hidden" },
	{ "glob: no directories",     "g/d*",               "" },
	{ "glob: no executables",     "g/exec*",            "" },
	{ "glob: dot dot",            "g/d1/../a.c*",       "g/d1/../a.conf" },
	{ "glob: many stars end",     "g/*a*a*a*a*a*a*a*a*a*a*a*a*a*b", "" },
	{ "glob: empty",              "",                   "" },
};

static void globbing(struct lex_io *io, struct arena *a)
{
	static const char *const files[] = {
		"g/c2.conf", "g/a.conf", "g/c1.conf", "g/b.conf", "g/.hidden", "g/*.x", "g/y.x", "g/[b.conf",
		"g/d1/x.conf", "g/d2/y.conf", "g/d2/x.conf", "g/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaac"
	};
	char got[1024], long_one[5000];
	unsigned i, k, n;
	char **v;

	file_mkdir("g");
	file_mkdir("g/d1");
	file_mkdir("g/d2");
	for (i = 0; i < sizeof files / sizeof *files; i++)
		put_file(files[i], "", 0644);
	put_file("g/exec.conf", "", 0755);
	unlink("g/exec.conf");
	put_file("g/exec", "", 0755);
	for (i = 0; i < sizeof globs / sizeof *globs; i++) {
		v = io->glob(io, a, globs[i].pattern, &n);
		for (*got = k = 0; k < n; k++)
			snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", k ? " " : "", v[k]);
		t_str(globs[i].name, got, globs[i].want);
	}
	memset(long_one, 'x', sizeof long_one);
	long_one[sizeof long_one - 1] = 0;
	io->glob(io, a, long_one, &n);
	t_int("glob: longer than a path", n, 0);
	memset(long_one, '/', sizeof long_one - 1);
	io->glob(io, a, long_one, &n);
	t_int("glob: slashes only", n, 0);
}

int main(void)
{
	char dir[] = "/tmp/test_file.XXXXXX", cmd[64];
	struct lex_io io = { 0 };
	struct arena a;

	if (!mkdtemp(dir) || chdir(dir))
		return 1;
	directories();
	replacing();
	pid_files();
	arenas();
	arena_open(&a);
	file_lex_io(&io);
	loading(&io, &a);
	globbing(&io, &a);
	arena_close(&a);
	full_disk();
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
