/* SPDX-License-Identifier: MIT */
/*
 * vCPUs: what an upcall fills in, what resuming does and refuses. Actor 0 is the vCPU; each group
 * gives it a body, and a function for its vcpu_upcalls. The main thread has the higher priority, so
 * that it can stop a user mode that spins.
 */
#include "vcpu.h"

#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/irq.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>

#define MAIN L4_BASE_THREAD_CAP

char vcpu_entry_stack[4096];
volatile unsigned vcpu_upcalls;
static volatile int ended;
volatile long vcpu_result;
l4_vcpu_state_t vcpu_seen;
static void (*on_upcall)(void);
static void (*body)(void);

void vcpu_upcall(void)
{
	vcpu_seen = *V;
	vcpu_upcalls++;
	on_upcall();
	ended = 1;
	actor_stop();
}

long vcpu_resume_items(unsigned items)
{
	MR(0) = L4_THREAD_VCPU_RESUME_OP;
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, items), 0, 0)
		.result;
}

/* Returns only with an error. */
long vcpu_resume(void)
{
	return vcpu_result = vcpu_resume_items(0);
}

long vcpu_enable(l4_cap_idx_t thread, l4_umword_t flags, l4_umword_t area, unsigned words)
{
	return abi_call(thread, L4_PROTO_THREAD, words, L4_THREAD_VCPU_CONTROL_OP | flags, area, 0);
}

static void run_body(void)
{
	body();
	ended = 1;
	actor_stop();
}

void vcpu_stop(void)
{
}

void vcpu_settle(void)
{
	for (unsigned i = 0; i < 50 && !ended; i++)
		tap_settle();
}

static void area(void)
{
	static int there;
	l4_sched_param_t param = l4_sched_param(20, 0);

	if (!there) {
		tap_is(abi_call(L4_BASE_TASK_CAP, L4_PROTO_TASK, 2, L4_TASK_ADD_KU_MEM_OP,
				l4_fpage(AREA, 12, L4_FPAGE_RW).raw, 0),
		       0, "memory for the state area");
		l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, MAIN, &param);
	}
	there = 1;
	for (unsigned i = 0; i < 512; i++)
		((volatile l4_umword_t *)AREA)[i] = 0;
}

/* A new vCPU that runs b, and u at each upcall; returns when both have ended or wait. */
void vcpu(void (*b)(void), void (*u)(void))
{
	area();
	vcpu_upcalls = 0;
	ended = 0;
	vcpu_result = 1;
	body = b;
	on_upcall = u;
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	tap_is(vcpu_enable(ACTOR(0), 0, AREA, 2), 0, "make a thread a vCPU");
	V->entry_ip = (l4_umword_t)vcpu_entry;
	V->entry_sp = VCPU_ENTRY_SP;
	V->user_task = L4_INVALID_CAP;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)run_body, actor_stack(0), 0);
	vcpu_settle();
}

static void enabling(void)
{
	area();
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	tap_is(vcpu_enable(ACTOR(0), 0, 0x1234000, 2), -L4_EINVAL,
	       "a state area that is no ku_mem");
	tap_is(vcpu_enable(ACTOR(0), 0, AREA + 4, 2), -L4_EINVAL,
	       "a state area that is not aligned");
	tap_is(vcpu_enable(ACTOR(0), 0, AREA + 0xff8, 2), -L4_EINVAL, "a state area half outside");
	tap_is(vcpu_enable(ACTOR(0), 0, 0, 2), -L4_EINVAL, "no state area");
	tap_is(vcpu_enable(ACTOR(0), 0, AREA, 1), -L4_EINVAL, "control of one word");
	tap_is((long)V->version, 0, "nothing is written before");
	tap_is(vcpu_enable(ACTOR(0), 0, AREA + 8, 2), 0, "a state area aligned to 8");
	tap_is(vcpu_enable(ACTOR(0), 0, AREA, 2), 0, "another state area");
	tap_is((long)V->version, 0x26, "the version");
	tap_is(V->user_ds32, 0x23, "selector of user data");
	tap_is(V->user_cs64, 0x2b, "selector of 64-bit user code");
	tap_is(V->user_cs32, 0x1b, "selector of 32-bit user code");
	tap_is((long)V->host_gs_base, (long)ACTOR_UTCB(0) + 0x1f8, "host gs base");
	tap_is((long)V->host_fs_base, 0, "host fs base");
	tap_is(V->state, 0, "the state is left alone");
	actor_end(0);
}

static void raise_kernel(void)
{
	V->state = L4_VCPU_F_EXCEPTIONS;
	__asm__ volatile("ud2" : : : "memory");
}

static void skip_and_resume(void)
{
	V->r.ip += 2;
	vcpu_resume();
}

