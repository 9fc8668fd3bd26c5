/* control.c - what the daemon is asked through its control socket: command rows, and answers made piece by piece. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "child.h"
#include "engine.h"
#include "file.h"
#include "lex.h"
#include "log.h"
#include "show.h"

enum { WORDS = 8 };		/* of one request */

/* What one client waits for. */
struct job {
	struct show show;
	const char *name;	/* watch: this instance only, or NULL; check: the script */
	uint32_t seen;		/* watch: lines of the news */
	const char *rest;	/* text that is still to be said */
};

struct command {
	const char *word;	/* "word\0syntax" */
	uint8_t min, max;	/* words behind it */
	bool change;		/* not for those who may only read */
	show_step *step;	/* a piece of text after the other; or */
	bool (*run)(struct ctl_client *c, char **w);	/* false: what it wants is not there, *w names it */
};

static struct engine *engine_of(const struct ctl_client *c)
{
	return container_of(c->ctl, struct engine, control.ctl);
}

static void say_ok(struct ctl_client *c)
{
	text_put(&c->text, "OK\n");
}

static struct vr *find(const struct engine *e, const char *name)
{
	for (unsigned i = 0; i < e->nvr; i++)
		if (!strcmp(e->vr[i]->c->name, name))
			return e->vr[i];
	return NULL;
}

static struct tracker *find_tracker(const struct engine *e, const char *name)
{
	for (unsigned i = 0; i < e->ntrackers; i++)
		if (e->trackers[i] && !strcmp(e->trackers[i]->c->name, name))
			return e->trackers[i];
	return NULL;
}

static bool wrong(struct ctl_client *c, const char *text, const char *word)
{
	text_put(&c->text, "ERR %s: ", text);
	text_plain(&c->text, word);
	text_put(&c->text, "\n");
	return true;
}

/* ---- text of show.c ---- */

static enum ctl_next show_more(struct ctl_client *c)
{
	struct job *j = c->job;
	bool stale;

	if (show_next(&j->show, &c->text, &stale))
		return CTL_MORE;
	return stale ? CTL_CUT : CTL_DONE;
}

static bool show(struct ctl_client *c, show_step *step, const char *name)
{
	const struct engine *e = engine_of(c);
	struct vr *v = name ? find(e, name) : NULL;
	const struct group *g = name && !v ? group_find(e, name) : NULL;
	struct job *j = c->job;

	if (name && !v && !g)
		return false;
	say_ok(c);
	show_begin(&j->show, e, step, v);
	j->show.group = g;
	c->more = show_more;
	return true;
}

/* keepalived's, of the version that the configuration names. */
static bool run_dump(struct ctl_client *c, char **w)
{
	bool json = !strcmp(*w, "json");

	if (!json && strcmp(*w, "data") && strcmp(*w, "stats"))
		return wrong(c, "expected data, stats or json, not", *w);
	return show(c, !json ? **w == 'd' ? show_ka_data : show_ka_stats :
	            engine_of(c)->conf->global.json_version == 2 ? show_ka_json2 : show_ka_json1, NULL);
}

/* ---- one word ---- */

/* Of an instance or else a sync group; NULL: there is neither. */
static const char *state_of(const struct ctl_client *c, const char *name)
{
	const struct vr *v = find(engine_of(c), name);
	const struct group *g;

	if (v)
		return fsm_state_text(v->fsm.state);
	g = group_find(engine_of(c), name);
	return g ? fsm_state_text(g->state) : NULL;
}

static bool run_state(struct ctl_client *c, char **w)
{
	const char *state = state_of(c, *w);

	if (!state)
		return false;
	say_ok(c);
	text_put(&c->text, "%s\n", state);
	return true;
}

static bool run_version(struct ctl_client *c, char **w)
{
	(void)w;
	say_ok(c);
	text_put(&c->text, "vrrpd " VRRPBOX_VERSION " pid %ld\n", (long)getpid());
	return true;
}

/* ---- following ---- */

static enum ctl_next watch_more(struct ctl_client *c)
{
	const struct news *news = &engine_of(c)->control.news;
	struct job *j = c->job;
	const struct vr *v;
	const char *line;

