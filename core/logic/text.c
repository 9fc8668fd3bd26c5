/* text.c - lists of texts (pure). */
#include <string.h>

#include "text.h"

const char *text_nth(const char *list, unsigned n)
{
	while (n--)
		list += strlen(list) + 1;
	return list;
}