static void kernel_exception(void)
{
	vcpu(raise_kernel, skip_and_resume);
	tap_is(vcpu_upcalls, 1, "an exception is an upcall");
	tap_is((long)vcpu_seen.r.trapno, 6, "its trap number");
	tap_is((long)vcpu_seen.r.err, 0, "its error code");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_EXCEPTIONS, "the state is saved");
	tap_is(vcpu_seen.state, 0, "the state loses its event bits");
	tap_is((long)vcpu_at_entry[0], (long)vcpu_seen.r.sp, "outside user mode the stack stays");
	tap_ok(vcpu_seen.r.sp <= actor_stack(0) && vcpu_seen.r.sp > actor_stack(0) - 4096,
	       "which is its own");
	tap_is((long)vcpu_at_entry[1], (long)AREA, "rdi is the state area");
	tap_is((long)vcpu_at_entry[2] & 0x7ed5, 0x200, "rflags are clean");
	tap_is((long)vcpu_at_entry[3], (long)ACTOR_UTCB(0), "gs:0 is the UTCB");
	tap_is(ended, 1, "resume continues");
	tap_is(vcpu_result, 1, "and does not return");
	tap_is(V->state, L4_VCPU_F_EXCEPTIONS, "the saved state is loaded");
	actor_end(0);
}

static void fault_kernel(void)
{
	V->state = L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS | 0x100;
	(void)*(volatile char *)0x300000005;
}

static void kernel_page_fault(void)
{
	vcpu(fault_kernel, vcpu_stop);
	tap_is(vcpu_upcalls, 1, "a page fault is an upcall");
	tap_is((long)vcpu_seen.r.trapno, 14, "trap number of a page fault");
	tap_is((long)vcpu_seen.r.err, 4, "error code of a page fault");
	tap_is((long)vcpu_seen.r.pfa, 0x300000005, "address of a page fault");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS | 0x100,
	       "other bits of the state are saved");
	tap_is(vcpu_seen.state, 0x100, "and stay");
	actor_end(0);
}

static void raise_masked(void)
{
	V->state = L4_VCPU_F_IRQ;
	__asm__ volatile("ud2");
}

static void masked_exception(void)
{
	struct answer a;

	vcpu(raise_masked, vcpu_stop);
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	tap_is(a.result, L4_PROTO_EXCEPTION, "without the bit an exception goes to the handler");
	tap_is(vcpu_upcalls, 0, "and is no upcall");
	tap_is(V->state, 0, "no messages meanwhile");
	MR(18) += 2; /* behind ud2 */
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(0, 26, 0), 0, 0);
	vcpu_settle();
	tap_is(ended, 1, "the answer lets it go on");
	tap_is(V->state, L4_VCPU_F_IRQ, "messages are allowed again");
	actor_end(0);
}

void vcpu_irq_make(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, VCPU_IRQ);
}

static void idle_open(void)
{
	V->state = L4_VCPU_F_IRQ;
	for (volatile unsigned i = 0; !ended; i++)
		;
}

static void take_message(void)
{
	vcpu_result = (long)MR(0);
	V->saved_state = 0;
}

static void irqs(void)
{
	vcpu_irq_make();
	vcpu(idle_open, take_message);
	tap_is(l4_error(l4_rcv_ep_bind_thread(VCPU_IRQ, ACTOR(0), 0x1235)), 0,
	       "bind an IRQ to a vCPU");
	l4_irq_trigger(VCPU_IRQ);
	vcpu_settle();
	tap_is(vcpu_upcalls, 1, "an IRQ is an upcall");
	tap_is((long)vcpu_seen.r.trapno, 254, "trap number of a message");
	tap_is((long)vcpu_seen.r.err, 0, "error code of a message");
	tap_is((long)vcpu_seen.i.label, 0x1235, "label of the IRQ");
	tap_is((long)vcpu_seen.i.tag, 0, "tag of the IRQ");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_IRQ, "messages were allowed");
	tap_is(vcpu_seen.state, 0, "messages are off");
	tap_is(vcpu_seen.sticky_flags & 1, 0, "none is pending");
	l4_irq_trigger(VCPU_IRQ);
	tap_settle();
	tap_is(vcpu_upcalls, 1, "a masked IRQ is no upcall");
	tap_is(V->sticky_flags & 1, 1, "but pending");
	actor_end(0);
	abi_drop(VCPU_IRQ, L4_FP_DELETE_OBJ);
}

static void messages(void)
{
	struct answer a;

	vcpu(idle_open, take_message);
	MR(0) = 77;
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(5, 1, 0), 0x66, TIMEOUT_1S);
	vcpu_settle();
	tap_is(a.result, 5, "send to a vCPU that runs");
	tap_is((long)vcpu_seen.r.trapno, 254, "a message is an upcall");
	tap_is((long)vcpu_seen.i.label, 0x66, "label of the message");
	tap_is((long)vcpu_seen.i.tag, (long)TAG(5, 1, 0), "tag of the message");
	tap_is(vcpu_result, 77, "the words are in the UTCB");
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(5, 1, 0), 0x66, TIMEOUT_1MS);
	tap_is(a.result, IPC_ERROR(L4_IPC_SETIMEOUT), "while masked the sender waits");
	actor_end(0);
}

