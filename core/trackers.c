/* trackers.c - the hall's trackers, whatever makes their results: rise and fall, hold, and who hears of it. keepalived c.1, c.2. */
#include <stdio.h>
#include <string.h>

#include "engine.h"
#include "log.h"

/* Every instance that tracks it looks again. */
static void spread(struct tracker *t)
{
	struct engine *e = t->e;

	t->since = e->now;
	for (unsigned i = 0; i < e->nvr; i++)
		for (unsigned k = 0; k < e->vr[i]->c->tracks.n; k++)
			if (e->trackers[e->vr[i]->c->tracks.v[k].index] == t) {
				vr_update(e->vr[i]);
				break;
			}
}

/* The verdict that counts follows the counter, except that `hold` keeps a bad one for a while. */
static void settle(struct tracker *t)
{
	struct engine *e = t->e;

	if (t->verdict == t->hyst.verdict)
		return;
	if (t->verdict == VERDICT_BAD && t->bad_from && e->now < t->bad_from + t->c->hold) {
		heap_set(&e->heap, &t->hold, t->bad_from + t->c->hold);
		return;
	}
	t->verdict = t->hyst.verdict;
	if (t->verdict == VERDICT_BAD)
		t->bad_from = e->now;
	spread(t);
}

static void hold_over(struct timer *timer, usec now)
{
	struct tracker *t = container_of(timer, struct tracker, hold);

	t->e->now = now;
	settle(t);
}

static void note(struct tracker *t, bool good, const char *why)
{
	t->runs++;
	t->fails += !good;
	t->at = t->e->now;
	snprintf(t->why, sizeof t->why, "%s", why);
}

void tracker_result(struct tracker *t, bool good, const char *why)
{
	static const char kind[][14] = { [TRACKER_SCRIPT] = "VRRP_Script", [TRACKER_PROCESS] = "VRRP_Process" };
	enum verdict last = good ? VERDICT_GOOD : VERDICT_BAD;
	bool say = !good || t->inside || t->c->kind != TRACKER_SCRIPT;		/* "exited with status 0" tells nobody anything */

	note(t, good, why);
	hyst_step(&t->hyst, good);
	if (last != t->last)
		log_info("%s(%s) %s%s%s%s", kind[t->c->kind], t->c->name, good ? "succeeded" : "failed",
		         say ? " (" : "", say ? why : "", say ? ")" : "");
	t->last = last;
	settle(t);
	control_result(t);
}

void tracker_value(struct tracker *t, int value, const char *why)
{
	bool same = t->verdict != VERDICT_NONE && value == t->value;

	if (!same || strcmp(t->why, why))
		log_info("track_file(%s): %d%s%s", t->c->name, value, *why ? ", " : "", why);
	note(t, true, why);
	if (same)
		return;
	t->verdict = t->hyst.verdict = VERDICT_GOOD;
	t->value = value;
	spread(t);
}

struct contrib tracker_contrib(const struct track *ref, const struct tracker *t)
{
	if (t->c->kind == TRACKER_FILE && t->verdict == VERDICT_NONE)
		return (struct contrib){ .wait = true };	/* not read yet: nobody may start on a part of the sum */
	if (t->c->kind == TRACKER_FILE)
		return track_file_contrib(ref->weight, ref->reverse, t->value);
	return track_contrib(ref->weight, ref->reverse, t->verdict);
}

/* What makes the results of a kind; in the order of enum tracker_kind. */
static const struct maker {
	void (*start)(struct tracker *t), (*end)(struct tracker *t), (*stop)(struct tracker *t);
} makers[] = {
	[TRACKER_SCRIPT]  = { script_start, script_end, script_stop },
	[TRACKER_PROCESS] = { process_start, process_end, process_end },
	[TRACKER_FILE]    = { file_start, file_end, file_end },
};

void tracker_start(struct tracker *t)
{
	t->hold.fire = hold_over;
	if (t->hold.slot)
		heap_set(&t->e->heap, &t->hold, t->e->now);	/* a reload may have made it shorter */
	makers[t->c->kind].start(t);
}

void tracker_end(struct tracker *t)
{
	heap_del(&t->e->heap, &t->hold);
	heap_del(&t->e->heap, &t->next);
	heap_del(&t->e->heap, &t->limit);
	makers[t->c->kind].end(t);
}

void tracker_stop(struct tracker *t)
{
	tracker_end(t);
	makers[t->c->kind].stop(t);
}
