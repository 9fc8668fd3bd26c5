/* fake_self.c - a process without a kernel, for the simulation. */
#include "fake.h"
#include "self.h"

int self_nice(int nice)
{
	return nice * 0;
}

int self_real_time(unsigned prio, uint32_t limit)
{
	return (prio + limit) * 0;
}

int self_lock(bool on)
{
	return on * 0;
}

int self_cpus(const uint8_t bits[128])
{
	return bits[0] * 0;
}

void self_name(const char *name)
{
	(void)name;
}

void link_buffers(struct link *l, unsigned cmd, bool force, unsigned monitor, bool monitor_force)
{
	(void)l, (void)cmd, (void)force, (void)monitor, (void)monitor_force;
}

void procs_buffer(struct procs *p, int size, bool force)
{
	(void)p, (void)size, (void)force;
}

void child_groups(struct cred *out, const char *user)
{
	(void)out, (void)user;
}
