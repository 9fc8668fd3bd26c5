/* show.c - what the hall knows, for people: the table, and why. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "engine.h"
#include "show.h"

enum { COLUMNS = 80, MASTER_WIDTH = 15, REASON = 208 };

void show_begin(struct show *s, const struct engine *e, show_step *step, const struct vr *only)
{
	*s = (struct show){ .e = e, .step = step, .only = only, .generation = e->generation };
}

bool show_next(struct show *s, struct text *t, bool *stale)
{
	*stale = s->generation != s->e->generation;
	return !*stale && s->step(s, t);
}

unsigned show_count(const struct show *s)
{
	return s->only ? 1 : s->group ? s->group->c->n : s->e->nvr;
}

const struct vr *show_current(const struct show *s)
{
	return s->only ? s->only : s->group ? group_nth(s->group, s->i) : s->e->vr[s->i];
}

/* A short text that lives until seven others have been made: a line says several. */
static struct text fresh(void)
{
	static char room[8][REASON];
	static unsigned n;

	return (struct text){ room[n++ % 8], REASON, 0 };
}

static const char *say(void make(struct text *, int64_t), int64_t n)
{
	struct text t = fresh();

	make(&t, n);
	return t.p;
}

static const char *clean(const char *s)
{
	struct text t = fresh();

	text_plain(&t, s);
	return t.p;
}

static char family(const struct vr *v)
{
	return v->c->family == AF_INET6 ? '6' : '4';
}

const char *show_kind(const struct tracker *t)
{
	return text_nth("script\0process\0file", t->c->kind);
}

const char *show_verdict(enum verdict v)
{
	return text_nth("unknown\0good\0bad", v);
}

unsigned show_set(const struct vr *v)
{
	unsigned n = 0;

	for (unsigned i = 0; i < v->c->vips.n; i++)
		n += v->vips[i].set;
	return n;
}

bool show_share(const struct vr *v, unsigned k, struct share *s)
{
	const struct vrrp_conf *c = v->c;
	const struct track *ref = k < c->ifaces.n ? &c->ifaces.v[k] : &c->tracks.v[k - c->ifaces.n];

	if (k >= c->ifaces.n + c->tracks.n)
		return false;
	*s = (struct share){ .weight = ref->reverse ? -ref->weight : ref->weight };
	if (k < c->ifaces.n) {
		s->kind = "interface";
		s->name = v->e->ifs[ref->index]->name;
		s->verdict = iface_up(v->e->ifs[ref->index]) ? VERDICT_GOOD : VERDICT_BAD;
		s->gives = track_contrib(ref->weight, ref->reverse, s->verdict);
		return true;
	}
	s->t = v->e->trackers[ref->index];
	s->kind = show_kind(s->t);
	s->name = s->t->c->name;
	s->verdict = s->t->verdict;
	s->gives = tracker_contrib(ref, s->t);
	return true;
}

/* ---- the table ---- */

/* The text of a column, from 0; MASTER and REASON have no place among these. */
static const char *cell(const struct vr *v, unsigned column, char buf[16])
{
	if (column == 0)
		return v->c->name;
	if (column == 1)
		return v->iface->name;
	if (column == 2)
		snprintf(buf, 16, v->fc.prio == v->c->prio ? "%u" : "%u/%u", v->fc.prio, v->c->prio);
	else
		snprintf(buf, 16, "%u/%u", show_set(v), v->c->vips.n);
	return buf;
}

/* Columns are as wide as their contents; what they leave is the reason's. */
static void measure(struct show *s)
{
	static const uint8_t least[] = { 8, 5, 4, 4 }, most[] = { 14, 8, 7, 9 };
	char buf[16];

	memcpy(s->width, least, sizeof least);
	for (s->i = 0; s->i < show_count(s); s->i++)
		for (unsigned k = 0; k < sizeof least; k++) {
			size_t n = strlen(cell(show_current(s), k, buf));

			if (n > s->width[k])
				s->width[k] = n < most[k] ? n : most[k];
		}
	s->i = 0;
}

/* The end of an address tells routers apart. */
static const char *master_of(const struct vr *v, char *buf)
{
	const struct addr *a = v->fsm.state == FSM_MASTER ? &v->src : &v->master;
	size_t n;

	if (!a->family)
		return "-";
	n = strlen(addr_text(a, buf));
	if (n <= MASTER_WIDTH)
		return buf;
	buf += n - MASTER_WIDTH;
	*buf = '~';
	return buf;
}

/* "waits for B", or NULL. */
static const char *waits(const struct vr *v)
{
	const struct vr *o = group_behind(v);
	struct text t = fresh();

	text_put(&t, "waits for %s", o ? clean(o->c->name) : "");
	return o ? t.p : NULL;
}

