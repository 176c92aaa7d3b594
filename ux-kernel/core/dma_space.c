// SPDX-License-Identifier: MIT
/* DMA spaces: the part of the task protocol that is about memory. */
#include "call.h"
#include "iommu.h"
#include "mapdb.h"
#include "task.h"
#include "thread.h"

#include <l4/abi/ops.h>

static uint64_t dma_map(struct dma_space *d, struct call *c)
{
	struct cap *cap;
	int e = call_object(c, 0, KOBJ_TASK, &cap);

	if (e)
		return call_object_error(c, e);
	if (c->words != 3 || fpage_type(c->mr[2]) != L4_FPAGE_MEMORY)
		return call_result(-L4_EINVAL);
	if (!(c->rights & CAP_W))
		return call_result(-L4_EPERM);
	e = task_map_memory(task_of(cap->obj), &d->space, c);
	return e < 0 ? call_ipc_error(c, L4_IPC_SEMAPFAILED) : call_result(0);
}

static uint64_t dma_unmap(struct dma_space *d, struct call *c)
{
	bool self = c->words > 1 && c->mr[1] & L4_FP_ALL_SPACES;

	for (unsigned i = 2; i < c->words; i++) {
		uint64_t fp = c->mr[i];
		unsigned access = 0;

		if (fpage_type(fp) == L4_FPAGE_MEMORY || fpage_is_all(fp))
			access = mapdb_unmap(&d->space, fpage_addr(fp), fpage_order(fp),
					     fpage_rights(fp), self);
		c->mr[i] = (fp & ~L4_FPAGE_RIGHTS_MASK) | access;
	}
	return call_tag(0, c->words, 0);
}

static uint64_t dma_invoke(struct kobj *o, struct call *c)
{
	if (c->label != L4_PROTO_TASK)
		return call_result(-L4_EBADPROTO);
	if (c->words < 1)
		return call_result(-L4_EINVAL);
	switch (c->mr[0]) {
	case L4_TASK_MAP_OP:
		return dma_map(dma_space_of(o), c);
	case L4_TASK_UNMAP_OP:
		return dma_unmap(dma_space_of(o), c);
	default:
		return call_result(-L4_ENOSYS);
	}
}

static void dma_kill(struct kobj *o)
{
	iommu_forget(dma_space_of(o));
	mapdb_clear(&dma_space_of(o)->space);
}

static void dma_free(struct kobj *o)
{
	space_destroy(&dma_space_of(o)->space);
}

static const struct kobj_ops dma_ops = {
	.type = KOBJ_DMA_SPACE,
	.name = "dma",
	.size = sizeof(struct dma_space),
	.invoke = dma_invoke,
	.kill = dma_kill,
	.free = dma_free,
};

struct dma_space *dma_space_create(struct factory *quota)
{
	struct dma_space *d = iommu_exists() ? kobj_create(&dma_ops, quota) : NULL;

	if (!d)
		return NULL;
	if (space_init(&d->space, quota) < 0) {
		kobj_unpin(&d->obj);
		return NULL;
	}
	d->space.dma = true;
	return d;
}
