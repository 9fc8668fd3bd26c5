/* kw_types.c - value types of the rows: words <-> fields (pure). Reference a.2, a.3. */
#include <stdio.h>
#include <string.h>

#include "conf_in.h"
#include "procmatch.h"
#include "text.h"

#define SPECIAL " \t\r#!{}\"'"	/* what the first tokeniser takes apart */

const char *kw_quote(char *buf, size_t size, const char *word)
{
	bool plain = *word && !word[strcspn(word, SPECIAL)];

	snprintf(buf, size, plain ? "%s" : "\"%s\"", word);
	return buf;
}

bool kw_is_ifname(const char *word)
{
	size_t n = strcspn(word, SPECIAL "/$");

	return n && n < IFNAME_LEN && !word[n];
}

static int refuse(struct kwctx *c, const struct kw *k, unsigned i, const char *expected)
{
	kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s': line ignored", expected, c->w[i].s);
	return -1;
}

/* Copy a word into the configuration; NULL: memory ran out. */
static const char *keep(struct kwctx *c, const char *s, size_t n)
{
	const char *p = arena_strn(c->arena, s, n);

	if (!p)
		c->oom = true;
	return p;
}

/* USER [[:]GROUP] of w[i] and on into two neighbours. Returns the words taken, or -1. */
static int user_take(struct kwctx *c, const struct kw *k, const struct word *w, unsigned n, const char **out)
{
	static const char odd[] = SPECIAL "\\$:";
	size_t len = strcspn(w[0].s, ":");
	bool colon = w[0].s[len];
	const char *group = colon ? w[0].s + len + 1 : n > 1 ? w[1].s + (*w[1].s == ':') : "";

	if (!len || strcspn(w[0].s, odd) != len || group[strcspn(group, odd)]) {
		kw_say(c, SEV_WARNING, c->n, k->word, "expected USER [[:]GROUP], not `%.60s': ignored", w[0].s);
		return -1;
	}
	out[0] = keep(c, w[0].s, len);
	out[1] = *group ? keep(c, group, strlen(group)) : NULL;
	return colon || n < 2 ? 1 : 2;
}

/* A command is read by the second tokeniser, from the line's raw text (reference a.2.2). */
static int cmd_take(struct kwctx *c, const struct kw *k, struct cmd *cmd, unsigned i)
{
	const char *who[2] = { cmd->user, cmd->group };	/* `user` before `script` in the block */
	const struct word *w;
	char **argv = NULL;
	int n;

	n = lex_script_words(c->lex, &w);
	if (n < 1)
		return -1;
	if (w[0].quoted)
		n = lex_split_command(c->arena, w[0].s, &argv) < 1 ? 0 : n;
	else if ((argv = arena_get(c->arena, 2 * sizeof *argv)))
		argv[0] = arena_str(c->arena, w[0].s);
	if (n < 1 || !argv || !argv[0])
		return refuse(c, k, i, "a command");
	if (n > 1)
		user_take(c, k, w + 1, n - 1, who);
	*cmd = (struct cmd){ argv, who[0], who[1], c->at };
	return c->n - i;
}

static int args_take(struct kwctx *c, struct cmd *cmd, unsigned i)
{
	unsigned n = c->n - i, k;
	char **argv = arena_get(c->arena, (n + 1) * sizeof *argv);

	for (k = 0; argv && k < n; k++)
		if (!(argv[k] = arena_str(c->arena, c->w[i + k].s)))
			argv = NULL;
	if (!argv)
		c->oom = true;
	*cmd = (struct cmd){ .argv = argv, .at = c->at };
	return n;
}

/* [N] [overwrite] */
static int init_take(struct kwctx *c, const struct kw *k, bool *field, unsigned i)
{
	unsigned first = i;
	int32_t v = 0;

	if (i < c->n && strcmp(c->w[i].s, "overwrite") && !kw_number(c, k, i++, &v))
		return -1;
	field[0] = true;
	field[1] = i < c->n && !strcmp(c->w[i].s, "overwrite");
	memcpy(field + sizeof v, &v, sizeof v);
	return i - first + field[1];
}

static int hook_take(struct kwctx *c, const struct kw *k, const struct cmd **hook, unsigned i)
{
	struct cmd cmd = { 0 }, *kept;
	int n = c->n - i;

	if (*hook) {
		kw_say(c, SEV_WARNING, 0, k->word, "given twice: the first one counts");
		return n;
	}
	if (n && (n = cmd_take(c, k, &cmd, i)) < 0)
		return n;
	if ((kept = arena_get(c->arena, sizeof *kept)))
		*kept = cmd;
	else
		c->oom = true;
	*hook = kept;
	return n;
}

