/* SPDX-License-Identifier: MIT */
/*
 * Exceptions of a thread, handled within its own task. As a message: the handler thread changes
 * the registers and answers. Reflected, as the L4Linux of 2004 had it: the handler thread only
 * sends the thread on to a function of its own, which gets the state on its stack, deals with
 * the exception (for a handler in another task: calls it, with the state in memory both share) and
 * goes back by itself. Fiasco then reflected in the kernel; here the handler thread does.
 */
#include "bench.h"

#include "common/peer.h"
#include "reflect.h"

#include <l4/sys/consts.h>
#include <l4/sys/err.h>
#include <l4/sys/factory.h>
#include <l4/sys/ipc.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define UD2_LENGTH 2

static char handler_stack[2 * L4_PAGESIZE] __attribute__((aligned(16)));
static char remote_stack[L4_PAGESIZE] __attribute__((aligned(L4_PAGESIZE)));

/* The page that the reflected thread and a handler in another task share. */
static struct {
	struct reflect_frame frame;
} shared __attribute__((aligned(L4_PAGESIZE)));

static int reflecting;

/* The handler thread of our own task. */
static void handler(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_exc_regs_t *r = l4_utcb_exc();
	l4_umword_t label;

	l4_ipc_wait(u, &label, L4_IPC_NEVER);
	for (;;) {
		if (reflecting) {
			l4_umword_t *sp = (l4_umword_t *)r->sp;

			*--sp = r->ip;
			r->sp = (l4_umword_t)sp;
			r->ip = (l4_umword_t)reflect_entry;
		} else {
			r->rax++;
			r->ip += UD2_LENGTH;
		}
		l4_ipc_reply_and_wait(u, l4_msgtag(0, L4_UTCB_EXCEPTION_REGS_SIZE, 0, 0), &label,
				      L4_IPC_NEVER);
	}
}

static void handle_here(struct reflect_frame *f)
{
	f->rax++;
	f->ip += UD2_LENGTH;
}

static l4_cap_idx_t remote_gate;

static void handle_remotely(struct reflect_frame *f)
{
	shared.frame = *f;
	l4_ipc_call(remote_gate, l4_utcb(), l4_msgtag(1, 0, 0, 0), L4_IPC_NEVER);
	*f = shared.frame;
}

/* Runs in the other task; touches the shared page, its stack and its UTCB. */
static void remote_handler(void)
{
	l4_utcb_t *u = l4_utcb();
	l4_umword_t label;

	l4_ipc_wait(u, &label, L4_IPC_NEVER);
	for (;;) {
		handle_here(&shared.frame);
		l4_ipc_reply_and_wait(u, l4_msgtag(0, 0, 0, 0), &label, L4_IPC_NEVER);
	}
}

void (*reflect_handler)(struct reflect_frame *f);

static void raise(const char *name, unsigned rounds)
{
	rounds = pingpong_rounds(name, rounds);
	stats_reset();
	for (unsigned i = 0; i < rounds; i++) {
		l4_cpu_time_t start = l4_rdtsc();
		l4_umword_t value = i;

		__asm__ volatile("ud2" : "+a"(value) : : "memory");
		stats_add(l4_rdtsc() - start);
		check(value, i + 1UL, "register set by the handler");
	}
	stats_print(name);
}

static void set_handler(l4_cap_idx_t thread)
{
	l4_thread_control_start();
	l4_thread_control_exc_handler(thread);
	must(l4_error(l4_thread_control_commit(L4_BASE_THREAD_CAP)), "set the exception handler");
}

void measure_exceptions(unsigned rounds)
{
	l4_cap_idx_t thread, task, remote;

	thread = peer_thread_start(L4_BASE_TASK_CAP, utcb_alloc(), L4_BASE_PAGER_CAP, handler,
				   handler_stack, sizeof(handler_stack));
	set_handler(thread);
	raise("exception_same_task", rounds);

	reflecting = 1;
	reflect_handler = handle_here;
	raise("reflection_same_task", rounds);

	task = peer_task_create();
	peer_map(task, remote_stack, sizeof(remote_stack), L4_FPAGE_RW);
	peer_map(task, &shared, sizeof(shared), L4_FPAGE_RW);
	remote = peer_thread_start(task, peer_utcb(0), L4_INVALID_CAP, remote_handler, remote_stack,
				   sizeof(remote_stack));
	remote_gate = cap_alloc();
	must(l4_error(l4_factory_create_gate(L4_BASE_FACTORY_CAP, remote_gate, remote, 0x20)),
	     "create a gate");
	reflect_handler = handle_remotely;
	raise("reflection_two_tasks", rounds);

	set_handler(L4_BASE_PAGER_CAP);
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, task)), "delete the task");
	must(l4_error(l4_task_delete_obj(L4_BASE_TASK_CAP, thread)), "delete the handler");
}
