/*
 * engine.h - the hall: events in, decisions of core/logic, actions out through core/sys. One struct engine is
 * one daemon; a test can hold three.
 *
 * Objects at run time (struct vr, iface, script) are made at load and reload only and stay where they are while a
 * reload keeps them: timers, descriptors and children never move. Everything that is sized by the configuration
 * (tables, addresses, messages) lies in its arena and goes with it.
 */
#ifndef ENGINE_H
#define ENGINE_H

#include <stdbool.h>
#include <stdint.h>

#include "ah.h"
#include "child.h"
#include "conf.h"
#include "control.h"
#include "dump.h"
#include "fifo.h"
#include "fsm.h"
#include "heap.h"
#include "helper.h"
#include "limits.h"
#include "link.h"
#include "loop.h"
#include "mail.h"
#include "nft.h"
#include "pkt.h"
#include "probe.h"
#include "procs.h"
#include "raw.h"
#include "sandbox.h"
#include "track.h"
#include "watch.h"

struct engine;

/* Receives one family's adverts on one interface; those behind an authentication header have a socket of their own. */
enum { PORT4, PORT6, PORT_AH, PORTS };

struct port {
	struct source src;	/* fd < 0: closed */
	struct iface *iface;
	uint8_t family;
};

/* Hears who else says that it has addresses of ours, of one family. */
struct claims {
	struct source src;	/* fd < 0: nothing to be heard */
	struct engine *e;
	uint8_t family;
};

/* Switches of an interface that are turned: of a base of virtual MACs, for promote_secondaries, because of a claim. */
enum turn { TURN_IGNORE, TURN_ANNOUNCE, TURN_PROMOTE, TURN_ACCEPT, TURNS };

/* An interface that the configuration names; exists whether the kernel has it or not. */
struct iface {
	struct engine *e;
	const char *name;	/* "" = no interface (unicast by route) */
	unsigned ifindex;	/* 0: the kernel has none of that name */
	unsigned flags, mtu;
	unsigned short type;
	bool has_mac;
	bool stale4, stale6;	/* an address went away: look again */
	bool seen;		/* by the dump that is running */
	bool plain;		/* its device cannot be had: addresses live on base itself */
	bool made, found;	/* the device is ours; was there before us */
	bool raised, found_up;	/* it is up; was, when it was found */
	uint8_t was[TURNS];	/* switches as they were, plus 1; 0: untouched */
	const struct vlink_conf *vl;	/* a virtual MAC's device: what it shall be; NULL: not ours to make */
	struct iface *base;	/* of such a device: where it sits */
	unsigned vrf;
	uint32_t group;
	bool shaken;		/* it or an address went or came: routes may have gone with it */
	bool promoting;		/* promote_secondaries is on for the burst that is being made */
	bool up;		/* as instances see it: interface_up_down_delays */
	usec claimed;		/* when the last claim was heard */
	bool dead;		/* its driver said so when it was asked (linkbeat) */
	uint8_t mac[6];
	struct addr src4, src6;	/* primary IPv4, link-local IPv6; family 0 = none */
	struct addr own4;	/* IPv4 address that is a VIP as well: only an owner may send from it */
	struct port port[PORTS];
	const struct if_conf *c;	/* what the configuration says of it, or NULL */
	struct iface *pace;	/* whose garp_next counts: the first of its garp_group */
	struct timer settle;	/* the end of a delay */
	usec garp_next;		/* garp_interval: not before */
	char namebuf[IFNAME_LEN];
};

/*
 * A vrrp_script, track_check, vrrp_track_process or track_file at run time. trackers.c has what they share; scripts.c,
 * processes.c and files.c what makes a result.
 */
