/* test_fsm.c - one row per cell of RFC 9568 6.4 and per behaviour of keepalived that differs. */
#include "fsm.h"
#include "limits.h"
#include "t.h"

static const char *act_name(enum act a)
{
	switch (a) {
	case ACT_ADVERT:     return "advert";
	case ACT_RESIGN:     return "resign";
	case ACT_VIPS_UP:    return "vips-up";
	case ACT_VIPS_DOWN:  return "vips-down";
	case ACT_GARP_LOWER: return "garp-lower";
	case ACT_NOTIFY:     return "notify";
	}
	return "?";
}

static const char *acts_text(const struct acts *a)
{
	static char buf[128];

	buf[0] = 0;
	for (unsigned i = 0; i < a->n; i++) {
		if (i)
			strcat(buf, " ");
		strcat(buf, act_name(a->v[i]));
	}
	return buf;
}

#define NOW (1000 * SEC)
enum { NONE = -1, KEEP = -2 };			/* wait: no deadline; the one before */

/* 3 * 1 s + 156/256 s */
#define DOWN100 3609375
#define SKEW100 609375

struct row {
	const char *name;
	enum fsm_state from;
	struct fsm_conf c;
	struct fsm_ev ev;
	enum fsm_state to;
	const char *acts;
	long long wait;		/* deadline - NOW */
	enum fsm_why why;	/* WHY_NONE: not looked at */
};

#define V3(p) { .prio = p, .version = 3, .down_adverts = 3, .adv = SEC }
#define V2(p) { .prio = p, .version = 2, .down_adverts = 3, .adv = SEC }
#define C(p, ...) { .prio = p, .version = 3, .adv = SEC, .down_adverts = __VA_ARGS__ }
#define UP { .kind = EV_UP, .why = WHY_START }
#define HEIR { .kind = EV_UP, .why = WHY_START, .heir = true }
#define AGAIN { .kind = EV_UP, .why = WHY_AGAIN }
#define CLEARED { .kind = EV_UP, .why = WHY_CLEARED }
#define FAULT { .kind = EV_DOWN, .why = WHY_FAULT }
#define STOP { .kind = EV_STOP }
#define TIMER { .kind = EV_TIMER }
#define TAKE { .kind = EV_TAKE }
#define YIELD(a) { .kind = EV_YIELD, .adv = a }
#define ADV(p, i, k) { .kind = EV_ADVERT, .prio = p, .adv = i, .cmp = k }

