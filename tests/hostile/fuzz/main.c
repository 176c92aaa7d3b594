/* SPDX-License-Identifier: MIT */
/*
 * The whole system under random system calls: several tasks with several threads each make them,
 * touch memory, raise exceptions and become vCPUs, while this task, which outranks them, resets
 * and deletes them in between. A round lasts some milliseconds; the next one begins with
 * everything new. What counts is that the kernel survives and that this task is left alone.
 *
 *	l4ux run fuzz SEED [ROUNDS]
 *
 * Read worker.c (what the others do) and pager.c (who serves their faults).
 */
#include "fuzz.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>
#include <l4/ux/program.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOT(n) ((l4_cap_idx_t)(n) << L4_CAP_SHIFT)
#define PAGER_THREAD SLOT(0x100)
#define FACTORY SLOT(0x101)
#define TASK(i) SLOT(0x110 + (i))
#define THREAD(i) SLOT(0x120 + (i))
#define GATE(i) SLOT(0x140 + (i))
#define HIGH_PRIO 250
#define LOW_PRIO 5

extern const char __executable_start[], edata[];

char worker_page[WORKERS][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static char pager_stack[2 * L4_PAGESIZE] __attribute__((aligned(16)));
static struct fuzz z = { .slots = 24 };
static unsigned long calls;

static void must(l4_msgtag_t tag, const char *what)
{
	long e = l4_error(tag);

	if (e >= 0)
		return;
	printf("fuzz: cannot %s: %ld\n", what, e);
	exit(EXIT_FAILURE);
}

static void set_prio(l4_cap_idx_t thread, unsigned prio)
{
	l4_sched_param_t p = l4_sched_param(prio, 0);

	must(l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, thread, &p), "set a priority");
}

static void start(l4_cap_idx_t task, l4_cap_idx_t thread, l4_addr_t utcb, void (*entry)(void),
		  l4_addr_t sp, unsigned prio)
{
	l4_thread_control_start();
	l4_thread_control_pager(L4_BASE_PAGER_CAP);
	l4_thread_control_exc_handler(L4_BASE_PAGER_CAP);
	l4_thread_control_bind((l4_utcb_t *)utcb, task);
	must(l4_thread_control_commit(thread), "bind a thread");
	must(l4_thread_ex_regs(thread, (l4_addr_t)entry, sp, 0), "start a thread");
	set_prio(thread, prio);
}

static void give(l4_cap_idx_t task, l4_cap_idx_t cap, l4_cap_idx_t slot, unsigned rights,
		 unsigned attr)
{
	l4_task_map(task, L4_BASE_TASK_CAP, l4_obj_fpage(cap, 0, rights),
		    l4_map_obj_control(slot, L4_MAP_ITEM_MAP) | attr);
}

static void share(l4_addr_t addr, l4_cap_idx_t task, unsigned rights)
{
	(void)*(const volatile char *)addr;
	l4_task_map(task, L4_BASE_TASK_CAP, l4_fpage(addr, L4_PAGESHIFT, rights),
		    l4_map_control(addr, 0, L4_MAP_ITEM_MAP));
}

static l4_addr_t worker_sp(unsigned i)
{
	return (l4_addr_t)worker_page[i] + L4_PAGESIZE - sizeof(struct fuzz);
}

static void worker_start(unsigned i)
{
	unsigned task = i / THREADS, n = i % THREADS;
	struct fuzz *w = (struct fuzz *)worker_sp(i);

	memset(worker_page[i], 0, L4_PAGESIZE);
	w->seed = fuzz_random(&z) | 1;
	w->utcb_base = L4_INIT_UTCB_ADDR;
	w->slots = 24;
	w->number = n;
	share((l4_addr_t)worker_page[i], TASK(task), L4_FPAGE_RW);
	must(l4_factory_create_thread(FACTORY, THREAD(i)), "create a thread");
	start(TASK(task), THREAD(i), L4_INIT_UTCB_ADDR + n * L4_UTCB_OFFSET, worker_entry,
	      worker_sp(i), LOW_PRIO + fuzz_below(&z, 3));
}

/* Who may touch whom is thrown with dice. */
static void acquaint(unsigned task)
{
	give(TASK(task), TASK(task), L4_BASE_TASK_CAP, L4_CAP_FPAGE_RWSD, L4_OBJ_ATTR_RIGHTS);
	give(TASK(task), FACTORY, L4_BASE_FACTORY_CAP, L4_CAP_FPAGE_RWS, 0);
	for (unsigned slot = 5; slot < 20; slot++) {
		unsigned i = fuzz_below(&z, WORKERS);
		unsigned attr = fuzz_below(&z, 4) ? L4_OBJ_ATTR_RIGHTS : L4_OBJ_ATTR_WEAK;
		unsigned rights = fuzz_below(&z, 2) ? L4_CAP_FPAGE_RWSD : fuzz_below(&z, 16);

		give(TASK(task), fuzz_below(&z, 3) ? THREAD(i) : TASK(i / THREADS), SLOT(slot),
		     rights, attr);
	}
}