struct tracker {
	struct engine *e;
	const struct tracker_conf *c;
	struct hyst hyst;	/* rise and fall */
	uint8_t verdict;	/* enum verdict: what counts, after `hold` */
	uint8_t last;		/* enum verdict of the last result alone */
	int value;		/* track_file: the number in the file */
	usec began, took;	/* last run; how long it took */
	usec at, since;		/* last result; present verdict */
	usec bad_from;		/* when results last made it bad: `hold` begins; 0: never */
	uint32_t runs, fails, overruns;
	struct timer hold;	/* the end of `hold` */
	struct timer next;	/* script: start of the next run; process: a delay is over */
	struct timer limit;	/* timeout, then the kill ladder */
	struct proc_watch proc;	/* process */
	/* script */
	struct child child;
	struct cred cred;
	struct inside *inside;	/* its probe, when it runs inside; NULL: a program */
	uint8_t kills;		/* signals sent to this run */
	int fail_errno;		/* could not be started: why, for saying it once */
	int status;		/* of the last run, as waitpid */
	/* file */
	struct watch watch;
	usec empty_until;	/* it is empty, which may be a writer's doing: not believed before; 0: it is not */
	bool told;		/* that it is read every second */
	char why[WHY_LEN];	/* of the last result: "exited with status 1", "tcp 10.0.0.1:80: connection refused" */
};

/* One address at run time. */
struct vip_run {
	struct iface *iface;
	bool set;		/* in the kernel, as far as we know */
	bool kept;		/* an owner's own address, or the interface's last, found at start: never removed */
	bool hidden;		/* packets to it are dropped (accept.c) */
	bool seen;		/* by the dump that is running */
	int err;		/* why it could not be set, or (being set) removed; or 0 */
};

/* One route or rule at run time. What a predecessor may have left is not known. */
enum route_state { ROUTE_UNKNOWN, ROUTE_SET, ROUTE_OFF };
enum { ROUTE_TEXT = 400 };	/* of one, for people */

struct route_run {
	uint8_t state;		/* enum route_state */
	bool lost;		/* somebody took it away */
	int16_t err;		/* errno: why it could not be set, or 0 */
};

/* Notify scripts of one instance or group: one at a time, the latest state wins. */
struct notify {
	struct engine *e;
	struct vr *v;		/* whose; NULL: */
	struct group *g;
	struct child child;
	struct timer limit;
	uint8_t state;		/* enum fsm_state being told */
	uint8_t prio;
	uint8_t stage;		/* 0: idle; 1: notify_STATE runs; 2: notify runs; 3: notify_master_rx_lower_pri runs */
	bool line;		/* the pending state's FIFO line is due */
	bool lower;		/* a lower advert has been heard */
	usec lower_at;		/* and was told */
	bool pending;		/* a newer state waits */
	bool queued;		/* for notify_work */
	struct notify *next;	/* in that queue */
	uint8_t pending_state, pending_prio;
	uint8_t kills;
	uint32_t skipped;
};

/* Faults of an instance: what is wrong with %s, what would end it. */
#define FAULTS(X)                                                                                              \
	X(FAULT_MISSING, "interface %s does not exist",               "interface %s appears")                 \
	X(FAULT_LINK,    "interface %s is down or has no carrier",    "interface %s is up and has a carrier") \
	X(FAULT_SOURCE,  "interface %s has no usable source address", "interface %s gets an address")         \
	X(FAULT_PEERS,   "no unicast peer for %s",                    "%s gets one by a reload")              \
	X(FAULT_SOCKET,  "no socket on interface %s",                 "a socket on %s opens (tried every 10 s)") \
	X(FAULT_VIPDEV,  "interface %s of an address is not up",      "interface %s is up")                   \
	X(FAULT_TRACKIF, "tracked interface %s is down",              "interface %s is up")                   \
	X(FAULT_SCRIPT,  "script %s failed",                          "script %s succeeds")                   \
	X(FAULT_PROCESS, "process tracker %s is bad",                 "process tracker %s is good")           \
	X(FAULT_FILE,    "file tracker %s is bad",                    "file tracker %s is good")              \
	X(FAULT_VIPS,    "addresses cannot be set on %s",             "an address on %s can be set (tried every 10 s)") \
	X(FAULT_CLAIMED, "another machine has an address on %s", "a minute on %s is over")                     \
	X(FAULT_DEMOTED, "%s",                                        "vrrp-state restores it, or its time is over") \
	X(FAULT_GROUP,   "%s of its sync group is in FAULT",          "%s of its sync group is not in FAULT")

