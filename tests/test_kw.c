/*
 * test_kw.c - every keyword of every block is taken with the syntax that its row shows (reference b), and not with less; what is
 * said of it when it is wrong, and what becomes of it, stands in tests/conf/words.txt.
 */
#include "conf_in.h"
#include "conf_kit.h"
#include "t.h"

/* Words that fit one item of a syntax. */
static const char *sample(const char *item, size_t n, char *buf)
{
	static const char *const known[][2] = {
		{ "N", "1" }, { "SECONDS", "1" }, { "IF", "eth1" }, { "IP", "10.9.9.9" }, { "PREFIX", "10.9.0.0/16" },
		{ "IP[/LEN]", "10.9.9.9/24" }, { "MAC", "00:00:5e:00:01:07" }, { "VALUE", "1" },
		{ "TIME", "20ms" }, { "REALMS", "1/2" }, { "MARK", "0x1/0xff" }, { "RANGE", "1-2" }, { "+", "+" },
	};
	unsigned i;

	if (memchr(item, '|', n))	/* the first of several */
		n = strcspn(item, "|");
	for (i = 0; i < sizeof known / sizeof *known; i++)
		if (n == strlen(known[i][0]) && !memcmp(item, known[i][0], n))
			return known[i][1];
	snprintf(buf, 64, "%.*s", (int)n, item);
	if (strstr(buf, ".."))
		*strstr(buf, "..") = 0;
	return buf;
}

/* A line's words after the keyword: optional parts too, or only what must be. */
static void fill(const char *syntax, bool all, char *out)
{
	char buf[64];
	size_t n;
	int depth = 0;

	for (*out = 0; *syntax; syntax += n) {
		n = 1;
		if (*syntax == '[')
			depth++;
		else if (*syntax == ']')
			depth--;
		else if (*syntax != ' ') {
			n = strcspn(syntax, " []");
			if ((all || !depth) && strncmp(syntax, "...", 3) && *syntax != ':')
				sprintf(out + strlen(out), " %s", sample(syntax, n, buf));
		}
	}
}

/* How a line gets into each block. */
static const char *const place_of[BLK_N] = {
	[BLK_TOP] = "%s\n", [BLK_GLOBAL] = "global_defs {\n%s\n}\n", [BLK_VRRP] = "vrrp_instance V {\n%s\n}\n",
	[BLK_SCRIPT] = "vrrp_script c {\n%s\n}\n", [BLK_AUTH] = "vrrp_instance V {\nauthentication {\n%s\n}\n}\n",
	[BLK_PEERS] = "vrrp_instance V {\nunicast_peer {\n10.0.0.8 %s\n}\n}\n",
	[BLK_VIPS] = "vrrp_instance V {\nvirtual_ipaddress {\n10.0.0.1/24 %s\n}\n}\n",
	[BLK_EVIPS] = "vrrp_instance V {\nvirtual_ipaddress_excluded {\n10.0.0.1/24 %s\n}\n}\n",
	[BLK_ADDRS] = "static_ipaddress {\n10.0.0.1/24 %s\n}\n",
	[BLK_TRACK_SCRIPT] = "vrrp_instance V {\ntrack_script {\nx %s\n}\n}\n",
	[BLK_TRACK_IF] = "vrrp_instance V {\ntrack_interface {\neth2 %s\n}\n}\n",
	[BLK_TRACK_FILE] = "vrrp_instance V {\ntrack_file {\nx %s\n}\n}\n",
	[BLK_TRACK_PROCESS] = "vrrp_instance V {\ntrack_process {\nx %s\n}\n}\n",
	[BLK_TRACK_ANY] = "vrrp_instance V {\ntrack_bfd {\nx %s\n}\n}\n",
	[BLK_HMAC] = "vrrp_instance V {\nauth_hmac {\n%s\n}\n}\n", [BLK_SYNC] = "vrrp_sync_group G {\n%s\n}\n",
	[BLK_FILE] = "track_file f {\n%s\n}\n", [BLK_PROCESS] = "vrrp_track_process p {\n%s\n}\n",
	[BLK_HOP] = "static_routes {\n10.1.0.0/16 nexthop %s\n}\n",
	[BLK_ROUTES] = "static_routes {\n10.1.0.0/16 %s\n}\n", [BLK_RULES] = "static_rules {\n%s\n}\n",
	[BLK_GARP_GROUP] = "garp_group {\n%s\n}\n", [BLK_TRACK_GROUP] = "track_group t {\n%s\n}\n",
	[BLK_BFD] = "bfd_instance b {\n%s\n}\n",
};

