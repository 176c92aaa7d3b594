/* SPDX-License-Identifier: MIT */
/* Tasks and factories: what they answer, ku_mem, and what can be created. */
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define T L4_BASE_TASK_CAP
#define F L4_BASE_FACTORY_CAP
#define KU 0x70000000000UL

static void answers(void)
{
	tap_is(abi_call(T, L4_PROTO_TASK, 1, 0x42, 0, 0), -L4_ENOSYS, "unknown task operation");
	tap_is(abi_call(T, L4_PROTO_TASK, 2, 0x11, 0, 0), -L4_ENOSYS, "local descriptors");
	tap_is(abi_call(T, L4_PROTO_LOG, 1, 0, 0, 0), -L4_EBADPROTO, "wrong protocol for a task");
	tap_is(abi_call(T, L4_PROTO_TASK, 1, L4_TASK_CAP_INFO_OP, 0, 0), -L4_EINVAL,
	       "capability info without a capability");
	tap_is(abi_call(T, L4_PROTO_TASK, 4, L4_TASK_CAP_INFO_OP, T, T), -L4_EINVAL,
	       "capability info with three capabilities");
	tap_is(abi_present(T), 1, "capability info: present");
	tap_is(abi_present(SLOT(0)), 0, "capability info: absent");
	tap_is(abi_present(L4_INVALID_CAP), 0, "capability info: the invalid selector is absent");
	tap_is(abi_equal(T, T), 1, "capability info: equal to itself");
	tap_is(abi_equal(T, F), 0, "capability info: other object");
	tap_is(abi_call(T, L4_PROTO_TASK, 1, L4_TASK_UNMAP_OP, 0, 0), 0, "unmap of one word");
	tap_is(abi_call(T, L4_PROTO_TASK, 2, L4_TASK_UNMAP_OP, L4_FP_ALL_SPACES, 0), 0,
	       "unmap of no flexpages");
	tap_is(abi_call(T, L4_PROTO_TASK, 3, L4_TASK_MAP_OP, 0, 0), -L4_EINVAL,
	       "map without a source task");
	tap_is(abi_call_cap(T, L4_PROTO_TASK, 3, L4_TASK_MAP_OP, 0, F), -L4_EINVAL,
	       "map with a factory as the source");
	tap_is(abi_call_cap(T, L4_PROTO_TASK, 3, L4_TASK_MAP_OP, 0, SLOT(0)), -L4_EINVAL,
	       "map with an empty slot as the source");
	MR(0) = L4_TASK_MAP_OP;
	MR(3) = L4_ITEM_MAP;
	MR(4) = l4_fpage(0x10000, 12, L4_FPAGE_RW).raw;
	tap_is(abi_invoke(T | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 3, 1), 0, 0).result,
	       IPC_ERROR(L4_IPC_SEMSGCUT), "map with memory in place of the source task");
}

static void capabilities(void)
{
	tap_is(abi_copy(F, SLOT(1), L4_CAP_FPAGE_RWS, 0), 0, "copy a capability");
	tap_is(abi_present(SLOT(1)), 1, "the copy is there");
	tap_is(abi_equal(F, SLOT(1)), 1, "the copy is equal");
	tap_is(abi_copy(F, SLOT(2), L4_CAP_FPAGE_RO, 0), 0, "copy with R only");
	tap_is(abi_equal(F, SLOT(2)), 0, "fewer rights are not equal");
	tap_is(abi_create(L4_PROTO_THREAD, SLOT(3)), 0, "create through the factory");
	l4_factory_create(SLOT(2), L4_PROTO_THREAD, SLOT(4));
	tap_is(l4_error(l4_factory_create(SLOT(2), L4_PROTO_THREAD, SLOT(4))), -L4_EPERM,
	       "a factory without S creates nothing");
	tap_is(abi_copy(F, SLOT(5), L4_CAP_FPAGE_W, 0), 0, "copy without R answers 0");
	tap_is(abi_present(SLOT(5)), 0, "without R nothing is mapped");
	tap_is(abi_copy(SLOT(40), SLOT(1), L4_CAP_FPAGE_RWS, 0), 0, "copy of an empty slot");
	tap_is(abi_present(SLOT(1)), 1, "an empty source leaves the destination");
	tap_is(abi_copy(F, 65536UL << 12, L4_CAP_FPAGE_RWS, 0), 0, "map to index 65536 answers 0");
	tap_is(abi_present(65536UL << 12), 0, "but maps nothing");
	abi_drop(SLOT(1), L4_FP_OTHER_SPACES);
	tap_is(abi_present(SLOT(1)), 1, "unmap from others leaves a capability");
	abi_drop(SLOT(1), L4_FP_ALL_SPACES);
	tap_is(abi_present(SLOT(1)), 0, "unmap from all removes it");
	tap_is(abi_present(F), 1, "and only it");
	abi_copy(SLOT(3), SLOT(6), L4_CAP_FPAGE_RWS, 0);
	abi_drop(SLOT(6), L4_FP_DELETE_OBJ);
	tap_is(abi_present(SLOT(6)), 0, "delete without D removes the capability");
	tap_is(abi_present(SLOT(3)), 1, "delete without D spares the object");
	abi_copy(SLOT(3), SLOT(6), L4_CAP_FPAGE_RWSD, 0);
	abi_drop(SLOT(6), L4_FP_DELETE_OBJ);
	tap_is(abi_present(SLOT(3)), 0, "delete with D removes every capability");
	abi_copy(F, SLOT(7), L4_CAP_FPAGE_RWS, 0);
	l4_task_unmap(T, l4_obj_fpage(SLOT(7), 0, L4_CAP_FPAGE_S), L4_FP_ALL_SPACES);
	tap_is(abi_present(SLOT(7)), 1, "unmap of S leaves the capability");
	tap_is(l4_error(l4_factory_create(SLOT(7), L4_PROTO_THREAD, SLOT(4))), -L4_EPERM,
	       "unmap of S takes S");
	tap_is(abi_equal(F, SLOT(7)), 0, "after unmap of S the two differ");
	l4_task_unmap(T, l4_obj_fpage(SLOT(7), 0, L4_CAP_FPAGE_RO), L4_FP_ALL_SPACES);
	tap_is(MR(2) & 15, 0, "unmap of capabilities reports no access");
}