enum fault {
	FAULT_NONE,
#define X(e, text, end) e,
	FAULTS(X)
#undef X
	FAULT_N
};

/*
 * What is counted of an instance: field, name; the meaning is for the README. Names are RFC 8347's where it has one; JSON uses them as they are,
 * metrics as vrrp_NAME_total with _ for -.
 */
#define COUNTERS(X)                                                                                            \
	X(rx,             "advertisement-rcvd",      "valid adverts received")                                 \
	X(tx,             "advertisement-sent",      "adverts sent")                                           \
	X(become_master,  "master-transitions",      "times it became MASTER")                                 \
	X(release_master, "master-releases",         "times it stopped being MASTER")                          \
	X(prio0_rx,       "priority-zero-pkts-rcvd", "adverts received from a master that leaves")             \
	X(prio0_tx,       "priority-zero-pkts-sent", "adverts sent as a master that leaves")                   \
	X(addr_list,      "address-list-errors",     "adverts accepted with another list of addresses")        \
	X(interval_diff,  "interval-differences",    "version 3 adverts accepted with another interval")       \
	X(own_address,    "own-address-rcvd",        "adverts received from our own address")                  \
	X(not_linklocal,  "not-link-local-rcvd",     "IPv6 adverts whose first address is not link-local")     \
	X(repaired,       "address-repairs",         "addresses, routes and rules put back that somebody had removed")           \
	X(conflicts,      "address-conflicts",       "times that another machine said it has an address while MASTER") \
	X(tx_err,         "send-errors",             "adverts that could not be sent")                         \
	X(late,           "late-adverts",            "adverts sent later than a tenth of the interval")

struct counters {
#define X(field, name, help) uint32_t field;
	COUNTERS(X)
#undef X
	uint32_t err[PKT_ERR_N];
	uint32_t why[WHY_N];	/* transitions */
};

/* One transition. what: of a fault its name, then why it is so; both end by NUL and outlive what they speak of. */
struct past {
	usec at;
	int64_t wall;		/* seconds of the epoch */
	uint32_t silence_ms;	/* WHY_SILENCE */
	uint8_t from, to;	/* enum fsm_state */
	uint8_t why;		/* enum fsm_why */
	uint8_t prio;		/* ours, effective */
	uint8_t peer_prio;
	uint8_t fault;		/* enum fault */
	struct addr peer;	/* the master it is about; family 0: none */
	char what[PAST_WHAT];
};

enum { FRESH = 3 };	/* intervals that a router of version 3 counts as such after an advert */

/* Another router on this VRID. */
struct heard {
	usec at, adv;		/* last heard; interval that it says */
	usec both;		/* send_v2_and_v3: until then its version 2 stands beside version 3; what is refused has no say in it */
	struct addr addr;
	uint8_t prio, version;
	uint8_t csum;		/* enum pkt_csum */
	uint8_t refused;	/* enum pkt_err of the last advert */
	int16_t ttl;		/* of the last advert; -1: not known */
	uint8_t lone;		/* the same: adverts of version 3 since its last one of version 2; stops at 255 */
};

/* Put out of the election by hand (vrrp-state demote). */
enum demotion { DEMOTE_NOT, DEMOTE_PRIORITY, DEMOTE_FAULT };

/* A vrrp_sync_group at run time. */
struct group {
	struct engine *e;
	const struct group_conf *c;	/* its members are e->vr[c->member[k]] */
	struct vr *culprit;	/* who made it yield last; for the reason that the others are told */
	uint8_t state;		/* enum fsm_state: what the outside has been told, or will be */
	bool busy;		/* its members are being told */
	bool notify_after;	/* the outside hears of it when all members have spoken */
	usec since;		/* of the present state */
	usec yielded;		/* when a better advert ended the last time as MASTER */
	struct notify notify;
	struct mail mail;
};

