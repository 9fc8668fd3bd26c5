/*
 * conf_in.h - what the conf*.c rooms share and nobody else needs (pure): the blocks, one load under way.
 */
#ifndef CONF_IN_H
#define CONF_IN_H

#include "conf.h"
#include "text.h"

/* Every block of the grammar; a BLOCK row's min names one. */
enum block_id {
	BLK_TOP, BLK_GLOBAL, BLK_VRRP, BLK_AUTH, BLK_PEERS, BLK_VIPS, BLK_EVIPS, BLK_TRACK_IF,
	BLK_SCRIPT, BLK_PROCESS, BLK_FILE,				/* both in the order of enum tracker_kind */
	BLK_TRACK_SCRIPT, BLK_TRACK_PROCESS, BLK_TRACK_FILE,		/* served; from here on only checked */
	BLK_TRACK_ANY, BLK_HMAC, BLK_SYNC, BLK_ADDRS, BLK_ROUTES, BLK_RULES, BLK_HOP,
	BLK_DELAYS, BLK_LINKBEAT, BLK_GARP_GROUP, BLK_IFS, BLK_TRACK_GROUP, BLK_NAMES, BLK_MAILS, BLK_BFD,
	BLK_N
};

struct block {
	const char *name;
	struct kw_table kws;	/* its keywords; with head, the option words of its entries */
	const char *head;	/* a list: the syntax that each entry begins with ("" : the options come in any order) */
};

extern const struct block conf_blocks[BLK_N];

/* One address entry, before it is made a vip. */
struct vip_line {
	struct vip vip;
	const char *dev, *brd, *peer, *label, *group;	/* words of the line */
};

/* A gateway of several, and a route or rule, before it is made netlink's bytes. Words are the line's. */
struct hop {
	struct addr via;
	bool onlink;
	const char *dev;
	struct optval weight, realms;
};

enum { ROUTE_ATTRS = 28, ROUTE_METRICS = 18, ROUTE_HOPS = 32 };

struct route_line {
	struct prefix to, from;
	struct addr via, second, src;
	bool onlink, invert, no_track;
	const char *dev, *oif, *cc, *group;
	uint32_t type, how, family;	/* bits: 1 << RTN_* or FR_ACT_*; HOW_*; 1 inet, 2 inet6 */
	struct optval tos, scope, proto;
	struct optval at[ROUTE_ATTRS];	/* by RTA_* or FRA_* */
	struct optval mx[ROUTE_METRICS];	/* by RTAX_* */
	unsigned nhops;
	struct hop hop[ROUTE_HOPS];
};

extern const struct kw conf_route_rows[], conf_hop_rows[], conf_rule_rows[];
extern const char conf_route_known[], conf_rule_known[];

/* An array that grows by doubling in scratch memory. */
struct list {
	void *v;
	unsigned n, cap;
};

/* Open addressing: which indexes have this hash. */
struct set {
	struct slot { uint32_t hash, index; } *slot;	/* index + 1; 0 = free */
	unsigned n, cap;				/* cap: a power of two */
};

uint32_t set_hash(uint32_t h, const void *p, size_t n);
/* Index + 1 of the next entry with that hash from *pos on (start with *pos = 0), or 0. */
unsigned set_next(const struct set *s, uint32_t hash, unsigned *pos);

struct load {			/* what is used often comes first */
	struct kwctx c;		/* value types see only this */
	struct arena *tmp;	/* gone after the load */
	enum lex_tok token;
	bool pushed;		/* it is waiting */
	bool quiet;		/* the line before has been reported: its block is skipped without a word */
	struct list vrrp, trackers, syncs, ifs, vlinks;
	struct list ifx, groups;	/* what is said of interfaces, garp_groups */
	struct list mails;
	struct list fixed_vips, fixed_routes, ties, members;
	const char *group;	/* track_group that is open */
	uint32_t pref[2];	/* rules without a preference so far: IPv4, IPv6 */
	struct list routes, vips, peers, tracks[2];	/* of the block that is open; tracks: interfaces, trackers */
	struct set names, ifset, trackerset, vlinkset;	/* instances, interfaces, trackers by name */
	struct list words;	/* struct named: those of a list of names that is open */
	struct set checks;	/* track_checks by their words */
	const struct vrrp_conf *about;	/* the instance that is checked */
	const char *in, *out;	/* the last file name: lex's, ours */
	unsigned unserved;	/* blocks around that have been reported whole */
	unsigned nnoted;
	const char *noted[128];	/* words already reported as not served */
};

void *list_add(struct load *l, struct list *list, size_t size);		/* zeroed; NULL: out of memory */
void *list_keep(struct load *l, const struct list *list, size_t size);	/* exact copy in the configuration's arena */
void set_add(struct load *l, struct set *s, uint32_t hash, unsigned index);

/* Index of an interface name in conf->ifs, added when new; *name becomes the one copy of it. */
uint16_t conf_if(struct load *l, const char **name);
bool conf_if_taken(const struct load *l, const char *name);	/* by an instance, or a device to be made */
/* Index + 1 of an instance, 0: no such name. */
unsigned conf_find_vrrp(struct load *l, const char *name);

