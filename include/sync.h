/*
 * sync.h - what a vrrp_sync_group decides (pure). keepalived c.12.
 *
 * A group is MASTER only when every member would be. A member whose master-down time is over waits (fsm.ready) until the
 * others are as far; then all of them take over in one step. When one member yields to a better advert, the others
 * resign (priority 0) in the same step, so that the peers' members follow within their skew and not after three
 * intervals. A fault of one member is a fault of all: that is the hall's to tell them, as any fault.
 *
 * Bounds. Steps are whole: after each event members are in one state. The exception is a member that joins by a reload
 * while the group is MASTER: it has its master-down time and an interval to become MASTER too; then the rule holds.
 * Routers whose members disagree about who is better (one on this LAN, the other on that one) do not take turns: a group
 * that is MASTER is followed by another router's unless all members of that one are better. Of groups that became MASTER
 * at once those that are worse on the LAN of the lead member, which is the same for all, wait SYNC_BACK_OFF intervals longer
 * than a master-down time, which is more than priorities can make of the difference. So they meet once, and one router
 * is MASTER within two master-down times and SYNC_BACK_OFF intervals (the longest of the members).
 * tests/sim-sync.c proves it.
 */
#ifndef SYNC_H
#define SYNC_H

#include <stdbool.h>

#include "fsm.h"

enum { SYNC_BACK_OFF = 2, SYNC_NOBODY = 0xffff };

/* What the members say, one after the other. Zeroed before the first, then sync_hear for each. */
struct sync {
	unsigned n, master, backup, fault, stopped;	/* members; in which state */
	unsigned ready;		/* BACKUP, and would be MASTER */
	unsigned joining;	/* BACKUP, newly in the group, and not ready: nobody takes it amiss */
	unsigned behind;	/* the first other BACKUP that is not ready; SYNC_NOBODY */
};

void sync_begin(struct sync *s);
void sync_hear(struct sync *s, const struct fsm *f, bool joins);

/* What all members have to do now. TAKE is for those that are ready, YIELD for those that are MASTER. */
enum sync_do { SYNC_STAY, SYNC_TAKE, SYNC_YIELD };
enum sync_do sync_decide(const struct sync *s);

/* The group's state, or was while members differ. */
enum fsm_state sync_state(const struct sync *s, enum fsm_state was);

#endif
