/* SPDX-License-Identifier: MIT */
/* One line of a module list: WORD[OPTION, KEY=VALUE...] REST # COMMENT */
#ifndef CLI_MODLIST_LINE_H
#define CLI_MODLIST_LINE_H

#include <stdbool.h>
#include <stddef.h>

#define LINE_BLANKS " \t\r\v\f"

struct line {
	const char *word;    /* in lower case; "" for a line that says nothing */
	const char *options; /* what stands between the brackets; "" when there are none */
	const char *rest;    /* without blanks at either end */
};

/* Takes @text apart in place. false: an option list that does not end. */
bool line_split(char *text, struct line *line);

/* Whether the options name @key; *@value (unless NULL) is what stands behind =, of *@len bytes. */
bool line_option(const struct line *line, const char *key, const char **value, size_t *len);

/* Whether options arch and bits, if given, name this machine (amd64, 64): "arch=x86|amd64". */
bool line_is_ours(const struct line *line);

#endif
