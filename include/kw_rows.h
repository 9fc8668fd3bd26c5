/*
 * kw_rows.h - how a row is written (pure); for the files that hold rows.
 */
#ifndef KW_ROWS_H
#define KW_ROWS_H

#include "conf_in.h"

/* kwt_U8 is the C type of a U8 field: a row whose field has another type does not compile */
#define X(id, ctype, bytes, syntax) typedef ctype kwt_##id;
KW_TYPES(X)
#undef X

#define FIELD(rec, field, T) _Generic(((struct rec *)0)->field, kwt_##T: offsetof(struct rec, field))
#define KWM(rec, field, T, word, min, max, dflt, apply, more, help) \
	{ word "\0" help, dflt, min, FIELD(rec, field, T), KT_##T, KW_PLACE(max), APPLY_##apply, KW_SERVED, more }
#define KW(rec, field, T, word, min, max, dflt, apply, help) KWM(rec, field, T, word, min, max, dflt, apply, 0, help)
#define ALSO(rec, field, T, word, min, max, help) KWM(rec, field, T, word, min, max, 0, LIVE, KW_ALIAS, help)
/* a row without a field: who it is for, its word, its syntax (see struct kw_table) */
/* syntaxes that occur often are one byte: kw.c has the text */
#define ONOFF     "\1"
#define COMMAND   "\2"
#define WEIGHT253 "\3"
#define WEIGHT254 "\4"
#define PARSED(word, syntax)  word "\0" syntax "\0"
#define READING(word, syntax) "S" word "\0" syntax "\0"
/* these say why: the first argument, one byte of kw_reason's list */
#define NOT(why, word, syntax)  why word "\0" syntax "\0"
#define VOID(why, word, syntax) "V" why word "\0" syntax "\0"
#define FOREIGN(why, word)      "F" why word "\0\0"
#define IPVS(word)              "B" OF_LVS word "\0\0"
#define NO_SNMP    "\1"
#define NO_DBUS    "\2"
#define NO_TABLES  "\4"
#define OF_LVS     "\6"
#define OF_CHECKER "\7"
#define OF_BFD     "\10"
#define SO_ONE     "\11"
#define SO_DEBUG   "\12"
#define SO_ALWAYS  "\13"
#define SO_MEMORY  "\14"
#define NO_VRF     "\15"
#define NO_TUNNEL  "\16"
enum { WHY_BFD = 3, WHY_DRAFT = 5 };	/* as a number, in a block's row */
#define NOBLOCK(word, syntax, id, how, why) { word "\0" syntax, why, BLK_##id, KW_NOFIELD, KT_BLOCK, 0, 0, how, 0 }
#define BLOCK(word, syntax, id, how) NOBLOCK(word, syntax, id, how, 0)

#endif