	if (news->head - j->seen > NEWS_LINES)
		return CTL_CUT;			/* it did not read, and what it has missed is gone */
	if (news->head == j->seen)
		return CTL_WAIT;
	line = news->line[j->seen++ % NEWS_LINES].text;
	v = find(engine_of(c), line);
	if (!j->name || !strncmp(line, j->name, NAME_LEN - 1) || (v && v->group && !strcmp(v->group->c->name, j->name)))
		text_put(&c->text, "%s\n", line + strlen(line) + 1);
	return CTL_MORE;
}

static bool run_watch(struct ctl_client *c, char **w)
{
	struct engine *e = engine_of(c);
	struct news *n = &e->control.news;
	struct job *j = c->job;

	if (*w && !state_of(c, *w))
		return false;
	if (!n->line) {
		n->line = arena_get(&n->arena, NEWS_LINES * sizeof *n->line);
	}
	if (!n->line)
		return wrong(c, "out of memory for", "watch");
	j->name = *w;
	j->seen = n->head;
	c->more = watch_more;
	say_ok(c);
	return true;
}

/* Somebody of those who wait for more in this way, after c; NULL: the first. */
static struct ctl_client *next_of(const struct engine *e, struct ctl_client *c, enum ctl_next (*more)(struct ctl_client *))
{
	for (c = c ? c->next : e->control.ctl.clients; c && c->more != more; c = c->next)
		;
	return c;
}

/* ---- waiting for a state ---- */

/* A reload may have given its name to another router, or to none. */
static enum ctl_next wait_more(struct ctl_client *c)
{
	const struct job *j = c->job;
	const char *state = state_of(c, j->name);

	return !state ? CTL_CUT : strcmp(state, j->rest) ? CTL_WAIT : CTL_DONE;
}

static bool run_wait(struct ctl_client *c, char **w)
{
	struct job *j = c->job;

	if (!state_of(c, *w))
		return false;
	j->name = w[0];
	j->rest = w[1];
	if (wait_more(c) == CTL_WAIT)
		c->more = wait_more;
	say_ok(c);
	return true;
}

void control_waiting(const struct engine *e)
{
	struct ctl_client *c, *next;

	for (c = next_of(e, NULL, wait_more); c; c = next) {
		next = next_of(e, c, wait_more);
		if (wait_more(c) != CTL_DONE)
			continue;
		c->more = NULL;
		ctl_wake(c);
	}
}

void control_state(struct vr *v, uint8_t from, const char *why)
{
	struct news *n = &v->e->control.news;
	struct ctl_client *c;
	struct text t = { .size = NEWS_LINE };

	control_waiting(v->e);
	if (!n->line)
		return;
	if (!next_of(v->e, NULL, watch_more)) {
		arena_close(&n->arena);
		n->line = NULL;
		return;
	}
	t.p = n->line[n->head++ % NEWS_LINES].text;
	t.n = snprintf(t.p, NAME_LEN, "%s", v->c->name) + 1;
	if (t.n > NAME_LEN)
		t.n = NAME_LEN;
	text_date(&t, v->since_wall);
	text_put(&t, " ");
	text_plain(&t, t.p);
	text_put(&t, " %s -> %s: %s", fsm_state_text(from), fsm_state_text(v->fsm.state), why);
	for (c = NULL; (c = next_of(v->e, c, watch_more)); )
		ctl_wake(c);
}

/* ---- a script, now ---- */

static enum ctl_next result_more(struct ctl_client *c)
{
	(void)c;
	return CTL_WAIT;
}

static void say_result(struct ctl_client *c, const struct tracker *t)
{
	static const char verdict[][8] = { [VERDICT_NONE] = "nothing", [VERDICT_GOOD] = "good", [VERDICT_BAD] = "bad" };

	if (t->c->kind == TRACKER_FILE)
		text_put(&c->text, "%s: %d%s%s", verdict[VERDICT_GOOD], t->value, *t->why ? ", " : "", t->why);
	else
		text_put(&c->text, "%s: %s", verdict[t->last], t->why);
	if (t->c->kind == TRACKER_SCRIPT)
		text_put(&c->text, " (%lld ms)", (long long)(t->took / MS));
	if (t->c->kind != TRACKER_FILE && t->verdict != t->last)
		text_put(&c->text, "; counts as %s still", verdict[t->verdict]);
	text_put(&c->text, "\n");
	c->more = NULL;
}

static bool run_check(struct ctl_client *c, char **w)
{
	struct engine *e = engine_of(c);
	struct tracker *t = find_tracker(e, *w);
	struct job *j = c->job;

	if (!t)
		return false;
	say_ok(c);
	if (t->c->kind != TRACKER_SCRIPT) {
		say_result(c, t);
		return true;
	}
	script_now(t);
	j->name = *w;
	c->more = result_more;
	return true;
}

