/* fake_watch.c - files that are watched, for the simulation: 0 while the check is good, and nobody is told. */
#include <stdio.h>
#include <string.h>

#include "fake.h"
#include "watch.h"

const char *watch_arm(struct watches *all, struct watch *w)
{
	(void)all;
	w->listed = true;
	return "nobody tells";			/* read every second, then */
}

void watch_drop(struct watches *all, struct watch *w)
{
	(void)all;
	w->listed = false;
}

void watch_close(struct watches *all)
{
	(void)all;
}

int watch_read(const char *path, char *buf, size_t size)
{
	(void)path;
	return snprintf(buf, size, "%d\n", fake_script_good() ? 0 : 60);
}

int watch_write(const char *path, const char *text, size_t len, bool overwrite)
{
	(void)path, (void)text, (void)len, (void)overwrite;
	return 0;
}
