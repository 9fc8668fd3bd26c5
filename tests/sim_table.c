/*
 * sim_table.c - judges every step of every state machine by the table of RFC 9568 6.4 (RFC 3768 6.4 for version 2, and
 * keepalived's nopreempt, preempt_delay and sync groups), told once more and differently, and counts how often each cell
 * was reached. The linker puts it between the hall and fsm_step, and before pkt_head (--wrap), so it sees each event and
 * each message of the real engine, and what became of it.
 */
#include <stdio.h>
#include <string.h>

#include "limits.h"
#include "sim.h"

void __real_fsm_step(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out);
void __wrap_fsm_step(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out);
enum pkt_err __real_pkt_head(struct advert *a, const uint8_t *p, size_t len, const struct meta *m);
enum pkt_err __wrap_pkt_head(struct advert *a, const uint8_t *p, size_t len, const struct meta *m);
void __real_ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
                    const uint8_t *msg, size_t len);
void __wrap_ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
                    const uint8_t *msg, size_t len);

/* Rows: name, and the columns that exist. */
enum { I = 1, B = 2, A = 4 };
#define ROWS(X)                                                    \
	X(OWNER,     "startup, priority 255",              I)        \
	X(START,     "startup, priority below 255",        I)        \
	X(STOP,      "shutdown",                           I | B | A) \
	X(DOWN,      "Active_Down_Timer fires",            B)        \
	X(PERIOD,    "Adver_Timer fires",                  A)        \
	X(ZERO,      "advert, priority 0",                 I | B | A) \
	X(HIGHER,    "advert, higher priority",            I | B | A) \
	X(TIE_HIGH,  "advert, same priority, higher sender", I | B | A) \
	X(TIE_LOW,   "advert, same priority, lower sender", I | B | A) \
	X(TIE_SELF,  "advert, same priority, own address", I | B | A) \
	X(LOWER,     "advert, lower priority, preempt",    I | B | A) \
	X(LOWER_NOT, "advert, lower priority, nopreempt",  I | B | A) \
	X(INVALID,   "advert that is not valid",           I | B | A)

enum row {
#define X(e, name, cols) R_##e,
	ROWS(X)
#undef X
	ROW_N
};

enum { KINDS = 16 };
static uint64_t counts[KINDS][ROW_N][3], (*reached)[3] = counts[0];	/* of the present kind of world */

/* What we know of an instance without asking its engine. Its clock. */
static struct shade {
	usec heard;		/* it learned from a master, or began to wait */
	usec zero;		/* priority 0 was heard since; 0: not */
	usec patience;		/* preempt_delay runs until; 0: it does not */
	usec replied;		/* to a lower or leaving one */
} shades[ROUTERS][FAKE_LANS];

/* What has been heard of others on this id. Receiver's clock; it outlives states, not daemons. */
static struct memory {
	uint32_t heard, sent;		/* AH: the highest numbers */
	struct addr to;			/* whom the latter went to: one of several peers */
	usec both[ROUTERS];		/* until then this one's version 2 stands beside its version 3 */
} memories[ROUTERS][FAKE_LANS];

/* The message that the engine is looking at. */
static struct {
	struct vr *v;		/* whose router it names; NULL: nobody's */
	unsigned r, from;
	bool valid, taken;
	enum row row;
	struct vr was;
} msg;

static unsigned column(enum fsm_state s)
{
	return s == FSM_MASTER ? 2 : s == FSM_BACKUP ? 1 : 0;
}

static unsigned router_of(const struct engine *e)
{
	unsigned r = 0;

	while (r < world.n && world.h[r].e != e)
		r++;
	return r;
}

static enum row row_of(unsigned prio, int cmp, const struct fsm_conf *c)
{
	if (prio == 0)
		return R_ZERO;
	if (prio > c->prio)
		return R_HIGHER;
	if (prio == c->prio)
		return cmp > 0 ? R_TIE_HIGH : cmp < 0 ? R_TIE_LOW : R_TIE_SELF;
	return c->nopreempt && c->prio != 255 ? R_LOWER_NOT : R_LOWER;
}

