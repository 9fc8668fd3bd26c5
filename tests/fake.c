/* fake.c - edges made of memory, see fake.h. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "config.h"
#include "fake_in.h"
#include "file.h"
#include "log.h"

struct world world;

/* What a router's daemon listens to, and ends of children that it has not looked at. */
static struct {
	struct source *src[16];
	unsigned nsrc;
	struct child *kid[16];
	int status[16];
	usec ends[16];
	unsigned nkids;
	bool hurry;
} q[ROUTERS];

static unsigned current;		/* whose code runs */

unsigned fake_current(void)
{
	return current;
}

void fake_enter(unsigned r)
{
	current = r;
}

int fake_fd(enum fake_fd kind)
{
	return BASE + current * 16 + kind;
}

unsigned fake_owner(int fd)
{
	return (fd - BASE) / 16;
}

bool fake_listens(unsigned r, enum fake_fd kind)
{
	for (unsigned i = 0; i < q[r].nsrc; i++)
		if (q[r].src[i]->fd % 16 == (int)kind)
			return true;
	return false;
}

static unsigned draw(uint32_t *seed, unsigned below)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % below;
}

unsigned fake_random(unsigned below)
{
	return draw(&world.seed, below);
}

unsigned fake_evil(unsigned below)
{
	return draw(&world.evil, below);
}

static usec clock_at(unsigned r, usec t)
{
	return 1000 * SEC + t - world.h[r].lost + t * world.h[r].skew_ppm / 1000000;
}

usec fake_clock(unsigned r)
{
	return clock_at(r, world.now);
}

usec fake_world_time(unsigned r, usec local)
{
	usec t;

	if (local == USEC_NEVER)
		return USEC_NEVER;
	t = (local - 1000 * SEC + world.h[r].lost) * 1000000 / (1000000 + world.h[r].skew_ppm) - 1;
	while (clock_at(r, t) < local)
		t++;
	return t;
}

usec clock_now(void)
{
	return fake_clock(current);
}

/* The wall's, as the hall asks for it: of seconds. */
time_t __wrap_time(time_t *t);
time_t __wrap_time(time_t *t)
{
	(void)t;
	return 1700000000 + world.h[current].wall + fake_clock(current) / SEC;
}

void fake_begin(void)
{
	net_begin();
}

/* Has this one of its descriptors something to say? */
static bool is_ready(unsigned r, const struct source *s)
{
	int kind = s->fd % 16;

	return kind == FD_LINK ? links_wait(r) : kind >= FD_RX4 && kind <= FD_AH && net_waits(r, kind);
}

usec fake_waits(unsigned r)
{
	usec t = USEC_NEVER;

	for (unsigned i = 0; i < q[r].nsrc; i++)
		if (is_ready(r, q[r].src[i]))
			return world.now;
	for (unsigned i = 0; i < q[r].nkids; i++)
		t = q[r].ends[i] < t ? q[r].ends[i] : t;
	return t < world.now ? world.now : t;
}

/* ---- children: a check answers at once with script_good, a notify is written down ---- */

int child_open(struct source *s)
{
	s->fd = fake_fd(FD_CHLD);
	return 0;
}

static void bury(unsigned r, unsigned i)
{
	q[r].nkids--;
	q[r].kid[i] = q[r].kid[q[r].nkids];
	q[r].status[i] = q[r].status[q[r].nkids];
	q[r].ends[i] = q[r].ends[q[r].nkids];
}

static void chld_ready(unsigned r, usec now)
{
	for (unsigned i = 0; i < q[r].nkids;) {
		struct child *c = q[r].kid[i];
		int status = q[r].status[i];

		if (q[r].ends[i] > world.now && !q[r].hurry) {
			i++;
			continue;
		}
		bury(r, i);
		c->pid = 0;
		c->done(c, status, now);
		i = 0;					/* which may have begun or forgotten others */
	}
}

/* The digit that ends a name; 0: none does. */
unsigned fake_number(const char *name)
{
	char c = name[strlen(name) - 1];

	return isdigit(c) ? c - '0' : 0;
}

static bool answers(unsigned r, const char *check)
{
	return fake_number(check) < FAKE_LANS && isdigit(check[strlen(check) - 1]) ? !world.h[r].bad[fake_number(check)] : world.h[r].script_good;
}

int child_start(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done)
{
	unsigned r = current;

	(void)cred;
	if (q[r].nkids == 16)
		return -EAGAIN;
	if (extra) {
		for (int s = FSM_INIT; s <= FSM_STOPPED; s++)
			if (!strcmp(extra[2], fsm_state_text(s)))
				world.h[r].last_told[extra[0][0] == 'G' ? FAKE_LANS : fake_number(extra[1])] = s;
		world.h[r].told++;
	}
	c->pid = 1;
	c->done = done;
	q[r].status[q[r].nkids] = extra || answers(r, argv[0]) ? 0 : 256;
	q[r].ends[q[r].nkids] = world.now + (extra && world.hooks ? fake_random(world.hooks) : 0);
	q[r].kid[q[r].nkids++] = c;
	return 0;
}

void child_forget(struct child *c)
{
	for (unsigned i = 0; i < q[current].nkids; i++)
		if (q[current].kid[i] == c)
			bury(current, i--);
	c->pid = 0;
}

void child_kill(struct child *c, int sig)
{
	(void)sig;
	for (unsigned i = 0; i < q[current].nkids; i++)
		if (q[current].kid[i] == c)
			q[current].ends[i] = world.now;
}

