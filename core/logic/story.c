/* story.c - what a capture tells of each virtual router (pure). RFC 9568 6.1 for the formula. */
#include <string.h>
#include <sys/socket.h>

#include "story.h"

enum { SPEAKS = 1, LEAVES = 2, STEP_PARTS = 8, NOBODY = 0xff };

static const char news_texts[] =
#define X(e, text) text "\0"
	STORY_NEWS(X);
#undef X

const char *story_news_text(enum story_news n)
{
	return text_nth(news_texts, n);
}

/* ---- formulas ---- */

/* RFC 9568 6.1; version 2 counts its skew in fractions of a second. */
static usec skew(const struct story_sender *s, usec adv)
{
	return (256 - s->prio) * (s->version == 2 ? SEC : adv) / 256;
}

/* How long others wait for the one whose interval is adv. */
static usec down(const struct story_sender *s, usec adv)
{
	return 3 * adv + skew(s, adv);
}

/* ---- addresses ---- */

static uint32_t hash(uint32_t h, const uint8_t *p, size_t n)
{
	for (; n--; p++)
		h = (h ^ *p) * 16777619u;
	return h;
}

static unsigned vip_bit(const uint8_t *p, size_t n)
{
	return hash(2166136261u, p, n) % (sizeof ((struct story *)0)->vips * 8);
}

bool story_vip(const struct story *st, const struct addr *a)
{
	unsigned bit = vip_bit(a->b, addr_len(a));

	return st->vips[bit / 8] >> bit % 8 & 1;
}

static void learn_vips(struct story *st, const struct view *v, size_t size)
{
	for (unsigned i = 0; i < v->naddrs; i++) {
		unsigned bit = vip_bit(v->a.addrs + i * size, size);

		st->vips[bit / 8] |= 1 << bit % 8;
	}
}

/* ---- the picture ---- */

static void halve(struct story_sender *s)
{
	for (int i = 0; i < STORY_COLUMNS / 2; i++)
		s->spoke[i] = s->spoke[2 * i] | s->spoke[2 * i + 1];
	memset(s->spoke + STORY_COLUMNS / 2, 0, STORY_COLUMNS / 2);
}

/* Until `when` fits in, a column takes twice the time. */
static void widen(struct story *st, usec when)
{
	if (!st->column) {
		st->column = MS;
		st->begin = st->end = when;
	}
	if (when > st->end)
		st->end = when;
	while ((st->end - st->begin) / st->column >= STORY_COLUMNS) {
		st->column *= 2;
		for (int i = 0; i < 256; i++)
			for (struct story_group *g = st->groups[i]; g; g = g->next)
				for (int k = 0; k < g->nsenders; k++)
					halve(&g->sender[k]);
	}
}

static int column(const struct story *st, usec when)
{
	return when < st->begin ? 0 : (when - st->begin) / st->column;
}

static void draw(const struct story *st, struct story_sender *s, usec from, usec to, uint8_t what)
{
	int last = column(st, to);

	for (int i = column(st, from); i < last; i++)
		s->spoke[i] |= SPEAKS;
	s->spoke[last] |= what;
}

/* ---- jitter: a histogram, eight steps an octave ---- */

static unsigned step_of(usec u)
{
	unsigned octave = 0;

	while (u >= 2 * STEP_PARTS) {
		u >>= 1;
		octave++;
	}
	u += octave * STEP_PARTS;
	return u < STORY_STEPS ? u : STORY_STEPS - 1;
}

/* The middle of a step. */
static usec step_mid(unsigned step)
{
	unsigned octave = step < STEP_PARTS ? 0 : step / STEP_PARTS - 1;
	usec low = (usec)(step - octave * STEP_PARTS) << octave;

	return low + ((1ll << octave) >> 1);
}

static usec median(const struct story_group *g)
{
	unsigned long half = (g->steps + 1) / 2, n = 0;
	unsigned i;

	for (i = 0; i < STORY_STEPS - 1; i++)
		if ((n += g->step[i]) >= half)
			break;
	return step_mid(i);
}

