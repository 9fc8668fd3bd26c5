/* kw_types.c - value types of the rows: words <-> fields (pure). Reference a.2, a.3. */
#include <stdio.h>
#include <string.h>

#include "conf.h"

/* Copy a word into the configuration; NULL: memory ran out. */
static const char *keep(struct kwctx *c, const char *s)
{
	const char *p = arena_str(c->arena, s);

	if (!p)
		c->oom = true;
	return p;
}

/* 0 or 1 for w[i], dflt when nothing is there, -1 for another word. */
static int boolean(struct kwctx *c, unsigned i, int dflt)
{
	return i < c->n ? kw_boolean(c->w[i].s) : dflt;
}

static int flag_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	int v = c->entry ? -1 : boolean(c, i, -1);

	(void)k;
	*(bool *)field = v != 0;
	return v >= 0;
}

static bool flag_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	(void)k;
	(void)size;
	*buf = 0;
	return *(const bool *)field;
}

/* For bool, enum tri and the checksum's second word: v becomes base + v. */
static int switch_parse(struct kwctx *c, const struct kw *k, uint8_t *field, unsigned i, uint8_t base)
{
	int v = boolean(c, i, 1);

	if (v < 0) {
		kw_say(c, SEV_WARNING, i, k->word, "expected on or off, not `%.60s': line ignored", c->w[i].s);
		return -1;
	}
	*field = base + v;
	return i < c->n;
}

static int bool_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	uint8_t v;
	int n = switch_parse(c, k, &v, i, 0);

	if (n >= 0)
		*(bool *)field = v;
	return n;
}

static int tri_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	return switch_parse(c, k, field, i, TRI_OFF);
}

static bool tri_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	uint8_t v = *(const uint8_t *)field;

	(void)k;
	snprintf(buf, size, "%s", v == TRI_OFF ? "off" : "");
	return v != TRI_UNSET;
}

static int csumv2_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	return switch_parse(c, k, field, i, k->min + V3_CSUM_KEEPALIVED);
}

static int never_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	bool never = i < c->n && !strcmp(c->w[i].s, "never");

	(void)k;
	((bool *)field)[0] = !never;
	((bool *)field)[1] = never;
	return never;
}

static bool never_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const bool *v = field;

	(void)k;
	snprintf(buf, size, "%s", v[1] ? "never" : "");
	return v[0] || v[1];
}

static bool never_equal(const void *a, const void *b)
{
	return !memcmp(a, b, 2 * sizeof(bool));
}

static int u8_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	int32_t v;

	if (!kw_number(c, k, i, &v))
		return -1;
	*(uint8_t *)field = v;
	return 1;
}

static bool u8_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	(void)k;
	snprintf(buf, size, "%u", *(const uint8_t *)field);
	return true;
}

static int u16_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	int32_t v;

	if (!kw_number(c, k, i, &v))
		return -1;
	*(uint16_t *)field = k->type == KT_COUNT && !v ? 1 : v;
	return 1;
}

static bool u16_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	(void)k;
	snprintf(buf, size, "%u", *(const uint16_t *)field);
	return true;
}

static int secs_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	usec v;

	if (!kw_seconds(c, k, i, &v))
		return -1;
	*(usec *)field = v;
	return 1;
}

static bool secs_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	(void)k;
	kw_seconds_text(*(const usec *)field, buf, size);
	return true;
}

static int text_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	const char *s = c->w[i].s;

	if (k->type == KT_IFNAME && (strlen(s) >= IFNAME_LEN || strchr(s, '/') || !*s)) {
		kw_say(c, SEV_WARNING, i, k->word, "`%.60s' cannot be an interface: 1 to 15 characters, line ignored", s);
		return -1;
	}
	if (k->type != KT_WORD && !(s = keep(c, s)))
		return -1;
	*(const char **)field = s;
	return 1;
}

/* Quote what the first tokeniser would take apart. */
static void quote(char *buf, size_t size, const char *s)
{
	bool plain = *s && !s[strcspn(s, " \t#!{}\"'")];

	snprintf(buf, size, plain ? "%s" : "\"%s\"", s);
}

static bool text_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const char *s = *(const char *const *)field;

	(void)k;
	if (s)
		quote(buf, size, s);
	return s;
}

static bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool text_equal(const void *a, const void *b)
{
	return text_same(*(const char *const *)a, *(const char *const *)b);
}

static int ip_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	bool group = k->type == KT_GROUP;
	struct addr a;

	if (addr_parse(&a, c->w[i].s) && (!group || addr_is_multicast(&a)) &&
	    (!k->min || addr_len(&a) == (k->min == 4 ? 4 : 16))) {
		memcpy(field, &a, sizeof a);
		return 1;
	}
	kw_say(c, SEV_WARNING, i, k->word, "expected %s%s address, not `%.60s': line ignored",
	       group ? "a multicast IP" : "an IP", k->min == 4 ? "v4" : k->min == 6 ? "v6" : "", c->w[i].s);
	return -1;
}

