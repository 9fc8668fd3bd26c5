/* starter.c - a first configuration for two machines (pure). */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "starter.h"

enum {
	PRIO_FIRST = 150, PRIO_SECOND = 120, LOSS = 50,	/* a bad check costs more than what is between the two */
	SERVICE_MAX = 200	/* characters that the text has room for */
};

static bool same_network(const struct addr *a, const struct addr *b, unsigned plen)
{
	unsigned bytes = plen / 8, bits = plen % 8;

	if (memcmp(a->b, b->b, bytes))
		return false;
	return !bits || !((a->b[bytes] ^ b->b[bytes]) >> (8 - bits));
}

static bool is_zero(const struct addr *a)
{
	static const struct addr none;

	return !memcmp(a->b, none.b, sizeof none.b);
}

/* The kind of check that the service's word means. */
static const char *kind_of(const char *service)
{
	return strstr(service, "://") ? "http" : strchr(service, ':') ? "tcp" : "process";
}

static void *no_more(struct arena *a, size_t need, size_t *got)
{
	(void)a;
	(void)need;
	(void)got;
	return NULL;
}

static const char *check_service(const char *service, char *buf, size_t size)
{
	char *words[] = { (char *)kind_of(service), (char *)service, NULL };
	_Alignas(max_align_t) char room[2 * SERVICE_MAX + 256];	/* for three words and their parts */
	struct arena a = { .grow = no_more, .p = room, .end = room + sizeof room };
	struct check_error err;
	struct check check;

	if (service[strcspn(service, " \t\"'\\#!{}$")])
		return "the service is one word: a process (nginx), an address with port (127.0.0.1:80), or http://...";
	if (strlen(service) > SERVICE_MAX)
		return "the service is longer than 200 characters: leave it out (-), and write its track_check into the file";
	if (check_parse(&check, &a, words, &err))
		return NULL;
	snprintf(buf, size, "%s: %s", err.word ? err.word : service, err.text);
	return buf;
}

const char *starter_check(struct starter *s, char *buf, size_t size)
{
	const struct addr *const all[] = { &s->local, &s->peer, &s->vip };
	unsigned bits = addr_len(&s->local) * 8;
	char a[ADDR_STR];

	for (unsigned i = 0; i < 3; i++) {
		if (all[i]->family != s->local.family)
			return "the three addresses must all be IPv4, or all IPv6";
		if (addr_is_multicast(all[i]) || addr_is_loopback(all[i]) || is_zero(all[i])) {
			snprintf(buf, size, "%s cannot be a machine's address", addr_text(all[i], a));
			return buf;
		}
	}
	if (addr_eq(&s->local, &s->peer))
		return "the other machine has the same address as this one";
	if (addr_eq(&s->vip, &s->local) || addr_eq(&s->vip, &s->peer))
		return "the address that moves must be one that neither machine has itself";
	if (!s->plen || s->plen > bits)
		return "the network's prefix length is not known: give --local ADDRESS/LEN";
	if (s->vip_plen > bits)
		return "the prefix length of the address that moves is too long";
	if (!same_network(&s->local, &s->vip, s->plen)) {
		snprintf(buf, size, "%s is not in this machine's network (/%u): nobody there would look for it", addr_text(&s->vip, a), s->plen);
		return buf;
	}
	if (!same_network(&s->local, &s->peer, s->plen)) {
		snprintf(buf, size, "%s is not in this machine's network (/%u): an address moves within one network only", addr_text(&s->peer, a),
		         s->plen);
		return buf;
	}
	if (!s->vip_plen)
		s->vip_plen = s->plen;
	if (!s->vrid)
		s->vrid = s->vip.b[addr_len(&s->vip) - 1];
	if (!s->vrid)
		s->vrid = 51;
	return s->service && *s->service ? check_service(s->service, buf, size) : NULL;
}

void starter_conf(const struct starter *s, bool peer, struct text *t)
{
	char local[ADDR_STR], other[ADDR_STR], vip[ADDR_STR];

	addr_text(peer ? &s->peer : &s->local, local);
	addr_text(peer ? &s->local : &s->peer, other);
	text_put(t, "# /etc/vrrpd.conf of %s: %s\n\n", local, peer ? "takes over when the other one fails" : "has the address while it works");
	text_put(t, "global_defs {\n\tscript_user root\n\tenable_script_security\n}\n\n");
	text_put(t, "vrrp_instance site {\n\tinterface %s%s\n\tvirtual_router_id %u\t# nobody else's on this network\n\tpriority %u\n", s->dev,
	         peer ? "\t\t# if it has that name there too" : "", s->vrid, peer ? PRIO_SECOND : PRIO_FIRST);
	if (s->local.family == AF_INET6)
		text_put(t, "\tnative_ipv6\n");
	if (s->unicast)
		text_put(t, "\tunicast_src_ip %s\n\tunicast_peer {\n\t\t%s\n\t}\n", local, other);
	text_put(t, "\tvirtual_ipaddress {\n\t\t%s/%u\n\t}\n", addr_text(&s->vip, vip), s->vip_plen);
	if (s->service && *s->service)
		text_put(t, "\ttrack_check service \"%s %s\" weight -%d\n", kind_of(s->service), s->service, LOSS);
	text_put(t, "}\n");
}
