/*
 * helper.c - the process that alone starts programs: a table of what the configuration names, and a socket on which the engine
 * asks for rows of it. keepalived has no such thing.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine.h"
#include "file.h"
#include "helper.h"
#include "order.h"
#include "spawn.h"

enum {
	CRASH_TIME = SEC,		/* an engine that lived less is not started again at once */
	KIDS_MAX = 4096,		/* at once: a thousand instances and their checks, and no fork bomb */
	OLD_TIME = 10 * SEC,		/* a replaced configuration's last scripts are asked for by then */
	STACK_READ = 512 << 10		/* bytes of stack that reading a configuration may have touched */
};

struct program {
	struct cmd cmd;
	uint8_t nextra;
	struct program *next;
};

struct extra {
	const char *text;
	struct extra *next;
};

/* One configuration's programs. Lives in its arena. */
struct table {
	struct arena arena;
	struct table *older;
	usec until;		/* once replaced: it is known so long, and while */
	unsigned waiting;	/* of what was started before still runs: notify scripts come one after the other */
	unsigned running;
	bool whole;		/* memory was enough */
	struct global_conf global;	/* of it: users and security */
	struct program *programs;
	struct extra *words;
};

struct kid {
	struct child child;
	struct table *table;
	int32_t number;
	bool before;		/* its table was replaced */
	struct kid *next;
};

/* Of the process; forked away from the engine's. */
static struct helper {
	struct source order;
	struct source ends;
	struct loop loop;
	struct arena life;
	struct pool pool;
	struct kid *kids;
	unsigned nkids;
	struct table *tables;	/* the present one first */
	struct config_source src;
	char **argv, name[16];	/* of the engine; argv[0] has another text now */
	pid_t engine;
	usec began;
} h;

static pid_t helper_pid;	/* in the engine */
static volatile usec *turn;	/* both map it: helper_sees */

/* ---- the table ---- */

static char *keep(struct table *t, const char *s)
{
	char *p = s ? arena_str(&t->arena, s) : NULL;

	t->whole &= p || !s;
	return p;
}

static void keep_word(struct table *t, const char *text)
{
	struct extra *w = arena_get(&t->arena, sizeof *w);

	if (!w) {
		t->whole = false;
		return;
	}
	*w = (struct extra){ keep(t, text), t->words };
	t->words = w;
}

static char **keep_words(struct table *t, char *const argv[])
{
	unsigned n = 0;
	char **v;

	while (argv[n])
		n++;
	v = arena_get(&t->arena, (n + 1) * sizeof *v);
	t->whole &= v != NULL;
	while (v && n--)
		v[n] = keep(t, argv[n]);
	return v;
}

static void keep_program(void *ctx, const struct cmd *cmd, char *const argv[], unsigned kind)
{
	struct table *t = ctx;
	struct program *p = arena_get(&t->arena, sizeof *p);

	t->whole &= p != NULL;
	if (!p)
		return;
	p->cmd = (struct cmd){ .argv = keep_words(t, argv), .user = keep(t, cmd->user), .group = keep(t, cmd->group) };
	p->nextra = kind == PROGRAM_NOTIFY + NOTIFY_ALL ? ORDER_EXTRA : kind >= PROGRAM_READER && kind < PROGRAM_END;
	p->next = t->programs;
	t->programs = p;
}

static struct table *table_of(const struct conf *c)
{
	struct arena a;
	struct table *t;

	arena_open(&a);
	t = arena_get(&a, sizeof *t);
	if (!t)
		return NULL;
	t->arena = a;
	t->whole = true;
	t->global.script_user = keep(t, c->global.script_user);
	t->global.script_group = keep(t, c->global.script_group);
	t->global.groups = c->global.groups;
	t->global.enable_script_security = c->global.enable_script_security;
	programs_each(c, keep_program, t);
	for (unsigned i = 0; t->programs && i < c->nvrrp; i++)
		keep_word(t, c->vrrp[i].name);
	for (unsigned i = 0; t->programs && i < c->nsyncs; i++)
		keep_word(t, c->syncs[i].name);
	for (unsigned i = 0; t->programs && i < FIFO_SCRIPTS; i++)
		if (c->global.fifo[i])
			keep_word(t, c->global.fifo[i]->argv[0]);
	return t;
}

static void table_free(struct table *t)
{
	struct arena a = t->arena;

	arena_close(&a);
}

