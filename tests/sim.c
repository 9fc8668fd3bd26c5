/*
 * sim.c - one virtual router of 2 to 16 machines on a LAN that loses, delays, doubles, reorders, reflects and splits by seed,
 * with clocks that drift and stand still and machines that stall, die, reload and come back: over IPv4 or IPv6, multicast or
 * to peers, of version 2, 3 or both at once, with or without authentication. See sim.h.
 *
 * After every turn of a router: each step as sim_table.c's table says; addresses up exactly while MASTER; the last state
 * told in the end; a MASTER is never silent. And when nothing has happened for bound(), every part of the LAN in which all hear
 * all has one MASTER, the best if it may preempt.
 *
 * Configurations can be such that A hears B and not C: a peer is missing from a list, an interval of version 2 differs, one
 * router speaks 2 only, another 3 only, and a third both. Then there may be several MASTERs, and what must hold is: no MASTER
 * hears a better one, and every BACKUP hears one that it need not replace. Priorities decide, from the best router down, so
 * that comes true, within bound() a router.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "limits.h"
#include "sim.h"
#include "text.h"

/* What we know of a router without asking its engine. */
struct model {
	uint8_t prio;		/* base */
	uint8_t version;
	usec adv, preempt_delay;
	bool nopreempt, start_master;
	unsigned vips;		/* 1 to 3 */
	bool both;		/* send_v2_and_v3 */
	uint16_t peers;		/* bits: whom it sends to, and who may speak if that is checked */
	bool checks;		/* check_unicast_src */
	uint8_t ttl, min_ttl;	/* of its adverts; of those of its peers */
	bool own[3];		/* an owner's address that was there before its daemon: never touched */
	usec demoted;		/* world time until which it is; 0: not, USEC_NEVER: until peace */
	usec excused;		/* from then on it may be silent for two intervals */
	usec wakes;		/* when it last did, or will */
	enum fsm_state state;	/* after its last turn */
};

/* What all routers of a world have in common. */
enum kind { PLAIN, IPV6, PEERS, PEERS6, BOTH, SEALED, KINDS };

static const struct sim_kind kinds[] = {
	[PLAIN]  = { "IPv4 multicast", 31 },
	[IPV6]   = { "IPv6 multicast", 31 },
	[PEERS]  = { "IPv4 unicast", 28 },			/* nobody is his own peer */
	[PEERS6] = { "IPv6 unicast", 28 },
	[BOTH]   = { "send_v2_and_v3 and one of them", 31 },
	[SEALED] = { "AH", 28 },				/* an advert of our own has an old number */
	[KINDS]  = { NULL, 0 }
};

static struct model m[ROUTERS];
static enum kind kind;
static int family;
static bool unicast, afar, closed;	/* afar: unicast_src_ip, not link-local; closed: everybody checks who speaks */
static usec calm_since, slowest;	/* the last disturbance; the longest interval of this world */
static bool mixed;		/* versions or intervals differ */
static bool trackers, refused;		/* this world has some; kernels have refused addresses since peace */
static unsigned seed_now, settled, parts_settled, biggest;
static uint64_t stalls;

static uint8_t prio_of(unsigned r)
{
	return world.h[r].e->vr[0]->fc.prio;
}

static enum fsm_state state_of(unsigned r)
{
	return world.h[r].e ? world.h[r].e->vr[0]->fsm.state : FSM_INIT;
}

/* A third of the worlds has equal priorities: the address decides. Some have owners. */
static uint8_t draw_prio(void)
{
	if (seed_now % 3 == 0)
		return 100;
	return seed_now % 7 == 1 && !fake_random(3) ? 255 : 1 + fake_random(254);
}

/* Version 2 has seconds, version 3 hundredths of them. */
static usec draw_adv(unsigned version)
{
	static const uint16_t v3[] = { 100, 10, 3, 4000, 25, 500, 1000, 4000 }, odd[] = { 100, 50, 400, 1000 }, v2[] = { 1, 2, 10, 20 };

	return version == 2 ? v2[fake_random(4)] * SEC : (mixed ? odd[fake_random(4)] : v3[fake_random(8)]) * 10 * MS;
}

