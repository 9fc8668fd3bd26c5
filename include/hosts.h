/*
 * hosts.h - names of /etc/hosts (sys). There is no resolver: whoever asks a name server waits for it.
 */
#ifndef HOSTS_H
#define HOSTS_H

#include "addr.h"

/* An address, or the first that stands before that name. false: neither. */
bool hosts_find(const char *name, struct addr *a);

#endif
