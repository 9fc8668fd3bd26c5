/*
 * test_show.c - what the daemon says of itself: table and why word by word, JSON through a real parser, metrics by the
 * rules of their format; any name, any number, pieces of bounded size; the past survives a reload. An engine without edges.
 */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "conf_kit.h"
#include "engine.h"
#include "show.h"
#include "t.h"

static const char pair[] =
	"vrrp_script chk_nginx {\n script /bin/true\n interval 2\n weight -60\n}\n"
	"vrrp_script chk_db {\n script /bin/true\n}\n"
	"vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 150\n advert_int 1\n"
	" track_interface {\n  eth1 weight 10\n }\n track_script {\n  chk_nginx\n  chk_db\n }\n"
	" virtual_ipaddress {\n  10.0.0.100/24\n  10.0.0.101/24 dev eth1\n }\n}\n"
	"vrrp_instance inside_network_six {\n interface eth1\n virtual_router_id 255\n version 3\n advert_int 0.5\n"
	" virtual_ipaddress {\n  fe80::100/64\n  2001:db8::100/64\n }\n}\n"
	"vrrp_instance VI_3 {\n interface eth0\n virtual_router_id 3\n priority 255\n"
	" virtual_ipaddress {\n  10.0.0.103\n }\n}\n";

static struct engine e;
static struct kit kit;
static char buf[4 << 20];	/* everything that one output says */
static size_t most;		/* largest piece */

static struct addr ip(const char *s)
{
	struct addr a = { .family = 0 };

	addr_parse(&a, s);
	return a;
}

static void start(const char *text)
{
	memset(&e, 0, sizeof e);
	engine_pools(&e);
	e.job_tail = &e.job_head;
	e.tell_tail = &e.tell_head;
	e.now = 100000 * SEC;
	e.started = e.now - 3600 * SEC;
	kit_open(&kit, "show.conf", text);
	kit.conf->arena = &kit.arena;
	if (engine_apply(&e, kit.conf))
		abort();
	for (unsigned i = 0; i < e.nifs; i++) {
		e.ifs[i]->ifindex = i + 2;
		e.ifs[i]->flags = IFF_UP | IFF_RUNNING;
		e.ifs[i]->up = true;
	}
}

static void end(void)
{
	arena_close(&e.life);
	kit_close(&kit);
}

static void turn(struct vr *v, enum fsm_state state, enum fsm_why why, usec ago)
{
	struct past p;

	v->fsm.state = state;
	v->fsm.why = why;
	v->since = e.now - ago;
	v->since_wall = 1700000000 - ago / SEC;
	past_note(v, &p);
}

/* As a client of the control socket does: piece by piece, each into the room that is promised. */
static const char *say(show_step *step, const struct vr *only)
{
	char piece[SHOW_PIECE];
	size_t n = 0;
	struct show s;
	bool more = true, stale = false;

	most = 0;
	show_begin(&s, &e, step, only);
	while (more && !stale && n < sizeof buf - SHOW_PIECE) {
		struct text t = { piece, sizeof piece, 0 };

		more = show_next(&s, &t, &stale);
		memcpy(buf + n, piece, t.n);
		n += t.n;
		if (t.n > most)
			most = t.n;
	}
	buf[n] = 0;
	return more ? "(endless)" : buf;
}

static void hear(struct vr *v, const char *from, uint8_t prio, usec ago, enum pkt_err err, int ttl)
{
	struct advert a = { .version = v->c->version, .prio = prio, .adv = SEC, .csum = CSUM_PSEUDO };
	struct meta m = { .src = ip(from), .ttl = ttl };
	usec now = e.now;

	e.now -= ago;
	vr_hear(v, &a, &m, err);
	e.now = now;
}

