/*
 * conf_track.c - trackers of the configuration: what defines them, what refers to them, and the check in an instance's
 * own line (pure). Reference a.9, b.5 - b.7, c.1 - c.3.
 */
#include <string.h>

#include "check.h"
#include "conf_in.h"

/* What each kind cannot do without. */
static bool whole(const struct tracker_conf *t)
{
	return t->kind == TRACKER_FILE ? t->path != NULL : t->cmd.argv != NULL;
}

static const char *main_word(unsigned kind)
{
	return conf_tracker_block(kind)->kws.rows->word;
}

const struct block *conf_tracker_block(unsigned kind)
{
	return &conf_blocks[BLK_SCRIPT + kind];
}

unsigned conf_find_tracker(struct load *l, const char *name, unsigned kind)
{
	const struct tracker_conf *v = l->trackers.v;
	uint32_t hash = set_hash(kind, name, strlen(name));
	unsigned i, pos = 0;

	while ((i = set_next(&l->trackerset, hash, &pos)))
		if (v[i - 1].kind == kind && !strcmp(v[i - 1].name, name))
			break;
	return i;
}

struct tracker_conf *conf_tracker_new(struct load *l, const char *name, unsigned kind)
{
	struct tracker_conf *t = list_add(l, &l->trackers, sizeof *t);

	if (!t)
		return NULL;
	t->name = name;
	t->at = l->c.at;
	t->kind = kind;
	t->rise = t->fall = 1;
	kw_defaults(conf_tracker_block(kind)->kws.rows, t);
	return t;
}

/* Behind the name of our own vrrp-check; NULL: another program. */
static char **own_words(char **argv)
{
	const char *base = strrchr(argv[0], '/');

	base = base ? base + 1 : argv[0];
	if (!strcmp(base, "vrrpbox") && argv[1])
		base = *++argv;
	return strcmp(base, "vrrp-check") ? NULL : argv + 1;
}

static void idle(struct load *l, const struct tracker_conf *t, const char *option, bool given, const char *instead)
{
	if (given)
		report_say(l->c.report, SEV_NOTE, &t->cmd.at, option, "has no effect here%s%s", *instead ? ": say " : "", instead);
}

/* A command that is a check of ours runs inside. */
static void look_inside(struct load *l, struct tracker_conf *t)
{
	char **words = own_words(t->cmd.argv);
	struct check *c = words ? arena_get(l->c.arena, sizeof *c) : NULL;
	struct check_error err;

	if (words && !c)
		l->c.oom = true;
	if (!c)
		return;
	if (!check_parse(c, l->c.arena, words, &err)) {
		report_say(l->c.report, SEV_WARNING, &t->cmd.at, err.word ? err.word : "vrrp-check",
		           "%s; the check counts as failed until that is mended", err.text);
		return;
	}
	t->check = c;
	if (!t->timeout)
		t->timeout = c->timeout;
	if (t->by_instance) {
		t->interval = c->interval ? c->interval : t->interval;
		t->rise = c->rise ? c->rise : t->rise;
		t->fall = c->fall ? c->fall : t->fall;
	}
	idle(l, t, "-i", c->interval && c->interval != t->interval, "interval");
	idle(l, t, "--rise", c->rise && c->rise != t->rise, "rise");
	idle(l, t, "--fall", c->fall && c->fall != t->fall, "fall");
	idle(l, t, "-q", c->quiet, "");
}

void conf_tracker_made(struct load *l, struct tracker_conf *t)
{
	if (t->kind == TRACKER_SCRIPT && t->cmd.argv && !t->by_instance)
		look_inside(l, t);
	if (t->kind == TRACKER_PROCESS && t->cmd.argv && t->cmd.argv[1])
		t->full_command = true;
	set_add(l, &l->trackerset, set_hash(t->kind, t->name, strlen(t->name)), t - (struct tracker_conf *)l->trackers.v);
}

/* ---- references ---- */

/* The index is settled when all are known; until then it tells how many were defined so far. */
static void refer(struct load *l, const struct track *t, bool tracker)
{
	struct list *list = &l->tracks[tracker];
	const struct track *v = list->v;
	struct track *slot;
	unsigned i;

	for (i = 0; i < list->n; i++)
		if (v[i].kind == t->kind && !strcmp(v[i].name, t->name)) {
			kw_say(&l->c, SEV_NOTE, 0, t->name, "tracked twice: the first line counts");
			return;
		}
	if (!(slot = list_add(l, list, sizeof *slot)))
		return;
	*slot = *t;
	slot->weight_set = t->weight != INT16_MIN;
	if (!slot->weight_set)
		slot->weight = 0;
	if (!tracker) {
		slot->index = conf_if(l, &slot->name);
		return;
	}
	i = conf_find_tracker(l, t->name, t->kind);
	slot->index = l->trackers.n;
	slot->name = i ? ((struct tracker_conf *)l->trackers.v)[i - 1].name : arena_str(l->c.arena, t->name);
	if (!slot->name)
		l->c.oom = true;
}

