/* export.c - what the hall knows, for programs: JSON, and metrics for Prometheus. The README documents both. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "engine.h"
#include "show.h"

enum { REASON = 192, NAME = 640 };	/* NAME: what a text may take of a piece, escapes included */

static const char counter_names[] =
#define X(field, name, help) name "\0"
	COUNTERS(X);
#undef X

static const char counter_helps[] =
#define X(field, name, help) help "\0"
	COUNTERS(X);
#undef X

enum {
#define X(field, name, help) COUNTER_##field,
	COUNTERS(X)
#undef X
	COUNTER_N
};

/* struct counters begins with them, in this order. */
static const uint32_t *counters_of(const struct counters *n)
{
	return (const uint32_t *)(const void *)n;
}

/* ---- JSON ---- */

static void put_name(struct text *t, const char *key, const char *value)
{
	struct text part;

	text_put(t, "\"%s\":\"", key);
	part = (struct text){ t->p, t->n + NAME < t->size ? t->n + NAME : t->size, t->n };
	text_json(&part, value);
	t->n = part.n;
	text_put(t, "\",");
}

static void put_secs(struct text *t, const char *key, usec span)
{
	text_put(t, "\"%s\":", key);
	text_secs(t, span);
	text_put(t, ",");
}

static void put_addr(struct text *t, const char *key, const struct addr *a)
{
	char buf[ADDR_STR];

	text_put(t, a->family ? "\"%s\":\"%s\"," : "\"%s\":null,", key, addr_text(a, buf));
}

/* Fields end with a comma; the last one's gives way. Only within a piece: what is gone is gone. */
static void put_end(struct text *t, const char *end)
{
	t->n -= t->p[t->n - 1] == ',';
	text_put(t, "%s", end);
}

/* n numbers by the names that stand behind one another at names. */
static void put_counts(struct text *t, const char *key, const char *names, const uint32_t *n, unsigned count)
{
	text_put(t, "\"%s\":{", key);
	for (unsigned i = 0; i < count; i++, names += strlen(names) + 1)
		text_put(t, "\"%s\":%u,", names, n[i]);
	put_end(t, "},");
}

static const char *json_bool(bool b)
{
	return b ? "true" : "false";
}

/* Before the k-th object of a list. */
static void put_item(struct text *t, const char *list, unsigned k)
{
	if (k)
		text_put(t, ",{");
	else
		text_put(t, ",\"%s\":[{", list);
}

/* There is no k-th. */
static bool put_last(struct text *t, const char *list, unsigned k)
{
	if (!k)
		text_put(t, ",\"%s\":[", list);
	text_put(t, "]");
	return false;
}

static bool json_head(const struct vr *v, unsigned k, struct text *t)
{
	const struct vrrp_conf *c = v->c;
	char buf[REASON];

	if (k)
		return false;
	text_put(t, "{");
	put_name(t, "name", c->name);
	put_name(t, "interface", v->iface->name);
	text_put(t, "\"address-family\":\"ipv%c\",\"vrid\":%u,\"version\":%u,", c->family == AF_INET6 ? '6' : '4', c->vrid,
	         c->version);
	put_name(t, "state", fsm_state_text(v->fsm.state));
	put_name(t, "reason", vr_reason(v, buf, sizeof buf));
	text_put(t, "\"since\":%lld,", (long long)v->since_wall);
	put_secs(t, "duration", v->npast ? v->e->now - v->since : 0);
	text_put(t, "\"priority\":%u,\"effective-priority\":%u,\"is-owner\":%s,\"preempt\":%s,", c->prio, v->fc.prio,
	         json_bool(c->prio == 255), json_bool(!c->nopreempt));
	put_secs(t, "preempt-delay", c->preempt_delay);
	put_secs(t, "advertise-interval", c->adv);
	put_secs(t, "master-down-interval", v->fsm.state == FSM_BACKUP ? fsm_down(&v->fsm, &v->fc) : 0);
	put_secs(t, "skew-time", v->fsm.state == FSM_BACKUP ? fsm_skew(&v->fsm, &v->fc) : 0);
	put_addr(t, "address", &v->src);
	put_addr(t, "last-adv-source", &v->master);
	text_put(t, "\"last-adv-priority\":%u,\"addresses-set\":%u", v->master_prio, show_set(v));
	return true;
}

