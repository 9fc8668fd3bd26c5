/* vrrp-dump.c - the door of the dump: what is on the wire or in a capture file, a line a packet, and the story of it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "applet.h"
#include "ask.h"
#include "capture.h"
#include "diagnose.h"
#include "file.h"
#include "frame.h"
#include "localtime.h"
#include "opts.h"
#include "out.h"
#include "pcap.h"
#include "probe_net.h"
#include "signals.h"
#include "story.h"
#include "view.h"
#include "zone.h"

enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 2 };

/* -t once and more often, as tcpdump counts. */
enum { TIME_DAY, TIME_NONE, TIME_EPOCH, TIME_STEP, TIME_DATE, TIME_SINCE };

struct options {
	const char *ifname, *file, *write, *count_text, *snap_text, *ring_text;
	const char *conf, *run_dir;
	bool fields, json, neighbours, secret, summary, modest, nothing, diagnose, data, stats;
	uint8_t times;
	uint32_t count, snap, kbytes;
	char **words;		/* of the filter, and what they say */
	bool changes, some_vrid;
	uint32_t vrids[8];
	struct addr host;
	const char *pending;	/* the word before, which needs this one */
};

static struct options opt;

enum { O_TIME = 1, O_HELP, O_VERSION };

#define FLAG(letter, name, field) { name, letter, OPT_NOTHING, 0, offsetof(struct options, field) }
#define TEXT(letter, name, field) { name, letter, OPT_VALUE, 0, offsetof(struct options, field) }
#define CALL(letter, name, id) { name, letter, OPT_NOTHING, id, 0 }

static const struct opt rows[] = {
	TEXT('i', "interface", ifname),
	TEXT('r', "read", file),
	TEXT('w', "write", write),
	TEXT('c', "count", count_text),
	TEXT('s', "snapshot-length", snap_text),
	TEXT('B', "buffer-size", ring_text),
	FLAG('v', "verbose", fields),
	FLAG('j', "json", json),
	FLAG('a', "neighbours", neighbours),
	FLAG('A', "secrets", secret),
	FLAG('p', "no-promiscuous-mode", modest),
	FLAG('n', "numeric", nothing),	/* names are never asked for */
	FLAG(0,   "summary", summary),
	FLAG(0,   "diagnose", diagnose),
	FLAG(0,   "data", data),
	FLAG(0,   "stats", stats),
	TEXT('f', "use-file", conf),
	TEXT(0,   "run-dir", run_dir),
	CALL('t', "time", O_TIME),
	CALL('h', "help", O_HELP),
	CALL('V', "version", O_VERSION),
	{ "", 0, OPT_WORDS, 0, offsetof(struct options, words) },
	{ 0 },
};

static int misuse(const char *text, const char *word)
{
	return applet_misuse(&applet_vrrp_dump, EXIT_USAGE, text, word);
}

static int fail(const char *what, int err)
{
	out_err("vrrp-dump: %s: %s\n", what, strerror(-err));
	return EXIT_FAILED;
}

static bool number(const char *text, uint32_t max, uint32_t *v)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	*v = n;
	return *text >= '0' && *text <= '9' && !*end && n <= max;
}

/* ---- filter words: vrid N, host A, state changes; several vrids are one or the other ---- */

static int word(const char *w)
{
	static const char *const known[] = { "vrid", "host", "state" };
	const char *first = opt.pending;
	uint32_t id;

	opt.pending = NULL;
	if (!first) {
		for (unsigned i = 0; i < sizeof known / sizeof *known; i++)
			if (!strcmp(w, known[i]))
				opt.pending = known[i];
		return opt.pending || !strcmp(w, "and") ? -1 : misuse("unknown filter word", w);
	}
	switch (*first) {
	case 'v':
		if (!number(w, 255, &id))
			return misuse("not a virtual router id", w);
		opt.vrids[id / 32] |= 1u << id % 32;
		opt.some_vrid = true;
		return -1;
	case 'h':
		return addr_parse(&opt.host, w) ? -1 : misuse("not an address", w);
	}
	opt.changes = true;
	return !strcmp(w, "changes") ? -1 : misuse("the filter is called `state changes`, not state", w);
}

static int special(const struct opt *o, const char *value)
{
	(void)value;
	switch (o->id) {
	case O_TIME:
		opt.times += opt.times < TIME_SINCE;
		return -1;
	case O_HELP:
		return applet_help(&applet_vrrp_dump);
	case O_VERSION:
		return applet_version(&applet_vrrp_dump);
	}
	return -1;
}

