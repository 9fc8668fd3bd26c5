/* signals.c - signals as something to read (sys: signalfd). */
#include <errno.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "signals.h"

const uint8_t signals_end[3] = { SIGTERM, SIGINT };

int signals_open(const uint8_t *list)
{
	sigset_t set;
	int fd;

	sigemptyset(&set);
	while (*list)
		sigaddset(&set, *list++);
	sigprocmask(SIG_BLOCK, &set, NULL);
	fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return fd < 0 ? -errno : fd;
}

int signals_next(int fd)
{
	struct signalfd_siginfo si;

	return read(fd, &si, sizeof si) == sizeof si ? si.ssi_signo : 0;
}
