/* sim_world.c - simulated time: whose turn it is, what people and a stranger do to routers, seeds and traces. See sim.h. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim.h"
#include "t.h"

#ifdef __SANITIZE_ADDRESS__
enum { SANITIZED = 1 };
#else
enum { SANITIZED = 0 };
#endif

enum { TRACE = 80, KINDS = 16 };			/* lines that lead to a fault */

char sim_fault[400];
bool sim_tracing;
uint64_t sim_events, sim_takeovers;
uint32_t sim_history;

static const struct sim *sim;
static usec due[ROUTERS];			/* world time of each one's next turn */
static unsigned kind;
static struct { unsigned seeds, settled; uint64_t time, takeovers; } kinds[KINDS];
static char line[TRACE][160];
static unsigned lines;

void sim_fail(const char *fmt, ...)
{
	va_list ap;

	if (sim_fault[0])
		return;
	va_start(ap, fmt);
	vsnprintf(sim_fault, sizeof sim_fault, fmt, ap);
	va_end(ap);
}

void sim_say(const char *fmt, ...)
{
	char *l = line[lines % TRACE];
	va_list ap;
	int n;

	if (!sim_tracing || sim_fault[0])
		return;
	n = snprintf(l, sizeof line[0], "%lld.%06lld ", (long long)(world.now / SEC), (long long)(world.now % SEC));
	va_start(ap, fmt);
	vsnprintf(l + n, sizeof line[0] - n, fmt, ap);
	va_end(ap);
	lines++;
}

static void trace_print(void)
{
	for (unsigned i = lines < TRACE ? 0 : lines - TRACE; i < lines; i++)
		printf("    %s\n", line[i % TRACE]);
}

/* ---- time ---- */

static usec next_of(unsigned r)
{
	const struct host *h = &world.h[r];
	usec t, waits;

	if (!h->e)
		return USEC_NEVER;
	if ((t = waits = fake_waits(r)) > world.now) {
		t = fake_world_time(r, heap_next(&h->e->heap));
		t = waits < t ? waits : t;
	}
	return t < h->paused ? h->paused : t;
}

void sim_begin(void)
{
	fake_begin();
	table_begin();
	sim_fault[0] = 0;
	sim_history = 0;
	lines = 0;
	stranger_begin();
}

void sim_kind(unsigned k)
{
	kind = k;
	table_kind(k);
}

void sim_settled(void)
{
	kinds[kind].settled++;
}

void sim_run(unsigned r)
{
	for (int i = 0; i < 100 && !sim_fault[0]; i++) {
		fake_run(r);
		table_flush();
		if (fake_waits(r) > world.now && !world.h[r].e->job_head && !world.h[r].e->tell_head)
			break;
	}
	sim->after(r);
	due[r] = next_of(r);
}

static unsigned first_router(usec *t)
{
	unsigned who = ROUTERS;

	for (unsigned r = 0; r < world.n; r++)
		if (due[r] < *t) {
			*t = due[r];
			who = r;
		}
	return who;
}

void sim_advance(usec until)
{
	for (unsigned r = 0; r < world.n; r++)
		due[r] = next_of(r);
	while (!sim_fault[0]) {
		usec best = fake_next();
		unsigned who = first_router(&best);

		if (stranger_next() < best && stranger_next() <= until) {
			world.now = stranger_next();
			stranger_speaks();
			continue;
		}
		if (best > until)
			break;
		if (best > world.now)
			world.now = best;
		sim_events++;
		if (who == ROUTERS) {
			who = fake_deliver();
			due[who] = next_of(who);
		} else {
			sim_run(who);
		}
		if (!(sim_events & 63))
			sim->settled();
	}
	if (!sim_fault[0])
		world.now = until;
}

/* ---- what happens to a router ---- */

void sim_start(unsigned r, const char *conf)
{
	sim_say("r%u starts", r + 1);
	fake_start(r, conf);
	sim_run(r);
}

void sim_reload(unsigned r, const char *conf)
{
	sim_say("r%u reloads", r + 1);
	if (fake_reload(r, conf) < 0)
		sim_fail("reload of r%u refused", r + 1);
	sim_run(r);
}

void sim_demote(unsigned r, enum demotion how, usec until)
{
	struct engine *e = world.h[r].e;

	sim_say("r%u is %s", r + 1, how == DEMOTE_NOT ? "restored" : how == DEMOTE_FAULT ? "demoted to FAULT" : "demoted to priority 1");
	fake_enter(r);
	e->now = fake_clock(r);
	for (unsigned k = 0; k < e->nvr; k++)
		vr_demote(e->vr[k], how, until);
	sim_run(r);
}

void sim_kill(unsigned r)
{
	sim_say("r%u is killed", r + 1);
	table_drop(r);
	fake_kill(r);
}

