/* SPDX-License-Identifier: MIT */
/*
 * What an invocation does before any object is asked, and what objects answer to messages they
 * do not understand. Read invoke_regs.S for the registers.
 */
#include "tap.h"

#include <l4/sys/factory.h>

void invoke_regs(l4_umword_t regs[14], l4_umword_t dest, l4_umword_t tag, unsigned timeouts);

static void registers(void)
{
	static const char *const names[] = { "rbx", "rbp", "r9", "r10", "r12", "r13", "r14" };
	static const long values[] = { 0x1111, 0x2222, 0x9999, 0xaaaa, 0xcccc, 0xdddd, 0xeeee };
	l4_umword_t regs[14];

	MR(0) = L4_TASK_CAP_INFO_OP;
	MR(1) = L4_BASE_TASK_CAP;
	invoke_regs(regs, L4_BASE_TASK_CAP | L4_SYSF_CALL, TAG(L4_PROTO_TASK, 2, 0), 0x12345678);
	tap_is((long)regs[0] >> 16, 1, "rax is the answer's tag");
	tap_is((long)regs[1], 0x1003, "rdx comes back unchanged");
	tap_is((long)regs[3], 0x12345678, "r8 is preserved");
	for (unsigned i = 0; i < 7; i++)
		tap_isf((long)regs[4 + i], values[i], "%s is preserved", names[i]);
	tap_is((long)regs[11], 0, "rsp is preserved");
	tap_is((long)regs[12], 0, "rcx is the address behind the instruction");
	tap_is((long)regs[13] & 0x400, 0x400, "the direction flag stays");
}

static void protocols(void)
{
	static const int labels[] = { -11, -15, -12, -10, -13, -1,  -14, -22, -23, -24,
				      -20, -18, 0,   -6,  -9,  -16, -17, -19, -21, -25 };
	/* What a message of one word with the unknown operation 0x99 is answered. */
	static const struct {
		unsigned cap;
		short not_bad_proto[3][2]; /* protocol, answer */
	} known[] = {
		{ 1, { { -11, -L4_ENOSYS } } },
		{ 2, { { -15, 0 } } },
		{ 5, { { -13, -L4_ENOSYS }, { -1, -L4_ENOSYS } } },
		{ 6, { { 0, -L4_ENOSYS }, { -1, -L4_ENOSYS } } },
		{ 7, { { -14, -L4_ENOSYS }, { -1, -L4_ENOSYS } } },
		{ 10, { { -23, -L4_EMSGTOOSHORT } } },
	};
	unsigned caps[] = { 0, 8, 9, 11, 12, 65535, 65536, 70000 };

	l4_utcb_br()->bdr = 0;
	BR(0) = 0;
	for (unsigned c = 0; c < sizeof(known) / sizeof(known[0]); c++)
		for (unsigned p = 0; p < sizeof(labels) / sizeof(labels[0]); p++) {
			long expected = -L4_EBADPROTO;

			for (unsigned k = 0; k < 3; k++)
				if (known[c].not_bad_proto[k][1] &&
				    known[c].not_bad_proto[k][0] == labels[p])
					expected = known[c].not_bad_proto[k][1];
			if (known[c].cap == 2 && labels[p] == L4_PROTO_FACTORY)
				expected = IPC_ERROR(L4_IPC_REMSGCUT);
			MR(0) = 0x99;
			tap_isf(abi_invoke((l4_umword_t)known[c].cap << 12 | L4_SYSF_CALL,
					   TAG(labels[p], 1, 0), 0, 0x04000400)
					.result,
				expected, "capability %u, protocol %d, operation 0x99",
				known[c].cap, labels[p]);
		}
	for (unsigned c = 0; c < sizeof(caps) / sizeof(caps[0]); c++) {
		MR(0) = 0x99;
		tap_isf(abi_invoke((l4_umword_t)caps[c] << 12 | L4_SYSF_CALL,
				   TAG(L4_PROTO_TASK, 1, 0), 0, 0x04000400)
				.result,
			IPC_ERROR(L4_IPC_ENOT_EXISTENT), "index %u is an empty slot", caps[c]);
	}
}

