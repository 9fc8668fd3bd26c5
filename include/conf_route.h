/*
 * conf_route.h - a route or rule as netlink's bytes, what its two rooms share (pure): conf_route.c packs them, conf_route_text.c
 * reads them again.
 *
 * The bytes are the record: small, ready to be sent, and two entries are the same when they are. What a line says
 * comes out of them again.
 */
#ifndef CONF_ROUTE_H
#define CONF_ROUTE_H

#include <linux/rtnetlink.h>

#include "conf_in.h"

enum { ROUTE_HEADER = sizeof(struct rtmsg), PROTO_KEEPALIVED = 18 };

/* The bytes of both headers; FLAGS: 4 of them. */
enum { BYTE_FAMILY, BYTE_DST_LEN, BYTE_SRC_LEN, BYTE_TOS, BYTE_TABLE, BYTE_PROTO, BYTE_SCOPE, BYTE_TYPE, BYTE_FLAGS };

/*
 * How an attribute's numbers lie in it: '4' and '1' bytes, '8' big-endian, 'U' two of 32 bits, 'P' two of 16 bits, 'M' and
 * the mask in an attribute of its own, 0: it holds no number. Routes, then rules.
 */
extern const char conf_route_forms[2][ROUTE_ATTRS];

#endif