void sim_stop(unsigned r)
{
	sim_say("r%u is stopped", r + 1);
	fake_stop(r);
	table_drop(r);
}

void sim_stall(unsigned r, usec time, bool clock_stops)
{
	struct host *h = &world.h[r];

	sim_say("r%u stalls for %lld ms%s", r + 1, (long long)(time / MS), clock_stops ? ", and its clock" : "");
	h->paused = world.now + time;
	if (clock_stops)
		h->lost += time;
}

bool sim_awake(unsigned r)
{
	return world.h[r].e && world.h[r].paused <= world.now;
}

void sim_end(void)
{
	for (unsigned r = 0; r < world.n; r++)
		if (world.h[r].e)
			sim_kill(r);
}

/* ---- seeds ---- */

static void play(unsigned seed)
{
	sim->seed(seed);
	sim_end();
}

static void twice(unsigned seed)
{
	uint32_t with;

	stranger_away = false;
	play(seed);
	if (!stranger_wanted() || sim_fault[0])
		return;
	with = sim_history;
	stranger_away = true;
	play(seed);
	stranger_away = false;
	if (with != sim_history)
		sim_fail("a stranger who sends only rubbish changes what happens");
}

static void counted(unsigned seed)
{
	uint64_t before = sim_takeovers;

	twice(seed);
	kinds[kind].seeds++;
	kinds[kind].time += (uint64_t)world.now / SEC * world.n;
	kinds[kind].takeovers += sim_takeovers - before;
}

static void report(unsigned seed)
{
	char name[80], what[sizeof sim_fault];

	snprintf(name, sizeof name, "%s: seed %u at %lld.%06lld s", sim->name, seed, (long long)(world.now / SEC),
	         (long long)(world.now % SEC));
	memcpy(what, sim_fault, sizeof what);
	t_case(0, name, "%s", what);
	sim_tracing = true;
	twice(seed);
	sim_tracing = false;
	trace_print();
	if (strcmp(what, sim_fault))
		printf("    the second time it was: %s\n", sim_fault);
}

static unsigned number(int argc, char **argv, int arg, const char *env, unsigned dflt)
{
	const char *s = argc > arg ? argv[arg] : getenv(env);

	return s && *s ? strtoul(s, NULL, 10) : dflt;
}

/* Returns its router-time. */
static uint64_t kind_report(const struct sim_kind *k)
{
	unsigned i = k - sim->kinds;

	printf("%s: %-34s %6u seeds, %7u router-hours, %7llu take-overs, %6u times settled, %2u cells\n", sim->name, k->name, kinds[i].seeds,
	       (unsigned)(kinds[i].time / 3600), (unsigned long long)kinds[i].takeovers, kinds[i].settled, table_cells(i));
	return kinds[i].time;
}

/* A run without arguments must have seen everything. */
static void whole(uint64_t hours)
{
	char name[80], why[120] = "";

	snprintf(name, sizeof name, "%s: %u router-hours", sim->name, sim->hours);
	t_case(hours >= sim->hours, name, "only %u", (unsigned)hours);
	snprintf(name, sizeof name, "%s: saw what it is for", sim->name);
	t_case(sim->enough(why, sizeof why), name, "%s", why);
	for (const struct sim_kind *k = sim->kinds; k->name; k++) {
		unsigned cells = table_cells(k - sim->kinds);

		snprintf(name, sizeof name, "%s: %s", sim->name, k->name);
		t_case(cells >= k->cells, name, "only %u of %u cells", cells, k->cells);
	}
	snprintf(name, sizeof name, "%s: every cell of RFC 9568 6.4's table was reached", sim->name);
	t_case(!table_report(), name, "see above");
}

int sim_main(int argc, char **argv, const struct sim *s)
{
	bool all = argc == 1 && !getenv("SEEDS") && !getenv("SEED");
	unsigned seeds = number(argc, argv, 1, "SEEDS", getenv("SEED") ? 1 : SANITIZED ? (s->seeds + 9) / 10 : s->seeds);
	unsigned first = number(argc, argv, 2, "SEED", 1), bad = 0, seed;
	uint64_t time = 0;
	char name[80];

	sim = s;
	for (seed = first; seed < first + seeds && bad < 5; seed++) {
		counted(seed);
		if (sim_fault[0]) {
			report(seed);
			bad++;
		}
	}
	for (const struct sim_kind *k = s->kinds; k->name; k++)
		time += kind_report(k);
	printf("%s: %u seeds, %u router-hours, %llu events, %llu take-overs\n", s->name, seed - first, (unsigned)(time / 3600),
	       (unsigned long long)sim_events, (unsigned long long)sim_takeovers);
	snprintf(name, sizeof name, "%s: the invariants hold", s->name);
	t_case(!bad, name, "%u bad seeds", bad);
	if (all && !SANITIZED)				/* a tenth of the worlds need not have it all */
		whole(time / 3600);
	T_END;
}
