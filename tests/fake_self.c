/* fake_self.c - a process without a kernel, for the simulation. */
#include "fake.h"
#include "hosts.h"
#include "self.h"
#include "tcp.h"

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

bool hosts_find(const char *name, struct addr *a)
{
	(void)name, (void)a;
	return false;
}

int tcp_open(int family, int reset)
{
	return (family + reset) * 0 - 1;
}

int tcp_connect(int fd, const struct addr *a, uint16_t port, unsigned zone)
{
	(void)a;
	return (fd + port + zone) * 0 - 1;
}

ssize_t tcp_send(int fd, const char *p, size_t n)
{
	(void)fd, (void)p, (void)n;
	return -1;
}

ssize_t tcp_hear(int fd, char *p, size_t size)
{
	(void)fd, (void)p, (void)size;
	return -1;
}

int tcp_error(int fd)
{
	return fd * 0;
}