/* What the surroundings of the word are to blame for. */
static bool elsewhere(const char *line)
{
	static const char *const texts[] = { "known, not served", "not VRRP", "(V)", "(c)", ": is old: ", "only with no_track",
		"of static entries only", "nobody follows", "(G)", "of an instance's addresses only" };

	for (unsigned i = 0; i < sizeof texts / sizeof *texts; i++)
		if (strstr(line, texts[i]))
			return true;
	return false;
}

/* Findings about that word, other than the one that it is not served. */
static const char *complaint(struct kit *k, const char *word)
{
	static char buf[256];
	char *line, *save = NULL, want[80];

	snprintf(want, sizeof want, ": %s: ", word);
	for (line = strtok_r(k->found, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (strstr(line, want) && !elsewhere(line)) {
			snprintf(buf, sizeof buf, "%s", line);
			return buf;
		}
	return "";
}

static void line_in(enum block_id id, const struct kw *k, const char *args, bool good)
{
	char line[256], text[512], name[160];
	bool list = k->type == KT_BLOCK;
	struct kit kit;
	const char *said;

	if (!strcmp(k->word, "label") && strlen(args))
		args = " lab";
	snprintf(line, sizeof line, "%s%s%s", k->word, args, list ? " {\n}" : "");
	snprintf(text, sizeof text, place_of[id], line);
	snprintf(name, sizeof name, "%s: %s%s", *conf_blocks[id].name ? conf_blocks[id].name : "top", k->word, args);
	kit_open(&kit, "f", text);
	said = complaint(&kit, k->word);
	t_case(!*said == good, name, "said `%s'", said);
	kit_close(&kit);
}

/*
 * ---- tests/conf/words.txt: each served word given well, twice, without what must follow, and with each of its values wrong ----
 * A line a case: block | lines | what is said of the word | what is printed of it. GOLDEN=write writes the file anew.
 */

#define VR(name, if, id, lines) "vrrp_instance " name " {\ninterface " if "\nvirtual_router_id " id "\n" lines "\nvirtual_ipaddress {\n10.0.0.9\n}\n}\n"
#define BOTH(lines) VR("V", "eth0", "9", lines) VR("W", "eth1", "9", "")
#define TRACKERS "vrrp_script c {\nscript /x\n}\ntrack_file f {\nfile /x\n}\nvrrp_track_process p {\nprocess x\n}\n"

/* Surroundings that are whole, where place_of's are not. */
static const char *const whole_of[BLK_N] = {
	[BLK_TOP] = "%s\n" BOTH(""), [BLK_GLOBAL] = "global_defs {\n%s\n}\n" BOTH(""), [BLK_VRRP] = BOTH("%s"),
	[BLK_SCRIPT] = "vrrp_script c {\nscript /x\n%s\n}\n", [BLK_FILE] = "track_file f {\nfile /x\n%s\n}\n",
	[BLK_PROCESS] = "vrrp_track_process p {\nprocess x\n%s\n}\n", [BLK_AUTH] = BOTH("authentication {\nauth_type PASS\nauth_pass x\n%s\n}"),
	[BLK_PEERS] = BOTH("unicast_peer {\n10.0.0.8 %s\n}"),
	[BLK_VIPS] = "vrrp_instance V {\ninterface eth0\nvirtual_router_id 9\nvirtual_ipaddress {\n10.0.0.1/24 %s\n}\n}\n",
	[BLK_TRACK_SCRIPT] = TRACKERS BOTH("track_script {\nc %s\n}"), [BLK_TRACK_IF] = BOTH("track_interface {\neth2 %s\n}"),
	[BLK_TRACK_FILE] = TRACKERS BOTH("track_file {\nf %s\n}"), [BLK_TRACK_PROCESS] = TRACKERS BOTH("track_process {\np %s\n}"),
	[BLK_SYNC] = "vrrp_sync_group G {\ngroup {\nV\nW\n}\n%s\n}\n" BOTH(""),
	[BLK_ROUTES] = BOTH("virtual_routes {\n10.1.0.0/16 dev eth0 %s\n}"), [BLK_RULES] = BOTH("virtual_rules {\nfrom 10.1.0.0/16 %s\n}"),
	[BLK_HOP] = BOTH("virtual_routes {\n10.1.0.0/16 nexthop via 10.0.0.7 %s\n}"),
	[BLK_GARP_GROUP] = "garp_group {\ninterfaces {\neth0\n}\n%s\n}\n" BOTH(""),
};

static FILE *golden;
static bool writes, differs;

/* The lines of text that have word as a word, one behind the other. */
static void put_lines(char *out, size_t size, char *text, const char *word)
{
	size_t len = strlen(word), n = 0;
	char *line, *save = NULL;

	*out = 0;
	for (line = text ? strtok_r(text, "\n", &save) : NULL; line; line = strtok_r(NULL, "\n", &save))
		for (const char *p = line; (p = strstr(p, word)); p += len) {
			if ((p > line && !strchr("\t ", p[-1])) || !strchr(" :", p[len]))
				continue;
			n += snprintf(out + n, size - n, "%s%s", n ? "; " : "", line + strspn(line, "\t"));
			break;
		}
}

static void kind(enum block_id id, const struct kw *k, const char *lines)
{
	char text[2048], said[1024], taken[1024], got[4096], want[4096] = "", *print;
	struct kit kit;
	char *p;

	snprintf(text, sizeof text, whole_of[id], lines);
	kit_open(&kit, "f", text);
	print = kit.conf ? kit_print(kit.conf) : NULL;
	put_lines(said, sizeof said, kit.found, k->word);
	put_lines(taken, sizeof taken, print, k->word);
	snprintf(got, sizeof got, "%s | %s | %s | %s\n", *conf_blocks[id].name ? conf_blocks[id].name : "top", lines, said, taken);
	for (p = got; (p = strchr(p, '\n')) && p[1]; )
		*p = '/';
	free(print);
	kit_close(&kit);
	if (writes)
		fputs(got, golden);
	else if (!fgets(want, sizeof want, golden) || strcmp(got, want))
		differs = t_case(0, k->word, "got [%s], want [%s]", got, want) + 1;
}

/* A value that fits item another time, or how it can be wrong (0, 1); false: in no such way. */
static bool other(const char *item, char *buf)
{
	static const char *const known[][2] = {
		{ "N", "2" }, { "SECONDS", "2" }, { "IF", "eth2" }, { "IP", "10.9.9.8" }, { "PREFIX", "10.8.0.0/16" }, { "10.9.9.9", "10.9.9.8" },
		{ "IP[/LEN]", "10.9.9.8/24" }, { "MAC", "00:00:5e:00:01:08" }, { "VALUE", "2" }, { "TIME", "30ms" }, { "REALMS", "2/1" },
		{ "MARK", "0x2/0xff" }, { "RANGE", "3-4" }, { "TEXT", "OTHER" }, { "WORD", "OTHER" }, { "ADDRESS", "OTHER" }, { "CMD", "OTHER" }, { "NAME", "OTHER" }, { "HOST", "OTHER" }, { "224.0.0.99", "224.0.0.98" }, { "ff02::99", "ff02::98" },
	};

	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(item, known[i][0])) {
			strcpy(buf, known[i][1]);
			return true;
		}
	if (strrchr(item, '|'))
		return sprintf(buf, "%s", strrchr(item, '|') + 1) > 0;
	if (strstr(item, ".."))
		return sprintf(buf, "%ld", strtol(item, NULL, 10) + 1) > 0;
	return sprintf(buf, "%s", item) > 0;
}

static bool wrong(const char *item, unsigned how, char *buf)
{
	static const char *const known[][3] = {
		{ "N", "-99999", "x" }, { "SECONDS", "-1", "99999999" }, { "IF", "a/b", "a_name_that_is_too_long" },
		{ "IP", "10.9.9.256", "x" }, { "10.9.9.9", "10.9.9.256", "x" }, { "224.0.0.99", "10.9.9.9", "ff02::99" }, { "ff02::99", "fe80::1", "224.0.0.1" },
		{ "PREFIX", "10.9.0.0/33", "x" }, { "IP[/LEN]", "10.9.9.9/33", "x" },
		{ "MAC", "01:00:5e:00:01:07", "x" }, { "VALUE", "4294967296", "x" }, { "TIME", "x", "-1s" }, { "REALMS", "1/65536", "x" },
		{ "MARK", "0x1/y", "4294967296" }, { "RANGE", "2-1", "65536" }, { "MASK", "1777", "x" }, { "MTU|ADVERT|N", "0", "x" },
	};
	const char *dots = strstr(item, "..");

	for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
		if (!strcmp(item, known[i][0])) {
			strcpy(buf, known[i][1 + how]);
			return true;
		}
	if (dots)
		return how ? dots[2] && sprintf(buf, "%lld", strtoll(dots + 2, NULL, 10) + 1) > 0 :
		       sprintf(buf, "%lld", strtoll(item, NULL, 10) - 1) > 0;
	strcpy(buf, how ? "\"\"" : "non/sense");
	return strchr(item, '|') || how;
}

/* The line with its at-th value made by make (at < 0: each); false: there is no such value, or it cannot be made so. */
static bool spell(char *out, const char *word, const char *syntax, int at, bool make(const char *, unsigned, char *), unsigned how)
{
	char item[64], buf[64];
	bool made = at < 0;
	int i = 0;

	sprintf(out, "%s", word);
	for (size_t n; *syntax; syntax += n) {
		n = strspn(syntax, " []");
		if (n)
			continue;
		n = strcspn(syntax, " []");
		if (!strncmp(syntax, "IP[/LEN]", 8))
			n = 8;
		snprintf(item, sizeof item, "%.*s", (int)n, syntax);
		if (!strcmp(item, "...") || *item == ':')
			continue;
		if (at < 0 || at == i) {
			if (!make(item, how, buf))
				return false;
			made = true;
		} else {
			strcpy(buf, sample(item, n, (char[64]){ 0 }));
		}
		sprintf(out + strlen(out), " %s", buf);
		i++;
	}
	return made;
}

static bool again(const char *item, unsigned how, char *buf)
{
	return how ? other(item, buf) : sprintf(buf, "%s", sample(item, strlen(item), (char[64]){ 0 })) > 0;
}

static void kinds(enum block_id id, const struct kw *k, const char *syntax)
{
	char line[1024], twice[512];
	bool entry = strstr(whole_of[id], " %s"), list = k->type == KT_BLOCK;
	bool named = list && (k->min == BLK_SCRIPT || k->min == BLK_VRRP || k->min == BLK_SYNC || k->min == BLK_FILE ||
	                      k->min == BLK_PROCESS || k->min == BLK_TRACK_GROUP);

	if (list) {
		snprintf(twice, sizeof twice, "%s%s {\n}", k->word, named ? " x" : "");
		kind(id, k, twice);
		snprintf(line, sizeof line, "%s\n%s", twice, twice);
		kind(id, k, line);
		kind(id, k, k->word);
		return;
	}
	spell(line, k->word, syntax, -1, again, 0);
	kind(id, k, line);
	spell(twice, k->word, syntax, -1, again, 1);
	strcat(strcat(line, entry ? " " : "\n"), twice);
	kind(id, k, line);
	if (*syntax)
		kind(id, k, k->word);
	for (int at = 0; at < 8; at++)
		for (unsigned how = 0; how < 2; how++)
			if (spell(line, k->word, syntax, at, wrong, how))
				kind(id, k, line);
	if (!*syntax && !entry) {
		snprintf(line, sizeof line, "%s non/sense", k->word);
		kind(id, k, line);
	}
}

static unsigned words;

static void word(enum block_id id, const struct kw *k)
{
	char args[256], least[256], range[64];
	const char *syntax = kw_syntax(k, range, sizeof range);

	words++;
	if (k->served == KW_FOREIGN || k->served == KW_IPVS || !strncmp(k->word, "include", 7))
		return;
	if (k->type == KT_GROUP)
		syntax = k->min == 6 ? "ff02::99" : "224.0.0.99";
	if (!strcmp(kw_syntax(k, range, sizeof range), "TEXT") && (!strcmp(k->word, "peer") || !strcmp(k->word, "brd") || !strcmp(k->word, "broadcast")))
		syntax = "IP";
	if (!strcmp(k->word, "smtp_server"))
		syntax = "TEXT [1..65535]";
	if (!strcmp(k->word, "umask"))
		syntax = "IRUSR|IWOTH";
	if (!strcmp(k->word, "script"))
		syntax = "CMD";
	if (golden && k->served == KW_SERVED && whole_of[id]) {
		differs = false;
		kinds(id, k, syntax);
		t_case(!differs, k->word, "not as in words.txt: see above, and GOLDEN=write if it is right");
	}
	fill(syntax, true, args);
	fill(syntax, false, least);
	line_in(id, k, args, true);
	if (strcmp(args, least))
		line_in(id, k, least, true);
	if (*least && id != BLK_RULES)
		line_in(id, k, "", false);
}

int main(void)
{
	const struct kw *k;
	struct kw room;
	const char *p;
	unsigned id;

	writes = getenv("GOLDEN");
	golden = fopen("tests/conf/words.txt", writes ? "w" : "r");
	for (id = 0; id < BLK_N; id++) {
		if (!place_of[id])
			continue;
		for (k = conf_blocks[id].kws.rows; k && k->word; k++)
			word(id, k);
		for (p = conf_blocks[id].kws.known; (p = kw_next_known(p, &room)); )
			word(id, &room);
	}
	if (golden)
		t_case(writes || fgetc(golden) == EOF, "words.txt has no more", "but it has");
	else
		t_skip("words.txt", "not there");
	t_case(words > 400, "all words", "only %u", words);
	T_END;
}
