/* SPDX-License-Identifier: MIT */
/*
 * vCPUs: what an upcall fills in, what resuming does and refuses. Actor 0 is the vCPU; each group
 * gives it a body, and a function for its upcalls. The main thread has the higher priority, so
 * that it can stop a user mode that spins.
 */
#include "actor.h"
#include "remote.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/irq.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/task.h>
#include <l4/sys/vcpu.h>

#define MAIN L4_BASE_THREAD_CAP
#define USER SLOT(0)
#define IRQ SLOT(1)
#define AREA 0x60000000000UL
#define V ((l4_vcpu_state_t *)AREA)
#define ALL_EVENTS (L4_VCPU_F_IRQ | L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS)

extern char vcpu_entry[], vcpu_user_ud2[], vcpu_user_call[], vcpu_user_read[], vcpu_user_spin[],
	vcpu_user_regs[], vcpu_user_fpu[], vcpu_call_at[], vcpu_read_at[];
extern l4_umword_t vcpu_at_entry[4];
void vcpu_upcall(void);

static char user_stack[4096], entry_stack[4096];
static volatile unsigned upcalls;
static volatile int ended;
static volatile long result;
static l4_vcpu_state_t seen;
static void (*on_upcall)(void);
static void (*body)(void);

#define ENTRY_SP ((l4_umword_t)entry_stack + sizeof(entry_stack))
#define USER_SP ((l4_umword_t)user_stack + sizeof(user_stack))

void vcpu_upcall(void)
{
	seen = *V;
	upcalls++;
	on_upcall();
	ended = 1;
	actor_stop();
}

static long resume_items(unsigned items)
{
	MR(0) = L4_THREAD_VCPU_RESUME_OP;
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, items), 0, 0)
		.result;
}

/* Returns only with an error. */
static long resume(void)
{
	return result = resume_items(0);
}

static long enable(l4_cap_idx_t thread, l4_umword_t flags, l4_umword_t area, unsigned words)
{
	return abi_call(thread, L4_PROTO_THREAD, words, L4_THREAD_VCPU_CONTROL_OP | flags, area, 0);
}

static void run_body(void)
{
	body();
	ended = 1;
	actor_stop();
}

static void stop(void)
{
}

static void settle(void)
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
static void vcpu(void (*b)(void), void (*u)(void))
{
	area();
	upcalls = 0;
	ended = 0;
	result = 1;
	body = b;
	on_upcall = u;
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	tap_is(enable(ACTOR(0), 0, AREA, 2), 0, "make a thread a vCPU");
	V->entry_ip = (l4_umword_t)vcpu_entry;
	V->entry_sp = ENTRY_SP;
	V->user_task = L4_INVALID_CAP;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)run_body, actor_stack(0), 0);
	settle();
}

/* Continues in user mode at that instruction. */
static long to_user(const char *ip)
{
	V->user_task = USER;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)ip, .sp = USER_SP, .flags = 0x202, .ss = 0x23 };
	V->saved_state = L4_VCPU_F_USER_MODE | ALL_EVENTS;
	return resume();
}

static void enabling(void)
{
	area();
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	tap_is(enable(ACTOR(0), 0, 0x1234000, 2), -L4_EINVAL, "a state area that is no ku_mem");
	tap_is(enable(ACTOR(0), 0, AREA + 4, 2), -L4_EINVAL, "a state area that is not aligned");
	tap_is(enable(ACTOR(0), 0, AREA + 0xff8, 2), -L4_EINVAL, "a state area half outside");
	tap_is(enable(ACTOR(0), 0, 0, 2), -L4_EINVAL, "no state area");
	tap_is(enable(ACTOR(0), 0, AREA, 1), -L4_EINVAL, "control of one word");
	tap_is((long)V->version, 0, "nothing is written before");
	tap_is(enable(ACTOR(0), 0, AREA + 8, 2), 0, "a state area aligned to 8");
	tap_is(enable(ACTOR(0), 0, AREA, 2), 0, "another state area");
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
	resume();
}

