/* test_vlink.c - rows: a configuration -> the devices of its virtual MACs: name base kind MAC families, and who lives there. */
#include <netinet/in.h>

#include "conf_in.h"
#include "conf_kit.h"
#include "t.h"

#define ADDR4 "virtual_ipaddress {\n10.0.0.1\n"
#define ADDR6 "virtual_ipaddress {\nfe80::1\n"
#define INST(name, id, words, addr) "vrrp_instance " name " {\ninterface eth0\nvirtual_router_id " id "\n" words "\n" addr "}\n}\n"

static const struct row { const char *name, *text, *want; } rows[] = {
	{ "none", INST("A", "51", "", ADDR4), "A -" },
	{ "b.4 use_vmac", INST("A", "51", "use_vmac", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "IPv6", INST("A", "255", "use_vmac", ADDR6), "vrrp.255 eth0 0 00:00:5e:00:02:ff 6; A vrrp.255 vrrp.255" },
	{ "c.16 IPv6 of the same VRID", INST("A", "51", "use_vmac", ADDR4) INST("B", "51", "native_ipv6\nuse_vmac", ADDR6),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 4; vrrp6.51 eth0 0 00:00:5e:00:02:33 6; A vrrp.51 vrrp.51; B vrrp6.51 vrrp6.51" },
	{ "the same VRID elsewhere", INST("A", "51", "use_vmac", ADDR4) INST("B", "51", "use_vmac\ninterface eth1", ADDR4) INST("C", "51", "use_vmac\ninterface eth2", ADDR4),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 4; vrrp1.51 eth1 0 00:00:5e:00:01:33 4; vrrp2.51 eth2 0 00:00:5e:00:01:33 4; "
	  "A vrrp.51 vrrp.51; B vrrp1.51 vrrp1.51; C vrrp2.51 vrrp2.51" },
	{ "the same VRID, another group: one MAC, one device", INST("A", "51", "use_vmac", ADDR4) INST("B", "51", "use_vmac\nmcast_dst_ip 224.0.0.99", ADDR4),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51; B vrrp.51 vrrp.51" },
	{ "an instance stands on an interface of that name", INST("A", "51", "use_vmac", ADDR4) INST("B", "9", "interface vrrp.51", ADDR4),
	  "vrrp1.51 eth0 0 00:00:5e:00:01:33 4; A vrrp1.51 vrrp1.51; B -" },
	{ "tracked by its name", INST("A", "51", "track_interface {\nvrrp.51\n}\nuse_vmac", ADDR4),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "name", INST("A", "51", "use_vmac lan0", ADDR4), "lan0 eth0 0 00:00:5e:00:01:33 4; A lan0 lan0" },
	{ "a name like a word", INST("A", "51", "use_vmac name group", ADDR4), "group eth0 0 00:00:5e:00:01:33 4; A group group" },
	{ "six octets", INST("A", "51", "use_vmac 02:0a:0B:c:d:e", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "six octets of two digits", INST("A", "51", "use_vmac 02:0a:0B:0c:0d:0e", ADDR4), "vrrp.51 eth0 0 02:0a:0b:0c:0d:0e 4; A vrrp.51 vrrp.51" },
	{ "five octets and the VRID", INST("A", "51", "use_vmac 02:0a:0b:0c:0d", ADDR4), "vrrp.51 eth0 0 02:0a:0b:0c:0d:33 4; A vrrp.51 vrrp.51" },
	{ "four octets are none", INST("A", "51", "use_vmac 02:0a:0b:0c", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "seven neither", INST("A", "51", "use_vmac 02:0a:0b:0c:0d:0e:0f", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "nor a group's", INST("A", "51", "use_vmac 03:0a:0b:0c:0d:0e", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "b.2 vmac_prefix", "global_defs {\nvmac_prefix vm\n}\n" INST("A", "51", "use_vmac", ADDR4), "vm.51 eth0 0 00:00:5e:00:01:33 4; A vm.51 vm.51" },
	{ "a long prefix is cut", "global_defs {\nvmac_prefix a23456789012345\n}\n" INST("A", "251", "use_vmac", ADDR4) INST("B", "251", "native_ipv6\nuse_vmac", ADDR6),
	  "a2345678901.251 eth0 0 00:00:5e:00:01:fb 4; a2345678906.251 eth0 0 00:00:5e:00:02:fb 6; A a2345678901.251 a2345678901.251; B a2345678906.251 a2345678906.251" },
	{ "b.4 use_vmac_addr", "global_defs {\nvmac_addr_prefix va\n}\n" INST("A", "51", "use_vmac\nuse_vmac_addr", ADDR4 "10.1.0.1 dev eth1\n10.1.0.2 dev eth1\n10.0.0.2 dev eth0\n"),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 4; va.51 eth1 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51 va.51 va.51 vrrp.51" },
	{ "without it", INST("A", "51", "use_vmac", ADDR4 "10.1.0.1 dev eth1\n"), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51 eth1" },
	{ "b.9 use_vmac of an entry", INST("A", "51", "", ADDR4 "10.1.0.1 dev eth1 use_vmac\n10.0.0.2 use_vmac\n"),
	  "vrrp.51 eth1 0 00:00:5e:00:01:33 4; vrrp1.51 eth0 0 00:00:5e:00:01:33 4; A - eth0 vrrp.51 vrrp1.51" },
	{ "an excluded address of the other family", INST("A", "51", "use_vmac\nvirtual_ipaddress_excluded {\n2001:db8::1\n}", ADDR4),
	  "vrrp.51 eth0 0 00:00:5e:00:01:33 46; A vrrp.51 vrrp.51 vrrp.51" },
	{ "b.4 use_ipvlan", INST("A", "51", "use_ipvlan ipv private", ADDR4), "ipv eth0 1 00:00:00:00:00:00 4 mode 1; A ipv ipv" },
	{ "both: the MAC counts", INST("A", "51", "use_ipvlan\nuse_vmac", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4; A vrrp.51 vrrp.51" },
	{ "group", INST("A", "51", "use_vmac group 7", ADDR4), "vrrp.51 eth0 0 00:00:5e:00:01:33 4 group 7; A vrrp.51 vrrp.51" },
	{ "no interface", "vrrp_instance A {\nvirtual_router_id 51\nunicast_src_ip 10.0.0.8\nunicast_peer {\n10.0.0.9\n}\nuse_vmac\n" ADDR4 "}\n}\n", "A -" },
};

static void describe(const struct conf *c, struct text *t)
{
	char mac[MAC_STR];

	for (unsigned i = 0; i < c->nvlinks; i++) {
		const struct vlink_conf *d = &c->vlinks[i];

		text_put(t, "%s %s %u %s %s%s", d->name, c->ifs[d->base], d->kind, conf_mac_text(mac, d->mac, 6),
		         d->v4 ? "4" : "", d->v6 ? "6" : "");
		if (d->mode)
			text_put(t, " mode %u", d->mode);
		if (d->group >= 0)
			text_put(t, " group %d", (int)d->group);
		text_put(t, c->ifs[d->ifi] == d->name ? "; " : " not an interface; ");
	}
	for (unsigned i = 0; i < c->nvrrp; i++) {
		const struct vrrp_conf *v = &c->vrrp[i];

		text_put(t, "%s%s %s", i ? "; " : "", v->name, v->vlink_name ? v->vlink_name : "-");
		for (unsigned k = 0; c->nvlinks && k < v->vips.n; k++) {
			const struct vip *a = &v->vips.v[k];

			if (a->vlink || v->vlink || v->vips.n > 1)
				text_put(t, " %s", a->vlink ? c->vlinks[a->vlink - 1].name : a->dev);
		}
	}
}

int main(void)
{
	struct kit k;
	char got[1024];

	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++) {
		struct text t = { got, sizeof got, 0 };

		*got = 0;
		kit_open(&k, "a", r->text);
		if (t_case(k.conf != NULL, r->name, "not loaded: %s", k.found))
			describe(k.conf, &t);
		t_str(r->name, got, r->want);
		kit_close(&k);
	}
	T_END;
}
