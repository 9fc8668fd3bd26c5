/*
 * sim-sync.c - sync groups in the simulated world of fake.h: routers whose groups have 2 to 4 members, each on a LAN of its
 * own (the virtual router id tells which) that loses and splits by itself, with members that fail, machines that stall, daemons
 * that die, stop, reload and come back. Members of one group may differ in family, version, authentication and cast; two that
 * differ in family or cast may have one id, and one LAN. sync.h's bounds must hold after every event, and sim_table.c's table at
 * every step.
 *
 * In some worlds the same members are no group: then each has to do what it would do alone, whatever stands beside it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "limits.h"
#include "sim.h"
#include "sync.h"
#include "t.h"

enum { MEMBERS = FAKE_LANS };

static struct model {
	unsigned n;			/* members in its configuration; the world's, or one less */
	uint8_t prio[MEMBERS];
	bool was_master[MEMBERS];	/* at the last look; a group: the first */
} m[ROUTERS];

enum kind { DUEL, ALIKE, FAMILIES, VERSIONS, CASTS, ALONE, KINDS };

static const struct sim_kind kinds[] = {
	[DUEL]     = { "groups that meet", 11 },
	[ALIKE]    = { "groups", 31 },
	[FAMILIES] = { "groups of both families", 28 },
	[VERSIONS] = { "groups of versions, both, AH", 28 },
	[CASTS]    = { "groups of multicast and unicast", 28 },
	[ALONE]    = { "all of that beside each other", 28 },
	[KINDS]    = { NULL, 0 }
};

/* What member k is on every router. */
static struct instance {
	int family;
	uint8_t vrid, version;
	bool unicast, sealed;		/* sealed: AH */
	bool both;			/* send_v2_and_v3; every third router speaks version 2 alone */
	usec adv;
} mem[MEMBERS];

static enum kind kind;
static unsigned seed_now, members, checks, takeovers, meetings, told;
static usec calm_since;
static bool nopreempt;

static uint8_t draw_prio(void)
{
	return seed_now % 4 == 1 ? 100 : 1 + fake_random(seed_now % 7 ? 254 : 255);
}

static bool is_two(unsigned r, unsigned k)
{
	return mem[k].version == 2 || (mem[k].both && r % 3 == 0);
}

static void write_peers(struct text *t, unsigned r, const struct instance *x)
{
	char a[ADDR_STR];

	text_put(t, "%sunicast_peer {\n", seed_now & 1 ? "check_unicast_src\n" : "");
	for (unsigned o = 0; o < world.n; o++) {
		struct addr peer = fake_addr(o, x->family, false);

		if (o != r)
			text_put(t, "%s\n", addr_text(&peer, a));
	}
	text_put(t, "}\n");
}

static void write_member(struct text *t, unsigned r, unsigned k)
{
	const struct instance *x = &mem[k];
	bool v6 = x->family == AF_INET6;

	text_put(t, "vrrp_script s%u {\nscript /bin/check%u\ninterval 1\n}\n"
	         "vrrp_instance V%u {\nstate BACKUP\ninterface eth0\nvirtual_router_id %u\nversion %u\npriority %u\nadvert_int %d.%02d\n%s",
	         k, k, k, x->vrid, is_two(r, k) ? 2 : 3, m[r].prio[k], (int)(x->adv / SEC), (int)(x->adv % SEC / (10 * MS)),
	         nopreempt && m[r].prio[k] != 255 ? "nopreempt\n" : "");
	if (x->both && !is_two(r, k))
		text_put(t, "send_v2_and_v3\n");
	if (x->sealed)
		text_put(t, "authentication {\nauth_type AH\nauth_pass %u\n}\n", k);
	if (x->unicast)
		write_peers(t, r, x);
	text_put(t, v6 ? "virtual_ipaddress {\nfe80::%x/64\n}\n" : "virtual_ipaddress {\n10.0.0.%u/24\n}\n", FAKE_VIP + k);
	text_put(t, "track_script {\ns%u\n%s}\nnotify \"/bin/tell\"\n}\n", k, kind == ALONE && seed_now % 3 ? "all\n" : "");
}

