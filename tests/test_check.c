/* test_check.c - rows for check.c: words in, meaning or one clear refusal out (design section 4). */
#include <stdlib.h>
#include <sys/socket.h>

#include "check.h"
#include "t.h"

#define P10  "aaaaaaaaaa"
#define P130 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10 P10

enum { WORDS = 16 };

static void *grow(struct arena *a, size_t need, size_t *got)
{
	void **p = malloc(*got = need + 4096);

	*p = a->chunks;
	a->chunks = p;
	*got -= 16;
	return (char *)p + 16;
}

static void drop(struct arena *a)
{
	for (void **p = a->chunks, **next; p; p = next) {
		next = *p;
		free(p);
	}
}

/* One word a piece between bars: "tcp|127.0.0.1:80". */
static char **words(struct arena *a, const char *line)
{
	char **w = arena_get(a, WORDS * sizeof *w);
	unsigned n = 0;

	while (*line) {
		size_t len = strcspn(line, "|");

		w[n++] = arena_strn(a, line, len);
		line += len;
		line += *line == '|';
		if (!*line && line[-1] == '|')
			w[n++] = arena_str(a, "");
	}
	return w;
}

/* Everything that is not its default. */
static const char *dump(const struct check *c)
{
	static char out[1024];
	char text[300], addr[ADDR_STR];
	int n = snprintf(out, sizeof out, "%s", check_text(c, text, sizeof text));

#define PUT(cond, ...) if (cond) n += snprintf(out + n, sizeof out - n, " | " __VA_ARGS__)
	PUT(c->addr.family, "at %s%s%s:%u", addr_text(&c->addr, addr), c->dev ? "%" : "", c->dev ? c->dev : "", c->port);
	PUT(c->kind == CHECK_HTTP, "GET %s of %s", c->path, c->host);
	PUT(c->status[0] != 200 || c->status[1] != 399, "status %u-%u", c->status[0], c->status[1]);
	PUT(c->contains, "contains %s", c->contains);
	PUT(c->head, "head");
	PUT(c->quiet, "quiet");
	PUT(c->interval, "every %lld", (long long)c->interval);
	PUT(c->timeout, "timeout %lld", (long long)c->timeout);
	PUT(c->rise, "rise %u", c->rise);
	PUT(c->fall, "fall %u", c->fall);
	PUT(c->min != 1, "min %u", c->min);
	PUT(c->max != UINT32_MAX, "max %u", c->max);
	PUT(c->wait != SEC, "wait %lld", (long long)c->wait);
	PUT(c->argv, "args");
	for (char *const *w = c->argv; w && *w; w++)
		n += snprintf(out + n, sizeof out - n, " <%s>", *w);
	PUT(c->start, "start");
	for (char *const *w = c->start; w && *w; w++)
		n += snprintf(out + n, sizeof out - n, " <%s>", *w);
	return out;
}

