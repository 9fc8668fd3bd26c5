/* config.c - a configuration from this machine's files: read, check, look at the machine, say every finding. */
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "config.h"
#include "engine.h"
#include "file.h"
#include "log.h"
#include "loop.h"

static void say(struct report *r, enum severity sev, const struct place *at, const char *word, const char *text)
{
	static const char name[][12] = {
		[SEV_NOTE] = "note: ", [SEV_WARNING] = "warning: ", [SEV_SECURITY] = "security: ", [SEV_ERROR] = "error: ",
	};
	struct findings *f = container_of(r, struct findings, r);
	bool to_log = f->fd < 0;
	char where[300] = "", line[1024];
	int n;

	if (to_log && sev == SEV_NOTE)
		return;

	if (at && at->file && at->line)			/* a file that cannot be read has no line; its name is the word */
		snprintf(where, sizeof where, "%s:%u:%u: ", at->file, at->line, at->col);
	n = snprintf(line, sizeof line, "%s%s%s%s%s\n", where, to_log && sev == SEV_ERROR ? "" : name[sev],
	             word ? word : "", word ? ": " : "", text);
	if (n >= (int)sizeof line)
		line[(n = sizeof line) - 1] = '\n';
	for (char *p = line; p < line + n - 1; p++)	/* the file may be junk, and this a terminal */
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	if (!to_log)
		f->lost |= write(f->fd, line, n) != n;
	else if (sev == SEV_ERROR)
		log_err("%.*s", n - 1, line);
	else
		log_info("%.*s", n - 1, line);
}

/* Up to the first dot of the node name. */
static const char *node_id(void)
{
	static struct utsname u;

	if (uname(&u) < 0)
		return "";
	u.nodename[strcspn(u.nodename, ".")] = 0;
	return u.nodename;
}

static void look_at(const struct cmd *cmd, struct report *r, const char *word, const char *so)
{
	struct look l;
	int err;

	if (!cmd || !cmd->argv || !strchr(cmd->argv[0], '/'))
		return;					/* none, or found by PATH when it runs */
	if ((err = file_look(AT_FDCWD, cmd->argv[0], &l)))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s: %s; %s", cmd->argv[0], strerror(-err), so);
	else if (!S_ISREG(l.mode) || !(l.mode & 0111))
		report_say(r, SEV_WARNING, &cmd->at, word, "%s is not an executable file; %s", cmd->argv[0], so);
}

/* Programs that are missing or cannot be executed: a warning each, at the place that names them. */
static void look_at_programs(const struct conf *c, struct report *r)
{
	static const char word[NOTIFY_N][16] = { "notify_master", "notify_backup", "notify_fault", "notify_stop", "notify" };
	static const char fails[] = "the check counts as failed until it can run";
	static const char silent[] = "nobody will be told until it is there";

	for (unsigned i = 0; i < c->ntrackers; i++)
		if (c->trackers[i].used && c->trackers[i].kind == TRACKER_SCRIPT && !c->trackers[i].check)
			look_at(&c->trackers[i].cmd, r, "script", fails);
	for (unsigned i = 0; i < c->nvrrp * NOTIFY_N; i++)
		look_at(c->vrrp[i / NOTIFY_N].notify[i % NOTIFY_N], r, word[i % NOTIFY_N], silent);
}

struct conf *config_load(const struct config_source *s, struct findings *f)
{
	struct arena a, text;
	struct lex_io io;
	struct conf *c;

	f->r.say = say;
	arena_open(&a);
	arena_open(&text);
	file_lex_io(&io);
	io.config_id = s->config_id ? s->config_id : node_id();
	io.include_strict = s->include_strict;
	io.seed = (unsigned)clock_now();
	c = conf_load(&a, &text, &io, &f->r, s->path);
	arena_close(&text);
	if (c) {
		look_at_programs(c, &f->r);
		c->arena = arena_get(&a, sizeof a);
		if (c->arena && !f->r.errors) {
			*c->arena = a;			/* it lives in itself from now on */
			return c;
		}
	}
	arena_close(&a);
	return NULL;
}

void config_free(struct conf *c)
{
	struct arena a = *c->arena;

	arena_close(&a);
}
