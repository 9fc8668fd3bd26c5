/*
 * opts.h - a command line as rows (pure): -f FILE, -fFILE, -nl, --use-file FILE, --use-file=FILE, -t[FILE].
 */
#ifndef OPTS_H
#define OPTS_H

#include <stdbool.h>
#include <stdint.h>

enum opt_takes {
	OPT_NOTHING, OPT_VALUE,
	OPT_MAYBE,		/* only in the same word, -tFILE or --name=FILE */
	OPT_WORDS		/* a row of name "": char ** of the words behind the options, or behind "--"; without it there may be none */
};

struct opt {
	const char *name;	/* without its dashes; NULL ends the rows */
	char letter;		/* 0: long only */
	uint8_t takes;		/* enum opt_takes */
	uint8_t id;		/* the applet's own name for it */
	uint8_t at;		/* with id 0: offset of a bool (OPT_NOTHING) or const char * (OPT_VALUE) in *into */
};

/* What was wrong, or nothing. */
struct opt_error {
	const char *text;	/* "unknown option"; NULL: all is well */
	const char *word;
};

/*
 * Read argv[1]... Rows with id 0 are stored in *into; the others are given to special (value NULL when there is none),
 * which returns a code >= 0 to end the program with, or -1. Returns that code, or -1 when everything was read or err->text
 * says what was wrong.
 */
int opts_read(char **argv, const struct opt *rows, void *into, int (*special)(const struct opt *o, const char *value),
              struct opt_error *err);

#endif
