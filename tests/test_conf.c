/* test_conf.c - rows: a piece of keepalived.conf -> findings and canonical text (reference b, c, f). */
#include <sys/socket.h>

#include "conf_kit.h"
#include "t.h"

/* An instance that has what it must; the row's lines stand inside from line 5 on. */
#define HEAD "vrrp_instance V {\n interface eth0\n virtual_router_id 7\n priority 100\n"
#define OTHER(text) "vrrp_instance W {\n interface eth0\n virtual_router_id 8\n priority 100\n" text VIP
#define VIP "\n virtual_ipaddress {\n  10.0.0.1\n }\n}\n"
#define IN(text) HEAD text VIP
#define V6 "\n virtual_ipaddress {\n  fe80::1\n }\n}\n"

struct finding {
	const char *name, *text, *want;	/* every finding, "FILE:" left out */
};

static const struct finding findings[] = {
	{ "plain", IN("state BACKUP"), "" },
	/* fatal in keepalived */
	{ "b.4 vrid missing", "vrrp_instance V {\ninterface eth0" VIP, "1:1: error: virtual_router_id: (V) is missing: 1 to 255\n" },
	{ "b.4 vrid out of range", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 256" VIP,
	  "3:19: warning: virtual_router_id: expected a number from 1 to 255, not `256': default kept\n"
	  "1:1: error: virtual_router_id: (V) is missing: 1 to 255\n" },
	{ "b.4 interface missing", "vrrp_instance V {\nvirtual_router_id 1" VIP,
	  "1:1: error: interface: (V) is missing (only unicast with unicast_src_ip can do without)\n" },
	{ "c.8 interface missing, unicast", "vrrp_instance V {\nvirtual_router_id 1\nunicast_src_ip 10.0.0.9\nunicast_peer {\n10.0.0.8\n}" VIP, "" },
	{ "c.8 interface missing, unicast from link-local", "vrrp_instance V {\nvirtual_router_id 1\nunicast_src_ip fe80::9\nunicast_peer {\nfe80::8\n}" V6,
	  "1:1: error: interface: (V) is missing (only unicast with unicast_src_ip can do without)\n" },
	{ "e duplicate vrid", IN("") "vrrp_instance W {\ninterface eth0\nvirtual_router_id 7" VIP,
	  "10:1: error: virtual_router_id: (W) 7 is used by V on the same interface\n" },
	{ "e duplicate vrid, other family", IN("") "vrrp_instance W {\ninterface eth0\nvirtual_router_id 7" V6, "" },
	{ "e duplicate vrid, other interface", IN("") "vrrp_instance W {\ninterface eth1\nvirtual_router_id 7" VIP, "" },
	{ "e duplicate vrid, other group", IN("") "vrrp_instance W {\ninterface eth0\nvirtual_router_id 7\nmcast_dst_ip 224.0.0.99" VIP, "" },
	{ "e v3 without VIP", HEAD "version 3\n}\n", "1:1: error: virtual_ipaddress: (V) is missing: version 3 needs an address\n" },
	{ "e v2 without VIP", HEAD "}\n",
	  "1:1: warning: virtual_ipaddress: (V) is missing: nothing to advertise (no_virtual_ipaddress if that is meant)\n" },
	{ "b.4 no_virtual_ipaddress", HEAD "no_virtual_ipaddress\n}\n", "" },
	{ "a.3 missing argument, all of them", IN("advert_int\npreempt_delay"),
	  "5:1: error: advert_int: expected SECONDS after it\n6:1: error: preempt_delay: expected SECONDS after it\n" },
	/* survived */
	{ "a.3 priority 300", IN("priority 300"), "5:10: warning: priority: expected a number from 1 to 255, not `300': default kept\n" },
	{ "a.3 trailing garbage", IN("advert_int 2s"), "5:12: warning: advert_int: `2s' is read as 2\n" },
	{ "a.3 quoted number", IN("priority \"120\""), "" },
	{ "a.3 bad boolean", IN("nopreempt maybe"), "5:11: warning: nopreempt: expected on or off, not `maybe': line ignored\n" },
	{ "a.8 unknown word, guess", IN("prioritty 5"), "5:1: warning: prioritty: unknown keyword, did you mean `priority'?\n" },
	{ "a.8 unknown word, nothing near", IN("xyzzyplugh 5"), "5:1: warning: xyzzyplugh: unknown keyword\n" },
	{ "f.3 unknown block", IN("new_block {\n a\n b {\n }\n}"), "5:1: warning: new_block: unknown keyword\n" },
	{ "f.3 unknown block at top", "frobnicate X {\n virtual_router_id 4\n}\n" IN(""), "1:1: warning: frobnicate: unknown keyword\n" },
	{ "a.1 two keywords on a line", IN("state BACKUP nopreempt"), "5:14: warning: nopreempt: a second keyword on one line is ignored\n" },
	{ "a.1 extra words", IN("state BACKUP ; text"), "5:14: note: state: `;' after it is ignored\n" },
	{ "a.8 extra }", IN("") "}\n", "10:1: warning: }: one too many\n" },
	{ "a.8 missing }", HEAD "virtual_ipaddress {\n10.0.0.1\n}\n", "1:1: warning: vrrp_instance: its } is missing\n" },
	{ "a.8 missing {", "vrrp_instance V\ninterface eth0\nvirtual_router_id 7" VIP, "1:1: warning: vrrp_instance: expected { after it\n" },
	{ "a.8 stray {", IN("{\nfoo\n}"), "5:1: warning: {: not expected here: skipped up to its }\n" },
	{ "a.8 duplicate instance", IN("") IN(""), "10:1: warning: vrrp_instance: V is defined already: this one is skipped\n" },
	{ "a.8 second notify", "global_defs {\nscript_user u\n}\n" IN("notify_master /a\nnotify_master /b"),
	  "9:1: warning: notify_master: given twice: the first one counts\n" },
	{ "b.4 state typo", IN("state SLAVE"), "5:7: warning: state: expected MASTER|BACKUP, not `SLAVE': BACKUP used\n" },
	{ "b.4 BACKUP after MASTER", IN("state MASTER\nstate BACKUP"), "6:7: warning: state: BACKUP after MASTER: MASTER stays\n" },
	{ "b.4 long password", IN("authentication {\nauth_type PASS\nauth_pass 123456789\n}"),
	  "7:11: warning: auth_pass: longer than 8 characters: the rest is cut off\n" },
	{ "c.10 no password", IN("authentication {\nauth_type PASS\n}"), "1:1: warning: authentication: (V) auth_pass is missing: ignored\n" },
	{ "c.10 v3", IN("version 3\nauthentication {\nauth_type PASS\nauth_pass 1\n}"),
	  "1:1: warning: authentication: (V) only for version 2 over IPv4: ignored\n" },
	{ "b.4 v2 interval", IN("advert_int 0.3"), "1:1: warning: advert_int: (V) version 2 cannot say 0.3 s: 1 used\n" },
	{ "b.4 v2 interval rounds half up", IN("advert_int 2.5"), "1:1: warning: advert_int: (V) version 2 cannot say 2.5 s: 3 used\n" },
	{ "b.4 v3 interval", IN("version 3\nadvert_int 0.1"), "" },
	{ "b.4 v3 interval too long", IN("version 3\nadvert_int 60"), "1:1: warning: advert_int: (V) version 3 cannot say 60 s: 40.95 used\n" },
	{ "c.6 nopreempt with MASTER", IN("state MASTER\nnopreempt"),
	  "1:1: warning: nopreempt: (V) needs state BACKUP and a priority below 255: reset\n" },
	{ "c.6 nopreempt with 255", IN("priority 255\nnopreempt"),
	  "1:1: warning: nopreempt: (V) needs state BACKUP and a priority below 255: reset\n" },
	{ "c.6 nopreempt and preempt_delay", IN("nopreempt\npreempt_delay 3"),
	  "1:1: warning: preempt_delay: (V) has no meaning with nopreempt: reset\n" },
	{ "c.14 VIP of the other family", HEAD "virtual_ipaddress {\n10.0.0.1\nfe80::1\n}\n}\n",
	  "7:1: warning: virtual_ipaddress: (V) address is not IPv4 as the instance is: dropped\n" },
	{ "c.14 same VIP twice", HEAD "virtual_ipaddress {\n10.0.0.1\n10.0.0.1/24\n}\n}\n",
	  "7:1: warning: virtual_ipaddress: (V) address is there already: dropped\n" },
	{ "c.14 VIP and excluded", HEAD "virtual_ipaddress_excluded {\n10.0.0.1\n}\nvirtual_ipaddress {\n10.0.0.1\n}\n}\n",
	  "6:1: warning: virtual_ipaddress: (V) address is there already: dropped\n" },
	{ "a.3 two addresses on a line", HEAD "virtual_ipaddress {\n10.0.0.1 10.0.0.2\n}\n}\n",
	  "6:10: warning: 10.0.0.2: one address on a line: only the first is taken\n" },
	{ "b.9 bad address", HEAD "virtual_ipaddress {\n10.0.0.256\n10.0.0.2\n}\n}\n",
	  "6:1: warning: 10.0.0.256: expected an IP address: entry dropped\n" },
	{ "b.9 bad length", HEAD "virtual_ipaddress {\n10.0.0.1/33\n}\n}\n",
	  "6:1: warning: 10.0.0.1/33: expected a prefix length up to 32: 32 used\n" },
	{ "b.9 unknown option", HEAD "virtual_ipaddress {\n10.0.0.1 lable x dev eth1\n}\n}\n",
	  "6:10: warning: lable: unknown option, it is ignored, did you mean `label'?\n6:16: warning: x: unknown option, it is ignored\n" },
	{ "b.9 long label", HEAD "virtual_ipaddress {\n10.0.0.1 label 0123456789abcdef\n}\n}\n",
	  "6:1: warning: label: longer than 15 characters: cut\n" },
	{ "b.9 label on IPv6", HEAD "virtual_ipaddress {\nfe80::1 label eth0:vip\n}\n}\n", "" },
	{ "b.9 brd on IPv6", HEAD "virtual_ipaddress {\nfe80::1\nfe80::2 brd +\n}\n}\n", "7:1: warning: brd: IPv6 has no broadcast: entry dropped\n" },
	{ "b.9 option without value", HEAD "virtual_ipaddress {\n10.0.0.1 dev\n}\n}\n", "6:1: warning: dev: expected TEXT after it\n" },
	{ "c.8 first IPv6 VIP", HEAD "virtual_ipaddress {\n2001:db8::1\n}\n}\n",
	  "1:1: note: virtual_ipaddress: (V) the first IPv6 address should be link-local (fe80::)\n" },
	/* trackers */
	{ "a.9 script never defined", IN("track_script {\nnone\n}"), "6:1: warning: none: (V) no vrrp_script of this name: not tracked\n" },
	{ "a.9 script defined later", IN("track_script {\nchk\n}") "vrrp_script chk {\nscript /x\nuser u\n}\n",
	  "6:1: note: chk: (V) keepalived wants the vrrp_script before this line\n" },
	{ "c.2 script nobody tracks", "vrrp_script chk {\nscript /x\nuser u\n}\n" IN(""), "1:1: note: vrrp_script: (chk) nothing tracks it: it is left out\n" },
	{ "b.5 script without command", "vrrp_script chk {\n}\n" IN("track_script {\nchk\n}"),
	  "8:1: warning: chk: (V) this vrrp_script has no script: not tracked\n1:1: warning: script: (chk) is missing: this vrrp_script cannot run\n" },
	{ "b.5 interval 0", "vrrp_script chk {\nscript /x\nuser u\ninterval 0\n}\n" IN("track_script {\nchk\n}"),
	  "4:10: warning: interval: expected seconds from 0.001 to 4294, not `0': default kept\n" },
	{ "tracked twice", "vrrp_script chk {\nscript /x\nuser u\n}\n" IN("track_script {\nchk\nchk weight 3\n}"),
	  "11:1: note: chk: tracked twice: the first line counts\n" },
	{ "c.1 owner and weights", "vrrp_script chk {\nscript /x\nuser u\n}\n" IN("priority 255\ntrack_script {\nchk weight 3\n}"),
	  "11:1: warning: chk: (V) priority 255 takes no weights: not tracked\n1:1: note: vrrp_script: (chk) nothing tracks it: it is left out\n" },
	{ "c.1 weight 254", IN("track_interface {\neth1 weight 254\n}"),
	  "6:13: warning: weight: expected a number from -253 to 253, not `254': default kept\n" },
	{ "c.4 own interface", IN("track_interface {\neth0\n}"), "6:1: warning: eth0: (V) the instance's own interface is tracked anyway: ignored\n" },
	{ "c.3 security, said once", "vrrp_script chk {\nscript /x\n}\n" IN("notify /y\ntrack_script {\nchk\n}"),
	  "2:1: security: /x: scripts run as root unless keepalived_script exists: no script_user, no enable_script_security\n" },
	{ "c.3 enable_script_security", "global_defs {\nenable_script_security\n}\n" IN("notify /y"), "" },
	/* checks of our own */
	{ "track_check", IN("track_check web \"tcp 127.0.0.1:80\" weight -20 reverse"), "" },
	{ "track_check, the program's name in front", IN("track_check web \"/usr/sbin/vrrp-check tcp 127.0.0.1:80\""), "" },
	{ "track_check, nothing in it", IN("track_check web \"\""), "5:17: warning: track_check: expected a check, not `': not tracked\n" },
	{ "track_check, no words", IN("track_check web"), "5:1: error: track_check: expected CHECK after it\n" },
	{ "track_check, wrong word", IN("track_check web \"tpc 127.0.0.1:80\""),
	  "5:1: warning: tpc: no such check; the check counts as failed until that is mended\n" },
	{ "track_check, cut short", IN("track_check web \"vip 10.0.0.1\""),
	  "5:1: warning: vrrp-check: needs --dev IF; the check counts as failed until that is mended\n" },
	{ "track_check, weight out of range", IN("track_check web \"link eth1\" weight 254"),
	  "5:36: warning: track_check: expected a number from -253 to 253, not `254': default kept\n" },
	{ "track_check, words without quotes", IN("track_check web link eth1"), "5:22: note: track_check: `eth1' after it is ignored\n"
	  "5:1: warning: vrrp-check: expected what to check; the check counts as failed until that is mended\n" },
	{ "track_check, -q", IN("track_check web \"-q link eth1\""), "5:1: note: -q: has no effect here\n" },
	{ "track_check twice in one instance", IN("track_check web \"link eth1\"\ntrack_check web \"link eth1\" weight 3"),
	  "6:1: note: web: tracked twice: the first line counts\n" },
	{ "track_check, other words for a name", IN("track_check web \"link eth1\"\ntrack_check web \"link eth2\""),
	  "6:13: error: web: f:5 says another check of this name\n" },
	{ "track_check, another interval for a name", IN("track_check web \"link eth1\"\ntrack_check web \"link eth1 -i 2\""),
	  "6:13: error: web: f:5 says another check of this name\n" },
	{ "track_check, a script has the name", "vrrp_script web {\nscript /x\nuser u\n}\n" IN("track_check web \"link eth1\""),
	  "9:13: error: web: f:1 says another check of this name\n1:1: note: vrrp_script: (web) nothing tracks it: it is left out\n" },
	{ "track_check, two instances", IN("track_check web \"link eth1\"") OTHER("track_check web \"link eth1\" weight 5"), "" },
	{ "track_check, two instances, two names", IN("track_check web \"link eth1\"") OTHER("track_check www \"link eth1\" weight 5"),
	  "14:1: note: www: (W) the same check as web: it runs once, under that name\n" },
	{ "track_check, two names, not the same", IN("track_check web \"link eth1\"") OTHER("track_check www \"link eth1 --rise 2\""), "" },
	{ "track_check, two names in one instance", IN("track_check web \"link eth1\" weight 5\ntrack_check www \"link eth1\" weight 6"), "" },
	{ "script, wrong words of ours", "vrrp_script c {\nscript \"/usr/bin/vrrp-check tcp 80\"\n}\n" IN("track_script {\nc\n}") ,
	  "2:1: warning: 80: expected ADDR:PORT or [IPV6]:PORT; the check counts as failed until that is mended\n"
	  "2:1: security: /usr/bin/vrrp-check: scripts run as root unless keepalived_script exists: no script_user, no enable_script_security\n" },
	{ "script, -i and --fall have no effect", "vrrp_script c {\nscript \"vrrpbox vrrp-check -i 5 --fall 3 link eth1\"\nfall 3\n}\n" IN("track_script {\nc\n}"),
	  "2:1: note: -i: has no effect here: say interval\n" },
	{ "b.7 file never defined", IN("track_file {\nf\n}"), "6:1: warning: f: (V) no track_file of this name: not tracked\n" },
	{ "b.7 without file", "track_file f {\nweight 3\n}\n" IN("track_file {\nf\n}"),
	  "9:1: warning: f: (V) this track_file has no file: not tracked\n1:1: warning: file: (f) is missing: this track_file cannot run\n" },
	{ "b.7 missing argument", "track_file f {\nfile\n}\n" IN(""),
	  "2:1: error: file: expected TEXT after it\n1:1: warning: file: (f) is missing: this track_file cannot run\n" },
	{ "c.1 owner, weight 1 is 0", "track_file f {\nfile /f\n}\n" IN("priority 255\ntrack_file {\nf\n}"), "" },
	{ "c.1 owner, another weight", "track_file f {\nfile /f\nweight 2\n}\n" IN("priority 255\ntrack_file {\nf\n}"),
	  "11:1: warning: f: (V) priority 255 takes no weights: not tracked\n1:1: note: track_file: (f) nothing tracks it: it is left out\n" },
	/* known, not served */
	{ "not served, once a word", "global_defs {\nenable_traps\nenable_traps\nenable_dbus\n}\n" IN(""),
	  "2:1: note: enable_traps: known, not served: no SNMP here; vrrp-state -m has metrics\n"
	  "4:1: note: enable_dbus: known, not served: no D-Bus here; vrrp-state -w tells changes\n" },
	{ "strict", "global_defs {\nvrrp_strict\n}\n" IN(""), "4:1: note: virtual_ipaddress: (V) strict mode: packets to the addresses are "
	  "dropped, nobody can ping or use them; leave strict mode, or use version 3 and accept\n" },
	{ "strict, but not this one", "global_defs {\nvrrp_strict\n}\n" IN("strict_mode off"), "" },
	{ "strict, an owner", IN("strict_mode\npriority 255"), "" },
	{ "strict without addresses", "vrrp_instance V {\ninterface e\nvirtual_router_id 1\nno_virtual_ipaddress\nstrict_mode\nversion 2\npriority 255\n}\n",
	  "1:1: error: virtual_ipaddress: (V) is missing: strict mode needs an address\n" },
	{ "no_accept twice", IN("no_accept\nno_accept"), "" },
	{ "c.10 AH", IN("authentication {\nauth_type AH\nauth_pass x\n}"), "" },
	{ "c.10 AH, state MASTER", IN("state MASTER\npriority 100\nauthentication {\nauth_type AH\nauth_pass x\n}"),
	  "1:1: warning: state: (V) MASTER does not go with AH, whose numbers must be heard first: cleared\n" },
	{ "c.10 AH without password", IN("authentication {\nauth_type AH\n}"), "1:1: warning: authentication: (V) auth_pass is missing: ignored\n" },
	{ "c.10 AH in version 3", IN("version 3\nauthentication {\nauth_type AH\nauth_pass x\n}"),
	  "1:1: warning: authentication: (V) only for version 2 over IPv4: ignored\n" },
	{ "c.10 AH, strict", IN("strict_mode\naccept\nversion 3\nauthentication {\nauth_type AH\nauth_pass x\n}"),
	  "1:1: warning: authentication: (V) strict mode has none: ignored; peers that want it need it gone as well\n" },
	{ "nftables_priority, missing argument", "global_defs {\nnftables_priority\n}\n" IN(""), "2:1: error: nftables_priority: expected N after it\n" },
	{ "nftables, a long name", "global_defs {\nnftables a234567890b234567890c234567890d234567890e234567890f234567890abcd\n}\n" IN(""),
	  "0:0: warning: nftables: a name has at most 63 characters: ignored\n" },
	{ "not served, and why", "global_defs {\nenable_snmp_rfc\nenable_dbus\n}\nbfd_instance B {\n neighbor_ip 10.0.0.1\n}\n" IN(""),
	  "2:1: note: enable_snmp_rfc: known, not served: no SNMP here; vrrp-state -m has metrics\n"
	  "3:1: note: enable_dbus: known, not served: no D-Bus here; vrrp-state -w tells changes\n"
	  "5:1: note: bfd_instance: known, not served: no BFD here\n" },
	{ "accepted, nothing to do", "child_wait_time 3\nglobal_defs {\ntmp_config_directory /tmp\nuse_symlink_paths\n}\n" IN(""), "" },
	{ "out of range", "global_defs {\nvrrp_rt_priority 100\n}\n" IN(""),
	  "2:18: warning: vrrp_rt_priority: expected a number from 1 to 99, not `100': default kept\n" },
	{ "missing argument", "global_defs {\nvrrp_rt_priority\n}\n" IN(""),
	  "2:1: error: vrrp_rt_priority: expected N after it\n" },
	{ "names of files", "net_namespace a/b\ninstance .x\nuse_pid_dir\n" IN(""),
	  "1:15: warning: net_namespace: expected a name that a file may have, not `a/b': line ignored\n" },
	{ "foreign words", "global_defs {\nlvs_flush\nchecker_priority -5\nrs_init_notifies\n}\n" IN("lvs_sync_daemon_interface eth1\ndebug 3"), "" },
	{ "IPVS blocks, one note", "virtual_server 10.0.0.1 80 {\n real_server 10.0.0.2 80 {\n  weight 1\n }\n}\nvirtual_server 10.0.0.1 81 {\n}\n" IN(""),
	  "1:1: note: virtual_server: not VRRP: skipped whole\n" },
	{ "sync group", "vrrp_sync_group G {\n group {\n  V\n  W\n }\n notify /x u\n}\n" IN(""),
	  "4:3: warning: W: (G) no vrrp_instance of this name: not in the group\n"
	  "1:1: warning: group: (G) has one member: there is nobody to be in step with\n" },
	{ "f.7 inet in a route", IN("virtual_routes {\n inet 10.1.0.0/16 via 10.0.0.9 dev eth1\n default via inet6 fe80::1\n}"), "" },
	{ "nexthop braces", IN("virtual_routes {\n default nexthop { via 10.0.0.9 weight 2 } nexthop { via 10.0.0.8 }\n}"),
	  "6:2: warning: nexthop: expected via or dev after it: entry dropped\n6:18: warning: {: not expected here: skipped up to its }\n"
	  "6:44: warning: nexthop: expected via or dev after it: entry dropped\n6:52: warning: {: not expected here: skipped up to its }\n" },
	{ "f.19 one port", IN("virtual_rules {\n from 10.0.0.0/8 sport 80 table 3 priority 7\n}"), "" },
	{ "route, unknown word", IN("virtual_routes {\n default vai 10.0.0.9\n}"),
	  "6:10: warning: vai: unknown option, it is ignored\n6:2: warning: 10.0.0.9: a second destination: entry dropped\n" },
	/* traps */
	{ "f.10 garp_interval 0", "global_defs {\nvrrp_garp_interval 0\nvrrp_gna_interval 0\n}\n" IN(""), "" },
	{ "a.9 copied at open", IN("") "global_defs {\nvrrp_garp_master_delay 1\n}\n",
	  "11:1: note: vrrp_garp_master_delay: keepalived applies it to later instances only, here it holds for all\n" },
	{ "b.4 source of the other family", IN("mcast_src_ip fe80::1"), "1:1: warning: mcast_src_ip: (V) is not IPv4 as the instance is: ignored\n" },
	{ "b.2 group not multicast", "global_defs {\nvrrp_mcast_group4 10.0.0.1\n}\n" IN(""),
	  "2:19: warning: vrrp_mcast_group4: expected a multicast IPv4 address, not `10.0.0.1': line ignored\n" },
	{ "nothing", "global_defs {\n}\n", "0:0: note: vrrp_instance: there is none: nothing to do\n" },
};