static const char *configure(unsigned r)
{
	static char text[8192];
	struct text t = { text, sizeof text, 0 };

	text_put(&t, "vrrp_script all {\nscript /bin/check9\ninterval 2\nweight -20\n}\n");
	for (unsigned k = 0; k < m[r].n; k++)
		write_member(&t, r, k);
	if (kind == ALONE)
		return text;
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
		a = mem[k].adv > a ? mem[k].adv : a;
	return a;
}

/* Who is MASTER together: a group, or each member for itself; that many of them. */
static unsigned units(void)
{
	return kind == ALONE ? members : 1;
}

/* A master-down time at most. */
static usec down(void)
{
	return 3 * worst_adv() + (worst_adv() < SEC ? SEC : worst_adv());
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

static bool is_master(unsigned r, unsigned unit)
{
	return engine_of(r) && state_of(r, unit) == FSM_MASTER;
}

static bool notify_rests(const struct notify *n)
{
	return !n->stage && !n->pending;
}

static void check_told_state(unsigned r, int last, enum fsm_state is, const char *whose)
{
	if (last != (int)is && last != -1)
		sim_fail("r%u: %s is %s, and its last notify said %s", r + 1, whose, fsm_state_text(is), fsm_state_text(last));
}

/* Programs hear of the last state in the end. */
static void check_told(unsigned r)
{
	const struct host *h = &world.h[r];
	const struct engine *e = engine_of(r);

	if (e->tell_head || e->job_head)
		return;
	for (unsigned k = 0; k < m[r].n; k++)
		if (notify_rests(&e->vr[k]->notify) && state_of(r, k) != FSM_INIT)
			check_told_state(r, h->last_told[k], state_of(r, k), e->vr[k]->c->name);
}

/* The group says what its members are, when none of them joins. */
static void check_group_told(unsigned r)
{
	const struct host *h = &world.h[r];
	const struct engine *e = engine_of(r);
	enum fsm_state s = state_of(r, 0);

	for (unsigned k = 0; k < m[r].n; k++)
		if (state_of(r, k) != s || !notify_rests(&e->vr[k]->notify))
			return;
	if (e->tell_head || e->job_head || s == FSM_INIT)
		return;
	if (notify_rests(&e->groups[0]->notify))
		check_told_state(r, h->last_told[FAKE_LANS], s, "the group");
	told++;
	if (e->groups[0]->state != s)
		sim_fail("r%u: members are %s, the group %s", r + 1, fsm_state_text(s), fsm_state_text(e->groups[0]->state));
}

static bool well(unsigned r, unsigned unit)
{
	if (!engine_of(r))
		return false;
	for (unsigned k = 0; k < m[r].n; k++)
		if ((kind != ALONE || k == unit) && engine_of(r)->vr[k]->own_fault)
			return false;
	return true;
}

/* Who is at least as good everywhere, and better somewhere, would be MASTER by preemption. */
static bool beats(unsigned a, unsigned b, unsigned unit)
{
	if (m[a].n != m[b].n)
		return false;
	for (unsigned k = 0; k < m[b].n; k++)
		if ((kind != ALONE || k == unit) && engine_of(a)->vr[k]->fc.prio <= engine_of(b)->vr[k]->fc.prio)
			return false;
	return true;
}

static usec patience(void)
{
	return 4 * down() + 4 * worst_adv() + 10 * SEC;
}

static void check_unit(unsigned unit)
{
	unsigned masters = 0, who = 0, able = 0;

	for (unsigned r = 0; r < world.n; r++) {
		able += well(r, unit);
		if (is_master(r, unit))
			masters++, who = r;
	}
	if (able && masters != 1)
		sim_fail("%u masters of %u routers with V%u, %lld s after peace came", masters, able, unit,
		         (long long)((world.now - calm_since) / SEC));
	for (unsigned r = 0; r < world.n && masters == 1 && !nopreempt; r++)
		if (well(r, unit) && r != who && beats(r, who, unit))
			sim_fail("r%u is MASTER of V%u, %u is better", who + 1, unit, r + 1);
}

/* One router is MASTER of all, and none that is better everywhere waits. */
static void check_settled(void)
{
	if (world.now - calm_since < patience())
		return;
	checks++;
	sim_settled();
	for (unsigned u = 0; u < units(); u++)
		check_unit(u);
}

/* No ping-pong: some time after peace nobody takes over any more. */
static void note(unsigned r, unsigned unit)
{
	bool now = is_master(r, unit);

	if (now && !m[r].was_master[unit]) {
		takeovers++;
		if (world.now > calm_since + patience())
			sim_fail("r%u took over %lld s after peace came", r + 1, (long long)((world.now - calm_since) / SEC));
	}
	m[r].was_master[unit] = now;
}

static void after_turn(unsigned r)
{
	if (!engine_of(r))
		return;
	if (kind != ALONE) {
		check_whole(r);
		check_group_told(r);
	}
	check_addresses(r);
	check_told(r);
	for (unsigned u = 0; u < units(); u++)
		note(r, u);
}

/* ---- the world goes on ---- */

static void start(unsigned r)
{
	memset(m[r].was_master, 0, sizeof m[r].was_master);
	sim_start(r, configure(r));
}

static void member_changes(unsigned r, unsigned k)
{
	if (world.h[r].e && !sim_awake(r))
		return;					/* it would read that when it wakes */
	m[r].n = members - (m[r].n == members && fake_random(2));
	if (fake_random(2))
		m[r].prio[k] = draw_prio();
	if (!world.h[r].e)
		return;
	sim_reload(r, configure(r));
	if (m[r].n < members)
		table_gone(r, members - 1);
}

static void lan(unsigned r, unsigned o, unsigned k)
{
	unsigned lan = mem[k].vrid % FAKE_LANS;

	switch (fake_random(6)) {
	case 0:
		world.lan_cut[lan][r][o] = r != o;
		break;
	case 1:
		world.lan_cut[lan][r][o] = world.lan_cut[lan][o][r] = r != o;
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
	sim_say("LAN %u: r%u-r%u, loss %u, dup %u, jitter %lld us", lan, r + 1, o + 1, world.loss, world.dup, (long long)world.jitter);
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

static void begin(unsigned seed, unsigned n, enum kind of)
{
	seed_now = seed;
	kind = of;
	sim_kind(kind);
	world = (struct world){ .n = n, .seed = seed * 2654435761u + 1, .evil = seed };
	memset(m, 0, sizeof m);
	memset(mem, 0, sizeof mem);
	sim_begin();
	calm_since = USEC_NEVER / 2;
	for (unsigned r = 0; r < world.n; r++)
		world.h[r].up = world.h[r].script_good = true;
}

/* Version 2 of IPv6 is what keepalived has for it. */
static void draw_member(struct instance *x, unsigned k, unsigned version)
{
	enum kind as = kind == ALONE ? FAMILIES + fake_random(3) : kind;
	bool pairs = as == FAMILIES || as == CASTS;

	*x = (struct instance){ .family = AF_INET, .version = version, .vrid = 8 + (pairs && kind != ALONE ? k / 2 : k) };
	if (as == FAMILIES && (k & 1)) {
		x->family = AF_INET6;
		x->version = fake_random(4) ? 3 : 2;
	}
	if (as == VERSIONS) {
		x->version = 2 + ((version + k) & 1);
		x->sealed = x->version == 2 && fake_random(2);
		x->both = x->version == 3 && fake_random(2);
	}
	if (as == CASTS) {
		x->unicast = k & 1;
		x->family = fake_random(2) && kind == ALONE ? AF_INET6 : seed_now & 4 ? AF_INET6 : AF_INET;
		x->version = x->family == AF_INET6 ? 3 : version;
		x->sealed = x->version == 2 && x->unicast && fake_random(2);
	}
}

static void draw_members(unsigned version)
{
	for (unsigned k = 0; k < members; k++) {
		struct instance *x = &mem[k];

		draw_member(x, k, version);
		x->adv = (1 + (seed_now % 11 == 0 && k)) * SEC;
		if (x->version == 3 && !x->both && seed_now & 2)
			x->adv = (1 + fake_random(10)) * 100 * MS;
	}
}

/* Nobody's peer gets in where senders are checked; nothing is old or sealed but in AH. */
static void invite(void)
{
	struct stranger s = { .every = worst_adv(), .nids = members };

	for (unsigned k = 0; k < members; k++) {
		const struct instance *x = &mem[k];

		s.id[k].wrongs = WRONG_ANYWHERE | (kind != CASTS) << WRONG_CAST | !x->unicast << WRONG_TTL |
		                 (x->unicast && seed_now & 1) << WRONG_PEER | (x->sealed ? 1 << WRONG_SEAL | 1 << WRONG_OLD : 0);
		s.id[k].family = x->family;
		s.id[k].vrid = x->vrid;
		s.id[k].version = x->version;
		s.id[k].auth = x->sealed ? AUTH_AH : AUTH_NONE;
		s.id[k].unicast = x->unicast;
	}
	sim_stranger(&s);
}

static void one_seed(unsigned seed)
{
	static const uint8_t share[] = { ALIKE, FAMILIES, ALONE, VERSIONS, ALIKE, CASTS, ALONE };
	unsigned n = seed % 10 ? 2 + seed % 3 : 5 + seed / 10 % 12;
	usec end;

	begin(seed, n, share[seed % sizeof share]);
	members = 2 + seed / 3 % (MEMBERS - 1);
	nopreempt = seed % 5 == 0;
	draw_members(seed & 1 ? 3 : 2);
	if ((kind == VERSIONS || kind == ALONE) && n > 4)
		world.n = 4;				/* more are not remembered (HEARD_MAX) */
	world.delay = seed % 13 ? 50 + fake_random(400) : 20 * MS;
	world.jitter = fake_random(3) * 1000;
	world.hooks = seed % 3 * fake_random(3 * SEC);
	if (seed % 6 == 1)
		invite();
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].skew_ppm = seed % 6 ? (int)fake_random(1000) - 500 : 0;
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = seed % 4 == 3 ? (k + r) % world.n ? 100 : 150 : draw_prio();
		start(r);
	}
	end = 3000 * SEC;
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

	begin(3 * seed, 2 + seed % 2, DUEL);		/* nothing that all members track */
	world.delay = 1 + seed * 997 % 20000;
	members = world.n;
	nopreempt = false;
	for (unsigned k = 0; k < members; k++)
		mem[k] = (struct instance){
			.family = seed % 3 == 2 && k ? AF_INET6 : AF_INET, .vrid = 8 + k, .version = 2 + (seed & 1),
			.adv = !(seed & 1) || seed % 4 == 1 ? SEC : 100 * MS,
		};
	for (unsigned r = 0; r < world.n; r++) {
		m[r].n = members;
		for (unsigned k = 0; k < members; k++)
			m[r].prio[k] = k == r ? high : low;
		start(r);
	}
	bound = 2 * down() + SYNC_BACK_OFF * worst_adv() + SEC;	/* and a second for the scripts' first results */
	calm_since = bound - patience();		/* so that note() and check_settled() hold from there on */
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
	static const struct sim sim = { "sim-sync", 300, 650, kinds, play, after_turn, check_settled, enough };

	return sim_main(argc, argv, &sim);
}