/* A virtual router at run time. */
struct vr {			/* what much of the code looks at stands first: near is short */
	struct engine *e;
	const struct vrrp_conf *c;
	struct iface *iface;
	struct fsm fsm;
	struct fsm_conf fc;
	struct iface *vif;	/* device of its virtual MAC; NULL: none */
	struct vip_run *vips;	/* c->vips.n of them */
	struct route_run *routes;	/* c->routes.n of them */
	struct group *group;	/* or NULL */
	uint8_t fault;		/* enum fault: the first that holds */
	uint8_t own_fault;	/* the same without its group's */
	bool waits;		/* for the first result of something tracked, or to be looked at for the first time */
	uint8_t csum;		/* enum pkt_csum for v3/IPv4 sending */
	uint8_t demoted;	/* enum demotion; outlives reloads */
	uint8_t master_prio;
	/* the address job (vips.c) */
	bool queued;
	bool want_up;
	bool first_round;	/* every address is announced as it is set */
	bool settled;		/* the addresses are as wanted; only announcements are left */
	bool notify_after;
	bool routes_due;	/* routes are not yet as wanted */
	uint16_t route_at;	/* next one to look at */
	uint8_t vip_fails;	/* tries in a row in which no address could be set */
	uint16_t cursor;	/* next address to look at */
	uint16_t round, round_at;	/* announcement rounds left, next address of this one */
	struct addr src;	/* of our adverts; family 0 = none */
	struct vr *job_next;
	const char *fault_name;	/* what the fault is about; lives as long as the fault is looked at again */
	usec burst_at, refresh_at, lower_at, retry_at, pace_at, echo_at, extra_at, claim_at;	/* USEC_NEVER: not wanted */
	struct timer timer;	/* fsm.deadline */
	struct timer later;	/* the earliest of those */
	struct pkt_want want;
	struct addr master;	/* last master heard; family 0 = none */
	bool heard_rfc;		/* a peer on this router uses the other checksum form: said once */
	uint32_t told;		/* bit per PKT_ERR_*: already logged in this state */
	bool told_list, told_interval, told_lower, told_self, told_accept, told_ready, told_lone;
	uint8_t *msg;		/* the advert as it goes out, for msg_prio: one for each target; send_v2_and_v3: then version 2's, for all */
	uint16_t msg_len;
	uint8_t msg_prio;
	uint32_t ah_heard, ah_sent;	/* AH: the highest numbers; what is sent is above both */
	struct notify notify;
	struct mail mail;
	struct counters n;
	struct past *past;	/* the k-th is past[k * e->nvr]; written round and round: see vr_past */
	uint32_t npast;		/* transitions so far */
	struct heard *heard;	/* the k-th is heard[k * e->nvr] */
	struct heard *speaker;	/* the one of them heard last, or NULL */
	uint8_t nheard;
	usec since;		/* of the present state */
	usec silence;		/* MASTER by silence: how long it had been */
	int64_t since_wall;	/* the same, seconds of the epoch */
	bool announced_state;	/* the initial state has been said */
	bool leaving;		/* removed by a reload: only its notify scripts are left */
	long heir;		/* what a MASTER that was killed (its pid) had set stays until somebody else is heard */
	usec defended;		/* its addresses against a claim; 0: never */
	usec yield_until;	/* conflict_action yield: in FAULT */
	bool src_here;		/* track_src_ip: the machine has its source address */
	bool claim_again;	/* a claim was repeated after that */
	usec demoted_until;	/* USEC_NEVER: until it is restored */
	usec joins;		/* its group goes on without it until then; USEC_NEVER: when it starts, that is decided */
};

/* The table of addresses that this machine takes no packets for. */
struct accept {
	struct nft nft;
	struct nft_conf conf;
	struct timer again;	/* a loss is mended, or another try made, not before next */
	usec next;
	uint32_t repairs;
	bool wanted;		/* some instance asks for it */
	bool on;		/* it is there */
	bool lost;		/* not whole any more */
	bool failed;		/* the last try; said */
	bool looked;		/* for a predecessor's */
	char name[NAME_LEN];	/* outlives the configuration that says it */
};