void conf_track_line(struct load *l, enum block_id id)
{
	bool tracker = id != BLK_TRACK_IF;
	struct track t = { .name = l->c.w[0].s, .at = l->c.at, .kind = tracker ? id - BLK_TRACK_SCRIPT : 0 };

	if (!tracker && !kw_is_ifname(t.name)) {
		kw_say(&l->c, SEV_WARNING, 0, "track_interface", "`%.60s' cannot be an interface: entry dropped", t.name);
		return;
	}
	kw_defaults(conf_blocks[id].kws.rows, &t);
	conf_options(l, &conf_blocks[id].kws, &t, 1);
	refer(l, &t, tracker);
}

/* The command behind the words of a line: the leading vrrp-check may be left out. NULL: said why. */
static char **check_words(struct load *l, const struct word *w)
{
	char **argv, **with;
	int n = lex_split_command(l->c.arena, w->s, &argv);

	if (n < 1) {
		kw_say(&l->c, SEV_WARNING, 2, "track_check", "expected a check, not `%.60s': not tracked", w->s);
		return NULL;
	}
	if (own_words(argv))
		return argv;
	if (!(with = arena_get(l->c.arena, (n + 2) * sizeof *with))) {
		l->c.oom = true;
		return NULL;
	}
	with[0] = "vrrp-check";
	memcpy(with + 1, argv, n * sizeof *with);
	return with;
}

static bool equal(const struct tracker_conf *a, const struct tracker_conf *b)
{
	return !kw_diff(conf_tracker_block(a->kind)->kws.rows, a, b);
}

/* Remember an earlier one of another name that does the same. */
static void find_twin(struct load *l, struct tracker_conf *t)
{
	const struct tracker_conf *v = l->trackers.v;
	uint32_t hash = 0;
	unsigned i, pos = 0;

	for (char **w = t->cmd.argv; *w; w++)
		hash = set_hash(hash, *w, strlen(*w));
	while ((i = set_next(&l->checks, hash, &pos)))
		if (equal(&v[i - 1], t)) {
			t->same = i;
			return;
		}
	set_add(l, &l->checks, hash, t - v);
}

/* A tracker of that name, made now or by an earlier line with the same words. false: said why not. */
static bool define(struct load *l, const char *name, char **argv)
{
	unsigned before = conf_find_tracker(l, name, TRACKER_SCRIPT);
	const struct tracker_conf *old;
	struct tracker_conf *t;

	if (!(name = arena_str(l->c.arena, name)) || !(t = conf_tracker_new(l, name, TRACKER_SCRIPT))) {
		l->c.oom = true;
		return false;
	}
	t->by_instance = true;
	t->cmd = (struct cmd){ .argv = argv, .at = l->c.at };
	look_inside(l, t);
	if (!before) {
		conf_tracker_made(l, t);
		find_twin(l, t);
		return true;
	}
	l->trackers.n--;				/* it was for comparing only */
	old = (struct tracker_conf *)l->trackers.v + before - 1;
	if (equal(old, t))
		return true;
	kw_say(&l->c, SEV_ERROR, 1, name, "%s:%u says another check of this name", old->at.file, old->at.line);
	return false;
}

void conf_track_check(struct load *l)
{
	struct track t = { .name = l->c.w[1].s, .at = l->c.at, .kind = TRACKER_SCRIPT };
	char **argv = check_words(l, &l->c.w[2]);

	if (!argv || !define(l, t.name, argv))
		return;
	kw_defaults(conf_blocks[BLK_TRACK_SCRIPT].kws.rows, &t);
	if (l->c.n > 4 && !strcmp(l->c.w[3].s, "weight"))
		kw_parse(&l->c, conf_blocks[BLK_TRACK_SCRIPT].kws.rows, &t, 4);
	refer(l, &t, true);
}

/* ---- the whole configuration ---- */

static bool tracked(const struct vrrp_conf *v, unsigned n, unsigned index)
{
	while (n--)
		if (v->tracks.v[n].index == index)
			return true;
	return false;
}

