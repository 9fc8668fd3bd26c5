/*
 * show.h - what the daemon knows, as text for people and programs (hall). Made piece by piece, so that a thousand instances
 * never hold up an advert: whoever wants it (a client of the control socket, a dump file) asks for the next piece when
 * there is room for it.
 */
#ifndef SHOW_H
#define SHOW_H

#include <stdbool.h>
#include <stdint.h>

#include "text.h"
#include "track.h"

struct engine;
struct vr;
struct group;
struct tracker;
struct show;

enum { SHOW_PIECE = 2048 };	/* room that a piece may need: struct text must have that much left */

/* One kind of output: appends the next piece; false: it is complete. */
typedef bool show_step(struct show *s, struct text *t);

struct show {
	const struct engine *e;
	show_step *step;
	const struct vr *only;	/* this instance alone, or NULL: all */
	const struct group *group;	/* only NULL: its members, or NULL: all */
	unsigned generation;	/* of e when it began */
	unsigned stage, i, part, k;	/* where it stands: the step's own */
	uint8_t width[4];	/* of the table's columns */
};

void show_begin(struct show *s, const struct engine *e, show_step *step, const struct vr *only);

/* Next piece. false: complete, or (*stale) the configuration has been replaced meanwhile: what was made so far is of no use. */
bool show_next(struct show *s, struct text *t, bool *stale);

/* The outputs. */
show_step show_table;		/* one line an instance, 80 columns, a heading */
show_step show_why;		/* the story, for people */
show_step show_json;		/* documented in the README */
show_step show_sandbox;	/* what the engine gave up, for people */
show_step show_metrics;		/* Prometheus text */
show_step show_ka_data, show_ka_stats, show_ka_json1, show_ka_json2;	/* keepalived's dumps (K d.5, d.6) */

/* ---- for steps ---- */

typedef bool show_item(const struct vr *v, unsigned k, struct text *t);

unsigned show_count(const struct show *s);	/* instances */
const struct vr *show_current(const struct show *s);	/* the one that s->i says */

/* What one tracker or interface means to an instance that tracks it. */
struct share {
	const char *kind, *name;	/* "interface", "script", "process", "file" */
	const struct tracker *t;	/* NULL: an interface */
	enum verdict verdict;
	int weight;
	struct contrib gives;
};

bool show_share(const struct vr *v, unsigned k, struct share *s);	/* the k-th, interfaces first; false: there is none */
const char *show_kind(const struct tracker *t);	/* "script", "process", "file" */
const char *show_verdict(enum verdict v);	/* "unknown", "good", "bad" */
unsigned show_set(const struct vr *v);	/* addresses in the kernel */

#endif