/* The findings without their file. */
static void strip(char *s, const char *file)
{
	size_t n = strlen(file);
	char *to = s;

	while (*s) {
		if (*s == '-' && s[1] == ':')
			s += 2;
		else if (!strncmp(s, file, n))
			s += n + 1;
		while (*s && (*to++ = *s++) != '\n')
			;
	}
	*to = 0;
}

static void test_findings(void)
{
	const struct finding *f;
	struct kit k;

	for (f = findings; f < findings + sizeof findings / sizeof *findings; f++) {
		kit_open(&k, "f", f->text);
		strip(k.found, "f");
		t_str(f->name, k.found, f->want);
		kit_close(&k);
	}
}

struct value {
	const char *name, *text, *has;	/* has: stands in the canonical text; "!...": does not */
};

static const struct value values[] = {
	{ "b.4 priority 100", IN(""), "\tpriority 100\n" },
	{ "b.4 MASTER without priority", "vrrp_instance V {\nstate MASTER\ninterface eth0\nvirtual_router_id 1" VIP, "\tpriority 255\n" },
	{ "b.2 version", "global_defs {\nvrrp_version 3\n}\n" IN(""), "!\tversion" },
	{ "b.4 IPv6 is version 3", HEAD "advert_int 0.5" V6, "\tadvert_int 0.5\n" },
	{ "b.4 IPv6 with version 2", HEAD "version 2\nadvert_int 2" V6, "\tversion 2\n" },
	{ "a.9 globals after instances", IN("version 3\nadvert_int 0.02") "global_defs {\nvrrp_version 3\n}\n", "!\tversion" },
	{ "b.4 quoted password", IN("authentication {\nauth_type PASS\nauth_pass \"a b#c\"\n}"), "\t\tauth_pass \"a b#c\"\n" },
	{ "f.5 skip_check_adv_addr off", IN("skip_check_adv_addr off"), "\tskip_check_adv_addr off\n" },
	{ "f.5 global v3_checksum_as_v2 off", "global_defs {\nv3_checksum_as_v2 off\n}\n" IN(""), "!v3_checksum" },
	{ "v3_checksum_as_v2", IN("v3_checksum_as_v2"), "\tv3_checksum rfc\n" },
	{ "v3_checksum_as_v2 off", IN("v3_checksum_as_v2 off"), "\tv3_checksum keepalived\n" },
	{ "v3_checksum auto", IN("v3_checksum auto"), "\tv3_checksum auto\n" },
	{ "old_unicast_checksum", IN("old_unicast_checksum never"), "\told_unicast_checksum never\n" },
	{ "out of range: default kept", IN("preempt_delay 1001\nversion 3\nadvert_int 256"), "!preempt_delay" },
	{ "out of range: default kept, advert_int", IN("preempt_delay 1001\nversion 3\nadvert_int 256"), "!advert_int" },
	{ "preempt_delay", IN("preempt_delay 1.25"), "\tpreempt_delay 1.25\n" },
	{ "repeat 0 is 1", IN("garp_master_repeat 0"), "\tgarp_master_repeat 1\n" },
	{ "lower follows master", IN("garp_master_delay 7\ngarp_lower_prio_delay 7"), "!lower" },
	{ "b.9 brd +", HEAD "virtual_ipaddress {\n10.0.0.1/24 brd + dev eth0 label eth0:v\n}\n}\n", "\t\t10.0.0.1/24 brd + label eth0:v\n" },
	{ "b.9 options", HEAD "virtual_ipaddress {\n10.0.0.1 broadcast 10.0.0.255 scope link peer 10.0.0.9/24 dev eth1 noprefixroute no_track\n}\n}\n",
	  "\t\t10.0.0.1 dev eth1 brd 10.0.0.255 scope 253 peer 10.0.0.9/24 noprefixroute no_track\n" },
	{ "b.9 IPv6 options", HEAD "virtual_ipaddress {\nfe80::1/64 -nodad home mngtmpaddr autojoin preferred_lft 30\n}\n}\n",
	  "\t\tfe80::1/64 home mngtmpaddr autojoin -nodad preferred_lft 30\n" },
	{ "b.9 loopback scope", HEAD "virtual_ipaddress {\n127.0.0.9 scope host\n}\n}\n", "\t\t127.0.0.9\n" },
	{ "excluded", HEAD "virtual_ipaddress_excluded {\nfe80::5\n}" VIP, "\tvirtual_ipaddress_excluded {\n\t\tfe80::5\n\t}\n" },
	{ "peers", IN("unicast_peer {\n10.0.0.8 min_ttl 250 max_ttl 254\n10.0.0.9\n}"), "\t\t10.0.0.8 min_ttl 250 max_ttl 254\n\t\t10.0.0.9\n" },
	{ "track weight", IN("track_interface {\neth1 weight -5 reverse\n}"), "\t\teth1 weight -5 reverse\n" },
	{ "script", "vrrp_script c {\nscript \"/a 'b c' d\" u g\ninterval 0.5\nweight 5 reverse\nrise 2\nfall 3\ntimeout 4\ninit_fail\n}\n" IN(""),
	  "\tscript \"/a 'b c' d\"\n\tuser u g\n\tinterval 0.5\n\ttimeout 4\n\tweight 5 reverse\n\trise 2\n\tfall 3\n\tinit_fail\n" },
	{ "script, a check of ours", "vrrp_script c {\nscript \"/x/vrrp-check -t 0.5 link eth1\"\n}\n" IN(""),
	  "\tscript \"/x/vrrp-check -t 0.5 link eth1\"\n\ttimeout 0.5\n" },
	{ "script, timeout of the block counts", "vrrp_script c {\nscript \"vrrp-check -t 0.5 link eth1\"\ntimeout 2\n}\n" IN(""), "\n\ttimeout 2\n" },
	{ "hold", "vrrp_script c {\nscript /a\nhold 30\n}\n" IN(""), "\thold 30\n" },
	{ "track_check", IN("track_check web \"tcp 127.0.0.1:80 -i 2 -t 0.5\" weight -20 reverse"),
	  "vrrp_script web {\n\tscript \"vrrp-check tcp 127.0.0.1:80 -i 2 -t 0.5\"\n\tinterval 2\n\ttimeout 0.5\n}\n" },
	{ "track_check, tracked", IN("track_check web \"tcp 127.0.0.1:80\" weight -20 reverse"), "\ttrack_script {\n\t\tweb weight -20 reverse\n\t}\n" },
	{ "track_check, rise and fall", IN("track_check web \"--rise 3 link eth1 --fall=2\""), "\trise 3\n\tfall 2\n" },
	{ "track_check, two names", IN("track_check web \"link eth1\"") OTHER("track_check www \"link eth1\" weight 5"), "\t\tweb weight 5\n" },
	{ "track_check, the other name goes", IN("track_check web \"link eth1\"") OTHER("track_check www \"link eth1\" weight 5"), "!www" },
	{ "b.6 process", "vrrp_track_process p {\nprocess nginx\nweight 254 reverse\nquorum 65535\nquorum_max 0\nfork_delay 0.000001\n"
	  "terminate_delay 3600\nhold 5\n}\n" IN(""),
	  "vrrp_track_process p {\n\tprocess nginx\n\tweight 254 reverse\n\tquorum 65535\n\tquorum_max 0\n\tfork_delay 0.000001\n"
	  "\tterminate_delay 3600\n\thold 5\n}\n" },
	{ "b.6 process, defaults", "vrrp_track_process p {\nprocess nginx\n}\n" IN(""), "vrrp_track_process p {\n\tprocess nginx\n}\n" },
	{ "b.6 parameters imply full_command", "vrrp_track_process p {\nprocess /bin/sh \"my script\" -x\n}\n" IN(""),
	  "\tprocess /bin/sh \"my script\" -x\n\tfull_command\n" },
	{ "b.6 param_match", "vrrp_track_process p {\nprocess a b\nparam_match partial\n}\n" IN(""), "\tparam_match partial\n" },
	{ "b.6 param_match alone", "vrrp_track_process p {\nprocess a\nparam_match initial\nparam_match\n}\n" IN(""), "\tparam_match\n" },
	{ "b.6 param_match, a wrong word", "vrrp_track_process p {\nprocess a\nparam_match so\n}\n" IN(""), "!param_match" },
	{ "b.6 delay", "vrrp_track_process p {\nprocess a\ndelay 1.5\n}\n" IN(""), "\tfork_delay 1.5\n\tterminate_delay 1.5\n" },
	{ "b.7 file", "track_file f {\nfile /run/f\nweight -254\ninit_file -5 overwrite\n}\n" IN(""),
	  "track_file f {\n\tfile /run/f\n\tweight -254\n\tinit_file -5 overwrite\n}\n" },
	{ "b.7 defaults", "vrrp_track_file f {\nfile \"/run/a b\"\n}\n" IN(""), "track_file f {\n\tfile \"/run/a b\"\n}\n" },
	{ "b.7 weight 0", "track_file f {\nfile /f\nweight 0\n}\n" IN(""), "\tweight 0\n" },
	{ "b.7 init_file alone", "track_file f {\nfile /f\ninit_file\n}\n" IN(""), "\tinit_file 0\n" },
	{ "b.7 init_file overwrite", "track_file f {\nfile /f\ninit_file overwrite\n}\n" IN(""), "\tinit_file 0 overwrite\n" },
	{ "one name, three kinds", "vrrp_script x {\nscript /a\n}\ntrack_file x {\nfile /f\n}\nvrrp_track_process x {\nprocess p\n}\n" IN(""),
	  "vrrp_script x {\n\tscript \"/a\"\n}\ntrack_file x {\n\tfile /f\n}\nvrrp_track_process x {\n\tprocess p\n}\n" },
	{ "script unquoted, user", "vrrp_script c {\nuser u\nscript /a\n}\n" IN(""), "\tscript \"/a\"\n\tuser u\n" },
	{ "script_user u:g", "global_defs {\nscript_user u:g\n}\n" IN(""), "\tscript_user u g\n" },
	{ "notify with user", IN("notify_stop '/a b' root"), "\tnotify_stop \"/a b\" root\n" },
	{ "notify with quotes", IN("notify \"/a \\\"b\\\" '#{'\""), "\tnotify \"/a b #{\"\n" },
	{ "notify with a quote in a word", IN("notify \"/a it\\\\047s\""), "\tnotify \"/a it\\\\047s\"\n" },
	{ "default_interface", "global_defs {\ndefault_interface lan\n}\nvrrp_instance V {\nvirtual_router_id 1\nunicast_src_ip 10.0.0.9\nunicast_peer {\n10.0.0.8\n}" VIP,
	  "\t\t10.0.0.1 dev lan\n" },
};

