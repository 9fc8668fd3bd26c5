/*
 * sim.c - the real engine over fake edges: routers on a LAN that loses, delays, doubles and splits by seed, with clocks
 * that drift and machines that stall, die and come back. After every event the invariants below must hold.
 *
 *     sim [SEEDS [FIRST [HOURS]]]     a failing seed prints what it was; `sim 1 SEED` shows its log
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake.h"
#include "limits.h"
#include "t.h"

enum { ADV_CS_MAX = 3 };

static const int adv_cs[ADV_CS_MAX] = { 100, 10, 2 };

/* What we know of a router without asking its engine. */
struct model {
	uint8_t prio;		/* base */
	bool nopreempt;
	usec silent_from;	/* its clock: when it began to wait, or last heard a master it follows */
	usec down;		/* how long it must wait from then */
	bool zero;		/* priority 0 was heard since */
	usec demoted;		/* world time until which it is; 0: not, USEC_NEVER: until peace */
	bool must_yield;	/* MASTER, and a better one was heard in this turn */
	enum fsm_state state;	/* after its last turn */
};

static struct model m[ROUTERS];
static usec adv, calm_since;
static int version;
static unsigned seed_now, events, masters_made, checks;
static char fault[200];
static char text[ROUTERS][512];

#define FAIL(...) do { if (!fault[0]) snprintf(fault, sizeof fault, __VA_ARGS__); } while (0)

static usec skew(uint8_t prio, usec interval)
{
	return (256 - prio) * (version == 2 ? SEC : interval) / 256;
}

static uint8_t prio_of(unsigned r)
{
	return world.h[r].e->vr[0]->fc.prio;
}

static void begin_wait(unsigned r)
{
	m[r].silent_from = fake_clock(r);
	m[r].down = 3 * adv + skew(m[r].prio, adv);
	m[r].zero = false;
}

/* A daemon takes a datagram: the rules of RFC 9568 6.4.2, told once more and differently. */
static void heard(unsigned r, unsigned from, const uint8_t *msg, usec local)
{
	uint8_t p = msg[2];

	if (from == world.n)
		return;				/* a stranger's rubbish */
	if (m[r].state == FSM_MASTER && (p > prio_of(r) || (p == prio_of(r) && from > r)))
		m[r].must_yield = true;
	if (p == 0)
		m[r].zero = true;
	else if (p >= prio_of(r) || m[r].nopreempt) {
		m[r].silent_from = local;
		m[r].zero = false;
	}
}

/* A third of the worlds has equal priorities: the address decides. */
static uint8_t draw_prio(void)
{
	return seed_now % 3 ? 1 + fake_random(254) : 100;
}

static void configure(unsigned r)
{
	snprintf(text[r], sizeof text[r],
	         "vrrp_script s {\nscript \"%s\"\ninterval 2\nweight -60\n}\n"
	         "vrrp_instance V {\nstate BACKUP\ninterface eth0\nvirtual_router_id 7\nversion %d\npriority %u\n"
	         "advert_int %d.%02d\n%s\nvirtual_ipaddress {\n10.0.0.100/24\n}\ntrack_script {\ns\n}\n"
	         "virtual_ipaddress_excluded {\n10.0.0.101\n10.0.0.102\n}\nnotify \"/bin/tell\"\n}\n",
	         seed_now % 3 == 1 ? "vrrp-check tcp 127.0.0.1:80" : "/bin/check", version,
	         m[r].prio, (int)(adv / SEC), (int)(adv % SEC / (10 * MS)), m[r].nopreempt ? "nopreempt" : "");
}

static enum fsm_state state_of(unsigned r)
{
	return world.h[r].e ? world.h[r].e->vr[0]->fsm.state : FSM_INIT;
}

/* ---- invariants ---- */

/* Addresses are up exactly while MASTER, when the engine has done its work. */
static void check_addresses(unsigned r)
{
	const struct host *h = &world.h[r];
	bool want = state_of(r) == FSM_MASTER;

	if (h->e->job_head || (want && (h->add_fails || h->e->vr[0]->retry_at != USEC_NEVER)))
		return;					/* what the kernel refuses is tried again every second */
	for (unsigned k = 0; k < 3; k++)
		if (h->has[k] != want)
			FAIL("router %u is %s and address %u is %s", r + 1, fsm_state_text(state_of(r)), k, want ? "missing" : "set");
}

/* Never before three intervals and the skew have passed in silence, or the skew after a priority 0. */
static void check_take_over(unsigned r)
{
	const struct vr *v = world.h[r].e->vr[0];
	usec waited = fake_clock(r) - m[r].silent_from;

	if (m[r].state == FSM_MASTER || v->fsm.state != FSM_MASTER)
		return;
	masters_made++;
	if (v->fsm.why == WHY_LEFT && m[r].zero)
		return;
	/* a tracker may have raised the priority meanwhile, which shortens the skew */
	if (waited < 3 * adv + skew(254, adv))
		FAIL("router %u took over after %lld us of silence", r + 1, (long long)waited);
}

