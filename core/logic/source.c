/* source.c - where keepalived.conf's lines come from: files, includes (pure). Reference a.1, a.4. */
#include <stdio.h>
#include <string.h>

#include "expand.h"

enum { CHECK_READ = 1, CHECK_MATCH = 2, CHECK_WILD = 4, CHECK_BRACE = 8, CHECK_ALL = 15 };

struct src *src_push(struct lex *l, enum src_kind kind)
{
	struct src *f = l->free;
	struct param *vars;

	if (l->depth >= LINES_DEPTH) {
		lex_say(l, SEV_ERROR, l->at.col, NULL, "includes, parameters or sequences that contain themselves");
		return NULL;
	}
	if (f)
		l->free = f->below;
	else if (!(f = lex_get(l, sizeof(*f))))
		return NULL;
	vars = f->vars;
	memset(f, 0, sizeof(*f));
	f->vars = vars;
	f->kind = kind;
	f->outer = l->vars;
	f->below = l->top;
	l->top = f;
	l->depth++;
	return f;
}

void src_pop(struct lex *l)
{
	struct src *f = l->top;

	l->top = f->below;
	l->vars = f->outer;
	l->depth--;
	f->below = l->free;
	l->free = f;
	for (f = l->top; f && f->kind != SRC_FILE; f = f->below)
		;
	l->file = f;
}

/* Comment, carriage return and blanks off the end; only double quotes protect a comment sign. */
static void strip(struct span *s)
{
	const char *p, *end = s->end;
	bool quoted = false;

	for (p = s->p; p < end; p++) {
		if (*p == '"')
			quoted = !quoted;
		else if (!quoted && (*p == '#' || *p == '!') && (p == s->p || p[-1] != '\\'))
			end = p;
	}
	while (end > s->p && (BLANK(end[-1]) || end[-1] == '\r'))
		end--;
	s->end = end;
}

bool src_continues(struct span *s)
{
	if (s->p == s->end || s->end[-1] != '\\')
		return false;
	s->end--;
	span_trim(s);
	return true;
}

static void place(struct lex *l, unsigned col)
{
	if (l->file)
		l->at = (struct place){ l->file->name, l->file->line, col };
}

/* A line of a file, or of a parameter's value. */
static bool raw(struct lex *l, struct src *f, struct span *s)
{
	const char *nl;

	if (f->s.p == f->s.end)
		return false;
	*s = f->s;
	nl = memchr(s->p, '\n', s->end - s->p);
	if (nl)
		s->end = nl;
	f->s.p = nl ? nl + 1 : s->end;
	if (f->kind == SRC_FILE) {
		f->line++;
		if (!l->vars)	/* an include in a ~SEQ counts with it */
			l->made = l->work = 0;
	}
	place(l, s->col);
	if (memchr(s->p, 0, s->end - s->p)) {
		lex_say(l, SEV_ERROR, s->col, NULL, "a NUL byte: this is no text");
		f->s.p = f->s.end;	/* nor is what follows */
		s->end = s->p;
		return true;
	}
	strip(s);
	if (s->end - s->p > LINE_MAX_LEN) {
		lex_say(l, SEV_ERROR, s->col, NULL, "line is longer than %d bytes", LINE_MAX_LEN);
		s->end = s->p;
	}
	if (f->kind == SRC_TEXT)
		src_continues(s);
	return true;
}

static bool open_file(struct lex *l, const char *path, enum severity sev)
{
	const char *text, *why = "cannot be read";
	unsigned files = 0;
	struct src *f;
	size_t len;

	for (f = l->top; f; f = f->below) {
		if (f->kind != SRC_FILE)
			continue;
		if (++files >= INCLUDE_DEPTH || !strcmp(f->name, path)) {
			lex_say(l, SEV_ERROR, l->at.col, path, "a file that includes itself, or more than %d nested includes",
			    INCLUDE_DEPTH);
			return false;
		}
	}
	if (++l->files > FILES_MAX) {
		if (l->files == FILES_MAX + 1)
			lex_say(l, SEV_ERROR, l->at.col, path, "more than %d files", FILES_MAX);
		return false;
	}
	text = l->io->load(l->io, l->arena, path, &len, &why);
	if (!text) {
		lex_say(l, sev, l->at.col, path, "cannot be read: %s", why);
		return false;
	}
	if (!(f = src_push(l, SRC_FILE)))
		return false;
	f->s = (struct span){ .p = text, .end = text + len, .col = 1 };
	if (span_starts(&f->s, "\xef\xbb\xbf"))	/* byte order mark of DOS editors */
		f->s.p += 3;
	f->name = path;
	l->file = f;
	return true;
}

bool src_line(struct lex *l, struct src *f, struct span *s)
{
	const char *path;

	if (f->kind != SRC_PATHS)
		return raw(l, f, s);
	if (!f->paths)
		return false;
	*s = f->s;
	path = f->paths->s;
	f->paths = f->paths->next;
	l->at.file = path;
	l->at.line = l->at.col = 0;	/* nothing includes the top files of a glob */
	place(l, f->s.col);
	open_file(l, path, f->sev);
	return true;
}

size_t src_dir(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash - path + 1 : 0;
}

/* One include: what became of its pattern. */
struct inc {
	const char *pattern;
	struct path *first, **tail;
	unsigned tried, matched, missed;	/* brace alternatives; files found; alternatives without any */
	bool wild;
};

static char *cat(struct lex *l, const char *a, size_t an, const char *b, size_t bn, const char *c)
{
	size_t n = an + bn + strlen(c) + 1;
	char *s = lex_get(l, n);

	if (s)
		snprintf(s, n, "%.*s%.*s%s", (int)an, a, (int)bn, b, c);
	return s;
}