static const struct row {
	const char *words, *want;	/* "text: word" when it is refused */
} good[] = {
	{ "tcp|127.0.0.1:80",             "tcp 127.0.0.1:80 | at 127.0.0.1:80" },
	{ "tcp|[::1]:443",                "tcp [::1]:443 | at ::1:443" },
	{ "tcp|[fe80::1%eth0]:22",        "tcp [fe80::1%eth0]:22 | at fe80::1%eth0:22" },
	{ "tcp|localhost:1",              "tcp localhost:1 | at 127.0.0.1:1" },
	{ "!|tcp|127.0.0.1:80",           "! tcp 127.0.0.1:80 | at 127.0.0.1:80" },
	{ "-q|-t|0.25|!|-i2|tcp|1.2.3.4:65535|--rise|3|--fall=2",
		"! tcp 1.2.3.4:65535 | at 1.2.3.4:65535 | quiet | every 2000000 | timeout 250000 | rise 3 | fall 2" },
	{ "--|tcp|1.2.3.4:5",             "tcp 1.2.3.4:5 | at 1.2.3.4:5" },
	{ "--timeout=1.5|file|/x",        "file /x | timeout 1500000" },
	{ "http|http://127.0.0.1/",       "http 127.0.0.1/ | at 127.0.0.1:80 | GET / of 127.0.0.1" },
	{ "http|http://127.0.0.1",        "http 127.0.0.1 | at 127.0.0.1:80 | GET / of 127.0.0.1" },
	{ "http|http://[2001:db8::1]:8080/a/b?c=d#e",
		"http [2001:db8::1]:8080/a/b?c=d#e | at 2001:db8::1:8080 | GET /a/b?c=d of [2001:db8::1]:8080" },
	{ "http|http://localhost?x",      "http localhost?x | at 127.0.0.1:80 | GET /?x of localhost" },
	{ "http|http://1.2.3.4:81#top",   "http 1.2.3.4:81#top | at 1.2.3.4:81 | GET / of 1.2.3.4:81" },
	{ "http|http://[fe80::1%eth0]:8/x", "http [fe80::1%eth0]:8/x | at fe80::1%eth0:8 | GET /x of [fe80::1]:8" },
	{ "http|http://1.2.3.4/|--status|200|--contains|it works|--host|www.example.org",
		"http 1.2.3.4/ | at 1.2.3.4:80 | GET / of www.example.org | status 200-200 | contains it works" },
	{ "http|--head|http://1.2.3.4/|--status|100-599",
		"http 1.2.3.4/ | at 1.2.3.4:80 | GET / of 1.2.3.4 | status 100-599 | head" },
	{ "process|nginx",                "process nginx | args" },
	{ "process|nginx|--min|2|--max|0x", NULL },
	{ "process|nginx|--min|2|--max|9", "process nginx | min 2 | max 9 | args" },
	{ "process|--min=2|nginx",        "process nginx | min 2 | args" },
	{ "process|/bin/sleep|-t|5|--start|systemctl start 'my service'|--wait|2.5",
		"process /bin/sleep -t 5 | wait 2500000 | args <-t> <5> | start <systemctl> <start> <my service>" },
	{ "process|x|--|--min|3",         "process x --min 3 | args <--min> <3>" },
	{ "process|x|--odd|3",            "process x --odd 3 | args <--odd> <3>" },
	{ "process|x|--max|0|y",          "process x --max 0 y | args <--max> <0> <y>" },
	{ "--|process|x|--min|3",         "process x --min 3 | args <--min> <3>" },
	{ "process|x|--max|0|--min|0",    "process x | min 0 | max 0 | args" },
	{ "exec|/bin/true|-q|--start|x",  "exec /bin/true -q --start x | args </bin/true> <-q> <--start> <x>" },
	{ "exec|--|-odd",                 "exec -odd | args <-odd>" },
	{ "pidfile|/run/x.pid",           "pidfile /run/x.pid" },
	{ "file|/run/my file",            "file /run/my file" },
	{ "file|--|-x",                   "file -x" },
	{ "ping|10.0.0.1",                "ping 10.0.0.1 | at 10.0.0.1:0" },
	{ "ping|fe80::1%br-lan",          "ping fe80::1%br-lan | at fe80::1%br-lan:0" },
	{ "ping|10.0.0.1|--dev|eth0.5",   "ping 10.0.0.1 on eth0.5 | at 10.0.0.1%eth0.5:0" },
	{ "arp|10.0.0.1|--dev|eth0",      "arp 10.0.0.1 on eth0 | at 10.0.0.1%eth0:0" },
	{ "!|vip|2001:db8::5|--dev|eth0", "! vip 2001:db8::5 on eth0 | at 2001:db8::5%eth0:0" },
	{ "vip|fe80::5%eth0",             "vip fe80::5%eth0 | at fe80::5%eth0:0" },
	{ "route|default",                "route default" },
	{ "route|10.0.0.0/8",             "route 10.0.0.0/8 | at 10.0.0.0:0" },
	{ "route|0.0.0.0/0",              "route 0.0.0.0/0 | at 0.0.0.0:0" },
	{ "route|::/0",                   "route ::/0 | at :::0" },
	{ "route|2001:db8::1",            "route 2001:db8::1 | at 2001:db8::1:0" },
	{ "link|eth0",                    "link eth0" },
	{ "addr|10.0.0.1",                "addr 10.0.0.1 | at 10.0.0.1:0" },
	{ "addr|fe80::1|--dev|eth0",      "addr fe80::1 on eth0 | at fe80::1%eth0:0" },
}, bad[] = {
	{ "",                             "expected a check" },
	{ "!",                            "expected a check" },
	{ "-q",                           "expected a check" },
	{ "!tcp|1.2.3.4:5",               "no such check: !tcp" },
	{ "!|!|tcp|1.2.3.4:5",            "no such check: !" },
	{ "tpc|127.0.0.1:80",             "no such check: tpc" },
	{ "|x",                           "no such check: " },
	{ "tcp",                          "expected what to check" },
	{ "exec",                         "expected what to check" },
	{ "exec|--",                      "expected what to check" },
	{ "file|",                        "expected what to check" },
	{ "tcp|127.0.0.1",                "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1" },
	{ "tcp|127.0.0.1:",               "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1:" },
	{ "tcp|127.0.0.1:0",              "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1:0" },
	{ "tcp|127.0.0.1:65536",          "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1:65536" },
	{ "tcp|127.0.0.1:000080",         "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1:000080" },
	{ "tcp|127.0.0.1:8o",             "expected ADDR:PORT or [IPV6]:PORT: 127.0.0.1:8o" },
	{ "tcp|[::1]x80",                 "expected ADDR:PORT or [IPV6]:PORT: [::1]x80" },
	{ "tcp|::1:80",                   "expected ADDR:PORT or [IPV6]:PORT: ::1:80" },
	{ "tcp|[::1]",                    "expected ADDR:PORT or [IPV6]:PORT: [::1]" },
	{ "tcp|www.example.org:80",       "expected an address: a name needs a resolver, which can hang (http has --host): www.example.org:80" },
	{ "tcp|localhost.:80",            "expected an address: a name needs a resolver, which can hang (http has --host): localhost.:80" },
	{ "tcp|1.2.3:80",                 "expected an address: a name needs a resolver, which can hang (http has --host): 1.2.3:80" },
	{ "tcp|[fe80::1]:22",             "a link-local IPv6 address, and no other, has an interface: ADDR%IF: [fe80::1]:22" },
	{ "tcp|[fe80::1%]:22",            "expected one interface: [fe80::1%]:22" },
	{ "tcp|1.2.3.4%eth0:22",          "a link-local IPv6 address, and no other, has an interface: ADDR%IF: 1.2.3.4%eth0:22" },
	{ "tcp|1.2.3.4:5|6",              "unexpected word: 6" },
	{ "tcp|1.2.3.4:5|--dev|eth0",     "no such option here: --dev" },
	{ "tcp|1.2.3.4:5|--min|2",        "no such option here: --min" },
	{ "tcp|1.2.3.4:5|-x",             "no such option here: -x" },
	{ "tcp|1.2.3.4:5|--tim|1",        "no such option here: --tim" },
	{ "tcp|1.2.3.4:5|--timeoutx|1",   "no such option here: --timeoutx" },
	{ "tcp|1.2.3.4:5|-t",             "needs a value: -t" },
	{ "tcp|1.2.3.4:5|-t|0",           "expected seconds, 0.001 to 86400: 0" },
	{ "tcp|1.2.3.4:5|-t|-1",          "expected seconds, 0.001 to 86400: -1" },
	{ "tcp|1.2.3.4:5|-t|1s",          "expected seconds, 0.001 to 86400: 1s" },
	{ "tcp|1.2.3.4:5|-t|86401",       "expected seconds, 0.001 to 86400: 86401" },
	{ "tcp|1.2.3.4:5|-t|",            "expected seconds, 0.001 to 86400: " },
	{ "tcp|1.2.3.4:5|--rise|-1",       "expected a number up to 65535: -1" },
	{ "tcp|1.2.3.4:5|--fall|65536",   "expected a number up to 65535: 65536" },
	{ "tcp|1.2.3.4:5|-qi|3",          "expected no value: -qi" },
	{ "tcp|1.2.3.4:5|--quiet=1",      "expected no value: --quiet=1" },
	{ "tcp|1.2.3.4:5|--start|",       "expected a command: " },
	{ "tcp|1.2.3.4:5|--start|a 'b",   "expected a command: a 'b" },
	{ "http|127.0.0.1",               "expected http://ADDR[:PORT][/PATH]: 127.0.0.1" },
	{ "http|http://127.0.0.1/a b",    "expected http://ADDR[:PORT][/PATH]: http://127.0.0.1/a b" },
	{ "http|http://127.0.0.1/\r\nX:", "expected http://ADDR[:PORT][/PATH]: http://127.0.0.1/\r\nX:" },
	{ "http|http://127.0.0.1/\xc3\xa9", "expected http://ADDR[:PORT][/PATH]: http://127.0.0.1/\xc3\xa9" },
	{ "http|https://127.0.0.1/",
		"https is not served: tcp looks at its port, exec runs a client: https://127.0.0.1/" },
	{ "http|http://www.example.org/",
		"expected an address: a name needs a resolver, which can hang (http has --host): http://www.example.org/" },
	{ "http|http://1.2.3.4]/",        "expected an address: a name needs a resolver, which can hang (http has --host): http://1.2.3.4]/" },
	{ "http|http://[::1/",            "expected ADDR:PORT or [IPV6]:PORT: http://[::1/" },
	{ "http|http:///x",
		"expected an address: a name needs a resolver, which can hang (http has --host): http:///x" },
	{ "http|http://me@1.2.3.4/",
		"expected an address: a name needs a resolver, which can hang (http has --host): http://me@1.2.3.4/" },
	{ "http|http://1.2.3.4:/",        "expected ADDR:PORT or [IPV6]:PORT: http://1.2.3.4:/" },
	{ "http|http://1.2.3.4/|--status|99",      "expected a status or a range, 100 to 599: 99" },
	{ "http|http://1.2.3.4/|--status|300-200", "expected a status or a range, 100 to 599: 300-200" },
	{ "http|http://1.2.3.4/|--status|200-",    "expected a status or a range, 100 to 599: 200-" },
	{ "http|http://1.2.3.4/|--status|2000",    "expected a status or a range, 100 to 599: 2000" },
	{ "http|http://1.2.3.4/|--contains|",      "expected a text of 1 to 128 characters: " },
	{ "http|http://1.2.3.4/|--contains|" P130, "expected a text of 1 to 128 characters: " P130 },
	{ "http|http://1.2.3.4/|--head|--contains|x", "--head brings no text for --contains" },
	{ "http|http://1.2.3.4/|--host|a b",       "expected a host name: a b" },
	{ "http|http://1.2.3.4/|--host|a\r\nX:y",  "expected a host name: a\r\nX:y" },
	{ "process|x|--min|3|--max|2",    "--min is greater than --max" },
	{ "process|x|--min|-1",           "expected a number up to 65535: -1" },
	{ "process|x|--min|65536",   "expected a number up to 65535: 65536" },
	{ "ping|fe80::1",                 "a link-local IPv6 address, and no other, has an interface: ADDR%IF: fe80::1" },
	{ "ping|1.2.3.4|--dev|a/b",       "expected an interface: a/b" },
	{ "ping|fe80::1%a|--dev|abcdefghijklmnop", "expected an interface: abcdefghijklmnop" },
	{ "ping|--dev|a|fe80::1%b",       "expected one interface: fe80::1%b" },
	{ "arp|10.0.0.1",                 "needs --dev IF" },
	{ "vip|10.0.0.1",                 "needs --dev IF" },
	{ "vip|a-host|--dev|eth0",        "expected an address: a name needs a resolver, which can hang (http has --host): a-host" },
	{ "route|10.0.0.1/8",             "expected a network: bits behind the prefix length are set: 10.0.0.1/8" },
	{ "route|10.0.0.0/33",            "expected a prefix length: 10.0.0.0/33" },
	{ "route|10.0.0.0/",              "expected a prefix length: 10.0.0.0/" },
	{ "route|all",                    "expected a prefix or default: all" },
	{ "link|a/b",                     "expected an interface: a/b" },
};

