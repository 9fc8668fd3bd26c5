/*
 * fsm.h - the virtual router's state machine (pure): state, event, time in; ordered actions out.
 * RFC 9568 6.4, RFC 3768 6.4, and keepalived's behaviour where it is kinder to users.
 *
 * RFC 9568 says Active and Initialize; keepalived.conf and this code say MASTER and FAULT.
 */
#ifndef FSM_H
#define FSM_H

#include <stdbool.h>
#include <stdint.h>

#include "usec.h"

enum fsm_state { FSM_INIT, FSM_BACKUP, FSM_MASTER, FSM_FAULT, FSM_STOPPED };

/* "INIT", "BACKUP", "MASTER", "FAULT", "STOP" */
const char *fsm_state_text(enum fsm_state s);

/* Why a state was entered: log, state file, notify and tests say the same words. */
#define FSM_WHYS(X)                                                       \
	X(WHY_NONE,     "not started")                                    \
	X(WHY_START,    "started")                                        \
	X(WHY_AGAIN,    "started again, nobody else can be master yet")   \
	X(WHY_OWNER,    "owns the addresses (priority 255)")              \
	X(WHY_SILENCE,  "silence")         /* the master-down time is over */ \
	X(WHY_LEFT,     "master left")     /* it sent priority 0 */       \
	X(WHY_PREEMPT,  "master has a lower priority")                    \
	X(WHY_HIGHER,   "advert with a higher priority")                  \
	X(WHY_TIE,      "advert with the same priority and a higher address") \
	X(WHY_LATE,     "own timer so late that others took over")        \
	X(WHY_FAULT,    "fault")           /* the engine names which */   \
	X(WHY_CLEARED,  "fault cleared")                                  \
	X(WHY_GROUP,    "the sync group yields")  /* the engine names who */ \
	X(WHY_STOP,     "stopped")                                        \
	X(WHY_RELOAD,   "configuration changed")

enum fsm_why {
#define X(e, text) e,
	FSM_WHYS(X)
#undef X
	WHY_N
};

const char *fsm_why_text(enum fsm_why w);

/* In the order they must happen. */
enum act {
	ACT_ADVERT,	/* send one advert now with the effective priority */
	ACT_RESIGN,	/* send one advert with priority 0 */
	ACT_VIPS_UP,	/* set every address, announce each as it is set */
	ACT_VIPS_DOWN,	/* take every address off, forget queued announcements */
	ACT_GARP_LOWER,	/* announce again because somebody else spoke as master (garp_lower_prio_*) */
	ACT_NOTIFY	/* the state changed: scripts, state file, log */
};

enum { ACTS_MAX = 8 };

struct acts {
	unsigned n;
	enum act v[ACTS_MAX];
};

/* What one router's configuration and trackers say. */
struct fsm_conf {
	uint8_t prio;		/* effective, 1..255; 255 = owner */
	uint8_t version;	/* 2 or 3 */
	uint8_t down_adverts;	/* adverts missed before the master is dead; 3 */
	bool nopreempt;
	uint8_t late_prio;	/* timer_expired_backup; 0: off */
	bool demoted;		/* prio is 1 because somebody wants another master */
	bool grouped;		/* of a sync group: MASTER only by EV_TAKE */
	bool start_backup;	/* owner told `state BACKUP`: waits the master-down time once */
	bool lower_no_advert;	/* lower_prio_no_advert */
	bool higher_send;	/* higher_prio_send_advert */
	usec preempt_delay;	/* 0 = none */
	usec adv;		/* our own interval */
};

struct fsm {
	enum fsm_state state;
	enum fsm_why why;	/* of the last transition */
	usec deadline;		/* BACKUP: master-down; MASTER: next advert; else USEC_NEVER */
	usec master_adv;	/* v3: interval learned from the master (Active_Adver_Interval) */
	usec preempt_at;	/* preempt_delay running until then; 0 = not running */
	usec heard;		/* BACKUP: when the last advert was accepted, or the wait began */
	usec lower_reply;	/* MASTER: when a lower or leaving advert was last answered */
	uint8_t lower_heard;	/* BACKUP: priority of a lower master that is being ignored; 0 = none */
	bool left;		/* BACKUP: the master's last word was priority 0 */
	usec hold;		/* BACKUP, grouped: priority 0 does not bring the deadline before this */
	uint8_t ready;		/* BACKUP, grouped: enum fsm_why it would be MASTER for; 0: it would not */
};

enum fsm_ev_kind {
	EV_UP,		/* start, or the last fault cleared (why: WHY_START, WHY_AGAIN, WHY_CLEARED, WHY_RELOAD) */
	EV_DOWN,	/* a fault (interface, address, tracker) */
	EV_STOP,	/* shutdown, or removed by a reload */
	EV_TIMER,	/* the deadline has come */
	EV_ADVERT,	/* an advert that passed all receipt checks */
	EV_TAKE,	/* the whole group takes over, if it is ready */
	EV_YIELD,	/* of the group: a MASTER resigns, a BACKUP waits adv longer, whoever leaves */
	EV_CONF		/* fsm_conf changed (tracker, reload): old says what it was */
};

struct fsm_ev {
	enum fsm_ev_kind kind;
	enum fsm_why why;		/* EV_UP, EV_DOWN */
	bool heir;			/* EV_UP: a predecessor that was killed was MASTER; its addresses are set still */
	uint8_t prio;			/* EV_ADVERT */
	usec adv;			/* EV_ADVERT: its interval; EV_YIELD */
	int cmp;			/* EV_ADVERT: sender's address against ours: <0, 0, >0 */
	const struct fsm_conf *old;	/* EV_CONF */
};

/* An untouched machine: FSM_INIT, nothing learned. */
void fsm_init(struct fsm *s);

/* The one door. out is overwritten. A timer event before the deadline is ignored. */
void fsm_step(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out);

/* Skew_Time and Master_Down_Interval as they stand (RFC 9568 6.1; v2: RFC 3768 6.1), rounded up. */
usec fsm_skew(const struct fsm *s, const struct fsm_conf *c);
usec fsm_down(const struct fsm *s, const struct fsm_conf *c);

#endif
