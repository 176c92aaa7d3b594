/* SPDX-License-Identifier: MIT */
/*
 * A process of the host that a task leaves goes to the next task (ux-kernel/engine/proc.h). What
 * the threads of the first had in their registers, the second looks for where the stub engine has
 * their signal stacks. With the ptrace engine there are none.
 *
 *	l4ux run reuse
 */
#include "common/peer.h"

#include <l4/abi/ux.h>
#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/kip.h>
#include <l4/sys/task.h>
#include <stdio.h>
#include <stdlib.h>

#define CELLS 0x7ffffe000000UL
#define CELL_SIZE 8192UL
#define THREADS 3U
#define GATE (0x200UL << L4_CAP_SHIFT)
#define HALF 0x13579bdf02468aceUL /* nobody but who holds the secret has it in a register */
#define SECRET (HALF ^ MASK)
#define MASK 0x5aa5c33c96690ff0UL

static char stacks[THREADS][L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));
static volatile struct {
	l4_umword_t words, found;
} result __attribute__((aligned(L4_PAGESIZE)));

/* Ends with an exception, which nobody answers. */
static void holds(void)
{
	__asm__ volatile("movabs %0, %%r13; movq %%r13, %%xmm7; ud2" : : "i"(SECRET));
}

static void looks(void)
{
	const volatile l4_umword_t *cell = (const volatile l4_umword_t *)CELLS;

	for (; result.words < THREADS * CELL_SIZE / sizeof(*cell); result.words++)
		result.found += (cell[result.words] ^ MASK) == HALF;
	__builtin_trap();
}

static void wait_for_exception(void)
{
	l4_umword_t label;
	l4_msgtag_t tag = l4_ipc_wait(l4_utcb(), &label, L4_IPC_NEVER);

	must(l4_msgtag_is_exception(tag) ? 0 : -L4_EINVAL, "get an exception");
}

static l4_cap_idx_t make_task(void)
{
	l4_cap_idx_t task = peer_task_create(), gate = cap_alloc();

	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, L4_BASE_THREAD_CAP, 0)),
	     "create a gate");
	peer_give_cap(task, gate, GATE);
	peer_map(task, stacks, sizeof(stacks), L4_FPAGE_RW);
	peer_map(task, &result, sizeof(result), L4_FPAGE_RW);
	return task;
}

int main(void)
{
	l4_cap_idx_t task = make_task();

	if (!l4_kip_kernel_has_feature(l4_kip(), L4_UX_FEATURE_ENTRY)) {
		printf("reuse: no signal stacks\n");
		return EXIT_SUCCESS;
	}
	for (unsigned n = 0; n < THREADS; n++) {
		peer_thread_start(task, peer_utcb(n), GATE, holds, stacks[n], L4_PAGESIZE);
		wait_for_exception();
	}
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the first task");
	task = make_task();
	peer_thread_start(task, peer_utcb(0), GATE, looks, stacks[0], L4_PAGESIZE);
	wait_for_exception();
	printf("reuse: %lu words of the process, %lu of them the secret\n", result.words,
	       result.found);
	return result.found || result.words != THREADS * CELL_SIZE / sizeof(l4_umword_t)
		       ? EXIT_FAILURE
		       : EXIT_SUCCESS;
}