/* No packet is shown: the words are not a filter. */
static bool elsewhere(void)
{
	return opt.diagnose || opt.data || opt.stats;
}

static int parse_options(char **argv)
{
	struct opt_error err;
	int code;

	opt = (struct options){ .count_text = "0", .snap_text = "0", .ring_text = "2048" };
	code = opts_read(argv, rows, &opt, special, &err);
	if (err.text)
		return misuse(err.text, err.word);
	if (code >= 0)
		return code;
	for (char **w = opt.words; *w && !elsewhere(); w++)
		if ((code = word(*w)) >= 0)
			return code;
	if (opt.pending)
		return misuse("filter word needs another one behind it", opt.pending);
	if (!number(opt.count_text, UINT32_MAX, &opt.count))
		return misuse("not a count", opt.count_text);
	if (!number(opt.snap_text, 262144, &opt.snap))
		return misuse("not a length", opt.snap_text);
	if (!number(opt.ring_text, 1 << 20, &opt.kbytes))
		return misuse("not a size in kB", opt.ring_text);
	if (opt.file && opt.ifname)
		return misuse("-i and -r exclude each other", NULL);
	if (opt.write && !strcmp(opt.write, "-") && opt.summary)
		return misuse("--summary needs the standard output that -w - takes", NULL);
	if (!opt.snap)
		opt.snap = 65535;
	return -1;
}

/* ---- what is known while it runs ---- */

static struct {
	struct arena arena;
	struct story story;
	const char *zone;
	struct capture live;
	unsigned link;			/* of the file that is written; 0: not begun */
	usec first, before;		/* for -ttt and -ttttt */
	uint32_t shown;
	unsigned long frames, cut, foreign, left_out;
} d;

static uint8_t bytes[1 << 16];		/* of the file that is read */
static char words[1 << 14];		/* one packet: 255 IPv6 addresses are 10 kB */

/* ---- words for moments and interfaces ---- */

static void put_seconds(struct text *t, usec u)
{
	text_put(t, "%lld.%06d", (long long)(u / SEC), (int)(u % SEC));
}

static void stamp(struct text *t, usec when)
{
	if (opt.times == TIME_EPOCH)
		put_seconds(t, when);
	else
		zone_clock(t, when + zone_offset(d.zone, when / SEC) * SEC, opt.times == TIME_DATE);
}

/* As the line begins. A clock that went back is shown as no step. */
static void put_time(struct text *t, usec when)
{
	usec from = opt.times == TIME_STEP ? d.before : d.first;

	if (opt.times == TIME_STEP || opt.times == TIME_SINCE)
		zone_clock(t, when > from ? when - from : 0, 0);
	else if (opt.times != TIME_NONE)
		stamp(t, when);
}

/* Empty: of one interface we need not speak, and a file that knows none has none. */
static const char *interface_name(unsigned ifindex, char buf[IFNAME_LEN])
{
	static char name[IFNAME_LEN];
	static unsigned of;

	if (opt.ifname && strcmp(opt.ifname, "any"))
		return opt.ifname;
	if (!ifindex)
		return "";
	if (!opt.file && of != ifindex)
		of = *netif_name(ifindex, name) ? ifindex : 0;
	if (of == ifindex)
		return name;
	strcpy(buf, "if");
	struct text t = { buf, IFNAME_LEN, 2 };

	text_put(&t, "%u", ifindex);
	return buf;
}

static void put_interface(struct text *t, unsigned ifindex)
{
	char buf[IFNAME_LEN];
	const char *name = interface_name(ifindex, buf);

	text_put(t, *name ? " %s" : "%s", name);
}

/* ---- one packet ---- */

/* News come first: they are what a person looks for. */
static void put_notes(struct text *t, const struct sight *s, const struct view *v, unsigned news)
{
	enum view_how how = opt.json ? VIEW_JSON : VIEW_LINE;
	unsigned done = 0;

	for (int i = 0; i < NEWS_N; i++)
		if (news >> i & 1 && i != NEWS_REFUSED)
			view_note(t, how, &done, story_news_text(i));
	view_notes(t, s, v, how, done);
}

