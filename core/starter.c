/* starter.c - vrrpd --init: asks what a first configuration needs, looks at this machine, prints both files. */
#include <net/if.h>
#include <stdio.h>
#include <string.h>

#include "kw.h"
#include "link.h"
#include "opts.h"
#include "out.h"
#include "starter.h"

enum { LINKS = 32, LINE = 128 };

static struct wish {		/* the words as given */
	const char *local, *peer, *vip, *dev, *service, *vrid, *node;
	bool unicast, help;
} wish;

static const struct opt rows[] = {
#define VALUE(name) { #name, 0, OPT_VALUE, 0, offsetof(struct wish, name) }
#define FLAG(name)  { #name, 0, OPT_NOTHING, 0, offsetof(struct wish, name) }
	VALUE(local), VALUE(peer), VALUE(vip), VALUE(service), VALUE(vrid), VALUE(node), VALUE(dev),
	FLAG(unicast), FLAG(help),
	{ 0 }
};

/* This machine's interfaces, and the address that is looked for: the first usable one when none is named. */
struct machine {
	struct { unsigned ifindex; char name[IFNAME_LEN]; } links[LINKS];
	unsigned n;
	struct addr want, found;
	uint8_t plen;
	char dev[IFNAME_LEN];
};

static void on_link(void *ctx, const struct link_info *k)
{
	struct machine *m = ctx;

	if (k->gone || m->n == LINKS || k->flags & IFF_LOOPBACK)
		return;
	m->links[m->n].ifindex = k->ifindex;
	strcpy(m->links[m->n++].name, k->name);
}

static void on_addr(void *ctx, const struct link_addr *a)
{
	struct machine *m = ctx;

	if (a->gone || m->found.family || (m->want.family ? !addr_eq(&a->addr, &m->want) : addr_is_linklocal(&a->addr)))
		return;
	for (unsigned i = 0; i < m->n; i++)
		if (m->links[i].ifindex == a->ifindex) {
			m->found = a->addr;
			m->plen = a->plen;
			strcpy(m->dev, m->links[i].name);
		}
}

static void on_lost(void *ctx)
{
	(void)ctx;
}

/* Without netlink nothing is found, which is said where it matters. */
static void look(struct machine *m)
{
	struct link l = { .ctx = m, .on_link = on_link, .on_addr = on_addr, .on_lost = on_lost };

	if (link_open(&l) < 0)
		return;
	if (!link_dump_links(&l))
		link_dump_addrs(&l, 0);
	link_close(&l);
}

/* A line of standard input, or dflt for an empty one; NULL at its end. */
static const char *ask(char line[LINE], const char *question, const char *dflt)
{
	int n;

	out_err(*dflt ? "%s [%s]: " : "%s: ", question, dflt);
	n = out_answer(line, LINE);
	return n > 0 ? line : n == 0 && *dflt ? dflt : NULL;
}

/* ADDRESS[/LEN] */
static bool address(struct addr *a, uint8_t *plen, const char *word)
{
	const char *rest = kw_prefix(word, a);
	int64_t n;

	if (!rest || !a->family)
		return false;
	if (!*rest)
		return true;
	rest = kw_decimal(rest + 1, 0, &n);
	*plen = n;
	return !*rest && n > 0 && n <= (int64_t)addr_len(a) * 8;
}

static int refuse(const char *what, const char *why)
{
	out_err("vrrpd: --init: %s%s%s\n", what, *what ? ": " : "", why);
	return 1;
}

static int complete(struct starter *s)
{
	static char lines[4][LINE];
	struct machine m = { 0 };
	char hint[ADDR_STR] = "";
	int64_t vrid;
	uint8_t none;

	if (wish.local && !address(&m.want, &s->plen, wish.local))
		return refuse(wish.local, "expected an address of this machine");
	look(&m);
	if (!wish.local) {
		if (m.found.family)
			addr_text(&m.found, hint);
		if (!(wish.local = ask(lines[0], "address of this machine", hint)))
			return refuse("--local", "an address of this machine is needed");
		if (strcmp(wish.local, hint)) {
			memset(&m, 0, sizeof m);
			if (!address(&m.want, &s->plen, wish.local))
				return refuse(wish.local, "expected an address of this machine");
			look(&m);
		}
	}
	s->local = m.found.family ? m.found : m.want;
	if (m.found.family) {
		s->plen = s->plen ? s->plen : m.plen;
		strcpy(s->dev, m.dev);
	}
	if (wish.dev) {
		if (!kw_is_ifname(wish.dev))
			return refuse(wish.dev, "expected the name of an interface");
		strcpy(s->dev, wish.dev);
	}
	if (!*s->dev)
		return refuse(wish.local, "no interface of this machine has it; for another machine give --dev IF and --local ADDRESS/LEN");
	if (!wish.peer && !(wish.peer = ask(lines[1], "address of the other machine", "")))
		return refuse("--peer", "the address of the other machine is needed");
	if (!address(&s->peer, &none, wish.peer))
		return refuse(wish.peer, "expected the address of the other machine");
	if (!wish.vip && !(wish.vip = ask(lines[2], "address that moves between them", "")))
		return refuse("--vip", "the address that moves is needed");
	if (!address(&s->vip, &s->vip_plen, wish.vip))
		return refuse(wish.vip, "expected the address that moves, ADDRESS[/LEN]");
	if (!wish.service)
		wish.service = ask(lines[3], "service to watch: nginx, 127.0.0.1:80, http://127.0.0.1/, or -", "-");
	s->service = wish.service && strcmp(wish.service, "-") ? wish.service : NULL;
	s->unicast = wish.unicast;
	if (wish.vrid && (*kw_decimal(wish.vrid, 0, &vrid) || vrid < 1 || vrid > 255))
		return refuse(wish.vrid, "expected a number of 1 to 255");
	s->vrid = wish.vrid ? vrid : 0;
	return 0;
}

static void print(const struct starter *s, bool peer)
{
	char buf[1024];
	struct text t = { buf, sizeof buf, 0 };

	starter_conf(s, peer, &t);
	out_text(buf, t.n);
}

static int help(void)
{
	out("Usage: vrrpd --init [--local ADDR[/LEN]] [--peer ADDR] [--vip ADDR[/LEN]] [--service NAME|HOST:PORT|URL|-]\n"
	    "                    [--dev IF] [--vrid N] [--unicast] [--node local|peer]\n"
	    "Asks for what is not given and prints the configurations of two machines, or of one.\n");
	return 0;
}

int starter_main(char **argv)
{
	struct opt_error err = { 0 };
	struct starter s = { 0 };
	char buf[160];
	const char *why;
	int code = opts_read(argv, rows, &wish, NULL, &err);

	if (code >= 0)
		return code;
	if (err.text) {
		out_err("vrrpd: --init: %s: %s\nTry 'vrrpd --init --help'.\n", err.text, err.word);
		return 2;
	}
	if (wish.help)
		return help();
	if (wish.node && strcmp(wish.node, "local") && strcmp(wish.node, "peer")) {
		out_err("vrrpd: --init: --node is local or peer: %s\n", wish.node);
		return 2;
	}
	if ((code = complete(&s)))
		return code;
	if ((why = starter_check(&s, buf, sizeof buf)))
		return refuse("", why);
	if (!wish.node || *wish.node == 'l')
		print(&s, false);
	if (!wish.node)
		out("\n# ---------------- here the other file begins ----------------\n\n");
	if (!wish.node || *wish.node == 'p')
		print(&s, true);
	out("\n# Then, on each: vrrpd -t && vrrpd        and look: vrrp-state, ip addr show dev %s\n", s.dev);
	return 0;
}
