/* SPDX-License-Identifier: MIT */
/* Kernel calls: one that does next to nothing, and tasks, threads, mappings coming and going. */
#include "bench.h"

#include "common/peer.h"

#include <l4/abi/init.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/task.h>

#define WINDOW 0x30000000UL
#define UTCB_ORDER 12
#define RAN_SIZE 128 /* bytes of ran(), amply */

static char page[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

static void null_calls(unsigned rounds)
{
	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_cpu_time_t start = l4_rdtsc();

		l4_task_cap_valid(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP);
		stats_add(l4_rdtsc() - start);
	}
	stats_print("kernel_call");
}

static void tasks(unsigned rounds)
{
	l4_cap_idx_t task = cap_alloc();

	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_fpage_t utcbs = l4_fpage(L4_INIT_UTCB_ADDR, UTCB_ORDER, 0);
		l4_cpu_time_t start = l4_rdtsc();

		must(l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, task, &utcbs)),
		     "create a task");
		must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
		stats_add(l4_rdtsc() - start);
	}
	stats_print("task_create_delete");
}

/* A task that has run: what deletes it has a process to clean up. */
static void ran(void)
{
	l4_ipc_send(L4_BASE_PAGER_CAP, l4_utcb(), l4_msgtag(0, 0, 0, 0), L4_IPC_NEVER);
	l4_ipc_sleep(L4_IPC_NEVER);
}

static void tasks_used(unsigned rounds)
{
	static char stack[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
	l4_cap_idx_t gate = cap_alloc(), task = cap_alloc(), thread;
	l4_umword_t label;

	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP, 0x10)),
	     "create a gate");
	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_fpage_t utcbs = l4_fpage(L4_INIT_UTCB_ADDR, UTCB_ORDER, 0);
		l4_cpu_time_t start = l4_rdtsc();

		must(l4_error(l4_factory_create_task(L4_BASE_FACTORY_CAP, task, &utcbs)),
		     "create a task");
		peer_map(task, (const void *)ran, RAN_SIZE, L4_FPAGE_RX);
		peer_map(task, stack, sizeof(stack), L4_FPAGE_RW);
		peer_give_cap(task, gate, L4_BASE_PAGER_CAP);
		thread = peer_thread_start(task, peer_utcb(0), L4_BASE_PAGER_CAP, ran, stack,
					   sizeof(stack));
		l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);
		must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
		must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, thread)), "delete the thread");
		stats_add(l4_rdtsc() - start);
	}
	stats_print("task_start_delete");
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, gate)), "delete the gate");
}

static void mappings(unsigned rounds)
{
	l4_cap_idx_t task = peer_task_create();
	l4_fpage_t from = l4_fpage((l4_addr_t)page, L4_PAGESHIFT, L4_FPAGE_RW);

	page[0] = 1;
	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_cpu_time_t start = l4_rdtsc();

		must(l4_error(l4_task_map(task, L4_BASE_TASK_CAP, from,
					  l4_map_control(WINDOW, 0, L4_MAP_ITEM_MAP))),
		     "map a page");
		must(l4_error(l4_task_unmap(L4_BASE_TASK_CAP, from, L4_FP_OTHER_SPACES)),
		     "unmap the page");
		stats_add(l4_rdtsc() - start);
	}
	stats_print("map_unmap");
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
}

void measure_objects(unsigned rounds)
{
	null_calls(pingpong_rounds("kernel_call", rounds));
	mappings(pingpong_rounds("map_unmap", rounds));
	tasks(pingpong_rounds("task_create_delete", rounds));
	tasks_used(pingpong_rounds("task_start_delete", rounds));
}
