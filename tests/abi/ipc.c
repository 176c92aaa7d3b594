/* SPDX-License-Identifier: MIT */
/*
 * Messages between threads of one task: tags, words, labels and rights through gates, timeouts.
 * The partner is a thread of higher priority that does what script says; read ipc_reply.c next.
 */
#include "ipc.h"

#include <l4/sys/factory.h>
#include <l4/sys/kip.h>
#include <l4/sys/thread.h>

#define MAIN L4_BASE_THREAD_CAP

struct script script;

/* The partner: one invocation, then it waits to be deleted. */
static void partner(void)
{
	for (unsigned i = 0; i < script.words; i++)
		MR(i) = 1000 + i;
	l4_utcb_br()->bdr = 0;
	BR(0) = 0;
	script.got = abi_invoke(script.dest, script.tag, script.label, script.timeouts);
	script.done = 1;
	for (unsigned i = 0; i < 63; i++)
		script.mr[i] = MR(i);
	actor_stop();
}

void partner_does(l4_umword_t dest, l4_umword_t tag, l4_umword_t label, unsigned timeouts)
{
	script = (struct script){ .dest = dest, .tag = tag, .label = label, .timeouts = timeouts };
	script.words = tag & 63;
	actor_start(0, partner);
}

struct answer wait_any(void)
{
	return abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1S);
}

static void words(void)
{
	static const unsigned counts[] = { 0, 1, 2, 3, 31, 62, 63 };
	struct answer a;

	for (unsigned n = 0; n < sizeof(counts) / sizeof(counts[0]); n++) {
		unsigned same = 0;

		partner_does(MAIN | L4_SYSF_SEND, TAG(5, counts[n], 0), 0x55, 0);
		for (unsigned i = 0; i < 63; i++)
			MR(i) = 7;
		a = wait_any();
		for (unsigned i = 0; i < 63; i++)
			same += MR(i) == (i < counts[n] ? 1000 + i : 7);
		tap_isf(same, 63, "%u words arrive, others keep their content", counts[n]);
		tap_isf(a.tag.raw, (long)TAG(5, counts[n], 0), "the tag of %u words arrives",
			counts[n]);
		tap_isf((long)a.label, 0x55, "the label of a send by thread, %u words", counts[n]);
		actor_end(0);
	}
}

static void tags(void)
{
	static const long labels[] = { 0, 1, -1, 0x7fffffffffffL, -0x800000000000L, -2, -5 };
	static const unsigned flags[] = { 0x1000, 0x2000, 0x4000, 0x7000 };
	l4_umword_t tag;

	for (unsigned i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		tag = TAG(labels[i], 1, 0);
		partner_does(MAIN | L4_SYSF_SEND, tag, 0, 0);
		tap_isf(wait_any().tag.raw, (long)tag, "tag label %ld arrives", labels[i]);
		actor_end(0);
	}
	for (unsigned i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		tag = TAG(3, 1, 0) | flags[i];
		partner_does(MAIN | L4_SYSF_SEND, tag, 0, 0);
		tap_isf(wait_any().tag.raw, (long)tag, "tag flags 0x%x arrive", flags[i]);
		actor_end(0);
	}
	partner_does(MAIN | L4_SYSF_SEND, TAG(3, 1, 0) | 0x8000, 0, 0);
	tap_is(wait_any().tag.raw, (long)TAG(3, 1, 0), "the error flag does not arrive");
	tap_is(script.done, 1, "the sender has gone on");
	tap_is(script.got.tag.raw & ~0x8000L, (long)TAG(3, 1, 0), "a send leaves its tag");
	actor_end(0);
}

static void gates(void)
{
	static const unsigned rights[] = { L4_CAP_FPAGE_RO, L4_CAP_FPAGE_RW, L4_CAP_FPAGE_RS,
					   L4_CAP_FPAGE_RWS };
	l4_umword_t label;
	struct answer a;

	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(0), MAIN, 0x1230);
	for (unsigned i = 0; i < 4; i++) {
		abi_copy(SLOT(0), SLOT(1), rights[i], 0);
		partner_does(SLOT(1) | L4_SYSF_SEND, TAG(1, 0, 0), 0x99, 0);
		a = wait_any();
		tap_isf((long)a.label, 0x1230 | (rights[i] & 3),
			"label of a gate with rights %u in its capability", rights[i]);
		actor_end(0);
		abi_drop(SLOT(1), L4_FP_ALL_SPACES);
	}
	tap_is(l4_error(l4_ipc_gate_get_infos(SLOT(0), &label)), 0, "ask a gate for its label");
	tap_is((long)label, 0x1230, "the label of a gate");
	tap_is(abi_call_cap(SLOT(0), L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x1231, MAIN),
	       -L4_EINVAL, "bind with a label that is not a multiple of 4");
	tap_is(abi_call(SLOT(0), L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0, 0), -L4_EINVAL,
	       "bind without a thread");
	tap_is(abi_call_cap(SLOT(0), L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0,
			    L4_BASE_FACTORY_CAP),
	       -L4_EINVAL, "bind to a factory");
	tap_is(abi_call_cap(SLOT(0), L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x5000, MAIN), 0,
	       "bind again");
	l4_ipc_gate_get_infos(SLOT(0), &label);
	tap_is((long)label, 0x5000, "the new label");
	/* A copy without the server right is a client: kernel protocols are messages too. */
	abi_copy(SLOT(0), SLOT(1), L4_CAP_FPAGE_RWS, 0);
	tap_is(abi_equal(SLOT(0), SLOT(1)), 0, "a client capability differs from the server's");
	partner_does(SLOT(1) | L4_SYSF_SEND, TAG(L4_PROTO_KOBJECT, 1, 0), 0, 0);
	a = wait_any();
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_KOBJECT, 1, 0), "a client's bind is only a message");
	actor_end(0);
	for (unsigned attr = 0xe0; attr <= 0xf0; attr += 0x10) {
		abi_copy(SLOT(0), SLOT(1), L4_CAP_FPAGE_RWS, attr);
		tap_isf(abi_equal(SLOT(0), SLOT(1)), 1, "copies with attributes 0x%x are equal",
			attr);
	}
	abi_copy(SLOT(0), SLOT(1), L4_CAP_FPAGE_RWS, 0x20);
	tap_is(l4_error(l4_ipc_gate_get_infos(SLOT(1), &label)), 0,
	       "attribute 0x20 keeps the server right");
}