/* The option words of an entry, from word i on. */
void conf_options(struct load *l, const struct kw_table *t, void *rec, unsigned i);

/* conf_track.c. kind: enum tracker_kind. Index + 1, 0: no such name. */
unsigned conf_find_tracker(struct load *l, const char *name, unsigned kind);
/* A new one of that name, with its block's defaults, to be filled and then given to conf_tracker_made; NULL: out of memory. */
struct tracker_conf *conf_tracker_new(struct load *l, const char *name, unsigned kind);
void conf_tracker_made(struct load *l, struct tracker_conf *t);
/* The block that defines trackers of a kind, and its words. */
const struct block *conf_tracker_block(unsigned kind);
void conf_track_line(struct load *l, enum block_id id);	/* an entry of track_interface, track_script ... */
void conf_track_check(struct load *l);			/* the line track_check NAME "WORDS" [weight ...] */
void conf_check_tracks(struct load *l, struct vrrp_conf *v);	/* whole configuration: an instance's references, */
void conf_check_trackers(struct load *l);			/* then what they lead to */

/* conf_ifs.c: what is said of interfaces outside of instances. */
void conf_if_line(struct load *l, enum block_id id);	/* an entry of interface_up_down_delays, linkbeat_interfaces, interfaces */
void conf_garp_group(struct load *l, unsigned i);	/* the interfaces from word i on belong to the last group */
void conf_check_ifs(struct load *l);			/* after the instances */
/* conf_sync.c: vrrp_sync_group */
struct group_conf *conf_group_find(const struct list *groups, const char *name);
void conf_check_groups(struct load *l);		/* members and the group's own trackers; before the instances are checked */
/* What stays of the weight of an instance's own tracker in a group (K c.12). false: the tracker is dropped. */
bool conf_member_weight(struct load *l, const struct vrrp_conf *v, struct track *t, bool interface);
void conf_member_tracks(struct load *l, struct vrrp_conf *v);	/* what the group tracks, behind its own */

/* conf_addr.c: one line of an address list. */
void conf_vip_line(struct load *l, struct list *out, bool excluded);
/* An entry follows a track_group; vip: its index, or IF_NONE. Returns the tie's index + 1. */
uint16_t conf_tie(struct load *l, const char *group, uint16_t vip);
/* conf_route.c: one line of a list of routes or rules. */
void conf_route_line(struct load *l, struct list *out, bool rule);
struct routes conf_routes_keep(struct load *l, const struct list *list);	/* routes first, then rules */
void conf_check_routes(struct load *l, struct vrrp_conf *v, struct set *seen);	/* and what it tracks because of them */
void conf_unknown(struct load *l, const struct kw_table *t, unsigned i, const char *what);
/* Back to words: the address, the options as a line has them, and the same without any. */
struct vip_text {
	char addr[ADDR_STR + 4], peer[ADDR_STR + 4], brd[ADDR_STR];
	struct vip_line line, plain;
};

/* instance_dev: no option when the same. */
void conf_vip_text(struct vip_text *t, const struct vip *v, const char *instance_dev);

/* conf_vlink.c */
enum { MAC_STR = 19 };	/* and the colon that gives way to the NUL */
unsigned conf_mac(uint8_t mac[6], const char *s);	/* 5 or 6 octets of a unicast address; 0: it is none */
const char *conf_mac_text(char buf[MAC_STR], const uint8_t *mac, unsigned n);
/* Words of use_vmac and use_ipvlan from i on; what is not understood is said and passed over. */
void conf_vlink_take(struct kwctx *c, const struct kw *k, const struct vlink_word **field, unsigned i);
void conf_vlink_text(const struct vlink_word *w, bool ip, char *buf, size_t size);
void conf_check_vlink(struct load *l, struct vrrp_conf *v);	/* its own device */
void conf_vlink_vip(struct load *l, const struct vrrp_conf *v, struct vip *vip);	/* where that address lives */

/* conf_print.c: where text goes, piece by piece; a piece has room for two values. */
struct sink {
	void (*out)(void *ctx, const char *s, size_t n);
	void *ctx;
};

void conf_put(const struct sink *to, const char *text, ...) __attribute__((format(printf, 2, 3)));

/* An entry of a list: what it begins with, and the options of that block's rows in which rec is not as ref. */
void conf_put_entry(const struct sink *to, const char *head, enum block_id id, const void *rec, const void *ref);
void conf_put_ifs(const struct sink *to, const struct conf *c);	/* conf_ifs.c */

/* conf_check.c: whole configuration, after the last file. */
void conf_check(struct load *l);
/* About the instance that is checked: at a line of it, or (at NULL) as a whole. */
void conf_tell(struct load *l, const struct place *at, enum severity sev, const char *word, const char *text, ...)
	__attribute__((format(printf, 5, 6)));
/* conf_strict.c: strict mode and accept mode of an instance whose family is known. */
void conf_strict(struct load *l, struct vrrp_conf *v);
/* Values an instance takes from the globals when it says nothing itself. */
void conf_inherit(struct vrrp_conf *v, const struct global_conf *g);

#endif