static const struct row rows[] = {
	/* Initialize */
	{ "6.4.1 init/startup/backup",       FSM_INIT,   V3(100), UP, FSM_BACKUP, "notify", DOWN100, WHY_START },
	{ "6.4.1 init/startup/owner",        FSM_INIT,   V3(255), UP, FSM_MASTER, "advert vips-up notify", SEC, WHY_OWNER },
	{ "K c.5 init/startup/owner-BACKUP", FSM_INIT,   C(255, 3, .start_backup = true), UP, FSM_BACKUP, "notify", 3003907, WHY_START },
	{ "c.5 init/startup/after a MASTER that was killed", FSM_INIT, V3(100), HEIR, FSM_BACKUP, "notify", SEC + SKEW100, WHY_START },
	{ "c.5 the same, down_timer_adverts", FSM_INIT, C(100, 5), HEIR, FSM_BACKUP, "notify", SEC + SKEW100, WHY_START },
	{ "c.5 the same, nopreempt",         FSM_INIT,   C(100, 3, .nopreempt = true), HEIR, FSM_BACKUP, "notify", DOWN100, WHY_START },
	{ "c.5 the same, preempt_delay",     FSM_INIT,   C(100, 3, .preempt_delay = SEC), HEIR, FSM_BACKUP, "notify", DOWN100, WHY_START },
	{ "init/again: MASTER as before",    FSM_INIT,   V3(100), AGAIN, FSM_MASTER, "advert vips-up notify", SEC, WHY_AGAIN },
	{ "init/again/owner",                FSM_INIT,   V3(255), AGAIN, FSM_MASTER, "advert vips-up notify", SEC, WHY_OWNER },
	{ "init/again/group: when all can",  FSM_INIT,   C(100, 3, .grouped = true), AGAIN, FSM_BACKUP, "notify", DOWN100, WHY_AGAIN },
	{ "6.4.1 init/advert",               FSM_INIT,   V3(100), ADV(200, SEC, 1), FSM_INIT, "", NONE, 0 },
	{ "7.1 init/shutdown",               FSM_INIT,   V3(100), STOP, FSM_STOPPED, "notify", NONE, WHY_STOP },
	{ "init/fault",                      FSM_INIT,   V3(100), FAULT, FSM_FAULT, "notify", NONE, WHY_FAULT },
	{ "init/timer",                      FSM_INIT,   V3(100), TIMER, FSM_INIT, "", NONE, 0 },
	/* Backup */
	{ "6.4.2 backup/timer",              FSM_BACKUP, V3(100), TIMER, FSM_MASTER, "advert vips-up notify", SEC, WHY_SILENCE },
	{ "6.4.2 backup/shutdown",           FSM_BACKUP, V3(100), STOP, FSM_STOPPED, "notify", NONE, WHY_STOP },
	{ "backup/fault",                    FSM_BACKUP, V3(100), FAULT, FSM_FAULT, "notify", NONE, WHY_FAULT },
	{ "6.4.2 backup/advert/prio-0",      FSM_BACKUP, V3(100), ADV(0, 5 * SEC, 1), FSM_BACKUP, "", SKEW100, 0 },
	{ "6.4.2 backup/advert/higher",      FSM_BACKUP, V3(100), ADV(200, SEC, -1), FSM_BACKUP, "", DOWN100, 0 },
	{ "6.4.2 backup/advert/equal-low",   FSM_BACKUP, V3(100), ADV(100, SEC, -1), FSM_BACKUP, "", DOWN100, 0 },
	{ "6.4.2 backup/advert/equal-high",  FSM_BACKUP, V3(100), ADV(100, SEC, 1), FSM_BACKUP, "", DOWN100, 0 },
	{ "6.4.2 backup/advert/learn",       FSM_BACKUP, V3(100), ADV(200, 100 * MS, 1), FSM_BACKUP, "", 360938, 0 },
	{ "3768 6.4.2 backup/v2 no learning", FSM_BACKUP, V2(100), ADV(200, SEC, 1), FSM_BACKUP, "", DOWN100, 0 },
	{ "6.4.2 backup/advert/lower",       FSM_BACKUP, V3(100), ADV(50, 9 * SEC, 1), FSM_BACKUP, "", KEEP, 0 },
	{ "6.4.2 backup/lower/nopreempt",    FSM_BACKUP, C(100, 3, .nopreempt = true), ADV(50, SEC, 1), FSM_BACKUP, "", DOWN100, 0 },
	{ "6.1 owner preempts all the same", FSM_BACKUP, C(255, 3, .nopreempt = true), ADV(50, SEC, 1), FSM_BACKUP, "", KEEP, 0 },
	{ "K c.6 backup/lower/preempt_delay", FSM_BACKUP, C(100, 3, .preempt_delay = 60 * SEC), ADV(50, SEC, 1), FSM_BACKUP, "", DOWN100, 0 },
	{ "K b.4 down_timer_adverts",        FSM_BACKUP, C(100, 5), ADV(200, SEC, 1), FSM_BACKUP, "", 5609375, 0 },
	/* sync groups: K c.12 */
	{ "c.12 init/startup/owner waits too", FSM_INIT, C(255, 3, .grouped = true), UP, FSM_BACKUP, "notify", 3003907, WHY_START },
	{ "c.12 backup/timer is a wish",     FSM_BACKUP, C(100, 3, .grouped = true), TIMER, FSM_BACKUP, "", DOWN100, 0 },
	{ "c.12 backup/take without one",    FSM_BACKUP, C(100, 3, .grouped = true), TAKE, FSM_BACKUP, "", KEEP, 0 },
	{ "c.12 backup/yield",               FSM_BACKUP, C(100, 3, .grouped = true), YIELD(SEC), FSM_BACKUP, "", DOWN100 + 1000000, 0 },
	{ "c.12 master/take",                FSM_MASTER, C(100, 3, .grouped = true), TAKE, FSM_MASTER, "", KEEP, 0 },
	{ "c.12 master/yield resigns",       FSM_MASTER, C(100, 3, .grouped = true), YIELD(0), FSM_BACKUP,
	  "resign vips-down notify", DOWN100, WHY_GROUP },
	{ "c.12 fault/take",                 FSM_FAULT,  C(100, 3, .grouped = true), TAKE, FSM_FAULT, "", NONE, 0 },
	{ "c.12 fault/yield",                FSM_FAULT,  C(100, 3, .grouped = true), YIELD(0), FSM_FAULT, "", NONE, 0 },
	/* Master */
	{ "6.4.3 master/timer",              FSM_MASTER, V3(100), TIMER, FSM_MASTER, "advert", SEC, 0 },
	{ "6.4.3 master/shutdown",           FSM_MASTER, V3(100), STOP, FSM_STOPPED, "resign vips-down notify", NONE, WHY_STOP },
	{ "K c.6 master/fault",              FSM_MASTER, V3(100), FAULT, FSM_FAULT, "resign vips-down notify", NONE, WHY_FAULT },
	{ "6.4.3 master/advert/prio-0",      FSM_MASTER, V3(100), ADV(0, SEC, 1), FSM_MASTER, "advert", SEC, 0 },
	{ "6.4.3 master/advert/higher",      FSM_MASTER, V3(100), ADV(101, SEC, -1), FSM_BACKUP, "vips-down notify", DOWN100, WHY_HIGHER },
	{ "6.4.3 master/higher learns",      FSM_MASTER, V3(100), ADV(101, 2 * SEC, -1), FSM_BACKUP, "vips-down notify", 7218750, WHY_HIGHER },
	{ "6.4.3 master/nopreempt not asked", FSM_MASTER, C(100, 3, .nopreempt = true), ADV(101, SEC, -1), FSM_BACKUP, "vips-down notify", DOWN100, WHY_HIGHER },
	{ "6.4.3 master/equal/high address", FSM_MASTER, V3(100), ADV(100, SEC, 1), FSM_BACKUP, "vips-down notify", DOWN100, WHY_TIE },
	{ "6.4.3 master/equal/low address",  FSM_MASTER, V3(100), ADV(100, SEC, -1), FSM_MASTER, "advert garp-lower", KEEP, 0 },
	{ "D15 master/equal/own address",    FSM_MASTER, V3(100), ADV(100, SEC, 0), FSM_MASTER, "", KEEP, 0 },
	{ "6.4.3 master/advert/lower",       FSM_MASTER, V3(100), ADV(50, SEC, 1), FSM_MASTER, "advert garp-lower", KEEP, 0 },
	{ "K c.6 lower_prio_no_advert",      FSM_MASTER, C(100, 3, .lower_no_advert = true), ADV(50, SEC, 1), FSM_MASTER, "garp-lower", KEEP, 0 },
	{ "K c.6 higher_prio_send_advert",   FSM_MASTER, C(100, 3, .higher_send = true), ADV(101, SEC, 1), FSM_BACKUP, "advert vips-down notify", DOWN100, WHY_HIGHER },
	{ "E8298 two owners, high address",  FSM_MASTER, V3(255), ADV(255, SEC, 1), FSM_BACKUP, "vips-down notify", 3003907, WHY_TIE },
	{ "E8298 two owners, low address",   FSM_MASTER, V3(255), ADV(255, SEC, -1), FSM_MASTER, "advert garp-lower", KEEP, 0 },
	{ "master/startup again",            FSM_MASTER, V3(100), UP, FSM_MASTER, "", KEEP, 0 },
	/* Fault */
	{ "K c.6 fault/cleared",             FSM_FAULT,  V3(100), CLEARED, FSM_BACKUP, "notify", DOWN100, WHY_CLEARED },
	{ "K c.6 fault/cleared/owner",       FSM_FAULT,  V3(255), CLEARED, FSM_MASTER, "advert vips-up notify", SEC, WHY_OWNER },
	{ "fault/owner-BACKUP only at start", FSM_FAULT, C(255, 3, .start_backup = true), CLEARED, FSM_MASTER, "advert vips-up notify", SEC, WHY_OWNER },
	{ "fault/advert",                    FSM_FAULT,  V3(100), ADV(200, SEC, 1), FSM_FAULT, "", NONE, 0 },
	{ "fault/fault",                     FSM_FAULT,  V3(100), FAULT, FSM_FAULT, "", NONE, 0 },
	{ "fault/shutdown",                  FSM_FAULT,  V3(100), STOP, FSM_STOPPED, "notify", NONE, WHY_STOP },
};

