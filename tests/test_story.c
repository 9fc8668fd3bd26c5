/* test_story.c - what a row of adverts tells: news, take-overs beside the formula, missed adverts, jitter, picture, bounds. */
#include <sys/socket.h>

#include "story.h"
#include "t.h"

#define START 1700000000000000ll
#define A 1
#define B 2

static struct story st;
static struct arena arena;
static char told[1 << 20];
static size_t n;
static char news[4096];

/* All that a story may ever take. */
static _Alignas(16) char room[(STORY_GROUPS + 1) * (sizeof(struct story_group) + 16)];
static size_t taken;

static void *grow(struct arena *a, size_t need, size_t *size)
{
	(void)a;
	if (need > sizeof room - taken)
		return NULL;
	*size = need;
	taken += (need + 15) & ~15ul;
	return memset(room + taken - ((need + 15) & ~15ul), 0, need);
}

static void begin(void)
{
	memset(&st, 0, sizeof st);
	arena = (struct arena){ .grow = grow };
	taken = 0;
	st.arena = &arena;
	*news = 0;
}

struct say {
	usec at;		/* after START */
	int who, prio;
	int cs, version;	/* 0: 100, 3 */
	int last;		/* byte of the address that it carries; 0: 100 */
	int vrid;		/* 0: 10 */
	int bad;
};

/* What it brings is added to news: "A:first,leaves " */
static void say(const struct say *w)
{
	uint8_t ip[4] = { 10, 9, 0, w->who }, vip[4] = { 10, 9, 0, w->last ? w->last : 100 }, mac[6] = { 2, 0, 0, 0, 0, w->who };
	static const uint8_t group[4] = { 224, 0, 0, 18 };
	struct view v = { .err = w->bad ? PKT_CHECKSUM : PKT_OK, .naddrs = 1, .csum_known = true };
	struct sight s = { .kind = SEEN_VRRP, .p = mac, .mac = 0, .meta.ttl = 255 };
	unsigned bits;
	char *p = news + strlen(news), sign = ':';

	addr_set(&s.meta.src, AF_INET, ip);
	addr_set(&s.meta.dst, AF_INET, group);
	v.a = (struct advert){ .version = w->version ? w->version : 3, .type = 1, .vrid = w->vrid ? w->vrid : 10, .prio = w->prio, .count = 1,
	                       .csum = CSUM_PSEUDO, .adv = (w->cs ? w->cs : 100) * 10 * MS, .addrs = vip };
	bits = story_step(&st, &s, &v, START + w->at);
	if (!bits)
		return;
	*p++ = '@' + w->who;
	for (int i = 0; i < NEWS_N; i++)
		if (bits >> i & 1) {
			p += sprintf(p, "%c%s", sign, story_news_text(i));
			sign = ',';
		}
	strcpy(p, "; ");
}

static void regular(int who, int prio, usec from, int count, usec every)
{
	for (int i = 0; i < count; i++)
		say(&(struct say){ .at = from + i * every, .who = who, .prio = prio });
}

static void put(const char *s, size_t len)
{
	memcpy(told + n, s, len);
	told[n += len] = 0;
}

static void stamp(struct text *t, usec when)
{
	text_put(t, "%+lld", (long long)((when - START) / MS));
}

static void name(struct text *t, unsigned ifindex)
{
	text_put(t, " if%u", ifindex);
}

static void tell(void)
{
	static const struct story_teller to = { put, stamp, name };

	n = 0;
	*told = 0;
	story_tell(&st, &to);
}

static void tells(const char *title, const char *want)
{
	tell();
	t_case(strstr(told, want) != NULL, title, "[%s] is not in [%.1500s]", want, told);
}

static void silence(void)
{
	begin();
	regular(A, 200, 0, 5, SEC);
	regular(B, 100, 4 * SEC + 3609 * MS + 375, 3, SEC);
	t_str("silence: news", news, "A:first; B:new master; ");
	tells("silence: gap beside the formula", "  +7609 B new master instead of A, silent for 3609.375ms (formula 3609.375ms, +0s), priority 100\n");
	tells("the old one fell silent", "  A 10.9.0.1 version 3 priority 200 interval 1s mac 02:00:00:00:00:01: 5 adverts, 0 missed, 0 early, silent at the end\n");
	tells("picture", "  A ################......................\n");
	tells("picture of the other", "  B .............................#########\n");
}

static void leaving(void)
{
	begin();
	regular(A, 200, 0, 3, SEC);
	say(&(struct say){ .at = 2500 * MS, .who = A });
	say(&(struct say){ .at = 2510 * MS, .who = A });
	regular(B, 100, 2500 * MS + 610 * MS, 2, SEC);
	regular(A, 200, 5 * SEC, 1, SEC);
	t_str("leaving: news", news, "A:first; A:leaves; B:new master; A:new master; ");
	tells("after leaving the skew counts", "B new master instead of A, which left 600ms before (formula 609.375ms, -9.375ms), priority 100\n");
	tells("preemption has no formula", "A new master preempts B, priority 200\n");
}