static void put_json(struct text *t, const struct sight *s, const struct view *v, usec when, unsigned news)
{
	static const char kinds[] = "other\0VRRP\0CARP\0fragment\0ARP\0NS\0NA\0";
	char buf[IFNAME_LEN];
	const char *name = interface_name(s->ifindex, buf);

	text_put(t, "{\"time\":");
	put_seconds(t, when);
	text_put(t, ",\"kind\":\"%s\"", text_nth(kinds, s->kind));
	if (*name) {
		text_put(t, ",\"interface\":");
		view_quote(t, (const uint8_t *)name, strlen(name));
	}
	view_put(t, s, v, VIEW_JSON, opt.secret);
	text_put(t, ",\"notes\":[");
	put_notes(t, s, v, news);
	text_put(t, "]}");
}

static void print(const struct sight *s, const struct view *v, usec when, unsigned news)
{
	struct text t = { words, sizeof words - 1, 0 };

	if (opt.json) {
		put_json(&t, s, v, when, news);
	} else {
		put_time(&t, when);
		if (!opt.ifname || !strcmp(opt.ifname, "any"))
			put_interface(&t, s->ifindex);
		view_put(&t, s, v, VIEW_LINE, opt.secret);
		put_notes(&t, s, v, news);
		if (opt.fields)
			view_put(&t, s, v, VIEW_FIELDS, opt.secret);
	}
	words[t.n++] = '\n';
	out_text(words + (*words == ' '), t.n - (*words == ' '));
}

static void begin_file(unsigned link)
{
	uint8_t head[PCAP_HEAD];

	d.link = link;
	pcap_head(head, link, opt.snap);
	out_text((char *)head, sizeof head);
}

static void save(const struct pcap_rec *r)
{
	uint8_t head[PCAP_REC_HEAD];

	if (!d.link)
		begin_file(r->link);
	if (r->link != d.link) {	/* a pcap file has one link type */
		d.left_out++;
		return;
	}
	pcap_rec_head(head, r, r->cap);
	out_text((char *)head, sizeof head);
	out_text((const char *)r->p, r->cap);
}

/* Neighbours speak of many things: only announcements, and what concerns addresses or MACs of virtual routers. */
static bool concerns(const struct sight *s)
{
	struct addr target = s->meta.dst;

	if (s->kind != SEEN_ARP)
		addr_set(&target, AF_INET6, s->p + s->msg + 8);
	if (s->mac != NO_LAYER && view_virtual(s->p + s->mac, s->meta.dst.family))
		return true;
	if (s->kind == SEEN_ARP ? addr_eq(&s->meta.src, &target) : s->kind == SEEN_NA && !(s->p[s->msg + 4] & 0x40))
		return true;
	return story_vip(&d.story, &s->meta.src) || story_vip(&d.story, &target);
}

static bool carries(const struct sight *s, const struct view *v, const struct addr *a)
{
	size_t n = addr_len(&s->meta.dst);

	if (addr_eq(&s->meta.src, a) || addr_eq(&s->meta.dst, a))
		return true;
	if (s->kind == SEEN_NS || s->kind == SEEN_NA)
		return a->family == AF_INET6 && !memcmp(s->p + s->msg + 8, a->b, 16);
	for (unsigned i = 0; s->kind == SEEN_VRRP && a->family == s->meta.dst.family && i < v->naddrs; i++)
		if (!memcmp(v->a.addrs + i * n, a->b, n))
			return true;
	return false;
}

static uint8_t router_id(const struct sight *s, const struct view *v)
{
	if (s->kind == SEEN_VRRP || s->kind == SEEN_CARP)
		return v->a.vrid;
	return s->mac == NO_LAYER ? 0 : view_virtual(s->p + s->mac, s->meta.dst.family);
}

static bool wanted(const struct sight *s, const struct view *v)
{
	uint8_t id = router_id(s, v);

	if (opt.some_vrid && !(opt.vrids[id / 32] >> id % 32 & 1))
		return false;
	return !opt.host.family || carries(s, v, &opt.host);
}

