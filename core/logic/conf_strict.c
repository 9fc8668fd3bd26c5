/* conf_strict.c - strict mode: what the RFCs allow, and who takes packets to the addresses (pure). Reference c.13; RFC 9568 6.1. */
#include <string.h>
#include <sys/socket.h>

#include "conf_in.h"

#define TELL(sev, word, text) conf_tell(l, NULL, SEV_##sev, word, text)

static void strict_role(struct load *l, struct vrrp_conf *v, bool owner)
{
	if (v->state && (v->state == START_MASTER) != owner) {
		TELL(WARNING, "state", owner ? "strict mode: priority 255 begins as MASTER: MASTER used"
		                             : "strict mode: only priority 255 begins as MASTER: BACKUP used");
		v->state = owner ? START_MASTER : START_BACKUP;
	}
	if (v->preempt_delay)
		TELL(WARNING, "preempt_delay", "strict mode has none: reset");
	v->preempt_delay = 0;
	if (v->unicast)
		TELL(WARNING, "unicast_peer", "strict mode is for multicast: keepalived would not start; leave strict mode or the peers");
	if (v->auth_type || v->auth[0])
		TELL(WARNING, "authentication", "strict mode has none: ignored; peers that want it need it gone as well");
	v->auth_type = AUTH_NONE;
	memset(v->auth, 0, sizeof v->auth);
	if (v->xmit_base)
		TELL(WARNING, "vmac_xmit_base", "strict mode: adverts come from the virtual MAC: ignored");
	v->xmit_base = false;
	if (v->use_vmac && v->use_vmac->nmac) {
		TELL(WARNING, "use_vmac", "strict mode: the virtual MAC is the RFC's: that one is used");
		((struct vlink_word *)v->use_vmac)->nmac = 0;	/* this load's own, and nobody else's */
	}
}

/* Words that conf_inherit overrules. */
static void strict_words(struct load *l, const struct vrrp_conf *v)
{
	const struct {
		bool wrong;
		const char *word, *text;
	} words[] = {
		{ v->garp_lower_repeat != UINT16_MAX && v->garp_lower_repeat, "garp_lower_prio_repeat", "strict mode: 0" },
		{ v->garp_lower_delay > 0, "garp_lower_prio_delay", "strict mode: 0" },
		{ v->t_lower == TRI_OFF, "lower_prio_no_advert", "strict mode: on" },
		{ v->t_higher == TRI_ON, "higher_prio_send_advert", "strict mode: off" },
		{ v->t_owner_ignore == TRI_OFF, "owner_ignore_adverts", "strict mode: on" },
		{ v->down_adverts && v->down_adverts != 3, "down_timer_adverts", "strict mode: 3" },
	};

	for (unsigned i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].wrong)
			conf_tell(l, NULL, SEV_WARNING, words[i].word, "%s", words[i].text);
}

static void strict_accept(struct load *l, struct vrrp_conf *v, bool owner)
{
	if (v->accept && v->version == 2) {
		TELL(WARNING, "accept", "strict mode: version 2 has no accept mode: reset; leave strict mode, or use version 3");
		v->accept = false;
	}
	if (!owner && !v->accept)
		TELL(NOTE, "virtual_ipaddress", v->version == 2 ?
		     "strict mode: packets to the addresses are dropped, nobody can ping or use them; leave strict mode, or use version 3 and accept" :
		     "strict mode: packets to the addresses are dropped, nobody can ping or use them; `accept' lets them in");
}

void conf_strict(struct load *l, struct vrrp_conf *v)
{
	const struct global_conf *g = &l->c.conf->global;
	bool owner = v->prio == 255 || (!v->prio && v->state == START_MASTER);

	v->strict = v->t_strict == TRI_UNSET ? g->strict : v->t_strict == TRI_ON;
	if (!v->version)
		v->version = v->family == AF_INET6 ? 3 : g->version;
	if (v->accept && v->no_accept) {
		TELL(WARNING, "accept", "and no_accept: no_accept counts");
		v->accept = false;
	}
	if (v->strict) {
		if (v->version == 2 && v->family == AF_INET6) {
			TELL(WARNING, "version", "strict mode: IPv6 is version 3: used");
			v->version = 3;
		}
		strict_role(l, v, owner);
		strict_words(l, v);
		strict_accept(l, v, owner);
	}
	v->accepts = owner || (v->strict ? v->accept : !v->no_accept);
}
