/*
 * track.h - what trackers mean for a virtual router (pure): rise and fall of a script, and the
 * arithmetic of weights. keepalived's behaviour (reference c.1, c.2).
 */
#ifndef TRACK_H
#define TRACK_H

#include <stdbool.h>

enum verdict { VERDICT_NONE, VERDICT_GOOD, VERDICT_BAD };	/* NONE: no result yet */

/* Rise/fall counter of one check: 0 .. rise + fall - 1, good when >= rise. */
struct hyst {
	unsigned rise, fall;	/* both >= 1 */
	unsigned count;
	enum verdict verdict;
};

/* init_bad: init_fail, the check counts as failed until it has succeeded. */
void hyst_init(struct hyst *h, unsigned rise, unsigned fall, bool init_bad);

/* Other numbers (a reload); the verdict stays. */
void hyst_limits(struct hyst *h, unsigned rise, unsigned fall);

/* One result. The very first one decides alone. Returns true when the verdict changed. */
bool hyst_step(struct hyst *h, bool good);

/* What one tracker contributes. */
struct contrib {
	int prio;	/* added to the base */
	bool fault;	/* weight 0 and bad (or good, reversed): the instance cannot run */
	bool wait;	/* weight 0 and no result yet: the instance may not start */
};

struct contrib track_contrib(int weight, bool reverse, enum verdict v);

/* A track_file with value v: v * weight to the priority; 0: v != 0 is a fault (K c.1). */
struct contrib track_file_contrib(int weight, bool reverse, int v);

/* clamp(base + sum, 1, 254); an owner (255) stays 255. */
int track_priority(int base, int sum);

#endif