/* False: as many as were asked for have been shown. */
static bool take(struct pcap_rec *r)
{
	struct view v = { .err = PKT_OK };
	struct sight s;
	unsigned news = 0;

	d.frames++;
	if (r->cap > opt.snap)
		r->cap = opt.snap;
	if (!frame_read(&s, r->link, r->p, r->cap, r->len)) {
		d.cut += s.cut;
		return true;
	}
	if (s.kind >= SEEN_ARP && (!opt.neighbours || !concerns(&s)))
		return true;
	if (s.kind == SEEN_VRRP || s.kind == SEEN_CARP)
		view_read(&v, &s);
	if (!wanted(&s, &v))
		return true;
	if (s.kind == SEEN_VRRP)
		news = story_step(&d.story, &s, &v, r->when);
	if (opt.changes && !news)
		return true;
	if (!d.shown)
		d.first = d.before = r->when;
	if (opt.write)
		save(r);
	else if (!opt.summary || opt.fields || opt.json)
		print(&s, &v, r->when, news);
	d.before = r->when;
	return ++d.shown != opt.count;
}

/* ---- sources ---- */

/* At most a second: that an interface is removed while it is down is not told. False: somebody wants us to stop. */
static bool wait_for(int fd, int signals)
{
	struct pollfd p[2] = { { fd, POLLIN, 0 }, { signals, POLLIN, 0 } };

	while (poll(p, 2, opt.file ? -1 : 1000) < 0 && errno == EINTR)
		;
	return !p[1].revents;
}

static int live(int signals)
{
	const struct capture_want want = {
		.ifname = opt.ifname && strcmp(opt.ifname, "any") ? opt.ifname : NULL, .snap = opt.snap,
		.kbytes = opt.kbytes, .neighbours = opt.neighbours, .modest = opt.modest,
	};
	const char *what;
	struct pcap_rec r;
	bool more = true;
	int err = capture_open(&d.live, &want, &what);

	if (err < 0)
		return fail(what, err);
	if (opt.write)
		begin_file(d.live.cooked ? LINK_COOKED2 : LINK_ETHERNET);
	out_err("vrrp-dump: listening on %s\n", opt.ifname ? opt.ifname : "any");
	do {
		while (more && capture_next(&d.live, &r))
			more = take(&r);
		if (out_flush() < 0)
			more = false;
		if (more && (err = capture_check(&d.live)) < 0)
			more = false;
	} while (more && wait_for(d.live.fd, signals));
	capture_check(&d.live);
	out_err("vrrp-dump: %u packets shown, %lu given by the kernel, %lu lost by it\n", d.shown, d.live.given, d.live.lost);
	capture_close(&d.live);
	return err < 0 ? fail(opt.ifname, err) : EXIT_OK;
}

static int from_file(int fd, int signals)
{
	static struct pcap f;
	size_t have = 0, at = 0;
	uint64_t passed = 0;
	struct pcap_rec r;
	ssize_t n = 1;
	long used;

	for (;;) {
		used = pcap_read(&f, bytes + at, have - at, &r);
		if (used < 0) {
			out_err("vrrp-dump: %s: %s at byte %llu\n", opt.file, f.format ? "damaged" : "not a capture file",
			        (unsigned long long)passed);
			return EXIT_FAILED;
		}
		at += used;
		passed += used;
		if (r.p && !take(&r))
			return EXIT_OK;
		if (used)
			continue;
		memmove(bytes, bytes + at, have -= at);
		at = 0;
		if (out_flush() < 0 || !wait_for(fd, signals))
			return EXIT_OK;
		n = read(fd, bytes + have, sizeof bytes - have);
		if (n < 0)
			return fail(opt.file, -errno);
		if (n == 0)
			break;
		have += n;
	}
	if (!f.format) {
		out_err("vrrp-dump: %s: not a capture file\n", opt.file);
		return EXIT_FAILED;
	}
	if (have || f.skip)
		out_err("vrrp-dump: %s: ends within a packet\n", opt.file);
	return EXIT_OK;
}

static int open_file(int signals)
{
	int fd = strcmp(opt.file, "-") ? open(opt.file, O_RDONLY | O_CLOEXEC) : STDIN_FILENO, code;

	if (fd < 0)
		return fail(opt.file, -errno);
	code = from_file(fd, signals);
	if (opt.write && !d.link)
		begin_file(LINK_ETHERNET);
	return code;
}

/* What -w writes takes the place of what is printed. */
static int redirect(void)
{
	int fd;

	if (!opt.write || !strcmp(opt.write, "-"))
		return -1;
	fd = open(opt.write, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);	/* captures hold passwords */
	if (fd < 0)
		return fail(opt.write, -errno);
	out_to(fd);
	return -1;
}

