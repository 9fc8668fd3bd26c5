/* test_when.c - rows: reload_time_file's text at a moment (K b.2). */
#include "t.h"
#include "when.h"

/* 2026-11-21 13:00:00 UTC */
#define NOON1 1795266000LL

static const struct row {
	const char *name, *text;
	long offset;
	int64_t from, now;
	enum when want;
} rows[] = {
	{ "the second before", "13:00:00", 0, NOON1 - 2, NOON1 - 1, WHEN_LATER },
	{ "the second itself", "13:00:00", 0, NOON1 - 1, NOON1, WHEN_NOW },
	{ "once only", "13:00:00", 0, NOON1, NOON1 + 1, WHEN_LATER },
	{ "a late look", "13:00:00\n", 0, NOON1 - 3, NOON1 + 4, WHEN_NOW },
	{ "local time", "14:00:00", 3600, NOON1 - 1, NOON1, WHEN_NOW },
	{ "local time, west", "08:00:00", -5 * 3600, NOON1 - 1, NOON1, WHEN_NOW },
	{ "local time is not UTC", "13:00:00", 3600, NOON1 - 1, NOON1, WHEN_LATER },
	{ "Z is UTC", "13:00:00Z", 3600, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a date", "2026-11-21 13:00:00", 0, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a date, two digits", "26-11-21 13:00:00", 0, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a date, local", "2026-11-21 14:00:00", 3600, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a date, Z", "2026-11-21 13:00:00Z", 3600, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a date to come", "2026-11-22 13:00:00", 0, NOON1 - 1, NOON1, WHEN_LATER },
	{ "a date that is over", "2026-11-20 13:00:00", 0, NOON1 - 1, NOON1, WHEN_PAST },
	{ "a leap day", "2028-02-29 00:00:00", 0, 1835395200LL - 1, 1835395200LL, WHEN_NOW },
	{ "local midnight on another UTC day", "00:30:00", 3600, NOON1 + 10 * 3600 + 1799, NOON1 + 10 * 3600 + 1800, WHEN_NOW },
	{ "blanks before and between", " \t2026-11-21   13:00:00 ", 0, NOON1 - 1, NOON1, WHEN_NOW },
	{ "a T between", "2026-11-21T13:00:00", 0, NOON1 - 1, NOON1, WHEN_NOW },
	{ "before 1970, local", "23:59:59", -3600, 0, 1, WHEN_LATER },
	{ "month 0", "2026-00-01 00:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "day 0", "2026-01-00 00:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "day 32", "2026-01-32 00:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "no day", "2026-11 13:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "no day either", "2026-11-x 13:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "minute 60", "13:60:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "second 61", "13:00:61", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "nothing", "", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "no seconds", "13:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "hour 24", "24:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "month 13", "2026-13-01 00:00:00", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "words", "tomorrow", 0, NOON1 - 1, NOON1, WHEN_WRONG },
	{ "digits without end", "99999999999999999999:1:1", 0, NOON1 - 1, NOON1, WHEN_WRONG },
};

int main(void)
{
	for (const struct row *r = rows; r < rows + sizeof rows / sizeof *rows; r++)
		t_int(r->name, when_due(r->text, r->from, r->now, r->offset), r->want);
	T_END;
}