/* Canonical text reads back to itself, without a new finding. */
static void round_trip(const char *name, const char *text)
{
	struct kit k;
	char *again;

	kit_open(&k, "f", text);
	again = k.conf ? kit_print(k.conf) : NULL;
	t_case(k.conf && !k.report.errors && again && !strcmp(again, text), name, "print [%s] reads back as [%s] %s", text,
	       again ? again : "(null)", k.found);
	free(again);
	kit_close(&k);
}

static void test_values(void)
{
	const struct value *v;
	bool want;
	char *text, name[80];
	struct kit k;

	for (v = values; v < values + sizeof values / sizeof *values; v++) {
		kit_open(&k, "f", v->text);
		text = kit_print(k.conf);
		want = *v->has != '!';
		t_case(!strstr(text, v->has + !want) != want, v->name, "[%s] in [%s]; %s", v->has, text, k.found);
		snprintf(name, sizeof name, "%s, round trip", v->name);
		round_trip(name, text);
		free(text);
		kit_close(&k);
	}
}

/* An owner's file: the weight that nobody gave is 0, so that a number is a fault (K c.1). */
static void test_owner_file(void)
{
	struct kit k;

	kit_open(&k, "f", "track_file f {\nfile /f\n}\n" IN("track_file {\nf\n}") OTHER("priority 255\ntrack_file {\nf\n}"));
	t_int("c.1 a file's weight", k.conf->vrrp[0].tracks.v[0].weight, 1);
	t_int("c.1 a file's weight, owner", k.conf->vrrp[1].tracks.v[0].weight, 0);
	kit_close(&k);
}

