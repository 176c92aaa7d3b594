/* SPDX-License-Identifier: MIT */
/*
 * Operations of the IOMMU, label L4_PROTO_IOMMU, which exists only when there are devices. A
 * DMA space is made by the factory (L4_PROTO_DMA_SPACE) and takes task map and unmap
 * (task.h) for memory. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys iommu.
 */
#ifndef L4_ABI_IOMMU_H
#define L4_ABI_IOMMU_H

enum l4_iommu_op {
	/*
	 * A device sees a DMA space from now on, instead of what it saw before.
	 * In: MR1 source id (number of the device), item: DMA space.
	 * Out: MR0, MR1 first and last address the device can use.
	 * Errors: -L4_ERANGE: no such device.
	 */
	L4_IOMMU_BIND_OP = 0,
	/*
	 * A device sees nothing any more.
	 * In: MR1 source id, item: the DMA space it sees.
	 * Errors: -L4_ERANGE, -L4_EINVAL: it sees another one.
	 */
	L4_IOMMU_UNBIND_OP = 1,
};

#endif
