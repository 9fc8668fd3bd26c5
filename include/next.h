/*
 * next.h - a configuration's objects in the making (hall): objects.c makes them, reload.c swaps them into the engine.
 */
#ifndef NEXT_H
#define NEXT_H

#include "engine.h"

/* The part of an instance that is sized by its configuration. */
struct home {
	struct vip_run *vips;
	struct route_run *routes;
	uint8_t *msg;
};

/* What is being made, or (swapped) what was there before. Kept objects are those of the engine. */
struct next {
	struct arena *a;	/* the new configuration's */
	struct vr **vr;
	struct home *home;	/* what vr[i] will use of the new arena */
	struct iface **ifs;
	struct tracker **trackers;
	struct group **groups;
	unsigned nvr, nifs, ntrackers, ngroups;
	struct timer **heap;
	uint16_t *vr_hash;
	uint32_t *vip_hash;
	unsigned heap_cap, vr_mask, vip_mask;
	struct past *past;
	struct heard *heard;
};

/* All of it, n->a is set. false: out of memory, and nothing is left of it. */
bool next_make(struct engine *e, const struct conf *c, struct next *n);

/* Is x one of the n objects that the array of pointers v names? */
bool next_has(const void *v, unsigned n, const void *x);

/* What fsm and pkt need to know of the configuration. The effective priority stays with the trackers. */
void vr_instruct(struct vr *v, const struct vrrp_conf *c);
enum pkt_csum vr_first_form(const struct vrrp_conf *c);	/* of its checksum, until a peer was heard */

void tracker_free(struct tracker *t);

#endif
