/*
 * dump.c - keepalived's dumps: .data, .stats and JSON, word for word where people's programs look (K d.5, d.6), and the
 * job that writes them.
 *
 * A dump is sections, a section is objects, an object is items. An item is the style in which a value is written, the
 * value's letter, and its label. What has no value is left out with its label.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "log.h"

/*
 * Styles: d number, z the same unless 0, f seconds, t true/false, e enabled/disabled, y yes/no (T, E, Y: the other way
 * round), s text, r text as it is, c command, l list, L list with its count. A label that ends in a tab has no " = ".
 */
static const char json_vrrp[] =
	"r_" "{\"data\":{\"iname\":\0" "sn" "\0" "dD" "dont_track_primary\0" "dK" "skip_check_adv_addr\0" "dH" "strict_mode\0"
	"sV" "vmac_ifname\0" "si" "ifp_ifname\0" "dm" "master_priority\0" "rw" ",\"last_transition\":\0" "fg" "garp_delay\0"
	"fh" "garp_refresh\0" "dR" "garp_rep\0" "dj" "garp_refresh_rep\0" "fk" "garp_lower_prio_delay\0"
	"dl" "garp_lower_prio_rep\0" "dq" "lower_prio_no_advert\0" "do" "higher_prio_send_advert\0" "dv" "vrid\0"
	"dp" "base_priority\0" "de" "effective_priority\0" "ts" "vipset\0" "t_" "promote_secondaries\0" "fA" "adver_int\0"
	"fM" "master_adver_int\0" "d+" "accept\0" "tN" "nopreempt\0" "fd" "preempt_delay\0" "dS" "state\0" "dW" "wantstate\0"
	"dV" "version\0" "t_" "smtp_alert\0" "tx" "notify_deleted\0" "c1" "script_backup\0" "c0" "script_master\0"
	"c2" "script_fault\0" "c3" "script_stop\0" "c5" "script_deleted\0" "c4" "script\0" "c6" "script_master_rx_lower_pri\0"
	"lv" "vips\0" "lx" "evips\0" "lO" "vroutes\0" "lQ" "vrules\0" "lI" "track_ifp\0" "ls" "track_script\0" "lr" "track_process\0" "da" "auth_type\0"
	"sP" "auth_data\0" "r_" "},\"stats\":{\"advert_rcvd\":\0" "d0" "\0" "d1" "advert_sent\0" "d2" "become_master\0"
	"d3" "release_master\0" "d4" "packet_len_err\0" "d7" "advert_interval_err\0" "d5" "ip_ttl_err\0"
	"d6" "invalid_type_rcvd\0" "d8" "addr_list_err\0" "d9" "invalid_authtype\0" "d:" "authtype_mismatch\0"
	"d;" "auth_failure\0" "d<" "pri_zero_rcvd\0" "d=" "pri_zero_sent\0" "r_" "}}\0";

static const char stats_vrrp[] =
	"sn" "VRRP Instance: \0" "d0" "  Advertisements:\n    Received: \0" "d1" "    Sent: \0" "d2" "  Became master: \0"
	"d3" "  Released master: \0" "d4" "  Packet Errors:\n    Length: \0" "d5" "    TTL: \0" "d6" "    Invalid Type: \0"
	"d7" "    Advertisement Interval: \0" "d8" "    Address List: \0"
	"d9" "  Authentication Errors:\n    Invalid Type: \0" "d:" "    Type Mismatch: \0" "d;" "    Failure: \0"
	"d<" "  Priority Zero:\n    Received: \0" "d=" "    Sent: \0";

