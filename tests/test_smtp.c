/* test_smtp.c - the conversation with a mail server, reply by reply; RFC 5321. */
#include "smtp.h"
#include "t.h"

static const char *const to[] = { "a@x", "b@x" };
static const struct smtp_mail mail = { .helo = "me", .from = "f@x", .to = to, .nto = 2, .data = "S: x\n\n.dot\n..\nend" };

struct row {
	const char *name, *server;	/* its bytes; a | stands where ours come */
	const char *ours;
	enum smtp_next end;
	const char *text;
};

#define HELLO "220 hi\r\n|250 me\r\n|"
#define SAID  "HELO me\r\nMAIL FROM:<f@x>\r\n"
#define BOTH  "RCPT TO:<a@x>\r\nRCPT TO:<b@x>\r\n"
#define TEXT  "DATA\r\nS: x\r\n\r\n..dot\r\n...\r\nend\r\n.\r\n"

static const struct row rows[] = {
	{ "4.1.1 a whole mail", HELLO "250 ok\r\n|250 a\r\n|251 b\r\n|354 go\r\n|250 mine\r\n|", SAID BOTH TEXT "QUIT\r\n", SMTP_DONE, NULL },
	{ "4.2.1 replies of several lines", "220-a\r\n220-b\r\n220 c\r\n|250-PIPE\r\n250\r\n|250 ok\r\n|250 a\r\n|250 b\r\n|354\n|250 \n|",
	  SAID BOTH TEXT "QUIT\r\n", SMTP_DONE, NULL },
	{ "one recipient is not known", HELLO "250 ok\r\n|550 no\r\n|250 b\r\n|354 go\r\n|250 mine\r\n|", SAID BOTH TEXT "QUIT\r\n", SMTP_DONE, NULL },
	{ "the last one is not known", HELLO "250 ok\r\n|250 a\r\n|550 no\r\n|354 go\r\n|250 mine\r\n|", SAID BOTH TEXT "QUIT\r\n", SMTP_DONE, NULL },
	{ "none is known", HELLO "250 ok\r\n|550 no\r\n|553 no\r\n|", SAID BOTH, SMTP_REFUSED, "RCPT was answered with 553" },
	{ "none is known today", HELLO "250 ok\r\n|450 no\r\n|450 no\r\n|", SAID BOTH, SMTP_LATER, "RCPT was answered with 450" },
	{ "it leaves between recipients", HELLO "250 ok\r\n|421 bye\r\n|", SAID "RCPT TO:<a@x>\r\n", SMTP_LATER, "RCPT was answered with 421" },
	{ "no mail server", "554 no\r\n|", "", SMTP_LATER, "greeting was answered with 554" },
	{ "HELO is refused: another day", "220 hi\r\n|550 who\r\n|", "HELO me\r\n", SMTP_LATER, "HELO was answered with 550" },
	{ "the sender is refused", HELLO "553 no\r\n|", SAID, SMTP_REFUSED, "MAIL was answered with 553" },
	{ "the text is refused", HELLO "250 ok\r\n|250 a\r\n|250 b\r\n|354 go\r\n|554 spam\r\n|", SAID BOTH TEXT, SMTP_REFUSED, "the text was answered with 554" },
	{ "the text is put off", HELLO "250 ok\r\n|250 a\r\n|250 b\r\n|354 go\r\n|451 full\r\n|", SAID BOTH TEXT, SMTP_LATER, "the text was answered with 451" },
	{ "250 instead of 354", HELLO "250 ok\r\n|250 a\r\n|250 b\r\n|250 go\r\n|", SAID BOTH "DATA\r\n", SMTP_LATER, "DATA was answered with 250" },
	{ "it speaks out of turn", "220 hi\r\n250 what\r\n|", "", SMTP_LATER, NULL },
	{ "letters", "HTTP/1.1 400\r\n|", "", SMTP_LATER, "greeting: no answer that a mail server gives" },
	{ "a short line", "22\r\n|", "", SMTP_LATER, "greeting: no answer that a mail server gives" },
	{ "an odd separator", "220_hi\r\n|", "", SMTP_LATER, "greeting: no answer that a mail server gives" },
	{ "an empty line", "\r\n|", "", SMTP_LATER, "greeting: no answer that a mail server gives" },
	{ "half a line", "220 h|", "", SMTP_WAIT, NULL },
};

/* piece: bytes at a time */
static void one(const struct row *r, size_t piece)
{
	struct smtp s = { .stage = SMTP_GREETING };
	enum smtp_next next = SMTP_WAIT;
	char said[512] = "", name[128], text[64];
	const char *p = r->server;
	size_t n, len, at = 0;

	for (; *p && next < SMTP_DONE; p += *p == '|') {
		for (len = strcspn(p, "|"); len && next == SMTP_WAIT; p += n, len -= n) {
			n = piece < len ? piece : len;
			next = smtp_feed(&s, &mail, p, n);
		}
		p += len;
		if (next == SMTP_SEND || next == SMTP_DONE)
			at += smtp_say(&s, &mail, said + at, sizeof said - at);
		if (next == SMTP_SEND)
			next = SMTP_WAIT;
	}
	said[at] = 0;
	snprintf(name, sizeof name, "%s, by %zu", r->name, piece);
	if (piece == 1 && !strcmp(r->name, "it speaks out of turn"))
		return;
	t_int(name, next, r->end);
	t_str(name, said, r->ours);
	if (r->text)
		t_str(name, smtp_text(&s, text, sizeof text), r->text);
}

/* A server that never comes to an end does so at SMTP_TALK; a text without room is cut, and ended. */
static void bounds(void)
{
	struct smtp s = { .stage = SMTP_GREETING }, at_text = { .stage = SMTP_TEXT };
	char small[40];
	unsigned n = 0;
	size_t len;

	while (n < 100000 && smtp_feed(&s, &mail, "220-x\r\n", 7) == SMTP_WAIT)
		n += 7;
	t_case(n <= SMTP_TALK && n > SMTP_TALK - 8, "endless lines", "%u bytes", n);
	s = (struct smtp){ .stage = SMTP_GREETING };
	for (n = 0; n < 100000 && smtp_feed(&s, &mail, n < 4 ? "220 " + n : "x", 1) == SMTP_WAIT; n++)
		;
	t_int("an endless line", n, SMTP_TALK);
	for (size_t size = 16; size <= sizeof small; size++) {
		len = smtp_say(&at_text, &mail, small, size);
		t_case(len <= size && !memcmp(small + len - 3, ".\r\n", 3), "a text that is cut", "%zu of %zu", len, size);
	}
}

int main(void)
{
	for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
		one(&rows[i], 4096);
		one(&rows[i], 1);
	}
	bounds();
	T_END;
}
