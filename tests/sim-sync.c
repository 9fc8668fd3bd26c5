/*
 * sim-sync.c - sync groups in the simulated world of fake.h: routers whose groups have 2 to 4 members, each on a LAN of its
 * own (the virtual router id tells which) that loses and splits by itself, with members that fail, machines that stall, daemons
 * that die, stop, reload and come back. sync.h's bounds must hold after every event, and sim_table.c's table at every step.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "sim.h"
#include "sync.h"
#include "t.h"

enum { MEMBERS = FAKE_LANS };

static struct model {
	unsigned n;			/* members in its configuration; the world's, or one less */
	uint8_t prio[MEMBERS];
	bool was_master;		/* at the last look */
} m[ROUTERS];

static unsigned seed_now, members, version, checks, takeovers, meetings, told;
static usec adv[MEMBERS], calm_since;
static bool nopreempt;

static uint8_t draw_prio(void)
{
	return seed_now % 4 == 1 ? 100 : 1 + fake_random(seed_now % 7 ? 254 : 255);
}

static const char *configure(unsigned r)
{
	static char text[2048];
	struct text t = { text, sizeof text, 0 };

	text_put(&t, "vrrp_script all {\nscript /bin/check9\ninterval 2\nweight -20\n}\n");
	for (unsigned k = 0; k < m[r].n; k++)
		text_put(&t, "vrrp_script s%u {\nscript /bin/check%u\ninterval 1\n}\n"
		         "vrrp_instance V%u {\nstate BACKUP\ninterface eth0\nvirtual_router_id %u\nversion %u\npriority %u\n"
		         "advert_int %d.%02d\n%s\nvirtual_ipaddress {\n10.0.0.%u/24\n}\ntrack_script {\ns%u\n}\nnotify \"/bin/tell\"\n}\n",
		         k, k, k, 8 + k, version, m[r].prio[k], (int)(adv[k] / SEC), (int)(adv[k] % SEC / (10 * MS)),
		         nopreempt && m[r].prio[k] != 255 ? "nopreempt" : "", 100 + k, k);
	text_put(&t, "vrrp_sync_group G {\ngroup {\n");
	for (unsigned k = 0; k < m[r].n; k++)		/* routers list them in another order */
		text_put(&t, "V%u\n", r & 1 ? m[r].n - 1 - k : k);
	text_put(&t, "}\n%snotify \"/bin/tell\"\n}\n", seed_now % 3 ? "track_script {\nall\n}\n" : "");
	return text;
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
			sim_fail("r%u: member %u joins for too long", r + 1, k);
	}
	if ((n[FSM_MASTER] > 0) + (n[FSM_BACKUP] > 0) + (n[FSM_FAULT] > 0) > 1)
		sim_fail("r%u is split: %u MASTER, %u BACKUP, %u FAULT", r + 1, n[FSM_MASTER], n[FSM_BACKUP], n[FSM_FAULT]);
}

/* An owner's that was there at its start may be the machine's own and stays. */
static void check_addresses(unsigned r)
{
	const struct host *h = &world.h[r];

	for (unsigned k = 0; k < m[r].n && !h->e->job_head; k++)
		if (!h->e->vr[k]->vips->kept && h->has[k] != (state_of(r, k) == FSM_MASTER))
			sim_fail("r%u: member %u is %s and its address is %s", r + 1, k, fsm_state_text(state_of(r, k)), h->has[k] ? "set" : "missing");
}

static bool is_master(unsigned r)
{
	return engine_of(r) && state_of(r, 0) == FSM_MASTER;
}

static bool notify_rests(const struct notify *n)
{
	return !n->stage && !n->pending;
}

