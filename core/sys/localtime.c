/* localtime.c - which time zone this machine is in (sys: its files). The rule itself is core/logic/zone.c's. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "localtime.h"
#include "zone.h"

static const char *from_file(const char *path)
{
	static char zone[8192];		/* the longest are 4 kB */
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, zone, sizeof zone - 1);

	if (fd >= 0)
		close(fd);
	return n > 0 ? zone_rule(zone, n) : NULL;
}

/* TZ is a file or a rule; without it /etc/localtime, and OpenWrt's /etc/TZ. */
const char *zone_here(void)
{
	const char *tz = getenv("TZ"), *rule = NULL;
	char path[256];

	if (!tz) {
		rule = from_file("/etc/localtime");
		if (!rule)
			rule = from_file("/etc/TZ");
	} else if (*tz) {
		tz += *tz == ':';
		snprintf(path, sizeof path, "%s%s", *tz == '/' ? "" : "/usr/share/zoneinfo/", tz);
		rule = from_file(path);
	}
	return rule ? rule : tz ? tz : "";
}