/* A better advert ends a master, and nothing else makes it a backup. */
static void check_yield(unsigned r)
{
	if (m[r].state == FSM_MASTER && (state_of(r) == FSM_BACKUP) != m[r].must_yield && state_of(r) != FSM_FAULT)
		FAIL("router %u %s", r + 1, m[r].must_yield ? "heard a better master and stays" : "yielded to nobody");
	m[r].must_yield = false;
}

/* The last state is told in the end. */
static void check_told(unsigned r)
{
	const struct host *h = &world.h[r];

	if (h->e->tell_head || h->e->job_head || h->e->vr[0]->notify.stage || h->e->vr[0]->notify.pending)
		return;
	if (h->last_told != -1 && h->last_told != (int)state_of(r))
		FAIL("router %u is %s and the last notify said %s", r + 1, fsm_state_text(state_of(r)), fsm_state_text(h->last_told));
}

/* A master that runs sends. */
static void check_rhythm(unsigned r)
{
	const struct host *h = &world.h[r];

	if (state_of(r) == FSM_MASTER && m[r].state == FSM_MASTER && h->paused <= world.now &&
	    world.now - h->last_tx > adv + adv / 50 + world.now / 1000000 && world.now - h->paused > 2 * adv)
		FAIL("router %u is MASTER and was silent for %lld us", r + 1, (long long)(world.now - h->last_tx));
}

/* The check's weight is in the priority, some runs of the check after it changed its mind. */
static void check_priority(unsigned r)
{
	int want = m[r].prio - (world.h[r].script_good ? 0 : 60);

	if (want < 1 || m[r].demoted > world.now)
		want = 1;
	if (prio_of(r) != want)
		FAIL("router %u has priority %u, not %d", r + 1, prio_of(r), want);
}

static bool better(unsigned a, unsigned b)
{
	return prio_of(a) != prio_of(b) ? prio_of(a) > prio_of(b) : a > b;
}

/* A backup does not preempt an equal master; the address decides only between two masters. */
static bool tie_stands(unsigned who, unsigned best)
{
	return m[best].state == FSM_BACKUP && m[who].state == FSM_MASTER;
}

/* Some time after the last disturbance there is one master, and with preemption it is the best. */
static void check_settled(void)
{
	unsigned masters = 0, best = ROUTERS, who = ROUTERS, alive = 0;
	bool preempt = true;

	if (world.now - calm_since < 4 * (4 * adv + SEC) + 15 * SEC)
		return;
	for (unsigned r = 0; r < world.n; r++) {
		if (!world.h[r].e || !world.h[r].up || world.h[r].e->vr[0]->demoted == DEMOTE_FAULT)
			continue;
		alive++;
		check_priority(r);
		preempt &= !m[r].nopreempt;
		if (best == ROUTERS || better(r, best))
			best = r;
		if (state_of(r) == FSM_MASTER) {
			masters++;
			who = r;
		}
	}
	checks++;
	if (alive && masters != 1)
		FAIL("%u masters of %u routers, %lld s after peace came", masters, alive, (long long)((world.now - calm_since) / SEC));
	else if (alive && preempt && who != best && (prio_of(who) != prio_of(best) || !tie_stands(who, best)))
		FAIL("router %u is MASTER, %u is better", who + 1, best + 1);
}

static void after_turn(unsigned r)
{
	if (!world.h[r].e)
		return;
	check_take_over(r);
	check_yield(r);
	check_addresses(r);
	check_told(r);
	check_rhythm(r);
	if (state_of(r) == FSM_BACKUP && m[r].state != FSM_BACKUP && m[r].state != FSM_MASTER)
		begin_wait(r);
	m[r].state = state_of(r);
}

/* ---- the world goes on ---- */

static void run(unsigned r)
{
	for (int i = 0; i < 100 && !fault[0]; i++) {
		fake_run(r);
		if (!fake_readable(r) && !world.h[r].e->job_head && !world.h[r].e->tell_head)
			break;
	}
	after_turn(r);
}

static usec next_of(unsigned r)
{
	const struct host *h = &world.h[r];
	usec t;

	if (!h->e)
		return USEC_NEVER;
	t = fake_readable(r) ? world.now : fake_world_time(r, heap_next(&h->e->heap));
	return t < h->paused ? h->paused : t;
}

/* Until `until`, every event in its order. */
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
	m[r].demoted = 0;		/* a new daemon knows nothing of it */
	configure(r);
	m[r].state = FSM_INIT;
	fake_start(r, text[r]);
	begin_wait(r);
	run(r);
}

/* Out of the election: until peace comes, for a time, or (DEMOTE_NOT) not any more. */
static void demote(unsigned r, enum demotion how, usec time)
{
	struct engine *e = world.h[r].e;

	e->now = fake_clock(r);
	vr_demote(e->vr[0], how, time == USEC_NEVER ? time : e->now + time);
	m[r].demoted = how != DEMOTE_PRIORITY ? 0 : time == USEC_NEVER ? time : world.now + time;
	if (world.h[r].paused < world.now)
		world.h[r].paused = world.now;	/* it may be silent for two intervals */
	run(r);
}