static void kernel_exception(void)
{
	vcpu(raise_kernel, skip_and_resume);
	tap_is(upcalls, 1, "an exception is an upcall");
	tap_is((long)seen.r.trapno, 6, "its trap number");
	tap_is((long)seen.r.err, 0, "its error code");
	tap_is(seen.saved_state, L4_VCPU_F_EXCEPTIONS, "the state is saved");
	tap_is(seen.state, 0, "the state loses its event bits");
	tap_is((long)vcpu_at_entry[0], (long)seen.r.sp, "outside user mode the stack stays");
	tap_ok(seen.r.sp <= actor_stack(0) && seen.r.sp > actor_stack(0) - 4096,
	       "which is its own");
	tap_is((long)vcpu_at_entry[1], (long)AREA, "rdi is the state area");
	tap_is((long)vcpu_at_entry[2] & 0x7ed5, 0x200, "rflags are clean");
	tap_is((long)vcpu_at_entry[3], (long)ACTOR_UTCB(0), "gs:0 is the UTCB");
	tap_is(ended, 1, "resume continues");
	tap_is(result, 1, "and does not return");
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
	vcpu(fault_kernel, stop);
	tap_is(upcalls, 1, "a page fault is an upcall");
	tap_is((long)seen.r.trapno, 14, "trap number of a page fault");
	tap_is((long)seen.r.err, 4, "error code of a page fault");
	tap_is((long)seen.r.pfa, 0x300000005, "address of a page fault");
	tap_is(seen.saved_state, L4_VCPU_F_PAGE_FAULTS | L4_VCPU_F_EXCEPTIONS | 0x100,
	       "other bits of the state are saved");
	tap_is(seen.state, 0x100, "and stay");
	actor_end(0);
}

static void irq_make(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
}

static void idle_open(void)
{
	V->state = L4_VCPU_F_IRQ;
	for (volatile unsigned i = 0; !ended; i++)
		;
}

static void take_message(void)
{
	result = (long)MR(0);
	V->saved_state = 0;
}

static void irqs(void)
{
	irq_make();
	vcpu(idle_open, take_message);
	tap_is(l4_error(l4_rcv_ep_bind_thread(IRQ, ACTOR(0), 0x1235)), 0, "bind an IRQ to a vCPU");
	l4_irq_trigger(IRQ);
	settle();
	tap_is(upcalls, 1, "an IRQ is an upcall");
	tap_is((long)seen.r.trapno, 254, "trap number of a message");
	tap_is((long)seen.r.err, 0, "error code of a message");
	tap_is((long)seen.i.label, 0x1235, "label of the IRQ");
	tap_is((long)seen.i.tag, 0, "tag of the IRQ");
	tap_is(seen.saved_state, L4_VCPU_F_IRQ, "messages were allowed");
	tap_is(seen.state, 0, "messages are off");
	tap_is(seen.sticky_flags & 1, 0, "none is pending");
	l4_irq_trigger(IRQ);
	tap_settle();
	tap_is(upcalls, 1, "a masked IRQ is no upcall");
	tap_is(V->sticky_flags & 1, 1, "but pending");
	actor_end(0);
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static void messages(void)
{
	struct answer a;

	vcpu(idle_open, take_message);
	MR(0) = 77;
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(5, 1, 0), 0x66, TIMEOUT_50MS);
	settle();
	tap_is(a.result, 5, "send to a vCPU that runs");
	tap_is((long)seen.r.trapno, 254, "a message is an upcall");
	tap_is((long)seen.i.label, 0x66, "label of the message");
	tap_is((long)seen.i.tag, (long)TAG(5, 1, 0), "tag of the message");
	tap_is(result, 77, "the words are in the UTCB");
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
	a = abi_invoke(ACTOR(0) | L4_SYSF_CALL, TAG(5, 0, 0), 0, TIMEOUT_50MS);
	tap_is(a.result, 9, "a vCPU answers through its reply slot");
	tap_is((long)MR(0), 78, "with words");
	actor_end(0);
}

