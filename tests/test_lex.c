/* test_lex.c - rows for lex.c, source.c, expand.c: text in, tokens and findings out (reference, section a). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lex.h"
#include "t.h"

#define TOP "/etc/v/main.conf"

/* ---- an arena and files without a system ---- */

static void *grow(struct arena *a, size_t need, size_t *got)
{
	size_t n = need < 4096 ? 4096 : need;
	void **chunk = malloc(n + 16);

	*chunk = a->chunks;
	a->chunks = chunk;
	*got = n;
	return (char *)chunk + 16;
}

static void drop(struct arena *a)
{
	void **chunk, *next;

	for (chunk = a->chunks; chunk; chunk = next) {
		next = *chunk;
		free(chunk);
	}
}

static const struct { const char *path, *text; } files[] = {
	{ "/etc/v/a.conf",     "in_a\n" },
	{ "/etc/v/b.conf",     "in_b" },
	{ "/etc/v/sub/c.conf", "in_c ${_PWD}\ninclude d.conf\nafter_d\n" },
	{ "/etc/v/sub/d.conf", "in_d\n  bad \"quote\n" },
	{ "/etc/v/sub/up.conf", "include ../a.conf\n" },
	{ "/etc/v/sub/../a.conf", "up_a\n" },
	{ "/etc/v/loop1.conf", "one\ninclude loop2.conf\n" },
	{ "/etc/v/loop2.conf", "two\ninclude loop1.conf\nthree\n" },
	{ "/etc/v/defs.conf",  "$FROM_A=there\n" },
	{ "/etc/v/x.sh",       NULL },
	{ "rel.conf",          "pwd ${_PWD}" },
};

static const char *top;
static size_t top_len;

static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	const char *text = NULL;
	unsigned i;
	char *s;

	(void)io;
	*why = "No such file or directory";
	if (!strcmp(path, TOP)) {
		*len = top_len;
		s = arena_strn(a, top, top_len);
		for (i = 0; i < top_len; i++)
			if (s[i] == 1)
				s[i] = 0;
		return s;
	}
	for (i = 0; i < sizeof(files) / sizeof(*files); i++)
		if (!strcmp(path, files[i].path) && !(text = files[i].text))
			*why = "has an execute bit";
	if (!strncmp(path, "/etc/v/fan/", 11)) {	/* each includes the next one twice */
		s = arena_get(a, 64);
		i = atoi(path + 11) + 1;
		*len = i < 15 ? sprintf(s, "include %u\ninclude %u\n", i, i) : 0;
		return s;
	}
	if (!text)
		return NULL;
	*len = strlen(text);
	return arena_str(a, text);
}

/* One * at most, as the rows need. */
static char **globber(struct lex_io *io, struct arena *a, const char *pattern, unsigned *n)
{
	const char *star = strchr(pattern, '*');
	size_t pre = star ? (size_t)(star - pattern) : strlen(pattern), post = star ? strlen(star + 1) : 0;
	char **v = arena_get(a, sizeof(files) / sizeof(*files) * sizeof(*v));
	unsigned i;

	(void)io;
	*n = 0;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		const char *p = files[i].path;
		size_t len = strlen(p);

		if (len < pre + post || strncmp(p, pattern, pre) || (!star && len != pre))
			continue;
		if (star && (strchr(p + pre, '/') || strcmp(p + len - post, star + 1)))
			continue;
		v[(*n)++] = arena_str(a, p);
	}
	return v;
}

static const char *env(struct lex_io *io, const char *name)
{
	(void)io;
	return strcmp(name, "COLOUR") ? NULL : "red $A #1";
}

/* ---- traces ---- */

static char said[4096], trace[1 << 16];

static void add(char *to, size_t size, const char *s)
{
	strncat(to, s, size - strlen(to) - 1);
}

static void say(struct report *r, enum severity sev, const struct place *at, const char *word, const char *text)
{
	const char *base = strrchr(at->file, '/');
	char buf[600];

	(void)r;
	base = base ? base + 1 : at->file;
	snprintf(buf, sizeof(buf), "%s%c %s%s%u:%u %s%s%s", *said ? " | " : "", "NWSE"[sev],
	         strcmp(base, "main.conf") ? base : "", strcmp(base, "main.conf") ? ":" : "", at->line, at->col,
	         word ? word : "", word ? ": " : "", text);
	add(said, sizeof(said), buf);
}

