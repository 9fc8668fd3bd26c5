/* show.c - what the hall knows, for people: the table, and why. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "engine.h"
#include "show.h"

enum { COLUMNS = 80, MASTER_WIDTH = 15, REASON = 192 };

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
	return s->only ? 1 : s->e->nvr;
}

const struct vr *show_current(const struct show *s)
{
	return s->only ? s->only : s->e->vr[s->i];
}

bool show_walk(struct show *s, struct text *t, show_item *const *items, unsigned n)
{
	if (s->i >= show_count(s))
		return false;
	if (items[s->part](show_current(s), s->k++, t))
		return true;
	s->k = 0;
	if (++s->part < n)
		return true;
	s->part = 0;
	return ++s->i < show_count(s);
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

static void widen(uint8_t *width, size_t n, size_t most)
{
	if (n > most)
		n = most;
	if (n > *width)
		*width = n;
}

static unsigned digits(unsigned n)
{
	return n < 10 ? 1 : n < 100 ? 2 : n < 1000 ? 3 : 4;
}

/* Columns are as wide as their contents; what they leave is the reason's. */
static void measure(struct show *s)
{
	static const uint8_t least[] = { 8, 5, 4, 4 };

	memcpy(s->width, least, sizeof least);
	for (s->i = 0; s->i < show_count(s); s->i++) {
		const struct vr *v = show_current(s);

		widen(&s->width[0], strlen(v->c->name), 14);
		widen(&s->width[1], strlen(v->iface->name), 8);
		widen(&s->width[2], v->fc.prio == v->c->prio ? 0 : digits(v->fc.prio) + 1 + digits(v->c->prio), 7);
		widen(&s->width[3], 2 * digits(v->c->vips.n) + 1, 7);
	}
	s->i = 0;
}

static void put_master(struct text *t, const struct vr *v)
{
	const struct addr *a = v->fsm.state == FSM_MASTER ? &v->src : &v->master;
	char buf[ADDR_STR];
	const char *s = a->family ? addr_text(a, buf) : "-";
	size_t n = strlen(s);

	if (n > MASTER_WIDTH)			/* the end tells routers apart */
		text_put(t, "~%s ", s + n - MASTER_WIDTH + 1);
	else
		text_put(t, "%-*s ", MASTER_WIDTH, s);
}

