/*
 * priv.h - what this process may do (sys: capget).
 */
#ifndef PRIV_H
#define PRIV_H

/* NULL when we have all that vrrpd needs, else the names of the missing capabilities ("CAP_NET_RAW"). */
const char *priv_missing(void);

#endif