static void place(struct fsm *s, enum fsm_state from, const struct fsm_conf *c)
{
	fsm_init(s);
	s->state = from;
	s->master_adv = c->adv;
	s->deadline = from == FSM_BACKUP || from == FSM_MASTER ? NOW : USEC_NEVER;
	s->lower_reply = NOW - SEC;
}

static void run(const struct row *r)
{
	struct acts out;
	struct fsm s;
	usec want = r->wait == NONE ? USEC_NEVER : r->wait == KEEP ? NOW : NOW + r->wait;

	place(&s, r->from, &r->c);
	fsm_step(&s, &r->c, &r->ev, NOW, &out);
	t_case(s.state == r->to && !strcmp(acts_text(&out), r->acts) && s.deadline == want &&
	       (!r->why || s.why == r->why), r->name, "%s [%s] deadline %+lld why %s", fsm_state_text(s.state),
	       acts_text(&out), (long long)(s.deadline - NOW), fsm_why_text(s.why));
}

/* Section 6 of the protocol reference: Skew_Time and the down interval, to the microsecond, rounded up. */
static void intervals(void)
{
	static const struct { uint8_t version, prio; int cs; usec skew, down; } v[] = {
		{ 3, 100, 100, 609375, 3609375 }, { 3, 200, 100, 218750, 3218750 }, { 3, 254, 100, 7813, 3007813 },
		{ 3, 1, 100, 996094, 3996094 },   { 3, 100, 1000, 6093750, 36093750 }, { 3, 100, 10, 60938, 360938 },
		{ 3, 100, 1, 6094, 36094 },       { 3, 100, 4095, 24953907, 147803907 }, { 2, 100, 100, 609375, 3609375 },
		{ 2, 100, 1000, 609375, 30609375 }, { 2, 100, 25500, 609375, 765609375 }, { 3, 255, 1, 40, 30040 },
	};
	char name[40];

	for (unsigned i = 0; i < sizeof v / sizeof *v; i++) {
		struct fsm_conf c = { .prio = v[i].prio, .version = v[i].version, .down_adverts = 3, .adv = v[i].cs * 10 * MS };
		struct fsm s;

		place(&s, FSM_BACKUP, &c);
		snprintf(name, sizeof name, "6.1 v%u prio %u, %d cs", v[i].version, v[i].prio, v[i].cs);
		t_case(fsm_skew(&s, &c) == v[i].skew && fsm_down(&s, &c) == v[i].down, name, "skew %lld down %lld",
		       (long long)fsm_skew(&s, &c), (long long)fsm_down(&s, &c));
	}
}

