/* SPDX-License-Identifier: MIT */
/* Gates nobody is bound to, gates that are deleted, and references that do not count. */
#include "actor.h"
#include "tap.h"

#include <l4/sys/factory.h>
#include <l4/sys/ipc_gate.h>
#include <l4/sys/irq.h>
#include <l4/sys/task.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP
#define GATE SLOT(0)
#define COPY SLOT(1)
#define IRQ SLOT(2)
#define SERVER 0x20UL /* item attribute: keep the server right */

static struct answer got, wait_result;
static volatile int done;
static l4_umword_t caller_flags, caller_tag;
static unsigned caller_timeouts;

static struct answer wait_any(unsigned timeout)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, timeout);
}

static void caller(void)
{
	MR(0) = 77;
	got = abi_invoke(GATE | caller_flags, caller_tag, 0, caller_timeouts);
	done++;
	actor_stop();
}

static void call(l4_umword_t flags, l4_umword_t tag, unsigned timeouts)
{
	done = 0;
	caller_flags = flags;
	caller_tag = tag;
	caller_timeouts = timeouts;
	actor_start(0, caller);
}

static void unbound(void)
{
	abi_create(L4_PROTO_KOBJECT, GATE);
	tap_is(abi_invoke(GATE | L4_SYSF_SEND, TAG(1, 0, 0), 0, TIMEOUT_ZERO).result,
	       IPC_ERROR(L4_IPC_SETIMEOUT), "send to an unbound gate, no time");
	tap_is(abi_invoke(GATE | L4_SYSF_SEND, TAG(1, 0, 0), 0, TIMEOUT_1MS).result,
	       IPC_ERROR(L4_IPC_SETIMEOUT), "send to an unbound gate, 1 ms");
	tap_is(abi_invoke(GATE | L4_SYSF_RECV, 0, 0, 0x04000000).result,
	       IPC_ERROR(L4_IPC_SETIMEOUT), "a receive from an unbound gate has the send timeout");
	call(L4_SYSF_SEND, TAG(5, 1, 0), 0);
	tap_is(done, 0, "a sender blocks");
	tap_is(l4_error(l4_rcv_ep_bind_thread(GATE, MAIN, 0x50)), 0, "bind");
	wait_result = wait_any(TIMEOUT_1S);
	tap_is(wait_result.tag.raw, (long)TAG(5, 1, 0), "its message comes");
	tap_is((long)wait_result.label, 0x53, "with the label and the rights of its capability");
	tap_is(done, 1, "and the sender goes on");
	actor_end(0);
	abi_create(L4_PROTO_KOBJECT, GATE);
	call(L4_SYSF_SEND, TAG(5, 1, 0), 0);
	abi_call(ACTOR(0), L4_PROTO_THREAD, 3, L4_THREAD_EX_REGS_OP | L4_THREAD_EX_REGS_CANCEL,
		 ~0UL, ~0UL);
	tap_settle();
	tap_is(got.result, IPC_ERROR(L4_IPC_SECANCELED), "a blocked sender is cancelled");
	actor_end(0);
	call(L4_SYSF_CALL, TAG(5, 1, 0), 0);
	abi_drop(GATE, L4_FP_DELETE_OBJ);
	tap_settle();
	tap_is(got.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "deleting the gate ends its wait");
	actor_end(0);
}

static void rebound(void)
{
	abi_create(L4_PROTO_KOBJECT, GATE);
	tap_is(l4_error(l4_rcv_ep_bind_thread(GATE, MAIN, 0x60)), 0, "bind to us");
	call(L4_SYSF_SEND, TAG(5, 1, 0), 0);
	tap_is(done, 0, "a sender is queued at us");
	tap_is(l4_error(l4_rcv_ep_bind_thread(GATE, MAIN, 0x70)), 0, "bind again");
	wait_result = wait_any(TIMEOUT_1S);
	tap_is((long)wait_result.label, 0x63, "who was queued keeps the old label");
	actor_end(0);
	call(L4_SYSF_SEND, TAG(5, 1, 0), 0);
	abi_drop(GATE, L4_FP_DELETE_OBJ);
	wait_result = wait_any(TIMEOUT_1S);
	tap_is((long)wait_result.label, 0x73, "deleting the gate does not unqueue a sender");
	actor_end(0);
	tap_is(abi_invoke(GATE | L4_SYSF_SEND, TAG(5, 1, 0), 0, TIMEOUT_ZERO).result,
	       IPC_ERROR(L4_IPC_ENOT_EXISTENT), "a deleted gate is gone");
}

