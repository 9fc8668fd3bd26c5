/*
 * sim.h - what the simulated clusters share: time (sim_world.c), the judge of every step of every state machine
 * (sim_table.c), and a stranger (sim_stranger.c). sim.c has one virtual router on one LAN, sim-sync.c several, in groups
 * or each for itself.
 *
 *     PROGRAM [SEEDS [FIRST]]     or SEEDS=, SEED= in the environment
 *
 * A seed that fails is run again and prints what led to it: one line an event, the last ones before the fault. The step
 * that was wrong is printed as a row of test_fsm.c as well.
 */
#ifndef SIM_H
#define SIM_H

#include "fake.h"
#include "fsm.h"

/* Worlds of one kind are counted together. */
struct sim_kind {
	const char *name;
	unsigned cells;				/* of the table, that a run without arguments must reach in them */
};

struct sim {
	const char *name;
	unsigned seeds, hours;			/* what a run without arguments does, and must reach */
	const struct sim_kind *kinds;		/* up to one without name */
	void (*seed)(unsigned seed);		/* fill in world and play it to its end */
	void (*after)(unsigned r);		/* router r has had its turn */
	void (*settled)(void);			/* now and then */
	bool (*enough)(char *why, size_t size);	/* after all seeds: did the program see what it is for? */
};

extern char sim_fault[400];			/* the first thing that was wrong in this world; "" */
extern uint64_t sim_events, sim_takeovers;
extern uint32_t sim_history;			/* who became what and when, as one number */

/* One bad thing is enough: the world ends with it. */
__attribute__((format(printf, 1, 2))) void sim_fail(const char *fmt, ...);

/* A line of the trace, if somebody reads it. */
extern bool sim_tracing;
__attribute__((format(printf, 1, 2))) void sim_say(const char *fmt, ...);

void sim_begin(void);				/* world is filled in */
void sim_run(unsigned r);			/* router r's turns until it has nothing to do */
void sim_advance(usec until);			/* every event in its order */
void sim_start(unsigned r, const char *conf);
void sim_reload(unsigned r, const char *conf);
void sim_demote(unsigned r, enum demotion how, usec until);	/* until: its clock, or USEC_NEVER */
void sim_kill(unsigned r);
void sim_stop(unsigned r);
void sim_stall(unsigned r, usec time, bool clock_stops);
bool sim_awake(unsigned r);			/* its daemon runs, and is not stalled */
void sim_end(void);				/* everybody is killed */
int sim_main(int argc, char **argv, const struct sim *s);

/* Before sim_begin: which of kinds this world is of. And in it: the routers have been looked at, at rest. */
void sim_kind(unsigned kind);
void sim_settled(void);

/* ---- sim_stranger.c ---- */

/* What is wrong with an advert. Each is enough by itself, or is not to be used in that world. */
enum wrong {
	WRONG_SUM, WRONG_TTL, WRONG_VERSION, WRONG_TYPE, WRONG_COUNT, WRONG_LENGTH, WRONG_ID, WRONG_ADV, WRONG_CAST,
	WRONG_PEER,		/* nobody's peer */
	WRONG_WORD,		/* without the password */
	WRONG_SEAL,		/* AH with another key, and the highest number that there is */
	WRONG_OLD,		/* AH that the receiver has heard, or a later one */
	WRONG_BYTES		/* not even that: one of a list */
};

enum { WRONG_ANYWHERE = 1 << WRONG_SUM | 1 << WRONG_VERSION | 1 << WRONG_TYPE | 1 << WRONG_COUNT | 1 << WRONG_LENGTH | 1 << WRONG_ID |
                        1 << WRONG_ADV | 1 << WRONG_BYTES };

/*
 * A stranger sends rubbish all the time: nothing but counters may change. Every seed that says so is played a second time
 * without him, and its history must be the same.
 */
struct stranger {
	usec every;
	unsigned nids;		/* he speaks as one of these */
	struct {
		unsigned wrongs;	/* 1 << WRONG_... */
		int family;
		uint8_t vrid, version, auth;
		bool unicast, afar;
	} id[FAKE_LANS];
};

void sim_stranger(const struct stranger *s);
void stranger_begin(void);			/* none, in a new world */
usec stranger_next(void);			/* world time, or USEC_NEVER */
void stranger_speaks(void);
extern bool stranger_away;			/* whatever sim_stranger says */
bool stranger_wanted(void);			/* it has said so, of this world */

/* ---- sim_table.c ---- */

void table_begin(void);				/* of a world */
void table_flush(void);				/* a turn is over */
void table_drop(unsigned r);			/* router r's daemon is gone */
void table_gone(unsigned r, unsigned k);	/* its instance k is, by a reload */
unsigned table_report(void);			/* print how often each cell was reached; how many never were */
unsigned table_cells(unsigned kind);		/* how many were, in worlds of that kind */
void table_kind(unsigned kind);

#endif
