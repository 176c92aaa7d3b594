// SPDX-License-Identifier: MIT
/* Creates sigma0 and the root task. */
#include "workload.h"

#include "cap.h"
#include "factory.h"
#include "fpage.h"
#include "gate.h"
#include "iommu.h"
#include "platform.h"
#include "ports.h"
#include "sched.h"
#include "state.h"
#include "task.h"
#include "thread.h"
#include "trace.h"

#include <l4/abi/err.h>

#define ROOT_GATE_LABEL (4UL << 4) /* sigma0 knows the root task as client 4 */
#define DEVICE_END (1UL << 46)
#define INDEX(selector) ((selector) >> L4_CAP_SHIFT)

STATE static struct {
	struct task *sigma0, *root;
} first;

static int give(struct task *t, uint64_t selector, struct kobj *o)
{
	return o ? cap_insert(t, INDEX(selector), o, CAP_ALL) : -L4_ENOMEM;
}

/* A task with a UTCB page and a thread bound to it; capabilities 1 and 3. */
static struct thread *first_thread(struct factory *f, uint64_t ip, struct task **task)
{
	uint64_t utcb = L4_KERNEL_UTCB_ADDR | L4_FPAGE_MEMORY << L4_FPAGE_TYPE_SHIFT |
			L4_PAGESHIFT << L4_FPAGE_ORDER_SHIFT | L4_FPAGE_RW;
	struct task *t = task_create(f);
	struct thread *th = thread_create(f);

	*task = t;
	if (!t || !th || task_add_ku_mem(t, &utcb) < 0 ||
	    thread_bind(th, t, L4_KERNEL_UTCB_ADDR) < 0 || give(t, L4_BASE_TASK_CAP, &t->obj) < 0 ||
	    give(t, L4_BASE_THREAD_CAP, &th->obj) < 0)
		return NULL;
	th->on_cpu = true;
	th->essential = true;
	thread_start(th, ip, 0);
	kobj_unpin(&th->obj);
	return th;
}

int workload_start(const struct workload *w)
{
	struct factory *f = factory_create(NULL, FACTORY_UNLIMITED);
	struct kobj *shared[] = { log_create(), icu_create(w->devices), scheduler_create(),
				  debugger_create(), w->devices ? iommu_create(w->devices) : NULL };
	static const uint64_t slots[] = { L4_BASE_LOG_CAP, L4_BASE_ICU_CAP, L4_BASE_SCHEDULER_CAP,
					  L4_BASE_DEBUGGER_CAP, L4_BASE_IOMMU_CAP };
	struct thread *s0, *root;
	struct gate *gate;
	int e = 0;

	if (!f)
		return -L4_ENOMEM;
	s0 = first_thread(f, w->sigma0_ip, &first.sigma0);
	root = first_thread(f, w->root_ip, &first.root);
	gate = gate_create(f);
	if (!s0 || !root || !gate)
		return -L4_ENOMEM;
	first.sigma0->space.identity_start = w->ram_start;
	first.sigma0->space.identity_end = w->ram_end;
	first.sigma0->space.device_end = DEVICE_END;
	e |= ports_own_all(first.sigma0);
	s0->regs.rdi = w->kip;
	gate_bind(gate, s0, ROOT_GATE_LABEL);
	root->pager = L4_BASE_PAGER_CAP;
	e |= give(first.root, L4_BASE_PAGER_CAP, &gate->obj);
	e |= give(first.sigma0, L4_BASE_FACTORY_CAP, &f->obj);
	e |= give(first.root, L4_BASE_FACTORY_CAP, &f->obj);
	kobj_unpin(&gate->obj);
	kobj_unpin(&f->obj);
	for (unsigned i = 0; i < (w->devices ? 5 : 4); i++) {
		e |= give(first.sigma0, slots[i], shared[i]);
		e |= give(first.root, slots[i], shared[i]);
		if (shared[i])
			kobj_unpin(shared[i]);
	}
	return e ? -L4_ENOMEM : 0;
}

void workload_stop(void)
{
	struct task *t[] = { first.root, first.sigma0 };

	for (unsigned i = 0; i < 2; i++) {
		if (!t[i])
			continue;
		kobj_kill(&t[i]->obj);
		kobj_unpin(&t[i]->obj);
	}
	first.root = first.sigma0 = NULL;
	trace_stop();
}
