/* SPDX-License-Identifier: MIT */
/* Memory of a module list: everything lives until modlist_free(). NULL: out of memory. */
#ifndef CLI_MODLIST_LIST_H
#define CLI_MODLIST_LIST_H

#include "modlist.h"

void *list_alloc(struct modlist *l, size_t size);
char *list_string(struct modlist *l, const char *s, size_t len);
char *list_format(struct modlist *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

bool list_append(struct modlist *l, struct modlist_strings *to, const char *s);

#endif