static void answer_call(void)
{
	MR(0) = 78;
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(9, 1, 0), 0, 0);
}

static void calls(void)
{
	struct answer a;

	vcpu(idle_open, answer_call);
	a = abi_invoke(ACTOR(0) | L4_SYSF_CALL, TAG(5, 0, 0), 0, TIMEOUT_1S);
	tap_is(a.result, 9, "a vCPU answers through its reply slot");
	tap_is((long)MR(0), 78, "with words");
	actor_end(0);
}

static void wait_closed(void)
{
	V->state = L4_VCPU_F_IRQ;
	vcpu_result = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0).result;
}

static void waiting(void)
{
	vcpu(wait_closed, vcpu_stop);
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(5, 0, 0), 0, TIMEOUT_1S);
	vcpu_settle();
	tap_is(vcpu_result, 5, "a vCPU that waits gets the message there");
	tap_is(vcpu_upcalls, 0, "and no upcall");
	actor_end(0);
}

static void resume_open(void)
{
	while (!(V->sticky_flags & 1))
		tap_settle();
	V->r = (l4_exc_regs_t){
		.ip = 0x1111, .sp = 0x2222, .flags = 0x202, .ss = 0x23, .rax = 0x3333
	};
	V->state = 0x200;
	V->saved_state = L4_VCPU_F_IRQ | 0x100;
	vcpu_resume();
}

static void pending(void)
{
	vcpu_irq_make();
	vcpu(resume_open, vcpu_stop);
	l4_rcv_ep_bind_thread(VCPU_IRQ, ACTOR(0), 0x40);
	l4_irq_trigger(VCPU_IRQ);
	vcpu_settle();
	tap_is(vcpu_upcalls, 1, "resuming with a message pending is an upcall at once");
	tap_is((long)vcpu_seen.r.trapno, 254, "of a message");
	tap_is((long)vcpu_seen.i.label, 0x40, "that one");
	tap_is((long)vcpu_seen.r.ip, 0x1111, "the ip is the one to resume to");
	tap_is((long)vcpu_seen.r.rax, 0x3333, "and so is rax");
	tap_is((long)vcpu_at_entry[0], 0x2222, "the stack is the one to resume to");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_IRQ | 0x100, "the state to load stays saved");
	tap_is(vcpu_seen.sticky_flags & 1, 0, "nothing is pending any more");
	actor_end(0);
	abi_drop(VCPU_IRQ, L4_FP_DELETE_OBJ);
}

static void stale_pending(void)
{
	V->sticky_flags = 1;
	V->r = (l4_exc_regs_t){ .ip = 0x1111, .sp = 0x2222, .flags = 0x202, .ss = 0x23 };
	V->saved_state = L4_VCPU_F_IRQ | L4_VCPU_F_EXCEPTIONS | L4_VCPU_F_PAGE_FAULTS;
	vcpu_resume();
}

static void stale(void)
{
	vcpu(stale_pending, vcpu_stop);
	tap_is(vcpu_upcalls, 1, "resuming with the sticky flag set by hand");
	tap_is((long)vcpu_seen.r.trapno, 254, "is an upcall of a message");
	tap_is((long)vcpu_seen.i.tag & 0x8000, 0x8000, "that has not come");
	actor_end(0);
}

static void resume_kernel(void)
{
	V->user_task = SLOT(30);
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)vcpu_user_ud2,
				.sp = 0x8888,
				.rdx = 0x9999,
				.flags = 0x202,
				.ss = 0x23,
				.fs_base = 0x1000 };
	V->saved_state = L4_VCPU_F_EXCEPTIONS;
	vcpu_resume();
}

static void kernel_resume(void)
{
	vcpu(resume_kernel, vcpu_stop);
	tap_is(vcpu_result, 1, "outside user mode a resume needs no user task");
	tap_is((long)vcpu_seen.r.trapno, 6, "it continues at the given ip");
	tap_is((long)vcpu_seen.r.rdx, 0x9999, "with the given registers");
	tap_is((long)vcpu_at_entry[0], 0x8888, "and stack");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "enabling", enabling },
	{ "kernel-exception", kernel_exception },
	{ "kernel-page-fault", kernel_page_fault },
	{ "masked-exception", masked_exception },
	{ "irqs", irqs },
	{ "messages", messages },
	{ "calls", calls },
	{ "waiting", waiting },
	{ "pending", pending },
	{ "stale", stale },
	{ "user-call", vcpu_user_syscall },
	{ "user-exception", vcpu_user_exception },
	{ "user-page-fault", vcpu_user_page_fault },
	{ "user-irq", vcpu_user_irq },
	{ "user-segments", vcpu_user_segments },
	{ "user-fpu-off", vcpu_user_fpu_off },
	{ "refusals", vcpu_refusals },
	{ "kernel-resume", kernel_resume },
	{ "deleted-task", vcpu_deleted_task },
	{ "chain", vcpu_chain },
};

TAP_MAIN("abi-vcpu")