static void write_peers(struct text *t, unsigned r)
{
	char a[ADDR_STR];
	struct addr peer = fake_addr(r, family, afar);

	if (!unicast)
		return;
	if (afar || r % 2)
		text_put(t, "unicast_src_ip %s\n", addr_text(&peer, a));
	text_put(t, "unicast_ttl %u\n%sunicast_peer {\n", m[r].ttl, m[r].checks ? "check_unicast_src\n" : "");
	for (unsigned o = 0; o < world.n; o++) {
		peer = fake_addr(o, family, afar);
		if (m[r].peers >> o & 1)
			text_put(t, "%s min_ttl %u\n", addr_text(&peer, a), m[r].min_ttl);
	}
	text_put(t, "}\n");
}

/* The first is advertised. */
static void write_addresses(struct text *t, unsigned r)
{
	static const char *const vips[2][3] = {
		{ "10.0.0.100/24", "10.0.0.101", "10.0.0.102" }, { "fe80::64/64", "2001:db8::65", "10.0.0.102" },
	};
	const char *const *vip = vips[family == AF_INET6];

	text_put(t, "virtual_ipaddress {\n%s\n}\nvirtual_ipaddress_excluded {\n", vip[0]);
	for (unsigned k = 1; k < m[r].vips; k++)
		text_put(t, "%s\n", vip[k]);
	text_put(t, "}\n");
}

/* Nothing here but the daemon reads it. */
static const char *configure(unsigned r)
{
	static char text[2048];
	struct text t = { text, sizeof text, 0 };

	text_put(&t, "vrrp_script s {\nscript \"%s\"\ninterval %u\nweight -60\n}\n",
	         seed_now % 3 == 1 ? "vrrp-check tcp 127.0.0.1:80" : "/bin/check", (unsigned)(slowest / SEC + 2));
	text_put(&t, "vrrp_instance V {\nstate %s\ninterface eth0\nvirtual_router_id 7\nversion %u\npriority %u\nadvert_int %d.%02d\n",
	         m[r].start_master ? "MASTER" : "BACKUP", m[r].version, m[r].prio, (int)(m[r].adv / SEC), (int)(m[r].adv % SEC / (10 * MS)));
	if (m[r].nopreempt)
		text_put(&t, "nopreempt\n");
	if (m[r].preempt_delay)
		text_put(&t, "preempt_delay %d\n", (int)(m[r].preempt_delay / SEC));
	if (m[r].both)
		text_put(&t, "send_v2_and_v3\n");
	if (kind == SEALED)
		text_put(&t, "authentication {\nauth_type AH\nauth_pass opensesa\n}\n");
	write_peers(&t, r);
	write_addresses(&t, r);
	text_put(&t, "%snotify \"/bin/tell\"\n}\n", trackers ? "track_script {\ns\n}\n" : "");
	return text;
}

/* ---- invariants ---- */

/* Addresses are up exactly while MASTER, when the engine has done its work. */
static void check_addresses(unsigned r)
{
	const struct host *h = &world.h[r];
	const struct vr *v = h->e->vr[0];
	bool want = v->fsm.state == FSM_MASTER;

	if (h->e->job_head || (want && (h->add_fails || v->retry_at != USEC_NEVER)))
		return;					/* what the kernel refuses is tried again every second */
	for (unsigned k = 0; k < 3; k++)
		if (h->has[k] != (want && k < m[r].vips) && !m[r].own[k])
			sim_fail("r%u is %s and address %u is %s", r + 1, fsm_state_text(state_of(r)), k, h->has[k] ? "set" : "missing");
}

