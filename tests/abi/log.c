/* SPDX-License-Identifier: MIT */
/* The log: reading, attributes, what writing answers. Nobody types while this runs. */
#include "tap.h"

#include <l4/sys/icu.h>
#include <l4/sys/irq.h>
#include <l4/sys/vcon.h>

#define LOG L4_BASE_LOG_CAP

static long set_attr(l4_umword_t i, l4_umword_t o, l4_umword_t l)
{
	MR(3) = l;
	return abi_call(LOG, L4_PROTO_LOG, 4, L4_VCON_SET_ATTR_OP, i, o);
}

static long get_attr(void)
{
	return abi_call(LOG, L4_PROTO_LOG, 1, L4_VCON_GET_ATTR_OP, 0, 0);
}

/* The end of a file that is our input counts as a key. */
static void drain(void)
{
	do {
		tap_settle();
		abi_call(LOG, L4_PROTO_LOG, 1, L4_VCON_READ_OP | 100UL << 16, 0, 0);
	} while (MR(0) & L4_VCON_READ_SIZE_MASK);
}

static void reading(void)
{
	struct answer a;

	drain();
	MR(0) = L4_VCON_READ_OP | 8UL << 16;
	MR(1) = 0x4242;
	a = abi_invoke(LOG | L4_SYSF_CALL, TAG(L4_PROTO_LOG, 1, 0), 0, 0);
	tap_is(a.tag.raw, 0, "the answer to reading has no words");
	tap_is((long)MR(0), (long)L4_VCON_READ_STAT_DONE, "nothing there, and no more");
	tap_is((long)MR(1), 0x4242, "nothing is written");
	tap_is(abi_call(LOG, L4_PROTO_LOG, 1, L4_VCON_READ_OP, 0, 0), 0, "read no bytes");
	tap_is(abi_call(LOG, L4_PROTO_LOG, 1, L4_VCON_READ_OP | 0xffffUL << 16, 0, 0), 0,
	       "read more than a message holds");
	abi_copy(LOG, SLOT(0), L4_CAP_FPAGE_RS, 0);
	tap_is(abi_call(SLOT(0), L4_PROTO_LOG, 1, L4_VCON_READ_OP | 8UL << 16, 0, 0), -L4_EPERM,
	       "reading needs W");
	abi_drop(SLOT(0), L4_FP_ALL_SPACES);
}

static void writing(void)
{
	struct answer a;

	MR(0) = L4_VCON_WRITE_OP;
	MR(1) = 0;
	a = abi_invoke(LOG | L4_SYSF_SEND, TAG(L4_PROTO_LOG, 2, 0), 0, 0);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_LOG, 2, 0), "writing leaves the tag");
	MR(0) = L4_VCON_WRITE_OP;
	MR(1) = 489;
	a = abi_invoke(LOG | L4_SYSF_SEND, TAG(L4_PROTO_LOG, 63, 0), 0, 0);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_LOG, 63, 0), "writing too much is no error");
	abi_copy(LOG, SLOT(0), L4_CAP_FPAGE_RO, 0);
	MR(0) = L4_VCON_WRITE_OP;
	MR(1) = 1;
	MR(2) = '\n';
	a = abi_invoke(SLOT(0) | L4_SYSF_SEND, TAG(L4_PROTO_LOG, 3, 0), 0, 0);
	tap_is(a.tag.raw, (long)TAG(L4_PROTO_LOG, 3, 0), "writing needs R alone");
	tap_is(abi_call(LOG, L4_PROTO_LOG, 0, 0, 0, 0), -L4_EMSGTOOSHORT, "no operation");
	tap_is(abi_call(LOG, L4_PROTO_LOG, 1, 0x77, 0, 0), -L4_ENOSYS, "unknown operation");
	tap_is(abi_call(LOG, L4_PROTO_LOG, 1, L4_VCON_GET_ATTR_OP | 0x50000, 0, 0), 0,
	       "an operation has 16 bits");
	abi_drop(SLOT(0), L4_FP_ALL_SPACES);
}

static void attributes(void)
{
	tap_is(get_attr(), 0, "attributes");
	tap_is((long)MR(1), 0400, "input flags at first");
	tap_is((long)MR(2), 04, "output flags at first");
	tap_is((long)MR(3), 010, "local flags at first");
	tap_is(set_attr(0, 0, 0), 0, "set attributes");
	get_attr();
	tap_is((long)MR(1), 0, "input flags are set");
	tap_is((long)MR(2), 04, "line feeds always become two characters");
	tap_is((long)MR(3), 0, "local flags are set");
	tap_is(set_attr(0400, 04, 010), 0, "set them back");
	get_attr();
	tap_is((long)MR(1), 0400, "they are");
}

static void pin(void)
{
	drain();
	abi_create(L4_PROTO_IRQ_SENDER, SLOT(1));
	tap_is(l4_error(l4_icu_bind(LOG, 0, SLOT(1))), 0, "bind an IRQ to input");
	l4_rcv_ep_bind_thread(SLOT(1), L4_BASE_THREAD_CAP, 0x40);
	/* Input from before may still be announced. */
	abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, 0x0400);
	tap_is(abi_invoke(L4_INVALID_CAP | L4_SYSF_WAIT, 0, 0, TIMEOUT_1MS).result,
	       IPC_ERROR(L4_IPC_RETIMEOUT), "no input, no IRQ");
	tap_is(l4_error(l4_icu_unbind(LOG, 0, SLOT(1))), 0, "unbind it");
	abi_drop(SLOT(1), L4_FP_DELETE_OBJ);
}

static const struct tap_group groups[] = {
	{ "reading", reading },
	{ "writing", writing },
	{ "attributes", attributes },
	{ "pin", pin },
};

TAP_MAIN("abi-log")