static void never_early(void)
{
	static const struct fsm_ev timer = TIMER;
	struct fsm_conf c = V3(100);
	struct acts out;
	struct fsm s;

	place(&s, FSM_BACKUP, &c);
	fsm_step(&s, &c, &timer, NOW - 1, &out);
	t_case(s.state == FSM_BACKUP && !out.n, "6.4.2 a timer before its deadline is no time-out", "%s", fsm_state_text(s.state));
	place(&s, FSM_MASTER, &c);
	fsm_step(&s, &c, &timer, NOW - 1, &out);
	t_case(!out.n && s.deadline == NOW, "6.4.3 an early timer sends nothing", "%u actions", out.n);
	fsm_step(&s, &c, &timer, NOW + 300 * MS, &out);
	t_int("6.4.3 a late advert does not shift the period", s.deadline - NOW, SEC);
	fsm_step(&s, &c, &timer, NOW + 30 * SEC, &out);
	t_int("a machine that slept sends once, not thirty times", s.deadline - NOW, 31 * SEC);
}

/* Several steps in a row; t is relative to NOW. */
static void preempt_delay(void)
{
	const struct fsm_ev lower = ADV(50, SEC, 1), higher = ADV(150, SEC, 1), timer = TIMER;
	struct fsm_conf c = C(100, 3, .preempt_delay = 10 * SEC);
	struct acts out;
	struct fsm s;

	place(&s, FSM_BACKUP, &c);
	fsm_step(&s, &c, &lower, NOW, &out);
	fsm_step(&s, &c, &lower, NOW + 9 * SEC, &out);
	t_int("K c.6 during preempt_delay a lower advert restarts the timer", s.deadline - NOW, 9 * SEC + DOWN100);
	fsm_step(&s, &c, &lower, NOW + 10 * SEC, &out);
	t_int("K c.6 after preempt_delay it does not", s.deadline - NOW, 9 * SEC + DOWN100);
	fsm_step(&s, &c, &timer, NOW + 9 * SEC + DOWN100, &out);
	t_case(s.state == FSM_MASTER && s.why == WHY_PREEMPT, "K c.6 then the timer runs out: preempted", "%s, %s",
	       fsm_state_text(s.state), fsm_why_text(s.why));
	place(&s, FSM_BACKUP, &c);
	fsm_step(&s, &c, &lower, NOW, &out);
	fsm_step(&s, &c, &higher, NOW + 5 * SEC, &out);
	fsm_step(&s, &c, &lower, NOW + 11 * SEC, &out);
	t_int("K c.6 a higher advert cancels the delay", s.deadline - NOW, 11 * SEC + DOWN100);
}

