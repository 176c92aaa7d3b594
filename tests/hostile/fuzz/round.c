/* SPDX-License-Identifier: MIT */
/* One round: what there is, who may touch whom, and how it ends. All of it is thrown with dice. */
#include "fuzz.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/factory.h>
#include <l4/sys/irq.h>
#include <l4/sys/rcv_endpoint.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <string.h>

#define UTCB_ORDER 14
#define CALLS_MAX 100000 /* that a worker can make in a round */

extern const char __executable_start[], edata[];

char worker_page[WORKERS_MAX][WORKER_SIZE] __attribute__((aligned(L4_PAGESIZE)));

static void give(l4_cap_idx_t task, l4_cap_idx_t cap, l4_cap_idx_t slot, unsigned rights,
		 unsigned attr)
{
	l4_task_map(task, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, rights),
		    l4_map_obj_control(slot, L4_MAP_ITEM_MAP) | attr);
}

static void give_all(l4_cap_idx_t task, l4_cap_idx_t cap, l4_cap_idx_t slot)
{
	give(task, cap, slot, L4_CAP_FPAGE_RWSD, L4_OBJ_ATTR_RIGHTS);
}

/* What the system goes on to need is not given away for good. */
static void lend(l4_cap_idx_t task, l4_cap_idx_t cap)
{
	give(task, cap, cap, L4_CAP_FPAGE_RWS, 0);
}

static void share(l4_addr_t addr, l4_cap_idx_t task, unsigned rights)
{
	(void)*(const volatile char *)addr;
	l4_task_map(task, L4_BASE_TASK_CAP, l4_fpage(addr, L4_PAGESHIFT, rights),
		    l4_map_control(addr, 0, L4_MAP_ITEM_MAP));
}

static void share_worker(unsigned i, l4_cap_idx_t task)
{
	for (unsigned p = 0; p < WORKER_SIZE; p += L4_PAGESIZE)
		share((l4_addr_t)worker_page[i] + p, task, L4_FPAGE_RW);
}

static void worker_init(const struct mode *m, struct fuzz *z, unsigned i)
{
	struct fuzz *w = worker_state(i), *user;

	memset(worker_page[i], 0, WORKER_SIZE);
	w->seed = fuzz_random(z) | 1;
	w->utcb_base = L4_INIT_UTCB_ADDR;
	w->slots = SLOTS;
	w->number = i % m->threads;
	w->vcpu = m->users > 0;
	user = (struct fuzz *)(worker_page[i] + WORKER_SIZE) - 1;
	*user = *w;
	user->seed = fuzz_random(z) | 1;
}

static void worker_start(const struct mode *m, struct fuzz *z, unsigned i)
{
	unsigned task = i / m->threads;
	struct fuzz *w = worker_state(i);

	thread_start(TASK(task), THREAD(i), L4_INIT_UTCB_ADDR + w->number * L4_UTCB_OFFSET,
		     worker_entry, (l4_addr_t)w, LOW_PRIO + fuzz_below(z, 3));
}

/* A slot of a task, and what its workers are told about it. */
static void tell(const struct mode *m, unsigned task, unsigned slot, enum fuzz_kind kind)
{
	for (unsigned i = 0; i < m->threads; i++)
		worker_state(task * m->threads + i)->kind[slot] = kind;
}

static l4_cap_idx_t something(const struct mode *m, struct fuzz *z, enum fuzz_kind *kind)
{
	unsigned i = fuzz_below(z, m->tasks * m->threads);

	switch (fuzz_below(z, 8)) {
	case 0:
	case 1:
		*kind = FUZZ_TASK;
		return TASK(fuzz_below(z, m->tasks + m->users));
	case 2:
		*kind = FUZZ_IRQ;
		return IRQ(fuzz_below(z, IRQS));
	case 3:
		*kind = FUZZ_SEMAPHORE;
		return SEMAPHORE;
	case 4:
	case 5:
		*kind = FUZZ_GATE;
		return fuzz_below(z, 3) ? GATE(i) : UNBOUND;
	default:
		*kind = FUZZ_THREAD;
		return THREAD(i);
	}
}

static void acquaint(const struct mode *m, struct fuzz *z, unsigned task)
{
	static const struct {
		l4_cap_idx_t cap;
		enum fuzz_kind kind;
	} base[] = {
		{ L4_BASE_LOG_CAP, FUZZ_LOG },
		{ L4_BASE_ICU_CAP, FUZZ_ICU },
		{ L4_BASE_SCHEDULER_CAP, FUZZ_SCHEDULER },
		{ L4_BASE_DEBUGGER_CAP, FUZZ_DEBUGGER },
	};

	give_all(TASK(task), TASK(task), L4_BASE_TASK_CAP);
	give(TASK(task), FACTORY, L4_BASE_FACTORY_CAP, L4_CAP_FPAGE_RWS, 0);
	give(TASK(task), PAGER_GATE(task), L4_BASE_PAGER_CAP, L4_CAP_FPAGE_RWS, 0);
	tell(m, task, 1, FUZZ_TASK);
	tell(m, task, 2, FUZZ_FACTORY);
	tell(m, task, 4, FUZZ_GATE);
	for (unsigned i = 0; i < sizeof(base) / sizeof(base[0]); i++) {
		lend(TASK(task), base[i].cap);
		tell(m, task, base[i].cap >> L4_CAP_SHIFT, base[i].kind);
	}
	for (unsigned slot = SLOT_FIRST_SHARED; slot < SLOT_END_SHARED; slot++) {
		unsigned attr = fuzz_below(z, 4) ? L4_OBJ_ATTR_RIGHTS : L4_OBJ_ATTR_WEAK;
		unsigned rights = fuzz_below(z, 2) ? L4_CAP_FPAGE_RWSD : fuzz_below(z, 16);
		enum fuzz_kind kind;
		l4_cap_idx_t cap = something(m, z, &kind);

		give(TASK(task), cap, SLOT(slot), rights, attr);
		tell(m, task, slot, kind);
	}
}

