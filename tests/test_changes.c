/* test_changes.c - rows: two configurations -> what a reload would do, in words (conf_changes; reference c.19). */
#include "conf_kit.h"
#include "t.h"

#define INST(name, lines) "vrrp_instance " name " {\n interface eth0\n virtual_router_id 7\n priority 100\n" lines \
	"\n virtual_ipaddress {\n  10.0.0.1\n }\n}\n"
#define SCRIPT(lines) "vrrp_script s {\n script /x u\n" lines "\n}\n"
#define TRACKED INST("V", "track_script {\ns\n}")

#define TWO INST("V", "") "vrrp_instance W {\n interface eth1\n virtual_router_id 8\n no_virtual_ipaddress\n}\n"
#define GROUP(names, lines) "vrrp_sync_group G {\n group {\n" names "\n}\n" lines "}\n"

static const struct row {
	const char *name, *from, *to, *want;
} rows[] = {
	{ "nothing", INST("V", ""), INST("V", ""), "" },
	{ "c.19 a number", INST("V", ""), INST("V", "priority 150\nadvert_int 2"),
	  "~ vrrp_instance V: priority 100 -> 150, advert_int 1 -> 2\n" },
	{ "c.19 a flag", INST("V", ""), INST("V", "nopreempt"), "~ vrrp_instance V: nopreempt off -> on\n" },
	{ "c.19 a flag back", INST("V", "nopreempt"), INST("V", ""), "~ vrrp_instance V: nopreempt on -> off\n" },
	{ "c.19 a text", INST("V", ""), INST("V", "notify_master /a"), "~ vrrp_instance V: notify_master none -> \"/a\"\n" },
	{ "c.19 the interface: another router", INST("V", ""), INST("V", "interface eth1"), "! vrrp_instance V: interface eth0 -> eth1\n" },
	{ "c.19 the id: another router", INST("V", ""), INST("V", "virtual_router_id 9"), "! vrrp_instance V: virtual_router_id 7 -> 9\n" },
	{ "becoming the owner", INST("V", ""), INST("V", "priority 255"), "! vrrp_instance V: priority 100 -> 255\n" },
	{ "c.19 renamed, still the same router", INST("V", ""), INST("W", ""), "~ vrrp_instance W: name V -> W\n" },
	{ "new", "", INST("V", ""), "+ vrrp_instance V: new\n" },
	{ "removed", INST("V", ""), "", "- vrrp_instance V: removed\n" },
	{ "c.19 one address more, one less", INST("V", "virtual_ipaddress {\n10.0.0.5\n}"), INST("V", "virtual_ipaddress {\n10.0.0.6/24\n}"),
	  "~ vrrp_instance V: virtual_ipaddress +10.0.0.6/24, virtual_ipaddress -10.0.0.5\n" },
	{ "excluded address", INST("V", ""), INST("V", "virtual_ipaddress_excluded {\n10.0.0.6/24\n}"),
	  "~ vrrp_instance V: virtual_ipaddress_excluded +10.0.0.6/24\n" },
	{ "a peer", INST("V", "unicast_peer {\n10.0.0.7\n10.0.0.8\n}"), INST("V", "unicast_peer {\n10.0.0.8\n10.0.0.9\n}"),
	  "~ vrrp_instance V: unicast_peer +10.0.0.9, unicast_peer -10.0.0.7\n" },
	{ "no password is shown", INST("V", "authentication {\nauth_type PASS\nauth_pass abc\n}"),
	  INST("V", "authentication {\nauth_type PASS\nauth_pass def\n}"), "~ vrrp_instance V: auth_pass\n" },
	{ "a script's number", SCRIPT("") TRACKED, SCRIPT("interval 2") TRACKED, "~ vrrp_script s: interval 1 -> 2\n" },
	{ "a script's command", SCRIPT("") TRACKED, SCRIPT("script /y u") TRACKED, "! vrrp_script s: script \"/x\" -> \"/y\"\n" },
	{ "a script more", INST("V", ""), SCRIPT("") TRACKED, "+ vrrp_script s: new\n~ vrrp_instance V: track +s\n" },
	{ "a script less", SCRIPT("") TRACKED, INST("V", ""), "- vrrp_script s: removed\n~ vrrp_instance V: track -s\n" },
	{ "a weight", SCRIPT("") TRACKED, SCRIPT("") INST("V", "track_script {\ns weight 5 reverse\n}"),
	  "~ vrrp_instance V: track s weight 0 -> 5 reverse\n" },
	{ "a tracked interface", INST("V", ""), INST("V", "track_interface {\neth1\n}"), "~ vrrp_instance V: track_interface +eth1\n" },
	{ "c.12 a group", TWO, TWO GROUP("V\nW", ""), "+ vrrp_sync_group G: new\n" },
	{ "c.12 no group any more", TWO GROUP("V\nW", ""), TWO, "- vrrp_sync_group G: removed\n" },
	{ "c.12 a member more", TWO GROUP("V", ""), TWO GROUP("W V", ""), "~ vrrp_sync_group G: group +W\n" },
	{ "c.12 a member less, a script", TWO GROUP("V W", ""), TWO GROUP("V", "notify /x u\n"),
	  "~ vrrp_sync_group G: group -W, notify none -> \"/x\" u\n" },
	{ "c.12 members in another order", TWO GROUP("V W", ""), TWO GROUP("W V", ""), "" },
	{ "c.12 what a group tracks, its members do", TWO GROUP("V W", ""), TWO GROUP("V W", "track_interface {\neth5 weight 3\n}\n"),
	  "~ vrrp_instance V: track_interface +eth5\n~ vrrp_instance W: track_interface +eth5\n" },
	{ "a route, a rule", INST("V", "virtual_routes {\n10.1.0.0/16 via 10.0.0.9\n10.2.0.0/16 via 10.0.0.9\n}"),
	  INST("V", "virtual_routes {\n10.2.0.0/16 via 10.0.0.9\n10.3.0.0/16 via 10.0.0.9\n}\nvirtual_rules {\nfrom 10.0.0.1 table 5 preference 7\n}"),
	  "~ vrrp_instance V: virtual_routes +10.3.0.0/16 via 10.0.0.9, virtual_rules +from 10.0.0.1/32 preference 7 table 5, virtual_routes -10.1.0.0/16 via 10.0.0.9\n" },
	{ "a static route, a static address", "static_routes {\n10.1.0.0/16 dev eth0\n}\n", "static_ipaddress {\n10.9.0.1/24 dev eth0\n}\n", "~ static: static_ipaddress +10.9.0.1/24 dev eth0, static_routes -10.1.0.0/16 dev eth0\n" },
	{ "an interface's delays", INST("V", ""), "interface_up_down_delays {\neth0 2 1\n}\n" INST("V", ""), "~ interface eth0: delays, polling or garp_group\n" },
	{ "no delays any more", "interface_up_down_delays {\neth0 2 1\n}\n" INST("V", ""), INST("V", ""), "~ interface eth0: delays, polling or garp_group\n" },
	{ "a group of interfaces", "garp_group {\ngarp_interval 1\ninterfaces {\neth0\n}\n}\n" INST("V", ""),
	  "garp_group {\ngarp_interval 2\ninterfaces {\neth0\n}\n}\n" INST("V", ""), "~ interface eth0: delays, polling or garp_group\n" },
	{ "the same group", "garp_group {\ngarp_interval 1\ninterfaces {\neth0\n}\n}\n" INST("V", ""),
	  "garp_group {\ngarp_interval 1\ninterfaces {\neth0\n}\n}\n" INST("V", ""), "" },
	{ "an address of mail", "global_defs {\nnotification_email {\na@x\n}\n}\n" INST("V", ""),
	  "global_defs {\nnotification_email {\na@x\nb@x\n}\n}\n" INST("V", ""), "~ global_defs: notification_email +b@x\n" },
	{ "another address of mail", "global_defs {\nnotification_email {\na@x\n}\n}\n", "global_defs {\nnotification_email {\nb@x\n}\n}\n", "~ global_defs: notification_email +b@x, notification_email -a@x\n" },
	{ "a weight back", SCRIPT("") INST("V", "track_script {\ns weight 5 reverse\n}"), SCRIPT("") TRACKED, "~ vrrp_instance V: track s weight 5 reverse -> 0\n" },
	{ "strict for all", INST("V", ""), "global_defs {\nvrrp_strict\n}\n" INST("V", ""), "~ global_defs: vrrp_strict off -> on\n~ vrrp_instance V: garp_lower_prio_delay 5 -> 0, garp_lower_prio_repeat 5 -> 0\n" },
	{ "a group's notify", TWO GROUP("V W", "notify_master /a\nnotify_master \"/b c\" u\n"), TWO GROUP("V W", "notify_master \"/b c\" u\n"), "~ vrrp_sync_group G: notify_master \"/a\" -> \"/b c\" u\n" },
	{ "an address's interface, label, peer", INST("V", "virtual_ipaddress {\n10.0.0.5\n10.0.0.6 label eth0:1\n10.0.0.7 peer 10.0.0.8\n}"),
	  INST("V", "virtual_ipaddress {\n10.0.0.5 dev eth1\n10.0.0.6 label eth0:2\n10.0.0.7 peer 10.0.0.9\n}"), "~ vrrp_instance V: virtual_ipaddress +10.0.0.5 dev eth1, virtual_ipaddress +10.0.0.6 label eth0:2, virtual_ipaddress +10.0.0.7 peer 10.0.0.9, virtual_ipaddress -10.0.0.5, virtual_ipaddress -10.0.0.6 label eth0:1, virtual_ipaddress -10.0.0.7 peer 10.0.0.8\n" },
	{ "an address that is not advertised any more", INST("V", "virtual_ipaddress {\n10.0.0.5\n}"), INST("V", "virtual_ipaddress_excluded {\n10.0.0.5\n}"),
	  "~ vrrp_instance V: virtual_ipaddress_excluded +10.0.0.5, virtual_ipaddress -10.0.0.5\n" },
	{ "an address that is not tracked any more", INST("V", "virtual_ipaddress {\n10.0.0.5\n}"), INST("V", "virtual_ipaddress {\n10.0.0.5 no_track\n}"),
	  "~ vrrp_instance V: virtual_ipaddress +10.0.0.5 no_track, virtual_ipaddress -10.0.0.5\n" },
	{ "addresses in another order", INST("V", "virtual_ipaddress {\n10.0.0.5\n10.0.0.6\n}"), INST("V", "virtual_ipaddress {\n10.0.0.6\n10.0.0.5\n}"),
	  "~ vrrp_instance V: order of addresses\n" },
	{ "what a peer may be away", INST("V", "unicast_peer {\n10.0.0.7\n}"), INST("V", "unicast_peer {\n10.0.0.7 min_ttl 250\n}"),
	  "~ vrrp_instance V: unicast_peer +10.0.0.7 min_ttl 250, unicast_peer -10.0.0.7\n" },
	{ "unicast or not", INST("V", ""), INST("V", "unicast_src_ip 10.0.0.3\nunicast_peer {\n10.0.0.7\n}"), "! vrrp_instance V: mcast_src_ip none -> 10.0.0.3, unicast_peer +10.0.0.7\n" },
	{ "unicast from another", INST("V", "unicast_src_ip 10.0.0.3\nunicast_peer {\n10.0.0.7\n}"), INST("V", "unicast_src_ip 10.0.0.4\nunicast_peer {\n10.0.0.7\n}"), "! vrrp_instance V: mcast_src_ip 10.0.0.3 -> 10.0.0.4\n" },
	{ "another group address", INST("V", ""), "global_defs {\nvrrp_mcast_group4 224.0.0.19\n}\n" INST("V", ""), "~ global_defs: vrrp_mcast_group4 none -> 224.0.0.19\n! vrrp_instance V: mcast_dst_ip 224.0.0.18 -> 224.0.0.19\n" },
	{ "a global", INST("V", ""), "global_defs {\nrouter_id x\n}\n" INST("V", ""), "~ global_defs: router_id none -> x\n" },
	{ "a global that an instance takes", INST("V", ""), "global_defs {\nvrrp_garp_master_delay 1\n}\n" INST("V", ""),
	  "~ global_defs: vrrp_garp_master_delay none -> 1\n~ vrrp_instance V: garp_master_delay 5 -> 1, garp_lower_prio_delay 5 -> 1\n" },
};

static char said[4096];

static void keep(void *ctx, const char *s, size_t n)
{
	(void)ctx;
	snprintf(said + strlen(said), sizeof said - strlen(said), "%.*s", (int)n, s);
}

int main(void)
{
	struct kit a, b;
	unsigned lines, ends;
	const char *p;

	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		*said = 0;
		kit_init(&a, r->from);
		kit_init(&b, r->to);
		kit_run(&a, "a");
		kit_run(&b, "b");
		lines = conf_changes(a.conf, b.conf, keep, NULL);
		for (ends = 0, p = said; *p; p++)
			ends += *p == '\n';
		t_str(r->name, said, r->want);
		if (ends != lines)
			t_int(r->name, lines, ends);
		kit_close(&a);
		kit_close(&b);
	}
	T_END;
}
