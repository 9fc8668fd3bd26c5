/* test_kw.c - every keyword of every block is taken with the syntax that its row shows (reference b), and not with less. */
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

	for (id = 0; id < BLK_N; id++) {
		if (!place_of[id])
			continue;
		for (k = conf_blocks[id].kws.rows; k && k->word; k++)
			word(id, k);
		for (p = conf_blocks[id].kws.known; (p = kw_next_known(p, &room)); )
			word(id, &room);
	}
	t_case(words > 400, "all words", "only %u", words);
	T_END;
}
