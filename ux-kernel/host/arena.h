/* SPDX-License-Identifier: MIT */
/*
 * The core's heap when a snapshot is to be made of it, or was: one piece of memory at a fixed
 * address, its own bookkeeping included, so that a copy of the piece is a copy of all objects, and
 * pointers between them stay good in another process. Otherwise the C library's heap is used, which
 * finds more errors and gives memory back.
 */
#ifndef HOST_ARENA_H
#define HOST_ARENA_H

#include <stdbool.h>
#include <stddef.h>

/* Reserves it; empty. 0 or negative errno. */
int arena_init(void);

bool arena_on(void);

/* Zeroed memory, or NULL. */
void *arena_alloc(size_t size);
void arena_free(void *p);

/* Where it begins, and bytes of it that have ever been in use. */
void *arena_start(void);
size_t arena_used(void);

/* Whether the @used bytes at @data are a copy of one. */
bool arena_fits(const void *data, size_t used);

#endif
