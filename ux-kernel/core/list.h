/* SPDX-License-Identifier: MIT */
/* Intrusive doubly linked list: the head and every element are a struct list. */
#ifndef CORE_LIST_H
#define CORE_LIST_H

#include <stdbool.h>
#include <stddef.h>

struct list {
	struct list *next, *prev;
};

#define list_entry(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))
#define list_for_each(it, head) for (struct list *it = (head)->next; it != (head); it = it->next)

static inline void list_init(struct list *l)
{
	l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
	return l->next == l;
}

/* Inserts @n before @pos; with a head as @pos that is the tail of the list. */
static inline void list_add_before(struct list *n, struct list *pos)
{
	n->next = pos;
	n->prev = pos->prev;
	pos->prev->next = n;
	pos->prev = n;
}

static inline void list_add_head(struct list *n, struct list *head)
{
	list_add_before(n, head->next);
}

/* Unlinks @n and leaves it as an empty list, so that removing it twice is harmless. */
static inline void list_del(struct list *n)
{
	n->prev->next = n->next;
	n->next->prev = n->prev;
	list_init(n);
}

#endif
