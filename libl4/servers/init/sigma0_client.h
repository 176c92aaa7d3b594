/* SPDX-License-Identifier: MIT */
/* Requests to sigma0, our pager. Everything is mapped at the address sigma0 has it at. */
#ifndef INIT_SIGMA0_CLIENT_H
#define INIT_SIGMA0_CLIENT_H

#include <stdint.h>

/* Maps a free block of 2^@order bytes. 0 and *@addr, or a negative error. */
int sigma0_any_page(unsigned order, uint64_t *addr);

/* Maps the RAM of 2^@order bytes at @addr. 0 or a negative error. */
int sigma0_ram(uint64_t addr, unsigned order);

/* Maps 2^@order bytes of I/O memory at @addr. 0 or a negative error. */
int sigma0_io_memory(uint64_t addr, unsigned order);

#endif
