/* lex.c - keepalived.conf as lines of words (pure). Reference a.1, a.2. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "expand.h"

void report_vsay(struct report *r, enum severity sev, const struct place *at, const char *word,
                 const char *text, va_list ap)
{
	unsigned *const count[] = {
		[SEV_NOTE] = &r->notes, [SEV_WARNING] = &r->warnings,
		[SEV_SECURITY] = &r->securities, [SEV_ERROR] = &r->errors,
	};
	char buf[256];

	++*count[sev];
	if (!r->say)
		return;
	vsnprintf(buf, sizeof(buf), text, ap);
	r->say(r, sev, at, word, buf);
}

void report_say(struct report *r, enum severity sev, const struct place *at, const char *word,
                const char *text, ...)
{
	va_list ap;

	va_start(ap, text);
	report_vsay(r, sev, at, word, text, ap);
	va_end(ap);
}

void lex_say(struct lex *l, enum severity sev, unsigned col, const char *word, const char *text, ...)
{
	va_list ap;

	l->at.col = col;
	va_start(ap, text);
	report_vsay(l->report, sev, &l->at, word, text, ap);
	va_end(ap);
}

void *lex_get(struct lex *l, size_t n)
{
	void *p = l->dead ? NULL : arena_get(l->arena, n);

	if (!p && !l->dead) {
		l->dead = true;
		lex_say(l, SEV_ERROR, l->at.col, NULL, "out of memory");
	}
	return p;
}

int lex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 32;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : 99;
}

void span_skip(struct span *s, size_t n)
{
	if (!n)
		return;
	s->p += n;
	if (s->cols)
		s->cols += n;
	else if (!s->fixed)
		s->col += n;
}

void span_trim(struct span *s)
{
	const char *p = s->p;

	while (p < s->end && BLANK(*p))
		p++;
	span_skip(s, p - s->p);
	while (s->end > p && BLANK(s->end[-1]))
		s->end--;
}

bool span_starts(const struct span *s, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(s->end - s->p) >= n && !memcmp(s->p, word, n);
}

unsigned span_col(const struct span *s)
{
	if (s->cols && s->p < s->end)
		return *s->cols;
	return s->col;
}

static bool in_word(char c)
{
	return !BLANK(c) && c != '"' && c != '{' && c != '}';
}

/* Room for the words of a line of n bytes; each word's NUL takes the place of a blank or a quote. */
static bool text_room(struct lex *l, unsigned n)
{
	if (n < l->text_cap)
		return true;
	l->text_cap = n < 256 ? 256 : 2 * n;
	l->text = lex_get(l, l->text_cap);
	return l->text;
}

static struct word *new_word(struct lex *l)
{
	unsigned cap = l->words_cap ? 2 * l->words_cap : 16;
	struct word *w;

	if (l->nwords == WORDS_MAX) {
		lex_say(l, SEV_ERROR, span_col(&l->cur), NULL, "more than %d words on a line", WORDS_MAX);
		return NULL;
	}
	if (l->nwords == l->words_cap) {
		if (!(w = lex_get(l, cap * sizeof(*w))))
			return NULL;
		if (l->nwords)
			memcpy(w, l->word, l->nwords * sizeof(*w));
		l->word = w;
		l->words_cap = cap;
	}
	return &l->word[l->nwords++];
}

/* The first tokeniser: from l->cur to its end or next brace. false: an error, said, the line is dropped. */
static bool words(struct lex *l)
{
	struct span *s = &l->cur;
	const char *end = s->end, *p, *q;
	char *out = l->text;	/* text_room has made it long enough */
	struct word *w;

	l->nwords = 0;
	for (span_trim(s); s->p < end && *s->p != '{' && *s->p != '}'; span_trim(s)) {
		if (l->nwords == 1)
			l->args = *s;
		if (!(w = new_word(l)))
			goto drop;
		w->s = out;
		w->col = span_col(s);
		w->quoted = *s->p == '"';
		p = s->p;
		if (w->quoted) {
			q = memchr(p + 1, '"', end - p - 1);
			if (!q) {
				lex_say(l, SEV_WARNING, w->col, NULL, "unterminated quote: line ignored");
				goto drop;
			}
			memcpy(out, p + 1, q - p - 1);
			out += q - p - 1;
			p = q + 1;
		} else {
			for (; p < end && in_word(*p); *out++ = *p++)
				if (*p == '\\' && p + 1 < end && (p[1] == '#' || p[1] == '!'))
					p++;
		}
		*out++ = 0;
		span_skip(s, p - s->p);
	}
	if (l->nwords < 2)
		l->args = *s;
	l->args.end = s->p;
	return true;
drop:
	s->p = end;
	return false;
}

