/* fake_trust.c - the simulation has no files that somebody could change. */
#include "trust.h"

const char *trust_why_not(const char *program, char *buf, size_t size)
{
	(void)program, (void)buf, (void)size;
	return NULL;
}
