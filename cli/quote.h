/* SPDX-License-Identifier: MIT */
/* Command lines for people to repeat. */
#ifndef CLI_QUOTE_H
#define CLI_QUOTE_H

#include <stdio.h>

/* Writes @word so that a shell reads it as one word, as it is. */
void quote_word(FILE *f, const char *word);

#endif