static void round_start(void)
{
	unsigned long quota = fuzz_below(&z, 4) ? 4UL << 20 : 300UL << 10;

	must(l4_factory_create_factory(L4_BASE_FACTORY_CAP, FACTORY, quota), "create a factory");
	for (unsigned t = 0; t < TASKS; t++) {
		l4_fpage_t area = l4_fpage(L4_INIT_UTCB_ADDR, 13, 0);

		must(l4_factory_create_task(FACTORY, TASK(t), &area), "create a task");
		for (l4_addr_t a = (l4_addr_t)__executable_start; a < (l4_addr_t)edata;
		     a += L4_PAGESIZE)
			share(a, TASK(t), L4_FPAGE_RX);
	}
	for (unsigned i = 0; i < WORKERS; i++) {
		must(l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE(i), PAGER_THREAD, i << 4),
		     "create a gate");
		if (i % THREADS == 0)
			give(TASK(i / THREADS), GATE(i), L4_BASE_PAGER_CAP, L4_CAP_FPAGE_RWS, 0);
		worker_start(i);
	}
	for (unsigned t = 0; t < TASKS; t++)
		acquaint(t);
}

static void nap(void)
{
	l4_ipc_sleep(
		l4_timeout(L4_IPC_TIMEOUT_NEVER, l4_timeout_from_us(50 + fuzz_below(&z, 500))));
}

static void disturb(void)
{
	static const unsigned flags[] = { 0, L4_THREAD_EX_REGS_CANCEL,
					  L4_THREAD_EX_REGS_TRIGGER_EXCEPTION,
					  L4_THREAD_EX_REGS_CANCEL |
						  L4_THREAD_EX_REGS_TRIGGER_EXCEPTION };
	unsigned i = fuzz_below(&z, WORKERS);

	switch (fuzz_below(&z, 64)) {
	case 0:
		l4_task_delete_obj(L4_BASE_TASK_CAP, TASK(i / THREADS));
		break;
	case 1:
		l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD(i));
		break;
	default:
		l4_thread_ex_regs(THREAD(i), (l4_addr_t)worker_entry, worker_sp(i),
				  flags[fuzz_below(&z, 4)]);
	}
}

static void round_end(void)
{
	/* Backwards or forwards, the factory first or last. */
	unsigned first = fuzz_below(&z, 2);

	for (unsigned i = 0; i < WORKERS; i++)
		calls += ((struct fuzz *)worker_sp(i))->count;
	if (fuzz_below(&z, 2))
		l4_task_delete_obj(L4_BASE_TASK_CAP, FACTORY);
	for (unsigned n = 0; n < WORKERS; n++) {
		unsigned i = first ? n : WORKERS - 1 - n;

		if (i % THREADS == 0)
			l4_task_delete_obj(L4_BASE_TASK_CAP, TASK(i / THREADS));
		l4_task_delete_obj(L4_BASE_TASK_CAP, THREAD(i));
		l4_task_delete_obj(L4_BASE_TASK_CAP, GATE(i));
	}
	l4_task_delete_obj(L4_BASE_TASK_CAP, FACTORY);
}

int main(int argc, char **argv)
{
	unsigned long rounds = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
	l4_addr_t utcb = (l4_addr_t)l4_utcb() + L4_UTCB_OFFSET;

	z.seed = argc > 1 ? strtoul(argv[1], NULL, 10) : 1;
	if (!z.seed)
		z.seed = 1;
	pager_init();
	must(l4_factory_create_thread(L4_BASE_FACTORY_CAP, PAGER_THREAD), "create the pager");
	set_prio(L4_BASE_THREAD_CAP, HIGH_PRIO);
	start(L4_BASE_TASK_CAP, PAGER_THREAD, utcb, pager_entry,
	      (l4_addr_t)pager_stack + sizeof(pager_stack) - 8, HIGH_PRIO - 1);
	for (unsigned long n = 0; n < rounds; n++) {
		round_start();
		for (unsigned k = fuzz_below(&z, 100); k; k--) {
			nap();
			disturb();
		}
		round_end();
	}
	printf("ok: %lu rounds, %lu calls, %lu page faults, %lu exceptions\n", rounds, calls,
	       pager_faults, pager_exceptions);
	return EXIT_SUCCESS;
}