struct engine {			/* what much of the code looks at stands first: near is short */
	struct conf *conf;
	usec now;		/* of this turn */
	struct vr **vr;			unsigned nvr;	/* vr[nvr] is none: it keeps the static entries, and is always up */
	unsigned txq_n;
	struct iface **ifs;		unsigned nifs;
	unsigned generation;	/* counts configurations: indexes and pointers into them are good for one */
	struct tracker **trackers;	unsigned ntrackers;
	bool starting;		/* first dump: addresses found are leftovers */
	bool resync;		/* link events were lost */
	bool vmac_due;		/* devices of virtual MACs may have to be made */
	bool vmac_rest;		/* some may be up for nobody */
	bool shaken;		/* an interface that nobody names went or came, or lost an address */
	bool left_due;		/* the notes for a successor are to be written anew */
	bool marks;		/* this kernel says who set an address */
	bool stopping;
	bool keep_vips;		/* -V: leave addresses at stop */
	bool lent;		/* conf and chld are not ours to close */
	struct vr *job_head, **job_tail;
	struct notify *tell_head, **tell_tail;	/* states to be told */
	struct group **groups;	unsigned ngroups;
	struct heap heap;
	struct vr *leaving;	/* removed by a reload, their notify scripts still run (list by job_next) */
	struct conf *retired;	/* what they refer to, by older */
	const char *run_dir;	/* NULL: no state files */
	uint16_t *vr_hash;		unsigned vr_mask;	/* index + 1 by (iface, family, vrid) */
	uint32_t *vip_hash;		unsigned vip_mask;	/* (vr << 16 | vip) + 1 by (iface, address) */
	int tx4, tx6, frames;
	unsigned begun;		/* checks started in this turn */
	struct arena life;	/* objects that outlive a configuration */
	struct pool vr_pool, iface_pool, tracker_pool, inside_pool, group_pool;
	struct watches watches;
	struct probe_env probes;	/* what checks that run inside live in */
	struct procs procs;
	struct link link;
	struct source chld;
	const char *names;	/* of net_namespace and instance: ".ns_inst", or "" */
	usec raised_at;		/* max_auto_priority: the last raise */
	uint8_t raised;		/* SCHED_RR because timers were late; 0: as configured */
	struct timer hold;	/* startup delay */
	struct timer reread;	/* ifs_settle failed: not before */
	struct claims claims[2];
	struct timer claims_at;	/* what they want to hear is looked at again */
	struct timer beat;	/* linkbeat: drivers are asked again */
	struct timer demotions;	/* the first that ends */
	struct timer status;	/* the service manager hears how many are what */
	usec status_next;	/* not before */
	usec hold_until;
	usec started;
	struct again again;	/* set before engine_open */
	uint8_t told_head;		/* bit per early refusal already logged */
	bool track_src;		/* some instance has track_src_ip */
	bool told_procs;	/* how processes are watched */
	bool told_files;	/* the run directory cannot be written: said */
	struct counters n;	/* of packets that reached no instance */
	struct loop loop;
	struct loop slow;	/* checks and clients: a few in a turn */
	int txq_family;
	struct raw_out txq[TX_BATCH];	/* adverts of this turn */
	struct vr *txq_vr[TX_BATCH];
	uint8_t txq_ah[TX_BATCH][AH_LEN];
	struct accept accept;
	struct dump dump;
	struct fifo fifo[FIFO_SCRIPTS];
	struct mailer mailer;
	struct control control;	/* the control socket and who asks */
	struct sandbox sandbox;
};

/*
 * Open everything and load the first configuration. 0, or -errno with *what naming the step
 * ("raw socket", "netlink"); engine_free then closes what had been opened.
 */
int engine_open(struct engine *e, struct conf *c, const char *run_dir, const char **what);

/* How many instances are what, for people; returns buf (80 bytes are enough). */
const char *engine_status(const struct engine *e, char *buf, size_t size);

/* One turn: wait, read sockets, fire timers, send, work on addresses. */
void engine_turn(struct engine *e);

/* Replace the configuration; the old one is not referenced any more when it returns. 0 or -ENOMEM (nothing changed). */
int engine_reload(struct engine *e, struct conf *c);

