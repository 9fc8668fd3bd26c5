/*
 * fuzz_route.c - any text as entries of static_routes, static_rules, virtual_routes, addresses; behind a \xff what the files of names say.
 * What comes of an entry are netlink's bytes that the kernel can walk through, and the print of it reads back to itself.
 */
#include "../conf_kit.h"

enum { HEADER = 12, ATTR = 4 };		/* rtmsg, fib_rule_hdr; nlattr */

static const char *names;

static char *load(struct lex_io *io, struct arena *a, const char *path, size_t *len, const char **why)
{
	const char *text = strcmp(path, "f") ? names : kit_of(io)->text;

	*why = "not here";
	if (!text)
		return NULL;
	*len = strlen(text);
	return arena_str(a, text);
}

static bool walks(const uint8_t *b, size_t len, unsigned depth)
{
	uint16_t n;

	for (; len; b += n, len -= n) {
		if (len < ATTR)
			return false;
		memcpy(&n, b, sizeof n);
		if (n < ATTR || n > len)
			return false;
		if (b[2] == 8 && depth && !walks(b + ATTR, n - ATTR, 0))	/* RTA_METRICS */
			return false;
		n = (n + 3) & ~3u;
		if (n > len)
			return false;
	}
	return true;
}

static void check(const struct routes *r)
{
	for (unsigned i = 0; i < r->n; i++) {
		const struct route *e = &r->v[i];

		if (e->len < HEADER || e->len > ROUTE_MAX || !walks(e->b + HEADER, e->len - HEADER, !e->rule))
			abort();
		for (unsigned d = 0; d < e->ndev; d++)
			if (e->dev[d].at + 4u > e->len)
				abort();
		if (!conf_same_route(e, e))
			abort();
	}
}

static void all(const struct conf *c)
{
	check(&c->fixed.routes);
	for (unsigned i = 0; i < c->nvrrp; i++)
		check(&c->vrrp[i].routes);
}

static void open_text(struct kit *k, const char *text)
{
	kit_init(k, text);
	k->io.load = load;
	kit_run(k, "f");
}

static void same(const char *text)
{
	struct kit k;
	char *again;

	open_text(&k, text);
	again = k.conf ? kit_print(k.conf) : NULL;
	if (!again || strcmp(again, text)) {
		fprintf(stderr, "[%s]\nread back as\n[%s]\n%s", text, again ? again : "nothing", k.found);
		abort();
	}
	all(k.conf);
	free(again);
	kit_close(&k);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const blocks[] = {
		"static_routes {\n%s\n}\n", "static_rules {\n%s\n}\n", "vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_routes {\n%s\n}\n}\n",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_rules {\n%s\n}\n}\n", "static_ipaddress {\n%s\n}\n",
		"vrrp_instance V {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress {\n%s\n}\n}\n",
	};
	char *body, *text = NULL, *print;
	struct kit k;

	if (!len)
		return 0;
	body = malloc(len);
	memcpy(body, data + 1, len - 1);
	body[len - 1] = 0;
	names = memchr(body, 0xff, len);
	if (names)
		*(char *)names++ = 0;
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	if (asprintf(&text, blocks[*data % (sizeof blocks / sizeof *blocks)], body) < 0)
		abort();
	open_text(&k, text);
	if (k.conf) {
		all(k.conf);
		print = kit_print(k.conf);
		if (!k.report.errors)
			same(print);
		free(print);
	}
	kit_close(&k);
	free(text);
	free(body);
	return 0;
}