/* ---- a step, as text ---- */

static const char *acts_text(const struct acts *a)
{
	static const char *const name[] = {
		[ACT_ADVERT] = "advert", [ACT_RESIGN] = "resign", [ACT_VIPS_UP] = "vips-up", [ACT_VIPS_DOWN] = "vips-down",
		[ACT_GARP_LOWER] = "garp-lower", [ACT_NOTIFY] = "notify",
	};
	static char buf[128];
	char *end = buf;

	*buf = 0;
	for (unsigned i = 0; i < a->n; i++)
		end = stpcpy(stpcpy(end, i ? " " : ""), name[a->v[i]]);
	return buf;
}

static const char *ev_text(const struct fsm_ev *ev)
{
	static char buf[60];

	switch (ev->kind) {
	case EV_UP:	return "UP";
	case EV_DOWN:	return "FAULT";
	case EV_STOP:	return "STOP";
	case EV_TIMER:	return "TIMER";
	case EV_TAKE:	return "TAKE";
	case EV_CONF:	return "CONF";
	case EV_YIELD:	snprintf(buf, sizeof buf, "YIELD(%lld)", (long long)ev->adv);
			return buf;
	case EV_ADVERT:	snprintf(buf, sizeof buf, "ADV(%u, %lld, %d)", ev->prio, (long long)ev->adv, ev->cmp > 0 ? 1 : ev->cmp < 0 ? -1 : 0);
			return buf;
	}
	return "?";
}

/* As a row of test_fsm.c: what was, what came, what became of it. */
static const char *step_text(const struct fsm *was, const struct fsm *is, const struct fsm_conf *c, const struct fsm_ev *ev,
                             usec now, const struct acts *out)
{
	static char buf[320];

	snprintf(buf, sizeof buf, "FSM_%s, { .prio = %u, .version = %u, .down_adverts = %u, .adv = %lld%s%s%s%s }, %s, FSM_%s, \"%s\", %lld",
	         fsm_state_text(was->state), c->prio, c->version, c->down_adverts, (long long)c->adv, c->nopreempt ? ", .nopreempt = true" : "",
	         c->grouped ? ", .grouped = true" : "", c->demoted ? ", .demoted = true" : "", c->preempt_delay ? ", .preempt_delay = 1" : "",
	         ev_text(ev), fsm_state_text(is->state), acts_text(out), is->deadline == USEC_NEVER ? -1 : (long long)(is->deadline - now));
	return buf;
}

/* ---- what must become of it ---- */

struct want {
	enum fsm_state state;
	const char *acts;	/* as acts_text */
	usec deadline;
};

static usec skew(const struct fsm_conf *c, usec adv)
{
	usec scale = c->version == 2 ? SEC : adv;

	return (256 - c->prio) * scale / 256 + ((256 - c->prio) * scale % 256 != 0);
}

static usec down(const struct fsm_conf *c, usec adv)
{
	usec a = c->version == 2 ? c->adv : adv;

	return a * c->down_adverts + skew(c, adv);
}

static struct want rest(enum fsm_state to, const char *acts)
{
	return (struct want){ to, acts, USEC_NEVER };
}

static struct want from_init(const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	bool owner = c->prio == 255 && !(c->start_backup && ev->why == WHY_START) && !c->grouped;

	switch (ev->kind) {
	case EV_UP:
		reached[c->prio == 255 ? R_OWNER : R_START][0]++;
		return owner ? (struct want){ FSM_MASTER, "advert vips-up notify", now + c->adv } :
		               (struct want){ FSM_BACKUP, "notify", now + down(c, c->adv) };
	case EV_STOP:
		reached[R_STOP][0]++;
		return rest(FSM_STOPPED, was->state == FSM_STOPPED ? "" : "notify");
	case EV_DOWN:
		return rest(FSM_FAULT, was->state == FSM_FAULT ? "" : "notify");
	case EV_TIMER: case EV_ADVERT: case EV_TAKE: case EV_YIELD: case EV_CONF:
		break;
	}
	return (struct want){ was->state, "", was->deadline };
}

