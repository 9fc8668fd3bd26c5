/*
 * control.h - what the daemon is asked through its control socket (hall): command rows over ctl.h. vrrp-state is the usual
 * client.
 *
 *   state NAME                           MASTER, BACKUP, FAULT or INIT, of an instance or a sync group
 *   show                                 a table of all instances
 *   why NAME                             the story of one, or of a sync group's members
 *   json [NAME], metrics                 for programs
 *   dump data|stats|json                 as keepalived's signals write them
 *   watch [NAME]                         a line a change from now on, until the client goes:
 *                                        DATE TIME NAME FROM -> TO: REASON (UTC)
 *   wait NAME STATE                      answers when it has that state
 *   check NAME                           run that script now: "good: REASON" or "bad: REASON"
 *   demote NAME|all [fault] [for SEC]    priority 1, or FAULT, until restored or the time is over
 *   restore NAME|all                     NAME: an instance and all of its sync group, or a group
 *   reload                               read the configuration anew; the findings, and ERR when it was refused
 *   diff [FILE]                          what that would do, a line an object (conf_changes), or the findings
 *   version                              of the daemon, and its pid
 *
 * The reason of an ERR line is for people, except that it begins with CONTROL_UNKNOWN when there is no such instance or
 * script, and with CONTROL_REFUSED when the configuration cannot be used.
 */
#ifndef CONTROL_H
#define CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include "arena.h"
#include "ctl.h"
#include "text.h"

#define CONTROL_UNKNOWN "no such "
#define CONTROL_REFUSED "reload refused: "

struct engine;
struct vr;
struct tracker;

/* State changes, while somebody watches: the newest NEWS_LINES of them. */
struct news {
	struct arena arena;
	struct news_line { char text[NEWS_LINE]; } *line;	/* NULL: nobody watches */
	uint32_t head;		/* lines written so far */
};

struct control {
	struct ctl ctl;
	struct news news;
	bool reload;		/* somebody waits for a reload: the door does it, then calls control_reloaded */
	/*
	 * The door's: put into out what a reload would do, a line an object, or the findings; file NULL: the configuration in use.
	 * NULL, or why it would be refused (in buf or not).
	 */
	const char *(*plan)(const struct engine *e, const char *file, struct text *out, char *buf, size_t size);
};

/* Nothing is open. */
void control_init(struct engine *e);

/* Open the control socket in e->run_dir. 0 or -errno. */
int control_open(struct engine *e);
void control_close(struct engine *e);

/* A reload has been tried: whoever asked for one is told; findings (may be NULL) is text of whole lines. reason NULL: it is done. */
void control_reloaded(struct engine *e, const char *reason, const struct text *findings);

/* An instance has another state; a tracker has a result. Cheap when nobody wants to know. */
void control_state(struct vr *v, uint8_t from, const char *why);	/* enum fsm_state */
void control_result(struct tracker *t);
void control_waiting(const struct engine *e);	/* a sync group has another state */

#endif