static void tasks_create(const struct mode *m)
{
	for (unsigned t = 0; t < m->tasks + m->users; t++) {
		l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, UTCB_ORDER, 0);

		must(l4_factory_create_task(FACTORY, TASK(t), &area), "create a task");
		for (l4_addr_t a = (l4_addr_t)__executable_start; a < (l4_addr_t)edata;
		     a += L4_PAGESIZE)
			share(a, TASK(t), L4_FPAGE_RX);
	}
}

static void objects_create(const struct mode *m, struct fuzz *z)
{
	for (unsigned i = 0; i < m->tasks; i++)
		must(l4_factory_create_gate(L4_BASE_FACTORY_CAP, PAGER_GATE(i), PAGER_THREAD, 0),
		     "create a gate");
	for (unsigned i = 0; i < m->tasks * m->threads; i++) {
		must(l4_factory_create_thread(FACTORY, THREAD(i)), "create a thread");
		must(l4_factory_create_gate(FACTORY, GATE(i), THREAD(i), i << 4),
		     "create a worker's gate");
	}
	must(l4_factory_create_gate(FACTORY, UNBOUND, L4_INVALID_CAP, 0), "create a gate");
	must(l4_factory_create_semaphore(FACTORY, SEMAPHORE), "create a semaphore");
	for (unsigned i = 0; i < IRQS; i++) {
		must(l4_factory_create_irq(FACTORY, IRQ(i)), "create an IRQ");
		l4_rcv_ep_bind_thread(IRQ(i), THREAD(fuzz_below(z, m->tasks * m->threads)), i << 8);
	}
}

void round_start(const struct mode *m, struct fuzz *z)
{
	unsigned long quota = fuzz_below(z, 4) ? 8UL << 20 : 2UL << 20;

	must(l4_factory_create_factory(L4_BASE_FACTORY_CAP, FACTORY, quota), "create a factory");
	tasks_create(m);
	objects_create(m, z);
	for (unsigned i = 0; i < m->tasks * m->threads; i++) {
		worker_init(m, z, i);
		share_worker(i, TASK(i / m->threads));
		for (unsigned u = 0; u < m->users; u++)
			share_worker(i, TASK(m->tasks + u));
	}
	for (unsigned t = 0; t < m->tasks; t++)
		acquaint(m, z, t);
	for (unsigned i = 0; i < m->tasks * m->threads; i++)
		worker_start(m, z, i);
}

void round_disturb(const struct mode *m, struct fuzz *z)
{
	static const unsigned flags[] = { 0, L4_THREAD_EX_REGS_CANCEL,
					  L4_THREAD_EX_REGS_TRIGGER_EXCEPTION,
					  L4_THREAD_EX_REGS_CANCEL |
						  L4_THREAD_EX_REGS_TRIGGER_EXCEPTION };
	unsigned i = fuzz_below(z, m->tasks * m->threads);

	l4_irq_trigger(IRQ(fuzz_below(z, IRQS)));
	switch (fuzz_below(z, 64)) {
	case 0:
		l4_task_delete_obj(L4_BASE_TASK_CAP, TASK(fuzz_below(z, m->tasks + m->users)));
		break;
	case 1:
		l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD(i));
		break;
	case 2:
		l4_task_delete_obj(L4_BASE_TASK_CAP, fuzz_below(z, 2) ? GATE(i) : IRQ(i % IRQS));
		break;
	case 3:
	case 4:
		l4_rcv_ep_bind_thread(UNBOUND, THREAD(i), 0x100);
		break;
	default:
		l4_thread_ex_regs(THREAD(i), (l4_addr_t)worker_entry, (l4_addr_t)worker_state(i),
				  flags[fuzz_below(z, 4)]);
	}
}

/* Workers write where they like, into their counts as well. */
static void count(const struct mode *m, struct fuzz *z)
{
	for (unsigned i = 0; i < m->tasks * m->threads; i++) {
		const struct fuzz *w = worker_state(i);
		uint64_t sum = 0;

		for (unsigned k = 0; k < fuzz_shapes(); k++)
			sum += w->tried[k];
		if (sum < w->count || sum > CALLS_MAX)
			continue;
		z->count += w->count;
		for (unsigned k = 0; k < fuzz_shapes(); k++) {
			z->tried[k] += w->tried[k];
			z->fine[k] += w->fine[k];
		}
	}
}

/* Backwards or forwards, the factory first or last. */
void round_end(const struct mode *m, struct fuzz *z)
{
	bool first = fuzz_below(z, 2);
	l4_cap_idx_t all[TASKS_MAX + 2 * WORKERS_MAX + TASKS_MAX + IRQS + 3];
	unsigned n = 0;

	count(m, z);
	all[n++] = FACTORY;
	for (unsigned i = 0; i < m->tasks + m->users; i++)
		all[n++] = TASK(i);
	for (unsigned i = 0; i < m->tasks * m->threads; i++) {
		all[n++] = THREAD(i);
		all[n++] = GATE(i);
	}
	for (unsigned i = 0; i < IRQS; i++)
		all[n++] = IRQ(i);
	all[n++] = SEMAPHORE;
	all[n++] = UNBOUND;
	for (unsigned i = 0; i < m->tasks; i++)
		all[n++] = PAGER_GATE(i);
	for (unsigned i = 0; i < n; i++)
		l4_task_delete_obj(L4_BASE_TASK_CAP, all[first ? i : n - 1 - i]);
}
