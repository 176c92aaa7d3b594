/* SPDX-License-Identifier: MIT */
/*
 * Kernel memory: every allocation of the core is charged to a factory and counted against the
 * kernel's total, so that programs get an error where the host's heap would end.
 */
#ifndef CORE_KMEM_H
#define CORE_KMEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct factory;

/* Zeroed memory paid for by @payer (NULL: nobody). NULL: the quota or the kernel is exhausted. */
void *kmem_alloc(struct factory *payer, size_t size);
void kmem_free(struct factory *payer, void *p, size_t size);

/* The same for memory that comes from elsewhere. */
bool kmem_charge(struct factory *payer, size_t size);
void kmem_uncharge(struct factory *payer, size_t size);

/* All that may be in use at a time; no limit before the first call. */
void kmem_set_total(uint64_t bytes);

uint64_t kmem_used(void);
uint64_t kmem_total(void);

#endif