static void parses(const struct row *r)
{
	struct arena a = { .grow = grow };
	struct check c;
	struct check_error err;
	char said[400] = "";

	if (!check_parse(&c, &a, words(&a, r->words), &err))
		snprintf(said, sizeof said, "%s%s%s", err.text ? err.text : "(nothing said)", err.word ? ": " : "",
		         err.word ? err.word : "");
	if (!r->want)
		t_case(*said != 0, r->words, "accepted");
	else
		t_str(r->words, *said ? said : dump(&c), r->want);
	drop(&a);
}

/* Words that differ in what changes the result, and in what does not. */
static const struct pair {
	const char *a, *b;
	bool same;
} pairs[] = {
	{ "tcp|1.2.3.4:5",          "tcp|1.2.3.4:5",              true },
	{ "tcp|1.2.3.4:5|-i|3",     "-q|tcp|1.2.3.4:5|--rise|2",  true },
	{ "tcp|1.2.3.4:5",          "tcp|1.2.3.4:6",              false },
	{ "tcp|1.2.3.4:5",          "!|tcp|1.2.3.4:5",            false },
	{ "tcp|1.2.3.4:5",          "tcp|1.2.3.4:5|-t|2",         false },
	{ "tcp|1.2.3.4:5",          "tcp|1.2.3.5:5",              false },
	{ "tcp|[fe80::1%a]:5",      "tcp|[fe80::1%b]:5",          false },
	{ "ping|1.2.3.4",           "ping|1.2.3.4|--dev|a",       false },
	{ "ping|1.2.3.4",           "addr|1.2.3.4",               false },
	{ "process|x",              "process|x|y",                false },
	{ "process|x|y",            "process|x|z",                false },
	{ "process|x|y",            "process|x|y",                true },
	{ "process|x",              "process|x|--min|2",          false },
	{ "http|http://1.2.3.4/",   "http|http://1.2.3.4/",       true },
	{ "http|http://1.2.3.4/",   "http|http://1.2.3.4/|--contains|x", false },
	{ "http|http://1.2.3.4/",   "http|http://1.2.3.4/|--host|x", false },
	{ "http|http://1.2.3.4/",   "http|http://1.2.3.4/|--status|200", false },
	{ "http|http://1.2.3.4/",   "http|http://1.2.3.4/|--head", false },
	{ "file|/a|--start|b",      "file|/a",                    false },
	{ "file|/a|--start|b c",    "file|/a|--start|b  c",       true },
	{ "route|10.0.0.0/8",       "route|10.0.0.0/9",           false },
};