/* Resolved fields that the text does not show. */
static void test_resolved(void)
{
	struct kit k;
	struct vrrp_conf *v;

	kit_open(&k, "f", "global_defs {\nvrrp_min_garp\nvrrp_garp_lower_prio_repeat 3\nvrrp_lower_prio_no_advert\n}\n"
	         HEAD "garp_master_delay 9\nlower_prio_no_advert off\ntrack_interface {\neth1\n}\n"
	         "virtual_ipaddress {\n10.0.0.1/20 brd +\nfe80::1\n10.0.0.2/20 brd - dev eth1\n}\nvirtual_ipaddress_excluded {\n2001:db8::1\n2001:db8::2/64\n}\n}\n");
	v = k.conf->vrrp;
	t_int("min_garp repeat", v->garp_repeat, 1);
	t_int("own delay beats min_garp", v->garp_delay, 9 * SEC);
	t_int("lower delay = master delay", v->garp_lower_delay, 9 * SEC);
	t_int("lower repeat from globals", v->garp_lower_repeat, 3);
	t_int("own off beats global on", v->lower_no_advert, 0);
	t_int("family", v->family, AF_INET);
	t_int("version", v->version, 2);
	t_int("down adverts", v->down_adverts, 3);
	t_int("group", v->group.b[3], 18);
	t_int("interfaces, each once", k.conf->nifs, 2);
	t_str("interface of a VIP", v->vips.v[1].dev, "eth1");
	t_str("interface of another", v->vips.v[0].dev, "eth0");
	t_int("index of the interface", strcmp(k.conf->ifs[v->ifi], "eth0"), 0);
	t_int("index of the tracked one", strcmp(k.conf->ifs[v->ifaces.v[0].index], "eth1"), 0);
	t_int("VIPs of other families dropped", v->vips.n, 4);
	t_int("VIPs counted", k.conf->nvips, 4);
	t_int("brd +", v->vips.v[0].brd[2] << 8 | v->vips.v[0].brd[3], 15 << 8 | 255);
	t_int("brd -", v->vips.v[1].brd[2] << 8 | v->vips.v[1].brd[3], 0);
	t_int("IPv6 /128 is deprecated", v->vips.v[2].preferred, 0);
	t_int("IPv6 /64 is not", v->vips.v[3].preferred, UINT32_MAX);
	kit_close(&k);
}