static bool known(const struct table *t, usec now)
{
	return !t->until || t->waiting || now < t->until;
}

static void forget_old(usec now)
{
	struct table **at = &h.tables->older, *t;

	while ((t = *at)) {
		if (t->running || known(t, now)) {
			at = &t->older;
			continue;
		}
		*at = t->older;
		table_free(t);
	}
}

/* What deep calls have written on would stay with me for ever. A little below is left to the call itself. */
__attribute__((noinline)) static void give_stack_back(void)
{
	char here;
	uintptr_t low = ((uintptr_t)&here - 512) & ~(uintptr_t)4095;

	madvise((void *)(low - STACK_READ), STACK_READ, MADV_DONTNEED);
}

static int read_again(usec now)
{
	struct findings f = { .fd = FINDINGS_KEPT };
	struct conf *c = config_load(&h.src, &f);
	struct table *t = c ? table_of(c) : NULL;
	int err = !c ? -EINVAL : !t || !t->whole ? -ENOMEM : 0;

	if (!err)
		standing_mask(&c->global, false);
	if (c)
		config_free(c);
	if (err) {
		if (t)
			table_free(t);
		return err;
	}
	h.tables->until = now + OLD_TIME;
	h.tables->waiting = h.tables->running;
	for (struct kid *k = h.kids; k; k = k->next)
		k->before |= k->table == h.tables;	/* those of older ones are counted there, or began later */
	t->older = h.tables;
	h.tables = t;
	return 0;
}

/* ---- running ---- */

static void tell(int32_t number, int32_t status)
{
	const struct outcome o = { number, status };

	if (send(h.order.fd, &o, sizeof o, MSG_NOSIGNAL) < 0)
		_exit(0);
}

static void dismiss(struct kid *k)
{
	struct kid **at = &h.kids;

	while (*at != k)
		at = &(*at)->next;
	*at = k->next;
	k->table->running--;
	h.nkids--;
	pool_put(&h.pool, k);
}

static void ended(struct child *c, int status, usec now)
{
	struct kid *k = container_of(c, struct kid, child);

	if (k->before) {
		k->table->waiting--;
		k->table->until = now + OLD_TIME;
	}
	tell(k->number, status);
	dismiss(k);
}

/* Words that a configuration need not name: notify's own, and priorities. room: 4 bytes. */
static const char *common_word(uint64_t n, char *room)
{
	const char *w = "INSTANCE\0GROUP\0MASTER\0BACKUP\0FAULT\0STOP\0DELETED\0INIT\0";

	for (; *w; w += strlen(w) + 1)
		if (order_word(w) == n)
			return w;
	for (unsigned prio = 0; prio < 256; prio++) {
		snprintf(room, 4, "%u", prio);
		if (order_word(room) == n)
			return room;
	}
	return NULL;
}

static const char *word_of(const struct table *t, uint64_t n, char *room)
{
	for (const struct extra *w = t->words; w; w = w->next)
		if (order_word(w->text) == n)
			return w->text;
	return common_word(n, room);
}

/* The command is in the table, and means this user; script security has nothing against it. */
static const struct program *find(struct table *t, const struct order *o, struct cred *cred)
{
	char buf[WHY_LEN];

	for (const struct program *p = t->programs; p; p = p->next)
		if (p->nextra == o->nextra && order_words(p->cmd.argv) == o->command &&
		    !program_refused(&t->global, &p->cmd, p->cmd.argv, cred, buf, sizeof buf) && cred->uid == o->uid && cred->gid == o->gid)
			return p;
	return NULL;
}

static int start(const struct order *o, usec now)
{
	char rooms[ORDER_EXTRA][4];
	const char *extra[ORDER_EXTRA + 1] = { NULL };
	const struct program *p = NULL;
	struct table *t;
	struct cred cred;
	struct kid *k;
	int err;

	for (t = h.tables; t && !(known(t, now) && (p = find(t, o, &cred))); t = t->older)
		;
	for (unsigned i = 0; p && i < p->nextra; i++)
		if (!(extra[i] = word_of(t, o->extra[i], rooms[i])))
			return -ESTALE;
	if (!p || o->number <= 0)
		return -ESTALE;
	k = h.nkids < KIDS_MAX ? pool_get(&h.pool) : NULL;
	if (!k)
		return -EAGAIN;
	*k = (struct kid){ .child.stays = o->stays, .table = t, .number = o->number, .next = h.kids };
	h.kids = k;
	h.nkids++;
	t->running++;
	err = child_start(&k->child, p->cmd.argv, extra, &cred, ended);
	if (err)
		dismiss(k);
	return err;
}