/* The time since the same sender's advert before. */
static void measure(struct story_group *g, struct story_sender *s, usec gap)
{
	usec off = gap > s->adv ? gap - s->adv : s->adv - gap;

	if (!s->adv)
		return;
	if (gap < s->adv / 2) {		/* an answer to a lower one */
		s->early++;
		return;
	}
	if (gap > s->adv + s->adv / 2) {
		s->missed += (gap + s->adv / 2) / s->adv - 1;
		return;
	}
	g->steps++;
	g->step[step_of(off)]++;
	if (off > g->worst)
		g->worst = off;
}

/* ---- who ---- */

static struct story_group *find_group(struct story *st, const struct sight *s, const struct view *v)
{
	struct story_group **at = &st->groups[v->a.vrid], *g;
	uint16_t vlan = s->tags ? s->tag[0] : 0;

	for (; (g = *at); at = &g->next)
		if (g->family == s->meta.dst.family && g->ifindex == s->ifindex && g->vlan == vlan)
			return g;
	if (st->n == STORY_GROUPS || !(g = arena_get(st->arena, sizeof *g)))
		return NULL;
	st->n++;
	*at = g;
	g->family = s->meta.dst.family;
	g->ifindex = s->ifindex;
	g->vlan = vlan;
	g->vrid = v->a.vrid;
	g->master = NOBODY;
	return g;
}

static struct story_sender *find_sender(struct story_group *g, const struct addr *a)
{
	struct story_sender *s = g->sender;

	for (int i = 0; i < g->nsenders; i++, s++)
		if (addr_eq(&s->addr, a))
			return s;
	if (g->nsenders == STORY_SENDERS)
		return NULL;
	g->nsenders++;
	s->addr = *a;
	return s;
}

/* Differences from what the sender said before; of its first advert, from what the master says. */
static unsigned differs(struct story_sender *s, const struct story_sender *before, const struct sight *sight,
                        const struct view *v)
{
	const uint8_t *mac = sight->mac == NO_LAYER ? NULL : sight->p + sight->mac;
	uint32_t addrs = hash(v->a.count, v->a.addrs, v->a.count * addr_len(&sight->meta.dst));
	unsigned news = 0;

	if (before) {
		news |= (before->version != v->a.version) << NEWS_VERSION;
		news |= (before->csum != v->a.csum) << NEWS_CSUM;
		news |= (before->addrs != addrs) << NEWS_ADDRS;
		news |= (before->adv != v->a.adv) << NEWS_INTERVAL;
	}
	if (before == s) {
		news |= (v->a.prio && s->prio && s->prio != v->a.prio) << NEWS_PRIO;
		news |= (mac && memcmp(s->mac, mac, 6) != 0) << NEWS_MAC;
	}
	s->both |= before == s && s->version == 2 && v->a.version == 3;
	s->version = v->a.version;
	s->csum = v->a.csum;
	s->addrs = addrs;
	s->adv = v->a.adv;
	if (v->a.prio || !s->prio)
		s->prio = v->a.prio;
	if (mac)
		memcpy(s->mac, mac, 6);
	return news;
}

/* Is s the better one? RFC 9568 6.4.3. */
static bool beats(const struct story_sender *s, const struct story_sender *m)
{
	return s->prio > m->prio || (s->prio == m->prio && addr_cmp(&s->addr, &m->addr) > 0);
}

/* An advert of s, who is not the master so far. */
static void other(struct story_group *g, struct story_sender *s, usec when, struct story_event *e)
{
	struct story_sender *m = &g->sender[g->master];
	bool there = !m->left && when - m->last < 2 * m->adv + m->adv / 2;

	if (there && !beats(s, m)) {
		/* one may cross with the better one's first; a second one has not heard it */
		if (++s->behind == 2)
			e->news |= 1 << NEWS_TWO;
		if (s->behind == 255)
			s->behind--;
		return;
	}
	e->news |= 1 << NEWS_MASTER;
	e->from = g->master;
	e->gap = when - m->last;
	e->preempted = there;
	e->after_leave = m->left;
	if (!there)
		e->formula = m->left ? skew(s, m->adv) : down(s, m->adv);
	g->master = s - g->sender;
}