#define SCRIPT " state transition script\0"
static const char data_vrrp[] =
	"sn" "VRRP Instance\0" "dV" "VRRP Version\0" "sG" "Sync group\0" "s6" "Using Native IPv6\t\0" "sS" "State\0" "sm" "Master router\0"
	"zm" "Master priority\0" "sa" "Master advert int\0" "sF" "Flags:\t\0" "sW" "Wantstate\0"
	"d_" "Number of config faults\0" "dF" "Number of interface and track script faults\0"
	"dt" "Number of track scripts init\0" "sw" "Last transition\0" "sr" "Read timeout\0" "sd" "Master down timer\0"
	"sU" "Use VMAC, i/f name \t\0" "si" "Interface\0" "sT" "VRRP interface tracking disabled\t\0" "ss" "Using src_ip\0" "sg" "Multicast address \t\0"
	"fg" "Gratuitous ARP delay\0" "dR" "Gratuitous ARP repeat\0" "fh" "Gratuitous ARP refresh\0"
	"dj" "Gratuitous ARP refresh repeat\0" "fk" "Gratuitous ARP lower priority delay\0"
	"dl" "Gratuitous ARP lower priority repeat\0" "dn" "Down timer adverts\0"
	"Tq" "Send advert after receive lower priority advert\0" "to" "Send advert after receive higher priority advert\0"
	"dv" "Virtual Router ID\0" "dp" "Priority\0" "de" "Effective priority\0"
	"sA" "Advert interval\0" "sM" "Master advert interval\0" "e+" "Accept\0" "EN" "Preempt\0" "sp" "Preempt delay\0"
	"e_" "Promote_secondaries\0" "su" "Authentication type\0" "sP" "Password\0" "Lv" "Virtual IP\0"
	"lx" "Virtual IP Excluded\0" "st" "Unicast TTL\0" "sC" "Check unicast src : \t\0" "lp" "Unicast Peer\0"
	"sf" "fd_in \t\0" "lO" "Virtual Routes\0" "lQ" "Virtual Rules\0" "lI" "Tracked interfaces\0" "ls" "Tracked scripts\0" "lf" "Tracked files\0"
	"lr" "Tracked processes\0" "y_" "Using smtp notification\0" "sx" "Notify deleted\0" "c1" "Backup" SCRIPT
	"c0" "Master" SCRIPT "c2" "Fault" SCRIPT "c3" "Stop" SCRIPT "c5" "Deleted" SCRIPT "c4" "Generic" SCRIPT
	"c6" "Master rx lower pri" SCRIPT "tc" "Notify priority changes\0";

static const char data_addresses[] = "lv" "\0", data_routes[] = "lO" "\0", data_rules[] = "lQ" "\0";
static const char data_group[] =
	"sn" "VRRP Sync Group\0" "sN" "Num member fault\t\0" "lm" "VRRP member instances\0"
	"sS" "Using smtp notification\0" "sP" "Notify priority changes\0" "lI" "Tracked interfaces\0" "ls" "Tracked scripts\0"
	"lf" "Tracked files\0" "lr" "Tracked process\0" "c1" "Backup" SCRIPT "c0" "Master" SCRIPT "c2" "Fault" SCRIPT
	"c3" "Stop" SCRIPT "c4" "Generic" SCRIPT;

static const char data_script[] =
	"sn" "VRRP Script\0" "cc" "Command\0" "sI" "Interval\0" "so" "Timeout\0" "sw" "Weight\0" "dr" "Rise\0" "df" "Fall\0"
	"dC" "Result\0" "sN" "Init state\0" "sG" "Status\0" "sU" "Script uid:gid\0" "lt" "Tracking instances\0" "sX" "State\0";
static const char data_file[] =
	"sn" "Track file\0" "sy" "File\0" "dy" "Status\0" "sw" "Weight\0" "lt" "Tracking instances\0";
static const char data_process[] =
	"sn" "VRRP Track process\0" "sp" "Process\0" "sP" "Parameters\0" "dB" "Min processes\0"
	"sH" "Max processes\0" "dJ" "Current processes\0" "tL" "Have quorum\0" "sw" "Weight\0" "lt" "Tracking instances\0";
static const char json_process[] =
	"r_" "{\"process\":\0" "sp" "\0" "sP" "parameters\0" "sM" "param_match\0" "dB" "min_processes\0"
	"rH" ",\"max_processes\":\0" "dJ" "current_processes\0" "tL" "have_quorum\0" "dw" "weight\0" "fT" "terminate_delay\0"
	"fX" "fork_delay\0" "tU" "fork_delay_timer_running\0" "tZ" "terminate_delay_timer_running\0" "tE" "full_command\0"
	"r_" "}\0";

enum object { SCRIPTS = TRACKER_SCRIPT, PROCESSES = TRACKER_PROCESS, FILES = TRACKER_FILE, GROUPS, VRRP, FIXED };

struct layout {
	bool json, plain;	/* plain: labels are all there is around a value */
	uint8_t n;
	struct section {
		const char *open, *items;
		enum object kind;
	} v[8];
};

#define TITLE(t) "------< " t " >------\n"
static const struct layout json1 = { true, false, 1, { { "[", json_vrrp, VRRP } } };
static const struct layout json2 = { true, false, 2, {
	{ "{\"vrrp\":[", json_vrrp, VRRP },
	{ "],\"track_process\":[", json_process, PROCESSES },
} };
static const struct layout stats = { false, true, 1, { { "", stats_vrrp, VRRP } } };
static const struct layout data = { false, false, 8, {
	{ TITLE("Static Addresses"), data_addresses, FIXED },
	{ TITLE("Static Routes"), data_routes, FIXED },
	{ TITLE("Static Rules"), data_rules, FIXED },
	{ TITLE("VRRP Topology"), data_vrrp, VRRP },
	{ TITLE("VRRP Sync groups"), data_group, GROUPS },
	{ TITLE("VRRP Scripts"), data_script, SCRIPTS },
	{ TITLE("VRRP Track files"), data_file, FILES },
	{ TITLE("VRRP Track processes"), data_process, PROCESSES },
} };

