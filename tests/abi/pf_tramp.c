/* SPDX-License-Identifier: MIT */
/* Page-fault trampolines: a thread that handles its own page fault, once. */
#include "actor.h"
#include "tap.h"

#include <l4/abi/pf_trampoline.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define AREA 0x60000000000UL
#define T ((l4_pf_trampoline_t *)AREA)
#define FAULT 0x300000005UL /* what the actor reads */

/* Indices in the state. */
enum { DI = 8, SI = 9, PFA = 11, CX = 14, TRAPNO = 16, ERR = 17, IP = 18, SP = 21 };

extern char tramp_start[], tramp_fault[], tramp_end[], tramp_handler[], tramp_resume[],
	tramp_call[], tramp_second[];

static l4_umword_t page[512] __attribute__((aligned(4096)));

static long control(l4_cap_idx_t thread, l4_umword_t op, unsigned words, l4_umword_t addr)
{
	return abi_call(thread, L4_PROTO_THREAD, words, L4_THREAD_PF_TRAMP_OP | op, addr, 0);
}

static struct answer next(l4_umword_t flags, long label, unsigned words, unsigned items)
{
	return abi_invoke(L4_INVALID_CAP | flags, TAG(label, words, items), 0, TIMEOUT_1S);
}

static void area(void)
{
	l4_fpage_t fp = l4_fpage(AREA, 12, L4_FPAGE_RW);

	l4_task_add_ku_mem(L4_BASE_TASK_CAP, &fp);
	T->flags = 0;
	T->handler_ip = (l4_umword_t)tramp_handler;
	(void)*(volatile char *)tramp_start;
	*(volatile char *)actor_stack(0) = 0;
	actor_create(0, MAIN, MAIN);
}

static void controls(void)
{
	area();
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_DISABLE, 1, 0), 0, "disable before setup");
	tap_is((long)MR(0), 0, "disable before setup: was not enabled");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_ENABLE, 1, 0), -L4_EINVAL,
	       "enable before setup");
	tap_is(control(MAIN, L4_THREAD_PF_TRAMP_RESUME, 1, 0), -L4_EINVAL, "resume before setup");
	tap_is(control(ACTOR(0), 0, 1, AREA), -L4_EMSGTOOSHORT, "setup of one word");
	tap_is(control(ACTOR(0), 0, 3, AREA), -L4_EMSGTOOLONG, "setup of three words");
	tap_is(abi_call_cap(ACTOR(0), L4_PROTO_THREAD, 2, L4_THREAD_PF_TRAMP_OP, AREA, MAIN),
	       -L4_EMSGTOOLONG, "setup with an item");
	tap_is(control(ACTOR(0), 0, 2, (l4_umword_t)page), -L4_EINVAL, "setup outside ku_mem");
	tap_is(control(ACTOR(0), 0, 2, AREA + 4), -L4_EINVAL, "setup that is not aligned");
	tap_is(control(ACTOR(0), 0, 2, AREA + 4096 - 216), -L4_EINVAL, "setup half outside");
	tap_is(control(ACTOR(0), 0, 2, AREA + 4096 - 224), 0, "setup at the end of the page");
	tap_is(control(ACTOR(0), 0, 2, AREA), 0, "another setup");
	tap_is(control(ACTOR(0), 0x50000, 1, 0), -L4_ENOSYS, "unknown operation");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_ENABLE, 2, 0), -L4_EMSGTOOLONG,
	       "enable of two words");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_ENABLE, 1, 0), 0, "enable what is enabled");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_RESUME, 1, 0), -L4_EPERM,
	       "resume another thread");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_DISABLE, 1, 0), 0, "disable");
	tap_is((long)MR(0), 1, "disable: was enabled");
	tap_is(control(ACTOR(0), L4_THREAD_PF_TRAMP_DISABLE, 1, 0), 0, "disable again");
	tap_is((long)MR(0), 0, "disable again: was not enabled");
	actor_end(0);
}

/* Runs the actor into its fault: its handler stops with ud2. */
static struct answer fault(void)
{
	area();
	control(ACTOR(0), 0, 2, AREA);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)tramp_start, actor_stack(0), 0);
	return next(L4_SYSF_WAIT, 0, 0, 0);
}

