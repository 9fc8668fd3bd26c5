/*
 * ka.h - values of keepalived's dumps (hall): what core/ka.c writes. A letter says which; its tables of items have them all.
 */
#ifndef KA_H
#define KA_H

#include <stdbool.h>
#include <stddef.h>

struct cmd;
struct engine;
struct group;
struct tracker;
struct tracks;
struct vr;
struct vrrp_conf;

/* What a value is taken from: an instance, a group, or else a tracker. */
struct ka_at {
	const struct engine *e;
	const struct vr *v;
	const struct vrrp_conf *c;	/* of v */
	const struct group *g;
	const struct tracks *tracks, *ifaces;	/* of v or g, and their scripts */
	const struct cmd *const *notify;
	const struct tracker *t;
	bool json;
};

enum { KA_WORD = 768 };		/* room for one element of a list */

long long ka_number(const struct ka_at *x, char what);

/* In buf or not; NULL: it has none. */
const char *ka_text(const struct ka_at *x, char what, char *buf, size_t size);

/* A list's elements: style c are the words of a command. buf has room for KA_WORD. NULL: this one is left out. */
unsigned ka_count(const struct ka_at *x, char style, char what);
const char *ka_element(const struct ka_at *x, char style, char what, unsigned k, char *buf);

#endif
