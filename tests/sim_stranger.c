/* sim_stranger.c - a stranger on the simulated LAN, who sends what nobody may obey. See sim.h. */
#include <string.h>
#include <sys/socket.h>

#include "sim.h"

void __real_ah_seal(uint8_t ah[AH_LEN], uint32_t seq, const uint8_t *key, uint16_t id, const struct addr *src, const struct addr *dst,
                    const uint8_t *msg, size_t len);

bool stranger_away;

static struct stranger he;
static usec next;
static bool wanted;

void stranger_begin(void)
{
	next = USEC_NEVER;
	wanted = false;
}

void sim_stranger(const struct stranger *s)
{
	he = *s;
	wanted = true;
	next = stranger_away ? USEC_NEVER : world.now + s->every;
}

bool stranger_wanted(void)
{
	return wanted;
}

usec stranger_next(void)
{
	return next;
}

/* What no router of ours would say. Some of it a filter would keep from the daemon; none may depend on that. */
static void bytes(struct datagram *d)
{
	static const struct { uint8_t len, ttl, b[24]; } forms[] = {
		{ 12, 255, { 0x31, 7, 250, 1, 0, 100, 1, 2, 10, 0, 0, 100 } },		/* wrong checksum */
		{ 12, 255, { 0x31, 7, 0, 1, 0, 100, 1, 2, 10, 0, 0, 100 } },		/* the same, as who leaves */
		{ 8,  255, { 0x31, 7, 250, 0, 0, 100, 0xd5, 0x94 } },			/* count 0 */
		{ 12, 254, { 0x31, 7, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 } },		/* has been routed */
		{ 12, 255, { 0x21, 7, 250, 1, 0, 1, 0, 0, 10, 0, 0, 100 } },		/* v2, cut short */
		{ 20, 255, { 0x21, 7, 255, 1, 2, 1, 0, 0, 10, 0, 0, 100 } },		/* v2, AH without AH */
		{ 12, 255, { 0x41, 7, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 } },		/* version 4 */
		{ 12, 255, { 0x32, 7, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 } },		/* type 2 */
		{ 12, 255, { 0x31, 7, 250, 1, 0, 0, 0, 0, 10, 0, 0, 100 } },		/* interval 0 */
		{ 12, 255, { 0x31, 77, 250, 1, 0, 100, 0, 0, 10, 0, 0, 100 } },		/* another router's id */
		{ 5,  255, { 0x31, 7, 250, 1, 0 } },
	};
	unsigned i = fake_evil(sizeof forms / sizeof *forms);
	uint8_t id = d->b[1];

	memcpy(d->b, forms[i].b, sizeof forms[i].b);
	d->len = forms[i].len;
	d->ttl = forms[i].ttl;
	d->b[1] = d->b[1] == 7 ? id : d->b[1];
}

static bool one_in(unsigned n)
{
	return !fake_evil(n);
}

/* The message is good, but for one thing, which the checksum covers. */
static void message(struct datagram *d, enum wrong wrong, unsigned id)
{
	static const uint8_t versions[] = { 0, 1, 4, 15 }, prios[] = { 0, 1, 100, 250, 255 };
	struct addr vip = fake_addr(FAKE_VIP - 1, he.id[id].family, false);
	struct advert a = {
		.version = he.id[id].version, .vrid = he.id[id].vrid, .prio = prios[fake_evil(sizeof prios)], .count = 1,
		.auth_type = he.id[id].auth, .auth = (const uint8_t *)"letmein", .adv = SEC, .addrs = vip.b,
		.csum = one_in(2) ? CSUM_PLAIN : CSUM_PSEUDO,
	};

	if (wrong == WRONG_VERSION)
		a.version = versions[fake_evil(sizeof versions)];
	if (wrong == WRONG_ID)
		a.vrid = 77;
	if (wrong == WRONG_ADV)
		a.adv = 0;
	if (wrong == WRONG_COUNT)
		a.count = 0;
	d->len = pkt_encode(d->b + d->head, FAKE_MSG - d->head, &a, &d->src, &d->dst);
	d->b[0] += wrong == WRONG_TYPE;
	if (wrong == WRONG_LENGTH)
		d->len -= 4;
	if (wrong == WRONG_SUM)
		d->b[6 + fake_evil(2)] ^= 1 + fake_evil(254);
}

/* Sealed with a key that is not theirs. */
static void seal(struct datagram *d)
{
	uint8_t msg[FAKE_MSG];
	unsigned all = 20 + AH_LEN + d->len;

	memcpy(msg, d->b, d->len);
	memcpy(d->b, (uint8_t[20]){ 0x45, 0, all >> 8, all, 0, 1, 0, 0, 255, 51 }, 20);
	memcpy(d->b + 12, d->src.b, 4);
	memcpy(d->b + 16, d->dst.b, 4);
	__real_ah_seal(d->b + 20, UINT32_MAX, (const uint8_t *)"letmein", 1, &d->src, &d->dst, msg, d->len);
	d->head = 20 + AH_LEN;
	memcpy(d->b + d->head, msg, d->len);
}

/* Has router to heard this number, or one that came after it? */
static bool is_old(unsigned to, const struct datagram *d)
{
	const struct engine *e = world.h[to].e;

	for (unsigned i = 0; e && i < e->nvr; i++)
		if (e->vr[i]->c->vrid == d->b[d->head + 1] && e->vr[i]->c->family == AF_INET)
			return ah_seq(d->b + 20) <= e->vr[i]->ah_heard || (d->from == to && ah_seq(d->b + 20) <= e->vr[i]->ah_sent);
	return false;
}

static void addresses(struct datagram *d, enum wrong wrong, unsigned id)
{
	bool v6 = he.id[id].family == AF_INET6, unicast = he.id[id].unicast != (wrong == WRONG_CAST);
	unsigned who = wrong == WRONG_PEER || one_in(4) ? 98 : fake_evil(world.n);

	d->src = fake_addr(who, he.id[id].family, he.id[id].afar != (v6 && one_in(4)));
	d->dst = unicast ? fake_addr(d->to, he.id[id].family, he.id[id].afar) :
	         (struct addr){ .b = { 224, 0, 0, 18 }, .family = AF_INET };
	if (!unicast && v6)
		d->dst = (struct addr){ .b = { 0xff, 2, [15] = 0x12 }, .family = AF_INET6 };
}

static void speak(unsigned to, enum wrong wrong, unsigned id)
{
	struct datagram d = { .to = to, .ttl = 255 };

	addresses(&d, wrong, id);
	message(&d, wrong, id);
	if (wrong == WRONG_TTL)
		d.ttl = fake_evil(2) && !he.id[id].unicast ? 254 : 1;
	if (wrong == WRONG_SEAL)
		seal(&d);
	if (wrong == WRONG_BYTES)
		bytes(&d);
	if (wrong == WRONG_OLD && (!fake_sealed(&d) || !is_old(to, &d)))
		return;
	d.to = to;
	fake_forge(&d);
}

void stranger_speaks(void)
{
	enum wrong wrong = fake_evil(WRONG_BYTES + 1);
	unsigned id = fake_evil(he.nids);

	while (!(he.id[id].wrongs >> wrong & 1))
		wrong = (wrong + 1) % (WRONG_BYTES + 1);
	for (unsigned to = 0; to < world.n; to++)
		speak(to, wrong, id);
	next = world.now + fake_evil(2 * he.every) + 1;
}
