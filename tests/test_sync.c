/* test_sync.c - sync groups: a row per rule of sync.h, and a member's wish through time. keepalived c.12. */
#include "fsm.h"
#include "sync.h"
#include "t.h"

/*
 * Members as letters: I init, B backup, R backup that is ready, J backup that joins, Q joins and is ready, M master,
 * F fault, S stopped.
 */
static void hear(struct sync *s, const char *members)
{
	static const char letters[] = "IBRJQMFS";
	static const uint8_t states[] = { FSM_INIT, FSM_BACKUP, FSM_BACKUP, FSM_BACKUP, FSM_BACKUP, FSM_MASTER, FSM_FAULT, FSM_STOPPED };
	struct fsm f;

	sync_begin(s);
	for (; *members; members++) {
		fsm_init(&f);
		f.state = states[strchr(letters, *members) - letters];
		f.ready = *members == 'R' || *members == 'Q' ? WHY_SILENCE : 0;
		sync_hear(s, &f, *members == 'J' || *members == 'Q');
	}
}

static const struct row {
	const char *name, *members;
	enum sync_do what;
	unsigned behind;	/* SYNC_NOBODY: nobody */
	enum fsm_state was, is;
} rows[] = {
	{ "all wait",                            "BBB", SYNC_STAY,  0, FSM_INIT, FSM_BACKUP },
	{ "one is ready: it waits",              "RBB", SYNC_STAY,  1, FSM_BACKUP, FSM_BACKUP },
	{ "all but one are ready",               "RRB", SYNC_STAY,  2, FSM_BACKUP, FSM_BACKUP },
	{ "all are ready: MASTER",               "RRR", SYNC_TAKE,  SYNC_NOBODY, FSM_BACKUP, FSM_BACKUP },
	{ "a group of one",                      "R",   SYNC_TAKE,  SYNC_NOBODY, FSM_BACKUP, FSM_BACKUP },
	{ "all have become MASTER",              "MMM", SYNC_STAY,  SYNC_NOBODY, FSM_BACKUP, FSM_MASTER },
	{ "one has not: in one step",            "MRM", SYNC_TAKE,  SYNC_NOBODY, FSM_BACKUP, FSM_BACKUP },
	{ "one yields: all do",                  "MBM", SYNC_YIELD, 1, FSM_MASTER, FSM_MASTER },
	{ "one yields, another is ready",        "RMB", SYNC_YIELD, 2, FSM_MASTER, FSM_MASTER },
	{ "the first of two is blamed",          "MBB", SYNC_YIELD, 1, FSM_MASTER, FSM_MASTER },
	{ "all have yielded",                    "BBB", SYNC_STAY,  0, FSM_MASTER, FSM_BACKUP },
	{ "a newcomer has its time",             "MMJ", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "a newcomer is ready",                 "MMQ", SYNC_TAKE,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "its time is over",                    "MMB", SYNC_YIELD, 2, FSM_MASTER, FSM_MASTER },
	{ "two newcomers, one is ready",         "MQJ", SYNC_TAKE,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "a newcomer does not hide a yield",    "MBJ", SYNC_YIELD, 1, FSM_MASTER, FSM_MASTER },
	{ "newcomers of a group that waits",     "JJ",  SYNC_STAY,  SYNC_NOBODY, FSM_INIT, FSM_BACKUP },
	{ "one newcomer alone takes nothing",    "QJ",  SYNC_STAY,  SYNC_NOBODY, FSM_BACKUP, FSM_BACKUP },
	{ "all newcomers are ready",             "QQ",  SYNC_TAKE,  SYNC_NOBODY, FSM_BACKUP, FSM_BACKUP },
	{ "one awaits a script: no start",       "RRI", SYNC_STAY,  SYNC_NOBODY, FSM_INIT, FSM_INIT },
	{ "and does not end a MASTER",           "MMI", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "a fault is the hall's to tell",       "MMF", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "a fault and a wish",                  "RRF", SYNC_STAY,  SYNC_NOBODY, FSM_FAULT, FSM_FAULT },
	{ "all have heard of the fault",         "FFF", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_FAULT },
	{ "coming back, one after the other",    "BFF", SYNC_STAY,  0, FSM_FAULT, FSM_FAULT },
	{ "stopping, one after the other",       "SMM", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_MASTER },
	{ "stopped",                             "SSS", SYNC_STAY,  SYNC_NOBODY, FSM_MASTER, FSM_STOPPED },
};