static void learning(void)
{
	const struct fsm_ev slow = ADV(200, 10 * SEC, 1), left = ADV(0, SEC, 1), fault = FAULT, clear = CLEARED, timer = TIMER;
	struct fsm_conf c = V3(100);
	struct acts out;
	struct fsm s;

	place(&s, FSM_BACKUP, &c);
	fsm_step(&s, &c, &slow, NOW, &out);
	t_int("6.4.2 learned interval in the down time", s.deadline - NOW, 36093750);
	fsm_step(&s, &c, &left, NOW, &out);
	t_int("6.4.2 priority 0: skew of the learned interval, not of its own", s.deadline - NOW, 6093750);
	fsm_step(&s, &c, &timer, s.deadline, &out);
	t_case(s.state == FSM_MASTER && s.why == WHY_LEFT, "6.4.2 and then we are master because it left", "%s",
	       fsm_why_text(s.why));
	t_int("6.4.3 (C-57) the period is our own", s.deadline - (NOW + 6093750), SEC);
	place(&s, FSM_BACKUP, &c);
	fsm_step(&s, &c, &slow, NOW, &out);
	fsm_step(&s, &c, &fault, NOW, &out);
	fsm_step(&s, &c, &clear, NOW, &out);
	t_int("K c.6 a fault forgets what was learned", s.deadline - NOW, DOWN100);
}

/* timer_expired_backup: our timer came so late that a router of that priority has taken over since. */
static void overslept(void)
{
	static const struct {
		const char *name;
		struct fsm_conf c;
		struct fsm_ev ev;
		usec late;		/* after our last advert */
		enum fsm_state to;
		const char *acts;
	} rows[] = {
		{ "timer, late",          C(150, 3, .nopreempt = true, .late_prio = 100), TIMER, DOWN100, FSM_BACKUP, "vips-down notify" },
		{ "timer, not so late",   C(150, 3, .nopreempt = true, .late_prio = 100), TIMER, DOWN100 - 1, FSM_MASTER, "advert" },
		{ "lower, late",          C(150, 3, .nopreempt = true, .late_prio = 100), ADV(100, SEC, -1), DOWN100, FSM_BACKUP, "vips-down notify" },
		{ "lower, of higher than that", C(150, 3, .nopreempt = true, .late_prio = 100), ADV(101, SEC, -1), DOWN100, FSM_MASTER, "advert garp-lower" },
		{ "lower, not so late",   C(150, 3, .nopreempt = true, .late_prio = 100), ADV(100, SEC, -1), DOWN100 - 1, FSM_MASTER, "advert garp-lower" },
		{ "without nopreempt",    C(150, 3, .late_prio = 100), TIMER, DOWN100, FSM_MASTER, "advert" },
		{ "without the word",     C(150, 3, .nopreempt = true), TIMER, DOWN100, FSM_MASTER, "advert" },
	};
	struct acts out;
	struct fsm s;
	char name[80];

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		place(&s, FSM_MASTER, &rows[i].c);
		s.deadline = NOW + SEC;			/* the last advert went out at NOW */
		fsm_step(&s, &rows[i].c, &rows[i].ev, NOW + rows[i].late, &out);
		snprintf(name, sizeof name, "timer_expired_backup: %s", rows[i].name);
		t_case(s.state == rows[i].to && (s.state == FSM_MASTER || s.why == WHY_LATE), name, "%s", fsm_state_text(s.state));
		t_str(name, acts_text(&out), rows[i].acts);
	}
}