static void keep(struct story_group *g, const struct story_event *e)
{
	if (e->news)
		g->event[g->events++ % STORY_EVENTS] = *e;
}

static unsigned refused(struct story_group *g, const struct view *v)
{
	bool news = g->why != v->err;

	g->refused++;
	g->why = v->err;
	return news << NEWS_REFUSED;
}

unsigned story_step(struct story *st, const struct sight *sight, const struct view *v, usec when)
{
	struct story_event e = { .when = when, .prio = v->a.prio };
	struct story_sender *s, *before;
	struct story_group *g;
	usec last;

	if ((v->a.version != 2 && v->a.version != 3) || sight->cut)
		return 0;
	if (!(g = find_group(st, sight, v))) {
		st->untold++;
		return 0;
	}
	if (v->err || sight->liar)
		return refused(g, v);
	g->adverts++;
	if (!(s = find_sender(g, &sight->meta.src))) {
		g->strangers++;
		return 0;
	}
	if (v->a.version == 2 && s->version == 3 && s->both && when - s->last < 3 * s->adv)
		return 0;					/* it speaks both (RFC 9568 8.4): the other is the one that counts */
	widen(st, when);
	learn_vips(st, v, addr_len(&sight->meta.dst));
	if (!s->adverts)
		s->first = s->last = when;
	last = s->last < when ? s->last : when;	/* a clock that was set back */
	e.who = s - g->sender;
	before = s->adverts ? s : g->master != NOBODY ? &g->sender[g->master] : NULL;
	if (v->a.prio && s->adverts && !s->left && !s->behind && g->master == e.who && when - last < 10 * s->adv)
		measure(g, s, when - last);
	e.news = differs(s, before, sight, v);
	if (g->master == NOBODY) {
		e.news |= 1 << NEWS_FIRST;
		g->master = e.who;
	} else if (!v->a.prio) {
		e.news |= !s->left << NEWS_LEAVE;
	} else if (g->master != e.who) {
		other(g, s, when, &e);
	} else if (s->left || when - last > down(s, s->adv)) {
		e.news |= 1 << NEWS_BACK;
		e.gap = when - last;
	}
	if (g->master == e.who)
		s->behind = 0;
	draw(st, s, s->adverts && !s->left && when - last <= down(s, s->adv) ? last : when, when, v->a.prio ? SPEAKS : LEAVES);
	s->adverts++;
	s->left = !v->a.prio;
	s->last = when;
	keep(g, &e);
	return e.news;
}

/* ---- telling ---- */

struct pen {
	struct text t;
	const struct story *st;
	const struct story_teller *to;
	char buf[256];
};

static void flush(struct pen *w)
{
	w->to->put(w->t.p, w->t.n);
	w->t.n = 0;
}

static void tell_sender(struct pen *w, const struct story_sender *s, char letter)
{
	char buf[ADDR_STR];

	text_put(&w->t, "  %c %s version %u priority %u interval ", letter, addr_text(&s->addr, buf), s->version, s->prio);
	view_time(&w->t, s->adv);
	text_put(&w->t, " mac ");
	for (int i = 0; i < 6; i++)
		text_put(&w->t, i ? ":%02x" : "%02x", s->mac[i]);
	text_put(&w->t, ": %lu adverts, %lu missed, %lu early%s\n", s->adverts, s->missed, s->early,
	         s->left ? ", left" : w->st->end - s->last > down(s, s->adv) ? ", silent at the end" : "");
	flush(w);
}