static void run(const struct row *r)
{
	struct sync s;

	hear(&s, r->members);
	t_case(sync_decide(&s) == r->what && s.behind == r->behind && sync_state(&s, r->was) == r->is, r->name,
	       "decides %d, behind %u, state %s", sync_decide(&s), s.behind, fsm_state_text(sync_state(&s, r->was)));
}

/* A wish outlives what does not contradict it, and nothing else. */
static const struct wish {
	const char *name;
	struct fsm_ev ev;
	bool stays;
} wishes[] = {
	{ "a wish stays: the timer again",        { .kind = EV_TIMER }, true },
	{ "a wish stays: a lower advert",         { .kind = EV_ADVERT, .prio = 50, .adv = SEC }, true },
	{ "a wish stays: the master leaves",      { .kind = EV_ADVERT, .prio = 0, .adv = SEC }, true },
	{ "a wish ends: a better advert",         { .kind = EV_ADVERT, .prio = 150, .adv = SEC }, false },
	{ "a wish ends: an advert as good",       { .kind = EV_ADVERT, .prio = 100, .adv = SEC, .cmp = -1 }, false },
	{ "a wish ends: a fault",                 { .kind = EV_DOWN, .why = WHY_FAULT }, false },
	{ "a wish ends: MASTER",                  { .kind = EV_TAKE }, false },
};

static void wish(const struct wish *w)
{
	struct fsm_conf c = { .prio = 100, .version = 3, .down_adverts = 3, .adv = SEC, .grouped = true };
	const struct fsm_ev up = { .kind = EV_UP, .why = WHY_START }, timer = { .kind = EV_TIMER };
	struct acts out;
	struct fsm s;

	fsm_init(&s);
	fsm_step(&s, &c, &up, 0, &out);
	fsm_step(&s, &c, &timer, s.deadline, &out);
	t_case(s.ready == WHY_SILENCE && s.state == FSM_BACKUP && !out.n, "the time is over: a wish", "%s", fsm_why_text(s.ready));
	fsm_step(&s, &c, &w->ev, s.deadline, &out);
	t_case(!s.ready == !w->stays, w->name, "%s %s", fsm_state_text(s.state), fsm_why_text(s.ready));
	t_case((s.state == FSM_MASTER) == (w->ev.kind == EV_TAKE), "only the group makes it MASTER", "%s", fsm_state_text(s.state));
	if (w->ev.kind == EV_TAKE)
		t_case(s.why == WHY_SILENCE, "and its own reason counts", "%s", fsm_why_text(s.why));
}

/* The difference that a back-off makes is greater than any that priorities make. */
static void back_off(void)
{
	struct fsm_conf slow = { .prio = 1, .version = 3, .down_adverts = 3, .adv = SEC, .grouped = true }, quick = slow;
	const struct fsm_ev wait = { .kind = EV_YIELD, .adv = SYNC_BACK_OFF * SEC }, other = { .kind = EV_YIELD };
	const struct fsm_ev better = { .kind = EV_ADVERT, .prio = 255, .adv = SEC }, zero = { .kind = EV_ADVERT, .adv = SEC };
	struct fsm a = { .state = FSM_MASTER }, b = a;
	struct acts out;

	quick.prio = 254;
	fsm_step(&a, &quick, &better, 0, &out);
	fsm_step(&a, &quick, &wait, 0, &out);
	fsm_step(&a, &quick, &zero, 0, &out);
	fsm_step(&b, &slow, &other, 0, &out);
	t_case(a.deadline - b.deadline >= SEC, "who is worse on the lead member's LAN comes an interval later at least", "%lld",
	       (long long)(a.deadline - b.deadline));
}

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++)
		run(&rows[i]);
	for (unsigned i = 0; i < sizeof wishes / sizeof *wishes; i++)
		wish(&wishes[i]);
	back_off();
	T_END;
}