static void put_words(const struct word *w, unsigned n, bool places)
{
	char buf[8300];
	unsigned i;

	for (i = 0; i < n; i++) {
		snprintf(buf, sizeof(buf), "%s", i ? "|" : "");
		add(trace, sizeof(trace), buf);
		if (places) {
			snprintf(buf, sizeof(buf), "%u:", w[i].col);
			add(trace, sizeof(trace), buf);
		}
		snprintf(buf, sizeof(buf), w[i].quoted ? "\"%s\"" : "%s", w[i].s);
		add(trace, sizeof(trace), buf);
	}
}

enum { WORDS, PLACES, SCRIPTS };	/* what a trace shows: words; with line:col; the second tokeniser's */

static void one_line(struct lex *l, int mode)
{
	const struct word *w;
	unsigned n = lex_words(l, &w);
	int k;

	if (!strcmp(w[0].s, "include_check"))
		lex_include_check(l, w + 1, n - 1);
	if (mode != SCRIPTS) {
		put_words(w, n, mode == PLACES);
		return;
	}
	add(trace, sizeof(trace), w[0].s);
	add(trace, sizeof(trace), "=");
	k = lex_script_words(l, &w);
	if (k >= 0)
		put_words(w, k, false);
}

static void put_place(const struct lex *l)
{
	const struct place *at = lex_place(l);
	const char *base = strrchr(at->file, '/') + 1;
	char buf[100];

	snprintf(buf, sizeof(buf), "%.1s%u@", strcmp(base, "main.conf") ? base : "", at->line);
	add(trace, sizeof(trace), buf);
}

static struct report read_all(struct arena *a, const char *path, int mode, bool strict)
{
	struct lex_io io = { load, globber, env, 7, "node1", strict };
	struct report r = { .say = say };
	struct lex *l;
	enum lex_tok tok;

	*said = *trace = 0;
	memset(a, 0, sizeof(*a));
	a->grow = grow;
	if (!(l = lex_open(a, &io, &r, path)))
		return r;
	while ((tok = lex_next(l)) != LEX_EOF) {
		if (*trace)
			add(trace, sizeof(trace), " ");
		if (mode == PLACES)
			put_place(l);
		if (tok == LEX_LINE)
			one_line(l, mode);
		else
			add(trace, sizeof(trace), tok == LEX_OPEN ? "{" : "}");
	}
	return r;
}

static void set_top(const char *text)
{
	top = text;
	top_len = strlen(text);
}

/* ---- rows ---- */

#pragma GCC diagnostic ignored "-Wmissing-field-initializers"	/* a row may stop early */

struct row {
	const char *name, *text, *want, *found;
	int mode;
	bool strict;
};

