/*
 * lex.h - keepalived.conf as lines of words (pure): comments, quotes, braces, includes,
 * $PARAM, @cond, ~SEQ, ~LST (reference, section a).
 *
 * The reader pulls: each lex_next is one line of words, one brace, or the end. A brace is always
 * alone, wherever it stood. Text comes from the hall through lex_io, so that tests and the fuzzer
 * need no files.
 */
#ifndef LEX_H
#define LEX_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include "arena.h"
#include "limits.h"

enum lex_tok { LEX_LINE, LEX_OPEN, LEX_CLOSE, LEX_EOF };

enum severity { SEV_NOTE, SEV_WARNING, SEV_SECURITY, SEV_ERROR };

/*
 * A place in the text. Lines and columns (bytes) count from 1, 0 is the file as a whole; file lives in the
 * arena. What a parameter or a sequence made stands at the line and column of its use.
 */
struct place {
	const char *file;
	unsigned line, col;
};

/* Someone who is told of a finding: "word: what was expected". */
struct report {
	void (*say)(struct report *r, enum severity sev, const struct place *at, const char *word, const char *text);
	unsigned errors, securities, warnings, notes;	/* counted by report_say */
};

/* Count and pass on, formatted (255 bytes). word may be NULL, and say too: then it only counts. */
void report_say(struct report *r, enum severity sev, const struct place *at, const char *word,
                const char *text, ...) __attribute__((format(printf, 5, 6)));
void report_vsay(struct report *r, enum severity sev, const struct place *at, const char *word,
                 const char *text, va_list ap) __attribute__((format(printf, 5, 0)));

/* How the hall brings text. All memory from the arena. */
struct lex_io {
	/*
	 * Whole file, NUL-terminated; it is read in place and must stay. NULL: *why says what failed ("No such
	 * file or directory", "is a directory", "has an execute bit", ...).
	 */
	char *(*load)(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why);
	/* Paths that exist and match a glob pattern (no braces in it), sorted; count in *n. NULL: no globbing. */
	char **(*glob)(struct lex_io *io, struct arena *a, const char *pattern, unsigned *n);
	/* Value of an environment variable for ${_ENV NAME}, or NULL; it must stay. May be NULL itself. */
	const char *(*env)(struct lex_io *io, const char *name);
	unsigned seed;		/* for ${_RANDOM} */
	const char *config_id;	/* for @ID lines: -i, or the node name up to its first dot */
	bool include_strict;	/* -e: an include that matches nothing is an error */
};

struct word {
	const char *s;		/* quotes removed, escapes done; see lex_words for how long it lives */
	unsigned col;		/* where it began on its line */
	bool quoted;		/* one quoted string, nothing joined to it */
};

struct lex;	/* lives in the arena */

/*
 * Open the top file, which may be a glob: several matches are a warning, all are read. NULL and a finding when it
 * cannot be read. path is absolute when ${_PWD} is to be; relative includes are joined to the directory in it.
 */
struct lex *lex_open(struct arena *a, struct lex_io *io, struct report *r, const char *path);

/*
 * The next token. For LEX_LINE the words are in lex_words until the following call.
 * An unterminated quote (keepalived survives it): a warning; a NUL byte, a loop of includes or parameters, a line
 * that is too long: an error. The line is skipped, reading goes on. Out of memory: an error, then LEX_EOF.
 */
enum lex_tok lex_next(struct lex *l);

/* The words are scratch that the next lex_next overwrites: keep them with arena_str. */
unsigned lex_words(const struct lex *l, const struct word **w);
const struct place *lex_place(const struct lex *l);	/* of the current line, column of its first word */

/*
 * The config's own say in how it is read, when conf.c meets these keywords: include_check with the n words after
 * it ([+|-] read|match|wildcard_match|brace_match, none: all), and random_seed.
 */
void lex_include_check(struct lex *l, const struct word *w, unsigned n);
void lex_random_seed(struct lex *l, unsigned seed);

/*
 * The current line read again by the second tokeniser (reference a.2.2), for script-valued keywords:
 * words after the first, both quotes, backslash escapes, adjacent pieces joined. Returns the count, the
 * words in *w (arena); -1 and a finding when a quote is not closed or there are more than CMD_ARGS_MAX.
 */
int lex_script_words(struct lex *l, const struct word **w);

/* Split one command text (a quoted script value) into argv (arena, NULL-terminated) by the same rules. -1 as above,
 * without a finding. */
int lex_split_command(struct arena *a, const char *text, char ***argv);

#endif
