/* test_track.c - rows: what a tracked file's number means for a priority (K b.7): value * weight, below -253 a fault. */
#include <stdint.h>

#include "t.h"
#include "track.h"

static const struct row {
	const char *name;
	int weight;
	bool reverse;
	int value;
	bool fault;
	int prio;
} rows[] = {
	{ "no weight, 0",              0, false,  0, false, 0 },
	{ "no weight, not 0",          0, false,  1, true,  0 },
	{ "no weight, below 0",        0, false, -1, true,  0 },
	{ "no weight, reverse, 0",     0, true,   0, true,  0 },
	{ "no weight, reverse, not 0", 0, true,   1, false, 0 },
	{ "a product",                10, false,  3, false, 30 },
	{ "a product below 0",        10, false, -3, false, -30 },
	{ "reverse",                  10, true,   3, false, -30 },
	{ "a weight below 0",        -10, true,   3, false, 30 },
	{ "the most",                  1, false, 253, false, 253 },
	{ "more than the most",        1, false, 254, false, 253 },
	{ "the least",                 1, false, -253, false, -253 },
	{ "less than the least",       1, false, -254, true, 0 },
	{ "no overflow",             254, false, INT32_MAX, false, 253 },
	{ "no overflow below",       254, false, INT32_MIN, true, 0 },
	{ "no overflow, reverse",   -254, true,  INT32_MIN, true, 0 },
};

int main(void)
{
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		struct contrib c = track_file_contrib(r->weight, r->reverse, r->value);

		t_int(r->name, c.fault, r->fault);
		t_int(r->name, c.prio, r->prio);
	}
	T_END;
}