/* Resign, take addresses off, tell notify_stop; wait up to 0.8 s for those scripts. Everything is closed afterwards. */
void engine_close(struct engine *e);

/* ---- between the rooms of the hall ---- */

/* engine.c */
void vr_event(struct vr *v, const struct fsm_ev *ev);	/* step, then carry out */
void vr_update(struct vr *v);		/* faults, source and priority anew; start, stop or adjust */
void vr_hooks(struct vr *v);		/* what its timers call */
void vr_arm(struct vr *v);		/* timers follow the deadlines */

/*
 * past.c: transitions and routers heard. Laid out generation by generation over all instances (the newest transitions of
 * all stand together), so that memory is touched only as far as things happen.
 */
void past_note(struct vr *v, struct past *p);	/* the present state has just been entered: fills *p and keeps it */
const struct past *vr_past(const struct vr *v, unsigned k);	/* the k-th newest, or NULL */
const struct heard *vr_heard(const struct vr *v, unsigned k);	/* the k-th, in no order, or NULL */
void vr_hear(struct vr *v, const struct advert *a, const struct meta *m, enum pkt_err err);
const char *past_text(const struct past *p, char *buf, size_t size);	/* why, one clause */
const char *vr_reason(const struct vr *v, char *buf, size_t size);	/* of the present state */
const char *fault_end(const struct vr *v, char *buf, size_t size);	/* what would end its fault */
void vr_obey(struct vr *v);		/* what it wants of adverts follows configuration and demotion */
const char *vr_reason(const struct vr *v, char *buf, size_t size);	/* of the present state, one clause */

/* rx.c: datagrams to events; tx: adverts out */
void vr_index(struct engine *e, unsigned n);	/* put vr[n] into the lookup table */
int port_open(struct port *p);		/* and join the groups of its users; 0 or -errno */
void ports_close(struct iface *i);
void port_leave(struct port *p, const struct addr *group);	/* unless somebody still uses it */
struct vr *vr_lookup(const struct engine *e, const struct iface *i, int family, uint8_t vrid, const struct addr *dst);
void vr_advert(struct vr *v, bool resign);	/* queue one advert (all peers) */
void vr_message(struct vr *v);		/* build msg anew: source, priority, form changed */
void vr_count(struct vr *v);	/* AH: the next number, one an advert whoever gets it, so that it does not outrun the clock */
void tx_flush(struct engine *e);

/* ifs.c: what the kernel says about interfaces and addresses */
struct iface *iface_find(struct engine *e, const char *name);
bool iface_up(const struct iface *i);	/* in the eyes of instances; of a virtual MAC: its base */
void iface_remember(struct iface *i, const struct link_info *k);
void iface_renew(const struct iface *i);	/* it came back: masters set what it lacks, announce all */
void iface_leave(struct iface *i);	/* what was changed of it is put back; no timer runs */
void ifs_orders(struct engine *e);	/* a configuration has come: delays, polling, pace, sysctls follow it */
void ifs_hooks(struct engine *e);	/* fill link's callbacks */
int ifs_dump(struct engine *e);	/* read all interfaces and addresses; 0 or -errno */
void ifs_settle(struct engine *e);	/* after a turn: dumps that events asked for */

/* vips.c: addresses and announcements */
void vips_want(struct vr *v, bool up);	/* queue the job; announcements and retries follow */
void vips_announce(struct vr *v, unsigned rounds);
bool vips_work(struct engine *e);	/* one burst; true while more is waiting */
void vips_drain(struct engine *e);	/* until nothing is waiting */
bool vips_insist(struct engine *e);	/* once more what could not be removed; false: there is nothing like that */
void vips_fire(struct timer *t, usec now);	/* vr.later */
void vip_index(struct engine *e, unsigned n);	/* put the addresses of vr[n] into the lookup table */
void vips_forget(struct vr *v);	/* leave the queue */
void vips_rearm(struct vr *v);	/* vr.later follows the earliest of its times */
/* Take off every set address of was whose iface is not NULL; of those on one interface and its devices only. */
void vips_remove_rest(struct vr *v, const struct vip_run *was, const struct iface *only);
void vips_calm(struct vr *v);	/* no announcement, retry or pace is due */
/* Whose VIP is a on i? The next one at each call, then NULL; *at begins as 0. */
struct vr *vips_owner(const struct engine *e, const struct iface *i, const struct addr *a, unsigned *at,
                      struct vip_run **run);

