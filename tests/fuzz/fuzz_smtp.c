/* fuzz_smtp.c - any bytes as a mail server's: it comes to an end, what we say is whole lines, and the text ends as it must. */
#include <stdlib.h>
#include <string.h>

#include "smtp.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const char *const to[] = { "a@x", "b@x", "c@x" };
	struct smtp_mail m = { .helo = "me", .from = "f@x", .to = to, .nto = 3 };
	struct smtp s = { .stage = SMTP_GREETING };
	enum smtp_next next = SMTP_WAIT;
	char text[256], out[600], why[80];
	size_t n = len < sizeof text - 1 ? len : sizeof text - 1, piece, said;

	memcpy(text, data, n);		/* what we tell is anything too */
	text[n] = 0;
	m.data = text;
	for (unsigned turns = 0; len && next <= SMTP_SEND; data += piece, len -= piece, turns++) {
		piece = *data % 64u + 1 < len ? *data % 64u + 1 : len;
		next = smtp_feed(&s, &m, (const char *)data, piece);
		if (!*smtp_text(&s, why, sizeof why))
			abort();
		if (next != SMTP_SEND && next != SMTP_DONE)
			continue;
		said = smtp_say(&s, &m, out, sizeof out);
		if (said < 3 || said > sizeof out || memcmp(out + said - 2, "\r\n", 2))
			abort();
	}
	if (s.stage > SMTP_QUIT || s.rcpt > 3)
		abort();
	return 0;
}
