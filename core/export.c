/* export.c - what the hall knows, for programs: JSON. The README documents it. */
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "applet.h"
#include "engine.h"
#include "field.h"
#include "show.h"

enum { REASON = 192, NAME = 640 };	/* NAME: what a text may take of a piece, escapes included */

#define VRRP_ROWS(X)                                            \
	X(vrrp_conf, STR,  name,          "name")               \
	X(vrrp_conf, UINT, vrid,          "vrid")               \
	X(vrrp_conf, UINT, version,       "version")            \
	X(vrrp_conf, BOOL, mixed,         "send-v2-and-v3")     \
	X(vrrp_conf, UINT, prio,          "priority")           \
	X(vrrp_conf, BOOL, nopreempt,     "nopreempt")          \
	X(vrrp_conf, SECS, preempt_delay, "preempt-delay")      \
	X(vrrp_conf, SECS, adv,           "advertise-interval")

#define VR_ROWS(X)                                      \
	X(vr, STATE, fsm.state,   "state")              \
	X(vr, INT,   since_wall,  "since")              \
	X(vr, AGO,   since,       "duration")           \
	X(vr, UINT,  fc.prio,     "effective-priority") \
	X(vr, ADDR,  src,         "address")            \
	X(vr, ADDR,  master,      "last-adv-source")    \
	X(vr, UINT,  master_prio, "last-adv-priority")

#define ADDRESS_ROWS(X)                             \
	X(address, ADDR, addr,     "address")       \
	X(address, UINT, plen,     "prefix-length") \
	X(address, STR,  dev,      "interface")     \
	X(address, BOOL, excluded, "excluded")      \
	X(address, BOOL, set,      "set")           \
	X(address, STR,  error,    "error")

#define ROUTE_ROWS(X)                     \
	X(route_seen, STR,  text,  "entry") \
	X(route_seen, BOOL, rule,  "rule")  \
	X(route_seen, BOOL, set,   "set")   \
	X(route_seen, STR,  error, "error")

#define SHARE_ROWS(X)                              \
	X(share, STR,     kind,        "kind")     \
	X(share, STR,     name,        "name")     \
	X(share, VERDICT, verdict,     "verdict")  \
	X(share, INT,     weight,      "weight")   \
	X(share, INT,     gives.prio,  "priority") \
	X(share, BOOL,    gives.fault, "fault")

#define HEARD_ROWS(X)                                     \
	X(heard, ADDR,     addr,    "address")            \
	X(heard, UINT,     prio,    "priority")           \
	X(heard, UINT,     version, "version")            \
	X(heard, SECS,     adv,     "advertise-interval") \
	X(heard, AGO,      at,      "ago")                \
	X(heard, CHECKSUM, csum,    "checksum")           \
	X(heard, REFUSED,  refused, "refused")            \
	X(heard, INT,      ttl,     "ttl")

#define HISTORY_ROWS(X)                            \
	X(past, INT,   wall, "time")               \
	X(past, SECS,  at,   "uptime")             \
	X(past, STATE, from, "from")               \
	X(past, STATE, to,   "to")                 \
	X(past, PAST,  at,   "reason")             \
	X(past, UINT,  prio, "effective-priority")

#define TRACKER_ROWS(X)                           \
	X(tracker, VERDICT, verdict,  "verdict")  \
	X(tracker, CHARS,   why,      "reason")   \
	X(tracker, AGO,     since,    "duration") \
	X(tracker, AGO,     at,       "ago")      \
	X(tracker, SECS,    took,     "took")     \
	X(tracker, INT,     value,    "value")    \
	X(tracker, UINT,    runs,     "runs")     \
	X(tracker, UINT,    fails,    "failures") \
	X(tracker, UINT,    overruns, "overruns")

struct address {		/* of an instance: what is wanted, what is */
	struct addr addr;
	uint8_t plen;
	bool excluded, set;
	const char *dev, *error;
};

struct route_seen {
	bool rule, set;
	const char *text, *error;
	char buf[ROUTE_TEXT];
};

TABLE(vrrp, VRRP_ROWS)
TABLE(vr, VR_ROWS)
TABLE(address, ADDRESS_ROWS)
TABLE(route, ROUTE_ROWS)
TABLE(share, SHARE_ROWS)
TABLE(heard, HEARD_ROWS)
TABLE(history, HISTORY_ROWS)
TABLE(tracker, TRACKER_ROWS)

const char counter_names[] =
#define X(field, name, help) name "\0"
	COUNTERS(X);
#undef X

int64_t field_number(const struct field *f, const void *base)
{
	const void *p = (const char *)base + f->off;

	if (f->size == 1)
		return *(const uint8_t *)p;
	if (f->size == 2)
		return f->kind == INT ? *(const int16_t *)p : *(const uint16_t *)p;
	if (f->size == 8)
		return *(const int64_t *)p;
	if (f->kind == INT)
		return *(const int32_t *)p;
	return *(const uint32_t *)p;
}

