/*
 * self.c - what this process is to its kernel: order among processes, memory, name, network namespace (sys: sched,
 * setpriority, mlockall, prctl, setns). spawn.c puts children back to the ordinary.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "self.h"
#include "spawn.h"

#ifndef MCL_ONFAULT
#define MCL_ONFAULT 4		/* 4.4; the same but on alpha, powerpc and sparc, where it is EINVAL: the next way then */
#endif

enum { CPU_BYTES = 128 };

int self_nice(int nice)
{
	return setpriority(PRIO_PROCESS, 0, nice) < 0 ? -errno : 0;
}

/* Only the soft limit: the hard one kills, and a reload of a large file is as long as it is. */
int self_real_time(unsigned prio, uint32_t limit)
{
	struct sched_param p = { .sched_priority = prio };
	struct rlimit r;

	if (!prlimit(0, RLIMIT_RTTIME, NULL, &r)) {	/* not setrlimit, which stops threads first */
		r.rlim_cur = prio && limit < r.rlim_max ? limit : r.rlim_max;
		prlimit(0, RLIMIT_RTTIME, &r, NULL);
	}
	return syscall(SYS_sched_setscheduler, 0, prio ? SCHED_RR | SCHED_RESET_ON_FORK : SCHED_OTHER, &p) < 0 ? -errno : 0;
}

int self_lock(bool on)
{
	if (!on)
		return munlockall() < 0 ? -errno : 0;
	if (!mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || !mlockall(MCL_CURRENT | MCL_FUTURE))
		return 0;
	return -errno;
}

int self_cpus(const uint8_t bits[CPU_BYTES])
{
	static unsigned long found[CPU_BYTES / sizeof(long)];
	static long size;		/* of what was found; 0: not asked for yet */
	unsigned long mask[CPU_BYTES / sizeof(long)] = { 0 };
	bool any = false;

	for (unsigned i = 0; i < 8 * CPU_BYTES; i++)
		if (bits[i / 8] & 1u << i % 8) {
			mask[i / (8 * sizeof *mask)] |= 1ul << i % (8 * sizeof *mask);
			any = true;
		}
	if (!any && !size)
		return 0;
	if (!size && (size = syscall(SYS_sched_getaffinity, 0, sizeof found, found)) < 0)
		size = 0;
	spawn_cpus(any ? found : NULL, size);
	return syscall(SYS_sched_setaffinity, 0, sizeof mask, any ? mask : found) < 0 ? -errno : 0;
}

void self_called(const char *name)
{
	prctl(PR_SET_NAME, name);
}

void self_name(const char *name)
{
	static char found[16];

	if (!name && !*found)
		return;
	if (!*found)
		prctl(PR_GET_NAME, found);
	prctl(PR_SET_NAME, name ? name : found);
}

int self_netns(const char *name)
{
	char path[128];
	int fd, err = 0;

	snprintf(path, sizeof path, "/var/run/netns/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (setns(fd, CLONE_NEWNET) < 0)
		err = -errno;
	close(fd);
	return err;
}