static void compares(const struct pair *p)
{
	struct arena a = { .grow = grow };
	struct check x, y;
	struct check_error err;
	char name[200];

	snprintf(name, sizeof name, "same: %s and %s", p->a, p->b);
	t_case(check_parse(&x, &a, words(&a, p->a), &err) && check_parse(&y, &a, words(&a, p->b), &err) &&
	       check_same(&x, &y) == p->same && check_same(&y, &x) == p->same && check_same(&x, &x), name, "%d wanted", p->same);
	drop(&a);
}

static void *no_memory(struct arena *a, size_t need, size_t *got)
{
	(void)a, (void)need, (void)got;
	return NULL;
}

int main(void)
{
	struct arena none = { .grow = no_memory }, a = { .grow = grow };
	struct check c;
	struct check_error err;
	char small[12];

	for (unsigned i = 0; i < sizeof good / sizeof *good; i++)
		parses(&good[i]);
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		parses(&bad[i]);
	for (unsigned i = 0; i < sizeof pairs / sizeof *pairs; i++)
		compares(&pairs[i]);
	t_case(!check_parse(&c, &none, words(&a, "process|x"), &err) && err.text && !err.word, "no memory is said", "accepted");
	check_parse(&c, &a, words(&a, "file|/a/long/path"), &err);
	t_str("a text that is too long is cut off", check_text(&c, small, sizeof small), "file /a/lon");
	t_str("kind", check_kind_text(CHECK_EXEC), "exec");
	drop(&a);
	T_END;
}