static void put_row(const struct show *s, struct text *t, const struct vr *v)
{
	const uint8_t *w = s->width;
	char part[16], why[REASON];
	const char *o = waits(v);
	size_t began = t->n;

	text_cell(t, cell(v, 0, part), w[0]);
	text_cell(t, cell(v, 1, part), w[1]);
	text_put(t, "%3u/%c %-6s %5s %-*s %-*s ", v->c->vrid, family(v), fsm_state_text(v->fsm.state),
	         say(text_age, v->e->now - v->since), w[2], cell(v, 2, part), MASTER_WIDTH, master_of(v, why));
	text_cell(t, cell(v, 3, part), w[3]);
	text_cell(t, v->demoted ? "demoted" : o ? o : vr_reason(v, why, sizeof why), began + COLUMNS - t->n);
	while (t->p[t->n - 1] == ' ')
		t->n--;
	text_put(t, "\n");
}

bool show_table(struct show *s, struct text *t)
{
	const uint8_t *w = s->width;

	if (s->stage) {
		put_row(s, t, show_current(s));
		return ++s->i < show_count(s);
	}
	s->stage = 1;
	measure(s);
	text_put(t, "%-*s %-*s VRID  STATE  SINCE %-*s %-*s %-*s REASON\n", w[0], "INSTANCE", w[1], "IFACE", w[2], "PRIO",
	         MASTER_WIDTH, "MASTER", w[3], "VIPS");
	return show_count(s) > 0;
}

static const char *limited(int err)
{
	return err ? strerror(-err) : "yes";
}

bool show_sandbox(struct show *s, struct text *t)
{
	const struct sandbox *b = &s->e->sandbox;

	if (!b->on) {
		text_put(t, "off: all permissions, programs are started by the engine\n");
		return false;
	}
	text_put(t, "programs are started by a helper: %s\ncapabilities: %s\nno new privileges: %s\n"
	         "files are written to in known places only: %s\nsystem calls are filtered: %s, %u refused\n", b->helper ? "yes" : "it is gone",
	         b->privs ? "all" : b->names, limited(b->privs), limited(b->files), limited(b->calls), b->refused);
	return false;
}

/* ---- why ---- */

static bool why_head(const struct vr *v, unsigned k, struct text *t)
{
	const struct vrrp_conf *c = v->c;
	char why[REASON], src[ADDR_STR];

	if (k)
		return false;
	text_put(t, "%s is %s since %s (%s): %s\n  virtual router %u on %s, IPv%c, version %u%s, an advert every %s s, our address %s\n"
	         "  priority %u, configured %u\n", clean(c->name), fsm_state_text(v->fsm.state), say(text_date, v->since_wall),
	         say(text_span, v->e->now - v->since), clean(vr_reason(v, why, sizeof why)), c->vrid,
	         *v->iface->name ? clean(v->iface->name) : "no interface", family(v), c->version, c->mixed ? " and 2" : "", say(text_secs, c->adv),
	         addr_text(&v->src, src), v->fc.prio, c->prio);
	if (v->group)
		text_put(t, "  sync group %s is %s since %s\n", clean(v->group->c->name), fsm_state_text(v->group->state),
		         say(text_span, v->e->now - v->group->since));
	if (v->demoted)
		text_put(t, "  demoted to %s by vrrp-state %s%s\n", v->demoted == DEMOTE_FAULT ? "FAULT" : "priority 1",
		         v->demoted_until == USEC_NEVER ? "until it is restored" : "for ",
		         v->demoted_until == USEC_NEVER ? "" : say(text_span, v->demoted_until - v->e->now));
	return true;
}

static bool why_share(const struct vr *v, unsigned k, struct text *t)
{
	const struct tracker *r;
	struct share s;

	if (!show_share(v, k, &s))
		return false;
	r = s.t;
	text_put(t, "  %+4d  %s %s is ", s.gives.prio, s.kind, clean(s.name));
	if (r && r->c->kind == TRACKER_FILE)
		text_put(t, "%d", r->value);
	else
		text_put(t, "%s", show_verdict(s.verdict));
	if (r && r->runs)
		text_put(t, " for %s: %s (%u of %u failed; the last took %s s, %s ago)", say(text_span, r->e->now - r->since),
		         clean(r->why), r->fails, r->runs, say(text_secs, r->took), say(text_age, r->e->now - r->at));
	text_put(t, "%s\n", s.gives.fault ? ": FAULT" : s.gives.wait ? ": awaited" : "");
	return true;
}

/* How many, and those that are not as they should be. */
static bool why_addr(const struct vr *v, unsigned k, struct text *t)
{
	const struct vip_run *r = &v->vips[k];
	char a[ADDR_STR];

	if (!k)
		text_put(t, "  addresses: %u of %u set\n", show_set(v), v->c->vips.n);
	if (k == v->c->vips.n)
		return false;
	if (r->set != v->want_up)
		text_put(t, "    %s on %s is %sset%s%s\n", addr_text(&v->c->vips.v[k].addr, a), clean(r->iface->name),
		         r->set ? "" : "not ", r->err ? ": " : "", r->err ? strerror(-r->err) : "");
	return true;
}