static void entering(void)
{
	struct answer a = fault();

	tap_is(a.result, L4_PROTO_EXCEPTION, "the handler runs");
	tap_is((long)MR(IP), (long)tramp_handler, "at its address");
	tap_is((long)MR(DI), (long)AREA, "rdi: the state");
	tap_is((long)MR(SI), 0x300000000, "rsi: the fault's word");
	tap_is((long)MR(SP), (long)actor_stack(0), "the stack stays");
	tap_is((long)MR(CX), 0x101, "other registers stay");
	tap_is((long)T->flags, L4_PF_TRAMPOLINE_IN_PROGRESS, "state: flags");
	tap_is((long)T->saved_mr0, 0xabc, "state: MR0");
	tap_is((long)T->state[TRAPNO], 14, "state: trap number");
	tap_is((long)T->state[ERR], 4, "state: error code");
	tap_is((long)T->state[PFA], (long)FAULT, "state: address");
	tap_is((long)T->state[IP], (long)tramp_fault, "state: ip");
	tap_is((long)T->state[SP], (long)actor_stack(0), "state: sp");
	tap_is((long)T->state[DI], 0x107, "state: rdi");
	tap_is((long)T->state[SI], 0x106, "state: rsi");
	MR(IP) = (l4_umword_t)tramp_second;
	a = next(L4_SYSF_REPLY_AND_WAIT, 0, 26, 0);
	tap_is(a.result, L4_PROTO_PAGE_FAULT, "a fault of the handler goes to the pager");
	tap_is((long)MR(1), (long)tramp_second, "with its ip");
	actor_end(0);
}

/* Goes on in the handler with a resume of its own. */
static struct answer leave(l4_umword_t op)
{
	MR(IP) = (l4_umword_t)tramp_resume;
	MR(CX) = L4_THREAD_PF_TRAMP_OP | op;
	return next(L4_SYSF_REPLY_AND_WAIT, 0, 26, 0);
}

static void resuming(void)
{
	struct answer a;

	page[0] = 0x1122334455667788;
	fault();
	T->state[DI] = 0x777;
	a = leave(L4_THREAD_PF_TRAMP_RESUME);
	tap_is(a.result, L4_PROTO_EXCEPTION, "resume without a page: the fault comes again");
	tap_is((long)MR(IP), (long)tramp_handler, "and is handled again");
	tap_is((long)T->state[DI], 0x777, "with the registers of the state");
	tap_is((long)*(l4_umword_t *)ACTOR_UTCB(0), 0xabc, "resume restores MR0");
	l4_task_map(L4_BASE_TASK_CAP, L4_BASE_TASK_CAP, l4_fpage((l4_addr_t)page, 12, L4_FPAGE_RO),
		    FAULT & ~0xfffUL);
	a = leave(L4_THREAD_PF_TRAMP_RESUME);
	tap_is(a.result, L4_PROTO_EXCEPTION, "resume with a page");
	tap_is((long)MR(IP), (long)tramp_end, "resume with a page: it goes on");
	tap_is((long)MR(15), 0x112233, "resume with a page: it has read it");
	tap_is((long)MR(CX), 0x101, "resume restores rcx");
	tap_is((long)T->flags, 0, "resume clears the flags");
	leave(L4_THREAD_PF_TRAMP_RESUME);
	tap_is((long)MR(IP), (long)tramp_call + 2, "resume without a fault returns");
	tap_is((long)MR(15) >> 16, -L4_EINVAL, "with an error");
	actor_end(0);
	l4_task_unmap(L4_BASE_TASK_CAP, l4_fpage(FAULT & ~0xfffUL, 12, L4_FPAGE_RWX),
		      L4_FP_ALL_SPACES);
}

static void exceptions(void)
{
	fault();
	leave(L4_THREAD_PF_TRAMP_REFLECT);
	tap_is((long)MR(TRAPNO), 14, "reflect: trap number");
	tap_is((long)MR(ERR), 4, "reflect: error code");
	tap_is((long)MR(PFA), (long)FAULT, "reflect: address");
	tap_is((long)MR(IP), (long)tramp_fault, "reflect: ip");
	tap_is((long)T->flags, 0, "reflect clears the flags");
	next(L4_SYSF_REPLY_AND_WAIT, 0, 0, 0);
	tap_is((long)MR(IP), (long)tramp_handler, "reflect has armed it again");
	T->flags |= L4_PF_TRAMPOLINE_TRIGGER_EXCEPTION;
	leave(L4_THREAD_PF_TRAMP_RESUME);
	tap_is((long)MR(TRAPNO), 255, "triggered: trap number");
	tap_is((long)MR(ERR), 0, "triggered: error code");
	tap_is((long)MR(PFA), 0, "triggered: address");
	tap_is((long)MR(IP), (long)tramp_fault, "triggered: ip");
	actor_end(0);
}

static void state_of_lies(void)
{
	struct answer a;

	fault();
	T->state[19] = 0x10; /* cs */
	T->state[20] = 0x7000 | 1;
	T->state[IP] = (l4_umword_t)tramp_end;
	a = leave(L4_THREAD_PF_TRAMP_RESUME);
	tap_is(a.result, L4_PROTO_EXCEPTION, "a state that is no user's");
	tap_is((long)MR(19), 0x2b, "cs of the kernel is not loaded");
	tap_is((long)MR(20) & 0x7201, 0x201, "neither are the kernel's flags");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "controls", controls },     { "entering", entering },   { "resuming", resuming },
	{ "exceptions", exceptions }, { "state", state_of_lies },
};

TAP_MAIN("abi-pf_tramp")
