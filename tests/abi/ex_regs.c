/* SPDX-License-Identifier: MIT */
/* ex_regs of threads that are somewhere: in an exception, without a handler, in a message. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define CANCEL L4_THREAD_EX_REGS_CANCEL
#define TRIGGER L4_THREAD_EX_REGS_TRIGGER_EXCEPTION
#define KEEP (~0UL)

extern char ex_ud2[], ex_ud2_too[], ex_wait[], ex_waited[], ex_spin[];

static long ex_regs(l4_umword_t flags, l4_umword_t ip, l4_umword_t sp)
{
	return abi_call(ACTOR(0), L4_PROTO_THREAD, 3, L4_THREAD_EX_REGS_OP | flags, ip, sp);
}

static struct answer next(l4_umword_t flags, unsigned words)
{
	return abi_invoke(L4_INVALID_CAP | flags, TAG(0, words, 0), 0, TIMEOUT_1S);
}

/* Result of waiting for what does not come. */
static long nothing(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_50MS).result;
}

static void start(const char *entry, l4_cap_idx_t handler)
{
	(void)*(volatile char *)entry;
	*(volatile char *)actor_stack(0) = 0;
	actor_create(0, MAIN, handler);
	ex_regs(0, (l4_umword_t)entry, actor_stack(0));
	tap_settle();
}

static void check(struct answer a, const char *what, long trapno, const char *ip)
{
	tap_isf(a.result, L4_PROTO_EXCEPTION, "%s: an exception", what);
	tap_isf((long)MR(16), trapno, "%s: trap number", what);
	tap_isf((long)MR(17), 0, "%s: error code", what);
	tap_isf((long)MR(18), (long)ip, "%s: ip", what);
}

static void in_exception(void)
{
	start(ex_ud2, MAIN);
	next(L4_SYSF_WAIT, 0);
	tap_is(ex_regs(0, (l4_umword_t)ex_ud2_too, 0x4444), 0, "ex_regs during an exception");
	tap_is((long)MR(1), (long)ex_ud2, "ex_regs during an exception: ip");
	tap_is((long)MR(2), (long)actor_stack(0), "ex_regs during an exception: sp");
	tap_is(ex_regs(0, KEEP, KEEP), 0, "ask again");
	tap_is((long)MR(1), (long)ex_ud2, "nothing has changed");
	tap_is(ex_regs(0x1000000, KEEP, KEEP), 0, "flags nobody knows, during an exception");
	tap_is(ex_regs(CANCEL, (l4_umword_t)ex_ud2_too, KEEP), 0, "cancel an exception");
	check(next(L4_SYSF_WAIT, 0), "after the cancelled exception", 6, ex_ud2_too);
	tap_is(ex_regs(CANCEL | TRIGGER, KEEP, KEEP), 0, "cancel an exception and trigger one");
	check(next(L4_SYSF_WAIT, 0), "the triggered one", 255, ex_ud2_too);
	next(L4_SYSF_REPLY_AND_WAIT, 0);
	tap_is((long)MR(16), 6, "behind it the thread goes on");
	actor_end(0);
}

static void without_handler(void)
{
	start(ex_ud2, L4_INVALID_CAP);
	tap_is(ex_regs(0, (l4_umword_t)ex_ud2_too, KEEP), 0, "ex_regs without a handler");
	tap_is((long)MR(1), (long)ex_ud2, "ex_regs without a handler: ip");
	ex_regs(0, KEEP, KEEP);
	tap_is((long)MR(1), (long)ex_ud2, "nothing has changed without a handler");
	l4_thread_control_start();
	l4_thread_control_exc_handler(MAIN);
	l4_thread_control_commit(ACTOR(0));
	tap_is(nothing(), IPC_ERROR(L4_IPC_RETIMEOUT), "a handler comes too late");
	tap_is(ex_regs(CANCEL, (l4_umword_t)ex_ud2_too, KEEP), 0, "cancel without a handler");
	check(next(L4_SYSF_WAIT, 0), "after the cancel", 6, ex_ud2_too);
	actor_end(0);
}

static void triggered(void)
{
	l4_sched_param_t above = l4_sched_param(20, 0), usual = l4_sched_param(1, 0);

	start(ex_wait, MAIN);
	tap_is(ex_regs(TRIGGER, KEEP, KEEP), 0, "trigger while it waits");
	tap_is(ex_regs(TRIGGER, KEEP, KEEP), 0, "trigger once more");
	tap_is(nothing(), IPC_ERROR(L4_IPC_RETIMEOUT), "it goes on waiting");
	MR(0) = 0x99;
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(7, 1, 0), 0, TIMEOUT_1S);
	check(next(L4_SYSF_WAIT, 0), "after the message", 255, ex_waited);
	tap_is((long)MR(15), (long)TAG(7, 1, 0), "after the message: its tag");
	tap_is((long)MR(19), 0x2b, "after the message: cs");
	next(L4_SYSF_REPLY_AND_WAIT, 0);
	tap_is((long)MR(16), 6, "two triggers are one exception");
	actor_end(0);
	start(ex_wait, MAIN);
	tap_is(ex_regs(TRIGGER | CANCEL, (l4_umword_t)ex_ud2, 0x4440), 0,
	       "trigger, cancel, set registers");
	check(next(L4_SYSF_WAIT, 0), "with new registers", 255, ex_ud2);
	tap_is((long)MR(21), 0x4440, "with new registers: sp");
	tap_is((long)MR(15) & 0x8000, 0x8000, "with new registers: the cancelled call");
	actor_end(0);
	actor_create(0, MAIN, MAIN);
	tap_is(ex_regs(TRIGGER, (l4_umword_t)ex_ud2, 0x4440), 0, "trigger in a new thread");
	check(next(L4_SYSF_WAIT, 0), "in a new thread", 255, ex_ud2);
	actor_end(0);
	/* The one that spins must not keep us from running. */
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, MAIN, &above);
	start(ex_spin, MAIN);
	tap_is(ex_regs(TRIGGER, KEEP, KEEP), 0, "trigger while it runs");
	next(L4_SYSF_WAIT, 0);
	tap_is((long)MR(16), 255, "while it runs: trap number");
	actor_end(0);
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, MAIN, &usual);
}

static void limits(void)
{
	start(ex_wait, MAIN);
	tap_is(ex_regs(0x1000000, KEEP, KEEP), -L4_EINVAL, "flags nobody knows");
	tap_is(ex_regs(0x40000, KEEP, KEEP), 0, "flags that mean nothing");
	tap_is(ex_regs(0, (l4_umword_t)ex_ud2, 0x4440), 0, "set registers while it waits");
	tap_is((long)MR(1), (long)ex_waited, "set registers while it waits: old ip");
	tap_is(nothing(), IPC_ERROR(L4_IPC_RETIMEOUT), "it still waits");
	abi_invoke(ACTOR(0) | L4_SYSF_SEND, 0, 0, TIMEOUT_1S);
	check(next(L4_SYSF_WAIT, 0), "they hold afterwards", 6, ex_ud2);
	tap_is((long)MR(21), 0x4440, "they hold afterwards: sp");
	actor_end(0);
}

static const struct tap_group groups[] = {
	{ "in-exception", in_exception },
	{ "without-handler", without_handler },
	{ "triggered", triggered },
	{ "limits", limits },
};

TAP_MAIN("abi-ex_regs")
