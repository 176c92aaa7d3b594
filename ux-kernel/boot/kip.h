/* SPDX-License-Identifier: MIT */
/* The kernel interface page. */
#ifndef BOOT_KIP_H
#define BOOT_KIP_H

#include <l4/abi/kip.h>
#include <stdbool.h>

/* Fills everything but entry points, user pointer and memory descriptors. */
void kip_init(l4_kernel_info_t *kip);

/* Adds an extension of ours to what kip_init() has announced; there is room for all of them. */
void kip_add_feature(l4_kernel_info_t *kip, const char *name);

/* Adds a descriptor for [@start, @end). 0, or -ENOSPC when all slots are in use. */
int kip_add_memory(l4_kernel_info_t *kip, enum l4_mem_type type, unsigned subtype, uint64_t start,
		   uint64_t end, bool is_virtual);

#endif
