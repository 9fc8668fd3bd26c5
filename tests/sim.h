/*
 * sim.h - what the simulated clusters share: time (sim_world.c), and the judge of every step of every state machine
 * (sim_table.c). sim.c has one virtual router on one LAN, sim-sync.c groups of them over several.
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

struct sim {
	const char *name;
	unsigned seeds, hours;			/* what a run without arguments does, and must reach */
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

/*
 * A stranger sends rubbish all the time: nothing but counters may change. Every seed that says so is played a second time
 * without him, and its history must be the same.
 */
void sim_stranger(usec every);

/* ---- sim_table.c ---- */

void table_begin(void);				/* of a world */
void table_flush(void);				/* a turn is over */
void table_drop(unsigned r);			/* router r's daemon is gone */
unsigned table_report(void);			/* print how often each cell was reached; how many never were */

#endif