/* The group says what its members are, when none of them joins; programs hear of the last state in the end. */
static void check_told(unsigned r)
{
	const struct host *h = &world.h[r];
	const struct engine *e = engine_of(r);
	enum fsm_state s = state_of(r, 0);

	for (unsigned k = 1; k < m[r].n; k++)
		if (state_of(r, k) != s)
			return;
	if (e->tell_head || e->job_head || s == FSM_INIT)
		return;
	for (unsigned k = 0; k < m[r].n; k++)
		if (!notify_rests(&e->vr[k]->notify))
			return;
		else if (h->last_told[k] != (int)s && h->last_told[k] != -1)
			sim_fail("r%u: V%u is %s and its last notify said %s", r + 1, k, fsm_state_text(s), fsm_state_text(h->last_told[k]));
	if (notify_rests(&e->groups[0]->notify) && h->last_told[FAKE_LANS] != (int)s && h->last_told[FAKE_LANS] != -1)
		sim_fail("r%u: members are %s, the group's last notify said %s", r + 1, fsm_state_text(s), fsm_state_text(h->last_told[FAKE_LANS]));
	told++;
	if (e->groups[0]->state != s)
		sim_fail("r%u: members are %s, the group %s", r + 1, fsm_state_text(s), fsm_state_text(e->groups[0]->state));
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
		sim_fail("%u masters of %u routers, %lld s after peace came", masters, able, (long long)((world.now - calm_since) / SEC));
	for (unsigned r = 0; r < world.n && masters == 1 && !nopreempt; r++)
		if (well(r) && r != who && beats(r, who))
			sim_fail("r%u is MASTER, %u is better on every LAN", who + 1, r + 1);
}

/* No ping-pong: some time after peace nobody takes over any more. */
static void note(unsigned r)
{
	bool now = is_master(r);

	if (now && !m[r].was_master) {
		takeovers++;
		if (world.now > calm_since + 4 * down() + 4 * worst_adv() + 10 * SEC)
			sim_fail("r%u took over %lld s after peace came", r + 1, (long long)((world.now - calm_since) / SEC));
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

static void start(unsigned r)
{
	m[r].was_master = false;
	sim_start(r, configure(r));
}

static void member_changes(unsigned r, unsigned k)
{
	m[r].n = members - (m[r].n == members && fake_random(2));
	if (fake_random(2))
		m[r].prio[k] = draw_prio();
	if (sim_awake(r))
		sim_reload(r, configure(r));
}

static void lan(unsigned r, unsigned o, unsigned k)
{
	switch (fake_random(6)) {
	case 0:
		world.lan_cut[k][r][o] = r != o;
		break;
	case 1:
		world.lan_cut[k][r][o] = world.lan_cut[k][o][r] = r != o;
		break;
	case 2:
		world.loss = fake_random(4) * 150;
		break;
	case 3:
		world.dup = fake_random(2) * 200;
		break;
	case 4:
		world.jitter = fake_random(2) * worst_adv();
		break;
	case 5:
		world.echo = fake_random(2) * 300;
		break;
	}
	sim_say("LAN %u: r%u-r%u, loss %u, dup %u, jitter %lld us", k, r + 1, o + 1, world.loss, world.dup, (long long)world.jitter);
}

static void disturb(void)
{
	unsigned r = fake_random(world.n), o = fake_random(world.n), k = fake_random(members), what = fake_random(11);
	struct host *h = &world.h[r];

	if (what < 3) {
		lan(r, o, k);
	} else if (what == 3) {
		h->bad[k] = !h->bad[k];
		sim_say("r%u: check %u turns %s", r + 1, k, h->bad[k] ? "bad" : "good");
	} else if (what == 4) {
		h->script_good = !h->script_good;
		sim_say("r%u: the group's check turns %s", r + 1, h->script_good ? "good" : "bad");
	} else if (what == 5) {
		sim_say("r%u's cables are %s", r + 1, h->up ? "pulled" : "plugged");
		fake_carrier(r, !h->up);
	} else if (what == 6) {
		member_changes(r, k);
	} else if (!h->e) {
		start(r);
	} else if (what == 7) {
		sim_kill(r);
	} else if (sim_awake(r)) {
		if (what == 8)
			sim_stop(r);
		else if (what == 9)
			sim_demote(r, fake_random(3), USEC_NEVER);
		else
			sim_stall(r, fake_random(12) * worst_adv(), !fake_random(3));
	}
}

static void peace(void)
{
	usec last = world.now;

	memset(world.lan_cut, 0, sizeof world.lan_cut);
	world.loss = world.dup = world.echo = 0;
	world.jitter = 1000;
	for (unsigned r = 0; r < world.n; r++)
		last = world.h[r].paused > last ? world.h[r].paused : last;
	sim_advance(last);					/* who stalls wakes */
	sim_say("peace");
	for (unsigned r = 0; r < world.n; r++) {
		memset(world.h[r].bad, 0, sizeof world.h[r].bad);
		m[r].n = members;
		if (!world.h[r].up)
			fake_carrier(r, true);
		if (!engine_of(r))
			start(r);
		else
			sim_reload(r, configure(r));
		sim_demote(r, DEMOTE_NOT, USEC_NEVER);
	}
	calm_since = world.now;
}

static void begin(unsigned seed, unsigned n)
{
	seed_now = seed;
	world = (struct world){ .n = n, .seed = seed * 2654435761u + 1, .evil = seed };
	memset(m, 0, sizeof m);
	sim_begin();
	calm_since = USEC_NEVER / 2;
	for (unsigned r = 0; r < world.n; r++)
		world.h[r].up = world.h[r].script_good = true;
}

static void one_seed(unsigned seed)
{
	usec end;

	begin(seed, seed % 10 ? 2 + seed % 3 : 5 + seed / 10 % 12);
	members = 2 + seed / 3 % (MEMBERS - 1);
	version = seed & 1 ? 3 : 2;
	nopreempt = seed % 5 == 0;
	for (unsigned k = 0; k < members; k++)
		adv[k] = version == 2 || !(seed & 2) ? (1 + (seed % 11 == 0 && k)) * SEC : (1 + fake_random(10)) * 100 * MS;
	world.delay = seed % 13 ? 50 + fake_random(400) : 20 * MS;
	world.jitter = fake_random(3) * 1000;
	world.hooks = seed % 3 * fake_random(3 * SEC);
	if (seed % 6 == 1)
		sim_stranger(worst_adv());
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].skew_ppm = seed % 6 ? (int)fake_random(1000) - 500 : 0;
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = seed % 4 == 3 ? (k + r) % world.n ? 100 : 150 : draw_prio();
		start(r);
	}
	end = 3600 * SEC;
	while (world.now < end && !sim_fault[0]) {
		for (unsigned i = fake_random(12); i && !sim_fault[0]; i--) {
			calm_since = USEC_NEVER / 2;
			disturb();
			sim_advance(world.now + fake_random(1 + 10 * worst_adv()));
		}
		peace();
		sim_advance(world.now + 8 * down() + 40 * SEC);
	}
}

