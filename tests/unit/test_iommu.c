// SPDX-License-Identifier: MIT
/* IOMMU, DMA spaces and doorbells: who sees what, and that nothing is seen any more. */
#include "fake_system.h"

#include "core/iommu.h"
#include "core/irq.h"
#include "core/mapdb.h"
#include "core/platform.h"

#include <l4/abi/ops.h>
#include <l4/abi/virtio.h>

#define DEVICES 2U
#define SEL(slot) ((uint64_t)(slot) << L4_CAP_SHIFT)
#define PAGE 0x1000UL

enum { SLOT_TASK = 1, SLOT_FACTORY = 2, SLOT_ICU = 6, SLOT_IOMMU = 8, SLOT_DMA = 20, SLOT_IRQ };

static struct factory *f;
static struct task *task;
static struct thread *t;

static void give(unsigned slot, struct kobj *o)
{
	fake_give(task, slot, o, CAP_ALL);
	kobj_unpin(o);
}

static int setup(void **state)
{
	(void)state;
	fake_reset();
	f = factory_create(NULL, FACTORY_UNLIMITED);
	task = fake_task(f);
	t = fake_thread(f, task, 0, 3);
	fake_give(task, SLOT_FACTORY, &f->obj, CAP_ALL);
	give(SLOT_ICU, icu_create(DEVICES));
	give(SLOT_IOMMU, iommu_create(DEVICES));
	task->space.identity_start = 0x10000;
	task->space.identity_end = 0x10000000;
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fake_end(task);
	kobj_unpin(&f->obj);
	assert_int_equal(space_mapping_count(), 0);
	assert_int_equal(kobj_count(), 0);
	assert_false(iommu_exists());
	for (unsigned i = 0; i < DEVICES; i++)
		assert_null(fake.dma[i]);
	return 0;
}

static long call(unsigned slot, long label, unsigned words, unsigned items)
{
	return (long)fake_syscall(t, SEL(slot) | L4_SYSF_CALL, call_tag(label, words, items), 0) >>
	       L4_MSGTAG_LABEL_SHIFT;
}

static void put_cap(unsigned word, unsigned slot)
{
	t->utcb->mr[word] = L4_ITEM_MAP;
	t->utcb->mr[word + 1] = SEL(slot) | L4_FPAGE_OBJ << L4_FPAGE_TYPE_SHIFT | 0xf;
}

static long create(long type, unsigned slot)
{
	t->utcb->bdr = 0;
	t->utcb->br[0] = SEL(slot) | L4_ITEM_MAP | L4_RCV_ITEM_SINGLE_CAP;
	t->utcb->mr[0] = type;
	return call(SLOT_FACTORY, L4_PROTO_FACTORY, 1, 0);
}

static struct dma_space *dma(void)
{
	return dma_space_of(cap_lookup(&task->caps, SLOT_DMA)->obj);
}

static long iommu(unsigned op, uint64_t source, unsigned slot)
{
	t->utcb->mr[0] = op;
	t->utcb->mr[1] = source;
	put_cap(2, slot);
	return call(SLOT_IOMMU, L4_PROTO_IOMMU, 2, 1);
}

static long map(uint64_t from, uint64_t to, unsigned order, unsigned rights)
{
	t->utcb->mr[0] = L4_TASK_MAP_OP;
	t->utcb->mr[1] = to | L4_ITEM_MAP;
	t->utcb->mr[2] = from | order << L4_FPAGE_ORDER_SHIFT |
			 L4_FPAGE_MEMORY << L4_FPAGE_TYPE_SHIFT | rights;
	put_cap(3, SLOT_TASK);
	return call(SLOT_DMA, L4_PROTO_TASK, 3, 1);
}

static void bind_and_unbind(void **state)
{
	(void)state;
	assert_int_equal(create(L4_PROTO_DMA_SPACE, SLOT_DMA), 0);
	assert_int_equal(iommu(L4_IOMMU_BIND_OP, 0, SLOT_DMA), 0);
	assert_int_equal(t->utcb->mr[1], L4_UX_DMA_END - 1);
	assert_int_equal(iommu(L4_IOMMU_BIND_OP, 1, SLOT_DMA), 0);
	assert_ptr_equal(fake.dma[0], &dma()->space);
	assert_ptr_equal(fake.dma[1], &dma()->space);
	assert_int_equal(iommu(L4_IOMMU_UNBIND_OP, 1, SLOT_DMA), 0);
	assert_null(fake.dma[1]);
	assert_int_equal(iommu(L4_IOMMU_UNBIND_OP, 1, SLOT_DMA), -L4_EINVAL);
	assert_int_equal(iommu(L4_IOMMU_BIND_OP, DEVICES, SLOT_DMA), -L4_ERANGE);
	assert_int_equal(iommu(L4_IOMMU_BIND_OP, 0, SLOT_TASK), -L4_EINVAL);
	assert_int_equal(iommu(7, 0, SLOT_DMA), -L4_ENOSYS);
	/* deleting the space leaves the device with nothing */
	cap_remove(cap_lookup(&task->caps, SLOT_DMA));
	assert_null(fake.dma[0]);
}