static void put_string(struct text *t, const char *s)
{
	struct text part = { t->p, t->n + NAME < t->size ? t->n + NAME : t->size, t->n };

	if (!s) {
		text_put(t, "null");
		return;
	}
	text_put(&part, "\"");
	text_json(&part, s);
	t->n = part.n;
	text_put(t, "\"");
}

static const char *yes(bool is)
{
	return is ? "true" : "false";
}

static void put_value(struct text *t, const struct field *r, const void *base, usec now)
{
	const void *p = (const char *)base + r->off;
	const struct addr *a = p;
	const char *s = p;
	char buf[REASON];
	int64_t n;

	switch ((enum field_kind)r->kind) {
	case UINT: case INT:
		text_put(t, "%lld", (long long)field_number(r, base));
		return;
	case BOOL:
		text_put(t, "%s", yes(*(const bool *)p));
		return;
	case SECS: case AGO:
		n = field_number(r, base);
		text_secs(t, r->kind == SECS || !n ? n : now - n);
		return;
	case ADDR:
		s = a->family ? addr_text(a, buf) : NULL;
		break;
	case STR:
		s = *(const char *const *)p;
		break;
	case STATE:
		s = fsm_state_text(field_number(r, base));
		break;
	case VERDICT:
		s = show_verdict(field_number(r, base));
		break;
	case CHECKSUM:
		s = text_nth("unknown\0plain\0pseudo-header\0old-unicast", field_number(r, base));
		break;
	case REFUSED:
		n = field_number(r, base);
		s = n ? pkt_err_text(n) : NULL;
		break;
	case PAST:
		s = past_text(base, buf, sizeof buf);
		break;
	case CHARS: case INFO: case SET: case TRANSITIONS: case DROPS:
		break;
	}
	put_string(t, s);
}

/* "name":value, for each row. */
static void put_rows(struct text *t, const void *base, const struct field *r, const char *names, usec now)
{
	for (; *names; r++, names += strlen(names) + 1) {
		text_put(t, "\"%s\":", names);
		put_value(t, r, base, now);
		text_put(t, ",");
	}
}

/* Fields end with a comma; the last one's gives way. Only within a piece: what is gone is gone. */
static void put_end(struct text *t, const char *end)
{
	t->n -= t->p[t->n - 1] == ',';
	text_put(t, "%s", end);
}

static void put_counts(struct text *t, const char *key, const char *names, const uint32_t *n, unsigned count)
{
	text_put(t, "\"%s\":{", key);
	for (; count--; names += strlen(names) + 1)
		text_put(t, "\"%s\":%u,", names, *n++);
	put_end(t, "},");
}

static void put_drops(struct text *t, const struct counters *n)
{
	put_counts(t, "drops", pkt_err_key(1), n->err + 1, PKT_ERR_N - 1);
}

static void json_head(struct text *t, const struct vr *v)
{
	bool backup = v->fsm.state == FSM_BACKUP;
	const struct vr *o;
	char buf[REASON];
	usec now = v->e->now;

	text_put(t, "{");
	put_rows(t, v->c, vrrp_rows, vrrp_names, now);
	put_rows(t, v, vr_rows, vr_names, now);
	text_put(t, "\"is-owner\":%s,\"address-family\":\"ipv%c\",\"master-down-interval\":", yes(v->c->prio == 255),
	         v->c->family == AF_INET6 ? '6' : '4');
	text_secs(t, backup ? fsm_down(&v->fsm, &v->fc) : 0);
	text_put(t, ",\"skew-time\":");
	text_secs(t, backup ? fsm_skew(&v->fsm, &v->fc) : 0);
	text_put(t, ",\"addresses-set\":%u,\"demoted\":\"%s\",\"demoted-for\":", show_set(v),
	         text_nth("no\0priority\0fault", v->demoted));
	text_secs(t, v->demoted_until > now && v->demoted_until != USEC_NEVER ? v->demoted_until - now : 0);
	text_put(t, ",\"interface\":");
	put_string(t, v->iface->name);
	text_put(t, ",\"vmac\":");
	put_string(t, v->vif ? v->vif->name : NULL);
	text_put(t, ",\"sync-group\":");
	put_string(t, v->group ? v->group->c->name : NULL);
	text_put(t, ",\"sync-culprit\":");
	o = v->fault == FAULT_GROUP ? group_ailing(v) : group_behind(v);
	put_string(t, o ? o->c->name : NULL);
	text_put(t, ",\"reason\":");
	put_string(t, vr_reason(v, buf, sizeof buf));
}

union item {
	struct address address;
	struct route_seen route;
	struct share share;
};

static const void *get_address(const struct vr *v, unsigned k, union item *i)
{
	const struct vip *vip = &v->c->vips.v[k];
	const struct vip_run *r = &v->vips[k];

	if (k >= v->c->vips.n)
		return NULL;
	i->address = (struct address){
		.addr = vip->addr, .plen = vip->plen, .excluded = vip->excluded, .set = r->set, .dev = r->iface->name,
		.error = r->err ? strerror(-r->err) : NULL,
	};
	return i;
}