static void rubbish(void)
{
	static const uint8_t forms[][12] = {
		{ 0x31, 7, 250, 1, 0, 100, 1, 2, 10, 0, 0, 100 },	/* wrong checksum */
		{ 0x31, 7, 250, 0, 0, 100, 0xce, 0x94, 10, 0, 0, 100 },	/* count 0 */
		{ 0x21, 7, 250, 1, 0, 1, 0, 0, 10, 0, 0, 100 },		/* v2, cut short */
		{ 0x41, 7, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 },	/* version 4 */
		{ 0x31, 8, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 },	/* another router's id */
	};

	for (unsigned i = 0; i < 20; i++)
		fake_send(world.n, forms[fake_random(5)], 4 + fake_random(9));
}

/* One disturbance. Those that a test of settling may not outlive are undone by peace(). */
static void disturb(void)
{
	unsigned r = fake_random(world.n), o = fake_random(world.n);
	struct host *h = &world.h[r];
	usec time;

	switch (fake_random(15)) {
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
		fake_carrier(r, !h->up);
		break;
	case 4:
		world.cut[r][o] = r != o;			/* one way */
		break;
	case 5:
		world.cut[r][o] = world.cut[o][r] = r != o;
		break;
	case 6:
		world.loss = fake_random(4) * 150;
		break;
	case 7:
		h->paused = world.now + fake_random(20) * adv;	/* a stalled machine */
		break;
	case 8:
		h->script_good = !h->script_good;
		break;
	case 9:
		fake_steal(r, fake_random(3));
		break;
	case 10:
		rubbish();
		break;
	case 11:
		if (h->e) {
			m[r].prio = draw_prio();
			configure(r);
			if (fake_reload(r, text[r]) < 0)
				FAIL("reload of router %u refused", r + 1);
			run(r);
		}
		break;
	case 13:
		h->add_fails = !h->add_fails;
		break;
	case 14:
		time = fake_random(2) ? USEC_NEVER : (1 + fake_random(20)) * adv;
		if (h->e)
			demote(r, fake_random(3), time);
		break;
	case 12:
		world.dup = fake_random(2) * 200;
		break;
	}
}

static void peace(void)
{
	memset(world.cut, 0, sizeof world.cut);
	world.loss = world.dup = 0;
	for (unsigned r = 0; r < world.n; r++) {
		if (!world.h[r].up)
			fake_carrier(r, true);
		if (!world.h[r].e)
			start(r);
		world.h[r].add_fails = false;
		if (fake_random(2))
			demote(r, DEMOTE_NOT, USEC_NEVER);
		if (world.h[r].paused > world.now)
			world.h[r].paused = world.now;
	}
	calm_since = world.now;
}

static void one_seed(unsigned seed, unsigned hours)
{
	usec end = hours * 3600 * SEC;

	world = (struct world){ .n = 2 + seed % 4, .seed = seed * 2654435761u + 1, .heard = heard };
	memset(m, 0, sizeof m);
	fault[0] = 0;
	version = seed & 1 ? 3 : 2;
	adv = (version == 2 ? 100 : adv_cs[seed / 2 % ADV_CS_MAX]) * 10 * MS;
	end = end * adv / SEC;				/* as many adverts, whatever the interval */
	world.delay = 50 + fake_random(400);
	world.jitter = fake_random(3) * 1000;
	calm_since = 0;
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].up = world.h[r].script_good = true;
		world.h[r].skew_ppm = fake_random(100);
		m[r].prio = draw_prio();
		m[r].nopreempt = seed % 5 == 0;
		start(r);
	}
	while (world.now < end && !fault[0]) {
		for (unsigned i = fake_random(12); i && !fault[0]; i--) {
			calm_since = USEC_NEVER / 2;
			disturb();
			advance(world.now + fake_random(1 + 10 * adv));
		}
		peace();
		advance(world.now + 8 * (4 * adv + SEC) + 20 * SEC);
	}
	for (unsigned r = 0; r < world.n; r++)
		if (world.h[r].e)
			fake_kill(r);
}

int main(int argc, char **argv)
{
	unsigned seeds = argc > 1 ? atoi(argv[1]) : getenv("SEEDS") ? atoi(getenv("SEEDS")) : 60;
	unsigned first = argc > 2 ? atoi(argv[2]) : 1, hours = argc > 3 ? atoi(argv[3]) : 1, bad = 0;
	char name[80];

	fake_verbose = argc == 3;
	for (seed_now = first; seed_now < first + seeds && bad < 5; seed_now++) {
		one_seed(seed_now, hours);
		if (fault[0]) {
			snprintf(name, sizeof name, "sim: seed %u at %lld.%06lld s", seed_now, (long long)(world.now / SEC),
			         (long long)(world.now % SEC));
			t_case(0, name, "%s", fault);
			bad++;
		}
	}
	printf("%u seeds, %u events, %u take-overs, settled %u times\n", seeds, events, masters_made, checks);
	t_case(!bad && masters_made > seeds && checks > seeds, "sim: the invariants hold", "%u bad seeds, %u take-overs", bad, masters_made);
	T_END;
}
