/*
 * usec.h - the one unit of time: microseconds of CLOCK_MONOTONIC, signed so that
 * differences need no care. Other units appear only in the codec and in names.
 */
#ifndef USEC_H
#define USEC_H

#include <stdint.h>

typedef int64_t usec;

#define MS  ((usec)1000)
#define SEC ((usec)1000000)
#define USEC_NEVER INT64_MAX	/* a deadline that does not come */

#endif
