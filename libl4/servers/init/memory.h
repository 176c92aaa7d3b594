/* SPDX-License-Identifier: MIT */
/*
 * All memory of the system that is not in use at boot: taken from sigma0 once, in the largest
 * blocks sigma0 has, and handed out from here. Our address of a block is its "physical" one.
 */
#ifndef INIT_MEMORY_H
#define INIT_MEMORY_H

#include <stdint.h>

#define MEM_MAX_ORDER 30

/* 0 or -L4_ENOMEM when sigma0 has nothing for us. */
int mem_init(void);

/* A zeroed block of 2^@order bytes, aligned to its size; 0 when there is none. */
uint64_t mem_alloc(unsigned order);

void mem_free(uint64_t addr, unsigned order);

#endif