/* What a value is taken from. */
struct at {
	const struct engine *e;
	const struct vr *v;
	const struct vrrp_conf *c;	/* of v */
	const struct group *g;
	const struct tracks *tracks, *ifaces;	/* of v or g, and their scripts */
	const struct cmd *const *notify;
	const struct tracker *t;
	bool json;
};

enum { WORD = 768 };		/* room for one element of a list */

static bool follows(const struct at *x)
{
	return x->v->fsm.state == FSM_BACKUP && x->v->master.family;
}

/* keepalived's wish: what it is, or what the file says while it cannot be anything. */
static enum fsm_state wanted(const struct at *x)
{
	enum fsm_state s = x->v->fsm.state;

	return s == FSM_BACKUP || s == FSM_MASTER ? s : x->c->state == START_MASTER || x->c->prio == 255 ? FSM_MASTER : FSM_BACKUP;
}

static unsigned awaited(const struct at *x)
{
	unsigned n = 0;

	for (unsigned i = 0; i < x->c->tracks.n; i++)
		n += x->e->trackers[x->c->tracks.v[i].index]->verdict == VERDICT_NONE;
	return n;
}

/* VIPs come first, then the excluded ones. */
static unsigned advertised(const struct vips *a)
{
	unsigned lo = 0, hi = a->n, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (a->v[mid].excluded)
			hi = mid;
		else
			lo = mid + 1;
	}
	return lo;
}

/* What is a number in the configuration, and the counters from '0' on. */
#define FIELD(what, field) { what, sizeof ((struct vrrp_conf *)0)->field, offsetof(struct vrrp_conf, field) }
static const struct field {
	char what;
	uint8_t size;
	uint16_t off;
} fields[] = {
	FIELD('D', dont_track_primary), FIELD('K', skip_check_adv_addr), FIELD('g', garp_delay), FIELD('h', garp_refresh),
	FIELD('R', garp_repeat), FIELD('j', garp_refresh_repeat), FIELD('k', garp_lower_delay), FIELD('l', garp_lower_repeat),
	FIELD('q', lower_no_advert), FIELD('o', higher_send), FIELD('v', vrid), FIELD('p', prio), FIELD('A', adv),
	FIELD('N', nopreempt), FIELD('d', preempt_delay), FIELD('V', version), FIELD('a', auth_type), FIELD('c', notify_priority),
	FIELD('n', down_adverts), FIELD('H', strict), FIELD('+', accepts),
};

#define COUNTER(field) offsetof(struct counters, field) / sizeof(uint32_t)
static const uint8_t counters[] = {
	COUNTER(rx), COUNTER(tx), COUNTER(become_master), COUNTER(release_master), COUNTER(err[PKT_LENGTH]), COUNTER(err[PKT_TTL]),
	COUNTER(err[PKT_TYPE]), COUNTER(err[PKT_INTERVAL]), COUNTER(addr_list), COUNTER(err[PKT_AUTHTYPE]),
	COUNTER(err[PKT_AUTHDIFF]), COUNTER(err[PKT_AUTHFAIL]), COUNTER(prio0_rx), COUNTER(prio0_tx),
};

static long long field(const struct vrrp_conf *c, char what)
{
	const struct field *f = fields;
	const void *p;

	while (f->what != what)
		f++;
	p = (const char *)c + f->off;
	return f->size == 1 ? *(const uint8_t *)p : f->size == 2 ? *(const uint16_t *)p : *(const usec *)p;
}

/* How the words of a process are compared. */
static const char *matched(const struct tracker_conf *c)
{
	return c->cmd.argv[1] || c->param_match ? text_nth("exact\0initial\0partial\0exact", c->param_match) : "none";
}

/* Is the end of a verdict awaited? */
static bool delayed(const struct tracker *t, enum verdict v)
{
	return t->next.slot && t->last == v;
}

