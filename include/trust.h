/*
 * trust.h - may somebody else change what is run as root? (sys: statx, readlink)
 */
#ifndef TRUST_H
#define TRUST_H

#include <stddef.h>

/*
 * Look at a program and every directory that leads to it, as written and where symbolic links lead: each must be root's,
 * and nobody else may write to it (into a sticky directory: everybody may). A name without / is looked for in PATH. NULL: fine, or
 * nothing there to be run; else what to change, in buf: "/opt/x: mode 0777, others can write to it".
 */
const char *trust_why_not(const char *program, char *buf, size_t size);

#endif