static int address(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	bool group = k->type == KT_GROUP;
	struct addr a;

	if (!addr_parse(&a, c->w[i].s) || (group && !addr_is_multicast(&a)) ||
	    (k->min && (a.b[0] == 0xff) != (k->min == 6)))
		return refuse(c, k, i, !group ? "an IP address" : k->min == 4 ? "a multicast IPv4 address" :
		              k->min == 6 ? "a multicast IPv6 address" : "a multicast address");
	memcpy(field, &a, sizeof a);
	return 1;
}

/* One of several words: min + its position. */
static int choice(struct kwctx *c, const struct kw *k, uint8_t *field, unsigned i)
{
	const char *list = kw_syntax(k, NULL, 0);
	int v = kw_choice(list, strlen(list), c->w[i].s);

	if (v < 0 && k->type != KT_STATE)
		return refuse(c, k, i, list);
	if (v < 0) {
		kw_say(c, SEV_WARNING, i, k->word, "expected %s, not `%.60s': BACKUP used", list, c->w[i].s);
		v = START_BACKUP - k->min;
	}
	if (k->type == KT_STATE && *field == START_MASTER && v)
		kw_say(c, SEV_WARNING, i, k->word, "BACKUP after MASTER: MASTER stays");
	else
		*field = k->min + v;
	return 1;
}

/* At most AUTH_LEN bytes go on the wire. */
static int password(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	size_t n = strlen(c->w[i].s);

	if (n > AUTH_LEN)
		kw_say(c, SEV_WARNING, i, k->word, "longer than %d characters: the rest is cut off", AUTH_LEN);
	memset(field, 0, AUTH_LEN);
	memcpy(field, c->w[i].s, n < AUTH_LEN ? n : AUTH_LEN);
	return 1;
}

/* A name for a number, or the number. */
static int named(struct kwctx *c, const struct kw *k, const char *s, int32_t *out, unsigned i)
{
	static const uint8_t scopes[] = { 0, 200, 253, 254, 255 };	/* RT_SCOPE_*, in the order of the syntax */
	const char *list = kw_syntax(k, NULL, 0);
	int v = k->type == KT_SCOPE ? kw_choice(list, strlen(list) - 2, s) : -1;

	if (v < 0)
		return kw_number(c, k, i, out);
	*out = scopes[v];
	return true;
}

/* What may stand in the name of a file. */
static bool is_name(const char *s)
{
	size_t n = strlen(s);

	while (*s > ' ' && *s != '/' && *s != 127)
		s++;
	return n && n < NAME_LEN && !*s;
}

