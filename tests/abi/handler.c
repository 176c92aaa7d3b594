/* SPDX-License-Identifier: MIT */
/* Pagers and exception handlers that are not there, go away, or do not answer. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/irq.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define GATE SLOT(0)
#define CLIENT SLOT(1)

static volatile int state;

static void fault(void)
{
	state = 1;
	(void)*(volatile char *)0x300000005;
	state = 2;
	actor_stop();
}

static void raise(void)
{
	state = 1;
	__asm__ volatile("ud2");
	state = 2;
	actor_stop();
}

static void go(void (*entry)(void), l4_cap_idx_t pager, l4_cap_idx_t handler)
{
	state = 0;
	actor_create(0, pager, handler);
	for (l4_addr_t p = 8; p < 8192; p += 512)
		*(volatile char *)(actor_stack(0) - p) = 0;
	(void)*(volatile char *)entry;
	l4_thread_ex_regs(ACTOR(0), (l4_addr_t)entry, actor_stack(0), 0);
}

static struct answer next(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
}

static void absent_pager(void)
{
	go(fault, SLOT(40), MAIN);
	tap_settle();
	tap_is(state, 1, "a page fault without a pager");
	tap_is(abi_invoke(ACTOR(0) | L4_SYSF_SEND, 0, 0, TIMEOUT_ZERO).result,
	       IPC_ERROR(L4_IPC_ENOT_EXISTENT), "kills the thread");
	/* l4ux deletes the thread, Fiasco leaves it dead. */
	tap_is(abi_present(ACTOR(0)), !tap_hosted(), "whose capability stays");
	tap_is(next().result, IPC_ERROR(L4_IPC_RETIMEOUT), "and nobody hears of it");
	actor_end(0);
}

static void absent_handler(void)
{
	go(raise, MAIN, SLOT(40));
	tap_settle();
	tap_is(state, 1, "an exception without a handler stops the thread");
	tap_is(abi_invoke(ACTOR(0) | L4_SYSF_SEND, 0, 0, TIMEOUT_ZERO).result,
	       IPC_ERROR(L4_IPC_SETIMEOUT), "which is no partner, but lives");
	actor_end(0);
}

static void gated(void)
{
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE, MAIN, 0x5550);
	abi_copy(GATE, CLIENT, L4_CAP_FPAGE_RWS, 0);
	go(fault, CLIENT, CLIENT);
	tap_is(next().result, L4_PROTO_PAGE_FAULT, "a pager may be a gate");
	actor_end(0);
	go(raise, CLIENT, CLIENT);
	tap_is((long)next().label, 0x5553, "a handler too; its label and rights arrive");
	actor_end(0);
	abi_drop(CLIENT, L4_FP_ALL_SPACES);
	abi_copy(GATE, CLIENT, L4_CAP_FPAGE_RO, 0);
	go(raise, CLIENT, CLIENT);
	tap_is((long)next().label, 0x5550, "the rights are those of the thread's capability");
	actor_end(0);
	abi_drop(GATE, L4_FP_DELETE_OBJ);
}

static void deleted(void)
{
	struct answer a;

	l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE, L4_INVALID_CAP, 0);
	abi_copy(GATE, CLIENT, L4_CAP_FPAGE_RWS, 0);
	go(fault, CLIENT, MAIN);
	tap_settle();
	abi_drop(GATE, L4_FP_DELETE_OBJ);
	a = next();
	tap_is(a.result, L4_PROTO_EXCEPTION, "a pager that is deleted makes faults exceptions");
	tap_is((long)MR(16), 14, "their trap number");
	actor_end(0);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, GATE, L4_INVALID_CAP, 0);
	abi_copy(GATE, CLIENT, L4_CAP_FPAGE_RWS, 0);
	go(fault, CLIENT, MAIN);
	tap_settle();
	l4_thread_ex_regs(ACTOR(0), ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL);
	tap_settle();
	l4_rcv_ep_bind_thread(GATE, MAIN, 0x6660);
	tap_is(next().result, L4_PROTO_PAGE_FAULT, "a cancelled page fault comes again");
	actor_end(0);
	abi_drop(GATE, L4_FP_DELETE_OBJ);
}

static void no_receiver(void)
{
	l4_factory_create_task(L4_BASE_FACTORY_CAP, SLOT(2), &(l4_fpage_t){ 0 });
	abi_create(L4_PROTO_THREAD, SLOT(3));
	go(fault, SLOT(3), MAIN);
	tap_settle();
	tap_is(state, 1, "a pager that is not bound to a task does not answer");
	actor_end(0);
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(3));
	go(fault, SLOT(3), MAIN);
	tap_settle();
	tap_is(state, 1, "an IRQ is no pager");
	actor_end(0);
	abi_drop(SLOT(3), L4_FP_DELETE_OBJ);
	abi_drop(SLOT(2), L4_FP_DELETE_OBJ);
}

static const struct tap_group groups[] = {
	{ "absent-pager", absent_pager }, { "absent-handler", absent_handler }, { "gated", gated },
	{ "deleted", deleted },           { "no-receiver", no_receiver },
};

TAP_MAIN("abi-handler")
