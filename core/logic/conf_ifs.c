/* conf_ifs.c - what is said of interfaces outside of instances: delays, polling, shared pace (pure). Reference b.1, b.8, c.4. */
#include <string.h>

#include "conf_in.h"

static const char beats[] = "MII|ETHTOOL|IOCTL";	/* from BEAT_MII on */

static struct if_conf *find(struct if_conf *v, unsigned n, const char *name)
{
	while (n--)
		if (!strcmp(v[n].name, name))
			return &v[n];
	return NULL;
}

static struct if_conf *interface(struct load *l, unsigned i)
{
	struct if_conf *x = find(l->ifx.v, l->ifx.n, l->c.w[i].s);

	if (x || !(x = list_add(l, &l->ifx, sizeof *x)))
		return x;
	x->at = l->c.at;
	if (!(x->name = arena_str(l->c.arena, l->c.w[i].s))) {
		l->c.oom = true;
		x->name = "";
	}
	return x;
}

void conf_garp_group(struct load *l, unsigned i)
{
	struct if_conf *x;

	for (; i < l->c.n && (x = interface(l, i)); i++)
		if (x->group && x->group != l->groups.n)
			kw_say(&l->c, SEV_WARNING, i, "garp_group", "%s is in another one: it stays there", x->name);
		else
			x->group = l->groups.n;
}

void conf_if_line(struct load *l, enum block_id id)
{
	const struct block *b = &conf_blocks[id];
	int n = kw_pattern(&l->c, b->name, b->head, 0);
	const struct word *w = l->c.w;
	struct if_conf *x;
	int way;

	if (n < 0)
		return;
	if (n < (int)l->c.n)
		kw_say(&l->c, SEV_WARNING, n, w[0].s, "`%.60s' after it is ignored", w[n].s);
	if (id == BLK_IFS) {
		conf_garp_group(l, 0);
		return;
	}
	if (!(x = interface(l, 0)))
		return;
	if (id == BLK_DELAYS ? x->delayed : x->beat)
		kw_say(&l->c, SEV_WARNING, 0, x->name, "given twice: the last one counts");
	if (id == BLK_LINKBEAT) {
		way = n > 1 ? kw_choice(beats, sizeof beats - 1, w[1].s) : -1;
		x->beat = way < 0 ? BEAT_ANY : BEAT_MII + way;
		if (n > 1 && way < 0)
			kw_say(&l->c, SEV_WARNING, 1, x->name, "expected %s, not `%.60s': all tried", beats, w[1].s);
		return;
	}
	x->delayed = true;
	x->up = 0;			/* not said: at once (f.11) */
	kw_decimal(w[1].s, 6, &x->down);
	if (n > 2)
		kw_decimal(w[2].s, 6, &x->up);
}

static void limit(struct load *l, struct if_conf *x, const struct vrrp_conf *v, const char *what, usec *delay)
{
	usec most = (v->down_adverts - 1) * v->adv - v->adv / 256 - 1;
	char buf[24];

	if (most < 0)
		most = 0;
	if (*delay <= most)
		return;
	*delay = most;
	report_say(l->c.report, SEV_WARNING, &x->at, "interface_up_down_delays", "%s: others take over from %.60s before the %s delay is over: %s s used",
	           x->name, v->name, what, kw_seconds_text(most, buf, sizeof buf));
}

void conf_check_ifs(struct load *l)
{
	const struct conf *c = l->c.conf;
	struct if_conf *x;

	for (unsigned i = 0; i < c->nvrrp; i++) {
		const struct vrrp_conf *v = &c->vrrp[i];

		if (!v->interface || !(x = find(c->ifx, c->nifx, v->interface)))
			continue;
		limit(l, x, v, "down", &x->down);
		limit(l, x, v, "up", &x->up);
	}
}

static void put_delays(const struct sink *to, const struct if_conf *x)
{
	char down[24], up[24];

	if (!x->delayed)
		return;
	conf_put(to, "interface_up_down_delays {\n\t%s %s %s\n}\n", x->name, kw_seconds_text(x->down, down, sizeof down),
	         kw_seconds_text(x->up, up, sizeof up));
}

static void put_beat(const struct sink *to, const struct if_conf *x)
{
	const char *how = beats;

	if (!x->beat)
		return;
	for (unsigned n = BEAT_MII; n < x->beat; n++)
		how += strcspn(how, "|") + 1;
	conf_put(to, "linkbeat_interfaces {\n\t%s%s%.*s\n}\n", x->name, x->beat > BEAT_ANY ? " " : "",
	         x->beat > BEAT_ANY ? (int)strcspn(how, "|") : 0, how);
}

void conf_put_ifs(const struct sink *to, const struct conf *c)
{
	char garp[24], gna[24];

	for (unsigned i = 0; i < c->nifx; i++) {
		put_delays(to, &c->ifx[i]);
		put_beat(to, &c->ifx[i]);
	}
	for (unsigned g = 0; g < c->ngroups; g++) {
		conf_put(to, "garp_group {\n\tgarp_interval %s\n\tgna_interval %s\n\tinterfaces {\n",
		         kw_seconds_text(c->groups[g].garp, garp, sizeof garp), kw_seconds_text(c->groups[g].gna, gna, sizeof gna));
		for (unsigned i = 0; i < c->nifx; i++)
			if (c->ifx[i].group == g + 1)
				conf_put(to, "\t\t%s\n", c->ifx[i].name);
		conf_put(to, "\t}\n}\n");
	}
}

const struct if_conf *conf_if_find(const struct conf *c, const char *name)
{
	return find(c->ifx, c->nifx, name);
}

bool conf_same_if(const struct conf *a, const struct if_conf *x, const struct conf *b, const struct if_conf *y)
{
	if (!x || !y)
		return x == y;
	return x->down == y->down && x->up == y->up && x->beat == y->beat && !x->group == !y->group &&
	       (!x->group || !memcmp(&a->groups[x->group - 1], &b->groups[y->group - 1], sizeof *a->groups));
}
