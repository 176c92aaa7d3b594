// SPDX-License-Identifier: GPL-2.0-only
/* User address spaces: an L4 task each. A handle is the index of its capability. */
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/kernel.h>
#include "l4c.h"

#define MAX_FPAGES 61 /* MR2.. of one unmap message */

static DEFINE_IDA(slots);

int l4h_task_create(void)
{
	int slot = ida_alloc_range(&slots, SLOT_TASKS, L4_CAP_INDICES - 1, GFP_ATOMIC);
	int old;
	long err;

	if (slot < 0)
		return slot;
	old = l4c_lock();
	err = l4c_create(L4_PROTO_TASK, slot);
	l4c_unlock(old);
	if (err >= 0)
		return slot;
	ida_free(&slots, slot);
	return -ENOMEM;
}

void l4h_task_destroy(int task)
{
	l4_utcb_layout_t *u = l4c_utcb();
	int old = l4c_lock();

	/* the vCPU may hold on to it as its current user task */
	if (vcpu->user_task >> L4_CAP_SHIFT == task)
		vcpu->user_task = L4_INVALID_CAP;
	u->mr[0] = L4_TASK_UNMAP_OP;
	u->mr[1] = L4_FP_DELETE_OBJ;
	u->mr[2] = l4c_cap_fpage(task, L4_CAP_FPAGE_RWSD);
	l4c_call(L4_BASE_TASK_CAP, l4c_tag(L4_PROTO_TASK, 3, 0));
	l4c_unlock(old);
	ida_free(&slots, task);
}

static long unmap(int task, l4_utcb_layout_t *u, int fpages)
{
	u->mr[0] = L4_TASK_UNMAP_OP;
	u->mr[1] = L4_FP_ALL_SPACES;
	return l4c_call(SEL(task), l4c_tag(L4_PROTO_TASK, 2 + fpages, 0));
}

/* As many flexpages as fit into each call. */
int l4h_task_revoke(int task, const struct l4h_range *r, int n)
{
	l4_utcb_layout_t *u = l4c_utcb();
	int fpages = 0, order, old = l4c_lock();
	unsigned long va;
	long err = 0;

	for (; n--; r++) {
		for (va = r->start; va < r->end; va += 1UL << order) {
			order = l4c_order(va, 0, r->end - va);
			u->mr[2 + fpages++] = l4c_fpage(va, order, r->rights);
			if (fpages < MAX_FPAGES)
				continue;
			err = unmap(task, u, fpages);
			fpages = 0;
		}
	}
	if (fpages)
		err = unmap(task, u, fpages);
	l4c_unlock(old);
	return err < 0 ? -EIO : 0;
}
