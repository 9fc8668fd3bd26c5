/*
 * conf.h - one configuration: what keepalived.conf says, checked and resolved (pure).
 * Lives in its arena; nothing in it changes after conf_load. Times are usec, names are arena strings,
 * lists are arrays with a count. A field named `*_set` tells a given value from a default.
 */
#ifndef CONF_H
#define CONF_H

#include <stdbool.h>
#include <stdint.h>

#include "addr.h"
#include "arena.h"
#include "kw.h"
#include "lex.h"
#include "limits.h"
#include "pkt.h"
#include "usec.h"

/* A command of the config. NULL argv: none (a script whose `script` is missing). */
struct cmd {
	char **argv;		/* NULL-terminated; argv[0] as written */
	const char *user, *group;	/* as written, NULL: script_user or the default */
	struct place at;
};

/* An address entry of virtual_ipaddress, virtual_ipaddress_excluded, static_ipaddress (K b.9). */
struct vip {
	struct addr addr;
	uint8_t plen;		/* prefix length */
	uint8_t scope;		/* RT_SCOPE_* */
	bool dad;		/* "-nodad": run duplicate address detection */
	uint8_t peer_plen;
	uint8_t brd_mode;	/* BRD_NONE, BRD_GIVEN, BRD_ONES (+), BRD_ZEROS (-); resolved into brd */
	uint8_t brd[4];		/* broadcast address when brd_mode != BRD_NONE */
	uint32_t flags;		/* IFA_F_* asked for: home, mngtmpaddr, noprefixroute, autojoin */
	uint32_t preferred;	/* seconds; UINT32_MAX = forever */
	/* what the kernel does not see */
	bool excluded;		/* set and announced, not advertised */
	bool no_track;
	bool preferred_set;
	bool use_vmac;		/* own word of the entry */
	uint16_t vlink;		/* it lives on conf->vlinks[vlink - 1]; 0: on dev itself */
	const struct addr *peer;	/* or NULL */
	const char *dev;	/* interface name; the instance's when the entry names none */
	const char *label;	/* or NULL; shorter than IFNAMSIZ */
	struct place at;
};

enum { BRD_NONE, BRD_GIVEN, BRD_ONES, BRD_ZEROS };

/*
 * A route or a rule, as the kernel is told of it: netlink's own bytes, struct rtmsg or fib_rule_hdr (both 12) and attributes.
 * A route's destination and a rule's preference come first. Where an ifindex goes there is 0.
 */
struct route {
	uint8_t *b;
	struct route_dev {
		const char *name;
		uint16_t ifi;	/* into conf->ifs */
		uint16_t at;	/* where its ifindex goes; 0: nowhere, a rule names it */
	} *dev;
	uint16_t len;
	uint16_t tie;		/* index + 1 into conf->ties */
	uint8_t ndev;
	uint8_t how;		/* HOW_*, 0: prepend */
	bool rule : 1;
	bool no_track : 1;
	bool shared : 1;	/* there is another one like it: who leaves may have to leave it behind */
	bool src : 1;		/* names one of this machine's addresses, and goes with it */
};

struct routes { struct route *v; uint16_t n; };	/* routes, then rules, in the order of the file */

enum { HOW_PREPEND = 1, HOW_APPEND = 2, HOW_ADD = 4 };

/* An entry of a static list that has a track_group. */
struct tie {
	const char *group;
	struct place at;
	uint16_t vip;		/* into conf->fixed.vips; IF_NONE: of a route */
};

/* One instance of a track_group. */
struct member {
	const char *group, *name;
	struct place at;
};

/* A reference in track_script, track_interface, ... */
struct track {
	const char *name;	/* tracker or interface */
	uint16_t index;		/* into conf->trackers, or conf->ifs */
	uint8_t kind;		/* enum tracker_kind; of an interface: 0, or TRACK_ROUTE */
	int16_t weight;
	bool reverse;
	bool weight_set;
	bool of_group;		/* of an instance: its sync group tracks it, and so do all members */
	struct place at;
};

enum { TRACK_ROUTE = 0xff };	/* no line of track_interface: a route, rule or track_group wants it */