static struct want learn(struct shade *h, const struct fsm_conf *c, usec adv, usec now)
{
	h->heard = now;
	h->zero = 0;
	return (struct want){ FSM_BACKUP, "", now + down(c, adv) };
}

static struct want backup_hears(struct shade *h, const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	struct want stay = { FSM_BACKUP, "", was->deadline };

	switch (row_of(ev->prio, ev->cmp, c)) {
	case R_ZERO:
		h->zero = now;
		stay.deadline = now + skew(c, was->master_adv);
		if (stay.deadline < was->hold)			/* it yielded for its group */
			stay.deadline = was->hold;
		return stay;
	case R_LOWER:
		if (c->preempt_delay && !h->patience)
			h->patience = now + c->preempt_delay;
		return now < h->patience ? learn(h, c, ev->adv, now) : stay;
	case R_LOWER_NOT:
		return learn(h, c, ev->adv, now);
	default:
		h->patience = 0;
		return learn(h, c, ev->adv, now);
	}
}

static struct want from_backup(struct shade *h, const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	struct want stay = { FSM_BACKUP, "", was->deadline };

	switch (ev->kind) {
	case EV_STOP:
		reached[R_STOP][1]++;
		return rest(FSM_STOPPED, "notify");
	case EV_DOWN:
		return rest(FSM_FAULT, "notify");
	case EV_TIMER:
		if (now < was->deadline)
			return stay;
		reached[R_DOWN][1]++;
		stay.deadline = now + down(c, was->master_adv);	/* of a group: asks again */
		return c->grouped ? stay : (struct want){ FSM_MASTER, "advert vips-up notify", now + c->adv };
	case EV_TAKE:
		return was->ready ? (struct want){ FSM_MASTER, "advert vips-up notify", now + c->adv } : stay;
	case EV_YIELD:
		return (struct want){ FSM_BACKUP, "", now + down(c, was->master_adv) + ev->adv };
	case EV_ADVERT:
		return backup_hears(h, was, c, ev, now);
	case EV_CONF:
		if (!c->preempt_delay)
			h->patience = 0;
		break;
	case EV_UP:
		break;
	}
	return stay;
}

static struct want master_hears(struct shade *h, const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	struct want stay = { FSM_MASTER, "", was->deadline };
	bool again = now - h->replied >= LOWER_REPLY_GAP;

	switch (row_of(ev->prio, ev->cmp, c)) {
	case R_HIGHER:
	case R_TIE_HIGH:
		return (struct want){ FSM_BACKUP, c->higher_send ? "advert vips-down notify" : "vips-down notify", now + down(c, ev->adv) };
	case R_TIE_SELF:
		return stay;
	case R_ZERO:
		if (!again)
			return stay;
		h->replied = now;
		return (struct want){ FSM_MASTER, "advert", now + c->adv };
	default:
		if (!again)
			return stay;
		h->replied = now;
		return (struct want){ FSM_MASTER, c->lower_no_advert ? "garp-lower" : "advert garp-lower", was->deadline };
	}
}

