/*
 * expand.h - what the three files that read keepalived.conf share (pure). Everybody else uses lex.h.
 *
 * source.c   files, includes             -> raw lines, comments cut
 * expand.c   $PARAM, @cond, ~SEQ, ~LST   -> logical lines
 * lex.c      braces, quotes              -> words
 *
 * Text is never copied without need: a span points into a file, into a parameter's value (a piece of a file too)
 * or into one of the two scratch lines of struct lex.
 */
#ifndef EXPAND_H
#define EXPAND_H

#include <stdint.h>

#include "lex.h"

#define BLANK(c) ((c) == ' ' || (c) == '\t')

struct span {
	const char *p, *end;
	const uint16_t *cols;	/* scratch line: the column of each byte; else NULL */
	unsigned col;		/* column of p; stays when p moves on if fixed, */
	bool fixed;		/* since the text stands for something shorter in the file */
};

/* A value: its first line, and for a multi-line one the raw lines after it. */
struct value {
	struct span s;
	const char *rest, *rest_end;	/* rest NULL: one line */
	bool literal;			/* not searched for parameters again */
};

struct param {
	struct param *next;
	const char *name;	/* n bytes, no NUL */
	unsigned n;
	struct value v;
};

/* What lines come from: a stack, the newest on top. */
enum src_kind { SRC_FILE, SRC_TEXT, SRC_PATHS, SRC_SEQ };

struct path { struct path *next; const char *s; };

struct src {
	struct src *below;
	enum src_kind kind;
	struct span s;		/* not yet read; SRC_PATHS: the include's place; SRC_SEQ: the line repeated */
	const char *name;	/* SRC_FILE */
	unsigned line;		/* SRC_FILE: read so far */
	struct path *paths;	/* SRC_PATHS: still to be read */
	enum severity sev;	/* SRC_PATHS: of a file that cannot be read */
	bool list, hex;		/* SRC_SEQ: ~LST; ~SEQx */
	unsigned nvars;
	struct param *vars;	/* SEQ_VARS of them, kept for the next user of this record */
	struct param *outer;	/* lex.vars before this one */
	struct span values;	/* ~LST: still to come */
	int next, last, step;	/* ~SEQ */
	char num[12];
};

/* A scratch line that grows to LINE_MAX_LEN. */
struct scratch {
	char *s;
	uint16_t *cols;
	unsigned n, cap;
};

struct lex {			/* what is used often comes first */
	struct report *report;
	struct place at;
	struct src *top;
	struct src *file;	/* the newest SRC_FILE */
	struct param *vars, *params;
	struct arena *arena;
	struct lex_io *io;
	bool dead;		/* out of memory */
	uint8_t checks;		/* include_check: set of CHECK_* */
	unsigned depth;		/* sources open */
	unsigned files;		/* opened so far */
	unsigned made, work;	/* since the last line of a file: lines of sequences, bytes expanded */
	unsigned subst;		/* substitutions in this line */

	struct span cur;	/* of the logical line: not yet given as tokens */
	struct word *word;
	unsigned nwords, words_cap;
	char *text;		/* of the words */
	unsigned text_cap;
	struct span args;	/* of the current words: raw text after the first */

	struct src *free;
	struct scratch out[2];	/* a line is expanded from one into the other */
	unsigned flip;		/* the one written last */
	uint32_t rng;
	char num[12];		/* ${_RANDOM} */
};

/* A finding in the current line at column col. */
void lex_say(struct lex *l, enum severity sev, unsigned col, const char *word, const char *text, ...)
	__attribute__((format(printf, 5, 6)));

/* Arena memory; NULL after the finding "out of memory", from then on the reader is at its end. */
void *lex_get(struct lex *l, size_t n);
int lex_digit(char c);			/* 0..15, or 99 */

void span_skip(struct span *s, size_t n);
void span_trim(struct span *s);		/* blanks off both ends */
bool span_starts(const struct span *s, const char *word);
unsigned span_col(const struct span *s);	/* of s->p */

/* Open the top file or glob. false: said why. */
bool src_open(struct lex *l, const char *path);
/* A new record on top. NULL: too deep or out of memory, said. */
struct src *src_push(struct lex *l, enum src_kind kind);
void src_pop(struct lex *l);
/* The next raw line of the top source, which is no SRC_SEQ; may be empty. false: it has no more. */
bool src_line(struct lex *l, struct src *f, struct span *s);
/* Cut a continuation mark off. false: there was none. */
bool src_continues(struct span *s);
/* Is this an include line? Then its files are the next source. */
bool src_include(struct lex *l, const struct span *s);
size_t src_dir(const char *path);	/* length of its directory, the last / included; 0 if none */

/* The next logical line, not empty. false: the end. */
bool expand_line(struct lex *l, struct span *s);

#endif