static long long number(const struct at *x, char what)
{
	const struct vr *v = x->v;

	if (what >= '0' && what < '0' + (int)sizeof counters)
		return ((const uint32_t *)&v->n)[counters[what - '0']] + (what == ';' ? v->n.err[PKT_REPLAY] : 0);
	switch (what) {
	case '_': return 0;
	case 'm': return follows(x) ? v->master_prio : 0;
	case 'e': return v->fc.prio;
	case 's': return x->c->vips.n && v->vips->set;
	case 'M': return follows(x) ? v->fsm.master_adv : x->c->adv;
	case 'S': return v->fsm.state;
	case 'W': return wanted(x);
	case 'x': return x->c->notify[NOTIFY_DELETED] != NULL;
	case 'F': return v->fault != FAULT_NONE;
	case 't': return awaited(x);
	case 'w': return x->t->c->reverse ? -x->t->c->weight : x->t->c->weight;
	case 'r': return x->t->c->rise;
	case 'f': return x->t->c->fall;
	case 'C': return x->t->hyst.count;
	case 'y': return x->t->value;
	case 'B': return x->t->c->quorum;
	case 'J': return x->t->proc.count;
	case 'L': return process_good(x->t);
	case 'T': return x->t->c->terminate_delay;
	case 'X': return x->t->c->fork_delay;
	case 'U': return delayed(x->t, VERDICT_BAD);
	case 'Z': return delayed(x->t, VERDICT_GOOD);
	case 'E': return x->t->c->full_command || *matched(x->t->c) != 'n';
	}
	return field(x->c, what);
}

static const char *interval(usec t, unsigned version, char *buf, size_t size)
{
	if (version == 2)
		snprintf(buf, size, "%lld sec", (long long)(t / SEC));
	else
		snprintf(buf, size, "%lld milli-sec", (long long)(t / MS));
	return buf;
}

static const char *secs(usec t, char *buf, size_t size)
{
	kw_seconds_text(t, buf, size);
	strcat(buf, " sec");
	return buf;
}

/* When that moment of our clock will be or was, by the wall's. */
static const char *wall(usec at, char *buf, size_t size)
{
	struct timespec t;

	if (at == USEC_NEVER)
		return NULL;
	clock_gettime(CLOCK_REALTIME, &t);
	at += (usec)t.tv_sec * SEC + t.tv_nsec / 1000 - clock_now();
	snprintf(buf, size, "%lld.%06d", (long long)(at / SEC), (int)(at % SEC));
	return buf;
}

/* As a shell would take them. */
static const char *parameters(char *const *w, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	if (!*w)
		return NULL;
	for (; *w; w++)
		text_put(&t, strchr(*w, ' ') ? "%s'%s'" : "%s%s", t.n ? " " : "", *w);
	return buf;
}

static const char *tracker_text(const struct tracker *t, char what, char *buf, size_t size)
{
	switch (what) {
	case 'n': return t->c->name;
	case 'I': return secs(t->c->interval, buf, size);
	case 'o': return secs(t->c->timeout, buf, size);
	case 'N': return t->c->init_fail ? "failed" : "unknown";
	case 'G': return t->verdict == VERDICT_NONE ? "unknown" : t->verdict == VERDICT_GOOD ? "GOOD" : "BAD";
	case 'X': return t->child.pid ? "running" : "idle";
	case 'y': return t->c->path;
	case 'U':
		snprintf(buf, size, "%u:%u", (unsigned)t->cred.uid, (unsigned)t->cred.gid);
		return buf;
	case 'w':
		snprintf(buf, size, "%d%s", t->c->weight, t->c->reverse ? " reverse" : "");
		return buf;
	case 'p': return t->c->cmd.argv[0];
	case 'P': return parameters(t->c->cmd.argv + 1, buf, size);
	case 'M': return matched(t->c);
	case 'H':
		snprintf(buf, size, "%u", t->c->quorum_max);
		return t->c->quorum_max != UINT16_MAX ? buf : NULL;
	}
	return NULL;
}