/* The last state is told in the end. */
static void check_told(unsigned r)
{
	const struct host *h = &world.h[r];
	const struct notify *n = &h->e->vr[0]->notify;

	if (h->e->tell_head || h->e->job_head || n->stage || n->pending || h->last_told[0] == -1)
		return;
	if (h->last_told[0] != (int)state_of(r))
		sim_fail("r%u is %s and the last notify said %s", r + 1, fsm_state_text(state_of(r)), fsm_state_text(h->last_told[0]));
}

/* A MASTER that runs sends. */
static void check_rhythm(unsigned r)
{
	const struct host *h = &world.h[r];

	if (state_of(r) == FSM_MASTER && m[r].state == FSM_MASTER && world.now - m[r].excused > 2 * m[r].adv + m[r].adv / 50 &&
	    world.now - h->last_tx > m[r].adv + m[r].adv / 50)
		sim_fail("r%u is MASTER and was silent for %lld us", r + 1, (long long)(world.now - h->last_tx));
}

/* The check's weight is in the priority, some runs of the check after it changed its mind. */
static void check_priority(unsigned r)
{
	int want = m[r].prio - (world.h[r].script_good || !trackers || m[r].prio == 255 ? 0 : 60);

	if (want < 1 || m[r].demoted > world.now)
		want = 1;
	if (prio_of(r) != want)
		sim_fail("r%u has priority %u, not %d", r + 1, prio_of(r), want);
}

/* Everybody who can take part; others are alone with their version, interval or fault. */
static bool able(unsigned r)
{
	return world.h[r].e && world.h[r].up && state_of(r) != FSM_FAULT;
}

/* Does a make sense of what b says? */
static bool understands(unsigned a, unsigned b)
{
	bool two = m[b].version == 2 || m[b].both;

	if (m[a].version == 3)
		return m[b].version == 3 || (m[a].both && two);
	return two && (m[b].adv + SEC - 1) / SEC * SEC == m[a].adv;
}

/* Does what b sends come to a, and is it let in? */
static bool reaches(unsigned b, unsigned a)
{
	if (world.cut[b][a])
		return false;
	if (!unicast)
		return true;
	return m[b].peers >> a & 1 && (m[a].peers >> b & 1 ? m[b].ttl >= m[a].min_ttl : !m[a].checks);
}

static bool hears(unsigned a, unsigned b)
{
	return understands(a, b) && reaches(b, a);
}

/* Is who, who hears what rest hears, part of a whole: everybody hears everybody, and nobody else? */
static bool is_part(unsigned who)
{
	for (unsigned a = 0; a < world.n; a++) {
		if (!able(a) || (a != who && !hears(who, a)))
			continue;
		for (unsigned b = 0; b < world.n; b++)
			if (b != a && able(b) && (hears(a, b) != (b == who || hears(who, b)) || hears(a, b) != hears(b, a)))
				return false;
	}
	return true;
}

static bool better(unsigned a, unsigned b)
{
	return prio_of(a) != prio_of(b) ? prio_of(a) > prio_of(b) : a > b;
}

/*
 * After the last disturbance: what trackers say becomes known, and machines that stall wake; then two master-down times
 * and two intervals of the slowest: somebody's wait that began at the worst moment, and one that the winner began anew.
 */
static usec bound(void)
{
	usec wait = 2 * (3 * slowest + (slowest > SEC ? slowest : SEC)) + 2 * slowest + SEC, delay = 0;

	for (unsigned r = 0; r < world.n; r++)
		delay = m[r].preempt_delay > delay ? m[r].preempt_delay : delay;
	return wait + delay + (trackers ? 2 * (slowest / SEC + 2) * SEC : 0) + (refused ? 12 * SEC : 0);
}

static usec quiet_since(void)
{
	usec t = calm_since;

	for (unsigned r = 0; r < world.n; r++) {
		t = m[r].wakes > t ? m[r].wakes : t;
		if (m[r].demoted != USEC_NEVER && m[r].demoted <= world.now && m[r].demoted > t)
			t = m[r].demoted;
		else if (m[r].demoted > world.now && m[r].demoted != USEC_NEVER)
			t = world.now;
	}
	return t;
}

