/* opts.c - a command line as rows (pure). */
#include <stddef.h>
#include <string.h>

#include "opts.h"

struct line {
	char **argv;
	const struct opt *rows;
	void *into;
	int (*special)(const struct opt *o, const char *value);
	struct opt_error *err;
};

/* By letter, or by the first len characters of a long name. */
static const struct opt *find(const struct opt *o, char letter, const char *name, size_t len)
{
	for (; o->name; o++)
		if (letter ? o->letter == letter : !strncmp(o->name, name, len) && !o->name[len])
			return o;
	return NULL;
}

static int wrong(struct line *l, const char *text)
{
	*l->err = (struct opt_error){ text, *l->argv };
	return -1;
}

static int take(struct line *l, const struct opt *o, const char *value)
{
	const bool yes = true;
	char *field;

	if (!o)
		return wrong(l, "unknown option");
	field = (char *)l->into + o->at;
	if (o->takes == OPT_VALUE && !value && !(value = *++l->argv)) {
		l->argv--;
		return wrong(l, "option needs a value");
	}
	if (o->id)
		return l->special(o, value);
	if (o->takes == OPT_VALUE)
		memcpy(field, &value, sizeof value);
	else
		memcpy(field, &yes, sizeof yes);
	return -1;
}

static int read_long(struct line *l)
{
	const char *w = *l->argv + 2, *eq = strchr(w, '=');

	return take(l, find(l->rows, 0, w, eq ? (size_t)(eq - w) : strlen(w)), eq ? eq + 1 : NULL);
}

static int read_letters(struct line *l)
{
	const struct opt *o;
	int code = -1;

	for (const char *p = *l->argv + 1; *p && code < 0 && !l->err->text; p++) {
		o = find(l->rows, *p, "", 0);
		if (o && o->takes != OPT_NOTHING)
			return take(l, o, p[1] ? p + 1 : NULL);
		code = take(l, o, NULL);
	}
	return code;
}

/* Options end here. */
static void keep_words(struct line *l, const struct opt *o)
{
	if (!o)
		wrong(l, "unexpected word");
	else
		memcpy((char *)l->into + o->at, &l->argv, sizeof l->argv);
}

int opts_read(char **argv, const struct opt *rows, void *into, int (*special)(const struct opt *o, const char *value),
              struct opt_error *err)
{
	struct line l = { argv + 1, rows, into, special, err };
	const struct opt *words = find(rows, 0, "", 0);
	int code = -1;

	*err = (struct opt_error){ NULL, NULL };
	for (; *l.argv && code < 0 && !err->text; l.argv++) {
		const char *w = *l.argv;

		if (w[0] != '-' || !w[1])
			break;
		if (words && !strcmp(w, "--")) {
			l.argv++;
			break;
		}
		code = w[1] == '-' ? read_long(&l) : read_letters(&l);
	}
	if (code < 0 && !err->text && (words || *l.argv))
		keep_words(&l, words);
	return code;
}
