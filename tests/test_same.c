/* test_same.c - what is the same after a reload, asked directly: commands, and what is said of interfaces (K c.19); and the table of keywords. */
#include "conf_in.h"
#include "conf_kit.h"
#include "t.h"

#define SCRIPT(line) "vrrp_script s {\n" line "\n}\n"

static const struct row {
	const char *name, *a, *b;
	bool same;
} cmds[] = {
	{ "itself", "script \"/x a b\" u g", "script \"/x a b\" u g", true },
	{ "other quotes", "script \"/x a b\"", "script \"/x 'a' b\"", true },
	{ "a word less", "script \"/x a b\"", "script \"/x a\"", false },
	{ "another word", "script \"/x a b\"", "script \"/x a c\"", false },
	{ "another program", "script /x", "script /y", false },
	{ "another user", "script /x u", "script /x v", false },
	{ "no user", "script /x u", "script /x", false },
	{ "another group", "script /x u g", "script /x u h", false },
	{ "no command", "interval 1", "script /x", false },
	{ "none in both", "interval 1", "interval 2", true },
}, ifs[] = {
	{ "delays", "interface_up_down_delays {\neth0 2 1\n}\n", "interface_up_down_delays {\neth0 2 1\n}\n", true },
	{ "another delay down", "interface_up_down_delays {\neth0 2 1\n}\n", "interface_up_down_delays {\neth0 1.5 1\n}\n", false },
	{ "another delay up", "interface_up_down_delays {\neth0 2 1\n}\n", "interface_up_down_delays {\neth0 2 3\n}\n", false },
	{ "not said any more", "interface_up_down_delays {\neth0 2 1\n}\n", "", false },
	{ "polled", "linkbeat_interfaces {\neth0\n}\n", "linkbeat_interfaces {\neth0 MII\n}\n", false },
	{ "a group", "garp_group {\ngarp_interval 1\ninterface eth0\n}\n", "garp_group {\ngarp_interval 1\ninterface eth0\n}\n", true },
	{ "another pace", "garp_group {\ngarp_interval 1\ninterface eth0\n}\n", "garp_group {\ngarp_interval 2\ninterface eth0\n}\n", false },
	{ "a group's number does not matter", "garp_group {\ngarp_interval 1\ninterface eth0\n}\n",
	  "garp_group {\ngarp_interval 5\ninterface eth1\n}\ngarp_group {\ngarp_interval 1\ninterface eth0\n}\n", true },
};

static const struct if_conf *of_eth0(const struct conf *c)
{
	for (unsigned i = 0; i < c->nifx; i++)
		if (!strcmp(c->ifx[i].name, "eth0"))
			return &c->ifx[i];
	return NULL;
}

static void compare(const struct row *r, bool cmd)
{
	struct kit a, b;
	char *ta = NULL, *tb = NULL;

	if (asprintf(&ta, cmd ? SCRIPT("%s") : "%s", r->a) < 0 || asprintf(&tb, cmd ? SCRIPT("%s") : "%s", r->b) < 0)
		return;
	kit_open(&a, "a", ta);
	kit_open(&b, "b", tb);
	if (cmd)
		t_int(r->name, conf_same_cmd(&a.conf->trackers[0].cmd, &b.conf->trackers[0].cmd), r->same);
	else
		t_int(r->name, conf_same_if(a.conf, of_eth0(a.conf), b.conf, of_eth0(b.conf)), r->same);
	kit_close(&a);
	kit_close(&b);
	free(ta);
	free(tb);
}

/* Every row of every block is there, by its word. */
static void keywords(bool markdown)
{
	char *all = NULL, word[80];
	size_t n;
	FILE *f = open_memstream(&all, &n);
	unsigned missing = 0, rows = 0;

	conf_print_keywords(markdown, kit_out, f);
	fclose(f);
	for (const struct block *b = conf_blocks; b < conf_blocks + BLK_N; b++)
		for (const struct kw *k = b->kws.rows; k && k->word; k++, rows++) {
			snprintf(word, sizeof word, markdown ? "\n| `%s` |" : "\n  %s ", k->word);
			missing += !strstr(all, word);
		}
	t_case(rows > 200, markdown ? "rows for README" : "rows for -k", "%u rows", rows);
	t_int(markdown ? "README has every row" : "-k has every row", missing, 0);
	t_case(!strstr(all, "keepalived|rfc") == markdown && !strstr(all, "keepalived\\|rfc") == !markdown, "a | is no column", "%.200s", all);
	free(all);
}

int main(void)
{
	for (const struct row *r = cmds; r < cmds + sizeof cmds / sizeof *cmds; r++)
		compare(r, true);
	for (const struct row *r = ifs; r < ifs + sizeof ifs / sizeof *ifs; r++)
		compare(r, false);
	keywords(false);
	keywords(true);
	T_END;
}