static void wait_closed(void)
{
	V->state = L4_VCPU_F_IRQ;
	result = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0).result;
}

static void waiting(void)
{
	vcpu(wait_closed, stop);
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(5, 0, 0), 0, TIMEOUT_50MS);
	settle();
	tap_is(result, 5, "a vCPU that waits gets the message there");
	tap_is(upcalls, 0, "and no upcall");
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
	resume();
}

static void pending(void)
{
	irq_make();
	vcpu(resume_open, stop);
	l4_rcv_ep_bind_thread(IRQ, ACTOR(0), 0x40);
	l4_irq_trigger(IRQ);
	settle();
	tap_is(upcalls, 1, "resuming with a message pending is an upcall at once");
	tap_is((long)seen.r.trapno, 254, "of a message");
	tap_is((long)seen.i.label, 0x40, "that one");
	tap_is((long)seen.r.ip, 0x1111, "the ip is the one to resume to");
	tap_is((long)seen.r.rax, 0x3333, "and so is rax");
	tap_is((long)vcpu_at_entry[0], 0x2222, "the stack is the one to resume to");
	tap_is(seen.saved_state, L4_VCPU_F_IRQ | 0x100, "the state to load stays saved");
	tap_is(seen.sticky_flags & 1, 0, "nothing is pending any more");
	actor_end(0);
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static void call_user(void)
{
	to_user(vcpu_user_call);
}

static void user_call(void)
{
	remote_task(USER);
	vcpu(call_user, stop);
	tap_is(result, 1, "resume to user mode");
	tap_is((long)seen.r.trapno, 253, "a system call in user mode: trap number");
	tap_is((long)seen.r.err, 0, "a system call in user mode: error code");
	tap_is((long)seen.r.ip, (long)vcpu_call_at, "a system call in user mode: ip");
	tap_is((long)seen.r.rax, 0x12345, "a system call in user mode: rax");
	tap_is((long)seen.r.rcx, 0x1234, "a system call in user mode: rcx is r8");
	tap_is((long)seen.r.sp, (long)USER_SP, "a system call in user mode: sp");
	tap_is(seen.saved_state, L4_VCPU_F_USER_MODE | ALL_EVENTS, "user mode is saved");
	tap_is(seen.state, 0, "and left");
	tap_is((long)vcpu_at_entry[0], (long)ENTRY_SP, "the stack is the entry stack");
	tap_is((long)vcpu_at_entry[3], (long)ACTOR_UTCB(0), "gs:0 is the UTCB again");
	tap_is((long)V->user_task, (long)(USER | 1), "the kernel marks a user task it has cached");
	actor_end(0);
}

static void ud2_user(void)
{
	V->saved_state = 0;
	V->user_task = USER;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)vcpu_user_ud2,
				.sp = USER_SP,
				.rbx = 0x4444,
				.flags = 0x3202,
				.cs = 0x10,
				.ss = 0x23 };
	V->saved_state = L4_VCPU_F_USER_MODE;
	resume();
}

static void user_exception(void)
{
	remote_task(USER);
	vcpu(ud2_user, stop);
	tap_is((long)seen.r.trapno, 6, "an exception in user mode: trap number");
	tap_is((long)seen.r.ip, (long)vcpu_user_ud2, "an exception in user mode: ip");
	tap_is((long)seen.r.rbx, 0x4444, "registers are loaded");
	tap_is((long)seen.r.flags & 0x7200, 0x200, "rflags are made harmless");
	tap_is((long)seen.r.cs, 0x2b, "cs is made harmless");
	tap_is((long)seen.r.ss, 0x23, "ss is the user's");
	tap_is(seen.saved_state, L4_VCPU_F_USER_MODE | ALL_EVENTS, "user mode has all events");
	actor_end(0);
}

static void read_user(void)
{
	to_user(vcpu_user_read);
}