/* The pair as it is in the middle of a bad night. */
static void bad_night(void)
{
	struct vr *a, *b, *c;
	struct tracker *t;

	start(pair);
	a = e.vr[0], b = e.vr[1], c = e.vr[2];
	a->src = ip("10.0.0.1");
	turn(a, FSM_BACKUP, WHY_START, 3600 * SEC);
	a->master = ip("10.0.0.2");
	a->master_prio = 90;
	a->fc.prio = 150;
	a->silence = 3609375;
	turn(a, FSM_MASTER, WHY_SILENCE, 3000 * SEC);
	t = e.trackers[0];
	t->verdict = t->last = VERDICT_BAD;
	t->runs = 120, t->fails = 3;
	t->at = e.now - 500 * MS, t->since = e.now - 125 * SEC, t->took = 12 * MS;
	strcpy(t->why, "exited with status 1");
	e.trackers[1]->verdict = VERDICT_NONE;
	a->fc.prio = 100;
	a->master_prio = 150;
	turn(a, FSM_BACKUP, WHY_HIGHER, 120 * SEC);
	a->fsm.master_adv = SEC;
	a->fsm.deadline = e.now + 2500 * MS;
	hear(a, "10.0.0.2", 150, 400 * MS, PKT_OK, 255);
	hear(a, "10.0.0.3", 100, 3 * SEC, PKT_TTL, 64);

	b->src = ip("fe80::1");
	turn(b, FSM_BACKUP, WHY_START, 90000 * SEC);
	b->silence = 4 * SEC;
	turn(b, FSM_MASTER, WHY_SILENCE, 89000 * SEC);
	b->want_up = b->vips[0].set = true;
	b->vips[1].err = -EACCES;

	c->fault = FAULT_MISSING;
	c->fault_name = c->iface->name;
	turn(c, FSM_FAULT, WHY_FAULT, 59 * SEC);
}

static void table(void)
{
	bad_night();
	t_str("table", say(show_table, NULL),
	      "INSTANCE       IFACE VRID  STATE  SINCE PRIO    MASTER          VIPS REASON\n"
	      "VI_1           eth0   51/4 BACKUP    2m 100/150 10.0.0.2        0/2  advert wit~\n"
	      "inside_networ~ eth1  255/6 MASTER    1d 100     fe80::1         1/2  silence fo~\n"
	      "VI_3           eth0    3/4 FAULT    59s 255     -               0/1  interface ~\n");
	e.vr[1]->fsm.state = FSM_BACKUP;
	e.vr[1]->master = ip("fe80::a4f:a9ff:fe00:56");
	e.vr[1]->c = memcpy(&(struct vrrp_conf){ 0 }, e.vr[1]->c, sizeof *e.vr[1]->c);
	t_str("table: one; a long address shows its end", say(show_table, e.vr[1]),
	      "INSTANCE       IFACE VRID  STATE  SINCE PRIO MASTER          VIPS REASON\n"
	      "inside_networ~ eth1  255/6 BACKUP    1d 100  ~f:a9ff:fe00:56 1/2  silence for 4~\n");
	end();
}

