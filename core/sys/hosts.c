/* hosts.c - names of /etc/hosts (sys). */
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "hosts.h"

enum { LINES = 16384 };		/* bytes of the file that are looked at */

bool hosts_find(const char *name, struct addr *a)
{
	static char text[LINES + 1];
	char *line, *word, *next, *rest = text;
	ssize_t n = 0;
	int fd;

	if (addr_parse(a, name))
		return true;
	if ((fd = open("/etc/hosts", O_RDONLY | O_CLOEXEC)) < 0)
		return false;
	n = read(fd, text, LINES);
	close(fd);
	text[n > 0 ? n : 0] = 0;
	while ((line = strsep(&rest, "\n"))) {
		line[strcspn(line, "#")] = 0;
		next = line + strcspn(line, " \t");
		if (*next)
			*next++ = 0;
		if (!addr_parse(a, line))
			continue;
		while ((word = strsep(&next, " \t\r")))
			if (!strcasecmp(word, name))
				return true;
	}
	return false;
}