/* c.8: what does not fit into an advert is set all the same. */
static void test_surplus(const char *name, const char *format, unsigned n, unsigned fit)
{
	static char text[16384];
	size_t at = snprintf(text, sizeof text, HEAD " virtual_ipaddress {\n");
	unsigned i, excluded = 0;
	struct kit k;

	for (i = 0; i < n; i++) {
		at += snprintf(text + at, sizeof text - at, format, i);
		text[at++] = '\n';
	}
	snprintf(text + at, sizeof text - at, "}\n}\n");
	kit_open(&k, "f", text);
	for (i = 0; i < k.conf->vrrp->vips.n; i++)
		excluded += k.conf->vrrp->vips.v[i].excluded && i >= fit;
	t_case(k.conf->vrrp->vips.n == n && excluded == n - fit, name, "%u kept, %u excluded", k.conf->vrrp->vips.n, excluded);
	kit_close(&k);
}

struct change {
	const char *name, *from, *to;
	unsigned need;
};

static const struct change changes[] = {
	{ "nothing", IN("notify \"/a b\""), IN("notify '/a b'"), 0 },
	{ "priority", IN(""), IN("priority 50"), 1 << APPLY_LIVE },
	{ "notify", IN("notify /a"), IN("notify /b"), 1 << APPLY_LIVE },
	{ "password", IN("authentication {\nauth_type PASS\nauth_pass a\n}"), IN("authentication {\nauth_type PASS\nauth_pass b\n}"), 1 << APPLY_LIVE },
	{ "vrid", IN(""), IN("virtual_router_id 8"), 1 << APPLY_RESTART },
	{ "source", IN(""), IN("mcast_src_ip 10.0.0.5"), 1 << APPLY_RESTART },
	{ "a VIP more", IN(""), IN("virtual_ipaddress {\n10.0.0.2\n}"), 1 << APPLY_VIPS },
	{ "VIP's label", IN(""), HEAD "virtual_ipaddress {\n10.0.0.1 label a\n}\n}\n", 1 << APPLY_VIPS },
	{ "peer", IN("unicast_peer {\n10.0.0.8\n}"), IN("unicast_peer {\n10.0.0.9\n}"), 1 << APPLY_LIVE },
	{ "tracker", IN("track_interface {\neth1\n}"), IN("track_interface {\neth1 weight 2\n}"), 1 << APPLY_LIVE },
	{ "global", IN(""), IN("") "global_defs {\nvrrp_lower_prio_no_advert\n}\n", 1 << APPLY_LIVE },
	{ "global delay", IN(""), IN("") "global_defs {\nvrrp_garp_master_delay 1\n}\n", 1 << APPLY_LIVE },
};

