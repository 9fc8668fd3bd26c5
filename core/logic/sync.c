/* sync.c - what a vrrp_sync_group decides (pure). keepalived c.12. */
#include "sync.h"

void sync_begin(struct sync *s)
{
	*s = (struct sync){ .behind = SYNC_NOBODY };
}

void sync_hear(struct sync *s, const struct fsm *f, bool joins)
{
	switch (f->state) {
	case FSM_INIT:
		break;
	case FSM_MASTER:
		s->master++;
		break;
	case FSM_FAULT:
		s->fault++;
		break;
	case FSM_STOPPED:
		s->stopped++;
		break;
	case FSM_BACKUP:
		s->backup++;
		if (f->ready)
			s->ready++;
		else if (joins)
			s->joining++;
		else if (s->behind == SYNC_NOBODY)
			s->behind = s->n;
		break;
	}
	s->n++;
}

enum sync_do sync_decide(const struct sync *s)
{
	if (s->master && s->behind != SYNC_NOBODY)
		return SYNC_YIELD;
	if (s->ready && (s->master ? s->behind == SYNC_NOBODY : s->ready == s->n))
		return SYNC_TAKE;
	return SYNC_STAY;
}

enum fsm_state sync_state(const struct sync *s, enum fsm_state was)
{
	if (s->master && s->master + s->joining == s->n)
		return FSM_MASTER;
	return s->backup == s->n ? FSM_BACKUP : s->fault == s->n ? FSM_FAULT : s->stopped == s->n ? FSM_STOPPED : was;
}