static void obey(const struct order *o, usec now)
{
	int err;

	switch ((enum order_verb)o->verb) {
	case ORDER_START:
		if ((err = start(o, now)))
			tell(o->number, err);
		break;
	case ORDER_SIGNAL:
		for (struct kid *k = h.kids; k; k = k->next)
			if (k->number == o->number && (o->signal == SIGTERM || o->signal == SIGKILL))
				child_kill(&k->child, o->signal);
		break;
	case ORDER_READ:
		tell(0, read_again(now));
		break;
	}
}

/* The daemon as it was started; the next one learns who was before, and when that was last alive. */
static void again(usec now)
{
	char said[48];

	poll(NULL, 0, now - h.began < CRASH_TIME ? 1000 : 0);
	for (int i = 0; i < 1000 && getppid() == h.engine; i++)
		poll(NULL, 0, 1);			/* its descriptors are closed one by one: the lock of the pid file */
	snprintf(said, sizeof said, "%ld %ld %ld", (long)(*turn / SEC), (long)(*turn % SEC), (long)h.engine);
	h.argv[0] = h.name;
	spawn_self(h.argv, said);
}

/* The engine is gone: so is all that it wanted. */
__attribute__((noreturn)) static void leave(usec now)
{
	for (struct kid *k = h.kids; k; k = k->next)
		if (!k->child.stays)
			child_kill(&k->child, SIGTERM);
	if (turn && *turn)
		again(now);
	_exit(0);
}

static void ordered(struct source *s, usec now)
{
	struct order o;
	ssize_t n = recv(s->fd, &o, sizeof o, MSG_DONTWAIT);

	if (n < 0 && errno == EAGAIN)
		return;
	if (n <= 0)
		leave(now);
	if (n == sizeof o)
		obey(&o, now);
	forget_old(now);
	give_stack_back();
}

/* pidof and killall vrrpd mean the engine. */
static void rename_me(char *argv0)
{
	const char *name = strrchr(argv0, '/');

	snprintf(h.name, sizeof h.name, "%s", name ? name + 1 : argv0);
	prctl(PR_SET_NAME, "vrrpd-programs");
	memset(argv0, ' ', strlen(argv0));
	memcpy(argv0, "(vrrpd programs)", strlen(argv0) < 16 ? strlen(argv0) : 16);
}

__attribute__((noreturn)) static void live(int fd, char **argv)
{
	usec now;

	h.argv = argv;
	h.engine = getppid();
	h.began = clock_now();
	spawn_signals(SIG_IGN);			/* whoever means vrrpd means the engine */
	rename_me(*argv);
	spawn_plain_files(fd);
	h.order = (struct source){ 3, ordered };
	h.pool = (struct pool){ &h.life, NULL, sizeof(struct kid) };
	arena_open(&h.life);
	if (loop_open(&h.loop) || child_open(&h.ends) || loop_add(&h.loop, &h.ends) || loop_add(&h.loop, &h.order))
		_exit(1);
	give_stack_back();
	for (;;)
		loop_turn(&h.loop, USEC_NEVER, &now);
}

int helper_open(const struct config_source *src, struct conf *c, char **argv)
{
	int fd[2], err;
	void *page = mmap(NULL, sizeof *turn, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fd))
		return -errno;
	turn = page == MAP_FAILED ? NULL : page;
	helper_pid = fork();
	if (helper_pid > 0) {
		close(fd[1]);
		return fd[0];
	}
	if (!helper_pid) {
		h.src = *src;
		h.tables = table_of(c);
		if (!h.tables)
			_exit(1);
		config_free(c);
		live(fd[1], argv);
	}
	err = -errno;
	close(fd[0]);
	close(fd[1]);
	return err;
}

void helper_sees(usec now)
{
	if (turn)
		*turn = now;
}

void helper_wait(void)
{
	for (int i = 0; helper_pid > 0 && i < 100 && !waitpid(helper_pid, NULL, WNOHANG); i++)
		poll(NULL, 0, 1);
}
