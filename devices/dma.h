/* SPDX-License-Identifier: MIT */
/*
 * What a device sees of guest memory. Every address that comes from the guest goes through
 * dma_ptr(), which knows exactly the ranges the kernel has told. They are mapped at their own
 * distance from the start of one reserved window, in which everything else is inaccessible: a
 * mistake here is a fault, not somebody else's memory.
 */
#ifndef DEVICES_DMA_H
#define DEVICES_DMA_H

#include "device_wire.h"

#include <stdbool.h>
#include <stdint.h>

#define DMA_RANGES 1024U

struct dma {
	int fd;
	char *window;
	uint64_t size;
	unsigned count;
	struct dma_piece {
		uint64_t start, end;
		unsigned rights;
	} piece[DMA_RANGES]; /* sorted, never two that could be one */
};

/* @fd: guest memory; @size: end of the addresses that can be used. 0 or negative errno. */
int dma_init(struct dma *d, int fd, uint64_t size);

/* Replaces what is at a range. 0 or negative errno; after an error nothing is there. */
int dma_set(struct dma *d, const struct device_range *r);

/* [@va, @va + @len), if all of it is there with @rights and @len is not 0; else NULL. */
void *dma_ptr(const struct dma *d, uint64_t va, uint64_t len, unsigned rights);

#endif