struct tracks { struct track *v; uint16_t n; };
struct vips { struct vip *v; uint16_t n; };	/* VIPs first in configured order, then excluded ones */
struct peers { struct peer *v; uint16_t n; };

/* use_vmac, use_ipvlan: the words of the line. */
struct vlink_word {
	const char *name;	/* NULL: made up */
	int32_t group;		/* -1: the parent's */
	uint8_t nmac, mac[6];	/* 0, 5 or 6 octets are given */
	uint8_t mode;		/* ipvlan: 0 bridge, 1 private, 2 vepa */
	bool notify;		/* netlink_notify_msg: nothing to do, for rtnetlink always tells */
	struct addr addr;	/* ipvlan: source of adverts; family 0: none */
};

/* A device to be made on an interface. Instances with one MAC there share it. */
enum vlink_kind { VLINK_MACVLAN, VLINK_IPVLAN };

struct vlink_conf {
	const char *name;
	uint16_t ifi, base;	/* itself and its parent, into conf->ifs */
	uint8_t kind;		/* enum vlink_kind */
	uint8_t mode;		/* of an ipvlan, as above */
	uint8_t mac[6];		/* of a macvlan */
	bool v4, v6;		/* families of the addresses that it may carry */
	int32_t group;		/* -1: the parent's */
};

enum tri { TRI_UNSET, TRI_OFF, TRI_ON };	/* a boolean that may fall back to a global one */

enum v3_csum { V3_CSUM_KEEPALIVED, V3_CSUM_RFC, V3_CSUM_AUTO };

/* The first four are told of one state, NOTIFY_ALL of each, NOTIFY_LOWER of a lower advert while MASTER. */
enum { NOTIFY_MASTER, NOTIFY_BACKUP, NOTIFY_FAULT, NOTIFY_STOP, NOTIFY_ALL, NOTIFY_DELETED, NOTIFY_LOWER, NOTIFY_N };

/* A path (argv[0]) and its owner; then who reads it. */
enum { FIFO_ALL, FIFO_VRRP, FIFO_SCRIPTS, FIFO_N = 2 * FIFO_SCRIPTS };

struct vrrp_conf {		/* vrrp_instance NAME */
	const char *name;
	const char *interface;	/* NULL: unicast with a source address */
	struct peers peers;
	struct vips vips;
	struct routes routes;
	struct tracks tracks, ifaces;	/* scripts, processes, files; interfaces */
	uint16_t ifi;		/* into conf->ifs; IF_NONE without interface */
	uint16_t vlink;		/* its own device: conf->vlinks[vlink - 1]; 0: none */
	const char *vlink_name;	/* and its name */
	const struct vlink_word *use_vmac, *use_ipvlan;	/* NULL: not given */
	bool vmac_addr, xmit_base;	/* use_vmac_addr, vmac_xmit_base */
	uint16_t sync;		/* index + 1 of its sync group; 0: none */
	uint8_t family;		/* AF_INET or AF_INET6, from native_ipv6, sources and VIPs */
	uint8_t vrid;		/* 1..255 */
	uint8_t prio;		/* base, 1..255 */
	uint8_t version;	/* 2 or 3, resolved */
	uint8_t state;		/* 0 unset, else enum start_state */
	bool nopreempt;
	bool preempt_word;	/* the legacy word `preempt` */
	bool dont_track_primary;
	bool native_ipv6;
	bool accept, no_accept;	/* the words */
	bool accepts;		/* resolved: packets to the addresses are taken */
	bool strict;		/* resolved */
	bool no_vips_wanted;	/* no_virtual_ipaddress */
	bool unicast;		/* has peers */
	bool fault_no_peer;	/* unicast_fault_no_peer */
	bool peers_given;	/* there is a unicast_peer block, maybe without a peer */
	bool track_src_ip;
	bool promote;		/* promote_secondaries */
	bool beat;		/* linkbeat_use_polling */
	bool claim_yield;	/* conflict_action, resolved */
	uint8_t late_prio;	/* timer_expired_backup; 0: off */
	uint32_t rx_buf;	/* kernel_rx_buf_size; 0: not given */
	const char *vrf;	/* instead of interface, whose place ifi has then; or NULL */
	uint8_t auth_type;	/* AUTH_NONE, AUTH_PASS */
	uint8_t auth[AUTH_LEN];
	uint8_t down_adverts;	/* resolved, 1..100 */
	uint8_t unicast_ttl;
	bool skip_check_adv_addr;	/* resolved */
	bool lower_no_advert, higher_send, owner_ignore, check_unicast_src;	/* resolved */
	uint8_t v3_csum;	/* enum v3_csum, resolved */
	bool old_unicast_csum, old_unicast_csum_never;
	bool mixed;		/* send_v2_and_v3, resolved: version 3 over IPv4, and 2 beside it */
	usec adv;		/* advert_int; rounded for v2 */
	usec preempt_delay;
	struct addr src;	/* mcast_src_ip / unicast_src_ip, or none */
	struct addr group;	/* multicast destination, resolved */
	usec garp_delay, garp_refresh, garp_lower_delay;	/* resolved; 0 = off */
	uint16_t garp_repeat, garp_refresh_repeat, garp_lower_repeat;
	usec garp_extra;	/* garp_extra_if, resolved; 0: off */
	bool garp_extra_all;	/* right behind it: one value of the rows */
	const struct cmd *notify[NOTIFY_N];	/* NULL: none; DELETED may have no argv: the word alone */
	bool smtp_alert;	/* resolved */
	bool notify_priority;	/* resolved: priority changes go to the FIFO */
	struct place at;
	/* as given, before conf_check resolved them against the globals */
	uint8_t t_skip, t_lower, t_higher, t_owner_ignore, t_check_src, t_notify_prio, t_smtp, t_strict, t_csum, t_conflict, t_mixed;	/* enum tri; t_csum 1 + enum v3_csum */
};

