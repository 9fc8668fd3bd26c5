/*
 * fuzz_helper.c - any records as orders to the process that starts programs: what starts is a command of the configuration, as the
 * user that it names, with words that it knows; what a replaced configuration named starts no more once its time is over.
 */
#include "../conf_kit.h"
#include "engine.h"
#include "helper.h"

static int started(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done);
static void killed(struct child *c, int sig);
static struct conf *loaded(const struct config_source *src, struct findings *f);

#define child_start started
#define child_kill killed
#define config_load loaded
#define helper_open unused_open		/* the room's own are linked, too */
#define helper_wait unused_wait
#define helper_sees unused_sees
int helper_open(const struct config_source *src, struct conf *c, char **argv);
void helper_wait(void);
void helper_sees(usec now);
#include "../../core/helper.c"

#define SCRIPT(cmd) "vrrp_script s {\nscript \"" cmd "\"\n}\n"
#define REST "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\ntrack_script {\ns\n}\n"
static const char *const texts[] = {
	"global_defs {\nscript_user root\n}\n" SCRIPT("/bin/true 1") REST "notify /bin/echo\n}\n",
	"global_defs {\nscript_user root\nvrrp_notify_fifo /tmp/x\nvrrp_notify_fifo_script /bin/cat\n}\n" SCRIPT("/bin/true 2") REST "notify_master \"/bin/ls a\"\n}\n",
	"vrrp_instance {",
};
static char *const named[][3] = {		/* the first two of one, the others of the other */
	{ "/bin/true", "1" }, { "/bin/echo" }, { "/bin/true", "2" }, { "/bin/ls", "a" }, { "/bin/cat" },
};
enum { NAMED = sizeof named / sizeof *named, OF_FIRST = 2, KIDS = 64 };
static const char *const words[] = { "INSTANCE", "V", "MASTER", "100", "/tmp/x", "BACKUP", "255" };

static struct { struct child *c; child_done *done; } run[KIDS_MAX];
static unsigned nrun, next_text, now_text;
static usec clock_us, quiet;		/* quiet: since when nothing of the past runs or was replaced */
static int far;

static struct conf *loaded(const struct config_source *src, struct findings *f)
{
	struct kit k;

	(void)src;
	(void)f;
	kit_init(&k, texts[next_text]);
	arena_open(&k.arena);
	kit_run(&k, "f");
	free(k.found);
	if (!k.conf || k.report.errors || !(k.conf->arena = arena_get(&k.arena, sizeof k.arena))) {
		arena_close(&k.arena);
		return NULL;
	}
	now_text = next_text;
	quiet = clock_us;
	*k.conf->arena = k.arena;
	return k.conf;
}

static unsigned which(char *const argv[])
{
	for (unsigned i = 0; i < NAMED; i++)
		if (order_words(named[i]) == order_words(argv))
			return i;
	abort();			/* not of any configuration */
}

static int started(struct child *c, char *const argv[], const char *const extra[], const struct cred *cred, child_done *done)
{
	unsigned i = which(argv), known;

	if (cred->uid || cred->gid || nrun >= KIDS_MAX)
		abort();
	if ((i >= OF_FIRST) != now_text && !nrun && clock_us - quiet >= OLD_TIME)
		abort();
	for (; extra && *extra; extra++) {
		for (known = 0; known < sizeof words / sizeof *words && strcmp(words[known], *extra); known++)
			;
		if (known == sizeof words / sizeof *words && !strstr("GROUP FAULT STOP DELETED INIT", *extra) && strspn(*extra, "0123456789") != strlen(*extra))
			abort();
	}
	if (nrun % 8 == 7)
		return -ENOENT;		/* it is not there any more */
	c->pid = 1 + nrun;
	run[nrun].c = c;
	run[nrun++].done = done;
	return 0;
}

static void killed(struct child *c, int sig)
{
	if (!c->pid || (sig != SIGTERM && sig != SIGKILL))
		abort();
}

/* One of those that run ends. */
static void end_one(unsigned i)
{
	struct child *c = run[i].c;
	child_done *done = run[i].done;

	run[i] = run[--nrun];
	quiet = clock_us;
	c->pid = 0;
	done(c, 256, clock_us);
}

static void hear(void)
{
	struct outcome o;
	ssize_t n;

	while ((n = recv(far, &o, sizeof o, MSG_DONTWAIT)) > 0)
		if (n != sizeof o)
			abort();
}

static void build(void)
{
	int fd[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, fd))
		abort();
	h.order = (struct source){ fd[0], ordered };
	far = fd[1];
	h.pool = (struct pool){ &h.life, NULL, sizeof(struct kid) };
	arena_open(&h.life);
}

static void begin(void)
{
	struct conf *c;

	next_text = 0;
	clock_us = SEC;
	c = loaded(NULL, NULL);
	h.tables = table_of(c);
	config_free(c);
}

static void finish(void)
{
	while (nrun)
		end_one(0);
	hear();
	if (h.kids || h.nkids)
		abort();
	for (struct table *t = h.tables, *older; t; t = older) {
		older = t->older;
		if (t->running || t->waiting)
			abort();
		table_free(t);
	}
}

/* A record: what the engine would write, with any byte of it changed. */
static void order(const uint8_t *b)
{
	struct order o = { .verb = b[0] % 4, .nextra = b[1] & 64 ? ORDER_EXTRA : b[1] >> 7, .signal = b[1] & 1 ? SIGTERM : SIGKILL, .number = b[2],
	                   .command = order_words(named[b[3] % NAMED]) };
	uint8_t raw[sizeof o];

	for (unsigned i = 0; i < ORDER_EXTRA; i++)
		o.extra[i] = order_word(words[(b[4] + i) % (sizeof words / sizeof *words)]);
	memcpy(raw, &o, sizeof o);
	if (b[5])
		raw[b[5] % sizeof raw] ^= b[6];
	next_text = b[7] % 3;
	if (send(far, raw, b[7] & 128 ? 1 + b[6] % sizeof raw : sizeof raw, 0) < 0)
		abort();
	ordered(&h.order, clock_us);
	hear();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	if (!far)
		build();
	begin();
	for (; len >= 8; data += 8, len -= 8) {
		clock_us += data[7] * 100 * MS;
		if (data[0] & 128 && nrun)
			end_one(data[1] % nrun);
		else
			order(data);
	}
	finish();
	return 0;
}
