/* metrics.c - what the hall knows, for Prometheus. The README documents it. */
#include <string.h>
#include <sys/socket.h>

#include "applet.h"
#include "engine.h"
#include "field.h"
#include "show.h"

/* Of instances: fields of their configuration, of themselves, the rest; of trackers. COUNTERS follow. */
#define CONF_FAMILIES(X)                                                 \
	X(vrrp_conf, UINT, prio,          "priority")                   \
	X(vrrp_conf, UINT, vips.n,        "addresses")
#define VR_FAMILIES(X)                                                   \
	X(vr,      UINT, fc.prio,         "effective_priority")         \
	X(vr,      STATE, fsm.state,      "state")                      \
	X(vr,      UINT, demoted,         "demoted")                    \
	X(vr,      INT,  since_wall,      "state_change_timestamp_seconds") \
	X(vr,      UINT, own_fault,       "own_fault")                  \
	X(vr,      UINT, fsm.ready,       "ready_for_group")            \
	X(vr,      INFO, e,               "instance_info")              \
	X(vr,      SET,  e,               "addresses_set")              \
	X(vr,      TRANSITIONS, n.why,    "transitions_total")          \
	X(vr,      DROPS, n.err,          "drops_total")
#define TRACKER_FAMILIES(X)                                              \
	X(tracker, VERDICT, verdict,      "tracker_verdict")            \
	X(tracker, INT,  value,           "tracker_value")              \
	X(tracker, SECS, took,            "tracker_duration_seconds")   \
	X(tracker, UINT, runs,            "tracker_runs_total")         \
	X(tracker, UINT, fails,           "tracker_failures_total")     \
	X(tracker, UINT, overruns,        "tracker_overruns_total")

#define FAMILIES(X) CONF_FAMILIES(X) VR_FAMILIES(X) TRACKER_FAMILIES(X)
#define ONE(S, kind, field, name) + 1

TABLE(family, FAMILIES)

enum { OF_VR = CONF_FAMILIES(ONE), OF_TRACKER = OF_VR VR_FAMILIES(ONE), FAMILY_N = OF_TRACKER TRACKER_FAMILIES(ONE) };

/* What a family is about, and where show_metrics stands in it. */
struct metric {
	struct field row;
	const char *name, *total;
};

/* The name behind a text; in RFC 8347's, the stranger in metrics gives way. */
static void put_words(struct text *t, const char *before, const char *name, const char *from, char to)
{
	text_put(t, "%s", before);
	for (; *name; name++)
		text_put(t, "%c", strchr(from, *name) ? to : *name);
}

static void put_metric(struct text *t, const char *before, const struct metric *m)
{
	put_words(t, before, m->name, "-", '_');
	text_put(t, "%s", m->total);
}

/* The help is the name in words: most say enough. */
static void put_family(struct text *t, const struct metric *m)
{
	put_metric(t, "# HELP vrrp_", m);
	put_words(t, " ", m->name, "-_", ' ');
	if (m->row.kind == STATE)
		text_put(t, ": 0 INIT, 1 BACKUP, 2 MASTER, 3 FAULT, 4 STOP");
	if (m->row.kind == VERDICT)
		text_put(t, ": 0 no result, 1 good, 2 bad");
	put_metric(t, "\n# TYPE vrrp_", m);
	text_put(t, *m->total || strstr(m->name, "_total") ? " counter\n" : " gauge\n");
}

static void put_label(struct text *t, const char *label, const char *value)
{
	text_put(t, "%s=\"", label);
	text_label(t, value);
	text_put(t, "\"");
}

/* The next reason that is not zero: there are many, and most never come. false: none is left. */
static bool put_reason(struct show *s, struct text *t, const struct metric *m, const struct vr *v)
{
	bool drops = m->row.kind == DROPS;
	const uint32_t *n = !v ? s->e->n.err : drops ? v->n.err : v->n.why;

	while (++s->k < (drops ? (unsigned)PKT_ERR_N : (unsigned)WHY_N)) {
		if (!n[s->k])
			continue;
		put_metric(t, "vrrp_", m);
		text_put(t, "{");
		if (v)
			put_label(t, "instance", v->c->name);
		text_put(t, "%sreason=\"%s\"} %u\n", v ? "," : "", drops ? pkt_err_key(s->k) : fsm_why_text(s->k), n[s->k]);
		return true;
	}
	s->k = 0;
	return false;
}

static void vr_metric(struct text *t, const struct metric *m, const struct vr *v, const void *base)
{
	put_metric(t, "vrrp_", m);
	put_label(t, "{instance", v->c->name);
	if (m->row.kind == INFO) {
		put_label(t, ",interface", v->iface->name);
		if (v->group)
			put_label(t, ",sync_group", v->group->c->name);
		text_put(t, ",vrid=\"%u\",family=\"ipv%c\",version=\"%u\"", v->c->vrid, v->c->family == AF_INET6 ? '6' : '4',
		         v->c->version);
	}
	text_put(t, "} %lld\n", m->row.kind == INFO ? 1LL : m->row.kind == SET ? show_set(v) : (long long)field_number(&m->row, base));
}

static void tracker_metric(struct text *t, const struct metric *m, const struct tracker *r)
{
	if (!r)
		return;						/* not used */
	put_metric(t, "vrrp_", m);
	put_label(t, "{tracker", r->c->name);
	text_put(t, ",kind=\"%s\"} ", show_kind(r));
	if (m->row.kind == SECS)
		text_secs(t, r->took);
	else
		text_put(t, "%lld", (long long)field_number(&m->row, r));
	text_put(t, "\n");
}

static void put_daemon(struct text *t, const struct engine *e)
{
	text_put(t, "# HELP vrrp_build_info version\n# TYPE vrrp_build_info gauge\nvrrp_build_info{version=\"" VRRPBOX_VERSION "\"} 1\n"
	         "# HELP vrrp_uptime_seconds of vrrpd\n# TYPE vrrp_uptime_seconds gauge\nvrrp_uptime_seconds ");
	text_secs(t, e->now - e->started);
	text_put(t, "\n");
}

static void metric_of(unsigned part, struct metric *m)
{
	unsigned c = part - FAMILY_N;

	if (part < FAMILY_N)
		*m = (struct metric){ family_rows[part], text_nth(family_names, part), "" };
	else
		*m = (struct metric){ { UINT, 4, offsetof(struct vr, n) + 4 * c }, text_nth(counter_names, c), "_total" };
}

/* Part by part a family, i by i what it is about; one sample a piece. */
bool show_metrics(struct show *s, struct text *t)
{
	const struct engine *e = s->e;
	const struct vr *v = s->i < show_count(s) ? show_current(s) : NULL;
	bool trackers = s->part >= OF_TRACKER && s->part < FAMILY_N, more = false;
	struct metric m;

	if (!s->stage) {
		s->stage = 1;
		put_daemon(t, e);
		return true;
	}
	metric_of(s->part, &m);
	if (!s->i && !s->k)
		put_family(t, &m);
	if (trackers && s->i < e->ntrackers)
		tracker_metric(t, &m, e->trackers[s->i]);
	else if (!trackers && (m.row.kind == DROPS || (v && m.row.kind == TRANSITIONS)))
		more = put_reason(s, t, &m, v);
	else if (!trackers && v)
		vr_metric(t, &m, v, s->part < OF_VR ? (const void *)v->c : v);
	if (more || ++s->i <= (trackers ? e->ntrackers : show_count(s)))
		return true;
	s->i = 0;
	return ++s->part < FAMILY_N + COUNTER_N;
}
