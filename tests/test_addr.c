/* test_addr.c - rows: an address in text -> what it is, and how two of them stand to each other. */
#include <sys/socket.h>

#include "addr.h"
#include "t.h"

enum { MULTI = 1, LINK = 2, LOOP = 4, NONE = 8 };

static const struct kind { const char *text; int is; } kinds[] = {
	{ "10.0.0.1", 0 }, { "224.0.0.18", MULTI }, { "239.255.255.255", MULTI }, { "223.255.255.255", 0 }, { "240.0.0.1", 0 },
	{ "169.254.0.1", LINK }, { "169.255.0.1", 0 }, { "168.254.0.1", 0 }, { "127.0.0.1", LOOP }, { "127.255.255.255", LOOP }, { "128.0.0.1", 0 },
	{ "2001:db8::1", 0 }, { "ff02::12", MULTI }, { "fe80::1", LINK }, { "febf::1", LINK }, { "fec0::1", 0 }, { "fe00::1", 0 }, { "ff80::1", MULTI },
	{ "::1", LOOP }, { "::2", 0 }, { "::", 0 }, { "7f00::1", 0 }, { "a9fe::1", 0 }, { "e000::1", 0 },
	{ "", NONE }, { "10.0.0", NONE }, { "10.0.0.256", NONE }, { "10.0.0.1/24", NONE }, { "fe80::1%eth0", NONE }, { "1:2:3:4:5:6:7:8:9", NONE },
};

static const struct pair { const char *a, *b; int sign; } pairs[] = {
	{ "10.0.0.1", "10.0.0.1", 0 }, { "10.0.0.2", "10.0.0.1", 1 }, { "10.0.0.9", "10.0.1.0", -1 }, { "200.0.0.1", "100.0.0.1", 1 },
	{ "fe80::1", "fe80::2", -1 }, { "fe80::1", "fe80::1", 0 }, { "255.255.255.255", "::", -1 }, { "::", "0.0.0.0", 1 },
};

static int is(const struct addr *a)
{
	return addr_is_multicast(a) * MULTI + addr_is_linklocal(a) * LINK + addr_is_loopback(a) * LOOP;
}

int main(void)
{
	struct addr a, b, none = { .family = 0 };
	char buf[ADDR_STR];
	int got;

	for (const struct kind *k = kinds; k < kinds + sizeof kinds / sizeof *kinds; k++) {
		if (!addr_parse(&a, k->text)) {
			t_case(k->is == NONE, k->text, "is an address");
			continue;
		}
		t_int(k->text, is(&a), k->is);
		t_str(k->text, addr_text(&a, buf), k->text);
	}
	for (const struct pair *p = pairs; p < pairs + sizeof pairs / sizeof *pairs; p++) {
		t_case(addr_parse(&a, p->a) && addr_parse(&b, p->b), p->a, "a row's own mistake");
		got = addr_cmp(&a, &b);
		t_int(p->b, (got > 0) - (got < 0), p->sign);
		got = addr_cmp(&b, &a);
		t_int(p->b, (got > 0) - (got < 0), -p->sign);
		t_int(p->a, addr_eq(&a, &b), !p->sign);
	}
	t_str("none", addr_text(&none, buf), "none");
	t_int("none is nothing", is(&none), 0);
	T_END;
}