static void check_part(unsigned first)
{
	unsigned masters = 0, best = first, who = first, n = 0;
	bool preempt = true;

	for (unsigned r = first; r < world.n; r++) {
		if (!able(r) || (r != first && !hears(first, r)))
			continue;
		n++;
		check_priority(r);
		preempt &= !m[r].nopreempt;
		if (better(r, best))
			best = r;
		if (state_of(r) == FSM_MASTER) {
			masters++;
			who = r;
		}
	}
	parts_settled++;
	biggest = n > biggest ? n : biggest;
	if (masters != 1)
		sim_fail("%u MASTERs of the %u routers with r%u, %lld ms after the last disturbance", masters, n, first + 1,
		         (long long)((world.now - quiet_since()) / MS));
	/* a backup does not preempt an equal: the address decides only between two MASTERs */
	else if (preempt && who != best && prio_of(who) != prio_of(best))
		sim_fail("r%u is MASTER, r%u is better", who + 1, best + 1);
}

static bool first_of_part(unsigned r)
{
	for (unsigned o = 0; o < r; o++)
		if (able(o) && hears(r, o))
			return false;
	return able(r) && is_part(r);
}

/*
 * Who bears a lower master until its preempt_delay is over learns that one's interval with each of its adverts, as RFC 9568
 * wants. A better master whose interval is longer is missed too soon then, and heard again, for ever.
 */
static bool somebody_wavers(void)
{
	for (unsigned r = 0; r < world.n; r++) {
		usec adv = 0;

		for (unsigned o = 0; m[r].preempt_delay && o < world.n; o++) {
			if (o == r || !able(o) || !hears(r, o))
				continue;
			if (adv && m[o].adv != adv)
				return true;
			adv = m[o].adv;
		}
	}
	return false;
}

/* Whatever hears what, see above. */
static void check_one(unsigned r)
{
	bool master = state_of(r) == FSM_MASTER, served = false;

	for (unsigned o = 0; o < world.n; o++) {
		if (o == r || !able(o) || state_of(o) != FSM_MASTER || !hears(r, o))
			continue;
		if (master && better(o, r))
			sim_fail("r%u is MASTER and hears r%u, which is better", r + 1, o + 1);
		served |= m[r].nopreempt || prio_of(o) >= prio_of(r);
	}
	if (!master && !served)
		sim_fail("r%u is BACKUP of nobody", r + 1);
}

static void check_settled(void)
{
	if (world.loss || world.now - quiet_since() < bound())
		return;
	for (unsigned r = 0; r < world.n; r++)
		if (world.h[r].add_fails)
			return;
	settled++;
	sim_settled();
	for (unsigned r = 0; r < world.n; r++)
		if (first_of_part(r))
			check_part(r);
	if (world.now - quiet_since() < world.n * bound() || somebody_wavers())
		return;
	for (unsigned r = 0; r < world.n; r++)
		if (able(r))
			check_one(r);
}

/* Whose source is the interface's own address (not unicast_src_ip) cannot go on without. */
static void check_source(unsigned r)
{
	if (world.h[r].bare && !(unicast && (afar || r % 2)) && (state_of(r) == FSM_MASTER || state_of(r) == FSM_BACKUP))
		sim_fail("r%u is %s and has no address to send from", r + 1, fsm_state_text(state_of(r)));
}

static void after_turn(unsigned r)
{
	check_source(r);
	check_addresses(r);
	check_told(r);
	check_rhythm(r);
	m[r].state = state_of(r);
}

/* ---- what happens ---- */

static void start(unsigned r)
{
	m[r].demoted = 0;		/* a new daemon knows nothing of it */
	m[r].state = FSM_INIT;
	for (unsigned k = 0; k < 3; k++)
		m[r].own[k] = m[r].prio == 255 && world.h[r].has[k];
	sim_start(r, configure(r));
}