static void created(void)
{
	static const struct {
		long type, result;
		const char *name;
	} kinds[] = {
		{ L4_PROTO_THREAD, 0, "thread" },
		{ L4_PROTO_NONE, 0, "gate by label 0" },
		{ L4_PROTO_KOBJECT, 0, "gate by label -10" },
		{ L4_PROTO_IRQ_SENDER, 0, "IRQ sender" },
		{ L4_PROTO_SEMAPHORE, 0, "semaphore" },
		{ -9, -L4_ENODEV, "thread group" },
		{ -19, -L4_ENODEV, "the reserved label" },
		{ L4_PROTO_LOG, -L4_ENODEV, "log" },
		{ L4_PROTO_DMA_SPACE, -L4_ENOMEM, "DMA space without an IOMMU" },
		{ L4_PROTO_SCHEDULER, -L4_ENODEV, "scheduler" },
		{ 77, -L4_ENODEV, "an unknown label" },
		{ L4_PROTO_TASK, -L4_EINVAL, "task without a flexpage" },
	};
	struct answer a;

	for (unsigned i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		tap_isf(abi_create(kinds[i].type, SLOT(8)), kinds[i].result, "create: %s",
			kinds[i].name);
	tap_is(abi_create(L4_PROTO_THREAD, 65536UL << 12), -L4_ENOMEM, "create in index 65536");
	MR(0) = (l4_umword_t)L4_PROTO_IRQ_SENDER;
	l4_ipc_rcv_cap(SLOT(9), l4_utcb());
	a = abi_invoke(F | L4_SYSF_CALL, TAG(L4_PROTO_FACTORY, 1, 0), 0, 0);
	tap_is(a.tag.raw, 0x40, "the answer is one item without words");
	tap_is((long)MR(0), 0x38, "the item is a mapped capability of order 0");
	abi_copy(F, SLOT(10), L4_CAP_FPAGE_RWS, 0);
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(10));
	tap_is(abi_equal(F, SLOT(10)), 0, "a new object replaces what was in its slot");
	l4_utcb_br()->bdr = 0;
	BR(0) = 0;
	tap_is(abi_call(F, L4_PROTO_FACTORY, 1, (l4_umword_t)L4_PROTO_THREAD, 0, 0),
	       IPC_ERROR(L4_IPC_REMSGCUT), "create without a buffer");
	tap_is(l4_error(l4_factory_create_gate(F, SLOT(11), L4_BASE_THREAD_CAP, 0x41)), -L4_EINVAL,
	       "a gate's label has two free bits");
	tap_is(l4_error(l4_factory_create_gate(F, SLOT(11), F, 0x40)), -L4_EINVAL,
	       "a gate is not bound to a factory");
	abi_copy(L4_BASE_THREAD_CAP, SLOT(14), L4_CAP_FPAGE_RW, 0);
	tap_is(l4_error(l4_factory_create_gate(F, SLOT(11), SLOT(14), 0x40)), -L4_EPERM,
	       "nor to a thread without S");
	tap_is(abi_present(SLOT(11)), 0, "what fails makes nothing");
	tap_is(l4_error(l4_factory_create_gate(F, SLOT(11), L4_INVALID_CAP, 0x41)), 0,
	       "the label of an unbound gate is not looked at");
	tap_is(l4_error(l4_factory_create_factory(F, SLOT(12), 0)), -L4_ENOMEM, "factory of 0");
	tap_is(l4_error(l4_factory_create_factory(F, SLOT(12), ~0UL >> 1)), -L4_ENOMEM,
	       "factory without a limit");
	tap_is(l4_error(l4_factory_create_factory(F, SLOT(12), 0x10000)), 0, "factory of 64 KiB");
	tap_is(l4_error(l4_factory_create(SLOT(12), L4_PROTO_THREAD, SLOT(13))), 0,
	       "the new factory creates");
}