static const void *get_route(const struct vr *v, unsigned k, union item *i)
{
	const struct route *r = &v->c->routes.v[k];
	int err;

	if (k >= v->c->routes.n)
		return NULL;
	err = v->routes[k].err;
	i->route.rule = r->rule;
	i->route.set = v->routes[k].state == ROUTE_SET;
	i->route.text = conf_route_text(r, i->route.buf, sizeof i->route.buf);
	i->route.error = err ? strerror(err) : NULL;
	return i;
}

static const void *get_share(const struct vr *v, unsigned k, union item *i)
{
	return show_share(v, k, &i->share) ? i : NULL;
}

static const void *get_heard(const struct vr *v, unsigned k, union item *i)
{
	(void)i;
	return vr_heard(v, k);
}

static const void *get_history(const struct vr *v, unsigned k, union item *i)
{
	(void)i;
	return vr_past(v, k);
}

static const struct list {
	char name[10];
	const struct field *rows;
	const char *names;
	const void *(*get)(const struct vr *v, unsigned k, union item *i);
} lists[] = {
	{ "addresses", address_rows, address_names, get_address },
	{ "routes",    route_rows,   route_names,   get_route },
	{ "tracked",   share_rows,   share_names,   get_share },
	{ "heard",     heard_rows,   heard_names,   get_heard },
	{ "history",   history_rows, history_names, get_history },
};

enum { LISTS = sizeof lists / sizeof *lists };

/* The k-th of a list. false: there is none, and the list is ended. */
static bool put_nth(struct text *t, const struct list *l, const struct vr *v, unsigned k)
{
	union item room;
	const void *item = l->get(v, k, &room);

	if (!k)
		text_put(t, ",\"%s\":[", l->name);
	if (!item) {
		text_put(t, "]");
		return false;
	}
	text_put(t, k ? ",{" : "{");
	put_rows(t, item, l->rows, l->names, v->e->now);
	put_end(t, "}");
	return true;
}

static void json_counts(struct text *t, const struct vr *v)
{
	text_put(t, ",");
	put_counts(t, "statistics", counter_names, (const uint32_t *)(const void *)&v->n, COUNTER_N);
	put_drops(t, &v->n);
	put_counts(t, "transitions", fsm_why_text(1), v->n.why + 1, WHY_N - 1);
	put_end(t, "}");
}

static void json_daemon(struct text *t, const struct engine *e)
{
	const struct sandbox *b = &e->sandbox;

	text_put(t, "{\"version\":1,\"daemon\":{\"release\":\"%s\",\"pid\":%ld,\"time\":%lld,\"loads\":%u,\"uptime\":", VRRPBOX_VERSION,
	         (long)getpid(), (long long)time(NULL), e->generation);
	text_secs(t, e->now - e->started);
	text_put(t, ",\"config\":");
	put_string(t, e->conf->path);
	text_put(t, ",\"sandbox\":{\"on\":%s,\"helper\":%s,\"capabilities\":\"%s\",\"no-new-privileges\":%s,\"files\":%s,"
	         "\"system-calls\":%s,\"refused\":%u},", yes(b->on), yes(b->helper), b->privs ? "all" : b->names, yes(b->on && !b->privs),
	         yes(b->on && !b->files), yes(b->on && !b->calls), b->refused);
	put_drops(t, &e->n);
	put_end(t, "},\"instances\":[");
}

static bool json_tracker(struct show *s, struct text *t)
{
	const struct engine *e = s->e;
	const struct tracker *r;

	while (s->k < e->ntrackers && !e->trackers[s->k])	/* not used */
		s->k++;
	if (s->k == e->ntrackers) {
		text_put(t, "]}\n");
		return false;
	}
	r = e->trackers[s->k++];
	text_put(t, "%s{\"kind\":\"%s\",\"name\":", s->part++ ? "," : "", show_kind(r));
	put_string(t, r->c->name);
	text_put(t, ",");
	put_rows(t, r, tracker_rows, tracker_names, e->now);
	put_end(t, "}");
	return true;
}

/* Part 0 of an instance is its head, then its lists, then what is counted. */
static void json_instance(struct show *s, struct text *t)
{
	const struct vr *v = show_current(s);

	if (!s->part) {
		text_put(t, s->i ? "," : "");
		json_head(t, v);
	} else if (s->part <= LISTS) {
		if (put_nth(t, &lists[s->part - 1], v, s->k++))
			return;
	} else {
		json_counts(t, v);
		s->i++;
		s->part = -1u;
	}
	s->k = 0;
	s->part++;
}

bool show_json(struct show *s, struct text *t)
{
	if (s->stage == 2)
		return json_tracker(s, t);
	if (!s->stage) {
		json_daemon(t, s->e);
		s->stage = 1;
	} else if (s->i < show_count(s)) {
		json_instance(s, t);
	} else {
		text_put(t, "],\"trackers\":[");
		s->stage = 2;
	}
	return true;
}
