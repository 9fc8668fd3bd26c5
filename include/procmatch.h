/*
 * procmatch.h - which processes somebody means (pure): a pattern against what /proc says of one.
 */
#ifndef PROCMATCH_H
#define PROCMATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * EXACT: the same words. INITIAL: the last one may be longer. PARTIAL: these first, whole. More may follow after the latter two.
 * ALONE: param_match without a word of its own, as EXACT; and where no words are given, there must be none.
 */
enum param_match { PARAM_EXACT, PARAM_INITIAL, PARAM_PARTIAL, PARAM_ALONE };

/* What to look for (K b.6, c.18). Strings are the owner's and must live as long as it is watched. */
struct proc_pattern {
	const char *name;	/* no slash: comm (15 characters count); with slash or full_command: the program of the command line or /proc/PID/exe */
	char *const *args;	/* NULL-terminated; NULL: whatever they are */
	uint8_t param_match;	/* enum param_match; with args only */
	bool full_command;	/* compare the command line, not comm */
};

/* What /proc says of one process. */
struct proc_facts {
	const char *comm;	/* without the newline */
	const char *cmdline;	/* len bytes and a NUL: words, each ended by NUL; "" when it was not read */
	size_t len;
	const char *exe;	/* what the link says; "" when it was not read */
};

/* What a pattern needs besides comm. */
enum { PROC_CMDLINE = 1, PROC_EXE = 2 };
unsigned proc_needs(const struct proc_pattern *p);

/*
 * By name: comm. By path or command line: the first word, or (path only) the executable, also when it was replaced since,
 * or the script that the kernel gave to an interpreter, whose name comm is then. /usr/bin and /bin are the same place. A bare name
 * with full_command is the last part of the word.
 */
bool proc_match(const struct proc_pattern *p, const struct proc_facts *f);

/* From the text of /proc/PID/stat (ended by NUL): neither a zombie nor about to be one. */
bool proc_living(const char *stat);

#endif
