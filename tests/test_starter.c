/* test_starter.c - rows: what vrrpd --init is told -> refused with its reason, or a configuration that loads without a finding. */
#include "conf_kit.h"
#include "starter.h"
#include "t.h"

static const struct row {
	const char *name, *local, *peer, *vip;
	unsigned plen, vip_plen, vrid;
	const char *service;
	bool unicast;
	const char *refused;		/* a part of the reason; NULL: taken */
	unsigned want_vrid;
} rows[] = {
	{ "taken",                   "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, NULL, false, NULL, 100 },
	{ "its number given",        "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 32, 7, "", false, NULL, 7 },
	{ "no number in the address", "10.0.0.1", "10.0.0.2", "10.0.1.0", 16, 0, 0, NULL, false, NULL, 51 },
	{ "IPv6",                    "fe80::1", "fe80::2", "fe80::64", 64, 0, 0, NULL, true, NULL, 100 },
	{ "no whole bytes",          "10.0.0.1", "10.0.0.2", "10.0.0.5", 29, 0, 0, NULL, false, NULL, 5 },
	{ "a process",               "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "nginx", true, NULL, 100 },
	{ "a port",                  "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "127.0.0.1:80", false, NULL, 100 },
	{ "http",                    "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "http://127.0.0.1/", false, NULL, 100 },
	{ "two families",            "10.0.0.1", "2001:db8::2", "10.0.0.100", 24, 0, 0, NULL, false, "all be IPv4", 0 },
	{ "a multicast address",     "10.0.0.1", "10.0.0.2", "224.0.0.1", 24, 0, 0, NULL, false, "224.0.0.1 cannot", 0 },
	{ "loopback",                "127.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, NULL, false, "127.0.0.1 cannot", 0 },
	{ "nothing at all",          "10.0.0.1", "0.0.0.0", "10.0.0.100", 24, 0, 0, NULL, false, "0.0.0.0 cannot", 0 },
	{ "one machine",             "10.0.0.1", "10.0.0.1", "10.0.0.100", 24, 0, 0, NULL, false, "same address", 0 },
	{ "the address is ours",     "10.0.0.1", "10.0.0.2", "10.0.0.1", 24, 0, 0, NULL, false, "neither machine", 0 },
	{ "the address is theirs",   "10.0.0.1", "10.0.0.2", "10.0.0.2", 24, 0, 0, NULL, false, "neither machine", 0 },
	{ "no length",               "10.0.0.1", "10.0.0.2", "10.0.0.100", 0, 0, 0, NULL, false, "--local ADDRESS/LEN", 0 },
	{ "too long",                "10.0.0.1", "10.0.0.2", "10.0.0.100", 33, 0, 0, NULL, false, "--local ADDRESS/LEN", 0 },
	{ "the address's too long",  "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 33, 0, NULL, false, "too long", 0 },
	{ "the address elsewhere",   "10.0.0.1", "10.0.0.2", "10.0.1.100", 24, 0, 0, NULL, false, "10.0.1.100 is not in", 0 },
	{ "elsewhere by a bit",      "10.0.0.1", "10.0.0.2", "10.0.0.8", 29, 0, 0, NULL, false, "10.0.0.8 is not in", 0 },
	{ "the other one elsewhere", "10.0.0.1", "10.0.1.2", "10.0.0.100", 24, 0, 0, NULL, false, "10.0.1.2 is not in", 0 },
	{ "two words",               "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "nginx -g", false, "one word", 0 },
	{ "no port",                 "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "127.0.0.1:", false, "127.0.0.1:", 0 },
	{ "no host",                 "10.0.0.1", "10.0.0.2", "10.0.0.100", 24, 0, 0, "http://", false, "http", 0 },
};

static void taken(const struct row *r, const struct starter *s)
{
	const struct vrrp_conf *v;
	char buf[1500];
	struct kit k;

	for (int peer = 0; peer < 2; peer++) {
		struct text t = { buf, sizeof buf, 0 };

		starter_conf(s, peer, &t);
		kit_open(&k, "starter", buf);
		t_str(r->name, k.found, "");
		v = k.conf && k.conf->nvrrp == 1 ? k.conf->vrrp : NULL;
		t_case(v != NULL, r->name, "%s is no instance", buf);
		if (v) {
			t_int(r->name, v->vrid, r->want_vrid);
			t_int(r->name, v->prio, peer ? 120 : 150);
			t_case(v->unicast == r->unicast, r->name, "unicast");
			t_case(v->vips.n == 1 && addr_eq(&v->vips.v[0].addr, &s->vip), r->name, "address");
			t_int(r->name, v->vips.v[0].plen, r->vip_plen ? r->vip_plen : r->plen);
			t_case(k.conf->ntrackers == (r->service && *r->service ? 1 : 0) && (!k.conf->ntrackers || k.conf->trackers[0].check), r->name, "check");
			t_case(!r->unicast || addr_eq(&v->peers.v[0].addr, peer ? &s->local : &s->peer), r->name, "peer");
		}
		kit_close(&k);
	}
}

int main(void)
{
	char buf[200];
	const char *why;

	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		struct starter s = { .plen = r->plen, .vip_plen = r->vip_plen, .vrid = r->vrid, .unicast = r->unicast, .dev = "eth0", .service = r->service };

		t_case(addr_parse(&s.local, r->local) && addr_parse(&s.peer, r->peer) && addr_parse(&s.vip, r->vip), r->name, "a row's own mistake");
		why = starter_check(&s, buf, sizeof buf);
		if (r->refused)
			t_case(why && strstr(why, r->refused), r->name, "`%s' does not tell `%s'", why ? why : "taken", r->refused);
		else
			t_case(!why, r->name, "refused: %s", why);
		if (!r->refused && !why)
			taken(r, &s);
	}
	T_END;
}