static void bind_errors(void)
{
	abi_create(L4_PROTO_KOBJECT, GATE);
	tap_is(abi_call_cap(GATE, L4_PROTO_KOBJECT, 1, L4_RCV_EP_BIND_OP, 0, MAIN),
	       -L4_EMSGTOOSHORT, "bind of one word");
	tap_is(abi_call_cap(GATE, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x42, SLOT(9)),
	       -L4_EINVAL, "bind with a bad label");
	tap_is(abi_call_cap(GATE, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x40, SLOT(9)),
	       -L4_EINVAL, "bind to nothing");
	abi_copy(MAIN, SLOT(3), L4_CAP_FPAGE_RW, 0);
	tap_is(abi_call_cap(GATE, L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x40, SLOT(3)), -L4_EPERM,
	       "bind to a thread without S");
	abi_copy(GATE, COPY, L4_CAP_FPAGE_RW, SERVER);
	tap_is(abi_call_cap(COPY, L4_PROTO_KOBJECT, 1, L4_RCV_EP_BIND_OP, 0x42, SLOT(9)), -L4_EPERM,
	       "a gate without S is not bound, whatever the rest");
	tap_is(abi_call(GATE, L4_PROTO_KOBJECT, 1, 0x77, 0, 0), -L4_ENOSYS, "unknown operation");
	tap_is(abi_call(GATE, L4_PROTO_KOBJECT, 0, 0, 0, 0), -L4_EINVAL, "no operation");
	abi_drop(COPY, L4_FP_ALL_SPACES);
}

static void references(void)
{
	abi_create(L4_PROTO_KOBJECT, GATE);
	tap_is(abi_call(GATE, L4_PROTO_KOBJECT, 1, L4_KOBJECT_DEC_REFCNT_OP, 0, 0), -L4_EINVAL,
	       "dropping references needs a number");
	tap_is(abi_call(GATE, L4_PROTO_KOBJECT, 2, L4_KOBJECT_DEC_REFCNT_OP, 0, 0), 0,
	       "ask for the number of references");
	tap_is((long)MR(0), 1, "there is one");
	abi_copy(GATE, COPY, L4_CAP_FPAGE_RWS, SERVER);
	abi_copy(GATE, SLOT(4), L4_CAP_FPAGE_RWS, 0x10);
	abi_call(GATE, L4_PROTO_KOBJECT, 2, L4_KOBJECT_DEC_REFCNT_OP, 0, 0);
	tap_is((long)MR(0), 2, "a copy counts, a weak one does not");
	tap_is(abi_call(GATE, L4_PROTO_KOBJECT, 2, L4_KOBJECT_DEC_REFCNT_OP, 1, 0), 0, "drop one");
	tap_is((long)MR(0), 1, "one is left");
	abi_drop(COPY, L4_FP_ALL_SPACES);
	tap_is(abi_present(GATE), 0, "the object goes with the last that counts");
	tap_is(abi_present(SLOT(4)), 0, "the weak one, too");
}

/* An IRQ that tells when a gate of a thread was deleted. */
static void delete_irq(void)
{
	abi_create(L4_PROTO_IRQ_SENDER, IRQ);
	l4_rcv_ep_bind_thread(IRQ, MAIN, 0x1000);
	abi_create(L4_PROTO_THREAD, ACTOR(0));
	tap_is(abi_call_cap(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_REGISTER_DELETE_IRQ_OP, 0,
			    MAIN),
	       -L4_EINVAL, "register what is no IRQ");
	tap_is(abi_call_cap(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_REGISTER_DELETE_IRQ_OP, 0, IRQ),
	       0, "register an IRQ for deleted gates");
	tap_is(abi_call_cap(ACTOR(0), L4_PROTO_THREAD, 1, L4_THREAD_REGISTER_DELETE_IRQ_OP, 0, IRQ),
	       -L4_EBUSY, "only one can be registered");
	abi_create(L4_PROTO_KOBJECT, GATE);
	l4_rcv_ep_bind_thread(GATE, ACTOR(0), 0x50);
	tap_is(wait_any(0x0400).result, IPC_ERROR(L4_IPC_RETIMEOUT), "nothing happens yet");
	abi_drop(GATE, L4_FP_DELETE_OBJ);
	tap_is((long)wait_any(TIMEOUT_1S).label, 0x1000, "deleting a bound gate triggers it");
	actor_end(0);
	tap_is(wait_any(TIMEOUT_1MS).result, IPC_ERROR(L4_IPC_RETIMEOUT),
	       "deleting the thread does not");
}

static const struct tap_group groups[] = {
	{ "unbound", unbound },       { "rebound", rebound },       { "bind_errors", bind_errors },
	{ "references", references }, { "delete_irq", delete_irq },
};

TAP_MAIN("abi-gate")
