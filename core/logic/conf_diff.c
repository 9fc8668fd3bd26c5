/* conf_diff.c - what changed from one configuration to the next (pure). Reference c.19. */
#include <string.h>

#include "check.h"
#include "conf_in.h"

static bool text_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool conf_same_cmd(const struct cmd *a, const struct cmd *b)
{
	char **x = a->argv, **y = b->argv;

	if (!x || !y)
		return x == y;
	for (; *x && *y && !strcmp(*x, *y); x++)
		y++;
	return !*x && !*y && text_same(a->user, b->user) && text_same(a->group, b->group);
}

bool conf_same_vip(const struct vip *a, const struct vip *b)
{
	return !memcmp(a, b, offsetof(struct vip, excluded)) && !a->peer == !b->peer &&
	       (!a->peer || addr_eq(a->peer, b->peer)) && text_same(a->dev, b->dev) && text_same(a->label, b->label);
}

bool conf_equal_vip(const struct vip *a, const struct vip *b)
{
	return conf_same_vip(a, b) && a->excluded == b->excluded && a->no_track == b->no_track && a->use_vmac == b->use_vmac;
}

bool conf_same_vrrp(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	return a->vrid == b->vrid && a->family == b->family && a->unicast == b->unicast &&
	       text_same(a->interface, b->interface) && text_same(a->vrf, b->vrf) &&
	       (a->unicast ? addr_eq(&a->src, &b->src) : addr_eq(&a->group, &b->group));
}

static bool same_tracks(const struct tracks *a, const struct tracks *b)
{
	unsigned i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (a->v[i].kind != b->v[i].kind || strcmp(a->v[i].name, b->v[i].name) || a->v[i].weight != b->v[i].weight || a->v[i].reverse != b->v[i].reverse)
			return false;
	return true;
}

static bool same_vips(const struct vips *a, const struct vips *b)
{
	unsigned i;

	if (a->n != b->n)
		return false;
	for (i = 0; i < a->n; i++)
		if (!conf_equal_vip(&a->v[i], &b->v[i]))
			return false;
	return true;
}

static bool same_routes(const struct routes *a, const struct routes *b)
{
	unsigned i;

	for (i = 0; i < a->n && a->n == b->n && conf_same_route(&a->v[i], &b->v[i]); i++)
		;
	return i == a->n && a->n == b->n;
}

static bool same_peers(const struct peers *a, const struct peers *b)
{
	return a->n == b->n && (!a->n || !memcmp(a->v, b->v, a->n * sizeof *a->v));	/* bytes all of them */
}

/* What the globals may have changed without a word of the instance's. */
static bool same_inherited(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	return a->garp_extra == b->garp_extra && a->garp_extra_all == b->garp_extra_all && a->skip_check_adv_addr == b->skip_check_adv_addr && a->lower_no_advert == b->lower_no_advert &&
	       a->higher_send == b->higher_send && a->owner_ignore == b->owner_ignore &&
	       a->check_unicast_src == b->check_unicast_src && a->notify_priority == b->notify_priority && a->smtp_alert == b->smtp_alert &&
	       a->strict == b->strict && a->claim_yield == b->claim_yield && a->v3_csum == b->v3_csum;
}

unsigned conf_diff_vrrp(const struct vrrp_conf *a, const struct vrrp_conf *b)
{
	unsigned need = kw_diff(conf_blocks[BLK_VRRP].kws.rows, a, b) | kw_diff(conf_blocks[BLK_AUTH].kws.rows, a, b);

	if (!conf_same_vrrp(a, b) || !text_same(a->vlink_name, b->vlink_name))
		need |= 1u << APPLY_RESTART;
	if (!same_vips(&a->vips, &b->vips))
		need |= 1u << APPLY_VIPS;
	if (!same_inherited(a, b) || !same_peers(&a->peers, &b->peers) || !same_tracks(&a->tracks, &b->tracks) ||
	    !same_tracks(&a->ifaces, &b->ifaces) || !same_routes(&a->routes, &b->routes))
		need |= 1u << APPLY_LIVE;
	return need;
}

unsigned conf_diff_tracker(const struct tracker_conf *a, const struct tracker_conf *b)
{
	struct tracker_conf to = *b;

	if (a->check && b->check && check_same(a->check, b->check))
		to.cmd.argv = a->cmd.argv;		/* the same in other words: -i is an interval */
	return kw_diff(conf_tracker_block(a->kind)->kws.rows, a, &to);
}
