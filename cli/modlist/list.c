// SPDX-License-Identifier: MIT
/* Memory of a module list: one chain of blocks, freed together. */
#include "list.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct block {
	struct block *next;
	max_align_t data[];
};

void *list_alloc(struct modlist *l, size_t size)
{
	struct block *b = calloc(1, sizeof(*b) + size);

	if (!b)
		return NULL;
	b->next = l->kept;
	l->kept = b;
	return b->data;
}

char *list_string(struct modlist *l, const char *s, size_t len)
{
	char *copy = list_alloc(l, len + 1);

	return copy ? memcpy(copy, s, len) : NULL;
}

char *list_format(struct modlist *l, const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	s = n < 0 ? NULL : list_alloc(l, n + 1);
	if (s) {
		va_start(ap, fmt);
		vsnprintf(s, n + 1, fmt, ap);
		va_end(ap);
	}
	return s;
}

/* Room for one more of @count elements: arrays double, the old ones stay until the end. */
static void *grow(struct modlist *l, void *array, unsigned count, size_t size)
{
	void *new;

	if (count & (count - 1))
		return array;
	new = list_alloc(l, (count ? 2UL * count : 1) * size);
	if (new &&count)
		memcpy(new, array, count * size);
	return new;
}

bool list_append(struct modlist *l, struct modlist_strings *to, const char *s)
{
	const char **new = grow(l, to->s, to->count, sizeof(*new));

	if (!new || !s)
		return false;
	to->s = new;
	to->s[to->count++] = s;
	return true;
}

bool modlist_add(struct modlist *l, const struct modlist_module *m)
{
	struct modlist_module *new = grow(l, l->module, l->modules, sizeof(*new));

	if (!new)
		return false;
	l->module = new;
	l->module[l->modules++] = *m;
	return true;
}

void modlist_free(struct modlist *l)
{
	struct block *b = l->kept, *next;

	for (; b; b = next) {
		next = b->next;
		free(b);
	}
	*l = (struct modlist){ 0 };
}
