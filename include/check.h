/*
 * check.h - a check in words ("tcp 127.0.0.1:80", "! process nginx --min 2") and what it means (pure). One run of it is
 * a probe (probe.h). The words are vrrp-check's command line; in the configuration they stand behind `script` or `track_check`.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "arena.h"
#include "limits.h"
#include "usec.h"

/* id, word, arguments as people type them */
#define CHECK_KINDS(X)                                                                                \
	X(CHECK_PROCESS, "process", "NAME|PATH [ARG...] [--min N] [--max N]")                         \
	X(CHECK_PIDFILE, "pidfile", "FILE")                                                           \
	X(CHECK_TCP,     "tcp",     "HOST:PORT")                                                      \
	X(CHECK_HTTP,    "http",    "URL [--status N[-M]] [--contains TEXT] [--head] [--host NAME]")  \
	X(CHECK_PING,    "ping",    "ADDR [--dev IF]")                                                \
	X(CHECK_ARP,     "arp",     "ADDR --dev IF")                                                  \
	X(CHECK_VIP,     "vip",     "ADDR --dev IF")                                                  \
	X(CHECK_ROUTE,   "route",   "PREFIX|default")                                                 \
	X(CHECK_LINK,    "link",    "IF")                                                             \
	X(CHECK_ADDR,    "addr",    "ADDR [--dev IF]")                                                \
	X(CHECK_FILE,    "file",    "PATH")                                                           \
	X(CHECK_EXEC,    "exec",    "CMD [ARG...]")

enum check_kind {
#define X(id, word, args) id,
	CHECK_KINDS(X)
#undef X
	CHECK_N
};

/* One check. Strings and argv point into the words or into the arena of check_parse. */
struct check {
	/* numbers: two checks that differ in these differ in their results; check_same compares all up to name */
	uint8_t kind;		/* enum check_kind */
	bool negate;		/* ! */
	bool head;		/* http: HEAD instead of GET */
	uint8_t plen;		/* route: prefix length */
	uint16_t port;		/* tcp, http */
	uint16_t status[2];	/* http: good range; default 200..399 */
	uint32_t min, max;	/* process: --min (1), --max (UINT32_MAX: none) */
	usec timeout;		/* -t; 0: not given */
	usec wait;		/* --wait: for the command's end, and again behind it; default 1 s */
	struct addr addr;	/* tcp, http, ping, arp, vip, addr, route (a default route: its family, all zero; any family: 0) */
	const char *name;	/* what stands behind the kind, as written: process, pidfile, file, HOST:PORT, URL, ... */
	const char *dev;	/* --dev, the zone of an address, link's IF; NULL: none */
	const char *path;	/* http: with its query, without a fragment ("/") */
	const char *host;	/* http: what the Host header says */
	const char *contains;	/* http: or NULL */
	char *const *argv;	/* process: its arguments (NULL-terminated, may be empty); exec: the command, name too; else NULL */
	char *const *start;	/* --start: the command's words, NULL: none */
	bool quiet;		/* -q */
	uint32_t rise, fall;	/* --rise, --fall, up to 65535; 0: not given */
	usec interval;		/* -i; 0: not given */
};

struct check_error {
	const char *text;	/* what was expected */
	const char *word;	/* the word it is about, or NULL: the end of the line */
};

/*
 * words: NULL-terminated, without the command's own name: options, [!] KIND ARGS, options again behind the arguments.
 * process and exec: what follows NAME or CMD is theirs, except long options with a value (--min 2 --start CMD) at the end of
 * process's; "--" ends our options. HOST and ADDR are numbers (IPv4, IPv6, [IPv6], with %IF) or localhost (127.0.0.1); a name
 * is refused with a hint, since a resolver can hang. https is refused with a hint. --start's command is one word, split at
 * blanks as a shell would (quotes, backslashes; no variables). What the check keeps lies in words and a. false: *err says
 * what and where.
 */
bool check_parse(struct check *c, struct arena *a, char *const *words, struct check_error *err);

/* The kind's word: "tcp". */
const char *check_kind_text(enum check_kind k);

/* "process nginx", "tcp 127.0.0.1:80", "! vip 10.0.0.1 on eth0": as written, but for options. Returns buf. */
const char *check_text(const struct check *c, char *buf, size_t size);

/* Would the two always have the same result? (Same kind, arguments, negation, timeout, --start; not -i, --rise, --fall.) */
bool check_same(const struct check *a, const struct check *b);

#endif