static void demote(unsigned r, enum demotion how, usec time)
{
	usec clock = fake_clock(r) + (time == USEC_NEVER ? 0 : time);

	m[r].demoted = how != DEMOTE_PRIORITY ? 0 : time == USEC_NEVER ? time : fake_world_time(r, clock);
	m[r].excused = world.now;
	sim_demote(r, how, time == USEC_NEVER ? time : clock);
	if (how == DEMOTE_FAULT && time != USEC_NEVER)
		m[r].wakes = fake_world_time(r, clock);
}

/* The last one stays. */
static void reload_peers(unsigned r)
{
	uint16_t peers = m[r].peers ^ 1u << fake_random(world.n);

	peers &= ~(1u << r);
	if (peers)
		m[r].peers = peers;
	m[r].checks = closed || fake_random(2);
}

static void reload(unsigned r)
{
	usec adv;

	switch (fake_random(6 + unicast)) {
	case 0:
	case 1:
		m[r].prio = draw_prio();
		break;
	case 2:
		m[r].vips = 1 + fake_random(3);
		break;
	case 3:
		adv = draw_adv(m[r].version);
		if (adv * 25 >= slowest)		/* a world lasts as long as the slowest wants */
			m[r].adv = adv;
		slowest = adv > slowest ? adv : slowest;
		break;
	case 4:
		m[r].nopreempt = !m[r].nopreempt;
		break;
	case 5:
		m[r].preempt_delay = m[r].preempt_delay ? 0 : (1 + fake_random(20)) * SEC;
		break;
	case 6:
		reload_peers(r);
		break;
	}
	m[r].excused = world.now;
	sim_reload(r, configure(r));
	for (unsigned k = m[r].vips; k < 3; k++)		/* taken off by whom it belongs to */
		if (m[r].own[k])
			m[r].own[k] = world.h[r].has[k] = false;
}

static void stall(unsigned r)
{
	bool stops = !fake_random(3);
	usec fault = m[r].wakes;		/* a demotion's end, which its clock has to see */

	stalls++;
	sim_stall(r, fake_random(20) * m[r].adv, stops);
	m[r].excused = m[r].wakes = world.h[r].paused;
	if (fault > world.now)
		m[r].wakes += fault - world.now;
	if (stops && m[r].demoted && m[r].demoted != USEC_NEVER)
		m[r].demoted += m[r].wakes - world.now;
}

static void split(void)
{
	bool side[ROUTERS];

	for (unsigned r = 0; r < world.n; r++)
		side[r] = fake_random(2);
	for (unsigned a = 0; a < world.n; a++)
		for (unsigned b = 0; b < world.n; b++)
			world.cut[a][b] = side[a] != side[b];
	sim_say("the LAN splits");
}

static void lan(unsigned r, unsigned o)
{
	switch (fake_random(7)) {
	case 0:
		world.cut[r][o] = r != o;			/* one way */
		break;
	case 1:
		world.cut[r][o] = world.cut[o][r] = r != o;
		break;
	case 2:
		split();
		break;
	case 3:
		world.loss = fake_random(4) * 150;
		break;
	case 4:
		world.dup = fake_random(2) * 200;
		break;
	case 5:
		world.echo = fake_random(2) * 300;
		break;
	case 6:
		world.jitter = fake_random(2) * slowest;	/* what was sent later may come earlier */
		break;
	}
	sim_say("LAN: r%u-r%u, loss %u, dup %u, echo %u, jitter %lld us", r + 1, o + 1, world.loss, world.dup, world.echo, (long long)world.jitter);
}