static void tell_event(struct pen *w, const struct story_event *e)
{
	text_put(&w->t, "  ");
	w->to->stamp(&w->t, e->when);
	text_put(&w->t, " %c", 'A' + e->who);
	for (int i = 0; i < NEWS_N; i++)
		if (e->news >> i & 1)
			text_put(&w->t, " %s%s", story_news_text(i), e->news >> (i + 1) ? "," : "");
	if (e->news & 1 << NEWS_MASTER)
		text_put(&w->t, " %s %c", e->preempted ? "preempts" : "instead of", 'A' + e->from);
	if (e->news & (1 << NEWS_MASTER | 1 << NEWS_BACK) && !e->preempted) {
		text_put(&w->t, e->after_leave ? ", which left " : ", silent for ");
		view_time(&w->t, e->gap);
		text_put(&w->t, e->after_leave ? " before" : "");
	}
	if (e->formula) {
		text_put(&w->t, " (formula ");
		view_time(&w->t, e->formula);
		text_put(&w->t, e->gap < e->formula ? ", -" : ", +");
		view_time(&w->t, e->gap < e->formula ? e->formula - e->gap : e->gap - e->formula);
		text_put(&w->t, ")");
	}
	text_put(&w->t, ", priority %u\n", e->prio);
	flush(w);
}

static void tell_picture(struct pen *w, const struct story_group *g)
{
	int last = column(w->st, w->st->end);

	for (int i = 0; i < g->nsenders; i++) {
		text_put(&w->t, "  %c ", 'A' + i);
		for (int k = 0; k <= last; k++)
			text_put(&w->t, "%c", ".#0#"[g->sender[i].spoke[k]]);
		text_put(&w->t, "\n");
		flush(w);
	}
}

static void tell_group(struct pen *w, const struct story_group *g)
{
	text_put(&w->t, "vrid %u IPv%c", g->vrid, g->family == AF_INET6 ? '6' : '4');
	w->to->interface(&w->t, g->ifindex);
	if (g->vlan)
		text_put(&w->t, " vlan %u", g->vlan);
	text_put(&w->t, ": %lu adverts of %u sender%s", g->adverts, g->nsenders, g->nsenders == 1 ? "" : "s");
	if (g->steps) {
		text_put(&w->t, ", jitter median ");
		view_time(&w->t, median(g));
		text_put(&w->t, " worst ");
		view_time(&w->t, g->worst);
	}
	text_put(&w->t, "\n");
	flush(w);
	for (int i = 0; i < g->nsenders; i++)
		tell_sender(w, &g->sender[i], 'A' + i);
	if (g->refused)
		text_put(&w->t, "  %lu more refused, the last one: %s\n", g->refused, pkt_err_text(g->why));
	if (g->strangers)
		text_put(&w->t, "  %lu of further senders, which are not followed\n", g->strangers);
	if (g->events > STORY_EVENTS)
		text_put(&w->t, "  %lu earlier events left out\n", g->events - STORY_EVENTS);
	flush(w);
	for (unsigned long i = g->events > STORY_EVENTS ? g->events - STORY_EVENTS : 0; i < g->events; i++)
		tell_event(w, &g->event[i % STORY_EVENTS]);
	tell_picture(w, g);
}

void story_tell(const struct story *st, const struct story_teller *to)
{
	struct pen w = { .st = st, .to = to };

	w.t = (struct text){ w.buf, sizeof w.buf, 0 };
	if (!st->n) {
		text_put(&w.t, "no adverts\n");
		flush(&w);
		return;
	}
	for (int i = 0; i < 256; i++)
		for (const struct story_group *g = st->groups[i]; g; g = g->next)
			tell_group(&w, g);
	if (st->column) {
		text_put(&w.t, "picture: # speaks, 0 leaves, . silent; a column is ");
		view_time(&w.t, st->column);
		text_put(&w.t, ", from ");
		to->stamp(&w.t, st->begin);
		text_put(&w.t, " to ");
		to->stamp(&w.t, st->end);
		text_put(&w.t, "\n");
	}
	if (st->untold)
		text_put(&w.t, "%lu adverts of further virtual routers are not told\n", st->untold);
	flush(&w);
}
