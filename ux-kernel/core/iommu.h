/* SPDX-License-Identifier: MIT */
/*
 * IOMMU and DMA spaces (L4Re manual, group "IOMMU"). A DMA space is the address space of a device:
 * mapped into and taken back like a task's, by the same mapping database, and without anything
 * else a task has. The IOMMU says which device uses which; it exists only when there are devices.
 */
#ifndef CORE_IOMMU_H
#define CORE_IOMMU_H

#include "kobj.h"
#include "space.h"

struct dma_space {
	struct kobj obj;
	struct space space;
};

static inline struct dma_space *dma_space_of(struct kobj *o)
{
	return (struct dma_space *)o;
}

/* NULL: quota or memory exhausted, or there is no IOMMU. */
struct dma_space *dma_space_create(struct factory *quota);

/* For @devices devices, numbered from 0. */
struct kobj *iommu_create(unsigned devices);

/* No device may use @d any more. */
void iommu_forget(struct dma_space *d);

/* Tells the machine again what it is told by arch_dma_bind(). */
void iommu_tell_all(void);

bool iommu_exists(void);

#endif