void control_result(struct tracker *t)
{
	struct ctl_client *c = NULL, *next = next_of(t->e, NULL, result_more);

	while ((c = next)) {
		const struct job *j = c->job;

		next = next_of(t->e, c, result_more);
		if (strcmp(j->name, t->c->name))
			continue;
		say_result(c, t);
		ctl_wake(c);
	}
}

/* ---- steering ---- */

/* The instance of that name with its group, a group's members, or `all`. Returns how many there are. */
static unsigned each(struct ctl_client *c, const char *name, enum demotion how, usec until)
{
	const struct engine *e = engine_of(c);
	const struct vr *one = find(e, name);
	const struct group *g = one ? one->group : group_find(e, name);
	bool all = !strcmp(name, "all");
	unsigned n = 0;

	for (unsigned i = 0; i < e->nvr; i++) {
		struct vr *v = e->vr[i];

		if (!all && v != one && (!g || v->group != g))
			continue;
		vr_demote(v, how, until);
		n++;
	}
	return n;
}

static bool run_demote(struct ctl_client *c, char **w)
{
	enum demotion how = DEMOTE_PRIORITY;
	const char *name = *w;
	const char *sec;
	char *end;
	usec until = USEC_NEVER;
	unsigned long n;

	w++;
	if (*w && !strcmp(*w, "fault")) {
		how = DEMOTE_FAULT;
		w++;
	}
	if (*w && !strcmp(*w, "for")) {
		sec = *++w ? *w++ : "";
		n = strtoul(sec, &end, 10);
		if (*end || *sec < '0' || *sec > '9' || !n || n > DEMOTE_MAX)
			return wrong(c, "not a number of seconds", sec);
		until = engine_of(c)->now + n * SEC;
	}
	if (*w)
		return wrong(c, "expected [fault] [for SEC], not", *w);
	if (!each(c, name, how, until))
		return false;
	say_ok(c);
	return true;
}

static bool run_restore(struct ctl_client *c, char **w)
{
	if (!each(c, *w, DEMOTE_NOT, USEC_NEVER))
		return false;
	say_ok(c);
	return true;
}

/* What it waited for is gone. */
static enum ctl_next cut_more(struct ctl_client *c)
{
	(void)c;
	return CTL_CUT;
}

static enum ctl_next reload_more(struct ctl_client *c)
{
	struct job *j = c->job;
	size_t n;

	if (!j->rest)
		return CTL_WAIT;
	n = strnlen(j->rest, CTL_PIECE);
	text_put(&c->text, "%.*s", (int)n, j->rest);
	j->rest += n;
	return n ? CTL_MORE : CTL_DONE;
}

/* What a reload would do: the door reads the file, since it knows which one. */
static bool run_diff(struct ctl_client *c, char **w)
{
	struct engine *e = engine_of(c);
	struct text t = { .p = arena_raw(&c->arena, CTL_DIFF), .size = CTL_DIFF };
	struct job *j = c->job;
	char buf[256];
	const char *refused;

	if (t.p)
		*t.p = 0;
	refused = !t.p ? "out of memory" : !e->control.plan ? "nobody here can read it" :
	          e->control.plan(e, *w, &t, buf, sizeof buf);

	if (refused)
		text_put(&c->text, "ERR " CONTROL_REFUSED "%s\n", refused);
	else
		say_ok(c);
	j->rest = t.p ? t.p : "";
	c->more = reload_more;
	return true;
}

static bool run_reload(struct ctl_client *c, char **w)
{
	(void)w;
	engine_of(c)->control.reload = true;
	c->more = reload_more;
	return true;
}

/* -1: nobody besides us. */
static gid_t group_of(const struct engine *e)
{
	const char *name = e->conf->global.control_group;
	struct cred cred;

	if (!name)
		return -1;
	if (!child_cred(&cred, "0", name))
		return cred.gid;
	log_err("control_group: there is no group %s; only root may ask", name);
	return -1;
}

