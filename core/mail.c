/* mail.c - mail of changes of state. keepalived c.17; the words that go over the wire are core/logic/smtp.c's. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "engine.h"
#include "hosts.h"
#include "log.h"
#include "tcp.h"
#include "text.h"

enum { READ_TURN = 512 };		/* bytes of an answer looked at in one turn of the loop */

static struct engine *engine_of(const struct mail *m)
{
	return m->v ? m->v->e : m->g->e;
}

static const char *name_of(const struct mail *m)
{
	return m->v ? m->v->c->name : m->g->c->name;
}

static enum fsm_state state_of(const struct mail *m)
{
	return m->v ? m->v->fsm.state : m->g->state;
}

static void shut(struct engine *e)
{
	struct mailer *m = &e->mailer;

	heap_del(&e->heap, &m->timer);
	if (!m->busy)
		return;
	loop_del(&e->slow, &m->src);
	close(m->src.fd);
	m->busy = false;
}

static void later(struct engine *e, usec at)
{
	if (e->mailer.head)
		heap_set(&e->heap, &e->mailer.timer, at);
}

static void dequeue(struct engine *e)
{
	struct mailer *m = &e->mailer;
	struct mail *first = m->head;

	first->queued = false;
	m->head = first->next;
	if (!m->head)
		m->tail = &m->head;
}

static void begin(struct engine *e);

/* At the end no timer is looked at any more. */
static void next(struct engine *e)
{
	if (e->stopping)
		begin(e);
	else
		later(e, e->now);
}

/* The server has it, or will never: the next one. */
static void told(struct engine *e)
{
	struct mail *first = e->mailer.head;

	shut(e);
	first->told = e->mailer.state;
	if (first->state == first->told)
		dequeue(e);
	next(e);
}

static void failed(struct engine *e, const char *why)
{
	const struct server *s = &e->conf->global.smtp;

	shut(e);
	if (!e->mailer.dead)
		log_err("no mail by %s port %u: %s; tried again each minute", s->host, s->port, why);
	e->mailer.dead = true;
	later(e, e->now + MAIL_AGAIN);
}

static struct smtp_mail mail_now(const struct engine *e)
{
	const struct global_conf *g = &e->conf->global;

	return (struct smtp_mail){ e->mailer.helo, e->mailer.from, (const char *const *)g->mails, g->nmails, e->mailer.data };
}

static void post(struct engine *e)
{
	struct mailer *m = &e->mailer;
	ssize_t n = tcp_send(m->src.fd, m->out + m->sent, m->n - m->sent);

	if (n < 0) {
		failed(e, strerror(-n));
		return;
	}
	m->sent += n;
	loop_want(&e->slow, &m->src, m->sent == m->n, m->sent < m->n);
}

static void say(struct engine *e)
{
	const struct smtp_mail mail = mail_now(e);
	struct mailer *m = &e->mailer;

	m->n = smtp_say(&m->smtp, &mail, m->out, sizeof m->out);
	m->sent = 0;
	heap_set(&e->heap, &m->timer, e->now + e->conf->global.smtp_timeout);
	post(e);
}

static void hear(struct engine *e)
{
	const struct smtp_mail mail = mail_now(e);
	struct mailer *m = &e->mailer;
	char buf[READ_TURN];
	ssize_t n = tcp_hear(m->src.fd, buf, sizeof buf);

	if (n <= 0) {
		if (n != -EAGAIN)
			failed(e, n ? strerror(-n) : "it hung up");
		return;
	}
	switch (smtp_feed(&m->smtp, &mail, buf, n)) {
	case SMTP_WAIT:
		break;
	case SMTP_SEND:
		say(e);
		break;
	case SMTP_DONE:
		say(e);
		if (!m->busy)
			break;
		if (m->dead)
			log_notice("mail goes again");
		m->dead = false;
		told(e);
		break;
	case SMTP_LATER:
		failed(e, smtp_text(&m->smtp, buf, sizeof buf));
		break;
	case SMTP_REFUSED:
		log_err("(%s) no mail: %s", name_of(m->head), smtp_text(&m->smtp, buf, sizeof buf));
		told(e);
		break;
	}
}

static void ready(struct source *s, usec now)
{
	struct mailer *m = container_of(s, struct mailer, src);
	struct engine *e = container_of(m, struct engine, mailer);
	int err;

	e->now = now;
	if (m->connected && m->sent < m->n) {
		post(e);
	} else if (m->connected) {
		hear(e);
	} else if ((err = tcp_error(s->fd))) {
		failed(e, strerror(-err));
	} else {
		m->connected = true;
		loop_want(&e->slow, s, true, false);
	}
}

static void put_date(struct text *t, int64_t epoch)
{
	static const char days[] = "ThuFriSatSunMonTueWed", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char buf[32];
	struct text d = { buf, sizeof buf, 0 };

	text_date(&d, epoch);			/* 2026-11-21 12:34:47Z */
	text_put(t, "Date: %.3s, %.2s %.3s %.4s %.8s +0000\n", days + 3 * (epoch / 86400 % 7), buf + 8,
	         months + 3 * ((10 * (buf[5] - '0') + buf[6] - '1') % 12), buf, buf + 11);
}

