/* pids.c - the daemon's names and its pid files. keepalived d.4. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "file.h"
#include "log.h"
#include "pids.h"

#define KEEPALIVED "/var/run/keepalived"

static struct {
	struct pid_file {
		char path[256];		/* "": not wanted */
		int fd;
	} file[2];
	const char *run_dir;
	bool keepalived;
} pids;

const char *pids_names(char buf[NAMES_MAX], const char *netns, const char *instance)
{
	snprintf(buf, NAMES_MAX, "%s%s%s%s", netns || instance ? "." : "", netns ? netns : "", netns && instance ? "_" : "",
	         instance ? instance : "");
	return buf;
}

void pids_choose(const char *run_dir, const char *other, bool keepalived, const struct global_conf *g, const char *netns)
{
	char *path = pids.file[1].path;
	size_t size = sizeof pids.file[1].path;
	bool dir = g->pid_dir || netns || g->instance;

	pids.run_dir = run_dir;
	pids.keepalived = keepalived;
	snprintf(pids.file[0].path, sizeof pids.file[0].path, "%s/vrrpd.pid", run_dir);
	*path = 0;
	if (other) {
		snprintf(path, size, "%s", other);
	} else if (keepalived && dir) {
		file_mkdir(KEEPALIVED);
		snprintf(path, size, KEEPALIVED "/%s", netns ? netns : "");
		file_mkdir(path);
		snprintf(path, size, KEEPALIVED "/%s%skeepalived%s%s.pid", netns ? netns : "", netns ? "/" : "",
		         g->instance ? "_" : "", g->instance ? g->instance : "");
	} else if (keepalived) {
		strcpy(path, KEEPALIVED ".pid");
	}
}

const char *pids_path(unsigned i)
{
	return pids.file[i].path;
}

/* By whatever name: /var/run may be /run. */
static bool same_files(void)
{
	struct look a, b;

	return *pids.file[1].path && !file_look(AT_FDCWD, pids.file[0].path, &a) &&
	       !file_look(AT_FDCWD, pids.file[1].path, &b) && file_same(&a, &b);
}

static int lock(struct pid_file *p)
{
	long owner = 0;

	if (!*p->path)
		return -1;
	p->fd = pidfile_open(p->path, &owner);
	if (p->fd >= 0)
		return -1;
	if (p->fd == -EAGAIN) {
		log_err("already running as pid %ld (%s is locked); a second one needs its own --run-dir or instance", owner, p->path);
		return !pids.keepalived;		/* K d.4 */
	}
	log_err("%s: %s", p->path, strerror(-p->fd));
	return 1;
}

int pids_lock(void)
{
	int code;

	for (int i = 0; i < 2; i++) {
		if (i && same_files())
			*pids.file[1].path = 0;
		if ((code = lock(&pids.file[i])) < 0)
			continue;
		*pids.file[1].path = 0;
		if (i == 0)
			*pids.file[0].path = 0;
		pids_remove();
		return code;
	}
	return -1;
}

void pids_write(void)
{
	for (int i = 0; i < 2; i++)
		if (*pids.file[i].path)
			pidfile_write(pids.file[i].fd, getpid());
}

void pids_hold(void)
{
	struct look l;
	long owner;
	int fd;

	for (struct pid_file *p = pids.file; p < pids.file + 2; p++) {
		if (!*p->path || file_look(AT_FDCWD, p->path, &l) != -ENOENT)
			continue;
		file_mkdir(pids.run_dir);
		if ((fd = pidfile_open(p->path, &owner)) < 0)
			continue;
		close(p->fd);
		p->fd = fd;
		pidfile_write(fd, getpid());
	}
}

void pids_remove(void)
{
	for (int i = 0; i < 2; i++)
		if (*pids.file[i].path)
			pidfile_close(pids.file[i].fd, pids.file[i].path);
}
