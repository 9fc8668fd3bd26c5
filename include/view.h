/*
 * view.h - a captured frame as people and programs read it (pure): one line, every field by name and byte, JSON.
 */
#ifndef VIEW_H
#define VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "pkt.h"
#include "text.h"

enum view_trailer { TRAILER_NONE, TRAILER_MD5, TRAILER_HMAC, TRAILER_OTHER };	/* Cisco's, keepalived's, bytes too many */

/* An advert as far as it can be read: also one that a daemon refuses, and one that the capture cut. */
struct view {
	struct advert a;	/* count is what it says, addrs points to naddrs; auth only when it is there */
	enum pkt_err err;	/* why a daemon refuses it; of one that was cut: as far as can be told */
	bool wrong_form;	/* the checksum follows a.csum, a rule that this version does not have */
	bool csum_known;	/* false: cut, or too short */
	unsigned naddrs;	/* addresses at hand */
	enum view_trailer trailer;
	size_t extra;		/* bytes of it */
};

/* Of a sight of kind SEEN_VRRP or SEEN_CARP (of which only err and csum have a meaning). */
void view_read(struct view *v, const struct sight *s);

enum view_how { VIEW_LINE, VIEW_FIELDS, VIEW_JSON };

/*
 * Add the frame to t: the line from its addresses on; fields, each on its line, with the byte of the frame where it
 * is; or members of a JSON object, each with a comma before it. v: of VRRP and CARP, else not looked at.
 * secret: show authentication data.
 */
void view_put(struct text *t, const struct sight *s, const struct view *v, enum view_how how, bool secret);

/* What is odd about it, as " ! text" or JSON strings, comma between; returns how many. done: so many stand there already. */
unsigned view_notes(struct text *t, const struct sight *s, const struct view *v, enum view_how how, unsigned done);
void view_note(struct text *t, enum view_how how, unsigned *done, const char *text);

/* 1s, 200ms, 12.5ms */
void view_time(struct text *t, usec u);

/* The router id that a hardware address is the virtual one of, for family; 0: none. */
uint8_t view_virtual(const uint8_t *mac, int family);

/* Bytes as a text in quotes, with JSON's escapes. */
void view_quote(struct text *t, const uint8_t *p, size_t n);

#endif
