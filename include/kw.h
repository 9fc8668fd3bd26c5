/*
 * kw.h - a keyword is a row (pure). The same rows parse, give defaults, print, compare for reload,
 * and write `vrrpd -k` and the README's table.
 */
#ifndef KW_H
#define KW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "arena.h"
#include "lex.h"
#include "usec.h"

struct conf;
struct kw;
struct vlink_word;

/* default, all: plen 0, and family 0 where the word does not say it. */
struct prefix {
	struct addr addr;	/* its host bits are 0 */
	uint8_t plen;
	bool set;
};

/* A value of a route's or a rule's option. */
struct optval {
	uint32_t v, w;		/* w: mask, or end of a range */
	bool set, lock;
};

/* Where names of numbers are from: files of iproute2, and without them what every kernel has. */
enum name_file { NAMES_TABLE, NAMES_PROTO, NAMES_SCOPE, NAMES_REALM, NAMES_GROUP, NAMES_DSFIELD, NAMES_IPPROTO, NAMES_N };
enum { NAMES_FILES = 16 };	/* of one kind that are read */

struct server {
	const char *host;	/* NULL: none */
	uint16_t port;
	struct place at;
};

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
	KW_IPVS,	/* a block of theirs: skipped whole, one note */
	KW_VOID		/* accepted without effect because there is none to have (debug, lvs_sync_daemon_interface) */
};

/* More about a row, or-ed together. */
enum {
	KW_ALIAS = 1,	/* another word for the field of an earlier row: never printed */
	KW_COPIED = 2	/* keepalived copies it into an instance when its block opens (reference a.9) */
};

/* Where a line stands while it is being parsed. */
struct kwctx {
	struct arena *arena;
	struct report *report;
	struct lex *lex;
	struct lex_io *io;
	struct arena *tmp;	/* gone after the load */
	const char *names[NAMES_N][NAMES_FILES];	/* texts of name files that have been needed */
	struct conf *conf;
	struct place at;	/* of the keyword; its file lives in the arena */
	const struct word *w;	/* the line: w[0] is the keyword */
	unsigned n;
	bool oom;		/* memory ran out */
	bool entry;		/* the line is an entry of a list: a missing argument costs the entry, not the file */
};

/*
 * The value types: name, field's C type, bytes that belong to the value (a type may own the fields behind it),
 * syntax as shown to people. A row names its type; a field of another C type does not compile. In the unit
 * column of a row (min, max, default) seconds are milliseconds, everything else is itself.
 */
