/*
 * mail.h - smtp_alert (hall): mail of changes of state, one connection at a time, in the slow circle of the loop. Each instance and group
 * waits at most once, with its latest state, which is told once: a server that is away is asked again each minute, and said once.
 */
#ifndef MAIL_H
#define MAIL_H

#include "conf.h"
#include "heap.h"
#include "limits.h"
#include "loop.h"
#include "smtp.h"

struct vr;
struct group;
struct engine;

/* An instance's, or a group's. */
struct mail {
	struct mail *next;
	struct vr *v;		/* one of these two */
	struct group *g;
	bool queued;
	uint8_t state;		/* enum fsm_state to be told */
	uint8_t told;
};

struct mailer {
	struct mail *head, **tail;	/* the first is being told when busy */
	struct timer timer;	/* when busy: the server's time is over; else: to begin */
	struct source src;
	bool busy, connected;
	bool dead;		/* the server did not take the last one: said */
	uint8_t state;		/* being told */
	struct smtp smtp;
	size_t n, sent;		/* of out */
	char from[300], helo[256];
	char data[MAIL_TEXT], out[MAIL_TEXT + MAIL_TEXT / 8];
};

void mail_init(struct engine *e);
void mail_state(struct mail *m);	/* its state has changed */
bool mail_waits(const struct engine *e);	/* for a server that answers */
bool mail_of(const struct mail *m);	/* the same, for this one */
void mail_again(struct engine *e);	/* the configuration goes: what is half told begins anew */
void mail_drop(struct mail *m);
struct report;
void mail_look(const struct conf *c, struct report *r);	/* a finding when the server has no address */

#endif
