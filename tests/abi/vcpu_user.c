/* SPDX-License-Identifier: MIT */
/* vCPUs in user mode: what ends it, and what resume refuses. Read vcpu.c first. */
#include "vcpu.h"

#include "actor.h"
#include "remote.h"
#include "tap.h"

#include <l4/sys/irq.h>
#include <l4/sys/task.h>

#define MAIN L4_BASE_THREAD_CAP
#define USER SLOT(0)

static char user_stack[4096];

#define USER_SP ((l4_umword_t)user_stack + sizeof(user_stack))

/* Continues in user mode at that instruction. */
static long to_user(const char *ip)
{
	V->user_task = USER;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)ip, .sp = USER_SP, .flags = 0x202, .ss = 0x23 };
	V->saved_state = L4_VCPU_F_USER_MODE | VCPU_EVENTS;
	return vcpu_resume();
}

static void call_user(void)
{
	to_user(vcpu_user_call);
}

void vcpu_user_syscall(void)
{
	remote_task(USER);
	vcpu(call_user, vcpu_stop);
	tap_is(vcpu_result, 1, "resume to user mode");
	tap_is((long)vcpu_seen.r.trapno, 253, "a system call in user mode: trap number");
	tap_is((long)vcpu_seen.r.err, 0, "a system call in user mode: error code");
	tap_is((long)vcpu_seen.r.ip, (long)vcpu_call_at, "a system call in user mode: ip");
	tap_is((long)vcpu_seen.r.rax, 0x12345, "a system call in user mode: rax");
	tap_is((long)vcpu_seen.r.rcx, 0x1234, "a system call in user mode: rcx is r8");
	tap_is((long)vcpu_seen.r.sp, (long)USER_SP, "a system call in user mode: sp");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_USER_MODE | VCPU_EVENTS, "user mode is saved");
	tap_is(vcpu_seen.state, 0, "and left");
	tap_is((long)vcpu_at_entry[0], (long)VCPU_ENTRY_SP, "the stack is the entry stack");
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
	vcpu_resume();
}

void vcpu_user_exception(void)
{
	remote_task(USER);
	vcpu(ud2_user, vcpu_stop);
	tap_is((long)vcpu_seen.r.trapno, 6, "an exception in user mode: trap number");
	tap_is((long)vcpu_seen.r.ip, (long)vcpu_user_ud2, "an exception in user mode: ip");
	tap_is((long)vcpu_seen.r.rbx, 0x4444, "registers are loaded");
	tap_is((long)vcpu_seen.r.flags & 0x7200, 0x200, "rflags are made harmless");
	tap_is((long)vcpu_seen.r.cs, 0x2b, "cs is made harmless");
	tap_is((long)vcpu_seen.r.ss, 0x23, "ss is the user's");
	tap_is(vcpu_seen.saved_state, L4_VCPU_F_USER_MODE | VCPU_EVENTS,
	       "user mode has all events");
	actor_end(0);
}

static void read_user(void)
{
	to_user(vcpu_user_read);
}

static void map_and_resume(void)
{
	if (vcpu_seen.r.trapno != 14)
		return;
	MR(1) = 0x300000000 | L4_ITEM_MAP;
	MR(2) = l4_fpage((l4_umword_t)user_stack & ~0xfffUL, 12, L4_FPAGE_RW).raw;
	vcpu_result = vcpu_resume_items(1);
}

void vcpu_user_page_fault(void)
{
	remote_task(USER);
	vcpu(read_user, map_and_resume);
	tap_is(vcpu_upcalls, 2, "a page fault in user mode is an upcall");
	tap_is((long)vcpu_seen.r.trapno, 6, "a page sent with resume lets it go on");
	tap_is(vcpu_result, 1, "that resume has not returned");
	actor_end(0);
}

static void spin_user(void)
{
	to_user(vcpu_user_spin);
}

