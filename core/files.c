/*
 * files.c - track_file at run time: the number in a file, read when the kernel tells that it may have changed, or each
 * second where it cannot tell. keepalived c.1, c.18.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine.h"
#include "log.h"

#define AUDIT (5 * SEC)		/* what no event tells: a directory further up is replaced, or something mounted there */

/*
 * The number at the beginning of text, as strtol base 0 reads it, nothing but blanks behind it on its line. false: there is
 * none, *why says so.
 */
static bool number(const char *text, int *value, const char **why)
{
	char *end;
	long v;

	errno = 0;
	v = strtol(text, &end, 0);
	*value = v > INT32_MAX ? INT32_MAX : v < -INT32_MAX ? -INT32_MAX : v;
	if (end > text && (!*end || strchr(" \t\r\n", *end)))
		return true;
	*value = 0;
	*why = text[strspn(text, " \t\r\n")] ? "no number in it" : "empty";
	return false;
}

/* A shell's > empties the file before it writes: what is empty now is believed only a moment later. */
static bool being_written(struct tracker *t, int n)
{
	const usec now = t->e->now;

	if (n || !t->value)
		t->empty_until = 0;
	else if (!t->empty_until)
		t->empty_until = now + 100 * MS;
	if (t->empty_until <= now)
		return false;
	heap_set(&t->e->heap, &t->next, t->empty_until);
	return true;
}

static void look(struct tracker *t)
{
	struct engine *e = t->e;
	const char *deaf = watch_arm(&e->watches, &t->watch), *why = "";
	char text[64], buf[WHY_LEN];
	int n = watch_read(t->c->path, text, sizeof text), value = 0;

	if (being_written(t, n))
		return;
	if (n < 0)
		why = n == -EINVAL ? "not a regular file" : strerror(-n);
	else
		number(text, &value, &why);
	if (deaf && n != -ENOENT && !t->told)
		log_info("track_file(%s) %s: %s, it is read every second", t->c->name, t->c->path, deaf);
	t->told |= deaf && n != -ENOENT;
	if (*why) {
		snprintf(buf, sizeof buf, "%.60s: %s", t->c->path, why);
		why = buf;
	}
	heap_set(&e->heap, &t->next, e->now + (deaf ? SEC : AUDIT));
	tracker_value(t, value, why);
}

static void fire(struct timer *timer, usec now)
{
	struct tracker *t = container_of(timer, struct tracker, next);
	struct engine *e = t->e;

	e->now = now;
	if (e->begun >= STARTS_TURN) {
		heap_set(&e->heap, timer, now + 1);		/* as with scripts */
		return;
	}
	e->begun++;
	look(t);
}

static void changed(struct watch *w, usec now)
{
	struct tracker *t = container_of(w, struct tracker, watch);

	if (!t->e->stopping)
		heap_set(&t->e->heap, &t->next, now);
}

static void init(const struct tracker_conf *c)
{
	char text[16];
	int n = snprintf(text, sizeof text, "%ld\n", (long)c->init_value);
	int err = watch_write(c->path, text, n, c->init_overwrite);

	if (err && err != -EEXIST)
		log_err("track_file(%s): cannot write %s: %s", c->name, c->path, strerror(-err));
}

void file_start(struct tracker *t)
{
	t->watch.path = t->c->path;
	t->watch.changed = changed;
	t->next.fire = fire;
	if (t->verdict != VERDICT_NONE) {			/* kept by a reload */
		heap_set(&t->e->heap, &t->next, t->e->now);
		return;
	}
	if (t->c->init_file)
		init(t->c);
	look(t);
}

void file_end(struct tracker *t)
{
	watch_drop(&t->e->watches, &t->watch);
}