#define KW_TYPES(X)                                                                                           \
	X(FLAG,    bool,         1, "")                  /* the bare word; `off` is honoured */              \
	X(BOOL,    bool,         1, "[on|off]")                                                              \
	X(TRI,     uint8_t,      1, "[on|off]")          /* enum tri; min: TRI_OFF */                        \
	X(NEVER,   bool,         2, "[never]")           /* `never` sets the bool that follows */            \
	X(U8,      uint8_t,      1, "N")                                                                     \
	X(U16,     uint16_t,     2, "N")                                                                     \
	X(COUNT,   uint16_t,     2, "N")                 /* 0 means 1 */                                     \
	X(U32,     uint32_t,     4, "N")                                                                     \
	X(I32,     int32_t,      4, "N")                                                                     \
	X(SECS,    usec,         8, "SECONDS")                                                               \
	X(TEXT,    const char *, 0, "TEXT")                                                                  \
	X(OTEXT,   const char *, 0, "[TEXT]")            /* the bare word: "" */                             \
	X(IFNAME,  const char *, 0, "IF")                                                                    \
	X(WORD,    const char *, 0, "TEXT")              /* not copied: points into the line */              \
	X(IP,      struct addr,  sizeof(struct addr), "IP")                                                  \
	X(GROUP,   struct addr,  sizeof(struct addr), "IP") /* multicast; min: 4, 6 or 0 = either */         \
	X(CMD,     struct cmd,   0, "CMD [USER [GROUP]]")                                                    \
	X(HOOK,    const struct cmd *, 0, "CMD [USER [GROUP]]")                                              \
	X(USER,    const char *, 0, "USER [[:]GROUP]")   /* and the const char * that follows */             \
	X(WEIGHT,  int16_t,      3, "N [reverse|noreverse]") /* and the bool that follows */                 \
	X(STATE,   uint8_t,      1, "MASTER|BACKUP")     /* min + position, as the next two */               \
	X(CSUM,    uint8_t,      1, "keepalived|rfc|auto")                                                   \
	X(CLAIM,   uint8_t,      1, "announce|yield")                                                        \
	X(LATE,    uint8_t,      1, "[1..254]")          /* the bare word: 254 */                            \
	X(ROOM,    uint32_t,     4, "MTU|ADVERT|N")      /* bytes, or RX_POLICY_* */                         \
	X(AUTH,    uint8_t,      1, "PASS|AH")                                                               \
	X(CSUMV2,  uint8_t,      1, "[on|off]")          /* CSUM's field, keepalived's word */               \
	X(PASS,    uint8_t,      8, "TEXT")              /* AUTH_LEN bytes */                                \
	X(SCOPE,   uint8_t,      1, "global|site|link|host|nowhere|N")                                       \
	X(BITS,    uint32_t,     4, "")                  /* or-s min into the field */                       \
	X(LIFE,    uint32_t,     4, "SECONDS|forever")                                                       \
	X(ARGS,    struct cmd,   0, "NAME [PARAM ...]")  /* the rest of the line, a word each; no user */   \
	X(BOTH,    usec,        16, "SECONDS")           /* and the usec that follows */                     \
	X(MATCH,   uint8_t,      1, "[initial|partial]") /* enum param_match; the bare word: ALONE */                              \
	X(INIT,    bool,         8, "[N] [overwrite]")   /* sets it, the bool and the int32_t that follow */ \
	X(FNAME,   const char *, 0, "WORD")              /* part of a file's name: no /, no dot before it */  \
	X(MAIL,    const char *, 0, "ADDRESS")           /* of mail: NAME <a@b> too */                       \
	X(SERVER,  struct server, 0, "HOST [PORT]")      /* min: its usual port */                           \
	X(CPUS,    uint8_t,    128, "0..1023 ...")       /* a bit each */                                    \
	X(AUTO,    int8_t,       1, "[N]")               /* the bare word: max */                            \
	X(MASK,    uint16_t,     2, "MASK")              /* octal, or IRUSR|IWUSR...; MASK_UNSET */           \
	X(VLINK,   const struct vlink_word *, 0, "[[name] IF] [MAC] [netlink_notify_msg] [group N]")	/* min: enum vlink_kind */ \
	X(EXTRA,   usec,         9, "[all] SECONDS")     /* `all` sets the bool that follows */              \
	X(PREFIX,  struct prefix, sizeof(struct prefix), "PREFIX") /* kw_opts.c has this and what follows */ \
	X(VIA,     struct addr,  sizeof(struct addr), "[inet|inet6] IP")                                     \
	X(NUM,     struct optval,   sizeof(struct optval), "N")                                                    \
	X(WIDE,    struct optval,   sizeof(struct optval), "VALUE")          /* 32 bits */                         \
	X(LOCKED,  struct optval,   sizeof(struct optval), "[lock] VALUE")                                         \
	X(RTIME,   struct optval,   sizeof(struct optval), "[lock] TIME")    /* 20ms, 1s: min parts of a ms; else as it is */ \
	X(NAMED,   struct optval,   sizeof(struct optval), "N|NAME")         /* min: enum name_file */ \
	X(REALMS,  struct optval,   sizeof(struct optval), "REALMS")         /* [FROM/]TO */                                         \
	X(MARK,    struct optval,   sizeof(struct optval), "MARK")           /* VALUE[/MASK] */                                       \
	X(SPAN,    struct optval,   sizeof(struct optval), "RANGE")          /* VALUE[-VALUE] */                                      \
	X(PREF,    struct optval,   sizeof(struct optval), "medium|high|low")                                      \
	X(ABLE,    struct optval,   sizeof(struct optval), "disabled|enabled")                                     \
	X(ECN,     struct optval,   sizeof(struct optval), "ecn")                                                  \
	X(HAS,     struct optval,   sizeof(struct optval), "")               /* min */                             \
	X(PATTERN, char,         0, "")                  /* no field: the row carries its syntax */          \
	X(BLOCK,   char,         0, "")                  /* no field: min is the block */

enum kw_type {
#define X(id, ctype, bytes, syntax) KT_##id,
	KW_TYPES(X)
#undef X
	KT_N
};

enum { MASK_UNSET = 0xffff };
enum { KW_NOFIELD = 0xfff, KW_TEXT = 4400 };	/* KW_TEXT: room for any value */

/*
 * Every upper bound that a row has, rising: a row holds the place of its own, counted by KW_PLACE while compiling
 * (a bound that is not listed divides by zero); kw_bounds has the values.
 */
#define KW_BOUNDS(X, m) X(m, 0) X(m, 1) X(m, 2) X(m, 3) X(m, 19) X(m, 99) X(m, 100) X(m, 128) X(m, 253) X(m, 254) X(m, 255) X(m, 256) X(m, 1000) \
	X(m, 1023) X(m, 65534) X(m, 65535) X(m, 255000) X(m, 1000000) X(m, 3600000) X(m, 4294000) X(m, 4294967) X(m, 10000000) \
	X(m, 86400000) X(m, INT32_MAX)
#define KW_BELOW(m, v)  + ((m) > (v))
#define KW_LISTED(m, v) || (m) == (v)
#define KW_PLACE(m)     ((0 KW_BOUNDS(KW_BELOW, m)) / (0 KW_BOUNDS(KW_LISTED, m)))
extern const int32_t kw_bounds[];

