// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices: the configuration page is I/O memory, interrupt and doorbell are IRQ objects at pins of
 * the ICU, and all devices see our RAM, from address 0 on, in one DMA space.
 */
#include <linux/kernel.h>
#include "l4c.h"

#define MEM_DESC_START (~0x3ffUL)

static bool dma_ready;

static const l4_mem_desc_t *io_memory(void)
{
	const l4_mem_desc_t *d = (const void *)l4c_kip + l4c_kip->mem_descs;
	int i;

	for (i = 0; i < l4c_kip->mem_descs_num; i++)
		if ((d[i].l & 0xf) == l4_mem_type_shared && !(d[i].l & L4_MEM_DESC_VIRTUAL))
			return &d[i];
	return NULL;
}

int l4h_device_count(void)
{
	const l4_mem_desc_t *d = io_memory();

	if (!d || !l4c_kip_feature(L4_UX_FEATURE_VIRTIO))
		return 0;
	return min((d->h + 1 - (d->l & MEM_DESC_START)) / L4_PAGESIZE, L4_UX_DEVICES_MAX + 0UL);
}

static long map_io(unsigned long io, int order, unsigned long va)
{
	l4_utcb_layout_t *u = l4c_utcb();
	long err;

	u->bdr = 0;
	u->br[0] = L4_ITEM_MAP;
	u->br[1] = l4c_fpage(va, order, 0);
	u->br[2] = 0;
	u->mr[0] = L4_INIT_IO_PAGE_OP;
	u->mr[1] = io;
	u->mr[2] = order;
	err = l4c_call(L4_BASE_PAGER_CAP, l4c_tag(L4_PROTO_UX_INIT, 3, 0));
	u->br[0] = 0;
	return err;
}

static long map_page(int n, unsigned long va)
{
	return map_io((io_memory()->l & MEM_DESC_START) + n * L4_PAGESIZE, L4_PAGESHIFT, va);
}

void *l4h_device_memory(unsigned long io, unsigned long size)
{
	unsigned long va = L4C_DEVICE_MEMORY + io, done = 0;
	int order = size < L4_SUPERPAGESIZE ? L4_PAGESHIFT : L4_SUPERPAGESHIFT, old = l4c_lock();
	long err = 0;

	for (; err >= 0 && done < size; done += 1UL << order)
		err = map_io(io + done, order, va + done);
	l4c_unlock(old);
	return err < 0 ? NULL : (void *)va;
}

static long pin_bind(unsigned int pin, unsigned long slot)
{
	l4_utcb_layout_t *u = l4c_utcb();
	long err = l4c_create(L4_PROTO_IRQ_SENDER, slot);

	if (err < 0)
		return err;
	u->mr[0] = L4_ICU_OP_BIND;
	u->mr[1] = pin;
	u->mr[2] = L4_ITEM_MAP;
	u->mr[3] = l4c_cap_fpage(slot, L4_CAP_FPAGE_RWS);
	return l4c_call(L4_BASE_ICU_CAP, l4c_tag(L4_PROTO_IRQ, 2, 1));
}

/* How much of our RAM from `ram` on one page fault brings; all of it is mapped afterwards. */
static unsigned long touch_block(unsigned long ram)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_INIT_BLOCK_OP;
	u->mr[1] = ram;
	if (l4c_call(L4_BASE_PAGER_CAP, l4c_tag(L4_PROTO_UX_INIT, 2, 0)) < 0)
		return 0;
	READ_ONCE(*(char *)ram);
	return u->mr[0] + (1UL << u->mr[1]) - ram;
}

static long dma_map(unsigned long ram, int order)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_TASK_MAP_OP;
	u->mr[1] = (ram - l4c_ram_start) | L4_ITEM_MAP;
	u->mr[2] = l4c_fpage(ram, order, L4_FPAGE_RW);
	u->mr[3] = L4_ITEM_MAP;
	u->mr[4] = l4c_cap_fpage(L4_BASE_TASK_CAP >> L4_CAP_SHIFT, L4_CAP_FPAGE_RWS);
	return l4c_call(SEL(SLOT_DMA), l4c_tag(L4_PROTO_TASK, 3, 1));
}

static long dma_init(void)
{
	unsigned long ram = l4c_ram_start, block, len;
	long err = dma_ready ? 0 : l4c_create(L4_PROTO_DMA_SPACE, SLOT_DMA);
	int order;

	while (!dma_ready && err >= 0 && ram < l4c_ram_end) {
		block = touch_block(ram);
		if (!block)
			return -L4_EFAULT;
		for (len = min(block, l4c_ram_end - ram); len && err >= 0; len -= 1UL << order) {
			order = l4c_order(ram, ram - l4c_ram_start, len);
			err = dma_map(ram, order);
			ram += 1UL << order;
		}
	}
	dma_ready = err >= 0;
	return err;
}

static long iommu_bind(int n)
{
	l4_utcb_layout_t *u = l4c_utcb();

	u->mr[0] = L4_IOMMU_BIND_OP;
	u->mr[1] = n;
	u->mr[2] = L4_ITEM_MAP;
	u->mr[3] = l4c_cap_fpage(SLOT_DMA, L4_CAP_FPAGE_RWS);
	return l4c_call(L4_BASE_IOMMU_CAP, l4c_tag(L4_PROTO_IOMMU, 2, 1));
}

static long open_device(int n, const struct l4virtio_config *page)
{
	unsigned long irq = SLOT_IRQ + L4H_IRQ_DEVICE + n;
	long err = map_page(n, (unsigned long)page);

	if (err >= 0 && page->magic != L4VIRTIO_MAGIC)
		return -L4_ENODEV;
	if (err >= 0)
		err = dma_init();
	if (err >= 0)
		err = iommu_bind(n);
	if (err >= 0)
		err = pin_bind(page->device_notify_index, SLOT_BELL + n);
	if (err >= 0)
		err = pin_bind(page->driver_notify_index, irq);
	if (err >= 0)
		err = l4c_irq_bind(irq, IRQ_LABEL + L4H_IRQ_DEVICE + n);
	return err;
}

void *l4h_device_open(int n)
{
	void *page = (void *)(L4C_DEVICE_BASE + n * L4_PAGESIZE);
	int old = l4c_lock();
	long err = open_device(n, page);

	l4c_unlock(old);
	if (err >= 0)
		return page;
	pr_err("l4: device %d cannot be used, L4 error %ld\n", n, err);
	return NULL;
}

void l4h_device_ring(int n)
{
	int old = l4c_lock();

	l4c_invoke(SEL(SLOT_BELL + n) | L4_SYSF_SEND, l4c_tag(L4_PROTO_IRQ, 0, 0), 0, NULL);
	l4c_unlock(old);
}
