/* expand.c - raw lines into logical ones: $PARAM, @cond, ~SEQ, ~LST (pure). Reference a.5-a.7. */
#include <stdio.h>
#include <string.h>

#include "expand.h"

/* Length of the parameter name at p; 0: none. */
static unsigned ident(const char *p, const char *end)
{
	const char *q = p;

	while (q < end && (*q == '_' || (unsigned)(*q | 32) - 'a' < 26 || (q > p && (unsigned)*q - '0' < 10)))
		q++;
	return q - p;
}

enum { NUMBER_MAX = 1000000000 };	/* so that sums and differences stay within an int */

/* A decimal or 0x number, the whole span. */
static bool number(const struct span *s, int *v)
{
	const char *p = s->p;
	bool neg = p < s->end && *p == '-';
	int base = 10, d, x = 0;

	p += neg;
	if (s->end - p > 2 && p[0] == '0' && (p[1] | 32) == 'x') {
		base = 16;
		p += 2;
	}
	if (p == s->end)
		return false;
	for (; p < s->end; p++) {
		d = lex_digit(*p);
		if (d >= base || x > (NUMBER_MAX - d) / base)
			return false;
		x = x * base + d;
	}
	*v = neg ? -x : x;
	return true;
}

/* Make a span outlive the scratch lines. Nothing to do for one that points into a file. */
static bool keep(struct lex *l, struct span *s)
{
	unsigned n = s->end - s->p;
	char *p;

	if (!s->cols)
		return true;
	s->col = span_col(s);
	s->fixed = true;
	s->cols = NULL;
	if (!(p = lex_get(l, n + 1)))
		return false;
	s->p = memcpy(p, s->p, n);
	s->end = p + n;
	return true;
}

/* ---- parameters ---- */

static struct param *find(struct param *p, const char *name, unsigned n)
{
	while (p && (p->n != n || memcmp(p->name, name, n)))
		p = p->next;
	return p;
}

/* 15 bits a step, as ${_RANDOM} shows them. */
static unsigned random15(struct lex *l)
{
	l->rng = l->rng * 1103515245 + 12345;
	return l->rng >> 16 & 0x7fff;
}

static const char *random_text(struct lex *l, struct span *args)
{
	int v[2] = { 0, 0x7fff };
	struct span a;
	unsigned i;

	for (i = 0; i < 2 && args->p < args->end; i++) {
		span_trim(args);
		a = *args;
		while (args->p < args->end && !BLANK(*args->p))
			span_skip(args, 1);
		a.end = args->p;
		if (!number(&a, &v[i]))
			break;
	}
	if (v[1] < v[0] || (i < 2 && args->p < args->end))
		lex_say(l, SEV_ERROR, l->at.col, "_RANDOM", "expected [MIN [MAX]]");
	else
		v[0] += (random15(l) << 15 | random15(l)) % (v[1] - v[0] + 1);
	snprintf(l->num, sizeof(l->num), "%d", v[0]);
	return l->num;
}

static const char *env_text(struct lex *l, struct span *args)
{
	char name[NAME_LEN];
	const char *s;

	span_trim(args);
	snprintf(name, sizeof(name), "%.*s", (int)(args->end - args->p), args->p);
	s = l->io->env ? l->io->env(l->io, name) : NULL;
	if (!s)
		lex_say(l, SEV_NOTE, span_col(args), name, "no such variable in the environment");
	return s ? s : "";
}

static const char *config_id(const struct lex *l)
{
	return l->io->config_id ? l->io->config_id : "";
}

/* The value of a name that we give ourselves. */
static bool builtin(struct lex *l, const char *name, unsigned n, struct span *args, struct value *v)
{
	enum { PWD, INSTANCE, RANDOM, ENV, HASH, BANG, BUILTINS };
	static const char names[BUILTINS][10] = { "_PWD", "_INSTANCE", "_RANDOM", "_ENV", "_HASH", "_BANG" };
	const char *s = "#";
	size_t dir = src_dir(l->file->name);
	unsigned i = 0;

	while (i < BUILTINS && (strncmp(names[i], name, n) || names[i][n]))
		i++;
	switch (i) {
	case PWD:      s = dir ? l->file->name : "."; break;
	case INSTANCE: s = config_id(l); break;
	case RANDOM:   s = random_text(l, args); break;
	case ENV:      s = env_text(l, args); break;
	case BANG:     s = "!"; break;
	case BUILTINS: return false;
	}
	v->s.p = s;
	v->s.end = s + (i == PWD && dir ? dir - (dir > 1) : strlen(s));
	v->literal = true;
	return true;
}