unsigned child_count(void)
{
	return 0;
}

const char *child_error_text(int err)
{
	return strerror(-err);
}

const char *child_status_text(int status, char *buf, size_t size)
{
	snprintf(buf, size, "status %d", status);
	return buf;
}

int child_cred(struct cred *out, const char *user, const char *group)
{
	(void)user;
	(void)group;
	*out = (struct cred){ .uid = 0 };
	return 0;
}

bool fake_script_good(void)
{
	return world.h[current].script_good;
}

/* ---- loop, files, log ---- */

int loop_open(struct loop *l)
{
	l->epfd = fake_fd(FD_LOOP);
	q[current].nsrc = 0;
	return 0;
}

int loop_open_slow(struct loop *slow, struct loop *outer)
{
	(void)outer;
	return loop_open(slow);
}

int loop_want(struct loop *l, struct source *s, bool read, bool write)
{
	(void)l, (void)s, (void)read, (void)write;
	return 0;
}

void loop_close(struct loop *l)
{
	(void)l;
}

int loop_add(struct loop *l, struct source *s)
{
	q[fake_owner(l->epfd)].src[q[fake_owner(l->epfd)].nsrc++] = s;
	return 0;
}

void loop_del(struct loop *l, struct source *s)
{
	unsigned r = fake_owner(l->epfd);

	for (unsigned i = 0; i < q[r].nsrc; i++)
		if (q[r].src[i] == s)
			q[r].src[i] = q[r].src[--q[r].nsrc];
}

int loop_turn(struct loop *l, usec until, usec *now)
{
	unsigned r = fake_owner(l->epfd);

	(void)until;
	*now = fake_clock(r);
	for (unsigned i = 0; i < q[r].nsrc; i++) {
		struct source *s = q[r].src[i];

		if (is_ready(r, s))
			s->ready(s, *now);
		if (world.drained)
			world.drained();
	}
	chld_ready(r, *now);
	return 0;
}

int file_look(int dir, const char *path, struct look *l)
{
	(void)dir;
	(void)path;
	*l = (struct look){ .mode = 0100755 };
	return 0;
}

int file_read(const char *path, char *buf, size_t size)
{
	(void)path, (void)buf, (void)size;
	return -ENOENT;
}

int file_mkdir(const char *path)
{
	(void)path;
	return 0;
}

int file_replace(const char *path, const char *text, size_t len)
{
	(void)path;
	(void)text;
	(void)len;
	return 0;
}

static void *grow(struct arena *a, size_t need, size_t *got)
{
	void **chunk;

	*got = need > 16384 ? need : 16384;
	chunk = malloc(*got + 16);
	if (!chunk)
		return NULL;
	*chunk = a->chunks;
	a->chunks = chunk;
	return chunk + 2;
}

void arena_open(struct arena *a)
{
	*a = (struct arena){ .grow = grow };
}

void arena_close(struct arena *a)
{
	void **c, **next;

	for (c = a->chunks; c; c = next) {
		next = *c;
		free(c);
	}
	arena_open(a);
}

static const char *conf_text;

static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	(void)io;
	(void)path;
	(void)why;
	*len = strlen(conf_text);
	return arena_str(a, conf_text);
}

void file_lex_io(struct lex_io *io)
{
	*io = (struct lex_io){ .load = load };
}

bool fake_verbose;

#define LOG(name)                                                                               \
	void name(const char *fmt, ...)                                                         \
	{                                                                                       \
		va_list ap;                                                                     \
		if (!fake_verbose)                                                              \
			return;                                                                 \
		printf("%12.6f r%u ", (double)world.now / SEC, current + 1);                    \
		va_start(ap, fmt);                                                              \
		vprintf(fmt, ap);                                                               \
		va_end(ap);                                                                     \
		putchar('\n');                                                                  \
	}

#include <stdarg.h>
LOG(log_err)
LOG(log_notice)
LOG(log_info)
LOG(log_debug)

struct conf *fake_conf(const char *text)
{
	const struct config_source src = { .path = "sim", .config_id = "sim" };
	struct findings f = { .fd = -1 };

	conf_text = text;
	return config_load(&src, &f);
}

void fake_start(unsigned r, const char *text)
{
	struct host *h = &world.h[r];
	const char *what;

	current = r;
	net_forget(r);
	links_forget(r);
	q[r].nkids = 0;
	q[r].hurry = false;
	h->life++;
	memset(h->last_told, -1, sizeof h->last_told);
	h->e = calloc(1, sizeof *h->e);
	if (engine_open(h->e, fake_conf(text), NULL, &what) < 0)
		abort();
}

void fake_kill(unsigned r)
{
	struct engine *e = world.h[r].e;

	config_free(e->conf);
	for (struct conf *c = e->retired, *older; c; c = older) {
		older = c->older;
		config_free(c);
	}
	arena_close(&e->life);
	free(e);
	world.h[r].e = NULL;
	q[r].nsrc = q[r].nkids = 0;
}

void fake_stop(unsigned r)
{
	current = r;
	q[r].hurry = true;			/* its loop may end no other way */
	engine_close(world.h[r].e);
	free(world.h[r].e);
	world.h[r].e = NULL;
}

void fake_run(unsigned r)
{
	current = r;
	engine_turn(world.h[r].e);
}

int fake_reload(unsigned r, const char *text)
{
	current = r;
	return engine_reload(world.h[r].e, fake_conf(text));
}