static const struct row rows[] = {
	/* a.1 lines, comments, braces */
	{ "a.1 empty file",             "", "", "" },
	{ "a.1 words",                  "priority 100\n\tstate  MASTER \n", "priority|100 state|MASTER", "" },
	{ "a.1 no newline at the end",  "a b", "a|b", "" },
	{ "a.1 DOS file",               "\xef\xbb\xbf" "a b\r\nc\r\n", "a|b c", "" },
	{ "a.1 comments",               "! all\n# all\na # b\nc!d\n", "a c", "" },
	{ "a.1 comment in double quotes", "a \"#b ! c\" d # e\n", "a|\"#b ! c\"|d", "" },
	{ "a.1 single quotes do not protect", "a '#b'\n", "a|'", "" },
	{ "a.1 escaped comment sign",   "auth_pass a\\#b\\!c # d\n", "auth_pass|a#b!c", "" },
	{ "a.1 other backslashes stay", "a \\x\\\n", "a|\\x\\", "" },
	{ "a.1 brace behind a word",    "block{\n}\n", "block { }", "" },
	{ "a.1 brace on its own line",  "block\n{\na\n}", "block { a }", "" },
	{ "a.1 block on one line",      "block { a b } c", "block { a|b } c", "" },
	{ "a.1 } }",                    "} }{x", "} } { x", "" },
	{ "a.1 brace in quotes",        "a \"{b}\" {", "a|\"{b}\" {", "" },
	{ "a.1 two keywords on a line", "interface d0 virtual_router_id 10", "interface|d0|virtual_router_id|10", "" },
	{ "a.1 NUL byte",               "a\nb\001c\nd\001", "a", "E 2:1 a NUL byte: this is no text" },
	{ "a.1 unterminated quote",     "a \"b { c\nd", "d", "W 1:3 unterminated quote: line ignored" },
	{ "a.1 unterminated after a block", "a { b \"c\n}", "a { }", "W 1:7 unterminated quote: line ignored" },
	{ "a.1 no continuation in general", "a \\\nb", "a|\\ b", "" },
	/* a.2 words */
	{ "a.2.1 quotes",               "priority \"120\"", "priority|\"120\"", "" },
	{ "a.2.1 empty quotes",         "a \"\" b\"\"", "a|\"\"|b|\"\"", "" },
	{ "a.2.1 quote inside a word splits", "ab\"c d\"ef", "ab|\"c d\"|ef", "" },
	{ "a.2.1 blank inside quotes",  "a \" b\t\"", "a|\" b\t\"", "" },
	{ "a.2.2 plain",                "script /bin/x user", "script=/bin/x|user", "", SCRIPTS },
	{ "a.2.2 one quoted string",    "notify \"/x 'a b' c\" root", "notify=\"/x 'a b' c\"|root", "", SCRIPTS },
	{ "a.2.2 single quotes",        "notify '/x a' u", "notify=\"/x a\"|u", "", SCRIPTS },
	{ "a.2.2 pieces join",          "notify /x\"a b\"'c'd e", "notify=/xa bcd|e", "", SCRIPTS },
	{ "a.2.2 two strings joined are not one", "notify \"a\"'b'", "notify=ab", "", SCRIPTS },
	{ "a.2.2 quote right after the word", "script\"/x y\" z", "script=\"/x y\"|z", "", SCRIPTS },
	{ "a.2.2 letters",              "s \\a\\b\\E\\f\\n\\r\\t\\v", "s=\a\b\033\f\n\r\t\v", "", SCRIPTS },
	{ "a.2.2 numbers",              "s \\101\\x42\\x4Ag\\cA\\7x", "s=ABJg\001\ax", "", SCRIPTS },
	{ "a.2.2 others stand for themselves", "s \\q\\'\\ x\\\\", "s=q' x\\", "", SCRIPTS },
	{ "a.2.2 comment sign",         "s a\\#b # c", "s=a#b", "", SCRIPTS },
	{ "a.2.2 stops at a brace",     "a { s '/x y' }", "a= { s=\"/x y\" }", "", SCRIPTS },
	{ "a.2.2 no words",             "s", "s=", "", SCRIPTS },
	{ "a.2.2 unterminated",         "s 'a b", "s=", "W 1:3 unterminated quote: line ignored", SCRIPTS },
	{ "a.2.2 parameters too",       "$P=/bin\ns ${P}/x a", "s=/bin/x|a", "", SCRIPTS },
	/* a.4 include */
	{ "a.4 include",                "x\ninclude a.conf\ny", "x in_a y", "" },
	{ "a.4 relative to the including file", "include sub/c.conf\n", "in_c|/etc/v/sub in_d after_d", "W d.conf:2:7 unterminated quote: line ignored" },
	{ "a.4 up",                     "include sub/up.conf", "up_a", "" },
	{ "a.4 absolute",               "include /etc/v/b.conf", "in_b", "" },
	{ "a.4 quoted, with comment",   "include \"a.conf\" # x", "in_a", "" },
	{ "a.4 glob",                   "include ?.conf\ninclude [ab]*f\ninclude b*.conf", "in_b",
	  "N 1:9 ?.conf: matches no file | N 2:9 [ab]*f: matches no file" },
	{ "a.4 braces",                 "include {a,b}.conf", "in_a in_b", "" },
	{ "a.4 nested braces",          "include {a,{z,b}}{,.conf}", "in_a in_b", "" },
	{ "a.4 one missing alternative is silent", "include {zz,a}.conf", "in_a", "" },
	{ "a.4 absolute alternative",   "include {/etc/v/a,sub/d}.conf", "in_a in_d", "W d.conf:2:7 unterminated quote: line ignored" },
	{ "a.4 b wants each alternative", "includeb {zz,a}.conf", "in_a", "E 1:10 {zz,a}.conf: expected a file for each alternative in braces" },
	{ "a.4 b without braces",       "includeb a.conf", "in_a", "" },
	{ "a.4 missing file",           "include zz.conf\nx", "x", "W 1:9 /etc/v/zz.conf: cannot be read: No such file or directory" },
	{ "a.4 missing braces",         "include {y,z}.conf\nx", "x", "W 1:9 {y,z}.conf: no such file" },
	{ "a.4 execute bit",            "include x.sh\nx", "x", "W 1:9 /etc/v/x.sh: cannot be read: has an execute bit" },
	{ "a.4 r",                      "includer x.sh", "", "E 1:10 /etc/v/x.sh: cannot be read: has an execute bit" },
	{ "a.4 m",                      "includem zz.conf\nincludem zz*", "", "E 1:10 /etc/v/zz.conf: cannot be read: No such file or directory | N 2:10 zz*: matches no file" },
	{ "a.4 w",                      "includew zz*", "", "E 1:10 zz*: matches no file" },
	{ "a.4 a",                      "includea {a,zz}*\n", "in_a", "E 1:10 {a,zz}*: expected a file for each alternative in braces" },
	{ "a.4 -e",                     "include zz*\n", "", "E 1:9 zz*: matches no file", WORDS, true },
	{ "a.4 include_check",          "include_check wildcard_match\ninclude zz*\ninclude_check -wildcard_match\ninclude zz*\n",
	  "include_check|wildcard_match include_check|-wildcard_match", "E 2:9 zz*: matches no file | N 4:9 zz*: matches no file" },
	{ "a.4 include_check + keeps, plain replaces", "include_check match\ninclude_check +wildcard_match readable\ninclude zz*\ninclude_check match\ninclude zz*",
	  "include_check|match include_check|+wildcard_match|readable include_check|match", "E 3:9 zz*: matches no file | N 5:9 zz*: matches no file" },
	{ "a.4 include_check unknown word", "include_check reed", "include_check|reed", "W 1:15 reed: expected read, match, wildcard_match or brace_match" },
	{ "a.4 no file name",           "a\n include\nb", "a b", "E 2:2 include: expected a file name" },
	{ "a.4 other words beginning so", "includes a\ninclude_check\nincluder_x", "includes|a include_check includer_x", "" },
	{ "a.4 loop",                   "include loop1.conf\nend", "one two three end",
	  "E loop2.conf:2:9 /etc/v/loop1.conf: a file that includes itself, or more than 16 nested includes" },
	{ "a.4 itself",                 "a\ninclude main.conf\nb", "a b",
	  "E 2:9 /etc/v/main.conf: a file that includes itself, or more than 16 nested includes" },
	{ "a.4 definitions come out",   "include defs.conf\nx $FROM_A", "x|there", "" },
	{ "a.4 include comes before $", "$F=a.conf\ninclude $F\n", "", "W 2:9 /etc/v/$F: cannot be read: No such file or directory" },
	{ "a.4 twice one after the other", "include a.conf\ninclude a.conf", "in_a in_a", "" },
	/* a.5 parameters */
	{ "a.5 use",                    "$A=1\nx $A ${A}2 ($A) $A,$A", "x|1|12|(1)|1,1", "" },
	{ "a.5 other characters behind", "$A=1\nx $A/24 $A. \"$A\" $AB", "x|$A/24|$A.|\"$A\"|$AB", "" },
	{ "a.5 in quotes",              "$A=1 2\nx \"${A}\" '${A}'", "x|\"1 2\"|'1|2'", "" },
	{ "a.5 value with quotes",      "$A=\"1 2\"\nx $A", "x|\"1 2\"", "" },
	{ "a.5 blanks after =",         "$A=  1 2  # c\nx $A", "x|1|2", "" },
	{ "a.5 blank before = is none", "$A =1", "$A|=1", "" },
	{ "a.5 empty value",            "$A=\nx $A y\n$A\n${A}", "x|y", "" },
	{ "a.5 case",                   "$a=1\nx $A $a", "x|$A|1", "" },
	{ "a.5 bad names",              "$1=2\nx $1 $ ${ a $", "$1=2 x|$1|$|$ { a|$", "" },
	{ "a.5 undefined, braces cut",  "x $NO ${NO} y", "x|$NO|$ { NO } y", "" },
	{ "a.5 recursion at use time",  "$A=$B ${C}d\n$B=1\n$C=2\nx $A", "x|1|2d", "" },
	{ "a.5 redefined",              "$A=1\nx $A\n$A=2\nx $A", "x|1 x|2", "" },
	{ "a.5 itself",                 "$A=$A b\nx $A\ny", "y", "E 2:3 parameters that contain themselves" },
	{ "a.5 itself, first",          "$A=$A b\n$A\ny", "y", "E 2:1 parameters that contain themselves" },
	{ "a.5 each other",             "$A=$B\n$B=$A\nx ${A}\ny", "y", "E 3:3 parameters that contain themselves" },
	{ "a.5 multi-line",             "$A=a 1 \\\n  b { \\\n c }\nd\n$A\ne", "d a|1 b { c } e", "" },
	{ "a.5 multi-line with words before", "$A=a \\\nb\nx $A", "x|a b", "" },
	{ "a.5 multi-line in multi-line", "$A=1 \\\n2\n$B=x $A \\\ny\n$B", "x|1 2 y", "" },
	{ "a.5 multi-line not at the end", "$A={ \\\n a\nb $A }\nc", "b { a } c", "W 3:6 nothing should follow a multi-line parameter on its line" },
	{ "a.5 multi-line, DOS, comments", "$A=a # 1\\\nb\\ # 2\r\n c \\\r\n d\r\n$B=x \\\r\n y # 3\r\n$B\n", "b\\ c|\\ d x y", "" },
	{ "a.5 multi-line ends at the end", "$A=1 \\", "", "" },
	{ "a.5 multi-line loop",        "$A=x \\\n$A\n$A\ny", NULL, NULL },
	{ "f.9 value begins with @",    "$A=@node1 a\n$B=@node2 b\n$A\n$B", "a", "" },
	{ "f.9 value begins with ~SEQ", "$A=~SEQ(i,2) a\n$A $i", "a|1 a|2", "" },
	{ "f.9 each line of a value",   "$A=x { \\\n@node2 a \\\n@node1 b \\\n ~SEQ(i,2) c$i \\\n}\n$A", "x { b c1 c2 }", "" },
	{ "f.9 through another one",    "$A=$B a\n$B=@node2\n$A\nx", "x", "" },
	{ "a.5 value defines another",  "$A=$B=1\n$A\nx $B", "x|1", "" },
	{ "a.5 _PWD",                   "x ${_PWD} $_PWD", "x|/etc/v|/etc/v", "" },
	{ "a.5 _INSTANCE",              "x ${_INSTANCE}b", "x|node1b", "" },
	{ "a.5 _HASH _BANG",            "x a${_HASH}b ${_BANG} # c", "x|a#b|!", "" },
	{ "a.5 _ENV",                   "$A=1\nx ${_ENV COLOUR}", "x|red|$A|#1", "" },
	{ "a.5 _ENV unset",             "x ${_ENV NONE}y", "x|y", "N 1:10 NONE: no such variable in the environment" },
	{ "a.5 _RANDOM range",          "x ${_RANDOM 5 5}${_RANDOM 7 7} ${_RANDOM 32767}", "x|57|32767", "" },
	{ "a.5 _RANDOM bad",            "x ${_RANDOM 9 5}", "x|9", "E 1:3 _RANDOM: expected [MIN [MAX]]" },
	{ "a.5 unknown built-in",       "x $_FOO", "x|$_FOO", "" },
	/* a.6 conditions */
	{ "a.6 @",                      "@node1 a\n@node2 b\n@node c\n@node12 d", "a", "" },
	{ "a.6 @^",                     "@^node1 a\n@^node2 b", "b", "" },
	{ "a.6 braces need their own",  "x\n@node1 {\n@node2 {\n a\n@node1 }", "x { a }", "" },
	{ "a.6 only the first word",    "a @node2 b", "a|@node2|b", "" },
	{ "a.6 vrrpbox",                "@vrrpbox a\n@^vrrpbox b", "a", "" },
	{ "a.6 definitions",            "@node1 $A=1\n@node2 $A=2\nx $A", "x|1", "" },
	{ "a.6 definition of many lines", "@node2 $A=1 \\\n2\n@node1 $B=3 \\\n4\n$B", "3 4", "" },
	{ "a.6 include",                "@node1 include a.conf\n@node2 include b.conf", "in_a", "" },
	{ "a.6 nothing left",           "@node1\n@\n@^\nx", "x", "" },
	/* a.7 sequences */
	{ "a.7 end",                    "~SEQ(i, 3) a $i", "a|1 a|2 a|3", "" },
	{ "a.7 start, end",             "~SEQ(i,-1,1) a${i}b", "a-1b a0b a1b", "" },
	{ "a.7 start, step, end",       "~SEQ(i, 1, 2, 6) a$i", "a1 a3 a5", "" },
	{ "a.7 downwards",              "~SEQ(i,3,-1,1) $i", "3 2 1", "" },
	{ "a.7 one round",              "~SEQ(i,4,4) $i\n~SEQ(i,4,-1,4) $i", "4 4", "" },
	{ "a.7 hex",                    "~SEQx(i,9,11) fe80::$i\n~SEQx(i,0xfe,0xff) $i", "fe80::9 fe80::a fe80::b fe ff", "" },
	{ "a.7 wrong step",             "~SEQ(i,1,-1,3) a\n ~SEQ(i,1,0,3) a\n~SEQ(i,0) a\nb", "b",
	  "E 1:1 ~SEQ: expected (VAR, [START,] [STEP,] END), at most 65536 steps from START to END | "
	  "E 2:2 ~SEQ: expected (VAR, [START,] [STEP,] END), at most 65536 steps from START to END | "
	  "E 3:1 ~SEQ: expected (VAR, [START,] [STEP,] END), at most 65536 steps from START to END" },
	{ "a.7 no end",                 "~SEQ(i) a", "", "E 1:1 ~SEQ: expected (VAR, [START,] [STEP,] END), at most 65536 steps from START to END" },
	{ "a.7 no variable",            "~SEQ(,3) a", "", "E 1:1 expected a variable name, or up to 16 of them in braces" },
	{ "a.7 no )",                   "x\n ~SEQ(i,3 a", "x", "E 2:2 ~SEQ: expected a closing )" },
	{ "a.7 chained",                "~SEQ(i,2) ~SEQ(j,2) a$i.$j", "a$i.1 a$i.2 a$i.1 a$i.2", "" },
	{ "a.7 chained, braces",        "~SEQ(i,2) ~LST(j,x,y) a${i}.$j", "a1.x a1.y a2.x a2.y", "" },
	{ "a.7 inner range of the outer", "~SEQ(i,2) ~SEQ(j,$i) $i,$j", "1,1 2,1 2,2", "" },
	{ "a.7 parameters in it",       "$N=2\n$T=t$i\n~SEQ(i,1,$N) $T", "t1 t2", "" },
	{ "a.7 its variable comes first, then goes", "$i=9\n~SEQ(i,2) $i\n$i", "1 2 9", "" },
	{ "a.7 blocks",                 "$B=vrrp VI_${i} { \\\n id $i \\\n}\n~SEQ(i,2) $B", "vrrp|VI_1 { id|1 } vrrp|VI_2 { id|2 }", "" },
	{ "a.7 block on the line",      "~SEQ(i,2) x ${i} { y $i }", "x|1 { y|1 } x|2 { y|2 }", "" },
	{ "a.7 list",                   "~LST(v, a,b ,,c) x $v", "x|a x|b x x|c", "" },
	{ "a.7 list of one",            "~LST(v,a) x$v", "xa", "" },
	{ "a.7 tuples",                 "~LST({a,b}, {1,2}, {3,4}) $a-${b}", "$a-2 $a-4", "" },
	{ "a.7 tuples, missing values", "~LST({a,b},{1},{},{3,4,5}) x${a}y${b}z", "x1yz xyz x3y4z", "" },
	{ "a.7 quoted value",           "~LST(v,\"a,b) c\") $v", "\"a,b) c\"", "" },
	{ "a.7 empty list",             "~LST(v) x", "", "E 1:1 ~LST: expected (VAR, VALUE, ...) or ({VAR,VAR}, {VALUE,VALUE}, ...)" },
	{ "a.7 behind a condition",     "@node1 ~SEQ(i,2) a$i\n@node2 ~SEQ(i,2) b$i", "a1 a2", "" },
	{ "a.7 condition behind it",    "~LST(v,node1,node2) @node1 $v", "node1 node2", "" },
	{ "a.7 not a sequence",         "~SEQUENCE ~x", "~SEQUENCE|~x", "" },
	{ "a.7 including",              "~SEQ(i,2) include a.conf", "in_a in_a", "" },
	/* places */
	{ "place: lines and columns",   "a b\n\n  c\t\"d e\" f{ g }\n}", "1@1:a|3:b 3@3:c|5:\"d e\"|11:f 3@{ 3@14:g 3@} 4@}", "", PLACES },
	{ "place: escapes",             "a\\#b c", "1@1:a#b|6:c", "", PLACES },
	{ "place: include",             "x\n include a.conf\ny", "1@1:x a1@1:in_a 3@1:y", "", PLACES },
	{ "place: parameters",          "$A=1 2\nx $A y ${A}z q", "2@1:x|3:1|3:2|6:y|8:1|8:2z|14:q", "", PLACES },
	{ "place: parameter first",     "$A=aaaa\n $A b", "2@2:aaaa|5:b", "", PLACES },
	{ "place: nested",              "$A=1 $B 2\n$B=x y\n  k $A z", "3@3:k|5:1|5:x|5:y|5:2|8:z", "", PLACES },
	{ "place: multi-line",          "$A=a \\\n b\n\nx $A\ny", "4@1:x|3:a 4@3:b 5@1:y", "", PLACES },
	{ "place: condition",           "@node1  a b", "1@9:a|11:b", "", PLACES },
	{ "place: sequence",            "~SEQ(i,2) a $i b", "1@11:a|13:1|16:b 1@11:a|13:2|16:b", "", PLACES },
	{ "place: sequence in a parameter", "$A=~SEQ(i,2) a$i\n\n $A", "3@2:a1 3@2:a2", "", PLACES },
	{ "place: after a definition",  "$A=1 \\\n 2\nb", "3@1:b", "", PLACES },
	{ "place: finding in a parameter", "$A=\"x\nb $A\nc", "c", "W 2:3 unterminated quote: line ignored" },
};