/*
 * vrrp_sync_group NAME. Members are in the order of the file. lead: the member by which routers that contradict each other
 * tell who waits longer (sync.h); all routers find the same one, whatever their order.
 */
struct group_conf {
	const char *name;
	uint16_t *member;	/* into conf->vrrp */
	uint16_t n, lead;	/* lead: into member */
	struct tracks tracks, ifaces;	/* members have them too */
	const struct cmd *notify[NOTIFY_N];	/* up to NOTIFY_ALL */
	bool tracking_weight;	/* members' own trackers keep their weights */
	bool notify_priority, smtp_alert;	/* resolved */
	uint8_t t_notify_prio, t_smtp;	/* enum tri */
	struct place at;
	const struct named *names;	/* of the members, as given; and how many */
	uint16_t nnames;
};

struct named { const char *name; struct place at; };

enum start_state { START_UNSET, START_MASTER, START_BACKUP };
enum { IF_NONE = 0xffff };

#define RX_POLICY_MTU    UINT32_MAX
#define RX_POLICY_ADVERT (UINT32_MAX - 1)

/* garp_group: its interfaces share one pace. */
struct garp_group {
	usec garp, gna;		/* 0 = no pause */
};

enum { BEAT_NONE, BEAT_ANY, BEAT_MII, BEAT_ETHTOOL, BEAT_IOCTL };

/* What is said of an interface outside of instances. */
struct if_conf {
	const char *name;
	usec down, up;		/* interface_up_down_delays; below the time in which others take over */
	bool delayed;		/* they are given */
	uint8_t beat;		/* BEAT_* */
	uint16_t group;		/* garp_group, 1..; 0: none */
	struct place at;
};

/* What can be tracked besides interfaces. Names of different kinds may be the same. */
enum tracker_kind { TRACKER_SCRIPT, TRACKER_PROCESS, TRACKER_FILE };