static struct want from_master(struct shade *h, const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	struct want stay = { FSM_MASTER, "", was->deadline };

	switch (ev->kind) {
	case EV_STOP:
		reached[R_STOP][2]++;
		return rest(FSM_STOPPED, "resign vips-down notify");
	case EV_DOWN:
		return rest(FSM_FAULT, "resign vips-down notify");
	case EV_TIMER:
		if (now < was->deadline)
			return stay;
		reached[R_PERIOD][2]++;
		return (struct want){ FSM_MASTER, "advert", (now < was->deadline + c->adv ? was->deadline : now) + c->adv };
	case EV_YIELD:
		return (struct want){ FSM_BACKUP, "resign vips-down notify", now + down(c, c->adv) };
	case EV_ADVERT:
		return master_hears(h, was, c, ev, now);
	case EV_CONF:
		if (c->adv != ev->old->adv && stay.deadline > now + c->adv)
			stay.deadline = now + c->adv;
		if (c->demoted && !ev->old->demoted)
			return (struct want){ FSM_MASTER, "resign", now + 2 * c->adv };
		stay.acts = c->prio != ev->old->prio ? "advert" : "";
		return stay;
	case EV_UP: case EV_TAKE:
		break;
	}
	return stay;
}

/* Never before the master-down time has passed in silence, or the skew after a priority 0, as they are now. */
static bool early(const struct shade *h, const struct fsm *was, const struct fsm_conf *c, const struct fsm_ev *ev, usec now)
{
	if (was->state != FSM_BACKUP || ev->kind != EV_TIMER || was->ready)
		return false;
	return now < (h->zero ? h->zero + skew(c, was->master_adv) : h->heard + down(c, was->master_adv));
}

static void judge(unsigned r, const struct vr *v, const struct fsm *was, const struct fsm_ev *ev, usec now, const struct acts *out)
{
	struct shade *h = &shades[r][fake_number(v->c->name)];
	const struct fsm *is = &v->fsm;
	const struct fsm_conf *c = &v->fc;
	struct want w = was->state == FSM_MASTER ? from_master(h, was, c, ev, now) :
	                was->state == FSM_BACKUP ? from_backup(h, was, c, ev, now) : from_init(was, c, ev, now);
	usec deadline = w.deadline;

	/* configuration moves a running wait by what it is worth: what take-over asks for is judged when it comes */
	if (ev->kind == EV_CONF && was->state == FSM_BACKUP)
		deadline = is->deadline;
	if (is->state != w.state || strcmp(acts_text(out), w.acts) || is->deadline != deadline)
		sim_fail("r%u %s: wanted FSM_%s, \"%s\", %lld\n    row: { \"\", %s, 0 },", r + 1, v->c->name, fsm_state_text(w.state), w.acts,
		         deadline == USEC_NEVER ? -1 : (long long)(deadline - now), step_text(was, is, c, ev, now, out));
	if ((is->state == FSM_MASTER || is->ready) && early(h, was, c, ev, now))
		sim_fail("r%u %s: too early, %lld us after the last word of a master\n    row: { \"\", %s, 0 },", r + 1, v->c->name,
		         (long long)(now - h->heard), step_text(was, is, c, ev, now, out));
	if (was->state != is->state || ev->kind == EV_YIELD)
		*h = (struct shade){ .heard = now, .replied = now - LOWER_REPLY_GAP };
}

static void remember(unsigned r, const struct vr *v, const struct fsm *was)
{
	uint32_t word[] = { r, v->c->vrid, v->fsm.state, v->fsm.why, (uint32_t)world.now };

	sim_takeovers += v->fsm.state == FSM_MASTER;
	for (unsigned i = 0; i < sizeof word / sizeof *word; i++)
		sim_history = (sim_history ^ word[i]) * 16777619u;
	sim_say("r%u %s %s -> %s: %s", r + 1, v->c->name, fsm_state_text(was->state), fsm_state_text(v->fsm.state),
	        fsm_why_text(v->fsm.why));
}

/* ---- messages ---- */

