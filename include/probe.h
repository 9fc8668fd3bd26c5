/*
 * probe.h - what a configuration needs of this machine (hall). Needs no privilege.
 */
#ifndef PROBE_H
#define PROBE_H

#include "conf.h"

/* Programs that are missing or cannot be executed: a warning each, at the place that names them. */
void conf_probe(const struct conf *c, struct report *r);

#endif