static bool ip_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const struct addr *a = field;

	(void)k;
	(void)size;
	addr_text(a, buf);
	return a->family;
}

/* USER [[:]GROUP] into two neighbours. */
static int user_take(struct kwctx *c, const struct word *w, unsigned n, const char **user, const char **group)
{
	const char *colon = strchr(w[0].s, ':'), *g = colon ? colon + 1 : n > 1 ? w[1].s : NULL;

	*user = colon ? arena_strn(c->arena, w[0].s, colon - w[0].s) : keep(c, w[0].s);
	*group = g && *g ? keep(c, g + (*g == ':')) : NULL;
	if (!*user)
		c->oom = true;
	return colon || n < 2 ? 1 : 2;
}

static int user_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	const char **v = field;

	(void)k;
	return user_take(c, c->w + i, c->n - i, &v[0], &v[1]);
}

static bool user_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const char *const *v = field;

	(void)k;
	if (v[0])
		snprintf(buf, size, v[1] ? "%s %s" : "%s", v[0], v[1]);
	return v[0];
}

static bool user_equal(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return text_same(x[0], y[0]) && text_same(x[1], y[1]);
}

/* A command is read by the second tokeniser, from the line's raw text (reference a.2.2). */
static int cmd_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	const struct word *w;
	struct cmd cmd = { .at = c->at }, *old = field;
	int n;

	if (old->argv && strcmp(k->word, "script")) {
		kw_say(c, SEV_WARNING, 0, k->word, "given twice: the first one counts");
		return c->n - i;
	}
	n = lex_script_words(c->lex, &w);
	if (n < 1)
		return -1;
	if (w[0].quoted) {
		n = n < 2 ? n : 1 + user_take(c, w + 1, n - 1, &cmd.user, &cmd.group);
		if (lex_split_command(c->arena, w[0].s, &cmd.argv) < 1)
			cmd.argv = NULL;
	} else if ((cmd.argv = arena_get(c->arena, 2 * sizeof *cmd.argv))) {
		cmd.argv[0] = arena_str(c->arena, w[0].s);
		if (n > 1)
			user_take(c, w + 1, n - 1, &cmd.user, &cmd.group);
	}
	if (!cmd.argv || !cmd.argv[0]) {
		kw_say(c, SEV_WARNING, i, k->word, "expected a command: line ignored");
		return -1;
	}
	if (!cmd.user) {	/* `user` before `script` in the block */
		cmd.user = old->user;
		cmd.group = old->group;
	}
	*old = cmd;
	return c->n - i;
}

/*
 * One argument inside the outer double quotes: blanks want inner quotes; what either pass of the second
 * tokeniser would take for its own goes as octal, with the backslash that the first pass takes away.
 */
static size_t put_arg(char *buf, size_t size, size_t at, const char *s)
{
	bool blanks = !*s || s[strcspn(s, " \t")];

	if (blanks)
		buf[at++] = '\'';
	for (; *s && at + 8 < size; s++) {
		if (strchr("\"'\\", *s) || (unsigned char)*s < ' ')
			at += snprintf(buf + at, size - at, "\\\\%03o", (unsigned char)*s);
		else
			buf[at++] = *s;
	}
	if (blanks)
		buf[at++] = '\'';
	return at;
}

static bool cmd_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const struct cmd *cmd = field;
	size_t at = 1;
	char **arg;

	if (!cmd->argv)
		return false;
	buf[0] = '"';
	for (arg = cmd->argv; *arg && at + 16 < size; arg++) {
		if (arg != cmd->argv)
			buf[at++] = ' ';
		at = put_arg(buf, size - 4, at, *arg);
	}
	buf[at++] = '"';
	buf[at] = 0;
	if (cmd->user && strcmp(k->word, "script"))	/* a script's user is a row of its own */
		snprintf(buf + at, size - at, cmd->group ? " %s %s" : " %s", cmd->user, cmd->group);
	return true;
}

static bool cmd_equal(const void *a, const void *b)
{
	return conf_same_cmd(a, b);
}

/* N [reverse|noreverse], the bool behind the number. */
static int weight_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	bool *reverse = (bool *)((int16_t *)field + 1);
	const char *word = i + 1 < c->n ? c->w[i + 1].s : "";
	int32_t v;

	if (!kw_number(c, k, i, &v))
		return -1;
	*(int16_t *)field = v;
	*reverse = !strcmp(word, "reverse");
	return 1 + (*reverse || !strcmp(word, "noreverse"));
}

static bool weight_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const bool *reverse = (const bool *)((const int16_t *)field + 1);

	(void)k;
	snprintf(buf, size, "%d%s", *(const int16_t *)field, *reverse ? " reverse" : "");
	return true;
}

static bool weight_equal(const void *a, const void *b)
{
	return !memcmp(a, b, sizeof(int16_t) + sizeof(bool));
}

