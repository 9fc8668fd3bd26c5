/* smtp.c - giving one mail to a mail server (pure). RFC 5321 4.1, 4.2, 4.5.2; keepalived c.17. */
#include <stdio.h>
#include <string.h>

#include "smtp.h"
#include "text.h"

static const uint16_t wanted[] = {
	[SMTP_GREETING] = 220, [SMTP_HELO] = 250, [SMTP_FROM] = 250, [SMTP_TO] = 250, [SMTP_DATA] = 354, [SMTP_TEXT] = 250,
};

/* The whole reply is here. */
static enum smtp_next answered(struct smtp *s, const struct smtp_mail *m)
{
	bool good = s->code == wanted[s->stage] || (s->stage == SMTP_TO && s->code == 251);

	s->column = 0;
	if (s->stage == SMTP_TO && s->code != 421) {	/* one that is not known here must not cost the others theirs */
		s->taken += good;
		if (++s->rcpt < m->nto)
			return SMTP_SEND;
		good = s->taken > 0;
	}
	if (!good)
		return s->code >= 500 && s->code < 600 && s->stage > SMTP_HELO ? SMTP_REFUSED : SMTP_LATER;
	s->stage++;
	return s->stage == SMTP_QUIT ? SMTP_DONE : SMTP_SEND;
}

/* Three digits, a hyphen when more lines follow, anything. false: no such line. */
static bool take(struct smtp *s, char c)
{
	if (s->column == 0)
		s->code = 0;
	if (s->column < 3) {
		if (c < '0' || c > '9')
			return false;
		s->code = s->code * 10 + (c - '0');
		s->column++;
		return true;
	}
	if (s->column == 3) {
		s->more = c == '-';
		s->column++;
		return c == '-' || c == ' ' || c == '\r' || c == '\n';
	}
	return true;
}

enum smtp_next smtp_feed(struct smtp *s, const struct smtp_mail *m, const char *p, size_t n)
{
	for (; n; n--, p++) {
		if (s->seen++ == SMTP_TALK || s->stage >= SMTP_QUIT || !take(s, *p))
			return SMTP_LATER;
		if (*p != '\n')
			continue;
		if (!s->more)
			return n == 1 ? answered(s, m) : SMTP_LATER;
		s->column = 0;
	}
	return SMTP_WAIT;
}

/* Lines end with \r\n, a dot at the beginning of one is doubled, a dot alone ends it. */
static size_t put_data(const char *data, char *buf, size_t size)
{
	const char *end = buf + size - 8;
	char *p = buf;
	bool begins = true;

	for (; *data && p < end; data++) {
		if (begins && *data == '.')
			*p++ = '.';
		begins = *data == '\n';
		if (begins)
			*p++ = '\r';
		*p++ = *data;
	}
	memcpy(p, begins ? ".\r\n" : "\r\n.\r\n", begins ? 3 : 5);
	return p - buf + (begins ? 3 : 5);
}

size_t smtp_say(const struct smtp *s, const struct smtp_mail *m, char *buf, size_t size)
{
	struct text t = { buf, size, 0 };

	switch ((enum smtp_stage)s->stage) {
	case SMTP_GREETING: break;
	case SMTP_HELO:     text_put(&t, "HELO %s\r\n", m->helo); break;
	case SMTP_FROM:     text_put(&t, "MAIL FROM:<%s>\r\n", m->from); break;
	case SMTP_TO:       text_put(&t, "RCPT TO:<%s>\r\n", m->to[s->rcpt]); break;
	case SMTP_DATA:     text_put(&t, "DATA\r\n"); break;
	case SMTP_TEXT:     return put_data(m->data, buf, size);
	case SMTP_QUIT:     text_put(&t, "QUIT\r\n"); break;
	}
	return t.n;
}

const char *smtp_text(const struct smtp *s, char *buf, size_t size)
{
	static const char what[] = "greeting\0HELO\0MAIL\0RCPT\0DATA\0the text\0QUIT";
	bool said = s->column == 0 && s->seen && s->code;

	snprintf(buf, size, said ? "%s was answered with %u" : "%s: no answer that a mail server gives", text_nth(what, s->stage), s->code);
	return buf;
}