/* accept.c: packets to addresses are dropped */
void accept_apply(struct engine *e);	/* the configuration is new */
void accept_settle(struct engine *e);	/* after a turn: what was lost is put back */
void accept_close(struct engine *e);	/* the table goes, except with -V at the end */
/* Address k of a job: queue what it lacks before it is set, what goes after it is taken off. */
void accept_collect(struct vr *v, unsigned k, struct nft_batch *add, struct nft_batch *del);
void accept_send(struct engine *e, struct nft_batch *b);	/* and begin anew */

/*
 * vmac.c: devices of virtual MACs. They exist while the daemon runs, and are up only while an instance that uses them is
 * MASTER: a device that is down says nothing and takes nothing.
 */
void vmac_bind(struct engine *e);	/* a configuration was swapped in */
void vmac_make(struct engine *e);	/* every device that is missing and whose base is there */
void vmac_lost(struct iface *i);	/* it, or the base of some, went away or got another name */
void vmac_forget(struct iface *i);	/* the configuration names it no more */
void vmac_raise(struct iface *i);	/* NULL, or one that is none: nothing to do */
bool vmac_work(struct engine *e);	/* take one down that nobody needs; true: there may be more */
bool vmac_wanted(const struct iface *i);	/* does a MASTER use it? */
void vmac_close(struct engine *e);	/* leave everything as it was found */
struct iface *vmac_out(const struct vr *v);	/* where its adverts leave */
void vmac_look(const struct conf *c, struct report *r);	/* findings about interfaces that take none */

/* left.c: what a successor finds when we are killed */
void left_turn(struct iface *i, enum turn t, bool on);	/* a switch; off: as it was, unless somebody else has turned it since */
void left_note(struct engine *e);	/* after a turn: write down what has changed; when all is put back there is no such file */
void left_open(struct engine *e);	/* at start: put right what a predecessor left */

/* routes.c: routes and rules, as vr.want_up says */
void routes_work(struct vr *v);		/* one burst; clears v->routes_due with the last */
void routes_move(struct vr *v, const struct routes *to, struct route_run *runs);	/* a reload: what is not in `to` is removed */
void routes_doubt(struct engine *e, const struct iface *i);	/* those that lean on an interface are set again; NULL: on none by name */
void routes_event(struct engine *e, const struct link_route *gone);

/* claims.c: another machine says that it has an address of ours */
void claims_init(struct engine *e);
void claims_changed(struct engine *e);	/* other addresses are ours now: seen to within a second */
void claims_end(struct engine *e);
void claim_due(struct vr *v);		/* claim_at has come, and we are MASTER still */

/* trackers.c: what all kinds share */
void tracker_start(struct tracker *t);	/* at load, and again after a reload that kept it: first result at once */
void tracker_end(struct tracker *t);	/* disarm; a run is asked to end (TERM) */
void tracker_stop(struct tracker *t);	/* and killed, with its process group: nobody waits for it any more */
/* One result: rise, fall and hold; instances hear of a changed verdict. why is copied. */
void tracker_result(struct tracker *t, bool good, const char *why);
void tracker_value(struct tracker *t, int value, const char *why);	/* track_file */
/* What it means to one instance that tracks it. */
struct contrib tracker_contrib(const struct track *ref, const struct tracker *t);

/* programs.c */
/*
 * Why a program is not to be run, in buf or not: its user does not exist, or script security forbids it. NULL: it may run as
 * *cred. argv: cmd's own words, or those of a program that a check inside starts.
 */
const char *program_refused(const struct global_conf *g, const struct cmd *cmd, char *const argv[], struct cred *cred,
                            char *buf, size_t size);