static void answers_are_bounded(void)
{
	const struct fsm_ev lower = ADV(50, SEC, 1), zero = ADV(0, SEC, 1);
	struct fsm_conf c = V3(100);
	struct acts out;
	struct fsm s;
	unsigned n = 0;

	place(&s, FSM_MASTER, &c);
	for (int i = 0; i < 100000; i++) {
		fsm_step(&s, &c, i & 1 ? &lower : &zero, NOW + i * 10, &out);	/* one second */
		for (unsigned k = 0; k < out.n; k++)
			n += out.v[k] == ACT_ADVERT;
	}
	t_case(n >= 90 && n <= 101, "D5 a flood of lower adverts is answered at most 100 times a second", "%u", n);
}

static void changes(void)
{
	struct fsm_conf old = V3(100), c = V3(50);
	const struct fsm_ev ev = { .kind = EV_CONF, .old = &old };
	struct acts out;
	struct fsm s;

	place(&s, FSM_BACKUP, &old);
	s.deadline = NOW + 2 * SEC;
	fsm_step(&s, &c, &ev, NOW, &out);
	t_int("D7 a lower priority lengthens the running timer by the difference", s.deadline - NOW, 2 * SEC + 195313);
	t_int("D7 and says nothing", out.n, 0);
	place(&s, FSM_MASTER, &old);
	s.deadline = NOW + 700 * MS;
	fsm_step(&s, &c, &ev, NOW, &out);
	t_str("a master's changed priority goes out at once", acts_text(&out), "advert");
	t_int("and the period stays", s.deadline - NOW, 700 * MS);
	c = old;
	c.adv = 100 * MS;
	fsm_step(&s, &c, &ev, NOW, &out);
	t_int("reload: a shorter interval counts from now", s.deadline - NOW, 100 * MS);
	place(&s, FSM_BACKUP, &old);
	s.deadline = NOW + DOWN100;
	fsm_step(&s, &c, &ev, NOW, &out);
	t_int("reload: a backup that learned nothing waits by its new interval", s.deadline - NOW, 360938);
}

static void demoted(void)
{
	struct fsm_conf old = V3(255), c = C(1, 3, .demoted = true), none = C(1, 3, .nopreempt = true);
	const struct fsm_ev down = { .kind = EV_CONF, .old = &old }, up = { .kind = EV_CONF, .old = &c }, timer = TIMER;
	const struct fsm_ev zero = ADV(0, SEC, -1), one = ADV(1, SEC, -1), other = ADV(2, SEC, -1);
	struct acts out;
	struct fsm s;

	place(&s, FSM_MASTER, &old);
	fsm_step(&s, &c, &down, NOW, &out);
	t_str("demoted: a master resigns", acts_text(&out), "resign");
	t_case(s.state == FSM_MASTER && s.deadline == NOW + 2 * SEC, "demoted: and goes on, silent until any backup had its time",
	       "%s %+lld", fsm_state_text(s.state), (long long)(s.deadline - NOW));
	fsm_step(&s, &c, &timer, NOW + 2 * SEC, &out);
	t_str("demoted: nobody came, it advertises", acts_text(&out), "advert");
	fsm_step(&s, &old, &up, NOW + 3 * SEC, &out);
	t_str("restored: says so", acts_text(&out), "advert");
	place(&s, FSM_MASTER, &old);
	fsm_step(&s, &c, &down, NOW, &out);
	fsm_step(&s, &c, &other, NOW + SEC, &out);
	t_case(s.state == FSM_BACKUP && s.why == WHY_HIGHER, "demoted: whoever comes is better, an owner too", "%s", fsm_state_text(s.state));
	place(&s, FSM_BACKUP, &old);
	fsm_step(&s, &c, &down, NOW, &out);
	t_int("demoted: a backup says nothing", out.n, 0);
	place(&s, FSM_BACKUP, &none);
	fsm_step(&s, &none, &zero, NOW, &out);
	t_case(s.deadline < NOW + 2 * SEC, "demoted: the slowest backup is there before the next advert", "%lld", (long long)(s.deadline - NOW));
	fsm_step(&s, &none, &timer, s.deadline, &out);
	fsm_step(&s, &none, &one, s.deadline, &out);
	t_int("demoted: and stays", s.state, FSM_MASTER);
}

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		run(&rows[i]);
	intervals();
	never_early();
	preempt_delay();
	learning();
	answers_are_bounded();
	overslept();
	changes();
	demoted();
	T_END;
}