static bool json_addresses(const struct vr *v, unsigned k, struct text *t)
{
	static const char list[] = "addresses";
	const struct vip *vip = &v->c->vips.v[k];

	if (k >= v->c->vips.n)
		return put_last(t, list, k);
	put_item(t, list, k);
	put_addr(t, "address", &vip->addr);
	put_name(t, "interface", v->vips[k].iface->name);
	text_put(t, "\"prefix-length\":%u,\"advertised\":%s,\"set\":%s,", vip->plen, json_bool(!vip->excluded),
	         json_bool(v->vips[k].set));
	if (v->vips[k].err)
		put_name(t, "error", strerror(-v->vips[k].err));
	put_end(t, "}");
	return true;
}

static bool json_shares(const struct vr *v, unsigned k, struct text *t)
{
	static const char list[] = "tracked";
	struct share s;

	if (!show_share(v, k, &s))
		return put_last(t, list, k);
	put_item(t, list, k);
	put_name(t, "kind", s.kind);
	put_name(t, "name", s.name);
	put_name(t, "verdict", show_verdict(s.verdict));
	text_put(t, "\"weight\":%d,\"priority\":%d,\"fault\":%s}", s.weight, s.gives.prio, json_bool(s.gives.fault));
	return true;
}

static bool json_heard(const struct vr *v, unsigned k, struct text *t)
{
	static const char list[] = "heard", forms[] = "unknown\0plain\0pseudo-header\0old-unicast";
	const struct heard *h = vr_heard(v, k);

	if (!h)
		return put_last(t, list, k);
	put_item(t, list, k);
	put_addr(t, "address", &h->addr);
	text_put(t, "\"priority\":%u,\"version\":%u,", h->prio, h->version);
	put_secs(t, "advertise-interval", h->adv);
	put_secs(t, "ago", v->e->now - h->at);
	put_name(t, "checksum", text_nth(forms, h->csum));
	if (h->refused)
		put_name(t, "refused", pkt_err_text(h->refused));
	if (h->ttl >= 0)
		text_put(t, "\"ttl\":%d", h->ttl);
	put_end(t, "}");
	return true;
}

static bool json_history(const struct vr *v, unsigned k, struct text *t)
{
	static const char list[] = "history";
	const struct past *p = vr_past(v, k);
	char buf[REASON];

	if (!p)
		return put_last(t, list, k);
	put_item(t, list, k);
	text_put(t, "\"time\":%lld,", (long long)p->wall);
	put_secs(t, "uptime", p->at);
	put_name(t, "from", fsm_state_text(p->from));
	put_name(t, "to", fsm_state_text(p->to));
	put_name(t, "reason", past_text(p, buf, sizeof buf));
	text_put(t, "\"effective-priority\":%u}", p->prio);
	return true;
}

static bool json_counts(const struct vr *v, unsigned k, struct text *t)
{
	if (k == 0) {
		text_put(t, ",");
		put_counts(t, "statistics", counter_names, counters_of(&v->n), COUNTER_N);
		put_end(t, "");
	} else if (k == 1) {
		text_put(t, ",");
		put_counts(t, "drops", pkt_err_key(1), v->n.err + 1, PKT_ERR_N - 1);
		put_counts(t, "transitions", fsm_why_text(1), v->n.why + 1, WHY_N - 1);
		put_end(t, "}");
	}
	return k < 2;
}

static void json_daemon(const struct engine *e, struct text *t)
{
	text_put(t, "{\"version\":1,\"daemon\":{\"release\":\"%s\",\"pid\":%ld,\"time\":%lld,", VRRPBOX_VERSION,
	         (long)getpid(), (long long)time(NULL));
	put_secs(t, "uptime", e->now - e->started);
	put_name(t, "config", e->conf->path);
	text_put(t, "\"loads\":%u,", e->generation);
	put_counts(t, "drops", pkt_err_key(1), e->n.err + 1, PKT_ERR_N - 1);
	put_end(t, "},\"instances\":[");
}

