/*
 * ready.h - telling the service manager (sys): systemd's Type=notify without its library, and the readiness descriptor of
 * s6, dinit and their like. Without either everything here does nothing. Nothing waits.
 */
#ifndef READY_H
#define READY_H

#include "usec.h"

/* Look for NOTIFY_SOCKET, before child_open takes it out of the environment. fd: -1, or of --ready-fd. */
void ready_open(int fd);

/* Of one kind of news; status (may be NULL) is shown by the manager. */
enum ready { READY_UP, READY_RELOADING, READY_STATUS, READY_STOPPING };
void ready_say(enum ready what, const char *status);

#endif
