/* test_watch.c - small files by name, against a real directory: who is told of what, what is read, what is written. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_kit.h"
#include "t.h"
#include "watch.h"

enum { FLOOD = 20000 };

static struct loop loop;
static struct watches all = { .loop = &loop };
static unsigned told[2];
static struct watch w[2];

static void changed0(struct watch *x, usec now)
{
	(void)x, (void)now;
	told[0]++;
}

static void changed1(struct watch *x, usec now)
{
	(void)x, (void)now;
	told[1]++;
}

/* Everything that waits is told; then the owner looks again, as it should. Returns a bit for each that was told. */
static int news(void)
{
	usec now;
	int bits;

	told[0] = told[1] = 0;
	while (loop_turn(&loop, 0, &now) > 0)
		;
	bits = (told[0] > 0) + 2 * (told[1] > 0);
	for (int i = 0; i < 2; i++)
		if (bits >> i & 1)
			watch_arm(&all, &w[i]);
	return bits;
}

static void is(const char *name, int want)
{
	t_int(name, news(), want);
}

static void telling(void)
{
	w[0] = (struct watch){ .path = "d/a", .changed = changed0 };
	w[1] = (struct watch){ .path = "d/b", .changed = changed1 };
	t_str("no directory", watch_arm(&all, &w[0]), "its directory cannot be watched");
	mkdir("d", 0755);
	t_case(!watch_arm(&all, &w[0]) && !watch_arm(&all, &w[1]), "both are watched, though not there", "they are not");
	is("nothing has happened", 0);
	put_file("d/a", "1\n", 0644);
	is("created", 1);
	put_file("d/c", "1\n", 0644);
	is("another name", 0);
	put_file("d/a", "2\n", 0644);
	is("written", 1);
	chmod("d/a", 0600);
	is("mode", 1);
	rename("d/c", "d/b");
	is("renamed onto it", 2);
	rename("d/b", "d/a");
	is("one becomes the other", 3);
	if (link("d/a", "other"))
		perror("link");
	news();
	put_file("other", "3\n", 0644);
	is("written by another name", 1);
	unlink("d/a");
	is("removed", 1);
	rename("d", "was");
	is("its directory is moved", 3);
	mkdir("d", 0755);
	t_case(!watch_arm(&all, &w[0]) && !watch_arm(&all, &w[1]), "another directory", "it is not watched");
	put_file("d/b", "1\n", 0644);
	is("and a file in it", 2);
	put_file("was/a", "1\n", 0644);
	is("not one in the old", 0);
	if (atoi(text_of("/proc/sys/fs/inotify/max_queued_events")) <= FLOOD) {
		put_file("d/x0", "", 0644);
		for (int i = 0; i < FLOOD; i++)			/* two events each */
			rename(i % 2 ? "d/x1" : "d/x0", i % 2 ? "d/x0" : "d/x1");
		is("events were lost: all are told", 3);
	} else {
		t_skip("events were lost", "fs.inotify.max_queued_events is high");
	}
	put_file("d/a", "9\n", 0644);
	is("told again after that", 1);
	watch_drop(&all, &w[0]);
	put_file("d/a", "1\n", 0644);
	is("dropped: not told", 0);
	put_file("d/b", "2\n", 0644);
	is("the other one still is", 2);
	watch_drop(&all, &w[0]);
	watch_drop(&all, &w[1]);
}

/* A name that is a file for one and a directory for the other. */
static void both(void)
{
	w[0] = (struct watch){ .path = "d/a", .changed = changed0 };
	w[1] = (struct watch){ .path = "d", .changed = changed1 };
	unlink("d/a");
	watch_arm(&all, &w[0]);
	watch_arm(&all, &w[1]);
	rename("was/a", "d/a");
	t_case(news() & 1, "a directory that is a file of another: still told", "not told");
	watch_drop(&all, &w[0]);
	watch_drop(&all, &w[1]);
}

static void where(void)
{
	if (symlink("d", "way"))
		perror("symlink");
	w[0] = (struct watch){ .path = "way/a", .changed = changed0 };
	t_str("through a link", watch_arm(&all, &w[0]), "a symbolic link leads to its directory");
	w[0].path = "/proc/self/oom_score_adj";
	t_str("/proc", watch_arm(&all, &w[0]), "this file system tells of no changes");
	watch_drop(&all, &w[0]);
}

static void reading(void)
{
	char buf[8];

	put_file("n", "1234567890", 0644);
	t_int("read: as much as there is room for", watch_read("n", buf, sizeof buf), 7);
	t_str("read: ended", buf, "1234567");
	put_file("n", "", 0644);
	t_int("read: empty", watch_read("n", buf, sizeof buf), 0);
	t_int("read: not there", watch_read("no", buf, sizeof buf), -ENOENT);
	t_str("read: nothing then", buf, "");
	t_int("read: a directory", watch_read("d", buf, sizeof buf), -EINVAL);
	t_int("read: a device is not opened", watch_read("/dev/null", buf, sizeof buf), -EINVAL);
	mkfifo("pipe", 0644);
	t_int("read: nor a pipe", watch_read("pipe", buf, sizeof buf), -EINVAL);
}

static void writing(void)
{
	put_file("n", "1\n", 0644);
	t_int("write: there already", watch_write("n", "22\n", 3, false), -EEXIST);
	t_str("write: as it was", text_of("n"), "1\n");
	t_int("write: over", watch_write("n", "22\n", 3, true), 0);
	t_str("write: text", text_of("n"), "22\n");
	t_int("write: new", watch_write("new", "3\n", 2, false), 0);
	t_str("write: new text", text_of("new"), "3\n");
	if (symlink("n", "link"))
		perror("symlink");
	t_int("write: not through a link", watch_write("link", "4\n", 2, true), -ELOOP);
	t_int("write: nor this way", watch_write("link", "4\n", 2, false), -EEXIST);
	t_str("write: the link's target is safe", text_of("n"), "22\n");
	t_int("write: no directory", watch_write("no/n", "1", 1, true), -ENOENT);
}

int main(void)
{
	char dir[] = "/tmp/test_watch.XXXXXX", cmd[64];

	if (!mkdtemp(dir) || chdir(dir) || loop_open(&loop))
		return 1;
	telling();
	both();
	where();
	reading();
	writing();
	watch_close(&all);
	watch_close(&all);
	snprintf(cmd, sizeof cmd, "rm -rf %s", dir);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
