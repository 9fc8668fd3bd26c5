/* fake_ctl.c - a control socket that nobody comes to. */
#include "ctl.h"

int ctl_open(struct ctl *c, const char *dir)
{
	(void)c, (void)dir;
	return 0;
}

void ctl_close(struct ctl *c)
{
	(void)c;
}

int ctl_group(struct ctl *c, gid_t group)
{
	(void)c, (void)group;
	return 0;
}

void ctl_wake(struct ctl_client *c)
{
	(void)c;
}