/* The use of a parameter at s->p, a $: its value, and s moved behind it. false: it is just a $. */
static bool use(struct lex *l, struct span *s, struct value *v)
{
	const char *name = s->p + 1, *after;
	unsigned n, col = span_col(s);
	struct span args = *s;
	struct param *p;
	bool brace = name < s->end && *name == '{';

	name += brace;
	n = ident(name, s->end);
	after = name + n;
	if (!n)
		return false;
	span_skip(&args, after - args.p);
	if (brace) {
		after = memchr(after, '}', s->end - after);
		if (!after)
			return false;
		args.end = after++;
	} else if (after < s->end && !memchr(" \t,)", *after, 4)) {
		return false;
	} else {
		args.end = args.p;
	}
	l->at.col = col;
	memset(v, 0, sizeof(*v));
	if (args.p == args.end && ((p = find(l->vars, name, n)) || (p = find(l->params, name, n))))
		*v = p->v;
	else if (!builtin(l, name, n, &args, v))
		return false;
	v->s.cols = NULL;
	v->s.col = col;
	v->s.fixed = true;
	span_skip(s, after - s->p);
	return true;
}

/* $NAME= at s->p? Length of the name. */
static unsigned definition(const struct span *s)
{
	unsigned n = ident(s->p + 1, s->end);

	return n && s->p + 1 + n < s->end && s->p[1 + n] == '=' ? n : 0;
}

/* Take a definition of n letters and its further lines; store it unless the line's condition says no. */
static void define(struct lex *l, struct span *s, unsigned n, bool wanted)
{
	struct span name = *s, more;
	struct value v = { .s = *s };
	struct param *p;
	bool file = l->top->kind == SRC_FILE;

	span_skip(&v.s, n + 2);
	span_trim(&v.s);
	if (src_continues(&v.s) && file) {
		v.rest = l->top->s.p;
		while (src_line(l, l->top, &more) && src_continues(&more))
			;
		v.rest_end = l->top->s.p;
	}
	if (!wanted)
		return;
	span_skip(&name, 1);
	name.end = name.p + n;
	if (!(p = find(l->params, name.p, n))) {
		if (!keep(l, &name) || !(p = lex_get(l, sizeof(*p))))
			return;
		p->name = name.p;
		p->n = n;
		p->next = l->params;
		l->params = p;
	}
	if (keep(l, &v.s))
		p->v = v;
}

/* ---- expansion ---- */

static bool put(struct lex *l, struct scratch *b, char c, unsigned col)
{
	unsigned cap = b->cap ? b->cap * 2 : 256;
	struct scratch big = { .n = b->n, .cap = cap };

	if (b->n == LINE_MAX_LEN || ++l->work > CONF_FILE_MAX) {
		lex_say(l, SEV_ERROR, col, NULL, "line is longer than %d bytes with its parameters", LINE_MAX_LEN);
		return false;
	}
	if (b->n == b->cap) {
		if (!(big.s = lex_get(l, cap)) || !(big.cols = lex_get(l, cap * sizeof(*big.cols))))
			return false;
		if (b->n) {
			memcpy(big.s, b->s, b->n);
			memcpy(big.cols, b->cols, b->n * sizeof(*b->cols));
		}
		*b = big;
	}
	b->s[b->n] = c;
	b->cols[b->n++] = col;
	return true;
}

/* What follows a multi-line value on its line becomes a line of its own. */
static bool push_line(struct lex *l, struct span s)
{
	struct src *f;

	span_trim(&s);
	if (s.p == s.end)
		return true;
	lex_say(l, SEV_WARNING, span_col(&s), NULL, "nothing should follow a multi-line parameter on its line");
	if (!keep(l, &s) || !(f = src_push(l, SRC_SEQ)))
		return false;
	f->s = s;
	f->step = 1;	/* 0 to 0: once */
	f->nvars = 0;
	return true;
}

/* The lines still to come after one with multi-line values: outermost first, so the innermost is on top. */
static bool push_rest(struct lex *l, const struct value *st, const struct value *last)
{
	struct src *f;

	for (;; st++) {
		if (st->rest) {
			if (!(f = src_push(l, SRC_TEXT)))
				return false;
			f->s = st->s;
			f->s.p = st->rest;
			f->s.end = st->rest_end;
			l->work += st->rest_end - st->rest;
		}
		if (!push_line(l, st->s))
			return false;
		if (st == last)
			return true;
	}
}