static void test_diff(void)
{
	const struct change *c;
	struct kit a, b;
	char name[80];

	for (c = changes; c < changes + sizeof changes / sizeof *changes; c++) {
		kit_open(&a, "f", c->from);
		kit_open(&b, "f", c->to);
		snprintf(name, sizeof name, "reload: %s", c->name);
		t_int(name, conf_diff_vrrp(a.conf->vrrp, b.conf->vrrp), c->need);
		snprintf(name, sizeof name, "reload: %s, same router", c->name);
		t_int(name, conf_same_vrrp(a.conf->vrrp, b.conf->vrrp), strcmp(c->name, "vrid") != 0);
		kit_close(&a);
		kit_close(&b);
	}
}

#define PROC(text) "vrrp_track_process t {\nprocess a\n" text "}\n" IN("")
#define FILE_(text) "track_file t {\nfile /a\n" text "}\n" IN("")

static const struct change tracker_changes[] = {
	{ "nothing", IN("track_check t \"link a\""), IN("track_check t  \"link  'a'\""), 0 },
	{ "script", "vrrp_script t {\nscript /a\n}\n" IN(""), "vrrp_script t {\nscript /b\n}\n" IN(""), 1 << APPLY_RESTART },
	{ "script becomes a check", "vrrp_script t {\nscript /a\n}\n" IN(""), "vrrp_script t {\nscript \"vrrp-check link a\"\n}\n" IN(""), 1 << APPLY_RESTART },
	{ "script's numbers", "vrrp_script t {\nscript /a\n}\n" IN(""), "vrrp_script t {\nscript /a\nhold 3\ninterval 5\nweight 3\n}\n" IN(""), 1 << APPLY_LIVE },
	{ "check's interval", IN("track_check t \"link a\""), IN("track_check t \"link a -i 3\""), 1 << APPLY_LIVE },
	{ "check's words", IN("track_check t \"link a\""), IN("track_check t \"link b\""), 1 << APPLY_RESTART },
	{ "check's other side", IN("track_check t \"link a\""), IN("track_check t \"! link a\""), 1 << APPLY_RESTART },
	{ "check in other words", IN("track_check t \"link a\""), "vrrp_script t {\nscript \"/x/vrrp-check link a\"\n}\n" IN(""), 0 },
	{ "process", PROC(""), "vrrp_track_process t {\nprocess b\n}\n" IN(""), 1 << APPLY_RESTART },
	{ "process's match", PROC("full_command\n"), PROC(""), 1 << APPLY_RESTART },
	{ "process's numbers", PROC(""), PROC("quorum 3\nquorum_max 4\ndelay 3\nhold 1\nweight 9\n"), 1 << APPLY_LIVE },
	{ "file", FILE_(""), "track_file t {\nfile /b\n}\n" IN(""), 1 << APPLY_RESTART },
	{ "file's numbers", FILE_(""), FILE_("weight 3\ninit_file 4\n"), 1 << APPLY_LIVE },
};