static bool why_route(const struct vr *v, unsigned k, struct text *t)
{
	const struct route_run *r = &v->routes[k];
	unsigned set = 0, n = v->c->routes.n;
	char buf[ROUTE_TEXT];

	for (unsigned i = 0; !k && i < n; i++)
		set += v->routes[i].state == ROUTE_SET;
	if (!k && n)
		text_put(t, "  routes and rules: %u of %u set\n", set, n);
	if (k == n)
		return false;
	if (v->want_up && r->state != ROUTE_SET)
		text_put(t, "    %s is not set%s%s\n", clean(conf_route_text(&v->c->routes.v[k], buf, sizeof buf)), r->err ? ": " : "",
		         r->err ? strerror(r->err) : "");
	return true;
}

static bool why_heard(const struct vr *v, unsigned k, struct text *t)
{
	const struct heard *h = vr_heard(v, k);
	char a[ADDR_STR];

	if (!h)
		return false;
	text_put(t, "  heard %s %s s ago: priority %u, version %u", addr_text(&h->addr, a), say(text_secs, v->e->now - h->at),
	         h->prio, h->version);
	if (v->c->mixed && h->version == 3 && !h->lone)
		text_put(t, " and 2");
	if (h->adv)
		text_put(t, ", every %s s", say(text_secs, h->adv));
	if (h->version == 3 && h->csum)
		text_put(t, ", checksum with%s pseudo-header", h->csum == CSUM_PLAIN ? "out" : "");
	if (h->refused)
		text_put(t, "; refused: %s", pkt_err_text(h->refused));
	if (h->refused == PKT_TTL)
		text_put(t, " (%d)", h->ttl);
	text_put(t, "\n");
	return true;
}

static const char *left(const struct vr *v, usec until)
{
	return say(text_secs, until > v->e->now ? until - v->e->now : 0);
}

/* What would change the state. */
static bool why_next(const struct vr *v, unsigned k, struct text *t)
{
	char buf[REASON];
	const char *o;

	if (k)
		return false;
	text_put(t, "  next: ");
	switch (v->fsm.state) {
	case FSM_INIT:
		if (v->e->now < v->e->hold_until)
			text_put(t, "starts when the startup delay is over, in %s s", left(v, v->e->hold_until));
		else
			text_put(t, "starts with the first results of what it tracks");
		break;
	case FSM_BACKUP:
		if ((o = waits(v))) {
			text_put(t, "MASTER with its group (%s); %s", fsm_why_text(v->fsm.ready), o);
			break;
		}
		text_put(t, "MASTER in %s s%s", left(v, v->fsm.deadline), v->fsm.left ? ", the master has left" :
		         v->fsm.lower_heard ? ", the master has a lower priority" : " unless a master is heard");
		if (v->fsm.preempt_at)
			text_put(t, "; one with a lower priority is good for %s s more (preempt_delay)", left(v, v->fsm.preempt_at));
		else if (v->fc.nopreempt)
			text_put(t, ", of whatever priority (nopreempt)");
		break;
	case FSM_MASTER:
		if (v->fc.prio == 255)
			text_put(t, "MASTER for good: it owns the addresses");
		else
			text_put(t, "BACKUP on an advert with a priority above %u, or with %u from an address above %s",
			         v->fc.prio, v->fc.prio, addr_text(&v->src, buf));
		break;
	case FSM_FAULT:
		text_put(t, "no more FAULT when %s", clean(fault_end(v, buf, sizeof buf)));
		break;
	case FSM_STOPPED:
		break;
	}
	text_put(t, "\n");
	return true;
}

static bool why_past(const struct vr *v, unsigned k, struct text *t)
{
	const struct past *p = vr_past(v, k);
	char why[REASON];

	if (!p)
		return false;
	text_put(t, "%s    %s  %s  %s -> %s: %s\n", k ? "" : "  history (date, seconds since boot):\n", say(text_date, p->wall),
	         say(text_secs, p->at), fsm_state_text(p->from), fsm_state_text(p->to), clean(past_text(p, why, sizeof why)));
	return true;
}

bool show_why(struct show *s, struct text *t)
{
	static show_item *const items[] = { why_head, why_share, why_addr, why_route, why_heard, why_next, why_past };
	const unsigned n = sizeof items / sizeof *items;
	const struct group *g = s->group;

	if (g && !s->stage++) {
		text_put(t, "%s is a sync group of %u, %s for %s\n", clean(g->c->name), g->c->n, fsm_state_text(g->state),
		         say(text_span, g->e->now - g->since));
		return true;
	}
	if (s->i < show_count(s) && !items[s->part](show_current(s), s->k++, t)) {
		s->k = 0;
		s->part = (s->part + 1) % n;
		s->i += !s->part;
	}
	return s->i < show_count(s);
}