struct tracker_conf {		/* vrrp_script, vrrp_track_process, track_file NAME, and an instance's track_check */
	const char *name;
	struct place at;
	uint8_t kind;		/* enum tracker_kind */
	bool used;		/* some instance tracks it */
	bool by_instance;	/* made by track_check: not there when nothing uses it */
	uint16_t same;		/* of these: index + 1 of an earlier one with another name that runs for both; 0: none */
	int16_t weight;
	bool reverse;		/* right behind weight: one value of the rows */
	usec hold;		/* own word: once bad, good again only after this time; 0 = at once */
	/* script */
	struct cmd cmd;		/* argv NULL: `script` is missing; never used then. process: its words, no user */
	const struct check *check;	/* the words are a check that runs inside; NULL: a foreign program */
	usec interval;		/* >= 1 ms; default 1 s */
	usec timeout;		/* 0 = interval */
	uint16_t rise, fall;
	bool init_fail;
	/* process (K b.6) */
	bool full_command;
	uint8_t param_match;	/* enum param_match of procmatch.h */
	uint16_t quorum, quorum_max;	/* 1..; 0..65534, UINT16_MAX: no maximum */
	usec fork_delay, terminate_delay;
	/* file (K b.7) */
	const char *path;
	bool init_file, init_overwrite;
	int32_t init_value;
};

struct global_conf {		/* as given; what instances inherit is resolved in them */
	const char *router_id;
	uint8_t version;	/* vrrp_version */
	uint8_t down_adverts;
	bool skip_check_adv_addr, min_garp, lower_no_advert, higher_send, owner_ignore;
	bool check_unicast_src, log_unknown_vrids, enable_script_security;
	bool strict;
	uint8_t v3_csum;	/* enum v3_csum */
	bool mixed;		/* send_v2_and_v3 */
	const char *nft_table;	/* shorter than NAME_LEN; NULL or "": vrrpbox, and the instance's name */
	int32_t nft_prio;
	bool nft_counters, nft_ifindex;
	usec garp_interval, gna_interval;
	usec garp_delay, garp_refresh, garp_lower_delay;	/* -1: not given */
	uint16_t garp_repeat, garp_refresh_repeat, garp_lower_repeat;	/* 0xffff: not given */
	usec garp_extra;	/* vrrp_garp_extra_if, and right behind it */
	bool garp_extra_all;
	const char *vmac_prefix, *vmac_addr_prefix;	/* NULL: vrrp; as the first */
	struct addr group4, group6;	/* none: not given */
	usec startup_delay, delay_after_boot;
	const char *default_interface;	/* NULL: eth0 */
	uint8_t conflict;	/* conflict_action: 1 = yield */
	bool beat;		/* linkbeat_use_polling: all interfaces */
	uint16_t rx_multiplier;
	uint32_t rx_policy;	/* bytes, RX_POLICY_*, or 0: what a second brings */
	const char *script_user, *script_group;	/* NULL: keepalived_script if it exists, else ours */
	const char *control_group;	/* own word: its members may ask vrrp-state; NULL: nobody but root */
	const struct cmd *fifo[FIFO_N];	/* NULL: none */
	bool fifo_on_reload;	/* fifo_write_vrrp_states_on_reload */
	bool notify_priority;	/* vrrp_notify_priority_changes */
	const char *dump[3];	/* state_, stats_, json_dump_file: a path, or a directory when it ends in /; NULL: the usual place */
	uint8_t json_version;	/* 1 or 2 */
	const char *iproute_etc_dir, *iproute_usr_dir;	/* where names of tables are; NULL: the usual places */
	const char *reload_log;	/* findings of a reload go there too; NULL or "": nowhere else */
	const char *reload_time;	/* file with the moment of a reload; NULL: none */
	bool reload_repeat;	/* it stays, and counts every day */
	const char *reload_file;	/* exists while a reload reads; "": RUN_DIR/vrrpd.reload; NULL: none */
	/* what the process is to its machine: standing.c, and the door */
	const char *netns, *instance;	/* NULL: none */
	bool pid_dir, data_instance;
	bool no_swap, process_names, groups;
	bool cmd_buf_force, monitor_buf_force, proc_buf_force;
	int8_t auto_max;	/* max_auto_priority: <= 0: no raise */
	uint8_t rt;		/* vrrp_rt_priority; 0: none */
	uint8_t cpus[128];	/* a bit each; none: all */
	uint16_t umask;		/* or MASK_UNSET */
	int32_t nice;
	uint32_t rttime, auto_late;	/* us; auto_late 0: a second */
	uint32_t cmd_buf, monitor_buf, proc_buf;	/* bytes; 0: as we like */
	const char *process_name, *vrrp_process_name;
	const struct cmd *startup_script, *shutdown_script;
	usec startup_timeout, shutdown_timeout;
	struct server smtp;
	const char *mail_from, *helo;	/* NULL: of this host */
	const char **mails;	unsigned nmails;	/* notification_email: mailboxes */
	usec smtp_timeout;
	uint8_t smtp_alert, smtp_alert_vrrp;	/* enum tri */
	bool no_fault_mail;	/* no_email_faults */
	usec hook_timeout;	/* own word: a newer state waits this long for a notify script that runs; 0 = for ever */
};

