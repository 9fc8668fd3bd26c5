/*
 * main.c - one binary, many names: finds the applet by the name it was called with or by the first word, and makes the
 * links. Reference: openwrt-and-friends.md, section 3.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "applet.h"
#include "file.h"
#include "out.h"

#define SELF "vrrpbox"
#define SBIN "usr/sbin"	/* where links go when nobody says otherwise, below a root directory */

static const struct applet *const applets[] = {	/* sorted by name */
#define A(name) &applet_##name,
	APPLETS
#undef A
};

enum { APPLETS_N = sizeof applets / sizeof *applets };

/* Other names that work when someone made or asked for them, and are never listed. */
static const struct alias {
	const char *name, *applet;
} aliases[] = {
	{ "keepalived", "vrrpd" },	/* in spite of --list: it must not shadow the real one */
};

enum { ALIASES = sizeof aliases / sizeof *aliases, NOT_FOUND = 127 };

static const char *base(const char *path)
{
	const char *slash = strrchr(path, '/');

	path = slash ? slash + 1 : path;
	return path + (*path == '-');	/* a login shell's dash */
}

static const struct applet *find(const char *name)
{
	int i;

	for (i = 0; i < APPLETS_N; i++)
		if (!strcmp(applets[i]->name, name))
			return applets[i];
	for (i = 0; i < ALIASES; i++)
		if (!strcmp(aliases[i].name, name))
			return find(aliases[i].applet);
	return NULL;
}

int applet_misuse(const struct applet *a, int code, const char *text, const char *word)
{
	out_err("%s: %s%s%s\nTry '%s --help'.\n", a->name, text, word ? ": " : "", word ? word : "", a->name);
	return code;
}

int applet_help(const struct applet *a)
{
	out("%s - %s\n\nUsage: ", a->name, a->brief);
	out_text(a->usage, strlen(a->usage));
	return 0;
}

int applet_version(const struct applet *a)
{
	out("%s (" SELF " " VRRPBOX_VERSION ")\n", a->name);
	return 0;
}

/* ---- links ---- */

struct dir {
	const char *path;
	struct look self;	/* the binary */
	char target[PATH_MAX];	/* its path */
	bool symbolic;
};

static int complain(const char *path, const char *what)
{
	out_err(SELF ": %s: %s\n", path, what);
	return 1;
}

/* 1 when the link is neither made nor there already. Whatever else has the name stays what it is. */
static int link_one(const struct dir *d, const char *name)
{
	char path[PATH_MAX];
	struct look l;

	if (snprintf(path, sizeof path, "%s/%s", d->path, name) >= (int)sizeof path)
		return complain(name, strerror(ENAMETOOLONG));
	if (!(d->symbolic ? symlink(d->target, path) : link(d->target, path)))
		return 0;
	if (errno != EEXIST)
		return complain(path, strerror(errno));
	if (!file_look(AT_FDCWD, path, &l) && file_same(&l, &d->self)) {
		out("%s: there already\n", path);
		return 0;
	}
	return complain(path, "belongs to someone else, kept");
}

static bool is_dir(const char *path)
{
	struct look l;

	return !file_look(AT_FDCWD, path, &l) && S_ISDIR(l.mode);
}

/* [-s] [DIR] [NAME...]: a first word that is a directory or has a slash is DIR. */
static int install(char **words)
{
	struct dir d = { .path = "/" SBIN };
	ssize_t n = readlink("/proc/self/exe", d.target, sizeof d.target - 1);
	int i, bad = 0;

	if (n < 0 || file_look(AT_FDCWD, "/proc/self/exe", &d.self))
		return complain("/proc/self/exe", strerror(errno));
	if (*words && !strcmp(*words, "-s")) {
		d.symbolic = true;
		words++;
	}
	if (*words && (strchr(*words, '/') || (is_dir(*words) && !find(*words))))
		d.path = *words++;
	if (!is_dir(d.path))
		return complain(d.path, "not a directory");
	if (!*words)
		for (i = 0; i < APPLETS_N; i++)
			bad |= link_one(&d, applets[i]->name);
	for (; *words; words++)
		bad |= find(*words) ? link_one(&d, *words) : complain(*words, "applet not found");
	return bad;
}

/* ---- the binary under its own name ---- */

static int list(const char *prefix)
{
	int i;

	for (i = 0; i < APPLETS_N; i++)
		out("%s%s\n", prefix, applets[i]->name);
	return 0;
}

static int overview(void)
{
	int i;

	out("%s", SELF " " VRRPBOX_VERSION " - virtual router redundancy in one binary\n\n"
	     "Usage: " SELF " APPLET [ARG]...      or call it by the applet's name\n"
	     "       " SELF " --help [APPLET]\n"
	     "       " SELF " --list | --list-full\n"
	     "       " SELF " --install [-s] [DIR] [NAME]...   links in DIR (/" SBIN "), -s: symbolic;\n"
	     "                                         NAME may be keepalived\n"
	     "       " SELF " --version\n\n"
	     "Applets:\n");
	for (i = 0; i < APPLETS_N; i++)
		out("  %-12s %s\n", applets[i]->name, applets[i]->brief);
	return 0;
}

static int unknown(const char *name)
{
	out_err("%s: applet not found\n", name);
	return NOT_FOUND;
}

static int help(const char *name)
{
	const struct applet *a = name ? find(base(name)) : NULL;

	if (!name)
		return overview();
	return a ? applet_help(a) : unknown(name);
}

static int box(char **argv)
{
	const char *word = argv[1];

	if (!word)
		return overview();
	if (!strcmp(word, "--list"))
		return list("");
	if (!strcmp(word, "--list-full"))
		return list(SBIN "/");
	if (!strcmp(word, "--install"))
		return install(argv + 2);
	if (!strcmp(word, "--help") || !strcmp(word, "-h"))
		return help(argv[2]);
	if (!strcmp(word, "--version") || !strcmp(word, "-v")) {
		out(SELF " " VRRPBOX_VERSION "\n");
		return 0;
	}
	if (*word != '-')
		return unknown(word);
	out_err(SELF ": unknown option: %s\nTry '" SELF " --help'.\n", word);
	return 2;
}

/* A full disk behind stdout is a failure, whatever the applet thought of itself. */
static int finish(const char *name, int code)
{
	int err = out_flush();

	if (!err)
		return code;
	out_err("%s: write error: %s\n", name, strerror(-err));
	return code ? code : 1;
}

/* Who starts us may have closed these: what is opened next, a pid file say, would be taken for them. */
static void open_standard(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
		;
	close(fd);
}

int main(int argc, char **argv)
{
	const char *name = argc ? base(argv[0]) : SELF;
	const struct applet *a = find(name);

	open_standard();
	if (a)
		return finish(name, a->main(argv));
	/* "vrrpbox.stripped APPLET" and "sbin/vrrpbox /usr/sbin/APPLET" too */
	if (strncmp(name, SELF, strlen(SELF)))
		return unknown(name);
	if (argc > 1)
		a = find(base(argv[1]));
	return a ? finish(base(argv[1]), a->main(argv + 1)) : finish(name, box(argv));
}