static void why(void)
{
	char b[128];

	bad_night();
	t_str("why: BACKUP", say(show_why, e.vr[0]),
	      "VI_1 is BACKUP since 2023-11-14 22:11:20Z (2m 0s): advert with a higher priority (150, ours 100) from 10.0.0.2\n"
	      "  virtual router 51 on eth0, IPv4, version 2, an advert every 1.000 s, our address 10.0.0.1\n"
	      "  priority 100, configured 150\n"
	      "   +10  interface eth1 is good\n"
	      "   -60  script chk_nginx is bad for 2m 5s: exited with status 1 (3 of 120 failed; the last took 0.012 s, 0s ago)\n"
	      "    +0  script chk_db is unknown: awaited\n"
	      "  addresses: 0 of 2 set\n"
	      "  heard 10.0.0.2 0.400 s ago: priority 150, version 2, every 1.000 s\n"
	      "  heard 10.0.0.3 3.000 s ago: priority 100, version 2, every 1.000 s; refused: TTL or hop limit is not 255 (64)\n"
	      "  next: MASTER in 2.500 s unless a master is heard\n"
	      "  history (date, seconds since boot):\n"
	      "    2023-11-14 22:11:20Z  99880.000  MASTER -> BACKUP: advert with a higher priority (150, ours 100) from 10.0.0.2\n"
	      "    2023-11-14 21:23:20Z  97000.000  BACKUP -> MASTER: silence for 3.609 s from 10.0.0.2\n"
	      "    2023-11-14 21:13:20Z  96400.000  INIT -> BACKUP: started\n");
	say(show_why, e.vr[1]);
	t_case(strstr(buf, "  addresses: 1 of 2 set\n") != NULL, "why: addresses", "%s", buf);
	snprintf(b, sizeof b, "    2001:db8::100 on eth1 is not set: %s\n", strerror(EACCES));
	t_case(strstr(buf, b) != NULL, "why: an address that cannot be set", "%s", buf);
	t_case(strstr(buf, "next: BACKUP on an advert with a priority above 100, or with 100 from an address above fe80::1\n") != NULL,
	       "why: MASTER's next", "%s", buf);
	say(show_why, e.vr[2]);
	t_case(strstr(buf, "VI_3 is FAULT since 2023-11-14 22:12:21Z (59s): interface eth0 does not exist\n") == buf,
	       "why: FAULT", "%s", buf);
	t_case(strstr(buf, "  next: no more FAULT when interface eth0 appears\n") != NULL, "why: what ends a FAULT", "%s", buf);
	end();
}

/* A fault names its cause at that time; it may become another one, and what it was about may go. */
static void causes(void)
{
	char text[192], name[] = "chk_nginx";
	struct vr *v;

	bad_night();
	v = e.vr[0];
	v->fault = FAULT_SCRIPT;
	v->fault_name = e.trackers[0]->c->name;
	turn(v, FSM_FAULT, WHY_FAULT, 0);
	t_str("fault: script and why", vr_reason(v, text, sizeof text), "script chk_nginx failed: exited with status 1");
	v->fault = FAULT_LINK;
	v->fault_name = name;
	t_str("fault: now another", vr_reason(v, text, sizeof text), "interface chk_nginx is down or has no carrier");
	v->fault = 0;
	turn(v, FSM_BACKUP, WHY_CLEARED, 0);
	strcpy(e.trackers[0]->why, "fine");
	t_str("history keeps the cause", past_text(vr_past(v, 1), text, sizeof text), "script chk_nginx failed: exited with status 1");
	t_str("after it", vr_reason(v, text, sizeof text), "fault cleared");
	for (int i = 0; i < 100; i++)
		turn(v, i & 1 ? FSM_MASTER : FSM_BACKUP, i & 1 ? WHY_SILENCE : WHY_LEFT, (100 - i) * SEC);
	t_case(vr_past(v, 31) && !vr_past(v, 32), "32 transitions are kept", "%u", v->npast);
	t_int("the newest", vr_past(v, 0)->at, e.now - SEC);
	t_int("the oldest", vr_past(v, 31)->at, e.now - 32 * SEC);
	t_case(!vr_past(e.vr[2], 1), "another's history is its own", "mixed up");
	end();
}

/* Four routers are remembered; who is refused cannot displace who is not. */
static void strangers(void)
{
	char a[24];
	unsigned good = 0;
	struct vr *v;

	bad_night();
	v = e.vr[2];
	for (unsigned i = 0; i < 200; i++) {
		snprintf(a, sizeof a, "10.1.0.%u", i + 1);
		hear(v, a, 1, 0, PKT_AUTHFAIL, 255);
	}
	for (unsigned i = 0; i < 3; i++) {
		snprintf(a, sizeof a, "10.0.0.%u", i + 2);
		hear(v, a, 100 + i, (5 - i) * SEC, PKT_OK, 255);
		hear(v, a, 100 + i, (5 - i) * SEC, PKT_OK, 255);
	}
	hear(v, "10.1.0.9", 1, 0, PKT_TTL, 1);
	for (unsigned k = 0; vr_heard(v, k); k++)
		good += !vr_heard(v, k)->refused;
	t_case(v->nheard == HEARD_MAX && good == 3, "heard: the refused give way", "%u, %u good", v->nheard, good);
	hear(v, "10.0.0.9", 99, 0, PKT_OK, 255);
	hear(v, "10.0.0.10", 98, 0, PKT_OK, 255);
	hear(v, "10.1.0.9", 1, 0, PKT_TTL, 1);
	for (good = 0; vr_heard(v, good) && !vr_heard(v, good)->refused && vr_heard(v, good)->prio != 100; good++)
		;
	t_int("heard: then the longest silent one", good, HEARD_MAX);
	end();
}

