/* test_log.c - log lines: their form, and that nobody can make us wait. */
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include "log.h"
#include "netns.h"
#include "t.h"

static const struct sockaddr_un dev_log = { .sun_family = AF_UNIX, .sun_path = "/dev/log" };

/* A /dev of our own, so that /dev/log can be ours. */
static int own_dev(void)
{
	if (netns_unshare(CLONE_NEWNS))
		return 0;
	return !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) && !mount("none", "/dev", "tmpfs", 0, NULL);
}

static int syslogd(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);

	unlink(dev_log.sun_path);
	if (fd < 0 || bind(fd, (const struct sockaddr *)&dev_log, sizeof dev_log))
		return -1;
	return fd;
}

static const char *received(int fd)
{
	static char buf[4096];
	ssize_t n = recv(fd, buf, sizeof buf - 1, 0);

	buf[n > 0 ? n : 0] = 0;
	return buf;
}

static void to_syslog(void)
{
	char want[256], text[3000];
	unsigned long before;
	int i, fd = syslogd();

	log_open("vrrpd", false, true, LOG_DAEMON);
	log_notice("(%s) Entering %s STATE", "VI_1", "MASTER");
	snprintf(want, sizeof want, "<%d>vrrpd[%ld]: (VI_1) Entering MASTER STATE", LOG_DAEMON | LOG_NOTICE, (long)getpid());
	t_str("syslog: priority, ident, pid, text", received(fd), want);
	log_debug("packets");
	t_str("syslog: debug is off", received(fd), "");
	log_level(LOG_L_DEBUG);
	log_debug("packets");
	t_case(strstr(received(fd), "packets") != NULL, "syslog: debug when asked for", "nothing came");
	log_err("one\ntwo\tthree");
	t_case(strstr(received(fd), "]: one two three") != NULL, "syslog: one event is one line", "control characters went through");
	memset(text, 'x', sizeof text);
	text[sizeof text - 1] = 0;
	log_err("%s", text);
	t_case(strlen(received(fd)) < 1100, "syslog: a long line is cut", "longer");

	close(fd);
	fd = syslogd();
	before = log_lost();
	log_info("again");
	t_case(strstr(received(fd), "again") != NULL, "syslog: found again after its restart", "nothing came");
	t_int("syslog: nothing lost in that", log_lost() - before, 0);

	before = log_lost();
	for (i = 0; i < 5000; i++)
		log_info("flood");
	t_case(log_lost() > before, "syslog: a full socket drops and counts", "lost %lu", log_lost() - before);
	while (*received(fd))
		;
	log_info("after the flood");
	t_case(strstr(received(fd), "after the flood") != NULL, "syslog: goes on after that", "nothing came");

	close(fd);
	unlink(dev_log.sun_path);
	before = log_lost();
	log_info("to nobody");
	t_int("syslog: no syslogd counts as lost", log_lost() - before, 1);
	fd = syslogd();
	log_info("back");
	t_case(strstr(received(fd), "back") != NULL, "syslog: a late syslogd is found", "nothing came");
	log_open("vrrpd", false, false, LOG_DAEMON);
	log_err("nowhere");
	t_str("syslog: off is off", received(fd), "");
	close(fd);
}

static void to_stderr(int full)
{
	unsigned long before = log_lost();
	char buf[200];
	int p[2], saved = dup(STDERR_FILENO), i;
	ssize_t n;

	if (pipe(p))
		return;
	dup2(p[1], STDERR_FILENO);
	log_open("vrrpd", true, false, LOG_DAEMON);
	log_info("config %d", 7);
	n = read(p[0], buf, sizeof buf - 1);
	buf[n > 0 ? n : 0] = 0;
	for (i = 0; i < 5000; i++)
		log_info("nobody reads this pipe");
	if (full >= 0)
		dup2(full, STDERR_FILENO);
	i = log_lost() > before;
	before = log_lost();
	log_info("no room");
	dup2(saved, STDERR_FILENO);
	close(saved);
	t_str("stderr: applet and text", buf, "vrrpd: config 7\n");
	t_case(i, "stderr: a full pipe drops and counts", "nothing counted");
	if (full >= 0)
		t_int("stderr: a full disk counts as lost", log_lost() - before, 1);
	close(p[0]);
	close(p[1]);
}

int main(void)
{
	int full = open("/dev/full", O_WRONLY);

	alarm(20);	/* whoever waits is ended: the runner sees it */
	to_stderr(full);
	if (own_dev())
		to_syslog();
	else
		t_skip("syslog", "no mount namespace of our own");
	T_END;
}
