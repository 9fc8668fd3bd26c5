/*
 * order.h - what the engine may ask of the process that starts programs, and what it hears (pure). Records of one size over a
 * SOCK_SEQPACKET. Nothing in them is text: a program, and each word that is added to it, is named by a number made of it, and the
 * helper has read the configuration itself: what is not in there cannot be named.
 */
#ifndef ORDER_H
#define ORDER_H

#include <stdint.h>

enum order_verb {
	ORDER_START,		/* command, extra, as uid and gid if the configuration means them; its end is told with number */
	ORDER_SIGNAL,		/* to the process group of number */
	ORDER_READ		/* the configuration again; told with number 0 */
};

enum { ORDER_EXTRA = 4 };

struct order {
	uint8_t verb;		/* enum order_verb */
	uint8_t nextra;
	uint8_t signal;
	uint8_t stays;		/* not 0: as struct child's */
	int32_t number;		/* > 0: the engine's own of this run */
	uint32_t uid, gid;
	uint64_t command;	/* order_words of it */
	uint64_t extra[ORDER_EXTRA];
};

struct outcome {
	int32_t number, status;	/* as child_done's */
};

uint64_t order_word(const char *word);
uint64_t order_words(char *const words[]);	/* NULL-terminated */

#endif
