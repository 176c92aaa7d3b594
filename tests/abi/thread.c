/* SPDX-License-Identifier: MIT */
/* Threads: control, ex_regs, cancelling, segment bases. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define NEVER_SET ((long)0xfffffffffffff000UL)

static volatile int ran;
static struct answer got;

static long control(l4_cap_idx_t thread, unsigned words, l4_umword_t flags, l4_umword_t pager,
		    l4_umword_t handler, l4_umword_t utcb, l4_cap_idx_t task)
{
	unsigned items = (flags & L4_THREAD_CONTROL_BIND_TASK) != 0;

	MR(0) = L4_THREAD_CONTROL_OP | flags;
	MR(1) = pager;
	MR(2) = handler;
	MR(3) = MR(4) = 0;
	MR(5) = utcb;
	MR(6) = L4_ITEM_MAP;
	MR(7) = l4_obj_fpage(task, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(thread | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, words, items), 0, 0).result;
}

static void controls(void)
{
	l4_cap_idx_t t = SLOT(0);

	abi_create(L4_PROTO_THREAD, t);
	tap_is(control(t, 5, 0, 0, 0, 0, 0), -L4_EINVAL, "control of 5 words");
	tap_is(control(t, 6, 0, 0, 0, 0, 0), 0, "control that changes nothing");
	tap_is((long)MR(1), NEVER_SET, "a pager never set");
	tap_is((long)MR(2), NEVER_SET, "an exception handler never set");
	tap_is(control(t, 6, L4_THREAD_CONTROL_SET_PAGER, 0x4000, 0, 0, 0), 0, "set the pager");
	tap_is((long)MR(1), NEVER_SET, "gives back the old pager");
	tap_is(control(t, 6, L4_THREAD_CONTROL_SET_EXC_HANDLER, 0, 0x5000, 0, 0), 0,
	       "set the exception handler");
	tap_is((long)MR(1), 0x4000, "the pager has stayed");
	tap_is((long)MR(2), NEVER_SET, "gives back the old exception handler");
	tap_is(control(t, 6, 0, 0, 0, 0, 0), 0, "ask for both");
	tap_is((long)MR(1), 0x4000, "the pager set before");
	tap_is((long)MR(2), 0x5000, "the exception handler set before");
	tap_is(control(t, 6, L4_THREAD_CONTROL_SET_PAGER, L4_INVALID_CAP, 0, 0, 0), 0,
	       "set no pager");
	control(t, 6, 0, 0, 0, 0, 0);
	tap_is((long)MR(1), NEVER_SET, "no pager reads like one never set");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, 0x12345000, L4_BASE_TASK_CAP),
	       -L4_EINVAL, "bind to a UTCB that is not ku_mem");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, ACTOR_UTCB(0) + 4,
		       L4_BASE_TASK_CAP),
	       -L4_EINVAL, "bind to a UTCB that is not aligned");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0,
		       L4_KERNEL_UTCB_ADDR + L4_PAGESIZE - 512, L4_BASE_TASK_CAP),
	       -L4_EINVAL, "bind to a UTCB that is half outside");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, ACTOR_UTCB(0), L4_BASE_FACTORY_CAP),
	       -L4_EINVAL, "bind to a factory");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, ACTOR_UTCB(0), SLOT(30)),
	       -L4_EINVAL, "bind to nothing");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, ACTOR_UTCB(0), L4_BASE_TASK_CAP), 0,
	       "bind");
	tap_is(control(t, 6, L4_THREAD_CONTROL_BIND_TASK, 0, 0, ACTOR_UTCB(0), L4_BASE_TASK_CAP),
	       -L4_EINVAL, "bind again");
	abi_copy(t, SLOT(1), L4_CAP_FPAGE_RW, 0);
	tap_is(control(SLOT(1), 6, 0, 0, 0, 0, 0), -L4_EPERM, "control without S");
	abi_drop(t, L4_FP_DELETE_OBJ);
}

static void answers(void)
{
	struct answer a;

	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, 0x77, 0, 0), -L4_ENOSYS, "unknown operation");
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, L4_THREAD_SWITCH_OP, 0, 0) >= 0, 1, "switch");
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, L4_THREAD_STATS_OP, 0, 0), 0, "CPU time");
	tap_ok(MR(0) > 0, "some of it was used");
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, L4_THREAD_SEGMENT_INFO_OP, 0, 0), 0,
	       "segment information");
	tap_is((long)MR(0), 0x23, "selector of data");
	tap_is((long)MR(1), 0x2b, "selector of 64-bit code");
	tap_is((long)MR(2), 0x1b, "selector of 32-bit code");
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 1, 8, 0, 0), -L4_ENOSYS, "doorbell IRQ");
	tap_is(abi_call(L4_INVALID_CAP, L4_PROTO_THREAD, 1, L4_THREAD_SEGMENT_INFO_OP, 0, 0), 0,
	       "the invalid selector means the thread itself");
	MR(0) = L4_THREAD_VCPU_RESUME_OP;
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, 1, 0), 0, 0);
	tap_is(a.result, -L4_EINVAL, "vCPU resume of what is no vCPU");
	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 2, L4_THREAD_SET_SEGMENT_BASE_OP, 0x800000000000UL,
			0),
	       -L4_EINVAL, "fs base that is not canonical");
}

static void segments(void)
{
	static l4_umword_t word = 0xabcdef;
	l4_umword_t read;

	tap_is(abi_call(MAIN, L4_PROTO_THREAD, 2, L4_THREAD_SET_SEGMENT_BASE_OP, (l4_umword_t)&word,
			0),
	       0, "set fs base");
	__asm__ volatile("mov %%fs:0, %0" : "=r"(read));
	tap_is((long)read, 0xabcdef, "fs:0 reads it");
}

static void sleeper(void)
{
	got = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0);
	ran++;
	actor_stop();
}

static void sender(void)
{
	got = abi_invoke(MAIN | L4_SYSF_SEND, TAG(1, 0, 0), 0, 0);
	ran++;
	actor_stop();
}

static void second(void)
{
	ran = 10;
	actor_stop();
}

static long ex_regs(l4_umword_t flags, l4_umword_t ip, l4_umword_t sp, unsigned words)
{
	return abi_call(ACTOR(0), L4_PROTO_THREAD, words, L4_THREAD_EX_REGS_OP | flags, ip, sp);
}

static void registers(void)
{
	abi_create(L4_PROTO_THREAD, ACTOR(0));
	tap_is(ex_regs(0, ~0UL, ~0UL, 3), 0, "ex_regs of an unbound thread");
	tap_is((long)MR(0), 0x202, "its rflags");
	tap_is((long)MR(1), 0, "its ip");
	tap_is((long)MR(2), 0, "its sp");
	tap_is(ex_regs(0, 0, 0, 2), -L4_EINVAL, "ex_regs of 2 words");
	actor_end(0);
	ran = 0;
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	tap_is(ran, 0, "a thread without registers does not run");
	tap_is(ex_regs(0, (l4_umword_t)sleeper, actor_stack(0), 3), 0, "ex_regs starts a thread");
	tap_is((long)MR(1), 0, "old ip of a new thread");
	tap_is((long)MR(2), 0, "old sp of a new thread");
	tap_settle();
	tap_is(ex_regs(0, ~0UL, ~0UL, 3), 0, "read the registers of a waiting thread");
	tap_ok(MR(2) <= actor_stack(0) && MR(2) > actor_stack(0) - 4096, "sp is in its stack");
	tap_is((long)MR(0) & 0x202, 0x202, "interrupts are on in rflags");
	tap_is(ran, 0, "reading does not end its wait");
	tap_is(ex_regs(L4_THREAD_EX_REGS_CANCEL, ~0UL, ~0UL, 3), 0, "cancel");
	tap_settle();
	tap_is(ran, 1, "ends its wait");
	tap_is(got.result, IPC_ERROR(L4_IPC_RECANCELED), "receive cancelled");
	tap_is(ex_regs(L4_THREAD_EX_REGS_CANCEL, (l4_umword_t)second, actor_stack(0), 3), 0,
	       "cancel and set registers");
	tap_settle();
	tap_is(ran, 10, "continues at the new ip");
	actor_end(0);
	actor_start(0, sender);
	ex_regs(L4_THREAD_EX_REGS_CANCEL, ~0UL, ~0UL, 3);
	tap_settle();
	tap_is(got.result, IPC_ERROR(L4_IPC_SECANCELED), "send cancelled");
	actor_end(0);
}

static void triggered(void)
{
	struct answer a;

	actor_start(0, sleeper);
	tap_is(ex_regs(L4_THREAD_EX_REGS_CANCEL | L4_THREAD_EX_REGS_TRIGGER_EXCEPTION, ~0UL, ~0UL,
		       3),
	       0, "trigger an exception");
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_EXCEPTION, 26, 0) | 0x1000, "an exception arrives");
	tap_is((long)MR(16), 255, "its number");
	tap_is((long)MR(17), 0, "its error code");
	tap_is((long)MR(19), 0x2b, "its cs");
	tap_is((long)MR(22), 0x23, "its ss");
	tap_ok(MR(21) <= actor_stack(0) && MR(21) > actor_stack(0) - 4096, "its sp");
	tap_is((long)MR(24), (long)ACTOR_UTCB(0) + 0x1f8, "its gs base");
	actor_end(0);
}

static volatile l4_umword_t parked;

static void counter(void)
{
	parked = 1;
	actor_stop();
}

static long run(l4_cap_idx_t thread, unsigned words, l4_umword_t prio, l4_umword_t map)
{
	MR(0) = L4_SCHEDULER_RUN_THREAD_OP;
	MR(1) = 0xffUL << 24;
	MR(2) = map;
	MR(3) = prio;
	MR(4) = 0;
	MR(5) = L4_ITEM_MAP;
	MR(6) = l4_obj_fpage(thread, 0, L4_CAP_FPAGE_RWS).raw;
	return abi_invoke(L4_BASE_SCHEDULER_CAP | L4_SYSF_CALL, TAG(L4_PROTO_SCHEDULER, words, 1),
			  0, 0)
		.result;
}

static void scheduling(void)
{
	tap_is(abi_call(L4_BASE_SCHEDULER_CAP, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, 0, 0),
	       0, "scheduler info");
	tap_is((long)MR(0) & 1, 1, "the first CPU is there");
	tap_is((long)MR(1), 16, "16 CPUs at most");
	tap_is((long)MR(2) & 2, 2, "fixed priorities are offered");
	abi_call(L4_BASE_SCHEDULER_CAP, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, 1, 0);
	tap_is((long)MR(0), 0, "there is no second one");
	tap_is(abi_call(L4_BASE_SCHEDULER_CAP, L4_PROTO_SCHEDULER, 2, L4_SCHEDULER_INFO_OP, 0x10000,
			0),
	       -L4_ERANGE, "CPUs beyond the last");
	actor_start(0, counter);
	tap_is(parked, 1, "a thread of higher priority runs when we wait");
	tap_is(run(ACTOR(0), 5, 0, 1), -L4_EINVAL, "priority 0");
	tap_is(run(ACTOR(0), 5, 255, 1), 0, "priority 255");
	tap_is(run(ACTOR(0), 5, 2, 0), 0, "empty set of CPUs");
	tap_is(run(L4_BASE_FACTORY_CAP, 5, 2, 1), -L4_EINVAL, "run a factory");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "controls", controls },   { "answers", answers },     { "segments", segments },
	{ "registers", registers }, { "triggered", triggered }, { "scheduling", scheduling },
};

TAP_MAIN("abi-thread")
