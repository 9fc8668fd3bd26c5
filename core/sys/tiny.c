/*
 * tiny.c - a small stand-in for the C library's printf, only in builds that ask for it (TINY=1: static boards): the
 * library's brings a formatter for floating point. It does what the standard says, for the formats this program uses:
 * %d %u %x %o %c %s %p %%, with - 0 + space, width, precision, *, and hh h l ll z j t. tiny_calls.c goes on with text,
 * numbers, addresses and system calls; tests/test_tiny.c has the rows for both.
 */
#ifdef TINY
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Weak: a test that takes the library's neighbours of these takes the library's own with them. */
#define STAND_IN __attribute__((weak))

struct sink {
	char *p;
	size_t size, n;		/* room; characters so far, written or not */
	va_list ap;
};

static void put(struct sink *s, char c)
{
	if (s->n + 1 < s->size)
		s->p[s->n] = c;
	s->n++;
}

static void pad(struct sink *s, char c, int n)
{
	while (n-- > 0)
		put(s, c);
}

struct spec {
	bool left, zero;
	char sign;		/* '+', ' ' or 0 */
	int width, prec;	/* prec -1: none */
	int size;		/* bytes of an integer argument */
};

static void field(struct sink *s, const struct spec *f, char sign, int zeros, const char *text, int len)
{
	int blank = f->width - len - zeros - (sign != 0);

	if (!f->left)
		pad(s, ' ', blank);
	if (sign)
		put(s, sign);
	pad(s, '0', zeros);
	for (int i = 0; i < len; i++)
		put(s, text[i]);
	if (f->left)
		pad(s, ' ', blank);
}

static void number(struct sink *s, const struct spec *f, uintmax_t v, unsigned base, char sign)
{
	char digits[24], *d = digits + sizeof digits;
	int len, zeros;

	for (; v; v /= base)
		*--d = "0123456789abcdef"[v % base];
	len = digits + sizeof digits - d;
	zeros = (f->prec < 0 ? 1 : f->prec) - len;
	if (f->prec < 0 && f->zero && !f->left && f->width - len - (sign != 0) > zeros)
		zeros = f->width - len - (sign != 0);
	field(s, f, sign, zeros > 0 ? zeros : 0, d, len);
}

static const char *flags(struct spec *f, const char *p)
{
	for (;; p++) {
		if (*p == '-')
			f->left = true;
		else if (*p == '0')
			f->zero = true;
		else if (*p == '+' || *p == ' ')
			f->sign = f->sign == '+' ? '+' : *p;
		else
			return p;
	}
}

static const char *count(struct sink *s, const char *p, int *n)
{
	if (*p == '*') {
		*n = va_arg(s->ap, int);
		return p + 1;
	}
	for (*n = 0; *p >= '0' && *p <= '9'; p++)
		*n = *n * 10 + *p - '0';
	return p;
}

static const char *length(struct spec *f, const char *p)
{
	f->size = sizeof(int);
	for (;; p++) {
		if (*p == 'h')
			f->size /= 2;
		else if (*p == 'l')
			f->size = f->size == sizeof(int) && p[1] != 'l' ? sizeof(long) : sizeof(long long);
		else if (*p == 'z' || *p == 't')
			f->size = sizeof(size_t);
		else if (*p == 'j')
			f->size = sizeof(intmax_t);
		else
			return p;
	}
}

/* The argument, cut to its own width. */
static intmax_t fetch(struct sink *s, const struct spec *f, bool is_signed)
{
	uintmax_t v = f->size == sizeof v ? va_arg(s->ap, uintmax_t) : va_arg(s->ap, unsigned);
	unsigned spare = 8 * (sizeof v - f->size);

	return is_signed ? (intmax_t)(v << spare) >> spare : (intmax_t)(v << spare >> spare);
}

static void signed_number(struct sink *s, const struct spec *f)
{
	intmax_t v = fetch(s, f, true);

	number(s, f, v < 0 ? -(uintmax_t)v : (uintmax_t)v, 10, v < 0 ? '-' : f->sign);
}

static void string(struct sink *s, const struct spec *f, const char *text)
{
	size_t len = f->prec < 0 ? strlen(text) : strnlen(text, f->prec);

	field(s, f, 0, 0, text, len);
}

static void convert(struct sink *s, struct spec *f, char conv)
{
	char c;

	switch (conv) {
	case 'd': case 'i':
		signed_number(s, f);
		break;
	case 'u': case 'x': case 'o':
		number(s, f, fetch(s, f, false), conv == 'u' ? 10 : conv == 'x' ? 16 : 8, 0);
		break;
	case 's':
		string(s, f, va_arg(s->ap, const char *));
		break;
	case 'c':
		c = va_arg(s->ap, int);
		field(s, f, 0, 0, &c, 1);
		break;
	case 'p':
		pad(s, '0', 1);
		pad(s, 'x', 1);
		number(s, f, (uintptr_t)va_arg(s->ap, void *), 16, 0);
		break;
	default:			/* %% */
		put(s, conv);
	}
}

STAND_IN int vsnprintf(char *restrict buf, size_t size, const char *restrict p, va_list ap)
{
	struct sink s = { .p = buf, .size = size };
	struct spec f;

	va_copy(s.ap, ap);
	for (; *p; p++) {
		if (*p != '%') {
			put(&s, *p);
			continue;
		}
		f = (struct spec){ .prec = -1 };
		p = count(&s, flags(&f, p + 1), &f.width);
		if (f.width < 0) {
			f.left = true;
			f.width = -f.width;
		}
		if (*p == '.')
			p = count(&s, p + 1, &f.prec);
		p = length(&f, p);
		if (!*p)
			break;
		convert(&s, &f, *p);
	}
	va_end(s.ap);
	if (size)
		buf[s.n < size ? s.n : size - 1] = 0;
	return s.n;
}

STAND_IN int snprintf(char *restrict buf, size_t size, const char *restrict fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return n;
}
#endif
