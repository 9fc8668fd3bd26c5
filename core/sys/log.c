/*
 * log.c - one line per event, to syslog and/or stderr (sys: a datagram socket, write). Our own few bytes of RFC 3164
 * instead of the C library's syslog, which may block on a full socket and brings twice the size.
 */
#include <errno.h>
#include <poll.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <syslog.h>
#include <unistd.h>

#include "log.h"

enum { TEXT_MAX = 1024 };	/* the longest line RFC 3164 promises to carry */

static struct {
	const char *ident;
	bool to_stderr, to_syslog;
	int facility;
	int fd;			/* connected to /dev/log, or -1 */
	enum log_level up_to;
	unsigned long lost;
} lg = { .ident = "vrrpd", .to_stderr = true, .fd = -1, .up_to = LOG_L_INFO };

static const uint8_t priority[] = {
	[LOG_L_ERR] = LOG_ERR, [LOG_L_NOTICE] = LOG_NOTICE, [LOG_L_INFO] = LOG_INFO, [LOG_L_DEBUG] = LOG_DEBUG
};

static void hang_up(void)
{
	if (lg.fd >= 0)
		close(lg.fd);
	lg.fd = -1;
}

static bool dial(void)
{
	static const struct { sa_family_t family; char path[sizeof _PATH_LOG]; } to = { AF_UNIX, _PATH_LOG };	/* a short sockaddr_un */

	lg.fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (lg.fd >= 0 && !connect(lg.fd, (const struct sockaddr *)&to, sizeof to))
		return true;
	hang_up();
	return false;
}

/* A syslogd that was restarted leaves our socket without a peer: dial once more, then give up on this line. */
static bool post(const char *line, size_t len)
{
	if (lg.fd >= 0 && send(lg.fd, line, len, MSG_NOSIGNAL) >= 0)
		return true;
	if (lg.fd >= 0 && (errno == EAGAIN || errno == ENOBUFS))
		return false;
	hang_up();
	return dial() && send(lg.fd, line, len, MSG_NOSIGNAL) >= 0;
}

/* stderr may be a pipe that nobody empties, and is not ours to make non-blocking: ask before writing. */
static bool show(char *text, size_t len)
{
	struct pollfd p = { .fd = STDERR_FILENO, .events = POLLOUT };
	struct iovec v[] = {
		{ (char *)lg.ident, strlen(lg.ident) }, { ": ", 2 }, { text, len }, { "\n", 1 }
	};

	return poll(&p, 1, 0) == 1 && writev(STDERR_FILENO, v, sizeof v / sizeof *v) > 0;
}

__attribute__((format(printf, 2, 0)))
static void emit(enum log_level level, const char *fmt, va_list ap)
{
	char line[TEXT_MAX + 64], *text;
	int head, len, i;

	if (level > lg.up_to || !(lg.to_stderr || lg.to_syslog))
		return;
	/* No time stamp: every local syslogd puts its own, and ours could only be in the wrong zone. */
	head = snprintf(line, 64, "<%d>%.32s[%ld]: ", lg.facility | priority[level], lg.ident, (long)getpid());
	text = line + head;
	len = vsnprintf(text, TEXT_MAX, fmt, ap);
	if (len < 0)
		return;
	if (len >= TEXT_MAX)
		len = TEXT_MAX - 1;
	for (i = 0; i < len; i++)	/* names come from files: no line may pass for two */
		if ((unsigned char)text[i] < ' ')
			text[i] = ' ';
	if (lg.to_syslog && !post(line, head + len))
		lg.lost++;
	if (lg.to_stderr && !show(text, len))
		lg.lost++;
}

void log_open(const char *ident, bool to_stderr, bool to_syslog, int facility)
{
	hang_up();
	lg.ident = ident;
	lg.to_stderr = to_stderr;
	lg.to_syslog = to_syslog;
	lg.facility = facility;
}

void log_level(enum log_level up_to)
{
	lg.up_to = up_to;
}

unsigned long log_lost(void)
{
	return lg.lost;
}

#define LOG_AT(name, level)			\
	void name(const char *fmt, ...)		\
	{					\
		va_list ap;			\
						\
		va_start(ap, fmt);		\
		emit(level, fmt, ap);		\
		va_end(ap);			\
	}

LOG_AT(log_err, LOG_L_ERR)
LOG_AT(log_notice, LOG_L_NOTICE)
LOG_AT(log_info, LOG_L_INFO)
LOG_AT(log_debug, LOG_L_DEBUG)