static bool json_tracker(const struct engine *e, struct show *s, struct text *t)
{
	static const char list[] = "trackers";
	const struct tracker *r;

	while (s->k < e->ntrackers && !e->trackers[s->k])	/* not used */
		s->k++;
	if (s->k >= e->ntrackers) {
		put_last(t, list, s->part);
		text_put(t, "}\n");
		return false;
	}
	r = e->trackers[s->k++];
	put_item(t, list, s->part++);
	put_name(t, "kind", show_kind(r));
	put_name(t, "name", r->c->name);
	put_name(t, "verdict", show_verdict(r->verdict));
	put_name(t, "last", show_verdict(r->last));
	put_name(t, "reason", r->why);
	put_secs(t, "duration", e->now - r->since);
	put_secs(t, "ago", r->runs ? e->now - r->at : 0);
	put_secs(t, "took", r->took);
	text_put(t, "\"value\":%d,\"runs\":%u,\"failures\":%u,\"overruns\":%u}", r->value, r->runs, r->fails, r->overruns);
	return true;
}

bool show_json(struct show *s, struct text *t)
{
	static show_item *const items[] = {
		json_head, json_addresses, json_shares, json_heard, json_history, json_counts,
	};

	if (s->stage == 0) {
		json_daemon(s->e, t);
		s->stage = show_count(s) ? 1 : 2;
		return true;
	}
	if (s->stage == 3)
		return json_tracker(s->e, s, t);
	if (s->stage == 1) {
		if (s->i && !s->part && !s->k)
			text_put(t, ",");
		if (show_walk(s, t, items, sizeof items / sizeof *items))
			return true;
	}
	text_put(t, "]");
	s->part = s->k = 0;
	s->stage = 3;
	return true;
}

/* ---- metrics ---- */

/* Families: of instances (then COUNTERS follow), of trackers from GOOD on. Counters are those whose name ends with _total. */
#define FAMILIES(X)                                                                                \
	X(INFO,        "instance_info",                  "what the instance is; value 1")         \
	X(STATE,       "state",                          "0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT, 4 STOP") \
	X(SINCE,       "state_change_timestamp_seconds", "when the state was entered")            \
	X(PRIORITY,    "priority",                       "configured priority")                   \
	X(EFFECTIVE,   "effective_priority",             "priority with what trackers add")       \
	X(ADDRESSES,   "addresses",                      "addresses configured")                  \
	X(SET,         "addresses_set",                  "addresses in the kernel")               \
	X(TRANSITIONS, "transitions_total",              "state changes by reason")               \
	X(DROPS,       "drops_total",                    "adverts ignored by reason; without instance: they reached none") \
	X(GOOD,        "tracker_good",                   "1 good, 0 bad, -1 no result yet")       \
	X(VALUE,       "tracker_value",                  "number in the tracked file")            \
	X(TOOK,        "tracker_duration_seconds",       "time that the last run took")           \
	X(RUNS,        "tracker_runs_total",             "results")                               \
	X(FAILS,       "tracker_failures_total",         "bad results")                           \
	X(OVERRUNS,    "tracker_overruns_total",         "runs left out because one still ran")

enum {
#define X(e, name, help) FAM_##e,
	FAMILIES(X)
#undef X
	FAM_N
};

static const char family_names[] =
#define X(e, name, help) name "\0"
	FAMILIES(X);
#undef X

static const char family_helps[] =
#define X(e, name, help) help "\0"
	FAMILIES(X);
#undef X

/* "vrrp_NAME" between two texts; RFC 8347's names have - where metrics may not. */
static void put_metric(struct text *t, const char *before, const char *name, const char *after)
{
	text_put(t, "%svrrp_", before);
	for (; *name; name++)
		text_put(t, "%c", *name == '-' ? '_' : *name);
	text_put(t, "%s", after);
}

static void put_family(struct text *t, const char *name, const char *total, const char *help)
{
	put_metric(t, "# HELP ", name, total);
	text_put(t, " %s\n", help);
	put_metric(t, "# TYPE ", name, total);
	text_put(t, strstr(name, "_total") || *total ? " counter\n" : " gauge\n");
}

/* One sample; v NULL: of no instance. */
static void put_sample(struct text *t, const char *name, const char *total, const struct vr *v, const char *reason, int64_t n)
{
	put_metric(t, "", name, total);
	text_put(t, "{");
	if (v) {
		text_put(t, "instance=\"");
		text_label(t, v->c->name);
		text_put(t, "\"");
	}
	if (reason)
		text_put(t, "%sreason=\"%s\"", v ? "," : "", reason);
	text_put(t, "} %lld\n", (long long)n);
}