/* The message before this moment is done with: what came of it? */
void table_flush(void)
{
	struct vr *v = msg.v;

	msg.v = NULL;
	if (!v)
		return;
	if (msg.valid && !msg.taken)
		sim_fail("r%u %s: dropped a good advert of r%u", msg.r + 1, v->c->name, msg.from + 1);
	if (msg.valid)
		return;
	if (memcmp(&v->fsm, &msg.was.fsm, sizeof v->fsm) || memcmp(&v->fc, &msg.was.fc, sizeof v->fc) || !addr_eq(&v->src, &msg.was.src) ||
	    !addr_eq(&v->master, &msg.was.master) || v->master_prio != msg.was.master_prio || v->csum != msg.was.csum ||
	    v->ah_heard != msg.was.ah_heard || v->ah_sent != msg.was.ah_sent ||
	    v->want_up != msg.was.want_up || v->msg_prio != msg.was.msg_prio || v->n.rx != msg.was.n.rx)
		sim_fail("r%u %s: an advert that does not count has changed more than counters", msg.r + 1, v->c->name);
}

/* The one whose adverts come that way, if there is one; else any of that number. */
static struct vr *named(const struct engine *e, uint8_t vrid, const struct addr *dst)
{
	struct vr *any = NULL;

	for (unsigned i = 0; i < e->nvr; i++) {
		const struct vrrp_conf *c = e->vr[i]->c;

		if (c->vrid != vrid || c->family != dst->family)
			continue;
		any = e->vr[i];
		if (c->unicast == !addr_is_multicast(dst))
			return any;
	}
	return any;
}

/* Version and interval. */
static bool understood(const struct vrrp_conf *c, const uint8_t *p)
{
	unsigned version = p[0] >> 4;

	return version == 3 ? c->version == 3 : c->mixed || (c->version == 2 && p[5] * SEC == c->adv);
}

/* Cast, and who may speak: a peer within its TTLs, or nobody's peer when that is not checked. */
static bool admitted(const struct vrrp_conf *c, const struct meta *m)
{
	if (addr_is_multicast(&m->dst) == c->unicast)
		return false;
	for (unsigned i = 0; c->unicast && i < c->peers.n; i++)
		if (addr_eq(&c->peers.v[i].addr, &m->src))
			return m->ttl >= c->peers.v[i].min_ttl && m->ttl <= c->peers.v[i].max_ttl;
	return !c->unicast || !c->check_unicast_src;
}

/* A number of AH that is not new, or version 2 of who is known to speak version 3, is passed over. */
static bool is_news(unsigned r, const struct vr *v, unsigned version, const struct meta *m)
{
	const struct memory *y = &memories[r][fake_number(v->c->name)];

	if ((m->ah != NULL) != (v->c->auth_type == AUTH_AH))
		return false;
	if (m->ah && (ah_seq(m->ah) <= y->heard || msg.from == r))
		return false;
	return version == 3 || !v->c->mixed || y->both[msg.from] < v->e->now;
}

static void learnt(unsigned r, const struct vr *v, const uint8_t *p, const struct meta *m)
{
	struct memory *y = &memories[r][fake_number(v->c->name)];

	if (m->ah)
		y->heard = ah_seq(m->ah);
	if (p[0] >> 4 == 3)
		y->both[msg.from] = v->e->now + 3 * ((p[4] & 15) << 8 | p[5]) * 10 * MS;
}

static void look(unsigned r, struct vr *v, const uint8_t *p, const struct meta *m)
{
	unsigned col = column(v->fsm.state);
	bool good;

	msg.v = v;
	msg.r = r;
	msg.from = fake_sender(p);
	msg.taken = false;
	good = msg.from < world.n && understood(v->c, p) && admitted(v->c, m) && is_news(r, v, p[0] >> 4, m);
	msg.row = good ? row_of(p[2], addr_cmp(&m->src, &v->src), &v->fc) : R_INVALID;
	msg.valid = good && col;
	msg.was = *v;
	reached[msg.row][col]++;
	if (msg.valid)
		learnt(r, v, p, m);
}

enum pkt_err __wrap_pkt_head(struct advert *a, const uint8_t *p, size_t len, const struct meta *m)
{
	struct vr *v;