static const char *vr_text(const struct at *x, char what, char *buf, size_t size)
{
	const struct vr *v = x->v;
	const struct vrrp_conf *c = x->c;
	usec down = v->fsm.state == FSM_BACKUP || v->fsm.state == FSM_MASTER ? fsm_down(&v->fsm, &v->fc) : 0;
	char a[ADDR_STR];

	switch (what) {
	case 'n': return c->name;
	case 'i': return c->interface;
	case 'V': return v->vif ? v->vif->name : "";
	case 'U':
		if (v->vif)
			snprintf(buf, size, "%s, is_up = %s, xmit_base = %s", v->vif->name,
			         iface_up(v->vif) ? "true" : "false", c->xmit_base ? "true" : "false");
		return v->vif ? buf : NULL;
	case 'G': return v->group ? v->group->c->name : NULL;
	case '6': return c->family == AF_INET6 ? "" : NULL;
	case 'S': return fsm_state_text(v->fsm.state);
	case 'W': return fsm_state_text(wanted(x));
	case 'm': return follows(x) ? addr_text(&v->master, buf) : NULL;
	case 'a': return follows(x) && c->version == 3 ? secs(v->fsm.master_adv, buf, size) : NULL;
	case 'M': return follows(x) && c->version == 3 ? interval(v->fsm.master_adv, 3, buf, size) : NULL;
	case 'A': return interval(c->adv, c->version, buf, size);
	case 'F': return c->unicast ? "\n     Using unicast" : " none";
	case 'r': return wall(v->fsm.deadline, buf, size);
	case 'T': return c->dont_track_primary ? "" : NULL;
	case 'p': return c->preempt_delay ? secs(c->preempt_delay, buf, size) : NULL;
	case 'u': return c->auth_type == AUTH_AH ? "IPSEC_AH" : c->auth_type ? "SIMPLE_PASSWORD" : NULL;
	case 'P': return c->auth_type ? "********" : NULL;
	case 'C': return !c->unicast ? NULL : c->check_unicast_src ? "yes" : "no";
	case 'x': return c->notify[NOTIFY_DELETED] ? "Deleted" : "Fault";
	case 'w':
		snprintf(buf, size, "%lld.000000", (long long)v->since_wall);
		return buf;
	case 'd':
		snprintf(buf, size, "%lld usecs", (long long)down);
		return buf;
	case 's':
		snprintf(buf, size, "%s%s", addr_text(&v->src, a), c->src.family ? " (from configuration)" : "");
		return buf;
	case 'g':
		snprintf(buf, size, c->family == AF_INET6 ? "%s, ifindex %u" : "%s", addr_text(&c->group, a), v->iface->ifindex);
		return c->unicast ? NULL : buf;
	case 't':
		snprintf(buf, size, "%u", c->unicast_ttl);
		return c->unicast ? buf : NULL;
	case 'f':
		snprintf(buf, size, "%d, fd_out %d", v->iface->port[c->family == AF_INET6].src.fd,
		         c->family == AF_INET6 ? x->e->tx6 : x->e->tx4);
		return buf;
	}
	return NULL;
}

static const char *group_text(const struct group *g, char what, char *buf, size_t size)
{
	unsigned faults = 0, waits = 0;
	const struct vr *v;

	for (unsigned k = 0; (v = group_nth(g, k)); k++) {
		faults += v->own_fault != FAULT_NONE;
		waits += v->waits;
	}
	switch (what) {
	case 'P': return g->c->notify_priority ? "yes" : "no";
	case 'S': return g->c->t_smtp == TRI_ON ? "yes" : "no";
	case 'N':
		snprintf(buf, size, " %u, num member init %u", faults, waits);
		return buf;
	}
	snprintf(buf, size, "%s, %s", g->c->name, fsm_state_text(g->state));
	return buf;
}

static const char *text(const struct at *x, char what, char *buf, size_t size)
{
	if (what == '_')
		return "";
	if (x->g)
		return group_text(x->g, what, buf, size);
	return x->v ? vr_text(x, what, buf, size) : tracker_text(x->t, what, buf, size);
}

/* ---- lists ---- */

static const struct cmd *command(const struct at *x, char what)
{
	const struct cmd *c = what == 'c' ? &x->t->c->cmd : x->notify[what - '0'];

	return c && c->argv ? c : NULL;
}

/* They stand before the rules. */
static unsigned routes(const struct at *x)
{
	unsigned n = 0;

	while (n < x->c->routes.n && !x->c->routes.v[n].rule)
		n++;
	return n;
}

static unsigned elements(const struct at *x, char style, char what)
{
	const struct cmd *cmd;
	unsigned n = 0;

	if (style == 'c') {
		for (cmd = command(x, what); cmd && cmd->argv[n]; n++)
			;
		return n;
	}
	switch (what) {
	case 'v': return advertised(&x->c->vips);
	case 'x': return x->c->vips.n - advertised(&x->c->vips);
	case 'O': return routes(x);
	case 'Q': return x->c->routes.n - routes(x);
	case 'p': return x->c->peers.n;
	case 'I': return x->ifaces->n;
	case 'm': return x->g->c->n;
	case 't': return x->e->nvr;
	}
	for (unsigned i = 0; i < x->tracks->n; i++)		/* s, r, f */
		n += x->tracks->v[i].kind == (what == 's' ? TRACKER_SCRIPT : what == 'r' ? TRACKER_PROCESS : TRACKER_FILE);
	return n;
}