static void unbound(void)
{
	struct answer a;

	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(2), L4_INVALID_CAP, 0);
	abi_copy(SLOT(2), SLOT(3), L4_CAP_FPAGE_RWS, 0);
	a = abi_invoke(SLOT(3) | L4_SYSF_CALL, TAG(1, 0, 0), 0, TIMEOUT_ZERO);
	tap_is(a.result, IPC_ERROR(L4_IPC_SETIMEOUT), "unbound gate, no time");
	a = abi_invoke(SLOT(3) | L4_SYSF_CALL, TAG(1, 0, 0), 0, TIMEOUT_1MS);
	tap_is(a.result, IPC_ERROR(L4_IPC_SETIMEOUT), "unbound gate, 1 ms");
	partner_does(SLOT(3) | L4_SYSF_SEND, TAG(9, 1, 0), 0, 0);
	tap_is(script.done, 0, "a sender to an unbound gate blocks");
	tap_is(abi_call_cap(SLOT(2), L4_PROTO_KOBJECT, 2, L4_RCV_EP_BIND_OP, 0x100, MAIN), 0,
	       "bind the gate");
	a = wait_any();
	tap_is((long)a.label, 0x103, "binding lets the sender through");
	actor_end(0);
	l4_factory_create_gate(L4_BASE_FACTORY_CAP, SLOT(2), L4_INVALID_CAP, 0);
	abi_copy(SLOT(2), SLOT(3), L4_CAP_FPAGE_RWS, 0);
	partner_does(SLOT(3) | L4_SYSF_CALL, TAG(9, 1, 0), 0, 0);
	abi_drop(SLOT(2), L4_FP_DELETE_OBJ);
	l4_ipc_sleep((l4_timeout_t){ TIMEOUT_1MS & 0xffff });
	tap_is(script.got.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "deleting a gate ends the wait");
	actor_end(0);
}

static void timeouts(void)
{
	l4_umword_t before = l4_kip_clock(l4_kip()), past;
	l4_timeout_t to = { 0 };
	struct answer a;

	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "wait, no time");
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0x2bd1 - 0x1c00);
	past = l4_kip_clock(l4_kip()) - before;
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "sleep 7.6 ms");
	tap_ok(past >= 7600, "takes as long");
	tap_ok(past < 1000000, "and not much longer");
	before = l4_kip_clock(l4_kip());
	to.p.rcv = l4_timeout_abs(before + 5000, 3);
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, to.raw);
	past = l4_kip_clock(l4_kip());
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "sleep until a point in time");
	tap_ok(past >= before + 5000, "the point has come");
	to.p.rcv = l4_timeout_abs(before, 3);
	before = l4_kip_clock(l4_kip());
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, to.raw);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "sleep until a point in the past");
	tap_ok(l4_kip_clock(l4_kip()) - before < 500000, "takes no time");
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0x0800);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT),
	       "mantissa 0 with another exponent is no time");
	partner_does(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, 0);
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(0, 0, 0), 0, TIMEOUT_ZERO);
	tap_is(a.result, IPC_ERROR(L4_IPC_SETIMEOUT), "send to who does not wait, no time");
	tap_is(a.tag.raw, 0x8000, "the tag of a failed send is the error flag alone");
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(0, 0, 0), 0, TIMEOUT_1MS);
	tap_is(a.result, IPC_ERROR(L4_IPC_SETIMEOUT), "send to who does not wait, 1 ms");
	a = abi_invoke(ACTOR(0) | L4_SYSF_RECV, TAG(0, 0, 0), 0, TIMEOUT_1MS);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "receive from who does not send");
	actor_end(0);
	a = abi_invoke(ACTOR(0) | L4_SYSF_SEND, TAG(0, 0, 0), 0, 0);
	tap_is(a.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "send to a deleted thread");
	a = abi_invoke(ACTOR(0) | L4_SYSF_RECV, TAG(0, 0, 0), 0, 0);
	tap_is(a.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "receive from a deleted thread");
}

static const struct tap_group groups[] = {
	{ "words", words },
	{ "tags", tags },
	{ "gates", gates },
	{ "unbound", unbound },
	{ "timeouts", timeouts },
	{ "filled", ipc_replies_filled },
	{ "emptied", ipc_replies_emptied },
	{ "uncut", ipc_items },
};

TAP_MAIN("abi-ipc")