void control_reloaded(struct engine *e, const char *reason, const struct text *findings)
{
	struct ctl_client *c = NULL;
	struct job *j;
	int err;

	while ((c = next_of(e, c, reload_more))) {
		j = c->job;
		if (j->rest)
			continue;
		if (reason)
			text_put(&c->text, "ERR " CONTROL_REFUSED "%s\n", reason);
		else
			say_ok(c);
		j->rest = findings ? arena_strn(&c->arena, findings->p, findings->n) : "";
		if (!j->rest)
			j->rest = "(no memory for the findings: see the log)\n";
		ctl_wake(c);
	}
	e->control.reload = false;
	for (c = e->control.ctl.clients; c; c = c->next) {
		j = c->job;
		if (c->more == result_more && !find_tracker(e, j->name))
			c->more = cut_more;
		if (c->more == cut_more || c->more == wait_more)
			ctl_wake(c);
	}
	if (e->control.ctl.dir && (err = ctl_group(&e->control.ctl, group_of(e))) < 0)
		log_err("%s/" CTL_SOCKET ": %s", e->run_dir, strerror(-err));
	if (e->control.ctl.closed_to)
		log_err("control_group: the group cannot be let in: %s", strerror(e->control.ctl.closed_to));
}

/* ---- the rows ---- */

static const struct command commands[] = {
	{ "state\0" "NAME",       1, 1, false, NULL,         run_state },
	{ "show\0",               0, 0, false, show_table,   NULL },
	{ "why\0" "NAME",         1, 1, false, show_why,     NULL },
	{ "json\0" "[NAME]",      0, 1, false, show_json,    NULL },
	{ "sandbox\0",            0, 0, false, show_sandbox, NULL },
	{ "metrics\0",            0, 0, false, show_metrics, NULL },
	{ "dump\0" "data|stats|json", 1, 1, false, NULL, run_dump },
	{ "watch\0" "[NAME]",     0, 1, false, NULL,         run_watch },
	{ "wait\0" "NAME STATE",  2, 2, false, NULL,         run_wait },
	{ "check\0" "NAME",       1, 1, true,  NULL,         run_check },
	{ "demote\0" "NAME|all [fault] [for SEC]", 1, 4, true, NULL, run_demote },
	{ "restore\0" "NAME|all", 1, 1, true,  NULL,         run_restore },
	{ "reload\0",             0, 0, true,  NULL,         run_reload },
	{ "diff\0" "[FILE]",      0, 1, true,  NULL,         run_diff },
	{ "version\0",            0, 0, false, NULL,         run_version },
};

enum { COMMANDS = sizeof commands / sizeof *commands };

static const struct command *command(const char *word)
{
	for (unsigned i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].word, word))
			return &commands[i];
	return NULL;
}

static void obey(struct ctl_client *c, const struct command *cmd, char **w, unsigned n)
{
	if (n < cmd->min || n > cmd->max) {
		text_put(&c->text, "ERR usage: %s %s\n", cmd->word, text_nth(cmd->word, 1));
		return;
	}
	if (cmd->change && !c->may_change) {
		text_put(&c->text, "ERR not permitted: you may only read\n");
		c->ctl->refused++;
		return;
	}
	if (cmd->change)
		log_info("control: %s%s%s by uid %u", cmd->word, *w ? " " : "", *w ? *w : "", (unsigned)c->uid);
	if (!(cmd->step ? show(c, cmd->step, *w) : cmd->run(c, w)))
		wrong(c, cmd->run == run_check ? CONTROL_UNKNOWN "script" : CONTROL_UNKNOWN "instance", *w);
}

static void ask(struct ctl_client *c, char *line)
{
	const struct command *cmd;
	char **w;
	int n;

	engine_of(c)->now = clock_now();
	c->job = arena_get(&c->arena, sizeof(struct job));
	n = c->job ? lex_split_command(&c->arena, line, &w) : -1;
	cmd = n > 0 ? command(w[0]) : NULL;
	if (cmd)
		obey(c, cmd, w + 1, n - 1);
	else
		wrong(c, "unknown request", n > 0 ? w[0] : line);
}

void control_init(struct engine *e)
{
	e->control.ctl.src.fd = -1;
	arena_open(&e->control.news.arena);
}

int control_open(struct engine *e)
{
	struct ctl *c = &e->control.ctl;

	c->loop = &e->slow;
	c->heap = &e->heap;
	c->ask = ask;
	c->group = group_of(e);
	return ctl_open(c, e->run_dir);
}

void control_close(struct engine *e)
{
	ctl_close(&e->control.ctl);
	arena_close(&e->control.news.arena);
}
