/*
 * signals.h - signals as something to read (sys: signalfd).
 */
#ifndef SIGNALS_H
#define SIGNALS_H

#include <stdint.h>

/* Those of the list, which 0 ends, do nothing else from now on. Descriptor or -errno. */
int signals_open(const uint8_t *list);
extern const uint8_t signals_end[3];	/* a list: those that end a program */

int signals_next(int fd);	/* 0: no more */

#endif
