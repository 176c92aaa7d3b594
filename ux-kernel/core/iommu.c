// SPDX-License-Identifier: MIT
/* Which device sees which DMA space. */
#include "iommu.h"

#include "arch.h"
#include "call.h"
#include "state.h"

#include <l4/abi/iommu.h>
#include <l4/abi/virtio.h>

struct iommu {
	struct kobj obj;
	unsigned devices;
	struct dma_space *bound[L4_UX_DEVICES_MAX]; /* not pinned: they say when they go */
};

STATE static struct iommu *iommu;

static void bind(unsigned device, struct dma_space *d)
{
	iommu->bound[device] = d;
	arch_dma_bind(device, d ? &d->space : NULL);
}

void iommu_forget(struct dma_space *d)
{
	for (unsigned i = 0; iommu && i < iommu->devices; i++)
		if (iommu->bound[i] == d)
			bind(i, NULL);
}

void iommu_tell_all(void)
{
	for (unsigned i = 0; iommu && i < iommu->devices; i++)
		bind(i, iommu->bound[i]);
}

bool iommu_exists(void)
{
	return iommu;
}

static uint64_t iommu_invoke(struct kobj *o, struct call *c)
{
	struct iommu *m = (struct iommu *)o;
	struct dma_space *d;
	struct cap *cap;
	int e;

	if (c->label != L4_PROTO_IOMMU)
		return call_result(-L4_EBADPROTO);
	if (c->words < 1)
		return call_result(-L4_EMSGTOOSHORT);
	if (c->mr[0] > L4_IOMMU_UNBIND_OP)
		return call_result(-L4_ENOSYS);
	if (c->words < 2)
		return call_result(-L4_EMSGTOOSHORT);
	e = call_object(c, 0, KOBJ_DMA_SPACE, &cap);
	if (e)
		return call_object_error(c, e);
	if (c->mr[1] >= m->devices)
		return call_result(-L4_ERANGE);
	d = dma_space_of(cap->obj);
	if (c->mr[0] == L4_IOMMU_UNBIND_OP) {
		if (m->bound[c->mr[1]] != d)
			return call_result(-L4_EINVAL);
		bind(c->mr[1], NULL);
		return call_result(0);
	}
	bind(c->mr[1], d);
	c->mr[0] = 0; /* the range of addresses the device can use */
	c->mr[1] = L4_UX_DMA_END - 1;
	return call_tag(0, 2, 0);
}

static void iommu_kill(struct kobj *o)
{
	struct iommu *m = (struct iommu *)o;

	for (unsigned i = 0; i < m->devices; i++)
		if (m->bound[i])
			bind(i, NULL);
	iommu = NULL;
}

static const struct kobj_ops iommu_ops = {
	.type = KOBJ_IOMMU,
	.name = "iommu",
	.size = sizeof(struct iommu),
	.invoke = iommu_invoke,
	.kill = iommu_kill,
};

struct kobj *iommu_create(unsigned devices)
{
	iommu = kobj_create(&iommu_ops, NULL);
	if (!iommu)
		return NULL;
	iommu->devices = devices;
	return &iommu->obj;
}
