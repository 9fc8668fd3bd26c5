/* ka_values.c - values of keepalived's dumps: what the letters of ka.c stand for, in its words (K d.5, d.6). */
#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "engine.h"
#include "ka.h"
#include "text.h"

static bool follows(const struct ka_at *x)
{
	return x->v->fsm.state == FSM_BACKUP && x->v->master.family;
}

/* keepalived's wish: what it is, or what the file says while it cannot be anything. */
static enum fsm_state wanted(const struct ka_at *x)
{
	enum fsm_state s = x->v->fsm.state;

	return s == FSM_BACKUP || s == FSM_MASTER ? s : x->c->state == START_MASTER || x->c->prio == 255 ? FSM_MASTER : FSM_BACKUP;
}

static unsigned awaited(const struct ka_at *x)
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

long long ka_number(const struct ka_at *x, char what)
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

static const char *vr_text(const struct ka_at *x, char what, char *buf, size_t size)
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

const char *ka_text(const struct ka_at *x, char what, char *buf, size_t size)
{
	if (what == '_')
		return "";
	if (x->g)
		return group_text(x->g, what, buf, size);
	return x->v ? vr_text(x, what, buf, size) : tracker_text(x->t, what, buf, size);
}

/* ---- lists ---- */

static const struct cmd *command(const struct ka_at *x, char what)
{
	const struct cmd *c = what == 'c' ? &x->t->c->cmd : x->notify[what - '0'];

	return c && c->argv ? c : NULL;
}

/* They stand before the rules. */
static unsigned routes(const struct ka_at *x)
{
	unsigned n = 0;

	while (n < x->c->routes.n && !x->c->routes.v[n].rule)
		n++;
	return n;
}

unsigned ka_count(const struct ka_at *x, char style, char what)
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
	struct text t = { buf, KA_WORD, 0 };
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
	snprintf(buf, KA_WORD, "%s%s weight %d%s", k->name, sep, k->weight, k->reverse ? " reverse" : "");
	return buf;
}

/* The k-th tracker of a kind that x tracks. In JSON a script is its command. */
static const char *tracked(const struct ka_at *x, enum tracker_kind kind, unsigned k, char *buf)
{
	const struct track *r = x->tracks->v;
	struct text t = { buf, KA_WORD, 0 };

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
static const char *tracking(const struct ka_at *x, unsigned k, char *buf)
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

	snprintf(buf, KA_WORD, "%s min_ttl %u max_ttl %u", addr_text(&p->addr, a), p->min_ttl, p->max_ttl);
	return buf;
}

const char *ka_element(const struct ka_at *x, char style, char what, unsigned k, char *buf)
{
	const struct cmd *cmd;

	if (style == 'c') {
		cmd = command(x, what);
		assert(cmd);				/* it has been counted */
		return cmd->argv[k];
	}
	switch (what) {
	case 'x':
		k += advertised(&x->c->vips);
		/* fall through */
	case 'v': return vip_text(&x->c->vips.v[k], &x->v->vips[k], buf);
	case 'Q':
		k += routes(x);
		/* fall through */
	case 'O': return conf_route_text(&x->c->routes.v[k], buf, KA_WORD);
	case 'p': return peer_text(&x->c->peers.v[k], buf);
	case 'I': return x->json ? x->ifaces->v[k].name : track_text(&x->ifaces->v[k], "", buf);
	case 'm': return group_nth(x->g, k)->c->name;
	case 't': return tracking(x, k, buf);
	}
	return tracked(x, what == 's' ? TRACKER_SCRIPT : what == 'r' ? TRACKER_PROCESS : TRACKER_FILE, k, buf);
}