static void flags(void)
{
	l4_umword_t info = TAG(L4_PROTO_TASK, 2, 0), log = TAG(L4_PROTO_LOG, 1, 0);
	l4_umword_t wrong = TAG(77, 2, 0);
	struct answer a;

	MR(0) = L4_TASK_CAP_INFO_OP;
	MR(1) = L4_BASE_TASK_CAP;
	a = abi_invoke(L4_BASE_TASK_CAP | L4_SYSF_RECV, info, 0, 0);
	tap_is(a.result, 1, "a task is executed without a send phase too");
	MR(0) = L4_TASK_CAP_INFO_OP;
	a = abi_invoke(L4_BASE_TASK_CAP, info, 0, 0);
	tap_is(a.tag.raw, (long)info, "a task without any phase leaves the tag");
	MR(0) = L4_TASK_CAP_INFO_OP;
	a = abi_invoke(L4_BASE_TASK_CAP | L4_SYSF_SEND, info, 0, 0);
	tap_is(a.tag.raw, (long)info, "a task without a receive phase leaves the tag");
	a = abi_invoke(L4_BASE_TASK_CAP | L4_SYSF_SEND, wrong, 0, 0);
	tap_is(a.result, -L4_EBADPROTO, "a task tells of a wrong protocol at any rate");
	MR(0) = L4_TASK_CAP_INFO_OP;
	a = abi_invoke(L4_BASE_TASK_CAP | L4_SYSF_SEND, TAG(L4_PROTO_TASK, 1, 0), 0, 0);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_TASK, 1, 0),
	       "a task's failure without a receive phase leaves the tag");
	a = abi_invoke(L4_BASE_THREAD_CAP, wrong, 0, TIMEOUT_ZERO);
	tap_is(a.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "a thread without any phase");
	MR(0) = L4_VCON_GET_ATTR_OP;
	a = abi_invoke(L4_BASE_LOG_CAP, log, 0, 0);
	tap_is(a.tag.raw, (long)log, "the log without any phase leaves the tag");
	MR(0) = L4_VCON_WRITE_OP;
	MR(1) = 0;
	a = abi_invoke(L4_BASE_LOG_CAP | L4_SYSF_CALL, TAG(L4_PROTO_LOG, 2, 0), 0, TIMEOUT_ZERO);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "a write to the log has no answer");
	MR(0) = (l4_umword_t)L4_PROTO_IRQ_SENDER;
	a = abi_invoke(L4_BASE_FACTORY_CAP | L4_SYSF_SEND, TAG(L4_PROTO_FACTORY, 1, 0), 0, 0);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_FACTORY, 1, 0), "a factory without a receive phase");
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_RECV, 0, 0, TIMEOUT_ZERO);
	tap_is(a.result, IPC_ERROR(L4_IPC_RETIMEOUT), "receiving from oneself is sleeping");
	a = abi_invoke(L4_INVALID_CAP | L4_SYSF_REPLY | L4_SYSF_SEND, 0, 0, 0);
	tap_is(a.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "a reply nobody waits for");
	a = abi_invoke(L4_BASE_LOG_CAP | L4_SYSF_REPLY | L4_SYSF_SEND, log, 0, 0);
	tap_is(a.result, IPC_ERROR(L4_IPC_ENOT_EXISTENT), "a reply does not look at the selector");
}

static void short_messages(void)
{
	static const struct {
		unsigned cap;
		int label;
		const char *name;
	} objects[] = {
		{ 7, L4_PROTO_SCHEDULER, "scheduler" },
		{ 6, L4_PROTO_IRQ, "interrupt controller" },
		{ 5, L4_PROTO_IRQ, "log's controller" },
		{ 2, L4_PROTO_FACTORY, "factory" },
		{ 3, L4_PROTO_THREAD, "thread" },
	};

	for (unsigned i = 0; i < sizeof(objects) / sizeof(objects[0]); i++) {
		long r = abi_call((l4_cap_idx_t)objects[i].cap << 12, objects[i].label, 0, 0, 0, 0);

		tap_isf(r < 0, 1, "%s: a message without words fails", objects[i].name);
	}
}

static const struct tap_group groups[] = {
	{ "registers", registers },
	{ "protocols", protocols },
	{ "flags", flags },
	{ "short-messages", short_messages },
};

TAP_MAIN("abi-invoke")
