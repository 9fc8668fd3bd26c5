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
	bool to_log = f->fd == FINDINGS_LOG;
	char where[300] = "", line[1024], *tail;
	int n;

	if (to_log && !f->text && sev == SEV_NOTE)
		return;
	if (at && at->file && at->line)			/* a file that cannot be read has no line; its name is the word */
		snprintf(where, sizeof where, "%s:%u:%u: ", at->file, at->line, at->col);
	n = snprintf(line, sizeof line - 1, "%s%s%s%s%s", where, name[sev], word ? word : "", word ? ": " : "", text);
	if (n >= (int)sizeof line - 1)
		n = sizeof line - 2;
	for (char *p = line; *p; p++)		/* the file may be junk, and this a terminal */
		if ((unsigned char)*p < ' ' || *p == 127)
			*p = '?';
	if (f->text && f->text->size - f->text->n > (size_t)n + 1)
		text_put(f->text, "%s\n", line);
	else
		f->more++;
	tail = line + strlen(where) + strlen(name[sev]);
	if (to_log && sev == SEV_ERROR)
		log_err("%.*s%s", (int)strlen(where), line, tail);
	else if (to_log && sev != SEV_NOTE)
		log_info("%s", line);
	line[n++] = '\n';
	if (f->fd >= 0)
		f->lost |= write(f->fd, line, n) != n;
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
		programs_look(c, &f->r);
		vmac_look(c, &f->r);
		mail_look(c, &f->r);
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
