/* SPDX-License-Identifier: MIT */
/* Messages at their edges: rights through a reply, the end of the message registers, cancels. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/scheduler.h>
#include <l4/sys/semaphore.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define TO_MAIN SLOT(0)
#define SENT SLOT(1)
#define GOT SLOT(2)
#define PLAIN SLOT(3)

static volatile long result;
static volatile int go;
static l4_umword_t tag_to_send;

/* Calls the main thread and takes a capability with the answer. */
static void caller(void)
{
	l4_utcb_br()->bdr = 0;
	BR(0) = GOT | 0xa;
	result = abi_invoke(TO_MAIN | L4_SYSF_CALL, TAG(4, 0, 0), 0, 0).result;
	actor_stop();
}

/* Answers a call through a capability with these rights; the answer carries all rights. */
static void answer(unsigned rights, long equal, const char *rule)
{
	abi_copy(MAIN, TO_MAIN, rights, 0);
	actor_start(0, caller);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	MR(0) = L4_ITEM_MAP;
	MR(1) = l4_obj_fpage(SENT, 0, L4_CAP_FPAGE_RWSD).raw;
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(6, 0, 1), 0, TIMEOUT_1S);
	tap_settle();
	tap_is(result, 6, "the answer arrives");
	tap_is(abi_present(GOT), 1, "with its capability");
	tap_is(abi_equal(GOT, SENT), equal, rule);
	actor_end(0);
	abi_drop(GOT, L4_FP_ALL_SPACES);
	abi_drop(TO_MAIN, L4_FP_ALL_SPACES);
}

static void reply_rights(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, SENT);
	answer(L4_CAP_FPAGE_RWS, 1, "all its rights, when the caller's capability has S");
	answer(L4_CAP_FPAGE_RW, 0, "without S, when the caller's capability has none");
	abi_drop(SENT, L4_FP_DELETE_OBJ);
}

/* The protocol of threads is for who invokes one; an answer is a message whatever its label. */
static void reply_label(void)
{
	abi_copy(MAIN, TO_MAIN, L4_CAP_FPAGE_RWS, 0);
	actor_start(0, caller);
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
	MR(0) = 0x99;
	abi_invoke(L4_INVALID_CAP | L4_SYSF_SEND | L4_SYSF_REPLY, TAG(L4_PROTO_THREAD, 1, 0), 0,
		   TIMEOUT_1S);
	tap_settle();
	tap_is(result, L4_PROTO_THREAD, "an answer with the label of threads is an answer");
	actor_end(0);
	abi_drop(TO_MAIN, L4_FP_ALL_SPACES);
}

static void sender(void)
{
	for (unsigned i = 0; i < 63; i++)
		MR(i) = 0;
	MR(61) = L4_ITEM_MAP;
	MR(62) = l4_obj_fpage(SENT, 0, L4_CAP_FPAGE_RWS).raw;
	result = abi_invoke(MAIN | L4_SYSF_SEND, tag_to_send, 0, TIMEOUT_1S).result;
	actor_stop();
}

static void last_item(unsigned words, unsigned items, long expected, long there, const char *rule)
{
	struct answer a;

	tag_to_send = TAG(0, words, items);
	actor_start(0, sender);
	l4_utcb_br()->bdr = 0;
	BR(0) = GOT | 0xa;
	BR(1) = 0;
	a = abi_invoke(ACTOR(0) | L4_SYSF_RECV, 0, 0, TIMEOUT_1S);
	tap_is(a.result, expected ? IPC_ERROR(expected) : 0, rule);
	tap_settle();
	tap_is(result, expected ? IPC_ERROR(expected - 1) : 0, "and what the sender learns");
	tap_is(abi_present(GOT), there, "and whether the capability is there");
	actor_end(0);
	abi_drop(GOT, L4_FP_ALL_SPACES);
}

static void end_of_registers(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, SENT);
	last_item(61, 1, 0, 1, "an item in the last two registers");
	last_item(61, 2, L4_IPC_REMSGCUT, 1, "an item behind the registers");
	last_item(62, 1, L4_IPC_REMSGCUT, 0, "an item half behind them");
	last_item(63, 1, L4_IPC_REMSGCUT, 0, "an item behind all of them");
	abi_drop(SENT, L4_FP_DELETE_OBJ);
}

static void compute(void)
{
	while (!go)
		;
	result = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, TIMEOUT_1MS).result;
	actor_stop();
}

static void down(void)
{
	result = l4_error(l4_semaphore_down(PLAIN, (l4_timeout_t){ 0 }));
	actor_stop();
}

/* A cancel is for what a thread waits for now, not for what it will wait for. */
static void cancels(void)
{
	l4_sched_param_t above = l4_sched_param(20, 0);

	l4_scheduler_run_thread(L4_BASE_SCHEDULER_CAP, MAIN, &above);
	go = 0;
	result = 0;
	actor_start(0, compute);
	l4_thread_ex_regs(ACTOR(0), ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL);
	go = 1;
	for (unsigned i = 0; i < 50 && !result; i++)
		tap_settle();
	tap_is(result, IPC_ERROR(L4_IPC_RETIMEOUT), "a cancel while it computes is forgotten");
	actor_end(0);
	abi_create(L4_PROTO_SEMAPHORE, PLAIN);
	result = 0;
	actor_start(0, down);
	for (unsigned i = 0; i < 50 && !result; i++) { /* on a busy host it may not wait yet */
		l4_thread_ex_regs(ACTOR(0), ~0UL, ~0UL, L4_THREAD_EX_REGS_CANCEL);
		tap_settle();
	}
	tap_is(result, IPC_ERROR(L4_IPC_RECANCELED), "a wait for a semaphore is cancelled");
	actor_end(0);
	abi_drop(PLAIN, L4_FP_DELETE_OBJ);
}

/* A point in time is in the buffer register a timeout names; what lies behind the last is that. */
static void buffer_of_time(void)
{
	for (unsigned i = 0; i < 58; i++)
		BR(i) = ~0UL;
	BR(57) = 1;
	l4_utcb_br()->bdr = 0;
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0x8000 | 57).result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "a point in the past in the last buffer register");
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0x8000 | 63).result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "a register behind the last means the last");
	for (unsigned i = 0; i < 58; i++)
		BR(i) = 0;
}

static const struct tap_group groups[] = {
	{ "reply-rights", reply_rights },         { "reply-label", reply_label },
	{ "end-of-registers", end_of_registers }, { "cancels", cancels },
	{ "buffer-of-time", buffer_of_time },
};

TAP_MAIN("abi-message")
