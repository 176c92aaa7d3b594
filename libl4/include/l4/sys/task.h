/* SPDX-License-Identifier: MIT */
/*
 * Task objects: an address space of memory, I/O ports and capabilities. Rights and errors of each
 * operation: l4/abi/task.h. Source: Fiasco/L4Re ABI, r-2026-W26: l4sys task.h. Results:
 * l4_error() of the returned tag.
 */
#ifndef L4_SYS_TASK_H
#define L4_SYS_TASK_H

#include <l4/abi/ops.h>
#include <l4/sys/ipc.h>

/*
 * Maps from src_task into dst_task (W right needed). snd_base: destination address or slot as
 * made by l4_map_control(). Nothing present in the source is no error.
 */
static inline l4_msgtag_t l4_task_map(l4_cap_idx_t dst_task, l4_cap_idx_t src_task,
				      l4_fpage_t snd_fpage, unsigned long snd_base)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag = l4_msgtag(L4_PROTO_TASK, 3, 0, 0);

	mr[0] = L4_TASK_MAP_OP;
	mr[1] = snd_base;
	mr[2] = snd_fpage.raw;
	l4_ipc_put_cap(&tag, src_task, u);
	return l4_ipc_kcall(dst_task, tag, u);
}

/*
 * Revokes the rights given in each flexpage (memory: R removes the page) from what was mapped
 * onward, with L4_FP_ALL_SPACES from the task itself too. num: 1..61. Afterwards the message
 * registers from 2 on hold the flexpages with access flags instead of rights: 1 referenced,
 * 2 written.
 */
static inline l4_msgtag_t l4_task_unmap_batch(l4_cap_idx_t task, l4_fpage_t const *fpages,
					      unsigned num, l4_umword_t map_mask)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	unsigned i;

	mr[0] = L4_TASK_UNMAP_OP;
	mr[1] = map_mask;
	for (i = 0; i < num; i++)
		mr[2 + i] = fpages[i].raw;
	return l4_ipc_kcall(task, l4_msgtag(L4_PROTO_TASK, 2 + num, 0, 0), u);
}

/* l4_task_unmap_batch() for one flexpage. */
static inline l4_msgtag_t l4_task_unmap(l4_cap_idx_t task, l4_fpage_t fpage, l4_umword_t map_mask)
{
	return l4_task_unmap_batch(task, &fpage, 1, map_mask);
}

/* Deletes the object behind a capability of the task (D right; else only the capability). */
static inline l4_msgtag_t l4_task_delete_obj(l4_cap_idx_t task, l4_cap_idx_t obj)
{
	return l4_task_unmap(task, l4_obj_fpage(obj, 0, L4_CAP_FPAGE_RWSD), L4_FP_DELETE_OBJ);
}

/* Empties a capability slot of the task. */
static inline l4_msgtag_t l4_task_release_cap(l4_cap_idx_t task, l4_cap_idx_t cap)
{
	return l4_task_unmap(task, l4_obj_fpage(cap, 0, L4_CAP_FPAGE_RWSD), L4_FP_ALL_SPACES);
}

/* Label 1 when the slot of the task is filled, 0 when empty. */
static inline l4_msgtag_t l4_task_cap_valid(l4_cap_idx_t task, l4_cap_idx_t cap)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_TASK_CAP_INFO_OP;
	mr[1] = cap & (~0UL << L4_CAP_SHIFT | L4_INVALID_CAP_BIT);
	return l4_ipc_kcall(task, l4_msgtag(L4_PROTO_TASK, 2, 0, 0), u);
}

/* Label 1 when both slots of the task hold the same object with the same rights, else 0. */
static inline l4_msgtag_t l4_task_cap_equal(l4_cap_idx_t task, l4_cap_idx_t a, l4_cap_idx_t b)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	mr[0] = L4_TASK_CAP_INFO_OP;
	mr[1] = a;
	mr[2] = b;
	return l4_ipc_kcall(task, l4_msgtag(L4_PROTO_TASK, 3, 0, 0), u);
}

/*
 * Adds kernel-user memory, for UTCBs and vCPU states: order 12..17, zeroed, mapped RW, never
 * moved. *ku_mem becomes what was added. -L4_EEXIST when the range is in use.
 */
static inline l4_msgtag_t l4_task_add_ku_mem(l4_cap_idx_t task, l4_fpage_t *ku_mem)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;
	l4_msgtag_t tag;

	mr[0] = L4_TASK_ADD_KU_MEM_OP;
	mr[1] = ku_mem->raw;
	tag = l4_ipc_kcall(task, l4_msgtag(L4_PROTO_TASK, 2, 0, 0), u);
	if (!l4_msgtag_has_error(tag) && l4_msgtag_label(tag) >= 0)
		ku_mem->raw = mr[0];
	return tag;
}

#endif
