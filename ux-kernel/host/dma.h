/* SPDX-License-Identifier: MIT */
/*
 * What devices see of guest memory. The core tells where DMA spaces change (arch_tlb_*). Before
 * guest code runs again the devices are told what is there now, and have answered: memory that
 * was taken back is out of their reach.
 */
#ifndef HOST_DMA_H
#define HOST_DMA_H

#include <stdint.h>

struct device;
struct space;

/* Something is new, gone or different in [@va, @va + @len) of the DMA space @s. */
void dma_changed(struct space *s, uint64_t va, uint64_t len);

/* Tells a device everything it sees, from nothing. */
void dma_tell_all(struct device *d);

/* Waits until every device has done what it was told. Cheap when there is nothing. */
void dma_sync(void);

/* Waits until @d says that it has nothing left to do. It has sent its interrupts then. */
void dma_settle(struct device *d);

/* The same, and from then on it does nothing, until it is told something again. */
void dma_hold(struct device *d);

/* Nothing is to be told to anybody: no device is there. */
void dma_forget(void);

#endif
