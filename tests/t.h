/*
 * t.h - the whole unit-test kit: each case prints "ok NAME", "not ok NAME: what" or "skip NAME: reason";
 * tests/run counts those lines, whoever prints them. Works under musl, glibc and qemu-user.
 */
#ifndef T_H
#define T_H

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static int t_failed;

/* One case. what (printf format) tells the difference when it fails. Returns cond. */
__attribute__((format(printf, 3, 4), unused))
static int t_case(int cond, const char *name, const char *what, ...)
{
	va_list ap;

	if (cond) {
		printf("ok %s\n", name);
		return 1;
	}
	t_failed++;
	printf("not ok %s: ", name);
	va_start(ap, what);
	vprintf(what, ap);
	va_end(ap);
	putchar('\n');
	fflush(stdout);
	return 0;
}

/* Texts must be equal. */
__attribute__((unused))
static int t_str(const char *name, const char *got, const char *want)
{
	return t_case(got && !strcmp(got, want), name, "got [%s], want [%s]", got ? got : "(null)", want);
}

__attribute__((unused))
static int t_int(const char *name, long long got, long long want)
{
	return t_case(got == want, name, "got %lld, want %lld", got, want);
}

__attribute__((unused))
static void t_skip(const char *name, const char *reason)
{
	printf("skip %s: %s\n", name, reason);
}

#define T_END return t_failed != 0

#endif
