/* SPDX-License-Identifier: MIT */
/*
 * Memory the kernel shares with tasks: guest RAM (one sealed memfd, offset = physical address),
 * kernel-user memory (another, handed out page-wise) and the configuration pages of devices
 * and frame buffers (a third), which are I/O memory for programs.
 */
#ifndef HOST_MEMORY_H
#define HOST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

/* First physical address used: hosts forbid mappings below (vm.mmap_min_addr). */
#define MEMORY_RAM_START 0x10000ULL

/* Where I/O memory begins, unless there is so much RAM. */
#define MEMORY_IO_START 0xd0000000ULL

/*
 * Creates RAM of physical size @end bytes and, @with_io, I/O memory for devices: their pages, in
 * the first 2 MiB, and @io_more bytes. 0 or negative errno after a report.
 */
int memory_init(uint64_t end, bool with_io, uint64_t io_more);

int memory_ram_fd(void);
int memory_ku_fd(void);
int memory_io_fd(void); /* -1: there is none */
uint64_t memory_ram_end(void);
uint64_t memory_io_start(void);
uint64_t memory_io_end(void);
uint64_t memory_io_size(void);
void *memory_io_page(unsigned n);

/*
 * Kernel-user memory page by page, for snapshots: taken or not, where it is; and where to look
 * first for a free one.
 */
unsigned memory_ku_pages(void);
bool memory_ku_used(unsigned page);
void *memory_ku_page(unsigned page);
void memory_ku_free_all(void);
void memory_ku_take(unsigned page);
unsigned memory_ku_hint(void);
void memory_ku_set_hint(unsigned page);

/* Kernel pointer to a frame address (RAM or TLB_KU_FRAME); NULL when there is no such frame. */
void *memory_ptr(uint64_t pa);

/* Nothing to do: gives memory back to the host when the core has freed a lot of it. */
void memory_idle(void);

#endif