size_t kw_mailbox(const char **s)
{
	const char *open = strchr(*s, '<');
	size_t n, odd;

	for (const char *p = *s; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return 0;
	if (open)
		*s = open + 1;
	n = strcspn(*s, ">");
	odd = strcspn(*s, " \t<>\"(),;");
	return odd < n || (open ? strcmp(*s + n, ">") : (*s)[n]) || n > 254 ? 0 : n;
}

static int server_take(struct kwctx *c, const struct kw *k, struct server *s, unsigned i)
{
	int64_t port = k->min;
	bool given = i + 1 < c->n;

	if (!is_name(c->w[i].s) && !strchr(c->w[i].s, ':'))
		return refuse(c, k, i, "a host");
	if (given && (*kw_decimal(c->w[i + 1].s, 0, &port) || port < 1 || port > 65535))
		return refuse(c, k, i + 1, "a port");
	*s = (struct server){ keep(c, c->w[i].s, strlen(c->w[i].s)), port, c->at };
	return 1 + given;
}

static int cpus_take(struct kwctx *c, const struct kw *k, uint8_t *bits, unsigned i)
{
	uint8_t got[128] = { 0 };
	unsigned first = i;
	int32_t v;

	for (; i < c->n; i++) {
		if (!kw_number(c, k, i, &v))
			return -1;
		got[v / 8] |= 1u << v % 8;
	}
	memcpy(bits, got, sizeof got);
	return i - first;
}

static void cpus_text(const uint8_t *bits, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	for (unsigned i = 0; i < 1024; i++)
		if (bits[i / 8] & 1u << i % 8)
			text_put(&t, t.n ? " %u" : "%u", i);
}

/* One of IRUSR ... IXOTH; 0: none. */
static unsigned permission(const char *s, size_t len)
{
	static const char who[] = "USR\0GRP\0OTH", what[] = "RWX";
	const char *p;
	unsigned i;

	if (len != 5 || *s != 'I' || !(p = memchr(what, s[1], 3)))
		return 0;
	for (i = 0; i < 3; i++)
		if (!memcmp(s + 2, who + 4 * i, 3))
			return 0400 >> (3 * i + (p - what));
	return 0;
}

static int mask_take(struct kwctx *c, const struct kw *k, uint16_t *mask, unsigned i)
{
	static const char expected[] = "an octal mask up to 777, or IRUSR|IWUSR and so on";
	const char *s = c->w[i].s;
	unsigned first = i, v = 0, bit;
	size_t len;

	if (*s >= '0' && *s <= '9') {
		for (; *s >= '0' && *s <= '7' && v <= 0777; s++)
			v = v * 8 + (*s - '0');
		if (*s || v > 0777)
			return refuse(c, k, i, expected);
		*mask = v;
		return 1;
	}
	for (; i < c->n; i++)				/* there may be blanks around the bars */
		for (s = c->w[i].s; *s; s += len + (s[len] == '|')) {
			len = strcspn(s, "|");
			if (!(bit = permission(s, len)) && len)
				return refuse(c, k, i, expected);
			v |= bit;
		}
	if (!v)
		return refuse(c, k, first, expected);	/* "" names nothing */
	*mask = v;
	return i - first;
}

/* Or "" when the line is shorter. */
static const char *word(const struct kwctx *c, unsigned i)
{
	return i < c->n ? c->w[i].s : "";
}

int kw_value(struct kwctx *c, const struct kw *k, void *field, unsigned i)
{
	const char *s = word(c, i), *after = word(c, i + 1);
	int on = i < c->n ? kw_boolean(s) : 1;
	bool second = !strcmp(after, "reverse");
	int32_t v = 0;

	switch ((enum kw_type)k->type) {
	case KT_FLAG:
		*(bool *)field = c->entry || on != 0;
		return !c->entry && i < c->n && on >= 0;
	case KT_BOOL: case KT_TRI: case KT_CSUMV2:
		if (on < 0)
			return refuse(c, k, i, "on or off");
		*(uint8_t *)field = k->min + on;
		return i < c->n;
	case KT_NEVER:
		second = !strcmp(s, "never");
		((bool *)field)[second] = true;
		((bool *)field)[!second] = false;
		return second;
	case KT_SECS:
		return kw_seconds(c, k, i, field) ? 1 : -1;
	case KT_BOTH:
		if (!kw_seconds(c, k, i, field))
			return -1;
		((usec *)field)[1] = ((usec *)field)[0];
		return 1;
	case KT_EXTRA:
		second = *after && !strcmp(s, "all");
		if (!kw_seconds(c, k, i + second, field))
			return -1;
		((bool *)field)[sizeof(usec)] = second;
		return 1 + second;
	case KT_VLINK:
		conf_vlink_take(c, k, field, i);
		return c->n - i;
	case KT_ARGS:
		return args_take(c, field, i);
	case KT_INIT:
		return init_take(c, k, field, i);
	case KT_CPUS:
		return cpus_take(c, k, field, i);
	case KT_MASK:
		return mask_take(c, k, field, i);
	case KT_AUTO:
		v = kw_bounds[k->max];
		if (i < c->n && !kw_number(c, k, i, &v))
			return -1;
		*(int8_t *)field = v;
		return i < c->n;
	case KT_MATCH:
		if (i < c->n)
			return choice(c, k, field, i);
		*(uint8_t *)field = PARAM_ALONE;
		return 0;
	case KT_LATE:
		if (i >= c->n) {
			*(uint8_t *)field = kw_bounds[k->max];
			return 0;
		}
		/* fall through */
	case KT_U8: case KT_SCOPE: case KT_U16: case KT_COUNT: case KT_WEIGHT: case KT_LIFE: case KT_U32: case KT_I32: case KT_ROOM:
		if (k->type == KT_LIFE && !strcmp(s, "forever"))
			v = -1;
		else if (k->type == KT_ROOM && kw_choice("MTU|ADVERT", 10, s) >= 0)
			v = *s == 'M' ? RX_POLICY_MTU : RX_POLICY_ADVERT;
		else if (!named(c, k, s, &v, i))
			return -1;
		if (k->type == KT_U8 || k->type == KT_SCOPE || k->type == KT_LATE)
			*(uint8_t *)field = v;
		else if (k->type == KT_LIFE || k->type == KT_U32 || k->type == KT_I32 || k->type == KT_ROOM)
			*(uint32_t *)field = v;
		else
			*(int16_t *)field = k->type == KT_COUNT && !v ? 1 : v;
		if (k->type != KT_WEIGHT)
			return 1;
		*((bool *)field + sizeof(int16_t)) = second;
		return 1 + (second || !strcmp(after, "noreverse"));
	case KT_SERVER:
		return server_take(c, k, field, i);
	case KT_IFNAME:
		if (!kw_is_ifname(s))
			return refuse(c, k, i, "an interface of 1 to 15 characters");
		/* fall through */
	case KT_MAIL:
		if (k->type == KT_MAIL && !kw_mailbox(&s))
			return refuse(c, k, i, "an address");
		s = word(c, i);
		/* fall through */
	case KT_FNAME: case KT_TEXT: case KT_OTEXT:
		if (k->type == KT_FNAME && !is_name(s))
			return refuse(c, k, i, "a name that a file may have");
		s = keep(c, s, strlen(s));
		/* fall through */
	case KT_WORD:
		*(const char **)field = s;
		return i < c->n;
	case KT_IP: case KT_GROUP:
		return address(c, k, field, i);
	case KT_CMD:
		return cmd_take(c, k, field, i);
	case KT_HOOK:
		return hook_take(c, k, field, i);
	case KT_USER:
		return user_take(c, k, c->w + i, c->n - i, field);
	case KT_STATE: case KT_CSUM: case KT_AUTH: case KT_CLAIM:
		return choice(c, k, field, i);
	case KT_PASS:
		return password(c, k, field, i);
	case KT_BITS:
		*(uint32_t *)field |= k->min;
		return 0;
	case KT_PREFIX: case KT_VIA: case KT_NUM: case KT_WIDE: case KT_LOCKED: case KT_RTIME: case KT_NAMED: case KT_REALMS:
	case KT_MARK: case KT_SPAN: case KT_PREF: case KT_ABLE: case KT_ECN: case KT_HAS:
		return kw_opt_value(c, k, field, i);
	case KT_PATTERN: case KT_BLOCK: case KT_N:
		break;
	}
	return -1;
}

/*
 * One argument inside the outer double quotes: blanks want inner quotes; what either pass of the second
 * tokeniser would take for its own goes as octal, with the backslash that the first pass takes away.
 */
static char *put_arg(char *p, const char *end, const char *s)
{
	bool blanks = !*s || s[strcspn(s, " \t")];

	if (blanks)
		*p++ = '\'';
	for (; *s && p < end; s++) {
		if (strchr("\"'\\", *s) || (unsigned char)*s < ' ')
			p += snprintf(p, 8, "\\\\%03o", (unsigned char)*s);
		else
			*p++ = *s;
	}
	if (blanks)
		*p++ = '\'';
	return p;
}

static void user_text(const char *const *v, const char *before, char *buf, size_t size)
{
	if (v[0])
		snprintf(buf, size, v[1] ? "%s%s %s" : "%s%s", before, v[0], v[1]);
}

static void cmd_text(const struct cmd *cmd, bool with_user, char *buf, size_t size)
{
	const char *end = buf + size - 16;
	const char *const who[] = { cmd->user, cmd->group };
	char *p = buf, **arg;

	for (arg = cmd->argv; *arg && p < end; arg++) {
		*p++ = arg == cmd->argv ? '"' : ' ';
		p = put_arg(p, end, *arg);
	}
	*p++ = '"';
	*p = 0;
	if (with_user)		/* a script's user is a row of its own */
		user_text(who, " ", p, buf + size - p);
}

static void args_text(const struct cmd *cmd, char *buf, size_t size)
{
	const char *end = buf + size;
	char **arg;

	for (arg = cmd->argv; arg && *arg && strlen(*arg) + 4 < (size_t)(end - buf); arg++) {
		if (arg > cmd->argv)
			*buf++ = ' ';
		buf += strlen(kw_quote(buf, end - buf, *arg));
	}
}

static bool choice_text(const struct kw *k, int v, char *buf, size_t size)
{
	const char *s = kw_syntax(k, NULL, 0);

	for (v -= k->min; v > 0; v--)
		s += strcspn(s, "|") + 1;
	snprintf(buf, size, "%.*s", (int)strcspn(s, "|"), s);
	return v >= 0;
}

static void number_text(unsigned type, const void *field, char *buf, size_t size)
{
	bool reverse = false;
	int64_t v;

	if (type == KT_U8 || type == KT_SCOPE || type == KT_LATE) {
		v = *(const uint8_t *)field;
	} else if (type == KT_LIFE || type == KT_U32 || type == KT_ROOM) {
		v = *(const uint32_t *)field;
	} else if (type == KT_I32) {
		v = *(const int32_t *)field;
	} else if (type == KT_WEIGHT) {
		v = *(const int16_t *)field;
		reverse = ((const bool *)field)[sizeof(int16_t)];
	} else {
		v = *(const uint16_t *)field;
	}
	if (type == KT_ROOM && v >= RX_POLICY_ADVERT)
		snprintf(buf, size, v == RX_POLICY_MTU ? "MTU" : "ADVERT");
	else if (v == UINT32_MAX)
		snprintf(buf, size, "forever");
	else
		snprintf(buf, size, "%lld%s", (long long)v, reverse ? " reverse" : "");
}

bool kw_text(const struct kw *k, const void *field, char *buf, size_t size)
{
	const uint8_t *b = field;
	const char *const *s = field;
	char pass[AUTH_LEN + 1] = "";
	int32_t v;

	*buf = 0;
	switch ((enum kw_type)k->type) {
	case KT_FLAG: case KT_BOOL:
		return *b;
	case KT_TRI:
		strcpy(buf, *b == TRI_OFF ? "off" : "");
		return *b;
	case KT_NEVER:
		strcpy(buf, b[1] ? "never" : "");
		return b[0] || b[1];
	case KT_LATE: case KT_ROOM:
	case KT_U8: case KT_SCOPE: case KT_U16: case KT_COUNT: case KT_WEIGHT: case KT_LIFE: case KT_U32: case KT_I32:
		number_text(k->type, field, buf, size);
		break;
	case KT_SECS:
		kw_seconds_text(*(const usec *)field, buf, size);
		break;
	case KT_EXTRA:
		strcpy(buf, b[sizeof(usec)] ? "all " : "");
		kw_seconds_text(*(const usec *)field, buf + strlen(buf), size - 4);
		break;
	case KT_VLINK:
		if (*s)
			conf_vlink_text(*(const struct vlink_word *const *)field, k->min, buf, size);
		return *s;
	case KT_AUTO:
		snprintf(buf, size, "%d", *(const int8_t *)field);
		break;
	case KT_CPUS:
		cpus_text(field, buf, size);
		return *buf;
	case KT_MASK:
		snprintf(buf, size, "%04o", *(const uint16_t *)field);
		return *(const uint16_t *)field != MASK_UNSET;
	case KT_SERVER:
		if (*s)
			snprintf(buf, size, "%s %u", *s, ((const struct server *)field)->port);
		return *s;
	case KT_MAIL: case KT_OTEXT: case KT_TEXT: case KT_IFNAME: case KT_WORD: case KT_FNAME:
		if (*s && (**s || k->type != KT_OTEXT))
			kw_quote(buf, size, *s);
		return *s;
	case KT_IP: case KT_GROUP:
		addr_text(field, buf);
		return ((const struct addr *)field)->family;
	case KT_CMD:
		if (((const struct cmd *)field)->argv)
			cmd_text(field, false, buf, size);
		return *buf;
	case KT_HOOK:
		if (*s && (*(const struct cmd *const *)field)->argv)
			cmd_text(*(const struct cmd *const *)field, true, buf, size);
		return *s;
	case KT_USER:
		user_text(s, "", buf, size);
		return *buf;
	case KT_STATE: case KT_CSUM: case KT_AUTH: case KT_CLAIM:
		return choice_text(k, *b, buf, size);
	case KT_PASS:
		memcpy(pass, field, AUTH_LEN);
		kw_quote(buf, size, pass);
		return *pass;
	case KT_BITS:
		return *(const uint32_t *)field & k->min;
	case KT_ARGS:
		args_text(field, buf, size);
		return *buf;
	case KT_MATCH:
		strcpy(buf, *b == PARAM_INITIAL ? "initial" : *b == PARAM_PARTIAL ? "partial" : "");
		return *b;
	case KT_INIT:
		memcpy(&v, b + sizeof v, sizeof v);
		snprintf(buf, size, b[1] ? "%ld overwrite" : "%ld", (long)v);
		return *b;
	case KT_PREFIX: case KT_VIA: case KT_NUM: case KT_WIDE: case KT_LOCKED: case KT_RTIME: case KT_NAMED: case KT_REALMS:
	case KT_MARK: case KT_SPAN: case KT_PREF: case KT_ABLE: case KT_ECN: case KT_HAS:
		return kw_opt_text(k, field, buf, size);
	case KT_CSUMV2: case KT_BOTH: case KT_PATTERN: case KT_BLOCK: case KT_N:
		return false;
	}
	return true;
}
