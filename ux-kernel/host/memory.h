/* SPDX-License-Identifier: MIT */
/*
 * Memory the kernel shares with tasks: guest RAM (one sealed memfd, offset = physical address)
 * and kernel-user memory (another, handed out page-wise).
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stdint.h>

/* First physical address used: hosts forbid mappings below (vm.mmap_min_addr). */
#define MEMORY_RAM_START 0x10000ULL

/* Creates RAM of physical size @end bytes. 0 or negative errno after a report. */
int memory_init(uint64_t end);

int memory_ram_fd(void);
int memory_ku_fd(void);
uint64_t memory_ram_end(void);

/* Kernel pointer to a frame address (RAM or TLB_KU_FRAME); NULL when there is no such frame. */
void *memory_ptr(uint64_t pa);

/* Nothing to do: gives memory back to the host when the core has freed a lot of it. */
void memory_idle(void);

#endif
