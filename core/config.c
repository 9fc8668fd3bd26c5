/* config.c - a configuration from this machine's files: read, check, look at the machine, say every finding. */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "config.h"
#include "file.h"
#include "log.h"
#include "loop.h"
#include "probe.h"

static void say(struct report *r, enum severity sev, const struct place *at, const char *word, const char *text)
{
	static const char *const name[] = {
		[SEV_NOTE] = "note", [SEV_WARNING] = "warning", [SEV_SECURITY] = "security", [SEV_ERROR] = "error",
	};
	FILE *out = ((struct findings *)r)->out;
	char where[300] = "";

	if (at && at->file)
		snprintf(where, sizeof where, "%s:%u:%u: ", at->file, at->line, at->col);
	if (out)
		fprintf(out, "%s%s: %s%s%s\n", where, name[sev], word ? word : "", word ? ": " : "", text);
	else if (sev == SEV_ERROR)
		log_err("%s%s%s%s", where, word ? word : "", word ? ": " : "", text);
	else if (sev != SEV_NOTE)
		log_info("%s%s: %s%s%s", where, name[sev], word ? word : "", word ? ": " : "", text);
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
	struct arena *a = malloc(sizeof *a), text;
	struct lex_io io;
	struct conf *c;

	f->r.say = say;
	if (!a)
		return NULL;
	arena_open(a);
	arena_open(&text);
	file_lex_io(&io);
	io.config_id = s->config_id ? s->config_id : node_id();
	io.include_strict = s->include_strict;
	io.seed = (unsigned)clock_now();
	c = conf_load(a, &text, &io, &f->r, s->path);
	arena_close(&text);
	if (c) {
		c->arena = a;
		conf_probe(c, &f->r);
		if (!f->r.errors)
			return c;
	}
	arena_close(a);
	free(a);
	return NULL;
}

void config_free(struct conf *c)
{
	struct arena *a = c->arena;

	arena_close(a);
	free(a);
}
