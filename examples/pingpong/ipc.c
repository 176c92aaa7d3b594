/* SPDX-License-Identifier: MIT */
/*
 * Calls. The server waits for anybody, answers and waits again in one system call: that makes
 * two system calls per round trip, one on each side. The client calls a gate, as it would call
 * any service; the server sees the gate's label, which tells it whom the client means.
 */
#include "pingpong.h"
#include "stats.h"

#include "common/peer.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <l4/util/rdtsc.h>

#define GATE_LABEL 0x5550UL
#define GATE_RIGHTS 3UL
#define ANSWER_LABEL 7L

static char stack[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

/* Runs in our task and in another one: touches nothing but registers, stack and UTCB. */
static void server(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr, label;

	l4_ipc_wait(u, &label, L4_IPC_NEVER);
	for (;;) {
		mr[0] = mr[0] * 3 + mr[1];
		mr[1] = label;
		l4_ipc_reply_and_wait(u, l4_msgtag(ANSWER_LABEL, 2, 0, 0), &label, L4_IPC_NEVER);
	}
}

static void calls(const char *name, l4_cap_idx_t gate, unsigned rounds)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t *mr = l4_utcb_mr_u(u)->mr;

	rounds = pingpong_rounds(name, rounds);
	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_cpu_time_t start = l4_rdtsc();
		l4_msgtag_t tag;

		mr[0] = i;
		mr[1] = start;
		tag = l4_ipc_call(gate, u, l4_msgtag(1, 2, 0, 0), L4_IPC_NEVER);
		stats_add(l4_rdtsc() - start);
		check(tag.raw, l4_msgtag(ANSWER_LABEL, 2, 0, 0).raw, "tag of the answer");
		check(mr[0], i * 3UL + start, "first word of the answer");
		check(mr[1] & ~GATE_RIGHTS, GATE_LABEL, "gate label");
	}
	stats_print(name);
}

static void measure(const char *name, l4_cap_idx_t task, l4_utcb_t *utcb, l4_cap_idx_t handler,
		    unsigned rounds)
{
	l4_cap_idx_t gate = cap_alloc(), thread;

	thread = peer_thread_start(task, utcb, handler, server, stack, sizeof(stack));
	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, gate, thread, GATE_LABEL)),
	     "create a gate");
	calls(name, gate, rounds);
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, thread)), "delete the thread");
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, gate)), "delete the gate");
}

void measure_ipc(unsigned rounds)
{
	l4_cap_idx_t task;

	measure("ipc_same_task", L4_BASE_TASK_CAP, utcb_alloc(), L4_BASE_PAGER_CAP, rounds);

	task = peer_task_create();
	peer_map(task, stack, sizeof(stack), L4_FPAGE_RW);
	measure("ipc_two_tasks", task, peer_utcb(0), L4_INVALID_CAP, rounds);
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
}
