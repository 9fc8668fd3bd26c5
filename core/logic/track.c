/* track.c - what trackers mean for a virtual router (pure). keepalived's behaviour, reference c.1 and c.2. */
#include "track.h"

void hyst_init(struct hyst *h, unsigned rise, unsigned fall, bool init_bad)
{
	*h = (struct hyst){ .verdict = init_bad ? VERDICT_BAD : VERDICT_NONE };
	hyst_limits(h, rise, fall);
}

void hyst_limits(struct hyst *h, unsigned rise, unsigned fall)
{
	rise += !rise;
	fall += !fall;
	if (h->rise == rise && h->fall == fall)
		return;
	h->rise = rise;
	h->fall = fall;
	h->count = h->verdict == VERDICT_BAD ? 0 : rise - 1 + (h->verdict == VERDICT_GOOD ? fall : 0);
}

bool hyst_step(struct hyst *h, bool good)
{
	enum verdict before = h->verdict;
	unsigned top = h->rise + h->fall - 1;

	if (good)
		h->count = h->count + 1 >= h->rise ? top : h->count + 1;
	else
		h->count = h->count <= h->rise ? 0 : h->count - 1;
	h->verdict = h->count >= h->rise ? VERDICT_GOOD : VERDICT_BAD;
	return h->verdict != before;
}

struct contrib track_contrib(int weight, bool reverse, enum verdict v)
{
	struct contrib c = { 0 };
	bool good = v == VERDICT_GOOD;

	if (!weight) {
		c.wait = v == VERDICT_NONE;
		c.fault = v != VERDICT_NONE && good == reverse;
	} else if (v != VERDICT_NONE && good == (weight > 0)) {
		c.prio = reverse ? -weight : weight;
	}
	return c;
}

struct contrib track_file_contrib(int weight, bool reverse, int v)
{
	long long sum = (long long)v * (reverse ? -weight : weight);
	struct contrib c = { 0 };

	if (!weight)
		c.fault = (v != 0) != reverse;
	else if (sum <= -254)
		c.fault = true;
	else
		c.prio = sum > 253 ? 253 : sum;
	return c;
}

int track_priority(int base, int sum)
{
	int p = base + sum;

	if (base == 255)
		return 255;
	return p < 1 ? 1 : p > 254 ? 254 : p;
}