struct kw {
	const char *word;	/* "word\0help", or "word\0syntax" when there is no field: see kw_more */
	int16_t dflt;		/* -1 in a field that falls back to another value; without a field: kw_reason's place */
	int16_t min;
	uint32_t off : 12;	/* of the field, or KW_NOFIELD */
	uint32_t type : 6;	/* enum kw_type */
	uint32_t max : 6;	/* into kw_bounds */
	uint32_t apply : 2;	/* enum apply */
	uint32_t served : 3;	/* enum served */
	uint32_t more : 2;	/* KW_ALIAS ... */
};

/*
 * The words of one block: rows, and the words that need no field as one text, since most words of the grammar
 * are of this kind and a row of text is half as large: word, NUL, syntax, NUL, an empty word ends it. A capital
 * letter before the word: V void, F foreign, B a foreign block, S served (it steers the reading itself); without
 * one it is parsed. A byte below a blank next: why (kw_reason). Either part may be NULL.
 */
struct kw_table {
	const struct kw *rows;	/* ended by a row without word */
	const char *known;
};

/* Find a row by its word; a known one is written into room. */
const struct kw *kw_find(const struct kw_table *t, const char *word, struct kw *room);

/* Walk the known words: start with t->known, fills row, NULL at the end. */
const char *kw_next_known(const char *p, struct kw *row);

/* The known word nearest to a misspelt one, or NULL when nothing is near. */
const char *kw_nearest(const struct kw_table *t, const char *word);

/* What stands behind the word: help, or the syntax of a row that has no field. kw_syntax: with the row's range. */
const char *kw_more(const struct kw *k);
const char *kw_syntax(const struct kw *k, char *buf, size_t size);	/* in buf or not */

/* Why a word is not served, or whose it is; "": nothing to say. */
const char *kw_reason(const struct kw *k);

/* A finding about w[i] of the line; i == n: about its end. */
void kw_say(struct kwctx *c, enum severity sev, unsigned i, const char *word, const char *text, ...)
	__attribute__((format(printf, 5, 6)));

/* The i-th of the words that | separates in list (its index), or -1. */
int kw_choice(const char *list, size_t len, const char *word);

/* Leading decimal number times 10^places; digits beyond are rounded. Returns where it stopped: text itself when there is none. */
const char *kw_decimal(const char *text, unsigned places, int64_t *out);

/* A number or a time at w[i], inside k's min and max. false: a finding was said. */
bool kw_number(struct kwctx *c, const struct kw *k, unsigned i, int32_t *out);
bool kw_seconds(struct kwctx *c, const struct kw *k, unsigned i, usec *out);

/* Can it be an interface: 1 to 15 characters, none that the grammar would take apart? */
bool kw_is_ifname(const char *word);

/* One word of canonical text, in quotes where it needs them. Returns buf. */
const char *kw_quote(char *buf, size_t size, const char *word);

/* -1 not a boolean, else 0 or 1. */
int kw_boolean(const char *word);

/* The mailbox of an address: what stands between < and >, if they are there. Returns its length, 0: it is none. */
size_t kw_mailbox(const char **s);

/* "0.25" for 250000; returns buf. */
const char *kw_seconds_text(usec t, char *buf, size_t size);

/* The address of ADDR[/LEN]; returns what follows it ("" or "/LEN"), or NULL. */
const char *kw_prefix(const char *word, struct addr *a);
/* Such a one, or default, all, any. */
bool kw_is_prefix(const char *word);

/*
 * Parse w[i] and on by the row's type into its field of rec. Returns how many words were taken, or -1 (finding said,
 * field untouched). kw_value: the same for a field, when there are words enough.
 */
int kw_value(struct kwctx *c, const struct kw *k, void *field, unsigned i);
int kw_parse(struct kwctx *c, const struct kw *k, void *rec, unsigned i);

/*
 * Check words against a syntax text, the way people read it: N, 1..255, 0.. (a number), 0..255s (seconds), IF, IP,
 * PREFIX, another capital word (anything), lower-case words with | between them (one of these), [optional],
 * "..." (repeat). word: what the findings are about. Returns how many words were taken, or -1 and a finding.
 */
int kw_pattern(struct kwctx *c, const char *word, const char *syntax, unsigned i);

/* Fill a record with its rows' defaults. */
void kw_defaults(const struct kw *table, void *rec);

/* kw_value and kw_text for the types from PREFIX on. */
int kw_opt_value(struct kwctx *c, const struct kw *k, void *field, unsigned i);
bool kw_opt_text(const struct kw *k, const void *field, char *buf, size_t size);

/* Canonical text of a field; false: the word is not printed at all (a flag that is off, nothing given). */
bool kw_text(const struct kw *k, const void *field, char *buf, size_t size);

/* The rows' values in two records. */
bool kw_equal(const struct kw *k, const void *a, const void *b);

/* What must be done to turn a into b: a set of (1 << enum apply). 0: equal. */
unsigned kw_diff(const struct kw *table, const void *a, const void *b);

#endif