/*
 * Replace the parameters of s, or just the first one. s then points into a scratch line.
 * st holds the values that are being read, each inside the one below. false: a loop or out of memory, said.
 */
static bool expand(struct lex *l, struct span *s, bool first)
{
	struct scratch *b = &l->out[l->flip ^= 1];
	struct value st[EXPAND_DEPTH], *t = st;
	bool done = false;

	*t = (struct value){ .s = *s };
	b->n = 0;
	while (t->s.p < t->s.end || (t > st && !t->rest)) {
		if (t->s.p == t->s.end) {
			t--;
		} else if (*t->s.p != '$' || t->literal || done || !use(l, &t->s, t + 1)) {
			if (!put(l, b, *t->s.p, span_col(&t->s)))
				return false;
			span_skip(&t->s, 1);
		} else {
			t++;
			l->work += 16;
			done = first;
			if (++l->subst > EXPAND_MAX || t == st + EXPAND_DEPTH - 1) {
				lex_say(l, SEV_ERROR, t->s.col, NULL, "parameters that contain themselves");
				return false;
			}
		}
	}
	if (!push_rest(l, st, t))
		return false;
	s->p = s->end = b->s;
	s->cols = NULL;
	if (b->n) {
		s->end += b->n;
		s->cols = b->cols;
	}
	return true;
}

/* ---- sequences ---- */

/* The next of a list between commas, trimmed; tuples and quotes are kept whole. list->p NULL: no more. */
static bool field(struct span *list, struct span *out)
{
	const char *p = list->p;
	int depth = 0;
	bool quoted = false;

	if (!p)
		return false;
	for (; p < list->end && (quoted || depth > 0 || *p != ','); p++) {
		quoted ^= *p == '"';
		depth += (*p == '{') - (*p == '}');
	}
	*out = *list;
	out->end = p;
	span_trim(out);
	span_skip(list, p - list->p);
	if (p < list->end)
		span_skip(list, 1);
	else
		list->p = NULL;
	return true;
}

/* A tuple without its braces; false: it is a single value. */
static bool tuple(struct span *s)
{
	if (s->end - s->p < 2 || *s->p != '{' || s->end[-1] != '}')
		return false;
	span_skip(s, 1);
	s->end--;
	return true;
}

static bool seq_vars(struct lex *l, struct src *f, struct span names)
{
	struct span name;

	tuple(&names);
	if (!f->vars && !(f->vars = lex_get(l, SEQ_VARS * sizeof(*f->vars))))
		return false;
	while (field(&names, &name)) {
		struct param *p = &f->vars[f->nvars];

		if (f->nvars == SEQ_VARS || name.p == name.end || name.p + ident(name.p, name.end) != name.end) {
			lex_say(l, SEV_ERROR, name.p < name.end ? span_col(&name) : l->at.col, NULL,
			    "expected a variable name, or up to %d of them in braces", SEQ_VARS);
			return false;
		}
		memset(p, 0, sizeof(*p));
		p->name = name.p;
		p->n = name.end - name.p;
		p->next = l->vars;
		l->vars = p;
		f->nvars++;
	}
	return true;
}

/* ([START,] [STEP,] END) */
static bool seq_numbers(struct lex *l, struct src *f, struct span list)
{
	int v[3] = { 0 };
	unsigned n = 0;
	struct span a;
	bool good = true;

	while (good && field(&list, &a))
		good = n < 3 && number(&a, &v[n++]);
	f->next = n > 1 ? v[0] : 1;
	f->step = n > 2 ? v[1] : 1;
	f->last = n ? v[n - 1] : 0;
	if (good && n && f->step && (f->last - f->next) / f->step < SEQ_MAX &&
	    (f->step > 0 ? f->next <= f->last : f->next >= f->last))
		return true;
	lex_say(l, SEV_ERROR, l->at.col, "~SEQ", "expected (VAR, [START,] [STEP,] END), at most %d steps from START to END",
	    SEQ_MAX);
	return false;
}

static bool seq_list(struct lex *l, const struct src *f)
{
	if (!f->values.p)
		lex_say(l, SEV_ERROR, l->at.col, "~LST", "expected (VAR, VALUE, ...) or ({VAR,VAR}, {VALUE,VALUE}, ...)");
	return f->values.p;
}

