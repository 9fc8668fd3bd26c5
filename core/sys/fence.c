/* fence.c - where this process may write (sys: Landlock). The kernel's own words, for old headers do not know them. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "fence.h"

#ifdef SYS_landlock_create_ruleset

enum {
	EXECUTE = 1 << 0, WRITE_FILE = 1 << 1, REMOVE_AND_MAKE = 0x1ff0, TRUNCATE = 1 << 14,
	ASK_VERSION = 1, TRUNCATE_SINCE = 3, BENEATH = 1
};

static uint64_t writes = WRITE_FILE | REMOVE_AND_MAKE;
static int failed;		/* a directory is missing from the rules: with them, what must be written there could not be */

int fence_open(void)
{
	uint64_t handled;
	int fd, version = syscall(SYS_landlock_create_ruleset, NULL, (size_t)0, ASK_VERSION);

	if (version < 0)
		return -errno;
	if (version >= TRUNCATE_SINCE)
		writes |= TRUNCATE;
	handled = writes | EXECUTE;
	fd = syscall(SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
	return fd < 0 ? -errno : fd;
}

void fence_allow(int fence, const char *dir)
{
	struct { uint64_t allowed; int32_t fd; } __attribute__((packed)) rule = { writes, open(dir, O_PATH | O_CLOEXEC | O_DIRECTORY) };

	if (rule.fd < 0) {
		if (errno != ENOENT && errno != ENOTDIR && errno != EACCES)
			failed = -errno;
		return;
	}
	if (syscall(SYS_landlock_add_rule, fence, BENEATH, &rule, 0))
		failed = -errno;
	close(rule.fd);
}

int fence_shut(int fence)
{
	int err = failed ? failed : syscall(SYS_landlock_restrict_self, fence, 0) ? -errno : 0;

	close(fence);
	return err;
}

#else
int fence_open(void)
{
	return -ENOSYS;
}

void fence_allow(int fence, const char *dir)
{
	(void)fence;
	(void)dir;
}

int fence_shut(int fence)
{
	(void)fence;
	return -ENOSYS;
}
#endif

void fence_allow_file(int fence, const char *path)
{
	char dir[PATH_MAX];
	char *end;

	if (!path || snprintf(dir, sizeof dir, "%s", path) >= (int)sizeof dir)
		return;
	end = strrchr(dir, '/');
	if (!end || end == dir)			/* / itself would be everything */
		return;
	*end = 0;
	fence_allow(fence, dir);
}