/* A pattern without braces: into the list with what it matches. */
static void match(struct lex *l, struct inc *inc, char *path)
{
	bool whole = path == inc->pattern, wild = strpbrk(path, "*?[");
	char **v = &path;
	unsigned i, n = 1;

	inc->wild |= wild;
	if (*path != '/' && l->file && !(path = cat(l, l->file->name, src_dir(l->file->name), "", 0, path)))
		return;
	/* A plain name goes in unseen: load knows best why it cannot be read. */
	if ((wild || !whole) && l->io->glob) {
		n = 0;
		v = l->io->glob(l->io, l->arena, path, &n);
	}
	inc->matched += n;
	inc->missed += !n;
	for (i = 0; i < n; i++) {
		struct path *e = lex_get(l, sizeof(*e));

		if (!e)
			return;
		e->s = v[i];
		*inc->tail = e;
		inc->tail = &e->next;
	}
}

/* The end of the brace group at p: its }, or the comma before its next alternative. */
static char *alternative(char *p)
{
	unsigned depth = 0;

	for (; *p; p++) {
		if (!depth && (*p == ',' || *p == '}'))
			return p;
		depth += (*p == '{') - (*p == '}');
	}
	return NULL;
}

/* csh braces, which musl's glob has not: a{b,c{d,e}} is ab, acd, ace. {} stays as it is. */
static void braces(struct lex *l, struct inc *inc, char *pat)
{
	char *open = strchr(pat, '{'), *close, *p, *q, *s;

	while (open && open[1] == '}')
		open = strchr(open + 2, '{');
	for (close = open; close && (close == open || *close == ','); )
		close = alternative(close + 1);
	if (!close) {
		if (inc->tried++ < BRACES_MAX)
			match(l, inc, pat);
		return;
	}
	for (p = open; *p != '}' && inc->tried < BRACES_MAX; p = q) {
		q = alternative(p + 1);
		if (!(s = cat(l, pat, open - pat, p + 1, q - p - 1, close + 1)))
			return;
		braces(l, inc, s);
	}
}

/* Find the files of a pattern and make them the next source. false: there are none. */
static bool include(struct lex *l, char *pattern, unsigned checks, unsigned col)
{
	struct inc inc = { .pattern = pattern };
	struct src *f;

	if (l->files > FILES_MAX)
		return false;
	inc.tail = &inc.first;
	braces(l, &inc, pattern);
	if (inc.missed && inc.matched && (checks & CHECK_BRACE))
		lex_say(l, SEV_ERROR, col, pattern, "expected a file for each alternative in braces");
	if (!inc.matched) {
		if (inc.wild)
			lex_say(l, checks & CHECK_WILD ? SEV_ERROR : SEV_NOTE, col, pattern, "matches no file");
		else
			lex_say(l, checks ? SEV_ERROR : SEV_WARNING, col, pattern, "no such file");
		return false;
	}
	if (!l->file && inc.matched > 1)
		lex_say(l, SEV_WARNING, col, pattern, "%u files match, all are read", inc.matched);
	if (!(f = src_push(l, SRC_PATHS)))
		return false;
	f->s.col = col;
	f->paths = inc.first;
	f->sev = checks & ~CHECK_BRACE ? SEV_ERROR : SEV_WARNING;
	return true;
}

bool src_include(struct lex *l, const struct span *line)
{
	static const char letters[] = "rmwba";	/* in the order of CHECK_* */
	unsigned checks = l->io->include_strict ? CHECK_ALL : l->checks;
	struct span s = *line;
	const char *c, *end;
	char *name;

	if (!span_starts(&s, "include"))
		return false;
	span_skip(&s, 7);
	if (s.p < s.end && (c = memchr(letters, *s.p, 5))) {
		checks |= *c == 'a' ? CHECK_ALL : 1 << (c - letters);
		span_skip(&s, 1);
	}
	if (s.p < s.end && !BLANK(*s.p))
		return false;
	span_trim(&s);
	for (end = s.p; end < s.end && !BLANK(*end); end++)
		;
	if (s.p < s.end && *s.p == '"') {
		span_skip(&s, 1);
		end = memchr(s.p, '"', s.end - s.p);
	}
	if (!end || end == s.p)
		lex_say(l, SEV_ERROR, span_col(line), "include", "expected a file name");
	else if ((name = lex_get(l, end - s.p + 1)))
		include(l, memcpy(name, s.p, end - s.p), checks, span_col(&s));
	return true;
}

void lex_include_check(struct lex *l, const struct word *w, unsigned n)
{
	static const char names[5][16] = { "read", "match", "wildcard_match", "brace_match", "readable" };
	char mode = 0;

	if (!n)
		l->checks = CHECK_ALL;
	for (; n--; w++) {
		const char *s = w->s;
		unsigned i = 0;

		if (*s == '+' || *s == '-')
			mode = *s++;
		else if (!mode)
			l->checks = 0, mode = '=';
		if (!*s)
			continue;
		while (i < 5 && strcmp(s, names[i]))
			i++;
		if (i == 5)
			lex_say(l, SEV_WARNING, w->col, s, "expected read, match, wildcard_match or brace_match");
		else if (mode == '-')
			l->checks &= ~(1 << i % 4);
		else
			l->checks |= 1 << i % 4;
	}
}

bool src_open(struct lex *l, const char *path)
{
	char *name = cat(l, "", 0, "", 0, path);

	if (!name)
		return false;
	l->at.file = name;
	if (strpbrk(path, "*?[{"))
		return include(l, name, CHECK_ALL, 0);
	return open_file(l, name, SEV_ERROR);
}
