/* conf_kit.h - a configuration in a test: memory, text, findings, canonical print. */
#ifndef CONF_KIT_H
#define CONF_KIT_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conf.h"
#include "file.h"

struct kit {
	struct arena arena, scratch;
	struct lex_io io;
	struct report report;
	const char *path, *text;	/* the top file; text NULL: read files */
	struct conf *conf;
	char *found;		/* one finding a line */
	size_t nfound;
	FILE *f;
};

static void *kit_grow(struct arena *a, size_t need, size_t *got)
{
	void **p;

	*got = need < 16384 ? 16384 : need;
	p = malloc(*got + 16);
	if (!p)
		return NULL;
	*p = a->chunks;
	a->chunks = p;
	return p + 16 / sizeof *p;
}

static void kit_free(struct arena *a)
{
	void **p, **next;

	for (p = a->chunks; p; p = next) {
		next = *p;
		free(p);
	}
	memset(a, 0, sizeof *a);
}

static struct kit *kit_of(struct lex_io *io)
{
	return (struct kit *)((char *)io - offsetof(struct kit, io));
}

static char *kit_load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	const char *text = kit_of(io)->text;

	*why = "not here";
	if (strcmp(path, kit_of(io)->path))	/* an include */
		return NULL;
	*len = strlen(text);
	return arena_str(a, text);
}

static void kit_say(struct report *r, enum severity sev, const struct place *at, const char *word, const char *text)
{
	static const char *const name[] = { "note", "warning", "security", "error" };
	struct kit *k = (struct kit *)((char *)r - offsetof(struct kit, report));
	const char *base = at && at->file ? strrchr(at->file, '/') : NULL;

	fprintf(k->f, "%s:%u:%u: %s: %s: %s\n", !at || !at->file ? "-" : base ? base + 1 : at->file, at ? at->line : 0,
	        at ? at->col : 0, name[sev], word ? word : "-", text);
}

static void kit_init(struct kit *k, const char *text)
{
	memset(k, 0, sizeof *k);
	k->arena.grow = k->scratch.grow = kit_grow;
	file_lex_io(&k->io);
	if (text)
		k->io.load = kit_load;
	k->io.config_id = "test";
	k->io.seed = 1;
	k->text = text;
	k->report.say = kit_say;
}

static void kit_run(struct kit *k, const char *path)
{
	k->path = path;
	k->f = open_memstream(&k->found, &k->nfound);
	k->conf = conf_load(&k->arena, &k->scratch, &k->io, &k->report, path);
	kit_free(&k->scratch);	/* nothing may point there */
	fclose(k->f);
}

/* text NULL: the file path; else path names the text. */
__attribute__((unused))
static void kit_open(struct kit *k, const char *path, const char *text)
{
	kit_init(k, text);
	kit_run(k, path);
}

__attribute__((unused))
static void kit_close(struct kit *k)
{
	kit_free(&k->arena);
	free(k->found);
}

__attribute__((unused))
static void kit_out(void *ctx, const char *s, size_t n)
{
	fwrite(s, 1, n, ctx);
}

/* Canonical text, to be freed. */
__attribute__((unused))
static char *kit_print(const struct conf *c)
{
	char *s = NULL;
	size_t n;
	FILE *f = open_memstream(&s, &n);

	conf_print(c, kit_out, f);
	fclose(f);
	return s;
}

#endif