struct conf {
	struct arena *arena;
	struct vrrp_conf *vrrp;		unsigned nvrrp;
	struct tracker_conf *trackers;	unsigned ntrackers;
	struct vlink_conf *vlinks;	unsigned nvlinks;
	struct group_conf *syncs;	unsigned nsyncs;
	const char **ifs;		unsigned nifs;	/* every interface name that anything refers to, once */
	struct if_conf *ifx;		unsigned nifx;	/* of interfaces that something is said of */
	struct garp_group *groups;	unsigned ngroups;
	struct vrrp_conf fixed;		/* static_ipaddress, static_routes, static_rules: vrid 0 */
	struct tie *ties;		unsigned nties;
	struct member *members;		unsigned nmembers;
	unsigned nvips;			/* over all instances, and fixed */
	unsigned nroutes;
	const char *path;		/* top file */
	struct conf *older;		/* the hall's: of replaced ones that are still referred to */
	struct global_conf global;
};

/*
 * Read, check and resolve one configuration. Findings go to r; with r->errors > 0 the result must not be run.
 * a        what stays; everything the result points to
 * scratch  file texts and tables of the load itself: to be closed when it returns (may be a, when memory is plenty)
 * Returns the configuration, or NULL (and a finding) when memory ran out or the top file could not be read.
 * Knows nothing of the machine: interfaces, files and users are looked at by the hall (config.c).
 */
struct conf *conf_load(struct arena *a, struct arena *scratch, struct lex_io *io, struct report *r, const char *path);

/* Canonical text, which parses to the same configuration; out is called with pieces. */
void conf_print(const struct conf *c, void (*out)(void *ctx, const char *s, size_t n), void *ctx);

/* The keyword table: every row of every block, for `vrrpd -k` (plain) and the README (markdown). */
void conf_print_keywords(bool markdown, void (*out)(void *ctx, const char *s, size_t n), void *ctx);

/*
 * What a reload from a to b would do, one line an object, called with pieces: "~ vrrp_instance VI_1: priority 100 -> 150,
 * virtual_ipaddress +192.0.2.11/24". + new, - removed, ~ changed while it goes on, ! leaves and begins anew. Returns the lines.
 */
unsigned conf_changes(const struct conf *a, const struct conf *b, void (*out)(void *ctx, const char *s, size_t n), void *ctx);

/* Same router before and after a reload (K c.19): vrid, family, interface, source, group. */
bool conf_same_vrrp(const struct vrrp_conf *a, const struct vrrp_conf *b);

/* What a reload must do to turn a into b: set of (1 << enum apply). */
unsigned conf_diff_vrrp(const struct vrrp_conf *a, const struct vrrp_conf *b);
unsigned conf_diff_tracker(const struct tracker_conf *a, const struct tracker_conf *b);
/* What is said of that interface, or NULL; and is it the same (NULL: nothing)? */
const struct if_conf *conf_if_find(const struct conf *c, const char *name);
bool conf_same_if(const struct conf *a, const struct if_conf *x, const struct conf *b, const struct if_conf *y);
bool conf_same_vip(const struct vip *a, const struct vip *b);	/* nothing to do in the kernel */
bool conf_equal_vip(const struct vip *a, const struct vip *b);	/* nor for us */
bool conf_same_route(const struct route *a, const struct route *b);
/* One line, as the configuration has it; returns buf. */
const char *conf_route_text(const struct route *r, char *buf, size_t size);
/* The i-th program (from 0) that a tracker starts, NULL: no more. A check that runs inside has one of its own seldom. */
char *const *conf_program(const struct tracker_conf *t, unsigned i);
bool conf_same_cmd(const struct cmd *a, const struct cmd *b);

#endif
