/* fsm.c - the virtual router's state machine (pure). RFC 9568 6.4, RFC 3768 6.4, keepalived c.5 and c.6. */
#include <string.h>

#include "fsm.h"
#include "limits.h"
#include "text.h"

const char *fsm_state_text(enum fsm_state s)
{
	static const char text[][8] = {
		[FSM_INIT] = "INIT", [FSM_BACKUP] = "BACKUP", [FSM_MASTER] = "MASTER",
		[FSM_FAULT] = "FAULT", [FSM_STOPPED] = "STOP",
	};

	return text[s];
}

const char *fsm_why_text(enum fsm_why w)
{
	static const char text[] =
#define X(e, words) words "\0"
		FSM_WHYS(X);
#undef X

	return text_nth(text, w);
}

void fsm_init(struct fsm *s)
{
	*s = (struct fsm){ .state = FSM_INIT, .deadline = USEC_NEVER };
}

static void act(struct acts *out, enum act a)
{
	out->v[out->n++] = a;
}

/* RFC 9568 6.1 scales by the master's interval, RFC 3768 6.1 by one second. Rounded up: never early. */
usec fsm_skew(const struct fsm *s, const struct fsm_conf *c)
{
	usec scale = c->version == 2 ? SEC : s->master_adv;

	return ((256 - c->prio) * scale + 255) / 256;
}

usec fsm_down(const struct fsm *s, const struct fsm_conf *c)
{
	usec adv = c->version == 2 ? c->adv : s->master_adv;

	return c->down_adverts * adv + fsm_skew(s, c);
}

static void enter(struct fsm *s, enum fsm_state state, enum fsm_why why)
{
	s->state = state;
	s->why = why;
	s->preempt_at = 0;
	s->lower_heard = 0;
	s->left = false;
	s->ready = 0;
	s->hold = 0;
}

/* Wait for a master, from now, with interval adv (6.4.1 (150), 6.4.3 (730)). */
static void to_backup(struct fsm *s, const struct fsm_conf *c, enum fsm_why why, usec adv, usec now)
{
	enter(s, FSM_BACKUP, why);
	s->master_adv = adv;
	s->heard = now;
	s->deadline = now + fsm_down(s, c);
}

/* The advert leaves before the addresses are touched: the old master lets go first (K c.6). */
static void to_master(struct fsm *s, const struct fsm_conf *c, enum fsm_why why, usec now, struct acts *out)
{
	enter(s, FSM_MASTER, why);
	s->master_adv = c->adv;
	s->deadline = now + c->adv;
	s->lower_reply = now - LOWER_REPLY_GAP;
	act(out, ACT_ADVERT);
	act(out, ACT_VIPS_UP);
	act(out, ACT_NOTIFY);
}

/*
 * Who comes in the place of a MASTER that was killed hears within one interval whether somebody has taken over, and need not
 * wait until somebody does. Where a lost advert would cost more (nopreempt), it waits.
 */
static void start(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	bool owner = c->prio == 255 && !(c->start_backup && ev->why == WHY_START);
	enum fsm_why at_once = owner ? WHY_OWNER : ev->why == WHY_AGAIN ? ev->why : WHY_NONE;

	if (at_once && !c->grouped) {
		to_master(s, c, at_once, now, out);
		return;
	}
	to_backup(s, c, ev->why, c->adv, now);
	if (ev->heir && !c->nopreempt && !c->preempt_delay)
		s->deadline -= (c->down_adverts - 1) * c->adv;
	s->ready = at_once;
	act(out, ACT_NOTIFY);
}

static void leave(struct fsm *s, enum fsm_state state, enum fsm_why why, struct acts *out)
{
	if (s->state == state)
		return;
	if (s->state == FSM_MASTER) {
		act(out, ACT_RESIGN);
		act(out, ACT_VIPS_DOWN);
	}
	enter(s, state, why);
	s->deadline = USEC_NEVER;
	act(out, ACT_NOTIFY);
}

/* LEARN of the reference's 7.1: this master lives. */
static void follow(struct fsm *s, const struct fsm_conf *c, usec adv, usec now)
{
	s->master_adv = adv;
	s->heard = now;
	s->left = false;
	s->ready = 0;
	s->deadline = now + fsm_down(s, c);
}