/* As `ip address` writes it, roughly. */
static const char *vip_text(const struct vip *a, const struct vip_run *r, char *buf)
{
	static const uint8_t known[] = { 0, 200, 253, 254, 255 };
	struct text t = { buf, WORD, 0 };
	char addr[ADDR_STR];
	unsigned i;

	text_put(&t, "%s", addr_text(&a->addr, addr));
	if (a->plen != addr_len(&a->addr) * 8)
		text_put(&t, "/%u", a->plen);
	if (a->peer)
		text_put(&t, " peer %s/%u", addr_text(a->peer, addr), a->peer_plen);
	text_put(&t, " dev %s scope ", r->iface->name);
	for (i = 0; i < sizeof known && known[i] != a->scope; i++)
		;
	if (i < sizeof known)
		text_put(&t, "%s", text_nth("global\0site\0link\0host\0nowhere", i));
	else
		text_put(&t, "%u", a->scope);
	if (a->label)
		text_put(&t, " label %s", a->label);
	if (a->addr.family == AF_INET6 && a->preferred && a->preferred != UINT32_MAX)
		text_put(&t, " preferred_lft %u", a->preferred);
	else if (a->addr.family == AF_INET6)
		text_put(&t, a->preferred ? " preferred_lft forever" : " deprecated");
	text_put(&t, r->set ? " set" : "");
	return buf;
}

static const char *track_text(const struct track *k, const char *sep, char *buf)
{
	snprintf(buf, WORD, "%s%s weight %d%s", k->name, sep, k->weight, k->reverse ? " reverse" : "");
	return buf;
}

/* The k-th tracker of a kind that x tracks. In JSON a script is its command. */
static const char *tracked(const struct at *x, enum tracker_kind kind, unsigned k, char *buf)
{
	const struct track *r = x->tracks->v;
	struct text t = { buf, WORD, 0 };

	for (;; r++)
		if (r->kind == kind && !k--)
			break;
	if (!x->json)
		return track_text(r, kind == TRACKER_SCRIPT ? "" : ",", buf);
	if (kind != TRACKER_SCRIPT)
		return r->name;
	for (char **w = x->e->trackers[r->index]->c->cmd.argv; w && *w; w++)
		text_put(&t, "%s'%s'", t.n ? " " : "", *w);
	return buf;
}

/* The reference by which instance k tracks the tracker, or NULL: it does not. */
static const char *tracking(const struct at *x, unsigned k, char *buf)
{
	const struct vr *v = x->e->vr[k];
	struct track found;

	for (unsigned j = 0; j < v->c->tracks.n; j++)
		if (x->e->trackers[v->c->tracks.v[j].index] == x->t) {
			found = v->c->tracks.v[j];
			found.name = v->c->name;
			return track_text(&found, ",", buf);
		}
	return NULL;
}

static const char *peer_text(const struct peer *p, char *buf)
{
	char a[ADDR_STR];

	snprintf(buf, WORD, "%s min_ttl %u max_ttl %u", addr_text(&p->addr, a), p->min_ttl, p->max_ttl);
	return buf;
}

static const char *element(const struct at *x, char style, char what, unsigned k, char *buf)
{
	if (style == 'c')
		return command(x, what)->argv[k];
	switch (what) {
	case 'x':
		k += advertised(&x->c->vips);
		/* fall through */
	case 'v': return vip_text(&x->c->vips.v[k], &x->v->vips[k], buf);
	case 'Q':
		k += routes(x);
		/* fall through */
	case 'O': return conf_route_text(&x->c->routes.v[k], buf, WORD);
	case 'p': return peer_text(&x->c->peers.v[k], buf);
	case 'I': return x->json ? x->ifaces->v[k].name : track_text(&x->ifaces->v[k], "", buf);
	case 'm': return group_nth(x->g, k)->c->name;
	case 't': return tracking(x, k, buf);
	}
	return tracked(x, what == 's' ? TRACKER_SCRIPT : what == 'r' ? TRACKER_PROCESS : TRACKER_FILE, k, buf);
}

/* ---- writing ---- */

/* What the label and the value have around them. */
static void put_label(struct text *t, const struct layout *l, const char *label, bool first)
{
	size_t n = strlen(label);

	if (l->plain)
		text_put(t, "%s", label);
	else if (l->json)
		text_put(t, "%s%s%s", n ? ",\"" : "", label, n ? "\":" : "");
	else if (n && label[n - 1] == '\t')
		text_put(t, "   %.*s", (int)n - 1, label);
	else
		text_put(t, first ? " %s = " : "   %s = ", label);
}

static void put_text(struct text *t, bool json, const char *s)
{
	if (!json) {
		text_put(t, "%s", s);
		return;
	}
	text_put(t, "\"");
	text_json(t, s);
	text_put(t, "\"");
}