static void mapping(void **state)
{
	struct mapping *m;

	(void)state;
	create(L4_PROTO_DMA_SPACE, SLOT_DMA);
	assert_int_equal(map(0x400000, 0, 21, L4_FPAGE_RW), 0);
	m = space_lookup(&dma()->space, 0x1000);
	assert_non_null(m);
	assert_int_equal(m->pa, 0x400000);
	/* what its owner loses, the device loses, and the machine is told */
	fake.tlb_unmaps = 0;
	mapdb_unmap(&task->space, 0x401000, 12, L4_FPAGE_R, false);
	assert_null(space_lookup(&dma()->space, 0x1000));
	assert_non_null(space_lookup(&dma()->space, 0x2000));
	assert_int_equal(fake.tlb_unmaps, 1);
	/* unmap by the protocol */
	t->utcb->mr[0] = L4_TASK_UNMAP_OP;
	t->utcb->mr[1] = L4_FP_ALL_SPACES;
	t->utcb->mr[2] = 0x2000 | 12 << L4_FPAGE_ORDER_SHIFT |
			 L4_FPAGE_MEMORY << L4_FPAGE_TYPE_SHIFT | L4_FPAGE_RWX;
	assert_int_equal(call(SLOT_DMA, L4_PROTO_TASK, 3, 0), 0);
	assert_null(space_lookup(&dma()->space, 0x2000));
	/* nothing else of a task */
	t->utcb->mr[0] = L4_TASK_CAP_INFO_OP;
	assert_int_equal(call(SLOT_DMA, L4_PROTO_TASK, 2, 0), -L4_ENOSYS);
	t->utcb->mr[0] = L4_TASK_ADD_KU_MEM_OP;
	assert_int_equal(call(SLOT_DMA, L4_PROTO_TASK, 2, 0), -L4_ENOSYS);
	assert_int_equal(call(SLOT_DMA, L4_PROTO_THREAD, 2, 0), -L4_EBADPROTO);
}

static void without_iommu(void **state)
{
	(void)state;
	cap_remove(cap_lookup(&task->caps, SLOT_IOMMU));
	assert_int_equal(create(L4_PROTO_DMA_SPACE, SLOT_DMA), -L4_ENOMEM);
}

static void doorbell(void **state)
{
	(void)state;
	assert_int_equal(create(L4_PROTO_IRQ_SENDER, SLOT_IRQ), 0);
	t->utcb->mr[0] = L4_ICU_OP_BIND;
	t->utcb->mr[1] = icu_doorbell(1);
	put_cap(2, SLOT_IRQ);
	assert_int_equal(call(SLOT_ICU, L4_PROTO_IRQ, 2, 1), 0);
	for (unsigned i = 1; i <= 3; i++) {
		t->utcb->mr[0] = L4_IRQ_OP_TRIGGER;
		fake_syscall(t, SEL(SLOT_IRQ) | L4_SYSF_SEND, call_tag(L4_PROTO_IRQ, 1, 0), 0);
		assert_int_equal(fake.doorbells, i);
	}
	/* and it is no interrupt */
	assert_false(irq_of(cap_lookup(&task->caps, SLOT_IRQ)->obj)->pending);
	t->utcb->mr[0] = L4_ICU_OP_BIND;
	t->utcb->mr[1] = icu_interrupt(1);
	put_cap(2, SLOT_IRQ);
	assert_int_equal(call(SLOT_ICU, L4_PROTO_IRQ, 2, 1), 0);
	icu_raise(1);
	assert_true(irq_of(cap_lookup(&task->caps, SLOT_IRQ)->obj)->pending);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(bind_and_unbind, setup, teardown),
		cmocka_unit_test_setup_teardown(mapping, setup, teardown),
		cmocka_unit_test_setup_teardown(without_iommu, setup, teardown),
		cmocka_unit_test_setup_teardown(doorbell, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