/* nopreempt, or a preempt_delay that is not over: a lower master is as good as any (K c.6). */
static bool tolerate(struct fsm *s, const struct fsm_conf *c, usec now)
{
	if (c->nopreempt && c->prio != 255)
		return true;
	if (!c->preempt_delay)
		return false;
	if (!s->preempt_at)
		s->preempt_at = now + c->preempt_delay;
	return now < s->preempt_at;
}

static void backup_advert(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	if (ev->prio == 0) {
		s->left = true;
		s->ready = s->ready ? WHY_LEFT : 0;
		s->deadline = now + fsm_skew(s, c);
		if (s->deadline < s->hold)
			s->deadline = s->hold;
	} else if (ev->prio >= c->prio) {
		s->preempt_at = 0;
		s->lower_heard = 0;
		follow(s, c, ev->adv, now);
	} else if (tolerate(s, c, now)) {
		s->lower_heard = 0;
		follow(s, c, ev->adv, now);
	} else {
		s->lower_heard = ev->prio;	/* the timer runs on */
	}
}

/* The master-down time is over: MASTER, or in a group the wish for it, which is looked at again. */
static void expired(struct fsm *s, const struct fsm_conf *c, usec now, struct acts *out)
{
	enum fsm_why why = s->ready ? s->ready : s->left ? WHY_LEFT : s->lower_heard ? WHY_PREEMPT : WHY_SILENCE;

	if (!c->grouped) {
		to_master(s, c, why, now, out);
		return;
	}
	s->ready = why;
	s->deadline = now + fsm_down(s, c);
}

static void in_backup(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	switch (ev->kind) {
	case EV_UP:
	case EV_CONF:
		break;
	case EV_YIELD:
		s->hold = s->deadline = now + fsm_down(s, c) + ev->adv;
		break;
	case EV_DOWN:
		leave(s, FSM_FAULT, ev->why, out);
		break;
	case EV_STOP:
		leave(s, FSM_STOPPED, WHY_STOP, out);
		break;
	case EV_TIMER:					/* RFC 9568 6.4.2 */
		if (now >= s->deadline)
			expired(s, c, now, out);
		break;
	case EV_ADVERT:
		backup_advert(s, c, ev, now);
		break;
	case EV_TAKE:
		if (s->ready)
			to_master(s, c, s->ready, now, out);
		break;
	}
}

/* Answer one lower advert by one advert, at a bounded rate; the period stays (D5). */
static void contradict(struct fsm *s, const struct fsm_conf *c, usec now, struct acts *out)
{
	if (now - s->lower_reply < LOWER_REPLY_GAP)
		return;
	s->lower_reply = now;
	if (!c->lower_no_advert)
		act(out, ACT_ADVERT);
	act(out, ACT_GARP_LOWER);
}

/* Has a router of that priority taken over since our last advert, which we could not see (timer_expired_backup)? */
static bool overslept(const struct fsm *s, const struct fsm_conf *c, usec now)
{
	struct fsm_conf other = *c;

	other.prio = c->late_prio;
	return c->late_prio && c->nopreempt && now - (s->deadline - c->adv) >= fsm_down(s, &other);
}

static void yield_late(struct fsm *s, const struct fsm_conf *c, usec adv, usec now, struct acts *out)
{
	act(out, ACT_VIPS_DOWN);
	to_backup(s, c, WHY_LATE, adv, now);
	act(out, ACT_NOTIFY);
}

static void master_advert(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	if (ev->prio == 0) {
		if (now - s->lower_reply < LOWER_REPLY_GAP)
			return;				/* one for one, but no amplifier */
		s->lower_reply = now;
		act(out, ACT_ADVERT);
		s->deadline = now + c->adv;
	} else if (ev->prio > c->prio || (ev->prio == c->prio && ev->cmp > 0)) {
		if (c->higher_send)
			act(out, ACT_ADVERT);
		act(out, ACT_VIPS_DOWN);
		to_backup(s, c, ev->prio > c->prio ? WHY_HIGHER : WHY_TIE, ev->adv, now);
		act(out, ACT_NOTIFY);
	} else if (ev->prio <= c->late_prio && overslept(s, c, now)) {
		yield_late(s, c, ev->adv, now, out);
	} else if (ev->prio < c->prio || ev->cmp < 0) {
		contradict(s, c, now, out);
	}						/* our own address: the engine says so (D15) */
}