/* Does the instance v, whose first n references are settled, track what t names? Then t gets its index. */
static bool settle(struct load *l, const struct vrrp_conf *v, unsigned n, struct track *t)
{
	const char *block = conf_tracker_block(t->kind)->name;
	unsigned defined = t->index, index = conf_find_tracker(l, t->name, t->kind);
	struct tracker_conf *s = l->c.conf->trackers;

	if (!index || !whole(&s[index - 1])) {
		conf_tell(l, &t->at, SEV_WARNING, t->name, index ? "this %s has no %s: not tracked" :
		          "no %s of this name: not tracked", block, main_word(t->kind));
		return false;
	}
	if (index > defined)
		conf_tell(l, &t->at, SEV_NOTE, t->name, "keepalived wants the %s before this line", block);
	if (s[index - 1].same && !tracked(v, n, s[index - 1].same - 1)) {
		index = s[index - 1].same;
		conf_tell(l, &t->at, SEV_NOTE, t->name, "the same check as %.60s: it runs once, under that name", s[index - 1].name);
		t->name = s[index - 1].name;
	}
	s += t->index = index - 1;
	if (!t->weight_set) {
		t->weight = s->weight;
		t->reverse = s->reverse;
	}
	if (v->prio == 255 && t->kind == TRACKER_FILE && t->weight == 1)
		t->weight = 0;				/* K c.1 */
	if (v->prio == 255 && t->weight) {
		conf_tell(l, &t->at, SEV_WARNING, t->name, "priority 255 takes no weights: not tracked");
		return false;
	}
	if (!conf_member_weight(l, v, t, false))
		return false;
	s->used = true;
	return true;
}

void conf_check_tracks(struct load *l, struct vrrp_conf *v)
{
	struct track *t = v->tracks.v, *end = t + v->tracks.n;
	unsigned n = 0;

	for (; t < end; t++) {
		v->tracks.v[n] = *t;
		n += settle(l, v, n, &v->tracks.v[n]);
	}
	v->tracks.n = n;
}

char *const *conf_program(const struct tracker_conf *t, unsigned i)
{
	const struct check *c = t->check;

	if (t->kind != TRACKER_SCRIPT || i > (c && c->kind == CHECK_EXEC ? 1u : 0u))
		return NULL;
	return !c ? t->cmd.argv : c->kind == CHECK_EXEC && !i ? c->argv : c->start;
}

/* Whose command would run as whoever we are, most likely root? */
static const struct cmd *rootish(const struct conf *c)
{
	const struct tracker_conf *t = c->trackers;
	const struct cmd *cmd;
	unsigned i;

	if (c->global.script_user || c->global.enable_script_security)
		return NULL;
	for (; t < c->trackers + c->ntrackers; t++)
		if (t->used && !t->cmd.user && conf_program(t, 0) && (t->check || !t->by_instance))
			return &t->cmd;
	for (i = 0; i < c->nvrrp * NOTIFY_N; i++)
		if ((cmd = c->vrrp[i / NOTIFY_N].notify[i % NOTIFY_N]) && cmd->argv && !cmd->user)
			return cmd;
	for (i = 0; i < c->nsyncs * NOTIFY_N; i++)
		if ((cmd = c->syncs[i / NOTIFY_N].notify[i % NOTIFY_N]) && !cmd->user)
			return cmd;
	for (i = FIFO_SCRIPTS; i < FIFO_N; i++)
		if ((cmd = c->global.fifo[i]) && !cmd->user)
			return cmd;
	return NULL;
}

void conf_check_trackers(struct load *l)
{
	const struct conf *c = l->c.conf;
	const struct tracker_conf *t = c->trackers;
	const struct cmd *cmd;
	const char *block;

	for (; t < c->trackers + c->ntrackers; t++) {
		block = conf_tracker_block(t->kind)->name;
		if (!whole(t))
			report_say(l->c.report, SEV_WARNING, &t->at, main_word(t->kind), "(%.60s) is missing: this %s cannot run",
			           t->name, block);
		else if (!t->used && !t->by_instance)
			report_say(l->c.report, SEV_NOTE, &t->at, block, "(%.60s) nothing tracks it: it is left out", t->name);
	}
	if ((cmd = rootish(c)))
		report_say(l->c.report, SEV_SECURITY, &cmd->at, cmd->argv[0],
		           "scripts run as root unless keepalived_script exists: no script_user, no enable_script_security");
}
