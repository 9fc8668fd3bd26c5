/*
 * probe_in.h - what the kinds of checks share (sys): probe.c is the frame around them, probe_*.c are the kinds. A kind never
 * waits; it says its verdict once, as the last thing it does in a call: the probe may be in use again when that returns.
 */
#ifndef PROBE_IN_H
#define PROBE_IN_H

#include "probe.h"

/* p->now, p->c, p->env are set; p->step is 0 and p->u zeroed before start. Members may be NULL where nothing calls for them. */
struct probe_kind {
	void (*start)(struct probe *p);	/* a verdict, or something that is waited for: p->src, p->child, probe_wake */
	void (*ready)(struct probe *p);	/* p->src has something */
	void (*wake)(struct probe *p);	/* the time of probe_wake */
	void (*late)(struct probe *p);	/* time is over. NULL: bad, as steps says */
	void (*stop)(struct probe *p);	/* gives back what is neither p->src nor p->limit */
	const char *steps;		/* what had come by then, a text a step: "no connection\0connected, no answer" (" after 1 s") */
};

/* The kinds, each beside its room: the rows of probe.c's table. */
extern const struct probe_kind probe_tcp, probe_http;			/* probe_stream.c */
extern const struct probe_kind probe_file, probe_pidfile, probe_exec;	/* probe_local.c */
extern const struct probe_kind probe_ping, probe_arp;			/* probe_wire.c: arp is vip too */
extern const struct probe_kind probe_route, probe_link, probe_addr;	/* probe_link.c */
extern const struct probe_kind probe_process;				/* probe_process.c */

void probe_process_of(struct probe *p);		/* its watch is for what p->c says */

/* What was found, before negation, and why: "connection refused". Closes p->src, disarms. At most 63 characters are shown. */
void probe_done(struct probe *p, bool good, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* The check itself could not run. */
void probe_cannot(struct probe *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Bad with the text of a negative errno; cannot with that behind what (NULL: alone). */
void probe_bad_errno(struct probe *p, int err);
void probe_cannot_errno(struct probe *p, const char *what, int err);

/* fd (may be -errno; owned from now on) becomes p->src. false: the verdict was said. what: "socket". */
bool probe_watch(struct probe *p, int fd, const char *what);

/* wake is called at that time, or late when the look's time is over before. */
void probe_wake(struct probe *p, usec at);

/* The look ends later than it should (a program that has to be ended first): late is called again then. */
void probe_extend(struct probe *p, usec until);

#endif
