/*
 * text.h - lists of texts (pure). A table of pointers takes as much again as the words.
 */
#ifndef TEXT_H
#define TEXT_H

/* The n-th (from 0) of texts that stand one behind the other, each ended by NUL. */
const char *text_nth(const char *list, unsigned n);

#endif