static void test_tracker_diff(void)
{
	const struct change *c;
	struct kit a, b;
	char name[80];

	for (c = tracker_changes; c < tracker_changes + sizeof tracker_changes / sizeof *tracker_changes; c++) {
		kit_open(&a, "f", c->from);
		kit_open(&b, "f", c->to);
		snprintf(name, sizeof name, "reload, tracker: %s", c->name);
		t_case(a.conf && b.conf && a.conf->ntrackers == 1 && b.conf->ntrackers == 1 &&
		       conf_diff_tracker(a.conf->trackers, b.conf->trackers) == c->need, name, "%s %s", a.found, b.found);
		kit_close(&a);
		kit_close(&b);
	}
}

/* Many instances stay small, whatever the load itself needed. */
static void test_many(void)
{
	enum { N = 1000, ROOM = 400 };
	char *text = malloc(N * ROOM);
	size_t at = 0;
	struct kit k;
	int i;

	for (i = 0; i < N; i++)
		at += snprintf(text + at, ROOM, "vrrp_instance VI_%d {\ninterface eth%d\nvirtual_router_id %d\nvirtual_ipaddress {\n"
		               "10.1.%d.%d\n10.2.%d.%d/24 dev eth%d\n}\n}\n", i, i / 250, i % 250 + 1, i / 250, i % 250,
		               i / 250, i % 250, i / 250);
	kit_open(&k, "f", text);
	t_case(k.conf && k.conf->nvrrp == N && k.conf->nvips == 2 * N && k.conf->nifs == 4 && !*k.found, "1000 instances", "%s", k.found);
	t_case(k.arena.used < N * (sizeof(struct vrrp_conf) + 2 * sizeof(struct vip) + 16), "1000 instances, memory", "%zu bytes", k.arena.used);
	kit_close(&k);
	free(text);
}

