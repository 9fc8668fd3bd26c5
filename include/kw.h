/*
 * kw.h - a keyword is a row (pure). The same rows parse, give defaults, print, compare for reload,
 * and write `vrrpd -k` and the README's table.
 */
#ifndef KW_H
#define KW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "arena.h"
#include "lex.h"

struct conf;
struct kw;

/* What a reload must do when a field differs. */
enum apply {
	APPLY_LIVE,	/* copied into the running instance */
	APPLY_VIPS,	/* addresses: the difference is added and removed */
	APPLY_RESTART,	/* the object leaves and starts anew */
	APPLY_DAEMON	/* cannot change while running: said, kept */
};

/* Does this build act on the word? */
enum served {
	KW_SERVED,
	KW_PARSED,	/* known, checked, not served yet: one note */
	KW_FOREIGN,	/* belongs to keepalived's other halves (IPVS, checkers, BFD process): accepted silently */
	KW_VOID		/* accepted without effect because there is none to have (debug, lvs_sync_daemon_interface) */
};

/* Where a line stands while it is being parsed. */
struct kwctx {
	struct arena *arena;
	struct report *report;
	struct lex *lex;
	struct conf *conf;
	struct place at;	/* of the keyword */
	const struct word *w;	/* the line: w[0] is the keyword */
	unsigned n;
};

/*
 * A value type. field is where the value goes; for a row without a field it is scratch of
 * KW_SCRATCH bytes, so that syntax and range are checked all the same.
 */
struct kw_type {
	const char *name;
	const char *syntax;	/* as shown to people: "SECONDS", "IP", "[on|off]" */
	/* Parse the words after w[i-1] into field. Returns how many words were taken, or -1 (finding said, field untouched). */
	int (*parse)(struct kwctx *c, const struct kw *k, void *field, unsigned i);
	/* Canonical text of the value; false: nothing to print (default, or flag off). */
	bool (*print)(const struct kw *k, const void *field, char *buf, size_t size);
	bool (*equal)(const void *a, const void *b);
};

enum { KW_SCRATCH = 64, KW_NOFIELD = 0xffff };

struct kw {
	const char *word;
	const struct kw_type *type;
	const char *dflt;	/* text that the type parses, or NULL: zero */
	const char *help;	/* one line for people; NULL for foreign words */
	int32_t min, max;	/* in the type's unit */
	uint16_t off;		/* of the field, or KW_NOFIELD */
	uint8_t apply;		/* enum apply */
	uint8_t served;		/* enum served */
};

/* Find a row by its word. */
const struct kw *kw_find(const struct kw *table, const char *word);

/* The known word nearest to a misspelt one, or NULL when nothing is near. */
const char *kw_nearest(const struct kw *table, const char *word);

/* Fill a record with its rows' defaults. */
void kw_defaults(struct kwctx *c, const struct kw *table, void *rec);

/* What must be done to turn a into b: a set of (1 << enum apply). 0: equal. */
unsigned kw_diff(const struct kw *table, const void *a, const void *b);

#endif