static void machine(unsigned r)
{
	struct host *h = &world.h[r];

	switch (fake_random(4 + (family == AF_INET6))) {
	case 0:
		sim_say("r%u's cable is %s", r + 1, h->up ? "pulled" : "plugged");
		fake_carrier(r, !h->up);
		break;
	case 1:
		h->script_good = !h->script_good;
		sim_say("r%u's check turns %s", r + 1, h->script_good ? "good" : "bad");
		break;
	case 2:
		fake_steal(r, fake_random(3));
		break;
	case 3:
		h->add_fails = !h->add_fails;
		refused = true;
		sim_say("r%u's kernel %s addresses", r + 1, h->add_fails ? "refuses" : "takes");
		break;
	case 4:
		sim_say("r%u's link-local address %s", r + 1, h->bare ? "comes" : "goes");
		fake_bare(r, !h->bare);
		break;
	}
}

static void daemon_of(unsigned r)
{
	if (!world.h[r].e) {
		start(r);
		return;
	}
	switch (fake_random(7)) {
	case 0:
		sim_kill(r);
		break;
	case 1:
		if (sim_awake(r))
			sim_stop(r);
		break;
	case 2:
	case 3:
		if (sim_awake(r))
			reload(r);
		break;
	case 4:
		if (sim_awake(r))
			demote(r, fake_random(3), fake_random(2) ? USEC_NEVER : (1 + fake_random(20)) * m[r].adv);
		break;
	case 5:
	case 6:
		if (sim_awake(r))
			stall(r);
		break;
	}
}

static void disturb(void)
{
	unsigned r = fake_random(world.n), o = fake_random(world.n), what = fake_random(3);

	calm_since = world.now;
	if (what == 0)
		lan(r, o);
	else if (what == 1)
		machine(r);
	else
		daemon_of(r);
}

static void peace(void)
{
	memset(world.cut, 0, sizeof world.cut);
	world.loss = world.dup = world.echo = 0;
	world.jitter = 1000;
	sim_say("peace");
	for (unsigned r = 0; r < world.n; r++) {
		if (!world.h[r].up)
			fake_carrier(r, true);
		if (world.h[r].bare)
			fake_bare(r, false);
		if (!world.h[r].e)
			start(r);
		world.h[r].add_fails = false;
		if (fake_random(2) && sim_awake(r))
			demote(r, DEMOTE_NOT, USEC_NEVER);
	}
	calm_since = world.now;
}

/* Half of these worlds have lists in which somebody is missing, and some have TTLs. */
static void draw_peers(unsigned seed, unsigned r)
{
	bool holes = seed % 2, far = seed % 3 == 1;

	m[r].peers = ((1u << world.n) - 1) & ~(1u << r);
	for (unsigned o = 0; holes && o < world.n; o++)
		if (!fake_random(5) && m[r].peers & ~(1u << o))
			m[r].peers &= ~(1u << o);
	m[r].checks = closed || fake_random(2);
	m[r].min_ttl = far ? 200 : 0;
	m[r].ttl = far && !fake_random(6) ? 64 : 255;
}

static void draw_kind(unsigned seed)
{
	static const uint8_t share[] = { PLAIN, IPV6, PEERS, PLAIN, BOTH, PEERS6, PLAIN, SEALED, IPV6, PLAIN, BOTH };

	kind = share[seed % sizeof share];
	family = kind == IPV6 || kind == PEERS6 ? AF_INET6 : AF_INET;
	unicast = kind == PEERS || kind == PEERS6 || (kind == SEALED && seed % 6 == 0);
	afar = kind == PEERS6 && seed % 3 == 2;
	closed = seed % 8 >= 4 || seed % 4 == 1;
	sim_kind(kind);
}

/* What he may not get through with. */
static void invite(unsigned seed)
{
	unsigned wrongs = WRONG_ANYWHERE | 1 << WRONG_CAST, version = kind == BOTH ? 2 + seed % 3 / 2 : m[0].version;

	if (!unicast)
		wrongs |= 1 << WRONG_TTL;
	else if (closed)
		wrongs |= 1 << WRONG_PEER | (m[0].min_ttl ? 1 << WRONG_TTL : 0);
	if (kind == SEALED)
		wrongs |= 1 << WRONG_SEAL | 1 << WRONG_OLD | 1 << WRONG_WORD;
	sim_stranger(&(struct stranger){ .every = slowest / 3, .nids = 1, .id = { {
		.wrongs = wrongs, .family = family, .vrid = 7, .version = version, .auth = kind == SEALED ? AUTH_AH : AUTH_NONE,
		.unicast = unicast, .afar = afar,
	} } });
}