/* ~SEQ(...), ~SEQx(...), ~LST(...) at s: a source that repeats what follows. false: it is none of them. */
static bool sequence(struct lex *l, const struct span *s)
{
	struct span args = *s, rest, names;
	bool list = span_starts(s, "~LST("), hex = span_starts(s, "~SEQx("), quoted = false;
	unsigned col = span_col(s);
	const char *p;
	struct src *f;

	if (!list && !hex && !span_starts(s, "~SEQ("))
		return false;
	span_skip(&args, hex ? 6 : 5);
	for (p = args.p; p < s->end && (quoted || *p != ')'); p++)
		quoted ^= *p == '"';
	if (p == s->end) {
		lex_say(l, SEV_ERROR, col, "~SEQ", "expected a closing )");
		return true;
	}
	rest = *s;
	span_skip(&rest, p + 1 - rest.p);
	args.end = p;
	if (memchr(args.p, '$', args.end - args.p) && !expand(l, &args, false))
		return true;
	if (!keep(l, &args) || !keep(l, &rest) || !(f = src_push(l, SRC_SEQ)))
		return true;
	f->s = rest;
	f->list = list;
	f->hex = hex;
	field(&args, &names);
	f->values = args;
	l->at.col = col;
	if (!seq_vars(l, f, names) || !(list ? seq_list(l, f) : seq_numbers(l, f, args)))
		src_pop(l);
	return true;
}

/* Set the variables for the next round. false: it was the last. */
static bool next_values(struct src *f)
{
	static const struct span empty = { .p = "", .end = "" };
	struct span v, one;
	unsigned i;

	if (!f->list) {
		if (f->step > 0 ? f->next > f->last : f->next < f->last)
			return false;
		v = f->s;
		v.p = f->num;
		v.end = v.p + snprintf(f->num, sizeof(f->num), f->hex ? "%x" : "%d", f->next);
		if (f->nvars)
			f->vars[0].v.s = v;
		f->next += f->step;
		return true;
	}
	if (!field(&f->values, &v))
		return false;
	tuple(&v);
	for (i = 0; i < f->nvars; i++)
		f->vars[i].v.s = field(&v, &one) ? one : empty;
	return true;
}

static bool repeat(struct lex *l, struct src *f, struct span *s)
{
	if (!next_values(f))
		return false;
	if (++l->made > SEQ_MAX) {
		if (l->made == SEQ_MAX + 1)
			lex_say(l, SEV_ERROR, f->s.col, "~SEQ", "makes more than %d lines", SEQ_MAX);
		return false;
	}
	*s = f->s;
	l->at.col = s->col;
	return true;
}

/* ---- lines ---- */

static bool is(const struct span *s, const char *word)
{
	return span_starts(s, word) && (size_t)(s->end - s->p) == strlen(word);
}

/* @ID or @^ID at s->p: does the rest of the line count? s moves behind it. */
static bool condition(struct lex *l, struct span *s)
{
	struct span id;
	bool negated;

	span_skip(s, 1);
	negated = s->p < s->end && *s->p == '^';
	span_skip(s, negated);
	id = *s;
	while (s->p < s->end && !BLANK(*s->p))
		span_skip(s, 1);
	id.end = s->p;
	return (is(&id, "vrrpbox") || is(&id, config_id(l))) != negated;
}

/* What a raw line means: false when it is used up (a definition, an include, ...). */
static bool resolve(struct lex *l, struct span *s)
{
	bool wanted = true;
	unsigned n;

	l->subst = 0;
	for (;;) {
		span_trim(s);
		if (s->p == s->end)
			return false;
		if (*s->p == '$' && (n = definition(s))) {
			define(l, s, n, wanted);
			return false;
		}
		if (!wanted || (*s->p == '~' && sequence(l, s)) || (*s->p == 'i' && src_include(l, s)))
			return false;
		if (*s->p == '@') {
			wanted = condition(l, s);
			continue;
		}
		if (!memchr(s->p, '$', s->end - s->p))
			return true;
		/* A parameter that begins the line may bring @, ~ or another definition: look again. */
		n = l->subst;
		if (*s->p != '$')
			return expand(l, s, false);
		if (!expand(l, s, true))
			return false;
		if (l->subst == n)
			return s->p < s->end;
	}
}

bool expand_line(struct lex *l, struct span *s)
{
	struct src *f;

	while (!l->dead && (f = l->top)) {
		if (!(f->kind == SRC_SEQ ? repeat(l, f, s) : src_line(l, f, s)))
			src_pop(l);
		else if (resolve(l, s))
			return true;
	}
	return false;
}
