/*
 * netns.h - network namespaces for unit tests: made by the test itself, gone when it ends.
 */
#ifndef NETNS_H
#define NETNS_H

#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

__attribute__((unused))
static int netns_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : write(fd, text, strlen(text));

	if (fd >= 0)
		close(fd);
	return n < 0 ? -1 : 0;
}

/* Run a shell command, quietly; true when it succeeded. */
__attribute__((format(printf, 1, 2), unused))
static int netns_run(const char *fmt, ...)
{
	char cmd[512];
	int n;
	va_list ap;

	va_start(ap, fmt);
	n = vsnprintf(cmd, sizeof(cmd), fmt, ap);
	va_end(ap);
	snprintf(cmd + n, sizeof(cmd) - n, " >/dev/null 2>&1");
	return system(cmd) == 0;
}

/* unshare(what); for an ordinary user in a user namespace whose root is that user. 0 or -1. */
__attribute__((unused))
static int netns_unshare(int what)
{
	char uid[32], gid[32];

	snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	if (!unshare(what))
		return 0;
	if (!geteuid() || unshare(CLONE_NEWUSER | what) < 0)
		return -1;
	netns_write("/proc/self/setgroups", "deny");
	netns_write("/proc/self/gid_map", gid);
	return netns_write("/proc/self/uid_map", uid);
}

/* Enter a new network namespace (a further one on each call); descriptor to come back to it, or -1. */
__attribute__((unused))
static int netns_new(void)
{
	return netns_unshare(CLONE_NEWNET) < 0 ? -1 : open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
}

/* Why a test that needs namespaces cannot run, or NULL. Enters one. */
__attribute__((unused))
static const char *netns_missing(void)
{
	int fd = netns_new();

	if (fd < 0)
		return "no permission to make a network namespace";
	close(fd);
	if (!netns_run("ip link set lo up"))
		return "the command ip is missing";
	if (!netns_run("ip link add t0 type veth peer name t1"))
		return "the kernel has no veth";
	netns_run("ip link del t0");
	return NULL;
}

#endif