/* A list is counted in 16 bits: what is longer is refused, not taken for a shorter one. */
static void test_long(void)
{
	enum { N = UINT16_MAX, ROOM = 16 };
	char *text = malloc((N + 20) * ROOM);
	struct kit k;

	for (int more = 0; more < 2; more++) {
		size_t at = sprintf(text, "vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress_excluded {\n");

		for (int i = 0; i < N + more; i++)
			at += sprintf(text + at, "10.%d.%d.%d\n", i >> 16, i >> 8 & 255, i & 255);
		strcpy(text + at, "}\n}\n");
		kit_open(&k, "f", text);
		t_case(more ? !k.conf : k.conf && k.conf->vrrp->vips.n == N, more ? "65536 addresses" : "65535 addresses", "%s", k.found);
		kit_close(&k);
	}
	free(text);
}

static int pieces;	/* that memory still has */

static void *one_by_one(struct arena *a, size_t need, size_t *got)
{
	void *p = pieces-- > 0 ? kit_grow(a, need, got) : NULL;

	if (p)
		*got = need;
	return p;
}

/* Memory that ends at any point: a finding and NULL, nothing worse. */
static void test_memory(void)
{
	struct kit k;
	int i, said = 0;

	for (i = 0;; i++) {
		kit_init(&k, "global_defs {\nrouter_id a\nscript_user u g\n}\nvrrp_script c {\nscript \"/a b\" u\n}\n"
		         "vrrp_track_process p {\nprocess a b\n}\ntrack_file f {\nfile /f\n}\n"
		         IN("notify /a\ntrack_script {\nc\n}\nunicast_peer {\n10.0.0.3\n}\ntrack_check k \"tcp 10.0.0.1:80 -i 2\"\n"
		            "track_process {\np\n}\ntrack_file {\nf\n}\n"));
		k.arena.grow = one_by_one;
		pieces = i;
		kit_run(&k, "f");
		if (k.conf)
			break;
		said += k.report.errors > 0;
		kit_close(&k);
	}
	kit_close(&k);
	t_case(i > 10 && said == i, "memory ends anywhere", "%d pieces, %d times said", i, said);
}

int main(void)
{
	test_findings();
	test_values();
	test_resolved();
	test_owner_file();
	test_surplus("c.8 IPv4 limit", "10.0.1.%u", 256, 255);
	test_surplus("c.8 IPv6 limit", "fe80::%x", 100, 89);
	test_diff();
	test_tracker_diff();
	test_many();
	test_long();
	test_memory();
	T_END;
}