void programs_look(const struct conf *c, struct report *r);	/* findings about all of them */
/* + NOTIFY_*; + FIFO_*; startup_script, then shutdown_script */
enum { PROGRAM_SCRIPT, PROGRAM_NOTIFY, PROGRAM_READER = PROGRAM_NOTIFY + NOTIFY_N, PROGRAM_END = PROGRAM_READER + FIFO_SCRIPTS };
typedef void program_each(void *ctx, const struct cmd *cmd, char *const argv[], unsigned kind);
void programs_each(const struct conf *c, program_each *each, void *ctx);	/* all of them */

/* standing.c: what the daemon is to its machine. old NULL: at the start. */
void standing_apply(const struct global_conf *g, const struct global_conf *old);
void standing_sockets(struct engine *e);
void standing_mask(const struct global_conf *g, bool first);	/* the file's umask; never `first': it stays */
void standing_late(struct engine *e, usec late);	/* a timer was */

/* groups.c */
void group_settle(struct group *g);	/* something about a member has changed */
struct vr *group_nth(const struct group *g, unsigned k);	/* or NULL: no more */
struct group *group_find(const struct engine *e, const char *name);
struct vr *group_ailing(const struct vr *v);	/* another member with a fault of its own, or NULL */
struct vr *group_behind(const struct vr *v);	/* for whom v waits that is ready, or NULL */
bool group_waits(const struct vr *v);	/* a member may not start yet */
void group_heard(struct vr *v, const struct fsm_ev *advert);	/* a member has */
void group_told(struct group *g);	/* a member has told its state */
bool groups_make(struct engine *e, const struct conf *c, struct group **v);	/* kept ones, new ones; false: out of memory */
void groups_drop(struct engine *e, struct group **v, unsigned n, struct group *const *keep, unsigned nkeep);
void groups_enter(struct engine *e);	/* the new configuration's are in place: members find them */

/* demote.c */
void vr_demote(struct vr *v, enum demotion how, usec until);	/* DEMOTE_NOT restores */
void vr_demoted_as(struct vr *v, const struct vr *old);		/* v takes old's place at a reload */

/* scripts.c */
extern const size_t script_inside_size;	/* of what inside_pool holds */
bool script_make(struct tracker *t);	/* a new one's probe; false: out of memory */
void script_unmake(struct tracker *t);
void script_moved(struct tracker *t);	/* its configuration lies elsewhere now: a run that used the old one begins anew */
void script_now(struct tracker *t);	/* the next run begins at once, unless one is under way */
void script_start(struct tracker *t);
void script_end(struct tracker *t);
void script_stop(struct tracker *t);

/* processes.c */
void process_start(struct tracker *t);
void process_end(struct tracker *t);
bool process_good(const struct tracker *t);	/* as many as wanted, at this moment */

/* files.c */
void file_start(struct tracker *t);
void file_end(struct tracker *t);

/* notify.c */
void notify_file(struct vr *v);		/* queue the state file alone: what it says changed, the state did not */
void notify_state(struct vr *v);	/* queue state file, scripts and FIFO line for the present state */
void notify_word(struct notify *n, const char *word);	/* a FIFO line with another word, never before the state's own */
void notify_lower(struct vr *v);	/* MASTER has heard a lower advert */
bool notify_work(struct engine *e);	/* tell one; true while more are waiting */
void notify_group(struct group *g);	/* queue its scripts and FIFO line */
void notify_drop(struct notify *n);	/* forget a running script */
void notify_gone(struct vr *v);		/* remove the state file */
long notify_left(struct vr *v);		/* and what a predecessor said in it: its pid if it was MASTER and not demoted; an owner's addresses may be its work */
void notify_init(struct notify *n, struct engine *e);	/* v or g are set */
bool notify_busy(const struct engine *e);

/* reload.c; engine_pools: objects.c */
int engine_apply(struct engine *e, struct conf *c);
void engine_fixed(struct engine *e);	/* static entries are set, and instances may use them */
void engine_pools(struct engine *e);	/* empty, before the first engine_apply */
void engine_free(struct engine *e);
void engine_reap(struct engine *e);	/* free removed instances whose scripts have ended */

#define container_of(p, type, member) ((type *)(void *)((char *)(p) - offsetof(type, member)))

#endif
