/*
 * fuzz_ctl.c - any bytes as a request: the first line is OK or ERR, no line of the answer is "." before the last, an answer that
 * need not wait ends. The first byte says whether the client may change something.
 */
#include "../conf_kit.h"
#include "engine.h"
#include "log.h"

static struct engine e;

static void build(void)
{
	static struct kit k;

	kit_open(&k, "f", "vrrp_script chk {\nscript \"/bin/true\"\n}\n"
	         "vrrp_instance V1 {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n10.0.0.1\n}\ntrack_script {\nchk\n}\n}\n"
	         "vrrp_instance V2 {\ninterface eth1\nvirtual_router_id 2\nvirtual_ipaddress {\n10.0.0.2\n}\n}\n");
	k.conf->arena = &k.arena;
	log_open("fuzz", false, false, 0);
	memset(&e, 0, sizeof e);
	e.loop.epfd = e.slow.epfd = -1;
	e.job_tail = &e.job_head;
	e.tell_tail = &e.tell_head;
	engine_pools(&e);
	control_init(&e);
	e.starting = true;			/* nothing is sent */
	e.run_dir = "/nonexistent/dir";
	if (engine_apply(&e, k.conf) < 0 || control_open(&e) >= 0)
		abort();
}

static void wrong(const char *what, const char *answer)
{
	fprintf(stderr, "%s: [%s]\n", what, answer);
	abort();
}

/* Read the answer as a client does, a piece at a time. */
static void check(struct ctl_client *c)
{
	enum ctl_next next = CTL_MORE;
	bool first = true;

	for (unsigned i = 0; next == CTL_MORE; i++) {
		next = c->more ? c->more(c) : CTL_DONE;
		if (c->text.n >= c->text.size - 1 || i > 1000000)
			wrong("too much", c->text.p);
		if (first && c->text.n && strncmp(c->text.p, "OK\n", 3) && strncmp(c->text.p, "ERR ", 4))
			wrong("how it begins", c->text.p);
		if (strstr(c->text.p, "\n.\n") || !strncmp(c->text.p, ".\n", 2))
			wrong("a last line in the middle", c->text.p);
		if (next == CTL_DONE && c->text.n && c->text.p[c->text.n - 1] != '\n')
			wrong("how it ends", c->text.p);
		first = first && !c->text.n;
		if (next == CTL_MORE)
			c->text.n = 0;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct ctl_client *c;
	struct arena a;

	if (!e.conf)
		build();
	if (len < 1 || len >= CTL_LINE || memchr(data, 0, len) || memchr(data, '\n', len))
		return 0;				/* ctl.c's own business */
	arena_open(&a);
	c = arena_get(&a, sizeof *c);
	c->ctl = &e.control.ctl;
	c->arena = a;
	c->text = (struct text){ .p = c->room, .size = sizeof c->room };
	c->may_change = data[0] & 1;
	memcpy(c->line, data + 1, len - 1);
	e.control.ctl.clients = c;
	e.control.ctl.ask(c, c->line);
	check(c);
	if (c->may_change) {
		vr_demote(e.vr[0], DEMOTE_NOT, USEC_NEVER);
		control_state(e.vr[0], FSM_INIT, "fuzz");
		control_result(e.trackers[0]);
		control_reloaded(&e, data[0] & 2 ? "it is so" : NULL, NULL);
	}
	e.control.ctl.clients = NULL;
	a = c->arena;
	arena_close(&a);
	return 0;
}
