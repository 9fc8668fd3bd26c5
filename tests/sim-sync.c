/*
 * sim-sync.c - sync groups in the simulated world of fake.h: routers whose groups have 2 to 4 members, each on a LAN of its
 * own (the virtual router id tells which) that loses and splits by itself, with members that fail, daemons that die, stop,
 * reload and come back. sync.h's bounds must hold after every event.
 *
 *     sim-sync [SEEDS [FIRST [HOURS]]]     a failing seed prints what it was; `sim-sync 1 SEED` shows its log
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "limits.h"
#include "sync.h"
#include "t.h"

enum { MEMBERS = FAKE_LANS };

static struct model {
	unsigned n;			/* members in its configuration; the world's, or one less */
	uint8_t prio[MEMBERS];
	bool was_master;		/* at the last look */
} m[ROUTERS];

static unsigned seed_now, members, version, events, checks, takeovers, meetings;
static usec adv[MEMBERS], calm_since;
static bool nopreempt;
static char fault[200], text[ROUTERS][2048];

#define FAIL(...) do { if (!fault[0]) snprintf(fault, sizeof fault, __VA_ARGS__); } while (0)

static uint8_t draw_prio(void)
{
	return seed_now % 4 == 1 ? 100 : 1 + fake_random(seed_now % 7 ? 254 : 255);
}

static void configure(unsigned r)
{
	struct text t = { text[r], sizeof text[r], 0 };

	text_put(&t, "vrrp_script all {\nscript /bin/check9\ninterval 2\nweight -20\n}\n");
	for (unsigned k = 0; k < m[r].n; k++)
		text_put(&t, "vrrp_script s%u {\nscript /bin/check%u\ninterval 1\n}\n"
		         "vrrp_instance V%u {\nstate BACKUP\ninterface eth0\nvirtual_router_id %u\nversion %u\npriority %u\n"
		         "advert_int %d.%02d\n%s\nvirtual_ipaddress {\n10.0.0.%u/24\n}\ntrack_script {\ns%u\n}\n}\n",
		         k, k, k, 8 + k, version, m[r].prio[k], (int)(adv[k] / SEC), (int)(adv[k] % SEC / (10 * MS)),
		         nopreempt && m[r].prio[k] != 255 ? "nopreempt" : "", 100 + k, k);
	text_put(&t, "vrrp_sync_group G {\ngroup {\n");
	for (unsigned k = 0; k < m[r].n; k++)		/* routers list them in another order */
		text_put(&t, "V%u\n", r & 1 ? m[r].n - 1 - k : k);
	text_put(&t, "}\n%s}\n", seed_now % 3 ? "track_script {\nall\n}\n" : "");
}

static const struct engine *engine_of(unsigned r)
{
	return world.h[r].e;
}

static enum fsm_state state_of(unsigned r, unsigned k)
{
	return engine_of(r) && k < m[r].n ? engine_of(r)->vr[k]->fsm.state : FSM_INIT;
}

static usec worst_adv(void)
{
	usec a = 0;

	for (unsigned k = 0; k < members; k++)
		a = adv[k] > a ? adv[k] : a;
	return a;
}

/* A master-down time at most. */
static usec down(void)
{
	return 3 * worst_adv() + (version == 2 ? SEC : worst_adv());
}

/* ---- invariants ---- */

/* After an event members are in one state; a newcomer may be BACKUP for its time, or await its script. */
static void check_whole(unsigned r)
{
	const struct engine *e = engine_of(r);
	unsigned n[FSM_STOPPED + 1] = { 0 };

	for (unsigned k = 0; k < m[r].n; k++) {
		const struct vr *v = e->vr[k];

		if (v->fsm.state == FSM_MASTER || !v->joins || v->joins <= e->now)
			n[v->fsm.state]++;
		else if (v->joins != USEC_NEVER && v->joins > e->now + down() + worst_adv())
			FAIL("router %u: member %u joins for too long", r + 1, k);
	}
	if ((n[FSM_MASTER] > 0) + (n[FSM_BACKUP] > 0) + (n[FSM_FAULT] > 0) > 1)
		FAIL("router %u is split: %u MASTER, %u BACKUP, %u FAULT", r + 1, n[FSM_MASTER], n[FSM_BACKUP], n[FSM_FAULT]);
}