static void map_and_resume(void)
{
	if (seen.r.trapno != 14)
		return;
	MR(1) = 0x300000000 | L4_ITEM_MAP;
	MR(2) = l4_fpage((l4_umword_t)user_stack & ~0xfffUL, 12, L4_FPAGE_RW).raw;
	result = resume_items(1);
}

static void user_page_fault(void)
{
	remote_task(USER);
	vcpu(read_user, map_and_resume);
	tap_is(upcalls, 2, "a page fault in user mode is an upcall");
	tap_is((long)seen.r.trapno, 6, "a page sent with resume lets it go on");
	tap_is(result, 1, "that resume has not returned");
	actor_end(0);
}

static void spin_user(void)
{
	to_user(vcpu_user_spin);
}

static void user_irq(void)
{
	irq_make();
	remote_task(USER);
	vcpu(spin_user, stop);
	l4_rcv_ep_bind_thread(IRQ, ACTOR(0), 0x50);
	tap_is(upcalls, 0, "user mode runs");
	l4_irq_trigger(IRQ);
	settle();
	tap_is(upcalls, 1, "an IRQ ends user mode");
	tap_is((long)seen.r.trapno, 254, "trap number of an IRQ in user mode");
	tap_ok(seen.r.ip >= (l4_umword_t)vcpu_user_spin &&
		       seen.r.ip < (l4_umword_t)vcpu_user_spin + 4,
	       "ip of an IRQ in user mode");
	tap_is((long)vcpu_at_entry[0], (long)ENTRY_SP, "stack of an IRQ in user mode");
	actor_end(0);
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static void segments_user(void)
{
	V->user_task = USER;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)vcpu_user_regs,
				.sp = USER_SP,
				.flags = 0x202,
				.ss = 0x23,
				.fs_base = (l4_umword_t)entry_stack,
				.gs_base = 0x7777000 };
	V->saved_state = L4_VCPU_F_USER_MODE;
	resume();
}

static void user_segments(void)
{
	remote_task(USER);
	*(l4_umword_t *)entry_stack = 0x5555;
	vcpu(segments_user, stop);
	tap_is((long)seen.r.rax, 0x5555, "fs base of user mode is loaded");
	tap_is((long)seen.r.fs_base, (long)entry_stack, "fs base of user mode is saved");
	tap_is((long)seen.r.gs_base, 0x7777000, "gs base of user mode is saved");
	tap_is((long)vcpu_at_entry[3], (long)ACTOR_UTCB(0), "the host's gs base is loaded");
	actor_end(0);
}

static void fpu_user(void)
{
	V->user_task = USER;
	V->r = (l4_exc_regs_t){
		.ip = (l4_umword_t)vcpu_user_fpu, .sp = USER_SP, .flags = 0x202, .ss = 0x23
	};
	V->saved_state = L4_VCPU_F_USER_MODE;
	resume();
}

static void user_fpu_off(void)
{
	remote_task(USER);
	vcpu(fpu_user, stop);
	if (tap_hosted())
		tap_skip("the FPU traps while its bit is off", "a process cannot disable it");
	else
		tap_is((long)seen.r.trapno, 7, "the FPU traps while its bit is off");
	actor_end(0);
}

static void deleted_task(void)
{
	remote_task(USER);
	vcpu(spin_user, stop);
	abi_drop(USER, L4_FP_DELETE_OBJ);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	tap_is(upcalls, 1, "deleting the user task ends user mode with an upcall");
	tap_is((long)seen.r.trapno, 14, "of a page fault");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "enabling", enabling },
	{ "kernel-exception", kernel_exception },
	{ "kernel-page-fault", kernel_page_fault },
	{ "irqs", irqs },
	{ "messages", messages },
	{ "calls", calls },
	{ "waiting", waiting },
	{ "pending", pending },
	{ "user-call", user_call },
	{ "user-exception", user_exception },
	{ "user-page-fault", user_page_fault },
	{ "user-irq", user_irq },
	{ "user-segments", user_segments },
	{ "user-fpu-off", user_fpu_off },
	{ "deleted-task", deleted_task },
};

TAP_MAIN("abi-vcpu")