static long add(l4_addr_t addr, unsigned order, l4_umword_t rights)
{
	return abi_call(T, L4_PROTO_TASK, 2, L4_TASK_ADD_KU_MEM_OP,
			l4_fpage(addr, order, (unsigned char)rights).raw, 0);
}

static void ku_mem(void)
{
	volatile l4_umword_t *p = (volatile l4_umword_t *)(KU + 0x11000);
	l4_fpage_t area = l4_fpage(KU, 12, L4_FPAGE_RW);

	tap_is(add(KU, 12, L4_FPAGE_RW), 0, "add a page of ku_mem");
	tap_is((long)MR(0), (long)l4_fpage(KU, 12, 0).raw,
	       "the flexpage comes back without rights");
	tap_is(*(volatile long *)KU, 0, "ku_mem is zeroed");
	*(volatile long *)KU = 7;
	tap_is(*(volatile long *)KU, 7, "ku_mem is writable");
	tap_is(add(KU, 12, L4_FPAGE_RW), -L4_EEXIST, "ku_mem over ku_mem");
	tap_is(add(KU + 0x100000, 11, L4_FPAGE_RW), -L4_EINVAL, "ku_mem of order 11");
	tap_is(add(KU + 0x100000, 18, L4_FPAGE_RW), -L4_EINVAL, "ku_mem of order 18");
	tap_is(add(KU + 0x100000, 17, 0), 0, "ku_mem of order 17, without rights");
	*(volatile long *)(KU + 0x100000) = 5;
	tap_is(*(volatile long *)(KU + 0x100000), 5, "is writable all the same");
	tap_is(abi_call(T, L4_PROTO_TASK, 2, L4_TASK_ADD_KU_MEM_OP,
			l4_obj_fpage(0, 12, L4_CAP_FPAGE_RWS).raw, 0),
	       -L4_EINVAL, "ku_mem that is no memory");
	tap_is(add(KU + 0x11000, 13, L4_FPAGE_RW), 0, "ku_mem not aligned to its size");
	tap_is((long)MR(0), (long)l4_fpage(KU + 0x11000, 13, 0).raw, "keeps its address");
	p[0] = 1;
	p[512] = 2;
	tap_is((long)(p[0] + p[512]), 3, "and its size");
	l4_task_unmap(T, l4_fpage(KU, 12, L4_FPAGE_RWX), L4_FP_ALL_SPACES);
	tap_is(*(volatile long *)KU, 7, "ku_mem ignores unmap");
	tap_is(l4_error(l4_factory_create_task(F, SLOT(20), &area)), 0, "create a task");
	tap_is((long)area.raw, (long)l4_fpage(KU, 12, 0).raw, "its area comes back without rights");
	tap_is(abi_call(SLOT(20), L4_PROTO_TASK, 2, L4_TASK_ADD_KU_MEM_OP, l4_fpage(KU, 12, 0).raw,
			0),
	       -L4_EEXIST, "a new task's UTCB area is ku_mem");
	area.raw = 0;
	tap_is(l4_error(l4_factory_create_task(F, SLOT(20), &area)), 0, "a task without ku_mem");
	tap_is(abi_call(SLOT(20), L4_PROTO_TASK, 2, L4_TASK_CAP_INFO_OP, T, 0), 0,
	       "a new task has no capabilities");
	area = l4_fpage(KU, 11, 0);
	tap_is(l4_error(l4_factory_create_task(F, SLOT(21), &area)) < 0, 1,
	       "no task with an area of order 11");
	tap_is(abi_present(SLOT(21)), 0, "a failed creation leaves the slot empty");
}

static const struct tap_group groups[] = {
	{ "answers", answers },
	{ "capabilities", capabilities },
	{ "created", created },
	{ "ku-mem", ku_mem },
};

TAP_MAIN("abi-task")
