/* SPDX-License-Identifier: MIT */
/* Senders that wait: the order they are served in, and labels changed while they wait. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/irq.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define IRQ SLOT(0)

static void send0(void)
{
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(1, 0, 0), 0x1000, 0);
	actor_stop();
}

static void send1(void)
{
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(2, 0, 0), 0x2000, 0);
	actor_stop();
}

static void send2(void)
{
	abi_invoke(MAIN | L4_SYSF_SEND, TAG(3, 0, 0), 0x1004, 0);
	actor_stop();
}

static struct answer wait_now(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400);
}

static void order(void)
{
	l4_sched_param_t low = l4_sched_param(5, 0), high = l4_sched_param(15, 0);

	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x7000);
	actor_start(0, send0);
	actor_start(1, send1);
	l4_irq_trigger(IRQ);
	actor_start(2, send2);
	tap_is((long)wait_now().label, 0x7000, "an IRQ comes before threads");
	tap_is(wait_now().result, 1, "threads of one priority come in their order");
	tap_is(wait_now().result, 2, "the second");
	tap_is(wait_now().result, 3, "the third");
	for (unsigned i = 0; i < 3; i++)
		actor_end(i);
	actor_create(0, L4_BASE_PAGER_CAP, MAIN);
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, ACTOR(0), &low);
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)send0, actor_stack(0), 0);
	tap_settle();
	actor_create(1, L4_BASE_PAGER_CAP, MAIN);
	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, ACTOR(1), &high);
	l4_thread_ex_regs(ACTOR(1), (l4_addr_t)send1, actor_stack(1), 0);
	tap_settle();
	tap_is(wait_now().result, 2, "a sender of higher priority comes first");
	tap_is(wait_now().result, 1, "and one of lower priority last");
	actor_end(0);
	actor_end(1);
	actor_start(0, send0);
	actor_start(1, send1);
	tap_is(abi_invoke(ACTOR(1) | L4_SYSF_RECV, 0, 0, 0x0400).result, 2,
	       "a closed receive picks its sender");
	tap_is(wait_now().result, 1, "the others stay");
	actor_end(0);
	actor_end(1);
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static long modify(unsigned words, l4_umword_t mask, l4_umword_t match, l4_umword_t del,
		   l4_umword_t add)
{
	MR(0) = L4_THREAD_MODIFY_SENDER_OP;
	MR(1) = mask;
	MR(2) = match;
	MR(3) = del;
	MR(4) = add;
	return abi_invoke(MAIN | L4_SYSF_CALL, TAG(L4_PROTO_THREAD, words, 0), 0, 0).result;
}

static void modified(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x1008);
	tap_is(modify(1, 0, 0, 0, 0), 0, "modify senders without a rule");
	tap_is(modify(4, 0, 0, 0, 0), 0, "modify senders with part of a rule");
	actor_start(0, send0);
	actor_start(1, send1);
	actor_start(2, send2);
	l4_irq_trigger(IRQ);
	tap_is(modify(5, 0xf000, 0x1000, 0x1000, 0x50000), 0, "modify senders");
	tap_is((long)wait_now().label, 0x50008, "a waiting IRQ's label has changed");
	tap_is((long)wait_now().label, 0x50000, "a waiting sender's label has changed");
	tap_is((long)wait_now().label, 0x2000, "one that does not match has not");
	MR(5) = 0xff;
	MR(6) = 0x04;
	MR(7) = ~0UL;
	MR(8) = 0x99;
	tap_is(modify(9, 0xffff, 0x1234, 0, 0), 0, "two rules");
	tap_is((long)wait_now().label, 0x99, "the second rule counts if the first does not match");
	l4_irq_trigger(IRQ);
	tap_is((long)wait_now().label, 0x50008, "an IRQ keeps the changed label");
	for (unsigned i = 0; i < 3; i++)
		actor_end(i);
	abi_drop(IRQ, L4_FP_DELETE_OBJ);
}

static const struct tap_group groups[] = {
	{ "order", order },
	{ "modified", modified },
};

TAP_MAIN("abi-senders")
