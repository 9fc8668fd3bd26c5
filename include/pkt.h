/*
 * pkt.h - VRRP adverts: bytes <-> struct (pure). RFC 9568 5 and 7.1, RFC 3768 5 and 7.1,
 * RFC 2338 (PASS), and the forms that keepalived sends.
 *
 * A received message passes three gates, in the order of RFC 9568 7.1, so that each drop has
 * exactly one counter: pkt_head (is it VRRP, for which router), pkt_body (is it whole and
 * true), pkt_judge (does it agree with our configuration). vrrp-dump uses the first two.
 */
#ifndef PKT_H
#define PKT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "addr.h"
#include "usec.h"

/* enum, text, counter name (JSON key), clause: one list. Order = order of the checks. */
#define PKT_ERRORS(X)                                                                                  \
	X(PKT_SHORT,     "shorter than 8 bytes",                      "packet_short_err",   "9568 7.1")     \
	X(PKT_TTL,       "TTL or hop limit is not 255",               "ip_ttl_err",         "9568 5.1.1.3") \
	X(PKT_VERSION,   "version is not the configured one",         "version_err",        "9568 7.1")     \
	X(PKT_TYPE,      "type is not advertisement",                 "invalid_type_rcvd",  "9568 5.2.2")   \
	X(PKT_VRID,      "virtual router id is not configured here",  "vrid_err",           "9568 7.1")     \
	X(PKT_COUNT,     "address count is zero",                     "addr_count_err",     "erratum 8299") \
	X(PKT_LENGTH,    "length does not fit the address count",     "packet_len_err",     "9568 7.1")     \
	X(PKT_CHECKSUM,  "checksum does not match",                   "checksum_err",       "9568 5.2.8")   \
	X(PKT_INTERVAL0, "interval is zero",                          "advert_interval_zero", "erratum 8301") \
	X(PKT_CAST,      "unicast to a multicast router or reverse",  "cast_err",           "keepalived")   \
	X(PKT_PEER,      "sender is not a unicast peer, or its TTL is outside min_ttl..max_ttl", "peer_err", "keepalived") \
	X(PKT_AUTHTYPE,  "unknown authentication type",               "invalid_authtype",   "3768 7.1")     \
	X(PKT_AUTHDIFF,  "authentication type differs from ours",     "authtype_mismatch",  "3768 7.1")     \
	X(PKT_AUTHFAIL,  "password differs from ours",                "auth_failure",       "2338 7.1")     \
	X(PKT_REPLAY,    "its number was heard before: a replay, or a peer that did not hear the others", "auth_replay", "2402 3.4.3") \
	X(PKT_OWNER,     "we own the addresses and ignore adverts",   "owner_ignored",      "3768 7.1")     \
	X(PKT_INTERVAL,  "version 2 interval differs from ours",      "advert_interval_err", "3768 7.1") \
	X(PKT_BESIDE,    "version 2 of a router that also speaks version 3", "v2_beside_v3", "9568 8.4.2")

enum pkt_err {
	PKT_OK,
#define X(e, text, key, clause) e,
	PKT_ERRORS(X)
#undef X
	PKT_ERR_N
};

const char *pkt_err_text(enum pkt_err e);
const char *pkt_err_key(enum pkt_err e);	/* counter name, keepalived's where it has one */

/* What the kernel said about the datagram. */
struct meta {
	struct addr src, dst;
	int ttl;		/* -1: not known */
	unsigned ifindex;
	const uint8_t *ah;	/* of a message behind an authentication header (ah.h), which follows its IPv4 header; else NULL */
};

enum pkt_csum {			/* which rule a checksum follows */
	CSUM_NONE,		/* matches no known rule */
	CSUM_PLAIN,		/* message only: v2, and v3/IPv4 of RFC 9568 5.2.8 */
	CSUM_PSEUDO,		/* with pseudo-header: v3/IPv6, and v3/IPv4 of keepalived */
	CSUM_OLD_UNICAST	/* pseudo-header naming 224.0.0.18 in a unicast advert: keepalived <= 1.3.6 */
};

enum { AUTH_NONE = 0, AUTH_PASS = 1, AUTH_AH = 2, AUTH_LEN = 8 };

struct advert {
	uint8_t version, type, vrid, prio;
	uint8_t count;		/* addresses */
	uint8_t auth_type;	/* v2 */
	uint8_t reserved;	/* v3: the four reserved bits, ignored by rule */
	enum pkt_csum csum;
	usec adv;		/* interval as sent; v2 seconds and v3 centiseconds become usec */
	const uint8_t *addrs;	/* count * (4 or 16) bytes, points into the message */
	const uint8_t *auth;	/* v2: AUTH_LEN bytes after the addresses; else NULL */
};

/* First gate: size, TTL (multicast only; -1 passes), version 2 or 3, type, vrid. Fills those fields. */
enum pkt_err pkt_head(struct advert *a, const uint8_t *p, size_t len, const struct meta *m);

/* Second gate: count, exact length, checksum, interval not zero. Needs a filled by pkt_head. */
enum pkt_err pkt_body(struct advert *a, const uint8_t *p, size_t len, const struct meta *m);

/* Which rule makes the checksum come out right, of those that a->version has for m->dst's family? */
enum pkt_csum pkt_form(const struct advert *a, const uint8_t *p, size_t len, const struct meta *m);

/* A configured unicast peer. */
struct peer {
	struct addr addr;
	uint8_t min_ttl, max_ttl;	/* 0 and 255 when not given */
};

/* What our configuration wants to see. */
struct pkt_want {
	uint8_t version;		/* 2 or 3 */
	uint8_t auth_type;		/* enum: AUTH_... */
	uint8_t auth[AUTH_LEN];		/* NUL padded */
	bool unicast;			/* this router has peers */
	bool check_src;			/* check_unicast_src: source must be a peer */
	bool ignore_all;		/* owner with owner_ignore_adverts */
	bool mixed;			/* version 2 is good as well, of any interval */
	bool bare;			/* this router has no addresses: nor need others */
	usec adv;			/* our interval: v2 compares it */
	const struct peer *peers;
	unsigned npeers;
};

/* Third gate: version, cast, peer, authentication, owner, v2 interval. */
enum pkt_err pkt_judge(const struct advert *a, const struct meta *m, const struct pkt_want *w);

/* Does the advert, whose count is theirs, carry exactly these addresses in this order? (Never a reason to drop: design 5, K c.11.) */
bool pkt_same_addrs(const struct advert *a, const uint8_t *addrs, size_t len);

/*
 * Write one message from its version byte on.
 * out, size  room for 8 + count * addrlen (+ 8 in v2 over IPv4)
 * a          version, vrid, prio, count, auth_type, adv (v2: rounded up to seconds), addrs, auth (NULL: zeroes) and csum, the
 *            rule to follow: CSUM_PLAIN or CSUM_PSEUDO for v3/IPv4; v2 and IPv6 have only one
 * src, dst   for the pseudo-header
 * Returns the length, or 0 when it does not fit.
 * v2 over IPv6 (keepalived's legacy form) has no authentication bytes (K c.8).
 */
size_t pkt_encode(uint8_t *out, size_t size, const struct advert *a, const struct addr *src,
                  const struct addr *dst);

/* Internet checksum pieces, shared with garp.c: add len bytes to sum; fold to the 16-bit complement. */
uint32_t csum_add(uint32_t sum, const void *p, size_t len);
uint16_t csum_fold(uint32_t sum);

#endif
