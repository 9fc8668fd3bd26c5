/*
 * fence.h - where this process may write (sys: Landlock, kernel 5.13 and later). Reading is free; nothing may be executed.
 */
#ifndef FENCE_H
#define FENCE_H

int fence_open(void);			/* a descriptor, or -errno: the kernel has none */
void fence_allow(int fence, const char *dir);	/* and all below it; what is not there is left out */
void fence_allow_file(int fence, const char *path);	/* the directory that it is in, but not /; NULL and "" are fine */
int fence_shut(int fence);		/* from now on, for ever, unless a directory could not be allowed; closes it. After no new privileges. 0 or -errno */

#endif