static void put_number(struct text *t, char style, long long n)
{
	static const char words[] = "false\0true\0disabled\0enabled\0no\0yes";
	const char *pair = strchr("teyTEY", style);
	char buf[32];

	if (pair)
		text_put(t, "%s", text_nth(words, (pair - "teyTEY") % 3 * 2 + (!n == (style < 'a'))));
	else if (style == 'f')
		text_put(t, "%s", kw_seconds_text(n, buf, sizeof buf));
	else
		text_put(t, "%lld", n);
}

static void put_scalar(struct text *t, const struct layout *l, const struct at *x, const char *item, bool first)
{
	char buf[256];
	const char *s = NULL;
	long long n = 0;

	if (*item == 's' || *item == 'r') {
		if (!(s = text(x, item[1], buf, sizeof buf)))
			return;
	} else if (!(n = number(x, item[1])) && *item == 'z') {
		return;
	}
	if (*item == 'r') {
		text_put(t, "%s%s", item + 2, s);
		return;
	}
	put_label(t, l, item + 2, first);
	if (s)
		put_text(t, l->json, s);
	else
		put_number(t, *item, n);
	if (!l->json)
		text_put(t, "\n");
}

/* The k-th of n elements, with what stands before the first and behind the last. */
static void put_element(struct text *t, const struct layout *l, const struct at *x, const char *item, unsigned k, unsigned n)
{
	char buf[WORD];
	const char *s = element(x, *item, item[1], k, buf);
	bool cmd = *item == 'c';

	if (!k && (cmd || l->json)) {
		put_label(t, l, item + 2, false);
		text_put(t, !l->json ? "" : cmd ? "\"" : "[");
	} else if (!k && item[2]) {
		text_put(t, *item == 'L' ? "   %s (%u):\n" : "   %s :\n", item + 2, n);
	} else if (cmd || l->json) {
		text_put(t, cmd ? " " : ",");
	}
	if (cmd) {
		text_put(t, "'");
		if (l->json)
			text_json(t, s);
		else
			text_put(t, "%.*s", (int)(t->size - t->n > TEXT_TAIL ? t->size - t->n - TEXT_TAIL : 0), s);
		text_put(t, "'");
	} else if (l->json) {
		put_text(t, true, s);
	} else if (s) {
		text_put(t, "     %s\n", s);
	}
	if (k == n - 1 && (cmd || l->json))
		text_put(t, !l->json ? "\n" : cmd ? "\"" : "]");
}

/* The i-th of a kind. false: that place is empty or of another kind. */
static bool object(const struct engine *e, const struct section *s, unsigned i, struct at *x)
{
	enum object kind = s->kind;

	if (kind >= VRRP) {
		x->v = e->vr[kind == VRRP ? i : e->nvr];
		x->c = x->v->c;
		x->tracks = &x->c->tracks;
		x->ifaces = &x->c->ifaces;
		x->notify = x->c->notify;
		return kind == VRRP || elements(x, *s->items, s->items[1]);
	}
	if (kind == GROUPS) {
		x->g = e->groups[i];
		x->tracks = &x->g->c->tracks;
		x->ifaces = &x->g->c->ifaces;
		x->notify = x->g->c->notify;
		return true;
	}
	x->t = e->trackers[i];
	return x->t && (enum object)x->t->c->kind == kind;
}

static unsigned objects(const struct engine *e, enum object kind)
{
	return kind == VRRP ? e->nvr : kind == FIXED ? 1 : kind == GROUPS ? e->ngroups : e->ntrackers;
}

/* The place from i on that has an object, or the end. */
static unsigned next_object(const struct engine *e, const struct section *s, unsigned i)
{
	struct at x;

	while (i < objects(e, s->kind) && !object(e, s, i, &x))
		i++;
	return i;
}

/* One item, or one element of its list, or what stands between objects. s->k: where the item is << 16 | its element. */
static bool step(struct show *s, struct text *t, const struct layout *l)
{
	const struct section *sec = &l->v[s->part];
	struct at x = { .e = s->e, .json = l->json };
	unsigned n, at = s->k >> 16, k = s->k & 0xffff;
	const char *item = sec->items + at;

	if (!s->k) {
		n = s->i;
		s->i = next_object(s->e, sec, n);
		if (s->i == objects(s->e, sec->kind)) {
			s->i = 0;
			return ++s->part < l->n;
		}
		text_put(t, "%s", next_object(s->e, sec, 0) == s->i ? sec->open : l->json ? "," : "");
	}
	object(s->e, sec, s->i, &x);
	if (!strchr("clL", *item)) {
		put_scalar(t, l, &x, item, !at);
	} else if (k < (n = elements(&x, *item, item[1]))) {
		put_element(t, l, &x, item, k, n);
		if (k + 1 < n) {
			s->k++;
			return true;
		}
	}
	item += strlen(item) + 1;
	s->k = (item - sec->items) << 16;
	if (!*item) {
		s->k = 0;
		s->i++;
	}
	return true;
}

