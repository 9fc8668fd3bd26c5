/*
 * applet.h - what main.c knows of an applet. The record ends the file whose name is the command's.
 */
#ifndef APPLET_H
#define APPLET_H

#define VRRPBOX_VERSION "0.1.0"

struct applet {
	const char *name;	/* command and link name */
	const char *brief;	/* one line for --list-style listings and --help */
	const char *usage;	/* synopsis line, then the options */
	int (*main)(char **argv);	/* NULL-terminated; returns the exit code */
};

/* The build names its applets: APPLETS is A(vrrpd) A(vrrp_check) ..., sorted. Each has a record applet_NAME. */
#ifdef APPLETS
#define A(name) extern const struct applet applet_##name;
APPLETS
#undef A
#endif

/* Option lists can be left out where every kilobyte counts (make NO_USAGE=1); the synopsis stays. */
#ifdef NO_USAGE
#define USAGE(synopsis, options) synopsis "\n"
#else
#define USAGE(synopsis, options) synopsis "\n" options
#endif

/* Misuse: "applet: text: word", then a pointer to --help, on stderr. Returns code. */
int applet_misuse(const struct applet *a, int code, const char *text, const char *word);

/* usage on stdout; returns 0. */
int applet_help(const struct applet *a);

/* name and version on stdout; returns 0. */
int applet_version(const struct applet *a);

#endif
