/* priv.c - what this process may do (sys: capget). */
#include <linux/capability.h>
#include <stdint.h>
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