/* Version 2 of IPv6 is what keepalived has for it. */
static unsigned draw_version(unsigned seed, bool both)
{
	if (kind == BOTH)
		return fake_random(3) ? 3 : 2;
	if (kind == SEALED)
		return 2;
	return both ? 2 + fake_random(2) : family == AF_INET6 && seed % 4 ? 3 : seed & 1 ? 3 : 2;
}

static void populate(unsigned seed)
{
	bool both = seed % 4 == 3, odd = seed % 5 == 2;

	mixed = both || odd || kind == BOTH;
	for (unsigned r = 0; r < world.n; r++) {
		world.h[r].up = world.h[r].script_good = true;
		world.h[r].skew_ppm = (int)fake_random(1000) - 500;
		world.h[r].wall = kind == SEALED && seed % 3 ? (int)fake_random(4000) - 2000 : 0;
		m[r] = (struct model){ .version = draw_version(seed, both), .prio = draw_prio(), .vips = 3 };
		m[r].adv = odd || !r || m[r].version != m[r - 1].version ? draw_adv(m[r].version) : m[r - 1].adv;
		m[r].both = kind == BOTH && m[r].version == 3 && fake_random(4);
		if (unicast)
			draw_peers(seed, r);
		m[r].nopreempt = seed % 5 == 0 || (seed % 5 == 1 && fake_random(2));
		m[r].preempt_delay = seed % 6 == 5 && fake_random(2) ? (1 + fake_random(30)) * SEC : 0;
		m[r].start_master = !fake_random(4);
		slowest = m[r].adv > slowest ? m[r].adv : slowest;
	}
}

static void one_seed(unsigned seed)
{
	usec end;

	seed_now = seed;
	draw_kind(seed);
	world = (struct world){ .n = seed % 8 ? 2 + seed / 2 % 4 : 2 + seed / 8 % 15, .seed = seed * 2654435761u + 1, .evil = seed };
	if (kind == BOTH && world.n > 4)
		world.n = 4;				/* more are not remembered (HEARD_MAX) */
	memset(m, 0, sizeof m);
	sim_begin();
	world.delay = 50 + fake_random(400);
	world.jitter = fake_random(3) * 1000;
	calm_since = slowest = 0;
	trackers = seed % 3;
	world.hooks = seed % 5 < 2 ? 0 : seed % 5 * fake_random(3 * SEC);
	refused = false;
	populate(seed);
	if (seed % 4 == 1)
		invite(seed);
	end = (kind == SEALED ? 1800 : 3000) * slowest;		/* as many adverts, whatever the interval; digests cost time */
	for (unsigned r = 0; r < world.n; r++)
		start(r);
	while (world.now < end && !sim_fault[0]) {
		for (unsigned i = fake_random(12); i && !sim_fault[0]; i--) {
			disturb();
			sim_advance(world.now + fake_random(1 + (fake_random(8) ? 10 * slowest : 4 * bound())));
		}
		peace();
		refused = true;					/* until now */
		sim_advance(world.now + (kind == PEERS || kind == PEERS6 || kind == BOTH ? world.n + 1 : 4) * bound() + 20 * SEC);
		refused = false;
	}
}

static bool enough(char *why, size_t size)
{
	snprintf(why, size, "%u times settled, %u parts, the biggest of %u, %llu stalls", settled, parts_settled, biggest,
	         (unsigned long long)stalls);
	return settled > 1000 && parts_settled > settled && biggest > 8 && stalls > 100;
}

int main(int argc, char **argv)
{
	static const struct sim sim = { "sim", 320, 10000, kinds, one_seed, after_turn, check_settled, enough };

	return sim_main(argc, argv, &sim);
}