static void tell(void)
{
	static const struct story_teller teller = { out_text, stamp, put_interface };

	if (d.cut)
		out_err("vrrp-dump: %lu frames are cut so short that nobody can tell what they were\n", d.cut);
	if (d.left_out)
		out_err("vrrp-dump: %lu frames of another link type are not in %s\n", d.left_out, opt.write);
	if (!opt.summary)
		return;
	out_to(STDOUT_FILENO);
	story_tell(&d.story, &teller);
}

/* [SEC] */
static int examine(void)
{
	struct diagnose_want want = { .dev = opt.ifname, .conf = opt.conf, .run_dir = ask_run_dir(opt.run_dir) };
	char **w = opt.words;

	if (*w && (!number(*w, 86400, &want.secs) || !want.secs))
		return misuse("expected seconds, up to a day, not", *w);
	if (*w && w[1])
		return misuse("unexpected word", w[1]);
	if (opt.file || (opt.ifname && !strcmp(opt.ifname, "any")))
		return misuse("--diagnose listens on one interface: -i IF", NULL);
	return diagnose(&want);
}

/* What keepalived's dump writes, from the running daemon. */
static int from_daemon(void)
{
	static struct ask t;
	char *w[] = { "dump", opt.data ? "data" : "stats", NULL }, *p;
	bool middle = false;
	size_t len;
	int code;

	if (*opt.words || (opt.data && opt.stats))
		return misuse("--data and --stats stand alone", NULL);
	t.who = "vrrp-dump";
	t.run_dir = ask_run_dir(opt.run_dir);
	if ((code = ask(&t, w)))
		return code;
	for (; (p = ask_next(&t, &len)); middle = p[len - 1] != '\n') {
		if (len == 2 && *p == '.' && !middle)
			return out_flush() ? EXIT_FAILED : EXIT_OK;
		out_text(p, len);
	}
	return ask_cut(&t);
}

static int dump_main(char **argv)
{
	int code = parse_options(argv), signals;

	if (code < 0 && elsewhere())
		return opt.diagnose ? examine() : from_daemon();
	if (code >= 0 || (code = redirect()) >= 0)
		return code;
	d.zone = zone_here();
	arena_open(&d.arena);
	d.story.arena = &d.arena;
	signals = signals_open(signals_end);
	code = opt.file ? open_file(signals) : live(signals);
	if (d.frames || code == EXIT_OK)
		tell();
	arena_close(&d.arena);
	return code;
}

const struct applet applet_vrrp_dump = {
	.name  = "vrrp-dump",
	.brief = "show VRRP on the wire or in a capture file",
	.usage = USAGE("vrrp-dump [-i IF | -r FILE] [-avjA] [-t...] [-c N] [-w FILE] [--summary] [FILTER...]\n"
	         "       vrrp-dump --diagnose [-i IF] [-f CONF] [SEC]\n"
	         "       vrrp-dump --data | --stats",
	         "  -i IF      listen there (default any: all interfaces)\n"
	         "  -r FILE    read pcap or pcapng; - is standard input\n"
	         "  -w FILE    write pcap instead of printing; - is standard output\n"
	         "  -v, -j     every field with its byte; one JSON object a line\n"
	         "  -a         ARP and neighbour discovery of virtual addresses too\n"
	         "  -A         show passwords\n"
	         "  -t         no time; -tt seconds, -ttt since the line before, -tttt with date, -ttttt since the first\n"
	         "  -c N       end after N packets\n"
	         "  -s N       keep N bytes of a packet\n"
	         "  -B KB      room for packets in the kernel (2048)\n"
	         "  -p         not promiscuous\n"
	         "  --summary  at the end the story of each virtual router (instead of lines, unless -v or -j)\n"
	         "FILTER: vrid N, host ADDRESS (sender, receiver or carried), state changes\n"
	         "  --diagnose listen (5 s, or three intervals) and say what is wrong and what to do: exit code 0 nothing, 1 something, 2 could not\n"
	         "  -f CONF    what should be there (default /etc/vrrpd.conf, /etc/keepalived/keepalived.conf)\n"
	         "  --data, --stats\n"
	         "             what keepalived's dump writes, from the running vrrpd; exit code 3: it is not running\n"
	         "  --run-dir DIR\n"
	         "             where vrrpd is (default $VRRPD_RUN_DIR or " RUN_DIR ")\n"),
	.main  = dump_main,
};