/* As many items as there is room for; one that did not fit whole is made again in the next piece. */
static bool fill(struct show *s, struct text *t, const struct layout *l)
{
	size_t began = t->n, n;
	struct show was;

	do {
		was = *s;
		n = t->n;
		if (!step(s, t, l))
			return false;
	} while (t->size - t->n > TEXT_TAIL);
	if (n > began) {
		*s = was;
		t->n = n;
	}
	return true;
}

bool show_ka_data(struct show *s, struct text *t)
{
	return fill(s, t, &data);
}

bool show_ka_stats(struct show *s, struct text *t)
{
	return fill(s, t, &stats);
}

/* Without an instance there was no beginning. */
static bool json(struct show *s, struct text *t, const struct layout *l, const char *end)
{
	bool more = fill(s, t, l);

	if (!more)
		text_put(t, "%s%s", s->e->nvr ? "" : l->v->open, end);
	return more;
}

bool show_ka_json1(struct show *s, struct text *t)
{
	return json(s, t, &json1, "]\n");
}

bool show_ka_json2(struct show *s, struct text *t)
{
	return json(s, t, &json2, "]}\n");
}

/* ---- the job ---- */

void dump_init(struct engine *e)
{
	e->dump.fd = -1;
}

void dump_want(struct engine *e, enum dump_kind kind)
{
	e->dump.wanted |= 1u << kind;
}

/* The configured path, which may be a directory, or the usual one. */
static const char *path(const struct engine *e, char *buf, size_t size)
{
	static const char ends[] = "data\0stats\0json";
	unsigned kind = e->dump.kind == DUMP_CLEAR ? DUMP_STATS : e->dump.kind;
	const char *given = e->conf->global.dump[kind], *tmp = getenv("TMPDIR");
	size_t n = given ? strlen(given) : 0;

	if (n && given[n - 1] != '/')
		return given;
	snprintf(buf, size, "%s%skeepalived%s.%s", n ? given : tmp && *tmp == '/' ? tmp : "/tmp", n ? "" : "/",
	         e->conf->global.data_instance && e->names ? e->names : "", text_nth(ends, kind));
	return buf;
}

static void cannot(const char *p, int err)
{
	log_err("cannot write %s: %s", p, err == -EEXIST ? "what is there is no plain file, and stays" : strerror(-err));
}

static void done(struct engine *e, int err)
{
	char buf[PATH_MAX];
	const char *p = path(e, buf, sizeof buf);

	err = newfile_close(e->dump.fd, p, err);
	e->dump.fd = -1;
	if (err)
		cannot(p, err);
	if (e->dump.kind == DUMP_CLEAR)
		for (unsigned i = 0; i < e->nvr; i++)
			memset(&e->vr[i]->n, 0, sizeof e->vr[i]->n);
}

static void begin(struct engine *e)
{
	static show_step *const steps[] = { show_ka_data, show_ka_stats, show_ka_json1, show_ka_stats };
	struct dump *d = &e->dump;
	char buf[PATH_MAX];
	const char *p;

	for (d->kind = 0; !(d->wanted & 1u << d->kind); d->kind++)
		;
	d->wanted &= ~(1u << d->kind);
	if (d->kind == DUMP_JSON && !e->nvr)			/* as keepalived */
		return;
	show_begin(&d->show, e, d->kind == DUMP_JSON && e->conf->global.json_version == 2 ? show_ka_json2 : steps[d->kind], NULL);
	p = path(e, buf, sizeof buf);
	d->fd = newfile_open(p, 0600);
	if (d->fd < 0)
		cannot(p, d->fd);
}

bool dump_work(struct engine *e)
{
	struct dump *d = &e->dump;
	char buf[DUMP_TURN];
	struct text t = { buf, sizeof buf, 0 };
	bool stale, more;
	int err;

	if (d->fd < 0 && d->wanted)
		begin(e);
	if (d->fd < 0)
		return d->wanted;
	more = show_next(&d->show, &t, &stale);
	err = file_write(d->fd, buf, t.n);
	if (err || !more)
		done(e, err);
	return d->fd >= 0 || d->wanted;
}

bool dump_waits(const struct engine *e)
{
	return e->dump.fd >= 0 || e->dump.wanted;
}

void dump_again(struct engine *e)
{
	char buf[PATH_MAX];

	if (e->dump.fd < 0)
		return;
	newfile_close(e->dump.fd, path(e, buf, sizeof buf), -ECANCELED);
	e->dump.fd = -1;
	dump_want(e, e->dump.kind);
}
