/*
 * test_tiny.c - text, numbers and addresses as the standard has them. In the static build these are ours
 * (core/sys/tiny.c, tiny_calls.c), in the other the C library's: the same rows hold for both.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "t.h"

#define ROW(want, ...) do {                                                       \
		char b[64];                                                        \
		int n = snprintf(b, sizeof b, __VA_ARGS__);                        \
		t_str("printf " #__VA_ARGS__, b, want);                            \
		t_int("  and its length", n, (int)strlen(want));                   \
	} while (0)

static void printing(void)
{
	char small[4] = "xyz";
	const char *volatile sized = "sized";

	ROW("", "%s", "");
	ROW("a%b", "a%%b");
	ROW("-5 5 +5  5", "%d %d %+d % d", -5, 5, 5, 5);
	ROW("00042|   42|42   |-0042", "%05d|%5d|%-5d|%05d", 42, 42, 42, -42);
	ROW("  042|042", "%5.3d|%.3d", 42, 42);
	ROW("", "%.0d", 0);
	ROW("4294967295 18446744073709551615", "%u %llu", UINT_MAX, ULLONG_MAX);
	ROW("-2147483648 -9223372036854775808", "%d %lld", INT_MIN, LLONG_MIN);
	ROW("ff 0f 00ff", "%x %02x %04x", 255, 15, 255);
	ROW("47 047 0", "%o %03o %o", 047, 047, 0);
	ROW("255 -1 65535 -1", "%hhu %hhd %hu %hd", 255, 255, 65535, 65535);
	ROW("7 7 7 7", "%ld %lu %zu %jd", 7L, 7UL, (size_t)7, (intmax_t)7);
	ROW("abc|  abc|abc  |ab|   ab", "%s|%5s|%-5s|%.2s|%5.2s", "abc", "abc", "abc", "abc", "abc");
	ROW("siz|  siz", "%.*s|%*.3s", 3, sized, 5, sized);
	ROW("x  |  x", "%-3c|%3c", 'x', 'x');
	ROW("4  |", "%*d|", -3, 4);
	t_int("the length that would have been", snprintf(small, sizeof small, "%s", sized), 5);
	t_str("cut with a NUL", small, "siz");
	t_int("size 0 writes nothing", snprintf(NULL, 0, "%d", 1234), 4);
}

struct number { const char *text; int base; long long want; int used, err; };

static void numbers(void)
{
	static const struct number rows[] = {
		{ "42", 10, 42, 2, 0 }, { " \t-7x", 10, -7, 4, 0 }, { "+9", 10, 9, 2, 0 }, { "", 10, 0, 0, 0 }, { "x", 10, 0, 0, 0 },
		{ "-", 10, 0, 0, 0 }, { "0x1f", 0, 31, 4, 0 }, { "0x1f", 16, 31, 4, 0 }, { "017", 0, 15, 3, 0 }, { "0x", 0, 0, 1, 0 },
		{ "0177", 8, 127, 4, 0 }, { "zz", 36, 1295, 2, 0 },
		{ "999999999999999999999", 10, LONG_MAX, 21, ERANGE }, { "-999999999999999999999", 10, LONG_MIN, 22, ERANGE },
	};
	char *end;

	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		long v;

		errno = 0;
		v = strtol(rows[i].text, &end, rows[i].base);
		t_case(v == rows[i].want && end - rows[i].text == rows[i].used && (!rows[i].err || errno == rows[i].err), rows[i].text,
		       "strtol gave %ld, used %d, errno %d", v, (int)(end - rows[i].text), errno);
	}
	errno = 0;
	t_case(strtoul("99999999999999999999999", &end, 10) == ULONG_MAX && errno == ERANGE, "strtoul beyond its range", "%d", errno);
	t_case(strtoul("-1", NULL, 10) == ULONG_MAX, "strtoul of -1", "not ULONG_MAX");
}

static void text(void)
{
	const char *volatile s = "abcabd", *volatile end = "";
	char b[8];

	t_str("strstr finds the second", strstr(s, "abd"), "abd");
	t_case(!strstr(s, "abe") && !strstr("", "a"), "strstr finds nothing", "found");
	t_str("strstr of nothing", strstr(s, ""), "abcabd");
	t_case(strchr(s, 'b') == s + 1 && !strchr(s, 'x') && !*strchr(s, 0) && !*strchr(end, 0), "strchr", "wrong");
	t_case(strrchr(s, 'b') == s + 4 && strrchr(s, 'a') == s + 3 && !strrchr(s, 'x') && !*strrchr(s, 0) && !strrchr(end, 'a'),
	       "strrchr", "wrong");
	t_case(strchrnul(s, 'c') == s + 2 && !*strchrnul(s, 'x'), "strchrnul", "wrong");
	t_case(strpbrk(s, "dc") == s + 2 && !strpbrk(s, "x"), "strpbrk", "wrong");
	t_case(strspn(s, "ab") == 2 && strspn(s, "x") == 0 && strspn(s, "abcd") == 6, "strspn", "wrong");
	t_case(strcspn(s, "dc") == 2 && strcspn(s, "x") == 6 && strcspn(end, "x") == 0, "strcspn", "wrong");
	t_case(memchr(s, 'd', 6) == s + 5 && !memchr(s, 'd', 5) && !memchr(s, 'a', 0), "memchr", "wrong");
	t_case(strlen(s) == 6 && strlen(end) == 0 && strnlen(s, 3) == 3 && strnlen(s, 9) == 6, "strlen", "wrong");
	t_case(!strcmp(s, "abcabd") && strcmp(s, "abc") > 0 && strcmp("abc", s) < 0 && strcmp("\x7f", "\x80") < 0, "strcmp", "wrong");
	t_case(!strncmp(s, "abcx", 3) && strncmp(s, "abcx", 4) < 0 && !strncmp(s, "x", 0), "strncmp", "wrong");
	memset(b, 'x', sizeof b);
	t_case(strncpy(b, s, 7) == b && !strcmp(b, s) && b[7] == 'x' && !memcmp(strncpy(b, s, 2), "abcabd", 7), "strncpy", "wrong");
	t_str("getenv", getenv("T_TINY"), "a=b");
	t_case(!getenv("T_TIN") && !getenv("T_TINYX"), "getenv finds the whole name only", "found");
	t_str("strerror", strerror(ENOENT), "No such file or directory");
	t_str("  of the first", strerror(EPERM), "Operation not permitted");
	t_str("  of one with a number of its own on MIPS", strerror(ECONNREFUSED), "Connection refused");
	t_case(strstr(strerror(4000), "4000") != NULL, "an error without a name is a number", "%s", strerror(4000));
}

static void moments(void)
{
	struct timespec t = { 0, -1 };
	time_t now = 0;

	t_int("clock_gettime", clock_gettime(CLOCK_REALTIME, &t), 0);
	t_case(t.tv_sec > 1000000000 && t.tv_nsec >= 0 && t.tv_nsec < 1000000000, "  a moment", "%lld", (long long)t.tv_sec);
	t_case(time(&now) == now && now - t.tv_sec <= 1, "time is the same", "%lld", (long long)now);
	t_case(clock_gettime(99, &t) == -1 && errno == EINVAL, "no such clock", "errno %d", errno);
}

static void descriptors(void)
{
	int fd[2], n = 0;

	t_int("pipe2", pipe2(fd, 0), 0);
	t_int("fcntl sets", fcntl(fd[0], F_SETFD, FD_CLOEXEC), 0);
	t_int("fcntl tells", fcntl(fd[0], F_GETFD), FD_CLOEXEC);
	t_int("ioctl", write(fd[1], "abc", 3) == 3 ? ioctl(fd[0], FIONREAD, &n) : -1, 0);
	t_int("  and what it says", n, 3);
	close(fd[0]);
	close(fd[1]);
	t_case(fcntl(fd[0], F_GETFD) == -1 && errno == EBADF, "fcntl of a closed one", "errno %d", errno);
}

static void addresses(void)
{
	static const char *const good[][2] = {	/* as written, as read back */
		{ "1.2.3.4", "1.2.3.4" }, { "255.0.10.255", "255.0.10.255" }, { "::", "::" }, { "::1", "::1" }, { "fe80::", "fe80::" },
		{ "2001:DB8::a", "2001:db8::a" }, { "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8" }, { "1:0:0:2:0:0:0:3", "1:0:0:2::3" },
		{ "1::2:0:0:3:4", "1::2:0:0:3:4" }, { "::ffff:1.2.3.4", "::ffff:1.2.3.4" }, { "64:ff9b::1.2.3.4", "64:ff9b::102:304" },
		{ "0:0:1::", "0:0:1::" }, { "1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304" }, { "::1:2:3:4:5:6", "::1:2:3:4:5:6" },
		{ "0001:2::", "1:2::" },
	};
	static const char *const bad[] = {
		"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4 ", "01.2.3.4", "1.2.3.1000", "a.b.c.d",
		":", ":::", ":1", "1:", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "1:::2", "12345::", "::g", "1:2:3:4:5:6:7:8::",
		"::1:2:3:4:5:6:7:8", "::1.2.3", "::1.2.3.4.5", "1:2:3:4:5:6:7:1.2.3.4", "::1.2.3.4:5", "1:2:3:4:5:6:7:8:", "fe80::1%eth0",
	};
	char b[INET6_ADDRSTRLEN], raw[16];

	for (unsigned i = 0; i < sizeof good / sizeof *good; i++) {
		int family = strchr(good[i][0], ':') ? AF_INET6 : AF_INET;

		t_int(good[i][0], inet_pton(family, good[i][0], raw), 1);
		t_str("  and back", inet_ntop(family, raw, b, sizeof b), good[i][1]);
	}
	for (unsigned i = 0; i < sizeof bad / sizeof *bad; i++)
		t_case(!inet_pton(AF_INET, bad[i], raw) && !inet_pton(AF_INET6, bad[i], raw), bad[i], "taken for an address");
	t_case(!inet_ntop(AF_INET, raw, b, 3) && errno == ENOSPC, "no room for an address", "errno %d", errno);
}

int main(void)
{
	putenv((char *)"T_TINY=a=b");
	printing();
	numbers();
	text();
	addresses();
	moments();
	descriptors();
	T_END;
}
