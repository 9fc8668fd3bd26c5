/*
 * left.c - the hall's notes for a successor, should we be killed: devices that were made, and switches of interfaces as they
 * were. Of addresses the state files tell (notify.c).
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "text.h"

enum { LEFT_MAX = 16384, PATH = 300 };

/*
 * What a base must not do while its devices have addresses: answer ARP for them, and ask for others with one of them as the
 * sender, which tells hosts the wrong MAC. What an instance's word wants. What a claim takes.
 */
static const struct { char name[20]; uint8_t want; } turns[TURNS] = {
	[TURN_IGNORE] = { "arp_ignore", 1 }, [TURN_ANNOUNCE] = { "arp_announce", 2 },
	[TURN_PROMOTE] = { "promote_secondaries", 1 }, [TURN_ACCEPT] = { "accept_local", 1 },
};

/* Set a switch and keep what it was, plus 1, in *was; or put that back, unless somebody else has been there since. */
static void turn(const char *name, unsigned t, uint8_t *was, bool on)
{
	int now = on || *was ? link_switch(false, name, turns[t].name, -1) : -1;

	if (!on && *was && now == turns[t].want)
		link_switch(false, name, turns[t].name, *was - 1);
	if (!on)
		*was = 0;
	else if (!*was && now >= 0 && now < turns[t].want && link_switch(false, name, turns[t].name, turns[t].want) >= 0)
		*was = 1 + now;
}

void left_turn(struct iface *i, enum turn t, bool on)
{
	uint8_t before = i->was[t];

	turn(i->name, t, &i->was[t], on);
	i->e->left_due |= i->was[t] != before;
}

static const char *path_of(const struct engine *e, char buf[PATH])
{
	snprintf(buf, PATH, "%s/left", e->run_dir);
	return buf;
}

/* Lines: -DEVICE; switch, value and interface without blanks. */
void left_note(struct engine *e)
{
	char buf[LEFT_MAX], path[PATH];
	struct text t = { buf, sizeof buf, 0 };

	if (!e->left_due || !e->run_dir)
		return;
	e->left_due = false;
	for (unsigned k = 0; k < e->nifs; k++) {
		const struct iface *i = e->ifs[k];

		if (i->made)
			text_put(&t, "-%s\n", i->name);
		for (unsigned s = 0; s < TURNS; s++)
			if (i->was[s])
				text_put(&t, "%u%u%s\n", s, i->was[s] - 1, i->name);
	}
	path_of(e, path);
	if (t.n)
		file_replace(path, buf, t.n);
	else
		unlink(path);
}

void left_open(struct engine *e)
{
	char buf[LEFT_MAX], path[PATH], *line = buf, *next;
	struct link_info k;
	uint8_t was;

	if (!e->run_dir || file_read(path_of(e, path), buf, sizeof buf) <= 0)
		return;
	e->left_due = true;
	for (; (next = strchr(line, '\n')); line = next) {
		*next++ = 0;
		if (*line == '-' && !vlink_get(&e->link, line + 1, &k) && k.kind)
			vlink_del(&e->link, &(struct vlink){ .ifindex = k.ifindex, .group = -1 });
		if (*line < '0' || *line >= '0' + TURNS || !line[1])
			continue;
		was = line[1] - '0' + 1;
		turn(line + 2, *line - '0', &was, false);
	}
}
