/* test_zone.c - local time: rules and TZif files against dates that are known. */
#include <stdlib.h>
#include <time.h>

#include "t.h"
#include "zone.h"

static const struct row {
	const char *rule;
	long long when;
	long want;
} rows[] = {
	{ "UTC0", 1700000000, 0 },
	{ "", 1700000000, 0 },
	{ "junk", 1700000000, 0 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1700000000, 3600 },		/* 2023-11-14 */
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1690000000, 7200 },		/* 2023-07-22 */
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1711846799, 3600 },		/* 2024-03-31 00:59:59 UTC */
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1711846800, 7200 },
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1729990799, 7200 },		/* 2024-10-27 00:59:59 UTC */
	{ "CET-1CEST,M3.5.0,M10.5.0/3", 1729990800, 3600 },
	{ "EST5EDT,M3.2.0,M11.1.0", 1710053999, -18000 },		/* 2024-03-10 06:59:59 UTC */
	{ "EST5EDT,M3.2.0,M11.1.0", 1710054000, -14400 },
	{ "EST5EDT", 1710054000, -14400 },
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 1704067200, 39600 },		/* south: summer in January */
	{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 1719792000, 36000 },
	{ "<+0530>-5:30", 1700000000, 19800 },
	{ "<-03>3", 1700000000, -10800 },
	{ "IST-1GMT0,M10.5.0,M3.5.0/1", 1704067200, 0 },		/* Ireland's winter is the exception */
	{ "X0Y,J60/0,J300/0", 1709251199, 0 },				/* J60 is March 1st, also in leap years */
	{ "X0Y,J60/0,J300/0", 1709251200, 3600 },
	{ "X0Y,59/0,299/0", 1709164800, 3600 },				/* 59 is February 29th in leap years */
	{ "99999999999999999999X99999999999999:9999999:99", 0, -9999 * 3600L },
};

static void clocks(void)
{
	char buf[64];
	struct text t = { buf, sizeof buf, 0 };
	static const int64_t when[] = { 0, 951782399, 951782400, 1709164800, 1709251199, 4107542400, -1 };

	for (unsigned i = 0; i < sizeof when / sizeof *when; i++) {
		time_t s = when[i];
		char want[64], name[64];

		t.n = 0;
		zone_clock(&t, when[i] * SEC + 42, 1);
		strftime(want, sizeof want, "%Y-%m-%d %H:%M:%S.000042", gmtime(&s));
		snprintf(name, sizeof name, "date of %lld", (long long)when[i]);
		t_str(name, buf, want);
	}
}

/* Every 11 days and an hour for decades to come, beside the C library. */
static void file(const char *zone)
{
	static char data[1 << 16];
	char path[128];
	const char *rule;
	FILE *f;
	size_t n;
	long long wrong = 0;

	snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", zone);
	if (!(f = fopen(path, "r"))) {
		t_skip(zone, "this machine does not know it");
		return;
	}
	n = fread(data, 1, sizeof data - 1, f);
	data[n] = 0;
	fclose(f);
	setenv("TZ", path, 1);
	tzset();
	rule = zone_rule(data, n);
	for (time_t s = 1700000000; s < 3786912000 && !wrong; s += 11 * 86400 + 3600)
		if (localtime(&s)->tm_gmtoff != zone_offset(rule, s))
			wrong = s;
	t_case(!wrong, zone, "differs at %lld", wrong);
	for (size_t cut = 0; cut < n; cut += 1 + cut / 16) {	/* a damaged file is some time, and no crash */
		char *part = malloc(cut + 1);

		memcpy(part, data, cut);
		part[cut] = 0;
		zone_offset(zone_rule(part, cut), 1700000000);
		free(part);
	}
}

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		char name[128];

		snprintf(name, sizeof name, "%s at %lld", rows[i].rule, rows[i].when);
		t_int(name, zone_offset(rows[i].rule, rows[i].when), rows[i].want);
	}
	clocks();
	file("Europe/Berlin");
	file("America/New_York");
	file("Australia/Lord_Howe");
	file("Asia/Kolkata");
	T_END;
}