static void run(const struct row *r)
{
	char want[20000];
	struct arena a;

	set_top(r->text);
	read_all(&a, TOP, r->mode, r->strict);
	if (r->want) {
		snprintf(want, sizeof(want), "%s => %s", r->want, r->found);
		add(trace, sizeof(trace), " => ");
		add(trace, sizeof(trace), said);
		t_str(r->name, trace, want);
	} else {
		t_case(*said && strstr(trace, "y"), r->name, "trace %s, said %s", trace, said);
	}
	drop(&a);
}

static char big[1 << 21];

static void limits(void)
{
	struct arena a;
	struct report r;

	memset(big, 'x', sizeof(big));
	strcpy(big + LINE_MAX_LEN, "\na");
	set_top(big);
	r = read_all(&a, TOP, WORDS, false);
	t_case(strlen(trace) == LINE_MAX_LEN + 2 && !r.errors, "limit: longest line", "%zu, %s", strlen(trace), said);
	drop(&a);

	memset(big, 'x', sizeof(big));
	strcpy(big + LINE_MAX_LEN + 1, "\na");
	set_top(big);
	read_all(&a, TOP, WORDS, false);
	t_str("limit: line too long", said, "E 1:1 line is longer than 4096 bytes");
	t_str("limit: reading goes on", trace, "a");
	drop(&a);

	memset(big, ' ', sizeof(big));
	strcpy(big + LINE_MAX_LEN + 10, "x # and much more\n");
	memset(big + LINE_MAX_LEN - 1000, '#', 1);
	set_top(big);
	r = read_all(&a, TOP, WORDS, false);
	t_int("limit: comments do not count", r.errors, 0);
	drop(&a);

	set_top("$A=0123456789abcdef\n$B=$A $A $A $A $A $A $A $A\n$C=$B $B $B $B $B $B $B $B\n$D=$C $C $C $C\nx $D\ny");
	read_all(&a, TOP, WORDS, false);
	t_str("limit: expanded line too long", said, "E 5:3 line is longer than 4096 bytes with its parameters");
	t_str("limit: goes on after that", trace, "y");
	drop(&a);

	memset(big, 0, sizeof(big));
	for (unsigned i = 0; i <= WORDS_MAX; i++)
		strcat(big, "a ");
	strcat(big, "\nb");
	set_top(big);
	read_all(&a, TOP, WORDS, false);
	t_str("limit: words", said, "E 1:1025 more than 512 words on a line");
	t_str("limit: words, goes on", trace, "b");
	drop(&a);

	memset(big, 0, sizeof(big));
	strcpy(big, "s");
	for (unsigned i = 0; i <= CMD_ARGS_MAX; i++)
		strcat(big, " a");
	set_top(big);
	read_all(&a, TOP, SCRIPTS, false);
	t_str("limit: words of a command", said, "E 1:3 more than 128 words in a command");
	drop(&a);

	set_top("~SEQ(i,300) ~SEQ(j,300)\n~SEQ(i,300) ~SEQ(j,300) ${_ENV NONE}\ny");
	r = read_all(&a, TOP, WORDS, false);
	t_case(r.errors == 2 && !strcmp(trace, "y"), "limit: sequence", "%u errors, trace %s", r.errors, trace);
	drop(&a);

	set_top("include fan/0\ny");	/* 2^14 files within the permitted depth */
	read_all(&a, TOP, WORDS, false);
	t_case(strstr(said, "more than 4096 files") && !strcmp(trace, "y"), "limit: files", "trace %s, said %.200s", trace, said);
	drop(&a);
}