static void reload(void)
{
	struct kit first = { .path = NULL }, next;
	char text[192];
	struct vr *v, *c;

	bad_night();
	v = e.vr[0], c = e.vr[2];
	v->fault = FAULT_SCRIPT;
	v->fault_name = e.trackers[0]->c->name;
	turn(v, FSM_FAULT, WHY_FAULT, 0);
	v->fault = 0;
	first = kit;
	/* the scripts and the second instance go, the order changes */
	kit_open(&next, "show.conf",
	         "vrrp_instance VI_3 {\n interface eth0\n virtual_router_id 3\n priority 255\n virtual_ipaddress {\n  10.0.0.103\n }\n}\n"
	         "vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 51\n priority 150\n advert_int 1\n"
	         " virtual_ipaddress {\n  10.0.0.100/24\n  10.0.0.101/24 dev eth1\n }\n}\n");
	next.conf->arena = &next.arena;
	e.vr[1]->fsm.state = FSM_INIT;
	e.vr[1]->want_up = e.vr[1]->vips[0].set = false;
	t_int("reload", engine_apply(&e, next.conf), 0);
	kit_close(&first);
	kit = next;
	t_case(e.nvr == 2 && e.vr[0] == c && e.vr[1] == v, "reload: instances stay", "%u", e.nvr);
	t_str("reload: the past survives what it is about", past_text(vr_past(v, 0), text, sizeof text),
	      "script chk_nginx failed: exited with status 1");
	t_str("reload: all of it", past_text(vr_past(v, 2), text, sizeof text), "silence for 3.609 s from 10.0.0.2");
	t_str("reload: the other one's", past_text(vr_past(c, 0), text, sizeof text), "interface eth0 does not exist");
	t_case(vr_heard(v, 1) && vr_heard(v, 1)->ttl == 64 && !vr_heard(v, 2), "reload: who was heard", "%u", v->nheard);
	end();
}

/* ---- JSON ---- */

static const char checker[] =
	"import json,sys\n"
	"d=json.loads(open(sys.argv[1],'rb').read().decode('utf-8'))\n"
	"exec(sys.argv[2])\n";

/* The text through python's parser; then expr, an assertion about d, is executed. */
static void parsed(const char *name, const char *text, const char *expr)
{
	char path[] = "/tmp/test_show.XXXXXX", script[2048];
	int fd = mkstemp(path), status;
	pid_t pid;

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text)) {
		t_case(0, name, "%s: %s", path, strerror(errno));
		return;
	}
	close(fd);
	snprintf(script, sizeof script, "%s", checker);
	fflush(stdout);
	pid = fork();
	if (!pid) {
		execlp("python3", "python3", "-c", script, path, expr, (char *)NULL);
		_exit(99);
	}
	waitpid(pid, &status, 0);
	unlink(path);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 99)
		t_skip(name, "no python3");
	else
		t_case(status == 0, name, "%.400s", text);
}