/* An owner's that was there at its start may be the machine's own and stays. */
static void check_addresses(unsigned r)
{
	const struct host *h = &world.h[r];

	for (unsigned k = 0; k < m[r].n && !h->e->job_head; k++)
		if (!h->e->vr[k]->vips->kept && h->has[k] != (state_of(r, k) == FSM_MASTER))
			FAIL("router %u: member %u is %s and its address is %s", r + 1, k, fsm_state_text(state_of(r, k)), h->has[k] ? "set" : "missing");
}

static bool is_master(unsigned r)
{
	return engine_of(r) && state_of(r, 0) == FSM_MASTER;
}

/* The group says what its members are, when none of them joins. */
static void check_told(unsigned r)
{
	const struct engine *e = engine_of(r);
	enum fsm_state s = state_of(r, 0);

	for (unsigned k = 1; k < m[r].n; k++)
		if (state_of(r, k) != s)
			return;
	if (s != FSM_INIT && e->groups[0]->state != s)
		FAIL("router %u: members are %s, the group %s", r + 1, fsm_state_text(s), fsm_state_text(e->groups[0]->state));
}

static bool well(unsigned r)
{
	if (!engine_of(r))
		return false;
	for (unsigned k = 0; k < m[r].n; k++)
		if (engine_of(r)->vr[k]->own_fault)
			return false;
	return true;
}

/* Who is at least as good everywhere, and better somewhere, would be MASTER by preemption. */
static bool beats(unsigned a, unsigned b)
{
	bool better = false;

	for (unsigned k = 0; k < m[b].n && k < m[a].n; k++) {
		int p = engine_of(a)->vr[k]->fc.prio, q = engine_of(b)->vr[k]->fc.prio;

		if (p <= q)
			return false;
		better = true;
	}
	return better && m[a].n == m[b].n;
}

/* One router is MASTER of all, and none that is better everywhere waits. */
static void check_settled(void)
{
	unsigned masters = 0, who = 0, able = 0;

	if (world.now - calm_since < 4 * down() + 4 * worst_adv() + 10 * SEC)
		return;
	checks++;
	for (unsigned r = 0; r < world.n; r++) {
		able += well(r);
		if (is_master(r))
			masters++, who = r;
	}
	if (able && masters != 1)
		FAIL("%u masters of %u routers, %lld s after peace came", masters, able, (long long)((world.now - calm_since) / SEC));
	for (unsigned r = 0; r < world.n && masters == 1 && !nopreempt; r++)
		if (well(r) && r != who && beats(r, who))
			FAIL("router %u is MASTER, %u is better on every LAN", who + 1, r + 1);
}

/* No ping-pong: some time after peace nobody takes over any more. */
static void note(unsigned r)
{
	bool now = is_master(r);

	if (now && !m[r].was_master) {
		takeovers++;
		if (world.now > calm_since + 4 * down() + 4 * worst_adv() + 10 * SEC)
			FAIL("router %u took over %lld s after peace came", r + 1, (long long)((world.now - calm_since) / SEC));
	}
	m[r].was_master = now;
}

static void after_turn(unsigned r)
{
	if (!engine_of(r))
		return;
	check_whole(r);
	check_addresses(r);
	check_told(r);
	note(r);
}

/* ---- the world goes on ---- */

static void run(unsigned r)
{
	for (int i = 0; i < 100 && !fault[0]; i++) {
		fake_run(r);
		check_whole(r);
		if (!fake_readable(r) && !world.h[r].e->job_head && !world.h[r].e->tell_head)
			break;
	}
	after_turn(r);
}