static void compose(const struct mail *what)
{
	struct engine *e = engine_of(what);
	const struct vr *v = what->v;
	struct mailer *m = &e->mailer;
	const struct global_conf *g = &e->conf->global;
	struct text t = { m->data, sizeof m->data - 512, 0 };
	const char *from = g->mail_from, *box = from;
	bool stops = m->state == FSM_STOPPED;	/* and no state is entered */
	static struct utsname u;
	char why[128];
	size_t n = from ? kw_mailbox(&box) : 0;

	uname(&u);
	snprintf(m->helo, sizeof m->helo, "%s", g->helo ? g->helo : u.nodename);
	if (n)
		snprintf(m->from, sizeof m->from, "%.*s", (int)n, box);
	else
		snprintf(m->from, sizeof m->from, "root@%s", u.nodename);
	put_date(&t, v ? v->since_wall : time(NULL));
	text_put(&t, "From: %s\nSubject: [%.200s] VRRP %s %.200s - %s%s%s\nX-Mailer: Keepalived\nTo: ", from ? from : m->from,
	         g->router_id ? g->router_id : u.nodename, v ? "Instance" : "Group", name_of(what),
	         !stops ? "Entering " : v && v->leaving ? "Deleted" : "Stopping",
	         stops ? "" : fsm_state_text(m->state), stops ? "" : " state");
	for (unsigned i = 0; i < g->nmails; i++)
		text_put(&t, "%s%s", i ? ",\n " : "", g->mails[i]);
	t.size = sizeof m->data;
	text_put(&t, "\n\n(%s) is %s", name_of(what), fsm_state_text(m->state));
	if (v && v->fsm.state == m->state)
		text_put(&t, ": %s", vr_reason(v, why, sizeof why));
	text_put(&t, "\n");
}

/* The timer, when nothing is under way. */
static void begin(struct engine *e)
{
	struct mailer *m = &e->mailer;
	const struct global_conf *g = &e->conf->global;
	struct addr a;
	int err;

	while (m->head && (m->head->state == m->head->told || !g->smtp.host || !g->nmails))
		dequeue(e);
	if (!m->head)
		return;
	if (!hosts_find(g->smtp.host, &a)) {
		failed(e, "neither an address nor in /etc/hosts");
		return;
	}
	m->src.fd = tcp_open(a.family, 0);
	if (m->src.fd < 0) {
		failed(e, strerror(-m->src.fd));
		return;
	}
	err = tcp_connect(m->src.fd, &a, g->smtp.port, 0);
	if (err || (err = loop_add(&e->slow, &m->src))) {
		close(m->src.fd);
		failed(e, strerror(-err));
		return;
	}
	m->busy = true;
	m->connected = false;
	m->smtp = (struct smtp){ .stage = SMTP_GREETING };
	m->n = m->sent = 0;
	m->state = m->head->state;
	compose(m->head);
	loop_want(&e->slow, &m->src, false, true);
	heap_set(&e->heap, &m->timer, e->now + g->smtp_timeout);
}

static void fire(struct timer *t, usec now)
{
	struct mailer *m = container_of(t, struct mailer, timer);
	struct engine *e = container_of(m, struct engine, mailer);

	e->now = now;
	if (m->busy)
		failed(e, m->connected ? "no answer in time" : "no connection in time");
	else
		begin(e);
}

void mail_init(struct engine *e)
{
	e->mailer.tail = &e->mailer.head;
	e->mailer.timer.fire = fire;
	e->mailer.src = (struct source){ -1, ready };
}

void mail_state(struct mail *what)
{
	struct engine *e = engine_of(what);
	const struct global_conf *g = &e->conf->global;
	struct mailer *m = &e->mailer;
	bool idle = !m->head, wanted = what->v ? what->v->c->smtp_alert : what->g->c->smtp_alert;

	if (!wanted || !g->smtp.host || !g->nmails || (state_of(what) == FSM_FAULT && g->no_fault_mail))
		return;
	what->state = state_of(what);
	if (what->queued || what->state == what->told)
		return;
	what->queued = true;
	what->next = NULL;
	*m->tail = what;
	m->tail = &what->next;
	if (idle)
		next(e);
}

bool mail_waits(const struct engine *e)
{
	return e->mailer.head && !e->mailer.dead;
}

bool mail_of(const struct mail *m)
{
	return m->queued && !engine_of(m)->mailer.dead;
}

void mail_again(struct engine *e)
{
	shut(e);
	e->mailer.dead = false;
	later(e, e->now);
}

void mail_drop(struct mail *what)
{
	struct mail **p;
	struct mailer *m;

	if (!what->queued)
		return;
	m = &engine_of(what)->mailer;
	if (m->head == what)
		shut(engine_of(what));
	for (p = &m->head; *p != what; )
		p = &(*p)->next;
	*p = what->next;
	if (!*p)
		m->tail = p;
	what->queued = false;
	if (!m->busy)
		later(engine_of(what), engine_of(what)->now);
}

void mail_look(const struct conf *c, struct report *r)
{
	const struct server *s = &c->global.smtp;
	struct addr a;

	if (s->host && !hosts_find(s->host, &a))
		report_say(r, SEV_WARNING, &s->at, "smtp_server", "%s is neither an address nor in /etc/hosts: no mail until it is", s->host);
}