static void json(void)
{
	bad_night();
	parsed("json: head", say(show_json, NULL),
	       "assert d['version']==1 and d['daemon']['uptime']==3600 and len(d['instances'])==3 and len(d['trackers'])==2");
	parsed("json: an instance", buf,
	       "i=d['instances'][0]; assert (i['name'],i['interface'],i['vrid'],i['version'],i['state'],i['priority'],i['effective-priority'],"
	       "i['last-adv-source'],i['duration'],i['address-family'],i['is-owner'])==('VI_1','eth0',51,2,'BACKUP',150,100,'10.0.0.2',120.0,'ipv4',False), i");
	parsed("json: lists", buf,
	       "i=d['instances'][0]; assert [(t['name'],t['priority']) for t in i['tracked']]==[('eth1',10),('chk_nginx',-60),('chk_db',0)], i['tracked']\n"
	       "assert [(h['address'],h.get('refused') is None,h['ttl']) for h in i['heard']]==[('10.0.0.2',True,255),('10.0.0.3',False,64)], i['heard']\n"
	       "assert [h['to'] for h in i['history']]==['BACKUP','MASTER','BACKUP'], i['history']\n"
	       "assert i['statistics']['advertisement-rcvd']==0 and i['transitions']['silence']==1 and i['drops']['checksum_err']==0");
	parsed("json: trackers", buf,
	       "t=d['trackers'][0]; assert (t['kind'],t['name'],t['verdict'],t['runs'],t['failures'],t['took'],t['reason'])=="
	       "('script','chk_nginx','bad',120,3,0.012,'exited with status 1'), t");
	parsed("json: one", say(show_json, e.vr[2]), "assert [i['name'] for i in d['instances']]==['VI_3']");
	end();
	start("global_defs {\n}\n");
	parsed("json: of nothing", say(show_json, NULL), "assert d['instances']==[] and d['trackers']==[]");
	end();
}

/* ---- metrics: the text format's rules ---- */

struct family {
	char name[80];
	bool counter;
};

