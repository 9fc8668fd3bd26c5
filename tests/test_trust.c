/* test_trust.c - may somebody else change what root runs? Real files, directories and links. keepalived c.3. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file_kit.h"
#include "t.h"
#include "trust.h"

enum { OTHER = 1234 };

static char top[] = "/tmp/test_trust.XXXXXX";

static char *in_top(const char *path)
{
	static char buf[128];

	snprintf(buf, sizeof buf, "%s%s%s", top, *path ? "/" : "", path);
	return buf;
}

static void mode(const char *path, unsigned m, unsigned uid, unsigned gid)
{
	if (lchown(in_top(path), uid, gid) || (m && chmod(in_top(path), m)))
		perror(path);
}

/* want: NULL, or what stands behind the name of `about`. */
static void row(const char *name, const char *program, const char *about, const char *want)
{
	char buf[256], all[256] = "";
	const char *got = trust_why_not(program, buf, sizeof buf);

	if (want)
		snprintf(all, sizeof all, "%.48s%s", in_top(about), want);
	t_str(name, got ? got : "fine", want ? all : "fine");
}

static void files(void)
{
	char x[128];

	snprintf(x, sizeof x, "%s", in_top("d/x"));
	row("root's", x, "", NULL);
	mode("d/x", 0757, 0, 0);
	row("others write", x, "d/x", ": mode 0757, others can write to it");
	mode("d/x", 0775, 0, OTHER);
	row("a group writes", x, "d/x", ": mode 0775, others can write to it");
	mode("d/x", 0775, 0, 0);
	row("root's group writes", x, "", NULL);
	mode("d/x", 0755, OTHER, 0);
	row("another's", x, "d/x", " belongs to user 1234, not to root");
	mode("d/x", 0755, 0, OTHER);
	row("another group only reads", x, "", NULL);
	mode("d", 0777, 0, 0);
	row("its directory", x, "d", ": mode 0777, others can write to it");
	row("a file that is not there, in that", in_top("d/no"), "d", ": mode 0777, others can write to it");
	mode("d", 01777, 0, 0);
	row("a sticky directory", x, "", NULL);
	mode("d", 0755, OTHER, 0);
	row("another's directory", x, "d", " belongs to user 1234, not to root");
	mode("d", 0755, 0, 0);
	row("not there", in_top("no/x"), "", NULL);
	row("with more slashes", "//tmp///", "", NULL);
}

static void links(void)
{
	char x[128];

	if (symlink("d/x", in_top("rel")) || symlink("loop", in_top("loop")) || symlink("../open/y", in_top("d/up")) ||
	    symlink(in_top("d"), "dir"))
		perror("symlink");
	row("a link", in_top("rel"), "", NULL);
	row("a loop", in_top("loop"), "", NULL);
	mkdir(in_top("open"), 0755);
	put_file(in_top("open/y"), "", 0755);
	snprintf(x, sizeof x, "%s", in_top("d/up"));
	row("a link out of its directory", x, "", NULL);
	mode("open", 0777, 0, 0);
	row("a link to where others write", x, "d/../open", ": mode 0777, others can write to it");
	mode("rel", 0, OTHER, 0);
	row("another's link", in_top("rel"), "rel", " belongs to user 1234, not to root");
	row("a directory by a link", in_top("dir/x"), "", NULL);
	mode("d/x", 0757, 0, 0);
	row("a directory by a link: its file", in_top("dir/x"), "d/x", ": mode 0757, others can write to it");
}

static void names(void)
{
	char path[256];

	snprintf(path, sizeof path, "relative:%s", in_top("open"));
	snprintf(path + strlen(path), sizeof path - strlen(path), ":%s", in_top("d"));
	setenv("PATH", path, 1);
	row("by PATH", "x", "d/x", ": mode 0757, others can write to it");
	row("by PATH: not there", "z", "", NULL);
	row("from here", "./d/x", "./d/x", ": mode 0757, others can write to it");
	mode("open/y", 0644, 0, 0);
	row("by PATH: not a program", "y", "", NULL);
	setenv("PATH", "/usr/bin:/bin", 1);
}

int main(void)
{
	char cmd[64];

	if (geteuid()) {
		t_skip("trust", "not root");
		return 77;
	}
	if (!mkdtemp(top) || chdir(top) || chmod(top, 0755))
		return 1;
	mkdir("d", 0755);
	put_file("d/x", "", 0755);
	files();
	links();
	names();
	snprintf(cmd, sizeof cmd, "rm -rf %s", top);
	if (chdir("/") || system(cmd))
		return 1;
	T_END;
}
