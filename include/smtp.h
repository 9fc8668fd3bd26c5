/*
 * smtp.h - giving one mail to a mail server, as much of RFC 5321 as that takes (pure): HELO, MAIL, RCPT, DATA, QUIT; no TLS, no
 * AUTH, as keepalived. Replies in, lines out.
 */
#ifndef SMTP_H
#define SMTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nothing in it may hold a control character, addresses no <, > or blank either (the rows see to that). */
struct smtp_mail {
	const char *helo, *from;
	const char *const *to;		/* nto of them */
	unsigned nto;
	const char *data;		/* header and text, lines ended by \n */
};

enum smtp_next {
	SMTP_WAIT,	/* for more of the reply */
	SMTP_SEND,	/* what smtp_say gives */
	SMTP_DONE,	/* the server has the mail; what smtp_say gives is a good-bye */
	SMTP_LATER,	/* it is busy, or no mail server: another time */
	SMTP_REFUSED	/* it will never take this mail */
};

enum smtp_stage { SMTP_GREETING, SMTP_HELO, SMTP_FROM, SMTP_TO, SMTP_DATA, SMTP_TEXT, SMTP_QUIT };

struct smtp {			/* zeroed for a new connection */
	uint8_t stage;		/* what the awaited reply is to */
	bool more;		/* this line of it is not the last */
	uint16_t code;		/* as far as it has come */
	uint16_t column;
	uint16_t seen;		/* bytes of the server's so far */
	uint16_t rcpt, taken;	/* recipients asked for; accepted */
};

enum { SMTP_TALK = 16384 };	/* bytes a server may say in all: more is none */

/* Any bytes of the server's. It speaks when it is asked: what follows a whole reply is too much. */
enum smtp_next smtp_feed(struct smtp *s, const struct smtp_mail *m, const char *p, size_t n);

/* What is to be sent now, or all of it that has room. Returns its length. */
size_t smtp_say(const struct smtp *s, const struct smtp_mail *m, char *buf, size_t size);

/* What the conversation was about when it ended: "RCPT answered with 550"; in buf. */
const char *smtp_text(const struct smtp *s, char *buf, size_t size);

#endif