static void put_row(const struct show *s, struct text *t, const struct vr *v)
{
	char part[16], why[REASON];
	struct text p = { part, sizeof part, 0 };
	size_t began = t->n, left;

	text_cell(t, v->c->name, s->width[0]);
	text_put(t, " ");
	text_cell(t, v->iface->name, s->width[1]);
	*part = 0;
	if (v->npast)
		text_span(&p, v->e->now - v->since, 1);
	text_put(t, " %3u/%c %-6s %5s ", v->c->vrid, v->c->family == AF_INET6 ? '6' : '4', fsm_state_text(v->fsm.state), part);
	snprintf(part, sizeof part, v->fc.prio == v->c->prio ? "%u" : "%u/%u", v->fc.prio, v->c->prio);
	text_put(t, "%-*s ", s->width[2], part);
	put_master(t, v);
	snprintf(part, sizeof part, "%u/%u", show_set(v), v->c->vips.n);
	text_cell(t, part, s->width[3]);
	text_put(t, " ");
	left = COLUMNS - (t->n - began);
	vr_reason(v, why, sizeof why);
	text_cell(t, why, strlen(why) < left ? strlen(why) : left);
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

/* ---- why ---- */

static bool why_head(const struct vr *v, unsigned k, struct text *t)
{
	char buf[REASON];

	if (k)
		return false;
	text_plain(t, v->c->name);
	text_put(t, " is %s", fsm_state_text(v->fsm.state));
	if (v->npast) {
		text_put(t, " since ");
		text_date(t, v->since_wall);
		text_put(t, " (");
		text_span(t, v->e->now - v->since, 2);
		text_put(t, ")");
	}
	text_put(t, ": ");
	text_plain(t, vr_reason(v, buf, sizeof buf));
	text_put(t, "\n  virtual router %u on %s, IPv%c, version %u, an advert every ", v->c->vrid,
	         *v->iface->name ? v->iface->name : "no interface", v->c->family == AF_INET6 ? '6' : '4', v->c->version);
	text_secs(t, v->c->adv);
	text_put(t, " s, our address %s\n  priority %u, %u configured\n", addr_text(&v->src, buf), v->fc.prio, v->c->prio);
	return true;
}

static void put_runs(const struct tracker *r, struct text *t)
{
	usec now = r->e->now;

	text_put(t, " for ");
	text_span(t, now - r->since, 2);
	if (*r->why)
		text_put(t, ": ");
	text_plain(t, r->why);
	text_put(t, " (%u of %u failed; last took ", r->fails, r->runs);
	text_secs(t, r->took);
	text_put(t, " s, ");
	text_span(t, now - r->at, 1);
	text_put(t, " ago)");
}

static bool why_share(const struct vr *v, unsigned k, struct text *t)
{
	struct share s;

	if (!show_share(v, k, &s))
		return false;
	text_put(t, "  %+4d  %s ", s.gives.prio, s.kind);
	text_plain(t, s.name);
	if (s.t && s.t->c->kind == TRACKER_FILE)
		text_put(t, " is %d", s.t->value);
	else
		text_put(t, " is %s", show_verdict(s.verdict));
	if (s.t && s.t->runs)
		put_runs(s.t, t);
	text_put(t, "%s\n", s.gives.fault ? ": FAULT" : s.gives.wait ? ": awaited" : "");
	return true;
}

static bool why_addr(const struct vr *v, unsigned k, struct text *t)
{
	char a[ADDR_STR];
	const struct vip_run *r;

	if (!k) {
		text_put(t, "  addresses: %u of %u set\n", show_set(v), v->c->vips.n);
		return true;
	}
	if (k > v->c->vips.n)
		return false;
	r = &v->vips[k - 1];
	if (r->set == v->want_up)
		return true;
	text_put(t, "    %s on %s is %sset%s%s\n", addr_text(&v->c->vips.v[k - 1].addr, a), r->iface->name,
	         r->set ? "" : "not ", r->err ? ": " : "", r->err ? strerror(-r->err) : "");
	return true;
}

static bool why_heard(const struct vr *v, unsigned k, struct text *t)
{
	const struct heard *h = vr_heard(v, k);
	char a[ADDR_STR];

	if (!h)
		return false;
	text_put(t, "  heard %s ", addr_text(&h->addr, a));
	text_secs(t, v->e->now - h->at);
	text_put(t, " s ago: priority %u, version %u", h->prio, h->version);
	if (h->adv) {
		text_put(t, ", every ");
		text_secs(t, h->adv);
		text_put(t, " s");
	}
	if (h->version == 3 && h->csum)
		text_put(t, ", checksum with%s pseudo-header", h->csum == CSUM_PLAIN ? "out" : "");
	if (h->refused)
		text_put(t, "; refused: %s", pkt_err_text(h->refused));
	if (h->refused == PKT_TTL)
		text_put(t, " (%d)", h->ttl);
	text_put(t, "\n");
	return true;
}

static void put_left(const struct vr *v, usec until, struct text *t)
{
	usec left = until - v->e->now;

	text_secs(t, left > 0 ? left : 0);
	text_put(t, " s");
}

static void backup_next(const struct vr *v, struct text *t)
{
	text_put(t, "MASTER in ");
	put_left(v, v->fsm.deadline, t);
	text_put(t, v->fsm.left ? ", the master has left" : v->fsm.lower_heard ? ", the master has a lower priority" :
	         " unless a master is heard");
	if (v->fsm.preempt_at) {
		text_put(t, "; of a lower one no more in ");
		put_left(v, v->fsm.preempt_at, t);
		text_put(t, " (preempt_delay)");
	} else if (v->fc.nopreempt) {
		text_put(t, ", of whatever priority (nopreempt)");
	}
}

/* What would change the state. */
static bool why_next(const struct vr *v, unsigned k, struct text *t)
{
	char buf[REASON];

	if (k)
		return false;
	text_put(t, "  next: ");
	switch (v->fsm.state) {
	case FSM_INIT:
		if (v->e->now >= v->e->hold_until) {
			text_put(t, "starts with the first results of what it tracks");
			break;
		}
		text_put(t, "starts when the startup delay is over, in ");
		put_left(v, v->e->hold_until, t);
		break;
	case FSM_BACKUP:
		backup_next(v, t);
		break;
	case FSM_MASTER:
		if (v->fc.prio == 255)
			text_put(t, "MASTER for good: it owns the addresses");
		else
			text_put(t, "BACKUP on an advert with a priority above %u, or with %u from an address above %s",
			         v->fc.prio, v->fc.prio, addr_text(&v->src, buf));
		break;
	case FSM_FAULT:
		text_put(t, "no more FAULT when ");
		text_plain(t, fault_end(v, buf, sizeof buf));
		break;
	case FSM_STOPPED:
		text_put(t, "nothing");
		break;
	}
	text_put(t, "\n");
	return true;
}

static bool why_past(const struct vr *v, unsigned k, struct text *t)
{
	const struct past *p = vr_past(v, k);
	char buf[REASON];

	if (!p)
		return false;
	if (!k)
		text_put(t, "  history (date, seconds since boot):\n");
	text_put(t, "    ");
	text_date(t, p->wall);
	text_put(t, "  ");
	text_secs(t, p->at);
	text_put(t, "  %s -> %s: ", fsm_state_text(p->from), fsm_state_text(p->to));
	text_plain(t, past_text(p, buf, sizeof buf));
	text_put(t, "\n");
	return true;
}

bool show_why(struct show *s, struct text *t)
{
	static show_item *const items[] = { why_head, why_share, why_addr, why_heard, why_next, why_past };

	return show_walk(s, t, items, sizeof items / sizeof *items);
}