static void two(void)
{
	begin();
	for (int i = 0; i < 5; i++) {
		regular(A, 200, i * SEC, 1, SEC);
		regular(B, 100, i * SEC + 300 * MS, 1, SEC);
	}
	t_str("two masters: said once", news, "A:first; B:two masters; ");
	begin();
	regular(B, 100, 0, 3, SEC);
	regular(A, 200, 2500 * MS, 1, SEC);
	regular(B, 100, 2501 * MS, 1, SEC);	/* had not heard it yet */
	regular(A, 200, 3500 * MS, 3, SEC);
	t_str("one that crosses is no second master", news, "B:first; A:new master; ");
}

static void changes(void)
{
	begin();
	regular(A, 200, 0, 2, SEC);
	say(&(struct say){ .at = 2 * SEC, .who = A, .prio = 150 });
	say(&(struct say){ .at = 3 * SEC, .who = A, .prio = 150, .cs = 50 });
	say(&(struct say){ .at = 3500 * MS, .who = A, .prio = 150, .cs = 50, .last = 101 });
	say(&(struct say){ .at = 4 * SEC, .who = A, .prio = 150, .cs = 50, .last = 101, .version = 2 });
	t_str("C-134 changes", news, "A:first; A:priority changed; A:interval changed; A:addresses changed; A:version changed; ");
	begin();
	regular(A, 200, 0, 1, SEC);
	for (unsigned i = 1; i < 5; i++) {
		say(&(struct say){ .at = i * SEC, .who = A, .prio = 200, .version = 2 });
		say(&(struct say){ .at = i * SEC + MS, .who = A, .prio = 200 });
	}
	say(&(struct say){ .at = 8 * SEC, .who = A, .prio = 200, .version = 2 });
	t_str("9568 8.4 by turns: told once, and when one of them ends", news,
	      "A:first; A:version changed; A:version changed; A:back after silence,version changed; ");
	begin();
	regular(A, 200, 0, 2, SEC);
	say(&(struct say){ .at = 1500 * MS, .who = A, .prio = 200, .bad = 1 });
	say(&(struct say){ .at = 1600 * MS, .who = A, .prio = 200, .bad = 1 });
	t_str("C-42 refused adverts change nothing", news, "A:first; A:refused; ");
	tells("and are counted", "  2 more refused, the last one: checksum does not match\n");
	begin();
	regular(A, 200, 0, 2, SEC);
	regular(A, 200, 30 * SEC, 2, SEC);
	t_str("back after silence", news, "A:first; A:back after silence; ");
}

static void figures(void)
{
	begin();
	for (int i = 0; i < 101; i++)
		say(&(struct say){ .at = i * SEC + (i % 2) * 100, .who = A, .prio = 200 });
	tells("jitter: median within an eighth, worst exact", "jitter median 0.1ms worst 0.1ms\n");
	begin();
	regular(A, 200, 0, 2, SEC);
	regular(A, 200, 3 * SEC, 2, SEC);
	regular(A, 200, 4010 * MS, 1, SEC);
	tells("missed and early", "5 adverts, 1 missed, 1 early\n");
}

static void bounds(void)
{
	struct addr vip;

	begin();
	for (int i = 0; i < 20; i++)
		regular(i + 1, 100, i * MS, 1, SEC);
	tells("further senders are counted", "  12 of further senders, which are not followed\n");
	t_int("and the table is full", st.groups[10]->nsenders, STORY_SENDERS);
	begin();
	for (int i = 0; i < 100; i++)
		say(&(struct say){ .at = i * SEC, .who = A, .prio = 100 + i % 2 });
	tells("earlier events are counted", "  68 earlier events left out\n");
	begin();
	for (int i = 0; i < STORY_GROUPS + 5; i++) {
		uint8_t ip[4] = { 10, 9, 0, 1 }, vip4[4] = { 10, 9, 0, 100 };
		struct view v = { .naddrs = 1, .a = { .version = 3, .vrid = 1, .prio = 1, .count = 1, .adv = SEC, .addrs = vip4 } };
		struct sight s = { .mac = NO_LAYER, .ifindex = i };

		addr_set(&s.meta.src, AF_INET, ip);
		addr_set(&s.meta.dst, AF_INET, ip);
		story_step(&st, &s, &v, START);
	}
	tells("further virtual routers are counted", "5 adverts of further virtual routers are not told\n");
	begin();
	regular(A, 100, 0, 2, SEC);
	say(&(struct say){ .at = -5 * SEC, .who = A, .prio = 100 });
	say(&(struct say){ .at = -6 * SEC, .who = B, .prio = 200 });
	say(&(struct say){ .at = INT64_MAX / 2 - START, .who = A, .prio = 100 });
	say(&(struct say){ .at = -START, .who = B, .prio = 100 });
	tells("clocks that jump", "picture");
	addr_parse(&vip, "10.9.0.100");
	t_case(story_vip(&st, &vip), "an address that was carried is known", "it is not");
	addr_parse(&vip, "10.9.0.99");
	t_case(!story_vip(&st, &vip), "another is not", "it is");
	begin();
	tells("nothing", "no adverts\n");
}

int main(void)
{
	silence();
	leaving();
	two();
	changes();
	figures();
	bounds();
	T_END;
}