static void put_info(struct text *t, const char *name, const struct vr *v)
{
	put_metric(t, "", name, "{instance=\"");
	text_label(t, v->c->name);
	text_put(t, "\",interface=\"");
	text_label(t, v->iface->name);
	text_put(t, "\",vrid=\"%u\",family=\"ipv%c\",version=\"%u\"} 1\n", v->c->vrid, v->c->family == AF_INET6 ? '6' : '4',
	         v->c->version);
}

/* The next that is not zero: there are many reasons, and most never come. false: none is left. */
static bool put_reason(struct show *s, struct text *t, const char *name, const struct vr *v, const uint32_t *n, unsigned count,
                       const char *words)
{
	while (++s->k < count)
		if (n[s->k]) {
			put_sample(t, name, "", v, text_nth(words, s->k), n[s->k]);
			return true;
		}
	s->k = 0;
	return false;
}

/* What instance v says in family f. true: it has more to say. */
static bool instance_metric(struct show *s, struct text *t, unsigned f, const char *name, const struct vr *v)
{
	const struct counters *n = v ? &v->n : &s->e->n;

	if (f == FAM_DROPS)
		return put_reason(s, t, name, v, n->err, PKT_ERR_N, pkt_err_key(0));
	if (!v)
		return false;
	if (f == FAM_TRANSITIONS)
		return put_reason(s, t, name, v, n->why, WHY_N, fsm_why_text(0));
	if (f == FAM_INFO)
		put_info(t, name, v);
	else
		put_sample(t, name, "", v, NULL, f == FAM_STATE ? v->fsm.state : f == FAM_SINCE ? v->since_wall :
		           f == FAM_PRIORITY ? v->c->prio : f == FAM_EFFECTIVE ? v->fc.prio :
		           f == FAM_ADDRESSES ? v->c->vips.n : show_set(v));
	return false;
}

static void tracker_metric(struct text *t, unsigned f, const char *name, const struct tracker *r)
{
	bool file = r->c->kind == TRACKER_FILE;

	if ((f == FAM_VALUE) != file && (f == FAM_VALUE || f == FAM_GOOD))
		return;
	put_metric(t, "", name, "{tracker=\"");
	text_label(t, r->c->name);
	text_put(t, "\",kind=\"%s\"} ", show_kind(r));
	if (f == FAM_TOOK)
		text_secs(t, r->took);
	else if (f == FAM_GOOD || f == FAM_VALUE)
		text_put(t, "%d", f == FAM_VALUE ? r->value : r->verdict == VERDICT_NONE ? -1 : r->verdict == VERDICT_GOOD);
	else
		text_put(t, "%u", f == FAM_RUNS ? r->runs : f == FAM_FAILS ? r->fails : r->overruns);
	text_put(t, "\n");
}

/* Part 0 .. GOOD - 1: families of instances; then COUNTERS; then families of trackers. One sample a piece. */
bool show_metrics(struct show *s, struct text *t)
{
	const struct engine *e = s->e;
	const struct vr *v = s->i < show_count(s) ? show_current(s) : NULL;
	unsigned c = s->part - FAM_GOOD;		/* counter */
	bool counter = c < COUNTER_N, more = false;
	unsigned f = counter ? FAM_N : s->part < FAM_GOOD ? s->part : s->part - COUNTER_N;
	const char *name = counter ? text_nth(counter_names, c) : text_nth(family_names, f);
	const char *total = counter ? "_total" : "";

	if (!s->stage) {
		s->stage = 1;
		put_family(t, "build_info", "", "this program; value 1");
		text_put(t, "vrrp_build_info{version=\"%s\"} 1\n", VRRPBOX_VERSION);
		put_family(t, "uptime_seconds", "", "since the daemon started");
		text_put(t, "vrrp_uptime_seconds ");
		text_secs(t, e->now - e->started);
		text_put(t, "\n");
		return true;
	}
	if (!s->i && !s->k)
		put_family(t, name, total, counter ? text_nth(counter_helps, c) : text_nth(family_helps, f));
	if (counter && v)
		put_sample(t, name, total, v, NULL, counters_of(&v->n)[c]);
	else if (f < FAM_GOOD)
		more = instance_metric(s, t, f, name, v);
	else if (f < FAM_N && s->i < e->ntrackers && e->trackers[s->i])
		tracker_metric(t, f, name, e->trackers[s->i]);
	if (more || ++s->i <= (f < FAM_GOOD || counter ? show_count(s) : e->ntrackers))
		return true;
	s->i = 0;
	return ++s->part < FAM_N + COUNTER_N;
}