void vcpu_user_irq(void)
{
	vcpu_irq_make();
	remote_task(USER);
	vcpu(spin_user, vcpu_stop);
	l4_rcv_ep_bind_thread(VCPU_IRQ, ACTOR(0), 0x50);
	tap_is(vcpu_upcalls, 0, "user mode runs");
	l4_irq_trigger(VCPU_IRQ);
	vcpu_settle();
	tap_is(vcpu_upcalls, 1, "an IRQ ends user mode");
	tap_is((long)vcpu_seen.r.trapno, 254, "trap number of an IRQ in user mode");
	tap_ok(vcpu_seen.r.ip >= (l4_umword_t)vcpu_user_spin &&
		       vcpu_seen.r.ip < (l4_umword_t)vcpu_user_spin + 4,
	       "ip of an IRQ in user mode");
	tap_is((long)vcpu_at_entry[0], (long)VCPU_ENTRY_SP, "stack of an IRQ in user mode");
	actor_end(0);
	abi_drop(VCPU_IRQ, L4_FP_DELETE_OBJ);
}

static void segments_user(void)
{
	V->user_task = USER;
	V->r = (l4_exc_regs_t){ .ip = (l4_umword_t)vcpu_user_regs,
				.sp = USER_SP,
				.flags = 0x202,
				.ss = 0x23,
				.fs_base = (l4_umword_t)vcpu_entry_stack,
				.gs_base = 0x7777000 };
	V->saved_state = L4_VCPU_F_USER_MODE;
	vcpu_resume();
}

void vcpu_user_segments(void)
{
	remote_task(USER);
	*(l4_umword_t *)vcpu_entry_stack = 0x5555;
	vcpu(segments_user, vcpu_stop);
	tap_is((long)vcpu_seen.r.rax, 0x5555, "fs base of user mode is loaded");
	tap_is((long)vcpu_seen.r.fs_base, (long)vcpu_entry_stack, "fs base of user mode is saved");
	tap_is((long)vcpu_seen.r.gs_base, 0x7777000, "gs base of user mode is saved");
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
	vcpu_resume();
}

void vcpu_user_fpu_off(void)
{
	remote_task(USER);
	vcpu(fpu_user, vcpu_stop);
	if (tap_hosted())
		tap_skip("the FPU traps while its bit is off", "a process cannot disable it");
	else
		tap_is((long)vcpu_seen.r.trapno, 7, "the FPU traps while its bit is off");
	actor_end(0);
}

static long refused[8];

static void refuse(void)
{
	V->user_task = L4_INVALID_CAP;
	V->saved_state = L4_VCPU_F_USER_MODE;
	refused[0] = vcpu_resume();
	V->user_task = SLOT(30);
	refused[1] = vcpu_resume();
	refused[2] = (long)(V->user_task & 1);
	V->user_task = SLOT(2);
	refused[3] = vcpu_resume();
	V->user_task = L4_BASE_FACTORY_CAP;
	refused[4] = vcpu_resume();
	V->user_task = 8;
	refused[5] = vcpu_resume();
	refused[6] = vcpu_enable(MAIN, 0, 0, 1);
	MR(0) = L4_THREAD_VCPU_RESUME_OP;
	refused[7] = abi_invoke(MAIN | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, 0), 0, 0).result;
}

void vcpu_refusals(void)
{
	remote_task(USER);
	abi_copy(USER, SLOT(2), L4_CAP_FPAGE_RW, 0);
	vcpu(refuse, vcpu_stop);
	tap_is(refused[0], -L4_ENOENT, "user mode without a user task");
	tap_is(refused[1], -L4_ENOENT, "user mode in an empty slot");
	tap_is(refused[2], 1, "which is marked as seen all the same");
	tap_is(refused[3], -L4_EPERM, "user mode in a task without S");
	tap_is(refused[4], -L4_ENOENT, "user mode in a factory");
	tap_is(refused[5], -L4_ENOENT, "user mode after dropping the task");
	tap_is(refused[6], -L4_EINVAL, "control of another thread, one word");
	tap_is(refused[7], -L4_EINVAL, "resume of another thread");
	actor_end(0);
}

void vcpu_deleted_task(void)
{
	remote_task(USER);
	vcpu(spin_user, vcpu_stop);
	abi_drop(USER, L4_FP_DELETE_OBJ);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_50MS & 0xffff });
	tap_is(vcpu_upcalls, 1, "deleting the user task ends user mode with an upcall");
	tap_is((long)vcpu_seen.r.trapno, 14, "of a page fault");
	actor_end(0);
}