static void master_timer(struct fsm *s, const struct fsm_conf *c, usec now, struct acts *out)
{
	if (now < s->deadline)
		return;
	if (overslept(s, c, now)) {
		yield_late(s, c, c->adv, now, out);
		return;
	}
	act(out, ACT_ADVERT);
	s->deadline += c->adv;				/* deadlines add up: no drift */
	if (s->deadline <= now)
		s->deadline = now + c->adv;
}

static void yield(struct fsm *s, const struct fsm_conf *c, usec now, struct acts *out)
{
	act(out, ACT_RESIGN);
	act(out, ACT_VIPS_DOWN);
	to_backup(s, c, WHY_GROUP, c->adv, now);
	act(out, ACT_NOTIFY);
}

static void in_master(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	switch (ev->kind) {
	case EV_UP:
	case EV_TAKE:
	case EV_CONF:
		break;
	case EV_DOWN:
		leave(s, FSM_FAULT, ev->why, out);
		break;
	case EV_STOP:
		leave(s, FSM_STOPPED, WHY_STOP, out);
		break;
	case EV_YIELD:
		yield(s, c, now, out);
		break;
	case EV_TIMER:
		master_timer(s, c, now, out);
		break;
	case EV_ADVERT:					/* RFC 9568 6.4.3 */
		master_advert(s, c, ev, now, out);
		break;
	}
}

static void in_rest(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	switch (ev->kind) {
	case EV_UP:
		start(s, c, ev, now, out);
		break;
	case EV_DOWN:
		leave(s, FSM_FAULT, ev->why, out);
		break;
	case EV_STOP:
		leave(s, FSM_STOPPED, WHY_STOP, out);
		break;
	case EV_TIMER:
	case EV_TAKE:
	case EV_YIELD:
	case EV_ADVERT:					/* ignored (K c.6, RFC 9568 7.1) */
	case EV_CONF:
		break;
	}
}

/*
 * Demoted: whoever waits takes over within the skew of a priority 0, nopreempt or not, if no other advert of ours comes
 * before that is over. Until then, and when nobody does, we go on.
 */
static void stand_aside(struct fsm *s, const struct fsm_conf *c, usec now, struct acts *out)
{
	act(out, ACT_RESIGN);
	s->deadline = now + 2 * c->adv;
}

/*
 * The running deadline moves by what the change is worth and is not restarted, so a take-over is neither early
 * nor lost (D7). A changed priority goes out at once: whoever watches us need not wait an interval.
 */
static void reconfigured(struct fsm *s, const struct fsm_conf *c, const struct fsm_conf *old, usec now,
                         struct acts *out)
{
	usec before;

	if (s->state == FSM_BACKUP) {
		before = fsm_down(s, old);
		if (c->version == old->version && s->master_adv == old->adv && !s->left)
			s->master_adv = c->adv;		/* nobody taught us another one */
		s->deadline += s->left ? fsm_skew(s, c) - fsm_skew(s, old) : fsm_down(s, c) - before;
		if (s->preempt_at && !c->preempt_delay)
			s->preempt_at = 0;
	} else if (s->state == FSM_MASTER) {
		if (c->adv != old->adv && s->deadline > now + c->adv)
			s->deadline = now + c->adv;
		if (c->demoted && !old->demoted)
			stand_aside(s, c, now, out);
		else if (c->prio != old->prio)
			act(out, ACT_ADVERT);
	}
}

void fsm_step(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	out->n = 0;
	if (ev->kind == EV_CONF) {
		reconfigured(s, c, ev->old, now, out);
		return;
	}
	switch (s->state) {
	case FSM_INIT:
	case FSM_FAULT:
	case FSM_STOPPED:
		in_rest(s, c, ev, now, out);
		break;
	case FSM_BACKUP:
		in_backup(s, c, ev, now, out);
		break;
	case FSM_MASTER:
		in_master(s, c, ev, now, out);
		break;
	}
}