/*
 * The worst case: routers that are each better on one LAN become MASTER in the same moment and meet, on clocks that agree
 * and a LAN whose delay is always the same. They would meet again for ever, did not one of them wait longer.
 */
static void duel(unsigned seed)
{
	uint8_t low = 1 + seed * 37 % 200, high = low + 1 + seed * 11 % 54;
	usec bound;

	begin(3 * seed, 2 + seed % 2);			/* nothing that all members track */
	world.delay = 1 + seed * 997 % 20000;
	members = world.n;
	version = 2 + (seed & 1);
	nopreempt = false;
	for (unsigned k = 0; k < members; k++)
		adv[k] = version == 2 || seed % 4 == 1 ? SEC : 100 * MS;
	for (unsigned r = 0; r < world.n; r++) {
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = k == r ? high : low;
		start(r);
	}
	bound = 2 * down() + SYNC_BACK_OFF * worst_adv() + SEC;	/* and a second for the scripts' first results */
	calm_since = bound - (4 * down() + 4 * worst_adv() + 10 * SEC);	/* so that note() and check_settled() hold from there on */
	takeovers = 0;
	sim_advance(bound + 20 * down());
	check_settled();
	meetings += takeovers > 1;
}

/* Seeds up to DUELS are duels. */
enum { DUELS = 60 };

static void play(unsigned seed)
{
	if (seed <= DUELS)
		duel(seed);
	else
		one_seed(seed);
}

static bool enough(char *why, size_t size)
{
	snprintf(why, size, "%u of %u duels met, %u looks at settled groups, %u at what was told", meetings, DUELS, checks, told);
	return meetings > DUELS / 2 && checks > 1000 && told > 1000;
}

int main(int argc, char **argv)
{
	static const struct sim sim = { "sim-sync", 400, 1200, play, after_turn, check_settled, enough };

	return sim_main(argc, argv, &sim);
}