/* 16 million steps until the lexer gives up: not for an emulated machine (tests/boards.sh). */
static void explosion(void)
{
	struct arena a;
	struct report r;

	if (getenv("T_QUICK")) {
		t_skip("limit: parameters that explode", "T_QUICK");
		return;
	}
	set_top("$A=$B \\\n$B \\\n$B\n$B=$C \\\n$C \\\n$C\n$C=~SEQ(i,60000) $A\n$A\ny");
	r = read_all(&a, TOP, WORDS, false);
	t_case(r.errors && !strcmp(trace, "y"), "limit: parameters that explode", "%u errors, trace %s", r.errors, trace);
	drop(&a);
}

static int count_fail;

static void *grow_until(struct arena *a, size_t need, size_t *got)
{
	void **chunk;

	if (count_fail-- <= 0)
		return NULL;
	chunk = malloc(need + 16);
	*chunk = a->chunks;
	a->chunks = chunk;
	*got = need;
	return (char *)chunk + 16;
}

/* Every allocation fails once: always said, always the end, never a crash. */
static void out_of_memory(void)
{
	static const char text[] = "$A=@node1 x \\\n y\n$A\n~LST({a,b},{1,2}) s ${a} 'b c'\ninclude {a,b}.conf\nz \"q\"\n";
	struct lex_io io = { load, NULL, NULL, 1, NULL, false };
	int n, bad = 0;

	for (n = 0; n < 60; n++) {
		struct report r = { 0 };
		struct arena a = { .grow = grow_until };
		const struct word *w;
		struct lex *l;

		set_top(text);
		count_fail = n;
		l = lex_open(&a, &io, &r, "rel.conf");
		while (l && lex_next(l) == LEX_LINE)
			lex_script_words(l, &w);
		drop(&a);
		memset(&a, 0, sizeof(a));
		a.grow = grow_until;
		count_fail = n;
		bad += !l && !r.errors;
	}
	t_int("out of memory: always said", bad, 0);
}