	table_flush();
	if ((v = named(world.h[fake_current()].e, p[1], &m->dst)))
		look(fake_current(), v, p, m);
	return __real_pkt_head(a, p, len, m);
}

void __wrap_ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
                    const uint8_t *msg, size_t len)
{
	const struct vr *v = named(world.h[fake_current()].e, msg[1], dst);
	struct memory *y = &memories[fake_current()][fake_number(v->c->name)];

	if (seq <= y->heard || seq < y->sent || (seq == y->sent && addr_eq(dst, &y->to)))
		sim_fail("r%u %s: sends number %u after %u, and %u of others", fake_current() + 1, v->c->name, seq, y->sent, y->heard);
	y->sent = seq;
	y->to = *dst;
	__real_ah_seal(ah, seq, key, id, src, dst, msg, len);
}

void __wrap_fsm_step(struct fsm *s, const struct fsm_conf *c, const struct fsm_ev *ev, usec now, struct acts *out)
{
	struct vr *v = container_of(s, struct vr, fsm);
	unsigned r = router_of(v->e);
	struct fsm was = *s;

	if (ev->kind == EV_ADVERT && (msg.v != v || !msg.valid))
		sim_fail("r%u %s: took an advert that does not count, of r%u", r + 1, v->c->name, msg.from + 1);
	if (ev->kind == EV_ADVERT)
		msg.taken = true;
	else
		table_flush();
	__real_fsm_step(s, c, ev, now, out);
	if (r == world.n)
		return;
	judge(r, v, &was, ev, now, out);
	if (ev->kind == EV_DOWN && ev->why == WHY_RELOAD)	/* its successor has to hear anew, but counts on */
		memset(memories[r][fake_number(v->c->name)].both, 0, sizeof memories[r]->both);
	if (s->state != was.state)
		remember(r, v, &was);
	else if (sim_tracing && (out->n ? ev->kind != EV_TIMER : s->ready != was.ready || (ev->kind == EV_ADVERT && !ev->prio)))
		sim_say("r%u %s %s", r + 1, v->c->name, step_text(&was, s, c, ev, now, out));
}

void table_begin(void)
{
	msg.v = NULL;
	world.drained = table_flush;
	memset(shades, 0, sizeof shades);
	memset(memories, 0, sizeof memories);
}

void table_drop(unsigned r)
{
	msg.v = NULL;
	memset(shades[r], 0, sizeof shades[r]);
	memset(memories[r], 0, sizeof memories[r]);
}

void table_gone(unsigned r, unsigned k)
{
	memset(&memories[r][k], 0, sizeof memories[r][k]);
}

void table_kind(unsigned kind)
{
	reached = counts[kind];
}

static uint64_t total(unsigned row, unsigned col)
{
	uint64_t n = 0;

	for (unsigned k = 0; k < KINDS; k++)
		n += counts[k][row][col];
	return n;
}

static const struct { const char *name; unsigned cols; } rows[] = {
#define X(e, name, cols) { name, cols },
	ROWS(X)
#undef X
};

unsigned table_cells(unsigned kind)
{
	unsigned n = 0;

	for (unsigned i = 0; i < ROW_N; i++)
		for (unsigned k = 0; k < 3; k++)
			n += (rows[i].cols >> k & 1) && counts[kind][i][k];
	return n;
}

unsigned table_report(void)
{
	unsigned missing = 0;

	printf("%-40s %12s %12s %12s\n", "cell", "Initialize", "Backup", "Active");
	for (unsigned i = 0; i < ROW_N; i++) {
		printf("%-40s", rows[i].name);
		for (unsigned k = 0; k < 3; k++) {
			missing += (rows[i].cols >> k & 1) && !total(i, k);
			if (rows[i].cols >> k & 1)
				printf(" %12llu", (unsigned long long)total(i, k));
			else
				printf(" %12s", "-");
		}
		putchar('\n');
	}
	return missing;
}