static usec next_of(unsigned r)
{
	if (!engine_of(r))
		return USEC_NEVER;
	return fake_readable(r) ? world.now : fake_world_time(r, heap_next(&world.h[r].e->heap));
}

static void advance(usec until)
{
	while (!fault[0]) {
		usec best = fake_next();
		unsigned who = ROUTERS;

		for (unsigned r = 0; r < world.n; r++)
			if (next_of(r) < best) {
				best = next_of(r);
				who = r;
			}
		if (best > until)
			break;
		if (best > world.now)
			world.now = best;
		events++;
		if (who == ROUTERS)
			fake_deliver();
		else
			run(who);
		if (!(events & 63))
			check_settled();
	}
	world.now = until;
}

static void start(unsigned r)
{
	m[r].was_master = false;
	configure(r);
	fake_start(r, text[r]);
	run(r);
}

static void reload(unsigned r)
{
	configure(r);
	if (fake_reload(r, text[r]) < 0)
		FAIL("reload of router %u refused", r + 1);
	run(r);
}

static void demote(unsigned r, enum demotion how)
{
	struct engine *e = world.h[r].e;

	e->now = fake_clock(r);
	for (unsigned k = 0; k < m[r].n; k++)
		vr_demote(e->vr[k], how, USEC_NEVER);
	run(r);
}

static void disturb(void)
{
	unsigned r = fake_random(world.n), o = fake_random(world.n), k = fake_random(members);
	struct host *h = &world.h[r];

	switch (fake_random(10)) {
	case 0:
		if (h->e)
			fake_kill(r);
		break;
	case 1:
		if (h->e)
			fake_stop(r);
		break;
	case 2:
		if (!h->e)
			start(r);
		break;
	case 3:
		world.lan_cut[k][r][o] = r != o;
		break;
	case 4:
		world.lan_cut[k][r][o] = world.lan_cut[k][o][r] = r != o;
		break;
	case 5:
		world.loss = fake_random(4) * 150;
		break;
	case 6:
		h->bad[k] = !h->bad[k];
		break;
	case 7:
		h->script_good = !h->script_good;
		break;
	case 8:						/* a member comes or goes, or priorities change */
		m[r].n = members - (m[r].n == members && fake_random(2));
		if (fake_random(2))
			m[r].prio[k] = draw_prio();
		if (h->e)
			reload(r);
		break;
	case 9:
		if (h->e)
			demote(r, fake_random(3));
		break;
	}
}

static void peace(void)
{
	memset(world.lan_cut, 0, sizeof world.lan_cut);
	world.loss = 0;
	for (unsigned r = 0; r < world.n; r++) {
		memset(world.h[r].bad, 0, sizeof world.h[r].bad);
		m[r].n = members;
		if (!engine_of(r))
			start(r);
		else
			reload(r);
		demote(r, DEMOTE_NOT);
	}
	calm_since = world.now;
}

static void heard(unsigned r, unsigned from, const uint8_t *msg, usec local)
{
	(void)r, (void)from, (void)msg, (void)local;
}

