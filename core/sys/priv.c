/* priv.c - what this process may do (sys: capget, capset, prctl). */
#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "priv.h"

const char *priv_missing(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };
	uint32_t raw = 1u << CAP_NET_RAW, admin = 1u << CAP_NET_ADMIN;

	if (syscall(SYS_capget, &head, data) < 0)
		return NULL;				/* not to be known: the sockets will tell */
	if (!(data[0].effective & (raw | admin)))
		return "CAP_NET_RAW and CAP_NET_ADMIN";
	if (!(data[0].effective & raw))
		return "CAP_NET_RAW";
	return data[0].effective & admin ? NULL : "CAP_NET_ADMIN";
}

int priv_drop(uint64_t *keep)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	for (unsigned cap = 0; cap < 64; cap++)
		if (!(*keep >> cap & 1))
			syscall(SYS_prctl, PR_CAPBSET_DROP, cap, 0, 0, 0);	/* beyond the last one: EINVAL */
	syscall(SYS_prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	for (int i = 0; i < 2; i++) {
		data[i].permitted &= *keep >> 32 * i;
		data[i].effective = data[i].permitted;
		data[i].inheritable = 0;
	}
	if (syscall(SYS_capset, &head, data) < 0)
		return -errno;
	*keep = data[0].permitted | (uint64_t)data[1].permitted << 32;
	return syscall(SYS_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno : 0;
}