static void split_command(void)
{
	struct arena a = { .grow = grow };
	char **argv;
	int n = lex_split_command(&a, "/path/x 'a b' c\\ d \"e\"f", &argv);

	t_case(n == 4 && !strcmp(argv[0], "/path/x") && !strcmp(argv[1], "a b") && !strcmp(argv[2], "c d") &&
	       !strcmp(argv[3], "ef") && !argv[4], "a.2.2 command into argv", "%d words", n);
	t_int("a.2.2 command, unterminated", lex_split_command(&a, "a 'b", &argv), -1);
	n = lex_split_command(&a, "  ", &argv);
	t_case(n == 0 && !argv[0], "a.2.2 command, empty", "%d words", n);
	drop(&a);
}

static void opening(void)
{
	struct arena a;

	read_all(&a, "/etc/v/none.conf", WORDS, false);
	t_str("open: missing file", said, "E none.conf:0:0 /etc/v/none.conf: cannot be read: No such file or directory");
	drop(&a);
	read_all(&a, "/etc/v/x.sh", WORDS, false);
	t_str("open: execute bit", said, "E x.sh:0:0 /etc/v/x.sh: cannot be read: has an execute bit");
	drop(&a);
	read_all(&a, "rel.conf", WORDS, false);
	t_str("open: relative", trace, "pwd|.");
	drop(&a);
	read_all(&a, "/etc/v/{a,b}*", WORDS, false);
	t_str("open: glob", trace, "in_a in_b");
	t_str("open: glob, said", said, "W {a,b}*:0:0 /etc/v/{a,b}*: 2 files match, all are read");
	drop(&a);
	read_all(&a, "/etc/v/zz*", WORDS, false);
	t_str("open: glob without match", said, "E zz*:0:0 /etc/v/zz*: matches no file");
	drop(&a);
}

int main(void)
{
	unsigned i;

	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		run(&rows[i]);
	limits();
	explosion();
	out_of_memory();
	split_command();
	opening();
	T_END;
}