static const char *syntax_of(const struct kw *k)
{
	return kw_types[k->type].syntax;
}

static int choice_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	const char *s = syntax_of(k);
	int v = kw_choice(s, strlen(s), c->w[i].s);

	if (v < 0) {
		kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s': line ignored", s, c->w[i].s);
		return -1;
	}
	*(uint8_t *)field = k->min + v;
	return 1;
}

static bool choice_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	const char *s = syntax_of(k);
	int v = *(const uint8_t *)field - k->min;

	if (v < 0)
		return false;
	while (v-- > 0)
		s += strcspn(s, "|") + 1;
	snprintf(buf, size, "%.*s", (int)strcspn(s, "|"), s);
	return true;
}

static int state_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	uint8_t *state = field;
	const char *s = syntax_of(k);
	int v = kw_choice(s, strlen(s), c->w[i].s);

	if (v < 0) {
		kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s': BACKUP used", s, c->w[i].s);
		v = START_BACKUP - k->min;
	}
	if (*state == START_MASTER && k->min + v == START_BACKUP)
		kw_say(c, SEV_WARNING, i, k->word, "BACKUP after MASTER: MASTER stays");
	else
		*state = k->min + v;
	return 1;
}

/* At most AUTH_LEN bytes go on the wire. */
static int pass_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	size_t n = strlen(c->w[i].s);

	if (n > AUTH_LEN)
		kw_say(c, SEV_WARNING, i, k->word, "longer than %d characters: the rest is cut off", AUTH_LEN);
	memset(field, 0, AUTH_LEN);
	memcpy(field, c->w[i].s, n < AUTH_LEN ? n : AUTH_LEN);
	return 1;
}

static bool pass_print(const struct kw *k, const void *field, char *buf, size_t size)
{
	char s[AUTH_LEN + 1] = "";

	(void)k;
	memcpy(s, field, AUTH_LEN);
	quote(buf, size, s);
	return *s;
}

static bool pass_equal(const void *a, const void *b)
{
	return !memcmp(a, b, AUTH_LEN);
}

static int scope_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	static const uint8_t scopes[] = { 0, 200, 253, 254, 255 };	/* RT_SCOPE_*, in the order of the syntax */
	const char *s = syntax_of(k);
	int v = kw_choice(s, strlen(s) - 2, c->w[i].s);

	if (v < 0)
		return u8_parse(c, k, field, i);
	*(uint8_t *)field = scopes[v];
	return 1;
}

static int bits_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	(void)c;
	(void)i;
	*(uint32_t *)field |= k->min;
	return 0;
}

static int life_parse(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	int32_t v;

	if (!strcmp(c->w[i].s, "forever"))
		*(uint32_t *)field = UINT32_MAX;
	else if (kw_number(c, k, i, &v))
		*(uint32_t *)field = v;
	else
		return -1;
	return 1;
}

#define FNS(parse, print, equal) parse, print, equal
#define FN_FLAG    FNS(flag_parse, flag_print, NULL)
#define FN_BOOL    FNS(bool_parse, flag_print, NULL)
#define FN_TRI     FNS(tri_parse, tri_print, NULL)
#define FN_NEVER   FNS(never_parse, never_print, never_equal)
#define FN_U8      FNS(u8_parse, u8_print, NULL)
#define FN_U16     FNS(u16_parse, u16_print, NULL)
#define FN_COUNT   FN_U16
#define FN_SECS    FNS(secs_parse, secs_print, NULL)
#define FN_TEXT    FNS(text_parse, text_print, text_equal)
#define FN_IFNAME  FN_TEXT
#define FN_WORD    FN_TEXT
#define FN_IP      FNS(ip_parse, ip_print, NULL)
#define FN_GROUP   FN_IP
#define FN_CMD     FNS(cmd_parse, cmd_print, cmd_equal)
#define FN_USER    FNS(user_parse, user_print, user_equal)
#define FN_WEIGHT  FNS(weight_parse, weight_print, weight_equal)
#define FN_STATE   FNS(state_parse, choice_print, NULL)
#define FN_CSUM    FNS(choice_parse, choice_print, NULL)
#define FN_CSUMV2  FNS(csumv2_parse, choice_print, NULL)
#define FN_AUTH    FN_CSUM
#define FN_PASS    FNS(pass_parse, pass_print, pass_equal)
#define FN_SCOPE   FNS(scope_parse, u8_print, NULL)
#define FN_BITS    FNS(bits_parse, NULL, NULL)
#define FN_LIFE    FNS(life_parse, NULL, NULL)
#define FN_PATTERN FNS(NULL, NULL, NULL)
#define FN_BLOCK   FN_PATTERN

const struct kw_type kw_types[KT_N] = {
#define X(id, ctype, text) [KT_##id] = { text, sizeof(ctype), FN_##id },
	KW_TYPES(X)
#undef X
};
