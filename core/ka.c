/*
 * ka.c - keepalived's dumps: .data, .stats and JSON, word for word where people's programs look (K d.5, d.6).
 *
 * A dump is sections, a section is objects, an object is items. An item is the style in which a value is written, the
 * value's letter, and its label. What has no value is left out with its label.
 */
#include <string.h>

#include "engine.h"
#include "ka.h"
#include "show.h"
#include "text.h"

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
	"lv" "vips\0" "lx" "evips\0" "lO" "vroutes\0" "lQ" "vrules\0" "lI" "track_ifp\0" "ls" "track_script\0" "lr" "track_process\0"
	"da" "auth_type\0" "sP" "auth_data\0" "r_" "},\"stats\":{\"advert_rcvd\":\0" "d0" "\0" "d1" "advert_sent\0" "d2" "become_master\0"
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
	"sn" "VRRP Instance\0" "dV" "VRRP Version\0" "sG" "Sync group\0" "s6" "Using Native IPv6\t\0" "sS" "State\0"
	"sm" "Master router\0" "zm" "Master priority\0" "sa" "Master advert int\0" "sF" "Flags:\t\0" "sW" "Wantstate\0"
	"d_" "Number of config faults\0" "dF" "Number of interface and track script faults\0"
	"dt" "Number of track scripts init\0" "sw" "Last transition\0" "sr" "Read timeout\0" "sd" "Master down timer\0"
	"sU" "Use VMAC, i/f name \t\0" "si" "Interface\0" "sT" "VRRP interface tracking disabled\t\0" "ss" "Using src_ip\0"
	"sg" "Multicast address \t\0" "fg" "Gratuitous ARP delay\0" "dR" "Gratuitous ARP repeat\0" "fh" "Gratuitous ARP refresh\0"
	"dj" "Gratuitous ARP refresh repeat\0" "fk" "Gratuitous ARP lower priority delay\0"
	"dl" "Gratuitous ARP lower priority repeat\0" "dn" "Down timer adverts\0"
	"Tq" "Send advert after receive lower priority advert\0" "to" "Send advert after receive higher priority advert\0"
	"dv" "Virtual Router ID\0" "dp" "Priority\0" "de" "Effective priority\0"
	"sA" "Advert interval\0" "sM" "Master advert interval\0" "e+" "Accept\0" "EN" "Preempt\0" "sp" "Preempt delay\0"
	"e_" "Promote_secondaries\0" "su" "Authentication type\0" "sP" "Password\0" "Lv" "Virtual IP\0"
	"lx" "Virtual IP Excluded\0" "st" "Unicast TTL\0" "sC" "Check unicast src : \t\0" "lp" "Unicast Peer\0"
	"sf" "fd_in \t\0" "lO" "Virtual Routes\0" "lQ" "Virtual Rules\0" "lI" "Tracked interfaces\0" "ls" "Tracked scripts\0"
	"lf" "Tracked files\0" "lr" "Tracked processes\0" "y_" "Using smtp notification\0" "sx" "Notify deleted\0" "c1" "Backup" SCRIPT
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

static void put_scalar(struct text *t, const struct layout *l, const struct ka_at *x, const char *item, bool first)
{
	char buf[256];
	const char *s = NULL;
	long long n = 0;

	if (*item == 's' || *item == 'r') {
		if (!(s = ka_text(x, item[1], buf, sizeof buf)))
			return;
	} else if (!(n = ka_number(x, item[1])) && *item == 'z') {
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
static void put_element(struct text *t, const struct layout *l, const struct ka_at *x, const char *item, unsigned k, unsigned n)
{
	char buf[KA_WORD];
	const char *s = ka_element(x, *item, item[1], k, buf);
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
static bool object(const struct engine *e, const struct section *s, unsigned i, struct ka_at *x)
{
	enum object kind = s->kind;

	if (kind >= VRRP) {
		x->v = e->vr[kind == VRRP ? i : e->nvr];
		x->c = x->v->c;
		x->tracks = &x->c->tracks;
		x->ifaces = &x->c->ifaces;
		x->notify = x->c->notify;
		return kind == VRRP || ka_count(x, *s->items, s->items[1]);
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
	struct ka_at x;

	while (i < objects(e, s->kind) && !object(e, s, i, &x))
		i++;
	return i;
}

/* One item, or one element of its list, or what stands between objects. s->k: where the item is << 16 | its element. */
static bool step(struct show *s, struct text *t, const struct layout *l)
{
	const struct section *sec = &l->v[s->part];
	struct ka_at x = { .e = s->e, .json = l->json };
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
	} else if (k < (n = ka_count(&x, *item, item[1]))) {
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
