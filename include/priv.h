/*
 * priv.h - what this process may do (sys: capget, capset, prctl).
 */
#ifndef PRIV_H
#define PRIV_H

#include <stdint.h>

/* NULL when we have all that vrrpd needs, else the names of the missing capabilities ("CAP_NET_RAW"). */
const char *priv_missing(void);

/*
 * Give up, for ever, all capabilities but those of the mask (bit CAP_*), and what an exec could bring back. 0, and the mask has
 * those of it that were there; or -errno: some, or all, are still there.
 */
int priv_drop(uint64_t *keep);

#endif
