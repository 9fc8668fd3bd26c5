/*
 * localtime.h - which time zone this machine is in (sys). What the rule means: zone.h.
 */
#ifndef LOCALTIME_H
#define LOCALTIME_H

/* The rule of TZ, /etc/localtime or OpenWrt's /etc/TZ; "" (UTC) when there is none. Valid until the next call. */
const char *zone_here(void);

#endif