/* One sample line: name, labels, value. Returns why it is wrong, or NULL. */
static const char *sample(const char *line, const struct family *f)
{
	size_t n = strlen(f->name);

	if (strncmp(line, f->name, n) || (line[n] != '{' && line[n] != ' '))
		return "not of the family that was announced";
	line += n;
	if (*line == '{')
		for (char sep = *line++; sep != '}'; sep = *line++) {
			n = strspn(line, "abcdefghijklmnopqrstuvwxyz_");
			if (!n || strncmp(line + n, "=\"", 2))
				return "label";
			for (line += n + 2; *line && *line != '"'; line++)
				if (*line == '\\' && !strchr("\\\"n", *++line))
					return "escape";
			if (*line++ != '"' || (*line != ',' && *line != '}'))
				return "label's end";
		}
	if (*line++ != ' ')
		return "no blank";
	n = strspn(line, "-0123456789.");
	return !n || line[n] ? "value" : NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void metrics_rules(const char *name, char *text)
{
	static char *lines[100000];
	static struct family families[64];
	unsigned n = 0, nf = 0, help = 0;
	const char *bad = NULL;
	char *line = text;

	for (char *nl; !bad && *line; line = nl + 1) {
		struct family *f = &families[nf];

		if (!(nl = strchr(line, '\n'))) {
			bad = "the last line does not end";
			break;
		}
		*nl = 0;
		if (!strncmp(line, "# HELP ", 7)) {
			bad = sscanf(line + 7, "%79s", f->name) != 1 || !strchr(line + 7, ' ') ? "HELP" : NULL;
			for (unsigned i = 0; i < nf; i++)
				if (!strcmp(families[i].name, f->name))
					bad = "a family twice";
			nf++;
			help = 1;
		} else if (!strncmp(line, "# TYPE ", 7)) {
			char type[16], t_name[80];

			f = &families[nf - 1];
			if (!help-- || sscanf(line + 7, "%79s %15s", t_name, type) != 2 || strcmp(t_name, f->name))
				bad = "TYPE";
			f->counter = !strcmp(type, "counter");
			if (!bad && (f->counter ? 0 : strcmp(type, "gauge")))
				bad = "type";
			if (!bad && f->counter != (strlen(f->name) > 6 && !strcmp(f->name + strlen(f->name) - 6, "_total")))
				bad = "_total";
		} else {
			bad = nf ? sample(line, f - 1) : "no family";
			*strrchr(line, ' ') = 0;
			lines[n++] = line;
		}
		if (bad)
			printf("%s: %s\n", bad, line);
	}
	qsort(lines, n, sizeof *lines, by_text);
	for (unsigned i = 1; i < n && !bad; i++)
		if (!strcmp(lines[i - 1], lines[i]))
			bad = lines[i];
	t_case(!bad && nf > 20 && n > 20, name, "%s (%u families, %u samples)", bad ? bad : "", nf, n);
}

static bool has(const char *line)
{
	const char *p = strstr(buf, line);

	return p && (p == buf || p[-1] == '\n') && p[strlen(line)] == '\n';
}

static void metrics(void)
{
	bad_night();
	e.vr[0]->n.rx = 7;
	e.vr[0]->n.err[PKT_CHECKSUM] = 5;
	e.n.err[PKT_TTL] = 4294967295u;
	e.n.err[PKT_VRID] = 2;
	say(show_metrics, NULL);
	t_case(has("vrrp_state{instance=\"VI_1\"} 1") && has("vrrp_state{instance=\"VI_3\"} 3"), "metrics: state", "%s", buf);
	t_case(has("vrrp_advertisement_rcvd_total{instance=\"VI_1\"} 7"), "metrics: a counter", "%s", buf);
	t_case(has("vrrp_drops_total{instance=\"VI_1\",reason=\"checksum_err\"} 5") && has("vrrp_drops_total{reason=\"vrid_err\"} 2") &&
	       has("vrrp_drops_total{reason=\"ip_ttl_err\"} 4294967295"), "metrics: drops", "%s", buf);
	t_case(has("vrrp_transitions_total{instance=\"VI_1\",reason=\"silence\"} 1"), "metrics: transitions", "%s", buf);
	t_case(has("vrrp_instance_info{instance=\"VI_1\",interface=\"eth0\",vrid=\"51\",family=\"ipv4\",version=\"2\"} 1"),
	       "metrics: info", "%s", buf);
	t_case(has("vrrp_effective_priority{instance=\"VI_1\"} 100") && has("vrrp_priority{instance=\"VI_1\"} 150"),
	       "metrics: priorities", "%s", buf);
	t_case(has("vrrp_tracker_verdict{tracker=\"chk_nginx\",kind=\"script\"} 2") &&
	       has("vrrp_tracker_verdict{tracker=\"chk_db\",kind=\"script\"} 0") &&
	       has("vrrp_tracker_duration_seconds{tracker=\"chk_nginx\",kind=\"script\"} 0.012"), "metrics: trackers", "%s", buf);
	metrics_rules("metrics: rules", buf);
	end();
	start("global_defs {\n}\n");
	say(show_metrics, NULL);
	t_case(strstr(buf, "vrrp_uptime_seconds 3600.000\n") != NULL, "metrics: of nothing", "%s", buf);
	end();
}

/* Whatever is in a name: it is shown, harms nobody, and fits. */
static void nasty(void)
{
	static const char *const names[] = {
		"a\"b\\c\nd\te", "\x1b[2J\x07\x7f", "caf\xc3\xa9 \xe6\x97\xa5\xf0\x9f\x98\x80", "\xff\xfe\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82",
		"%s%n%d", "", "{}[],:'",
	};
	static char longest[4001];
	char name[80];
	struct vr *v;

	for (unsigned i = 0; i <= sizeof names / sizeof *names; i++) {
		bool last = i == sizeof names / sizeof *names;
		size_t cells = 0, rows = 0;

		bad_night();
		v = e.vr[0];
		memset(longest, 1, sizeof longest - 1);
		e.conf->vrrp[0].name = e.conf->trackers[0].name = e.conf->path = last ? longest : names[i];
		strncpy(e.trackers[0]->why, e.conf->path, WHY_LEN - 1);
		v->fault = FAULT_SCRIPT;
		v->fault_name = e.conf->path;
		turn(v, FSM_FAULT, WHY_FAULT, 0);
		memset(&v->n, 0xff, sizeof v->n);
		say(show_table, NULL);
		for (const char *p = buf; *p; p++, cells++) {
			if (*p == '\n' && cells > 80)
				rows = 99;
			if (*p == '\n')
				cells = -1, rows++;
			else if (*p < ' ' || *p > '~')
				rows = 99;
		}
		snprintf(name, sizeof name, "name %u: table", i);
		t_case(rows == 4, name, "%s", buf);
		say(show_why, NULL);
		for (const char *p = buf; *p; p++)
			if (*p != '\n' && (*p < ' ' || *p > '~'))
				rows = 99;
		snprintf(name, sizeof name, "name %u: why", i);
		t_case(rows == 4 && most < SHOW_PIECE - 1, name, "%s", buf);
		say(show_json, NULL);
		t_case(most < SHOW_PIECE - 1, "nasty: a piece of JSON fits", "%zu", most);
		snprintf(name, sizeof name, "name %u: json", i);
		parsed(name, buf, i == 0 ? "assert d['instances'][0]['name']=='a\"b\\\\c\\nd\\te' and d['trackers'][0]['name']=='a\"b\\\\c\\nd\\te'" :
		       i == 1 ? "assert d['instances'][0]['name']=='\\x1b[2J\\x07\\x7f'" :
		       i == 2 ? "assert d['instances'][0]['name']=='caf\\u00e9 \\u65e5\\U0001f600'" :
		       i == 3 ? "assert set(d['instances'][0]['name'])=={'\\ufffd'}" :
		       i == 4 ? "assert d['instances'][0]['name']=='%s%n%d'" : "assert len(d['instances'])==3");
		say(show_metrics, NULL);
		snprintf(name, sizeof name, "name %u: metrics", i);
		t_case(most < SHOW_PIECE - 1, "nasty: a metric fits", "%zu", most);
		metrics_rules(name, buf);
		end();
	}
}

/* As many as there can be, all with a full memory: everything is said, each piece within its bounds, quickly. */
static void many(void)
{
	static char text[1 << 20];
	struct text t = { text, sizeof text, 0 };
	unsigned lines = 0;

	for (unsigned i = 0; i < 255; i++)
		text_put(&t, "vrrp_instance V%u {\n interface eth%u\n virtual_router_id %u\n virtual_ipaddress {\n 10.1.%u.1\n 10.1.%u.2\n }\n}\n",
		         i, i / 100, i + 1, i, i);
	start(text);
	for (unsigned i = 0; i < e.nvr; i++)
		for (unsigned k = 0; k < 40; k++) {
			char a[24];

			snprintf(a, sizeof a, "10.0.0.%u", k + 1);
			hear(e.vr[i], a, k, 0, PKT_OK, 255);
			e.vr[i]->fault = FAULT_LINK;
			e.vr[i]->fault_name = e.ifs[0]->name;
			turn(e.vr[i], k & 1 ? FSM_FAULT : FSM_BACKUP, k & 1 ? WHY_FAULT : WHY_CLEARED, k * SEC);
		}
	say(show_table, NULL);
	for (const char *p = buf; *p; p++)
		lines += *p == '\n';
	t_int("255 instances: table", lines, 256);
	parsed("255 instances: json", say(show_json, NULL),
	       "assert [i['vrid'] for i in d['instances']]==list(range(1,256)) and all(len(i['history'])==32 and len(i['heard'])==4 and "
	       "len(i['addresses'])==2 for i in d['instances'])");
	say(show_why, NULL);
	t_case(most < SHOW_PIECE / 2 && strstr(buf, "V254 is FAULT"), "255 instances: why", "piece of %zu", most);
	say(show_metrics, NULL);
	metrics_rules("255 instances: metrics", buf);
	end();
}

static size_t resident(const void *p, size_t n)
{
	uintptr_t page = sysconf(_SC_PAGESIZE), at = (uintptr_t)p & -page, end = (uintptr_t)p + n;
	unsigned char in[4096];
	size_t sum = 0, pages = (end - at + page - 1) / page;

	if (pages > sizeof in || mincore((void *)at, end - at, in))
		return n;
	for (size_t i = 0; i < pages; i++)
		sum += (in[i] & 1) * page;
	return sum;
}

/* A thousand instances have room for 32 transitions each; what has not happened takes no memory. */
static void untouched(void)
{
	static char text[1 << 20];
	struct text t = { text, sizeof text, 0 };
	const size_t all = 1000 * PAST_MAX * sizeof(struct past);

	for (unsigned i = 0; i < 1000; i++)
		text_put(&t, "vrrp_instance V%u {\n interface eth%u\n virtual_router_id %u\n virtual_ipaddress {\n 10.%u.%u.1\n }\n}\n",
		         i, i / 250, i % 250 + 1, i / 250, i % 250);
	start(text);
	for (unsigned i = 0; i < e.nvr; i++)
		turn(e.vr[i], FSM_BACKUP, WHY_START, 0);
	t_case(e.nvr == 1000 && resident(e.vr[0]->past, all) < all / 16, "1000 instances: the past takes memory as it happens",
	       "%zu of %zu bytes for %u", resident(e.vr[0]->past, all), all, e.nvr);
	end();
}

/* A reload while somebody reads: pointers of the old one are not followed. */
static void stale(void)
{
	char piece[SHOW_PIECE];
	struct text t = { piece, sizeof piece, 0 };
	bool stale;
	struct show s;

	bad_night();
	show_begin(&s, &e, show_why, NULL);
	show_next(&s, &t, &stale);
	e.generation++;
	t.n = 0;
	t_case(!show_next(&s, &t, &stale) && stale && !t.n, "a reload ends a show", "went on");
	end();
}

static void dates(void)
{
	static const struct { int64_t epoch; const char *text; } row[] = {
		{ 0, "1970-01-01 00:00:00Z" }, { 951782399, "2000-02-28 23:59:59Z" }, { 951782400, "2000-02-29 00:00:00Z" },
		{ 951868800, "2000-03-01 00:00:00Z" }, { 4107542400, "2100-03-01 00:00:00Z" }, { 1798761599, "2026-12-31 23:59:59Z" },
		{ 253402300799, "9999-12-31 23:59:59Z" }, { 253402300800, "@253402300800" }, { -1, "@-1" },
	};
	static const struct { usec span; void (*make)(struct text *, usec); const char *text; } span[] = {
		{ 0, text_age, "0s" }, { 59 * SEC, text_span, "59s" }, { 60 * SEC, text_age, "1m" }, { 7500 * SEC, text_span, "2h 5m" },
		{ 86399 * SEC, text_age, "23h" }, { 86400 * SEC, text_span, "1d 0h" }, { 86400 * SEC * 9999, text_age, "9999d" },
	};
	char b[64];

	for (unsigned i = 0; i < sizeof row / sizeof *row; i++) {
		struct text t = { b, sizeof b, 0 };

		text_date(&t, row[i].epoch);
		t_str("date", b, row[i].text);
	}
	for (int64_t d = 0; d < 4107542400; d += 86400 * 13 + 4321) {
		struct text t = { b, sizeof b, 0 };
		char want[32];
		time_t w = d;

		strftime(want, sizeof want, "%Y-%m-%d %H:%M:%SZ", gmtime(&w));
		text_date(&t, d);
		if (strcmp(b, want)) {
			t_str("dates as the library's", b, want);
			break;
		}
	}
	for (unsigned i = 0; i < sizeof span / sizeof *span; i++) {
		struct text t = { b, sizeof b, 0 };

		span[i].make(&t, span[i].span);
		t_str("span", b, span[i].text);
	}
}

int main(void)
{
	t_int("limits.h: a transition", sizeof(struct past), 96);
	dates();
	table();
	why();
	causes();
	strangers();
	reload();
	json();
	metrics();
	nasty();
	many();
	untouched();
	stale();
	T_END;
}