static void one_seed(unsigned seed, unsigned hours)
{
	usec end = hours * 3600 * SEC;

	world = (struct world){ .n = 2 + seed % 3, .seed = seed * 2654435761u + 1, .heard = heard };
	memset(m, 0, sizeof m);
	fault[0] = 0;
	members = 2 + seed / 3 % (MEMBERS - 1);
	version = seed & 1 ? 3 : 2;
	nopreempt = seed % 5 == 0;
	for (unsigned k = 0; k < members; k++)
		adv[k] = version == 2 || !(seed & 2) ? (1 + (seed % 11 == 0 && k)) * SEC : (1 + fake_random(10)) * 100 * MS;
	world.delay = seed % 13 ? 50 + fake_random(400) : 20 * MS;
	world.jitter = fake_random(3) * 1000;
	calm_since = USEC_NEVER / 2;
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].up = world.h[r].script_good = true;
		world.h[r].skew_ppm = seed % 6 ? fake_random(100) : 0;
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = seed % 4 == 3 ? (k + r) % world.n ? 100 : 150 : draw_prio();
		start(r);
	}
	while (world.now < end && !fault[0]) {
		for (unsigned i = fake_random(12); i && !fault[0]; i--) {
			calm_since = USEC_NEVER / 2;
			disturb();
			advance(world.now + fake_random(1 + 10 * worst_adv()));
		}
		peace();
		advance(world.now + 8 * down() + 40 * SEC);
	}
	for (unsigned r = 0; r < world.n; r++)
		if (engine_of(r))
			fake_kill(r);
}

/*
 * The worst case: routers that are each better on one LAN become MASTER in the same moment and meet, on clocks that agree
 * and a LAN whose delay is always the same. They would meet again for ever, did not one of them wait longer.
 */
static void duel(unsigned seed)
{
	uint8_t low = 1 + seed * 37 % 200, high = low + 1 + seed * 11 % 54;
	usec bound;

	world = (struct world){ .n = 2 + seed % 2, .seed = seed, .heard = heard, .delay = 1 + seed * 997 % 20000 };
	memset(m, 0, sizeof m);
	seed_now = 3 * seed;				/* nothing that all members track */
	members = world.n;
	version = 2 + (seed & 1);
	nopreempt = false;
	calm_since = USEC_NEVER / 2;
	for (unsigned k = 0; k < members; k++)
		adv[k] = version == 2 || seed % 4 == 1 ? SEC : 100 * MS;
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].up = world.h[r].script_good = true;
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = k == r ? high : low;
		start(r);
	}
	bound = 2 * down() + SYNC_BACK_OFF * worst_adv() + SEC;	/* and a second for the scripts' first results */
	calm_since = bound - (4 * down() + 4 * worst_adv() + 10 * SEC);	/* so that note() and check_settled() hold from there on */
	takeovers = 0;
	advance(bound + 20 * down());
	check_settled();
	meetings += takeovers > 1;
	for (unsigned r = 0; r < world.n; r++)
		fake_kill(r);
}

static void duels(void)
{
	char name[40];

	for (unsigned seed = 1; seed <= 60; seed++) {
		fault[0] = 0;
		duel(seed);
		if (fault[0]) {
			snprintf(name, sizeof name, "sim-sync: duel %u", seed);
			t_case(0, name, "%s", fault);
		}
	}
	t_case(meetings > 30, "sim-sync: routers that are each better somewhere meet once", "only %u met", meetings);
	takeovers = checks = 0;
}

int main(int argc, char **argv)
{
	unsigned seeds = argc > 1 ? atoi(argv[1]) : getenv("SEEDS") ? atoi(getenv("SEEDS")) : 60;
	unsigned first = argc > 2 ? atoi(argv[2]) : 1, hours = argc > 3 ? atoi(argv[3]) : 1, bad = 0;
	char name[80];

	if (argc < 3)
		duels();
	fake_verbose = argc == 3;
	for (seed_now = first; seed_now < first + seeds && bad < 5; seed_now++) {
		one_seed(seed_now, hours);
		if (fault[0]) {
			snprintf(name, sizeof name, "sim-sync: seed %u at %lld.%06lld s", seed_now, (long long)(world.now / SEC),
			         (long long)(world.now % SEC));
			t_case(0, name, "%s", fault);
			bad++;
		}
	}
	printf("%u seeds, %u events, %u take-overs, settled %u times\n", seeds, events, takeovers, checks);
	t_case(!bad && takeovers > seeds && checks > seeds, "sim-sync: groups stay whole and settle", "%u bad seeds, %u take-overs", bad,
	       takeovers);
	T_END;
}