enum lex_tok lex_next(struct lex *l)
{
	struct span *s = &l->cur;

	l->nwords = 0;
	for (;;) {
		for (span_trim(s); s->p == s->end; span_trim(s))
			if (!expand_line(l, s))
				return LEX_EOF;
		l->at.col = span_col(s);
		if (*s->p == '{' || *s->p == '}') {
			enum lex_tok tok = *s->p == '{' ? LEX_OPEN : LEX_CLOSE;

			span_skip(s, 1);
			return tok;
		}
		if (!text_room(l, s->end - s->p))
			return LEX_EOF;
		if (words(l))
			return LEX_LINE;
	}
}

unsigned lex_words(const struct lex *l, const struct word **w)
{
	*w = l->word;
	return l->nwords;
}

const struct place *lex_place(const struct lex *l)
{
	return &l->at;
}

void lex_random_seed(struct lex *l, unsigned seed)
{
	l->rng = seed;
}

struct lex *lex_open(struct arena *a, struct lex_io *io, struct report *r, const char *path)
{
	struct place at = { .file = path };
	struct lex *l = arena_get(a, sizeof(*l));

	if (!l) {
		report_say(r, SEV_ERROR, &at, NULL, "out of memory");
		return NULL;
	}
	l->arena = a;
	l->io = io;
	l->report = r;
	l->at = at;
	l->rng = io->seed;
	return src_open(l, path) ? l : NULL;
}

/* ---- the second tokeniser ---- */

/* What a backslash escape stands for. *pp is behind the backslash and moves behind the escape. */
static char escape(const char **pp, const char *end)
{
	static const char from[] = "abEfnrtv", to[] = "\a\b\033\f\n\r\t\v";
	const char *p = *pp, *f = memchr(from, *p, 8);
	int base = *p == 'x' ? 16 : 8, i = *p == 'x', v = 0;
	const int first = i;

	for (; i < 3 && p + i < end && lex_digit(p[i]) < base; i++)
		v = v * base + lex_digit(p[i]);
	if (i > first) {
		*pp = p + i;
		return v;
	}
	if (*p == 'c' && p + 1 < end) {
		*pp = p + 2;
		return p[1] & 0x1f;
	}
	*pp = p + 1;
	return f ? to[f - from] : *p;
}

enum { SPLIT_QUOTE = -1, SPLIT_MANY = -2 };

/* Split s into w (CMD_ARGS_MAX of them), text into out (as long as s, and a NUL). The count, or SPLIT_*. */
static int split(struct span s, char *out, struct word *w)
{
	int n = 0;

	for (span_trim(&s); s.p < s.end; span_trim(&s)) {
		const char *p = s.p, *closed = NULL;
		unsigned quotes = 0;
		char quote = 0;

		if (n == CMD_ARGS_MAX)
			return SPLIT_MANY;
		w[n].s = out;
		w[n].col = span_col(&s);
		while (p < s.end && (quote || !BLANK(*p))) {
			char c = *p++;

			if (quote ? c == quote : c == '"' || c == '\'') {
				quote = quote ? 0 : c;
				quotes++;
				closed = p;
			} else {
				*out++ = c == '\\' && p < s.end ? escape(&p, s.end) : c;
			}
		}
		if (quote)
			return SPLIT_QUOTE;
		*out++ = 0;
		w[n++].quoted = quotes == 2 && closed == p && (*s.p == '"' || *s.p == '\'');
		span_skip(&s, p - s.p);
	}
	return n;
}

int lex_script_words(struct lex *l, const struct word **w)
{
	struct word tmp[CMD_ARGS_MAX], *out;
	char *text = lex_get(l, l->args.end - l->args.p + 1);
	int n;

	if (!text)
		return -1;
	n = split(l->args, text, tmp);
	if (n < 0) {
		lex_say(l, n == SPLIT_QUOTE ? SEV_WARNING : SEV_ERROR, span_col(&l->args), NULL,
		        n == SPLIT_QUOTE ? "unterminated quote: line ignored" : "more than %d words in a command", CMD_ARGS_MAX);
		return -1;
	}
	if (!(out = lex_get(l, n * sizeof(*out))))
		return -1;
	*w = memcpy(out, tmp, n * sizeof(*out));
	return n;
}

int lex_split_command(struct arena *a, const char *text, char ***argv)
{
	struct span s = { .p = text, .end = text + strlen(text) };
	struct word w[CMD_ARGS_MAX];
	char *out = arena_get(a, s.end - s.p + 1);
	int i, n = out ? split(s, out, w) : -1;

	if (n < 0 || !(*argv = arena_get(a, (n + 1) * sizeof(**argv))))
		return -1;
	for (i = 0; i < n; i++)
		(*argv)[i] = (char *)w[i].s;
	return n;
}
