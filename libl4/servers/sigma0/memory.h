/* SPDX-License-Identifier: MIT */
/* Who owns which memory and which I/O ports. */
#ifndef SIGMA0_MEMORY_H
#define SIGMA0_MEMORY_H

#include <l4/sys/kip.h>

#include "ranges.h"

extern struct ranges memory_ram, memory_io, memory_ports;

/* Builds the maps from the KIP's memory descriptors; root: client number of the root task. */
void memory_init(l4_kernel_info_t const *kip, l4_umword_t root);

/*
 * Gives [start, start + 2^order) of a map to an owner. 0; -L4_ENOMEM: not all of it exists, or
 * somebody else has a part of it.
 */
long memory_take(struct ranges *m, l4_umword_t start, unsigned order, l4_umword_t owner);

/* Gives the lowest free block of RAM of that order away; *start: where. 0, -L4_ENOMEM. */
long memory_take_any(unsigned order, l4_umword_t owner, l4_umword_t *start);

/*
 * Resolves a page fault: the page becomes the client's, *rights what it may do with it. need:
 * rights the access needs. 0; -L4_ENOMEM: no RAM, or not to be had by a fault; -L4_EACCESS.
 */
long memory_fault(l4_umword_t page, unsigned need, l4_umword_t owner, unsigned *rights);

#endif
