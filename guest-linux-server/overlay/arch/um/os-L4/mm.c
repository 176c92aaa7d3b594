// SPDX-License-Identifier: GPL-2.0-only
/*
 * User address spaces: one L4 task per mm. arch/um calls the task a "pid". Its map, unmap and
 * protect requests all mean the same here: "the page tables of this range have changed". What is
 * too much in the task is taken away (shadow.c); what is missing comes with a page fault (fault.c).
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/threads.h>
#include <linux/xarray.h>
#include <as-layout.h>
#include <os.h>
#include <skas.h>
#include "os_l4.h"

int userspace_pid[NR_CPUS];

static DEFINE_XARRAY(mms); /* task handle -> struct l4_mm */

void __switch_mm(struct mm_id *id)
{
	userspace_pid[0] = id->u.pid;
}

struct l4_mm *l4_mm_find(int task, u64 serial)
{
	struct l4_mm *m = xa_load(&mms, task);

	return m && m->serial == serial ? m : NULL;
}

int start_userspace(unsigned long stub_stack)
{
	static u64 serial;
	struct l4_mm *m = (struct l4_mm *)stub_stack;
	int err;

	BUILD_BUG_ON(sizeof(*m) > PAGE_SIZE);
	m->task = l4h_task_create();
	if (m->task < 0)
		return m->task;
	m->serial = ++serial;
	l4_shadow_init(m);
	INIT_HLIST_NODE(&m->fpu_node);
	/* arch/um has the interrupt flag off here: no sleeping allocation */
	err = xa_err(xa_store(&mms, m->task, m, GFP_ATOMIC));
	if (err) {
		l4h_task_destroy(m->task);
		return err;
	}
	return m->task;
}

/* fork: the new task starts empty, the copied page tables fill it on demand */
int copy_context_skas0(unsigned long stack, int pid)
{
	struct l4_mm *m = (struct l4_mm *)stack, *parent = xa_load(&mms, pid);

	m->parent = pid;
	if (parent) {
		m->parent_serial = parent->serial;
		parent->copied = true;
	}
	return start_userspace(stack);
}

/* May be called twice at shutdown, once per process that shares the mm. */
void os_kill_ptraced_process(int pid, int reap_child)
{
	struct l4_mm *m = xa_erase(&mms, pid);

	if (!m)
		return;
	l4_ahead_end(m);
	l4_fpu_mm_release(m);
	l4_shadow_destroy(m);
	l4h_task_destroy(m->task);
}

static int changed(struct mm_id *id, unsigned long addr, unsigned long len)
{
	l4_shadow_sync(container_of(id, struct mm_struct, context.id), addr, addr + len);
	return 0;
}

int map(struct mm_id *id, unsigned long virt, unsigned long len, int prot, int phys_fd,
	unsigned long long offset, int done, void **data)
{
	return changed(id, virt, len);
}

int unmap(struct mm_id *id, unsigned long addr, unsigned long len, int done, void **data)
{
	return changed(id, addr, len);
}

int protect(struct mm_id *id, unsigned long addr, unsigned long len, unsigned int prot, int done,
	    void **data)
{
	return changed(id, addr, len);
}
